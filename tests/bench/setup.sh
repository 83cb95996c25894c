#!/usr/bin/env bash
# The peers that `cargo bench -p tests` measures against, in a virtual environment of their own. No test needs them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
python3 -m venv --clear .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input -r requirements.txt

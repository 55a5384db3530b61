#!/bin/sh
# Makes .venv with the pinned versions of constraints.txt. `make setup` calls it when one of its inputs is newer.
#
# PYTHON       the Python to build on (default python3; 3.11 or newer)
# TORCH_INDEX  a package index that holds the CPU builds of torch; without it pip takes what its own settings find,
#              which may be a build of several gigabytes for GPUs
set -eu
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"

fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

command -v "$python" >/dev/null 2>&1 || fail "no '$python' here: install Python 3.11 or newer, or name one: make setup PYTHON=/path/to/python3"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "Python 3.11 or newer is needed, and '$python' is $("$python" -c 'import platform; print(platform.python_version())'); name a newer one: make setup PYTHON=/path/to/python3"
"$python" -c 'import venv, ensurepip' 2>/dev/null ||
    fail "this Python has no 'venv'; on Debian: apt-get install python3-venv"

# A .venv that was moved or whose Python is gone cannot be mended.
if [ -e .venv ] && ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    rm -rf .venv
fi
[ -e .venv ] || "$python" -m venv .venv

set -- --disable-pip-version-check --quiet --constraint constraints.txt --editable '.[render,learners,test]'
[ -z "${TORCH_INDEX:-}" ] || set -- --extra-index-url "$TORCH_INDEX" "$@"
printf 'setup: installing the pinned packages into .venv (some minutes)\n' >&2
.venv/bin/python -m pip install "$@"
touch .venv/.installed
printf 'setup: done\n' >&2

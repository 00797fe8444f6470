# Installs valgrind if it is missing. The scripts that count instructions source this file, with the
# folder for their logs in `dir`.
# shellcheck shell=bash

skip() { echo "skipped: $*"; exit 77; }

if ! command -v valgrind >/dev/null; then
    if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
        skip "valgrind is missing, and only root on Debian can install it"
    fi
    { apt-get update && apt-get install -y valgrind; } >"$dir/apt.log" 2>&1 ||
        skip "apt-get install valgrind failed ($dir/apt.log)"
    echo "installed: valgrind (apt)"
fi

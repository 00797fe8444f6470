#!/usr/bin/env bash
# Checks that decoding bytes that arrive one at a time takes linear time. Counts the instructions
# for 15 KB and for 60 KB under callgrind, without those of the program's start, and fails if four
# times the bytes take more than 4.2 times the instructions.
#
# Cases: a recorded burst of events, one header with a value of this length, one payload of
# `Response: Follows`; each with storage of 64 KB and of 256 bytes.
#
# Exit status: 0 all cases are linear, 1 a case is not, 77 not possible on this machine (one line
# tells why).
set -euo pipefail

limit=4.2
cd "$(dirname "$0")/.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
dir=$target/linear
mkdir -p "$dir"

. tests/valgrind.sh
cargo build --quiet --locked --release -p linear

# instructions KIND SIZE STORAGE: prints the number of instructions of one run.
instructions() {
    local count
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$target/release/linear" "$@" >"$dir/run.log" 2>&1 ||
        { echo "failed: linear $* ($dir/run.log)" >&2; return 1; }
    count=$(sed -n 's/^==[0-9]*== Collected : *\([0-9]*\).*/\1/p' "$dir/run.log")
    [[ -n $count ]] || { echo "failed: callgrind gave no count ($dir/run.log)" >&2; return 1; }
    echo "$count"
}

status=0
for kind in burst value follows; do
    for storage in 65536 256; do
        start=$(instructions "$kind" 0 "$storage")
        small=$(instructions "$kind" 15360 "$storage")
        large=$(instructions "$kind" 61440 "$storage")
        awk -v name="$kind, storage $storage" -v small=$((small - start)) -v large=$((large - start)) -v limit="$limit" '
            BEGIN {
                ok = large <= limit * small
                printf "%s: 60 KB / 15 KB = %.3f, %.1f instructions a byte: %s\n",
                    name, large / small, large / 61440, ok ? "ok" : "FAILED"
                exit !ok
            }' || status=1
    done
done
exit $status

#!/usr/bin/env bash
# Counts the instructions of cases that grow, and fails unless their cost for a unit is flat:
# - events: a client session receives 1 to 1,000,000 events
# - bytes: decoding messages of 64 bytes to 1 MB and walking over their headers
# - outstanding: a client session has 1 to 256 actions outstanding
# The most expensive size may cost MOST times as much for a unit as the first size. (The cost of
# connections to a server is measured by `cargo run --release -p idle`.)
#
# Exit status: 0 all cases are flat, 1 a case is not, 77 not possible on this machine (one line
# tells why).
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/.."
. benches/callgrind.sh

status=0
# flat CASE MOST SIZE...: measures a case.
flat() {
    local size
    for size in "${@:3}"; do count "$1" "$size" || return 1; done >"$dir/growth.tsv"
    awk -F '\t' -v most="$2" '
        { split($1, words, " "); cost = $2 / $3; printf "%s: %d: %.2f instructions for each %s\n", words[1], words[2], cost, $4 }
        NR == 1 { first = cost; name = words[1]; from = words[2] }
        cost > worst { worst = cost }
        END {
            ok = worst <= most * first
            printf "growth of %s, %d to %d: %.2f times, at most %s: %s\n", name, from, words[2], worst / first, most, ok ? "ok" : "FAILED"
            exit !ok
        }' "$dir/growth.tsv" || status=1
}
flat events 1.1 1 100 10000 1000000
flat bytes 1.1 64 1024 16384 262144 1048576
flat outstanding 1.1 1 4 16 64 256
exit $status

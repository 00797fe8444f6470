#!/usr/bin/env bash
# Sends numbered events through `ami serve` to a blocking client, to four clients at once and to
# `ami events` with --json and with --fields, and checks that none is lost, repeated or out of order, and that the memory of no
# process grows by more than 5 % and 512 KiB after the warm-up. Prints memory, processor time and the
# longest delay.
#
#   soak.sh [SECONDS] [RATE]     300 seconds with 2,000 events a second
#
# A weekly run takes 3600. As an accelerated version, `soak.sh 60 10000` sends as many events as 300
# seconds do. The sender waits if the tools cannot keep up, so a run can take longer.
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/.."

cargo build --quiet --locked -p embedded-ami-cli
cargo build --quiet --locked -p faults --bin soak
target=${CARGO_TARGET_DIR:-target}/debug
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$target/soak" "$target/ami" "${1:-300}" "${2:-2000}" | tee "$log"
awk -F '[ ,]+' 'NR == 1 { sent = $0 } / longest delay / { if ($(NF - 1) > most) most = $(NF - 1) }
    END { print "soak: " sent "; nothing lost, memory flat, longest delay " most " ms" }' "$log"

#!/usr/bin/env bash
# Runs the tests of faults (tests/faults): a proxy that delays, cuts, resets, half closes or silences a
# full session at each byte, servers that are killed and started again, full disks, and peers that trickle.
# They run against the PBX, and against real Asterisk 16 and 22 of tests/asterisk/servers.sh if these can
# run on this machine; some tests kill those servers for a while.
#
# With AMI_THOROUGH=1 every case is tested, else a sample of the expensive ones. Arguments are passed to
# the tests, as in `faults.sh cuts::pbx`.
#
# Exit status: 0 all tests passed, 1 or 101 a test failed.
set -euo pipefail

here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
cd "$here/.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
export CARGO_TARGET_DIR=$target AMI_TOOL=$target/debug/ami

cargo build --quiet --locked -p embedded-ami-cli
cargo test --quiet --locked -p faults --no-run

status=0
servers=$("$here/asterisk/servers.sh" up 2>&1) || status=$?
case $status in
    0)
        set -a
        eval "$("$here/asterisk/servers.sh" env)"
        set +a
        real="the PBX, Asterisk 16 and 22"
        ;;
    77)
        unset AMI_PORT_16 AMI_PORT_22
        echo "Asterisk skipped: ${servers##*$'\n'}"
        real="the PBX only (${servers##*$'\n'})"
        ;;
    *) echo "$servers" >&2; exit "$status" ;;
esac

# The tests wait most of the time.
log=$target/faults.log
cargo test --locked -p faults --test faults -- --test-threads=3 --show-output "$@" 2>&1 | tee "$log" |
    awk '/^successes:/ { passed = 1 } /^(failures|test result):/ { passed = 0 } /^measured: |skipped/ || !passed' |
    grep -vE '^test .* ok$|^ +(Finished|Running) |^running |^$'
awk -v real="$real" '/^measured: .* sessions in / { sessions += $(NF - 4) } /^test result:/ { tests += $4 }
    END { print "faults: " tests " tests, " sessions " sessions with a fault, on " real }' "$log"

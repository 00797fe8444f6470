#!/usr/bin/env bash
# Runs the live tests (tests/live) against the two real servers of servers.sh, which it starts if
# needed and leaves running; some tests stop or kill a server for a while. Arguments are passed to
# the tests, as in `run.sh login` or `run.sh --exact login::asterisk_16::md5_login`. Without
# arguments, it also compares the rate of Pings with that of another library.
#
# Exit status: 0 all tests passed, 1 or 101 a test failed, 77 the servers cannot run on this machine
# (one line tells why).
set -euo pipefail

here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
"$here/servers.sh" up || exit
target=$(realpath -m "${CARGO_TARGET_DIR:-$here/../../target}")
manifest=$here/../../Cargo.toml
set -a
eval "$("$here/servers.sh" env)"
set +a
export CARGO_TARGET_DIR=$target AMI_TOOL=$target/debug/ami

cargo build --quiet --manifest-path "$manifest" -p embedded-ami-cli
cargo test --quiet --manifest-path "$manifest" -p live --no-run
log=$target/live.log
# The tests wait most of the time, so there are more threads than processors. Tests that pass are
# counted, not listed.
cargo test --manifest-path "$manifest" -p live -- --test-threads=8 --show-output "$@" 2>&1 | tee "$log" |
    awk '/^successes:/ { passed = 1 } /^(failures|test result):/ { passed = 0 } /^measured: / || !passed' |
    grep -vE '^test .* ok$|^ +Finished |^$'

passed() { grep -cE "^test .*$1.* ok$" "$log" || true; }
release() { "$here/servers.sh" cli "$1" 'core show version' | sed -E 's/^Asterisk ([0-9.]+).*/\1/'; }
echo "live tests: $(passed asterisk_16) passed against Asterisk $(release 16)," \
    "$(passed asterisk_22) against Asterisk $(release 22)"
[ $# != 0 ] || AMI_PORT=$AMI_PORT_22 cargo run --quiet --release --manifest-path "$manifest" -p peers --bin pings

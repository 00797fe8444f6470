#!/usr/bin/env bash
# Runs the live tests (tests/live) against the two real servers of servers.sh, which it starts if need be and
# leaves running, though some tests stop or kill one for a while.  Arguments go to the tests, as in `run.sh login`
# or `run.sh --exact login::asterisk_16::md5`.  Without any, in the end its pings beside another library's.
#
# Exit status: 0 all passed, 1 or 101 not, 77 the servers cannot run on this machine (one line says why).
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
# They wait more than they work: more threads than processors.  What passed is counted, not listed.
cargo test --manifest-path "$manifest" -p live -- --test-threads=8 --show-output "$@" 2>&1 | tee "$log" |
    awk '/^successes:/ { passed = 1 } /^(failures|test result):/ { passed = 0 } /^measured: / || !passed' |
    grep -vE '^test .* ok$|^ +Finished |^$'

passed() { grep -cE "^test .*$1.* ok$" "$log" || true; }
release() { "$here/servers.sh" cli "$1" 'core show version' | sed -E 's/^Asterisk ([0-9.]+).*/\1/'; }
echo "live tests: $(passed asterisk_16) passed against Asterisk $(release 16)," \
    "$(passed asterisk_22) against Asterisk $(release 22)"
[ $# != 0 ] || AMI_PORT=$AMI_PORT_22 cargo run --quiet --release --manifest-path "$manifest" -p peers --bin pings

#!/usr/bin/env bash
# Compares `ami serve` with the real Asterisk 22 of tests/asterisk/servers.sh, which is started if
# needed and left running. Both get the same requests; src/main.rs describes the requests and the
# comparison. Prints the differences, except those for which differences.tsv gives a reason.
# Arguments are passed to the comparison, as in `run.sh --show 22/queue_members`.
#
# Exit status: 0 no other differences, 1 other differences, 2 or 101 the comparison failed, 77 the
# real server cannot run on this machine (one line tells why).
set -euo pipefail

here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
asterisk=$here/../asterisk
"$asterisk/servers.sh" up 22 || exit
eval "$("$asterisk/servers.sh" env)"
target=$(realpath -m "${CARGO_TARGET_DIR:-$here/../../target}")
work=$target/compare
mkdir -p "$work"
export CARGO_TARGET_DIR=$target

cargo build --quiet --locked --manifest-path "$here/../../Cargo.toml" -p embedded-ami-cli
cargo build --quiet --locked --manifest-path "$here/../../Cargo.toml" -p compare

# `ami serve` gets the users of the real server.
sed "s/@PORT@/0/; s/@TLS@/0/" "$asterisk/conf/manager.conf" >"$work/users.conf"
"$target/debug/ami" serve --listen 127.0.0.1:0 --users "$work/users.conf" >"$work/serve.out" 2>"$work/serve.err" &
serve=$!
trap 'kill $serve 2>/dev/null || true' EXIT
address=
for ((i = 0; i < 100; i++)); do
    sleep 0.1
    address=$(sed -n '1s/^listening on //p' "$work/serve.out")
    if [ -n "$address" ] || ! kill -0 $serve 2>/dev/null; then break; fi
done
[ -n "$address" ] || { tail -n 5 "$work/serve.err" >&2; echo "ami serve does not listen on a port" >&2; exit 2; }

"$target/debug/compare" "127.0.0.1:$AMI_PORT_22" "$address" "$@"

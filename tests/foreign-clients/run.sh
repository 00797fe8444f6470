#!/usr/bin/env bash
# Runs AMI clients of other projects, in three languages, against `ami serve`. Prints one line for
# each client with the steps it did. If AMI_PORT and AMI_SECRET (and AMI_HOST, AMI_USER) are set,
# runs them against that server instead, for example a real Asterisk; its extension 102@test must
# answer, wait 0.2 s and hang up.
#
# The clients are installed once, below target/foreign-clients, with pip, npm and cargo.
# Exit status: 0 all clients worked, 1 a client failed, 77 the clients cannot be installed on this
# machine (one line tells why).
set -euo pipefail

here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
target=$(realpath -m "${CARGO_TARGET_DIR:-$here/../../target}")
dir=$target/foreign-clients
manifest=$here/../../Cargo.toml
export CARGO_TARGET_DIR=$target
mkdir -p "$dir"

skip() { echo "skipped: $*"; exit 77; }

for tool in python3 node npm cargo; do
    command -v "$tool" >/dev/null || skip "$tool is missing"
done

exec 9>"$dir/lock" # only one run at a time installs
flock 9

# install pip|npm PACKAGE VERSION [REQUIREMENT]: installs into a folder of its own,
# $dir/PACKAGE-VERSION, because two packages have modules of the same name. An installation that was
# interrupted is repeated.
install() {
    local to=$dir/$2-$3 log=$dir/$1.log command
    [ ! -d "$to" ] || return 0
    rm -rf "$to.tmp"
    case $1 in
        pip) command=(python3 -m pip install --disable-pip-version-check --target "$to.tmp" "$2==$3" "${@:4}") ;;
        npm) command=(npm install --no-audit --no-fund --prefix "$to.tmp" "$2@$3") ;;
    esac
    "${command[@]}" >"$log" 2>&1 || skip "$1 cannot install $2 $3 ($log)"
    mv "$to.tmp" "$to"
}

install pip panoramisk 1.4
install pip pyst2 0.5.1 six==1.17.0
install pip asterisk-ami 0.1.7
install npm asterisk-manager 0.2.0
install npm ami-io 1.2.1
cargo fetch --quiet --locked --manifest-path "$manifest" || skip "cargo cannot fetch asterisk-rs-ami"
cargo build --quiet --locked --manifest-path "$manifest" -p drive-asterisk-rs-ami || exit 1
flock -u 9

work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

if [ -n "${AMI_PORT:-}" ]; then
    : "${AMI_HOST:=127.0.0.1}" "${AMI_USER:=admin}" "${AMI_SECRET:?is needed with AMI_PORT}"
    export AMI_HOST AMI_PORT AMI_USER AMI_SECRET
else
    cargo build --quiet --locked --manifest-path "$manifest" -p embedded-ami-cli || exit 1
    export AMI_HOST=127.0.0.1 AMI_PORT AMI_USER=admin AMI_SECRET=very-secret
    : >"$work/server" # there before it is looked at
    "$target/debug/ami" serve --listen 127.0.0.1:0 --user "$AMI_USER" >"$work/server" 2>"$work/server.err" &
    server=$!
    for ((i = 0; i < 100; i++)); do
        AMI_PORT=$(sed -nE '1s/^listening on 127\.0\.0\.1:([0-9]+)$/\1/p' "$work/server")
        if [ -n "$AMI_PORT" ] || ! kill -0 "$server" 2>/dev/null; then break; fi
        sleep 0.1
    done
    [ -n "$AMI_PORT" ] || { echo "FAIL  ami serve does not listen on a port"; cat "$work/server" "$work/server.err"; exit 1; }
fi

clients=0 ok=0
# drive CLIENT COMMAND...: runs a driver, which prints one line with its steps, or the error to
# standard error.
drive() {
    clients=$((clients + 1))
    if timeout 100 "${@:2}" >"$work/out" 2>"$work/err"; then
        ok=$((ok + 1))
        cat "$work/out"
    else
        echo "FAIL  $1 (exit status $?)"
        cat "$work/out" "$work/err" | tail -n 20
    fi
}
drive_python() { drive "$1" env PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$dir/$1-$2" python3 "$here/drive-$1.py"; }
drive_node() { drive "$1" env NODE_PATH="$dir/$1-$2/node_modules" node "$here/drive-$1.js"; }

drive_python panoramisk 1.4
drive_python pyst2 0.5.1
drive_python asterisk-ami 0.1.7
drive_node asterisk-manager 0.2.0
drive_node ami-io 1.2.1
drive asterisk-rs-ami "$target/debug/drive-asterisk-rs-ami"

[ "$ok" = "$clients" ] || [ -z "$server" ] || cat "$work/server.err"
echo "$clients clients, $ok ok"
[ "$ok" = "$clients" ]

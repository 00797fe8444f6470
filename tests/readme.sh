#!/usr/bin/env bash
# Runs the programs of the README as they are printed there, except for the port: each Rust program with
# a `main`, and the first lines for the shell. Their server is `ami serve` or, for the program that
# is a server itself, the tool is the client. Needs nothing but Rust.
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/.."

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
export CARGO_TARGET_DIR=$target
cargo build --quiet --locked -p embedded-ami-cli
PATH=$target/debug:$PATH
work=$(mktemp -d)
children=()
trap 'kill "${children[@]}" 2>"$work/killed" || true; rm -rf "$work"' EXIT

fail() {
    echo "FAIL  $1"
    tail -n 20 "$work"/*.out "$work"/*.err
    exit 1
}

# until_has FILE PATTERN: waits up to 20 s for a line.
until_has() {
    for ((i = 0; i < 200; i++)); do
        ! grep -qE "$2" "$work/$1" || return 0
        sleep 0.1
    done
    fail "$1: no line matches $2"
}

# start NAME COMMAND...: starts a program with its output in the files NAME.out and NAME.err.
start() {
    : >"$work/$1.out"
    "${@:2}" >"$work/$1.out" 2>"$work/$1.err" &
    children+=($!)
}

export AMI_USER=admin AMI_SECRET=secret
start serve ami serve --listen 127.0.0.1:0 --log "$work/requests"
until_has serve.out '^listening on'
port=$(sed -n 's/^listening on .*://p' "$work/serve.out")

# The Rust programs, each a binary of a package of its own. A server listens on a free port.
mkdir -p "$work/package/src/bin"
cat >"$work/package/Cargo.toml" <<TOML
[package]
name = "readme"
edition = "2024"
[dependencies]
embedded-ami = { path = "$PWD", features = ["std", "md5"] }
[workspace]
TOML
awk -v folder="$work/package/src/bin" '
    /^```rust/ { inside = 1; text = ""; next }
    /^```/ && inside { if (text ~ /fn main\(/) print text > (folder "/program" ++n ".rs"); inside = 0; next }
    inside { text = text $0 "\n" }' README.md
programs=("$work"/package/src/bin/*.rs)
[ ${#programs[@]} = 3 ] || fail "README.md: expected 3 Rust programs, found ${#programs[@]}"
# The server of the third program cannot tell its port, so this is one that was free a moment ago.
start free ami serve --listen 127.0.0.1:0
until_has free.out '^listening on'
door_port=$(sed -n 's/^listening on .*://p' "$work/free.out")
kill "${children[-1]}"
wait "${children[-1]}" 2>"$work/killed" || true
for program in "${programs[@]}"; do
    sed -i "s/127\.0\.0\.1:5038/127.0.0.1:$(grep -q Server::bind "$program" && echo $door_port || echo "$port")/" "$program"
done
cargo build --quiet --manifest-path "$work/package/Cargo.toml"

# A call for the first program, which lists the channels.
ami --port "$port" originate PJSIP/7 --exten 100 --context default >"$work/originate.out"
program1 >"$work/program1.out" 2>"$work/program1.err" || fail "program 1: exit status $?"
grep -qE '^PJSIP/7-[0-9a-f]+$' "$work/program1.out" || fail "program 1 does not print the channel"
echo "ok    program 1: $(head -n 1 "$work/program1.out")"

program2 >"$work/program2.out" 2>"$work/program2.err" || fail "program 2: exit status $?"
grep -q Answered "$work/program2.out" || fail "program 2 does not print the outcome of the call"
echo "ok    program 2: $(head -n 1 "$work/program2.out")"

start program3 program3
for ((i = 0; i < 50; i++)); do
    ! ami --port "$door_port" action OpenDoor >"$work/door.out" 2>"$work/door.err" || break
    sleep 0.1
done
grep -q 'It opens' "$work/door.out" || fail "program 3 does not open the door"
echo "ok    program 3: $(grep 'It opens' "$work/door.out")"

# The lines for the shell. The last one waits for events; this script makes the call for it.
export AMI_PORT=$port
lines=$(awk '/^The shell tool in three/ { found = 1 } found && /^```/ { if (inside) exit; inside = 1; next } inside' README.md)
[ "$(wc -l <<<"$lines")" = 3 ] || fail "README.md: the tool is no longer shown in three lines"
start tool bash -c "$lines"
# The second login of the tool is the one for events.
until_has requests '"Events","call"'
ami originate PJSIP/8 --exten 102 --context default >"$work/originate.out"
until_has tool.out '^\{.*"Hangup".*PJSIP/8-'
echo "ok    the tool in three lines: $(grep -c '^{' "$work/tool.out") events"

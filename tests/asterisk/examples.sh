#!/usr/bin/env bash
# Runs each example of examples/ against the two real servers of servers.sh, which it starts if
# needed and leaves running. Prints one line for each run. A serial line is a pseudo-terminal that a
# python3 script connects to the server's port; without python3 the examples that need one are
# skipped.
#
# Exit status: 0 all examples worked, 1 an example failed, 77 the servers cannot run on this machine
# (one line tells why).
set -euo pipefail

here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
"$here/servers.sh" up || exit
eval "$("$here/servers.sh" env)"
CARGO_TARGET_DIR=$(realpath -m "${CARGO_TARGET_DIR:-$here/../../target}")
export CARGO_TARGET_DIR AMI_TLS_CA AMI_USER=admin AMI_SECRET=adminsecret
cargo build --quiet --manifest-path "$here/../../Cargo.toml" -p embedded-ami --examples
cargo build --quiet --manifest-path "$here/../../Cargo.toml" -p example-tls -p embedded-ami-cli
PATH=$CARGO_TARGET_DIR/debug/examples:$CARGO_TARGET_DIR/debug:$PATH

work=$(mktemp -d)
children=()
trap 'kill "${children[@]}" 2>"$work/killed" || true; rm -rf "$work"' EXIT

# bridge.py PORT pty: prints the name of a terminal and passes bytes between it and the port until
# either end closes.
# bridge.py PORT tcp: prints the port on which it listens. Closes the first connection at the first
# Hangup, as a restart would, and keeps the second open.
cat >"$work/bridge.py" <<'PYTHON'
import os, select, socket, sys, tty

def bridge(near, last):
    server = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    ends = {near: server.fileno(), server.fileno(): near}
    while True:
        for ready in select.select(ends, [], [])[0]:
            data = os.read(ready, 65536)
            if not data:
                return
            while data:
                sent = os.write(ends[ready], data)
                last, data = b"" if last and last in data else last, data[sent:]
            if not last:
                return

if sys.argv[2] == "pty":
    master, line = os.openpty()
    tty.setraw(line)
    print(os.ttyname(line), flush=True)
    bridge(master, b"\0")
else:
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    for last in b"Event: Hangup", b"\0":
        with listener.accept()[0] as client:
            bridge(client.fileno(), last)
PYTHON

# Starts a program with its output in the files $work/NAME and $work/NAME.err.
start() {
    : >"$work/$1"
    "${@:2}" >"$work/$1" 2>"$work/$1.err" &
    children+=($!)
}

fail() {
    echo "FAIL  $1"
    tail -n 5 "$work"/*.err
    exit 1
}

# until_has NAME COUNT PATTERN: waits until COUNT lines of the output match the pattern.
until_has() {
    for ((i = 0; i < 100; i++)); do
        [ "$(grep -cE "$3" "$work/$1")" -lt "$2" ] || return 0
        sleep 0.1
    done
    fail "$1 $v: fewer than $2 lines match $3"
}

# bridge pty|tcp: starts bridge.py and sets $end to its terminal or port.
bridge() {
    start "bridge" python3 "$work/bridge.py" "$port" "$1"
    until_has bridge 1 .
    end=$(cat "$work/bridge")
}

# check STATUS PATTERN EXAMPLE ARGUMENTS...: runs the example and checks its status and output.
check() {
    local name=$3 status=0
    timeout 20 "${@:3}" >"$work/$name" 2>"$work/$name.err" || status=$?
    [ "$status" = "$1" ] || fail "$name $v: exit status $status"
    until_has "$name" 1 "$2"
    passed "$name"
}

# passed NAME: checks that the output contains no secret and prints the result.
passed() {
    ! grep -q "$AMI_SECRET" "$work/$1" "$work/$1.err" || fail "$1 $v: prints the secret"
    echo "ok    $1 $v: $(tail -n 1 "$work/$1")"
}

for v in 16 22; do
    port=AMI_PORT_$v tls=AMI_TLS_PORT_$v
    port=${!port} tls=${!tls}
    export AMI_HOST=127.0.0.1 AMI_PORT=$port
    check 0 '^support: Agent: Two at Local/105@test' queue_members support
    check 0 '^Success: Answered' originate Local/102@test 100 test
    check 2 '^Failure: Busy' originate Local/103@test 100 test
    check 0 '^Interface paused' queue_pause Local/105@test on lunch
    check 0 '^Interface unpaused' queue_pause Local/105@test off
    check 0 '^System uptime: ' command 'core show uptime'
    check 0 '^database: 1$' night_mode on
    check 0 '^variable: 0$' night_mode off
    file=ami-example-$$.conf # a new one: a file that exists would keep its contents
    ami action CreateConfig Filename=$file >"$work/create"
    ami action UpdateConfig SrcFilename=$file DstFilename=$file \
        Action-000000=NewCat Cat-000000=general >"$work/create"
    check 0 '^maxsecs = 60$' config_set $file general maxsecs 60
    check 0 '^maxsecs = 61$' config_set $file general maxsecs 61
    [ "$(wc -l <"$work/config_set")" = 1 ] || fail "config_set $v: the variable is there twice"
    check 0 '^100: ' extension_states test 100 101
    hang_up Local/none >"$work/hang_up" 2>"$work/hang_up.err" || fail "hang_up $v: exit status $?"
    grep -q 'No such channel' "$work/hang_up.err" || fail "hang_up $v: does not report the missing channel"
    passed hang_up
    AMI_HOST=localhost AMI_PORT=$tls check 0 "^$v\\." tls
    if ! command -v python3 >/dev/null; then
        echo "skip  serial $v, embedded $v, watch $v: no python3 for the other end of the line"
        continue
    fi
    bridge pty
    check 0 '^System uptime: ' serial "$end"
    bridge pty
    start embedded embedded "$end"
    sleep 0.5 # logs in
    originate Local/102@test 100 test >"$work/originate"
    until_has embedded 2 '^"Hangup"'
    passed embedded
    bridge tcp
    AMI_PORT=$end start watch watch
    sleep 0.5 # logs in
    originate Local/102@test 100 test >"$work/originate"
    until_has watch.err 1 'closed the connection'
    calls=$(wc -l <"$work/watch")
    sleep 0.9 # connects again
    originate Local/102@test 100 test >"$work/originate"
    until_has watch $((calls + 1)) .
    passed watch
done

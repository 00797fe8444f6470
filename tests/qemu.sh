#!/usr/bin/env bash
# Runs firmware on an emulated Cortex-M3 (tests/firmware/qemu, QEMU's lm3s6965evb).
#
# 1. Counts the instructions per byte that decoding takes, without the reads; the figures are
#    exactly reproducible. A figure that has grown is a failure, see tests/firmware/figures.sh;
#    --renew records the figures as the new reference.
# 2. Decodes the defmt log of a program and compares it with tests/firmware/qemu/logs.txt.
# 3. Runs the first program of the guide for firmware against `ami serve`.
# 4. A program with 2 KB of storage makes a call through the board's UART, connected to each of the
#    two real servers of tests/asterisk; then on lines with faults in the bytes of the server or of
#    the board, and with a wrong secret. Each transcript is checked.
#
# Servers that do not run are started and left running. If they cannot run, one line tells that the
# calls were skipped.
# Exit status: 0 all checks passed, 1 a check failed, 77 not possible on this machine (one line
# tells why).
set -euo pipefail
export LC_ALL=C

cd "$(dirname "$0")/.."
. tests/firmware/figures.sh
package=tests/firmware/qemu
target=thumbv7m-none-eabi
dir=$(realpath -m "${CARGO_TARGET_DIR:-target}/qemu")
mkdir -p "$dir"
exec 9>"$dir/lock" # one run at a time
flock 9

skip() { echo "skipped: $*"; exit 77; }
fail() { echo "failed: $*"; exit 1; }

# ---- requirements
# ----------------------------------------------------------------------------------

if ! command -v qemu-system-arm >/dev/null; then
    if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
        skip "qemu-system-arm is missing, and only root on Debian can install it"
    fi
    install() { DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends qemu-system-arm; }
    { install || { apt-get update && install; }; } >"$dir/apt.log" 2>&1 ||
        skip "apt-get install qemu-system-arm failed ($dir/apt.log)"
    echo "installed: qemu-system-arm (apt)"
fi

cargo=(cargo)
if ! compgen -G "$(rustc --print target-libdir --target $target)/libcore-*.rlib" >/dev/null; then
    if RUSTUP_MAX_RETRIES=0 timeout --foreground 180 rustup target add $target >"$dir/rustup.log" 2>&1; then
        echo "installed: $target (rustup)"
    else
        # tests/bare-metal.sh can fetch the sources of core; use them if it has.
        sources=$(compgen -G "target/bare-metal/rust-src/usr/src/rustc-*/library" || true)
        if [[ -z $sources ]] || ! rustc +nightly -V >/dev/null 2>&1; then
            skip "rustup cannot add $target; tests/bare-metal.sh may fetch its sources for a nightly toolchain"
        fi
        __CARGO_TESTS_ONLY_SRC_ROOT=$(realpath "$sources")
        export __CARGO_TESTS_ONLY_SRC_ROOT
        cargo=(cargo +nightly -Zbuild-std=core)
        other_compiler=$(rustc +nightly -V)
    fi
fi

# build TARGET_DIR ARGUMENTS...
build() {
    "${cargo[@]}" build --quiet --locked --manifest-path $package/Cargo.toml --target $target --target-dir "$@"
}
build "$dir" --features board --release --bin measure
build "$dir" --features board --profile small --bin measure --bin call --bin blink
build "$dir" --features logs --profile small --bin logs
cargo build --quiet --locked -p embedded-ami-cli
build "$dir/planted" --features board,planted --profile small --bin call
cargo build --quiet --locked --manifest-path $package/Cargo.toml --target-dir "$dir" --features line --release --bin line
cargo build --quiet --locked --manifest-path $package/Cargo.toml --target-dir "$dir" --features decode --bin decode
speed=$dir/$target/release small=$dir/$target/small

board=(qemu-system-arm -cpu cortex-m3 -machine lm3s6965evb -nographic -monitor none)
console=enable=on,target=native
# alone PROGRAM [QEMU_OPTIONS...]: runs a program without a serial line.
alone() {
    timeout 60 "${board[@]}" -serial none -semihosting-config $console "${@:2}" -kernel "$1" </dev/null 2>"$dir/qemu.log" ||
        { cat "$dir/qemu.log" >&2; return 1; }
}
status=0
wrong() { echo "failed: $*"; status=1; }

# ---- instructions per byte
# --------------------------------------------------------------------------

# The most instructions a byte when built for size; `figures.tsv` keeps them from growing by less.
declare -A bounds=(["decode"]=5.3 ["decode, 16 bytes a read"]=13.3 ["decode + walk over all headers"]=14.2
    ["decode + skip events by name"]=6.1)

for level in 3 s; do
    programs=$speed
    [[ $level = 3 ]] || programs=$small
    # Each instruction takes 128 ns of the board's clock.
    figures=$(alone "$programs/measure" -icount shift=7,sleep=off) || fail "measuring at opt-level $level"
    again=$(alone "$programs/measure" -icount shift=7,sleep=off) || fail "measuring at opt-level $level again"
    [[ $figures = "$again" ]] || wrong "the figures at opt-level $level do not repeat"
    while IFS= read -r line; do
        name=${line%%:*} figure=${line#*: }
        figure=${figure%% *}
        bound=
        if [[ $level = s ]]; then
            figure instructions $target "$name" "$figure"
            bound=${bounds[$name]-}
            awk -v figure="$figure" -v bound="${bound:-$figure}" 'BEGIN { exit figure + 0 > bound + 0 }' ||
                wrong "$name: $figure instructions a byte, bound $bound"
        fi
        echo "instructions a byte: opt-level $level: $line${bound:+; bound $bound}"
    done <<<"$figures"
done
check_figures instructions || status=1
[[ ! $renew ]] || exit $status

# ---- defmt
# -----------------------------------------------------------------------------------------

# with TRAIT: prints the documentation pages of the types that implement a trait, as in
# wire/struct.Value.
with() { (cd "$dir/doc/embedded_ami" && grep -rlF "id=\"impl-$1-for-" . | sed 's,^\./,,; s,\.html$,,' | sort); }
# Types with Debug and without Format: iterators, and types that write.
without_format=(event/response/struct.{Categories,CategoryNames,ConfigLines,Entries,ListedActions,RuleLists,Rules}
    event/struct.RtcpReports
    server/struct.{ListWriter,Responder}
    value/struct.{AgiLines,PercentDecoded,Unescaped,Variables}
    wire/struct.{GetAll,HeaderWriter,Headers,Output,Split})
# Prints the types with Format, one per line as in wire::Value, each with its place in the source.
# The types that a table generates have the same place.
places() {
    (cd "$dir/doc/embedded_ami" && with Format | while read -r page; do
        grep -oE 'class="src" href="[^"]*"' "$page.html" | awk -v page="$page" 'NR == 1 {
            sub(/[a-z]+\./, "", page); gsub("/", "::", page); sub(/.*src\//, "src/"); print page, $0
        }'
    done | sort)
}
logs() {
    local bytes=$dir/logs decoded=$dir/logs.txt key digest secret
    alone "$small/logs" >"$bytes" || return
    "$dir/debug/decode" "$small/logs" <"$bytes" >"$decoded" || return
    diff "$package/logs.txt" "$decoded" || return
    key=$(printf 840415273hunter2 | md5sum | cut -c-32) digest=$(printf hunter2 | md5sum | cut -c-32)
    for secret in hunter2 840415273 "$key" "$digest"; do
        ! grep -aoF "$secret" "$bytes" "$decoded" || return
    done
    ! od -An -v -tx1 "$bytes" | tr -d ' \n' | grep -E "$key|$digest" || return
    # Every type with Format is logged, of those that a table generates one. Every type without
    # Format is listed above.
    rm -rf "$dir/doc"
    cargo doc --quiet --locked --no-deps -p embedded-ami --lib --features defmt,embedded-io,heapless,md5 --target-dir "$dir" || return
    diff <(places | cut -d ' ' -f 2- | sort -u) \
        <(join <(places) <(cut -f 1 "$decoded" | sort -u) | cut -d ' ' -f 2- | sort -u) || return
    diff <(printf '%s\n' "${without_format[@]}") <(comm -23 <(with Debug) <(with Format)) || return
    echo "defmt: $(wc -l <"$decoded") values of $(cut -f 1 "$decoded" | sort -u | wc -l) types decoded as expected, without a secret: ok"
}
logs || wrong "defmt"

# ---- the first program of the guide for firmware
# ---------------------------------------------------

ami=$(realpath "${CARGO_TARGET_DIR:-target}")/debug/ami
running=()
# Never fails, since the exit status of a trap would replace that of the script.
stop() {
    [[ ${#running[@]} = 0 ]] || kill "${running[@]}" 2>/dev/null || true
    running=()
}
trap 'stop; rm -f "$measured"' EXIT
# in_time FILE PATTERN: waits up to 10 seconds for a line that matches.
in_time() {
    for _ in {1..100}; do
        ! grep -aqs "$2" "$1" || return 0
        sleep 0.1
    done
    return 1
}
blinks() {
    AMI_SECRET=secret "$ami" serve --user admin --listen 127.0.0.1:0 >"$dir/serve" 2>&1 &
    running+=($!)
    in_time "$dir/serve" '^listening on ' || return 1
    local port
    port=$(sed -n 's/^listening on .*://p' "$dir/serve")
    "${board[@]}" -serial "tcp:127.0.0.1:$port" -semihosting-config $console -kernel "$small/blink" \
        </dev/null >"$dir/blink" 2>"$dir/qemu.log" &
    running+=($!)
    in_time "$dir/blink" '^logged in' || return 1
    AMI_SECRET=secret "$ami" --user admin --port "$port" action Originate \
        Channel=Local/100@default Application=Wait Data=0.5 >"$dir/originate" || return 1
    in_time "$dir/blink" ': Hangup$' || return 1
    # The light is on, off, on and so on.
    awk '/^logged in$/ { next } $1 != (NR % 2 ? "off:" : "on:") { exit 1 }' "$dir/blink"
}
rm -f "$dir/serve" "$dir/blink"
if blinks; then
    echo "ami serve: blink.rs logs in and toggles a light with each event of a call: ok; $(($(wc -l <"$dir/blink") - 1)) events"
else
    wrong "blink.rs"
    cat "$dir/serve" "$dir/blink" "$dir/qemu.log" || true
fi
stop

# ---- calls
# -----------------------------------------------------------------------------------------

# The bytes loaded from the file, and the RAM without the stack.
sizes=$(readelf -lW "$small/call" | awk '$1 == "LOAD" { print $5, $6 }')
flash=0 ram=0
while read -r in_file in_memory; do
    flash=$((flash + in_file))
    [[ $((in_file)) != 0 ]] || ram=$((ram + in_memory))
done <<<"$sizes"
echo "the call program: $flash bytes of flash, $ram bytes of RAM plus the stack; storage of 1536 for messages, 384 for requests, 4 slots of 32"
# If the panic handler remains in the program, a panic is reachable.
handler=panicked
! grep -aq "$handler" "$small/call" || wrong "the call program has a reachable panic"
grep -aq "$handler" "$dir/planted/$target/small/call" || wrong "a planted panic was not found"

servers=$(tests/asterisk/servers.sh up) || {
    [[ $? = 77 ]] || fail "$servers"
    echo "skipped: the calls: ${servers##*skipped: }"
    exit $status
}
eval "$(tests/asterisk/servers.sh env)"

transcript=$dir/transcript
# call RELEASE FAULT SECRET: runs the call program against the server of this release, on a line
# with this fault. With FAULT `straight` QEMU connects to the server without a line.
call() {
    local port_name=AMI_PORT_$1 fault=$2 secret=$3 random times=short command=()
    local to=127.0.0.1:${!port_name} serial=tcp:127.0.0.1:@PORT@
    random=$(od -An -N8 -tx8 /dev/urandom | tr -d ' ')
    if [[ $fault = straight ]]; then
        serial=tcp:$to times=default command=(timeout 60)
    else
        command=("$dir/release/line" "$fault" "$to")
    fi
    "${command[@]}" "${board[@]}" -serial "$serial" -kernel "$small/call" -semihosting-config \
        "$console,arg=call,arg=user=admin,arg=secret=$secret,arg=times=$times,arg=random=$random" \
        </dev/null >"$transcript" 2>"$dir/qemu.log"
}
# says PATTERN...: checks that the transcript has a line for each pattern, in this order.
says() {
    awk 'BEGIN { for (i = 1; i < ARGC - 1; i++) { wanted[i] = ARGV[i]; ARGV[i] = "" } at = 1 }
        at < ARGC - 1 && $0 ~ "^(" wanted[at] ")$" { at++ }
        END { exit at < ARGC - 1 }' "$@" "$transcript"
}
count() { grep -cxE "$1" "$transcript" || true; }
half='Local/102@test-[0-9a-f]+;1'
cleared="Hangup: $half [A-Za-z]+, cause 16 NormalClearing"
was_seen() {
    says ready 'submitted: Originate' "$cleared" 'submitted: CoreShowChannels' 'channels: [0-9]+' goodbye &&
        says ready 'submitted: Originate' 'OriginateResponse: Answered' 'submitted: CoreShowChannels' goodbye
}
# result NAME OUTCOME: prints a result line, and the transcript if the outcome is not ok.
result() {
    local name=$1 more
    more="$(grep -ao 'line: .*' "$dir/qemu.log" || true)"
    if [[ $2 = ok ]]; then
        echo "$name: ok; ${more:+${more#line: }, }stack $(sed -n 's/^stack: //p' "$transcript")"
    else
        wrong "$name"
        cat "$transcript" "$dir/qemu.log"
    fi
}
hits() { sed -n 's/^line: \([0-9]*\) hits.*/\1/p' "$dir/qemu.log"; }

for release in 22 16; do
    outcome=failed
    if call $release straight adminsecret && was_seen &&
        says 'originate: queued' "Newchannel: $half Down" "Newstate: $half Up" "$cleared" &&
        [[ $(count 'unmatched message|.*again|silent.*|lost.*|refused.*') = 0 ]]; then outcome=ok; fi
    result "Asterisk $release: login, Originate, Newchannel, Newstate, Answered, Hangup with cause 16, list, logoff" $outcome
done

# met FAULT: checks that the fault occurred and that the transcript shows its effect; for a fault in
# a request, the effect that the server's reaction must have.
met() {
    case $1 in
        request-noise)
            says 'refused: NoChallenge' 'unmatched message' 'silent: LoggingIn' ready 'an error: again' 'an error: again' \
                'unmatched message' 'the end of the call was not seen: again' "$cleared" 'unmatched message' 'no answer: again' \
                'channels: [0-9]+' goodbye && (($(hits) == 6)) ;;
        request-lost-byte)
            says 'refused: Authentication' ready 'an error: again' 'unmatched message' "$cleared" 'lost: TimedOut' 'no answer: again' \
                'unmatched message' 'no answer: again' 'channels: [0-9]+' 'unmatched message' 'silent: LoggingOff' ready goodbye &&
                (($(hits) == 5)) ;;
        request-overrun)
            says 'silent: LoggingIn' ready 'no answer: again' 'unmatched message' 'no answer: again' "$cleared" 'no answer: again' \
                'channels: [0-9]+' goodbye && (($(hits) == 3)) ;;
        mute)
            says "$cleared" 'no answer: again' 'no answer: again' 'the server does not receive' 'back-off: [0-9]+ ms' ready \
                'channels: [0-9]+' goodbye && (($(hits) == 1)) ;;
        *) (($(hits) >= 3 && $(count 'unmatched message|.*: again|silent: .*|lost: .*|refused: .*') > 0)) ;;
    esac
}
release=22
for fault in noise lost-byte overrun request-noise request-lost-byte request-overrun mute; do
    outcome=failed
    if call $release $fault adminsecret && was_seen && met $fault; then outcome=ok; fi
    result "Asterisk $release: $fault: $(count 'unmatched message') messages unmatched, $(count 'silent: .*|refused: .*|.* not receive') logins or connections repeated, $(count '.*: again') actions; call seen to its end, logoff" $outcome
    release=$((38 - release))
done
outcome=failed
if call 16 silent adminsecret && was_seen && says ready 'silent: Ready' 'back-off: [0-9]+ ms' 'silent: Connecting' \
    'back-off: [0-9]+ ms' ready 'submitted: Originate' goodbye; then outcome=ok; fi
result "Asterisk 16: silence: found by the keepalive, back-off, a second back-off, call on the third connection, logoff" $outcome
outcome=failed
if ! call 22 none wrongsecret && says 'refused: Authentication' 'back-off: [0-9]+ ms' 'refused: Authentication' \
    'back-off: [0-9]+ ms' 'refused: Authentication' 'gave up' &&
    [[ $(count ready) = 0 ]]; then outcome=ok; fi
result "Asterisk 22: login refused: reported three times, with back-off, then given up" $outcome
exit $status

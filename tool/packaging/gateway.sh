#!/usr/bin/env bash
# Builds `ami` for gateways: static binaries for x86_64, aarch64 and mipsel, without TLS, PBX, explain, man page and
# completions. Runs each of them, on a root file system that contains nothing else, against `ami serve`, and prints its
# size and checksum. The binaries are in target/gateway-binaries.
#
#   tool/packaging/gateway.sh                  all targets
#   tool/packaging/gateway.sh x86_64 mipsel    only these
#   tool/packaging/gateway.sh --small ...      each with a standard library that is optimised for size
#
# Rustup adds the targets. mipsel has no ready-made standard library: it is built from the sources with the nightly
# toolchain, and linked by Zig. --small does so for all targets, which saves 250 KB of x86_64: the library then has no
# backtraces, and a panic does not tell its place. The script installs what is missing (rustup, pip, cargo, and apt if it runs as root),
# and leaves out a target with a reason if that fails.
# Exit status: 0 all targets that can be built are right, 1 a build, a run or a bound failed, 2 wrong usage, 77 no
# target can be built.
set -euo pipefail
cd "$(dirname "$0")/../.."

# The most bytes of each binary, and the most milliseconds that x86_64 takes to start.
declare -A most=([x86_64]=900000 [aarch64]=900000 [mipsel]=800000)
most_start=5
runs=200
secret=gateway-secret

small=
if [ "${1:-}" = --small ]; then
    small=yes
    shift
fi
all=(x86_64 aarch64 mipsel)
targets=("${@:-${all[@]}}")
[ $# -gt 0 ] || targets=("${all[@]}")
for target in "${targets[@]}"; do
    [ -n "${most[$target]:-}" ] || { echo "usage: $0 [--small] [${all[*]}]" >&2; exit 2; }
done

build=${CARGO_TARGET_DIR:-$PWD/target}
out=$build/gateway-binaries
logs=$build/gateway-logs
mkdir -p "$out" "$logs"
scratch=$(mktemp -d)
pbx=
stop() {
    [ -z "$pbx" ] || kill "$pbx" 2>/dev/null || true
    rm -rf "$scratch"
}
trap stop EXIT

failed=0 built=0
fail() { echo "FAIL  $*"; failed=$((failed + 1)); }

# Runs a command with its output in a log, and prints the end of the log if it fails.
logged() {
    local log=$logs/$1.log
    shift
    "$@" >"$log" 2>&1 || { tail -n 20 "$log"; return 1; }
}

# Installs a Debian package. Fails if that is not possible.
debian() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    DEBIAN_FRONTEND=noninteractive apt-get install -y "$@" >"$logs/apt.log" 2>&1 ||
        { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y "$@"; } >"$logs/apt.log" 2>&1 || return 1
    echo "installed: $* (apt)"
}

triple() { echo "$1-unknown-linux-musl"; }

# Installs what a target needs. Prints the reason if that is not possible.
prepare() {
    local target=$1 toolchain=${small:+nightly}
    if [ "$target" != mipsel ]; then
        # With --small for its C library.
        logged rustup rustup target add "$(triple "$target")" ${toolchain:+--toolchain nightly} >/dev/null ||
            { echo "rustup cannot add the target"; return 1; }
        [ -n "$small" ] || return 0
    fi
    cargo +nightly --version >/dev/null 2>&1 || { echo "it needs a nightly toolchain"; return 1; }
    if [ ! -d "$(rustc +nightly --print sysroot)/lib/rustlib/src/rust/library" ]; then
        logged rust-src rustup component add rust-src --toolchain nightly >/dev/null ||
            { echo "rustup cannot add the sources of the standard library"; return 1; }
    fi
    [ "$target" = mipsel ] || return 0
    if ! python3 -m ziglang version >/dev/null 2>&1 && ! command -v zig >/dev/null; then
        logged zig python3 -m pip install --user ziglang >/dev/null ||
            logged zig python3 -m pip install --user --break-system-packages ziglang >/dev/null ||
            { echo "pip cannot install ziglang"; return 1; }
    fi
    if ! command -v cargo-zigbuild >/dev/null; then
        logged zigbuild cargo install --locked cargo-zigbuild >/dev/null ||
            { echo "cargo cannot install cargo-zigbuild"; return 1; }
    fi
}

# The options of cargo for a standard library without backtraces, built from its sources.
own_library=(-Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size)

compile() {
    local target=$1 triple arguments
    triple=$(triple "$target")
    arguments=(--locked -p embedded-ami-cli --profile gateway --no-default-features --features gateway --target "$triple")
    case $target in
        mipsel)
            # A position-independent static binary crashes under QEMU. In one that is not, calls of dlsym crash:
            # rustix does without when it makes its system calls itself.
            RUSTFLAGS="-C relocation-model=static -Z location-detail=none --cfg rustix_use_experimental_asm" logged "build-$target" \
                cargo +nightly zigbuild "${own_library[@]}" "${arguments[@]}"
            ;;
        *)
            # The linker of Rust does without a C compiler for the target. It merges functions that are the same, and
            # packs relocations, which saves 34 KB of x86_64.
            local variable=CARGO_TARGET_${triple^^}_LINKER
            local flags="-C link-arg=--icf=all -C link-arg=--pack-dyn-relocs=relr" cargo=(cargo build)
            if [ -n "$small" ]; then
                flags+=" -Z location-detail=none"
                cargo=(cargo +nightly build "${own_library[@]}")
            fi
            logged "build-$target" env "${variable//-/_}=rust-lld" RUSTFLAGS="$flags" "${cargo[@]}" "${arguments[@]}"
            ;;
    esac || return 1
    cp "$build/$triple/gateway/ami" "$out/ami-$target"
}

# Sets `emulator` to a static QEMU to put into the root, or to one to run outside, or to nothing.
find_emulator() {
    emulator=()
    inside=
    [ "$1" != "$(uname -m)" ] || return 0
    if command -v "qemu-$1-static" >/dev/null; then
        inside=$(command -v "qemu-$1-static")
    elif command -v "qemu-$1" >/dev/null || debian qemu-user; then
        emulator=("qemu-$1")
    else
        return 1
    fi
}

# Runs the binary on a root that contains nothing else, if this user may set one up.
alone() {
    local command=(env -i PATH="$PATH" AMI_HOST=127.0.0.1 AMI_PORT="$port" AMI_USER=admin AMI_SECRET="$secret")
    if [ ${#emulator[@]} -gt 0 ]; then
        "${command[@]}" "${emulator[@]}" "$scratch/root/ami" "$@"
    elif [ "$(id -u)" = 0 ]; then
        "${command[@]}" chroot "$scratch/root" ${inside:+/qemu} /ami "$@"
    else
        "${command[@]}" unshare --user --map-root-user chroot "$scratch/root" ${inside:+/qemu} /ami "$@"
    fi
}

# Runs the binary against the PBX: a ping, an action, and an event.
try() {
    local answer log=$scratch/event
    rm -rf "$scratch/root"
    mkdir "$scratch/root"
    cp "$out/ami-$1" "$scratch/root/ami"
    [ -z "$inside" ] || cp "$inside" "$scratch/root/qemu"
    answer=$(alone ping) || { echo "ping failed"; return 1; }
    [ "$answer" = Pong ] || { echo "ping printed $answer"; return 1; }
    answer=$(alone action CoreStatus) || { echo "action failed"; return 1; }
    grep -q '^CoreCurrentCalls: ' <<<"$answer" || { echo "action printed $answer"; return 1; }
    alone events --classes user --only UserEvent --count 1 --json >"$log" &
    local follower=$!
    for _ in $(seq 50); do
        alone action UserEvent UserEvent=Gateway Number=7 >/dev/null
        ! grep -q . "$log" || break
        sleep 0.1
    done
    if ! grep -q . "$log"; then
        kill "$follower" 2>/dev/null || true
        echo "no event arrived"
        return 1
    fi
    wait "$follower" || { echo "events failed"; return 1; }
    grep -q UserEvent "$log" && grep -q Gateway "$log" || { echo "events printed $(cat "$log")"; return 1; }
}

# Prints the milliseconds that a start takes: the least mean of five series.
start_up() {
    local begin end mean least=
    for _ in 1 2 3 4 5; do
        begin=$(date +%s%N)
        for _ in $(seq "$runs"); do "$1" --version >/dev/null; done
        end=$(date +%s%N)
        mean=$(((end - begin) / runs))
        [ -n "$least" ] && [ "$least" -le "$mean" ] || least=$mean
    done
    awk -v least="$least" 'BEGIN { printf "%.2f", least / 1000000 }'
}

logged build-serve cargo build --locked -p embedded-ami-cli --no-default-features --features serve || exit 1
AMI_SECRET=$secret "$build/debug/ami" serve --user admin --listen 127.0.0.1:0 >"$scratch/serve" &
pbx=$!
for _ in $(seq 100); do ! grep -q listening "$scratch/serve" || break; sleep 0.1; done
port=$(sed -n 's/.*:\([0-9]*\)$/\1/p' "$scratch/serve")
[ -n "$port" ] || { echo "FAIL  ami serve does not start"; exit 1; }

for target in "${targets[@]}"; do
    reason=$(prepare "$target") || { echo "skip  $target: $reason"; continue; }
    [ -z "$reason" ] || echo "$reason"
    if ! compile "$target"; then
        fail "$target: the build failed ($logs/build-$target.log)"
        continue
    fi
    built=$((built + 1))
    binary=$out/ami-$target
    size=$(stat -c %s "$binary")
    line="$target: $size bytes of at most ${most[$target]}"
    if ! find_emulator "$target"; then
        line+=", not run without QEMU"
    elif reason=$(try "$target"); then
        line+=", ping, action and events work"
    else
        fail "$target: $reason"
        continue
    fi
    if [ "$target" = "$(uname -m)" ]; then
        start=$(start_up "$binary")
        line+=", starts in $start ms"
        if [ "$target" = x86_64 ] && awk -v start="$start" -v most="$most_start" 'BEGIN { exit !(start >= most) }'; then
            fail "$target: starts in $start ms, the bound is $most_start ms"
        fi
    fi
    if [ "$size" -gt "${most[$target]}" ]; then fail "$line"; else echo "ok    $line"; fi
done

if [ "$built" = 0 ] && [ "$failed" = 0 ]; then
    echo "skipped: none of the targets can be built"
    exit 77
fi
(cd "$out" && sha256sum ami-*)
echo "$built binaries in $out, $failed failed"
[ "$failed" = 0 ]

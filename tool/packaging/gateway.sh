#!/usr/bin/env bash
# Builds `ami` for gateways: static binaries for x86_64, aarch64 and mipsel. The first two have the
# feature set `gateway` of tool/Cargo.toml. mipsel, whose code takes a third more bytes and whose
# machines have the least flash, has the commands without a feature: ping, action, command,
# originate, events and decode. Runs each binary against `ami serve`, on a root file system that
# contains nothing else, and prints its size and checksum. The binaries are in
# target/gateway-binaries.
#
#   tool/packaging/gateway.sh                      all targets
#   tool/packaging/gateway.sh x86_64 mipsel        only these
#   tool/packaging/gateway.sh --features LIST ...  with more features, separated by commas
#                                                  (for mipsel, `gateway` adds all of that set)
#   tool/packaging/gateway.sh --prices [TARGET]    a table: what each feature adds to a binary (x86_64, unless named)
#   tool/packaging/gateway.sh --stable ...         with the standard library of the stable toolchain
#
# The standard library is built from its sources with the nightly toolchain, optimised for size, without backtraces
# and unwinding: that saves 600 KB of x86_64. A panic, which is a fault of the tool, then ends it by a signal without
# a message. Without a nightly toolchain, x86_64 and aarch64 are built with the ready-made library; the bounds do not
# apply then, or with --features. mipsel has no ready-made library, and is linked by Zig.
# The script installs what is missing (rustup, pip, cargo, and apt if it runs as root), and leaves out a target with a
# reason if that fails.
# Exit status: 0 all targets that can be built are right, 1 a build, a run or a bound failed, 2 wrong usage, 77 no
# target can be built.
set -euo pipefail
cd "$(dirname "$0")/../.."

# The most bytes of each binary, and the most milliseconds that x86_64 takes to start.
declare -A most=([x86_64]=900000 [aarch64]=900000 [mipsel]=800000)
most_start=5
runs=200
secret=gateway-secret
# The features of each binary.
declare -A set=([x86_64]=gateway [aarch64]=gateway [mipsel]='')
# The features in the set `gateway`, and those that can be added.
members=(calls metrics session)
others=(profiles explain completions man serve tls)

all=(x86_64 aarch64 mipsel)
usage() { echo "usage: $0 [--stable] [--features LIST] [--prices] [${all[*]}]" >&2; exit 2; }
stable='' more='' prices=''
while [ $# -gt 0 ]; do
    case $1 in
        --stable) stable=yes ;;
        --features) [ $# -ge 2 ] || usage; more=$2; shift ;;
        --prices) prices=yes ;;
        -*) usage ;;
        *) break ;;
    esac
    shift
done
targets=("$@")
if [ $# = 0 ]; then
    targets=("${all[@]}")
    [ -z "$prices" ] || targets=(x86_64)
fi
for target in "${targets[@]}"; do
    [ -n "${most[$target]:-}" ] || usage
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
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y "$@" >"$logs/apt.log" 2>&1 ||
        { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y "$@"; } >"$logs/apt.log" 2>&1 || return 1
    echo "installed: $* (apt)"
}

triple() { echo "$1-unknown-linux-musl"; }

# Installs the nightly toolchain with the sources of the standard library. Prints the reason if that is not possible.
prepare_nightly() {
    [ -z "$stable" ] || { echo "--stable"; return 1; }
    if ! cargo +nightly --version >/dev/null 2>&1; then
        RUSTUP_MAX_RETRIES=0 logged nightly timeout --foreground 600 rustup toolchain install nightly --profile minimal >/dev/null ||
            { echo "rustup cannot install a nightly toolchain"; return 1; }
    fi
    if [ ! -d "$(rustc +nightly --print sysroot)/lib/rustlib/src/rust/library" ]; then
        logged rust-src rustup component add rust-src --toolchain nightly >/dev/null ||
            { echo "rustup cannot add the sources of the standard library"; return 1; }
    fi
}

# Whether the toolchain has the C library of a target, and so can link without Zig.
has_c_library() { compgen -G "$(rustc ${nightly:++nightly} --print target-libdir --target "$(triple "$1")")/self-contained/libc.a" >/dev/null; }

# Installs what a target needs. Prints the reason if that is not possible.
prepare() {
    local target=$1
    # There is none for mipsel. A nightly toolchain can lack those of other targets, too.
    if [ "$target" != mipsel ] && ! has_c_library "$target"; then
        logged rustup rustup target add "$(triple "$target")" ${nightly:+--toolchain nightly} >/dev/null || true
    fi
    ! has_c_library "$target" || return 0
    [ -n "$nightly" ] || { echo "rustup cannot add the target to the stable toolchain, nor use nightly: $no_nightly"; return 1; }
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

# The options of cargo and the compiler for a standard library of our own. fmt-debug=none would save more, but then
# errors lack the values that they show in quotes.
own_library=(-Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size)
own_flags="-Z location-detail=none -Z fmt-debug=shallow -Z unstable-options -C panic=immediate-abort -C force-unwind-tables=no"

# Removes what the linker leaves in a binary for MIPS though only debuggers read it.
remove_debugging() {
    local root host
    root=$(rustc +nightly --print sysroot)
    host=$(rustc +nightly -vV | sed -n 's/^host: //p')
    LD_LIBRARY_PATH=$root/lib "$root/lib/rustlib/$host/bin/rust-objcopy" --remove-section=.pdr --remove-section=.mdebug.abi32 \
        --remove-section=.comment "$1"
}

# compile TARGET FEATURES
compile() {
    local target=$1 triple arguments
    triple=$(triple "$target")
    arguments=(--locked -p embedded-ami-cli --profile gateway --no-default-features --features "$2" --target "$triple")
    case $target in
        mipsel)
            # A position-independent static binary crashes under QEMU. In one that is not, calls of dlsym crash:
            # rustix does without when it makes its system calls itself.
            RUSTFLAGS="-C link-arg=-Oz -C relocation-model=static --cfg rustix_use_experimental_asm $own_flags" logged "build-$target" \
                cargo +nightly zigbuild "${own_library[@]}" "${arguments[@]}" &&
                remove_debugging "$build/$triple/gateway/ami"
            ;;
        *)
            if ! has_c_library "$target"; then
                RUSTFLAGS="-C link-self-contained=no -C link-arg=-Oz $own_flags" logged "build-$target" \
                    cargo +nightly zigbuild "${own_library[@]}" "${arguments[@]}"
                return
            fi
            # The linker of Rust does without a C compiler for the target. It merges functions that are the same, and
            # packs relocations, which saves 34 KB of x86_64.
            local variable=CARGO_TARGET_${triple^^}_LINKER
            local flags="-C link-arg=--icf=all -C link-arg=--pack-dyn-relocs=relr" cargo=(cargo build)
            if [ -n "$nightly" ]; then
                flags+=" $own_flags"
                cargo=(cargo +nightly build "${own_library[@]}")
            fi
            logged "build-$target" env "${variable//-/_}=rust-lld" RUSTFLAGS="$flags" "${cargo[@]}" "${arguments[@]}"
            ;;
    esac
}

# Prints the size of the binary of a target with these features.
size_with() {
    compile "$1" "$2" >&2 && stat -c %s "$build/$(triple "$1")/gateway/ami"
}

# Prints what each feature adds to the binary of a target: those of the set `gateway` by leaving each out, the others by
# adding each.
price_list() {
    local target=$1 feature other set size whole
    whole=$(size_with "$target" gateway) || return 1
    printf '%-14s %9s\n' "$target" bytes gateway "$whole"
    for feature in "${members[@]}"; do
        set=
        for other in "${members[@]}"; do [ "$other" = "$feature" ] || set+=,$other; done
        size=$(size_with "$target" "${set#,}") || return 1
        printf '  %-12s %9s\n' "$feature" "$((whole - size))"
    done
    for feature in "${others[@]}"; do
        if size=$(size_with "$target" "gateway,$feature" 2>/dev/null); then
            printf '+ %-12s %9s\n' "$feature" "+$((size - whole))"
        else
            printf '+ %-12s %9s\n' "$feature" "cannot be built ($logs/build-$target.log)"
        fi
    done
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
        "${command[@]}" "${emulator[@]}" "$scratch/alone/ami" "$@"
    elif [ "$(id -u)" = 0 ]; then
        "${command[@]}" chroot "$scratch/alone" ${inside:+/qemu} /ami "$@"
    else
        "${command[@]}" unshare --user --map-root-user chroot "$scratch/alone" ${inside:+/qemu} /ami "$@"
    fi
}

# Runs the binary against the PBX: a ping, an action, a command that is not in the build, and an event.
try() {
    local answer log=$scratch/event
    rm -rf "$scratch/alone"
    mkdir "$scratch/alone"
    cp "$out/ami-$1" "$scratch/alone/ami"
    [ -z "$inside" ] || cp "$inside" "$scratch/alone/qemu"
    answer=$(alone ping) || { echo "ping failed"; return 1; }
    [ "$answer" = Pong ] || { echo "ping printed $answer"; return 1; }
    answer=$(alone action CoreStatus) || { echo "action failed"; return 1; }
    grep -q '^CoreCurrentCalls: ' <<<"$answer" || { echo "action printed $answer"; return 1; }
    if [ -z "$more" ]; then
        answer=$(alone man 2>&1) && { echo "man succeeded"; return 1; }
        grep -q '(feature man)' <<<"$answer" || { echo "man printed $answer"; return 1; }
    fi
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

nightly=yes
no_nightly=$(prepare_nightly) || nightly=
[ -n "$nightly" ] || echo "stable toolchain ($no_nightly): the binaries are larger, and the bounds do not apply"

if [ -n "$prices" ]; then
    for target in "${targets[@]}"; do
        reason=$(prepare "$target") || { echo "skipped: $target: $reason"; exit 77; }
        price_list "$target" || { echo "FAIL  $target: the build failed ($logs/build-$target.log)"; exit 1; }
    done
    exit 0
fi

logged build-serve cargo build --locked -p embedded-ami-cli --no-default-features --features serve || exit 1
AMI_SECRET=$secret "$build/debug/ami" serve --user admin --listen 127.0.0.1:0 >"$scratch/serve" &
pbx=$!
for _ in $(seq 100); do ! grep -q listening "$scratch/serve" || break; sleep 0.1; done
port=$(sed -n 's/.*:\([0-9]*\)$/\1/p' "$scratch/serve")
[ -n "$port" ] || { echo "FAIL  ami serve does not start"; exit 1; }

for target in "${targets[@]}"; do
    reason=$(prepare "$target") || { echo "skip  $target: $reason"; continue; }
    [ -z "$reason" ] || echo "$reason"
    if ! compile "$target" "${set[$target]}${more:+,$more}"; then
        fail "$target: the build failed ($logs/build-$target.log)"
        continue
    fi
    built=$((built + 1))
    binary=$out/ami-$target
    cp "$build/$(triple "$target")/gateway/ami" "$binary"
    size=$(stat -c %s "$binary")
    bound=${most[$target]}
    [ -n "$nightly" ] && [ -z "$more" ] || bound=
    line="$target: $size bytes${bound:+ of at most $bound}"
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
    if [ -n "$bound" ] && [ "$size" -gt "$bound" ]; then fail "$line"; else echo "ok    $line"; fi
done

if [ "$built" = 0 ] && [ "$failed" = 0 ]; then
    echo "skipped: none of the targets can be built"
    exit 77
fi
(cd "$out" && sha256sum ami-*)
echo "$built binaries in $out, $failed failed"
[ "$failed" = 0 ]

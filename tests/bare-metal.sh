#!/usr/bin/env bash
# Builds the library for bare-metal targets, without features and with all embedded features. Then
# links the programs of tests/firmware and checks that they contain neither a reachable panic nor
# formatting (and that both are found in a program that has them on purpose). Measures flash and RAM
# relative to an empty program, the sizes of types, and the stack below each public call. A figure
# that has grown is a failure, see tests/firmware/figures.sh; --renew records the figures as the new
# reference.
#
# The targets are installed with rustup. If it cannot download them, `core` is built from Debian's
# rust-src with the nightly toolchain; sources and builds are kept under target/bare-metal.
# Exit status: 0 all checks passed, 1 a build or check failed, 77 not possible on this machine (one
# line tells why).
set -euo pipefail

package="embedded-ami"
targets=(thumbv7m-none-eabi thumbv6m-none-eabi riscv32imc-unknown-none-elf)
embedded=(memchr heapless defmt embedded-io md5)

cd "$(dirname "$0")/.."
. tests/firmware/figures.sh
dir=$PWD/target/bare-metal
src=$dir/rust-src
mkdir -p "$dir"

skip() { echo "skipped: $*"; exit 77; }

exec 9>"$dir/lock" # one run at a time; waits for children of a killed run, too
flock 9

if ! command -v jq >/dev/null; then
    if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then skip "jq is missing, and only root on Debian can install it"; fi
    { apt-get update && apt-get -o DPkg::Lock::Timeout=300 install -y jq; } >"$dir/apt.log" 2>&1 || skip "apt-get install jq failed ($dir/apt.log)"
    echo "installed: jq (apt)"
fi

# Any readelf works; the disassembler must know Thumb.
objdump=$(command -v llvm-objdump || compgen -G "$(rustc --print sysroot)/lib/rustlib/*/bin/llvm-objdump" | head -n 1 || true)
if [[ -z $objdump ]]; then
    if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then skip "llvm-objdump is missing, and only root on Debian can install it"; fi
    { apt-get update && apt-get -o DPkg::Lock::Timeout=300 install -y llvm; } >"$dir/apt.log" 2>&1 || skip "apt-get install llvm failed ($dir/apt.log)"
    echo "installed: llvm (apt)"
    objdump=llvm-objdump
fi

# The embedded features that exist in the package.
available=$(cargo metadata --no-deps --format-version 1 |
    jq -r --arg package "$package" '.packages[] | select(.name == $package) | .features | keys[]')
features=$(printf '%s\n' "${embedded[@]}" | grep -Fxf <(echo "$available") | paste -sd,) ||
    { echo "failed: $package has none of the features ${embedded[*]}"; exit 1; }

installed() {
    local target
    for target in "${targets[@]}"; do
        compgen -G "$(rustc --print target-libdir --target "$target")/libcore-*.rlib" >/dev/null || return 1
    done
}

# Unpacks Debian's rust-src into $src. Uses a private apt state, so that the machine's own package
# lists do not change.
fetch_rust_src() {
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg uri tmp=$dir/rust-src.tmp
    if ! command -v apt-get >/dev/null || [[ ! -e $keyring ]]; then skip "rustup cannot add the targets, and this is not Debian"; fi
    uri=$(cat /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null |
        awk '!uri && /^URIs:/ { uri = $2 }
             !uri && $1 == "deb" { for (i = 2; i <= NF && !uri; i++) if ($i ~ /:\//) uri = $i }
             END { print uri }') || true
    [[ -n $uri ]] || skip "rustup cannot add the targets, and apt has no Debian source"
    rm -rf "$tmp"
    mkdir -p "$tmp/lists/partial" "$tmp/cache/archives/partial"
    echo "deb [signed-by=$keyring] $uri sid main" >"$tmp/sources.list"
    local apt=(apt-get -oDir::Etc::SourceList="$tmp/sources.list" -oDir::Etc::SourceParts=/dev/null
        -oDir::State::Lists="$tmp/lists" -oDir::Cache="$tmp/cache" -oAPT::Sandbox::User="$(id -un)")
    (cd "$tmp" && "${apt[@]}" update && "${apt[@]}" download rust-src && dpkg -x rust-src_*.deb unpacked) \
        >"$dir/apt.log" 2>&1 || skip "Debian's rust-src cannot be fetched ($dir/apt.log)"
    mv "$tmp/unpacked" "$src"
    rm -rf "$tmp"
    echo "installed: Debian's $(basename "$src"/usr/src/rustc-*) sources (target/bare-metal/rust-src)"
}

cargo=(cargo)
if ! installed; then
    if [[ ! -d $src ]] && RUSTUP_MAX_RETRIES=0 timeout --foreground 180 rustup target add "${targets[@]}" >"$dir/rustup.log" 2>&1; then
        echo "installed: ${targets[*]} (rustup)"
    else
        nightly=$(rustc +nightly -V 2>/dev/null) || skip "rustup cannot add the targets, and there is no nightly toolchain"
        [[ -d $src ]] || fetch_rust_src
        __CARGO_TESTS_ONLY_SRC_ROOT=$(echo "$src"/usr/src/rustc-*/library)
        export __CARGO_TESTS_ONLY_SRC_ROOT
        cargo=(cargo +nightly -Zbuild-std=core)
        other_compiler=$nightly
    fi
fi

status=0
results=()
for target in "${targets[@]}"; do
    for set in "" "--features $features"; do
        result=ok
        # shellcheck disable=SC2086  # $set is two words or empty
        "${cargo[@]}" build --quiet --locked --release --lib -p "$package" --no-default-features $set \
            --target "$target" --target-dir "$dir" || { result=FAILED; status=1; }
        results+=("$target --no-default-features${set:+ $set}: $result")
    done
done
# sections TARGET PROGRAM: prints the bytes of text and read-only data, of initialised data, and of
# zeroed data.
sections() {
    readelf -SW "$dir/$1/release/$2" | sed 's/^ *\[ *[0-9]*\]//' | awk '
        function hex(digits,   n, i) { for (i = 1; i <= length(digits); i++) n = n * 16 + index("123456789abcdef", substr(digits, i, 1)); return n }
        $7 ~ /A/ { sum[$2 == "NOBITS" ? "bss" : $7 ~ /W/ ? "data" : "text"] += hex($5) }
        END { print sum["text"] + 0, sum["data"] + 0, sum["bss"] + 0 }'
}
# has TARGET PROGRAM: fails unless the program contains both a reachable panic and formatting.
has() {
    local elf=$dir/$1/release/$2 what
    grep -aq _start "$elf" || { echo "failed: $elf has no symbols"; return 1; }
    for what in panic_path 4core3fmt; do grep -aq "$what" "$elf" || return; done
}
# has_none TARGET PROGRAM: fails if the program contains a reachable panic or formatting.
has_none() {
    local elf=$dir/$1/release/$2
    ! grep -aqE 'panic_path|4core3fmt' "$elf" || { echo "failed: $elf can panic or format"; return 1; }
}
declare -A flash
for target in "${targets[@]}"; do
    result=ok
    "${cargo[@]}" build --quiet --locked --release --manifest-path tests/firmware/Cargo.toml --bins \
        --target "$target" --target-dir "$dir" && has "$target" planted || { result=FAILED; status=1; }
    read -r text data bss < <(sections "$target" empty)
    for program in wire client typed server; do
        has_none "$target" "$program" || { result=FAILED; status=1; }
        read -r its_text its_data its_bss < <(sections "$target" "$program")
        figure text "$target" "$program" $((its_text - text))
        figure data "$target" "$program" $((its_data - data))
        figure bss "$target" "$program" $((its_bss - bss))
        flash[$program]=$((its_text - text + its_data - data))
    done
    while read -r size type; do
        figure size "$target" "$type" "$size"
    done < <(readelf -sW "$dir/$target/release/calls" | awk '$8 ~ /^size_of_/ { print $3, substr($8, 9) }')
    results+=("$target firmware without a way to panic; flash: decoder, encoder and look-ups ${flash[wire]} bytes (aim on Cortex-M3: 4096), client session and MD5 ${flash[client]} (10240), server session ${flash[server]}, typed in place of raw headers $((flash[typed] - flash[client])) (400): $result")
    # The disassembly of RISC-V does not name the targets of calls.
    [[ $target = thumb* ]] || continue
    result=ok deepest=0
    calls=$("$objdump" -d --no-show-raw-insn "$dir/$target/release/calls" |
        awk -v pointers='3md53md5|firmware5clock' -f tests/firmware/stack.awk) || { result=FAILED; status=1; }
    while read -r stack call; do
        figure stack "$target" "$call" "$stack"
        ((stack <= deepest)) || deepest=$stack at=$call
    done <<<"$calls"
    results+=("$target stack: at most $deepest bytes below a public call, $at (aim: 512): $result")
done
check_figures text data bss size stack || status=1
if [[ $status != 0 && -n ${nightly:-} ]]; then
    echo "note: $(basename "$src"/usr/src/rustc-*) may not match $nightly; remove target/bare-metal/rust-src to fetch it again"
fi
printf '%s\n' "${results[@]}"
exit $status

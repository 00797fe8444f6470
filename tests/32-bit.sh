#!/usr/bin/env bash
# Runs the library's tests as a program of 32 bits: there the decoder finds lines and names by other code than on 64, to
# take less flash.
#
# The target comes from rustup, a C library of 32 bits from apt.
# Exit status: 0 all passed, 101 not, 77 not possible on this machine (one line says why).
set -euo pipefail

cd "$(dirname "$0")/.."
target=i686-unknown-linux-gnu
log=target/32-bit.log
mkdir -p target

skip() { echo "skipped: $*"; exit 77; }

[[ $(uname -m) == x86_64 ]] || skip "this machine does not run programs of 32 bits"
if ! compgen -G "$(rustc --print target-libdir --target $target)/libstd-*.rlib" >/dev/null; then
    RUSTUP_MAX_RETRIES=0 timeout --foreground 180 rustup target add $target >"$log" 2>&1 || skip "rustup cannot add $target"
    echo "installed: $target (rustup)"
fi
if ! echo 'int main(void) { return 0; }' | cc -m32 -x c - -o target/32-bit.probe 2>"$log"; then
    if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
        skip "there is no C library of 32 bits, and only root on Debian can install it"
    fi
    install() { DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gcc-multilib; }
    { install || { apt-get update && install; }; } >"$log" 2>&1 || skip "apt-get install gcc-multilib failed ($log)"
    echo "installed: gcc-multilib (apt)"
fi

tests=(--lib)
for test in embedded encoder encodings fuzz_bodies heapless invariance oracle replay responses server session torture values; do
    tests+=(--test "$test")
done
# What is recorded beyond tests/data would take as long again.
env -u AMI_CAPTURES cargo test --locked -p embedded-ami --all-features --target $target "${tests[@]}" 2>&1 | tee "$log" |
    grep -E '^(error|test result|thread)|FAILED|panicked' || true
grep -q '^test result' "$log" && ! grep -qE '^error|FAILED' "$log" || exit 101
echo "$(awk '/^test result:/ { n += $4 } END { print n }' "$log") tests passed on 32 bits"

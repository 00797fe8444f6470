#!/usr/bin/env bash
# Runs the library's tests as 32-bit programs. On 32 bits the decoder finds lines and names with
# other code than on 64 bits, which takes less flash.
#
# The target is installed with rustup, a 32-bit C library with apt.
# Exit status: 0 all tests passed, 101 a test failed, 77 not possible on this machine (one line
# tells why).
set -euo pipefail

cd "$(dirname "$0")/.."
target=i686-unknown-linux-gnu
log=target/32-bit.log
mkdir -p target

skip() { echo "skipped: $*"; exit 77; }

[[ $(uname -m) == x86_64 ]] || skip "this machine does not run 32-bit programs"
if ! compgen -G "$(rustc --print target-libdir --target $target)/libstd-*.rlib" >/dev/null; then
    RUSTUP_MAX_RETRIES=0 timeout --foreground 180 rustup target add $target >"$log" 2>&1 || skip "rustup cannot add $target"
    echo "installed: $target (rustup)"
fi
if ! echo 'int main(void) { return 0; }' | cc -m32 -x c - -o target/32-bit.probe 2>"$log"; then
    if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
        skip "a 32-bit C library is missing, and only root on Debian can install it"
    fi
    install() { DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends gcc-multilib; }
    { install || { apt-get update && install; }; } >"$log" 2>&1 || skip "apt-get install gcc-multilib failed ($log)"
    echo "installed: gcc-multilib (apt)"
fi

tests=(--lib)
for test in conformance embedded encoder encodings fuzz_bodies heapless invariance oracle replay responses server session torture values; do
    tests+=(--test "$test")
done
# The captures outside tests/data would double the time.
env -u AMI_CAPTURES cargo test --locked -p embedded-ami --all-features --target $target "${tests[@]}" 2>&1 | tee "$log" |
    grep -E '^(error|test result|thread)|FAILED|panicked' || true
grep -q '^test result' "$log" && ! grep -qE '^error|FAILED' "$log" || exit 101
echo "$(awk '/^test result:/ { n += $4 } END { print n }' "$log") tests passed on 32 bits"

#!/usr/bin/env bash
# Runs tests of `wire` under Miri, which interprets them and reports undefined behaviour: a read
# outside of a slice, of memory without a value, or through a pointer that may not be used. The
# library forbids unsafe code, but memchr has some and searches the library's buffers.
#
# Miri is a component of nightly Rust and is installed with rustup.
# Exit status: 0 all tests passed, 101 a test failed, 77 not possible on this machine (one line
# tells why).
set -euo pipefail

cd "$(dirname "$0")/.."
log=target/miri.log
mkdir -p target

skip() { echo "skipped: $*"; exit 77; }

rustc +nightly -V >/dev/null 2>&1 || skip "Miri needs a nightly toolchain (rustup toolchain install nightly)"
if ! cargo +nightly miri --version >/dev/null 2>&1; then
    RUSTUP_MAX_RETRIES=0 timeout --foreground 300 rustup component add --toolchain nightly miri rust-src >"$log" 2>&1 ||
        skip "rustup cannot add the component miri"
    echo "installed: miri (rustup)"
fi
cargo +nightly miri setup >"$log" 2>&1 || skip "cargo miri setup failed ($log)"

# Miri is some thousand times slower than a processor. So sequences have one symbol, properties are
# tried with two values, and tests with thousands of streams or long ones are left out.
export AMI_LONGEST=1 PROPTEST_CASES=2
export MIRIFLAGS="-Zmiri-strict-provenance -Zmiri-symbolic-alignment-check -Zmiri-disable-isolation"
left_out=(a_message_can_be_given_up a_separator_is_never_cut a_value_of_100_kilobytes an_end_mark_is_found_at_every_cut
    each_byte_is_checked each_limit_of_a_dialect ten_thousand_lines a_message_decodes_to_its_headers
    an_action_keeps_its_name_and_id)
cargo +nightly miri test --locked -p embedded-ami --test small_worlds --test torture --test encoder -- \
    "${left_out[@]/#/--skip=}" >"$log" 2>&1 || true
grep -E '^(error|test result|thread)|FAILED|panicked|Undefined Behavior' "$log" || true
grep -q '^test result' "$log" && ! grep -qE '^error|FAILED' "$log" || exit 101
echo "$(awk '/^test result:/ { n += $4 } END { print n }' "$log") tests passed under Miri"

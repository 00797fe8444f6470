#!/usr/bin/env bash
# Runs each fuzz target for a number of seconds, 60 by default: fuzz/run.sh [SECONDS]
#
# Keeps new inputs in fuzz/corpus, failing inputs in fuzz/artifacts, and libFuzzer's output in fuzz/corpus/TARGET.log.
# Exit status: 0 nothing found, 1 an assertion or the build failed, 77 not possible on this machine (one line of
# output gives the reason).
set -euo pipefail

seconds=${1:-60}
[[ $seconds =~ ^[1-9][0-9]*$ ]] || { echo "usage: fuzz/run.sh [SECONDS]" >&2; exit 2; }

cd "$(dirname "$0")/.."
mkdir -p fuzz/corpus

skip() { echo "skipped: $*"; exit 77; }

rustc +nightly -V >/dev/null 2>&1 || skip "cargo fuzz needs a nightly toolchain (rustup toolchain install nightly)"
if ! cargo fuzz --version >/dev/null 2>&1; then
    cargo install --locked cargo-fuzz >fuzz/corpus/install.log 2>&1 ||
        skip "cargo install cargo-fuzz failed (fuzz/corpus/install.log)"
    echo "installed: $(cargo fuzz --version) (cargo install)"
fi

status=0
for target in decode_invariance encode_roundtrip client_session server_session; do
    log=fuzz/corpus/$target.log
    mkdir -p "fuzz/corpus/$target"
    result=ok
    cargo +nightly fuzz run "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- -dict=fuzz/ami.dict \
        -max_len=4096 -max_total_time="$seconds" -print_final_stats=1 >"$log" 2>&1 || { result=FAILED; status=1; }
    executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
    if [[ -z $executions ]]; then # the target did not start
        result=FAILED
        status=1
    fi
    echo "$target: ${executions:-0} executions, ${rate:-0} exec/s: $result"
    if [[ $result == FAILED ]]; then tail -n 40 "$log"; fi
done
exit $status

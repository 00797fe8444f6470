#!/usr/bin/env bash
# Runs fuzz targets for a number of seconds each, 60 by default, as many at a time as there are cores:
#
#   fuzz/run.sh [SECONDS] [TARGET...]      # every target of fuzz_targets/ unless some are named
#
# Keeps new inputs in fuzz/corpus, failing inputs in fuzz/artifacts, and libFuzzer's output in fuzz/corpus/TARGET.log.
# Exit status: 0 nothing found, 1 an assertion or the build failed, 77 not possible on this machine (one line of
# output gives the reason).
set -euo pipefail

usage() { echo "usage: fuzz/run.sh [SECONDS] [TARGET...]" >&2; exit 2; }

seconds=60
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
    seconds=$1
    shift
fi
((seconds > 0)) || usage

cd "$(dirname "$0")/.."
mkdir -p fuzz/corpus
targets=("$@")
if ((${#targets[@]} == 0)); then
    for file in fuzz/fuzz_targets/*.rs; do targets+=("$(basename "$file" .rs)"); done
fi
for target in "${targets[@]}"; do
    [[ -f fuzz/fuzz_targets/$target.rs ]] || { echo "there is no target $target" >&2; usage; }
done

skip() { echo "skipped: $*"; exit 77; }

rustc +nightly -V >/dev/null 2>&1 || skip "cargo fuzz needs a nightly toolchain (rustup toolchain install nightly)"
if ! cargo fuzz --version >/dev/null 2>&1; then
    cargo install --locked cargo-fuzz >fuzz/corpus/install.log 2>&1 ||
        skip "cargo install cargo-fuzz failed (fuzz/corpus/install.log)"
    echo "installed: $(cargo fuzz --version) (cargo install)"
fi

# The library forbids unsafe code, so AddressSanitizer would find nothing and take most of the time.
options=(--sanitizer none)
cargo +nightly fuzz build "${options[@]}" >fuzz/corpus/build.log 2>&1 || { tail -n 40 fuzz/corpus/build.log; exit 1; }
build=${CARGO_TARGET_DIR:-fuzz/target}
programs=$build/$(rustc +nightly -vV | sed -n 's/^host: //p')/release

# run TARGET: runs a target and prints its line.
run() {
    local target=$1 log=fuzz/corpus/$1.log result=ok executions rate edges
    mkdir -p "fuzz/corpus/$target" "fuzz/artifacts/$target"
    local inputs=("fuzz/corpus/$target" "fuzz/seeds/$target")
    [[ -d fuzz/regressions/$target ]] && inputs+=("fuzz/regressions/$target")
    "$programs/$target" "${inputs[@]}" -dict=fuzz/ami.dict -artifact_prefix="fuzz/artifacts/$target/" -max_len=4096 \
        -timeout=30 -max_total_time="$seconds" -print_final_stats=1 >"$log" 2>&1 || result=FAILED
    executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
    edges=$(sed -n 's/.*INITED cov: \([0-9]*\).*/\1/p' "$log")/$(sed -n 's/.* cov: \([0-9]*\).*/\1/p' "$log" | tail -n 1)
    [[ -n $executions ]] || result=FAILED # the target did not start
    echo "$target: ${executions:-0} executions, ${rate:-0} exec/s, $edges edges at the start and the end: $result"
    [[ $result == ok ]] || { tail -n 40 "$log"; return 1; }
}

status=0 running=0
for target in "${targets[@]}"; do
    if ((running == $(nproc))); then
        wait -n || status=1
        running=$((running - 1))
    fi
    run "$target" &
    running=$((running + 1))
done
for ((; running > 0; running--)); do wait -n || status=1; done
exit $status

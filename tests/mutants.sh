#!/usr/bin/env bash
# Tests the tests: breaks the library in every place that cargo-mutants finds, one mutant at a time,
# and reports each mutant that no test notices.
#
#   tests/mutants.sh                            all mutants; continues an interrupted run
#   tests/mutants.sh src/server src/classes.rs  those of some files or folders
#   tests/mutants.sh --changed main             those of the files that differ from a commit
#   tests/mutants.sh --shard 3/20 --limit 60    a sample, for a time in seconds
#   tests/mutants.sh --report                   the results so far
#   tests/mutants.sh --check-list               whether the list of survivors fits the sources; seconds
#
# A build for each mutant would take days. Instead a copy of the library is built once with all
# mutants in it, and `MUTANT=NUMBER` switches one on while the tests run. Each test runs once alone,
# to learn which mutants it reaches and how long it takes. A mutant then needs the tests that reach
# it, the fastest first, until one fails. Some mutants have no such switch: code that the compiler
# evaluates, and types that differ. cargo-mutants itself builds and tests those, one at a time.
# With `--budget` or `--tests` not every test that reaches a mutant runs; it is then unsure, which
# is reported and not a failure.
#
# A mutant that survives must be listed in tests/mutants-survivors.txt with the reason, and a listed
# one must survive. Results are kept in MUTANTS_RESULTS (default target/mutants-results), by the
# text of the function, so that a change of a function tests its mutants again. `--fresh` also tests
# mutants again that were caught before, for example after a change of the tests.
#
# Exit status: 0 all survivors are listed, 1 one is not or the list is out of date, 77 not possible
# on this machine (one line tells why).
set -euo pipefail

cd "$(dirname "$0")/.."
command -v python3 >/dev/null || { echo "skipped: python3 is missing"; exit 77; }
if ! cargo mutants --version >/dev/null 2>&1; then
    CARGO_TARGET_DIR=$PWD/target/install timeout --foreground 900 cargo install --quiet --locked --debug cargo-mutants ||
        { echo "skipped: cargo install cargo-mutants failed"; exit 77; }
    echo "installed: cargo-mutants (cargo install)"
fi
exec nice -n 15 python3 tests/mutants/run.py "$@"

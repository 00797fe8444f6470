#!/usr/bin/env bash
# Measures which lines of the library its own tests run. Prints a table by folder, and writes the
# lines that no test runs to coverage.txt in the target folder.
#
#   tests/coverage.sh                            the tests of the library
#   tests/coverage.sh -p embedded-ami --lib      some, chosen by options of `cargo test`, to look at
#                                                the lines of one part; no share is demanded then
#
# Counted code is slow. So the first form leaves out tests that repeat, at every cut, size or order,
# what other tests run once; a line that only they ran would be missing from the share.
#
# These lines do not count: modules of unit tests; src/defmt.rs, since only a program with a defmt
# logger can run it (tests/qemu.sh compares what it prints); and the code of other targets and
# features (heapless, 32 bits). Examples in the documentation are not run.
# tests/coverage-uncovered.md explains the lines that remain. Installs cargo-llvm-cov and the
# component llvm-tools if they are missing.
#
# Exit status: 0 at least 97 % of the lines, 1 fewer or a test failed, 77 not possible on this
# machine (one line tells why).
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/.."

least=97
[ $# = 0 ] || least=0

skip() { echo "skipped: $*"; exit 77; }
if ! cargo llvm-cov --version >/dev/null 2>&1; then
    CARGO_TARGET_DIR=$PWD/target/install timeout --foreground 900 cargo install --quiet --locked --debug cargo-llvm-cov ||
        skip "cargo install cargo-llvm-cov failed"
    echo "installed: cargo-llvm-cov (cargo install)"
fi
if ! compgen -G "$(rustc --print sysroot)/lib/rustlib/*/bin/llvm-profdata" >/dev/null; then
    RUSTUP_MAX_RETRIES=0 timeout --foreground 300 rustup component add llvm-tools >/dev/null 2>&1 ||
        skip "rustup cannot add llvm-tools"
    echo "installed: llvm-tools (rustup)"
fi

out=$(realpath -m "${CARGO_TARGET_DIR:-target}")
mkdir -p "$out"
export RUST_BACKTRACE=0
# Otherwise the compiler copies small functions into other crates, where their counts are lost.
export CARGO_INCREMENTAL=1
# Counts of an earlier run would add up with those of this one.
cargo llvm-cov clean --profraw-only
if [ $# = 0 ]; then
    repeat=()
    for name in every_sequence_of every_string_up_to random_streams_over random_payloads random_names random_messages \
        an_end_mark_is_found_at_every_cut every_storage cut_in_two every_cut_in_two random_cuts whole_and_byte_by_byte \
        a_connection_lost_at_every_byte every_order_of_the_calls generated_requests through_many_storages ten_thousand_silent \
        mutated_streams_end junk_is_unmatched results_do_not_depend_on_the_storage ordinary_lines_are_split; do
        repeat+=(--skip "$name")
    done
    # `examples` starts programs, and the others need a feature, that this build does not have.
    targets=(--lib)
    for path in tests/*.rs tests/*/main.rs; do
        path=${path#tests/}
        path=${path%%[./]*}
        case $path in examples | heapless | secrets) ;; *) targets+=(--test "$path") ;; esac
    done
    set -- -p embedded-ami "${targets[@]}" -- "${repeat[@]}"
fi
cargo llvm-cov --locked --no-report "$@"
cargo llvm-cov report --lcov --output-path "$out/coverage.lcov"

# In the report, SF begins a file, and DA is a line and how often it ran. A module of unit tests is
# the end of its file.
awk -v root="$PWD/" -v least="$least" -v list="$out/coverage.txt" '
    function unit_tests(file,    number, line, before, begin) {
        while ((getline line < file) > 0) {
            number++
            if (before == "#[cfg(test)]" && line ~ /^mod .*\{/) begin = number
            before = line
        }
        close(file)
        return begin ? begin : number + 1
    }
    BEGIN { printf "" >list }
    /^SF:/ {
        file = substr($0, 4)
        sub(root, "", file)
        is_library = file ~ /^src\// && file !~ /\/tests(\.rs$|\/)|\/fuzz\.rs$|^src\/defmt\.rs$/
        end = is_library ? unit_tests(file) : 0
        split(file, part, "/")
        folder = part[2] ~ /\.rs$/ ? "src" : "src/" part[2]
    }
    /^DA:/ {
        split(substr($0, 4), line, ",")
        if (!is_library || line[1] >= end) next
        lines[folder]++
        all++
        if (line[2] > 0) { ran[folder]++; covered++ } else print file ":" line[1] >list
    }
    END {
        if (!all) { print "no line of the library is in the report"; exit 1 }
        for (folder in lines)
            printf "%-12s %6d lines %6.2f %%\n", folder, lines[folder], 100 * ran[folder] / lines[folder] | "sort"
        close("sort")
        percent = 100 * covered / all
        printf "%.2f %% of %d lines run in tests", percent, all
        if (least) printf ", of at least %d %%", least
        printf "; the others are in %s\n", list
        exit percent < least
    }' "$out/coverage.lcov"

# Counts instructions of the program benches/counts. The scripts that do so source this file from
# the top of the repository.
# shellcheck shell=bash

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
dir=$target/counts
program=$target/release/counts
mkdir -p "$dir"

. tests/valgrind.sh
cargo build --quiet --locked --release -p counts

# count CASE [SIZE]: runs a case. Prints, separated by tabs, the case (and its size), its
# instructions, its number of units and the name of a unit.
count() {
    local count units
    units=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect='counts::measured*' \
        "$program" "$@" </dev/null 2>"$dir/run.log") || { echo "failed: counts $* ($dir/run.log)" >&2; return 1; }
    count=$(sed -n 's/^==[0-9]*== Collected : *\([0-9]*\).*/\1/p' "$dir/run.log")
    # Without the function to count in, callgrind counts nothing.
    ((${count:-0} > 0)) || { echo "failed: callgrind gave no count ($dir/run.log)" >&2; return 1; }
    printf '%s\t%s\t%s\n' "$*" "$count" "$units"
}

#!/usr/bin/env bash
# Plants faults on purpose, one at a time, in a copy of the last commit, and tells what notices each.
#
#   planted.sh              all faults of tests/planted, each until something notices it
#   planted.sh NAME...      only these
#   planted.sh --all ...    each with every check, to see how many notice it
#
# The checks, in this order: lint (clippy), docs, firmware (the library without std), tests (unit
# tests, then the others, which replay the seeds of the fuzzers), linear (cost for each byte), fuzz
# (60 seconds for each target). A check that this machine cannot run is left out. A fault of the tool
# has only lint and tests.
#
# A fault is a patch that begins with a sentence about it. One that no longer applies is a failure.
# Exit status: 0 every fault was noticed, 1 one was not, 2 wrong usage.
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/.."

every=
if [ "${1:-}" = --all ]; then
    every=yes
    shift
fi
names=("$@")
if [ $# = 0 ]; then
    for patch in tests/planted/*.patch; do names+=("$(basename "$patch" .patch)"); done
fi
for name in "${names[@]}"; do
    [ -f "tests/planted/$name.patch" ] || { echo "usage: $0 [--all] [NAME of tests/planted/NAME.patch]..." >&2; exit 2; }
done

patches=$PWD/tests/planted
work=$(realpath -m "${CARGO_TARGET_DIR:-target}")/planted
export CARGO_TARGET_DIR=$work/target
# Fuzzers start from the seeds alone, not from what an earlier run found.
rm -rf "$work/tree"
mkdir -p "$work/tree"
git archive HEAD | tar -x -C "$work/tree"
cd "$work/tree"
# Otherwise `git apply` would look for the files in the repository around this folder.
export GIT_CEILING_DIRECTORIES=$work

lint() { cargo clippy --quiet --locked -p "$package" --all-features -- -D warnings; }
docs() { RUSTDOCFLAGS='-D warnings' cargo doc --quiet --locked --no-deps -p embedded-ami --all-features; }
firmware() { cargo check --quiet --locked -p embedded-ami --lib --no-default-features --target thumbv7m-none-eabi; }
tests() {
    if [ "$package" != embedded-ami ]; then
        cargo test --locked -p "$package" --no-fail-fast
    else
        cargo test --locked -p embedded-ami --lib && cargo test --locked -p embedded-ami --tests && cargo test --locked -p embedded-ami --doc
    fi
}
linear() { tests/linear.sh; }
fuzz() { fuzz/run.sh 60; }

# can CHECK: whether this machine has what the check needs.
can() {
    case $1 in
        firmware) compgen -G "$(rustc --print target-libdir --target thumbv7m-none-eabi)/libcore-*.rlib" >/dev/null ;;
        linear) command -v valgrind >/dev/null ;;
        fuzz) cargo +nightly fuzz --version >/dev/null 2>&1 ;;
    esac
}

# noticed CHECK: runs a check and prints the name of what failed.
noticed() {
    local log=$work/$name.$1.log
    ! "$1" </dev/null >"$log" 2>&1 || return 1
    case $1 in
        tests) sed -n 's/^test \(.*\) \.\.\. FAILED$/\1/p; s/^error\(\[.*\)*: could not compile.*/it does not compile/p' "$log" | head -n 1 ;;
        fuzz) sed -n 's/^\([a-z_]*\):.*FAILED$/\1/p' "$log" | head -n 1 ;;
        *) sed -n 's/^error\(\[[A-Z0-9]*\]\)*: //p' "$log" | head -n 1 ;;
    esac
}

# Without a fault, nothing may fail, or every fault would seem to be noticed.
missed=0
for name in none "${names[@]}"; do
    package=embedded-ami
    if [ "$name" != none ]; then
        git apply "$patches/$name.patch" || { echo "FAIL  $name: the patch does not apply"; missed=$((missed + 1)); continue; }
        if grep -q '^diff --git a/tool/' "$patches/$name.patch"; then package=embedded-ami-cli; fi
    fi
    if [ $package = embedded-ami ]; then checks=(lint docs firmware tests linear fuzz); else checks=(lint tests); fi
    # The fuzzers are known to find nothing: that is a check of its own.
    if [ "$name" = none ]; then checks=(lint docs firmware tests linear); fi
    by=()
    for check in "${checks[@]}"; do
        can "$check" || continue
        if what=$(noticed "$check"); then
            by+=("$check${what:+ ($what)}")
            [ -n "$every" ] || break
        fi
    done
    if [ "$name" = none ]; then
        [ ${#by[@]} = 0 ] || { echo "FAIL  without a fault: ${by[*]}, log in $work"; exit 1; }
        continue
    fi
    git apply --reverse "$patches/$name.patch"
    if [ ${#by[@]} = 0 ]; then
        echo "FAIL  $name: not noticed: $(head -n 1 "$patches/$name.patch")"
        missed=$((missed + 1))
    else
        printf -v list '%s, ' "${by[@]}"
        echo "ok    $name: ${list%, }"
    fi
done
rm -rf "$work/tree"
echo "${#names[@]} faults planted, $missed not noticed"
[ "$missed" = 0 ]

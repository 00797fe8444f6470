#!/usr/bin/env bash
# Plants faults on purpose, one at a time, in a copy of the last commit, and prints what notices each.
#
#   tests/planted.sh              all faults of tests/planted; continues an interrupted run
#   tests/planted.sh NAME...      only these, also if their results are known
#   tests/planted.sh --all ...    each with every check, to see how many notice it; takes hours
#   tests/planted.sh --named ...  with the checks that the patches name, and no others
#   tests/planted.sh --record     all faults, and writes the table of results to tests/planted.md
#
# A fault is a patch that begins with a sentence about it. Its second line, `Noticed by: CHECK...`,
# names the checks that were made for such a fault; they run first. The checks are:
#
#   unit, doc, NAME    the library's unit tests, its documentation tests, or the test file NAME
#   pbx, pbx/NAME      the unit tests of the miniature PBX, or its test file NAME
#   tool, tool/NAME    those of the tool
#   lint               clippy
#   docs               rustdoc, which reports links that lead nowhere
#   firmware           the library without std
#   linear             the cost of each byte, in instructions
#   fuzz               each fuzz target for 60 seconds (the test file fuzz_bodies replays the seeds)
#
# A check that runs tests can select them by a part of their names, as in `unit:client::id`.
#
# If no named check notices the fault, all others run, and the line of the fault reports that. Each
# check that is used must pass without a fault first, once for each state of the sources. A check that
# this machine cannot run is left out.
#
# A patch that does not apply, or does not compile, is a failure, not a fault that was noticed.
#
# Exit status: 0 every fault was noticed, 1 one was not, 2 wrong usage.
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/.."

usage() { echo "usage: $0 [--all | --named] [--record] [NAME of tests/planted/NAME.patch]..." >&2; exit 2; }

every='' only_named='' record=''
while [[ ${1:-} = --* ]]; do
    case $1 in
        --all) every=yes ;;
        --named) only_named=yes ;;
        --record) record=$PWD/tests/planted.md ;;
        *) usage ;;
    esac
    shift
done
names=("$@")
[[ $# = 0 || -z $record ]] || usage
if [[ $# = 0 ]]; then
    for patch in tests/planted/*.patch; do names+=("$(basename "$patch" .patch)"); done
fi
for name in "${names[@]}"; do [[ -f tests/planted/$name.patch ]] || usage; done

patches=$PWD/tests/planted
work=$(realpath -m "${CARGO_TARGET_DIR:-target}")/planted
export CARGO_TARGET_DIR=$work/target RUST_BACKTRACE=0 CARGO_TERM_COLOR=never
# What the results depend on: the sources, but not the other patches.
state=$(git ls-tree -r HEAD | grep -v $'\ttests/planted' | sha256sum | cut -c 1-16)
results=$work/results/$state
mkdir -p "$work/tree" "$results"

# The copy keeps the times of files that do not change, since cargo builds by them. So a file from
# which a fault is removed is always newer than the build with the fault.
git_dir=$(git rev-parse --absolute-git-dir)
restore() {
    GIT_DIR=$git_dir GIT_WORK_TREE=$work/tree GIT_INDEX_FILE=$work/index git read-tree --reset -u HEAD
    # Fuzzers start from the seeds alone, not from what an earlier run found.
    rm -rf "$work/tree/fuzz/corpus" "$work/tree/fuzz/artifacts"
}
restore
cd "$work/tree"
# Otherwise `git apply` would look for the files in the repository around this folder.
export GIT_CEILING_DIRECTORIES=$work

# `timeout` has a group of its own, to end a test with all its processes.
child=
trap 'kill ${child:-} 2>/dev/null; exit 130' INT TERM

# package NAME: the package that the patch changes.
package() {
    case $(sed -n 's,^diff --git a/\([a-z]*\)/.*,\1,p' "$patches/$1.patch") in
        pbx) echo embedded-ami-pbx ;;
        tool) echo embedded-ami-cli ;;
        *) echo embedded-ami ;;
    esac
}

# named NAME: the checks that the patch names.
named() { sed -n '2s/^Noticed by: //p' "$patches/$1.patch" | tr -d ,; }

# others NAME: all checks for the package of the patch.
others() {
    case $(package "$1") in
        embedded-ami-pbx) echo pbx pbx/tests lint ;;
        embedded-ami-cli) echo tool tool/tests lint ;;
        *) echo unit tests heapless secrets doc lint docs firmware linear fuzz ;;
    esac
}

run_check() {
    local filter=()
    [[ $1 != *:* ]] || filter=(-- "${1#*:}")
    set -- "${1%%:*}"
    case $1 in
        unit) cargo test --locked -p embedded-ami --lib "${filter[@]}" ;;
        doc) cargo test --locked -p embedded-ami --doc ;;
        tests) cargo test --locked -p embedded-ami --tests ;;
        lint) cargo clippy --quiet --locked -p "$package" --all-features -- -D warnings ;;
        docs) RUSTDOCFLAGS='-D warnings' cargo doc --quiet --locked --no-deps -p embedded-ami --all-features ;;
        firmware) cargo check --quiet --locked -p embedded-ami --lib --no-default-features --target thumbv7m-none-eabi ;;
        linear) tests/linear.sh ;;
        fuzz) fuzz/run.sh 60 ;;
        pbx) cargo test --locked -p embedded-ami-pbx --lib "${filter[@]}" ;;
        pbx/tests) cargo test --locked -p embedded-ami-pbx --tests ;;
        pbx/*) cargo test --locked -p embedded-ami-pbx --test "${1#pbx/}" "${filter[@]}" ;;
        tool) cargo test --locked -p embedded-ami-cli --bins "${filter[@]}" ;;
        tool/tests) cargo test --locked -p embedded-ami-cli --tests ;;
        tool/*) cargo test --locked -p embedded-ami-cli --test "${1#tool/}" "${filter[@]}" ;;
        heapless | secrets) cargo test --locked -p embedded-ami --features heapless --test "$1" "${filter[@]}" ;;
        *) cargo test --locked -p embedded-ami --test "$1" "${filter[@]}" ;;
    esac
}

export -f run_check

# can CHECK: whether this machine has what the check needs.
can() {
    case $1 in
        firmware) compgen -G "$(rustc --print target-libdir --target thumbv7m-none-eabi)/libcore-*.rlib" >/dev/null ;;
        linear) command -v valgrind >/dev/null ;;
        fuzz) cargo +nightly fuzz --version >/dev/null 2>&1 ;;
    esac
}

# fails CHECK LOG: whether the check fails, or does not end within 20 minutes.
fails() {
    local status=0
    package=$package timeout 1200 bash -c 'run_check "$1"' - "$1" </dev/null >"$2" 2>&1 &
    child=$!
    wait $child || status=$?
    child=
    [[ $status != 124 ]] || echo "test it does not end ... FAILED" >>"$2"
    # Not possible on this machine, after all.
    [[ $status != 0 && $status != 77 ]]
}

# what CHECK LOG: the names of up to three tests that failed, or the first error.
what() {
    local found
    case $1 in
        lint | docs | firmware) found=$(sed -n 's/^error\(\[[A-Z0-9]*\]\)*: //p' "$2" | head -n 1) ;;
        linear) found=$(grep -m 1 -i 'fail' "$2") ;;
        fuzz) found=$(sed -n 's/^\([a-z_]*\):.*FAILED$/\1/p' "$2" | head -n 1) ;;
        *)
            found=$(sed -n 's/^test \(.*\) \.\.\. FAILED$/\1/p' "$2" | sed 's/ - should panic$//' | sort -u)
            [[ -n $found ]] || found=$(grep -m 1 -o '^error.*' "$2" || true)
            local count
            count=$(grep -c . <<<"$found" || true)
            found=$(head -n 3 <<<"$found" | paste -sd ' ')
            [[ $count -le 3 ]] || found+=" and $((count - 3)) more"
            ;;
    esac
    echo "$found"
}

# is_sound CHECK: whether the check passes without a fault. It is known after the first time.
is_sound() {
    local stamp=$results/sound.$package.${1//[:\/]/-}
    [[ ! -f $stamp ]] || return 0
    ! fails "$1" "$work/none.${1//[:\/]/-}.log" || return 1
    touch "$stamp"
}

begin=$SECONDS
# All checks that are named, first, so that one build without a fault serves them all.
for check in $(for name in "${names[@]}"; do named "$name"; done | tr ' ' '\n' | sort -u); do
    package=embedded-ami
    if can "$check" && ! is_sound "$check"; then
        echo "FAIL  without a fault, $check fails: $(what "$check" "$work/none.${check//[:\/]/-}.log"), log in $work"
        exit 1
    fi
done
echo "the checks pass without a fault ($((SECONDS - begin)) s)"

# plant NAME: sets `by` to what notices the fault, or to nothing. Fails, with a reason in `by`, if it
# is not a fault. This must not run in a subshell, which a signal would end without what it started.
plant() {
    local name=$1 check log place
    package=$(package "$name")
    by="the patch does not apply"
    git apply -C1 "$patches/$name.patch" 2>"$work/$name.log" || return 1
    by=''
    for place in named others; do
        [[ $place = named || -z $only_named ]] || break
        for check in $("$place" "$name"); do
            can "$check" || continue
            log=$work/$name.${check//[:\/]/-}.log
            # A test that fails has been compiled; the others fail for sources that do not compile.
            if [[ $check =~ ^(lint|docs|firmware)$ ]]; then
                cargo check --quiet --locked -p "$package" --all-features >"$log" 2>&1 || { by="it does not compile"; return 1; }
            fi
            fails "$check" "$log" || continue
            if [[ ! $check =~ ^(lint|firmware)$ ]] && grep -q '^error.*: could not compile' "$log"; then
                by="it does not compile"
                return 1
            fi
            if [[ $place = others ]]; then
                # This check was not among those that passed without a fault.
                restore
                is_sound "$check" || { by="without a fault, $check fails, log in $work"; return 1; }
                git apply -C1 "$patches/$name.patch"
            fi
            by+="${by:+; }$check: $(what "$check" "$log")"
            [[ $place = named || -n $every ]] || by+=" (not by $(named "$name" | sed 's/^$/a named check/'))"
            [[ -n $every ]] || break 2
        done
    done
}

missed=0
for name in "${names[@]}"; do
    start=$SECONDS
    result=$results/$name.$(sha256sum <"$patches/$name.patch" | cut -c 1-16)
    if [[ $# != 0 || -n $every || ! -f $result ]]; then
        rm -f "$results/$name".*
        if ! plant "$name"; then
            echo "FAIL  $name: $by"
            missed=$((missed + 1))
            restore
            continue
        fi
        restore
        [[ -z $by ]] || echo "$by" >"$result"
    else
        by=$(<"$result")
    fi
    if [[ -z $by ]]; then
        echo "FAIL  $name: not noticed: $(head -n 1 "$patches/$name.patch")"
        missed=$((missed + 1))
    else
        echo "ok    $name: $by ($((SECONDS - start)) s)"
    fi
done

table() {
    echo '# Faults planted on purpose, and what noticed them'
    echo
    echo 'Written by `tests/planted.sh --record`.'
    echo
    echo '| fault | noticed by |'
    echo '|---|---|'
    local name result
    for name in "${names[@]}"; do
        result=$results/$name.$(sha256sum <"$patches/$name.patch" | cut -c 1-16)
        echo "| $(head -n 1 "$patches/$name.patch" | sed 's/|/\\|/g') | $(if [[ -f $result ]]; then sed 's/|/\\|/g' "$result"; else echo 'nothing'; fi) |"
    done
}
if [[ -n $record && $missed = 0 ]]; then table >"$record"; fi
echo "${#names[@]} faults planted, $missed not noticed ($((SECONDS - begin)) s)"
[[ $missed = 0 ]]

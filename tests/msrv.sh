#!/usr/bin/env bash
# Checks the library, the PBX and the tool, and runs the unit tests of the library, with exactly the
# minimum Rust version of Cargo.toml (rust-version). With AMI_THOROUGH=1 all tests of the library run.
#
# The toolchain is installed with rustup. If it cannot be downloaded, rustc of Debian stable is used
# in a chroot under target/msrv, in which the repository is read-only; its mounts are private and
# end with the script.
#
# Exit status: 0 all checks passed, 1 a check failed, 77 not possible on this machine (one line
# tells why).
set -euo pipefail

suite=trixie # the Debian release whose rustc is the fallback
checks=(
    "check --locked -p embedded-ami"
    # All features except heapless, which needs Rust 1.87.
    "check --locked -p embedded-ami --features std,md5,memchr,defmt,embedded-io"
    "check --locked -p embedded-ami-pbx"
    "check --locked -p embedded-ami-cli"
    "build --locked -p embedded-ami --no-default-features"
    "test --locked -p embedded-ami --lib"
)
[[ ${AMI_THOROUGH:-0} != 1 ]] || checks+=("test --locked -p embedded-ami")

cd "$(dirname "$0")/.."
dir=$PWD/target/msrv
root=$dir/$suite
mkdir -p "$dir/build" "$dir/cargo"

skip() { echo "skipped: $*"; exit 77; }

exec 9>"$dir/lock" # one run at a time; waits for children of a killed run, too
flock 9

version=$(sed -n 's/^rust-version *= *"\([0-9.]*\)".*/\1/p' Cargo.toml | head -n 1)
[[ -n $version ]] || { echo "failed: Cargo.toml has no rust-version"; exit 1; }

# Succeeds if the command "$@" is a rustc of that version, where 1.85 matches any 1.85.x.
is_msrv() { [[ $("$@" -V 2>/dev/null) =~ ^rustc\ ${version//./\\.}[.\ ] ]]; }

# Installs Debian $suite with its rustc in $root.
bootstrap() {
    local why="rustup has no Rust $version, and" keyring=/usr/share/keyrings/debian-archive-keyring.gpg uri
    [[ $(id -u) == 0 ]] || skip "$why only root can make a Debian chroot"
    unshare -m true 2>/dev/null || skip "$why mount namespaces are not allowed"
    [[ -d $root ]] && return
    if ! command -v apt-get >/dev/null || [[ ! -e $keyring ]]; then skip "$why this is not Debian"; fi
    uri=$(cat /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null |
        awk '!uri && /^URIs:/ { uri = $2 }
             !uri && $1 == "deb" { for (i = 2; i <= NF && !uri; i++) if ($i ~ /:\//) uri = $i }
             END { print uri }') || true
    [[ -n $uri ]] || skip "$why apt has no Debian source"
    if ! command -v debootstrap >/dev/null; then
        { apt-get update && apt-get -o DPkg::Lock::Timeout=300 install -y debootstrap; } >"$dir/apt.log" 2>&1 ||
            skip "$why apt-get install debootstrap failed ($dir/apt.log)"
        echo "installed: debootstrap (apt)"
    fi
    # shellcheck disable=SC2016  # expanded by the inner shell
    unshare -m bash -euc '
        rm -rf --one-file-system "$1.tmp"
        debootstrap --variant=minbase --keyring="$4" --include=ca-certificates,rustc,cargo,gcc,libc6-dev "$2" "$1.tmp" "$3"
        mkdir -p "$1.tmp"/{repository,build,cargo}
        rm -rf "$1.tmp/var/cache/apt/archives"
        mv "$1.tmp" "$1"' bash "$root" "$suite" "$uri" "$keyring" >"$dir/debootstrap.log" 2>&1 ||
        skip "$why debootstrap failed ($dir/debootstrap.log)"
    echo "installed: Debian $suite with its rustc (target/msrv/$suite)"
}

# Runs "$@" in the chroot, with the repository read-only and with the machine's name service,
# certificates and cargo configuration.
# shellcheck disable=SC2016  # expanded by the inner shell
in_chroot() {
    unshare -m bash -euc '
        root=$1 dir=$2 config=$3
        shift 3
        mount --bind "$PWD" "$root/repository"
        mount -o remount,bind,ro "$root/repository"
        mount --bind "$dir/build" "$root/build"
        mount --bind "$dir/cargo" "$root/cargo"
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev" # for the pseudo-terminals of the tests
        for file in /etc/resolv.conf /etc/hosts /etc/ssl/certs; do
            [[ -d $file ]] || touch "$root$file"
            mount --bind "$file" "$root$file"
        done
        if [[ -e $config ]]; then
            touch "$root/cargo/config.toml"
            mount --bind "$config" "$root/cargo/config.toml"
        fi
        cd "$root/repository"
        exec chroot "$root" env -C /repository PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
            CARGO_HOME=/cargo CARGO_TARGET_DIR=/build "$@"' \
        bash "$root" "$dir" "${CARGO_HOME:-$HOME/.cargo}/config.toml" "$@"
}

export CARGO_TARGET_DIR=$dir/build
unset AMI_CAPTURES # captures outside tests/data would take long, and are not in the chroot
if is_msrv rustc; then
    run=()
elif is_msrv rustup run "$version" rustc; then
    run=(rustup run "$version")
elif [[ ! -d $root ]] && RUSTUP_MAX_RETRIES=0 timeout --foreground 180 \
    rustup toolchain install "$version" --profile minimal --no-self-update >"$dir/rustup.log" 2>&1; then
    echo "installed: Rust $version (rustup)"
    run=(rustup run "$version")
else
    bootstrap
    is_msrv in_chroot rustc || skip "rustup has no Rust $version, and Debian $suite has $(in_chroot rustc -V)"
    run=(in_chroot)
fi

rust=$("${run[@]}" rustc -V | cut -d' ' -f1,2)
status=0
results=()
for check in "${checks[@]}"; do
    result=ok
    # shellcheck disable=SC2086  # $check is several words
    "${run[@]}" cargo $check --quiet || { result=FAILED; status=1; }
    results+=("$rust: cargo $check: $result")
done
printf '%s\n' "${results[@]}"
exit $status

# The checks of .ci/run that are more than one command, and the functions that print their figures.
# shellcheck shell=bash

skip() { echo "skipped: $*"; exit 77; }

# tool NAME: installs a cargo subcommand unless it is there, without optimisation, because it runs for
# seconds only.
tool() {
    cargo "$1" --version >/dev/null 2>&1 && return
    CARGO_TARGET_DIR=$PWD/target/install timeout --foreground 900 cargo install --quiet --locked --debug "cargo-$1" ||
        skip "cargo install cargo-$1 failed"
    echo "installed: cargo-$1 (cargo install)"
}

# large_tool NAME: the same for a subcommand that takes minutes to build. Only the weekly run installs it.
large_tool() {
    cargo "$1" --version >/dev/null 2>&1 && return
    [ "$mode" = --weekly ] || skip "cargo-$1 is not installed, and takes minutes to build; .ci/run --weekly installs it"
    tool "$1"
}

# Figures.
lines() { echo "$(wc -l) lines"; }
tests() { awk '/^test result:/ { n += $4 } END { print n " tests" }'; }
sets() { grep -c '^info: running' | sed 's/$/ feature sets/'; }
targets() { grep -c ': ok$' | sed 's/$/ builds/'; }
packages() { grep -c ': ok$' | sed 's/$/ packages/'; }
last() { tail -n 1; }
times() { grep -o '[0-9.]* times$' | paste -sd, | sed 's/,/ (headers), /; s/$/ (typed events) the rate/'; }
nothing() { :; }
live_tests() { sed -n 's/^live tests: //p'; }
ratios() { sed -n 's/^decode and walk all headers: //p'; }
grown() { sed -n 's/^growth of \([a-z]*\), \([^:]*\): \([0-9.]*\) times.*/\1 \2: \3 times/p' | paste -sd ';'; }
worst() { grep -o '= [0-9.]*' | sort -k2 -n | tail -n 1 | sed 's/^=/60 KB cost/; s/$/ times 15 KB/'; }
firmware() { sed -n 's/^thumbv7m.* way to panic; \(flash: .*\): ok/\1/p; s/^thumbv7m.* \(stack: .*\): ok/; \1/p' | paste -sd ''; }
walk() { sed -n 's/^instructions a byte: opt-level s: \(decode + walk[^:]*\): \([0-9.]*\).*/\1 takes \2 instructions a byte/p'; }
gateways() { sed -n 's/^ok    \([a-z0-9_]*\): \([0-9]*\)[0-9][0-9][0-9] bytes.*/\1 \2 KB/p' | paste -sd, | sed 's/,/, /g'; }
runs() { grep -E '^[a-z_]+: [0-9]+ executions' | paste -sd ';'; }

# Packages with locks and profiles of their own.
outside=(fuzz tests/firmware tests/firmware/qemu)
# The features of the embedded path, all at once.
embedded=memchr,heapless,defmt,embedded-io,md5

format() {
    local folder
    for folder in . "${outside[@]}"; do
        cargo fmt --check --all --manifest-path "$folder/Cargo.toml" || return 1
    done
}

clippy() { cargo clippy --quiet --locked --workspace --all-features --all-targets -- -D warnings; }

# Pairs of features, and all of them; what only adds a derive or another implementation is one group.
features() {
    (tool hack) || return
    local look=(cargo hack clippy --locked --target-dir target/features)
    "${look[@]}" -p embedded-ami --lib --feature-powerset --depth 2 --group-features memchr,defmt -- -D warnings &&
        "${look[@]}" -p embedded-ami-cli --each-feature --exclude-all-features -- -D warnings
}

# The static binaries of the tool: their sizes, a run of each, and the start. Each target builds a standard library, so
# only the weekly run has all of them.
gateway() { if [ "$mode" = --weekly ]; then tool/packaging/gateway.sh; else tool/packaging/gateway.sh x86_64; fi; }

board_target() {
    local board=thumbv7m-none-eabi
    compgen -G "$(rustc --print target-libdir --target $board)/libcore-*.rlib" >/dev/null && return
    RUSTUP_MAX_RETRIES=0 timeout --foreground 180 rustup target add $board
}

no_std() {
    board_target || skip "rustup cannot add thumbv7m-none-eabi"
    local set
    for set in '' "$embedded"; do
        cargo check --quiet --locked -p embedded-ami --lib --no-default-features --features "$set" --target thumbv7m-none-eabi || return 1
        echo "thumbv7m-none-eabi, features '$set': ok"
    done
    [ "$mode" = --quick ] && return
    cargo check --quiet --locked -p example-async-embedded -p example-w5500 --lib --target thumbv7m-none-eabi &&
        echo 'thumbv7m-none-eabi, examples async-embedded and w5500: ok'
}

outside_clippy() {
    local look=(cargo clippy --quiet --locked --release --target-dir target/outside)
    "${look[@]}" --manifest-path fuzz/Cargo.toml -- -D warnings || return 1
    # The targets of the blocking ends exist only with the flag that fuzzers set.
    RUSTFLAGS='--cfg fuzzing' "${look[@]}" --manifest-path fuzz/Cargo.toml -- -D warnings || return 1
    "${look[@]}" --manifest-path tests/firmware/Cargo.toml -- -D warnings || return 1
    "${look[@]}" --manifest-path tests/firmware/qemu/Cargo.toml --features line,decode -- -D warnings || return 1
    board_target || { echo "skipped: the programs of the board, since rustup cannot add thumbv7m-none-eabi"; return; }
    "${look[@]}" --manifest-path tests/firmware/qemu/Cargo.toml --features board,logs --target thumbv7m-none-eabi -- -D warnings
}

# What a bare `cargo test` leaves out: heapless needs a newer Rust than the rest, and the examples with
# heavy dependencies are not default members.
more_tests() {
    cargo test --locked -p embedded-ami --features heapless --test heapless --test secrets &&
        cargo test --locked -p embedded-ami --features heapless --doc &&
        cargo test --locked -p example-smoltcp -p example-tls -p example-async-embedded -p example-async-std -p example-w5500
}

# The published cases, as an author of another library runs them.
conformance() {
    local run=(python3 tests/conformance/run.py)
    cargo build --quiet --locked -p embedded-ami-cli &&
        "${run[@]}" "${CARGO_TARGET_DIR:-target}/debug/ami" decode &&
        "${run[@]}" --from-client "${CARGO_TARGET_DIR:-target}/debug/ami" decode --from-client &&
        "${run[@]}" --requests python3 tests/conformance/decode.py --requests
}

documentation() {
    RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps -p embedded-ami --all-features &&
        RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps -p embedded-ami &&
        RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps -p embedded-ami-pbx --all-features
}

no_dependencies() { [ "$(cargo tree --locked -p embedded-ami -e normal --prefix none | tee /dev/stderr | wc -l)" = 1 ]; }

# The public API as it is committed, so that a change of it is seen in review. After a change that is meant:
# `.ci/api` writes the listings.
public_api() { .ci/api --check; }

semver() {
    (large_tool semver-checks) || return
    git cat-file -e "$(cat .ci/semver-baseline)^{commit}" || skip "the clone does not have the commit in .ci/semver-baseline"
    cargo semver-checks --package embedded-ami --all-features --baseline-rev "$(cat .ci/semver-baseline)" &&
        echo "no breaking change since $(cat .ci/semver-baseline)"
}

# Each published package as it would be uploaded: builds, and its tests pass the checks of the compiler.
package() {
    local name folder
    cargo package --locked --allow-dirty --no-verify -p embedded-ami -p embedded-ami-pbx -p embedded-ami-cli 2>&1 | tee "$logs/package.warnings"
    ! grep -E '^warning' "$logs/package.warnings" || return 1
    rm -rf target/unpacked
    mkdir -p target/unpacked
    for name in embedded-ami embedded-ami-pbx embedded-ami-cli; do
        tar -xzf "$(compgen -G "target/package/$name-[0-9]*.crate")" -C target/unpacked || return 1
    done
    # Unpacked, the packages depend on each other by version: this workspace says where the versions are.
    {
        echo '[workspace]'
        echo 'resolver = "3"'
        printf 'members = ["embedded-ami-*"]\n[patch.crates-io]\n'
        for name in embedded-ami embedded-ami-pbx; do
            folder=$(basename "$(compgen -G "target/unpacked/$name-[0-9]*")")
            printf '%s = { path = "%s" }\n' "$name" "$folder"
        done
    } >target/unpacked/Cargo.toml
    for name in embedded-ami embedded-ami-pbx embedded-ami-cli; do
        cargo check --quiet --all-targets --manifest-path target/unpacked/Cargo.toml -p "$name" --all-features --target-dir target/unpacked/target || return 1
        echo "$name: ok"
    done
    rm -rf target/unpacked/target
}

# Licences and sources; advisories where the database can be had.
deny() {
    (large_tool deny) || return
    cargo deny --locked --workspace --config .ci/deny.toml check --hide-inclusion-graph bans licenses sources || return 1
    if cargo deny --locked --workspace --config .ci/deny.toml check advisories; then
        echo "bans, licences, sources, advisories: ok"
    elif [ -d "${CARGO_HOME:-$HOME/.cargo}"/advisory-dbs ] && compgen -G "${CARGO_HOME:-$HOME/.cargo}/advisory-dbs/*/.git" >/dev/null; then
        return 1
    else
        echo "bans, licences, sources: ok; advisories skipped: the database cannot be had"
    fi
}

# The library as packaged, with the oldest versions of its dependencies that its manifest allows.
minimal_versions() {
    rustc +nightly -V >/dev/null 2>&1 || skip "there is no nightly toolchain"
    local copy=target/minimal-versions
    rm -rf $copy
    cp -r "$(compgen -G 'target/unpacked/embedded-ami-[0-9]*')" $copy || return 1
    printf '\n[workspace]\n' >>$copy/Cargo.toml
    # Without development dependencies, whose oldest versions do not matter.
    (cd $copy && rm -f Cargo.lock && awk '/^\[/ { keep = !/^\[dev-dependencies/ } keep' Cargo.toml >Cargo.toml.new && mv Cargo.toml.new Cargo.toml &&
        cargo +nightly update --quiet -Z direct-minimal-versions && cargo check --quiet --lib --all-features &&
        cargo tree --all-features --depth 1 --prefix none -e normal | tail -n +2 | awk '{ print $1, $2 }' | sort -u | paste -sd ';')
}

# Whether the list of survivors fits the sources. To test mutants, all tests must be built with the mutants in them,
# which alone takes 12 minutes: the weekly run does that, for all of them.
mutants() { (tool mutants) && tests/mutants.sh --check-list; }

# in_background COMMAND...: runs it in a process group of its own, which is `$!`.
in_background() {
    set -m
    "$@" </dev/null &
    set +m
}

# Each of these compiles in a target folder of its own, and keeps one core busy.
packages_and_features() {
    check features sets features
    check outside nothing outside_clippy
    check gateway gateways gateway
    check semver last semver
    check package packages package
    check deny last deny
    check minimal last minimal_versions
    check mutants last mutants
}

# The real servers are on ports of their own, since another checkout may have its servers up; and none is left running.
real_servers() {
    local base=$((20000 + RANDOM % 1000 * 10))
    export AMI_PORT_16=$base AMI_PORT_22=$((base + 1)) AMI_TLS_PORT_16=$((base + 2)) AMI_TLS_PORT_22=$((base + 3))
    export AMI_SIP_PORT_16=$((base + 4)) AMI_SIP_PORT_22=$((base + 5))
}
with_servers() {
    check foreign-clients last tests/foreign-clients/run.sh
    check asterisk live_tests live
    check compare last tests/compare/run.sh
    # It kills the servers, so nothing else that uses them may run beside it.
    check faults last tests/faults.sh
}
# Numbered events through all parts: it needs a quarter of a core.
begin_soak() { tests/soak.sh "$([ "$mode" = --weekly ] && echo 3600 || echo 300)" >"$logs/soak.output" 2>&1; }
soak_ended() { cat "$logs/soak.output"; return "$soak_status"; }

live() { tests/asterisk/run.sh && tests/asterisk/examples.sh && tests/asterisk/day.sh; }

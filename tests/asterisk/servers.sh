#!/usr/bin/env bash
# Two real Asterisk servers for the live tests: 16 (Debian bullseye) and 22 (Debian sid), each in
# its own chroot, with all services bound to 127.0.0.1 and the configuration in conf/ beside this
# file.
#
#   servers.sh up [16] [22]        build missing servers and start; return when AMI can be used
#   servers.sh start|stop|kill|restart|status|clean [16] [22]
#   servers.sh cli 16 'core show version'
#   servers.sh env                 ports, CA file and the path of this script, as shell assignments
#
# `up` and `start` do not touch a running server; `restart` applies changes in conf/. Stop the
# servers before `cargo clean`: without their folder this script cannot find them.
#
# It needs root on Debian with mount namespaces; if it cannot work, it prints one line with the
# reason and exits with 77. Environment variables: AMI_SERVERS_DIR (work folder, default
# target/asterisk of this repository), AMI_PORT_16/_22, AMI_TLS_PORT_16/_22, and AMI_SIP_PORT_16/_22
# (PJSIP; the port of IAX2 is 100 higher, that of chan_sip, which only 16 has, 200 higher).
set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

self=$(realpath "${BASH_SOURCE[0]}")
here=${self%/*}
work=$(realpath -m "${AMI_SERVERS_DIR:-$here/../../target/asterisk}")
uid=64816 # of asterisk in the chroots; fixed, so that it is not the uid of a service outside
: "${AMI_PORT_16:=15038}" "${AMI_TLS_PORT_16:=15048}" "${AMI_SIP_PORT_16:=15060}"
: "${AMI_PORT_22:=15039}" "${AMI_TLS_PORT_22:=15049}" "${AMI_SIP_PORT_22:=15061}"

say()  { echo "asterisk $*"; }
die()  { say "error: $*" >&2; exit 1; }
skip() { echo "asterisk servers skipped: $*"; exit 77; }

# Sets the variables that depend on the version: root, port, tls, sip, suite.
use() {
    case $1 in
        16) suite=bullseye port=$AMI_PORT_16 tls=$AMI_TLS_PORT_16 sip=$AMI_SIP_PORT_16 ;;
        22) suite=sid port=$AMI_PORT_22 tls=$AMI_TLS_PORT_22 sip=$AMI_SIP_PORT_22 ;;
        *) die "unknown version '$1': use 16 or 22" ;;
    esac
    v=$1 root=$work/root-$1
}

check_machine() {
    [ "$(id -u)" = 0 ] || skip "needs root"
    { grep -qx 'ID=debian' /etc/os-release && command -v apt-get; } >/dev/null 2>&1 || skip "needs Debian"
    unshare -m mount -t proc proc /proc 2>/dev/null || skip "mount namespaces are not available"
}

# ---- building ------------------------------------------------------------------------------------

# Runs a command in chroot $1. /proc is mounted in a namespace that always ends with the command, so
# that no mount is left into which a later `rm -rf` could descend.
inside() {
    # shellcheck disable=SC2016,SC2317
    unshare -m sh -c 'cd "$1" && mount -t proc proc proc || exit 125; shift; exec chroot . env -i "$@"' \
        sh "$1" PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" "${@:2}"
}

# Runs a command with its output in the build log. If it fails, prints the end of the log and exits.
logged() {
    "$@" >>"$work/build-$v.log" 2>&1 && return
    tail -n 8 "$work/build-$v.log" >&2
    die "$v: '$1' failed, see $work/build-$v.log"
}

remove() {
    ! grep -qF " $1/" /proc/self/mounts || die "not deleting $1: something is mounted in it"
    rm -rf --one-file-system "$1"
}

# Prints the mirror from which this machine installs packages: that of its release, or of an alias
# such as stable.
mirror() {
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(COMPONENT) $(RELEASE) $(REPO_URI)' | awk \
        -v name="$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)" '
        $1 == "main" && !uri && ($2 == name || $2 ~ /^(oldstable|stable|testing|unstable|sid)$/) { uri = $3 }
        END { print uri }'
}

install_debootstrap() { apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends debootstrap; }

# debootstrap works in root-N.tmp, which is renamed to root-N at the end, so that root-N is always a
# complete system.
bootstrap() {
    local from; from=$(mirror)
    [ -n "$from" ] || skip "found no Debian mirror in the apt sources"
    if ! command -v debootstrap >/dev/null; then
        { install_debootstrap || { apt-get update && install_debootstrap; }; } >"$work/debootstrap.log" 2>&1 ||
            skip "apt-get cannot install debootstrap"
    fi
    say "$v: building Debian $suite"
    remove "$root.tmp"
    # debootstrap mounts /proc and /sys in its target; in a namespace of its own that is harmless.
    logged unshare -m debootstrap --variant=minbase "$suite" "$root.tmp" "$from"
    # The index of a frozen mirror may be past its Valid-Until date.
    printf '%s "false";\n' Acquire::Check-Valid-Until Acquire::Check-Date APT::Install-Recommends \
        >"$root.tmp/etc/apt/apt.conf.d/99test"
    printf '%s\n' force-unsafe-io path-exclude=/usr/share/{doc,man,locale}/'*' \
        >"$root.tmp/etc/dpkg/dpkg.cfg.d/99test"
    printf '#!/bin/sh\nexit 101\n' >"$root.tmp/usr/sbin/policy-rc.d" # packages must start nothing
    chmod 755 "$root.tmp/usr/sbin/policy-rc.d"
    logged inside "$root.tmp" groupadd -g $uid asterisk
    logged inside "$root.tmp" useradd -u $uid -g $uid -d /var/lib/asterisk -s /usr/sbin/nologin asterisk
    mv "$root.tmp" "$root"
}

build() {
    [ ! -e "$root/.complete" ] || return 0
    [ -d "$root" ] || bootstrap
    say "$v: installing Asterisk"
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    logged inside "$root" dpkg --configure -a # completes an interrupted run
    logged inside "$root" apt-get update
    logged inside "$root" apt-get install -y asterisk openssl
    rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*
    # PJSIP's resolver has two UDP sockets that are not bound to the loopback address. Give it no
    # name server to ask.
    echo 'nameserver 127.0.0.1' >"$root/etc/resolv.conf"
    touch "$root/.complete"
}

# Makes a CA for the clients and one certificate for both servers. (A self-signed certificate alone
# does not work: some TLS libraries refuse a CA as the server's own certificate.)
certificates() {
    [ ! -s "$work/tls/ami.pem" ] || return 0
    local made=$root/tmp/tls
    mkdir -p "$made" "$work/tls"
    # shellcheck disable=SC2016
    logged inside "$root" sh -ec 'cd /tmp/tls
        openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=AMI test CA" -keyout ca.key -out ca.crt
        openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout ami.key -out ami.csr
        printf "%s\n" basicConstraints=CA:FALSE extendedKeyUsage=serverAuth \
            subjectAltName=DNS:localhost,IP:127.0.0.1 >ami.ext
        openssl x509 -req -in ami.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 \
            -extfile ami.ext -out ami.crt
        cat ami.key ami.crt >ami.pem'
    mv "$made/ca.crt" "$work/tls/ca.crt"
    mv "$made/ami.pem" "$work/tls/ami.pem"
    rm -rf "$made"
}

# ---- configuration: conf/ with the ports filled in, again at each start
# ---------------------------

configure() {
    local etc=$root/etc/ami file
    certificates
    rm -rf "$etc"
    mkdir "$etc"
    cp "$work/tls/ami.pem" "$etc/ami.pem"

    for file in "$here"/conf/*.conf; do
        sed -e "s/@PORT@/$port/; s/@TLS@/$tls/; s/@SIP@/$sip/" \
            -e "s/@IAX@/$((sip + 100))/; s/@CHAN_SIP@/$((sip + 200))/" "$file" >"$etc/${file##*/}"
    done
    # Files about which Asterisk complains if they are missing.
    touch "$etc"/{acl,agents,ccss,cdr,cel,cli_aliases,confbridge,features,musiconhold,pjproject}.conf \
        "$etc"/{pjsip_notify,pjsip_wizard,queuerules,res_fax,res_parking,udptl,stasis,voicemail,iaxprov}.conf
    # Modules not to load: those that listen on more than the loopback address, that need a
    # database, a sound card or another server, or that do not load without a configuration.
    printf '[modules]\nautoload = yes\n' >"$etc/modules.conf"
    (
        shopt -s nullglob
        cd "$root"/usr/lib/asterisk/modules 2>/dev/null || cd "$root"/usr/lib/*/asterisk/modules
        printf 'noload = %s\n' chan_{unistim,mgcp,skinny,alsa,oss,console,motif,mobile}.so \
            pbx_{dundi,lua,ael}.so {cdr,cel,res_config}_*.so res_{snmp,smdi,xmpp,statsd,prometheus}.so \
            res_{stun_monitor,resolver_unbound,http_media_cache}.so \
            app_{alarmreceiver,amd,festival,followme,jack,minivm,stasis*}.so res_{ari,stasis}*.so \
            *{adsi,aeap,calendar,cpeid,geolocation,_hep,odbc,phoneprov,stir_shaken,websocket}*.so >>"$etc/modules.conf"
    )
    chown -R $uid:$uid "$etc"
}

# ---- running -------------------------------------------------------------------------------------

# Prints the server's pid if it runs. The pid file alone is not enough, since the pid may belong to
# another process by now.
pid_of() {
    local pid
    pid=$(cat "$root.pid" 2>/dev/null) || return 0
    if [ "/proc/$pid/root" -ef "$root" ]; then echo "$pid"; fi
}

# console SECONDS COMMAND: runs a console command. The console ignores SIGTERM while it waits for a
# server that hangs.
console() { timeout -s KILL "$1" chroot "$root" asterisk -C /etc/ami/asterisk.conf -rx "$2"; }

# Succeeds if a program listens on port $1. Does not connect, because a connection without TLS would
# be an error in Asterisk's log.
listens() {
    grep -qE "^ *[0-9]+: [0-9A-F]+:$(printf %04X "$1") [0-9A-F]+:0000 0A" /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

# Succeeds if the server runs with these ports (they may have changed) and answers. The banner is
# sent before all modules are loaded, hence the console command.
ready() (
    [ "$(grep -cxE "port = $port|tlsbindaddr = 127.0.0.1:$tls" "$root/etc/ami/manager.conf")" = 2 ] &&
        listens "$tls" && exec 3<>"/dev/tcp/127.0.0.1/$port" && read -r -t 2 line <&3 &&
        [[ $line == "Asterisk Call Manager/"* && $(console 5 'core waitfullybooted') == *'fully booted'* ]]
) 2>/dev/null

start() {
    local p
    [ -e "$root/.complete" ] || die "$v: not built yet, use 'up'"
    if [ -n "$(pid_of)" ]; then
        if ready; then say "$v: is up"; return; fi
        stop
    fi
    for p in "$port" "$tls"; do
        ! listens "$p" || die "$v: port $p is in use by another program"
    done
    configure
    # setsid, so that the server outlives the terminal. 9<&-, so that it does not hold the lock.
    # shellcheck disable=SC2016
    setsid unshare -m sh -c 'echo $$ >"$1.pid"
        cd "$1" && mount -t proc proc proc || exit 125
        exec chroot . env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LC_ALL=C.UTF-8 TZ=UTC sh -c "
            install -d -o asterisk -g asterisk /run/asterisk /var/log/asterisk
            exec asterisk -f -U asterisk -G asterisk -C /etc/ami/asterisk.conf"' \
        sh "$root" >"$root.out" 2>&1 </dev/null 9<&- &
    for ((p = 0; p < 600; p++)); do
        if ready; then
            say "$v: is up on 127.0.0.1:$port, TLS $tls"
            return
        fi
        kill -0 $! 2>/dev/null || break
        sleep 0.1
    done
    tail -n 5 "$root.out" >&2
    die "$v: did not start, see $root.out and $root/var/log/asterisk/messages"
}

# Asterisk does not always obey 'core stop now' (or SIGTERM), so it is killed after five seconds.
stop() {
    local pid i; pid=$(pid_of)
    [ -n "$pid" ] || { say "$v: is down"; return; }
    console 2 'core stop now' >/dev/null 2>&1 || true
    for ((i = 0; i < 100; i++)); do
        [ -n "$(pid_of)" ] || break
        [ $i != 30 ] || kill -KILL "$pid"
        sleep 0.1
    done
    [ -z "$(pid_of)" ] || die "$v: process $pid does not end"
    rm -f "$root.pid"
    say "$v: stopped"
}

# Kills the server at once.
kill_it() {
    local pid; pid=$(pid_of)
    [ -n "$pid" ] || { say "$v: is down"; return; }
    kill -KILL "$pid"
    while [ -n "$(pid_of)" ]; do sleep 0.01; done
    rm -f "$root.pid"
    say "$v: killed"
}

clean() {
    stop
    remove "$root"
    remove "$root.tmp"
    rm -f "$root.out" "$root.pid" "$work/build-$v.log"
    ls -d "$work"/root-* >/dev/null 2>&1 || rm -rf "$work/tls" "$work/debootstrap.log"
    rmdir --ignore-fail-on-non-empty "$work"
    say "$v: removed"
}

status() {
    if ready; then say "$v: is up, pid $(pid_of), port $port, TLS $tls"; else say "$v: is down"; return 1; fi
}

command=${1:-up}
[ $# = 0 ] || shift
case $command in
    env)
        printf '%s=%q\n' AMI_PORT_16 "$AMI_PORT_16" AMI_PORT_22 "$AMI_PORT_22" \
            AMI_TLS_PORT_16 "$AMI_TLS_PORT_16" AMI_TLS_PORT_22 "$AMI_TLS_PORT_22" \
            AMI_TLS_CA "$work/tls/ca.crt" AMI_CLI "$self"
        exit ;;
    cli)
        use "${1:-}"
        shift
        check_machine
        console 60 "$*"
        exit ;;
    up | start | stop | kill | restart | status | clean) ;;
    *) die "unknown command '$command'" ;;
esac
check_machine
[ $# != 0 ] || set -- 16 22
for v; do use "$v"; done
result=0
if [ "$command" != status ]; then # one run at a time; waits for children of a killed run, too
    mkdir -p "$work"
    exec 9<"$work"
    flock -n 9 || { say "waiting for another run"; flock 9; }
fi
for v; do
    use "$v"
    case $command in
        up) build; start ;;
        restart) stop; start ;;
        status) status || result=1 ;;
        start) start ;;
        stop) stop ;;
        kill) kill_it ;;
        clean) clean ;;
    esac
done
exit $result

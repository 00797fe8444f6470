#!/usr/bin/env bash
# A day's work with the tool alone, against the two real servers of servers.sh, which it starts if
# needed. At the end of the day it stops and starts each of them. Each part prints one line.
#
# The commands are meant to be read as examples: the settings come from a profile, no secret and no
# value from outside is in an argument, and each exit status is looked at. jq, python3 and promtool
# are used if they are there.
#
#   day.sh          both servers
#   day.sh 22       one of them
#
# Exit status: 0 all went well, 1 a part failed, 77 the servers cannot run on this machine (one line
# tells why).
set -euo pipefail

here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# Each server gets a folder of its own for the day, from where a relative name would be wrong.
[ -z "${AMI_SERVERS_DIR:-}" ] || AMI_SERVERS_DIR=$(realpath -m "$AMI_SERVERS_DIR")
"$here/servers.sh" up "$@" || exit
eval "$("$here/servers.sh" env)"
CARGO_TARGET_DIR=$(realpath -m "${CARGO_TARGET_DIR:-$here/../../target}")
export CARGO_TARGET_DIR
cargo build --quiet --manifest-path "$here/../../Cargo.toml" -p embedded-ami-cli
PATH=$CARGO_TARGET_DIR/debug:$PATH

work=$(mktemp -d)
children=()
down=
v=
# Ends what still runs, also after a failure: programs, calls, the member of the queue, a server that
# is down.
clean_up() {
    [ ${#children[@]} = 0 ] || kill "${children[@]}" 2>/dev/null || true
    [ -z "$down" ] || "$here/servers.sh" start "$down" >/dev/null || true
    if [ -n "$v" ]; then
        hang_up_all || true
        ami action QueueRemove Queue=support Interface=Local/101@test || true
    fi >/dev/null 2>&1
    rm -rf "$work"
}
trap clean_up EXIT

# ---- helpers -------------------------------------------------------------------------------------

fail() {
    echo "FAIL  $v: $*"
    tail -n 8 out err ./*.log 2>/dev/null || true
    exit 1
}

ok() { printf 'ok    %s: %s\n' "$v" "$*"; }

# expect STATUS COMMAND...: runs a command with its output in the files out and err, and checks its
# exit status. No command may take longer than 20 seconds or print a secret.
expect() {
    local status=0
    timeout 20 "${@:2}" >out 2>err || status=$?
    [ "$status" = "$1" ] || fail "exit status $status instead of $1: ${*:2}"
    ! grep -qE 'adminsecret|md5secret' out err || fail "prints the secret: ${*:2}"
}

# has FILE PATTERN [COUNT]: checks that COUNT lines match, at least one if it is not given.
has() {
    local count
    count=$(grep -cE -- "$2" "$1" || true)
    if [ $# = 3 ]; then [ "$count" = "$3" ]; else [ "$count" != 0 ]; fi ||
        fail "$1: $count lines instead of ${3:-one or more} match $2"
}

# until_has FILE PATTERN [COUNT]: waits up to 15 seconds until COUNT lines match.
until_has() {
    for ((i = 0; i < 150; i++)); do
        [ "$(grep -cE -- "$2" "$1" 2>/dev/null || true)" -lt "${3:-1}" ] || return 0
        sleep 0.1
    done
    fail "$1: fewer than ${3:-1} lines match $2"
}

# start NAME COMMAND...: starts a watcher with its output in the files NAME and NAME.log, and waits
# until it has logged in. It needs -v, which shows the login on standard error.
start() {
    : | tee "$1" >"$1.log" # both, before anything looks at them
    "${@:2}" >"$1" 2>"$1.log" &
    children+=($!)
    until_has "$1.log" '^< Message: Authentication accepted'
}

# ended STATUS: waits for the last watcher and checks its exit status.
ended() {
    local status=0 last=${children[-1]}
    for ((i = 0; i < 150; i++)); do
        kill -0 "$last" 2>/dev/null || break
        sleep 0.1
    done
    kill "$last" 2>/dev/null && fail "a watcher does not end"
    wait "$last" || status=$?
    unset 'children[-1]'
    [ "$status" = "$1" ] || fail "a watcher ends with $status instead of $1"
}

# stop: stops the last watcher, which ends by the signal, after it has logged off.
stop() {
    kill "${children[-1]}"
    ended $((128 + 15))
}

skip() { echo "skip  $v: $*"; }
there() { command -v "$1" >/dev/null || { skip "no $1"; return 1; }; }

# With a pattern, Hangup is a list: ListItems tells how many channels it has hung up.
hang_up_all() { ami action Hangup 'Channel=/^Local\/10[0-9]@test-/'; }

# ---- the parts of the day ------------------------------------------------------------------------

# A profile for each way to the server. The secret has a file of its own, which only the user can
# read.
settings() {
    mkdir "$work/$v"
    cd "$work/$v"
    export HOME=$PWD XDG_CONFIG_HOME=$PWD/config
    unset AMI_{CONFIG,PROFILE,HOST,PORT,USER,SECRET,SECRET_FILE,TLS,CA,SERVER_NAME,TIMEOUT}
    mkdir -p config/ami
    cat >config/ami/config.toml <<TOML
[default]
host = "127.0.0.1:$port"
user = "admin"
secret-file = "admin.secret"

[tls]
host = "amis://admin@localhost:$tls"
secret-file = "admin.secret"
ca = "$ca"

[watcher]
host = "ami://md5user@127.0.0.1:$port"
secret-file = "watcher.secret"

[dead]
host = "127.0.0.1:1"
user = "admin"
secret-file = "admin.secret"
TOML
    (
        umask 077
        echo adminsecret >config/ami/admin.secret
        echo md5secret >config/ami/watcher.secret
        echo wrong >wrong.secret
    )
    expect 0 ami profiles
    has out '^(default|tls|watcher|dead)\b' 4
    expect 0 ami ping
    has out '^Pong$' 1
    expect 0 ami ping --profile tls
    expect 0 ami ping --profile watcher --plain
    ok "three profiles log in"
}

# Exit statuses 3 and 4 tell a server that cannot be reached from one that refuses the user.
refusals() {
    expect 4 ami ping --secret-file wrong.secret
    has err '^ami: login refused: Authentication failed; the user [a-z]* is from .*, its secret from .*wrong.secret' 1
    expect 4 ami ping --user nobody
    expect 3 ami ping --profile dead
    # A server without TLS on this port answers the handshake with its banner.
    expect 3 ami ping --tls --ca "$ca"
    # The secret of a profile is for its own port. Another one needs a secret that is meant for it.
    expect 2 ami ping --port "$tls"
    has err "^ami: --port: the secret of the profile default is for .*, not for 127.0.0.1:$tls; give --secret-file" 1
    # A port with TLS waits for a handshake and prints nothing.
    expect 3 ami ping --port "$tls" --timeout 1 --secret-file config/ami/admin.secret
    # The certificate is that of localhost and 127.0.0.1, of a CA that the system does not know.
    expect 3 ami ping --profile tls --server-name pbx.example
    expect 3 ami ping --host "amis://localhost:$tls" --secret-file config/ami/admin.secret
    expect 0 ami ping --host "amis://localhost:$tls" --insecure --secret-file config/ami/admin.secret
    expect 2 ami ping --profile nonsense
    expect 2 ami ping --prot 5038
    has err '^ami: unknown option --prot; did you mean --port\?; see ami ping --help$' 1
    ok "exit statuses 2, 3 and 4"
}

overview() {
    expect 0 ami action CoreSettings --fields AsteriskVersion,AMIversion
    has out "^$v\\.[^	]*	[0-9.]+$" 1
    version=$(cut -f 1 out)
    expect 0 ami command core show uptime
    has out '^System uptime: '
    # Console commands that fail end with 1.
    expect 1 ami command core show nonsense
    expect 1 ami action Nonsense
    # Without channels, the list has no line that has the header.
    expect 0 ami action CoreShowChannels --fields Channel
    [ ! -s out ] || fail "there are channels from another day"
    expect 0 ami explain originate
    has out 'CallerID'
    expect 0 ami explain hangup --json
    has out 'Cause-txt'
    expect 2 ami explain hangupp
    has err 'Hangup'
    ok "Asterisk $version"
}

# The exit status of originate tells how a call ended: no output has to be parsed.
outcomes() {
    expect 0 ami originate Local/102@test --context test --exten 102 --wait-hangup \
        --fields Event,Response,Cause,Cause-txt
    has out '^OriginateResponse	Success' 1
    # The halves of a Local channel end in any order: Asterisk 16 and 22 differ, and each varies.
    has out '^Hangup		16	Normal Clearing$' 2
    expect 11 ami originate Local/103@test --application Wait --data 1
    has err 'busy'
    expect 12 ami originate Local/105@test --application Wait --data 1 --ring 1
    expect 13 ami originate Local/104@test --application Wait --data 1
    # Both servers look up the extension to connect to before they call. A channel of an unknown
    # technology, or an extension that a Local channel does not have, is an attempt that fails.
    expect 10 ami originate Local/102@test --context test --exten 199
    expect 13 ami originate Local/199@test --application Wait --data 1
    expect 13 ami originate Nonsense/1 --application Wait
    ok "calls: answered, busy, no answer, failed, refused"
}

# Values as people type them arrive unchanged. They come from standard input, so that no other user
# of the machine sees them.
values() {
    local channel value line
    {
        echo 'Channel: Local/100@test'
        echo 'Variable: SPACES=  two before, two after  '
        echo 'Variable: EQUALS=a=b=c'
        echo 'Variable: QUOTES="a", '\''b'\'' \ c'
        echo 'Variable: UTF8=Zürich ✓ 東京'
        echo 'Variable: DASH=--help'
        echo 'Variable: DOLLAR=${EXTEN} $(id)'
        echo 'Variable: EMPTY='
    } >headers.txt
    expect 0 ami originate - --context test --exten 100 --fields Channel <headers.txt
    channel=$(cat out)
    while IFS= read -r line; do
        value=${line#*=}
        printf '%s\n' "${value//\\/\\\\}" >expected # as --fields escapes it
        line=${line#Variable: }
        expect 0 ami action Getvar "Channel=$channel" "Variable=${line%%=*}" --fields Value
        cmp -s out expected || fail "${line%%=*}: '$(cat out)' instead of '$value'"
    done < <(grep ^Variable headers.txt)
    # Setvar is another matter: Asterisk drops all blanks after the colon, and with them those that
    # begin the value.
    printf 'Value:   x, "y" = é \n' >value.txt
    expect 0 ami action Setvar "Channel=$channel" Variable=LATE - <value.txt
    expect 0 ami action Getvar "Channel=$channel" Variable=LATE --fields Value
    [ "$(cat out)" = 'x, "y" = é ' ] || fail "LATE: '$(cat out)'"
    # A line end cannot be smuggled in: the tool sends nothing.
    expect 2 ami action Setvar "Channel=$channel" Variable=LATE $'Value=x\r\nAction: Logoff'
    expect 0 ami action CoreShowChannels --fields Channel,ChannelStateDesc
    has out "^$channel	Up$" 1
    expect 0 ami action Hangup "Channel=$channel"
    expect 1 ami action Hangup Channel=Local/none
    ok "variables: blanks, =, quotes, UTF-8, dashes, dollars, none"
}

events() {
    # Two of the four events match, and the second one ends the watcher.
    start watch ami events -v --classes user --where 'Text=*a=b*' --where 'Text!=old*' --count 2 \
        --fields UserEvent,Text --tag "pbx $v"
    for text in 'a=b, "c"' 'other' 'old a=b' 'Zürich a=b'; do
        expect 0 ami action UserEvent UserEvent=Day "Text=$text"
    done
    ended 0
    printf '%s\n' "pbx $v	Day	a=b, \"c\"" "pbx $v	Day	Zürich a=b" >expected
    cmp -s watch expected || fail "$(diff watch expected)"

    # The server filters. Asterisk 16 has regular expressions over the whole event only.
    local filter='UserEvent: Night'
    expect 1 ami events --filter 'name(UserEvent),header(UserEvent)=Night'
    if [ "$v" = 16 ]; then
        has err 'does not know filters with criteria' 1
    else
        has err 'a pattern needs a criterion for the comparison' 1
        filter='name(UserEvent),header(UserEvent),method(exact)=Night'
    fi
    start watch ami events -v --classes user --filter "$filter" --for 2 --json
    expect 0 ami action UserEvent UserEvent=Day Text=1
    expect 0 ami action UserEvent UserEvent=Night Text=2
    ended 0
    has watch '"UserEvent"' 1
    has watch '"UserEvent":"Night"' 1
    ! grep -q 'UserEvent: Day' watch.log || fail "the server does not filter"

    # A program for each event. Its input is empty, and no secret is in its environment.
    start watch env AMI_SECRET=adminsecret ami events -v --classes user --only UserEvent --count 2 \
        --exec sh -c 'env | grep -c secret >>leaks; cat; echo "$AMI_H_UserEvent: $AMI_H_Text"'
    expect 0 ami action UserEvent UserEvent=Day 'Text=$(touch owned); "x"'
    expect 0 ami action UserEvent UserEvent=Day 'Text=`touch owned`'
    ended 0
    printf '%s\n' 'Day: $(touch owned); "x"' 'Day: `touch owned`' >expected
    cmp -s watch expected || fail "$(diff watch expected)"
    [ ! -e owned ] || fail "a value was run as a command"
    has leaks '^0$' 2

    # A program that fails does not end the watcher, but is not forgotten either.
    start watch ami events -v --classes user --count 1 --exec false
    expect 0 ami action UserEvent UserEvent=Day
    ended 5

    # A reader that ends. FullyBooted is the first event after a login.
    expect 0 bash -c 'set -o pipefail; ami events | head -n 1'
    has out '^Event: FullyBooted$' 1
    # The same while no event arrives.
    expect 0 bash -c 'ami events --classes test | true'
    ok "events: --where, --filter, --count, --for, --exec, and readers that end"
}

# The file of --raw has all that decode and calls need, without a server.
recording() {
    start watch ami calls -v --count 2 --json
    start record ami events -v --classes call --raw record.raw
    expect 0 ami originate Local/102@test --context test --exten 100 --caller-id '"Zoë, x" <200>' --wait-hangup
    expect 0 ami originate Local/102@test --context test --exten 100 --caller-id '"Tom" <201>' --wait-hangup
    until_has record '^Event: Hangup' 4
    stop
    ended 0
    has watch '"Result":"answered"' 2
    has watch '"CallerIDNum":"200","CallerIDName":"Zoë, x"' 1
    expect 0 ami decode record.raw
    has out '"name":"Hangup"' 4
    expect 0 ami decode --json record.raw
    has out '"Event":"Hangup"' 4
    # The recording has the login, but neither the secret nor a key made from it.
    ! grep -aq 'adminsecret' record.raw || fail "the recording has the secret"
    expect 0 ami decode --redact record.raw
    ! grep -q 'Zoë' out || fail "decode --redact leaves the name"
    expect 0 ami calls --from record.raw --fields Uniqueid,Result,CallerIDNum,Cause
    has out '	answered	20[01]	16$' 2
    if there jq; then
        # The same calls, whether from the server or from the file.
        jq -r '[.Uniqueid, .Result, .CallerIDNum, .Cause] | @tsv' watch >expected
        cmp -s out expected || fail "$(diff out expected)"
    fi
    ok "calls: live and from a recording"
}

queues() {
    printf '%s\n' 'Queue: support' 'Interface: Local/101@test' 'MemberName: Day, "early" = Zoë' \
        >member.txt
    expect 0 ami action QueueAdd - <member.txt
    expect 1 ami action QueueAdd - <member.txt
    expect 0 ami action QueuePause Queue=support Interface=Local/101@test Paused=true Reason=lunch
    # Location is the Interface of the other actions.
    expect 0 ami action QueueStatus Queue=support Member=Local/101@test --fields Location,Name,Paused
    has out '^Local/101@test	Day, "early" = Zoë	1$' 1
    expect 0 ami check queues --name support -w 0 -c available=2:
    has out '^AMI OK - .*2 of 3 members available'
    expect 1 ami check queues --name support -w available=3:
    expect 2 ami check queues --name support -c available=3:
    expect 0 ami action QueueRemove Queue=support Interface=Local/101@test
    expect 3 ami check queues --name nonsense
    ok "queues: a member added, paused, counted, removed"
}

monitoring() {
    local subject
    for subject in alive channels calls queues endpoints; do
        expect 0 ami check $subject
        has out "^AMI OK - .* \\| '" 1
    done
    # There are no registrations: that is unknown, and not fine.
    expect 3 ami check registrations
    # alice has a contact that is not qualified, bob has none.
    expect 0 ami check endpoints --name PJSIP/alice
    expect 2 ami check endpoints --name PJSIP/bob
    expect 2 ami check --profile dead
    expect 3 ami check --secret-file wrong.secret
    expect 3 ami check --wrning 1

    expect 0 ami originate Local/100@test --context test --exten 100
    # The two halves of a Local channel are two channels. Asterisk counts two calls, too, since both
    # halves run a dialplan; ami calls knows that it is one.
    expect 1 ami check channels -w 1
    expect 2 ami check channels -c 1
    expect 0 ami check channels -w 2 -c calls=2
    expect 0 ami metrics --tag "pbx $v" --output asterisk.prom
    has asterisk.prom "^asterisk_up\\{pbx=\"pbx $v\"\\} 1$" 1
    has asterisk.prom "^asterisk_channels\\{state=\"up\",pbx=\"pbx $v\"\\} 2$" 1
    has asterisk.prom '^asterisk_queue_members_available\{queue="support",.*\} [12]$' 1
    if there promtool; then expect 0 promtool check metrics <asterisk.prom; fi
    expect 3 ami metrics --profile dead --output asterisk.prom
    has asterisk.prom '^asterisk_up 0$' 1
    expect 5 ami metrics --output no/such/folder/asterisk.prom
    hang_up_all >out
    until_no_channels
    ok "monitoring: checks and metrics"
}

# Channels that are hung up are gone a moment after the answer.
until_no_channels() {
    for ((i = 0; i < 50; i++)); do
        expect 0 ami action CoreShowChannels --fields Channel
        [ -s out ] || return 0
        sleep 0.1
    done
    fail "channels stay"
}

# One login for many actions, from another language.
python() {
    there python3 || return 0
    cat >session.py <<'PYTHON'
import json, subprocess, sys

ami = subprocess.Popen(["ami", "session", "--classes", "call"], encoding="utf-8", bufsize=1,
                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
events = []

def read():
    return json.loads(next(ami.stdout))

def send(**action):
    """Sends an action and returns the messages of its answer. Events are kept for later."""
    print(json.dumps({"_id": "now", **action}), file=ami.stdin, flush=True)
    answer = []
    while not answer or not answer[-1]["_end"]:
        message = read()
        (answer if "_end" in message else events).append(message)
    return answer

def event(**wanted):
    """Returns the first event that has these headers."""
    while True:
        message = events.pop(0) if events else read()
        if "_end" not in message and wanted.items() <= message.items():
            return message

print(send(Action="Ping")[0]["Response"])
values = {"TRAP": 'a, "b" = Zoë  ', "EMPTY": "", "DOLLAR": "${EXTEN}"}
send(Action="Originate", Channel="Local/100@test", Context="test", Exten=100, Priority=1,
     Async=True, Variable=values, _id="my call")
outcome = event(Event="OriginateResponse", _id="my call")
channel = outcome["Channel"]
print(outcome["Response"])
for name, value in values.items():
    got = send(Action="Getvar", Channel=channel, Variable=name)[0]["Value"]
    print(name, "same" if got == value else ascii(got))
print(sum(entry.get("Channel") == channel for entry in send(Action="CoreShowChannels")), "channel")
# Without a cause, Asterisk reports Unknown, cause 0.
print(send(Action="Hangup", Channel=channel, Cause=16)[0]["Response"])
print(event(Event="Hangup", Channel=channel)["Cause-txt"])
print(send(Action="Setvar", Variable="X", Value="a\nb")[0]["_executed"])
ami.stdin.close()
sys.exit(ami.wait())
PYTHON
    expect 0 python3 session.py
    printf '%s\n' Success Success 'TRAP same' 'EMPTY same' 'DOLLAR same' '1 channel' Success \
        'Normal Clearing' no >expected
    cmp -s out expected || fail "session: $(diff out expected)"
    ok "session: a program in Python"
}

# The watcher of the whole day is not disturbed by a reload, connects again after its session is
# closed and after the server was down, and marks each gap.
restart() {
    start watch ami events -v --profile watcher --classes system,user --only UserEvent,Shutdown,Reload \
        --reconnect --max-wait 0.5 --json
    expect 0 ami action UserEvent UserEvent=Day Text=before
    # A reload of manager.conf keeps the sessions of users that are still in it.
    expect 0 ami action Reload Module=manager
    until_has watch '"Event":"Reload"'
    expect 0 ami action UserEvent UserEvent=Day Text=reloaded
    until_has watch '"Text":"reloaded"'
    has watch '"_gap"' 0

    local gaps=0 session
    if [ "$v" != 16 ]; then # 16 does not have the command
        expect 0 ami command manager show connected
        session=$(awk '$1 == "md5user" { print $5 }' out)
        expect 0 ami command "manager kick session $session"
        until_has watch.log '^ami: warning: .*connected again'
        gaps=1
        expect 0 ami action UserEvent UserEvent=Day Text=kicked
        until_has watch '"Text":"kicked"'
    fi
    has watch '"_gap"' $gaps

    down=$v
    "$here/servers.sh" stop "$v" >servers.log
    expect 2 ami check
    expect 3 ami metrics
    has out '^asterisk_up 0$' 1
    # --retry waits for a server that comes back.
    start_later() { sleep 0.5 && "$here/servers.sh" start "$v" >servers.log; }
    start_later &
    expect 0 ami ping --retry 20
    wait $!
    down=
    until_has watch.log '^ami: warning: .*connected again' $((gaps + 1))
    expect 0 ami action UserEvent UserEvent=Day Text=after
    until_has watch '"Text":"after"'
    stop
    # One marker for each time that the connection was lost, however many attempts it took.
    has watch '"_gap"' $((gaps + 1))
    # A server that does not obey, and is killed, sends no Shutdown; after an Originate with a
    # ChannelId that exists, neither version obeys any more.
    [ "$(grep -c '"Event":"Shutdown"' watch)" -le 1 ] || fail "Shutdown is printed twice"
    has watch '"Text"' $((gaps + 3))
    ok "events --reconnect: a reload, lost connections: $((gaps + 1)), nothing twice"
}

# Nothing of the day is left on the server.
evening() {
    until_no_channels
    expect 0 ami action QueueStatus Queue=support --fields Location
    has out '^Local/' 2
    expect 0 ami command manager show connected
    has out '^1 users connected\.$' 1
}

ca=$AMI_TLS_CA
[ $# != 0 ] || set -- 16 22
for v; do
    port=AMI_PORT_$v tls=AMI_TLS_PORT_$v
    port=${!port} tls=${!tls}
    settings
    refusals
    overview
    outcomes
    values
    events
    recording
    queues
    monitoring
    python
    restart
    evening
done

#!/usr/bin/env bash
# Runs the recipes of docs/cookbook.md as they are printed there, against `ami serve`. The blocks of the
# page are marked: `run=NAME` is a command line, and `file=PATH` is a file. Only the names of hosts and the
# folders of the system are replaced.
#
# Needs Python 3, jq and curl. Installs from Debian, if it can: mosquitto, mosquitto-clients, prometheus (for
# promtool) and fail2ban (for fail2ban-regex). A recipe whose server cannot be had is reported as skipped.
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/.."

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
export CARGO_TARGET_DIR=$target
cargo build --quiet --locked -p embedded-ami-cli
for tool in jq curl python3; do
    command -v $tool >/dev/null || { echo "skipped: there is no $tool"; exit 77; }
done
missing=()
for tool in mosquitto:mosquitto mosquitto_pub:mosquitto-clients promtool:prometheus fail2ban-regex:fail2ban; do
    command -v "${tool%:*}" >/dev/null || missing+=("${tool#*:}")
done
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    DEBIAN_FRONTEND=noninteractive timeout --foreground 300 apt-get install --quiet --yes --no-install-recommends "${missing[@]}" >/dev/null 2>&1 &&
        echo "installed: ${missing[*]} (apt-get)"
fi
work=$(mktemp -d)
PATH=$work/bin:$target/debug:/usr/sbin:$PATH
children=()
finish() {
    for child in "${children[@]}"; do
        # Each recipe is a process group, because it can be a pipeline.
        kill -- "-$child" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap finish EXIT

fail() {
    tail -n 20 "$work"/*.out "$work"/*.err
    echo "FAIL  $1"
    exit 1
}
passed=0 skipped=0
ok() { passed=$((passed + 1)); echo "ok    $1"; }
skip() { skipped=$((skipped + 1)); echo "skip  $1: there is no $2"; }
has() { command -v "$1" >/dev/null; }

# until_has FILE PATTERN: waits up to 20 s for a line.
until_has() {
    for ((i = 0; i < 200; i++)); do
        ! grep -qE "$2" "$work/$1" 2>/dev/null || return 0
        sleep 0.1
    done
    fail "$1: no line matches $2"
}

# start NAME COMMAND...: starts a command in a process group, with its output in NAME.out and NAME.err.
start() {
    : >"$work/$1.out"
    setsid "${@:2}" >"$work/$1.out" 2>"$work/$1.err" </dev/null &
    children+=($!)
}
stop() {
    kill -- "-${children[-1]}" 2>/dev/null || true
    wait "${children[-1]}" 2>/dev/null || true
    unset 'children[-1]'
}
# port_of NAME: the port in the first line of a server's output.
port_of() {
    until_has "$1.out" '^listening on .*:[0-9]+$'
    sed -n 's/^listening on .*://p' "$work/$1.out"
}
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# The servers of the recipes.
export HOME=$work/home SECRET=office-secret
unset XDG_CONFIG_HOME "${!AMI_@}"
mkdir -p "$HOME/.config/ami" "$work/bin" "$work/system/var/log" "$work/system/var/lib/prometheus/node-exporter"
AMI_SECRET=$SECRET start pbx ami serve --listen 127.0.0.1:0 --user gateway
pbx=$(port_of pbx)
mqtt=$(free_port)
cat >"$work/hook.py" <<'PY'
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        print(self.rfile.read(int(self.headers["Content-Length"])).decode(), flush=True)
        self.send_response(204)
        self.end_headers()
    def log_message(self, *arguments): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print("listening on 127.0.0.1:%d" % server.server_port, flush=True)
server.serve_forever()
PY
start hook python3 "$work/hook.py"
hook=$(port_of hook)

# The blocks of the page: commands in $work/run, files at their places below $HOME and $work/system.
python3 - "$work" "$pbx" "$mqtt" "$hook" <<'PY'
import os, re, sys
work, pbx, mqtt, hook = sys.argv[1:]
page = open("docs/cookbook.md", encoding="utf-8").read()
os.makedirs(f"{work}/run")
for kind, name, body in re.findall(r"^```\w+ (run|file)=(\S+)\n(.*?)^```$", page, re.S | re.M):
    body = body.replace("pbx.example", f"127.0.0.1:{pbx}").replace("-h broker.example", f"-h 127.0.0.1 -p {mqtt}")
    body = body.replace("https://hook.example", f"http://127.0.0.1:{hook}")
    body = re.sub(r"(?<=[\s=>])/(?=(?:var|etc)/)", f"{work}/system/", body)
    if kind == "run":
        path = f"{work}/run/{name}"
    elif name.startswith("~/"):
        path = os.path.expanduser(name)
    elif name.startswith("/"):
        path = f"{work}/system{name}"
    else:
        path = f"{work}/run/{name}"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(body)
    os.chmod(path, 0o755 if body.startswith("#!") else 0o600)
PY
cd "$work/run"
# call EXTEN: makes a call to an extension of the PBX, whatever its outcome.
call() { ami originate --profile office "Local/$1@test" --context test --exten 102 >"$work/call.out" 2>"$work/call.err" || true; }
# until_called FILE PATTERN EXTEN: makes calls to an extension until a line matches, for up to 20 s.
until_called() {
    for ((i = 0; i < 40; i++)); do
        call "$3"
        ! grep -qE "$2" "$work/$1" 2>/dev/null || return 0
        sleep 0.2
    done
    fail "$1: no line matches $2"
}

[ "$(bash ./profile)" = Pong ] || fail profile
ok 'profile: ping'

if has mosquitto && has mosquitto_pub; then
    printf 'listener %s 127.0.0.1\nallow_anonymous true\n' "$mqtt" >"$work/mosquitto.conf"
    start mosquitto mosquitto -c "$work/mosquitto.conf"
    until_has mosquitto.err 'running|Opening ipv4'
    start listen bash ./mqtt-listen
    start mqtt bash ./mqtt
    until_called listen.out '^Local/.* ended: ' 102
    stop && stop
    ok "MQTT: $(head -n 1 "$work/listen.out")"

    start home bash ./home-assistant
    topic=(mosquitto_sub -h 127.0.0.1 -p "$mqtt" -W 20 -C 1 -t)
    until_called home.out '^never' 102 & caller=$!
    "${topic[@]}" asterisk/office/calls >"$work/last.out" || fail 'home-assistant: no message'
    kill $caller 2>/dev/null || true
    "${topic[@]}" homeassistant/sensor/asterisk_office/config >"$work/config.out" || fail 'home-assistant: no configuration'
    stop
    value=$(jq -r .value_template "$work/config.out")
    key=$(sed -n 's/^{{ value_json\.\(.*\) }}$/\1/p' <<<"$value")
    result=$(jq -er --arg key "$key" '.[$key]' "$work/last.out") || fail "home-assistant: the message has no $key"
    ok "Home Assistant: the state would be $result"

    AMI_SECRET=$SECRET start pbx2 ami serve --listen 127.0.0.1:0 --user gateway
    sed "s/\[office\]/[warehouse]/; s/127.0.0.1:$pbx/127.0.0.1:$(port_of pbx2)/" \
        "$HOME/.config/ami/config.toml" >"$work/second"
    cat "$work/second" >>"$HOME/.config/ami/config.toml"
    start tags mosquitto_sub -h 127.0.0.1 -p "$mqtt" -t asterisk/events
    start several bash ./several
    until_called tags.out '"_tag":"office"' 102
    for ((i = 0; i < 40; i++)); do
        ami originate --profile warehouse Local/102@test --context test --exten 102 >/dev/null || true
        ! grep -q '"_tag":"warehouse"' "$work/tags.out" || break
    done
    until_has tags.out '"_tag":"warehouse"'
    stop && stop
    ok 'several PBXs: messages of both arrive'
else
    skip 'MQTT, Home Assistant, several PBXs' 'mosquitto or mosquitto_pub'
fi

if has logger; then
    cat >"$work/syslog.py" <<'PY'
import socket
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 0))
print("listening on 127.0.0.1:%d" % udp.getsockname()[1], flush=True)
while True:
    print(udp.recv(65536).decode(), flush=True)
PY
    start syslog python3 "$work/syslog.py"
    printf '#!/bin/sh\nexec %s -n 127.0.0.1 -P %s -d "$@"\n' "$(command -v logger)" "$(port_of syslog)" >"$work/bin/logger"
    chmod +x "$work/bin/logger"
    start calls bash ./syslog
    until_called syslog.out 'asterisk-calls.*answered' 102
    stop && stop
    rm "$work/bin/logger"
    ok 'syslog: a call arrives'
else
    skip syslog logger
fi

sed -n 's|^\* \* \* \* \* root ||p' "$work/system/etc/cron.d/asterisk-metrics" >metrics
bash ./metrics || fail metrics
file=$work/system/var/lib/prometheus/node-exporter/asterisk.prom
grep -q '^asterisk_up{pbx="office"} 1$' "$file" || fail metrics
if has promtool; then
    promtool check metrics <"$file" >"$work/promtool.out" 2>"$work/promtool.err" || fail 'promtool check metrics'
    promtool check rules "$work/system/etc/prometheus/rules/asterisk.yml" >"$work/promtool.out" 2>"$work/promtool.err" || fail 'promtool check rules'
    while read -r metric; do
        grep -q "^$metric" "$file" || fail "the metrics have no $metric"
    done < <(grep -oE 'asterisk_[a-z_]+' "$work/system/etc/prometheus/rules/asterisk.yml")
    ok "Prometheus: promtool accepts $(grep -vc '^#' "$file") samples and the rules"
else
    skip Prometheus promtool
fi

bash ./check >"$work/check.out" || fail check
grep -qE '^AMI OK .*support.*\|' "$work/check.out" || fail check
ok "Icinga: $(cut -d '|' -f 1 "$work/check.out")"

if has fail2ban-regex; then
    start fail2ban bash ./fail2ban
    log=$work/system/var/log/asterisk-security.log
    for ((i = 0; i < 40; i++)); do
        AMI_SECRET=wrong ami ping --host "127.0.0.1:$pbx" --user gateway >/dev/null 2>&1 || true
        ! grep -q . "$log" || break
        sleep 0.2
    done
    stop
    bash ./fail2ban-test >"$work/regex.out" 2>"$work/regex.err" || fail fail2ban-regex
    grep -qE '^Lines: ([0-9]+) lines, 0 ignored, [1-9][0-9]* matched, 0 missed' "$work/regex.out" || fail 'fail2ban-regex: not all lines match'
    ok "fail2ban: $(grep '^Lines:' "$work/regex.out" | cut -d '[' -f 1)"
else
    skip fail2ban fail2ban-regex
fi

start webhook bash ./webhook
until_called hook.out '"reason": ?"User busy"' 103
stop
ok 'webhook: a missed call arrives'

QUERY_STRING=number=101 ./call.cgi >"$work/cgi.out" 2>"$work/cgi.err"
grep -q '^connected to 101$' "$work/cgi.out" || fail call.cgi
# shellcheck disable=SC2016 # an attempt to inject a command
QUERY_STRING='number=1$(id)' ./call.cgi >"$work/cgi.out" 2>"$work/cgi.err"
grep -q '^Status: 400' "$work/cgi.out" || fail call.cgi
ok 'click-to-call: a call, and a number that is refused'

echo "recipes: $passed passed, $skipped skipped"

#!/usr/bin/env python3
"""clients.py [EVENTS [ROUNDS]]: compares whole AMI clients over loopback.

A small server accepts the login and, after a Ping, replays the events of a recorded burst, at least EVENTS
(50,000 unless given) of them. Each client is a process of its own, and reads the same events. The
cost is its processor time, user and system, less that of a run without events; the rate is that from
the first event until the client closes the connection, having counted all. The figures are the best
of ROUNDS (2) rounds, which alternate between the clients, so that other load on the machine affects
all of them. Each run asserts its number of events: those received, and those that the client tells
it has lost.

Clients: a loop that only reads, embedded-ami (`io::blocking`), asterisk-rs-ami and asterisk-ami (Rust),
panoramisk (Python), asterisk-manager (Node.js). The last two are installed below target/ with pip and
npm, into the folders of tests/foreign-clients/run.sh. A client that cannot be installed is skipped,
and a line tells why.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

TOP = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
TARGET = os.path.join(TOP, os.environ.get("CARGO_TARGET_DIR", "target"))
INSTALLED = os.path.join(TARGET, "foreign-clients")
LIMIT = 120  # seconds for a run

ANSWERS = {
    b"challenge": b"Challenge: 840415273",
    b"login": b"Message: Authentication accepted",
    b"ping": b"Ping: Pong\r\nTimestamp: 1700000000.000001",
}

PANORAMISK = """
import asyncio, os, sys
from panoramisk import Manager

port, events = int(sys.argv[1]), int(sys.argv[2])
received = 0

def on_event(_, event):
    global received
    received += 1
    if received == events:
        end()

def end():
    print(received, 0, flush=True)
    os._exit(0)

async def main():
    manager = Manager(host="127.0.0.1", port=port, username="admin", secret="secret", loop=asyncio.get_running_loop())
    manager.register_event("*", on_event)
    await manager.connect()
    await manager.authenticated_future
    await manager.send_action({"Action": "Ping"})
    if events == 0:
        end()
    await asyncio.Event().wait()

asyncio.run(main())
"""

ASTERISK_MANAGER = """
const AsteriskManager = require('asterisk-manager');
const [port, events] = process.argv.slice(2).map(Number);
let received = 0;
const end = () => { console.log(`${received} 0`); process.exit(0); };
const ami = new AsteriskManager(port, '127.0.0.1', 'admin', 'secret', true);
ami.on('managerevent', () => { received += 1; if (received === events) end(); });
ami.once('response', () => ami.action({ action: 'ping' }, () => { if (events === 0) end(); }));
"""


def events_of_burst():
    """Returns the events of the recorded burst as bytes, and their number."""
    with open(os.path.join(TOP, "tests/data/16/burst.s2c"), "rb") as file:
        messages = file.read().split(b"\r\n\r\n")
    events = [message + b"\r\n\r\n" for message in messages if message.startswith(b"Event: ")]
    return b"".join(events), len(events)


class Server(threading.Thread):
    """Serves one client, and measures the seconds until it closes the connection."""

    def __init__(self, chunk, times):
        super().__init__(daemon=True)
        self.chunk, self.times, self.seconds = chunk, times, None
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def run(self):
        self.listener.settimeout(LIMIT)
        try:
            connection = self.listener.accept()[0]
        except TimeoutError:
            return
        with connection:
            connection.settimeout(LIMIT)
            connection.sendall(b"Asterisk Call Manager/11.0.0\r\n")
            received = b""
            while True:
                request, end, rest = received.partition(b"\r\n\r\n")
                if not end:
                    received += connection.recv(4096)
                    continue
                received = rest
                headers = dict(line.lower().split(b": ", 1) for line in request.split(b"\r\n") if b": " in line)
                answer = b"Response: Success\r\n"
                if b"actionid" in headers:
                    answer += b"ActionID: " + request[request.lower().index(b"actionid: ") + 10:].split(b"\r\n")[0] + b"\r\n"
                action = headers.get(b"action")
                connection.sendall(answer + ANSWERS[action] + b"\r\n\r\n")
                if action == b"ping":
                    break
            try:
                begin = time.monotonic()
                for _ in range(self.times):
                    connection.sendall(self.chunk)
                while connection.recv(4096):
                    pass
            except ConnectionError:
                pass  # closed with something unread, such as a keepalive of this server's socket
            self.seconds = time.monotonic() - begin


def run(name, command, chunk, count, times, has_lost):
    """Runs a client. Returns its processor time, the seconds, and the number of events lost."""
    server = Server(chunk, times)
    server.start()
    arguments = [server.port, count * times] + ([len(chunk) * times] if command[0].endswith("client") else [])
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(command + [str(argument) for argument in arguments], stdout=output)
        timer = threading.Timer(LIMIT, child.kill)
        timer.start()
        _, status, usage = os.wait4(child.pid, 0)
        timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        words = output.read().split()
    if child.returncode or len(words) != 2:
        sys.exit(f"FAILED: {name}: exit status {child.returncode}, output {words}")
    received, lost = map(int, words)
    assert received + lost == count * times, f"{name}: {received} events received, {lost} lost"
    assert has_lost or not lost, f"{name}: {lost} events lost"
    server.join(LIMIT)
    return usage.ru_utime + usage.ru_stime, server.seconds, lost


def install(kind, package, version):
    """Installs a client unless it is there. Returns its folder, or the reason why there is none."""
    folder = os.path.join(INSTALLED, f"{package}-{version}")
    if os.path.isdir(folder):
        return folder, None
    needed = {"pip": ["python3"], "npm": ["node", "npm"]}[kind]
    if missing := [tool for tool in needed if not shutil.which(tool)]:
        return None, f"{missing[0]} is missing"
    os.makedirs(INSTALLED, exist_ok=True)
    new = folder + ".tmp"
    shutil.rmtree(new, ignore_errors=True)
    if kind == "pip":
        command = ["python3", "-m", "pip", "install", "--quiet", "--target", new, f"{package}=={version}"]
    else:
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", new, f"{package}@{version}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    except subprocess.TimeoutExpired:
        return None, f"{kind} did not install {package} in 10 minutes"
    if done.returncode:
        return None, f"{kind} cannot install {package} {version}: {(done.stderr.splitlines() or ['no reason'])[-1]}"
    os.rename(new, folder)
    return folder, None


def main():
    least = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    subprocess.run(
        ["cargo", "build", "--quiet", "--locked", "--release", "-p", "peers", "--bin", "client"], cwd=TOP, check=True
    )
    program = os.path.join(TARGET, "release/client")
    names = ["read-loop", "embedded-ami", "asterisk-rs-ami", "asterisk-ami"]
    clients = [(name, [program, name]) for name in names]
    with tempfile.TemporaryDirectory() as work:
        foreign = [
            ("panoramisk", "pip", "1.4", "python3", "py", PANORAMISK, "PYTHONPATH", ""),
            ("asterisk-manager", "npm", "0.2.0", "node", "js", ASTERISK_MANAGER, "NODE_PATH", "node_modules"),
        ]
        for name, kind, version, interpreter, suffix, text, variable, below in foreign:
            folder, reason = install(kind, name, version)
            if reason:
                print(f"{name}: skipped: {reason}")
                continue
            script = os.path.join(work, f"drive.{suffix}")
            with open(script, "w") as file:
                file.write(text)
            path = os.path.join(folder, below)
            clients.append((name, ["env", f"{variable}={path}", interpreter, script]))
        measure(clients, least, rounds)


def measure(clients, least, rounds):
    chunk, count = events_of_burst()
    times = -(-least // count)
    events = count * times
    best = {name: [float("inf")] * 3 + [0] for name, _ in clients}
    for _ in range(rounds):
        for name, command in clients:
            # These two pass events on in a queue that drops the oldest.
            has_lost = name in ("asterisk-rs-ami", "asterisk-ami")
            start, _, _ = run(name, command, chunk, count, 0, has_lost)
            used, seconds, lost = run(name, command, chunk, count, times, has_lost)
            old = best[name]
            best[name] = [min(old[0], start), min(old[1], used), min(old[2], seconds), max(old[3], lost)]
    costs = {name: (used - start) / events * 1e6 for name, (start, used, _, _) in best.items()}
    print(f"{events} events, {len(chunk) * times} bytes, best of {rounds} rounds")
    for name, _ in clients:
        _, _, seconds, lost = best[name]
        print(
            f"{name:<16} {costs[name]:>7.3f} us of processor time an event, {costs[name] / costs['read-loop']:>6.1f} times "
            f"the read loop, {events / seconds:>9.0f} events a second, {lost} lost"
        )
    for name in costs:
        if name not in ("read-loop", "embedded-ami"):
            print(f"{name}: {costs[name] / costs['embedded-ami']:.1f} times the processor time of embedded-ami")


main()

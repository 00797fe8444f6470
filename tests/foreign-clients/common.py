"""What the Python drivers share: the server, the call, and steps that say where a run failed and why."""

import contextlib
import os
import signal
import sys
import time
from importlib.metadata import version

HOST, PORT = os.environ["AMI_HOST"], int(os.environ["AMI_PORT"])
USER, SECRET = os.environ["AMI_USER"], os.environ["AMI_SECRET"]

CALL = {"Channel": "Local/102@test", "Context": "test", "Exten": "102", "Priority": "1", "Async": "true"}
NO_CHANNEL = "Local/102@test-none;1"


class Run:
    def __init__(self, client):
        self.client = f"{client} {version(client)}"
        self.done = []

    def fail(self, step, why):
        print(f"{self.client}: {step}: {why}", file=sys.stderr, flush=True)
        os._exit(1)  # whatever threads the client has

    @contextlib.contextmanager
    def step(self, name):
        """Yields a list of what is printed about the step, which may be changed; 10 s for each."""
        text = [name]
        signal.signal(signal.SIGALRM, lambda *_: self.fail(name, "not done in 10 s"))
        signal.alarm(10)
        try:
            yield text
        except BaseException as why:
            self.fail(name, f"{type(why).__name__}: {why}")
        signal.alarm(0)
        self.done += text

    def end(self):
        print(f"{self.client}: {', '.join(self.done)}: ok", flush=True)
        os._exit(0)


def until(condition):
    while not condition():
        time.sleep(0.01)


def answers(events, id):
    return [event for event in events if event.get("ActionID") == id]


def of_call(events, channel):
    """The events of one half of a Local channel and of the other."""
    return [event for event in events if event.get("Channel", "").startswith(channel[:-1])]


def began_and_ended(events, channel):
    return {"Newchannel", "Hangup"} <= {event["Event"] for event in events if event.get("Channel") == channel}


def count(events):
    """How many entries a list of channels has: all but the last of its events, which has the server's count."""
    *entries, last = events
    assert all(entry["Event"] == "CoreShowChannel" and entry["Channel"] for entry in entries), entries
    assert last["EventList"] == "Complete" and last["ListItems"] == str(len(entries)), (len(entries), last)
    return len(entries)

"""Shared by the Python drivers: server, call, and steps that report where and why a run failed."""

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

    def fail(self, step, reason):
        print(f"{self.client}: {step}: {reason}", file=sys.stderr, flush=True)
        os._exit(1)  # even if threads of the client are still running

    @contextlib.contextmanager
    def step(self, name):
        """Runs a step with a limit of 10 s.

        Yields a list with the text to print, which the step may change.
        """
        text = [name]
        signal.signal(signal.SIGALRM, lambda *_: self.fail(name, "not done in 10 s"))
        signal.alarm(10)
        try:
            yield text
        except BaseException as error:
            self.fail(name, f"{type(error).__name__}: {error}")
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
    """Returns the events of both halves of a Local channel."""
    return [event for event in events if event.get("Channel", "").startswith(channel[:-1])]


def began_and_ended(events, channel):
    return {"Newchannel", "Hangup"} <= {event["Event"] for event in events if event.get("Channel") == channel}


def count(events):
    """Checks a list of channels and returns the number of its entries.

    These are all of its events except the last, which has the server's count.
    """
    *entries, last = events
    assert all(entry["Event"] == "CoreShowChannel" and entry["Channel"] for entry in entries), entries
    assert last["EventList"] == "Complete" and last["ListItems"] == str(len(entries)), (len(entries), last)
    return len(entries)

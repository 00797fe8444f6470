"""Drives pyst2, which uses threads and blocking calls.

It takes each response for that of its last action.
"""

import os
import time
import warnings

warnings.simplefilter("ignore", DeprecationWarning)  # old names in threading

from asterisk import manager as pyst2

from common import CALL, HOST, NO_CHANNEL, PORT, SECRET, USER, Run
from common import answers, began_and_ended, count, of_call, until


class Headers(dict):
    has_key = dict.__contains__


class Message(pyst2.ManagerMsg):
    def parse(self, response):
        # pyst2 still calls Python 2's has_key; without it, its reader ends at the first
        # ChanVariable of an event.
        self.headers = Headers()
        super().parse(response)


pyst2.ManagerMsg = Message

run = Run("pyst2")
manager = pyst2.Manager()
# The first part of its ActionIDs. Every session receives every OriginateResponse, so unique ids are
# needed to recognize those of this session.
manager.hostname = f"pyst2-{os.getpid()}"
events = []


def originate():
    response = manager.originate(CALL["Channel"], CALL["Exten"], CALL["Context"], CALL["Priority"], run_async=True)
    assert response["Response"] == "Success", response.headers
    return response["ActionID"]


with run.step("login plain"):
    manager.register_event("*", lambda event, _: events.append(event.headers))
    manager.connect(HOST, PORT)
    assert manager.title == "Asterisk Call Manager" and manager.version, manager.title
    response = manager.login(USER, SECRET)
    assert response["Response"] == "Success", response.headers

with run.step("ping"):
    response = manager.ping()
    assert response["Response"] == "Success" and response["Ping"] == "Pong", response.headers

with run.step("originate"):
    id = originate()
    until(lambda: answers(events, id))
    originated = answers(events, id)[0]
    assert originated["Event"] == "OriginateResponse" and originated["Response"] == "Success", originated

with run.step("events") as text:
    until(lambda: began_and_ended(events, originated["Channel"]))
    text[0] = f"{len(of_call(events, originated['Channel']))} events"

with run.step("list") as text:
    for _ in range(10):  # repeat until a list has both channels of a call
        originate()
        time.sleep(0.05)
        response = manager.send_action({"Action": "CoreShowChannels"})
        assert response["Response"] == "Success" and response["EventList"] == "start", response.headers
        id = response["ActionID"]
        until(lambda: any(event["Event"] == "CoreShowChannelsComplete" for event in answers(events, id)))
        entries = count(answers(events, id))
        if entries > 1:
            break
    assert entries > 1, answers(events, id)
    text[0] = f"list of {entries} entries"

with run.step("command"):
    response = manager.command("core show version")
    # If there are several lines of output, its headers have only the last; its raw lines have all.
    output = [line for line in response.response if line.startswith("Output: ")]
    assert response["Response"] == "Success" and "Asterisk" in "".join(output), response.response

with run.step("error"):
    response = manager.hangup(NO_CHANNEL)
    assert response["Response"] == "Error" and response["Message"] == "No such channel", response.headers

with run.step("logoff"):
    try:
        response = manager.logoff()
    except ValueError:
        # The server closed the connection, and the reader with it, before pyst2 had flushed the
        # bytes it wrote.
        response = manager._response_queue.get()
    assert response["Response"] == "Goodbye", response.headers
    until(lambda: not manager.connected())

run.end()

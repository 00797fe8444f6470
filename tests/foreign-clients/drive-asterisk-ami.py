"""Drives asterisk-ami, which has a thread and returns a future for each response."""

import itertools
import os
import time

from asterisk.ami import AMIClient, AMIClientAdapter

from common import CALL, HOST, NO_CHANNEL, PORT, SECRET, USER, Run
from common import answers, began_and_ended, count, of_call, until

run = Run("asterisk-ami")
client = AMIClient(address=HOST, port=PORT, timeout=10)
# asterisk-ami's own ActionIDs are 0, 1, 2. Every session receives every OriginateResponse, so
# unique ids are needed to recognize those of this session.
client.next_action_id = (f"{os.getpid()}-{number}" for number in itertools.count()).__next__
adapter = AMIClientAdapter(client)
events, ended = [], []


with run.step("login plain"):
    client.add_event_listener(lambda event, source: events.append({"Event": event.name, **event.keys}))
    client.add_listener(on_disconnect=lambda source, error: ended.append(error))
    response = client.login(USER, SECRET).response
    assert response.status == "Success", response

with run.step("ping"):
    response = adapter.Ping().response
    assert response.status == "Success" and response.keys["Ping"] == "Pong", response

with run.step("originate"):
    response = adapter.Originate(**CALL).response
    assert response.status == "Success", response
    id = response.keys["ActionID"]
    until(lambda: answers(events, id))
    originated = answers(events, id)[0]
    assert originated["Event"] == "OriginateResponse" and originated["Response"] == "Success", originated

with run.step("events") as text:
    until(lambda: began_and_ended(events, originated["Channel"]))
    text[0] = f"{len(of_call(events, originated['Channel']))} events"

with run.step("list") as text:
    for _ in range(10):  # repeat until a list has both channels of a call
        adapter.Originate(**CALL)
        time.sleep(0.05)
        response = adapter.CoreShowChannels().response
        assert response.status == "Success" and response.keys["EventList"] == "start", response
        id = response.keys["ActionID"]
        until(lambda: any(event["Event"] == "CoreShowChannelsComplete" for event in answers(events, id)))
        entries = count(answers(events, id))
        if entries > 1:
            break
    assert entries > 1, answers(events, id)
    text[0] = f"list of {entries} entries"

with run.step("command"):
    response = adapter.Command(Command="core show version").response
    assert response.status == "Success" and "Asterisk" in response.keys["Output"], response

with run.step("error"):
    response = adapter.Hangup(Channel=NO_CHANNEL).response
    assert response.is_error() and response.keys["Message"] == "No such channel", response

with run.step("logoff"):
    response = client.logoff().response
    assert response.status == "Goodbye", response
    # It stops reading at the Goodbye and reports a disconnect. Only its socket shows that the
    # server closes the connection.
    until(lambda: ended)
    assert ended == [None] and client._socket.recv(1) == b"", ended

run.end()

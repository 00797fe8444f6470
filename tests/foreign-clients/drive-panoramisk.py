"""Drives panoramisk, which uses asyncio.

It logs in with the plain secret, without waiting for the banner.
"""

import asyncio

from panoramisk import Manager

from common import CALL, HOST, NO_CHANNEL, PORT, SECRET, USER, Run
from common import began_and_ended, count, of_call


async def main():
    run = Run("panoramisk")
    events, lost = [], asyncio.Event()

    with run.step("login plain"):
        manager = Manager(
            host=HOST, port=PORT, username=USER, secret=SECRET, loop=asyncio.get_running_loop(),
            on_disconnect=lambda *_: lost.set(),
        )
        manager.register_event("*", lambda _, event: events.append(event))
        await manager.connect()
        response = await manager.authenticated_future
        assert response.success and manager.protocol.version, response

    with run.step("ping"):
        response = await manager.send_action({"Action": "Ping"})
        assert response.response == "Success" and response.ping == "Pong", response

    with run.step("originate"):
        # After an asynchronous Originate it returns the response and the event together, when the
        # event arrives.
        response, originated = await manager.send_action({"Action": "Originate", **CALL})
        assert response.success, response
        assert originated.event == "OriginateResponse" and originated.response == "Success", originated

    with run.step("events") as text:
        while not began_and_ended(events, originated.channel):
            await asyncio.sleep(0.01)
        text[0] = f"{len(of_call([originated, *events], originated.channel))} events"

    with run.step("list") as text:
        for _ in range(10):  # repeat until a list has both channels of a call
            manager.send_action({"Action": "Originate", **CALL})
            await asyncio.sleep(0.05)
            response, *answer = await manager.send_action({"Action": "CoreShowChannels"})
            assert response.success, response
            entries = count(answer)
            if entries > 1:
                break
        assert entries > 1, answer
        text[0] = f"list of {entries} entries"

    with run.step("command"):
        response = await manager.send_command("core show version")
        # One line of output is a string, several are a list of strings.
        assert response.success and "Asterisk" in "".join(response.output), response

    with run.step("error"):
        response = await manager.send_action({"Action": "Hangup", "Channel": NO_CHANNEL})
        assert response.response == "Error" and not response.success, response
        assert response.message == "No such channel", response

    with run.step("logoff"):
        response = await manager.send_action({"Action": "Logoff"})
        assert response.response == "Goodbye", response
        await lost.wait()

    run.end()


asyncio.run(main())

#!/usr/bin/env python3
"""Generates fuzz/seeds from the captures in tests/data: pieces of streams for decode_invariance, and their
messages as operations for encode_roundtrip. Adds responses of servers for client_session, requests of clients
for server_session, and some inputs made by hand at the limits. The layout of the inputs is described in
bodies.rs, client_session.rs and server_session.rs."""

import itertools
import shutil
from pathlib import Path

FUZZ = Path(__file__).resolve().parent
DATA = FUZZ.parent / "tests" / "data"
NAMES = """async_agi bad_129_headers bad_binary_unauth bad_cr_only bad_crlf_injection bad_empty_messages bad_empty_value
    bad_leading_space bad_lf_only bad_no_space_after_colon bad_tls_hello bad_unfinished banner callerid_bytes chan_sip
    challenge_odd command_forged login_md5_bad manager_debug originate_variables queues_show slow_reader_end
    userevent_odd variables variant_timestamp_systemname""".split()
# The largest number of bytes taken from a stream; longer ones are cut in the middle.
PIECE = 1100
READS = [b"", b"\1", b"\7", b"\1\2\x40", b"\x1f\3\1\xff", b"\x10\x11"]


def piece(stream):
    """Returns a piece that begins after a message near the middle, or the whole stream if it is short."""
    if len(stream) <= PIECE:
        return stream
    start = stream.find(b"\n\r\n", (len(stream) - PIECE) // 2)
    return stream[max(start + 3, 0):][:PIECE]


def decode_seed(number, stream, from_client):
    reads = READS[number % len(READS)]
    options = len(reads) << 4 | number % 4 << 1 | from_client
    return bytes([options, number * 37 % 256]) + reads + stream


def encode_seed(number, stream, from_client):
    recipient = number % 4 if from_client else 4
    out = bytearray([5 << 5 | (number % 2) << 3 | recipient, number * 53 % 256])
    for block in stream.replace(b"\r\n", b"\n").split(b"\n\n"):
        lines = [line.partition(b": ") for line in block.split(b"\n") if b": " in line]
        for at, (name, _, value) in enumerate(lines):
            head = 4 if at == len(lines) - 1 else 0
            if name == b"Variable" and b"=" in value:
                name, _, value = value.partition(b"=")
                head |= 3
            elif value.isdigit() and len(value) < 18:
                head |= 2
            elif at % 5 == 4:
                head |= 1
            out += bytes([head, len(name[:255])]) + name[:255]
            out += int(value).to_bytes(8, "little") if head & 3 == 2 else bytes([len(value[:255])]) + value[:255]
            if head & 3 == 1:
                out.append(len(value) // 2)
            if head & 4:
                out.append(at * 16 % 256)  # sent
    return bytes(out)


def operation(kind, name, value, again=0, times=0):
    """Returns an operation with `value` repeated 1 << again times. `times` is an index into the table of repetitions
    in bodies.rs. The operation ends its message, and nothing is sent. A value of kind 2 is a number, or is sanitized."""
    if kind == 2 and isinstance(value, int):
        value = value.to_bytes(8, "little", signed=True)
    else:
        value = bytes([len(value)]) + value + (b"\0" if kind in (1, 2) else b"")  # not cut
        again |= kind == 2
    return bytes([times << 5 | again << 3 | 4 | kind, len(name)]) + name + value + b"\0"


def session_seeds():
    """Yields sessions of a login, an action and each possible answer to it, and other events of a connection."""
    def send(text):
        assert 8 < len(text) < 256
        return bytes([len(text)]) + text

    own, last = b"ActionID: \xf8\r\n", b"ActionID: \x80\r\n"
    accepted = send(b"Response: Success\r\n" + own + b"Message: Authentication accepted\r\n\r\n")
    booted = send(b"Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n")
    success = b"Response: Success\r\n" + last
    item = send(b"Event: QueueParams\r\nQueue: support\r\n" + last + b"\r\n")
    end = send(b"Event: QueueStatusComplete\r\n" + last + b"EventList: Complete\r\nListItems: 1\r\n\r\n")
    start = send(success + b"EventList: start\r\nMessage: Queue status will follow\r\n\r\n")
    error = send(b"Response: Error\r\n" + last + b"Message: No such queue\r\n\r\n")
    answers = {
        "pong": b"\0" + send(success + b"Ping: Pong\r\n\r\n") * 2,
        "list": b"\1" + start + item * 3 + end,
        "list-cut": b"\1" + start + item + b"\5",
        "list-late": b"\1" + start + item + b"\4\xff\4\xff" + item + end,
        "list-error": b"\1" + start + item + error + end,
        "list-bare": b"\1" + send(success + b"\r\n") + item + send(b"Event: QueueStatusComplete\r\n" + last + b"\r\n"),
        "list-unnamed": b"\1" + start + send(b"Event: PeerEntry\r\nObjectName: x\r\n\r\n") + end,
        "event": b"\2" + send(success + b"\r\n") + send(b"Event: X\r\nPrivilege: call,all\r\n\r\n")
        + send(b"Event: WaitEventComplete\r\n" + last + b"\r\n"),
        "error": b"\0" + error * 2,
        "forgotten": b"\0\7" + send(success + b"\r\n"),
        "many": b"\0\1\2\3" + b"".join(send(b"Response: Success\r\nActionID: " + bytes([0x80 + n]) + b"\r\n\r\n") for n in (2, 0, 1)),
        "again": b"\0\6\0" + send(success + b"\r\n"),
        "logoff": b"\x08" + send(b"Response: Goodbye\r\n" + own + b"\r\n"),
        "silence": b"\4\xff\4\xff\4\xff",
        "shutdown": send(b"Event: Shutdown\r\nPrivilege: system,all\r\n\r\n") + b"\5",
    }
    for number, (name, answer) in enumerate(answers.items()):
        for version in (b"1.0", b"11.0.0"):
            banner = send(b"Asterisk Call Manager/" + version + b"\r\n")
            challenge = send(b"Response: Success\r\n" + own + b"Challenge: 123456789\r\n\r\n")
            login = accepted if number % 2 else challenge + accepted
            yield f"{name}-{version.decode()}", bytes([number % 2 | number % 4 << 2]) + banner + login + booted + answer

    def error_of(text):
        return send(b"Response: Error\r\n" + own + b"Message: " + text + b"\r\n\r\n")

    yield "refused", b"\1" + banner + error_of(b"Authentication failed")
    yield "refused-in-use", b"\1" + banner + error_of(b"Login Already In Use")
    yield "refused-shutdown", b"\1" + banner + error_of(b"Shutdown in progress")
    yield "refused-challenge", b"\0" + banner + error_of(b"Must specify AuthType")
    for number, digits in enumerate((b"", b"12a", b"1" * 21)):
        yield f"no-challenge-{number}", b"\0" + banner + send(b"Response: Success\r\n" + own + b"Challenge: " + digits + b"\r\n\r\n")
    for name, first in (("http", b"HTTP/1.1 400 Bad Request\r\n"), ("ssh", b"SSH-2.0-OpenSSH_9.2\r\n"), ("smtp", b"220 example.org/ESMTP\r\n"),
                        ("event", b"Event: X\r\n\r\nEvent: Y\r\n\r\n"), ("other", b"one: two\r\nthree\r\n\r\n"), ("action", b"Action: Login\r\n\r\n")):
        yield f"not-asterisk-{name}", b"\1" + send(first)

    # With the options in each combination: one action at a time or not, and each storage.
    unnamed = send(b"Response: Success\r\n\r\n")
    bare_entry = send(b"Event: PeerEntry\r\nObjectName: x\r\n\r\n")
    bare_end = send(b"Event: Complete\r\nEventList: Complete\r\nListItems: 2\r\n\r\n")
    foreign = send(b"Response: Success\r\nActionID: 0123456789abcdef0123456789ab\r\n\r\n")
    long = send(b"Event: QueueMember\r\n" + b"".join(b"Header%d: %s\r\n" % (number, b"x" * 30) for number in range(4)) + last + b"\r\n")
    output = b"".join(b"Output: line %d of the command\r\n" % number for number in range(4))
    more = {
        "busy": b"\0\1\0" + unnamed + b"\0" + unnamed * 2,
        "owed": b"\0\7\0" + unnamed + send(success + b"\r\n"),
        "owed-late": b"\0\4\xff\0" + unnamed + b"\4\xff",
        "full": b"\0\1\2\3\0\7\1\3\7\3\7\3\7\3\7\3\7\3" + error,
        "no-room": b"\3\7" * 16 + b"\1\x08",
        "ping": b"\4\xff\4\x3f" + send(b"Response: Success\r\n" + own + b"Ping: Pong\r\n\r\n") + b"\4\xff\4\x3f" + unnamed + b"\0" + unnamed,
        "ping-alive": b"\4\xff\4\x3f" + send(b"Event: X\r\nPrivilege: call,all\r\n\r\n") + b"\4\x68\0" + unnamed + b"\4\xff\4\xff\4\xff",
        "ping-lost": b"\4\xff\4\x3f\4\xff\0",
        "unnamed-list": b"\3" + start + bare_entry * 2 + bare_end,
        "unnamed-wrong": b"\3" + start + bare_entry + bare_end + b"\1" + bare_end,
        "mixed-list": b"\3" + start + item + bare_entry + bare_end + b"\5",
        "list-of-two": b"\1\3" + start + item + start.replace(b"\x80", b"\x81") + item + bare_entry + end + bare_end,
        "marked-event": b"\2" + start + item + end,
        "event-first": b"\2" + send(b"Event: WaitEventComplete\r\n" + last + b"\r\n") + send(success + b"\r\n"),
        "event-error": b"\2" + send(success + b"\r\n") + error,
        "event-lost": b"\2" + send(success + b"\r\n") + b"\4\xff\4\xff",
        "twice": b"\1" + start * 2 + send(success + b"\r\n") + end,
        "denied": b"\0" + send(b"Response: Error\r\n" + last + b"Message: Permission denied\r\nMessage: x\r\n\r\n"),
        "unknown": b"\0" + send(b"Response: Error\r\n" + last + b"Message: Invalid/unknown command: X\r\n\r\n"),
        "words": b"\0" + send(b"Response: Goodbye\r\n" + last + b"\r\n") + b"\0" + send(b"Response: Odd\r\n" + last + b"\r\n"),
        "follows": b"\0" + send(b"Response: Follows\r\nPrivilege: Command\r\n" + last + b"one\ntwo\n--END COMMAND--\r\n\r\n"),
        "follows-lost": b"\0" + send(b"Response: Follows\r\nPrivilege: Command\r\n" + last + b"one\ntwo\n") + b"\4\xff\4\xff" + item,
        "output": b"\0" + send(success + b"Message: Command output follows\r\n" + output + b"\r\n"),
        "large-entry": b"\1" + start + long * 2 + end,
        "foreign": b"\0" + foreign + send(b"Event: X\r\nActionID: 0123456789abcdef0123456789ab\r\n\r\n"),
        "cut-id": b"\0" + send(b"Response: Success\r\nActionID: " + b"x" * 90 + b"\r\n\r\n"),
        "own-event": b"\0" + send(b"Event: OriginateResponse\r\nPrivilege: call,all\r\n" + last + b"\r\n"),
        "logoff-busy": b"\1\x08" + start + item + end + send(b"Response: Error\r\n" + own + b"\r\n") + b"\4\xff",
        "logoff-late": b"\x08\x08\0\4\xff\4\xff\7\5\x08",
        "text": b"\0" + send(b"one: two\r\n" + last + b"\r\n") + send(b"Action: Ping\r\n" + last + b"\r\n") + banner,
        "again-late": b"\0\1" + start + b"\6" + banner + login + item + end,
        "no-end": b"\0" + send(b"Response: Success\r\n" + last + b"A: b\r\n") + b"\4\xff\4\xff\5",
    }
    versions = (b"1.0", b"11.0.0", b"2.6.0", b"2.7.0", b"2.10.4", b"", b"x")
    for number, (name, answer) in enumerate(more.items()):
        for options in range(0, 16, 3):
            version = versions[(number + options) % len(versions)]
            banner = send(b"Asterisk Call Manager/" + version + b"\r\n")
            is_plain = (number + options) % 2
            yield f"{name}-{options | is_plain:02x}", bytes([options | is_plain]) + banner + (b"" if is_plain else challenge) + accepted + booted + answer


def server_seeds():
    """Yields sessions with logins, requests answered in each possible way, lists, and unusual input from clients."""
    def send(text):
        pieces = [text[at:][:240] for at in range(0, len(text), 240)]
        return b"".join(bytes([len(piece) + 15]) + piece for piece in pieces)

    def request(action, *lines):
        return send(b"\r\n".join((b"Action: " + action, b"ActionID: 7", *lines, b"", b"")))

    login = request(b"Login", b"Username: x", b"Secret: secret") + b"\0"
    quiet = request(b"Login", b"Secret: secret", b"Events: off") + b"\0"
    key = request(b"Challenge", b"AuthType: MD5") + request(b"Login", b"AuthType: md5", b"Key: " + b"07" * 16) + b"\0"
    ask = request(b"Ask", b"Value: x", b"Line: one", b"Line:", b"Line: --END COMMAND--")
    off = request(b"Logoff")
    sent, events = b"\x0d\xff", b"".join(bytes([12, number]) for number in range(8))
    sessions = {
        "answers": quiet + b"".join(ask + bytes([way]) + sent for way in range(6)) + off,
        "bare": quiet + request(b"Ask") + b"\5" + request(b"Ask") + b"\2" + send(b"Action: Ask\r\n\r\n") + b"\6\x08",
        "late": request(b"Login", b"Secret: secret") + b"\3\x0e\x09\0" + ask + b"\0",
        "late-wrong": request(b"Login", b"Secret: wrong") + b"\3\x0b\x05\x09\0\x0b\x06\x09\0",
        "out-of-time": request(b"Login", b"Secret: secret") + b"\3\x0b\x1f\x09\0" + ask,
        "list": login + ask + b"\6\7\7\x0e\0\7\x08\0" + off,
        "list-full": login + ask + b"\6\7\7\7\7\7\7\7" + sent + b"\7\7\7\7\x08" + sent + b"\x08",
        "list-kicked": login + ask + b"\6\7\x0a\0\7\x08\0" + ask,
        "masks": login + b"".join(request(b"Events", b"EventMask: " + mask) + events + sent
                                  for mask in (b"call", b"", b"off", b"1,c", b"on", b"a,,b", b"64")),
        "key": key + ask + b"\1",
        "key-bare": request(b"Login", b"AuthType: MD5", b"Key: " + b"07" * 16) + b"\0\x0b\xff",
        "wrong": request(b"Login", b"Secret: x") + b"\0" + ask + b"\x0b\x05\x0b\x01",
        "unknown": request(b"Login", b"Secret: secret") + b"\1\x0b\xff",
        "twice": request(b"Login", b"Secret: secret") + b"\2\x0b\xff" + b"\x0a\2" + login + login,
        "before": request(b"Challenge") + ask + off + ask,
        "forged": quiet + request(b"A\rb\0c", b"Value: a\rEvent: x") + b"\3" + ask.replace(b"7", b"\r") + b"\0"
        + request(b"Ask", b"Value: \rx\0y", b"Line: a\rb") + b"\1\2" + request(b"Ask", b"Line: a\rb") + b"\5\4",
        "odd": quiet + send(b"action:Ask\nACTIONID:\t 9\nValue:  x\n\n") + b"\0" + send(b"Action:\r\nAction: Ask\r\n\r\n") + b"\0"
        + send(b"\r\n\r\nNothing\r\n\r\n\0\r\n\r\nAction : x\r\n\r\n"),
        "long": quiet + request(b"Ask", b"Value: " + b"x" * 1022) + request(b"Ask", b"X: " + b"x" * 1019) + b"\2" + ask + b"\0",
        "many": quiet + request(b"Ask", *[b"A:"] * 126) + b"\0" + request(b"Ask", *[b"A:"] * 127) + ask + b"\0",
        "shutdown": login + ask + b"\x0a\1\0" + ask,
        "again": login + ask + b"\0\x0a\2" + ask + login + ask + b"\0",
    }
    for number, (name, session) in enumerate(sessions.items()):
        for options in ((0x3c, 0), (0x3d, 1), (0x18 | number % 4 << 2 | number % 2 << 6, number * 7 % 50), (0x26, 3), (0x0d, 9)):
            yield f"{name}-{options[0]:02x}", bytes(options) + session


def value_seeds():
    """Yields texts of each decoder of values, preceded by the numbers for the round trips."""
    texts = ["", "42", "+7", "-9223372036854775808", "18446744073709551615", "84.4", " -0.25", "1795442325.355367",
             "12:34:56", "100:59:59", "2026-11-23 14:27:07", "2026-11-23T14:27:07.123+0100", "2026-11-23T14:27:60.5Z",
             "1999-12-31T23:59:59.1234567-23:59", "yes", "Off", "<unknown>", "n/a", "-none-", "(null)", "unknown",
             'Quoted \\"inner\\"', "a\\nb\\tc\\\\", "\\", '"Alice" <100>', '"a <b>" <5>', '"Quoted \\"x\\"" <2>', "Alice <>",
             "+41 (44) 000-00.00", '""', "200%20result%3D0%0A", "%FFFFFFC3%ffffffa9%FFFFFF41", "%%3A%3", "call,,all",
             "agi_request%3A%20async%0Aagi_channel%3A%20Local%2F117%40test%0A%0A", "a: b\nc%3Ad%0a:\n", "CHANNEL(language)=en",
             "ChanVariable(SIP/1-1): x=y", "DestChanVariable: lang", "0." + "0" * 40, "0" * 30 + "1"]
    for number, text in enumerate(texts):
        bits = (number * 0x9E3779B97F4A7C15) % (1 << 64) >> (number % 4 * 16)
        yield f"{number:02}", bits.to_bytes(8, "little") + bytes([number * 3]) + text.encode()


def embedded_seeds():
    """Yields the first sessions of client_session, for the client that logs in by itself, over lines of different manners."""
    lines = {"slow": b"\xfb\2\xfc\1", "full": b"\xfb\5\4\3\xfb\0", "flush": b"\xfb\x30\4\3\xfb\0", "fast": b"", "waits": b"\xfb\x0b\xfc\x0c"}
    for number, (name, seed) in enumerate(itertools.islice(session_seeds(), 31)):
        for line, habits in list(lines.items())[number % 2::2]:
            options, rest = seed[0], seed[1:]
            yield f"{name}-{line}", bytes([options & 3 | options & 12 | number % 4 << 4 | number % 3 % 2 << 6, 20 * (number % 6)]) + habits + rest


def two_ends_seeds():
    """Yields operations over links that cut, delay and break."""
    def all_kinds(value, time=0):
        return b"".join(bytes([kind | size << 3, value, time]) for kind in range(8) for size in (0, 1, 3))

    one = b"".join(bytes([kind | 8, 7, 0, 200]) for kind in range(8))
    rest = {
        "kinds": all_kinds(3),
        "one": one,
        "events": b"\xa0\xa0\xff\xa0\x02\1\0\xa0\xff\xa0" * 6,
        "short": all_kinds(9, 1),
        "late": b"".join(bytes([6, 250, 5, 215, 2, 1, 3, 223]) for _ in range(8)),
        "idle": b"\xdf" * 9 + one,
        "forget": b"\2\1\0\xe0\0\1\0\xe0\4\1\0\xe0\xe1" * 4,
        "logoff": one + b"\xe8" + one,
        "cut": b"\x12\x33\x10\x21\x13\x14\x11\x26" * 20,
        "cut-more": b"".join(bytes([kind % 40, kind % 251, kind * 7 % 256, 16 * (kind % 16) + kind % 6]) for kind in range(60)),
    }
    for number, (name, operations) in enumerate(rest.items()):
        for options, down, up in ((0x0C, 0, 0), (0x51, 0, 0), (0x22, 0, 0), (0x3D, 0, 0), (0x08, 20 + number, 0), (0x1C, 0, 60 + number)):
            yield f"{name}-{options:02x}", bytes([options, down, up]) + operations


def blocking_client_seeds():
    """Yields calls, and between them what arrives. The first byte after the options is also the banner."""
    login = b"\2\1\1"  # an unused choice, the challenge or the login, the login
    calls = {
        "send": b"\0\1\0\2\0\0" * 3,
        "list": b"\x31\3\x31\4\x08\x08\x31\4\x08\1\x01\3",
        "events": b"\x45\6\x45\6\x76\6\6\0\6\x0b\6\x0e\0",
        "half": b"\x75\7\0\0\0\x0c\x75\6\x75\x0b\x0c\x75\6",
        "submit": b"\2\2\3\4\1\4\2\4\1\4",
        "late": b"\2\0\x7a\4\1\x3a\4\0\0",
        "slow": b"\x0b\2\0\1\x0b\x0d\0\1\x0b\x30\0\1\x0b\5\0\0",
        "zero": b"\x0b\4\0\0\0",
        "broken": b"\x0b\6\0\1\0\6\x45",
        "ends": b"\x45\6\x0d\3\x45\x45\0",
        "reset": b"\2\x0d\2\4\x45",
        "interrupted": b"\x45\x0d\0\6\x45\x0d\1\6",
        "output": b"\x0d\5\x09\x09\0\0\x0d\1",
        "for": b"\x09\1\x77\x0a\x77\0\4",
        "until": b"\x4e\6\x7e\0\0\6",
        "modes": b"\x1f\2\2\1\1\x0f\2\2\1\1\4\4",
        "large": b"\x31\3\x75\7\x0b\x0b\x0b\x0b\x0b\x0b\x0c\x75\6",
        "time-out": b"\x28\0\0\x68\0\0\0\0\0\0",
    }
    for number, (name, operations) in enumerate(calls.items()):
        for options, more in ((0x0D, 0x13), (0x2C, 0x0D), (0x16 | number % 2, 0x36), (0x91, 0xB7)):
            yield f"{name}-{options:02x}", bytes([options, more]) + login + operations


def blocking_server_seeds():
    """Yields clients that log in, ask, read slowly or not at all."""
    client = b"\0\6"
    asks = b"\x08\1\x09\2\x0a\3\x0b\4\x0c\5"
    sessions = {
        "asks": client + asks + b"\x0d\x14" + asks,
        "two": client + client + asks + b"\2" + asks + b"\x11\4\1\x11\2",
        "slow": client + b"\x0e\3" + asks + b"\x11\7" * 6 + b"\x0e\0",
        "stuck": client + b"\x0e\2" + asks * 4 + b"\x11\7" * 30 + b"\x0d\xff",
        "interrupted": client + b"\x0e\4" + asks,
        "zero": client + b"\x0e\5" + asks,
        "small": client + b"\x0e\x0e" + asks + b"\x11\7",
        "wrong": b"\0\7\x0d\x05\x0d\x20",
        "silent": b"\0\0\0\0\0\x0d\xff\x0d\x20",
        "many": client * 7 + asks,
        "ends": client + asks + b"\x0f" + b"\0\x0f\0\x10" + client + asks + b"\x10",
        "logoff": client + asks + b"\x12\x08\1",
        "late-end": client + b"\x0e\x10" + b"\x12\x0d\x40\x0e\0",
        "raw": client + b"\x34Action: Events\r\nEventMask: off\r\n\r\n" + asks,
        "long": client + b"\xfeAction: Ask\r\nValue: " + b"x" * 250 + b"\xfe" + b"y" * 236 + b"\xfe" + b"z" * 236 + b"\x16\r\n\r\n" + asks,
        "list-events": client + b"\x0e\2\x09\x94\1\x11\3\x0e\3\x0d\5\x0d\5\x0e\0",
        "list-stuck": client + b"\x0e\2\x09\1\x11\3\x0e\3\x0d\5\x0d\5\x0e\0",
    }
    for name, session in sessions.items():
        for options in range(0, 6, 2):
            yield f"{name}-{options}", bytes([options + len(name) % 2]) + session


def redaction_seeds():
    """Yields the ways in which a secret can enter, with different texts around it."""
    noises = [b"", b"\x05off\\r", b"\x08a: b\0c\r\n", b"\x09JSON Line-\x06Secret"]
    for way in range(6):
        for options in (0, 1, 2, 0x8B, 0x55, 0xFE, 0x7F):
            for number, noise in enumerate(noises[options % 2::2]):
                bits = bytes((way * 37 + options * 11 + at * 29) % 256 for at in range(21 + number))
                yield f"{way}-{options:02x}-{number}", bytes([way, options, 8 + number]) + bits + noise * 2


def handmade():
    """Yields inputs at the limits of the decoder and the encoder."""
    end = b"--END COMMAND--"
    for at, text in enumerate([b"-" + end, b"--" + end[:-2] + end, end + end[2:], end + b"\r\n-" + end]):
        for line_end in (b"\r\n", b"\n"):
            stream = b"Response: Follows\n".replace(b"\n", line_end) + text + line_end * 2 + b"Event: X\n\n"
            yield f"decode_invariance/mark-{at}-{len(line_end)}", b"\x12\0\1" + stream
    proxy = b"Response: Follows\n" + b"ActionID: c1\n" + b"a\n" + end + b"\nServer: pbx1\n\nEvent: X\nServer: pbx1\n\n"
    near = b"Response: Follows\n-" + end + b"\nServer: a\n" + end + b"\nServer:b\n" + end + b"\n" + end + b"\nServer: c\nd: e\n\nEvent: X\n\n"
    lost = b"Response: Follows\n" + b"ActionID: c1\n" + b"row 1\nrow 2\nServer: pbx1\n\nEvent: X\nServer: pbx1\n\n" + end + b"\n\nEvent: Y\n\n"
    for name, stream in (("proxy", proxy), ("proxy-near", near), ("lost", lost)):
        for line_end in (b"\r\n", b"\n"):
            text = stream.replace(b"\n", line_end)
            yield f"decode_invariance/{name}-{len(line_end)}", b"\x10\0\1" + text
            # Given up at byte 60; at byte 12 and each 25 bytes from there on.
            yield f"decode_invariance/{name}-{len(line_end)}-once", b"\x18\xff\1\x77" + text
            yield f"decode_invariance/{name}-{len(line_end)}-often", b"\x18\0\1\x18" + text
    names = b"Event: UserEvent\nData:{\"id\": 17, \"item\": \"a: b\"}\nUrl:http://192.0.2.1/x?y=1: z\nV(SIP/10.0.0.1:5060-1a): a=b\nV(a:b)c:d: e\nOdd(x: y\nOdd(x:y\nV)(:x: y\n\n"
    yield "decode_invariance/names", b"\x10\xc8\1" + names.replace(b"\n", b"\r\n")
    yield "decode_invariance/names-cut", b"\x10\0\1" + names
    late = b"Output: " + b"x" * 30 + b"\r\nResponse: Success\r\n\r\n"
    yield "decode_invariance/output-before-response", b"\1\0" + late
    lines = b"".join(operation(0, b"Name" + b"x" * more, b"x" * 127, 3) for more in (-1, 0, 1, 2, 3))
    lines += b"".join(operation(0, b"Name", b"x" * length) for length in (246, 247, 248))
    ids = b"".join(operation(0, b"ActionID", b"x" * length) for length in (0, 66, 67, 68))
    ids += b"".join(operation(2, b"ActionID", b"x" * length) for length in (66, 67, 68, 100))
    ids += b"".join(operation(1, b"actionid", b"x" + byte) for byte in (b" ", b"~", b"!", b"\x7f", b"\0"))
    odd = b"".join(operation(3, b"a" + bytes([byte]), b"b") for byte in b'=,|"\\()[] :')
    odd += b"".join(operation(3, name, b"b") for name in (b"F(a,b)", b"F(a),b", b"F(a,b", b")F(a,b)", b"F[a,b]", b" a", b"\t"))
    odd += b"".join(operation(3, b"a", b"b" + bytes([byte]) + b",c") for byte in b'=,|"\\()[] :')
    follows = [(b"Response", b"Follows"), (b"response", b" \tfOLLOWS\t "), (b"Response", b"Follow"), (b"Response", b"Follows."),
               (b"Responses", b"Follows"), (b"Response", b"Fol lows"), (b"Response", b""), (b"Event", b"Follows")]
    odd += b"".join(operation(kind, *header) for kind in (0, 1, 2, 3) for header in follows)
    odd += b"".join(operation(2, *header) for header in ((b"Response", b"Fol\nlows\r"), (b"ActionID", b"a\nb"), (b"ActionID", b"a b"), (b"A", b"\r\n\0")))
    numbers = b"".join(operation(2, b"N", number) for number in (-1 << 63, (1 << 63) - 1, -10, -1, 0, 1, 9, 10, 99))
    for recipient in range(5):
        options = 7 << 5 | recipient
        yield f"encode_roundtrip/lines-{recipient}", bytes([options, 255]) + lines
        yield f"encode_roundtrip/ids-{recipient}", bytes([options, 255]) + ids
        yield f"encode_roundtrip/odd-{recipient}", bytes([options, 255]) + odd
        yield f"encode_roundtrip/numbers-{recipient}", bytes([options, 255]) + numbers
        # 79, 80, 127, 128 and 129 lines. The table of repetitions is 1, 2, 4, 8, 32, 64, 128.
        counts = b""
        for times in ((5, 3, 2, 1, 0), (5, 3, 3), (5, 4, 3, 3, 3, 2, 1, 0), (6,), (6, 0)):
            parts = [bytearray(operation(0, b"N", b"v", 0, number)) for number in times]
            for part in parts[:-1]:
                part[0] &= ~4
                part.pop()
            counts += b"".join(parts)
        yield f"encode_roundtrip/counts-{recipient}", bytes([options, 255]) + counts


def main():
    seeds = FUZZ / "seeds"
    shutil.rmtree(seeds, ignore_errors=True)
    captures = sorted(path for path in DATA.glob("*/*.?2?") if path.stem in NAMES)
    total = 0
    for target, make in (("decode_invariance", decode_seed), ("encode_roundtrip", encode_seed)):
        (seeds / target).mkdir(parents=True)
        for number, path in enumerate(captures):
            stream = piece(path.read_bytes())
            seed = make(number, stream, path.suffix == ".c2s")
            if len(seed) < 8:
                continue
            name = f"{path.parent.name}-{path.stem}-{path.suffix[1:]}"
            (seeds / target / name).write_bytes(seed)
            total += len(seed)
    for target, make in (
        ("blocking_client", blocking_client_seeds),
        ("blocking_server", blocking_server_seeds),
        ("client_session", session_seeds),
        ("embedded_client", embedded_seeds),
        ("redaction", redaction_seeds),
        ("server_session", server_seeds),
        ("two_ends", two_ends_seeds),
        ("value_decoders", value_seeds),
    ):
        (seeds / target).mkdir()
        for name, seed in make():
            (seeds / target / name).write_bytes(seed)
            total += len(seed)
    for name, seed in handmade():
        (seeds / name).write_bytes(seed)
        total += len(seed)
    print(f"{total} bytes in {seeds.relative_to(FUZZ.parent)}")


if __name__ == "__main__":
    main()

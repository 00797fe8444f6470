#!/usr/bin/env python3
"""decode.py [--from-client | --requests] < BYTES: prints the messages as JSON lines, by rules.md.

A plain decoder for reference, written from the rules alone. It reads the whole stream before it
begins, copies everything, and is slow. Comments give the numbers of the rules.

  (no option)     the bytes are those of a server: rules 1 to 8
  --from-client   the bytes are those of a client: rules 1 to 8 without 2 and 7
  --requests      the bytes are those of a client, whose requests are printed: rules 9 to 12
"""

import json
import re
import sys

MARKER = b"--END COMMAND--"
MOST_LINES = 128
LONGEST_LINE = 1023


class Line:
    """A line: its text, its line end (CRLF, LF, or nothing at the end of the stream), its place."""

    def __init__(self, text, end, start):
        self.text = text
        self.end = end
        self.start = start
        self.next = start + len(text) + len(end)


def lines(data, start=0):
    """Yields the lines from a position on. Rule 1."""
    while start < len(data):
        lf = data.find(b"\n", start)
        if lf < 0:
            yield Line(data[start:], b"", start)
            return
        text, end = data[start:lf], b"\n"
        if text.endswith(b"\r"):
            text, end = text[:-1], b"\r\n"
        yield Line(text, end, start)
        start = lf + 1


def split(text):
    """Returns the name and the value of a header line. Rule 4."""
    colon = text.find(b":")
    if colon < 0:
        return None, text
    if text.rfind(b"(", 0, colon) > text.rfind(b")", 0, colon):
        spaced = text.find(b": ")
        if spaced >= 0:
            colon = spaced
    value = text[colon + 1:]
    return text[:colon].rstrip(b" \t"), value[1:] if value.startswith(b" ") else value


def is_named(header, *names):
    return header[0] is not None and header[0].lower() in names


def is_follows(header):
    return is_named(header, b"response") and header[1].strip(b" \t").lower() == b"follows"


def describe(headers, payload, incomplete):
    """Returns a message as an object. Rules 5 and 6."""
    words = (b"response", b"event", b"action")
    decisive = next((header for header in headers if is_named(header, *words)), None)
    kind = decisive[0].lower().decode() if decisive else "other"
    message = {
        "kind": kind,
        "name": show(decisive[1]) if decisive else None,
        "headers": [[show(name), show(value)] for name, value in headers],
    }
    output = payload
    if payload is None and kind == "response":
        output = [value for name, value in headers if name is not None and name.lower() == b"output"] or None
    if output is not None:
        message["output"] = [show(line) for line in output]
    if incomplete:
        message["incomplete"] = True
    return message


def decode(data, from_server=True):
    """Returns the messages of a stream as objects."""
    # Rule 8: a last line of a single CR does not count.
    if data == b"\r" or data.endswith(b"\n\r"):
        data = data[:-1]
    messages = []
    at = 0
    if from_server:
        first = next(lines(data), None)
        # Rule 2.
        if first and b"/" in first.text and b":" not in first.text:
            product, version = first.text.rsplit(b"/", 1)
            banner = {"kind": "banner", "product": show(product), "version": show(version)}
            if not first.end:
                banner["incomplete"] = True
            messages.append(banner)
            at = first.next
    while at < len(data):
        first = next(lines(data, at))
        if not first.text:
            # Rule 3: a message without a line.
            at = first.next
            continue
        if from_server and is_follows(split(first.text)):
            headers, payload, end = follows(data, first)
        else:
            headers, payload = [], None
            end = None
            for line in lines(data, at):
                if not line.text:
                    end = line.next
                    break
                headers.append(split(line.text))
        # Rule 8.
        if end is None and not data[at:].strip(b"\r\n"):
            break
        messages.append(describe(headers, payload, end is None))
        at = len(data) if end is None else end
    return messages


def follows(data, first):
    """Returns the headers, the payload and the end of a message with a payload. Rule 7."""
    headers = [split(first.text)]
    start = first.next
    missing = [b"privilege", b"actionid"]
    for line in lines(data, start):
        header = split(line.text)
        if line.end != first.end or not is_named(header, *missing):
            break
        missing.remove(header[0].lower())
        headers.append(header)
        start = line.next
    plain = re.compile(re.escape(MARKER + first.end + first.end))
    proxy = re.compile(re.escape(MARKER + first.end + b"Server: "))
    stop, end = len(data), None
    found = plain.search(data, start)
    if found:
        stop, end = found.start(), found.end()
    for found in proxy.finditer(data, start, min(len(data), stop + len(MARKER + first.end + b"Server: "))):
        # A marker that begins a line: `start` is directly after a line end.
        if found.start() < stop and data[found.start() - 1:found.start()] == b"\n":
            stop = found.start()
            after = stop + len(MARKER + first.end)
            end = next((line.next for line in lines(data, after) if not line.text), None)
            break
    return headers, [line.text for line in lines(data[start:stop])], end


def requests(data):
    """Returns the requests of a client as objects. Rules 9 to 12."""
    found = []
    block = []
    for line in lines(data):
        if line.text:
            block.append(line)
        elif block and line.end:
            found.append(request(block))
            block = []
    return found


def request(block):
    fields = []
    for line in block[:MOST_LINES]:
        # Rule 10.
        name, colon, value = line.text.split(b"\0")[0].partition(b":")
        if colon:
            fields.append((name, value.lstrip(bytes(range(33)))))
    values = lambda wanted: [value for name, value in fields if name.lower() == wanted]
    # Rule 11.
    action = next(filter(None, values(b"action")), None)
    action_id = next(iter(values(b"actionid")), None) or None
    # Rule 12.
    if any(len(line.text) + len(line.end) > LONGEST_LINE + 1 for line in block):
        return {"refused": "Failed to parse message: line too long", "action_id": show(action_id)}
    if len(block) > MOST_LINES:
        return {"refused": "Too many lines in message or allocation failure", "action_id": show(action_id)}
    return {
        "action": show(action),
        "action_id": show(action_id),
        "fields": [[show(name), show(value)] for name, value in fields],
    }


def show(data):
    """Returns bytes as a string, or as {"hex": "..."} if they are not UTF-8."""
    if data is None:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"hex": data.hex()}


def main():
    options = sys.argv[1:]
    if options not in ([], ["--from-client"], ["--requests"]):
        sys.exit(__doc__)
    data = sys.stdin.buffer.read()
    messages = requests(data) if options == ["--requests"] else decode(data, not options)
    for message in messages:
        print(json.dumps(message))


if __name__ == "__main__":
    main()

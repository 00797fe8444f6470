#!/usr/bin/env python3
"""Runs an AMI decoder against the cases of this folder. Needs Python 3.8 and nothing else.

    run.py [OPTIONS] COMMAND...                  decode what a server sent
    run.py --from-client [OPTIONS] COMMAND...    decode what a client sent
    run.py --requests [OPTIONS] COMMAND...       read the requests that a client sent

COMMAND reads the bytes of one case on standard input up to its end, and prints one JSON object a
line on standard output, as README.md describes. It runs once for each case.

    --level LEVEL   the lowest level to run: must, should or may (default: may, which runs all)
    --tag TAG       only cases with this tag; may be repeated
    --skip TAG      no cases with this tag; may be repeated
    --case NAME     only this case; may be repeated
    --except NAME   not this case; may be repeated
    --pieces SIZE   write SIZE bytes at a time, with a pause of 1 ms after each
    --list          print the names of the cases instead of running them
    --help          print this

Exit status: 0 all cases passed, 1 a case failed, 2 wrong usage.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "cases"
LEVELS = ["must", "should", "may"]
KEYS = {"why", "source", "level", "rules", "tags", "messages"}
VALUES = ["--level", "--tag", "--skip", "--case", "--except", "--pieces"]
FLAGS = ["--from-client", "--requests", "--list"]
TIME = 30


def unique(pairs):
    """Returns the pairs as a dictionary, and refuses a key that occurs twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice: " + ", ".join(key for key, _ in pairs))
    return found


def cases(from_client):
    """Yields the name, the bytes and the description of each case of one direction."""
    suffix = ".c2s" if from_client else ".s2c"
    for path in sorted(FOLDER.glob("*" + suffix)):
        case = json.loads(path.with_suffix(".json").read_text("utf-8"), object_pairs_hook=unique)
        keys = KEYS | {"requests"} if from_client else KEYS
        if set(case) != keys or case["level"] not in LEVELS:
            raise ValueError(f"{path.stem}: not the keys or not the level of a case")
        yield path.stem, path.read_bytes(), case


def decode(command, data, pieces):
    """Returns the objects that the command prints for these bytes, or the reason of a failure."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            if pieces:
                for at in range(0, len(data), pieces):
                    process.stdin.write(data[at:at + pieces])
                    process.stdin.flush()
                    time.sleep(0.001)
                data = b""
            output, _ = process.communicate(data, timeout=TIME)
        except BrokenPipeError:
            output, _ = process.communicate()
        except subprocess.TimeoutExpired:
            process.kill()
            return None, f"no end within {TIME} s"
    if process.returncode != 0:
        return None, f"exit status {process.returncode}"
    try:
        lines = [line for line in output.split(b"\n") if line.strip()]
        return [json.loads(line, object_pairs_hook=unique) for line in lines], None
    except ValueError as error:
        return None, f"not a JSON object a line: {error}"


def near(text, other):
    """Returns the part of a text around the first difference from another."""
    same = next((at for at, (a, b) in enumerate(zip(text, other)) if a != b), min(len(text), len(other)))
    start = max(0, same - 80)
    return ("..." if start else "") + text[start:same + 120] + ("..." if len(text) > same + 120 else "")


def difference(expected, printed):
    """Returns the first difference as text, or None if there is none."""
    # As text, since Python takes `true` for 1.
    texts = [[json.dumps(one, sort_keys=True) for one in some] for some in (expected, printed)]
    for number, (wanted, got) in enumerate(zip(*texts), 1):
        if wanted != got:
            return f"object {number}\n  expected {near(wanted, got)}\n  printed  {near(got, wanted)}"
    if len(expected) == len(printed):
        return None
    rest = (expected if len(expected) > len(printed) else printed)[min(len(expected), len(printed)):]
    which = "missing" if len(expected) > len(printed) else "too many"
    return f"{len(expected)} objects expected, {len(printed)} printed\n  {which}: {json.dumps(rest[0])}"


def arguments(words):
    """Returns the options, each with the list of its values, and the command."""
    options = {}
    while words and words[0].startswith("-"):
        name = words.pop(0)
        if name in ("-h", "--help"):
            print(__doc__.strip())
            sys.exit(0)
        if name == "--":
            break
        if name in FLAGS:
            options[name] = []
        elif name in VALUES and words:
            options.setdefault(name, []).append(words.pop(0))
        else:
            raise ValueError(f"unknown option, or no value: {name}")
    level = options.get("--level", ["may"])[-1]
    if level not in LEVELS:
        raise ValueError(f"not a level: {level}")
    if "--requests" in options and "--from-client" in options:
        raise ValueError("--requests and --from-client exclude each other")
    if not words and "--list" not in options:
        raise ValueError("no command")
    return options, LEVELS[:LEVELS.index(level) + 1], words


def main():
    try:
        options, levels, command = arguments(sys.argv[1:])
        pieces = int(options.get("--pieces", ["0"])[-1])
    except ValueError as error:
        print(f"{error}\n\n{__doc__}", file=sys.stderr)
        return 2
    key = "requests" if "--requests" in options else "messages"
    given = {name: set(options.get(name, [])) for name in VALUES}
    total = {level: [0, 0] for level in levels}
    found = list(cases("--requests" in options or "--from-client" in options))
    unknown = (given["--case"] | given["--except"]) - {name for name, _, _ in found}
    if unknown:
        print("no such case: " + ", ".join(sorted(unknown)), file=sys.stderr)
        return 2
    for name, data, case in found:
        tags = set(case["tags"])
        if (
            case["level"] not in levels
            or given["--tag"] and not given["--tag"] & tags
            or given["--skip"] & tags
            or given["--case"] and name not in given["--case"]
            or name in given["--except"]
        ):
            continue
        if "--list" in options:
            print(f"{name}\t{case['level']}\t{' '.join(case['tags'])}\t{case['why']}")
            continue
        try:
            printed, failure = decode(command, data, pieces)
        except OSError as error:
            print(f"{command[0]}: {error.strerror}", file=sys.stderr)
            return 2
        failure = failure or difference(case[key], printed)
        count = total[case["level"]]
        count[1] += 1
        if failure is None:
            count[0] += 1
            continue
        rules = ", ".join(map(str, case["rules"]))
        print(f"FAIL {name} ({case['level']}, rules {rules}): {case['why']}\n  {failure}")
    if "--list" in options:
        return 0
    print("; ".join(f"{level}: {passed} of {count}" for level, (passed, count) in total.items()))
    if not any(count for _, count in total.values()):
        print("no case was selected", file=sys.stderr)
        return 2
    return 0 if all(passed == count for passed, count in total.values()) else 1


if __name__ == "__main__":
    sys.exit(main())

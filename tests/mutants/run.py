#!/usr/bin/env python3
"""Tests the mutants that cargo-mutants lists. `tests/mutants.sh` explains and calls this."""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
TARGET = os.path.realpath(os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target")))
WORK = os.path.join(TARGET, "mutants-work")
RESULTS = os.environ.get("MUTANTS_RESULTS", os.path.join(TARGET, "mutants-results"))
LIST = os.path.join(ROOT, "tests/mutants-survivors.txt")

# The vocabulary is tables that the tests compare with tables of their own, and the macros that read
# them. What `defmt` prints is compared by tests/qemu.sh on the emulated board.
EXCLUDED = ["src/defmt.rs", "src/event/table.rs", "src/event/glossary.rs", "src/event/response/table.rs",
            "src/action/table.rs", "src/**/macros.rs", "src/**/tests.rs", "src/**/tests/**"]
EXCLUDED_NAMES = "impl defmt::Format for"
# These start programs that are built apart from them.
NOT_RUN = {"examples", "serial"}
# The share of mutants that may be listed as survivors, in percent. Those with these reasons have no
# share in that: code that this target does not run, and mutants that are the code as it is.
MOST_LISTED = 2
NO_SHARE = ("64-bit targets do not run this code", "this is the default as it is", "the default is the same")
# Tests of these use real time, so that a failure counts only if it comes twice.
REAL_TIME = re.compile(r"^(serve|lib::io::blocking|server::service)")

# The copy has a folder of its own, since cargo gives its binaries the names of the original's.
ENVIRONMENT = dict(os.environ, CARGO_TARGET_DIR=os.path.join(WORK, "target"), CARGO_PROFILE_DEV_DEBUG="false", RUST_BACKTRACE="0",
                   CARGO_TERM_COLOR="never")


def cargo(*arguments, cwd=ROOT, **options):
    return subprocess.run(["cargo", *arguments], cwd=cwd, env=dict(ENVIRONMENT, **options), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def fail(text):
    sys.exit(f"mutants: {text}")


class Mutant:
    """A mutant, named by what is stable while other code changes."""

    def __init__(self, number, entry, lines, seen):
        self.number = number
        self.file = entry["file"]
        self.name = entry["name"]
        self.mutation = re.sub(r"^\S+?:\d+:\d+: ", "", self.name)
        start = entry["span"]["start"]["line"]
        self.code = " ".join(lines[start - 1].split())
        function = entry.get("function")
        span = function["span"] if function else entry["span"]
        text = "".join(lines[span["start"]["line"] - 1:span["end"]["line"]])
        # What the compiler evaluates has no switch, though it has a place.
        self.is_const = function is not None and re.search(r"\bconst fn\b", text.split("{")[0]) is not None
        self.key = self.count(seen, (hashlib.sha256(text.encode()).hexdigest()[:16], self.mutation, self.code))
        self.listed = self.count(seen, (self.file, self.mutation, self.code))

    @staticmethod
    def count(seen, identity):
        """Numbers mutants that are otherwise equal, such as two `<` of one line."""
        seen[identity] += 1
        return "\t".join(identity) + (f" ({seen[identity]})" if seen[identity] > 1 else "")


def mutants(files):
    command = ["mutants", "--list", "--json", "--no-config", "--package", "embedded-ami"]
    for pattern in EXCLUDED:
        command += ["--exclude", pattern]
    for name in files:
        command += ["--file", name]
    command += ["--exclude-re", EXCLUDED_NAMES]
    done = cargo(*command)
    if done.returncode:
        fail(f"cargo mutants --list failed\n{done.stderr}")
    entries, seen, lines, found = json.loads(done.stdout), collections.Counter(), {}, []
    for number, entry in enumerate(entries):
        name = entry["file"]
        if name not in lines:
            with open(os.path.join(ROOT, name), encoding="utf-8") as source:
                lines[name] = source.readlines()
        found.append(Mutant(number, entry, lines[name], seen))
    return entries, found


# The copy with all mutants in it.

def write(path, content):
    """Writes a file unless it has the content, since cargo builds by the time of the last change."""
    if os.path.exists(path):
        with open(path, "rb") as file:
            if file.read() == content:
                return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)


def copy_tree(tree, skip=()):
    done = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                          stdout=subprocess.PIPE, check=True)
    kept = set()
    for name in done.stdout.decode().split("\0"):
        path = os.path.join(ROOT, name)
        if name and os.path.isfile(path):
            kept.add(os.path.join(tree, name))
            if name not in skip:
                with open(path, "rb") as file:
                    write(os.path.join(tree, name), file.read())
    for folder, _, names in os.walk(os.path.join(tree, "src")):
        for name in names:
            if os.path.join(folder, name) not in kept and name != "mutants.rs":
                os.remove(os.path.join(folder, name))


def place(tree, entries, dropped):
    """Rewrites the sources of the copy; returns the ranges of each mutant that has a place there."""
    stage = os.path.join(WORK, "stage")
    shutil.rmtree(stage, ignore_errors=True)
    files = sorted({entry["file"] for entry in entries})
    for name in files + ["src/lib.rs"]:
        os.makedirs(os.path.dirname(os.path.join(stage, name)), exist_ok=True)
        shutil.copy(os.path.join(ROOT, name), os.path.join(stage, name))
    lists = []
    for name, content in ("list", entries), ("dropped", sorted(dropped)):
        lists.append(os.path.join(WORK, name + ".json"))
        with open(lists[-1], "w", encoding="utf-8") as file:
            json.dump(content, file)
    done = subprocess.run([os.path.join(WORK, "target/debug/mutants"), stage, *lists], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        fail(f"the sources cannot be rewritten\n{done.stderr}")
    with open(os.path.join(stage, "src/lib.rs"), encoding="utf-8") as file:
        head, line, rest = file.read().partition("#![no_std]\n")
    features = "#![feature(core_intrinsics, const_eval_select)]\n#![allow(internal_features)]\n"
    with open(os.path.join(stage, "src/lib.rs"), "w", encoding="utf-8") as file:
        file.write(head + features + line + rest + "\nmod mutants;\n")
    shutil.copy(os.path.join(ROOT, "tests/mutants/switch.rs"), os.path.join(stage, "src/mutants.rs"))
    for name in files + ["src/lib.rs", "src/mutants.rs"]:
        with open(os.path.join(stage, name), "rb") as file:
            write(os.path.join(tree, name), file.read())
    return {int(number): range_ for number, range_ in json.loads(done.stdout).items()}


def build(tree, entries, only):
    """Builds the tests with all mutants but those that do not compile.

    Returns the test binaries, the numbers that have a place, and those that no build can have."""
    cargo("build", "--quiet", "--locked", "-p", "mutants").check_returncode()
    copy_tree(tree, {entry["file"] for entry in entries} | {"src/lib.rs"})
    dropped, unviable = set(), set()
    common = ["-p", "embedded-ami", "--features", "std,md5,memchr,defmt,embedded-io,heapless", "--message-format=json"]
    bootstrap = {"RUSTC_BOOTSTRAP": "embedded_ami"}
    while True:
        places = place(tree, entries, dropped)
        # The unit tests have functions that the library alone does not have.
        done = cargo("check", "--lib", *common, cwd=tree, **bootstrap)
        if done.returncode == 0:
            done = cargo("test", "--no-run", "--lib", *common, cwd=tree, **bootstrap)
        if done.returncode == 0:
            break
        wrong = set()
        bodies = {number for number, entry in enumerate(entries) if entry["genre"] == "FnValue"}
        for line in done.stdout.splitlines():
            message = json.loads(line) if line.startswith("{") else {}
            if message.get("reason") == "compiler-message" and message["message"]["level"] == "error":
                certain, numbers = guilty(message["message"], places)
                wrong |= numbers
                # Code that is wrong as the value of a function is so wherever it returns.
                unviable |= numbers & bodies if certain else set()
        if not wrong:
            fail(f"the library does not build with the mutants, and none of them is the cause\n{done.stderr[-3000:]}\n"
                 + "\n".join(m["message"]["rendered"] for m in map(json.loads, done.stdout.splitlines())
                             if m.get("reason") == "compiler-message" and m["message"]["level"] == "error"))
        dropped |= wrong
        print(f"{len(dropped)} mutants do not compile this way", flush=True)
    targets = ["--lib"]
    for name in sorted(os.listdir(os.path.join(ROOT, "tests"))):
        path = os.path.join(ROOT, "tests", name)
        stem = name.removesuffix(".rs")
        if stem not in NOT_RUN and (not only or stem in only) and (name.endswith(".rs") or os.path.exists(os.path.join(path, "main.rs"))):
            targets += ["--test", stem]
    done = cargo("test", "--no-run", *targets, *common, cwd=tree, **bootstrap)
    if done.returncode:
        fail(f"the tests do not build\n{done.stderr[-5000:]}")
    binaries = {}
    for line in done.stdout.splitlines():
        message = json.loads(line) if line.startswith("{") else {}
        if message.get("reason") == "compiler-artifact" and message.get("executable") and message["profile"]["test"]:
            target = message["target"]
            binaries["lib" if "lib" in target["kind"] else target["name"]] = message["executable"]
    return binaries, set(places), unviable


def guilty(message, places):
    """Returns whether an error is in the code of mutants itself, and the mutants that cause it."""
    for spans in [s for s in message["spans"] if s["is_primary"]], message["spans"]:
        own, around = set(), []
        for span in spans:
            for number, (file, start, end, first, last) in places.items():
                if span["file_name"] == file:
                    if span["byte_start"] < end and start < span["byte_end"] and start <= span["byte_start"]:
                        own.add(number)
                    elif first <= span["byte_start"] and span["byte_end"] <= last:
                        around.append((last - first, number))
        if own:
            return True, own
        if around:
            size = min(around)[0]
            return False, {number for length, number in around if length == size}
    return False, set()


# Running the tests.

def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))


def run(binary, names, tree, seconds, **variables):
    """Runs tests of one binary; returns their output, or None after the time."""
    command = [binary, "--exact", "--test-threads=4", "-Zunstable-options", "--fail-fast", *names]
    process = subprocess.Popen(command, cwd=tree, env=dict(ENVIRONMENT, RUSTC_BOOTSTRAP="1", **variables),
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                               start_new_session=True, preexec_fn=limit_memory, text=True, errors="replace")
    try:
        output, _ = process.communicate(timeout=seconds)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return None, ""


class Tests:
    """The tests, how long each takes, and which mutants each reaches."""

    def __init__(self, binaries, tree, arguments):
        jobs = arguments.jobs
        self.binaries, self.tree, self.budget, self.slow = binaries, tree, arguments.budget, arguments.slow
        self.is_part = bool(arguments.tests)
        self.reach = collections.defaultdict(list)
        self.kills = collections.Counter()
        self.seconds, failed = {}, []
        cache_path = os.path.join(WORK, "traces.json")
        try:
            with open(cache_path, encoding="utf-8") as file:
                cache = json.load(file)
        except (OSError, ValueError):
            cache = {}
        fresh, work = {}, []
        for target, binary in binaries.items():
            with open(binary, "rb") as file:
                digest = hashlib.sha256(file.read()).hexdigest()
            fresh[target] = {"digest": digest, "slow": self.slow, "tests": {}}
            if cache.get(target, {}).get("digest") == digest and cache[target].get("slow") == self.slow:
                fresh[target] = cache[target]
                continue
            listed = subprocess.run([binary, "--list"], cwd=tree, text=True, stdout=subprocess.PIPE, check=True)
            work += [(target, line[:-6]) for line in listed.stdout.splitlines() if line.endswith(": test")]
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            for (target, name), (seconds, hits) in zip(work, pool.map(lambda w: self.trace(*w), work)):
                fresh[target]["tests"][name] = [seconds, hits]
        with open(cache_path, "w", encoding="utf-8") as file:
            json.dump(fresh, file)
        for target, traced in fresh.items():
            for name, (seconds, hits) in traced["tests"].items():
                if seconds is not None and seconds >= self.slow:
                    continue
                if seconds is None:
                    failed.append(f"{target}::{name}")
                    continue
                self.seconds[target, name] = seconds
                for number in hits:
                    self.reach[number].append((target, name))
        if failed:
            print(f"{len(failed)} tests fail in the copy and are left out: {', '.join(failed)}", flush=True)

    def trace(self, target, name):
        path = os.path.join(WORK, f"trace-{threading.get_ident()}")
        if os.path.exists(path):
            os.remove(path)
        start = time.monotonic()
        status, _ = run(self.binaries[target], [name], self.tree, self.slow, MUTANT_TRACE=path)
        if status != 0:
            return (None if status is not None else self.slow), []
        hits = []
        if os.path.exists(path):
            with open(path, "rb") as file:
                data = file.read()
            hits = sorted({int.from_bytes(data[at:at + 4], "little") for at in range(0, len(data), 4)})
        return time.monotonic() - start, hits

    def batches(self, file, number):
        """Yields the tests that reach a mutant, the fastest and those that caught others first."""
        module = re.sub(r"^src/|(/mod)?\.rs$", "", file).replace("/", "::")

        def cost(test):
            own = 20 if test[0] == "lib" and test[1].startswith(module + "::") else 1
            return self.seconds[test] / own / (1 + self.kills[file, test])
        tests = sorted(self.reach[number], key=cost)
        at, limit, spent = 0, 0.2, 0
        while at < len(tests) and spent < self.budget:
            batch, total = collections.defaultdict(list), 0
            while at < len(tests) and (not batch or total + self.seconds[tests[at]] <= limit):
                total += self.seconds[tests[at]]
                batch[tests[at][0]].append(tests[at][1])
                at += 1
            yield from batch.items()
            limit = min(5 * limit, self.budget)
            spent += total

    def test(self, mutant):
        """Returns what caught a mutant, or None, and whether every test that reaches it has run."""
        left = len(self.reach[mutant.number])
        for target, names in self.batches(mutant.file, mutant.number):
            for attempt in (1, 2):
                expected = sum(self.seconds[target, name] for name in names)
                status, output = run(self.binaries[target], names, self.tree, 5 + 4 * expected,
                                     MUTANT=str(mutant.number))
                if status == 0:
                    break
                failed = re.findall(r"^test (\S+).* FAILED$", output, re.M)
                caught = [f"{target}::{name}" for name in failed] or [f"{target}: " + ("timeout" if status is None else "crash")]
                if attempt == 1 and all(map(REAL_TIME.search, caught)):
                    names = failed or names
                    continue
                for name in failed:
                    self.kills[mutant.file, (target, name)] += 1
                return caught[0], True
            left -= len(names)
        return None, left == 0 and not self.is_part


# Mutants that have no place in the copy.

def alone(mutant, viable_only):
    """Builds one mutant as cargo-mutants does; returns whether it compiles, or what caught it."""
    out = os.path.join(WORK, "alone")
    command = ["mutants", "--no-config", "--package", "embedded-ami", "--features", "std,md5,memchr,defmt,embedded-io,heapless",
               "--baseline=skip", "--timeout=300", "--file", mutant.file, "--re", f"^{re.escape(mutant.name)}$", "-o", out,
               "--no-times", "--colors=never"]
    if viable_only:
        command.append("--check")
    done = cargo(*command, *(["--", "--lib", "--tests"] if not viable_only else []))
    with open(os.path.join(out, "mutants.out/outcomes.json"), encoding="utf-8") as file:
        outcomes = json.load(file)
    if outcomes["unviable"]:
        return "unviable"
    if viable_only:
        return None
    if outcomes["caught"] or outcomes["timeout"]:
        return "caught"
    if outcomes["missed"]:
        return "missed"
    fail(f"cargo mutants did not test {mutant.name}\n{done.stdout}{done.stderr}")
    return None


# Results.

class Results:
    """One file of lines for each source file, so that an interrupted run continues."""

    def __init__(self):
        os.makedirs(RESULTS, exist_ok=True)
        self.lock = threading.Lock()
        self.known = {}
        for name in sorted(os.listdir(RESULTS)):
            if name.endswith(".jsonl"):
                with open(os.path.join(RESULTS, name), encoding="utf-8") as file:
                    for line in file:
                        result = json.loads(line)
                        self.known[result["key"]] = result

    def add(self, mutant, verdict, by, seconds):
        result = {"key": mutant.key, "name": mutant.name, "verdict": verdict, "by": by, "seconds": round(seconds, 2)}
        with self.lock:
            self.known[mutant.key] = result
            path = os.path.join(RESULTS, mutant.file.replace("/", "-") + ".jsonl")
            with open(path, "a", encoding="utf-8") as file:
                file.write(json.dumps(result) + "\n")


def survivors():
    """Reads the list: what may survive, with the reason."""
    listed = {}
    with open(LIST, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip() and not line.startswith("#"):
                parts = line.rstrip("\n").split("\t")
                if len(parts) != 4 or not all(parts):
                    fail(f"tests/mutants-survivors.txt:{number}: not file, mutation, code and reason")
                listed["\t".join(parts[:3])] = parts[3]
    return listed


def report(chosen, results, whole_files):
    listed = survivors()
    table, missed, stale, used = {}, [], [], set()
    for mutant in chosen:
        row = table.setdefault(mutant.file, collections.Counter())
        row["mutants"] += 1
        result = results.known.get(mutant.key)
        verdict = result["verdict"] if result else "to do"
        if result:
            row["seconds"] += result["seconds"]
        if mutant.listed in listed:
            used.add(mutant.listed)
            if verdict in ("missed", "unsure"):
                verdict = "listed"
            elif verdict in ("caught", "unviable"):
                stale.append(f"{mutant.listed}\t{verdict}")
        elif verdict == "missed":
            missed.append(mutant)
        row[verdict] += 1
    stale += [f"{line}\tno such mutant" for line in listed if line.split("\t")[0] in whole_files and line not in used]
    columns = ["mutants", "caught", "unviable", "listed", "missed", "unsure", "to do", "seconds"]
    print(f"{'file':44}" + "".join(f"{column:>9}" for column in columns))
    total = collections.Counter()
    for name, row in sorted(table.items()):
        print(f"{name:44}" + "".join(f"{row[column]:9.0f}" for column in columns))
        total.update(row)
    print(f"{'all':44}" + "".join(f"{total[column]:9.0f}" for column in columns))
    for mutant in missed:
        print(f"missed\t{mutant.listed}\t({mutant.name.split(': ')[0]})")
    for line in stale:
        print(f"stale\t{line}")
    viable = total["mutants"] - total["unviable"] - total["to do"]
    share = 100 * total["listed"] / viable if viable else 0
    print(f"{total['mutants'] - total['to do']} of {total['mutants']} mutants: {total['caught']} caught, {total['unviable']} do not compile, "
          f"{total['listed']} listed ({share:.1f} %), {total['missed']} missed, {total['unsure']} unsure, {len(stale)} stale")
    return not missed and not stale


def check_list(chosen):
    """Checks without a run that each line of the list still names a mutant, and that they are few."""
    listed = survivors()
    names = {mutant.listed for mutant in chosen}
    stale = [line for line in listed if line not in names]
    for line in stale:
        print(f"stale\t{line}\tno such mutant")
    others = sum(reason.startswith(NO_SHARE) for reason in listed.values())
    count = len(listed) - others
    share = 100 * count / (len(chosen) - others)
    print(f"{len(chosen)} mutants can be made, {others} of them for other targets or without a change; {count} are listed as survivors "
          f"({share:.1f} %, at most {MOST_LISTED} %), {len(stale)} of the list are stale")
    return not stale and share <= MOST_LISTED


def select(arguments):
    """Returns the files of the command line, as paths from the root."""
    if arguments.changed:
        done = subprocess.run(["git", "diff", "--name-only", "--diff-filter=d", arguments.changed, "--", "src"], cwd=ROOT,
                              text=True, stdout=subprocess.PIPE, check=True)
        return done.stdout.split()
    files = []
    for name in arguments.files:
        path = os.path.relpath(os.path.realpath(name), ROOT)
        if not os.path.exists(os.path.join(ROOT, path)):
            fail(f"there is no {name}")
        files.append(path + "/**" if os.path.isdir(os.path.join(ROOT, path)) else path)
    return files


def main():
    parser = argparse.ArgumentParser(prog="tests/mutants.sh", description="Tests the mutants of the library.")
    parser.add_argument("files", nargs="*", metavar="FILE", help="source files or folders; without one, all")
    parser.add_argument("--changed", metavar="COMMIT", help="only the files that changed since the commit")
    parser.add_argument("--shard", metavar="K/N", help="every Nth mutant, from the Kth (0 to N - 1)")
    parser.add_argument("--limit", type=float, metavar="SECONDS", help="start no mutant after this time")
    parser.add_argument("--budget", type=float, default=float("inf"), metavar="SECONDS",
                        help="leave a mutant as unsure when tests of this time have passed")
    parser.add_argument("--tests", metavar="NAMES", help="the test targets beside the unit tests, with commas; all without it")
    parser.add_argument("--slow", type=float, default=20, metavar="SECONDS",
                        help="leave out tests that take as long (20): they repeat what faster ones check, at more places")
    parser.add_argument("--jobs", type=int, default=2, help="mutants at a time (2)")
    parser.add_argument("--fresh", action="store_true", help="also test what earlier runs caught")
    parser.add_argument("--no-alone", action="store_true", help="leave out mutants that need a build of their own")
    parser.add_argument("--report", action="store_true", help="only print the results so far")
    parser.add_argument("--check-list", action="store_true", help="only check that the list of survivors fits the sources")
    arguments = parser.parse_args()
    if arguments.check_list:
        return 0 if check_list(mutants([])[1]) else 1
    files = select(arguments)
    if arguments.changed and not files:
        print("no mutants: no source file has changed")
        return 0
    os.makedirs(WORK, exist_ok=True)
    entries, chosen = mutants(files)
    results = Results()
    todo = chosen
    if arguments.shard:
        first, step = map(int, arguments.shard.split("/"))
        todo = chosen = chosen[first::step]
    if not arguments.fresh:
        todo = [m for m in todo if results.known.get(m.key, {}).get("verdict") not in ("caught", "unviable")]
    if todo and not arguments.report:
        test_all(arguments, entries, todo, results)
    whole = set() if arguments.shard else {mutant.file for mutant in chosen}
    return 0 if report(chosen, results, whole) else 1


def order(mutant):
    """The folders with fast tests come first, those with tests in real time last."""
    folders = ["src/value/", "src/action/", "src/event/", "src/classes", "src/wire/", "src/client/", "src/server/", "src/io/"]
    places = [place for place, folder in enumerate(folders) if mutant.file.startswith(folder)]
    return (places or [len(folders)])[0], mutant.file, mutant.number


def test_all(arguments, entries, todo, results):
    begin = time.monotonic()
    tree = os.path.join(WORK, "tree")
    binaries, places, unviable = build(tree, entries, arguments.tests.split(",") if arguments.tests else [])
    print(f"built in {time.monotonic() - begin:.0f} s", flush=True)
    for mutant in todo:
        if mutant.number in unviable:
            results.add(mutant, "unviable", None, 0)
    tests = Tests(binaries, tree, arguments)
    print(f"{len(tests.seconds)} tests traced after {time.monotonic() - begin:.0f} s", flush=True)
    begin = time.monotonic()

    def over():
        return arguments.limit is not None and time.monotonic() - begin > arguments.limit

    def is_evaluated(mutant):
        return mutant.is_const and not tests.reach[mutant.number]

    def one(mutant):
        if over():
            return
        start = time.monotonic()
        by, is_complete = tests.test(mutant)
        verdict = "caught" if by else "missed" if is_complete else "unsure"
        results.add(mutant, verdict, by, time.monotonic() - start)
        if not by:
            print(f"{verdict}\t{mutant.name}\t{len(tests.reach[mutant.number])} tests reach it", flush=True)

    placed = sorted((m for m in todo if m.number in places and not is_evaluated(m)), key=order)
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for _ in pool.map(one, placed):
            pass
    took = time.monotonic() - begin
    print(f"{len(placed)} mutants in {took:.0f} s, {took / max(len(placed), 1):.2f} s each", flush=True)
    if arguments.no_alone:
        return
    for mutant in todo:
        if (mutant.number not in places | unviable or is_evaluated(mutant)) and not over():
            start = time.monotonic()
            verdict = alone(mutant, viable_only=True) or alone(mutant, viable_only=False)
            results.add(mutant, verdict, "alone", time.monotonic() - start)


if __name__ == "__main__":
    sys.exit(main())

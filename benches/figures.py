#!/usr/bin/env python3
"""figures.py --record [PART...] | --render | --check

Keeps docs/figures.tsv, the recorded figures, and what is generated from them: docs/figures.md,
docs/decoding.svg, and the table of figures in README.md between the markers `<!-- speed -->`.

--record runs the commands of these parts (all unless given), writes their figures to the file, and
renders. A part that cannot be measured on this machine is skipped with a line that tells why, and
its figures stay as they were recorded last. --render generates the texts from the file. --check fails
if a text is not as the file has it.
"""

import datetime
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
RECORDED, PAGE, CHART, README = "docs/figures.tsv", "docs/figures.md", "docs/decoding.svg", "README.md"

# Each part: a command, and patterns of its output. The groups `name` of a pattern, joined with the
# prefix, name a figure, and the group `value` is the figure.
PARTS = {
    "decoding": (
        "cargo run --release --locked -p peers",
        [
            ("rate, MB/s", r"^(?P<name>[a-z][^\n]*?) +(?P<value>\d+) MB/s, +[\d.]+ times memchr per line"),
            ("against memchr per line", r"^(?P<name>[a-z][^\n]*?) +\d+ MB/s, +(?P<value>[\d.]+) times memchr per line"),
            ("against asterisk-rs-ami", r"^(?P<name>decode [^\n]*?): embedded-ami .*: (?P<value>[\d.]+) times$"),
        ],
    ),
    "clients": (
        "benches/clients.py",
        [
            ("processor time an event, us", r"^(?P<name>\S+) +(?P<value>[\d.]+) us of"),
            ("times the read loop", r"^(?P<name>\S+) +[\d.]+ us of .*?(?P<value>[\d.]+) times the read loop"),
            ("events a second", r"^(?P<name>\S+) +[\d.]+ us of .*?(?P<value>\d+) events a second"),
            ("events lost", r"^(?P<name>\S+) +[\d.]+ us of .*, (?P<value>\d+) lost"),
            ("times embedded-ami", r"^(?P<name>\S+): (?P<value>[\d.]+) times the processor time of embedded-ami"),
        ],
    ),
    "counts": (
        "benches/counts.sh",
        [("instructions", r"^(?P<name>[^\n]+?): \d+ instructions, (?P<value>[\d.]+ for each [a-z ]+?)(?::|$)")],
    ),
    "growth": (
        "benches/growth.sh",
        [
            ("instructions", r"^(?P<name>(?:events|bytes|outstanding): \d+): (?P<value>[\d.]+) instructions"),
            ("growth", r"^growth of (?P<name>[^:]+): (?P<value>[\d.]+) times"),
        ],
    ),
    "linear": (
        "tests/linear.sh",
        [("60 KB against 15 KB", r"^(?P<name>[^\n:]+): 60 KB / 15 KB = (?P<value>[\d.]+)")],
    ),
    "idle": (
        "cargo run --release --locked -p idle",
        [
            ("% of a core", r"^ *(?P<name>\d+) +(?P<value>[\d.]+) "),
            ("KiB each", r"^ *(?P<name>\d+) +[\d.]+ +(?P<value>[\d.]+) "),
            ("Ping, us", r"^ *(?P<name>\d+) +[\d.]+ +[\d.]+ +[\d.]+ \( *(?P<value>[\d.]+)\)"),
            ("event, us", r"^ *(?P<name>\d+) .*\) +(?P<value>[\d.]+)$"),
        ],
    ),
    "pings": (
        "cargo run --release --locked -p peers --bin pings",
        [("pipelined", r"^(?P<value>[\d.]+) times its rate(?P<name>)"), ("pipelined, processor time", r"with (?P<value>[\d.]+) times its processor time(?P<name>)")],
    ),
    "floor": (
        "cargo run --release --locked -p peers --bin client_floor",
        [("times the read loop", r"^(?P<name>[^\n:]+): .*, (?P<value>[\d.]+) times the read loop")],
    ),
}

# Rows of README.md: text, figure as (part, prefix, name), the form of its value. `{}` is the value.
ROWS = [
    ("rate of decoding and walking over all headers of a recorded burst of events, relative to a loop that finds name and "
     "value of each line with `memchr` and knows no messages", ("decoding", "against memchr per line", "embedded-ami: decode, walk over all headers"), "{}×"),
    ("rate of decoding only, relative to the same loop", ("decoding", "against memchr per line", "embedded-ami: decode"), "{}×"),
    ("rate of decoding and walking, relative to the codec of asterisk-rs-ami 0.8", ("decoding", "against asterisk-rs-ami", "decode and walk all headers"), "{}×"),
    ("rate of decoding to typed events and reading five fields, relative to asterisk-rs-ami 0.8",
     ("decoding", "against asterisk-rs-ami", "decode to typed events, read five fields"), "{}×"),
    ("processor time of the blocking client for each event, relative to a loop that reads the bytes and does nothing else",
     ("floor", "times the read loop", "client"), "{}×"),
    ("processor time of the miniature PBX with 10,000 idle connections", ("idle", "% of a core", "10000"), "{} % of a core"),
    ("growth of the cost for each event, from 1 to 1,000,000 events, and for each byte, from messages of 64 bytes to 1 MB",
     [("growth", "growth", "events, 1 to 1000000"), ("growth", "growth", "bytes, 64 to 1048576")], "{}×, {}×"),
    ("instructions for 60 KB fed byte by byte, relative to 15 KB", ("linear", "60 KB against 15 KB", "burst, storage 65536"), "{}×"),
]
# Rows whose figure is a bound that a test holds.
FIXED = [
    ("200 clients of a server that sends each up to 2,000 events a second, beside one that reads nothing: events missing or wrong", "0",
     "AMI_THOROUGH=1 cargo test --test serve -- two_hundred --show-output"),
    ("dependencies of the default build", "0", "cargo tree -p embedded-ami -e normal"),
]


def load():
    """Returns the recorded figures as {(part, prefix, name): (value, date)}."""
    figures = {}
    if os.path.exists(RECORDED):
        with open(RECORDED, encoding="utf-8") as file:
            for line in file:
                if line.strip() and not line.startswith("#"):
                    part, prefix, name, value, date = line.rstrip("\n").split("\t")
                    figures[part, prefix, name] = value, date
    return figures


def record(parts):
    figures = load()
    today = datetime.date.today().isoformat()
    failed = 0
    for part in parts:
        command, patterns = PARTS[part]
        done = subprocess.run(command.split(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        new = {
            (part, prefix, match["name"].strip()): (match["value"], today)
            for prefix, pattern in patterns
            for match in re.finditer(pattern, done.stdout, re.MULTILINE)
        }
        # A count without a baseline for this compiler is still a count.
        if (done.returncode == 77 and not new) or (part == "pings" and done.returncode):
            print(f"{part}: skipped: {(done.stdout.strip().splitlines() or ['no reason'])[-1]}")
            continue
        if done.returncode not in (0, 77) or not new:
            print(f"{part}: FAILED: `{command}`, exit status {done.returncode}\n{done.stdout[-2000:]}")
            failed = 1
            continue
        figures = {key: value for key, value in figures.items() if key[0] != part} | new
        print(f"{part}: {len(new)} figures", flush=True)
        save(figures)
    save(figures)
    return failed


def save(figures):
    order = list(PARTS)
    with open(RECORDED, "w", encoding="utf-8") as file:
        file.write("# part, kind, name, value, date: written by benches/figures.py --record\n")
        for key, value in sorted(figures.items(), key=lambda item: order.index(item[0][0])):
            file.write("\t".join(key + value) + "\n")


def chart(figures):
    """Returns bars of the rates of decoding as SVG."""
    rates = [(name, int(value)) for (part, kind, name), (value, _) in figures.items()
             if part == "decoding" and kind == "rate, MB/s" and not name.startswith("read floor")]
    rates.sort(key=lambda rate: -rate[1])
    most = max((rate for _, rate in rates), default=1)
    row, left, width = 26, 390, 380
    text = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 110}" height="{row * len(rates) + 44}" '
            'font-family="sans-serif" font-size="14">', '<rect width="100%" height="100%" fill="white"/>',
            '<text x="10" y="22" font-weight="bold">Decoding a recorded burst of events, MB/s</text>']
    for number, (name, rate) in enumerate(rates):
        y = 36 + row * number
        colour = "#2a6f97" if name.startswith("embedded-ami") else "#b0b0b0"
        text.append(f'<text x="{left - 8}" y="{y + 15}" text-anchor="end">{name}</text>')
        text.append(f'<rect x="{left}" y="{y}" width="{max(width * rate / most, 1):.1f}" height="20" fill="{colour}"/>')
        text.append(f'<text x="{left + width * rate / most + 6:.1f}" y="{y + 15}">{rate}</text>')
    return "\n".join(text + ["</svg>", ""])


def shown(command):
    """Returns a command as users type it."""
    return command.replace(" --locked", "")


def table(figures):
    """Returns the table of README.md."""
    lines = ["| what | figure | command |", "|---|---|---|"]
    for text, keys, form in ROWS:
        keys = keys if isinstance(keys, list) else [keys]
        if all(key in figures for key in keys):
            values = [figures[key][0] for key in keys]
            values = [f"{float(value):.0f}" if float(value) >= 10 else f"{float(value):.2g}" for value in values]
            lines.append(f"| {text} | {form.format(*values)} | `{shown(PARTS[keys[0][0]][0])}` |")
    lines += [f"| {text} | {value} | `{command}` |" for text, value, command in FIXED]
    return "\n".join(lines) + "\n"


TITLES = {
    "decoding": ("Decoding", "All cases decode the same 400 KB of recorded events. The rates are those of one run on a shared "
                 "machine, so only their ratios mean something.\n\n![Rates of decoding](decoding.svg)"),
    "clients": ("Whole clients over loopback", "Each client reads the same events in a process of its own. The processor time is that of the "
                "process, less that of a run without events. asterisk-rs-ami and asterisk-ami "
                "run on tokio's runtime with one thread and their default queues, which drop events that are not read in time. Their "
                "cost is for each event sent, also for the lost ones, which they have decoded but not delivered, so it is less than "
                "that of delivering all. A runtime with more threads, which may lose fewer, has not been measured. The table has the "
                "most lost in a round, and its ratios compare clients that did not deliver the same number. The client here also reads the "
                "name of each event; the last section has its cost without look-ups."),
    "counts": ("Instructions", "Counted by callgrind, for x86-64. `benches/counts.tsv` is the baseline, from which no case may grow by more "
               "than 3 %."),
    "growth": ("Growth", "Instructions for each unit. A growth is the cost at the most expensive size, divided by that at the first size."),
    "linear": ("Bytes that arrive one at a time", "Instructions for four times as many bytes."),
    "idle": ("Idle connections", "Processor time of the miniature PBX, by the number of its connections."),
    "pings": ("Pipelined Pings to Asterisk 22", "embedded-ami relative to asterisk-rs-ami: its rate (more is better) and its processor time (less is better)."),
    "floor": ("The blocking client against a loop that reads", "Processor time of 208 MB of events, medians of 21 rounds. Machines differ, because the "
              "read loop depends on the caches: the client took 1.3 to 1.9 read loops on one, and 2.6 to 3.3 on another."),
}


def page(figures):
    """Returns docs/figures.md."""
    lines = ["# Figures", "", "Generated by `benches/figures.py` from [figures.tsv](figures.tsv). `benches/figures.py --record` measures them anew.", ""]
    for part, (title, about) in TITLES.items():
        mine = {key[1:]: value for key, value in figures.items() if key[0] == part}
        if not mine:
            continue
        kinds = list(dict.fromkeys(kind for kind, _ in mine))
        # Kinds with the same names share a table.
        groups = {}
        for kind in kinds:
            names = tuple(name for other, name in mine if other == kind)
            shared = next((key for key in groups if set(names) <= set(key)), names)
            groups.setdefault(shared, []).append(kind)
        command = shown(PARTS[part][0])
        lines += [f"## {title}", "", about, ""]
        for names, kinds in groups.items():
            lines += ["| case | " + " | ".join(kinds) + " | command |", "|---" * (len(kinds) + 2) + "|"]
            for name in names:
                values = [mine.get((kind, name), ("-",))[0] for kind in kinds]
                lines.append(f"| {name or 'all'} | " + " | ".join(values) + f" | `{command}` |")
            lines.append("")
        lines += [f"Measured on {max(date for _, date in mine.values())}.", ""]
    return "\n".join(lines)


def texts(figures):
    """Returns the generated texts by their paths."""
    with open(README, encoding="utf-8") as file:
        readme = file.read()
    begin, end = "<!-- speed -->\n", "<!-- /speed -->"
    before, rest = readme.split(begin)
    return {
        README: before + begin + table(figures) + end + rest.split(end, 1)[1],
        PAGE: page(figures),
        CHART: chart(figures),
    }


def main():
    os.chdir(TOP)
    mode, parts = (sys.argv + [None])[1], sys.argv[2:]
    if mode not in ("--record", "--render", "--check") or not set(parts) <= set(PARTS):
        sys.exit(__doc__)
    status = record(parts or PARTS) if mode == "--record" else 0
    for path, text in texts(load()).items():
        old = None
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                old = file.read()
        if old == text:
            continue
        if mode == "--check":
            print(f"failed: {path} is not as {RECORDED} has it: run benches/figures.py --render")
            status = 1
        else:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            print(f"written: {path}")
    if not status and mode == "--check":
        print(f"{len(load())} figures; {README}, {PAGE}, {CHART} are up to date")
    sys.exit(status)


main()

# Compares figures of the firmware with those of tests/firmware/figures.tsv. The scripts that
# measure source this file from the top of the repository. A figure that has grown by more than 2 %
# is a failure. With --renew, the figures of the running script replace those in the file, and the
# table in the README is made from the file.

# shellcheck shell=bash
figures_file=tests/firmware/figures.tsv
renew=
if [[ ${1-} = --renew ]]; then renew=1; fi
measured=$(mktemp)
trap 'rm -f "$measured"' EXIT

# figure KIND TARGET NAME VALUE: records a figure.
figure() {
    printf '%s\t%s\t%s\t%s\n' "$@" >>"$measured"
}

# Prints the table of the README.
table() {
    awk -F '\t' '
        /^# / { compiler = substr($0, 3) }
        { value[$1, $2, $3] = $4 }
        $1 == "stack" && $4 > most[$2] + 0 { most[$2] = $4; call[$2] = $3 }
        function grouped(n) { return n > 999 ? int(n / 1000) " " sprintf("%03d", n % 1000) : n }
        function bytes(t, program) { return value["text", t, program] + value["data", t, program] }
        function size(t, type) { return value["size", t, type] }
        function row(what, kind,   i, t, cell) {
            printf "| %s |", what
            for (i = 1; i <= 3; i++) {
                t = target[i]
                if (kind == "typed") cell = bytes(t, "typed") - bytes(t, "client")
                else if (kind == "decoder" || kind == "server_session") cell = size(t, kind)
                else if (kind == "session") cell = size(t, "client_session") "; " size(t, "slot")
                else if (kind == "stack") cell = t in most ? most[t] " (`" call[t] "`)" : "-"
                else if (kind == "instructions") {
                    cell = (kind, t, "decode") in value ? value[kind, t, "decode"] "; " value[kind, t, "decode, 16 bytes a read"] \
                        "; " value[kind, t, "decode + walk over all headers"] "; " value[kind, t, "decode + skip events by name"] : "-"
                }
                else if (kind == "ways") cell = 0
                else cell = grouped(bytes(t, kind))
                printf " %s |", cell
            }
            print ""
        }
        END {
            split("thumbv7m-none-eabi thumbv6m-none-eabi riscv32imc-unknown-none-elf", target, " ")
            print "| built for size, bytes | Cortex-M3 | Cortex-M0 | RISC-V (rv32imc) |"
            print "|---|---|---|---|"
            row("flash over an empty program: decoder, encoder, look-ups", "wire")
            row("the same with the session of a client, and MD5", "client")
            row("flash of the session of a server, with decoder and encoder", "server")
            row("flash of a typed action and a typed event in place of raw headers", "typed")
            row("RAM of a decoder beyond its storage", "decoder")
            row("RAM of a session beyond its slots; of a slot", "session")
            row("RAM of the session of a server", "server_session")
            row("most stack below any public call", "stack")
            row("instructions a byte: decode; decode in reads of 16 bytes; decode and walk over all headers; decode and skip events by name", "instructions")
            row("ways to a panic, `core::fmt`", "ways")
            print ""
            print "`tests/bare-metal.sh` and `tests/qemu.sh` print and check these (" compiler ", `opt-level = \"s\"`, fat LTO)."
        }' "$figures_file"
}

# Prints the README with that table.
with_table() {
    awk -v table="$(table)" '
        /^<!-- \/figures -->/ { inside = 0 }
        !inside { print }
        /^<!-- figures -->/ { inside = 1; print table }' README.md
}

# check_figures KIND...: compares the measured figures of these kinds. Returns 1 if a figure is
# worse, missing or new.
check_figures() {
    local compiler kinds
    compiler=$(rustc -V | cut -d' ' -f1,2)
    kinds=" $* "
    if [[ $renew ]]; then
        {
            echo "# $compiler"
            { awk -F '\t' -v kinds="$kinds" '!/^#/ && !index(kinds, " " $1 " ")' "$figures_file" 2>/dev/null; cat "$measured"; } | LC_ALL=C sort
        } >"$figures_file.new"
        mv "$figures_file.new" "$figures_file"
        with_table >README.md.new
        mv README.md.new README.md
        echo "renewed: $figures_file, README.md"
        return
    fi
    if [[ $(head -n 1 "$figures_file") != "# $compiler" || -n ${other_compiler-} ]]; then
        echo "note: not compared: the figures of $figures_file are for $(head -n 1 "$figures_file" | cut -c3-), this is ${other_compiler:-$compiler}"
        return
    fi
    local status=0
    with_table | cmp -s - README.md || { echo "failed: the README's table does not match $figures_file: see --renew"; status=1; }
    awk -F '\t' -v kinds="$kinds" '
        /^#/ { next }
        FILENAME != ARGV[2] { if (index(kinds, " " $1 " ")) known[$1 " " $2 " " $3] = $4; next }
        { key = $1 " " $2 " " $3; seen[key] = 1 }
        !(key in known) { print "failed: " key ": " $4 " is new: see --renew"; bad = 1; next }
        $4 > known[key] * 1.02 { print "failed: " key ": " $4 ", was " known[key]; bad = 1 }
        $4 < known[key] * 0.98 { print "better: " key ": " $4 ", was " known[key] ": see --renew" }
        END {
            for (key in known) if (!(key in seen)) { print "failed: " key " was not measured"; bad = 1 }
            exit bad
        }' "$figures_file" "$measured" || status=1
    return $status
}

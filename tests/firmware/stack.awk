# Computes the maximum stack below each function whose name starts with call_, from the disassembly
# of a linked program (llvm-objdump -d, Thumb): the bytes that each function puts on the stack, and
# its calls. The bytes of all paths through a function are added up, so a figure may be higher than
# the stack ever used, but never lower. A call through a register may go to any function whose name
# matches -v pointers=PATTERN. Fails if there is recursion or a frame whose size is computed at run
# time.

/^[0-9a-f]+ <.*>:$/ {
    name = $2
    gsub(/^<|>:$/, "", name)
    if (name !~ /^\$/) { # otherwise a mapping symbol inside a function
        at = name
        frame[at] += 0
    }
    next
}

{ operation = $2; sub(/\.w$/, "", operation); operands = $0; sub(/^[^\t]*\t[^\t]*\t/, "", operands) }

operation == "push" || operation == "stmdb" && operands ~ /^sp!/ {
    list = operands
    sub(/^[^{]*{/, "", list)
    frame[at] += 4 * split(list, registers, ",")
}
operation ~ /^subw?$/ && operands ~ /^sp,( sp,)? #[0-9]/ { frame[at] += number(operands) }
operation ~ /^strd?$/ && operands ~ /\[sp, #-[0-9]+\]!/ { frame[at] += number(operands) }
operation ~ /^(subw?|add|mov)$/ && operands ~ /^sp, (sp, )?r[0-9]/ || operation == "sub" && operands ~ /^sp, sp, [^#]/ {
    bad("a frame of computed size", at)
}
operation ~ /^blx([a-z][a-z])?$/ || operation ~ /^bx([a-z][a-z])?$/ && operands !~ /^lr/ {
    calls[at] = calls[at] " *"
}

# A branch to the start of another function: a call, or a tail call, with or without a condition.
/<[^+>]*>/ && operation ~ /^(bl|bl[a-z][a-z]|b|b[a-z][a-z]|cbn?z)$/ {
    to = operands
    sub(/^[^<]*</, "", to)
    sub(/>.*$/, "", to)
    if (to != at && to !~ /^\$/) {
        if (operation ~ /^bl([a-z][a-z])?$/) { calls[at] = calls[at] " " to } else { jumps[at] = jumps[at] " " to }
    }
}

function number(text) {
    sub(/^.*[#-]-?/, "", text)
    return text + 0
}

function bad(what, where) {
    if (!((what, where) in said)) print "failed: " what " in " where > "/dev/stderr"
    said[what, where] = failed = 1
}

# Lists of names are separated by blanks, since awk has no lists.
function depth(name,   deepest, more, all, n, i, list) {
    if (name in known) return known[name]
    if (name in open) { bad("recursion", name); return 0 }
    open[name] = 1
    n = split(calls[name], list, " ")
    for (i = 1; i <= n; i++) {
        more = depth(list[i])
        if (more > deepest) { deepest = more; via[name] = list[i] }
    }
    all = frame[name] + deepest
    n = split(jumps[name], list, " ")
    for (i = 1; i <= n; i++) {
        more = depth(list[i])
        if (more > all) { all = more; via[name] = list[i] }
    }
    delete open[name]
    return known[name] = all
}

END {
    for (name in frame) {
        if (pointers && name ~ pointers) calls["*"] = calls["*"] " " name
    }
    for (name in frame) {
        if (name !~ /^call_/) continue
        print depth(name) "\t" substr(name, 6)
        for (to = name; path && to; to = via[to]) print "\t" frame[to] "\t" to
    }
    exit failed
}

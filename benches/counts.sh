#!/usr/bin/env bash
# Counts the instructions of the cases in benches/counts under callgrind, and fails if a case takes
# 3 % more than in benches/counts.tsv, is new there, or is missing. With --renew, records the counts
# in that file. They depend on the compiler: with another than the file names, the counts are
# printed and not compared.
#
# Exit status: 0 no case has grown, 1 a case has, 77 not possible or not comparable on this machine
# (one line tells why).
set -euo pipefail

limit=3
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/.."
. benches/callgrind.sh
file=benches/counts.tsv
renew=
[ "${1-}" != --renew ] || renew=1

machine="$(rustc -V | cut -d' ' -f1,2), $(rustc -vV | sed -n 's/^host: //p')"
measured=$dir/counts.tsv
echo "# $machine" >"$measured"
while read -r case; do
    count "$case" >>"$measured"
done < <("$program" list)

if [ -n "$renew" ]; then
    cp "$measured" "$file"
    echo "renewed: $file"
fi
known=$(head -n 1 "$file" | cut -c3-)
awk -F '\t' -v limit="$limit" -v same="$([ "$known" = "$machine" ] && echo 1 || true)" '
    /^#/ { next }
    FILENAME == ARGV[1] { known[$1] = $2; next }
    {
        seen[$1] = 1
        printf "%s: %d instructions, %.1f for each %s", $1, $2, $2 / $3, $4
        if (!same) { print ""; next }
        cases++
        if (!($1 in known)) { print ": FAILED: it is new, see --renew"; bad = 1; next }
        change = 100 * ($2 / known[$1] - 1)
        if (cases == 1 || change > most) { most = change; where = $1 }
        verdict = ""
        if (change > limit) { verdict = ": FAILED"; bad = 1 }
        if (change < -limit) verdict = ": better, see --renew"
        printf ": %+.1f %%%s\n", change, verdict
    }
    END {
        if (!same) exit 0
        for (name in known) if (!(name in seen)) { print name ": FAILED: it was not measured"; bad = 1 }
        printf "%d cases, at most %+.1f %% (%s) since the baseline, limit %d %%\n", cases, most, where, limit
        exit bad
    }' "$file" "$measured"
[ "$known" = "$machine" ] || skip "the counts in $file are those of $known, this is $machine"

#!/bin/sh
# How results are written: TSV, JSON, aligned text, closed pipes, full disks.
ngram=$(realpath "${1:-build/ngram}")
tab=$(printf '\t')
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

run 0 "$ngram" train -q --tokens space -o m.ngram reviews
export NGRAM_MODEL=m.ngram

# a cell of every kind of trouble: TAB, backslash, CR, quote, control, a byte that is no UTF-8
printf 'a\\b"c\001\377d\t0.5\nplain\t0\n' >odd.tsv
run 0 "$ngram" roll --seed 1 odd.tsv
equal 'header' "$(head -n 1 out)" 'outcome'
printf 'outcome\na\\b"c\001\377d\n' >wanted
same out wanted
run 0 "$ngram" roll --seed 1 --format json odd.tsv
json out
printf '{"outcome":"a\\\\b\\"c\\u0001\357\277\275d"}\n' >wanted
same out wanted
run 0 "$ngram" roll --seed 1 --format text odd.tsv
holds out '^a.b"c.x01'

mkdir "$(printf 'a\tb')"
cp reviews/ann/one.txt "$(printf 'a\tb')/x.txt"
run 0 "$ngram" score "$(printf 'a\tb')/x.txt"
equal 'TAB in a name' "$(cell out 1 1)" 'a\tb/x.txt'

# not a number
printf '' >empty.txt
run 0 "$ngram" score -q empty.txt
equal 'no words in TSV' "$(cell out 1 5)" 'nan'
run 0 "$ngram" score -q --format json empty.txt
json out
holds out '"perplexity":null'

# aligned text has one width; colour only when asked for
run 0 "$ngram" table --format text the
lacks out "$tab"
lacks out "$(printf '\033')"
run 0 "$ngram" table --format text --color always the
holds out "$(printf '\033')\[1m"
run 0 env NO_COLOR=1 "$ngram" table --format text --color always the
holds out "$(printf '\033')\[1m"

# script may be there and have no pseudo-terminal to give, as in a chroot without devpts
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
    script -qec "$ngram table the" /dev/null >terminal </dev/null
    holds terminal "$(printf '\033')\[1m"
    NO_COLOR=1 script -qec "$ngram table the" /dev/null >terminal </dev/null
    lacks terminal "$(printf '\033')\[1m"
    lacks terminal "$tab"
else
    echo "writer: skipped: output on a terminal ('script' is missing or makes none)"
fi

# JSON has all columns of TSV, and numbers that read back as they are
run 0 "$ngram" table -k 3 the
cp out t.tsv
run 0 "$ngram" table -k 3 --format json the
json out
python3 - t.tsv out <<'EOF' || fail 'TSV and JSON differ'
import json, sys
rows = [l.rstrip('\n').split('\t') for l in open(sys.argv[1])]
for row, line in zip(rows[1:], open(sys.argv[2])):
    x = json.loads(line)
    assert list(x) [:4] == rows[0] and [str(x['word']), float(row[1])] == [row[0], x['probability']]
EOF

# a closed pipe ends quietly and soon; a full disk does not
for command in 'generate -n 1000000000' 'table -k 0' 'roll -n 1000000000 odd.tsv'; do
    # shellcheck disable=SC2086
    { "$ngram" $command 2>err; echo $? >status; } | head -n 1 >/dev/null
    equal "status of $command on a closed pipe" "$(cat status)" 0
    equal "messages of $command on a closed pipe" "$(cat err)" ''
done
if [ -w /dev/full ]; then
    for command in 'generate -n 3' 'table' 'info' 'score empty.txt' 'help' 'train --help' \
        'roll odd.tsv' '--version' 'complete a' 'count reviews' 'train --arpa -o - reviews'; do
        status=0
        # shellcheck disable=SC2086
        "$ngram" $command >/dev/full 2>err || status=$?
        equal "status of $command on a full disk" "$status" 2
        holds err 'No space left on device'
    done
fi

# lines are passed on at once when asked to
mkfifo in
: >lines
"$ngram" complete --line-buffered -k 1 <in >lines 2>/dev/null &
job=$!
exec 3>in
echo 'a waste of ?' >&3
tries=0
while [ "$(wc -l <lines)" -lt 2 ] && [ "$tries" -lt 100 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
equal 'lines passed on before the input ends' "$(wc -l <lines)" 2
exec 3>&-
wait "$job" || fail 'complete --line-buffered'

finish

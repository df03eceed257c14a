#!/bin/sh
# ngram rbm similar: neighbours by hidden units and by the rows.
ngram=$(realpath "${1:-build/ngram}")
home=$(realpath "$(dirname "$0")/../..")
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"
"$ngram" rbm tables "$home/docs/lecture.potentials" --to l.rbm >out || fail 'no machine'

printf '0,0,0\n1,0,1\n1,1,1\n' >rows
printf '1\n2\n2\n' >labels
cp rows again
run 0 "$ngram" rbm similar -m l.rbm --among rows --distance hamming -k 3 again
equal 'rows' "$(tail -n +2 out | wc -l)" 18
equal 'nearest of the second in pixels' \
    "$(awk -F '\t' '$1 == "again:2" && $2 == "visible" { print $4, $5 }' out | head -n 2)" \
    "$(printf 'rows:2 0\nrows:3 1')"
run 0 "$ngram" rbm similar -m l.rbm --among rows --labels labels --query-labels labels -k 1 again
holds err 'latent: 3 of 3 neighbours have the label of the query'
holds out 'label$'
cp out one
run 0 "$ngram" rbm similar -m l.rbm --among rows --labels labels --query-labels labels -k 1 \
    --threads 3 again
same out one
run 0 "$ngram" rbm similar -m l.rbm --among rows -k 3 rows
equal 'no row is near itself' "$(awk -F '\t' 'NR > 1 && $1 != $4' out | wc -l)" 12
run 0 "$ngram" rbm similar -m l.rbm --among rows --labels labels -k 1 --queries 2 rows
holds err 'visible: 1 of 2 neighbours have the label of the query'
run 2 "$ngram" rbm similar -m l.rbm rows
holds err '--among'
run 2 "$ngram" rbm similar -m l.rbm --among gone rows

run 2 "$ngram" rbm similar -m l.rbm --among rows --query-labels labels again
holds err 'goes with --labels'

# texts have labels too, and what a machine does not know of them is said
printf '%s\n' 'good fun good' 'fun good' 'bad bore' 'bore bad' >texts
printf '0\n0\n1\n1\n' >text-labels
run 0 "$ngram" rbm train -q --text --stop 0 --min-documents 1 --hidden 2 --epochs 3 --seed 1 -o t.rbm texts
run 0 "$ngram" rbm similar -m t.rbm --among texts --labels text-labels -k 1 texts
holds err 'visible: 4 of 4 neighbours have the label of the query'
printf 'good caf\351\n' >latin
run 0 "$ngram" rbm encode -m t.rbm latin
holds err 'UTF-8'
holds err '1 texts, 1 words of the vocabulary, 0 left out as too frequent, 2 out of the vocabulary'
run 2 "$ngram" rbm encode -m t.rbm --threshold 0.5 texts
holds err 'learned text'
run 0 "$ngram" rbm encode -q -m t.rbm --limit 3 texts
equal 'three texts' "$(wc -l <out)" 3
run 2 "$ngram" rbm encode -m l.rbm --unit file rows
finish

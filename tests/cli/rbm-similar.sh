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

finish

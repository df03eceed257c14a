#!/bin/sh
# ngram rbm score: likelihoods that sum to 1, intervals, labels, several machines, what is refused.
ngram=$(realpath "${1:-build/ngram}")
machine=$(realpath "$(dirname "$0")/../golden/machine-v1.rbm")
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"
unset NGRAM_RBM

# two binary units: all their four rows, the label summed out
printf '0,0\n0,1\n1,0\n1,1\n' >rows.csv
run 0 "$ngram" rbm score -m "$machine" rows.csv
cp out all.tsv
holds err 'is exact'
equal columns "$(head -n 1 all.tsv)" \
    "$(printf 'name\tfree_energy\tloglik\tpseudo_loglik\tlabel\tprobability')"
near 'the sum of all probabilities' \
    "$(awk -F'\t' 'NR > 1 { s += exp($3) } END { print s }' all.tsv)" 1 1e-6
equal 'name of a row' "$(cell all.tsv 3 1)" rows.csv:3

# an estimate: the interval has the exact value, and the seed decides the bytes
run 0 "$ngram" rbm score -m "$machine" --method ais --temperatures 100 --seed 3 rows.csv
cp out ais.tsv
near 'lower end' "$(cell ais.tsv 1 4)" "$(cell all.tsv 1 3)" 0.1
awk -F'\t' 'NR == FNR { exact[FNR] = $3; next }
    FNR > 1 && !($4 <= exact[FNR] && exact[FNR] <= $5) { exit 1 }' all.tsv ais.tsv ||
    fail 'the interval misses the exact value'
run 0 "$ngram" rbm score -m "$machine" --method ais --temperatures 100 --seed 3 --threads 1 rows.csv
same out ais.tsv
run 0 "$ngram" rbm score -m "$machine" --method ais --temperatures 100 --seed 4 rows.csv
if cmp -s out ais.tsv; then fail 'another seed, the same bytes'; fi

# few effective runs: no interval, and that is said
run 0 "$ngram" rbm score -m "$machine" --method ais --temperatures 2 --runs 10 --seed 1 rows.csv
holds err 'without an interval'
equal 'no interval' "$(cell out 1 4)" nan
run 0 "$ngram" rbm score -v -m "$machine" --method ais --temperatures 2 --seed 1 rows.csv
lacks err 'again'
run 0 "$ngram" rbm score -v -m "$machine" --method ais --seed 1 rows.csv
lacks err 'again'

# labels, beside the rows or in them
printf '0\n0\n0\n1\n' >labels.txt
run 0 "$ngram" rbm score -m "$machine" --labels labels.txt rows.csv
holds err '3 of 4 labels are right (75.00 %)'
printf '0,0,1,0\n0,1,1,0\n1,0,1,0\n1,1,0,1\n' >labelled.csv
run 0 "$ngram" rbm score -m "$machine" --summary labelled.csv
equal accuracy "$(cell out 1 16)" 0.75
equal method "$(cell out 1 15)" exact
near mean "$(cell out 1 3)" "$(awk -F'\t' 'NR > 1 { s += $3 } END { printf "%.9f", s / 4 }' all.tsv)" 1e-6
run 0 "$ngram" rbm score -m "$machine" --summary --method ais --temperatures 50 --seed 1 rows.csv
awk -F'\t' 'NR > 1 && !($12 <= $9 && $9 <= $13 + 0.2) { exit 1 }' out || fail 'bounds do not hold'
run 0 "$ngram" rbm score -m "$machine" --summary --method ais --forward --temperatures 50 rows.csv
equal 'no upper bound' "$(cell out 1 13)" nan
run 0 "$ngram" rbm score -m "$machine" --method ais --temperatures 50 --data rows.csv rows.csv

# a machine that was trained has the means of its data: the independent units are those of --data
"$ngram" rbm train -q --seed 1 --hidden 3 --epochs 20 -o trained.rbm rows.csv
run 0 "$ngram" rbm score -m trained.rbm --summary --method ais --forward --temperatures 50 --seed 2 \
    rows.csv
cp out own.tsv
run 0 "$ngram" rbm score -m trained.rbm --summary --method ais --forward --temperatures 50 --seed 2 \
    --data rows.csv rows.csv
near 'log Z by means and by data' "$(cell own.tsv 1 9)" "$(cell out 1 9)" 1e-5

# several machines: the same twice, so that the prior decides
run 0 "$ngram" rbm score -m "$machine" -m "$machine=3" --all rows.csv
near 'prior 1 of 4' "$(cell out 1 3)" 0.25 1e-9
near 'prior 3 of 4' "$(cell out 2 3)" 0.75 1e-9
equal 'rows and machines' "$(wc -l <out)" 9
run 0 "$ngram" rbm score -m "$machine" -m "$machine=3" rows.csv
equal 'a row each' "$(wc -l <out)" 5
run 0 "$ngram" rbm score --format json -m "$machine" rows.csv
json out

# standard input, $NGRAM_RBM
"$ngram" rbm score -q -m "$machine" <rows.csv >piped
equal 'from a pipe' "$(cut -f 2- piped)" "$(cut -f 2- all.tsv)"
run 0 env NGRAM_RBM="$machine" "$ngram" rbm score rows.csv
same out all.tsv

# what is refused
run 2 "$ngram" rbm score rows.csv
holds err 'no machine given'
printf '1,0,1\n' >wide.csv
run 2 "$ngram" rbm score -m "$machine" wide.csv
holds err 'rows of 3 values do not fit a machine of 2 visible units'
printf '7\n0\n0\n1\n' >seven.txt
run 2 "$ngram" rbm score -m "$machine" --labels seven.txt rows.csv
holds err 'label 7'
printf '1,0.5\n' >grey.csv
run 2 "$ngram" rbm score -m "$machine" grey.csv
run 0 "$ngram" rbm score -m "$machine" --threshold 0.5 grey.csv
run 2 "$ngram" rbm score -m "$machine" --threshold x grey.csv
run 2 "$ngram" rbm score -m "$machine" --threshold 0.5 --binarise stochastic grey.csv
run 2 "$ngram" rbm score -m "$machine=0" rows.csv
holds err 'no prior above 0'
run 2 "$ngram" rbm score -m "$machine" gone.csv
holds err 'gone.csv'
printf 'no machine' >bad.rbm
run 2 "$ngram" rbm score -m bad.rbm rows.csv
holds err 'bad.rbm'

# texts by several machines: the words must be the same ones; and the options of rows hold for text
printf '%s\n' 'good fun good' 'fun film' 'bad film' 'good' >good.txt
printf '%s\n' 'dull film' 'dull bore' 'bore fun' >dull.txt
cat good.txt dull.txt >both.txt
for text in good dull both; do
    run 0 "$ngram" rbm train -q --text --sets --stop 0 --min-documents 1 --vocab-size 4 --hidden 2 \
        --epochs 3 --seed 1 -o $text.rbm $text.txt
done
run 2 "$ngram" rbm score -m good.rbm -m dull.rbm good.txt
holds err 'dull.rbm: its units stand for other words'
run 2 "$ngram" rbm score -m good.rbm -m "$machine" good.txt
run 0 "$ngram" rbm train -q --text --sets --stop 0 --min-documents 1 --vocab-size 4 --hidden 3 \
    --epochs 9 --seed 2 -o other.rbm good.txt
run 0 "$ngram" rbm score -m good.rbm -m other.rbm good.txt
run 0 "$ngram" rbm score -m good.rbm --limit 2 good.txt
equal 'two texts' "$(sed 1d out | wc -l)" 2
run 0 "$ngram" rbm score -m good.rbm --method ais --temperatures 50 --data good.txt --seed 1 good.txt
printf '0\n1\n1\n0\n' >text-labels
run 0 "$ngram" rbm score -m good.rbm -m other.rbm --labels text-labels good.txt
holds err 'of 4 labels are right'
run 2 "$ngram" rbm score -m good.rbm --labels text-labels dull.txt
holds err '4 labels for 3 rows'

# options that would do nothing
for options in '--method exact --runs 3' '--method exact --data rows.csv' '--forward --sweeps 3' '--all' \
    '--unit file'; do
    # shellcheck disable=SC2086
    run 2 "$ngram" rbm score -m "$machine" $options rows.csv
done
run 2 "$ngram" rbm score -m "$machine" -m "$machine" --all --summary rows.csv
run 2 "$ngram" rbm score -m good.rbm --threshold 0.5 good.txt
holds err 'learned text'
finish

#!/bin/sh
# ngram roll: the biased die.
ngram=$(realpath "${1:-build/ngram}")
tab=$(printf '\t')
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

# the columns of the lecture
printf 'word\tfirst\tsecond\n' >die.tsv
printf '%s\t%s\t%s\n' the 0.62 0.01 movie 0.10 0.40 amazing 0.01 0.22 useless 0.01 0.20 \
    was 0.01 0.00 is 0.01 0.00 masterpiece 0.01 0.11 I 0.21 0.00 liked 0.01 0.01 \
    decent 0.01 0.02 >>die.tsv
cut -f 1,2 die.tsv >first.tsv
cut -f 1,3 die.tsv >second.tsv

run 0 "$ngram" roll -n 10 --seed 1 first.tsv
equal 'rows' "$(wc -l <out)" 11
equal 'column' "$(head -n 1 out)" outcome
equal 'messages' "$(cat err)" ''
cp out ten
"$ngram" roll -n 10 --seed 1 <first.tsv >out
same out ten
run 0 "$ngram" roll -n 10 --seed 2 first.tsv
if cmp -s out ten; then fail 'seeds 1 and 2 roll the same'; fi
run 0 "$ngram" roll -v -n 10 first.tsv
seed=$(sed -n 's/.*seed \([0-9]*\)$/\1/p' err)
cp out fresh
run 0 "$ngram" roll -n 10 --seed "$seed" first.tsv
same out fresh
run 0 "$ngram" roll first.tsv
equal 'rows without -n' "$(wc -l <out)" 2

# a million rolls of the ten-sided die (seed fixed; false alarm 1 in 10,000)
run 0 "$ngram" roll -n 1000000 --seed 19 first.tsv
tail -n +2 out >observed
tail -n +2 first.tsv | awk -F'\t' '{ print $2 "\t" $1 }' >expected
chi expected observed

# the second column sums to 0.97, and roll says so; what has weight 0 never comes
run 0 "$ngram" roll -n 100000 --seed 19 second.tsv
holds err 'sum to 0.97'
lacks out '^was$'
tail -n +2 out >observed
tail -n +2 second.tsv | awk -F'\t' '{ print $2 / 0.97 "\t" $1 }' >expected
chi expected observed
run 0 "$ngram" roll -q --seed 1 second.tsv
equal 'messages with -q' "$(cat err)" ''
printf 'a\t3\nb\t1\n' >counts.tsv
run 0 "$ngram" roll --seed 1 counts.tsv
equal 'messages on weights that are counts' "$(cat err)" ''

# expectations: 0.6 x 10 + 0.4 x 20 = 14
printf 'who\tshare\tkg\nann\t0.6\t10\nbob\t0.4\t20\n' >city.tsv
run 0 "$ngram" roll --expect kg -n 20000 --seed 1 city.tsv
equal 'columns' "$(head -n 1 out | tr '\t' ' ')" 'exact estimate standard_error n'
near 'exact' "$(cell out 1 1)" 14 1e-12
# standard deviation 10 sqrt(0.24) = 4.899; over sqrt(20000) 0.03464
near 'standard error' "$(cell out 1 3)" 0.03464 0.001
near 'estimate' "$(cell out 1 2)" 14 0.15
equal 'n' "$(cell out 1 4)" 20000
cp out kg
run 0 "$ngram" roll --expect 3 -n 20000 --seed 1 city.tsv
same out kg
run 0 "$ngram" roll --expect kg --uniform -n 20000 --seed 1 city.tsv
equal 'rows of --uniform' "$(tail -n +2 out | cut -f 1 | tr '\n' ' ')" 'weighted uniform '
# uniform: 2 p x is 12 or 16, mean 14, standard deviation 2
near 'standard error, uniform' "$(cell out 2 4)" 0.01414 0.001
near 'estimate, uniform' "$(cell out 2 3)" 14 0.06
run 0 "$ngram" roll --uniform -n 2 --seed 1 city.tsv
equal 'columns of --uniform' "$(head -n 1 out)" "outcome${tab}weight"
run 2 "$ngram" roll --expect cm city.tsv
holds err 'who, share, kg'
run 2 "$ngram" roll --expect who city.tsv
holds err "'ann'"
run 2 "$ngram" roll --expect kg -n 1 city.tsv

# tables that are none
printf 'a\t-1\n' >bad.tsv
run 2 "$ngram" roll bad.tsv
holds err 'bad.tsv:1'
printf 'a\t0\nb\t0\n' >bad.tsv
run 2 "$ngram" roll bad.tsv
: >bad.tsv
run 2 "$ngram" roll bad.tsv
run 2 "$ngram" roll none.tsv

finish

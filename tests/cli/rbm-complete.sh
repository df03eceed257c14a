#!/bin/sh
# ngram rbm complete: what is missing, sampled beside exact.
ngram=$(realpath "${1:-build/ngram}")
home=$(realpath "$(dirname "$0")/../..")
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"
"$ngram" rbm tables "$home/docs/lecture.potentials" --to l.rbm >out || fail 'no machine'

table() { "$ngram" rbm tables "$home/docs/lecture.potentials" --v "$1" | awk '$1 == "P(V)" { print $2 }'; }
printf '?,0,?\n' >rows
run 0 "$ngram" rbm complete -m l.rbm --seed 1 rows
equal 'the likeliest filling' "$(cat out)" '0,0,1'
printf '0,?,1\n' >rows
run 0 "$ngram" rbm complete -m l.rbm --seed 1 --marginals rows
p1=$(table 0,1,1) p0=$(table 0,0,1)
p=$(awk -v a="$p1" -v b="$p0" 'BEGIN { printf "%.12g", a / (a + b) }')
near 'exact' "$(cell out 1 6)" "$p" 1e-6
near 'sampled' "$(cell out 1 4)" "$p" 0.005
equal 'rows' "$(tail -n +2 out | wc -l)" 1
cp out one
run 0 "$ngram" rbm complete -m l.rbm --seed 1 --marginals --threads 3 rows
same out one
run 0 "$ngram" rbm complete -m l.rbm --marginals --method exact rows
equal 'nothing sampled' "$(cell out 1 4)" nan
run 0 "$ngram" rbm complete -m l.rbm --marginals --method sampled rows
equal 'nothing summed' "$(cell out 1 6)" nan
for line in '0,?' '0,?,1,1' '0,?,2' '0,?,x' ''; do
    printf '%s\n' "$line" >bad
    run 2 "$ngram" rbm complete -m l.rbm bad
    holds err '^ngram rbm complete: bad:1: '
done
# pictures of 2 x 2 with a label: what is hidden by a rectangle or a mask, the label is missing too
printf '1,1,0,0\n0,0,1,1\n1,1,0,0\n0,0,1,1\n' >train.csv
printf '0\n1\n0\n1\n' >labels
printf 'P1\n2 2\n1 1\n0 0\n' >top.pbm
printf 'P1\n2 2\n0 0\n1 1\n' >bottom.pbm
"$ngram" rbm train -q --seed 1 --hidden 3 --epochs 400 --rate 0.5 --labels labels -o b.rbm \
    top.pbm bottom.pbm top.pbm bottom.pbm || fail 'no machine of pictures'
run 0 "$ngram" rbm complete -m b.rbm --seed 1 --hide 0,1,2,1 top.pbm
whole=$("$ngram" rbm complete -m b.rbm --seed 1 --method exact --hide 0,1,2,1 top.pbm)
equal 'sampled and exact' "$(cat out)" "$whole"
equal 'its top stays' "$(cut -d , -f 1-2 out)" "$(printf '0,0\n1,1\n' | sed -n "$(
    [ "$(cut -d , -f 1 out)" = 1 ] && echo 2 || echo 1)p")"
run 0 "$ngram" rbm complete -m b.rbm --seed 1 --mask bottom.pbm --marginals top.pbm
equal 'two pixels and two labels' "$(tail -n +2 out | wc -l)" 4
printf '1,0\n' >mask
run 2 "$ngram" rbm complete -m b.rbm --mask mask top.pbm
holds err 'a mask is one row of 4 values'
run 2 "$ngram" rbm complete -m b.rbm --mask gone top.pbm
printf '1,?,?,?,0,0\n' >none
run 2 "$ngram" rbm complete -m b.rbm none
holds err 'row 1: units 5 to 6 are one choice'
: >empty
run 2 "$ngram" rbm complete -m l.rbm empty
run 2 "$ngram" rbm complete -m l.rbm --hide 0,0,1,1 rows
holds err 'shows no pictures'
run 2 "$ngram" rbm complete -m l.rbm --chains 1 rows

# options that would do nothing
for wrong in '--limit 3' '--threshold 0.5' '--labels rows' '--method exact --chains 5' \
    '--method exact --sweeps 5'; do
    # shellcheck disable=SC2086 # words on purpose
    run 2 "$ngram" rbm complete -m l.rbm $wrong rows
    holds err 'with --'
done
finish

#!/bin/sh
# ngram rbm expect: uniform draws against draws in proportion, beside the truth.
ngram=$(realpath "${1:-build/ngram}")
home=$(realpath "$(dirname "$0")/../..")
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"
"$ngram" rbm tables "$home/docs/lecture.potentials" --to l.rbm >out || fail 'no machine'

run 0 "$ngram" rbm expect -m l.rbm --seed 1
cp out one
truth=$("$ngram" rbm tables "$home/docs/lecture.potentials" --all |
    awk -F '\t' 'NR > 1 { n = gsub(1, 1, $1); p += $NF * n } END { printf "%.12g", p }')
near 'exact' "$(cell out 1 2)" "$truth" 1e-6
equal 'three ways' "$(cut -f 1 out | tail -n +2 | tr '\n' ' ')" 'uniform gibbs weighted '
for row in 1 2 3; do # within 5 standard errors
    awk -F '\t' -v r=$row 'NR == r + 1 { d = ($3 - $2) / $4; exit d > 5 || d < -5 }' out ||
        fail "row $row is far from the truth"
done
awk -F '\t' 'NR == 2 { u = $5 } NR == 3 { exit !($5 > u) }' out || fail 'more uniform draws count'
run 0 "$ngram" rbm expect -m l.rbm --seed 1 --threads 3
same out one
run 0 "$ngram" rbm expect -m l.rbm --of energy --seed 1
run 0 "$ngram" rbm expect -m l.rbm --unit 3 --seed 1
near 'a unit' "$(cell out 1 2)" 0.998 0.002
run 0 "$ngram" rbm expect -m l.rbm --burn-in 0 --seed 1
run 2 "$ngram" rbm expect -m l.rbm --unit 4
run 2 "$ngram" rbm expect -m l.rbm --unit 0
run 2 "$ngram" rbm expect -m l.rbm --unit 1 --of on
run 2 "$ngram" rbm expect -m l.rbm -n 1

finish

#!/bin/sh
# ngram rbm reconstruct: means, noise, rows side by side.
ngram=$(realpath "${1:-build/ngram}")
home=$(realpath "$(dirname "$0")/../..")
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"
"$ngram" rbm tables "$home/docs/lecture.potentials" --to l.rbm >out || fail 'no machine'

printf '0,0,1\n0,1,1\n' >rows
run 0 "$ngram" rbm reconstruct -m l.rbm rows
equal 'rows' "$(wc -l <out)" 2
holds err '0.000 % before'
run 0 "$ngram" rbm reconstruct -m l.rbm --bits rows
equal 'the likelier values' "$(cat out)" "$(printf '0,0,1\n0,0,1')"
run 0 "$ngram" rbm reconstruct -m l.rbm --noise 1 --side rows
equal 'given, flipped' "$(head -n 2 out)" "$(printf '0,0,1\n1,1,0')"
holds err '100.000 % before'
run 0 "$ngram" rbm reconstruct -m l.rbm --noise 0.5 --seed 4 --steps 3 rows
cp out one
run 0 "$ngram" rbm reconstruct -m l.rbm --noise 0.5 --seed 4 --steps 3 rows
same out one
# P(x | y) by the tables: flips of probability .2 against P(v) of all eight rows
p_of() { "$ngram" rbm tables "$home/docs/lecture.potentials" --v "$1" | awk '$1 == "P(V)" { print $2 }'; }
for v in 0,0,0 0,0,1 0,1,0 0,1,1 1,0,0 1,0,1 1,1,0 1,1,1; do
    printf '%s %s\n' "$v" "$(p_of $v)"
done >law
truth=$(awk -v y=1,1,0 '{
    split($1, x, ","); split(y, z, ","); w = $2
    for (i = 1; i <= 3; i++) w *= x[i] == z[i] ? .8 : .2
    sum += w; if (x[1] == 1) on += w } END { printf "%.9g", on / sum }' law)
printf '1,1,0\n' >seen
run 0 "$ngram" rbm reconstruct -m l.rbm --denoise 0.2 seen
near 'P(x1 = 1 | y)' "$(cut -d , -f 1 out)" "$truth" 1e-6
run 0 "$ngram" rbm reconstruct -m l.rbm --draws 5000 --seed 2 rows
cp out one
run 0 "$ngram" rbm reconstruct -m l.rbm --draws 5000 --seed 2 --threads 3 rows
same out one
# E(v | h) over P(h | v): by the lecture's conditionals
h=$("$ngram" rbm encode -m l.rbm rows | head -n 1)
truth=$(for b in 00 01 10 11; do
    printf '%s %s %s\n' "$h" "$b" "$("$ngram" rbm sample -m l.rbm --hidden $b --mean | cut -d , -f 2)"
done | awk '{ split($1, p, ","); w = substr($2, 1, 1) == 1 ? p[1] : 1 - p[1]
    w *= substr($2, 2, 1) == 1 ? p[2] : 1 - p[2]; s += w * $3 } END { printf "%.9g", s }')
near 'mean over draws' "$(head -n 1 out | cut -d , -f 2)" "$truth" 0.02
for wrong in '--denoise 0' '--denoise 1' '--denoise x' '--denoise 0.1 --steps 2' \
    '--denoise 0.1 --draws 2' '--draws 0' '--noise 2' '--noise x' '--steps 0' '-o x.png'; do
    # shellcheck disable=SC2086 # words on purpose
    run 2 "$ngram" rbm reconstruct -m l.rbm $wrong rows
done

finish

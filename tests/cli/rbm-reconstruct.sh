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
for wrong in '--noise 2' '--noise x' '--steps 0' '-o x.png'; do
    # shellcheck disable=SC2086 # words on purpose
    run 2 "$ngram" rbm reconstruct -m l.rbm $wrong rows
done

finish

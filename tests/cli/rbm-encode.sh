#!/bin/sh
# ngram rbm encode: P(h | v), codes and draws.
ngram=$(realpath "${1:-build/ngram}")
home=$(realpath "$(dirname "$0")/../..")
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"
"$ngram" rbm tables "$home/docs/lecture.potentials" --to l.rbm >out || fail 'no machine'

printf '0,0,0\n1,0,1\n' >rows
run 0 "$ngram" rbm encode -m l.rbm rows
cp out codes
near 'P(h2 = 1 | v)' "$(head -n 1 out | cut -d , -f 2)" 0.35714285714285715 1e-6
"$ngram" rbm encode -m l.rbm - <rows >out || fail "standard input"
same out codes
run 0 "$ngram" rbm encode -m l.rbm --binary rows
equal 'the likeliest' "$(cat out)" "$(printf '0,0\n0,0')"
run 0 "$ngram" rbm encode -m l.rbm --draw --seed 1 rows
lacks out '[^01,]'
run 2 "$ngram" rbm encode -m l.rbm --draw --binary rows
printf '0,0\n' >short
run 2 "$ngram" rbm encode -m l.rbm short
holds err 'do not fit a machine of 3'
printf '0,2,0\n' >two
run 2 "$ngram" rbm encode -m l.rbm two
holds err '^ngram rbm encode: two:1: '
: >empty
run 2 "$ngram" rbm encode -m l.rbm empty

finish

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
run 0 "$ngram" rbm encode -m l.rbm -o codes.csv rows
same codes.csv codes
run 0 "$ngram" rbm encode -m l.rbm -o codes.npy rows
run 2 "$ngram" rbm encode -m l.rbm -o codes.png rows
[ ! -e codes.png ] || fail 'codes as a picture'
# a label that is not told is summed over: P(h | v) lies between those of the labels
printf '1,1,0\n0,0,1\n' >seen
printf '0\n1\n' >labels
"$ngram" rbm train -q --seed 1 --hidden 2 --epochs 200 --rate 0.3 --labels labels -o b.rbm seen ||
    fail 'no machine with labels'
head -n 1 seen >one
for label in 0 1; do
    echo $label >label
    run 0 "$ngram" rbm encode -m b.rbm --labels label one
    cp out told.$label
done
run 0 "$ngram" rbm encode -m b.rbm one
paste -d , out told.0 told.1 | awk -F , '{
    for (j = 1; j <= 2; j++) if (($j - $(j + 2)) * ($j - $(j + 4)) > 1e-12) exit 1 }' ||
    fail 'a code is no mean of those with labels'
run 0 "$ngram" rbm encode -m b.rbm --draw --seed 1 one
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

# codes as JSON, and with TABs
printf '0,0,0\n1,0,1\n' >two
run 0 "$ngram" rbm encode -m l.rbm two
cp out codes
run 0 "$ngram" rbm encode -m l.rbm --format json two
json out
equal 'the same numbers' "$(sed 's/.*\[\(.*\)\]}/\1/' out)" "$(cat codes)"
run 0 "$ngram" rbm encode -m l.rbm --format tsv two
equal 'with TABs' "$(tr '\t' , <out)" "$(cat codes)"
# grey as it is: 1 / (1 + e^-(c + v W)) with v between 0 and 1; W and c of a machine in the tables
printf '%s\n' 'phi 1 1 1 1 1 4' 'phi 2 1 1 1 1 9' 'psi 1 1 1' 'psi 2 1 1' 'xi 1 1 0.5' >small
run 0 "$ngram" rbm tables small --to small.rbm
printf '0.5,0.5\n1,0\n' >grey
run 2 "$ngram" rbm encode -m small.rbm grey
run 0 "$ngram" rbm encode -m small.rbm --grey grey
near 'e^(vW) is 2 times 3, times 1/2: 3 / 4' "$(sed -n 1p out)" 0.75 1e-6
near 'bits are grey, too: 2 / 3' "$(sed -n 2p out)" 0.6666667 1e-6
run 2 "$ngram" rbm encode -m small.rbm --grey --threshold 0.5 grey
printf '0.5,2\n' >white
run 2 "$ngram" rbm encode -m small.rbm --grey white
holds err 'white:1: column 2: 2 is no grey'
run 0 "$ngram" rbm reconstruct -m small.rbm --grey grey
run 2 "$ngram" rbm reconstruct -m small.rbm --grey --noise 0.1 grey
run 0 "$ngram" rbm similar -m small.rbm --grey --among grey -k 1 grey
finish

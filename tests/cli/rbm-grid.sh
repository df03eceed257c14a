#!/bin/sh
# ngram rbm grid: learnt, scored against a sum over all pictures, drawn, without noise, completed.
ngram=$(realpath "${1:-build/ngram}")
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

# stripes across, 4 x 3, three pictures of them; PBM has them one behind the other
for rows in '1111 0000 1111' '0000 1111 0000' '1111 1111 0000' '0000 0000 1111'; do
    printf 'P1\n4 3\n'
    for row in $rows; do printf '%s\n' "$row" | sed 's/./& /g'; done
done >stripes.pbm
run 0 "$ngram" rbm grid train -o s.grid --ridge 0.1 stripes.pbm
holds err '^ngram rbm grid: 4 pictures of 4 x 3 pixels: .* nats a picture'
holds s.grid '^grid 4 3$'
holds s.grid '^fall 0$'
equal 'rows of biases' "$(grep -c '^bias ' s.grid)" 3

# all 4,096 pictures: what they score sums to Z, and their probabilities to 1
awk 'BEGIN { for (s = 0; s < 4096; s++) { t = s; line = ""
    for (i = 0; i < 12; i++) { line = line (i ? "," : "") t % 2; t = int(t / 2) }
    print line } }' >every.csv
run 0 "$ngram" rbm grid score -m s.grid every.csv
near 'the sum of all' "$(awk -F'\t' 'NR > 1 { s += exp($3) } END { printf "%.12f", s }' out)" 1 1e-9
run 0 "$ngram" rbm grid score -m s.grid --summary every.csv
near 'log Z' "$(cell out 1 4)" "$("$ngram" rbm grid score -m s.grid every.csv |
    awk -F'\t' 'NR > 1 { s += exp($2) } END { printf "%.12f", log(s) }')" 1e-9
equal 'rows' "$(cell out 1 1)" 4096

# the same pictures for any number of threads; one with a hole, and one with noise
run 0 "$ngram" rbm grid sample -m s.grid -n 5 --seed 3 --threads 1
cp out drawn
equal 'drawn' "$(wc -l <drawn)" 5
run 0 "$ngram" rbm grid sample -m s.grid -n 5 --seed 3 --threads 4
same out drawn
run 0 "$ngram" rbm grid train -o d.grid --diagonals --places stripes.pbm
lacks d.grid '^fall 0$'
printf '1,1,1,1,0,0,?,0,1,1,1,?\n' >hole.csv
run 0 "$ngram" rbm grid complete -m s.grid --seed 1 hole.csv
equal 'completed' "$(cat out)" '1,1,1,1,0,0,0,0,1,1,1,1'
run 0 "$ngram" rbm grid complete -m s.grid --seed 1 --method icm hole.csv
equal 'completed by climbing' "$(cut -c1-11 out)" '1,1,1,1,0,0'
run 0 "$ngram" rbm grid complete -m s.grid --seed 1 --hide 1,0,2,1 --limit 1 stripes.pbm
equal 'the hidden' "$(cat out)" '1,1,1,1,0,0,0,0,1,1,1,1'
run 0 "$ngram" rbm grid complete -m s.grid --seed 1 --means hole.csv
holds out '^1,1,1,1,0,0,0\.[0-9]*,0,1,1,1,0\.[0-9]*$'
printf '1,1,0,1,0,0,0,0,1,1,1,1\n' >noisy.csv
run 0 "$ngram" rbm grid denoise -m s.grid --flip 0.2 noisy.csv
equal 'without noise' "$(cat out)" '1,1,1,1,0,0,0,0,1,1,1,1'
run 0 "$ngram" rbm grid denoise -m s.grid --method mean --seed 1 --flip 0.2 noisy.csv
equal 'without noise, by a chain' "$(cat out)" '1,1,1,1,0,0,0,0,1,1,1,1'
run 0 "$ngram" rbm grid denoise -m s.grid -o clean.png noisy.csv
equal 'a picture' "$(dd if=clean.png bs=1 skip=1 count=3 2>/dev/null)" PNG

# a side that is too long: a note, and no number
run 0 "$ngram" rbm grid train -q -o wide.grid stripes.pbm
awk 'BEGIN { print "grid 25 25\nright 0\ndown 1\nfall 0\nrise 0"
    for (r = 0; r < 25; r++) { printf "bias"; for (c = 0; c < 25; c++) printf " 0"; print "" } }' >wide.grid
awk 'BEGIN { for (i = 0; i < 625; i++) printf "%s1", i ? "," : ""; print "" }' >wide.csv
run 0 "$ngram" rbm grid score -m wide.grid wide.csv
equal 'no likelihood' "$(cell out 1 3)" nan
holds err 'no log-likelihood: log Z of 25 x 25'

# errors
run 2 "$ngram" rbm grid
run 2 "$ngram" rbm grid trian stripes.pbm
holds err "did you mean train"
run 2 "$ngram" rbm grid train stripes.pbm
holds err 'wants -o'
run 2 "$ngram" rbm grid score stripes.pbm
holds err 'wants -m'
run 2 "$ngram" rbm grid score -m s.grid --flip 0.1 stripes.pbm
holds err '--flip is not for score'
run 2 "$ngram" rbm grid sample -m s.grid stripes.pbm
holds err 'sample reads no files'
run 2 "$ngram" rbm grid denoise -m s.grid --flip 0.5 noisy.csv
holds err '--flip is above 0 and below 0.5'
run 2 "$ngram" rbm grid denoise -m s.grid --method icm --means noisy.csv
holds err '--means'
run 2 "$ngram" rbm grid train -o x.grid --ridge 0 stripes.pbm
holds err '--ridge is above 0'
run 2 "$ngram" rbm grid train -o x.grid noisy.csv
holds err 'noisy.csv: .*width and height are not known'
run 2 "$ngram" rbm grid score -m s.grid wide.csv
holds err '625'
printf 'grid 2 2\nright x\n' >bad.grid
run 2 "$ngram" rbm grid score -m bad.grid noisy.csv
holds err 'bad.grid:2: .x. is no number'
finish

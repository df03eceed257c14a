#!/bin/sh
# ngram generate: seeds, threads, bounds, scores, and that samples follow the model.
ngram=$(realpath "${1:-build/ngram}")
tab=$(printf '\t')
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

run 0 "$ngram" train -q -o m.ngram reviews
export NGRAM_MODEL=m.ngram

# a text a line, without a header
run 0 "$ngram" generate -n 20 --seed 7
equal 'lines' "$(wc -l <out)" 20
cp out seven.txt
run 0 "$ngram" generate -n 20 --seed 7 --threads 1
same out seven.txt
run 0 "$ngram" generate -n 20 --seed 7 --threads 2 --line-buffered
same out seven.txt
run 0 "$ngram" generate -n 5 --seed 7
head -n 5 seven.txt >wanted
same out wanted
run 0 "$ngram" generate -n 20 --seed 8
if cmp -s out seven.txt; then fail 'seeds 7 and 8 give the same texts'; fi

# a fresh seed is drawn, and -v tells it
run 0 "$ngram" generate -n 20 -v
seed=$(sed -n 's/.*seed \([0-9]*\)$/\1/p' err)
cp out fresh.txt
run 0 "$ngram" generate -n 20 --seed "$seed"
same out fresh.txt

# the lecture: the likeliest word each time gives one text, rolling the die many
for _ in 1 2 3; do
    run 0 "$ngram" generate --greedy
    cat out >>greedy.txt
done
equal 'greedy texts' "$(sort -u greedy.txt | wc -l)" 1
[ "$(sort -u fresh.txt | wc -l)" -gt 5 ] || fail 'samples are all alike'

# bounds, beginnings, authors
run 0 "$ngram" generate -n 50 --seed 1 --min-words 3 --max-words 5 --tokens-out
awk 'NF < 3 || NF > 5 { exit 1 }' out || fail 'a text breaks its bounds'
run 2 "$ngram" generate --min-words 5 --max-words 4
run 0 "$ngram" generate -n 5 --seed 1 --prefix 'The movie'
equal 'texts with the prefix' "$(grep -c '^The movie' out)" 5
run 0 "$ngram" generate -n 200 --seed 1 --tokens-out --no-unk
lacks out '<unk>'
run 0 "$ngram" generate -n 5 --seed 1 --author bob
run 2 "$ngram" generate --author bo
holds err "did you mean 'bob'"
run 2 "$ngram" generate 5
run 0 "$ngram" generate -n 0
equal 'no texts' "$(cat out)" ''

# scores are what score says; of tokens, too
run 0 "$ngram" train -q --tokens space -o s.ngram reviews
run 0 "$ngram" generate -m s.ngram -n 300 --seed 3 --no-unk --scores
equal 'columns' "$(head -n 1 out)" "logprob${tab}text"
tail -n +2 out | cut -f 2 >texts
tail -n +2 out | cut -f 1 >scores
run 0 "$ngram" score -m s.ngram -q --unit line texts
tail -n +2 out | cut -f 4 >again
paste scores again | awk '{ d = $1 - $2 } d > 1e-9 || d < -1e-9 { exit 1 }' ||
    fail 'score says otherwise than --scores'
run 0 "$ngram" generate -n 3 --scores --format json
json out
holds out '^{"logprob":-[0-9.e-]*,"text":"'
run 0 "$ngram" generate -n 3 --format json
holds out '^{"text":"'

# first words come as often as the table says (seed fixed; false alarm 1 in 10,000)
run 0 "$ngram" table -m s.ngram -k 0
tail -n +2 out | awk -F'\t' '{ print $2 "\t" $1 }' >expected
run 0 "$ngram" generate -m s.ngram -n 20000 --seed 5 --tokens-out
awk '{ print (NF > 0 ? $1 : "</s>") }' out >observed
chi expected observed
# and so do the words after "The"
run 0 "$ngram" table -m s.ngram -k 0 The
tail -n +2 out | awk -F'\t' '{ print $2 "\t" $1 }' >expected
run 0 "$ngram" generate -m s.ngram -n 20000 --seed 6 --tokens-out --prefix The
awk '{ print (NF > 1 ? $2 : "</s>") }' out >observed
chi expected observed

# a greedy text that is cut at a loop: its probability is without </s>
printf 'a b a b a b a b a b a b a b\n' >loop.txt
run 0 "$ngram" train -q --smoothing mle --order 2 -o loop.ngram loop.txt
run 0 "$ngram" generate -m loop.ngram --greedy --scores
holds err 'without </s>'
tail -n +2 out | cut -f 2 >cut.txt
before=$(cell out 1 1)
run 0 "$ngram" score -q -m loop.ngram --no-eos cut.txt
near 'logprob of a text that is cut' "$before" "$(cell out 1 4)" 1e-9

finish

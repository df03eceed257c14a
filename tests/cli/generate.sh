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

# how texts end, and what is in them; the same for any number of threads
run 0 "$ngram" generate -m s.ngram -n 30 --seed 4 --suffix 'was bad.' --tokens-out --threads 1
grep -v 'was bad\.$' out && fail 'a text ends otherwise'
cp out one
run 0 "$ngram" generate -m s.ngram -n 30 --seed 4 --suffix 'was bad.' --tokens-out --threads 3
same out one
run 0 "$ngram" generate -m s.ngram -n 30 --seed 4 --prefix 'The movie' --containing 'waste of' --suffix bad. \
    --min-words 7 --max-words 9 --tokens-out --no-unk
grep -v '^The movie .*waste of .*bad\.$' out && fail 'a text lacks what was asked'
awk 'NF < 7 || NF > 9 { exit 1 }' out || fail 'a text breaks its bounds'
run 2 "$ngram" generate -m s.ngram --suffix zeppelin
holds err "'zeppelin', which is no word of the model"
run 2 "$ngram" generate -m s.ngram --suffix ' '
run 2 "$ngram" generate -m s.ngram --containing 'waste of money,' --max-words 2
run 2 "$ngram" generate -m s.ngram --suffix bad. --greedy
# whole texts with a suffix come as often as the model says (seed fixed; false alarm 1 in 10,000):
# those of all texts that end so are the same
run 0 "$ngram" generate -m s.ngram -n 200000 --seed 9 --tokens-out --max-words 8
grep 'was bad\.$' out | sort | uniq -c | awk '{ c = $1; $1 = ""; print substr($0, 2) "\t" c }' >all
run 0 "$ngram" generate -m s.ngram -n 2000 --seed 10 --tokens-out --max-words 8 --suffix 'was bad.'
awk -F'\t' 'NR == FNR { if ($2 >= 30) { n[$1] = $2; sum += $2 } else rest += $2; next }
    { if ($0 in n) seen[$0]++; else other++ }
    END { all = sum + rest; for (t in n) { e = 2000 * n[t] / all; d = seen[t] - e
            if (d * d > 30 * e + 30) { print t, seen[t], e; exit 1 } } }' all out ||
    fail 'texts with a suffix do not follow the law'

# options of sampling are combined, and refused where they contradict each other
run 0 "$ngram" generate -n 5 --seed 1 --top-k 5 --top-p 0.9 --min-p 0.01 --typical 0.9 \
    --temperature 0.8 --repeat-penalty 1.2 --repeat-last 10
run 0 "$ngram" generate -n 3 --top-k 1 --tokens-out
cp out likeliest
run 0 "$ngram" generate -n 3 --greedy --tokens-out
same out likeliest
run 0 "$ngram" generate -n 3 --temperature 0 --tokens-out
same out likeliest
for wrong in '--top-p 2' '--temperature -1' '--repeat-penalty 0.5' '--repeat-last 5' '--typical x' \
    '--greedy --top-k 3' '--temperature 0 --top-p 0.5' '--corpus reviews' '--greedy --novel 3' \
    '--greedy --distinct' '--novel 0' '--novel 2'; do
    # shellcheck disable=SC2086
    run 2 "$ngram" generate -m s.ngram $wrong
done
# an option of sampling that changes nothing changes no byte
run 0 "$ngram" generate -n 20 --seed 7 --top-p 1 --temperature 1 --repeat-penalty 1 --typical 1
same out seven.txt

# nothing is copied at length: each run of three words of a text is none of the training text
run 0 "$ngram" train -q --tokens space --keep-text -o k.ngram reviews
run 0 "$ngram" generate -m k.ngram -n 200 --seed 2 --novel 2 --tokens-out
cp out new
printf '\n\n' >empty.txt
run 2 "$ngram" generate -m s.ngram --novel 3 --corpus empty.txt
holds err 'empty.txt: no word to guard'
run 0 "$ngram" generate -m s.ngram -n 200 --seed 2 --novel 2 --corpus reviews --tokens-out --threads 3
same out new
find reviews -type f -exec cat {} + | awk '
    NR == FNR { for (i = 1; i + 2 <= NF; i++) old[$i " " $(i + 1) " " $(i + 2)] = 1; next }
    { for (i = 1; i + 2 <= NF; i++) if (($i " " $(i + 1) " " $(i + 2)) in old) exit 1 }' - new ||
    fail 'a text copies three words'
printf 'a b c d\na b c d\n' >copy.txt
run 0 "$ngram" train -q --smoothing mle --keep-text -o copy.ngram copy.txt
run 0 "$ngram" generate -m copy.ngram --novel 2 --tries 5 --tokens-out
holds out 'a b c d'
holds err 'copy too long a run'
# a prefix that is a copy is said to be one; what goes on behind it counts with it
run 0 "$ngram" generate -m copy.ngram --novel 2 --prefix 'a b c' --tries 5 --tokens-out -q
holds out 'a b c d'
holds err 'prefix itself copies 3 words in a row'
holds err 'up to 4 words in a row'
run 0 "$ngram" generate -m copy.ngram --novel 2 --prefix 'b a c' --tries 5 --tokens-out -q
lacks err 'prefix itself'
run 2 "$ngram" train -q --keep-text --arpa -o x.arpa copy.txt

# no text twice, and an end where there are no more
run 0 "$ngram" generate -n 200 --seed 3 --distinct --max-words 6
equal 'different texts' "$(sort -u out | wc -l)" 200
run 1 "$ngram" generate -m copy.ngram -n 3 --distinct
equal 'texts there are' "$(wc -l <out)" 1
holds err '1 of the 3 texts wanted are different'

# a text is what a sequence was: of paragraphs, several sentences
printf 'One is here. Two is there.\nThree is far.\n\nOne was here.\nTwo was near. Three was far.\n' >para
run 0 "$ngram" train -q --unit paragraph --smoothing mle --order 2 -o para.ngram para
run 0 "$ngram" generate -m para.ngram -n 20 --seed 1 --min-words 9
equal 'lines of paragraphs' "$(wc -l <out)" 20
grep -c '\. [A-Z].*\.' out >several
equal 'paragraphs of several sentences' "$(cat several)" 20

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

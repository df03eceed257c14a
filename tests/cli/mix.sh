#!/bin/sh
# Mixtures: -m with weights in every command, and ngram mix, which finds them.
ngram=$(realpath "${1:-build/ngram}")
tab=$(printf '\t')
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

run 0 "$ngram" train -q -o ann.ngram --authors none reviews/ann
run 0 "$ngram" train -q -o bob.ngram --authors none --order 2 reviews/bob
run 0 "$ngram" train -q -o both.ngram reviews
run 0 "$ngram" convert bob.ngram bob.arpa
cat >dev.txt <<END
The music was a waste of time.
I liked the end, and the money was good.
A zebra!
END

# score: the word's probability is the weighted sum, word by word
mix='-m ann.ngram=0.7 -m bob.ngram=0.3'
# shellcheck disable=SC2086
{
    run 0 "$ngram" score -q --words $mix dev.txt
    cp out mixed
    run 0 "$ngram" score -q --summary $mix dev.txt
    cp out summary
    run 0 "$ngram" score -q --bits --no-eos $mix dev.txt
    equal 'words and marks' "$(cell out 1 2)" 22 # 8 + 11 + 3
}
near 'the sum of the words' "$(awk -F'\t' 'NR > 1 { s += $4 } END { printf "%.9f", s }' mixed)" \
    "$(cell summary 1 6)" 1e-5
run 0 "$ngram" score -q --words -m ann.ngram dev.txt
cp out ann
run 0 "$ngram" score -q --words -m bob.ngram dev.txt
cp out bob
# "waste" and "of" and "time" are known to both, "music" to ann alone, "money" to bob alone
paste mixed ann bob >three
plain() {
    awk -F'\t' -v w="$1" -v a="$2" -v b="$3" '$2 == w {
        p = a * 10 ^ $8 + b * 10 ^ $12; d = 10 ^ $4 / p - 1; n++
        if (d > 1e-5 || d < -1e-5) bad = 1 } END { exit bad || !n }' three || fail "the sum of $1"
}
plain waste 0.7 0.3
plain '</s>' 0.7 0.3
plain music 0.7 0
plain money 0 0.3
plain zebra 0.7 0.3
equal 'order' "$(awk -F'\t' '$2 == "time" { print $3 == ($7 > $11 ? $7 : $11) }' three)" 1

# one weight may be left out; a model file may be ARPA; one model of weight 1 is that model
run 0 "$ngram" score -q --summary -m ann.ngram=0.7 -m bob.ngram dev.txt
same out summary
run 0 "$ngram" score -q --summary -m bob.arpa -m ann.ngram=0.7 dev.txt
near 'ARPA' "$(cell out 1 6)" "$(cell summary 1 6)" 1e-5
run 2 "$ngram" score -m bob.ngram=0.5 dev.txt
holds err 'sum to 0.5'
run 0 "$ngram" score -q --summary -m bob.ngram=1 dev.txt
cp out one
run 0 "$ngram" score -q --summary -m bob.ngram dev.txt
same out one
cp bob.ngram 'bob=0.5' # a file of that name is one
run 0 "$ngram" score -q --summary -m 'bob=0.5' dev.txt
same out one
run 0 "$ngram" score -q --summary -m 'bob=0.5=0.3' -m ann.ngram dev.txt
same out summary

# what is refused, and the cure
run 2 "$ngram" score -m ann.ngram -m bob.ngram dev.txt
holds err 'm ann.ngram=0.5 -m bob.ngram=0.5'
run 2 "$ngram" score -m ann.ngram=0.5 -m bob.ngram=0.6 dev.txt
holds err 'sum to 1.1, not to 1'
run 2 "$ngram" score -m ann.ngram=1.5 -m bob.ngram=-0.5 dev.txt
holds err 'a weight is above 0'
run 2 "$ngram" score -m ann.ngram=1 -m bob.ngram dev.txt
holds err "leaves nothing for 'bob.ngram'"
run 2 "$ngram" score -m ann.ngram=0,5 -m bob.ngram dev.txt
holds err "'0,5' in 'ann.ngram=0,5' is no number"
run 2 "$ngram" score -m =0.5 -m bob.ngram dev.txt
holds err 'names no file'
run 2 "$ngram" score -m ann.ngram=0.5 -m none.ngram=0.5 dev.txt
holds err 'none.ngram'
run 0 "$ngram" train -q -o space.ngram --tokens space --authors none reviews/bob
run 2 "$ngram" score -m ann.ngram=0.5 -m space.ngram dev.txt
holds err 'ann.ngram and space.ngram cut text differently, by --tokens words and --tokens space'
run 2 "$ngram" convert ann.ngram=0.5 x.arpa

# table: the whole sums to 1, wherever one stands
for context in '' 'the music' 'the money' 'nowhere' 'waste of'; do
    # shellcheck disable=SC2086
    run 0 "$ngram" table -k 0 --check $mix "$context"
    # shellcheck disable=SC2086
    run 0 "$ngram" table -k 0 --check --anywhere $mix "$context"
done
near 'the last sum' "$(awk -F'\t' 'END { print $3 }' out)" 1 1e-6
run 0 "$ngram" table -q -k 0 -m ann.ngram=0.7 -m bob.ngram music
cut -f1 out | sort >union
run 0 "$ngram" table -q -k 0 -m ann.ngram
cut -f1 out >parts
run 0 "$ngram" table -q -k 0 -m bob.ngram
cut -f1 out >>parts
sort -u parts >wanted
same union wanted

# generate: scores are what score says, the same for any number of threads, and the law is met
# shellcheck disable=SC2086
{
    run 0 "$ngram" generate -q $mix -n 200 --seed 7 --scores --tokens-out --threads 1
    cp out first
    run 0 "$ngram" generate -q $mix -n 200 --seed 7 --scores --tokens-out --threads 3
    same out first
    tail -n +2 first | cut -f2 >texts
    run 0 "$ngram" generate -q $mix --greedy --prefix 'The money'
    holds out '^The money'
    run 0 "$ngram" generate -q $mix -n 20 --seed 1 --no-unk --min-words 4 --max-words 8 --tokens-out
    equal 'bounds' "$(awk 'NF < 4 || NF > 8' out)" ''
    lacks out '<unk>'
    run 0 "$ngram" generate -q $mix -n 5000 --seed 3 --tokens-out
    awk '{ print $1 }' out >observed
    run 0 "$ngram" generate -q $mix -n 5000 --seed 3 --tokens-out --min-words 0
    awk '{ print NF ? $1 : "</s>" }' out >observed
    run 0 "$ngram" table -q -k 0 $mix
    awk -F'\t' 'NR > 1 { print $2 "\t" $1 }' out >expected
    chi expected observed
}
grep -v '<unk>' texts >known
# shellcheck disable=SC2086
run 0 "$ngram" score -q --unit line $mix known
awk -F'\t' 'NR == FNR { p[$2] = $1; next } FNR > 1 { print $4 }' first out >scored
tail -n +2 first | grep -v '<unk>' | cut -f1 >told
same scored told

# complete: the best filling is the one that scores best
# shellcheck disable=SC2086
{
    run 0 "$ngram" complete -q $mix -k 1000 'the ? was good'
    near 'the posterior' "$(awk -F'\t' 'NR > 1 { s += $2 } END { print s }' out)" 1 1e-6
    tail -n +2 out | cut -f3 >filled
    run 0 "$ngram" score -q --no-eos --unit line $mix filled
    equal 'falling scores' "$(awk -F'\t' 'NR > 2 && $4 > last + 1e-5 { print } { last = $4 }' out)" ''
    run 0 "$ngram" complete -q $mix -k 3 'the ? was ? good' 'a ? of ?'
    equal 'rows' "$(wc -l <out)" 7
}

# authors: of each part that has one
run 0 "$ngram" table -q -m both.ngram=0.5 -m ann.ngram --author bob
run 0 "$ngram" table -v -m both.ngram=0.5 -m ann.ngram --author bob
holds err "ann.ngram does not know author 'bob'"
run 2 "$ngram" table -m both.ngram=0.5 -m ann.ngram --author carl
holds err 'there are: ann, bob'
run 2 "$ngram" table -m bob.ngram=0.5 -m ann.ngram --author ann
holds err 'knows no authors'

# info: the parts
# shellcheck disable=SC2086
run 0 "$ngram" info --check $mix
holds out "^mixture${tab}parts${tab}2$"
holds out "^part 1${tab}path${tab}ann.ngram$"
holds out "^part 2${tab}weight${tab}0.3"
holds out "^part 2 voice (all)${tab}2-grams"
run 0 "$ngram" info -m bob.ngram
cp out by_m
run 0 "$ngram" info bob.ngram
same out by_m
run 2 "$ngram" info -m ann.ngram bob.ngram

# mix: better than equal weights, and what it says is what score says of it
run 0 "$ngram" mix --tune dev.txt ann.ngram bob.ngram
holds err 'steps of EM'
equal 'columns' "$(head -n 1 out)" "kind${tab}model${tab}weight${tab}perplexity${tab}oov"
cp out tuned
equal 'kinds' "$(cut -f1 tuned | tr '\n' ' ')" 'kind part part equal tuned '
near 'weights' "$(awk -F'\t' '$1 == "part" { s += $3 } END { print s }' tuned)" 1 1e-9
[ "$(awk -F'\t' '{ p[$1] = $4 } END { print p["tuned"] < p["equal"] }' tuned)" = 1 ] ||
    fail 'tuned is no better than equal'
line=$(cell tuned 4 2)
# shellcheck disable=SC2086
run 0 "$ngram" score -q --summary $line dev.txt
equal 'perplexity' "$(cell out 1 7)" "$(cell tuned 4 4)"
equal 'oov' "$(cell out 1 4)" "$(cell tuned 4 5)"
run 0 "$ngram" score -q --summary -m bob.ngram dev.txt
equal 'alone' "$(cell out 1 7)" "$(cell tuned 2 4)"
"$ngram" mix -q --tune - --format json both.ngram bob.arpa --author ann <dev.txt >out || fail 'pipe'
json out
equal 'rows of JSON' "$(wc -l <out)" 4
cp ann.ngram "it's ann.ngram"
run 0 "$ngram" mix -q --tune dev.txt "it's ann.ngram" bob.ngram
eval "set -- $(cell out 4 2)"
run 0 "$ngram" score -q "$@" dev.txt
run 2 "$ngram" mix ann.ngram bob.ngram
holds err '--tune FILE is wanted'
run 2 "$ngram" mix --tune dev.txt ann.ngram
run 2 "$ngram" mix --tune none.txt ann.ngram bob.ngram
run 2 "$ngram" mix --tune dev.txt ann.ngram space.ngram
holds err 'cut text differently'
: >empty
run 2 "$ngram" mix --tune empty ann.ngram bob.ngram
holds err 'no word of the text'
finish

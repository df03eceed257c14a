#!/bin/sh
# ngram rbm topics and perplexity: machines of words, held against sums over all states by Python.
ngram=$(realpath "${1:-build/ngram}")
golden=$(realpath "$(dirname "$0")/../golden")
tab=$(printf '\t')
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"
export NGRAM_RBM="$golden/words-v1.rbm"

# The machine: weights 1.5 of waste and time with unit 0; 1.25 of music and liked, -1 of waste with
# unit 1; biases -1/8 a word; -1/4 and -1/8.  Words and frequencies are counted anew.
cat >oracle.py <<'END'
import collections, glob, math, re, sys
def lines(path):
    return [re.findall("[a-z]+", l.lower()) for l in open(path) if l.strip()]
train = [l for p in sorted(glob.glob("reviews/*/*.txt")) for l in lines(p)]
df = collections.Counter(w for l in train for w in set(l))
order = sorted(df, key=lambda w: (-df[w], w))[2:14]
tokens = collections.Counter(w for l in train for w in l)
b = {w: -k / 8 for k, w in enumerate(order)}
W = {w: [0, 0] for w in order}
W["waste"] = [1.5, -1]; W["time"] = [1.5, 0]; W["music"] = [0, 1.25]; W["liked"] = [0, 1.25]
c = [-0.25, -0.125]
states = [(i, j) for i in (0, 1) for j in (0, 1)]
word = {h: sum(math.exp(b[w] + W[w][0] * h[0] + W[w][1] * h[1]) for w in order) for h in states}
def logprob(doc):
    D = len(doc)
    weigh = lambda h, words: math.exp(D * (c[0] * h[0] + c[1] * h[1])) * words
    z = sum(weigh(h, word[h] ** D) for h in states)
    p = sum(weigh(h, math.exp(sum(b[w] + W[w][0] * h[0] + W[w][1] * h[1] for w in doc))) for h in states)
    return math.log10(p / z)
total = sum(tokens[w] + 1 for w in order)
for path in sys.argv[1:]:
    for l in lines(path):
        doc = [w for w in l if w in b]
        unigram = sum(math.log10((tokens[w] + 1) / total) for w in doc)
        print(len(doc), logprob(doc), unigram, sep="\t")
END
printf '%s\n' 'Music, music: I liked the music!' 'a waste of time and of money' 'xyzzy the plugh' >new.txt
for file in new.txt reviews/bob/three.txt; do
    run 0 "$ngram" rbm perplexity "$file"
    python3 oracle.py "$file" >wanted
    equal 'rows' "$(($(wc -l <out) - 1))" "$(wc -l <wanted)"
    row=0
    while IFS="$tab" read -r words logprob unigram; do
        row=$((row + 1))
        equal 'words' "$(cell out $row 2)" "$words"
        near 'logprob' "$(cell out $row 3)" "$logprob" 1e-6
        [ "$words" = 0 ] && continue
        near 'perplexity' "$(cell out $row 4)" "$(awk "BEGIN { print 10 ^ (-($logprob) / $words) }")" 1e-3
        near 'unigram' "$(cell out $row 5)" "$(awk "BEGIN { print 10 ^ (-($unigram) / $words) }")" 1e-3
    done <wanted
done
run 0 "$ngram" rbm perplexity new.txt
equal 'columns' "$(head -n 1 out)" "name${tab}words${tab}logprob${tab}perplexity${tab}unigram"
equal 'names' "$(cut -f 1 out | sed 1d | tr '\n' ' ')" 'new.txt:1 new.txt:2 new.txt:3 '
holds err '3 texts, 12 words of the vocabulary, 2 left out as too frequent, 2 out of the vocabulary'
holds err '1 texts have no word'
holds err 'log Z is exact'
awk -F'\t' 'NR > 1 { words += $2; sum += $3 } END { print words "\t" sum }' out >sum
run 0 "$ngram" rbm perplexity --summary new.txt
equal 'columns of --summary' "$(head -n 1 out)" \
    "texts${tab}words${tab}oov${tab}logprob${tab}perplexity${tab}unigram"
equal 'words of all' "$(cell out 1 2)" "$(cut -f 1 sum)"
near 'logprob of all' "$(cell out 1 4)" "$(cut -f 2 sum)" 1e-4
logprob=$(cell out 1 4)
run 0 "$ngram" rbm perplexity -q --unit file new.txt
equal 'rows of --unit file' "$(wc -l <out)" 2
equal 'a file is named as it is' "$(cell out 1 1)" new.txt

# the estimate says where the truth lies, for any number of threads
run 0 "$ngram" rbm perplexity --summary --sampled --seed 7 --threads 1 new.txt
cp out one
awk -F'\t' -v p="$logprob" 'NR == 2 { e = 10 ^ (-p / $2); exit !($7 <= e && e <= $8) }' out ||
    fail 'the interval misses the exact perplexity'
run 0 "$ngram" rbm perplexity --summary --sampled --seed 7 --threads 3 new.txt
same out one
run 0 "$ngram" rbm perplexity --format json --sampled --seed 1 new.txt
json out

# topics
run 0 "$ngram" rbm topics -k 2
equal 'columns of topics' "$(head -n 1 out)" "unit${tab}words${tab}on"
equal 'unit 0' "$(cell out 1 2)" 'time waste'
equal 'unit 1' "$(cell out 2 2)" 'music liked'
run 0 "$ngram" rbm topics -k 1 --by weight --against
equal 'what speaks against unit 1' "$(cell out 2 2)" waste
run 0 "$ngram" rbm topics -k 1 --by share new.txt
near 'on in new.txt' "$(cell out 2 3)" \
    "$(awk 'BEGIN { print (1 / (1 + exp(5 / 8 - 5)) + 1 / (1 + exp(7 / 8 + 1)) + .5) / 3 }')" 1e-5
run 0 "$ngram" rbm topics --words -k 3
equal 'rows of --words' "$(wc -l <out)" 7
equal 'columns of --words' "$(head -n 1 out)" \
    "unit${tab}rank${tab}word${tab}weight${tab}on${tab}off${tab}gain"
near 'weight' "$(cell out 1 4)" 1.5 1e-9
run 0 "$ngram" rbm topics --format json
json out

# training: any number of threads, files and folders, and the texts again as they were cut
train() { run 0 "$ngram" rbm train -q --text --stop 2 --seed 3 --hidden 3 --epochs 300 --batch 4 "$@"; }
train --threads 1 -o a.rbm reviews
echo 'these are reviews' >reviews/README
run 0 "$ngram" rbm train --text --stop 2 --seed 3 --hidden 3 --epochs 1 -o c.rbm reviews
cp err c.err
run 0 "$ngram" rbm info c.rbm
holds out "training${tab}average${tab}0\$" # by contrastive divergence, where persistent chains would have 10
cp c.err err
holds err '1 files beside the folders are left out'
rm reviews/README
train --threads 3 -o b.rbm reviews/ann/one.txt reviews/ann/two.txt reviews/bob
same a.rbm b.rbm
run 0 "$ngram" rbm perplexity -m a.rbm --summary reviews
awk -F'\t' 'NR == 2 { exit !($5 < $6) }' out || fail 'the machine learned no more than unigrams'
run 0 "$ngram" rbm topics -m a.rbm
equal 'units' "$(wc -l <out)" 4
awk -F'\t' 'NR > 1 && !($3 >= 0 && $3 <= 1) { exit 1 }' out || fail 'how often units are on'
train --sets --tokens pattern --pattern '[a-z]+' --case keep --unit file --marks \
    --min-documents 1 --vocab-size 5 -o sets.rbm reviews
run 0 "$ngram" rbm info sets.rbm
holds out "units${tab}binary${tab}5"
holds out "text${tab}kind${tab}sets"
holds out "text${tab}case${tab}keep"
holds out "text${tab}unit${tab}file"
run 0 "$ngram" rbm topics -m sets.rbm reviews
holds err '^ngram rbm topics: 3 texts'
run 2 "$ngram" rbm perplexity -m sets.rbm reviews
holds err 'no counts of words'

# texts that are drawn, as JSON
run 0 "$ngram" rbm sample --words 5 --seed 1 -n 2
cp out drawn
run 0 "$ngram" rbm sample --words 5 --seed 1 -n 2 --format json
json out
equal 'the same words' "$(sed 's/.*"text":"\(.*\)"}/\1/' out)" "$(cat drawn)"

# machines of two classes with the words of both, from a machine or a list: they tell texts apart
mkdir good bad
for i in 1 2 3 4 5 6; do
    echo "I liked the music and the story $i" >>good/texts.txt
    echo "A waste of time and of money $i" >>bad/texts.txt
done
two() {
    for class in good bad; do
        run 0 "$ngram" rbm train -q --text --sets --seed 1 --hidden 2 --epochs 20 "$@" -o $class.rbm $class
    done
    printf 'the music and the story\na waste of money\n' >which.txt
    run 0 "$ngram" rbm score -m good.rbm -m bad.rbm which.txt
    equal 'the classes' "$(cut -f 2 out | tr '\n' ' ')" 'machine good.rbm bad.rbm '
}
run 0 "$ngram" rbm train -q --text --stop 0 --seed 1 --hidden 1 --epochs 1 --pattern '[a-z]+' \
    -o words.rbm good bad
two --vocab words.rbm
run 0 "$ngram" rbm info bad.rbm
holds out "text${tab}tokens${tab}pattern"
holds out "text${tab}kind${tab}sets"
holds out "machine${tab}visible${tab}9"
printf '%s\n' Music story waste money >words.txt
two --vocab words.txt
run 0 "$ngram" rbm info bad.rbm
holds out "machine${tab}visible${tab}4"
holds out "text${tab}frequency${tab}0 0 6 6"
for wrong in '--vocab words.txt --stop 3' '--vocab words.rbm --vocab-size 3' \
    '--vocab words.txt --min-documents 3' '--vocab words.rbm --tokens space' \
    '--vocab words.rbm --marks' '--vocab words.rbm --case keep'; do
    # shellcheck disable=SC2086 # words on purpose
    run 2 "$ngram" rbm train --text $wrong good
    holds err 'does not go with'
done
run 2 "$ngram" rbm train --vocab words.txt good
holds err 'goes with --text'
run 2 "$ngram" rbm train --text --vocab missing.txt good
holds err 'missing.txt'
run 2 "$ngram" rbm train --text --vocab "$golden/machine-v1.rbm" good
holds err 'machine-v1.rbm: the machine was not trained on text'
echo plugh >other.txt
run 2 "$ngram" rbm train --text --vocab other.txt good
holds err 'none of 6 texts has one of the 1 words'

# refused
run 2 "$ngram" rbm train --text --sets --counts reviews
holds err 'not both'
run 2 "$ngram" rbm train --stop 3 reviews
holds err 'goes with --text'
run 2 "$ngram" rbm train --text --stop 1000 reviews
holds err 'no word is left'
run 2 "$ngram" rbm topics -m "$golden/machine-v1.rbm"
holds err 'not trained on text'
run 2 "$ngram" rbm perplexity -m "$golden/machine-v1.rbm" new.txt
holds err 'no counts of words'
run 2 "$ngram" rbm perplexity missing.txt
holds err 'missing.txt'
run 2 "$ngram" rbm perplexity </dev/null
holds err 'standard input: no text'
printf 'caf\351 good\n' >latin.txt
run 0 "$ngram" rbm perplexity latin.txt
holds err 'UTF-8'
run 2 "$ngram" rbm perplexity --strict-utf8 latin.txt
finish

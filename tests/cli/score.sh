#!/bin/sh
# ngram score: rows, units, words, sums, the lecture's product.
ngram=$(realpath "${1:-build/ngram}")
tab=$(printf '\t')
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

# without attribution: what it adds is in score-authors.sh
run 0 "$ngram" train -q --no-attribution -o m.ngram reviews
export NGRAM_MODEL=m.ngram

# a row a document, in sorted order
run 0 "$ngram" score reviews
printf 'name\twords\toov\tlogprob\tperplexity\n' >wanted
head -n 1 out >header
same header wanted
equal 'names' "$(tail -n +2 out | cut -f 1 | tr '\n' ' ')" \
    'reviews/ann/one.txt reviews/ann/two.txt reviews/bob/three.txt '
equal 'OOVs in the training text' "$(tail -n +2 out | cut -f 3 | sort -u)" 0
holds err '^ngram score: 3 documents, [0-9]* words, 0 OOVs; perplexity .* ppl .*, ppl1 '
cp out whole.tsv
run 0 "$ngram" score -q reviews
equal 'messages with -q' "$(cat err)" ''
same out whole.tsv

# perplexity = 10^(-logprob / (words + ends)); two.txt has two lines
near 'perplexity' "$(cell out 2 5)" \
    "$(awk -F'\t' 'NR == 3 { printf "%.12g", 10 ^ (-$4 / ($2 + 2)) }' out)" 1e-6

# the number of threads changes nothing, neither does the way the text comes
for threads in 1 2 5; do
    run 0 "$ngram" score -q --threads "$threads" reviews
    same out whole.tsv
done
gzip -k reviews/ann/one.txt
run 0 "$ngram" score -q reviews/ann/one.txt.gz
equal 'logprob of a packed file' "$(cell out 1 4)" "$(cell whole.tsv 1 4)"
rm reviews/ann/one.txt.gz
"$ngram" score -q <reviews/ann/one.txt >out
equal 'name of standard input' "$(cell out 1 1)" -
equal 'logprob of standard input' "$(cell out 1 4)" "$(cell whole.tsv 1 4)"

# units
run 0 "$ngram" score -q --unit line reviews/ann/two.txt
equal 'names of lines' "$(tail -n +2 out | cut -f 1 | tr '\n' ' ')" \
    'reviews/ann/two.txt:1 reviews/ann/two.txt:2 '
near 'sum over the lines' "$(awk -F'\t' '{ s += $4 } END { printf "%.12g", s }' out)" \
    "$(cell whole.tsv 2 4)" 1e-9
printf 'The movie\nwas good.\n\nThe end.\n' >paragraphs.txt
run 0 "$ngram" score -q --unit paragraph paragraphs.txt
equal 'names of paragraphs' "$(tail -n +2 out | cut -f 1 | tr '\n' ' ')" \
    'paragraphs.txt:1 paragraphs.txt:4 '
run 0 "$ngram" score -q --unit file paragraphs.txt
equal 'rows of --unit file' "$(wc -l <out)" 2

# an empty line is no sequence with words, and one where blanks part tokens
printf 'the movie\n\n \nthe end\n' >blank.txt
run 0 "$ngram" score -q --unit line blank.txt
equal 'an empty line' "$(sed -n 3p out)" "blank.txt:2${tab}0${tab}0${tab}0${tab}nan"
run 0 "$ngram" score --summary blank.txt
equal 'sequences' "$(cell out 1 2)" 2
run 0 "$ngram" train -q --tokens space -o s.ngram reviews
run 0 "$ngram" score --summary -m s.ngram blank.txt
equal 'sequences, tokens parted by blanks' "$(cell out 1 2)" 4

# words: they sum to the document, and the last is the end
run 0 "$ngram" score -q --words reviews/ann/two.txt
equal 'columns of --words' "$(head -n 1 out)" "name${tab}word${tab}order${tab}logprob"
equal 'last word' "$(tail -n 1 out | cut -f 2)" '</s>'
near 'sum over the words' "$(awk -F'\t' '{ s += $4 } END { printf "%.12g", s }' out)" \
    "$(cell whole.tsv 2 4)" 1e-6
cp out words.tsv
run 0 "$ngram" score -q --words --threads 2 reviews/ann/two.txt
same out words.tsv
printf 'xyzzy\n' >unknown.txt
run 0 "$ngram" score -q --words unknown.txt
equal 'order of an unknown word' "$(cell out 1 3)" 1
run 0 "$ngram" score -q --no-eos --words unknown.txt
equal 'rows without </s>' "$(wc -l <out)" 2
run 0 "$ngram" score -q unknown.txt
equal 'OOVs' "$(cell out 1 3)" 1

# bits
run 0 "$ngram" score -q --bits reviews/ann/two.txt
near 'bits per word' "$(cell out 1 6)" \
    "$(awk -F'\t' 'NR == 2 { printf "%.12g", log($5) / log(2) }' out)" 1e-6

# the sum as a result
run 0 "$ngram" score --summary reviews
equal 'columns of --summary' "$(head -n 1 out | tr '\t' ' ')" \
    'documents sequences words oov zeroprobs logprob perplexity perplexity_known ppl ppl1'
near 'logprob' "$(cell out 1 6)" \
    "$(awk -F'\t' 'NR > 1 { s += $4 } END { printf "%.12g", s }' whole.tsv)" 1e-9
equal 'messages with --summary' "$(cat err)" ''

# authors
run 0 "$ngram" score -q --author bob reviews/bob/three.txt
bob=$(cell out 1 4)
run 0 "$ngram" score -q --author ann reviews/bob/three.txt
awk -v a="$bob" -v b="$(cell out 1 4)" 'BEGIN { exit !(a > b) }' || fail 'bob is not bob'

# bytes that are no UTF-8: counted and said once, or an error
printf 'the \377\376 end\nthe \377\n' >bytes.txt
run 0 "$ngram" score bytes.txt bytes.txt
equal 'times that invalid bytes are named' "$(grep -c 'not UTF-8' err)" 1
holds err '6 bytes'
printf 'the\n' >word.txt
run 0 "$ngram" score word.txt
holds err ': 1 document, 1 word, 0 OOVs; '
run 2 "$ngram" score --strict-utf8 unknown.txt bytes.txt
holds err 'bytes.txt:1'
holds out '^unknown.txt'

# what does not go together, or is not there
run 2 "$ngram" score --words --summary reviews
run 2 "$ngram" score --words --bits reviews
run 2 "$ngram" score reviews/ann/one.txt none.txt
holds err 'none.txt'

# the lecture: 0.2 x 0.25 x 0.61 x 0.50 x 0.33 = 0.0050325
cat >lecture.arpa <<EOF

\\data\\
ngram 1=8
ngram 2=5
ngram 3=4

\\1-grams:
-1	<unk>
-99	<s>	0
-1	</s>
-1	more	0
-1	realistic	0
-1	than	0
-1	real	0
-1	life	0

\\2-grams:
$(awk 'BEGIN { printf "%.9g", log(0.2) / log(10) }')	<s> more	0
-1	more realistic	0
-1	realistic than	0
-1	than real	0
-1	real life

\\3-grams:
$(awk 'BEGIN { printf "%.9g", log(0.25) / log(10) }')	<s> more realistic
$(awk 'BEGIN { printf "%.9g", log(0.61) / log(10) }')	more realistic than
$(awk 'BEGIN { printf "%.9g", log(0.50) / log(10) }')	realistic than real
$(awk 'BEGIN { printf "%.9g", log(0.33) / log(10) }')	than real life

\\end\\
EOF
echo 'more realistic than real life' >review.txt
run 0 "$ngram" score -q -m lecture.arpa --no-eos review.txt
near "the lecture's product" \
    "$(awk -F'\t' 'NR == 2 { printf "%.9g", 10 ^ $4 }' out)" 0.0050325 1e-9

finish

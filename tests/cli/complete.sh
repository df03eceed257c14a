#!/bin/sh
# ngram complete: blanks, ranks, the number of the input.
ngram=$(realpath "${1:-build/ngram}")
tab=$(printf '\t')
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

run 0 "$ngram" train -q -o m.ngram reviews
export NGRAM_MODEL=m.ngram

run 0 "$ngram" complete 'a waste of ?'
equal 'columns' "$(head -n 1 out)" "rank${tab}probability${tab}text"
equal 'rows' "$(wc -l <out)" 6
equal 'the best' "$(cell out 1 3)" 'a waste of time'
awk -F'\t' 'NR > 2 && $2 > last { exit 1 } { last = $2 }' out || fail 'ranks are not by probability'

# _ is a blank too, and any mark that is asked for; the rest stays byte for byte
run 0 "$ngram" complete -k 1 'A  waste of _ '
equal 'spaces' "$(cell out 1 3)" 'A  waste of time '
run 0 "$ngram" complete -k 1 --blank XX 'a waste of XX'
equal 'a mark of its own' "$(cell out 1 3)" 'a waste of time'
run 0 "$ngram" complete -k 1 'a waste of'
equal 'no blank' "$(cell out 1 3)" 'a waste of time'
run 0 "$ngram" complete -k 1 'a ? of time'
equal 'both sides' "$(cell out 1 3)" 'a waste of time'

# first letters, and words to choose from
run 0 "$ngram" complete -k 1 'a waste of ti?'
equal 'a prefix' "$(cell out 1 3)" 'a waste of time'
run 0 "$ngram" complete -k 1 'a waste of Ti_'
equal 'a prefix as it was typed' "$(cell out 1 3)" 'a waste of Time'
run 2 "$ngram" complete 'a waste of xyz?'
holds err "no word of the model begins with 'xyz'"
run 0 "$ngram" complete -k 9 --choices time,good 'a waste of ?'
equal 'choices' "$(wc -l <out)" 3
near 'sum of choices' "$(awk -F'\t' 'NR > 1 { s += $2 } END { printf "%.9g", s }' out)" 1 1e-6
run 2 "$ngram" complete --choices time,xyz 'a ?'
holds err "the model does not know the word 'xyz'"
run 2 "$ngram" complete --choices 'time,waste of' 'a ?'
holds err "more than one word"
run 2 "$ngram" complete --choices time, 'a ?'
holds err "no word"
run 2 "$ngram" complete --choices time 'a wa?'
holds err "no choice begins with 'wa'"
run 0 "$ngram" complete -k 1 --memory 1 'a ? ? time'
equal 'by a beam' "$(cell out 1 3)" 'a waste of time'
holds err '1 group of blanks filled by a beam'
run 0 "$ngram" complete -k 1 'a ? ? time'
lacks err 'beam'
run 0 "$ngram" complete -k 1 'a ? ? time'
equal 'side by side' "$(cell out 1 3)" 'a waste of time'
run 0 "$ngram" complete '? ? ?'
equal 'blanks alone' "$(wc -l <out)" 6
# each blank by itself
run 0 "$ngram" complete --marginals -k 2 'a ? of ?'
equal 'columns of marginals' "$(head -n 1 out)" "blank${tab}rank${tab}probability${tab}text"
equal 'blanks and ranks' "$(tail -n +2 out | cut -f 1,2 | tr '\t\n' '  ')" '1 1 1 2 2 1 2 2 '
equal 'the likeliest word' "$(cell out 1 4)" waste
run 0 "$ngram" complete --marginals -k 1 'a ?' 'b ?'
equal 'columns of two texts' "$(head -n 1 out | cut -f 1,2)" "input${tab}blank"
run 2 "$ngram" complete --marginals -m m.ngram=0.5 -m m.ngram=0.5 'a ? ?'
# hidden words, found again
run 0 "$ngram" complete --evaluate reviews/ann
equal 'columns of --evaluate' "$(head -n 1 out)" \
    "context${tab}words${tab}oov${tab}accuracy1${tab}accuracy5${tab}reciprocal_rank${tab}keys_saved"
equal 'rows of --evaluate' "$(tail -n +2 out | cut -f 1 | tr '\n' ' ')" 'left both '
awk -F'\t' 'NR == 2 { l = $4 } NR == 3 { exit !($4 > l && $4 <= $5 && $6 >= $4) }' out ||
    fail 'both sides find no more than the left one'
cp out all
run 0 "$ngram" complete --evaluate --threads 1 reviews/ann
same out all
"$ngram" complete --evaluate --format json <reviews/bob/three.txt >out || fail '--evaluate of standard input'
json out
# words that were used before
run 0 "$ngram" complete --cache=0.5 -k 1 'time time time time ?'
equal 'a word of the cache' "$(cell out 1 3)" 'time time time time time'
run 0 "$ngram" complete --cache -k 2 'a ? of time' 'a ?'
equal 'rows with a cache' "$(wc -l <out)" 5
run 0 "$ngram" complete --evaluate --cache reviews/ann
equal 'rows of --evaluate --cache' "$(wc -l <out)" 3
run 2 "$ngram" complete --cache=1 'a ?'
holds err 'above 0 and below 1'
run 2 "$ngram" complete --cache=x 'a ?'
run 2 "$ngram" complete --evaluate --marginals reviews/ann
holds err 'no --marginals with it'
run 2 "$ngram" complete --interactive 'a ?'
run 2 "$ngram" complete --cache --marginals 'a ?'
# 10,000 words, with blanks at both ends, in the middle and among unknown words
python3 -c 'print("?", "a waste of " * 1600, "xyz ? qqq", "time " * 5200, "?")' >long
run 0 "$ngram" complete -k 2 "$(cat long)"
equal 'a long line' "$(cell out 1 3 | wc -w)" 10005

# the lecture: argmax over the table
run 0 "$ngram" table -k 1 'a waste of'
equal 'argmax of the table' "$(cell out 1 1)" time

# the posterior of all fillings sums to 1
run 0 "$ngram" complete -k 1000 'a waste of ?'
near 'sum' "$(awk -F'\t' 'NR > 1 { s += $2 } END { printf "%.9g", s }' out)" 1 1e-6

# several texts have numbers
run 0 "$ngram" complete -k 1 'a waste of ?' 'the movie was ?'
equal 'columns of two texts' "$(head -n 1 out)" "input${tab}rank${tab}probability${tab}text"
equal 'numbers' "$(tail -n +2 out | cut -f 1 | tr '\n' ' ')" '1 2 '
printf 'a waste of ?\nthe movie was ?\n' >texts
"$ngram" complete -k 1 <texts >lines || fail 'complete from a pipe'
same out lines
head -n 1 texts | "$ngram" complete -k 1 >lines || fail 'complete of one line'
equal 'columns of one line' "$(head -n 1 lines)" "rank${tab}probability${tab}text"
run 0 "$ngram" complete
equal 'no line' "$(wc -l <out)" 1
run 0 "$ngram" complete --format json 'the ? was'
json out
run 0 "$ngram" complete --author bob --eos -k 2 'a waste of ?'
equal 'rows of -k 2' "$(wc -l <out)" 3
run 2 "$ngram" complete -k 0 a

run 2 "$ngram" complete --every 3 'the movie was ?'
holds err 'goes with --evaluate'

finish

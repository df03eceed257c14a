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

finish

#!/bin/sh
# ngram table: the die of a context, and that it sums to 1.
ngram=$(realpath "${1:-build/ngram}")
tab=$(printf '\t')
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

run 0 "$ngram" train -q -o m.ngram reviews
export NGRAM_MODEL=m.ngram

run 0 "$ngram" table 'the movie'
equal 'columns' "$(head -n 1 out)" "word${tab}probability${tab}cumulative${tab}order"
equal 'the likeliest' "$(cell out 1 1)" was
equal 'its order' "$(cell out 1 4)" 3
cp out joined
run 0 "$ngram" table the movie
same out joined
run 0 "$ngram" table 'The MOVIE'
same out joined
run 0 "$ngram" table -k 3 'the movie'
equal 'rows of -k 3' "$(wc -l <out)" 4

# all words, <s> not among them, sum to 1
run 0 "$ngram" table -k 0 --check
lacks out '^<s>'
holds out '^</s>'
holds out '^<unk>'
near 'the last sum' "$(tail -n 1 out | cut -f 3)" 1 1e-5
awk -F'\t' 'NR > 2 && $2 > last { exit 1 } { last = $2 }' out || fail 'rows are not sorted'
for context in 'the' 'a waste' 'xyzzy' 'movie was' 'i liked the'; do
    run 0 "$ngram" table -q --check "$context"
    run 0 "$ngram" table -q --check --anywhere "$context"
    run 0 "$ngram" table -q --check --author ann "$context"
done

# a beginning is not anywhere
run 0 "$ngram" table -k 0 the
cp out begin
run 0 "$ngram" table -k 0 --anywhere the
if cmp -s out begin; then fail '--anywhere changes nothing'; fi

run 0 "$ngram" table xyzzy
holds err "does not know 'xyzzy'"
run 0 "$ngram" table --format text 'the movie'
holds out 'was .*█'
run 0 "$ngram" table --format json 'the movie'
json out

# what does not sum to 1 is told
cat >short.arpa <<EOF

\\data\\
ngram 1=4

\\1-grams:
-1	<unk>
-99	<s>
-1	</s>
-0.30103	a

\\end\\
EOF
# 0.1 + 0.1 + 0.5
run 1 "$ngram" table -m short.arpa --check
holds err 'sums to 0.7'
run 0 "$ngram" table -m short.arpa

finish

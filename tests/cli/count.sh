#!/bin/sh
# ngram count and merge: one machine or many.
ngram=$(realpath "${1:-build/ngram}")
tab=$(printf '\t')
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

run 0 "$ngram" count --tokens space reviews
[ -s out ] || fail 'nothing counted'
lacks out "^[^$tab]*$"
LC_ALL=C sort -c out 2>/dev/null || fail 'counts are not sorted'
# "A waste of" stands in bob's lines 2 and 4 of three.txt, "waste of time" not before "!" or "."
equal 'count of "A waste of"' "$(sed -n "s/^A waste of$tab//p" out)" 2
cp out all.counts
run 0 "$ngram" count --tokens space -o o.counts reviews
same o.counts all.counts
run 0 "$ngram" count --tokens space --threads 1 reviews
same out all.counts
gzip -k reviews/ann/one.txt
run 0 "$ngram" count --tokens space reviews/ann/one.txt.gz reviews/ann/two.txt reviews/bob
same out all.counts
rm reviews/ann/one.txt.gz

# parts add up to the whole
run 0 "$ngram" count --tokens space -o a.counts reviews/ann
run 0 "$ngram" count --tokens space -o b.counts reviews/bob
run 0 "$ngram" merge a.counts b.counts
same out all.counts
run 0 "$ngram" merge -o m.counts b.counts a.counts
same m.counts all.counts
gzip a.counts
run 0 "$ngram" merge a.counts.gz b.counts
same out all.counts

# and learn the same model
run 0 "$ngram" train -q --tokens space --authors none -o t.ngram reviews
run 0 "$ngram" train -q --tokens space --counts m.counts -o c.ngram
run 0 "$ngram" convert t.ngram t.arpa
run 0 "$ngram" convert c.ngram c.arpa
same t.arpa c.arpa
"$ngram" merge m.counts | "$ngram" train -q --tokens space --counts - -o c.ngram 2>/dev/null ||
    fail 'train --counts from a pipe'
run 0 "$ngram" convert c.ngram c.arpa
same t.arpa c.arpa

run 2 "$ngram" count --order 33 reviews
run 2 "$ngram" count none.txt
run 2 "$ngram" merge none.counts
printf 'b\t1\na\t1\n' >unsorted.counts
run 2 "$ngram" merge unsorted.counts
holds err 'unsorted.counts:2'
printf 'a b\n' >bad.counts
run 2 "$ngram" merge bad.counts
holds err 'bad.counts:1'

finish

#!/bin/sh
# docs/parallel.md: each of its blocks is run, and must make the model that one process makes.
ngram=$(realpath "${1:-build/ngram}")
top=$(realpath "$(dirname "$0")/../..")
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"
PATH=$(dirname "$ngram"):$PATH
export PATH

# some of the corpus, and what is odd: names, openings, quotes, bytes that are no UTF-8
{
    cat "$top"/corpus/marlow/*.txt "$top"/corpus/pilar/*.txt
    printf '"Paris" is not paris. In Paris, an iPhone! IPhone?\r\n\n <unk> caf\351 noir\n'
    cat "$top"/corpus/brandt/*.txt
} >reviews.txt

# blocks between ```sh and ``` go to block.1, block.2 ...
awk '/^```sh$/ { n++; inside = 1; next } /^```$/ { inside = 0 } inside { print > ("block." n) }' \
    "$top/docs/parallel.md"
# the first one makes one.ngram
run 0 sh -eu block.1
[ -s one.ngram ] || fail 'the first block makes no one.ngram'
gnu=no
if parallel --version 2>/dev/null </dev/null | grep -q 'GNU parallel'; then gnu=yes; fi
mkdir work
n=1
while n=$((n + 1)) && [ -e block.$n ]; do
    if [ $gnu = no ] && grep -q '^parallel\|| parallel' block.$n; then continue; fi
    rm -rf work && mkdir work && cp reviews.txt work
    cd work || exit 1
    run 0 sh -eu ../block.$n
    cd ..
    same one.ngram work/all.ngram
done
[ "$n" -gt 7 ] || fail "only $n blocks in docs/parallel.md"

# merged CUT...: parts of reviews.txt, cut so, make the model and the counts of the whole
merged() {
    for part in part.a?; do
        run 0 "$ngram" count "$@" --order 4 --looks -o "$part.counts" "$part"
    done
    run 0 "$ngram" merge -o sum.counts part.a?.counts
    run 0 "$ngram" train -q "$@" --counts sum.counts -o all.ngram
    run 0 "$ngram" train -q "$@" -o one.ngram reviews.txt
    same one.ngram all.ngram
    run 0 "$ngram" count "$@" --order 4 --looks -o one.counts reviews.txt
    same one.counts sum.counts
    LC_ALL=C sort -c sum.counts || fail "counts of $* are not sorted"
}
split -n l/3 reviews.txt part.
for tokens in words space chars; do merged --tokens $tokens; done
merged --tokens chars --case fold
merged --pattern '[A-Za-z]+[ ][a-z]|[^ ]' --case fold
merged --case keep

# of lower order, and otherwise smoothed
for options in '--order 1' '--order 2 --smoothing wb' '--order 4 --prune 1,1,2' '--smoothing add:0.5'; do
    # shellcheck disable=SC2086 # several options
    run 0 "$ngram" train -q --case keep $options --counts sum.counts -o all.ngram
    # shellcheck disable=SC2086
    run 0 "$ngram" train -q --case keep $options -o one.ngram reviews.txt
    same one.ngram all.ngram
done

awk '{ print } NR % 2 == 0 { print "" }' reviews.txt >lines.txt
mv lines.txt reviews.txt
awk 'BEGIN { RS = ""; ORS = "\n\n" } { print > ("part.a" substr("abc", NR % 3 + 1, 1)) }' reviews.txt
cat part.aa part.ab part.ac >reviews.txt
merged --unit paragraph

# without --looks there are n-grams alone, and old files are read
run 0 "$ngram" count -o plain.counts reviews.txt
lacks plain.counts '^ '
run 0 "$ngram" train -q --counts plain.counts -o plain.ngram
run 0 "$ngram" count --looks -o looks.counts reviews.txt
grep -av '^ ' looks.counts >left.counts
same left.counts plain.counts
holds looks.counts '^ paris Paris	1$'
holds looks.counts '^  invalid-bytes	1$'
run 0 "$ngram" train -q --counts looks.counts -o looks.ngram
run 0 "$ngram" convert looks.ngram looks.arpa
run 0 "$ngram" convert plain.ngram plain.arpa
same looks.arpa plain.arpa

# lines that do not fit the counts, and options that come too late
printf ' paris\t9\nparis\t3\n</s>\t1\n<s>\t1\n<s> paris\t1\n<s> paris paris\t1\nparis paris\t1\n' >bad.counts
run 2 "$ngram" train --counts bad.counts -o none.ngram
holds err "bad.counts: 'paris' is said to be written in more places than it was counted"
run 2 "$ngram" train --min-count 2 --counts plain.counts -o none.ngram
holds err 'min-count does not go with --counts'
run 2 "$ngram" train --vocab reviews.txt --counts plain.counts -o none.ngram
[ -e none.ngram ] && fail 'a file was left'

finish

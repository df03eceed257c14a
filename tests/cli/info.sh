#!/bin/sh
# ngram info and convert: what a model holds, and its way to ARPA and back.
ngram=$(realpath "${1:-build/ngram}")
tab=$(printf '\t')
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

run 0 "$ngram" train -q -o m.ngram reviews
run 0 "$ngram" info m.ngram
equal 'columns' "$(head -n 1 out)" "group${tab}key${tab}value"
holds out "^model${tab}order${tab}3$"
equal 'keys told twice' "$(cut -f 1,2 out | sort | uniq -d)" ''
holds out "^model${tab}voices${tab}3$"
holds out "^model${tab}bytes${tab}$(wc -c <m.ngram)$"
holds out "^voice (all)${tab}1-grams${tab}"
holds out "^text${tab}tokens${tab}words$"
holds out "^discounts${tab}0.3${tab}"
cp out info.tsv
run 0 "$ngram" info --check m.ngram
same out info.tsv
run 0 env NGRAM_MODEL=m.ngram "$ngram" info
same out info.tsv
run 0 "$ngram" info --format json m.ngram
json out

# to ARPA and back; each author by himself
run 0 "$ngram" convert m.ngram m.arpa
run 0 "$ngram" convert m.arpa back.ngram
run 0 "$ngram" info --check back.ngram
run 0 "$ngram" convert back.ngram back.arpa
same m.arpa back.arpa
run 0 "$ngram" convert --to arpa m.ngram -
same out m.arpa
run 0 "$ngram" convert --to ngram m.arpa model
same model back.ngram
run 0 "$ngram" convert --author bob m.ngram bob.arpa
if cmp -s bob.arpa m.arpa; then fail "bob's voice is that of all"; fi
run 0 "$ngram" info --check bob.arpa
run 2 "$ngram" convert --author bobb m.ngram bob.arpa
holds err "did you mean 'bob'"
run 2 "$ngram" convert --author bob m.ngram bob.ngram
run 2 "$ngram" convert m.ngram m.txt
holds err '--to'
run 2 "$ngram" convert m.ngram
run 2 "$ngram" convert none.ngram x.arpa
[ ! -e x.arpa ] || fail 'a failed convert leaves a file'

# scores do not change on the way
run 0 "$ngram" train -q --tokens space -o s.ngram reviews
run 0 "$ngram" convert s.ngram s.arpa
run 0 "$ngram" score -q --no-attribution -m s.ngram reviews
cp out before
run 0 "$ngram" score -q -m s.arpa reviews
same out before

# a file that is damaged or cut short is refused, or found by --check
size=$(wc -c <m.ngram)
head -c $((size / 2)) m.ngram >half.ngram
run 2 "$ngram" info half.ngram
holds err 'half.ngram'
cp m.ngram flipped.ngram
printf '\377' | dd of=flipped.ngram bs=1 seek=$((size / 2)) conv=notrunc 2>/dev/null
cmp -s m.ngram flipped.ngram || run 2 "$ngram" info --check flipped.ngram
: >empty.ngram
run 2 "$ngram" info empty.ngram
run 2 "$ngram" info reviews

finish

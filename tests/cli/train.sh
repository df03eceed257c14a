#!/bin/sh
# ngram train: outputs, authors, options that go together and that do not.
ngram=$(realpath "${1:-build/ngram}")
tab=$(printf '\t')
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

# the default output, and that it is a whole model
run 0 "$ngram" train reviews
[ -s model.ngram ] || fail 'no model.ngram'
equal 'standard output of train' "$(cat out)" ''
holds err 'order 3: .*discounts'
holds err 'fallback'
equal 'orders told twice' "$(sed -n 's/^ngram train: \(order [0-9]*\):.*/\1/p' err | sort | uniq -d)" ''
run 0 "$ngram" info --check model.ngram
holds out "^voice ann$tab"
holds out "^voice bob$tab"

# a fallback is named even with -q, and nothing else is
run 0 "$ngram" train -q -o m.ngram reviews
holds err 'fallback'
equal 'other messages of a quiet training' "$(grep -v fallback err)" ''
run 0 "$ngram" train -q --smoothing wb -o m.ngram reviews
equal 'messages of a quiet training' "$(cat err)" ''
run 0 "$ngram" train -v --smoothing wb -o m.ngram reviews
holds err 'n-grams by order'
holds err 'wrote m.ngram'

# standard input, packed files and a missing last newline change nothing
cat reviews/ann/one.txt reviews/ann/two.txt reviews/bob/three.txt >all.txt
run 0 "$ngram" train -q --authors none --arpa -o a.arpa all.txt
"$ngram" train -q --authors none --arpa -o b.arpa <all.txt 2>/dev/null || fail 'train from a pipe'
same a.arpa b.arpa
gzip -c all.txt >all.txt.gz
run 0 "$ngram" train -q --arpa -o b.arpa all.txt.gz
same a.arpa b.arpa
printf '%s' "$(cat all.txt)" >short.txt
run 0 "$ngram" train -q --arpa -o b.arpa short.txt
same a.arpa b.arpa
sed 's/$/\r/' all.txt >crlf.txt
run 0 "$ngram" train -q --arpa -o b.arpa crlf.txt
same a.arpa b.arpa
run 0 "$ngram" train -q --arpa -o - all.txt
same out a.arpa
run 0 "$ngram" train -q --arpa --threads 1 -o b.arpa all.txt
same a.arpa b.arpa
run 0 "$ngram" train -q --threads 1 -o t1.ngram reviews
run 0 "$ngram" train -q --threads 2 -o t2.ngram reviews
same t1.ngram t2.ngram
run 0 "$ngram" train -q --arpa reviews
[ -s model.arpa ] || fail 'no model.arpa'

# authors
run 0 "$ngram" train -q --authors file -o m.ngram reviews
run 0 "$ngram" info m.ngram
holds out "^voice three$tab"
run 0 "$ngram" train -q --authors none -o m.ngram reviews
run 0 "$ngram" info m.ngram
lacks out "^voice ann$tab"
run 2 "$ngram" train --authors folders -o m.ngram reviews
holds err "did you mean 'folder'"
run 2 "$ngram" train --arpa --authors folder reviews
run 2 "$ngram" table -m t1.ngram --author an
holds err "did you mean 'ann'"
holds err 'ann, bob'

# every order and every method: each context sums to 1
for method in mkn kn wb abs add:0.5 mle; do
    for order in 1 2 3 6; do
        run 0 "$ngram" train -q --smoothing "$method" --order "$order" -o m.ngram reviews
        run 0 "$ngram" info --check m.ngram
        run 0 "$ngram" table -q -m m.ngram --check 'the movie'
    done
done

# numbers and lists
run 0 "$ngram" train -q --prune 0,0,1 -o m.ngram reviews
run 0 "$ngram" info --check m.ngram
run 0 "$ngram" train -q --prune '0 0 1' -o n.ngram reviews
same m.ngram n.ngram
run 2 "$ngram" train --prune 1,0 reviews
holds err 'falls'
run 2 "$ngram" train --prune 0,x reviews
run 2 "$ngram" train --prune 0,0.5 reviews
run 2 "$ngram" train --prune 0,0,0,0 reviews
run 0 "$ngram" train --discount 0.5,1,1.5 -o m.ngram reviews
holds err 'order 2: discounts 0.5 1 1.5'
run 2 "$ngram" train --discount 0.5,1 reviews
run 2 "$ngram" train --discount 1.5,1,1 reviews
run 2 "$ngram" train --discount 0.5,1,1.5 --smoothing wb reviews
run 2 "$ngram" train --smoothing mknn reviews
run 2 "$ngram" train --smoothing add:0 reviews

# text
run 2 "$ngram" train --tokens space --case fold reviews
run 2 "$ngram" train --tokens chars --pattern x reviews
run 2 "$ngram" train --tokens pattern reviews
run 2 "$ngram" train --pattern '(' reviews
run 0 "$ngram" train -q --pattern '[a-z]+' -o m.ngram reviews
run 0 "$ngram" info m.ngram
holds out "^text${tab}pattern${tab}\[a-z\]+$"
run 0 "$ngram" train -q --case keep -o m.ngram reviews
run 0 "$ngram" table -k 0 -m m.ngram
holds out "^The$tab"
run 0 "$ngram" train -q --min-count 2 -o m.ngram reviews
run 0 "$ngram" table -k 0 -m m.ngram
lacks out "^masterpiece$tab"
printf 'the\nmovie\n' >list
run 0 "$ngram" train -q --vocab list -o m.ngram reviews
run 0 "$ngram" table -k 0 -m m.ngram
equal 'rows of a model with two words' "$(wc -l <out)" 5
printf 'caf\351 noir\n' >latin.txt
run 2 "$ngram" train --strict-utf8 latin.txt
holds err 'latin.txt:1'
printf 'a <s> b\n' >symbol.txt
run 2 "$ngram" train --tokens space -o m.ngram symbol.txt
run 0 "$ngram" train -q --tokens space --skip-symbols -o m.ngram symbol.txt

# the lecture: P(time | waste of) = count(waste of time) / count(waste of)
run 0 "$ngram" train -q --smoothing mle -o mle.ngram reviews
run 0 "$ngram" table -k 1 -m mle.ngram --anywhere 'waste of'
# waste of time 4 times, waste of 5 times
equal 'the likeliest word' "$(cell out 1 1)" time
near 'P(time | waste of)' "$(cell out 1 2)" 0.8 1e-6

# counts in place of text
run 0 "$ngram" count -o all.counts all.txt
run 0 "$ngram" train -q --counts all.counts -o c.ngram
run 0 "$ngram" train -q -o t.ngram all.txt
run 0 "$ngram" convert c.ngram c.arpa
run 0 "$ngram" convert t.ngram t.arpa
same c.arpa t.arpa
run 2 "$ngram" train --counts all.counts all.txt

# lmplz
run 0 "$ngram" train -q --compat lmplz --arpa -o l.arpa all.txt
holds l.arpa 'time!'
for option in '--tokens words' '--case fold' '--unit file' '--smoothing wb' '--pattern x' \
    '--min-count 2' '--vocab list' '--discount 0,0,0'; do
    # shellcheck disable=SC2086
    run 2 "$ngram" train --compat lmplz $option all.txt
    holds err 'lmplz'
done

# what cannot be had
run 2 "$ngram" train none.txt
holds err 'none.txt'
mkdir hollow
run 2 "$ngram" train hollow
cp t.ngram before
run 2 "$ngram" train -o t.ngram none.txt
same t.ngram before
run 2 "$ngram" train -o none/m.ngram all.txt

finish

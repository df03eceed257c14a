#!/bin/sh
# Entropy pruning by train and convert.
ngram=$(realpath "${1:-build/ngram}")
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"
grams() { "$ngram" info "$1" | awk -F'\t' -v k="$2-grams" '$1 == "voice (all)" && $2 == k { print $3 }'; }
bytes() { wc -c <"$1" | tr -d ' '; }

run 0 "$ngram" train --no-attribution -o whole.ngram reviews
cp whole.ngram before.ngram

# nothing goes at 0, and what goes is told
run 0 "$ngram" convert --prune-entropy 0 whole.ngram zero.ngram
equal 'trigrams at 0' "$(grams zero.ngram 3)" "$(grams whole.ngram 3)"
run 0 "$ngram" convert --prune-entropy 0.005 whole.ngram small.ngram
holds err "pruned by entropy, threshold 0.005; 2-grams: $(grams small.ngram 2) of $(grams whole.ngram 2), 3-grams: $(grams small.ngram 3) of $(grams whole.ngram 3)"
[ "$(grams small.ngram 3)" -lt "$(grams whole.ngram 3)" ] || fail 'nothing was pruned'
run 0 "$ngram" info --check small.ngram
holds out '^prune-entropy	threshold	0.005$'
holds out '^prune-entropy	history	stationary$'
run 0 "$ngram" convert -q --prune-entropy 0.005 --threads 1 whole.ngram one.ngram
[ -s err ] && fail '-q is not quiet'
same one.ngram small.ngram
same whole.ngram before.ngram

# train and convert prune alike; voices too
run 0 "$ngram" train --no-attribution --prune-entropy 0.005 -o trained.ngram reviews
same trained.ngram small.ngram
run 0 "$ngram" score -m small.ngram --author bob reviews/bob/three.txt

# ARPA text in and out: the chain rule, as in SRILM, unless told otherwise
run 0 "$ngram" convert whole.ngram whole.arpa
run 0 "$ngram" convert --prune-entropy 0.005 whole.arpa small.arpa
run 0 "$ngram" convert --prune-entropy 0.005 --prune-history chain whole.ngram chain.arpa
same small.arpa chain.arpa
run 0 "$ngram" convert --prune-entropy 0.005 --prune-history stationary whole.arpa small.arpa
run 0 "$ngram" convert small.ngram chain.arpa
same small.arpa chain.arpa

# a bigram by hand: P(a b) of "a b a b a c", order 2, by its definition (awk)
cat >hand.arpa <<ARPA
\\data\\
ngram 1=5
ngram 2=2

\\1-grams:
-99	<unk>
-99	<s>
-0.60206	</s>
-0.30103	a	-0.17609
-0.60206	b

\\2-grams:
-0.30103	a b
-0.60206	b a

\\end\\
ARPA
# P(b|a) = 1/2, P(b) = 1/4, b(a) = 2/3; without it b'(a) = 1:
# D = P(a) (1/2 log(1/2 / (1/4)) + 1/2 log(2/3 / 1)), P(a) = 1/2; exp(D) - 1 = 0.07457
run 0 "$ngram" convert --prune-entropy 0.0745 hand.arpa hand.ngram
equal 'bigrams at 0.0745' "$(grams hand.ngram 2)" 1
run 0 "$ngram" convert --prune-entropy 0.0746 hand.arpa hand.ngram
equal 'bigrams at 0.0746' "$(grams hand.ngram 2)" 0

# down to a size
full=$(bytes whole.ngram)
room=$((full * 9 / 10))
run 0 "$ngram" convert --target-size "$room" whole.ngram sized.ngram
[ "$(bytes sized.ngram)" -le "$room" ] || fail "$(bytes sized.ngram) bytes, at most $room wanted"
[ "$(bytes sized.ngram)" -gt $((room - 200)) ] || fail "only $(bytes sized.ngram) of $room bytes"
holds err "bytes: $(bytes sized.ngram) of $room wanted"
run 0 "$ngram" info --check sized.ngram
holds out "^prune-entropy	bytes	$(bytes sized.ngram)$"
holds out "^prune-entropy	bytes-wanted	$room$"
run 0 "$ngram" train --no-attribution --target-size "$room" -o trained.ngram reviews
same trained.ngram sized.ngram
run 0 "$ngram" convert --target-size 1G whole.ngram sized.ngram
equal 'trigrams within 1G' "$(grams sized.ngram 3)" "$(grams whole.ngram 3)"
run 2 "$ngram" convert --target-size 1K whole.ngram none.ngram
holds err 'no model of 1024 bytes: .* it has [0-9]*, which is the least'
[ -e none.ngram ] && fail 'a file was left'
least=$(sed -n 's/.* it has \([0-9]*\),.*/\1/p' err)
run 0 "$ngram" convert --target-size "$least" whole.ngram least.ngram
equal 'bigrams in the least file' "$(grams least.ngram 2)" 0
equal 'its size' "$(bytes least.ngram)" "$least"

for bad in -1 x 1e400 ''; do
    run 2 "$ngram" convert --prune-entropy="$bad" whole.ngram none.ngram
    holds err '--prune-entropy'
done
for bad in 0 10X M 99999999T ''; do
    run 2 "$ngram" convert --target-size="$bad" whole.ngram none.ngram
    holds err '--target-size'
done
run 2 "$ngram" convert --target-size 10M whole.ngram none.arpa
holds err 'ARPA'
run 2 "$ngram" train --no-attribution --target-size 10M --arpa reviews
run 2 "$ngram" convert --prune-history chain whole.ngram none.ngram
holds err 'goes with'

finish

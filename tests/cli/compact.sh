#!/bin/sh
# Packed models: every command says the same of them, byte for byte; --quantize says what it costs.
ngram=$(realpath "${1:-build/ngram}")
tab=$(printf '\t')
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

run 0 "$ngram" train -q -o plain.ngram reviews
run 0 "$ngram" convert --compact plain.ngram small.ngram
run 0 "$ngram" train -q --compact -o trained.ngram reviews
same small.ngram trained.ngram
[ "$(wc -c <small.ngram)" -lt $(($(wc -c <plain.ngram) / 2)) ] || fail 'packed is not small'
run 0 "$ngram" convert small.ngram back.ngram
same back.ngram plain.ngram
run 0 "$ngram" convert --compact small.ngram again.ngram
same again.ngram small.ngram
run 0 "$ngram" info --check small.ngram
run 0 "$ngram" convert plain.ngram plain.arpa
run 0 "$ngram" convert small.ngram small.arpa
same small.arpa plain.arpa

# compare COMMAND OPTIONS...: the same from both
compare() {
    command=$1
    shift
    run 0 "$ngram" "$command" -m plain.ngram "$@"
    mv out plain.out
    run 0 "$ngram" "$command" -m small.ngram "$@"
    same out plain.out
}
compare score reviews
compare score --words --author bob reviews
compare score --summary reviews
compare generate -n 50 --seed 3
compare generate -n 5 --greedy
compare generate -n 20 --seed 3 --author ann --scores
compare complete 'The ? was good'
compare complete --author bob 'a waste of ? and ?'
compare table -k 0 --check 'The movie'
compare table -k 0 --anywhere of

# in mixtures
run 0 "$ngram" train -q --order 2 -o other.ngram reviews/bob
for c in "score reviews" "generate -n 20 --seed 2" "table -k 0 --check the"; do
    # shellcheck disable=SC2086
    run 0 "$ngram" $c -m plain.ngram=0.4 -m other.ngram=0.6
    mv out plain.out
    # shellcheck disable=SC2086
    run 0 "$ngram" $c -m small.ngram=0.4 -m other.ngram=0.6
    same out plain.out
    # shellcheck disable=SC2086
    run 0 "$ngram" $c -m other.ngram=0.6 -m small.ngram=0.4
done
run 0 "$ngram" complete -m small.ngram=0.4 -m other.ngram=0.6 'The ? was'

# quantised
run 0 "$ngram" train --compact --quantize 8 -o q.ngram reviews
holds err 'quantised to 8 bits: perplexity .* (sampled text, [0-9]* words)'
run 0 "$ngram" info --check q.ngram
holds out "^quantize${tab}bits${tab}8$"
holds out "^quantize${tab}text${tab}sampled$"
holds out "^quantize${tab}perplexity-exact${tab}"
holds out "^quantize${tab}perplexity-quantized${tab}"
holds out "^quantize${tab}deviation${tab}"
run 0 "$ngram" table -m q.ngram --check the
run 0 "$ngram" generate -m q.ngram -n 5 --seed 1
run 0 "$ngram" convert --compact --quantize 8 small.ngram q2.ngram
same q.ngram q2.ngram
run 0 "$ngram" convert -q --compact --quantize 3 --held-out reviews/bob/three.txt plain.ngram q3.ngram
equal 'messages under -q' "$(cat err)" ''
run 0 "$ngram" info q3.ngram
holds out "^quantize${tab}text${tab}held-out$"
near 'perplexity before' "$(awk -F'\t' '$2 == "perplexity-exact" { print $3 }' out)" \
    "$("$ngram" score -q -m plain.ngram reviews/bob/three.txt | cut -f 5 | tail -n 1)" 1e-9
near 'perplexity after' "$(awk -F'\t' '$2 == "perplexity-quantized" { print $3 }' out)" \
    "$("$ngram" score -q -m q3.ngram reviews/bob/three.txt | cut -f 5 | tail -n 1)" 1e-9

# pruned on the way, from either form
run 0 "$ngram" convert -q --prune-entropy 1e-4 plain.ngram p1.ngram
run 0 "$ngram" convert -q --prune-entropy 1e-4 --compact small.ngram p2.ngram
run 0 "$ngram" convert p2.ngram p3.ngram
same p1.ngram p3.ngram

# what makes no sense
run 2 "$ngram" train --compact --target-size 1M reviews
run 2 "$ngram" train --arpa --compact reviews
run 2 "$ngram" train --quantize 8 reviews
holds err '--compact'
run 2 "$ngram" train --compact --quantize 17 reviews
run 2 "$ngram" train --compact --held-out reviews/bob/three.txt reviews
run 2 "$ngram" convert --compact plain.ngram x.arpa
run 2 "$ngram" train -q --compact --quantize 8 --held-out none.txt -o x.ngram reviews
[ ! -e x.ngram ] || fail 'a model is left though the held-out text is not there'

finish

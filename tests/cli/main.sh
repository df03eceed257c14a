#!/bin/sh
# What stands before the command: help, version, did you mean, exit status.
ngram=$(realpath "${1:-build/ngram}")
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

run 0 "$ngram" --version
holds out '^ngram [0-9][0-9.]*$'

run 0 "$ngram" --help
holds out '^Examples:$'
holds out '^  train '
cp out help.out
run 0 "$ngram" help
same out help.out
equal 'first line of help' "$(head -n 1 out)" 'Examples:'

run 2 "$ngram"
holds err '^ngram: no command given'
equal 'output of a usage error' "$(cat out)" ''

run 2 "$ngram" trian
holds err "did you mean 'train'"
run 2 "$ngram" scoer
holds err "did you mean 'score'"
run 2 "$ngram" xyzzy
lacks err 'did you mean'
run 2 "$ngram" help genrate
holds err "did you mean 'generate'"
run 2 "$ngram" --verbose
holds err 'unknown option --verbose'

for command in $("$ngram" help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
    run 0 "$ngram" "$command" --help
    equal "first line of $command --help" "$(head -n 1 out)" 'Examples:'
    holds out "^Usage: ngram $command"
    equal "messages of $command --help" "$(cat err)" ''
    [ "$command" = help ] || cp out one.out
    [ "$command" = help ] || run 0 "$ngram" help "$command"
    [ "$command" = help ] || same out one.out
    run 2 "$ngram" "$command" --no-such-option
    holds err "^ngram $command: unknown option --no-such-option"
done

run 2 "$ngram" train --ordr 3
holds err 'did you mean --order?'
run 2 "$ngram" score --sumary
holds err 'did you mean --summary?'
run 2 "$ngram" train --order 0
holds err 'not a whole number from 1 to 32'
run 2 "$ngram" train --order 010x
run 2 "$ngram" train --order
run 2 "$ngram" score --format xml
holds err 'text, tsv, json'
run 2 "$ngram" score --format jsn
holds err "did you mean 'json'"

# the model that is not there
run 2 "$ngram" table -m none.ngram
holds err 'none.ngram'
run 2 "$ngram" table -m a -m b
holds err 'more than one has no weight'
run 2 "$ngram" table -m a=0.5
holds err 'weights'

# the model's places: -m before $NGRAM_MODEL before the user's own
run 0 "$ngram" train -q --authors none -o one.ngram reviews/ann
run 0 "$ngram" train -q --authors none -o two.ngram reviews/bob
mkdir -p .local/share/ngram data/ngram
cp two.ngram .local/share/ngram/default.ngram
"$ngram" table -m one.ngram >one.tsv
"$ngram" table -m two.ngram >two.tsv
run 0 "$ngram" table
same out two.tsv
cp one.ngram data/ngram/default.ngram
run 0 env XDG_DATA_HOME="$PWD/data" "$ngram" table
same out one.tsv
run 0 env NGRAM_MODEL=one.ngram "$ngram" table
same out one.tsv
run 0 env NGRAM_MODEL=one.ngram "$ngram" table -m two.ngram
same out two.tsv
run 2 env NGRAM_MODEL=none.ngram "$ngram" table
holds err 'none.ngram'
run 0 "$ngram" table -v -m one.ngram
holds err 'model one.ngram: order 3'

# the data folder beside the program's own is found wherever both are moved
mkdir -p moved/bin moved/share/ngram none
cp "$ngram" moved/bin/ngram
cp one.ngram moved/share/ngram/default.ngram
run 0 env XDG_DATA_HOME="$PWD/none" moved/bin/ngram table
same out one.tsv
run 0 env XDG_DATA_HOME="$PWD/none" moved/bin/ngram table -v
holds err '/moved/share/ngram/default.ngram: order'

# letters: values glued on, flags in one group, a group that ends in a value
run 0 "$ngram" generate -m one.ngram -n 10 --seed 1
cp out ten
run 0 "$ngram" generate -mone.ngram -n10 --seed 1
same out ten
run 0 "$ngram" generate -m one.ngram --seed 1 -qvn10
same out ten
run 0 "$ngram" generate -m one.ngram --seed 1 -qvn 10
same out ten
run 0 "$ngram" generate --seed 1 -qv -mone.ngram
equal 'texts of -qv' "$(wc -l <out)" 1
run 0 "$ngram" complete -mone.ngram -k1 'the movie was ?'
equal 'lines of complete -k1' "$(wc -l <out)" 2
run 0 "$ngram" table -m one.ngram -k3
equal 'lines of table -k3' "$(wc -l <out)" 4
run 0 "$ngram" train -q --authors none -oglued.ngram reviews/ann
same glued.ngram one.ngram
run 0 "$ngram" train -q --authors none -o -vq.ngram reviews/ann
same ./-vq.ngram one.ngram
run 0 "$ngram" generate -qh
equal 'first line of -qh' "$(head -n 1 out)" 'Examples:'
run 0 "$ngram" complete -m one.ngram -k1 -- '-n10 ?'
holds out '-n10 '
run 2 "$ngram" generate -m one.ngram -n1x
holds err "'1x' is not a whole number"
run 2 "$ngram" generate -m one.ngram -qn
holds err '-n'
run 2 "$ngram" generate -m one.ngram -qx
holds err 'unknown option -x'
run 2 "$ngram" generate -m one.ngram -n=10
holds err 'write -n 10 or --number=10'
run 2 "$ngram" generate -m one.ngram --quiet=0
holds err 'takes no value'

finish

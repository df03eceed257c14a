#!/bin/sh
# ngram rbm: its commands are found, listed and explained.
ngram=$(realpath "${1:-build/ngram}")
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

run 2 "$ngram" rbm
holds err 'no command of rbm given'
run 0 "$ngram" rbm --help
cp out help
holds help '^  info  *what'
run 0 "$ngram" help rbm
same out help
run 0 "$ngram" rbm info --help
cp out help
run 0 "$ngram" help rbm info
same out help
run 2 "$ngram" help rbm inof
holds err "did you mean 'info'"
run 2 "$ngram" help info rbm
run 2 "$ngram" rbm inof
holds err "did you mean 'info'"
run 2 "$ngram" rbm info
holds err 'no machine given'
printf 'no machine' >bad.rbm
run 2 "$ngram" rbm info bad.rbm
holds err '^ngram rbm info: bad.rbm: '
run 2 "$ngram" rbm info -m bad.rbm bad.rbm
holds err 'named twice'
run 2 env NGRAM_RBM=gone.rbm "$ngram" rbm info
holds err 'gone.rbm'
finish

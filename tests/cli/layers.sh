#!/bin/sh
# The floors hold, and tools/check-layers sees each way to break them.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

house() { # a small house that is in order
    rm -rf "${work:?}/house"
    mkdir -p "$work/house/tools" "$work/house/include/ngram"
    cp "$here/tools/layers.txt" "$work/house/tools"
    for place in base/rng text/vocab text/matcher lm/arpa-read task/train cli/main; do
        mkdir -p "$work/house/src/${place%/*}"
        : >"$work/house/src/$place.c"
    done
    for name in rng vocab matcher arpa train; do : >"$work/house/include/ngram/$name.h"; done
    : >"$work/house/src/lm/trie.h"
    : >"$work/house/src/cli/cli.h"
    printf '#include "ngram/rng.h"\n' >"$work/house/src/text/vocab.c"
    printf '#include <pcre2.h>\n' >"$work/house/src/text/matcher.c"
    printf '#include "trie.h"\n#include "ngram/vocab.h"\n' >"$work/house/src/lm/arpa-read.c"
}

house
if ! "$here/tools/check-layers" "$work/house"; then
    echo "layers: FAILED: a house in order is refused" >&2
    failed=1
fi

breaks() { # FILE LINE: must be seen
    house
    printf '%s\n' "$2" >>"$work/house/$1"
    if "$here/tools/check-layers" "$work/house" 2>/dev/null; then
        echo "layers: FAILED: $1 may say $2" >&2
        failed=1
    fi
}

breaks src/base/rng.c '#include "ngram/vocab.h"'
breaks src/base/rng.c '#include <ngram/arpa.h>'
breaks src/base/rng.c ' # include "ngram/train.h"'
breaks src/base/rng.c '#include "cli.h"'
breaks src/text/vocab.c '#include "../lm/trie.h"'
breaks src/cli/main.c '#include "../lm/trie.h"'
breaks src/text/vocab.c '#include <pcre2.h>'
breaks src/lm/arpa-read.c '#include <cblas.h>'
breaks include/ngram/rng.h '#include "ngram/train.h"'
breaks src/lm/arpa-read.c '#include "ngram/nowhere.h"'
exit $failed

#!/bin/sh
# Each command has a man page, both name the same options, and the page is well formed.
set -eu
export LC_ALL=C.UTF-8
ngram=$(realpath "${1:-build/ngram}")
cd "$(dirname "$0")/../.."
failed=0
options() { grep -o -- '--[a-z][a-z0-9-]*' | grep -vx -- '--help' | sort -u; }

# The commands of ngram, or of one of its commands.
commands() {
    "$ngram" "$@" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

for command in $(commands) $(commands rbm | sed 's/^/rbm-/'); do
    [ "$command" = help ] && continue
    page=man/ngram-$command.1
    group=${command%%-*}
    [ "$group" = "$command" ] && group=
    name=${command#"$group"-}
    dashed=$(printf 'ngram-%s' "$command" | sed 's/-/\\-/g') # as man pages write it
    if [ ! -f "$page" ]; then
        echo "man: FAILED: $command has no $page" >&2
        failed=1
        continue
    fi
    # shellcheck disable=SC2086 # no group is no argument
    help=$("$ngram" $group "$name" --help | sed -n '/^Options:/,$p' | options | tr '\n' ' ')
    man=$(sed -n '/^\.SH OPTIONS/,/^\.SH EXAMPLES/{ /^\.\(TP\|TQ\)/{ n; p; } }' "$page" |
        sed 's/\\-/-/g' | options | tr '\n' ' ')
    if [ "$help" != "$man" ]; then
        printf 'man: FAILED: %s\n  --help has %s\n  the page has %s\n' "$page" "$help" "$man" >&2
        failed=1
    fi
    # shellcheck disable=SC2086
    summary=$("$ngram" $group --help | sed -n "s/^  $name  *//p")
    if ! grep -qF "$dashed \\- $summary" "$page"; then
        echo "man: FAILED: $page does not say '$summary' in its NAME line" >&2
        failed=1
    fi
    for section in SYNOPSIS DESCRIPTION EXAMPLES 'EXIT STATUS'; do
        if ! grep -q "^\.SH $section" "$page"; then
            echo "man: FAILED: $page has no $section" >&2
            failed=1
        fi
    done
    if ! grep -qF "$dashed (1)" "man/ngram${group:+-$group}.1"; then
        echo "man: FAILED: man/ngram${group:+-$group}.1 does not name $command" >&2
        failed=1
    fi
done

if command -v mandoc >/dev/null; then
    for page in man/*.[15]; do
        if ! mandoc -T lint -W warning "$page" >&2; then
            echo "man: FAILED: $page" >&2
            failed=1
        fi
    done
fi
exit $failed

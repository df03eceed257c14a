#!/bin/sh
# Each command has a man page, both name the same options, and the page is well formed.
set -eu
export LC_ALL=C.UTF-8
ngram=$(realpath "${1:-build/ngram}")
cd "$(dirname "$0")/../.."
failed=0
options() { grep -o -- '--[a-z][a-z0-9-]*' | grep -vx -- '--help' | sort -u; }

for command in $("$ngram" help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
    [ "$command" = help ] && continue
    page=man/ngram-$command.1
    if [ ! -f "$page" ]; then
        echo "man: FAILED: $command has no $page" >&2
        failed=1
        continue
    fi
    help=$("$ngram" "$command" --help | sed -n '/^Options:/,$p' | options | tr '\n' ' ')
    man=$(sed -n '/^\.SH OPTIONS/,/^\.SH EXAMPLES/{ /^\.\(TP\|TQ\)/{ n; p; } }' "$page" |
        sed 's/\\-/-/g' | options | tr '\n' ' ')
    if [ "$help" != "$man" ]; then
        printf 'man: FAILED: %s\n  --help has %s\n  the page has %s\n' "$page" "$help" "$man" >&2
        failed=1
    fi
    summary=$("$ngram" help | sed -n "s/^  $command  *//p")
    if ! grep -qF "ngram\\-$command \\- $summary" "$page"; then
        echo "man: FAILED: $page does not say '$summary' in its NAME line" >&2
        failed=1
    fi
    for section in SYNOPSIS DESCRIPTION EXAMPLES 'EXIT STATUS'; do
        if ! grep -q "^\.SH $section" "$page"; then
            echo "man: FAILED: $page has no $section" >&2
            failed=1
        fi
    done
    if ! grep -q "ngram\\\\-$command (1)" man/ngram.1; then
        echo "man: FAILED: man/ngram.1 does not name $command" >&2
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

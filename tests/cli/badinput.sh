#!/bin/sh
# Bad input of every kind: clear errors with status 2, nothing lost, nothing left behind, no crash.
ngram=$(realpath "${1:-build/ngram}")
tab=$(printf '\t')
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

# refuses REGEX COMMAND...: status 2, no results, and a message that matches
refuses() {
    message=$1
    shift
    run 2 "$@"
    [ ! -s out ] || fail "results in spite of an error: $*"
    holds err "$message"
}
# absent FILE...: a failed command leaves nothing
absent() {
    for path in "$@"; do
        [ ! -e "$path" ] || fail "$path was left behind"
    done
}
# ends NAME STATUS...: a command that got a damaged file ends by itself
ends() {
    got=0
    "$@" >out 2>err </dev/null || got=$?
    case $got in
    0 | 2) ;;
    *)
        fail "status $got of: $*"
        sed 's/^/    /' err >&2
        ;;
    esac
}

run 0 "$ngram" train -q -o m.ngram reviews
run 0 "$ngram" convert m.ngram m.arpa
run 0 "$ngram" count -o m.counts reviews
printf 'heads\t0.6\ntails\t0.4\n' >die

# ---- text: none, one word, NUL bytes, bytes that are no UTF-8, symbols
: >empty
printf '\n\n\n' >blank
printf 'word' >one
for tokens in words space chars; do
    refuses 'empty: no text.*(name files' "$ngram" train --tokens $tokens -o x.ngram empty
    absent x.ngram
    for method in mkn kn wb abs add:1 mle; do
        run 0 "$ngram" train -q --tokens $tokens --smoothing $method -o x.ngram one
        run 0 "$ngram" info --check x.ngram
        run 0 "$ngram" score -q -m x.ngram empty one reviews
    done
    rm x.ngram
done
refuses 'blank: no text' "$ngram" train -o x.ngram blank
refuses 'no text' "$ngram" count empty

printf 'a\0b c\0 d\n\0\n' >nul
printf 'caf\351 noir \377\376 ok\n\355\240\200 half\n\300\200\nfine\n' >latin
printf 'a <s> b </s> c <unk> d\n' >symbols
for tokens in words space chars; do
    for file in nul latin; do
        run 0 "$ngram" train -q --tokens $tokens -o x.ngram $file
        run 0 "$ngram" info --check x.ngram
        run 0 "$ngram" score -q --words -m x.ngram $file
        run 0 "$ngram" generate -m x.ngram -n 20 --seed 1 --max-words 50
        run 0 "$ngram" count --tokens $tokens $file
        lacks out "^$tab"
    done
    refuses 'latin:1: not UTF-8 at byte 4' "$ngram" count --tokens $tokens --strict-utf8 latin
    run 0 "$ngram" train -q --tokens $tokens -o x.ngram reviews
    refuses 'latin:1: not UTF-8' "$ngram" score --strict-utf8 -m x.ngram latin
    run 0 "$ngram" count --tokens $tokens latin
    equal 'messages of count' "$(cat err)" 'ngram count: 8 bytes are not UTF-8; kept as they are'
    run 0 "$ngram" train -q --tokens $tokens --smoothing wb -o y.ngram latin latin
    equal 'messages of train' "$(cat err)" 'ngram train: 16 bytes are not UTF-8; kept as they are'
    run 0 "$ngram" complete -m y.ngram "$(printf 'caf\351 ?')" "$(printf '\377')"
    equal 'messages of complete' "$(cat err)" \
        'ngram complete: 2 bytes are not UTF-8; kept as they are'
    refuses 'argument 2: not UTF-8 at byte 4' "$ngram" complete -m y.ngram --strict-utf8 a \
        "$(printf 'caf\351 ?')"
    run 0 "$ngram" score -q -m x.ngram latin nul symbols
    holds err '8 bytes are not UTF-8'
    run 0 "$ngram" score -q --words --format json -m x.ngram latin nul symbols
    json out
done
run 0 "$ngram" count symbols
refuses "symbols:1: the token '<s>'" "$ngram" count --tokens space symbols
run 0 "$ngram" count --tokens space --skip-symbols symbols
cat >piped <<'EOF'
exec "$1" complete --strict-utf8 -m y.ngram <latin
EOF
refuses 'standard input:1: not UTF-8 at byte 4' sh piped "$ngram"
rm x.ngram y.ngram

# ---- folders and files that cannot be read
mkdir -p hollow nest/a/b
echo deep >nest/a/b/f
echo hidden >nest/.hidden
echo top >nest/z
refuses 'hollow: no files' "$ngram" score -m m.ngram hollow
run 0 "$ngram" score -q -m m.ngram nest
equal 'files of a folder' "$(cut -f 1 out | tr '\n' ' ')" 'name nest/a/b/f nest/z '
for file in 'score -m none reviews' 'score -m m.ngram none' 'count none' 'merge none' 'roll none' \
    'train --vocab none reviews' 'train --counts none' 'info none' 'convert none x.arpa'; do
    # shellcheck disable=SC2086
    refuses 'none: No such file' "$ngram" $file
done
for folder in 'info reviews' 'merge reviews' 'roll reviews' 'train --counts reviews' \
    'train -o reviews one' 'count -o reviews one' 'convert --to arpa m.ngram reviews'; do
    # shellcheck disable=SC2086
    refuses 'reviews: ' "$ngram" $folder
done
absent x.arpa model.ngram
NGRAM_MODEL=none
export NGRAM_MODEL
refuses 'none: No such file' "$ngram" table
unset NGRAM_MODEL
chmod 755 .
echo secret >closed
chmod 000 closed
mkdir fixed
cp m.ngram fixed/m.ngram
chmod 666 fixed/m.ngram
chmod 555 fixed
nobody=
[ "$(id -u)" -ne 0 ] || nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'
if [ -z "$nobody" ] || $nobody "$ngram" --version >/dev/null 2>&1; then
    for file in 'score -m m.ngram closed' 'score -m closed one' 'count closed' 'roll closed' \
        'merge closed' 'info closed' 'train --vocab closed -o /dev/null one'; do
        # shellcheck disable=SC2086
        refuses 'closed: Permission denied' $nobody "$ngram" $file
    done
    # shellcheck disable=SC2086
    refuses 'fixed/m.ngram: .*Permission denied' $nobody "$ngram" train -q --smoothing wb \
        -o fixed/m.ngram reviews
    same fixed/m.ngram m.ngram
    equal 'files in a folder that may not be written' "$(ls -A fixed)" m.ngram
fi
chmod 755 fixed

# ---- packed files cut short or damaged
gzip -c reviews/bob/three.txt >b.gz
zstd -q -c reviews/bob/three.txt >b.zst
for kind in gz zst; do
    size=$(wc -c <b.$kind)
    for n in 6 20 $((size / 2)) $((size - 5)) $((size - 1)); do
        head -c "$n" b.$kind >cut.$kind
        refuses "cut.$kind: .*too early" "$ngram" count -o x.counts cut.$kind
        refuses "cut.$kind: .*too early" "$ngram" score -m m.ngram cut.$kind
    done
done
gzip -c m.arpa | head -c 300 >cut.gz
refuses 'cut.gz: .*too early' "$ngram" score -m cut.gz reviews
refuses 'cut.gz: .*too early' "$ngram" convert cut.gz x.ngram
absent x.counts x.ngram
gzip -c m.ngram >packed.ngram
refuses 'packed.ngram: a packed model file' "$ngram" score -m packed.ngram reviews
: >empty.ngram
refuses 'empty.ngram: empty file, neither' "$ngram" info empty.ngram

# ---- a small model with each byte changed, cut at each length, or of another version
run 0 "$ngram" train -q --order 2 --smoothing wb -o small.ngram one
python3 - "$ngram" small.ngram <<'EOF' || fail 'damaged models, see above'
import itertools, subprocess, sys
program, path = sys.argv[1:]
whole = open(path, "rb").read()
commands = itertools.cycle([
    ["score", "-m", "d.ngram", "one"], ["info", "d.ngram"], ["table", "-m", "d.ngram"],
    ["generate", "-m", "d.ngram"], ["complete", "-m", "d.ngram", "a ?"],
    ["convert", "d.ngram", "x.arpa"], ["convert", "d.ngram", "x.ngram"]])
bad = 0
def refused(what, data):
    global bad
    open("d.ngram", "wb").write(data)
    command = next(commands)
    r = subprocess.run([program] + command, stdin=subprocess.DEVNULL, capture_output=True)
    if r.returncode != 2 or r.stdout or b"d.ngram" not in r.stderr:
        bad += 1
        if bad < 9:
            print(what, command[0], r.returncode, r.stderr[:200], file=sys.stderr)
# of a long run of zeros, the empty slots of the vocabulary, one byte in 64
quiet = [i for i in range(len(whole)) if not any(whole[max(0, i - 64):i + 64])]
for i in sorted(set(range(len(whole))) - set(quiet)) + quiet[::64]:
    refused("byte %d" % i, whole[:i] + bytes([whole[i] ^ 0xff]) + whole[i + 1:])
for n in list(range(0, 200, 7)) + list(range(len(whole) - 130, len(whole), 7)):
    refused("cut at %d" % n, whole[:n])
for tail in b"\n", bytes(64), whole:
    refused("%d bytes behind it" % len(tail), whole + tail)
for version in 0, 2, 255:
    refused("version %d" % version, whole[:8] + bytes([version]) + whole[9:])
refused("other byte order", whole[:12] + whole[15:11:-1] + whole[16:])
sys.exit(bad > 0)
EOF
absent x.arpa x.ngram

# ---- a model above 8 MiB, of which opening checks the frame alone: no crash, and --check finds it
awk 'BEGIN { x = 1; for (i = 0; i < 20000; i++) { for (j = 0; j < 12; j++) {
    x = (x * 16807) % 2147483647; printf "w%d ", x % 15000 } print "" } }' >big.txt
run 0 "$ngram" train -q -o big.ngram big.txt
size=$(wc -c <big.ngram)
[ "$size" -gt 8388608 ] || fail "big.ngram has only $size bytes"
head -n 20 big.txt >some.txt
cp big.ngram d.ngram
for i in $(seq 20); do
    at=$((size * i / 21 + i))
    tail -c +$((at + 1)) big.ngram | head -c 8 >was
    tr '\000-\377' '\200-\377\000-\177' <was >now
    dd if=now of=d.ngram bs=1 seek=$at conv=notrunc 2>dd.err
    run 2 "$ngram" info --check d.ngram
    holds err 'd.ngram: is damaged'
    ends "$ngram" score -q --words -m d.ngram some.txt
    ends "$ngram" generate -m d.ngram -n 20 --seed "$i" --max-words 40
    ends "$ngram" table -q -m d.ngram w1 w2
    ends "$ngram" complete -m d.ngram 'w1 ? w2'
    for out in x.arpa x.ngram; do
        refuses 'd.ngram: is damaged' "$ngram" convert d.ngram $out
        absent $out
    done
    dd if=was of=d.ngram bs=1 seek=$at conv=notrunc 2>dd.err
done
same big.ngram d.ngram

# ---- outputs that fail: a full device, a full disk, closed descriptors, a reader that goes away
cat >commands <<EOF
train -q --smoothing wb --arpa -o - reviews
train -q --smoothing wb -o - reviews
count reviews
merge m.counts m.counts
score -q -m m.ngram reviews
score -q --words --line-buffered -m m.ngram reviews
generate -n 2000 -m m.ngram
complete -m m.ngram the
table -q -k 0 --check -m m.ngram
roll -n 2000 die
roll --expect 2 die
info --check m.ngram
convert --to arpa m.ngram -
convert --to ngram m.ngram -
help
--version
train --help
EOF
while read -r line; do
    got=0
    # shellcheck disable=SC2086
    "$ngram" $line >/dev/full 2>err </dev/null || got=$?
    equal "status with a full device of: $line" $got 2
    holds err 'No space left on device'
    got=0
    # shellcheck disable=SC2086
    "$ngram" $line >&- 2>err </dev/null || got=$?
    equal "status without standard output of: $line" $got 2
    # shellcheck disable=SC2086
    { "$ngram" $line 2>err </dev/null || echo "status $?" >>err; } | head -c 1 >/dev/null
    equal "messages after the reader has gone, of: $line" "$(cat err)" ''
done <commands
for line in score count train complete roll 'merge -' 'train --counts -'; do
    got=0
    # shellcheck disable=SC2086
    NGRAM_MODEL=m.ngram "$ngram" $line >out 2>err <&- || got=$?
    equal "status without standard input of: $line" $got 2
    holds err 'standard input: '
done
absent model.ngram
"$ngram" train -o x.ngram reviews >&- 2>&- <&- || fail 'train with all descriptors closed'
run 0 "$ngram" info --check x.ngram
rm x.ngram

mkdir tiny
cat >full <<'EOF'
ngram=$1
mount -t tmpfs -o size=1m tmpfs tiny 2>/dev/null || exit 77
cp m.ngram tiny/old.ngram
for line in 'train -q -o tiny/old.ngram big.txt' 'train -q -o tiny/new.ngram big.txt' \
    'train -q --arpa -o tiny/new.arpa big.txt' 'count -o tiny/counts big.txt' \
    'convert big.ngram tiny/new.arpa' 'convert big.ngram tiny/new.ngram' \
    'merge -o tiny/counts big.counts'; do
    status=0
    "$ngram" $line 2>err || status=$?
    [ $status -eq 2 ] && grep -q 'tiny/.*No space left.* [0-9]* bytes or more are wanted' err &&
        [ "$(ls -A tiny)" = old.ngram ] && cmp m.ngram tiny/old.ngram ||
        echo "$status of: $line: $(cat err); left: $(ls -A tiny)"
done
EOF
run 0 "$ngram" count -o big.counts big.txt
got=0
unshare -rm sh full "$ngram" >out 2>&1 || got=$?
case $got in
0) equal 'troubles with a full disk' "$(cat out)" '' ;;
*) echo "badinput: no scratch file system here (status $got): full disk not tested" >&2 ;;
esac

# a limit on the size of files is told, not died of (the shell counts in blocks of 512 or 1024)
cat >limited <<'EOF'
ulimit -f 1
exec "$@"
EOF
refuses 'x.counts: File too large' sh limited "$ngram" count -o x.counts big.txt
absent x.counts

# ---- killed while it replaces a model: the old one or the new one, and nothing else
mkdir kill
cp m.ngram kill/m.ngram
for pause in 0.02 0.05 0.1 0.15 0.2 0.25; do
    "$ngram" train -q -o kill/m.ngram big.txt 2>/dev/null &
    sleep $pause
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    cmp -s m.ngram kill/m.ngram || cmp -s big.ngram kill/m.ngram || fail 'a killed run lost a model'
    equal 'files after a kill' "$(ls -A kill)" m.ngram
done

# ---- links, and a file that is read and written
ln -s kill/m.ngram link
run 0 "$ngram" train -q --smoothing wb -o link reviews
[ -L link ] || fail 'a link was replaced'
ln -s circle circle
refuses 'circle: Too many levels' "$ngram" train -q --smoothing wb -o circle reviews
[ -L circle ] || fail 'a link to itself was replaced'
run 0 "$ngram" info --check kill/m.ngram
for line in 'convert same same --to ngram' 'convert same same --to arpa'; do
    cp m.ngram same
    # shellcheck disable=SC2086
    run 0 "$ngram" $line
    run 0 "$ngram" info --check same
done
cp m.counts same
run 0 "$ngram" merge -o same same same
run 0 "$ngram" merge m.counts m.counts
same out same

# ---- options
while read -r line; do
    # shellcheck disable=SC2086
    refuses '^ngram train: .' "$ngram" train -o x.ngram $line reviews
done <<EOF
--order 0
--order -1
--order 33
--order 3.0
--order 0x3
--order 99999999999999999999
--prune 1,0
--prune -1
--prune nan
--prune 0,0,inf
--discount -1,0,0
--discount 1.01,2,3
--discount nan,1,1
--discount 0.5,1,4
--smoothing add:0
--smoothing add:-1
--smoothing add:nan
--smoothing add:inf
--smoothing add
--smoothing add:1,5
--vocab empty
--min-count 0
--min-count -1
--pattern (
--pattern [
--pattern \C
--threads 0
--unit lines
--author-s none
-z
--smoothing add:1.1e9
-o=
--output=
--vocab=
--quiet=1
--arpa=no
EOF
absent x.ngram y.ngram
# the last one wins, but for -m, which mixes
run 0 "$ngram" train -q --smoothing wb --smoothing mle --tokens space --tokens chars -o x.ngram \
    -o y.ngram reviews
absent x.ngram
run 0 "$ngram" info y.ngram
holds out "smoothing${tab}mle\$"
holds out "tokens${tab}chars\$"
rm y.ngram
refuses 'more than one has no weight' "$ngram" score -m m.ngram -m m.ngram one
refuses "'' is no file's name" "$ngram" score -m '' one
refuses 'OUT is empty' "$ngram" convert --to arpa m.ngram ''
refuses '--check takes no value' "$ngram" info --check=0 m.ngram
run 0 "$ngram" generate -m m.ngram --seed 1 --prefix --scores=1 -- # a value, not an option
for command in 'score one' 'complete a' table 'generate -n 1' 'info m.ngram' 'convert m.ngram x.arpa' \
    'merge m.counts' 'roll die' 'count one' help; do
    # shellcheck disable=SC2086
    NGRAM_MODEL=m.ngram run 0 "$ngram" $command -q
    equal "messages of a quiet $command" "$(cat err)" ''
done
rm x.arpa
for line in 'trian did.you.mean..train' 'scor did.you.mean..score' 'foo no.command' '-- unknown' \
    '--verbos unknown' '--versoin did.you.mean.--version' '--hepl did.you.mean.--help'; do
    refuses "${line#* }" "$ngram" "${line%% *}"
done
refuses '--version stands alone' "$ngram" --version junk
refuses 'did you mean --order' "$ngram" train --ordr 2 reviews
for seed in -1 abc 1.5 18446744073709551616; do
    refuses "seed: '$seed'" "$ngram" generate -m m.ngram --seed $seed
done
run 0 "$ngram" train -q --min-count 1000000 -o x.ngram reviews
run 0 "$ngram" generate -m x.ngram -n 5 --seed 1
run 0 "$ngram" score -q -m x.ngram reviews

# ---- ARPA text: what is wrong, and on which line
arpa() {
    printf '%b' "$2" >bad.arpa
    refuses "bad.arpa:$1: " "$ngram" score -m bad.arpa one
    refuses "bad.arpa:$1: " "$ngram" convert bad.arpa x.ngram
}
rm x.ngram
head='\\data\\\nngram 1=2\nngram 2=1\n\n\\1-grams:\n'
arpa 1 'hello\n'
arpa 2 '#\n# ngram: tokens=pattern pattern=%%28\n\\data\\\n'
arpa 1 '# ngram: tokens=pattern pattern=%%zz\n\\data\\\n'
arpa 1 '# ngram: tokens=pattern\n\\data\\\n'
arpa 2 '\\data\\\nngram 1=99999999999\n\n\\1-grams:\n-1 a\n'
arpa 3 '\\data\\\nngram 1=1\nngram 3=1\n\n'
arpa 6 "${head}0.1 a\n"
arpa 6 "${head}nan a\n"
arpa 6 "${head}-1,5 a\n"
arpa 6 "${head}-1 a nan\n"
arpa 7 "${head}-1 a\n-1 a\n"
arpa 10 "${head}-1 a\n-1 b\n\n\\\\2-grams:\n-1 a c\n"
arpa 10 "${head}-1 a\n-1 b\n\n\\\\2-grams:\n-1 a b\n"
arpa 13 "${head}-1 a\n-1 b\n\n\\\\2-grams:\n-1 a b\n\n\\\\end\\\\\nmore\n"
absent x.ngram

# ---- counts and dice: the same
counts() {
    printf '%b' "$2" >bad.counts
    refuses "bad.counts:$1: " "$ngram" merge bad.counts
}
counts 2 'b\t1\na\t1\n'
counts 1 'a\t0\n'
counts 1 'a\t-1\n'
counts 1 'a\t1.5\n'
counts 1 'a\t18446744073709551616\n'
counts 1 ' a b c\t1\n'
counts 1 '  a\t1\n'
counts 1 'a  b\t1\n'
counts 1 'a\n'
counts 1 '\n'
counts 2 'a\t1\nb\0\t1\n'
die() {
    printf '%b' "$2" >bad.die
    refuses "bad.die$1: " "$ngram" roll bad.die
}
die :1 'a\t-1\nb\t2\n'
die :1 'a\tnan\n'
die :1 'a\tinf\n'
die :2 'a\t1e308\nb\t1e308\n'
die :1 'a 1\n'
die :2 'a\t1\nb\n'
die :2 'a\t1\t2\nb\t1\n'
die :2 'a\t1\nb\tx\n'
die '' 'a\t0\nb\t0\n'
die '' 'outcome\tweight\n'
die '' ''
refuses 'at least 2' "$ngram" roll --expect 2 -n 1 die
refuses 'no column' "$ngram" roll --expect kg die
refuses 'no column 3 (there are 2)' "$ngram" roll --expect 3 die
printf '# houses\nwho\tp\tkg\nann\t1\t10\nbob\t1\tx\n' >bad.die
refuses "bad.die:4: 'x' in column kg is no number" "$ngram" roll --expect kg bad.die
lacks err 'Try'

# ---- generate and complete at their limits
run 0 "$ngram" generate -m m.ngram -n 0
equal 'no texts' "$(cat out)" ''
refuses 'exclude' "$ngram" generate -m m.ngram --min-words 5 --max-words 3
refuses 'none of 50 texts' "$ngram" generate -m m.ngram --min-words 1000000 --tries 50
refuses 'the prefix has 4 words' "$ngram" generate -m m.ngram --prefix 'a b c d' --max-words 3
refuses 'the greedy text' "$ngram" generate -m m.ngram --greedy --min-words 1000
refuses 'no author' "$ngram" generate -m m.ngram --author nobody
run 0 "$ngram" generate -m m.ngram --prefix 'qqzz _ ?' --seed 1
for text in '' '   ' '?' '? ? ? ?' '_' '??' 'a ? b ? c ?' 'qqzz ? qqzz' "$(printf 'caf\351 ?')"; do
    run 0 "$ngram" complete -m m.ngram -k 2 "$text"
done
{
    for i in $(seq 2500); do printf 'the movie was good '; done
    echo '?'
} >long.txt
"$ngram" complete -m m.ngram -k 1 <long.txt >out 2>err || fail 'a text of 10,000 words'
equal 'rows for a text of 10,000 words' "$(wc -l <out)" 2
refuses 'the mark of a blank' "$ngram" complete -m m.ngram --blank '' 'a ?'
refuses 'best' "$ngram" complete -m m.ngram -k 0 'a ?'

# ---- one line of a million words
tr '\n' ' ' <big.txt | head -c 5000000 >line.txt
for tokens in words space chars; do
    run 0 "$ngram" train -q --tokens $tokens -o x.ngram line.txt
    run 0 "$ngram" score -q -m x.ngram line.txt
done

finish

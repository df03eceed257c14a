#!/bin/sh
# ngram correct: text byte for byte, rows, diffs, files in place, the ispell protocol.
ngram=$(realpath "${1:-build/ngram}")
tab=$(printf '\t')
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

run 0 "$ngram" train -q -o m.ngram reviews
export NGRAM_MODEL=m.ngram

# a mistake, and bytes around it that nobody may touch: CR, tabs, broken UTF-8, no last line end
printf 'The  moive was\t good.\r\n\377\376 The movei\n\nI liked teh music, http://moive.com/moive' >text
printf 'The  movie was\t good.\r\n\377\376 The movie\n\nI liked the music, http://moive.com/moive' >right
run 0 "$ngram" correct text
same out right
holds err '2 bytes are not UTF-8'
run 0 "$ngram" correct -q right
same out right
"$ngram" correct -q <text >piped || fail 'from a pipe'
same piped right
run 0 "$ngram" correct -q --threads 3 --unit paragraph text
same out right
run 0 "$ngram" correct -q --unit file text
same out right
run 2 "$ngram" correct --strict-utf8 text
holds err 'text:2: not UTF-8 at byte 1'

# case is that of what was written
printf 'MOIVE WAS GOOD. Moive\n' >case
run 0 "$ngram" correct case
equal 'case' "$(cat out)" 'MOVIE WAS GOOD. Movie'

# a text in another language stays as it is, short lines among it, and correcting twice is correcting once
printf 'Der Film war gut.\nIst das so?\nund die Musik war laut\nIn der Tat, moive\n' >german
run 0 "$ngram" correct german
same out german
printf 'The moive\nwas relly good\n\nI liekd teh msuic and teh movei.\nUnd die Musik?\n' >once
run 0 "$ngram" correct once
mv out twice
run 0 "$ngram" correct twice
same out twice

# with --line-buffered a line is answered before the next one is there
mkfifo asked answered
"$ngram" correct -q --line-buffered <asked >answered &
exec 3>asked 4<answered
printf 'the moive\n' >&3
answer=$(timeout 20 head -n 1 <&4)
equal 'the first answer' "$answer" 'the movie'
exec 3>&- 4<&-
wait $!

# rows: bytes and characters, from 1
printf '\303\251 moive\n' >accent
run 0 "$ngram" correct --list accent
equal 'columns' "$(head -n 1 out)" "line${tab}byte${tab}char${tab}wrong${tab}right${tab}probability"
equal 'row' "$(tail -n 1 out | cut -f 1-5)" "1${tab}4${tab}3${tab}moive${tab}movie"
run 0 "$ngram" correct --list -k 3 accent
equal 'rank' "$(head -n 1 out | cut -f 7)" rank
run 0 "$ngram" correct --list accent text
equal 'name' "$(cell out 1 1)" accent
run 0 "$ngram" correct --list --format json text
json out

# --check
run 1 "$ngram" correct --check text
equal 'no output of --check' "$(wc -c <out)" 0
run 0 "$ngram" correct --check right
run 1 "$ngram" correct --check --list text
holds out moive

# a diff that patch takes
run 0 "$ngram" correct -q --diff text
mv out patch
cp text patched
if command -v patch >/dev/null; then
    patch -s patched patch || fail 'patch'
    same patched right
fi
holds patch '^@@ -1,4 +1,4 @@$'
run 0 "$ngram" correct --diff right
equal 'no diff' "$(wc -c <out)" 0

# in place: with and without a copy, and only where something changes
cp text a
cp right b
touch -d 2001-01-01 b
run 0 "$ngram" correct -q --in-place=.old a b
same a right
same a.old text
same b right
cp text a
chmod 640 a
run 0 "$ngram" correct -q --in-place=.private a
equal 'who may read the files' "$(stat -c %a a a.private | xargs)" '640 640'
[ ! -e b.old ] || fail 'a copy of a file that did not change'
equal 'the file that did not change' "$(date -r b +%Y)" 2001
cp text a
run 0 "$ngram" correct -q --in-place a
same a right
run 2 "$ngram" correct --in-place
run 2 "$ngram" correct --in-place -
gzip -c text >a.gz
run 2 "$ngram" correct --in-place a.gz
run 0 "$ngram" correct -q a.gz
same out right

# the ispell protocol
printf '^the moive\n@moive\n^the moive\n!\nthe film\n%%\nxqzxqzxqz\n\n' | "$ngram" correct -a >ispell ||
    fail 'status of -a'
equal 'banner' "$(head -n 1 ispell | cut -c 1-25)" '@(#) International Ispell'
holds ispell '^& moive [0-9]* 5: movie'
equal 'right words' "$(grep -c '^\*$' ispell)" 3
holds ispell '^# xqzxqzxqz 0$'
equal 'empty lines' "$(grep -c '^$' ispell)" 5

# what the user gives
printf 'moive\n\n' >words
run 0 "$ngram" correct -q --words words text
equal 'a word of the user' "$(head -n 1 out | cut -c 6-10)" moive
printf 'movie\tmoive\ntime\ttiem\n\nmusic\tmusik\n' >pairs
run 0 "$ngram" correct -q --errors pairs text
same out right
printf 'movie moive\n' >pairs
run 2 "$ngram" correct --errors pairs text
holds err 'pairs:1: no tab'
printf 'movie\tmovi3\n' >pairs
run 2 "$ngram" correct --errors pairs text
holds err 'pairs:1: the wrong word is none'
printf 'a\tb\tc\n' >pairs
run 2 "$ngram" correct --errors pairs text
holds err 'pairs:1: more than two columns'
: >pairs
run 2 "$ngram" correct --errors pairs text
holds err 'pairs: no pair'
run 2 "$ngram" correct --errors missing text
printf 'two words\n' >words
run 2 "$ngram" correct --words words text
holds err 'words:1: more than one word'
run 2 "$ngram" correct --caution x text
run 2 "$ngram" correct --caution=-1 text
run 2 "$ngram" correct --list --diff text
run 2 "$ngram" correct -a text
run 2 "$ngram" correct -k 3 text
run 2 "$ngram" correct missing
run 0 "$ngram" correct --author bob text
run 2 "$ngram" correct --author eve text
run 0 "$ngram" correct --caution 100 text
same out text

# other models
run 0 "$ngram" train -q --tokens chars -o c.ngram reviews
run 2 "$ngram" correct -m c.ngram text
holds err 'a model of characters knows no words'
run 0 "$ngram" train -q --tokens space -o s.ngram reviews
run 0 "$ngram" correct -q -m s.ngram text
run 0 "$ngram" train -q --smoothing mle -o mle.ngram reviews
run 0 "$ngram" correct -q -m mle.ngram text
run 0 "$ngram" train -q --order 1 -o one.ngram reviews
run 0 "$ngram" correct -q -m one.ngram text
run 0 "$ngram" correct -q -m m.ngram=0.5 -m one.ngram=0.5 text
same out right

# a line with a zero byte is no text
printf 'teh \000 teh movie\n' >binary
run 0 "$ngram" correct -q binary
same out binary

finish

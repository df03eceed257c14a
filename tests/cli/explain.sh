#!/bin/sh
# ngram score --explain and --rolling: the text stays what it is, weights and windows.
ngram=$(realpath "${1:-build/ngram}")
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

# two authors who share no word, six documents each
mkdir -p two/ann two/bob
for i in 1 2 3 4 5 6; do
    echo "alpha beta gamma delta alpha gamma $i" >"two/ann/$i.txt"
    echo "kappa lambda sigma omega kappa sigma $i" >"two/bob/$i.txt"
done
run 0 "$ngram" train -q -o m.ngram two
export NGRAM_MODEL=m.ngram

# for ann speak her words, against her his
printf 'Alpha, beta!\n\nkappa <b>&"x"</b> alpha\n' >q.txt
run 0 "$ngram" score -q --explain --author ann q.txt
equal 'header' "$(head -n 1 out)" "$(printf 'name\tauthor\tline\tbyte\ttoken\tweight')"
equal 'place of a token' "$(awk -F'\t' '$5 == "kappa" { print $3, $4 }' out)" '3 0'
equal 'signs' "$(awk -F'\t' '$5 == "beta" || $5 == "kappa" { print ($6 > 0) }' out | tr '\n' ' ')" \
    '1 0 '
run 0 "$ngram" score -q --explain --author bob q.txt
equal 'signs for bob' \
    "$(awk -F'\t' '$5 == "beta" || $5 == "kappa" { print ($6 > 0) }' out | tr '\n' ' ')" '0 1 '

# the parts add up: tokens, line ends and offset are the author's llr, whoever the answer is
run 0 "$ngram" score -q --author ann q.txt
llr=$(cell out 1 8)
run 0 "$ngram" score -q --explain --author ann q.txt
near 'the sum of all weights' "$(awk -F'\t' 'NR > 1 { s += $6 } END { printf "%.12g", s }' out)" "$llr" 1e-9
equal 'rows beside the tokens' "$(tail -n 2 out | cut -f 3-5 | tr '\t\n' '  ')" '  </s>    '
printf 'xyzzy plugh frobozz\nalpha\n' >stranger.txt
run 0 "$ngram" score -q --explain --open --format json q.txt stranger.txt two/ann/1.txt
python3 - <<'P' || fail 'the parts do not add up in JSON'
import json
for d in map(json.loads, open("out")):
    total = sum(t["weight"] for t in d["tokens"]) + d["line_ends"] + d["offset"]
    assert abs(total - d["author_llr"]) < 1e-9, d
    assert d["answer"] == "none" or d["llr"] == d["author_llr"], d
    assert d["author"] in ("ann", "bob") and d["answer"] in ("none", "author"), d
P
run 0 "$ngram" score -q --explain --format text --color never q.txt
holds out '^ann: llr [-+.0-9]* = tokens [-+.0-9]*, line ends [-+.0-9]*, offset [-+.0-9]*; the strongest'

# every format is the text again
run 0 "$ngram" score -q --explain --format text --color always q.txt
esc=$(printf '\033')
sed "s/$esc\[[0-9;]*m//g" out | sed '1d' | head -n 3 >stripped
same stripped q.txt
run 0 "$ngram" score -q --explain --format text --color never q.txt
lacks out "$esc"
holds out 'kappa([+-][0-9.]*)'
run 0 "$ngram" score -q --explain --format json q.txt
json out
python3 - <<'P' || fail 'JSON is not the text'
import json
d = json.loads(open("out").read())
text = "".join(t["before"] + t["token"] for t in d["tokens"]) + d["after"]
assert text + "\n" == open("q.txt").read(), text
P
# a text cannot command the terminal: ESC, BEL, CR inside a line, DEL and CSI as one character
printf 'alpha \033[31mbeta\033]0;x\007\n\tgam\000ma\rdelta\177 \302\233x \377 \303\244\n' >hostile.txt
run 0 "$ngram" score -q --explain --format text --color always hostile.txt
sed "s/$esc\[[0-9;]*m//g" out | sed -n '2,3p' >shown
printf 'alpha \\x1b[31mbeta\\x1b]0;x\\x07\n\tgam\\x00ma\\x0ddelta\\x7f \\x9bx \357\277\275 \303\244\n' >wanted
same shown wanted
printf 'bad \377 byte\001 alpha\r\n' >odd.txt
# what that is when it is not the bytes of the file: LF for CRLF, no last one, U+FFFD
run 0 "$ngram" score -q --explain --format json odd.txt
holds err '1 byte is not UTF-8'
python3 - <<'P' || fail 'JSON is not the text as it is read'
import json
d = json.loads(open("out").read())
text = "".join(t["before"] + t["token"] for t in d["tokens"]) + d["after"]
assert text == "bad \ufffd byte\001 alpha", text
P
run 0 "$ngram" score -q --explain --html q.txt odd.txt two/ann/1.txt
holds err '1 byte is not UTF-8'
for option in '--rolling 2' '--explain --format tsv' '--explain --format text'; do
    # shellcheck disable=SC2086
    run 0 "$ngram" score -q $option odd.txt
    holds err '1 byte is not UTF-8'
done
run 0 "$ngram" score -q --explain --html q.txt odd.txt two/ann/1.txt
python3 - <<'P' || fail 'HTML is not sound, or not the text'
from html.parser import HTMLParser
class Page(HTMLParser):
    stack, text, on = [], [], 0
    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "br"):
            self.stack.append(tag)
        self.on += ("class", "text") in attrs
    def handle_endtag(self, tag):
        assert self.stack.pop() == tag, tag
        self.on -= tag == "div"
    def handle_data(self, data):
        if self.on:
            self.text.append(data)
p = Page()
page = open("out", encoding="utf-8").read()
p.feed(page)
assert not p.stack and page.count("<section>") == 3
assert "".join(p.text).startswith(open("q.txt").read().rstrip("\n")), p.text
assert "bad \ufffd byte\ufffd alpha" in "".join(p.text)
assert "src=" not in page and "href=" not in page and "<script" not in page
P

# windows: ann's half, then bob's
for i in 1 2 3 4 5 6 7 8 9 10; do echo 'alpha beta gamma delta'; done >both.txt
for i in 1 2 3 4 5 6 7 8 9 10; do echo 'kappa lambda sigma omega'; done >>both.txt
run 0 "$ngram" score -q --rolling 8 --plot p.svg both.txt
equal 'windows' "$(tail -n +2 out | wc -l)" 19
equal 'first and last' "$(sed -n '2p;$p' out | cut -f 2-5 | tr '\t\n' '  ')" '1 8 1 ann 73 80 19 bob '
equal 'one change, in the middle' "$(tail -n +2 out | cut -f 5 | uniq | tr '\n' ' ')" 'ann bob '
holds p.svg '<polyline'
python3 -c 'import xml.dom.minidom; xml.dom.minidom.parse("p.svg")' || fail 'SVG is not sound'
# a picture is what its name says, or is refused before the work
# (fontconfig keeps some bytes to the end, which AddressSanitizer would report)
got=0
echo 'leak:libfontconfig' >lsan
LSAN_OPTIONS="suppressions=$scratch/lsan:print_suppressions=0" \
    "$ngram" score -q --rolling 8 --plot P.PNG both.txt both.txt >out 2>err || got=$?
if grep -q 'built without cairo' err; then
    echo 'explain: no cairo, PNG is not tested'
else
    equal 'status with PNG' "$got" 0
    python3 - <<'P' || fail 'PNG is not sound, or has not the colours of the lines'
import struct, zlib
data = open("P.PNG", "rb").read()
assert data[:8] == b"\x89PNG\r\n\x1a\n"
at, packed = 8, b""
while at < len(data):
    size, kind = struct.unpack(">I4s", data[at:at + 8])
    body = data[at + 8:at + 8 + size]
    assert zlib.crc32(kind + body) == struct.unpack(">I", data[at + 8 + size:at + 12 + size])[0]
    if kind == b"IHDR":
        width, height, depth, colour = struct.unpack(">IIBB", body[:10])
    packed += body if kind == b"IDAT" else b""
    at += 12 + size
assert (width, height, depth, colour) == (1920, 1200, 8, 2)  # a panel each, two dots a pixel
raw, row, seen = zlib.decompress(packed), bytes(3 * width), set()
for y in range(height):
    kind, line = raw[y * (3 * width + 1)], bytearray(raw[y * (3 * width + 1) + 1:(y + 1) * (3 * width + 1)])
    for i in range(3 * width):
        a, b, c = line[i - 3] if i > 2 else 0, row[i], row[i - 3] if i > 2 else 0
        p = a + b - c
        paeth = a if abs(p - a) <= abs(p - b) and abs(p - a) <= abs(p - c) else b if abs(p - b) <= abs(p - c) else c
        line[i] = (line[i] + (0, a, b, (a + b) // 2, paeth)[kind]) & 255
    row = bytes(line)
    seen |= {row[i:i + 3] for i in range(0, 3 * width, 3)}
assert {b"\xff\xff\xff", b"\x00\x72\xb2", b"\xd5\x5e\x00"} <= seen
P
fi
# the picture is the same where nobody reads the rows, more of them than a pipe holds
for i in 1 2 3 4 5 6 7; do cat both.txt both.txt both.txt both.txt; done >longer.txt
run 0 "$ngram" score -q --rolling 8 --step 1 --plot all.svg both.txt longer.txt longer.txt
{
    got=0
    "$ngram" score -q --rolling 8 --step 1 --plot cut.svg both.txt longer.txt longer.txt || got=$?
    echo "$got" >status
} | head -n 1 >/dev/null
equal 'status where nobody reads' "$(cat status)" 0
same cut.svg all.svg
if [ -e /dev/full ]; then
    rm cut.svg
    got=0
    "$ngram" score -q --rolling 8 --plot cut.svg both.txt >/dev/full 2>err || got=$?
    equal 'status where rows are lost' "$got" 2
    holds err 'standard output: No space'
    holds cut.svg '<polyline'
fi
run 0 "$ngram" score -q --rolling 8 --plot picture both.txt
holds picture '<svg'
for ending in jpg pdf sv; do
    run 2 "$ngram" score -q --rolling 8 --plot "p.$ending" both.txt
    holds err "a picture is .svg or .png, not .$ending"
    if [ -s out ] || [ -e "p.$ending" ]; then fail 'work for a picture that is refused'; fi
done
control=$(printf 'odd\001<&.txt')
cp both.txt "$control"
run 0 "$ngram" score -q --rolling 8 --plot p.svg "$control"
python3 -c 'import xml.dom.minidom; xml.dom.minidom.parse("p.svg")' || fail 'SVG with odd names is not sound'
# each author keeps the colour, whoever stands first in the panel; eleven are told apart
mkdir -p many
for a in a b c d e f g h i j k; do
    mkdir many/$a
    for i in 1 2 3; do echo "${a}1 ${a}2 ${a}3 ${a}4 ${a}1 ${a}3 $i" >many/$a/$i.txt; done
    for i in 1 2; do echo "${a}1 ${a}2 ${a}3 ${a}4 ${a}1 ${a}2"; done >by-$a.txt
done
run 0 "$ngram" train -q -o many.ngram many
run 0 "$ngram" score -q -m many.ngram --closed --rolling 8 --plot many.svg by-k.txt by-[a-j].txt
python3 - <<'P' || fail 'an author changes colour in the picture, or shares it'
import re
svg = open("many.svg").read()
keys = re.findall(r'stroke="(#[0-9a-f]{6})" stroke-width="4".*\n<text.*>([a-k])</text>', svg)
assert len(keys) == 11 * 8, (len(keys), svg[:2000])
assert len(set(keys)) == len({a for _, a in keys}) == len({c for c, _ in keys}) == 11, set(keys)
# drawn from the last to the first: the last of a panel is who comes out highest, at the top
assert "".join(a for _, a in keys[7::8]) == "kabcdefghij", keys
P
run 0 "$ngram" score -q --rolling 8 --step 8 both.txt
equal 'windows side by side' "$(tail -n +2 out | wc -l)" 10
run 0 "$ngram" score -q --rolling 1000 both.txt
equal 'a short text' "$(sed -n 2p out | cut -f 2-3)" "$(printf '1\t80')"
# the window's answer is that of its text
sed -n '1,2p' both.txt >first.txt
run 0 "$ngram" score -q --rolling 8 first.txt
window=$(sed -n 2p out | cut -f 6-7)
run 0 "$ngram" score -q first.txt
equal 'a window and a document' "$(sed -n 2p out | cut -f 7-8)" "$window"
run 0 "$ngram" score -q --open --format json first.txt
document=$(sed 's/.*"author"/"author"/' out)
run 0 "$ngram" score -q --open --format json --rolling 8 first.txt
equal 'the same in JSON' "$(sed 's/.*"author"/"author"/' out)" "$document"

# nothing to explain, and what cannot be
: >empty.txt
run 0 "$ngram" score -q --explain empty.txt
equal 'an empty document' "$(wc -l <out)" 1
run 0 "$ngram" score -q --rolling 5 empty.txt
equal 'windows of nothing' "$(wc -l <out)" 1
printf '\n \n' >blank.txt
run 0 "$ngram" score -q --rolling 5 empty.txt two/ann/1.txt blank.txt
equal 'documents that have windows' "$(tail -n +2 out | cut -f 1 | sort -u)" two/ann/1.txt
run 0 "$ngram" score -q --explain --format text empty.txt
holds out '^ann: there is no token to go by$'
lacks out 'strongest'
run 0 "$ngram" score -q --explain --html empty.txt
holds out 'there is no token to go by'
lacks out 'class="[pc][1-5]"'
mkdir -p twins/alfa twins/beta one/ann
cp two/ann/*.txt twins/alfa
cp two/ann/*.txt twins/beta
cp two/ann/*.txt one/ann
run 0 "$ngram" train -q -o twins.ngram twins
run 0 "$ngram" train -q -o one.ngram one
run 0 "$ngram" score -q -m twins.ngram --explain --format text --color never q.txt
holds out ': no token says much for the author or against$'
lacks out '[-+]0\.0'
run 0 "$ngram" score -q -m one.ngram --explain --format text --color never q.txt
holds out '^ann: the model knows nobody else'
lacks out '[-+]0\.'
# unknown words weigh something to each voice, which the offset takes back: that is no evidence
mkdir -p long
cp -r two/ann long/ann
mkdir long/bob
for i in 1 2 3 4 5 6; do
    echo "kappa lambda sigma omega kappa sigma $(seq -s ' ' "${i}00" "${i}20")" >long/bob/$i.txt
done
run 0 "$ngram" train -q -o long.ngram long
seq -f 'xyzzy%g' -s ' ' 40 >unknown.txt
run 0 "$ngram" score -q -m long.ngram --explain --format text --color never unknown.txt
holds out '^ann: the text as a whole says nothing for the author or against$'
lacks out '([-+]'
run 0 "$ngram" score -q -m long.ngram --explain --html unknown.txt
holds out 'ann: the text as a whole says nothing for the author or against[.]</p>'
lacks out 'class="[pc][1-5]"'
run 0 "$ngram" score -q -m long.ngram --explain unknown.txt
equal 'tokens that weigh nothing in TSV' "$(awk -F'\t' '$5 ~ /^xyzzy/ && $6 == 0' out | wc -l)" 0
# the loudest words in shades of their own, and words where there are none
run 0 "$ngram" score -q --explain --html --author ann two/ann/1.txt
holds out '^<br>against: nothing to speak of\|<br>against: nothing to speak of'
[ "$(grep -o '<br>for: .*<br>against' out | grep -o 'class="p[1-5]"' | sort -u | wc -l)" -gt 1 ] ||
    fail 'the loudest words have one shade'
echo a b c | "$ngram" train -q -o none.ngram
run 2 "$ngram" score -m none.ngram --explain q.txt
holds err 'knows no authors'
run 2 "$ngram" score -m none.ngram --rolling 5 q.txt
run 2 "$ngram" score --html q.txt
run 2 "$ngram" score --explain --rolling 5 q.txt
run 2 "$ngram" score --explain --all q.txt
run 2 "$ngram" score --plot x.svg q.txt
[ ! -e x.svg ] || fail 'a plot that nobody could draw'
run 2 "$ngram" score --rolling 5 --plot nowhere/x.svg both.txt
holds err 'nowhere/x.svg'

exit "$failed"

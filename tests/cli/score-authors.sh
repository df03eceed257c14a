#!/bin/sh
# ngram score on models that tell authors apart: columns, --author, --verify, --all, --open, --abstain.
ngram=$(realpath "${1:-build/ngram}")
tab=$(printf '\t')
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

# reviews FILE HABIT SEED LINES: lines of ten words, every fourth of them a habit
reviews() {
    awk -v h="$2" -v s="$3" -v n="$4" 'BEGIN {
        srand(s)
        for (i = 0; i < n; i++) {
            line = ""
            for (j = 0; j < 10; j++)
                line = line " " (rand() < 0.25 ? h int(rand() * 5) : "word" int(rand() * 40))
            print substr(line, 2)
        }
    }' >"$1"
}

# authors with blanks, other letters, tabs, and names that look like answers; one has no text
odd=$(printf 'tab\tname')
mkdir -p many/anna "many/Björn Åse" 'many/?' 'many/none of them' "many/$odd" many/silent
reviews many/anna/a.txt anna 1 60
reviews "many/Björn Åse/b.txt" bert 2 60
reviews 'many/?/c.txt' mark 3 60
reviews 'many/none of them/d.txt' none 4 60
reviews "many/$odd/e.txt" tabs 5 60
: >many/silent/f.txt
run 0 "$ngram" train -q -o m.ngram many
holds err 'authors without a word, who are left out: silent$'
run 0 "$ngram" info m.ngram
holds out "^model${tab}authors-left-out${tab}silent;"
export NGRAM_MODEL=m.ngram
reviews anna.txt anna 11 20
reviews bert.txt bert 12 20
reviews mark.txt mark 13 20
reviews none.txt none 14 20
reviews tabs.txt tabs 15 20

# columns, and who it is
run 0 "$ngram" score -q anna.txt bert.txt mark.txt none.txt tabs.txt
equal 'columns' "$(head -n 1 out | tr '\t' ' ')" \
    'name words oov logprob perplexity author probability llr'
equal 'authors' "$(tail -n +2 out | cut -f 6 | tr '\n' '|')" \
    'anna|Björn Åse|?|none of them|tab\tname|'
equal 'sure ones' "$(awk -F'\t' 'NR > 1 && $7 > 0.9 && $7 <= 1 && $8 > 1' out | wc -l)" 5
cp out documents.tsv
run 0 "$ngram" score -q --bits anna.txt
equal 'columns with --bits' "$(head -n 1 out | cut -f 6- | tr '\t' ' ')" \
    'bits_per_word bits_per_char author probability llr'

# one row a document whatever way it comes; a line alone says less
cat bert.txt mark.txt anna.txt bert.txt >mixed.txt
for threads in 1 2 5; do
    run 0 "$ngram" score -q --threads "$threads" anna.txt bert.txt mark.txt none.txt tabs.txt
    same out documents.tsv
    run 0 "$ngram" score -q --threads "$threads" --unit line mixed.txt
    [ "$threads" -gt 1 ] || cp out lines.tsv
    same out lines.tsv
done
run 0 "$ngram" score -q --line-buffered --unit line mixed.txt
same out lines.tsv
equal 'rows of lines' "$(wc -l <lines.tsv)" 81
right=$(awk -F'\t' 'NR > 1 { w = NR < 22 || NR > 61 ? "Björn Åse" : NR < 42 ? "?" : "anna"
    n += $6 == w } END { print n }' lines.tsv)
[ "$right" -ge 70 ] || fail "of 80 lines $right have their author"
"$ngram" score -q <anna.txt >out
equal 'answer on standard input' "$(tail -n 1 out | cut -f 2-)" \
    "$(sed -n 2p documents.tsv | cut -f 2-)"

# JSON: a name is a name, and what is no name is null
run 0 "$ngram" score -q --format json mark.txt none.txt
json out
equal 'authors in JSON' "$(grep -c '"author":"?",.*"answer":"author"}$' out) $(
    grep -c '"author":"none of them",.*"answer":"author"}$' out)" '1 1'
run 0 "$ngram" score -q --format json --abstain 1 mark.txt
holds out '"author":null,.*"answer":"unsure"}$'

# --author: that author's voice, probability and llr, whoever is the best
run 0 "$ngram" score -q --author anna anna.txt bert.txt
equal 'author named' "$(tail -n +2 out | cut -f 6 | sort -u)" anna
equal 'llr of anna' "$(cell out 1 8)" "$(cell documents.tsv 1 8)"
awk -F'\t' 'NR == 3 { exit !($7 < 0.1 && $8 < -1) }' out || fail "bert's text is anna's"
run 0 "$ngram" generate -q --author anna --scores --seed 3 -n 5
tail -n +2 out >generated
cut -f 2 generated >texts
run 0 "$ngram" score -q --unit line --author anna texts
paste generated out >/dev/null
equal 'digits of generate --scores' "$(tail -n +2 out | cut -f 4)" "$(cut -f 1 generated)"
run 0 "$ngram" score -q --author 'Björn Åse' bert.txt
run 2 "$ngram" score -q --author silent bert.txt
holds err "no author 'silent'.*tab\\\\x09name"
lacks err "$tab"

# --verify: 0 all are, 1 some is not
run 0 "$ngram" score -q --author anna --verify anna.txt
run 1 "$ngram" score -q --author anna --verify anna.txt bert.txt
equal 'rows of --verify' "$(wc -l <out)" 3
run 1 "$ngram" score -q --author anna --verify bert.txt
run 1 "$ngram" score -q --author anna --verify /dev/null
run 0 "$ngram" score -q --format json --author anna anna.txt bert.txt
equal 'answers' "$(sed 's/.*"answer":"\(.*\)"}/\1/' out | tr '\n' ' ')" 'yes no '

# --all: the authors side by side, each with its voice; probabilities fall and sum to 1
run 0 "$ngram" score -q --all anna.txt
equal 'rows of --all' "$(wc -l <out)" 6
awk -F'\t' 'NR == 2 { last = $7 } NR > 1 { if ($7 > last) exit 1; last = $7; s += $7 }
    END { exit s < 0.999999 || s > 1.000001 }' out || fail '--all does not fall or sum to 1'
equal 'the best of --all' "$(sed -n 2p out | cut -f 6-)" "$(sed -n 2p documents.tsv | cut -f 6-)"
cp out all.tsv
for author in anna 'Björn Åse' '?' "$odd"; do
    run 0 "$ngram" score -q --author "$author" anna.txt
    tail -n 1 out >row
    grep -qxF -f row all.tsv || fail "--all and --author $author differ"
done
run 0 "$ngram" score -q --all --threads 3 anna.txt
same out all.tsv
run 0 "$ngram" score -q --all --unit line anna.txt
equal 'rows of --all by line' "$(wc -l <out)" 101

# --abstain
run 0 "$ngram" score -q --abstain 0.9 --unit line mixed.txt
awk -F'\t' 'NR > 1 && ($7 < 0.9) != ($6 == "?" && $8 < 9 && $7 < 0.9) && $6 != "?" { exit 1 }' out ||
    fail 'a name below 0.9'
equal 'the rest of a row' "$(cut -f 7,8 out)" "$(cut -f 7,8 lines.tsv)"
run 0 "$ngram" score -q --abstain 0 --unit line mixed.txt
same out lines.tsv

# texts that say nothing: the shares in training, an llr of 0 or near it
reviews many.txt word 30 1
: >empty.txt
run 0 "$ngram" score -q empty.txt
equal 'an empty document' "$(sed -n 2p out)" \
    "empty.txt${tab}0${tab}0${tab}0${tab}nan${tab}?${tab}0.2${tab}0"
printf 'word1\n' >word.txt
printf 'xyzzy plugh frobozz\n' >unknown.txt
printf 'это не он да нет и всё\\n' >russian.txt
run 0 "$ngram" score -q word.txt unknown.txt russian.txt
awk -F'\t' 'NR > 1 && ($8 > 1 || $8 < -1) { exit 1 }' out || fail 'a text that says nothing is sure'

printf 'le film est une merveille de la nature word1 et de son temps il faut le voir\n' >french.txt
run 0 "$ngram" score -q --closed french.txt
run 1 "$ngram" score -q --author "$(printf '%b' "$(cell out 1 6)")" --verify french.txt

# --open: nobody is an answer
reviews stranger.txt else 21 20
run 0 "$ngram" score -q --open stranger.txt unknown.txt anna.txt
equal 'a stranger' "$(cell out 1 6)" 'none of them'
equal 'unknown words' "$(cell out 2 6)" 'none of them'
equal 'anna' "$(cell out 3 6)" anna
near 'likelihood ratio of nobody' "$(cell out 1 8)" \
    "$(awk -F'\t' 'NR == 2 { printf "%.12g", log(5 * $7 / (1 - $7)) / log(10) }' out)" 1e-9
run 0 "$ngram" score -q --open --format json stranger.txt
holds out '"author":null,.*"answer":"none"}$'
run 0 "$ngram" score -q --open --all anna.txt
equal 'rows with nobody' "$(wc -l <out)" 7
near 'sum' "$(awk -F'\t' 'NR > 1 { s += $7 } END { printf "%.12g", s }' out)" 1 1e-9
run 1 "$ngram" score -q --open --author anna --verify stranger.txt
# the answer is the first row of --all, also where nothing is likelier than one half
printf 'word1 mark1\n' >little.txt
for text in empty.txt little.txt word.txt unknown.txt anna.txt stranger.txt; do
    run 0 "$ngram" score -q --open --all "$text"
    sed -n 2p out | cut -f 6- >first
    run 0 "$ngram" score -q --open "$text"
    equal "the first of all for $text" "$(sed -n 2p out | cut -f 6-)" "$(cat first)"
done
run 0 "$ngram" score -q --open empty.txt
equal 'an empty document by anybody' "$(sed -n 2p out | cut -f 6-)" "?${tab}0.16666666666666669${tab}0"

# train --open says so for good; --closed says otherwise
run 0 "$ngram" train -q --open -o open.ngram many
run 0 "$ngram" score -q -m open.ngram stranger.txt
equal 'a stranger, unasked' "$(cell out 1 6)" 'none of them'
run 0 "$ngram" score -q -m open.ngram --closed anna.txt
equal 'closed' "$(sed -n 2p out)" "$(sed -n 2p documents.tsv)"
run 0 "$ngram" info open.ngram
holds out "^attribution${tab}open${tab}true"
holds out "^attribution${tab}members${tab}words;masks;voices;styles;"
run 0 "$ngram" convert --compact open.ngram packed.ngram
run 0 "$ngram" score -q -m packed.ngram anna.txt stranger.txt
cp out packed.tsv
run 0 "$ngram" score -q -m open.ngram anna.txt stranger.txt
same out packed.tsv

# labels without meaning: chance, and odds near even
mkdir -p coin/heads coin/tails
reviews coin/heads/a.txt same 41 100
reviews coin/tails/b.txt same 42 100
run 0 "$ngram" train -q -o coin.ngram coin
reviews toss.txt same 43 60
run 0 "$ngram" score -q -m coin.ngram --unit line toss.txt
awk -F'\t' 'NR > 1 { if ($8 > 0.7) exit 1; s += $8 } END { exit s / (NR - 1) > 0.35 }' out ||
    fail 'labels without meaning are believed'

# identical authors: near even odds, and the first by name where they are even
mkdir -p twins/beta twins/alfa
reviews twins/alfa/a.txt same 51 50
cp twins/alfa/a.txt twins/beta/a.txt
run 0 "$ngram" train -q -o twins.ngram twins
run 0 "$ngram" score -q -m twins.ngram --unit line toss.txt
awk -F'\t' 'NR > 1 && $8 > 0.5 { exit 1 }' out || fail 'twins are told apart'
run 0 "$ngram" score -q -m twins.ngram empty.txt
equal 'the first of twins' "$(sed -n 2p out | cut -f 6-)" "alfa${tab}0.5${tab}0"

# an author with a tenth of the others' text is not starved
mkdir -p unequal/much unequal/more unequal/tiny
reviews unequal/much/a.txt much 61 200
reviews unequal/more/a.txt more 62 200
reviews unequal/tiny/a.txt tiny 63 20
run 0 "$ngram" train -q -o unequal.ngram unequal
reviews tiny.txt tiny 64 40
run 0 "$ngram" score -q -m unequal.ngram --unit line tiny.txt
right=$(awk -F'\t' '$6 == "tiny"' out | wc -l)
[ "$right" -ge 30 ] || fail "tiny is found in $right of 40 lines"

# too little text: said at once, and no answer is sure
mkdir -p few/x few/y
echo 'the movie was good and fine' >few/x/a.txt
echo 'a waste of time' >few/y/a.txt
run 0 "$ngram" train -q -o few.ngram few
holds err 'attribution: combination: not fitted'
run 0 "$ngram" score -q -m few.ngram few/x/a.txt
equal 'nothing was held out' "$(sed -n 2p out | cut -f 6-)" "x${tab}0.5${tab}0"
run 0 "$ngram" score -q -m few.ngram --open few/x/a.txt
equal 'nobody was held out' "$(sed -n 2p out | cut -f 6-)" "x${tab}0.33333333333333337${tab}0"
run 0 "$ngram" info few.ngram
holds out "^attribution-fallback${tab}combination${tab}"
echo 'a waste of money' >few/y/b.txt
echo 'a waste of words' >few/y/c.txt
run 0 "$ngram" train -o few.ngram few
holds err 'attribution: authors: 1 of 2 with a single document'
holds err 'attribution: documents: sequences for files'
mkdir -p single/anna single/bert single/carl
reviews single/anna/a.txt anna 81 50
reviews single/bert/b.txt bert 82 50
reviews single/carl/c.txt carl 83 1
run 0 "$ngram" train -q -o single.ngram single
reviews carl.txt carl 84 20
run 0 "$ngram" score -q -m single.ngram --author carl --unit line carl.txt anna.txt
equal 'llr of an author with one text' "$(awk -F'\t' 'NR > 1 && $8 < 1e-9 && $8 > -1e-9' out | wc -l)" 40
run 0 "$ngram" score -q -m single.ngram anna.txt
equal 'the others beside' "$(cell out 1 6)" anna
run 0 "$ngram" score -q -m few.ngram few/x/a.txt few/y/a.txt
awk -F'\t' 'NR > 1 && ($8 > 1.5 || $8 < -1.5) { exit 1 }' out || fail 'four texts make it sure'

# many authors: no voices, and train says so
for i in 1 2 3 4 5 6 7 8 9; do
    mkdir -p "nine/a$i"
    reviews "nine/a$i/t.txt" "habit$i" "7$i" 10
done
run 0 "$ngram" train -o nine.ngram nine
holds err 'attribution: voices: left out'
run 0 "$ngram" score -q -m nine.ngram nine/a4/t.txt
equal 'one of nine' "$(cell out 1 6)" a4

# one author: certain, and nothing said by it
mkdir -p one/ann
cp anna.txt one/ann
run 0 "$ngram" train -q -o one.ngram one
run 0 "$ngram" score -q -m one.ngram anna.txt
equal 'one author' "$(sed -n 2p out | cut -f 6-)" "ann${tab}1${tab}0"
run 2 "$ngram" score -q -m one.ngram --author ann --verify anna.txt

# no authors, or no attribution: rows as ever, and nothing to ask for
run 0 "$ngram" train -q --no-attribution -o plain.ngram many
run 0 "$ngram" train -q -o whole.ngram anna.txt
for model in plain.ngram whole.ngram; do
    run 0 "$ngram" score -q -m "$model" anna.txt
    equal "columns of $model" "$(head -n 1 out | wc -w)" 5
    for option in --all --open '--abstain 0.5'; do
        # shellcheck disable=SC2086
        run 2 "$ngram" score -q -m "$model" $option anna.txt
    done
done
run 0 "$ngram" score -q --no-attribution anna.txt
equal 'columns with --no-attribution' "$(head -n 1 out | wc -w)" 5
run 0 "$ngram" score -q -m m.ngram=0.5 -m whole.ngram=0.5 anna.txt
equal 'columns of a mixture' "$(head -n 1 out | wc -w)" 5
run 2 "$ngram" score -q --all -m m.ngram=0.5 -m whole.ngram=0.5 anna.txt
run 0 "$ngram" score -q --words anna.txt
run 0 "$ngram" score -q --summary anna.txt

# what does not go together
run 2 "$ngram" score --verify anna.txt
run 2 "$ngram" score --all --author anna anna.txt
run 2 "$ngram" score --all --words anna.txt
run 2 "$ngram" score --author anna --verify --summary anna.txt
run 2 "$ngram" score --open --closed anna.txt
run 2 "$ngram" score --abstain 1.5 anna.txt
run 2 "$ngram" score --abstain often anna.txt
run 2 "$ngram" score --abstain 0.5 --all anna.txt
run 2 "$ngram" score --all --no-attribution anna.txt
for option in --all --open --closed '--abstain=0.5' '--author=anna --verify'; do
    for other in --words --summary --no-attribution; do
        # shellcheck disable=SC2086
        run 2 "$ngram" score $other $option anna.txt
        holds err "--[a-z]* \\(does not go with\\|goes with rows of documents, not with\\) --"
    done
done
for option in --words --bits --no-eos --summary --all --no-attribution; do
    run 2 "$ngram" score --explain $option anna.txt
    holds err "$option does not go with --explain"
    run 2 "$ngram" score --rolling 5 $option anna.txt
    holds err "$option does not go with --rolling"
done
run 2 "$ngram" score --explain --author anna --verify anna.txt
holds err 'verify does not go with --explain'
run 2 "$ngram" score --rolling 5 --author anna anna.txt
holds err 'author does not go with --rolling'
run 2 "$ngram" score --rolling 5 --abstain 0.5 anna.txt
holds err 'abstain does not go with --rolling'
run 2 "$ngram" score --rolling 5 --explain anna.txt
holds err 'rolling does not go with --explain'
run 2 "$ngram" score --abstain 0.5 --author anna anna.txt
holds err 'abstain does not go with --author'
run 2 "$ngram" train -q --open --no-attribution -o x.ngram many
run 2 "$ngram" train -q --open --authors none -o x.ngram many

# documents that go over many batches are one all the same
awk '{ for (i = 0; i < 2500; i++) print }' anna.txt >long.txt
cat anna.txt bert.txt >two.txt
run 0 "$ngram" score -q --threads 2 bert.txt long.txt two.txt
equal 'a long document among short ones' "$(cut -f 6 out | sed -n '2p;3p' | tr '\n' ' ')" \
    'Björn Åse anna '
tail -n 1 out >last
run 0 "$ngram" score -q two.txt
tail -n 1 out >alone
same last alone
tr '\n' ' ' <long.txt >line.txt
run 0 "$ngram" score -q line.txt
equal 'a line of many megabytes' "$(cell out 1 6)" anna

# an author of a single document keeps the share: llr 0, not what rounding leaves of it
for authors in 3 4 5 6; do
    for a in $(seq "$authors"); do
        mkdir -p "single$authors/$a"
        for i in $(seq $((a == 1 ? 1 : a + 1))); do
            echo "w$a v$a u$a w$a common $i" >"single$authors/$a/$i.txt"
        done
    done
    run 0 "$ngram" train -q -o single.ngram "single$authors"
    run 0 "$ngram" score -q -m single.ngram --all --closed "single$authors"
    equal "llr of one of $authors authors, with a single document" \
        "$(awk -F'\t' '$6 == "1" { print $8 }' out | sort -u)" 0
done

finish

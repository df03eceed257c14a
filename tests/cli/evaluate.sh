#!/bin/sh
# ngram evaluate: figures that can be worked out again from its own tables.
ngram=$(realpath "${1:-build/ngram}")
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

# three authors of twelve reviews; a third of their words are their own
mkdir texts strange
awk 'BEGIN {
    srand(5)
    split("anna bert carl", name, " ")
    for (a = 1; a <= 3; a++) for (i = 0; i < 24; i++) {
        line = ""
        for (w = 0; w < 30; w++)
            line = line (rand() < 0.12 ? "habit" name[a] : "word" sprintf("%c", 97 + int(rand() * 26))) " "
        print line >("texts/" name[a] ".txt")
    }
    for (i = 0; i < 6; i++) print "nothing of this was ever said" >"strange/dora.txt"
}'
printf '%s\n' 'habitanna worda wordb habitanna wordc' >strange/anna.txt

run 0 "$ngram" evaluate --authors file --seed 1 texts
holds err '^ngram evaluate: 72 documents (sequences), 3 labels$'
equal header "$(head -n 1 out)" "$(printf 'metric\tvalue\tlow\thigh')"
cp out metrics
value() { awk -F'\t' -v m="$1" '$1 == m { print $2 }' metrics; }
equal documents "$(value documents)" 72
equal folds "$(value folds)" 5
for m in accuracy wilson macro_accuracy macro_f1 log_loss brier calibration_error auc eer cllr \
    cllr_min c_at_1 f05u f1 pan_brier pan_overall; do
    awk -F'\t' -v m="$m" '$1 == m && $2 >= $3 && $2 <= $4 { found = 1 }
        END { exit !found }' metrics || fail "$m is not between its bounds: $(grep "^$m" metrics)"
done

# one seed, the same bytes for any number of threads
run 0 "$ngram" evaluate --authors file --seed 1 --threads 1 texts
same out metrics
run 0 "$ngram" evaluate --authors file --seed 1 --threads 3 texts
same out metrics

# what --predictions says makes the figures
run 0 "$ngram" evaluate -q --authors file --seed 1 --predictions texts
lacks err .
cp out predictions
equal columns "$(head -n 1 out | tr '\t' ' ')" \
    'name label author probability llr none label_probability label_llr stranger fold words'
near accuracy "$(awk -F'\t' 'NR > 1 { n++; r += $2 == $3 } END { printf "%.12f", r / n }' out)" \
    "$(value accuracy)" 1e-9
near 'log loss' "$(awk -F'\t' 'NR > 1 { n++; s -= log($7) } END { printf "%.12f", s / n }' out)" \
    "$(value log_loss)" 1e-9
equal 'folds of predictions' "$(tail -n +2 out | cut -f 10 | sort -u | tr '\n' ' ')" '1 2 3 4 5 '
equal 'a fold has its share of each label' \
    "$(awk -F'\t' 'NR > 1 { n[$2 " " $10]++ } END { for (k in n) print n[k] }' out | sort -u | tr '\n' ' ')" \
    '4 5 '
equal 'names' "$(cell out 2 1)" texts/anna.txt:2

run 0 "$ngram" evaluate -q --authors file --seed 1 --trials texts
near Cllr "$(awk -F'\t' 'NR > 1 {
    if ($4) { s += log(1 + 10 ^ -$6) / log(2); ns++ } else { d += log(1 + 10 ^ $6) / log(2); nd++ }
    } END { printf "%.12f", (s / ns + d / nd) / 2 }' out)" "$(value cllr)" 1e-9
near AUC "$(tail -n +2 out | awk -F'\t' '{ x[NR] = $6; y[NR] = $4 } END {
    for (i = 1; i <= NR; i++) for (j = 1; j <= NR; j++) if (y[i] && !y[j]) {
        n++; a += x[i] > x[j] ? 1 : x[i] == x[j] ? 0.5 : 0 }
    printf "%.12f", a / n }')" "$(value auc)" 1e-9

run 0 "$ngram" evaluate -q --authors file --seed 1 --confusion texts
equal 'confusion columns' "$(head -n 1 out | tr '\t' ' ')" 'true predicted count'
equal 'confusion sums' "$(awk -F'\t' 'NR > 1 { n += $3 } END { print n }' out)" 72
run 0 "$ngram" evaluate -q --authors file --seed 1 --calibration texts
equal 'ten bins' "$(tail -n +2 out | wc -l)" 10
near 'calibration error' "$(awk -F'\t' 'NR > 1 && $3 > 0 { d = $4 - $5; s += $3 * (d < 0 ? -d : d); n += $3 }
    END { printf "%.12f", s / n }' out)" "$(value calibration_error)" 1e-9

# formats
for table in --resamples=10 --confusion --calibration --predictions --trials; do
    run 0 "$ngram" evaluate -q --authors file --seed 1 --format json "$table" texts
    json out
    run 0 "$ngram" evaluate -q --authors file --seed 1 --format text "$table" texts
done
run 0 "$ngram" evaluate -q --authors file --seed 1 --format text --resamples 0 texts
holds out '^accuracy  *[01]\.[0-9]* *$'
holds out '^true . predicted  anna  bert  carl$'

# a model of its own
run 0 "$ngram" train -q -o texts.ngram --authors file texts
run 0 "$ngram" evaluate -m texts.ngram --authors file --seed 1 strange
holds err 'labels unknown to the model: dora: 6 documents are passed over'
cp out metrics
equal 'documents of a model' "$(value documents)" 1
equal 'labels of a model' "$(value labels)" 3
lacks metrics '^folds'
run 0 "$ngram" evaluate -m texts.ngram --authors file --seed 1 --open strange
holds err '6 documents are tested as strangers'
holds out '^none_auc'
equal strangers "$(awk '$1 == "strangers" { print $2 }' out)" 6
run 0 "$ngram" evaluate -q -m texts.ngram --authors file --seed 1 --open --predictions strange
equal 'strangers come last' "$(cut -f 2,9 out | tail -n 1 | tr '\t' ' ')" 'dora 1'
equal 'their label has no probability' "$(cell out 7 7)" ''
run 0 "$ngram" evaluate -q -m texts.ngram --authors file --open --confusion strange
equal 'strangers in the table of confusion' \
    "$(awk -F'\t' '$1 == "none of them" { n += $3 } END { print n }' out)" 6
equal 'all in the table of confusion' "$(awk -F'\t' 'NR > 1 { n += $3 } END { print n }' out)" 7
run 0 "$ngram" evaluate -q -m texts.ngram --authors file --open --confusion --format json strange
holds out '^{"true":null,"predicted"'
run 0 "$ngram" evaluate -q -m texts.ngram --authors file --open --confusion --format text strange
equal 'a column for nobody' "$(head -n 1 out | grep -c 'none of them$')" 1
equal 'a row for each label and nobody' "$(wc -l <out)" 5
mkdir tabs
odd=$(printf 'bert\tb')
cp texts/anna.txt tabs
cp texts/bert.txt "tabs/$odd.txt"
run 0 "$ngram" evaluate -q --authors file --seed 1 --folds 2 --confusion --format text tabs
holds out 'bert\\x09b'
lacks out "$(printf '\t')"
run 0 "$ngram" evaluate -q --authors file --seed 1 --open --folds 3 --resamples 50 texts
holds out '^open_accuracy'

# folders, and the first characters
mkdir -p folders
for a in anna bert carl; do
    mkdir folders/$a
    split -l 3 texts/$a.txt folders/$a/
done
: >folders/anna/empty
echo 'who are they?' >folders/README
run 0 "$ngram" evaluate --seed 1 --first 50 --predictions folders
holds err '24 documents (files), 3 labels'
holds err 'files without a word, which are passed over: 1'
holds err "files beside the labels' folders, which are passed over: 1"
awk -F'\t' 'NR > 1 && $11 > 10 { exit 1 }' out || fail 'more than 10 words in 50 characters'
run 0 "$ngram" evaluate --seed 1 --unit line folders
holds err '72 documents (sequences), 3 labels'

# refusals
run 2 "$ngram" evaluate --authors file --folds 25 texts
holds err 'no label has more than 24 (fewer --folds)'
run 2 "$ngram" evaluate texts
holds err 'texts: no labels'
run 2 "$ngram" evaluate --authors file texts/anna.txt
holds err 'one label alone (anna); two are wanted'
run 2 "$ngram" evaluate --authors file --confusion --trials texts
holds err '--confusion and --trials are two tables'
run 2 "$ngram" evaluate --authors file -m texts.ngram --order 2 texts
holds err '--order is for cross-validation'
run 2 "$ngram" evaluate --authors file -m texts.ngram strange/dora.txt
holds err 'the model knows none of the labels (dora)'
run 2 "$ngram" evaluate --authors file --folds 1 texts
run 2 "$ngram" evaluate --authors file nowhere
run 0 "$ngram" train -q -o plain.ngram texts/anna.txt
run 2 "$ngram" evaluate -m plain.ngram --authors file texts
holds err 'knows no authors'
finish

#!/bin/sh
# ngram score --method lambdag: one author's texts against others'.
ngram=$(realpath "${1:-build/ngram}")
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

mkdir -p known others/a others/b others/c plain
for i in 1 2 3 4; do
    echo "The sea was calm, and we rowed on. We rowed $i miles, and the sea was calm!" >known/$i.txt
    echo "Stocks fell; bonds rose. Nobody sold $i bonds; stocks fell again." >others/a/$i.txt
    echo "She cooks rice with beans? She cooks $i beans with rice." >others/b/$i.txt
    echo "He who laughs last, laughs $i times: he laughs best." >others/c/$i.txt
done
cp others/a/1.txt plain/x.txt
echo 'The sea was calm, and we rowed home.' >hers.txt
echo 'Bonds fell; nobody sold stocks again.' >his.txt

run 0 "$ngram" score --method lambdag --known known --reference others hers.txt his.txt
cp out named.tsv
equal 'header' "$(head -n 1 out)" "$(printf 'name\twords\tlambda\tllr\tprobability\tsupport')"
equal 'words' "$(cell out 1 2)" 10
equal 'signs' "$(awk -F'\t' 'NR > 1 { print ($4 > 0) }' out | tr '\n' ' ')" '1 0 '
near 'probability' "$(cell out 1 5)" \
    "$(awk -F'\t' 'NR == 2 { printf "%.12g", 1 / (1 + 10 ^ -$4) }' out)" 1e-9
holds out 'support for the same author'
lacks err 'not calibrated'
for threads in 1 3; do
    run 0 "$ngram" score --method lambdag --threads $threads --known known --reference others \
        hers.txt his.txt
    same out named.tsv
done

# yes and no
run 0 "$ngram" score -q --method lambdag --known known --reference others --verify hers.txt
run 1 "$ngram" score -q --method lambdag --known known --reference others --verify his.txt
: >empty.txt
run 1 "$ngram" score -q --method lambdag --known known --reference others --verify empty.txt
equal 'nothing says nothing' "$(cell out 1 4) $(cell out 1 5)" '0 0.5'

# nobody is named: the scale is not fitted, and that is told
run 0 "$ngram" score --method lambdag --known known --reference plain hers.txt
holds err 'not calibrated'
holds out 'not calibrated$'
holds err 'fewer sentences'

# a row a line; one known text is enough; JSON
cat hers.txt his.txt >both.txt
run 0 "$ngram" score -q --method lambdag --known known/1.txt --reference others --unit line both.txt
equal 'names of lines' "$(tail -n +2 out | cut -f 1 | tr '\n' ' ')" 'both.txt:1 both.txt:2 '
run 0 "$ngram" score -q --method lambdag --known known --reference others --format json hers.txt
json out

# what does not go
run 2 "$ngram" score --method lambdag --known known hers.txt
holds err 'reference'
run 2 "$ngram" score --method lambdag --reference others hers.txt
run 2 "$ngram" score --known known hers.txt
run 2 "$ngram" score --method lambdag -m x.ngram --known known --reference others hers.txt
holds err 'not a model'
run 2 "$ngram" score --method lambdag --all --known known --reference others hers.txt
run 2 "$ngram" score --method lambdag --known nowhere --reference others hers.txt
holds err 'nowhere'
run 2 "$ngram" score --method lambdag --known known --reference empty.txt hers.txt

# evaluated: three authors with words of their own are told apart
run 0 "$ngram" evaluate -q --method lambdag --folds 2 --seed 1 --resamples 100 others
equal 'AUC' "$(awk -F'\t' '$1 == "auc" { print ($2 > 0.9) }' out)" 1
run 2 "$ngram" evaluate --method lambdag --open others
rm -r others/c
run 2 "$ngram" evaluate --method lambdag --folds 2 others
holds err 'three authors'

exit "$failed"

#!/bin/sh
# ngram rbm train: what it writes, the same bytes for any number of threads and after a kill, what is
# refused.
ngram=$(realpath "${1:-build/ngram}")
tab=$(printf '\t')
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"

# bars and stripes of 3 x 3, each of the 16 ten times
awk 'BEGIN {
    for (n = 0; n < 10; n++) for (t = 0; t < 2; t++) for (p = 0; p < 8; p++) {
        line = ""
        for (i = 0; i < 9; i++) {
            bit = t ? i % 3 : int(i / 3)
            line = line (i ? "," : "") int(p / 2 ^ bit) % 2
        }
        print line
    }
}' >rows.csv
head -n 16 rows.csv >one.csv
train() { run 0 "$ngram" rbm train --seed 5 --hidden 9 --batch 16 --rate 0.1 "$@"; }

train --epochs 500 -q -o a.rbm rows.csv
equal 'nothing but the machine' "$(cat out err)" ''
train --epochs 500 -q --threads 1 -o b.rbm rows.csv
same a.rbm b.rbm
run 0 "$ngram" rbm score -m a.rbm --summary one.csv
awk -F'\t' 'NR == 2 { exit !($3 > -3.3) }' out || fail 'the machine learned less than it can'
run 0 "$ngram" rbm info a.rbm
holds out "training${tab}method${tab}pcd"
holds out "training${tab}seed${tab}5"
holds out "training${tab}products${tab}"
holds out "training${tab}rate${tab}0.1\$" # not 0.10000000000000001

# persistent chains are averaged where nobody says how, other methods are not
holds out "training${tab}average${tab}10\$"
for how in '--average 0' '--method cd' '--method exact' '--method pt'; do
    # shellcheck disable=SC2086
    train --epochs 2 -q $how -o c.rbm rows.csv
    run 0 "$ngram" rbm info c.rbm
    holds out "training${tab}average${tab}0\$"
done
train --epochs 2 -q --method cd --average 3 -o c.rbm rows.csv
run 0 "$ngram" rbm info c.rbm
holds out "training${tab}average${tab}3\$"

# the table of epochs
train --epochs 4 --every 2 --valid one.csv --table --method exact -o c.rbm rows.csv
equal 'columns' "$(head -n 1 out | cut -f 1-3)" "epoch${tab}k${tab}rate"
equal 'rows' "$(wc -l <out)" 5
equal 'no likelihood in epoch 1' "$(cell out 1 8)" nan
near 'log Z is exact' "$(cell out 2 9)" "$(cell out 2 8)" 1e-9
holds err 'epoch 4: .*free energy gap.*log-likelihood'
cp out table
run 0 "$ngram" rbm score -m c.rbm --summary one.csv
near 'the last row is the machine that was written' "$(cell table 4 8)" "$(cell out 1 3)" 1e-3
train --epochs 2 --table --format json -o c.rbm rows.csv
json out

# a checkpoint goes on to the same bytes
train --epochs 40 -q --schedule inverse -o whole.rbm rows.csv
train --epochs 15 -q --schedule inverse --checkpoint run.rbm -o half.rbm rows.csv
run 0 "$ngram" rbm train --hidden 9 --batch 16 --rate 0.1 --epochs 40 --schedule inverse \
    --checkpoint run.rbm --resume -o rest.rbm rows.csv
holds err 'goes on after epoch 15'
run 0 "$ngram" rbm score -m whole.rbm one.csv
cp out wanted
run 0 "$ngram" rbm score -m rest.rbm one.csv
same out wanted
run 2 "$ngram" rbm train --hidden 9 --batch 16 --rate 0.2 --epochs 40 --schedule inverse \
    --checkpoint run.rbm --resume rows.csv
holds err 'another training: it has rate=0.1, here is rate=0.2$'
run 2 "$ngram" rbm train --hidden 9 --checkpoint a.rbm --resume rows.csv
holds err 'no checkpoint'

# killed while it writes one checkpoint after another: the file is whole, and what comes after it is
# what a run without a break would have made
for method in pcd 'pt --rungs 4'; do
    # shellcheck disable=SC2086
    "$ngram" rbm train -q --seed 5 --hidden 9 --batch 16 --rate 0.1 --epochs 100000 --method $method \
        --schedule inverse --checkpoint killed.rbm -o never.rbm rows.csv &
    pid=$!
    tries=0
    while [ ! -f killed.rbm ] && [ $tries -lt 300 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    sleep 0.3
    kill -9 $pid
    wait $pid 2>/dev/null
    run 0 "$ngram" rbm info killed.rbm
    # shellcheck disable=SC2086
    run 0 "$ngram" rbm train --hidden 9 --batch 16 --rate 0.1 --epochs 1 --method $method \
        --schedule inverse --checkpoint killed.rbm --resume -o never.rbm rows.csv
    holds err 'goes on after epoch [0-9]'
    epochs=$(sed -n 's/.*goes on after epoch \([0-9]*\).*/\1/p' err)
    for run in "--checkpoint killed.rbm --resume -o broken.rbm" "--seed 5 -o unbroken.rbm"; do
        # shellcheck disable=SC2086
        run 0 "$ngram" rbm train -q --hidden 9 --batch 16 --rate 0.1 --epochs $((epochs + 3)) \
            --method $method --schedule inverse $run rows.csv
    done
    same broken.rbm unbroken.rbm
    rm killed.rbm
done

# labels: the majority of the first line of pixels
awk -F, '{ print ($1 + $2 + $3 > 1) ? 1 : 0 }' rows.csv >labels.txt
train --labels labels.txt --discriminative 1 --epochs 500 -q -o labelled.rbm rows.csv
run 0 "$ngram" rbm score -m labelled.rbm --labels labels.txt rows.csv
holds err '160 of 160 labels are right'

# rates where none is given, by what is learned
for rates in '0 0.05' '0.1 0.5' '1 5' '1 0.2 --rate 0.2' '1 0.001 --visible gaussian'; do
    # shellcheck disable=SC2086 # words on purpose
    set -- $rates
    x=$1 rate=$2
    shift 2
    run 0 "$ngram" rbm train --seed 5 --hidden 4 --epochs 1 --labels labels.txt --discriminative "$x" \
        -q -o labelled.rbm "$@" rows.csv
    run 0 "$ngram" rbm info labelled.rbm
    holds out "training${tab}rate${tab}$rate\$"
done
run 0 "$ngram" rbm train --seed 5 --hidden 9 --epochs 20 --labels labels.txt --discriminative 1 -q \
    -o labelled.rbm rows.csv
run 0 "$ngram" rbm score -m labelled.rbm --labels labels.txt rows.csv
holds err '160 of 160 labels are right'

# real numbers, and a rate that is too high for them
awk 'BEGIN { for (i = 0; i < 50; i++) print i % 7 - 3 "," i % 5 "," (i % 7) * 2 }' >real.csv
train --visible gaussian --epochs 5 -q -o real.rbm real.csv
run 0 "$ngram" rbm train --visible gaussian --rate 100 --hidden 4 --epochs 30 --seed 1 --batch 5 \
    -q -o real.rbm real.csv
holds err 'half the rate'

# a curve
if "$ngram" rbm train --seed 1 --hidden 4 --epochs 3 -q -o c.rbm --plot curve.png rows.csv 2>err; then
    equal 'a PNG' "$(head -c 4 curve.png | tail -c 3)" PNG
fi

# refused
run 2 "$ngram" rbm train --hidden 0 rows.csv
holds err 'hidden'
printf '0,1\n0,nan\n' >nan.csv
run 2 "$ngram" rbm train --visible gaussian nan.csv
holds err 'nan.csv'
printf '0,2\n' >two.csv
run 2 "$ngram" rbm train two.csv
run 2 "$ngram" rbm train /dev/null
run 2 "$ngram" rbm train --resume rows.csv
holds err 'checkpoint'
run 2 "$ngram" rbm train --rate -1 rows.csv
run 2 "$ngram" rbm train --momentum 1 rows.csv
run 2 "$ngram" rbm train --discriminative 0.5 rows.csv
holds err 'labels'
awk 'BEGIN { for (i = 0; i < 30; i++) printf "%s%d", i ? "," : "", i % 2; print "" }' >wide.csv
run 2 "$ngram" rbm train --method exact --hidden 30 wide.csv
holds err 'at most 20 units'
# what cannot be written is said before the work, not after it: an epoch would have been told
for where in '-o missing/folder/a.rbm' '--plot missing/folder/a.png' '--plot a.pdf' '--checkpoint .'; do
    # shellcheck disable=SC2086
    run 2 "$ngram" rbm train --seed 1 --epochs 1 $where rows.csv
    grep -q 'epoch 1' err && fail "$where: trained before it was refused"
done
[ -e a.pdf ] && fail 'a picture of no kind'

# validation rows of another size
run 2 "$ngram" rbm train --seed 1 --epochs 1 --valid wide.csv rows.csv
holds err 'wide.csv: rows of 30 values do not fit a machine of 9 visible units'
run 2 "$ngram" rbm train --seed 1 --epochs 1 --labels labels.txt --valid wide.csv rows.csv
cut -d, -f 1-2 one.csv >narrow.csv
run 2 "$ngram" rbm train --seed 1 --epochs 1 --valid narrow.csv rows.csv
run 0 "$ngram" rbm train --seed 1 --epochs 1 --labels labels.txt --valid one.csv -q -o c.rbm rows.csv

# options that would do nothing
for options in '--method cd --chains 5' '--rungs 3' '--half 3' '--checkpoint-every 3' \
    '--grey --threshold 0.5' '--grey --binarise stochastic' '--method exact --steps 3' \
    '--method exact --chains 3' '--method exact --k-every 3' '--text --labels labels.txt' \
    '--text --visible gaussian' '--text --threshold 0.5' '--text --grey' '--text --chains 3'; do
    # shellcheck disable=SC2086
    run 2 "$ngram" rbm train --seed 1 --epochs 1 $options rows.csv
    holds err 'goe*s* .*with'
done
run 2 "$ngram" rbm train --weight-sd nan rows.csv
run 2 "$ngram" rbm train --weight-sd 1e300 rows.csv
holds err 'weight-sd'

# the first texts alone: their words, and as many rows
printf '%s\n' 'one two two' 'two three' '' 'four five' >texts.txt
run 0 "$ngram" rbm train --text --stop 0 --min-documents 1 --limit 2 --seed 1 --hidden 2 --epochs 1 \
    -o texts.rbm texts.txt
holds err '2 texts, 5 words of the vocabulary'
run 0 "$ngram" rbm info texts.rbm
holds out "training${tab}rows${tab}2"
holds out "machine${tab}visible${tab}3"
run 0 "$ngram" rbm encode -m texts.rbm texts.txt
equal 'all texts are read later' "$(wc -l <out)" 3
finish

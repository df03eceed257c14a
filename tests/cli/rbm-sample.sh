#!/bin/sh
# ngram rbm sample: the law of the machine, seeds, threads, what is held.
ngram=$(realpath "${1:-build/ngram}")
home=$(realpath "$(dirname "$0")/../..")
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"
"$ngram" rbm tables "$home/docs/lecture.potentials" --to l.rbm >out || fail 'no machine'

run 0 "$ngram" rbm sample -m l.rbm -n 20000 --chains 20000 --burn-in 50 --seed 1
equal 'rows' "$(wc -l <out)" 20000
# P(v = 0,0,1) by the tables; a standard error of 20,000 draws is .0018
p=$("$ngram" rbm tables "$home/docs/lecture.potentials" --v 0,0,1 | awk '$1 == "P(V)" { print $2 }')
near 'P(v)' "$(grep -c '^0,0,1$' out | awk '{ print $1 / 20000 }')" "$p" 0.009
cp out one
run 0 "$ngram" rbm sample -m l.rbm -n 20000 --chains 20000 --burn-in 50 --seed 1 --threads 3
same out one
run 0 "$ngram" rbm sample -m l.rbm -n 200 --chains 20 --seed 2
cp out two
run 0 "$ngram" rbm sample -m l.rbm -n 200 --chains 20 --seed 3
cmp -s out two && fail 'another seed draws the same'

# P(v | h) of the lecture's tables
run 0 "$ngram" rbm sample -m l.rbm --hidden 11 --mean
near 'P(v3 = 1 | h)' "$(cut -d , -f 3 out)" \
    "$("$ngram" rbm tables "$home/docs/lecture.potentials" --h 11 |
        awk '$1 == "P(v3=1|H)" { print $2 }')" 1e-6
printf '1,?,0\n' >held
run 0 "$ngram" rbm sample -m l.rbm -n 50 --clamp held --seed 1
lacks out '^0\|1$'
printf '1,1,1\n' >start
run 0 "$ngram" rbm sample -m l.rbm -n 2 --from start --burn-in 0 --seed 1
equal 'where it begins' "$(sort -u out)" '1,1,1'
run 0 "$ngram" rbm sample -m l.rbm -n 50 --diagnose --seed 1
holds err 'chains have mixed'
holds err 'free energy of these chains, .*: they have mixed'
run 0 "$ngram" rbm sample -m l.rbm -n 3 -o rows.npy --seed 1
run 0 "$ngram" rbm sample -m l.rbm -n 3 -o rows.csv --seed 1
equal 'rows of a file' "$(wc -l <rows.csv)" 3

# tempering has the same law
run 0 "$ngram" rbm sample -m l.rbm -n 20000 --chains 20000 --burn-in 50 --rungs 4 --seed 1
near 'P(v) by tempering' "$(grep -c '^0,0,1$' out | awk '{ print $1 / 20000 }')" "$p" 0.009
cp out one
run 0 "$ngram" rbm sample -m l.rbm -n 20000 --chains 20000 --burn-in 50 --rungs 4 --seed 1 \
    --threads 3
same out one
run 0 "$ngram" rbm sample -m l.rbm -n 20000 --chains 20000 --burn-in 50 --rungs 4 --seed 1 --mean -v
awk -F , '{ s += $3 } END { printf "%.9g\n", s / NR }' out >mean
near 'E(v3) by means' "$(cat mean)" "$(awk -F , '{ s += $3 } END { print s / NR }' one)" 0.005
holds err 'round trips'
# at a temperature: means of E(v | h) are means of v, and a hot machine is fair
run 0 "$ngram" rbm sample -m l.rbm -n 20000 --chains 20000 --burn-in 50 --temperature 2 --seed 1
awk -F , '{ s += $2 } END { print s / NR }' out >drawn
run 0 "$ngram" rbm sample -m l.rbm -n 20000 --chains 20000 --burn-in 50 --temperature 2 --seed 1 --mean
near 'means at temperature 2' "$(awk -F , '{ s += $2 } END { print s / NR }' out)" "$(cat drawn)" 0.018
run 0 "$ngram" rbm sample -m l.rbm -n 20000 --chains 20000 --burn-in 9 --temperature 1e6 --seed 1
near 'a hot machine' "$(awk -F , '{ s += $1 } END { print s / NR }' out)" 0.5 0.018

run 0 "$ngram" rbm sample -m l.rbm -n 3 --rungs 2 --burn-in 0 --seed 1
for wrong in '--rungs 1' '--rungs 4 --temperature 2' '--rungs 3 --clamp held' '--temperature nan' \
    '--temperature inf' '--hidden 1' '--hidden 12' '-n 0' '--temperature 0' '--label 1' '-o x.png' '-o x.doc' \
    '--clamp gone' '--hidden 11 --thin 3' '--chains 0' '--temperature -1'; do
    # shellcheck disable=SC2086 # words on purpose
    run 2 "$ngram" rbm sample -m l.rbm $wrong
done
[ ! -e x.png ] || fail 'half a picture'
run 2 "$ngram" rbm sample -n 1
holds err 'no machine given'

# options that would do nothing
for wrong in '--words 3' '--limit 3' '--threshold 0.5' '--binarise stochastic' '--unit file'; do
    # shellcheck disable=SC2086 # words on purpose
    run 2 "$ngram" rbm sample -m l.rbm $wrong
done
holds err 'goes with --from'
for wrong in '--chains 5' '--sweeps 50' '--limit 3' '--threshold 0.5' '--columns 3'; do
    # shellcheck disable=SC2086 # words on purpose
    run 2 "$ngram" rbm info l.rbm $wrong
    holds err 'goes with --'
done
run 0 "$ngram" rbm info l.rbm --diagnose --chains 5 --sweeps 50 --seed 1

# rows as JSON, and with TABs
run 0 "$ngram" rbm sample -m l.rbm -n 3 --seed 1
cp out rows
run 0 "$ngram" rbm sample -m l.rbm -n 3 --seed 1 --format json
json out
equal 'the same numbers' "$(sed 's/.*\[\(.*\)\]}/\1/' out)" "$(cat rows)"
equal 'the row' "$(tail -n 1 out | cut -c 1-20)" '{"row":3,"values":[0'
run 0 "$ngram" rbm sample -m l.rbm -n 3 --seed 1 --format tsv
equal 'with TABs' "$(tr '\t' , <out)" "$(cat rows)"

# sheets as large as one asks for: each pixel, those of the gaps too, 3 by 3
cat >enlarge.py <<'END'
import sys
def read(path):
    magic, size, _, pixels = open(path, "rb").read().split(b"\n", 3)
    width, height = map(int, size.split())
    return [pixels[y * width:(y + 1) * width] for y in range(height)]
small, large, n = read(sys.argv[1]), read(sys.argv[2]), int(sys.argv[3])
wanted = [bytes(p for p in line for _ in range(n)) for line in small for _ in range(n)]
sys.exit(wanted != large or len(small) < 2)
END
for i in 1 2 3 4; do printf 'P1\n3 2\n1 0 %s\n0 1 0\n' $((i % 2)) >$i.pbm; done
run 0 "$ngram" rbm train -q --seed 1 --hidden 4 --epochs 2 -o p.rbm 1.pbm 2.pbm 3.pbm 4.pbm
printf 'grid 3 2\nright 0\ndown 1\nfall 0\nrise 0\nbias 0 0 0\nbias 0 0 0\n' >p.grid
for command in 'sample -m p.rbm -n 5 --seed 1 -o' 'reconstruct -m p.rbm --draws 3 --seed 1 1.pbm 2.pbm -o' \
    'complete -m p.rbm --hide 0,0,2,1 --seed 1 1.pbm 2.pbm -o' 'info p.rbm --filters' \
    'grid sample -m p.grid -n 5 --seed 1 -o' 'grid denoise -m p.grid --seed 1 1.pbm 2.pbm -o' \
    'grid complete -m p.grid --seed 1 --hide 0,0,2,1 1.pbm 2.pbm -o'; do
    # shellcheck disable=SC2086 # words on purpose
    run 0 "$ngram" rbm $command small.pgm
    # shellcheck disable=SC2086
    run 0 "$ngram" rbm $command large.pgm --scale 3
    python3 enlarge.py small.pgm large.pgm 3 || fail "$command --scale 3"
    # shellcheck disable=SC2086
    run 2 "$ngram" rbm $command rows.csv --scale 3
    holds err 'scale is for a sheet of pictures'
done
run 0 "$ngram" rbm sample -m p.rbm -n 5 --seed 1 -o large.png --scale 10
run 2 "$ngram" rbm sample -m p.rbm -n 5 --scale 3
holds err 'scale is for a sheet of pictures'
run 2 "$ngram" rbm info p.rbm --scale 3
holds err 'goes with --filters'
run 2 "$ngram" rbm grid train --scale 3 -o new.grid 1.pbm
holds err 'scale is not for train'
finish

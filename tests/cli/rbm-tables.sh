#!/bin/sh
# ngram rbm tables: the lecture's example, every configuration, machines, errors.
ngram=$(realpath "${1:-build/ngram}")
home=$(realpath "$(dirname "$0")/../..")
# shellcheck source=/dev/null
. "$(dirname "$0")/lib"
cp "$home/docs/lecture.potentials" l

# the example of the documents is the golden file
same l "$home/tests/golden/lecture.potentials"

# 3 20 3 1 3 1 30 100 1 1 10 = 16,200,000; Z by whole numbers in another language
run 0 "$ngram" rbm tables l
equal 'Z' "$(cat out)" "$(printf 'quantity\tvalue\tlog\nZ\t30712455360000\t31.055689400294938')"
run 0 "$ngram" rbm tables l --v 0,0,0 --h 1,1
holds out '^product(V,H)	16200000	'
near 'P(V,H)' "$(awk '$1 == "P(V,H)" { printf "%.16g", $2 * 1e7 }' out)" 5.274732941443337 1e-12
near 'P(V)' "$(awk '$1 == "P(V)" { print $2 }' out)" 0.0019707105566957833 1e-15
near 'P(H|V)' "$(awk '$1 == "P(H|V)" { print $2 }' out)" 0.00026765640055672533 1e-15
cp out one
run 0 "$ngram" rbm tables --v '<0, 0, 0>' --h 11 l
same out one
"$ngram" rbm tables --v 000 --h 11 <l >out || fail 'standard input'
same out one
run 0 "$ngram" rbm tables l --v 000
near 'a conditional' "$(awk '$1 == "P(h2=1|V)" { print $2 }' out)" 0.35714285714285715 1e-15
run 0 "$ngram" rbm tables l --h 11
holds out '^P(v3=1|H)	'

# the product, factor by factor
run 0 "$ngram" rbm tables l --v 0,0,0 --h 1,1 --explain
holds out '^phi1,2(0,1)	20	60$'
holds out '^xi2(1)	10	16200000$'
holds out '^1/Z	.*	5.27473294144333[67]e-7$'
equal 'rows' "$(wc -l <out)" 13

# every configuration: an independent sum of the products of the file, by awk
run 0 "$ngram" rbm tables l --all
equal 'rows of --all' "$(wc -l <out)" 33
awk '
/^#/ { next }
$1 == "phi" { for (k = 0; k < 4; k++) phi[$2, $3, k] = $(4 + k) }
$1 == "psi" { psi[$2, 0] = $3; psi[$2, 1] = $4 }
$1 == "xi" { xi[$2, 0] = $3; xi[$2, 1] = $4 }
END {
    for (s = 0; s < 8; s++) for (t = 0; t < 4; t++) {
        v[1] = int(s / 4); v[2] = int(s / 2) % 2; v[3] = s % 2
        h[1] = int(t / 2); h[2] = t % 2; p = 1
        for (i = 1; i <= 3; i++) {
            p *= psi[i, v[i]]
            for (j = 1; j <= 2; j++) p *= phi[i, j, 2 * v[i] + h[j]]
        }
        for (j = 1; j <= 2; j++) p *= xi[j, h[j]]
        printf "%d,%d,%d\t%d,%d\t%.0f\n", v[1], v[2], v[3], h[1], h[2], p; z += p
    }
    printf "Z %.0f\n", z
}' l >brute
holds brute '^Z 30712455360000$'
awk -F'\t' 'NR > 1 { printf "%s\t%s\t%.0f\n", $1, $2, $3; p += $5 } END { printf "%.12f\n", p }' out >all
equal 'the sum of all' "$(tail -n 1 all)" 1.000000000000
sed '$d' all >got
sed '$d' brute >wanted
same got wanted
run 0 "$ngram" rbm tables l --all --v 010
equal 'rows that agree' "$(wc -l <out)" 5
run 0 "$ngram" rbm tables l --all --format json
json out

# a machine, and back: the same distribution
run 0 "$ngram" rbm tables l --to l.rbm
run 0 "$ngram" rbm info l.rbm
holds out '^tables	constant	24.38'
run 0 "$ngram" rbm tables --from l.rbm
cp out back
run 0 "$ngram" rbm tables back --v 0,0,0 --h 1,1
near 'P by the machine' "$(awk '$1 == "P(V,H)" { printf "%.16g", $2 * 1e7 }' out)" 5.27473294 1e-5
run 0 "$ngram" rbm tables back --to again.rbm
run 0 "$ngram" rbm tables --from again.rbm
same out back

# what has no probability
printf 'phi 1 1 0 0 1 1\npsi 1 1 1\nxi 1 1 2\n' >zero
run 0 "$ngram" rbm tables zero --v 0 --h 1
holds out '^P(H|V)	nan	nan$'
holds out '^P(V|H)	0	-inf$'
run 2 "$ngram" rbm tables zero --to z.rbm
holds err 'phi 1 1 has a 0'
printf 'phi 1 1 0 0 0 0\npsi 1 1 1\nxi 1 1 2\n' >none
run 2 "$ngram" rbm tables none
holds err 'none: every configuration has a potential of 0'

# errors
printf 'phi 1 1 1 2\n' >bad
run 2 "$ngram" rbm tables bad
holds err 'bad:1: 5 words, not 7 (write phi I J A B C D'
run 2 "$ngram" rbm tables gone
holds err gone
run 2 "$ngram" rbm tables l --v 0,0
holds err '2 units, where the tables have 3'
run 2 "$ngram" rbm tables l --v 0,2,0
holds err 'units are 0 or 1'
run 2 "$ngram" rbm tables l --explain --v 000
holds err '--explain wants'
run 2 "$ngram" rbm tables --from l.rbm l
holds err 'not of l'
run 2 "$ngram" rbm tables --from l.rbm --all
holds err '--all'
run 2 "$ngram" rbm tables --from l
holds err '^ngram rbm tables: l: '
finish

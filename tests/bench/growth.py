#!/usr/bin/env python3
"""growth.py NGRAM PNG - how training grows with the text: 1, 4, 16 and 64 times the size.

Trains trigrams on each size in memory, and with --memory 64M and --temp; compares the two models
byte for byte; prints time, memory and disk, and draws time against size with gnuplot. Text beyond
that of BENCH_DATA is generated from a model of it. Environment: see speed.py.
"""
import filecmp
import os
import re
import statistics
import subprocess
import sys
import tempfile

from bench import compare, text_of

BASE = int(os.environ.get("BENCH_GROWTH", "2000000"))  # bytes of the smallest text

PLOT = """
set terminal png size 900,600 font "DejaVu Sans,11"
set output "%(png)s"
set title "ngram train, order 3: time against text"
set xlabel "text, MB"
set ylabel "seconds"
set logscale xy
set key top left
set grid
plot "%(data)s" using 1:2 with linespoints lw 2 pt 7 title "in memory", \\
     "%(data)s" using 1:3 with linespoints lw 2 pt 5 title "--memory 64M", \\
     "%(data)s" using 1:($1*%(slope)g) with lines dt 2 lc rgb "gray" title "linear"
"""


def grow(ngram, folder, text):
    """Texts of 1, 4, 16, 64 times BASE bytes, cut at line ends, the longer ones beginning like the
    shorter; generated where there is too little."""
    want = 64 * BASE
    have = os.path.getsize(text)
    if have < want:
        model = os.path.join(folder, "source.ngram")
        subprocess.run([ngram, "train", "-q", "--tokens", "space", "-o", model, text], check=True)
        lines = sum(1 for _ in open(text, "rb"))
        with open(text, "ab") as out:
            subprocess.run([ngram, "generate", "-q", "-m", model, "--seed", "1", "-n",
                            str(int(lines * (want / have - 1) * 1.1) + 1)], stdout=out, check=True)
        print("%.1f MB of it generated from a model of the rest" % (
            (os.path.getsize(text) - have) / 1e6))
    paths = []
    for times in (1, 4, 16, 64):
        paths.append(os.path.join(folder, "text%d" % times))
        with open(text, "rb") as source, open(paths[-1], "wb") as out:
            left = times * BASE
            for line in source:
                out.write(line)
                left -= len(line)
                if left <= 0:
                    break
    return paths


def main():
    ngram, png = os.path.abspath(sys.argv[1]), sys.argv[2]
    with tempfile.TemporaryDirectory() as folder:
        text, _ = text_of(ngram, folder)
        rows = []
        path = lambda name: os.path.join(folder, name)
        print("\n  %9s %22s %35s %6s %10s" % ("text", "in memory", "--memory 64M", "ratio", "disk"))
        for text in grow(ngram, folder, text):
            train = [ngram, "train", "--tokens", "space"]
            bounded = train + ["--memory", "64M", "--temp", folder, "-o", path("b"), text]
            seconds, memory = compare({"a": [(train + ["-q", "-o", path("a"), text],)],
                                       "b": [(bounded,)]})
            if not filecmp.cmp(path("a"), path("b"), shallow=False):
                sys.exit("%s: the two models differ" % text)
            told = subprocess.run(bounded, capture_output=True, text=True, check=True).stderr
            disk = re.search("temporary files: (.*) at most", told)
            a, b = (statistics.median(seconds[x]) for x in "ab")
            ratio = statistics.median(y / x for x, y in zip(seconds["a"], seconds["b"]))
            rows.append((os.path.getsize(text) / 1e6, a, b))
            print("  %6.1f MB %9.3f s %6.0f MB %14.3f s %6.0f MB %6.2f %10s" % (
                rows[-1][0], a, memory["a"], b, memory["b"], ratio,
                disk.group(1) if disk else "none"), flush=True)
        with open(path("rows"), "w") as out:
            out.writelines("%g %g %g\n" % row for row in rows)
        plot = PLOT % {"png": os.path.abspath(png), "data": path("rows"),
                       "slope": rows[-1][1] / rows[-1][0]}
        try:
            subprocess.run(["gnuplot"], input=plot, text=True, check=True)
            print("picture: %s" % png)
        except FileNotFoundError:
            print("no picture: gnuplot is not installed (tools/deps bench)")


main()

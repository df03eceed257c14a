#!/usr/bin/env python3
"""speed.py NGRAM - time, memory and size of the main jobs, beside KenLM where it is at hand.

Environment:
  KENLM       folder that holds lmplz, build_binary and query, built from their public source with
              default flags; without it only our own figures are printed
  BENCH_DATA  folder with reviews/*.txt.gz (../shared/data); without it text is generated from
              the default model
  BENCH_RUNS  runs of each command, after one that is not counted (5)

Commands that are compared run in turn, A B A B; a figure is the median of its runs, a ratio the
median of the pairs' ratios.
"""
import glob
import gzip
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

RUNS = int(os.environ.get("BENCH_RUNS", "5"))


def run(command, stdin=None, stdout=None):
    """Wall seconds and peak megabytes of one run."""
    import time

    with open(stdin or os.devnull, "rb") as source, open(stdout or os.devnull, "wb") as sink:
        begun = time.monotonic()
        child = subprocess.Popen(command, stdin=source, stdout=sink, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit("%s: exit status %d" % (" ".join(command), child.returncode))
    return seconds, usage.ru_maxrss / 1024


def compare(jobs):
    """jobs: name -> list of steps (command, stdin, stdout); all run in turn, RUNS times."""
    seconds = {name: [] for name in jobs}
    memory = {name: 0.0 for name in jobs}
    for turn in range(RUNS + 1):
        for name, steps in jobs.items():
            figures = [run(*step) for step in steps]
            if turn > 0:
                seconds[name].append(sum(f[0] for f in figures))
                memory[name] = max([memory[name]] + [f[1] for f in figures])
    return seconds, memory


def show(title, jobs, words=0):
    seconds, memory = compare(jobs)
    names = list(jobs)
    print("\n%s" % title)
    for name in names:
        middle = statistics.median(seconds[name])
        line = "  %-28s %8.3f s (%.3f .. %.3f)  %6.0f MB" % (
            name, middle, min(seconds[name]), max(seconds[name]), memory[name])
        if words:
            line += "  %6.2f M words/s" % (words / middle / 1e6)
        if name != names[0]:
            pairs = [b / a for a, b in zip(seconds[names[0]], seconds[name])]
            line += "  %.2f times as long as %s" % (statistics.median(pairs), names[0])
        print(line, flush=True)


def text_of(ngram, folder):
    """The text to learn from."""
    path = os.path.join(folder, "text")
    data = os.environ.get("BENCH_DATA", "../shared/data")
    files = sorted(glob.glob(os.path.join(data, "reviews", "*.txt.gz")))
    with open(path, "wb") as out:
        if files:
            for name in files:
                with gzip.open(name, "rb") as packed:
                    shutil.copyfileobj(packed, out)
            print("text: %s" % ", ".join(os.path.basename(f) for f in files))
        else:
            print("text: no %s/reviews/*.txt.gz, so generated from the default model" % data)
            subprocess.run([ngram, "generate", "-q", "-n", "300000", "--seed", "1"], stdout=out,
                           check=True)
    return path


def main():
    ngram = os.path.abspath(sys.argv[1])
    kenlm = os.environ.get("KENLM")
    with tempfile.TemporaryDirectory() as folder:
        text = text_of(ngram, folder)
        with open(text, "rb") as source:
            words = sum(len(line.split()) for line in source)
        print("%.1f MB, %.2f M words; %d processors; KenLM: %s" % (
            os.path.getsize(text) / 1e6, words / 1e6, len(os.sched_getaffinity(0)),
            "beside" if kenlm else "not given, own figures only"))
        path = lambda name: os.path.join(folder, name)
        tool = lambda name: os.path.join(kenlm, name)
        for order in ("3", "5"):
            train = [ngram, "train", "-q", "--order", order, "--tokens", "space"]
            jobs = {"ngram train": [(train + ["-o", path("m" + order), text],)],
                    "ngram train --arpa": [(train + ["--arpa", "-o", path("a" + order), text],)]}
            if kenlm:
                lmplz = ([tool("lmplz"), "-o", order, "-S", "1G", "-T", folder], text,
                         path("k" + order))
                binary = ([tool("build_binary"), "probing", path("k" + order),
                           path("p" + order)],)
                jobs["lmplz"] = [lmplz]
                jobs["lmplz, build_binary probing"] = [lmplz, binary]
            show("Training, order %s, text to file" % order, jobs, words)
            for name in ("m", "p"):
                if os.path.exists(path(name + order)):
                    print("  %-28s %8.1f MB" % ({"m": "model file", "p": "KenLM probing file"}[name],
                                                os.path.getsize(path(name + order)) / 1e6))
        score = [ngram, "score", "-q", "--summary", "-m", path("m3"), text]
        jobs = {"ngram score, 1 thread": [(score + ["--threads", "1"],)],
                "ngram score, 2 threads": [(score + ["--threads", "2"],)]}
        if kenlm:
            jobs["query -v summary, probing"] = [
                ([tool("query"), "-v", "summary", path("p3")], text)]
        show("Scoring the training text, order 3", jobs, words)
        one = path("one")
        with open(one, "w") as out:
            out.write("word\n")
        show("Opening the model, scoring one word", {
            "order 3": [([ngram, "score", "-q", "-m", path("m3"), one],)],
            "order 5": [([ngram, "score", "-q", "-m", path("m5"), one],)],
            "ngram --version": [([ngram, "--version"],)]})
        show("Generating 2,000 texts, order 3, 1 thread", {
            "ngram generate": [([ngram, "generate", "-q", "-m", path("m3"), "-n", "2000", "--seed",
                                 "1", "--threads", "1"],)]})
        show("ARPA in and out, order 3", {
            "convert to ARPA": [([ngram, "convert", path("m3"), path("x.arpa")],)],
            "convert from ARPA": [([ngram, "convert", path("x.arpa"), path("x.ngram")],)]})


main()

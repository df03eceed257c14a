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
import os
import sys
import tempfile

from bench import show, sizes, text_of


def train(b, order):
    command = [b.ngram, "train", "-q", "--order", order, "--tokens", "space"]
    jobs = {"ngram train": [(command + ["-o", b.path("m" + order), b.text],)],
            "ngram train --threads 1": [(command + ["--threads", "1", "-o", b.path("m1"), b.text],)],
            "ngram train --arpa": [(command + ["--arpa", "-o", b.path("a" + order), b.text],)]}
    if b.kenlm:
        lmplz = (b.tool("lmplz") + ["-o", order, "-S", "1G", "-T", b.folder], b.text,
                 b.path("k" + order))
        binary = (b.tool("build_binary") + ["probing", b.path("k" + order), b.path("p" + order)],)
        jobs["lmplz"] = [lmplz]
        jobs["lmplz, build_binary probing"] = [lmplz, binary]
    show("Training, order %s, text to file" % order, jobs, b.words, "lmplz, build_binary probing")


def size(b, order):
    model = b.path("m" + order)
    convert = [b.ngram, "convert", "-q", "--to", "ngram"]
    jobs = {"convert --compact": [(convert + ["--compact", model, b.path("c" + order)],)],
            "convert --compact --quantize 8": [
                (convert + ["--compact", "--quantize", "8", model, b.path("q" + order)],)]}
    if b.kenlm:
        build = b.tool("build_binary")
        jobs["build_binary trie"] = [
            (build + ["-T", b.folder, "trie", b.path("k" + order), b.path("t" + order)],)]
        jobs["build_binary -q 8 -b 8 -a 255 trie"] = [
            (build + ["-T", b.folder, "-q", "8", "-b", "8", "-a", "255", "trie",
                      b.path("k" + order), b.path("s" + order)],)]
    show("Making compact files, order %s, one run each" % order, jobs, runs=1)
    sizes("Size, order %s" % order, {
        "default": model, "KenLM probing": b.path("p" + order), "--compact": b.path("c" + order),
        "KenLM trie": b.path("t" + order), "--compact --quantize 8": b.path("q" + order),
        "KenLM trie -q 8 -b 8 -a 255": b.path("s" + order)})


def score(b, order):
    command = [b.ngram, "score", "-q", "-m", b.path("m" + order), b.text]
    jobs = {"ngram score, 1 thread": [(command + ["--summary", "--threads", "1"],)],
            "ngram score, 2 threads": [(command + ["--summary", "--threads", "2"],)],
            "ngram score --words, 1 thread": [(command + ["--words", "--threads", "1"],)]}
    if b.kenlm:
        jobs["query -v summary, probing"] = [
            (b.tool("query") + ["-v", "summary", b.path("p" + order)], b.text)]
    show("Scoring the training text, order %s" % order, jobs, b.words, "query -v summary, probing")


def small_jobs(b):
    with open(b.path("one"), "w") as out:
        out.write("word\n")
    command = [b.ngram, "score", "-q", "-m"]
    show("Opening the model, scoring one word", {
        "order 3": [(command + [b.path("m3"), b.path("one")],)],
        "order 5": [(command + [b.path("m5"), b.path("one")],)],
        "ngram --version": [([b.ngram, "--version"],)]})
    show("One blank, one context, order 3", {
        "ngram complete": [([b.ngram, "complete", "-m", b.path("m3"), "the movie was ?"],)],
        "ngram table": [([b.ngram, "table", "-m", b.path("m3"), "the movie was"],)]})


def generate(b):
    command = [b.ngram, "generate", "-q", "-m", b.path("m3"), "-n", "25000", "--seed", "1"]
    from bench import run
    run(command, stdout=b.path("generated"))
    with open(b.path("generated"), "rb") as source:
        words = sum(len(line.split()) for line in source)
    show("Generating %d words, order 3" % words, {
        "1 thread": [(command + ["--threads", "1"],)],
        "2 threads": [(command + ["--threads", "2"],)]}, words)


def arpa(b):
    jobs = {"convert to ARPA": [([b.ngram, "convert", "-q", b.path("m3"), b.path("x.arpa")],)],
            "convert from ARPA": [([b.ngram, "convert", "-q", b.path("x.arpa"),
                                    b.path("x.ngram")],)]}
    if b.kenlm:
        jobs["build_binary probing"] = [
            (b.tool("build_binary") + ["probing", b.path("k3"), b.path("p3")],)]
    show("ARPA in and out, order 3", jobs, 0, "build_binary probing")
    sizes("ARPA", {"ngram convert": b.path("x.arpa")})


class Bench:
    def __init__(self, ngram, kenlm, folder):
        self.ngram, self.kenlm, self.folder = ngram, kenlm, folder
        self.text, self.words = text_of(ngram, folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def tool(self, name):
        return [os.path.join(self.kenlm, name)]


def main():
    with tempfile.TemporaryDirectory() as folder:
        b = Bench(os.path.abspath(sys.argv[1]), os.environ.get("KENLM"), folder)
        if not b.kenlm:
            print("KenLM: not given (KENLM=folder of its programs), own figures only")
        for order in ("3", "5"):
            train(b, order)
            size(b, order)
            score(b, order)
        small_jobs(b)
        generate(b)
        arpa(b)


main()

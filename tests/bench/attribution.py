#!/usr/bin/env python3
"""attribution.py NGRAM - how well authors are told apart, in what time, beside scikit-learn.

Cross-validation by `ngram evaluate`, every fold with its own training, of: critics, whole and their
first 500 characters (5 folds); C50, 50 authors of news (5 folds); film reviews, praise and blame (2
halves). For C50, on the same folds: TF-IDF of character 3-5-grams and a linear SVM, of scikit-learn.
Then the time per text of asking a model that is there, one thread each, files in the cache.

Environment:
  BENCH_DATA  folder with critics/*.txt, c50-train.tar.gz and reviews/*.txt.gz (../shared/data);
              what is not there is left out, and the report says so
  BENCH_SEED  of folds and intervals (1)
"""
import csv
import glob
import io
import os
import subprocess
import sys
import tarfile
import tempfile
import time

from bench import run

SEED = os.environ.get("BENCH_SEED", "1")
DATA = os.environ.get("BENCH_DATA", "../shared/data")
SHOWN = ("documents", "accuracy", "macro_accuracy", "log_loss", "calibration_error", "auc", "eer",
         "cllr", "cllr_min")


def rows(path):
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as source:
        return list(csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE))


def evaluate(ngram, title, arguments, folder):
    out = os.path.join(folder, "metrics")
    seconds, memory = run([ngram, "evaluate", "-q", "--seed", SEED] + arguments, stdout=out)
    print("\n%s: ngram evaluate %s" % (title, " ".join(arguments)))
    print("  %.1f s, %.0f MB" % (seconds, memory))
    for row in rows(out):
        if row["metric"] in SHOWN and not row["low"]:
            print("  %-18s %s" % (row["metric"], row["value"]))
        elif row["metric"] in SHOWN:
            print("  %-18s %.4f  (%.4f .. %.4f)" % (
                row["metric"], float(row["value"]), float(row["low"]), float(row["high"])))
    sys.stdout.flush()


def read(path):
    with open(path, encoding="utf-8", errors="replace") as source:
        return source.read()


def pipeline():
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC
    return TfidfVectorizer(analyzer="char", ngram_range=(3, 5), sublinear_tf=True), LinearSVC()


def svm_on_folds(ngram, c50, folder):
    """The SVM on the folds of the evaluation: the same documents in each."""
    out = os.path.join(folder, "predictions")
    run([ngram, "evaluate", "-q", "--seed", SEED, "--predictions", c50], stdout=out)
    documents = rows(out)
    texts = {d["name"]: read(d["name"]) for d in documents}
    right, ours, seconds = {}, {}, 0.0
    begun = time.monotonic()
    for fold in sorted({d["fold"] for d in documents}):
        train = [d for d in documents if d["fold"] != fold]
        test = [d for d in documents if d["fold"] == fold]
        vectoriser, svm = pipeline()
        svm.fit(vectoriser.fit_transform([texts[d["name"]] for d in train]),
                [d["label"] for d in train])
        then = time.monotonic()
        said = svm.predict(vectoriser.transform([texts[d["name"]] for d in test]))
        seconds += time.monotonic() - then
        for d, answer in zip(test, said):
            right.setdefault(d["label"], []).append(answer == d["label"])
            ours.setdefault(d["label"], []).append(d["author"] == d["label"])

    def macro(table):
        return sum(sum(r) / len(r) for r in table.values()) / len(table)
    both = [(a, b) for label in right for a, b in zip(ours[label], right[label])]
    print("\nC50, the same folds, macro accuracy")
    print("  ngram              %.4f" % macro(ours))
    print("  TF-IDF + SVM       %.4f  (%.1f s of training and testing)" % (
        macro(right), time.monotonic() - begun))
    print("  right by ngram alone %d, by the SVM alone %d" % (
        sum(a and not b for a, b in both), sum(b and not a for a, b in both)))
    print("  TF-IDF + SVM takes %.2f ms a text to answer" % (1000 * seconds / len(documents)),
          flush=True)


def time_of_answers(ngram, c50, folder):
    """A whole process that reads and answers all texts, less one that answers a single text."""
    model = os.path.join(folder, "c50.ngram")
    training, memory = run([ngram, "train", "-q", "-o", model, c50])
    print("\nC50, answers by a model that is there, one thread (training it: %.1f s, %.0f MB)" % (
        training, memory))
    command = [ngram, "evaluate", "-q", "--threads", "1",
               "-m", model, "--predictions"]
    author = sorted(os.listdir(c50))[0]
    few = os.path.join(folder, "few")
    os.makedirs(os.path.join(few, author), exist_ok=True)
    name = sorted(os.listdir(os.path.join(c50, author)))[0]
    with open(os.path.join(few, author, name), "w", encoding="utf-8") as out:
        out.write(read(os.path.join(c50, author, name)))
    n = sum(len(files) for _, _, files in os.walk(c50))
    all_texts = min(run(command + [c50])[0] for _ in range(3))
    one = min(run(command + ["--authors", "folder", few])[0] for _ in range(3))
    print("  ngram              %.3f ms a text (%d texts in %.2f s; a process with one: %.3f s)" % (
        1000 * (all_texts - one) / (n - 1), n, all_texts, one))
    try:
        vectoriser, svm = pipeline()
    except ImportError as missing:
        print("  TF-IDF + SVM       left out: %s (Debian: python3-sklearn)" % missing)
        return
    paths = sorted(glob.glob(os.path.join(c50, "*", "*")))
    texts = [read(p) for p in paths]
    svm.fit(vectoriser.fit_transform(texts), [os.path.basename(os.path.dirname(p)) for p in paths])
    then = time.monotonic()
    svm.predict(vectoriser.transform(texts))
    theirs = time.monotonic() - then
    print("  TF-IDF + SVM       %.3f ms a text, %.1f times as long" % (
        1000 * theirs / n, theirs / n / ((all_texts - one) / (n - 1))))


def unpack(archive, folder):
    with tarfile.open(fileobj=io.BytesIO(open(archive, "rb").read())) as packed:
        packed.extractall(folder)
    tops = [t for t in os.listdir(folder) if os.path.isdir(os.path.join(folder, t))]
    return os.path.join(folder, tops[0]) if len(tops) == 1 else folder


def main():
    ngram = os.path.realpath(sys.argv[1])
    critics = os.path.join(DATA, "critics")
    archive = os.path.join(DATA, "c50-train.tar.gz")
    reviews = os.path.join(DATA, "reviews")
    for path in (critics, archive, reviews):
        if not os.path.exists(path):
            print("left out, not there: %s" % path)
    with tempfile.TemporaryDirectory() as folder:
        if os.path.isdir(critics):
            evaluate(ngram, "Critics, whole", ["--authors", "file", critics], folder)
            evaluate(ngram, "Critics, 500 characters",
                     ["--authors", "file", "--first", "500", critics], folder)
        if os.path.isdir(reviews):
            evaluate(ngram, "Polarity", ["--authors", "file", "--folds", "2", reviews], folder)
        if os.path.exists(archive):
            os.mkdir(os.path.join(folder, "c50"))
            c50 = unpack(archive, os.path.join(folder, "c50"))
            evaluate(ngram, "C50", [c50], folder)
            try:
                svm_on_folds(ngram, c50, folder)
            except ImportError as missing:
                print("\nTF-IDF + SVM left out: %s (Debian: python3-sklearn)" % missing)
            time_of_answers(ngram, c50, folder)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(str(error))

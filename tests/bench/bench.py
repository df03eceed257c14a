"""What the benchmarks share: timing whole processes, and the text they work on."""
import glob
import gzip
import os
import shutil
import statistics
import subprocess
import sys
import time

RUNS = int(os.environ.get("BENCH_RUNS", "5"))


def run(command, stdin=None, stdout=None):
    """Wall seconds and peak megabytes of one run."""
    with open(stdin or os.devnull, "rb") as source, open(stdout or os.devnull, "wb") as sink:
        begun = time.monotonic()
        child = subprocess.Popen(command, stdin=source, stdout=sink, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit("%s: exit status %d" % (" ".join(command), child.returncode))
    return seconds, usage.ru_maxrss / 1024


def compare(jobs, runs=None):
    """jobs: name -> list of steps (command, stdin, stdout); all run in turn, RUNS times after one
    turn that is not counted, or @runs times without. Returns name -> list of seconds, name -> peak
    megabytes."""
    seconds = {name: [] for name in jobs}
    memory = {name: 0.0 for name in jobs}
    for turn in range(runs or RUNS + 1):
        for name, steps in jobs.items():
            figures = [run(*step) for step in steps]
            if turn > 0 or runs:
                seconds[name].append(sum(f[0] for f in figures))
                memory[name] = max([memory[name]] + [f[1] for f in figures])
    return seconds, memory


def show(title, jobs, words=0, peer=None, runs=None):
    """Prints a line for each job; with @peer, how many times as long that one takes."""
    seconds, memory = compare(jobs, runs)
    print("\n%s" % title)
    for name in jobs:
        middle = statistics.median(seconds[name])
        line = "  %-34s %8.3f s (%.3f .. %.3f)  %6.0f MB" % (
            name, middle, min(seconds[name]), max(seconds[name]), memory[name])
        if words:
            line += "  %7.2f M/s" % (words / middle / 1e6)
        if peer in jobs and name != peer:
            pairs = [b / a for a, b in zip(seconds[name], seconds[peer])]
            line += "  %s takes %.2f times as long" % (peer, statistics.median(pairs))
        print(line, flush=True)
    return seconds


def sizes(title, files):
    """files: name -> path."""
    print("\n%s" % title)
    for name, path in files.items():
        if os.path.exists(path):
            print("  %-34s %8.1f MB" % (name, os.path.getsize(path) / 1e6), flush=True)


def text_of(ngram, folder):
    """The text to learn from: reviews of BENCH_DATA, or what the default model generates."""
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
    with open(path, "rb") as source:
        words = sum(len(line.split()) for line in source)
    print("%.1f MB, %.2f M words; %d processors; %d runs" % (
        os.path.getsize(path) / 1e6, words / 1e6, len(os.sched_getaffinity(0)), RUNS), flush=True)
    return path, words

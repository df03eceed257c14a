#!/usr/bin/env python3
"""Figures of Boltzmann machines: how well and how fast they learn.

usage: tests/bench/rbm.py build/ngram [IMAGES] [PART...]

IMAGES (../shared/data/images) has MNIST as IDX files: mnist-train-images-idx3-ubyte.gz, -test-, and
the stochastically binarised mnist-binary-train-, -valid-.  What is missing is said and left out.
PART is some of bars, small, large, binary, speed; all of them without it.
"""
import gzip, itertools, os, resource, subprocess, sys, tempfile, time

TOOL = os.path.realpath(sys.argv[1] if len(sys.argv) > 1 else "build/ngram")
IMAGES = sys.argv[2] if len(sys.argv) > 2 else "../shared/data/images"
PARTS = sys.argv[3:] or ["bars", "small", "large", "binary", "speed"]
SCRATCH = tempfile.TemporaryDirectory()


def scratch(name):
    return os.path.join(SCRATCH.name, name)


def image(name):
    path = os.path.join(IMAGES, name + "-ubyte.gz")
    if not os.path.exists(path):
        print(f"{path} is missing: left out", flush=True)
        return None
    return path


def run(*arguments):
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.time()
    done = subprocess.run([TOOL, "rbm", *map(str, arguments)], check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done, time.time() - begin, after.ru_utime - before.ru_utime


def train(machine, rows, *options):
    return run("train", "-q", "-o", machine, *options, rows)[1:]


def score(machine, rows, *options):
    done = run("score", "-m", machine, "--summary", "--format", "tsv", *options, rows)[0]
    head, row = (line.split("\t") for line in done.stdout.splitlines()[:2])
    return dict(zip(head, row))


def tell(name, got, seconds, wanted):
    low, high = got["loglik_low"], got["loglik_high"]
    interval = "exact" if got["method"] == "exact" else f"{float(low):.2f} to {float(high):.2f}"
    print(f"{name}: {float(got['loglik']):.2f} nats ({interval}), {seconds:.0f} s; wanted: {wanted}", flush=True)


def bars():
    """4 x 4, CD-1 with all rows at once: Shark's tutorial has 192.54 as the mean of ten trials."""
    rows = scratch("bars.csv")
    with open(rows, "w") as out:
        for turned, bits in itertools.product((0, 1), itertools.product("01", repeat=4)):
            out.write(",".join(bits[i % 4 if turned else i // 4] for i in range(16)) + "\n")
    sums = []
    for seed in range(10):
        machine = scratch("bars.rbm")
        train(machine, rows, "--hidden", 32, "--method", "cd", "--schedule", "constant", "--rate", 0.1,
              "--epochs", 1000, "--batch", 32, "--no-centre", "--weight-sd", 0.0577, "--seed", seed)
        sums.append(-32 * float(score(machine, rows)["loglik"]))
    print(f"bars and stripes: mean NLL of 10 trials {sum(sums) / 10:.2f} ({min(sums):.1f} to {max(sums):.1f});"
          " wanted: 192.5 +- 3", flush=True)


def flipped(path, name):
    with gzip.open(path) as data, open(scratch(name), "wb") as out:
        out.write(data.read(16))
        out.write(bytes(255 - x for x in data.read()))
    return scratch(name)


def thresholded(hidden, epochs, turns, wanted, *options):
    rows, test = image("mnist-train-images-idx3"), image("mnist-test-images-idx3")
    if rows is None or test is None:
        return
    for turn in range(turns):
        if turn:
            rows, test = flipped(rows, "train"), flipped(test, "test")
        machine = scratch("thresholded.rbm")
        seconds, _ = train(machine, rows, "--hidden", hidden, "--threshold", 0.5, "--rate", 0.01,
                           "--schedule", "constant", "--epochs", epochs, "--seed", 1,
                           "--weight-sd", 0.2 if hidden < 100 else 0.01)
        got = score(machine, test, "--threshold", 0.5, *options)
        tell(f"MNIST, thresholded{', flipped' if turn else ''}, 784 x {hidden}, {epochs} epochs", got,
             seconds, wanted)


def small():
    thresholded(16, 50, 2, "-142.5 +- 0.4, or more; the same flipped")


def large():
    thresholded(500, 40, 1, "-83.2 or more")


def binary():
    rows, valid = image("mnist-binary-train-idx3"), image("mnist-binary-valid-idx3")
    if rows is None or valid is None:
        return
    machine = scratch("binary.rbm")
    seconds, _ = train(machine, rows, "--hidden", 500, "-k", 5, "--rate", 0.1, "--epochs", 300,
                       "--average", 12, "--weight-decay", 0.0003, "--seed", 1)
    tell("MNIST, binarised by draws, 784 x 500", score(machine, valid, "--data", rows), seconds,
         "-86.3 or more on validation rows")


SKLEARN = """
import gzip, sys, time, numpy
from sklearn.neural_network import BernoulliRBM
x = numpy.frombuffer(gzip.open(sys.argv[1]).read(), numpy.uint8, offset=16).reshape(-1, 784)
x = (x > 0).astype(numpy.float32)
rbm = BernoulliRBM(500, learning_rate=0.05, batch_size=100, n_iter=1, random_state=1)
begin, used = time.time(), time.process_time()
rbm.fit(x)
print(time.time() - begin, time.process_time() - used)
"""


def with_sklearn():
    for python in (sys.executable, "/usr/bin/python3"):
        if os.path.exists(python) and subprocess.run([python, "-c", "import sklearn"], capture_output=True).returncode == 0:
            return python
    print("scikit-learn is missing: no comparison", flush=True)
    return None


def epoch(rows, options):
    done = run("train", "--table", "--format", "tsv", "-q", "--hidden", 500, "--epochs", 3, "--seed", 1,
               "-o", scratch("speed.rbm"), *options, rows)[0]
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return min(float(line[lines[0].index("seconds")]) for line in lines[1:])


def speed():
    """An epoch of PCD-1, batch 100, beside scikit-learn, in alternation."""
    rows = image("mnist-binary-train-idx3")
    if rows is None:
        return
    ours, theirs, python = [], [], with_sklearn()
    for _ in range(5):
        ours.append(epoch(rows, []))
        if python is not None:
            done = subprocess.run([python, "-c", SKLEARN, rows], check=True, capture_output=True, text=True)
            theirs.append(float(done.stdout.split()[0]))
    print(f"an epoch of 50,000 rows, 784 x 500: {min(ours):.3f} s", end="")
    if theirs:
        print(f"; scikit-learn {min(theirs):.3f} s; {min(theirs) / min(ours):.1f} times", end="")
    print("; wanted: 5 times", flush=True)


for part in PARTS:
    {"bars": bars, "small": small, "large": large, "binary": binary, "speed": speed}[part]()

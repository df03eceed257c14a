#!/usr/bin/env python3
"""Machines of words, measured on reviews.

    tests/bench/rbm-text.py [--ngram build/ngram] [--seeds 3] [--quick] FILE...

Each FILE holds texts, one a line, plain or gzipped; its last tenth is held out.  Prints

* perplexity of the held-out words by a replicated softmax of 16 hidden units, exact, and its estimate
  by annealing, beside a unigram model of the same words and the same training text;
* the words of the hidden units of a machine of 32, and its perplexity with its interval;
* the reviews nearest to some held-out ones, and how often neighbours come from the query's file
  (with positive and negative reviews in two files: are of its kind), in latent space and by words.
"""
import argparse
import gzip
import os
import resource
import statistics
import subprocess
import sys
import tempfile


def lines_of(path):
    with (gzip.open if path.endswith('.gz') else open)(path, 'rb') as file:
        return file.read().splitlines(keepends=True)


def split(files, folder):
    """Writes train/ and held/, a file for each FILE."""
    for part in ('train', 'held'):
        os.mkdir(os.path.join(folder, part))
    for path in files:
        lines = lines_of(path)
        cut = len(lines) - len(lines) // 10
        name = os.path.basename(path).split('.')[0] + '.txt'
        for part, some in (('train', lines[:cut]), ('held', lines[cut:])):
            with open(os.path.join(folder, part, name), 'wb') as file:
                file.writelines(some)


def run(ngram, *args):
    """Rows of the output, and seconds of processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([ngram, 'rbm', *args], stdout=subprocess.PIPE, check=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    rows = [line.split('\t') for line in done.stdout.splitlines()]
    return ([dict(zip(rows[0], row)) for row in rows[1:]] if rows else [],
            after.ru_utime - before.ru_utime)


def train(ngram, folder, name, *args):
    machine = os.path.join(folder, name + '.rbm')
    _, seconds = run(ngram, 'train', '-q', '--text', '-o', machine, *args,
                     os.path.join(folder, 'train'))
    return machine, seconds


def perplexity(ngram, folder, machine, *args):
    rows, _ = run(ngram, 'perplexity', '-q', '-m', machine, '--summary', *args,
                  os.path.join(folder, 'held'))
    return {key: float(value) for key, value in rows[0].items()}


def figures(args, folder):
    print('stop   k  epochs  words     unigram   exact: mean (each seed)            annealed    '
          '[interval]             seconds')
    recipes = [(0, 1, 20), (100, 1, 20), (100, 5, 20)] if not args.quick else [(100, 1, 5)]
    for stop, k, epochs in recipes:
        exact, seconds = [], 0
        for seed in range(1, args.seeds + 1):
            machine, took = train(args.ngram, folder, 'small', '--hidden', '16', '--stop', str(stop),
                                  '-k', str(k), '--epochs', str(epochs), '--seed', str(seed),
                                  '--sparsity', '0.5,0')
            seconds += took / args.seeds
            exact.append(perplexity(args.ngram, folder, machine))
        e = perplexity(args.ngram, folder, machine, '--sampled', '--seed', '1')
        values = [x['perplexity'] for x in exact]
        print(f"{stop:4} {k:3} {epochs:7} {exact[0]['words']:7.0f} {exact[0]['unigram']:10.2f} "
              f"{statistics.mean(values):9.2f} ({' '.join(f'{x:.2f}' for x in values)})   "
              f"{e['perplexity']:9.2f} [{e['low']:.2f}, {e['high']:.2f}] {seconds:9.1f}", flush=True)


def topics(args, folder):
    machine, seconds = train(args.ngram, folder, 'topics', '--hidden', '32', '--stop', '200',
                             '--epochs', '5' if args.quick else '30', '--seed', '1')
    e = perplexity(args.ngram, folder, machine, '--seed', '1')
    print(f"\n32 units, the 200 most frequent words left out, {seconds:.1f} s: perplexity "
          f"{e['perplexity']:.1f} [{e.get('low', 0):.1f}, {e.get('high', 0):.1f}], unigram "
          f"{e['unigram']:.1f}")
    for row in run(args.ngram, 'topics', '-q', '-m', machine, '-k', '8')[0]:
        print(f"  {row['unit']:>2}  {float(row['on']):.2f}  {row['words']}")
    return machine


def similar(args, folder, machine):
    queries = os.path.join(folder, 'queries')
    names = sorted(os.listdir(os.path.join(folder, 'held')))
    os.mkdir(queries)
    for name in names:
        with open(os.path.join(queries, name), 'wb') as file:
            file.writelines(lines_of(os.path.join(folder, 'held', name))[:100])
    rows, _ = run(args.ngram, 'similar', '-q', '-m', machine, '-k', '5', '--among',
                  os.path.join(folder, 'train'), queries)
    print('\nnearest in training, 100 held-out reviews of each file, 5 neighbours each')
    base = lambda text: os.path.basename(text.rsplit(':', 1)[0])
    for space in ('latent', 'visible'):
        some = [r for r in rows if r['space'] == space]
        same = sum(base(r['query']) == base(r['name']) for r in some)
        print(f'  {space}: {100 * same / max(len(some), 1):.1f} % are from the query\'s file')
    text = {name: lines_of(os.path.join(folder, 'train', name)) for name in names}
    asked = {name: lines_of(os.path.join(queries, name)) for name in names}
    for row in [r for r in rows if r['space'] == 'latent' and r['rank'] == '1'][:args.show]:
        pick = lambda where, of: where[base(of)][int(of.rsplit(':', 1)[1]) - 1].decode()[:200]
        print('\n  query:   ', pick(asked, row['query']))
        print('  nearest: ', pick(text, row['name']))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--ngram', default='build/ngram')
    parser.add_argument('--seeds', type=int, default=3)
    parser.add_argument('--show', type=int, default=3, help='similar reviews that are printed')
    parser.add_argument('--quick', action='store_true')
    parser.add_argument('files', nargs='+', metavar='FILE')
    args = parser.parse_args()
    args.ngram = os.path.realpath(args.ngram)
    with tempfile.TemporaryDirectory() as folder:
        split(args.files, folder)
        figures(args, folder)
        similar(args, folder, topics(args, folder))


if __name__ == '__main__':
    sys.exit(main())

#!/usr/bin/env python3
"""Correction, measured.

    tests/bench/correct.py noise TEXT [-m MODEL]   words with typing errors put in, and what is left
    tests/bench/correct.py pairs FILE [-m MODEL]   lines `right TAB wrong`, each word by itself; the
                                                   suggestions are what is counted
    tests/bench/correct.py clean TEXT [-m MODEL]   how much of a text without errors is changed

`noise` follows the protocol of JamSpell's evaluation, so that figures can be held against those it
publishes: letters a to z in lower case, sentences end at . ! and ?, a word of L letters is hit with
probability 1 - .97^L, in a fifth of these cases twice; of the errors 70 % replace a letter, 10 % each
add one, leave one out, exchange two; Python's random numbers from seed 42, the whole text noised and
the first 50,000 words counted.  The corrector gets a sentence a line and sees all of it at once.

errors: words that are wrong afterwards; fixed: of the wrong words; broken: of the right ones;
top: the same where any of the first seven suggestions counts (for words it changes).

Beside it, where they are to be had: `--norvig TRAIN` (the program of norvig.com/spell-correct.html,
written anew), `--hunspell` and `--aspell` (the programs, English), `--jamspell PROGRAM MODEL` (its
`fix`, a sentence a line with a full stop behind it).
"""
import argparse
import bisect
import collections
import itertools
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time

LETTERS = 'abcdefghijklmnopqrstuvwxyz'


# -- the protocol ------------------------------------------------------------------------------

def sentences_of(text):
    """Sentences of words of a to z; what the protocol calls normal."""
    text = re.sub(r'[^a-z.?!]', ' ', text.lower())
    return text, re.sub(r'[.?!]', ' . ', text).split()


def pick(weights):
    total = sum(weights)
    return bisect.bisect(list(itertools.accumulate(w / total for w in weights)), random.random())


def add_error(word):
    kind = pick([0.7, 0.1, 0.1, 0.1])
    if not word and kind != 1:
        return word
    if kind == 0:
        at = random.randint(0, len(word) - 1)
        return word[:at] + random.choice(LETTERS) + word[at + 1:]
    if kind == 1:
        at = random.randint(0, len(word))
        return word[:at] + random.choice(LETTERS) + word[at:]
    at = random.randint(0, len(word) - 1)
    if kind == 2:
        return word[:at] + word[at + 1:]
    apart = pick([0.8, 0.15, 0.04, 0.01]) + 1
    first = max(0, at - apart // 2)
    second = min(len(word) - 1, first + apart)
    letters = list(word)
    letters[first], letters[second] = letters[second], letters[first]
    return ''.join(letters)


def noised(word):
    if word == '.':
        return word
    chance = random.random()
    hit = 1 - 0.97 ** len(word)
    for _ in range((chance < hit) + (chance < hit * 0.2)):
        word = add_error(word)
    return word


def noise(path, seed, skip, most):
    """Pairs of sentences, right and noised, `most` words of them after the first `skip`."""
    _, words = sentences_of(open(path, encoding='utf-8', errors='replace').read())
    random.seed(seed)
    typed = [noised(w) for w in words]
    pairs, right, wrong, n = [], [], [], 0
    for a, b in zip(words, typed):
        if a == '.':
            if right:
                pairs.append((right, wrong))
            right, wrong = [], []
            continue
        n += 1
        if n <= skip:
            continue
        right.append(a)
        wrong.append(b)
        if n - skip == most:
            break
    if right:
        pairs.append((right, wrong))
    return pairs


# -- correctors: sentences in, for each word a list of what it may be, the best first ----------

def run(command, path):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.time()
    out = subprocess.run(command, stdin=open(path), stdout=subprocess.PIPE, check=True).stdout
    took = time.time() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return out.decode(), took, after.ru_utime - before.ru_utime, after.ru_maxrss


def by_ngram(program, options, sentences):
    with tempfile.NamedTemporaryFile('w', suffix='.txt') as file:
        file.write(''.join(' '.join(s) + '\n' for s in sentences))
        file.flush()
        base = [program, 'correct', '-q', '--threads', '1'] + options
        _, took, user, rss = run(base, file.name)
        rows = run(base + ['--list', '--format', 'tsv'], file.name)[0]
        ranked = run(base + ['--list', '--format', 'tsv', '-k', '7'], file.name)[0]
    answers = [[[w] for w in s] for s in sentences]
    starts = [list(itertools.accumulate([0] + [len(w) + 1 for w in s])) for s in sentences]
    for row in rows.splitlines()[1:]:
        line, byte, _, _, right, _ = row.split('\t')
        at = bisect.bisect(starts[int(line) - 1], int(byte) - 1) - 1
        answers[int(line) - 1][at] = [right.lower()]
    for row in ranked.splitlines()[1:]:
        line, byte, _, _, right, _, _ = row.split('\t')
        at = bisect.bisect(starts[int(line) - 1], int(byte) - 1) - 1
        if right.lower() not in answers[int(line) - 1][at]:
            answers[int(line) - 1][at].append(right.lower())
    return answers, took, user, rss


def by_norvig(train, sentences):
    count = collections.Counter(re.findall('[a-z]+', open(train, errors='replace').read().lower()))

    def near(word):
        cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
        return ({a + b[1:] for a, b in cuts if b} |
                {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1} |
                {a + c + b[1:] for a, b in cuts if b for c in LETTERS} |
                {a + c + b for a, b in cuts for c in LETTERS})

    def guess(word):
        found = [word] if word in count else [w for w in near(word) if w in count]
        found = found or list({v for w in near(word) for v in near(w) if v in count}) or [word]
        return sorted(found, key=lambda w: -count[w])[:7]

    begun = time.time()
    answers = [[guess(w) for w in s] for s in sentences]
    return answers, time.time() - begun, time.time() - begun, 0


def by_speller(command, sentences):
    """hunspell -a and aspell -a: a word a line."""
    words = [w for s in sentences for w in s if w]
    with tempfile.NamedTemporaryFile('w', suffix='.txt') as file:
        file.write(''.join('^' + w + '\n' for w in words))
        file.flush()
        out, took, user, rss = run(command, file.name)
    said = iter(out.split('\n', 1)[1].split('\n\n'))
    answers = []
    for s in sentences:
        row = []
        for w in s:
            line = next(said) if w else ''
            row.append(line.split(': ', 1)[1].lower().split(', ')[:7] if line.startswith('&') else [w])
        answers.append(row)
    return answers, took, user, rss


def by_jamspell(program, model, sentences):
    with tempfile.TemporaryDirectory() as folder:
        wrong, right = os.path.join(folder, 'wrong'), os.path.join(folder, 'right')
        open(wrong, 'w').write(''.join(' '.join(s) + ' .\n' for s in sentences))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.time()
        subprocess.run([program, 'fix', model, wrong, right], stderr=subprocess.DEVNULL, check=True)
        took = time.time() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        lines = [line[:-3].split(' ') for line in open(right)]
    answers = [[[w] for w in (a if len(a) == len(s) else s)] for s, a in zip(sentences, lines)]
    return answers, took, after.ru_utime - before.ru_utime, after.ru_maxrss


# -- figures -----------------------------------------------------------------------------------

def report(name, pairs, result, show=0, broken_only=False):
    answers, took, user, rss = result
    n = wrong = fixed = broken = errors = top_errors = top_fixed = 0
    samples = []
    for (right, typed), answer in zip(pairs, answers):
        for i, (r, t, a) in enumerate(zip(right, typed, answer)):
            n += 1
            hit = r != t
            wrong += hit
            fixed += hit and a[0] == r
            broken += not hit and a[0] != r
            errors += a[0] != r
            top_errors += r not in a[:7]
            top_fixed += hit and a[0] != t and r in a[:7]
            if a[0] != r and (not broken_only or not hit):
                samples.append((hit, r, t, a[:3], ' '.join(typed[max(0, i - 3):i + 4])))
    print('%-10s errors %.2f -> %.2f %%, fixed %.2f %%, broken %.2f %%; top 7: errors %.2f %%, fixed '
          '%.2f %%; %.0f words/s (%.0f by user time), %.0f MB' %
          (name, 100 * wrong / n, 100 * errors / n, 100 * fixed / max(wrong, 1),
           100 * broken / max(n - wrong, 1), 100 * top_errors / n, 100 * top_fixed / max(wrong, 1),
           n / took, n / max(user, 1e-9), rss / 1024))
    random.seed(1)
    for sample in random.sample(samples, min(show, len(samples))):
        print('   ', sample)


def pairs_of(path):
    rows = [line.rstrip('\n').split('\t') for line in open(path, encoding='utf-8')]
    return [([r], [w]) for r, w in rows]


def suggestions(name, pairs, result):
    """Words by themselves: who is asked has doubts, so what is suggested counts, not what is done."""
    answers = [[w for w in a[0] if w and w != t[0]] for a, (_, t) in zip(result[0], pairs)]
    first = sum(a[:1] == [r[0].lower()] for a, (r, _) in zip(answers, pairs))
    five = sum(r[0].lower() in a[:5] for a, (r, _) in zip(answers, pairs))
    print('%-10s %d of %d right at the first suggestion, %.1f %%; among the first five %d, %.1f %%' %
          (name, first, len(pairs), 100 * first / len(pairs), five, 100 * five / len(pairs)))


def clean(args):
    base = [args.ngram, 'correct', '-q', '--threads', '1'] + args.options
    text = open(args.file, 'rb').read()
    words = len(re.findall(rb"[A-Za-z][A-Za-z']*", text))
    rows, took, user, rss = run(base + ['--list', '--format', 'tsv'], args.file)
    rows = rows.splitlines()[1:]
    print('clean      %d of %d words changed, %.3f %%; %.0f words/s (%.0f by user time), %.0f MB' %
          (len(rows), words, 100 * len(rows) / words, words / took, words / user, rss / 1024))
    with tempfile.TemporaryDirectory() as folder:
        once = os.path.join(folder, 'once')
        open(once, 'wb').write(subprocess.run(base + [args.file], stdout=subprocess.PIPE,
                                              check=True).stdout)
        more = run(base + ['--list', '--format', 'tsv'], once)[0].splitlines()[1:]
        print('again      %d changes' % len(more))
        for row in more[:args.show]:
            print('   ', row)
    random.seed(1)
    for row in random.sample(rows, min(args.show, len(rows))):
        line, byte, _, wrong, right, p = row.split('\t')
        around = text.split(b'\n')[int(line) - 1][max(0, int(byte) - 40):int(byte) + 30]
        print('   ', wrong, '->', right, '%.2f' % float(p), around.decode(errors='replace'))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('what', choices=['noise', 'pairs', 'clean'])
    parser.add_argument('file')
    parser.add_argument('-m', '--model')
    parser.add_argument('--ngram', default='build/ngram')
    parser.add_argument('--seed', type=int, default=42)
    parser.add_argument('--skip', type=int, default=0, help='words that are not counted')
    parser.add_argument('--words', type=int, default=50000)
    parser.add_argument('--norvig', metavar='TRAIN')
    parser.add_argument('--hunspell', action='store_true')
    parser.add_argument('--aspell', action='store_true')
    parser.add_argument('--jamspell', nargs=2, metavar=('PROGRAM', 'MODEL'))
    parser.add_argument('--only-peers', action='store_true')
    parser.add_argument('--show', type=int, default=0, help='so many words that are wrong')
    parser.add_argument('--broken', action='store_true', help='of these, those that were right')
    parser.add_argument('--option', action='append', default=[], help='for ngram correct')
    args = parser.parse_args()
    args.options = (['-m', args.model] if args.model else []) + args.option
    if not os.path.exists(args.file):
        print('%s is not there: nothing measured' % args.file)
        return 0
    if args.what == 'clean':
        return clean(args)
    pairs = (noise(args.file, args.seed, args.skip, args.words) if args.what == 'noise'
             else pairs_of(args.file))
    typed = [t for _, t in pairs]

    def tell(name, result, *more):
        if args.what == 'pairs':
            suggestions(name, pairs, result)
        else:
            report(name, pairs, result, *more)

    if not args.only_peers:
        tell('ngram', by_ngram(args.ngram, args.options, typed), args.show, args.broken)
    if args.norvig:
        tell('norvig', by_norvig(args.norvig, typed))
    if args.hunspell:
        tell('hunspell', by_speller(['hunspell', '-d', 'en_US', '-a'], typed))
    if args.aspell:
        tell('aspell', by_speller(['aspell', '-l', 'en_US', '-a'], typed))
    if args.jamspell:
        tell('jamspell', by_jamspell(*args.jamspell, typed))
    return 0


if __name__ == '__main__':
    sys.exit(main())

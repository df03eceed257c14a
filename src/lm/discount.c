/*
 * Discounts
 *
 * With t_k the number of n-grams of one order whose adjusted count is k,
 * Y = t_1 / (t_1 + 2 t_2), modified Kneser-Ney takes
 * D_k = k - (k + 1) Y t_{k+1} / t_k for k = 1, 2, 3+ (Chen & Goodman 1998,
 * eq. 26) and Kneser-Ney and absolute discounting Y itself (Ney, Essen & Kneser
 * 1994).  Arithmetic is float32, as in KenLM's lmplz, to the same last digit.
 *
 * Where a closed form is undefined - some t_k is 0, or D_k falls outside
 * [0, k] - the order takes 0.5, 1, 1.5 (0.5 where there is one discount), and
 * the fallback is reported: training never fails for lack of data.
 */
#include "estimate.h"

#include <string.h>

static const float fallback[3] = {0.5F, 1.0F, 1.5F};

static void
count_counts(const NgEstimate *self, unsigned k)
{
    guint64 *t = self->d[k].t;

    for (size_t e = 0; e < self->counts->trie.level[k].n; e++)
        if (self->a[k][e] <= 4)
            t[self->a[k][e]]++;
}

/* Compares n-grams from their last word back; beyond its first word each is preceded by <s>. */
static int
compare_suffix_order(const NgWord *a, unsigned n_a, const NgWord *b, unsigned n_b)
{
    for (unsigned i = 1; i <= MAX(n_a, n_b); i++) {
        NgWord x = i <= n_a ? a[n_a - i] : NG_WORD_BEGIN;
        NgWord y = i <= n_b ? b[n_b - i] : NG_WORD_BEGIN;
        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}

/**
 * Last: the last n-gram in suffix order of those offered so far.
 */
typedef struct {
    NgWord words[NG_ORDER_MAX];
    unsigned n;
    uint32_t entry;
} Last;

static void
offer(Last *last, const NgTrie *trie, unsigned level, uint32_t entry)
{
    NgWord words[NG_ORDER_MAX];
    const NgWord *word = trie->level[level - 1].word;

    if (last->n > 0 && (word != NULL ? word[entry] : entry) < last->words[last->n - 1])
        return;
    ng_trie_words(trie, level, entry, words);
    if (last->n > 0 && compare_suffix_order(words, level, last->words, last->n) <= 0)
        return;
    memcpy(last->words, words, level * sizeof *words);
    last->n = level;
    last->entry = entry;
}

/* How many orders lmplz still has open when its stream of N-grams ends. */
static unsigned
open_orders(const NgTrie *trie)
{
    Last last = {.n = 0};
    uint32_t first = NG_WORD_BEGIN;
    uint32_t end = NG_WORD_BEGIN + 1;

    for (unsigned level = 2; level <= trie->order; level++) {
        first = trie->level[level - 2].first[first];
        end = trie->level[level - 2].first[end];
        uint32_t from = level == trie->order ? 0 : first;
        uint32_t to = level == trie->order ? (uint32_t)trie->level[level - 1].n : end;
        for (uint32_t e = from; e < to; e++)
            offer(&last, trie, level, e);
    }
    return last.n;
}

/* kpu/kenlm#427: the last n-gram of each open order enters the statistics with its raw count. */
static void
repeat_lmplz_slip(NgEstimate *self)
{
    const NgTrie *trie = &self->counts->trie;
    unsigned open = open_orders(trie);

    for (unsigned k = 0; k + 1 < trie->order && k + 1 <= open; k++) {
        Last last = {.n = 0};
        for (uint32_t e = 0; e < trie->level[k].n; e++)
            offer(&last, trie, k + 1, e);
        uint32_t adjusted = self->a[k][last.entry];
        uint32_t raw = self->counts->count[k][last.entry];
        if (adjusted <= 4)
            self->d[k].t[adjusted]--;
        if (raw <= 4)
            self->d[k].t[raw]++;
    }
}

/* Chen & Goodman's three discounts; FALSE where they are undefined. */
static gboolean
three_discounts(NgDiscount *d)
{
    const guint64 *t = d->t;

    if (t[1] == 0 || t[2] == 0 || t[3] == 0)
        return FALSE;
    float y = (float)t[1] / (float)((double)t[1] + 2.0 * (double)t[2]);
    for (unsigned k = 1; k <= 3; k++) {
        d->d[k] = (float)k - (float)(k + 1) * y * (float)t[k + 1] / (float)t[k];
        if (d->d[k] < 0.0F || d->d[k] > (float)k)
            return FALSE;
    }
    return TRUE;
}

/* One discount; FALSE where it would be 0 or 1, which leaves some words no mass. */
static gboolean
one_discount(NgDiscount *d)
{
    if (d->t[1] == 0 || d->t[2] == 0)
        return FALSE;
    float y = (float)d->t[1] / (float)((double)d->t[1] + 2.0 * (double)d->t[2]);
    d->d[1] = d->d[2] = d->d[3] = y;
    return TRUE;
}

/**
 * ng_estimate_discounts:
 *
 * Sets @d of every order, for the methods that discount.
 */
void
ng_estimate_discounts(NgEstimate *self)
{
    const NgSmoothOptions *o = self->options;
    gboolean one = o->method != NG_SMOOTHING_MKN;

    for (unsigned k = 0; k < self->counts->trie.order; k++)
        count_counts(self, k);
    if (o->lmplz)
        repeat_lmplz_slip(self);
    for (unsigned k = 0; k < self->counts->trie.order; k++) {
        NgDiscount *d = &self->d[k];
        if (!o->fixed && (one ? one_discount(d) : three_discounts(d)))
            continue;
        d->fallback = !o->fixed;
        d->d[0] = 0.0F;
        for (unsigned i = 0; i < 3; i++)
            d->d[i + 1] = o->fixed ? o->discount[i] : fallback[one ? 0 : i];
    }
}

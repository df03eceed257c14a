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

#include "ngram/parallel.h"

#include <string.h>

static const float fallback[3] = {0.5F, 1.0F, 1.5F};

/** Tally: how often each adjusted count up to 4 stands in each chunk of a level. */
typedef struct {
    const NgEstimate *estimate;
    unsigned k;
    guint64 (*t)[5];
} Tally;

static void
tally_chunk(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Tally *tally = data;
    const NgEstimate *self = tally->estimate;
    size_t end = MIN((index + 1) * NG_ESTIMATE_CHUNK, self->counts->n[tally->k]);
    guint64 t[6] = {0};

    for (size_t e = index * NG_ESTIMATE_CHUNK; e < end; e++)
        t[MIN(ng_estimate_a(self, tally->k, (uint32_t)e), 5)]++;
    memcpy(tally->t[index], t, sizeof *tally->t);
    ng_store_breathe(self->counts->store);
}

static void
count_counts(const NgEstimate *self, unsigned k)
{
    size_t chunks = ng_estimate_chunks(self->counts->n[k]);
    g_autofree guint64(*t)[5] = g_malloc0(MAX(chunks, 1) * sizeof *t);
    Tally tally = {self, k, t};

    ng_parallel(chunks, self->counts->threads, tally_chunk, &tally);
    for (size_t i = 0; i < chunks; i++)
        for (unsigned a = 0; a < 5; a++)
            self->d[k].t[a] += t[i][a];
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
offer(Last *last, const NgCounts *c, unsigned k, uint32_t entry)
{
    NgWord words[NG_ORDER_MAX];

    if (last->n > 0 && ng_counts_word(c, k, entry) < last->words[last->n - 1])
        return;
    ng_counts_words(c, k, entry, words);
    if (last->n > 0 && compare_suffix_order(words, k + 1, last->words, last->n) <= 0)
        return;
    memcpy(last->words, words, (k + 1) * sizeof *words);
    last->n = k + 1;
    last->entry = entry;
}

/* How many orders lmplz still has open when its stream of N-grams ends. */
static unsigned
open_orders(const NgCounts *c)
{
    Last last = {.n = 0};
    uint32_t first = NG_WORD_BEGIN;
    uint32_t end = NG_WORD_BEGIN + 1;

    for (unsigned k = 1; k < c->order; k++) {
        first = c->entry[k - 1][first].first;
        end = c->entry[k - 1][end].first;
        uint32_t from = k + 1 == c->order ? 0 : first;
        uint32_t to = k + 1 == c->order ? (uint32_t)c->n[k] : end;
        for (uint32_t e = from; e < to; e++)
            offer(&last, c, k, e);
    }
    return last.n;
}

/* kpu/kenlm#427: the last n-gram of each open order enters the statistics with its raw count. */
static void
repeat_lmplz_slip(NgEstimate *self)
{
    const NgCounts *c = self->counts;
    unsigned open = open_orders(c);

    for (unsigned k = 0; k + 1 < c->order && k + 1 <= open; k++) {
        Last last = {.n = 0};
        for (uint32_t e = 0; e < c->n[k]; e++)
            offer(&last, c, k, e);
        uint32_t adjusted = ng_estimate_a(self, k, last.entry);
        uint32_t raw = ng_counts_count(c, k, last.entry);
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

    for (unsigned k = 0; k < self->counts->order; k++)
        count_counts(self, k);
    if (o->lmplz)
        repeat_lmplz_slip(self);
    for (unsigned k = 0; k < self->counts->order; k++) {
        NgDiscount *d = &self->d[k];
        if (!o->fixed && (one ? one_discount(d) : three_discounts(d)))
            continue;
        d->fallback = !o->fixed;
        d->d[0] = 0.0F;
        for (unsigned i = 0; i < 3; i++)
            d->d[i + 1] = o->fixed ? o->discount[i] : fallback[one ? 0 : i];
    }
}

/*
 * Tables
 *
 * The sides of a context's die, the likeliest first, of equals the one with the
 * lower id.  All of them cost a pass over the words for each level and a sort.
 * The best k are found without: see rank.c for what is passed over.
 *
 * Invariant: ng_table_best() gives the first rows of ng_table_all(), to the last
 * bit: probabilities are multiplied in the same order.
 */
#include "ngram/table.h"

#include "rank.h"

#include <math.h>
#include <stdlib.h>

/* How far, in log10, a sum in float32 may be from the product in double. */
#define SLACK 1e-4

/* The best rows so far: up to 2 k of them, of which the best k are kept now and then. */
typedef struct {
    const NgVoice *voice;
    NgState context;
    size_t k;
    size_t n;
    NgTableRow *rows; /* [2 k] */
    double floor;
} Best;

static int
compare(const void *a, const void *b)
{
    const NgTableRow *x = a, *y = b;

    if (x->p != y->p)
        return x->p > y->p ? -1 : 1;
    return (x->word > y->word) - (x->word < y->word);
}

/**
 * ng_table_all:
 * @walk: a context, of a voice or of a mixture
 * @n: (out): rows: one for each word but `<s>`
 * @sum: (out) (nullable): what they sum to
 *
 * Returns: (transfer full) (array length=n): the rows, sorted; free with g_free()
 */
NgTableRow *
ng_table_all(const NgWalk *walk, size_t *n, double *sum)
{
    g_return_val_if_fail(walk != NULL && n != NULL, NULL);

    size_t words = walk->voice != NULL ? ng_voice_words(walk->voice) : ng_mix_words(walk->mix);
    size_t kept = 0;
    g_autofree double *p = g_new(double, words);
    g_autofree uint8_t *order = g_new(uint8_t, words);
    NgTableRow *rows = g_new(NgTableRow, words);
    double whole = 0.0;

    ng_walk_distribution(walk, p, order);
    for (NgWord word = 0; word < words; word++) {
        if (word == NG_WORD_BEGIN)
            continue; /* it never comes next */
        rows[kept++] = (NgTableRow){word, order[word], p[word]};
        whole += p[word];
    }
    qsort(rows, kept, sizeof *rows, compare);
    *n = kept;
    if (sum != NULL)
        *sum = whole;
    return rows;
}

/* The row of one word, as ng_voice_distribution() works it out. */
static NgTableRow
row_of(const NgVoice *voice, NgState context, NgWord word)
{
    NgTableRow row = {word, 0, 0.0};
    double weight[NG_ORDER_MAX];
    unsigned n = 0;
    uint32_t entry = 0;

    while (!ng_voice_find(voice, context, word, &entry)) {
        weight[n++] = exp10((double)ng_voice_backoff(voice, context));
        context = ng_voice_shorter(voice, context);
    }
    unsigned level = context.length + 1;
    row.p = exp10((double)ng_voice_entry_logprob(voice, level, entry));
    while (n > 0)
        row.p *= weight[--n];
    while (level > 1 && ng_voice_entry_is_blank(voice, level, entry))
        entry = ng_voice_entry_suffix(voice, level--, entry);
    row.order = level;
    return row;
}

static double
keep_row(NgWord word, float logprob G_GNUC_UNUSED, NgState after G_GNUC_UNUSED, gpointer data)
{
    Best *self = data;

    self->rows[self->n++] = row_of(self->voice, self->context, word);
    if (self->n == 2 * self->k) {
        qsort(self->rows, self->n, sizeof *self->rows, compare);
        self->n = self->k;
        self->floor = log10(self->rows[self->k - 1].p) - SLACK;
    }
    return self->floor;
}

/**
 * ng_table_best:
 * @walk: a context, of a voice or of a mixture; of this all words are looked at
 * @k: rows wanted, at least 1
 * @n: (out): rows: @k, or all there are
 *
 * Returns: (transfer full) (array length=n): the likeliest rows, sorted; free with g_free()
 */
NgTableRow *
ng_table_best(const NgWalk *walk, size_t k, size_t *n)
{
    g_return_val_if_fail(walk != NULL && k > 0 && n != NULL, NULL);

    const NgVoice *voice = walk->voice;
    if (voice != NULL && k < (ng_voice_words(voice) - 1) / 8) {
        NgState context = walk->state[0];
        Best best = {.voice = voice, .context = context, .k = k, .floor = -HUGE_VAL};
        g_autofree NgTableRow *rows = best.rows = g_new(NgTableRow, 2 * k);
        NgRank *rank = ng_rank_new(voice);
        ng_rank_walk(rank, context, best.floor, keep_row, &best);
        ng_rank_free(rank);
        qsort(rows, best.n, sizeof *rows, compare);
        *n = MIN(best.n, k);
        if (best.n >= k)
            return g_steal_pointer(&rows);
    }
    /* so many, or words among them that cannot come at all */
    NgTableRow *all = ng_table_all(walk, n, NULL);
    *n = MIN(*n, k);
    return all;
}

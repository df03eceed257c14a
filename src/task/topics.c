/*
 * Topics
 *
 * What a hidden unit stands for, told by words: how it moves the law of the words
 * when it is turned on, the other units being as they are on the average.  The
 * greatest weights are no good answer by themselves, since a rare word costs the
 * machine little and its weight is hardly known; so words are ranked by what they
 * have of the relative entropy between the two laws, which asks for a word that is
 * both moved and frequent.
 */
#include "ngram/topics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64 }; /* rows that are made dense at once */

/**
 * ng_topics_means:
 * @rbm: a machine of D visible and H hidden units
 * @rows: with D columns; or %NULL
 * @mean: (out): [H] how often each hidden unit is on in these rows; 0.5 without rows
 */
void
ng_topics_means(NgRbm *rbm, const NgDataset *rows, float *mean)
{
    g_return_if_fail(rbm != NULL && mean != NULL);
    g_return_if_fail(rows == NULL || ng_dataset_columns(rows) == ng_rbm_visible(rbm));

    guint D = ng_rbm_visible(rbm), H = ng_rbm_hidden(rbm);
    size_t n = rows != NULL ? ng_dataset_rows(rows) : 0;
    g_autofree float *v = g_new(float, (gsize)BLOCK *D);
    g_autofree float *h = g_new(float, (gsize)BLOCK *H);
    g_autofree double *sum = g_new0(double, H);

    for (size_t at = 0; at < n; at += BLOCK) {
        size_t some = MIN(BLOCK, n - at);
        for (size_t r = 0; r < some; r++)
            ng_dataset_row(rows, at + r, v + r * D);
        ng_rbm_hidden_mean(rbm, v, some, h);
        for (size_t i = 0; i < some * H; i++)
            sum[i % H] += (double)h[i];
    }
    for (guint j = 0; j < H; j++)
        mean[j] = n > 0 ? (float)(sum[j] / (double)n) : 0.5F;
}

/* What a word has of the relative entropy of two laws: of one draw, or of a unit for itself. */
static double
gain_of(double on, double off, gboolean draws)
{
    double gain = on > 0.0 && off > 0.0 ? on * log(on / off) : 0.0;

    if (!draws && on < 1.0 && off < 1.0) {
        gain += (1.0 - on) * log((1.0 - on) / (1.0 - off));
        return on < off ? -gain : gain;
    }
    return gain;
}

static double
key_of(const NgTopicWord *word, NgTopicsOrder order)
{
    if (order == NG_TOPICS_WEIGHT)
        return word->weight;
    return order == NG_TOPICS_SHARE ? word->on : word->gain;
}

static int
compare_words(const void *a, const void *b, gpointer data)
{
    const NgTopicWord *x = a, *y = b;
    NgTopicsOrder order = (NgTopicsOrder)GPOINTER_TO_INT(data);
    double p = key_of(x, order), q = key_of(y, order);

    return p != q ? (p < q) - (p > q) : (x->word > y->word) - (x->word < y->word);
}

/**
 * ng_topics_of:
 * @rbm: a machine whose first group of units are words
 * @unit: a hidden unit
 * @mean: [H] where the other hidden units are, see ng_topics_means()
 * @order: which words come first
 * @words: (out): [size of the first group] in that order, ties as the units stand
 *
 * Returns: how many words there are
 */
guint
ng_topics_of(NgRbm *rbm, guint unit, const float *mean, NgTopicsOrder order, NgTopicWord *words)
{
    g_return_val_if_fail(rbm != NULL && mean != NULL && words != NULL, 0);
    g_return_val_if_fail(unit < ng_rbm_hidden(rbm), 0);

    guint D = ng_rbm_visible(rbm), H = ng_rbm_hidden(rbm), n_groups = 0;
    const NgUnitGroup *group = ng_rbm_groups(rbm, &n_groups);
    g_autofree float *h = g_new(float, (gsize)2 * H);
    g_autofree float *law = g_new(float, (gsize)2 * D);
    gboolean draws = group->kind != NG_UNITS_BINARY;

    memcpy(h, mean, H * sizeof *h);
    memcpy(h + H, mean, H * sizeof *h);
    h[unit] = 1.0F;
    h[H + unit] = 0.0F;
    ng_rbm_visible_mean(rbm, h, 2, NULL, law);
    for (guint k = 0; k < group->size; k++) {
        double on = (double)law[k], off = (double)law[D + k];
        double weight = (double)ng_rbm_weights(rbm)[(gsize)k * H + unit];
        words[k] = (NgTopicWord){k, weight, on, off, gain_of(on, off, draws)};
    }
    g_qsort_with_data(words, (gint)group->size, sizeof *words, compare_words,
                      GINT_TO_POINTER((int)order));
    return group->size;
}

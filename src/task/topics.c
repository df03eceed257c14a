/*
 * Topics
 *
 * What a hidden unit stands for, told by words: how it moves the law of the words
 * when it is turned on, the other units being as they are on the average.  The
 * greatest weights by themselves favour rare words, which cost the machine little
 * and are hardly known; the greatest parts of the relative entropy between the two
 * laws favour the commonest ones.  Relevance (Sievert and Shirley 2014) lies between
 * them: 0.3 log P(word | on) + 0.7 log P(word | on) / P(word | off).
 */
#include "ngram/topics.h"

#include "ngram/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64 }; /* rows that are made dense at once */

#define COMMON 0.3 /* what a word's probability counts for in its relevance */

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

    guint visible = ng_rbm_visible(rbm), H = ng_rbm_hidden(rbm);
    size_t n = rows != NULL ? ng_dataset_rows(rows) : 0;
    g_autofree float *v = g_new(float, (gsize)BLOCK *visible);
    g_autofree float *h = g_new(float, (gsize)BLOCK *H);
    g_autofree double *sum = g_new0(double, H);

    for (size_t at = 0; at < n; at += BLOCK) {
        size_t some = MIN(BLOCK, n - at);
        for (size_t r = 0; r < some; r++)
            ng_dataset_row(rows, at + r, v + r * visible);
        ng_rbm_hidden_mean(rbm, v, some, h);
        for (size_t i = 0; i < some * H; i++)
            sum[i % H] += (double)h[i];
    }
    for (guint j = 0; j < H; j++)
        mean[j] = n > 0 ? (float)(sum[j] / (double)n) : 0.5F;
}

/**
 * ng_topics_note:
 * @mean: [H] how often each hidden unit is on in the training text
 *
 * Keeps that in the machine's manifest: `on` of the group `text`.
 */
void
ng_topics_note(NgRbm *rbm, const float *mean)
{
    g_return_if_fail(rbm != NULL && mean != NULL);

    g_autoptr(GString) text = g_string_new(NULL);
    for (guint j = 0; j < ng_rbm_hidden(rbm); j++) {
        char number[NG_NUMBER_SIZE];
        ng_number_from_float(number, mean[j]);
        g_string_append_printf(text, "%s%s", j > 0 ? " " : "", number);
    }
    g_key_file_set_string(ng_rbm_manifest(rbm), "text", "on", text->str);
}

/**
 * ng_topics_noted:
 * @mean: (out): [H] what ng_topics_note() kept; 0.5 where there is nothing or where it does not fit
 *
 * Returns: whether there was something
 */
gboolean
ng_topics_noted(NgRbm *rbm, float *mean)
{
    g_return_val_if_fail(rbm != NULL && mean != NULL, FALSE);

    g_autofree char *text = g_key_file_get_string(ng_rbm_manifest(rbm), "text", "on", NULL);
    g_auto(GStrv) numbers = g_strsplit(text != NULL ? text : "", " ", -1);
    guint H = ng_rbm_hidden(rbm);
    gboolean fits = g_strv_length(numbers) == H;

    for (guint j = 0; fits && j < H; j++)
        fits = ng_number_to_float(numbers[j], strlen(numbers[j]), &mean[j]) && mean[j] >= 0.0F &&
               mean[j] <= 1.0F;
    for (guint j = 0; !fits && j < H; j++)
        mean[j] = 0.5F;
    return fits;
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
relevance_of(const NgTopicWord *word)
{
    if (word->on <= 0.0 || word->off <= 0.0)
        return word->on > 0.0 ? INFINITY : -INFINITY;
    return log(word->on) - (1.0 - COMMON) * log(word->off);
}

static double
key_of(const NgTopicWord *word, NgTopicsOrder order)
{
    switch (order) {
    case NG_TOPICS_WEIGHT:
        return word->weight;
    case NG_TOPICS_GAIN:
        return word->gain;
    case NG_TOPICS_SHARE:
        return word->on;
    case NG_TOPICS_RELEVANCE:
    default:
        return relevance_of(word);
    }
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

    guint visible = ng_rbm_visible(rbm), H = ng_rbm_hidden(rbm), n_groups = 0;
    const NgUnitGroup *group = ng_rbm_groups(rbm, &n_groups);
    g_autofree float *h = g_new(float, (gsize)2 * H);
    g_autofree float *law = g_new(float, (gsize)2 * visible);
    gboolean draws = group->kind != NG_UNITS_BINARY;

    memcpy(h, mean, H * sizeof *h);
    memcpy(h + H, mean, H * sizeof *h);
    h[unit] = 1.0F;
    h[H + unit] = 0.0F;
    ng_rbm_visible_mean(rbm, h, 2, NULL, law);
    for (guint k = 0; k < group->size; k++) {
        double on = (double)law[k], off = (double)law[visible + k];
        double weight = (double)ng_rbm_weights(rbm)[(gsize)k * H + unit];
        words[k] = (NgTopicWord){k, weight, on, off, gain_of(on, off, draws)};
    }
    g_qsort_with_data(words, (gint)group->size, sizeof *words, compare_words,
                      GINT_TO_POINTER((int)order));
    return group->size;
}

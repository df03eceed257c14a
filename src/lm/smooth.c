/*
 * Smoothing: the registry of the estimators and the passes they share
 *
 * One pass a level, from the words up: by the time a context is estimated the
 * probabilities of its suffix's successors stand.  Contexts are independent, so
 * chunks of them go to different threads.  All is done in the arrays of the
 * counts: a probability takes the place of the raw count, the weight of the
 * shorter context that of the adjusted one.
 */
#include "estimate.h"

#include "ngram/error.h"
#include "ngram/number.h"
#include "ngram/parallel.h"

#include <string.h>

enum { CONTEXTS = 1 << 13 };

/* far above any count, what is learned is uniform, and a float32 ends at 3e38 */
#define ADD_MAX 1e9

static const struct {
    const char *name;
    NgSmoothing method;
} methods[] = {
    {"mkn", NG_SMOOTHING_MKN}, {"kn", NG_SMOOTHING_KN},   {"wb", NG_SMOOTHING_WB},
    {"abs", NG_SMOOTHING_ABS}, {"mle", NG_SMOOTHING_MLE},
};

typedef struct {
    NgEstimate *estimate;
    unsigned k; /* the successors' level, from 0 */
} Pass;

static void
estimate_chunk(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Pass *pass = data;
    NgEstimate *self = pass->estimate;
    NgFloats *gamma = &self->gamma[pass->k - 1];
    size_t end = MIN((index + 1) * CONTEXTS, self->counts->n[pass->k - 1]);

    for (size_t h = index * CONTEXTS; h < end; h++)
        gamma->at[h * gamma->stride] = ng_estimate_context(self, pass->k, (uint32_t)h);
    ng_store_breathe(self->counts->store);
}

static void
set_columns(NgEstimate *self)
{
    NgCounts *c = self->counts;

    for (unsigned k = 0; k + 1 < c->order; k++) {
        self->p[k] = (NgFloats){&c->entry[k]->prob, sizeof(NgEntry) / sizeof(float)};
        self->gamma[k] = (NgFloats){&c->entry[k]->backoff, sizeof(NgEntry) / sizeof(float)};
    }
    self->p[c->order - 1] = (NgFloats){&c->leaf->prob, sizeof(NgLeaf) / sizeof(float)};
}

static void
estimate_levels(NgEstimate *self)
{
    NgCounts *c = self->counts;

    set_columns(self);
    ng_estimate_context(self, 0, 0);
    *ng_estimate_p(self, 0, NG_WORD_BEGIN) = 1.0F; /* never asked for: 0, as lmplz prints it */
    for (unsigned k = 1; k < c->order; k++) {
        Pass pass = {self, k};
        ng_parallel((c->n[k - 1] + CONTEXTS - 1) / CONTEXTS, c->threads, estimate_chunk, &pass);
    }
}

static void
estimate_clear(NgEstimate *self)
{
    for (unsigned k = 0; k < NG_ORDER_MAX; k++) {
        g_free(self->owned[k]);
        g_free(self->gone[k]);
    }
}

/**
 * ng_smooth:
 * @counts: (transfer full): raw counts of at least one sequence, linked; they become the voice
 * @options: the estimator and what it leaves out
 * @discounts: (out): [N] what each order was discounted by; zero for methods that do not discount
 *
 * Returns: (transfer full): the distribution; its words are those that @options keeps, in the
 * same order, numbered anew
 */
NgVoice *
ng_smooth(NgCounts *counts, const NgSmoothOptions *options, NgDiscount discounts[NG_ORDER_MAX])
{
    g_return_val_if_fail(counts != NULL && options != NULL && discounts != NULL, NULL);

    NgEstimate estimate = {.counts = counts, .options = options, .d = discounts};
    memset(discounts, 0, NG_ORDER_MAX * sizeof *discounts);
    ng_estimate_mark(&estimate);
    ng_estimate_adjust(&estimate);
    if (options->method == NG_SMOOTHING_MKN || options->method == NG_SMOOTHING_KN ||
        options->method == NG_SMOOTHING_ABS)
        ng_estimate_discounts(&estimate);
    estimate_levels(&estimate);
    NgVoice *voice = ng_estimate_voice(&estimate);
    estimate_clear(&estimate);
    return voice;
}

/**
 * ng_smoothing_parse:
 * @text: `mkn`, `kn`, `wb`, `abs`, `add:K` (0 < K <= 1e9) or `mle`
 * @method: (out): the estimator
 * @add: (out): K, 0 where there is none
 * @error: return location for a #GError, or %NULL
 *
 * Returns: whether @text names one; else %NG_ERROR_RANGE
 */
gboolean
ng_smoothing_parse(const char *text, NgSmoothing *method, double *add, GError **error)
{
    g_return_val_if_fail(text != NULL && method != NULL && add != NULL, FALSE);

    double K = 0.0;
    for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
        if (!g_str_equal(text, methods[i].name))
            continue;
        *method = methods[i].method;
        *add = 0.0;
        return TRUE;
    }
    if (g_str_has_prefix(text, "add:") && ng_number_to_double(text + 4, strlen(text + 4), &K) &&
        K > 0.0 && K <= ADD_MAX) {
        *method = NG_SMOOTHING_ADD;
        *add = K;
        return TRUE;
    }
    g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                "no smoothing '%s' (one of mkn, kn, wb, abs, add:K with K above 0 and at most 1e9, "
                "mle)",
                text);
    return FALSE;
}

/**
 * ng_smoothing_format:
 *
 * Returns: (transfer full): what ng_smoothing_parse() reads
 */
char *
ng_smoothing_format(NgSmoothing method, double add)
{
    char number[NG_NUMBER_SIZE];

    for (size_t i = 0; i < G_N_ELEMENTS(methods); i++)
        if (methods[i].method == method)
            return g_strdup(methods[i].name);
    ng_number_from_double(number, add);
    return g_strconcat("add:", number, NULL);
}

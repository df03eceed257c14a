/*
 * Smoothing: the registry of the estimators and the passes they share
 *
 * One pass a level, from the words up: by the time a context is estimated the
 * probabilities of its suffix's successors stand.  Contexts are independent, so
 * chunks of them go to different threads.
 */
#include "estimate.h"

#include "ngram/error.h"
#include "ngram/number.h"
#include "ngram/parallel.h"

#include <string.h>

enum { CHUNKS = 64 };

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
    const NgLevel *below = &self->counts->trie.level[pass->k - 1];
    uint32_t from = (uint32_t)(below->n * index / CHUNKS);
    uint32_t to = (uint32_t)(below->n * (index + 1) / CHUNKS);

    for (uint32_t h = from; h < to; h++)
        self->gamma[pass->k - 1][h] = ng_estimate_context(self, pass->k, h);
}

static void
estimate_levels(NgEstimate *self)
{
    const NgTrie *trie = &self->counts->trie;

    for (unsigned k = 0; k < trie->order; k++) {
        self->p[k] = g_new(float, trie->level[k].n);
        if (k == 0) {
            self->gamma_root = ng_estimate_context(self, 0, 0);
            self->p[0][NG_WORD_BEGIN] = 1.0F; /* never asked for: printed as 0, as lmplz does */
            continue;
        }
        self->gamma[k - 1] = g_new(float, trie->level[k - 1].n);
        Pass pass = {self, k};
        ng_parallel(CHUNKS, self->counts->threads, estimate_chunk, &pass);
    }
}

static void
estimate_clear(NgEstimate *self)
{
    for (unsigned k = 0; k < NG_ORDER_MAX; k++) {
        g_free(self->owned[k]);
        g_free(self->gone[k]);
        g_free(self->p[k]);
        g_free(self->gamma[k]);
    }
}

/**
 * ng_smooth:
 * @counts: raw counts of at least one sequence, linked
 * @options: the estimator and what it leaves out
 * @discounts: (out): [N] what each order was discounted by; zero for methods that do not discount
 *
 * Returns: (transfer full): the distribution; its words are those that @options keeps, in the
 * same order, numbered anew
 */
NgVoice *
ng_smooth(const NgCounts *counts, const NgSmoothOptions *options,
          NgDiscount discounts[NG_ORDER_MAX])
{
    g_return_val_if_fail(counts != NULL && options != NULL && discounts != NULL, NULL);

    NgEstimate estimate = {.counts = counts, .options = options, .d = discounts};
    memset(discounts, 0, NG_ORDER_MAX * sizeof *discounts);
    ng_estimate_adjust(&estimate);
    ng_estimate_mark(&estimate);
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

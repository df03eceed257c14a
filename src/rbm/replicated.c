/*
 * Replicated softmax
 *
 * A machine of word counts (Salakhutdinov and Hinton 2009) gives a document of D
 * words, n_k of them word k, the energy E(n, h) = -n.b - D c.h - n'W h.  What is
 * told here is the probability of the words in their order, given how many they
 * are:
 *
 *     log P(w_1 ... w_D) = -F(n) - log Z_D,    Z_D = sum over all sequences of e^-F
 *
 * so e to minus the mean of it over the words is a perplexity as that of a unigram
 * model is.  The counts alone are more likely, by the multinomial coefficient
 * D! / prod n_k!.  Z_D is a sum over the hidden units, exact for up to 24 of them
 * (replicated-exact.c), else estimated (replicated-ais.c).
 */
#include "rbm-internal.h"
#include "replicated-internal.h"

#include "ngram/error.h"

#include <math.h>
#include <string.h>

struct NgReplicated {
    NgReplicatedSums sums;
    double *t;     /* (nullable): [2^H] of the exact sum */
    GArray *z;     /* of NgReplicatedZ: [lengths] */
    GArray *known; /* of guint8: [lengths] whether it was summed */
    guint longest; /* of the estimate */
};

/**
 * ng_replicated_fits:
 *
 * Returns: whether all visible units of the machine are one group of counts
 */
gboolean
ng_replicated_fits(const NgRbm *rbm)
{
    g_return_val_if_fail(rbm != NULL, FALSE);

    return rbm->n_groups == 1 && rbm->groups[0].kind == NG_UNITS_COUNTS;
}

static gboolean
check_units(const NgRbm *rbm, GError **error)
{
    if (ng_replicated_fits(rbm))
        return TRUE;
    g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                "the machine's units are no counts of words ('ngram rbm train --text --counts' "
                "makes some)");
    return FALSE;
}

static NgReplicated *
make(const NgRbm *rbm)
{
    NgReplicated *self = g_new0(NgReplicated, 1);
    NgReplicatedSums *sums = &self->sums;
    size_t K = rbm->visible, H = rbm->hidden;

    sums->words = rbm->visible;
    sums->hidden = rbm->hidden;
    sums->w = g_new(double, K *H);
    sums->b = g_new(double, K);
    sums->c = g_new(double, H);
    for (size_t k = 0; k < K; k++) {
        sums->b[k] = (double)rbm->b[k];
        for (size_t j = 0; j < H; j++)
            sums->w[j * K + k] = (double)rbm->w[k * H + j];
    }
    for (size_t j = 0; j < H; j++)
        sums->c[j] = (double)rbm->c[j];
    self->z = g_array_new(FALSE, TRUE, sizeof(NgReplicatedZ));
    self->known = g_array_new(FALSE, TRUE, sizeof(guint8));
    return self;
}

/**
 * ng_replicated_new:
 * @rbm: a machine of counts; later changes of it are not seen
 * @threads: at least 1
 * @error: return location for a #GError, or %NULL
 *
 * Sums over the states of the hidden units, once for all lengths.
 *
 * Errors: %NG_ERROR_RANGE where the units are no counts, or the hidden ones too many.
 *
 * Returns: (transfer full): exact sums; free with ng_replicated_free()
 */
NgReplicated *
ng_replicated_new(NgRbm *rbm, unsigned threads, GError **error)
{
    g_return_val_if_fail(rbm != NULL && threads > 0, NULL);

    if (!check_units(rbm, error))
        return NULL;
    if (rbm->hidden > NG_REPLICATED_HIDDEN) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "%u hidden units are too many for an exact sum (at most %d)", rbm->hidden,
                    NG_REPLICATED_HIDDEN);
        return NULL;
    }
    NgReplicated *self = make(rbm);
    self->t = g_new(double, (size_t)1 << rbm->hidden);
    ng_replicated_enumerate(&self->sums, threads, self->t);
    return self;
}

/**
 * ng_replicated_options_init:
 * @options: (out): 100 chains, one sweep a step, documents of up to 1000 words
 */
void
ng_replicated_options_init(NgReplicatedOptions *options)
{
    g_return_if_fail(options != NULL);

    *options =
        (NgReplicatedOptions){.longest = 1000, .chains = 100, .sweeps = 1, .seed = 1, .threads = 1};
}

/**
 * ng_replicated_new_sampled:
 * @rbm: a machine of counts; later changes of it are not seen
 * @options: how log Z is estimated
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where the units are no counts.
 *
 * Returns: (transfer full): estimates up to the longest length
 */
NgReplicated *
ng_replicated_new_sampled(NgRbm *rbm, const NgReplicatedOptions *options, GError **error)
{
    g_return_val_if_fail(rbm != NULL && options != NULL, NULL);
    g_return_val_if_fail(options->chains > 1 && options->sweeps > 0 && options->threads > 0, NULL);

    if (!check_units(rbm, error))
        return NULL;
    NgReplicated *self = make(rbm);
    self->longest = options->longest;
    g_array_set_size(self->z, options->longest + 1);
    ng_replicated_anneal(&self->sums, options, (NgReplicatedZ *)(void *)self->z->data);
    return self;
}

/**
 * ng_replicated_free:
 * @self: (nullable) (transfer full): sums
 */
void
ng_replicated_free(NgReplicated *self)
{
    if (self == NULL)
        return;
    g_free(self->sums.w);
    g_free(self->sums.b);
    g_free(self->sums.c);
    g_free(self->t);
    g_array_unref(self->z);
    g_array_unref(self->known);
    g_free(self);
}

/**
 * ng_replicated_is_exact:
 *
 * Returns: whether nothing is estimated
 */
gboolean
ng_replicated_is_exact(const NgReplicated *self)
{
    g_return_val_if_fail(self != NULL, FALSE);

    return self->t != NULL;
}

/* log sum_h e^{D t(h)} */
static double
sum_states(const NgReplicated *self, guint length)
{
    size_t n = (size_t)1 << self->sums.hidden;
    double most = -INFINITY, sum = 0.0;

    for (size_t h = 0; h < n; h++)
        most = fmax(most, self->t[h]);
    for (size_t h = 0; h < n; h++)
        sum += exp(length * (self->t[h] - most));
    return length * most + log(sum);
}

/**
 * ng_replicated_log_z:
 * @length: D; of an estimate, no more than its longest
 *
 * A length is summed when it is first asked for, and kept: one thread at a time.
 *
 * Returns: log Z_D
 */
NgReplicatedZ
ng_replicated_log_z(NgReplicated *self, guint length)
{
    g_return_val_if_fail(self != NULL, ((NgReplicatedZ){0}));
    g_return_val_if_fail(self->t != NULL || length <= self->longest, ((NgReplicatedZ){0}));

    if (self->t == NULL)
        return g_array_index(self->z, NgReplicatedZ, length);
    if (length >= self->z->len) {
        g_array_set_size(self->z, length + 1);
        g_array_set_size(self->known, length + 1);
    }
    NgReplicatedZ *z = &g_array_index(self->z, NgReplicatedZ, length);
    if (!g_array_index(self->known, guint8, length)) {
        double log_z = sum_states(self, length);
        *z = (NgReplicatedZ){log_z, log_z, log_z, INFINITY};
        g_array_index(self->known, guint8, length) = 1;
    }
    return *z;
}

/* -F(n) = n.b + sum_j softplus(D c_j + n'W_j) */
static double
log_weight(const NgReplicated *self, const guint *column, const float *value, guint n,
           double length)
{
    const NgReplicatedSums *sums = &self->sums;
    double sum = 0.0;

    for (guint i = 0; i < n; i++)
        sum += (double)value[i] * sums->b[column[i]];
    for (guint j = 0; j < sums->hidden; j++) {
        const double *w = sums->w + (size_t)j * sums->words;
        double a = length * sums->c[j];
        for (guint i = 0; i < n; i++)
            a += (double)value[i] * w[column[i]];
        sum += ng_softplus(a);
    }
    return sum;
}

static double
length_of(const float *value, guint n)
{
    double sum = 0.0;

    for (guint i = 0; i < n; i++)
        sum += (double)value[i];
    return sum;
}

/**
 * ng_replicated_score:
 * @rows: sparse, of counts, with a column a word
 * @row: which
 *
 * Returns: how likely its words are in their order, given how many they are; without words
 *   certain
 */
NgReplicatedScore
ng_replicated_score(NgReplicated *self, const NgDataset *rows, size_t row)
{
    g_return_val_if_fail(self != NULL && rows != NULL, ((NgReplicatedScore){0}));
    g_return_val_if_fail(ng_dataset_columns(rows) == self->sums.words, ((NgReplicatedScore){0}));

    const guint *column = NULL;
    const float *value = NULL;
    guint n = ng_dataset_sparse(rows, row, &column, &value);
    double length = length_of(value, n);
    NgReplicatedScore score = {.words = (guint)length};
    if (score.words == 0)
        return score;
    NgReplicatedZ z = ng_replicated_log_z(self, score.words);
    double weight = log_weight(self, column, value, n, length);
    score.logprob = weight - z.log_z;
    score.low = weight - z.high;
    score.high = weight - z.low;
    return score;
}

/**
 * ng_replicated_coefficient:
 * @rows: sparse, of counts
 * @row: which
 *
 * Returns: log D! / prod_k n_k!, by which the counts are likelier than one order of the words
 */
double
ng_replicated_coefficient(const NgDataset *rows, size_t row)
{
    g_return_val_if_fail(rows != NULL, NAN);

    const guint *column = NULL;
    const float *value = NULL;
    guint n = ng_dataset_sparse(rows, row, &column, &value);
    double sum = lgamma(length_of(value, n) + 1.0);
    for (guint i = 0; i < n; i++)
        sum -= lgamma((double)value[i] + 1.0);
    return sum;
}

/**
 * ng_replicated_longest:
 * @rows: sparse, of counts
 *
 * Returns: words of the longest document
 */
guint
ng_replicated_longest(const NgDataset *rows)
{
    g_return_val_if_fail(rows != NULL, 0);

    double most = 0.0;
    for (size_t r = 0; r < ng_dataset_rows(rows); r++) {
        const guint *column = NULL;
        const float *value = NULL;
        guint n = ng_dataset_sparse(rows, r, &column, &value);
        most = fmax(most, length_of(value, n));
    }
    return (guint)most;
}

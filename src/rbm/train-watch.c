/*
 * What is watched while a machine learns
 *
 * Parameters that stay finite, the state to fall back on, and the figures of an epoch.  The figures
 * are of fixed rows, the first of the data and of the validation set; they change nothing.
 */
#include "train-internal.h"

#include "ngram/ais.h"
#include "ngram/exact.h"
#include "ngram/pseudo.h"
#include "ngram/rbm-rows.h"

#include <math.h>
#include <string.h>

enum {
    LOOK_ROWS = 1000,  /* of reconstruction and gap */
    PSEUDO_ROWS = 500, /* of the pseudo-likelihood */
    LIKELIHOOD_ROWS = 10000,
    LOOK_BLOCK = 250, /* rows at once */
    EXACT_BITS = 16,  /* of the smaller layer, up to which log Z is exact */
};

#define LARGEST 1e6F /* no parameter that means anything is above this */

/* Whether parameters, velocities and centres are numbers, and not absurd. */
gboolean
ng_train_is_finite(const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(fabsf(x[i]) <= LARGEST))
            return FALSE;
    return TRUE;
}

/* bytes: [chains, H] */
void
ng_train_chains_to_bytes(const NgTrainer *t, guint8 *bytes)
{
    memset(bytes, 0, (gsize)t->chains * t->H);
    for (gsize r = 0; t->panels && r < t->chains; r++)
        for (guint j = 0; j < t->H; j++)
            bytes[r * t->H + j] = t->h_bits[r * t->h_stride + j / NG_PANEL] >> j % NG_PANEL & 1;
    for (guint r = 0; !t->panels && r < t->chains; r++)
        for (guint32 e = 0; e < t->hidden.sparse[r].n; e++)
            bytes[(gsize)r * t->H + t->hidden.sparse[r].index[e]] = 1;
}

void
ng_train_chains_from_bytes(NgTrainer *t, const guint8 *bytes)
{
    for (gsize r = 0; t->panels && r < t->chains; r++) {
        memset(t->h_bits + r * t->h_stride, 0, t->h_stride * sizeof *t->h_bits);
        for (guint j = 0; j < t->H; j++)
            t->h_bits[r * t->h_stride + j / NG_PANEL] |=
                (guint16)((bytes[r * t->H + j] == 1) << j % NG_PANEL);
    }
    for (guint r = 0; !t->panels && r < t->chains; r++) {
        guint32 *index = t->hidden.index + (gsize)r * t->H;
        guint32 n = 0;
        for (guint j = 0; j < t->H; j++)
            if (bytes[(gsize)r * t->H + j] == 1)
                index[n++] = j;
        t->hidden.sparse[r].n = n;
    }
}

/* Keeps the state, to fall back on. */
void
ng_train_keep(NgTrainer *t)
{
    NgTrainGood *good = &t->good;

    if (good->all == NULL) {
        good->all = g_new(float, t->state.n);
        good->chain = g_new(guint8, (gsize)t->chains * t->H);
        good->ladders = t->ladders != NULL ? ng_tempering_state_new(t->ladders) : NULL;
    }
    memcpy(good->all, t->state.all, t->state.n * sizeof *good->all);
    ng_train_chains_to_bytes(t, good->chain);
    if (t->ladders != NULL)
        ng_tempering_state_take(good->ladders, t->ladders);
    good->averages = t->averages;
}

void
ng_train_fall_back(NgTrainer *t)
{
    memcpy(t->state.all, t->good.all, t->state.n * sizeof *t->good.all);
    ng_train_chains_from_bytes(t, t->good.chain);
    if (t->ladders != NULL)
        ng_tempering_state_put(t->good.ladders, t->ladders);
    t->averages = t->good.averages;
    ng_train_turn(t, 0, t->D);
}

/* v: [n, D] the first rows of a data set */
static float *
take_rows(const NgTrainer *t, const NgDataset *data, size_t n)
{
    float *v = g_new(float, n * t->D);

    for (size_t r = 0; r < n; r++)
        ng_rbm_take_row(t->rbm, data, r, v + r * t->D);
    return v;
}

static float
words_of(const NgTrainer *t, const float *v)
{
    float words = 0.0F;

    for (guint i = 0; t->counts && i < t->D; i++)
        words += v[i];
    return t->counts ? words : 1.0F;
}

/* The squared error of the mean of the mean, a row. */
static double
reconstruction(const NgTrainer *t, const float *v, size_t rows)
{
    g_autofree float *h = g_new(float, (gsize)LOOK_BLOCK * t->H);
    g_autofree float *mean = g_new(float, (gsize)LOOK_BLOCK * t->D);
    g_autofree float *length = g_new(float, LOOK_BLOCK);
    double error = 0.0;

    for (size_t at = 0; at < rows; at += LOOK_BLOCK) {
        const float *x = v + at * t->D;
        size_t n = MIN(rows - at, LOOK_BLOCK);
        for (size_t r = 0; r < n; r++)
            length[r] = words_of(t, x + r * t->D);
        ng_rbm_hidden_mean(t->rbm, x, n, h);
        ng_rbm_visible_mean(t->rbm, h, n, length, mean);
        for (size_t i = 0; i < n * t->D; i++)
            error += pow((double)(x[i] - mean[i]), 2.0);
    }
    return error / (double)rows;
}

static double
mean_free_energy(const NgTrainer *t, const float *v, size_t rows)
{
    g_autofree double *f = g_new(double, rows);
    double sum = 0.0;

    ng_exact_free_energy(t->rbm, v, rows, t->how.threads, f);
    for (size_t r = 0; r < rows; r++)
        sum += f[r];
    return sum / (double)rows;
}

static double
pseudo_likelihood(const NgTrainer *t, const NgDataset *data)
{
    const size_t rows = MIN(ng_dataset_rows(data), PSEUDO_ROWS);
    g_autoptr(NgPseudo) tables = ng_pseudo_new(t->rbm, NULL);
    double sum = 0.0;

    if (tables == NULL)
        return NAN; /* units that have none */
    g_autofree float *v = take_rows(t, data, rows);
    g_autofree double *log_pl = g_new(double, rows);
    ng_pseudo_rows(tables, v, rows, t->how.threads, log_pl);
    for (size_t r = 0; r < rows; r++)
        sum += log_pl[r];
    return sum / (double)rows;
}

/* log Z exactly where that is quick, else by a short annealing. */
static gboolean
likelihood(NgTrainer *t, const NgDataset *data, NgRbmEpoch *epoch, GError **error)
{
    const size_t rows = MIN(ng_dataset_rows(data), LIKELIHOOD_ROWS);
    NgAis z = {0};

    if (t->counts)
        return TRUE; /* log Z depends on the words of the row: see ngram/replicated.h */
    if (ng_exact_bits(t->rbm) <= EXACT_BITS) {
        const NgExactWork work = {.threads = t->how.threads};
        if (!ng_exact_log_z(t->rbm, &work, &z.log_z, error))
            return FALSE;
        z.low = z.high = z.log_z;
    } else {
        const NgAisOptions how = {
            .temperatures = NG_AIS_GLANCE,
            .seed = t->how.seed,
            .threads = t->how.threads,
        };
        if (!ng_ais(t->rbm, &how, &z, error))
            return FALSE;
    }
    g_autofree float *v = take_rows(t, data, rows);
    double f = mean_free_energy(t, v, rows);
    epoch->loglik = -f - z.log_z;
    epoch->low = -f - z.high;
    epoch->high = -f - z.low;
    return TRUE;
}

/* Takes the figures of an epoch, of the machine as it was exported. */
gboolean
ng_train_look(NgTrainer *t, NgRbmEpoch *epoch, GError **error)
{
    const NgDataset *valid = t->how.validation;
    const guint every = t->how.every;
    size_t rows = MIN(ng_dataset_rows(t->data), LOOK_ROWS);

    epoch->gap = epoch->pseudo = epoch->loglik = epoch->low = epoch->high = NAN;
    epoch->reconstruction = NAN;
    if (t->how.report == NULL)
        return TRUE; /* nobody asks */
    g_autofree float *v = take_rows(t, t->data, rows);
    epoch->reconstruction = reconstruction(t, v, rows);
    if (valid != NULL) {
        rows = MIN(rows, ng_dataset_rows(valid));
        g_autofree float *other = take_rows(t, valid, rows);
        epoch->gap = mean_free_energy(t, other, rows) - mean_free_energy(t, v, rows);
    }
    if (every == 0 || (t->epoch % every != 0 && t->epoch != t->how.epochs))
        return TRUE;
    epoch->pseudo = pseudo_likelihood(t, valid != NULL ? valid : t->data);
    return likelihood(t, valid != NULL ? valid : t->data, epoch, error);
}

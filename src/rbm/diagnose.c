/*
 * Diagnosis
 *
 * Chains of Gibbs sampling start apart from each other, half of them at data and half at coins, so
 * that they agree only if they have forgotten where they came from.  A few numbers are followed
 * along them; what the hidden units do is seen on data.
 */
#include "ngram/diagnose.h"

#include "anneal.h"

#include "ngram/chains.h"
#include "ngram/error.h"
#include "ngram/parallel.h"
#include "ngram/rbm-rows.h"

#include <math.h>
#include <string.h>

enum {
    CHAINS = 16,
    SWEEPS = 1000,
    LEAST_CHAINS = 4,
    LEAST_SWEEPS = 8,
    BLOCK = 8,  /* chains that walk together */
    UNITS = 4,  /* visible units that are followed */
    FIXED = 3,  /* numbers that every machine has */
    ROWS = 1000 /* of the data, on which hidden units are seen */
};

#define MIXED_RHAT 1.05
#define MIXED_ESS  100.0
#define DEAD       0.01

/* Letters: M chains, N sweeps that are followed, S series. */
typedef struct {
    const NgRbm *rbm;
    guint chains, sweeps, burn;
    guint64 seed;
    NgSwarm **part; /* [blocks] */
    guint blocks;
    double *sum;       /* [blocks, D] of visible units on the way in */
    guint unit[UNITS]; /* that are followed */
    guint n_units;
    double *x;       /* [S, M, N] */
    gboolean follow; /* whether this is no longer the way in */
} Run;

static void
follow(Run *run, const NgSwarm *part, size_t row, guint sweep)
{
    const NgRbm *rbm = run->rbm;
    size_t H = rbm->hidden, M = run->chains, N = run->sweeps;
    const float *v = part->v + row * rbm->visible, *a = part->a + row * H, *h = part->h + row * H;
    double *x = run->x + (part->first + row) * N + sweep;
    double visible = ng_rbm_visible_energy(rbm, v), hidden = 0.0, sum = 0.0;

    for (size_t j = 0; j < H; j++)
        hidden += (double)a[j] * (double)h[j];
    for (guint i = 0; i < rbm->visible; i++)
        sum += (double)v[i];
    x[0] = visible - hidden;
    x[M * N] = visible - ng_anneal_gain(a, H, 0.0, 1.0) - (double)H * G_LN2;
    x[2 * M * N] = sum / rbm->visible;
    for (guint u = 0; u < run->n_units; u++)
        x[(FIXED + u) * M * N] = (double)v[run->unit[u]];
}

static void
run_block(size_t block, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    Run *run = data;
    NgSwarm *part = run->part[block];
    size_t D = run->rbm->visible;
    double *sum = run->sum + block * D, beta[BLOCK];
    guint n = run->follow ? run->sweeps : run->burn;
    NgNoise noise = {.seed = run->seed, .epoch = run->follow ? 1 : 0};

    for (size_t r = 0; r < part->rows; r++)
        beta[r] = 1.0;
    for (guint s = 0; s < n; s++) {
        noise.step = s + 1;
        ng_swarm_input(part);
        for (size_t r = 0; r < part->rows; r++) {
            ng_swarm_hidden(part, r, 1.0, 1.0, &noise);
            if (run->follow)
                follow(run, part, r, s);
        }
        ng_swarm_visible(part, beta, &noise);
        for (size_t i = 0; !run->follow && i < part->rows * D; i++)
            sum[i % D] += (double)part->v[i];
    }
}

/* Half of the chains at coins, the others at rows of the data where there are any. */
static void
begin(Run *run, const NgPath *path, const NgDataset *data)
{
    const NgNoise noise = {.seed = run->seed};
    size_t D = run->rbm->visible, n = data != NULL ? ng_dataset_rows(data) : 0;

    run->blocks = (run->chains + BLOCK - 1) / BLOCK;
    run->part = g_new(NgSwarm *, run->blocks);
    for (guint b = 0; b < run->blocks; b++) {
        guint first = b * BLOCK;
        NgSwarm *part = ng_swarm_new(path, MIN(run->chains - first, BLOCK), first);
        ng_swarm_begin(part, &noise);
        for (size_t r = 0; n > 0 && r < part->rows; r++)
            if (r % 2 == 0)
                ng_rbm_take_row(run->rbm, data, (first + r) * n / run->chains, part->v + r * D);
        run->part[b] = part;
    }
}

/* The visible units that change most by what was seen on the way in; those of Gaussian groups no. */
static void
choose_units(Run *run)
{
    const NgRbm *rbm = run->rbm;
    guint D = rbm->visible;
    double all = (double)run->chains * run->burn;

    for (run->n_units = 0; run->n_units < UNITS; run->n_units++) {
        double most = 0.0;
        guint best = D;
        for (guint g = 0; g < rbm->n_groups; g++)
            for (guint i = rbm->groups[g].first; i < rbm->groups[g].first + rbm->groups[g].size;
                 i++) {
                double p = 0.0;
                for (guint b = 0; b < run->blocks; b++)
                    p += run->sum[(size_t)b * D + i] / all;
                double spread = rbm->groups[g].kind == NG_UNITS_GAUSSIAN ? 0.0 : p * (1.0 - p);
                for (guint u = 0; u < run->n_units; u++)
                    spread = run->unit[u] == i ? 0.0 : spread;
                if (spread > most) {
                    most = spread;
                    best = i;
                }
            }
        if (best == D)
            return;
        run->unit[run->n_units] = best;
    }
}

static void
sum_up_series(const Run *run, NgDiagnosis *out)
{
    static const char *const names[FIXED] = {"energy", "free energy", "magnetisation"};
    size_t M = run->chains, N = run->sweeps;

    out->n_series = FIXED + run->n_units;
    out->rhat = 1.0;
    out->ess = (double)(M * N);
    out->time = 1.0;
    for (guint s = 0; s < out->n_series; s++) {
        const double *x = run->x + s * M * N;
        NgDiagnoseSeries *series = &out->series[s];
        if (s < FIXED)
            g_strlcpy(series->name, names[s], sizeof series->name);
        else
            g_snprintf(series->name, sizeof series->name, "unit %u", run->unit[s - FIXED]);
        series->mean = 0.0;
        for (size_t i = 0; i < M * N; i++)
            series->mean += x[i] / (double)(M * N);
        series->rhat = ng_chains_rhat(x, M, N);
        series->ess = ng_chains_ess(x, M, N);
        series->time = ng_chains_time(x, M, N);
        out->rhat = fmax(out->rhat, series->rhat);
        out->ess = fmin(out->ess, series->ess);
        out->time = fmax(out->time, series->time);
    }
    out->mixed = out->rhat < MIXED_RHAT && out->ess >= MIXED_ESS;
}

/* Histogram of the hidden units' probabilities on @rows rows, and those that hardly ever change. */
static void
look_at_hidden(const NgRbm *rbm, const float *v, size_t rows, NgDiagnosis *out)
{
    size_t H = rbm->hidden;
    g_autofree float *mean = g_new(float, rows *H);

    ng_rbm_hidden_mean(rbm, v, rows, mean);
    for (size_t j = 0; j < H; j++) {
        double sum = 0.0;
        for (size_t r = 0; r < rows; r++) {
            double p = fmax((double)mean[r * H + j], 0.0); /* 0 where it is no number */
            sum += p / (double)rows;
            out->histogram[MIN((int)(p * NG_DIAGNOSE_BINS), NG_DIAGNOSE_BINS - 1)] +=
                1.0 / (double)(rows * H);
        }
        out->dead += sum < DEAD;
        out->saturated += sum > 1.0 - DEAD;
    }
    for (size_t i = 0; i < (size_t)rbm->visible * H; i++)
        out->weight = fmax(out->weight, fabs((double)rbm->w[i]));
}

static void
see_hidden(const Run *run, const NgDataset *data, NgDiagnosis *out)
{
    size_t D = run->rbm->visible, n = data != NULL ? ng_dataset_rows(data) : 0;

    out->on_data = n > 0;
    out->rows = n > 0 ? MIN(n, ROWS) : run->chains;
    g_autofree float *v = g_new(float, out->rows *D);
    for (size_t r = 0; r < out->rows; r++)
        if (n > 0)
            ng_rbm_take_row(run->rbm, data, r * n / out->rows, v + r * D);
        else
            memcpy(v + r * D, run->part[r / BLOCK]->v + r % BLOCK * D, D * sizeof *v);
    look_at_hidden(run->rbm, v, out->rows, out);
}

/* What the numbers mean. */
static char *
say(const NgRbm *rbm, const NgDiagnosis *d)
{
    GString *text = g_string_new(NULL);
    const char *least = d->time > d->sweeps / 10.0 ? "at least " : "";

    if (d->mixed)
        g_string_append_printf(text,
                               "chains have mixed: R-hat %.2f; autocorrelation time %.0f sweeps",
                               d->rhat, ceil(d->time));
    else
        g_string_append_printf(text,
                               "chains have not mixed: R-hat %.2f; autocorrelation time %s%.0f "
                               "sweeps: sample longer, or with tempering",
                               d->rhat, least, ceil(d->time));
    if (d->dead > 0)
        g_string_append_printf(text, "\n%u of %u hidden units are dead: almost never on", d->dead,
                               rbm->hidden);
    if (d->saturated > 0)
        g_string_append_printf(text, "\n%u of %u hidden units are saturated: almost always on",
                               d->saturated, rbm->hidden);
    if (d->weight > 20.0)
        g_string_append_printf(text, "\nweights go up to %.3g: learn slower, or with weight decay",
                               d->weight);
    return g_string_free(text, FALSE);
}

static gboolean
check(const NgRbm *rbm, const NgDiagnoseOptions *options, GError **error)
{
    for (guint g = 0; g < rbm->n_groups; g++)
        if (rbm->groups[g].kind == NG_UNITS_COUNTS) {
            g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                        "chains of word counts cannot be followed: texts have no one length");
            return FALSE;
        }
    if ((options->chains > 0 && options->chains < LEAST_CHAINS) ||
        (options->sweeps > 0 && options->sweeps < LEAST_SWEEPS)) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "a diagnosis wants at least %d chains and %d sweeps", LEAST_CHAINS,
                    LEAST_SWEEPS);
        return FALSE;
    }
    if (!ng_rbm_check(rbm, error))
        return FALSE;
    return options->data == NULL || ng_rbm_fits(rbm, options->data, error);
}

/* Coins: every value of a unit is as likely as the others. */
static NgPath *
path_from_coins(const NgRbm *rbm)
{
    g_autofree double *mean = g_new(double, rbm->visible);

    for (guint g = 0; g < rbm->n_groups; g++)
        for (guint i = rbm->groups[g].first; i < rbm->groups[g].first + rbm->groups[g].size; i++)
            mean[i] = rbm->groups[g].kind == NG_UNITS_BINARY    ? 0.5
                      : rbm->groups[g].kind == NG_UNITS_SOFTMAX ? 1.0 / rbm->groups[g].size
                                                                : (double)rbm->b[i];
    return ng_path_new(rbm, mean);
}

/**
 * ng_diagnose:
 * @rbm: a machine without word counts
 * @options: how closely to look
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where there are counts, parameters that are no numbers, data that do not
 * fit, or fewer than 4 chains or 8 sweeps.
 *
 * Returns: (transfer full): what was seen; free with ng_diagnosis_free()
 */
NgDiagnosis *
ng_diagnose(const NgRbm *rbm, const NgDiagnoseOptions *options, GError **error)
{
    g_return_val_if_fail(rbm != NULL && options != NULL, NULL);

    if (!check(rbm, options, error))
        return NULL;
    Run run = {.rbm = rbm, .seed = options->seed};
    run.chains = options->chains > 0 ? options->chains : CHAINS;
    run.sweeps = options->sweeps > 0 ? options->sweeps : SWEEPS;
    run.burn = options->burn > 0 ? options->burn : run.sweeps;
    g_autoptr(NgPath) path = path_from_coins(rbm);
    begin(&run, path, options->data);
    run.sum = g_new0(double, (gsize)run.blocks * rbm->visible);
    run.x = g_new(double, (gsize)NG_DIAGNOSE_SERIES *run.chains *run.sweeps);
    ng_parallel(run.blocks, options->threads, run_block, &run);
    choose_units(&run);
    run.follow = TRUE;
    ng_parallel(run.blocks, options->threads, run_block, &run);

    NgDiagnosis *out = g_new0(NgDiagnosis, 1);
    out->chains = run.chains;
    out->sweeps = run.sweeps;
    out->burn = run.burn;
    sum_up_series(&run, out);
    see_hidden(&run, options->data, out);
    out->verdict = say(rbm, out);
    for (guint b = 0; b < run.blocks; b++)
        ng_swarm_free(run.part[b]);
    g_free(run.part);
    g_free(run.sum);
    g_free(run.x);
    return out;
}

/**
 * ng_diagnosis_copy:
 * @self: a diagnosis
 *
 * Returns: (transfer full): another with the same content
 */
NgDiagnosis *
ng_diagnosis_copy(const NgDiagnosis *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    NgDiagnosis *copy = g_memdup2(self, sizeof *self);
    copy->verdict = g_strdup(self->verdict);
    return copy;
}

/**
 * ng_diagnosis_free:
 * @self: (nullable) (transfer full): a diagnosis
 */
void
ng_diagnosis_free(NgDiagnosis *self)
{
    if (self == NULL)
        return;
    g_free(self->verdict);
    g_free(self);
}

/*
 * Annealed importance sampling: what the runs say of log Z
 *
 * A forward run's weight has the expectation Z / Z_base, a reverse run's the inverse.  By Jensen's
 * inequality the mean of the log weights is too small on average, the first a lower and the second
 * an upper bound: together they show how far the sampling may be off.
 */
#include "ngram/ais.h"

#include "ais-internal.h"

#include "ngram/error.h"
#include "ngram/parallel.h"
#include "ngram/rbm-rows.h"
#include "ngram/rng.h"

#include <math.h>
#include <string.h>

enum {
    LEAST_ESS = 20, /* runs that an interval wants to rest on */
    BLOCK = 256,    /* rows whose free energy is computed at once */
};

/**
 * ng_ais_betas:
 * @beta: (out): [@n] inverse temperatures from 0 to 1
 * @n: at least 2
 *
 * Spread like the 14,503 of Salakhutdinov and Murray (2008): 500 steps to .5, 4,000 to .9 and
 * 10,000 to 1, or as many of @n - 1 in proportion.
 */
void
ng_ais_betas(double *beta, guint n)
{
    g_return_if_fail(beta != NULL && n >= 2);

    for (guint k = 0; k < n; k++) {
        double t = 14500.0 * (double)k / (double)(n - 1);
        beta[k] = t < 500.0    ? t / 1000.0
                  : t < 4500.0 ? 0.5 + (t - 500.0) / 10000.0
                               : 0.9 + (t - 4500.0) / 100000.0;
    }
    beta[n - 1] = 1.0;
}

/* log of the mean of e^x, mean of x, and (sum w)^2 / sum w^2 */
typedef struct {
    double log_mean, mean, ess;
} Weights;

static Weights
weigh(const double *logw, guint n)
{
    double most = -INFINITY, sum = 0.0, squares = 0.0, mean = 0.0;

    for (guint i = 0; i < n; i++)
        most = fmax(most, logw[i]);
    for (guint i = 0; i < n; i++) {
        double w = exp(logw[i] - most);
        sum += w;
        squares += w * w;
        mean += logw[i] / n;
    }
    return (Weights){most + log(sum / n), mean, sum * sum / squares};
}

/* Both directions as one loop over blocks. */
typedef struct {
    NgAisRuns runs[2];
    size_t blocks[2];
    guint done;       /* blocks, for the progress */
    const char *what; /* the same */
    const NgProgress *progress;
} Work;

static void
run_item(size_t index, unsigned thread, gpointer data)
{
    Work *work = data;
    gboolean second = index >= work->blocks[0];

    ng_ais_run_block(&work->runs[second], second ? index - work->blocks[0] : index);
    guint done = (guint)g_atomic_int_add(&work->done, 1) + 1;
    if (thread == 0)
        ng_progress_report(work->progress, work->what, done, work->blocks[0] + work->blocks[1]);
}

/* Rows spread over all of the data. */
static void
begin_at_data(const NgRbm *rbm, const NgDataset *data, NgAisRuns *runs)
{
    for (guint r = 0; r < runs->runs; r++)
        ng_rbm_take_row(rbm, data, (size_t)((guint64)r * ng_dataset_rows(data) / runs->runs),
                        runs->v + (size_t)r * rbm->visible);
}

/* Ends of forward runs, each as often as its weight says. */
static void
begin_at_ends(const NgRbm *rbm, const NgAisRuns *forward, NgAisRuns *runs)
{
    const NgNoise noise = {.seed = runs->seed, .epoch = NG_AIS_PICK};
    double most = -INFINITY, sum = 0.0, passed = 0.0;
    float coin;
    guint at = 0;

    ng_noise_fill(&noise, NG_LAYER_OTHER, 0, &coin, 1);
    for (guint r = 0; r < forward->runs; r++)
        most = fmax(most, forward->logw[r]);
    for (guint r = 0; r < forward->runs; r++)
        sum += exp(forward->logw[r] - most);
    for (guint r = 0; r < forward->runs; r++) {
        passed += exp(forward->logw[r] - most) / sum * runs->runs;
        for (; at < runs->runs && ((double)at + (double)coin < passed || r + 1 == forward->runs);
             at++)
            memcpy(runs->v + (size_t)at * rbm->visible, forward->v + (size_t)r * rbm->visible,
                   rbm->visible * sizeof *runs->v);
    }
}

static gboolean
check(const NgRbm *rbm, const NgAisOptions *options, GError **error)
{
    guint n = 0;
    const NgUnitGroup *groups = ng_rbm_groups(rbm, &n);

    for (guint g = 0; g < n; g++)
        if (groups[g].kind == NG_UNITS_COUNTS) {
            g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                        "annealing knows no machines of word counts: their Z is another for each "
                        "length");
            return FALSE;
        }
    if (options->temperatures == 1) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "annealing wants at least 2 temperatures");
        return FALSE;
    }
    if (!ng_rbm_check(rbm, error))
        return FALSE;
    return options->data == NULL || ng_rbm_fits(rbm, options->data, error);
}

static NgPath *
make_path(const NgRbm *rbm, const NgAisOptions *options)
{
    g_autofree double *mean = g_new(double, ng_rbm_visible(rbm));

    ng_ais_mean(rbm, options->data, options->seed, options->threads, mean);
    return ng_path_new(rbm, mean);
}

/* Three standard errors of the logarithm of a mean weight: how far it may be below and above. */
static void
spread(const Weights *w, double M, double *below, double *above)
{
    double part = 3.0 * sqrt(fmax(1.0 / w->ess - 1.0 / M, 0.0) * M / (M - 1.0));

    *below = -log1p(-part);
    *above = log1p(part);
}

/*
 * The interval covers three standard errors of the forward runs, and of the reverse ones where there
 * are any: a few heavy weights are easily missed by runs of one direction, whose spread is then too
 * small, but not by both.  Neither may rest on too few runs.
 */
static void
find_interval(const Weights *forward, const Weights *reverse, double M, NgAis *out)
{
    double below, above;

    out->low = out->high = (double)NAN;
    if (forward->ess < LEAST_ESS || (reverse != NULL && reverse->ess < LEAST_ESS))
        return;
    spread(forward, M, &below, &above);
    out->low = out->log_z - below;
    out->high = out->log_z + above;
    if (reverse == NULL)
        return;
    spread(reverse, M, &above, &below); /* of 1 / Z: the other way round */
    out->low = fmin(out->low, out->log_z_reverse - below);
    out->high = fmax(out->high, out->log_z_reverse + above);
}

static void
sum_up(const NgAisRuns *forward, const NgAisRuns *reverse, NgAis *out)
{
    Weights w = weigh(forward->logw, forward->runs), back;
    double base = forward->path->log_z;

    out->log_z_base = base;
    out->log_z = base + w.log_mean;
    out->lower = base + w.mean;
    out->ess = w.ess;
    out->upper = out->log_z_reverse = out->ess_reverse = (double)NAN;
    if (reverse->runs > 0) {
        back = weigh(reverse->logw, reverse->runs);
        out->log_z_reverse = base - back.log_mean;
        out->upper = base - back.mean;
        out->ess_reverse = back.ess;
    }
    find_interval(&w, reverse->runs > 0 ? &back : NULL, forward->runs, out);
}

/* All runs at @K temperatures; @what is told as they go. */
static void
anneal(const NgPath *path, const NgAisOptions *options, guint K, const char *what, NgAis *out)
{
    guint M = options->runs > 0 ? options->runs : NG_AIS_RUNS, back = options->reverse ? M : 0;
    gboolean data = options->data != NULL && ng_dataset_rows(options->data) > 0;
    guint sweeps = options->sweeps > 0 ? options->sweeps : NG_AIS_SWEEPS;
    gsize D = ng_rbm_visible(path->rbm);
    g_autofree double *up = g_new(double, K), *down = g_new(double, K);
    g_autofree double *logw = g_new0(double, M), *logw_back = g_new0(double, back + 1);
    g_autofree float *v = g_new0(float, M *D), *v_back = g_new0(float, back *D + 1);

    ng_ais_betas(up, K);
    for (guint k = 0; k < K; k++)
        down[k] = up[K - 1 - k];
    Work work = {
        .runs = {{path, up, K, M, 0, v, logw, options->seed},
                 {path, down, K, back, sweeps, v_back, logw_back, options->seed}},
        .what = what,
        .progress = options->progress,
    };
    work.blocks[0] = ng_ais_blocks(&work.runs[0]);
    work.blocks[1] = ng_ais_blocks(&work.runs[1]);
    if (data || back == 0) { /* both at once */
        if (back > 0)
            begin_at_data(path->rbm, options->data, &work.runs[1]);
        ng_parallel(work.blocks[0] + work.blocks[1], options->threads, run_item, &work);
    } else {
        size_t later = work.blocks[1];
        ng_parallel(work.blocks[0], options->threads, run_item, &work);
        begin_at_ends(path->rbm, &work.runs[0], &work.runs[1]);
        work.blocks[0] = 0;
        ng_parallel(later, options->threads, run_item, &work);
    }
    *out = (NgAis){.temperatures = K, .runs = M, .sweeps = back > 0 ? sweeps : 0};
    out->from_data = back > 0 && data;
    sum_up(&work.runs[0], &work.runs[1], out);
}

/**
 * ng_ais:
 * @rbm: a machine without word counts
 * @options: how to estimate
 * @out: (out): what is known of log Z
 * @error: return location for a #GError, or %NULL
 *
 * Annealed importance sampling from a model of independent units: those of the data; without data
 * those of ng_rbm_means(), and where the machine has none those that its own chains show.  Cost:
 * 4 D H operations a run, direction and temperature.
 *
 * Errors: %NG_ERROR_RANGE where the machine has counts or parameters that are no numbers, where the
 * data do not fit, or where a weight is too large for a number.
 *
 * Returns: whether there is an estimate
 */
gboolean
ng_ais(const NgRbm *rbm, const NgAisOptions *options, NgAis *out, GError **error)
{
    g_return_val_if_fail(rbm != NULL && options != NULL && out != NULL, FALSE);

    if (!check(rbm, options, error))
        return FALSE;
    g_autoptr(NgPath) path = make_path(rbm, options);
    guint K = options->temperatures > 0 ? options->temperatures : NG_AIS_TEMPERATURES;
    NgAis result;

    anneal(path, options, K, "annealing", &result);
    for (guint i = 0; i < options->again && isnan(result.low) && isfinite(result.log_z) &&
                      K <= G_MAXUINT / NG_AIS_AGAIN;
         i++) {
        K *= NG_AIS_AGAIN;
        anneal(path, options, K, "annealing again", &result);
    }
    if (!isfinite(result.log_z)) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "log Z of the machine is too large for a number");
        return FALSE;
    }
    *out = result;
    return TRUE;
}

/**
 * ng_ais_likelihood:
 * @rbm: a machine
 * @data: rows, at least one
 * @ais: what is known of its log Z
 * @out: (out): their mean log-likelihood
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where the data do not fit or are none.
 *
 * Returns: whether there is a mean
 */
gboolean
ng_ais_likelihood(const NgRbm *rbm, const NgDataset *data, const NgAis *ais, NgLikelihood *out,
                  GError **error)
{
    g_return_val_if_fail(rbm != NULL && data != NULL && ais != NULL && out != NULL, FALSE);

    size_t n = ng_dataset_rows(data), D = ng_rbm_visible(rbm);
    if (!ng_rbm_fits(rbm, data, error))
        return FALSE;
    if (n == 0) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "there are no rows to score");
        return FALSE;
    }
    g_autofree float *v = g_new(float, BLOCK *D);
    double f[BLOCK], mean = 0.0, squares = 0.0;
    for (size_t at = 0; at < n; at += BLOCK) {
        size_t rows = MIN(n - at, BLOCK);
        for (size_t r = 0; r < rows; r++)
            ng_rbm_take_row(rbm, data, at + r, v + r * D);
        ng_rbm_free_energy(rbm, v, rows, f);
        for (size_t r = 0; r < rows; r++) { /* Welford's update */
            double off = -f[r] - mean;
            mean += off / (double)(at + r + 1);
            squares += off * (-f[r] - mean);
        }
    }
    out->rows = n;
    out->mean = mean - ais->log_z;
    out->low = mean - ais->high;
    out->high = mean - ais->low;
    out->error = n > 1 ? sqrt(squares / (double)(n - 1) / (double)n) : (double)NAN;
    out->bits = -out->mean / G_LN2 / (double)D;
    return TRUE;
}

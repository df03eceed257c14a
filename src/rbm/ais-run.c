/*
 * Runs of annealed importance sampling
 *
 * Forward, a chain begins in the independent model and is led to the machine; in reverse, it
 * begins in the machine.  The loop is the same, for a step that leaves f_beta alone is reversible.
 * Runs are cut into blocks that never meet, so that threads need not wait for each other.
 */
#include "ais-internal.h"

#include "ngram/parallel.h"
#include "ngram/rbm-rows.h"

#include <math.h>
#include <string.h>

enum {
    BLOCK = 25,        /* runs that walk together */
    BASE_CHAINS = 100, /* that look where the machine's mass is */
    BASE_SWEEPS = 500, /* on their way to it */
    BASE_KEPT = 100,   /* once they are there */
};

/*
 * So many parts of the rows are added to each value: to both of a binary unit, so that light pictures
 * fare as dark ones.  Salakhutdinov adds .05 to the ones; .01 had larger effective samples on MNIST.
 */
#define SMOOTHING 0.01

/**
 * ng_ais_blocks:
 *
 * Returns: how many blocks the runs are cut into
 */
size_t
ng_ais_blocks(const NgAisRuns *runs)
{
    return (runs->runs + BLOCK - 1) / BLOCK;
}

static void
fill(double *x, size_t n, double value)
{
    for (size_t i = 0; i < n; i++)
        x[i] = value;
}

/* One step of all chains at a temperature; the weights of getting there are added to logw. */
static void
step(NgSwarm *swarm, double from, double to, const NgNoise *noise, double *logw)
{
    double beta[BLOCK];

    ng_swarm_input(swarm);
    for (size_t r = 0; r < swarm->rows; r++) {
        double gain = ng_swarm_hidden(swarm, r, from, to, noise);
        if (logw != NULL)
            logw[r] += gain;
    }
    fill(beta, swarm->rows, to);
    ng_swarm_visible(swarm, beta, noise);
}

/**
 * ng_ais_run_block:
 * @runs: what to run
 * @block: which of ng_ais_blocks()
 *
 * Neal, Annealed Importance Sampling, Statistics and Computing 11 (2001), for the marginals of the
 * visible units, as Salakhutdinov and Murray (ICML 2008), section 4.
 */
void
ng_ais_run_block(const NgAisRuns *runs, size_t block)
{
    size_t first = block * BLOCK, rows = MIN(runs->runs - first, BLOCK);
    size_t D = runs->path->rbm->visible;
    double *logw = runs->logw + first;
    gboolean forward = runs->sweeps == 0;
    NgNoise noise = {.seed = runs->seed, .epoch = forward ? NG_AIS_FORWARD : NG_AIS_SWEEP};
    g_autoptr(NgSwarm) swarm = ng_swarm_new(runs->path, rows, (guint32)first);

    if (forward)
        ng_swarm_begin(swarm, &noise);
    else
        ng_swarm_start(swarm, runs->v + first * D);
    for (guint s = 0; s < runs->sweeps; s++) {
        noise.step = s;
        step(swarm, runs->beta[0], runs->beta[0], &noise, NULL);
    }
    fill(logw, rows, 0.0);
    noise.epoch = forward ? NG_AIS_FORWARD : NG_AIS_REVERSE;
    for (guint k = 1; k + 1 < runs->n_betas; k++) {
        noise.step = k;
        step(swarm, runs->beta[k - 1], runs->beta[k], &noise, logw);
    }
    ng_swarm_input(swarm); /* the last temperature is weighed only */
    for (size_t r = 0; r < rows; r++)
        logw[r] +=
            ng_swarm_gain(swarm, r, runs->beta[runs->n_betas - 2], runs->beta[runs->n_betas - 1]);
    memcpy(runs->v + first * D, swarm->v, rows * D * sizeof *swarm->v);
}

/* Sums over @n rows become means that are neither 0 nor 1; those of one row may be means already. */
static void
smooth(const NgRbm *rbm, double *mean, double n)
{
    for (guint g = 0; g < rbm->n_groups; g++) {
        const NgUnitGroup *group = &rbm->groups[g];
        double values = group->kind == NG_UNITS_SOFTMAX ? group->size : 2.0, all = n;
        if (group->kind == NG_UNITS_SOFTMAX) { /* rows without a label have none of its units */
            all = 0.0;
            for (guint i = group->first; i < group->first + group->size; i++)
                all += mean[i];
            all = all > 0.0 ? all : 1.0;
        }
        for (guint i = group->first; i < group->first + group->size; i++)
            mean[i] = group->kind == NG_UNITS_GAUSSIAN
                          ? mean[i] / n
                          : (mean[i] + SMOOTHING * all) / (all + values * SMOOTHING * all);
    }
}

static void
mean_of_data(const NgRbm *rbm, const NgDataset *data, double *mean)
{
    size_t n = ng_dataset_rows(data);
    g_autofree float *v = g_new(float, rbm->visible);

    fill(mean, rbm->visible, 0.0);
    for (size_t row = 0; row < n; row++) {
        ng_rbm_take_row(rbm, data, row, v);
        for (guint i = 0; i < rbm->visible; i++)
            mean[i] += (double)v[i];
    }
    smooth(rbm, mean, (double)n);
}

/* Chains on their way from coins to the machine. */
typedef struct {
    const NgPath *path;
    guint64 seed;
    double *sum; /* [blocks, D] */
} Scouts;

static void
scout_block(size_t block, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Scouts *scouts = data;
    size_t D = scouts->path->rbm->visible;
    double *sum = scouts->sum + block * D;
    NgNoise noise = {.seed = scouts->seed, .epoch = NG_AIS_BASE};
    g_autoptr(NgSwarm) swarm = ng_swarm_new(scouts->path, BLOCK, (guint32)(block * BLOCK));

    ng_swarm_begin(swarm, &noise);
    for (guint s = 1; s <= BASE_SWEEPS + BASE_KEPT; s++) {
        double beta = MIN((double)s / BASE_SWEEPS, 1.0);
        noise.step = s;
        step(swarm, beta, beta, &noise, NULL);
        for (size_t i = 0; s > BASE_SWEEPS && i < swarm->rows * D; i++)
            sum[i % D] += (double)swarm->v[i];
    }
}

static void
mean_of_chains(const NgRbm *rbm, guint64 seed, unsigned threads, double *mean)
{
    enum { BLOCKS = BASE_CHAINS / BLOCK };
    guint D = rbm->visible;
    g_autofree double *sum = g_new0(double, (gsize)BLOCKS *D);

    fill(mean, D, 0.0);
    for (guint g = 0; g < rbm->n_groups; g++)
        for (guint i = rbm->groups[g].first; i < rbm->groups[g].first + rbm->groups[g].size; i++)
            mean[i] = rbm->groups[g].kind == NG_UNITS_BINARY    ? 0.5
                      : rbm->groups[g].kind == NG_UNITS_SOFTMAX ? 1.0 / rbm->groups[g].size
                                                                : (double)rbm->b[i];
    g_autoptr(NgPath) path = ng_path_new(rbm, mean);
    Scouts scouts = {.path = path, .seed = seed, .sum = sum};
    ng_parallel(BLOCKS, threads, scout_block, &scouts);
    fill(mean, D, 0.0);
    for (size_t block = 0; block < BLOCKS; block++)
        for (guint i = 0; i < D; i++)
            mean[i] += sum[block * D + i];
    smooth(rbm, mean, (double)BASE_CHAINS * BASE_KEPT);
}

/**
 * ng_ais_mean:
 * @rbm: a machine
 * @data: (nullable): rows that fit
 * @seed: of the random numbers
 * @threads: how many may work
 * @mean: (out): [D] smoothed means of the visible units
 *
 * Those of the data; where there are none, those of the data that the machine learned; and where
 * these are not known, its own chains say what its units are like.
 */
void
ng_ais_mean(const NgRbm *rbm, const NgDataset *data, guint64 seed, unsigned threads, double *mean)
{
    if (data != NULL && ng_dataset_rows(data) > 0) {
        mean_of_data(rbm, data, mean);
        return;
    }
    if (rbm->means == NULL) {
        mean_of_chains(rbm, seed, threads, mean);
        return;
    }
    for (guint i = 0; i < rbm->visible; i++)
        mean[i] = (double)rbm->means[i];
    smooth(rbm, mean, 1.0);
}

/*
 * Parallel tempering
 *
 * Each ladder has a chain at every temperature; neighbours exchange places, so that what a hot
 * chain finds gets to the machine.  An exchange is decided by the marginals of the visible units,
 *     log [f_k(y) f_l(x) / (f_k(x) f_l(y))]  for x on rung k and y on l,
 * and exchanges indices, not rows.  Even and odd pairs take turns (Okabe et al. 2001), which brings
 * chains through the ladder faster than pairs by lot (Syed et al., Non-Reversible Parallel
 * Tempering, JRSS B 84 (2022)).  A sweep costs two products of K rows a ladder.
 */
#include "tempering-internal.h"

#include "ais-internal.h"

#include "ngram/error.h"
#include "ngram/parallel.h"
#include "ngram/rbm-rows.h"

#include <math.h>
#include <string.h>

enum { RUNGS = 10, ROWS = 64 /* that walk together, about */ };

static NgPath *
make_path(const NgRbm *rbm, const NgTemperingOptions *options)
{
    g_autofree double *mean = g_new(double, rbm->visible);

    ng_ais_mean(rbm, options->data, options->seed, options->threads, mean);
    return ng_path_new(rbm, mean);
}

static gboolean
check(const NgRbm *rbm, const NgTemperingOptions *options, GError **error)
{
    for (guint g = 0; g < rbm->n_groups; g++)
        if (rbm->groups[g].kind == NG_UNITS_COUNTS) {
            g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "tempering knows no word counts");
            return FALSE;
        }
    if (options->rungs == 1) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "tempering wants at least 2 temperatures");
        return FALSE;
    }
    return options->data == NULL || ng_rbm_fits(rbm, options->data, error);
}

/**
 * ng_tempering_new:
 * @rbm: a machine without word counts; need not outlive the ladders
 * @options: how many of what
 * @error: return location for a #GError, or %NULL
 *
 * Temperatures are evenly spread, and every chain stands where the independent units would.
 *
 * Errors: %NG_ERROR_RANGE where the machine has counts, or the data do not fit.
 *
 * Returns: (transfer full): the ladders; free with ng_tempering_free()
 */
NgTempering *
ng_tempering_new(const NgRbm *rbm, const NgTemperingOptions *options, GError **error)
{
    g_return_val_if_fail(rbm != NULL && options != NULL, NULL);

    if (!check(rbm, options, error))
        return NULL;
    NgTempering *self = g_new0(NgTempering, 1);
    guint K = options->rungs > 0 ? options->rungs : RUNGS;
    guint L = options->ladders > 0 ? options->ladders : 1;
    gsize chains = (gsize)K * L;
    const NgNoise noise = {.seed = options->seed, .epoch = G_MAXUINT32};
    self->path = make_path(rbm, options);
    self->visible = rbm->visible;
    self->hidden = rbm->hidden;
    self->rungs = K;
    self->ladders = L;
    self->threads = options->threads;
    self->per_block = MAX(ROWS / K, 1);
    self->blocks = (L + self->per_block - 1) / self->per_block;
    self->beta = g_new(double, K);
    self->part = g_new(NgSwarm *, self->blocks);
    self->rung = g_new(guint, chains);
    self->row = g_new(guint, chains);
    self->cold = g_new0(guint8, chains);
    self->up = g_new0(double, chains);
    self->down = g_new0(double, chains);
    self->offered = g_new0(guint64, K);
    self->accepted = g_new0(guint64, chains);
    self->trips = g_new0(guint64, L);
    self->record = g_array_new(FALSE, FALSE, sizeof(double));
    for (guint k = 0; k < K; k++)
        self->beta[k] = 1.0 - (double)k / (K - 1);
    for (gsize i = 0; i < chains; i++)
        self->rung[i] = self->row[i] = (guint)(i % K);
    for (guint b = 0; b < self->blocks; b++) {
        guint first = b * self->per_block, n = MIN(L - first, self->per_block);
        self->part[b] = ng_swarm_new(self->path, (size_t)n * K, first * K);
        ng_swarm_begin(self->part[b], &noise);
    }
    return self;
}

/**
 * ng_tempering_free:
 * @self: (nullable) (transfer full): ladders
 */
void
ng_tempering_free(NgTempering *self)
{
    if (self == NULL)
        return;
    for (guint b = 0; b < self->blocks; b++)
        ng_swarm_free(self->part[b]);
    g_free(self->part);
    ng_path_free(self->path);
    g_free(self->beta);
    g_free(self->rung);
    g_free(self->row);
    g_free(self->cold);
    g_free(self->up);
    g_free(self->down);
    g_free(self->offered);
    g_free(self->accepted);
    g_free(self->trips);
    g_array_unref(self->record);
    g_free(self);
}

/* Gains of a chain to the rungs beside it, of those that somebody will ask for. */
static void
look_aside(NgTempering *self, const NgSwarm *part, size_t row, size_t chain)
{
    guint k = self->rung[chain], K = self->rungs;
    gboolean exchanges_down = k % 2 == self->sweeps % 2;

    self->up[chain] = self->down[chain] = 0.0;
    if (k > 0 && (self->recording || !exchanges_down))
        self->up[chain] = ng_swarm_gain(part, row, self->beta[k], self->beta[k - 1]);
    if (k + 1 < K && (self->recording || exchanges_down))
        self->down[chain] = ng_swarm_gain(part, row, self->beta[k], self->beta[k + 1]);
}

/* Exchanges neighbours of one ladder; @coin[K]. */
static void
exchange(NgTempering *self, size_t ladder, const float *coin)
{
    guint K = self->rungs;
    guint *row = self->row + ladder * K, *rung = self->rung + ladder * K;
    const double *up = self->up + ladder * K, *down = self->down + ladder * K;
    guint8 *cold = self->cold + ladder * K;

    for (guint k = (guint)(self->sweeps % 2); k + 1 < K; k += 2) {
        guint x = row[k], y = row[k + 1];
        if (!(log((double)coin[k]) < down[x] + up[y]))
            continue;
        row[k] = y;
        row[k + 1] = x;
        rung[y] = k;
        rung[x] = k + 1;
        self->accepted[ladder * (K - 1) + k]++;
    }
    cold[row[K - 1]] = 1;
    if (cold[row[0]]) {
        cold[row[0]] = 0;
        self->trips[ladder]++;
    }
}

/* Writes down what the chains of one ladder say of the sums of neighbours. */
static void
record(const NgTempering *self, size_t ladder, double *out)
{
    guint K = self->rungs;
    const guint *row = self->row + ladder * K;

    for (guint k = 0; k + 1 < K; k++) {
        out[2 * (size_t)k] = self->up[ladder * K + row[k + 1]];
        out[2 * (size_t)k + 1] = -self->down[ladder * K + row[k]];
    }
}

typedef struct {
    NgTempering *self;
    const NgNoise *noise;
    double *record; /* (nullable): [L, K - 1, 2] of this sweep */
} Sweep;

static void
sweep_block(size_t block, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Sweep *sweep = data;
    NgTempering *self = sweep->self;
    NgSwarm *part = self->part[block];
    guint K = self->rungs;
    size_t first = block * self->per_block; /* ladder */
    g_autofree double *beta = g_new(double, part->rows);
    g_autofree float *coin = g_new(float, K);

    ng_swarm_start(part, part->v); /* the biases may have changed since the last sweep */
    ng_swarm_input(part);
    for (size_t r = 0; r < part->rows; r++)
        look_aside(self, part, r, first * K + r);
    for (size_t l = first; l < first + part->rows / K; l++) {
        if (sweep->record != NULL)
            record(self, l, sweep->record + l * (K - 1) * 2);
        ng_noise_fill(sweep->noise, NG_LAYER_OTHER, (guint32)l, coin, K);
        exchange(self, l, coin);
    }
    for (size_t r = 0; r < part->rows; r++) {
        beta[r] = self->beta[self->rung[first * K + r]];
        ng_swarm_hidden(part, r, beta[r], beta[r], sweep->noise);
    }
    ng_swarm_visible(part, beta, sweep->noise);
}

/**
 * ng_tempering_sweep:
 * @self: ladders
 * @rbm: the machine, whose parameters may have changed since the last sweep, but not its shape
 * @noise: address of the sweep
 *
 * Exchanges neighbours, every other pair, then takes a step of Gibbs sampling on all rungs.
 */
void
ng_tempering_sweep(NgTempering *self, const NgRbm *rbm, const NgNoise *noise)
{
    g_return_if_fail(self != NULL && rbm != NULL && noise != NULL);
    g_return_if_fail(rbm->visible == self->visible && rbm->hidden == self->hidden);

    guint K = self->rungs;
    Sweep sweep = {.self = self, .noise = noise};
    self->path->rbm = rbm;
    for (guint i = 0; i < rbm->visible; i++)
        self->path->gap[i] = rbm->b[i] - self->path->base[i];
    if (self->recording) {
        guint old = self->record->len;
        g_array_set_size(self->record, old + self->ladders * (K - 1) * 2);
        sweep.record = (double *)(gpointer)self->record->data + old;
    }
    ng_parallel(self->blocks, self->threads, sweep_block, &sweep);
    for (guint k = (guint)(self->sweeps % 2); k + 1 < K; k += 2)
        self->offered[k]++;
    self->sweeps++;
}

/* Where the chain of a rung stands. */
static float *
visible_of(const NgTempering *self, guint ladder, guint rung)
{
    const NgSwarm *part = self->part[ladder / self->per_block];
    size_t row = (size_t)(ladder % self->per_block) * self->rungs +
                 self->row[(size_t)ladder * self->rungs + rung];

    return part->v + row * self->visible;
}

/**
 * ng_tempering_states:
 * @self: ladders
 * @v: (out): [L, D] where the chains of the machine stand
 */
void
ng_tempering_states(const NgTempering *self, float *v)
{
    g_return_if_fail(self != NULL && v != NULL);

    size_t D = self->visible;
    for (guint l = 0; l < self->ladders; l++)
        memcpy(v + l * D, visible_of(self, l, 0), D * sizeof *v);
}

/**
 * ng_tempering_place:
 * @self: ladders
 * @v: [L, D] where the chains of the machine are to stand
 */
void
ng_tempering_place(NgTempering *self, const float *v)
{
    g_return_if_fail(self != NULL && v != NULL);

    size_t D = self->visible;
    for (guint l = 0; l < self->ladders; l++)
        memcpy(visible_of(self, l, 0), v + l * D, D * sizeof *v);
}

/**
 * ng_tempering_rungs:
 *
 * Returns: K
 */
guint
ng_tempering_rungs(const NgTempering *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->rungs;
}

/**
 * ng_tempering_ladders:
 *
 * Returns: L
 */
guint
ng_tempering_ladders(const NgTempering *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->ladders;
}

/**
 * ng_tempering_beta:
 * @rung: below K
 *
 * Returns: its inverse temperature, 1 on rung 0, 0 on the last
 */
double
ng_tempering_beta(const NgTempering *self, guint rung)
{
    g_return_val_if_fail(self != NULL && rung < self->rungs, (double)NAN);

    return self->beta[rung];
}

/**
 * ng_tempering_acceptance:
 * @pair: of rungs @pair and @pair + 1
 *
 * Returns: the part of their exchanges that took place, or NAN before there were any
 */
double
ng_tempering_acceptance(const NgTempering *self, guint pair)
{
    g_return_val_if_fail(self != NULL && pair + 1 < self->rungs, (double)NAN);

    double accepted = 0.0, offered = (double)self->offered[pair] * self->ladders;
    for (guint l = 0; l < self->ladders; l++)
        accepted += (double)self->accepted[(size_t)l * (self->rungs - 1) + pair];
    return offered > 0.0 ? accepted / offered : (double)NAN;
}

/**
 * ng_tempering_round_trips:
 *
 * Returns: how often a chain came to the machine from the other end of its ladder
 */
guint64
ng_tempering_round_trips(const NgTempering *self)
{
    g_return_val_if_fail(self != NULL, 0);

    guint64 sum = 0;
    for (guint l = 0; l < self->ladders; l++)
        sum += self->trips[l];
    return sum;
}

/**
 * ng_tempering_forget:
 * @self: ladders
 *
 * Counts exchanges and round trips from now on, and empties the record.
 */
void
ng_tempering_forget(NgTempering *self)
{
    g_return_if_fail(self != NULL);

    gsize chains = (gsize)self->rungs * self->ladders;
    memset(self->offered, 0, self->rungs * sizeof *self->offered);
    memset(self->accepted, 0, chains * sizeof *self->accepted);
    memset(self->trips, 0, self->ladders * sizeof *self->trips);
    g_array_set_size(self->record, 0);
}

/*
 * Training
 *
 * Stochastic gradient ascent of the likelihood, batch by batch.  Every random number has an address
 * (seed, epoch, step, layer, row, unit), rows and units are cut at fixed places, and sums run in one
 * order: the parameters are the same to the last bit for any number of threads.
 * Memory: weights, turned weights, velocity and average, 16 D H bytes, besides the data.
 *
 * Machines whose rows are bits take a way of their own where they learn by CD or PCD, see
 * train-panel.c; all others that of train-phase.c and train-step.c.
 */
#include "train-internal.h"

#include "ngram/error.h"
#include "ngram/exact.h"

#include <math.h>
#include <string.h>

enum {
    AVERAGE_STEPS = 8, /* one in so many goes into the average, the last of an epoch among them */
    ATTEMPTS = 20,     /* at an epoch, each at half the rate of the one before */
};

/**
 * ng_rbm_training_init:
 * @self: (out): options with which most machines learn well
 */
void
ng_rbm_training_init(NgRbmTraining *self)
{
    g_return_if_fail(self != NULL);

    *self = (NgRbmTraining){
        .method = NG_RBM_PCD,
        .k = 1,
        .epochs = 20,
        .batch = 100,
        .rungs = 10,
        .rate = 0.05,
        .schedule = NG_RATE_LINEAR,
        .half = 10.0,
        .momentum_epoch = 5,
        .centred = TRUE,
        .slide = 0.01,
        .weight_sd = 0.01,
        .mean_bias = TRUE,
        .threads = 1,
    };
}

static size_t
padded(size_t n)
{
    return (n + NG_ROW_SUM_LANES - 1) / NG_ROW_SUM_LANES * NG_ROW_SUM_LANES;
}

/* Floats that begin at a cache line, all 0. */
static float *
new_floats(size_t n)
{
    float *x = aligned_alloc(64, padded(n) * sizeof *x);

    if (x == NULL)
        g_error("out of memory");
    memset(x, 0, padded(n) * sizeof *x);
    return x;
}

static void
state_init(NgTrainState *s, const NgTrainer *t)
{
    const size_t w = t->D * t->hs, h = t->hs, v = t->ds;
    struct {
        float **array;
        size_t n;
    } parts[] = {
        {&s->w, w},       {&s->w_speed, w}, {&s->w_mean, w},   {&s->c, h},
        {&s->c_speed, h}, {&s->c_mean, h},  {&s->h_offset, h}, {&s->h_active, h},
        {&s->b, v},       {&s->b_speed, v}, {&s->b_mean, v},   {&s->v_offset, v},
    };

    s->n = 0;
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
        s->n += parts[i].n;
    s->all = new_floats(s->n);
    float *at = s->all;
    for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
        *parts[i].array = at;
        at += parts[i].n;
    }
}

/* x[n] <- as the options want initial weights, from the coins of row @row */
static void
draw_weights(const NgTrainer *t, guint row, float *u, float *w)
{
    const NgNoise noise = {.seed = t->how.seed, .epoch = G_MAXUINT32, .step = 1};
    const double range = t->how.weight_range, sd = t->how.weight_sd;

    ng_noise_fill(&noise, NG_LAYER_OTHER, row, u, 2 * (size_t)t->H);
    for (guint j = 0; j < t->H; j++) {
        double a = (double)u[j], b = (double)u[t->H + j];
        w[j] = range > 0.0 ? (float)(range * (2.0 * a - 1.0))
                           : (float)(sd * sqrt(-2.0 * log(1.0 - a)) * cos(2.0 * G_PI * b));
    }
}

/* The bias under which a unit's mean is @mean when nothing else speaks. */
static double
bias_of_mean(guint kind, double mean, double group_sum)
{
    double p = CLAMP(mean, 0.001, 0.999);

    switch ((NgUnits)kind) {
    case NG_UNITS_BINARY:
        return log(p / (1.0 - p));
    case NG_UNITS_GAUSSIAN:
        return mean;
    case NG_UNITS_SOFTMAX:
    case NG_UNITS_COUNTS:
        break;
    }
    return log((mean + 1e-7 * group_sum) / group_sum);
}

/* A word or category that no row has is taken for one that half a row has: it may come elsewhere. */
static void
init_biases(NgTrainer *t, const double *mean)
{
    NgTrainState *s = &t->state;
    const double least = 0.5 / (double)ng_dataset_rows(t->data);
    guint n_groups = 0;
    const NgUnitGroup *groups = ng_rbm_groups(t->rbm, &n_groups);

    for (guint g = 0; g < n_groups; g++) {
        double sum = 0.0;
        for (guint i = groups[g].first; i < groups[g].first + groups[g].size; i++)
            sum += mean[i];
        for (guint i = groups[g].first; i < groups[g].first + groups[g].size; i++) {
            const gboolean one_of = groups[g].kind != NG_UNITS_GAUSSIAN;
            double m = one_of && mean[i] == 0.0 ? least : mean[i];
            double b = bias_of_mean(groups[g].kind, m, MAX(sum, 1e-30));
            for (guint j = 0; j < t->H && t->how.centred; j++)
                b -= (double)s->w[ng_train_at(t, i, j)] * (double)s->h_offset[j];
            s->b[i] = (float)b;
        }
    }
    for (guint i = 0; i < t->D && t->how.centred; i++)
        for (guint j = 0; j < t->H; j++)
            s->c[j] -= s->w[ng_train_at(t, i, j)] * s->v_offset[i];
}

/* What annealing begins with stays with the machine. */
static void
note_means(const NgTrainer *t, const double *mean)
{
    g_autofree float *means = g_new(float, t->D);

    for (guint i = 0; i < t->D; i++)
        means[i] = (float)mean[i];
    ng_rbm_set_means(t->rbm, means);
}

static void
init_parameters(NgTrainer *t)
{
    NgTrainState *s = &t->state;
    g_autofree double *mean = g_new(double, t->D);
    g_autofree float *u = g_new(float, 2 * (size_t)t->H), *w = g_new(float, t->H);
    double words = 0.0;

    ng_train_means(t, mean);
    note_means(t, mean);
    for (guint i = 0; i < t->D; i++)
        words += t->counts ? mean[i] : 0.0;
    for (guint i = 0; i < t->D; i++)
        s->v_offset[i] = (float)(t->counts ? mean[i] / MAX(words, 1.0) : mean[i]);
    for (guint j = 0; j < t->H; j++)
        s->h_offset[j] = 0.5F;
    for (guint i = 0; i < t->D; i++) {
        if (t->how.keep)
            memcpy(w, t->rbm->w + (gsize)i * t->H, t->H * sizeof *w);
        else
            draw_weights(t, i, u, w);
        for (guint j = 0; j < t->H; j++)
            s->w[ng_train_at(t, i, j)] = w[j];
    }
    if (t->how.keep) {
        memcpy(s->b, t->rbm->b, t->D * sizeof *s->b);
        memcpy(s->c, t->rbm->c, t->H * sizeof *s->c);
    } else if (t->how.mean_bias) {
        init_biases(t, mean);
    }
    ng_train_turn(t, 0, t->D);
}

/* Room for what binary units want besides. */
static void
make_panels(NgTrainer *t)
{
    const gsize rows = (gsize)t->how.batch + t->chains;

    t->v_panels = (guint)(t->ds / NG_PANEL);
    t->h_panels = (guint)(t->hs / NG_PANEL);
    t->rows_most = (guint)rows;
    t->v_stride = NG_BIT_STRIDE(t->D);
    t->h_stride = NG_BIT_STRIDE(t->H);
    t->u_stride = NG_BIT_STRIDE(rows);
    t->v_bits = g_new0(guint16, rows * t->v_stride);
    t->h_bits = g_new0(guint16, MAX(t->how.batch, t->chains) * t->h_stride);
    t->u_bits = g_new0(guint16, t->D * t->u_stride);
    t->u_list = g_new0(NgSparse, t->D);
    t->u_index = g_new(guint32, t->sparse ? t->D * rows : 1);
    for (gsize i = 0; i < t->D; i++)
        t->u_list[i].index = t->u_index + (t->sparse ? i * rows : 0);
    t->v_alone = g_new0(guint16, t->v_panels);
    guint n_groups = 0;
    const NgUnitGroup *groups = ng_rbm_groups(t->rbm, &n_groups);
    for (guint g = 0; g < n_groups; g++) {
        for (guint i = groups[g].first; i < groups[g].first + groups[g].size; i++)
            if (groups[g].kind == NG_UNITS_BINARY)
                t->v_alone[i / NG_PANEL] |= (guint16)(1U << i % NG_PANEL);
        if (groups[g].kind == NG_UNITS_SOFTMAX && t->v_input == NULL)
            t->v_input = new_floats(MAX(t->how.batch, t->chains) * t->ds);
    }
    t->gap = new_floats(t->ds);
    t->pull = new_floats((t->h_panels + 1) / NG_TRAIN_ITEM * rows * NG_PANEL);
    t->row_pull = new_floats(rows);
}

static void
make_room(NgTrainer *t)
{
    const size_t rows = 2 * (size_t)t->how.batch + t->chains, wide = MAX(t->ds, t->hs);
    const guint threads = ng_crew_threads(t->crew);
    const size_t chains = MAX(t->how.batch, t->chains); /* of CD or persistent */
    const size_t chunks = t->how.batch / NG_CHUNK_ROWS + t->chains / NG_CHUNK_ROWS + 2;

    ng_train_layer_init(&t->hidden, t, t->panels ? 0 : (guint)chains, TRUE);
    t->wt = new_floats(t->panels ? 0 : t->hs * t->ds);
    t->p = new_floats(rows * t->hs);
    t->h_part = new_floats(chunks * 2 * t->hs);
    t->h_sum = new_floats(2 * t->hs);
    t->l_stride = t->how.discriminative > 0.0 ? t->labels * (t->hs + 1) : 0;
    t->l_part = new_floats(chunks * t->l_stride);
    t->g_part = new_floats(t->blocks * t->hs);
    t->length = g_new0(float, t->how.batch);
    t->order = g_new(guint, ng_dataset_rows(t->data));
    t->scratch = g_new0(NgScratch, threads);
    for (guint i = 0; i < threads; i++) {
        NgScratch *room = &t->scratch[i];
        room->a = new_floats(NG_CHUNK_ROWS * wide);
        room->u = new_floats(t->H + t->D + MAX(t->longest, t->D));
        room->g = new_floats(NG_BLOCK_UNITS * t->hs);
        room->list = g_new(guint32, NG_BLOCK_UNITS * rows);
        room->weight = g_new(float, NG_BLOCK_UNITS *rows);
        room->columns = new_floats(t->sparse ? 0 : NG_BLOCK_UNITS * rows);
        room->die = g_new(double, t->D);
        room->less = new_floats((2 + t->labels) * t->hs);
        room->panel = new_floats(!t->panels ? 0
                                            : NG_PANEL * MAX(t->hs + NG_TRAIN_ITEM * chains,
                                                             NG_TRAIN_ITEM * (size_t)t->D));
    }
    if (t->panels)
        make_panels(t);
}

static gboolean
refuse(const char *what, GError **error)
{
    g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "%s", what);
    return FALSE;
}

static gboolean
check_options(const NgRbm *rbm, const NgDataset *data, const NgRbmTraining *how, GError **error)
{
    guint wanted = ng_rbm_visible(rbm) - ng_rbm_labels(rbm);

    if (ng_dataset_rows(data) == 0)
        return refuse("no rows to learn from", error);
    if (ng_dataset_rows(data) >= G_MAXUINT32)
        return refuse("more than 4 thousand million rows", error);
    if (ng_dataset_columns(data) != wanted) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "the rows have %u columns, the machine takes %u", ng_dataset_columns(data),
                    wanted);
        return FALSE;
    }
    if (how->k == 0 || how->batch == 0)
        return refuse("steps and rows of a batch begin at 1", error);
    if (!(how->rate > 0.0) || !isfinite(how->rate))
        return refuse("the rate of learning is above 0", error);
    if (!(how->momentum >= 0.0 && how->momentum < 1.0 && how->momentum_early >= 0.0 &&
          how->momentum_early < 1.0))
        return refuse("the momentum is at least 0 and below 1", error);
    if (!(how->discriminative >= 0.0 && how->discriminative <= 1.0))
        return refuse("the discriminative part is 0 to 1", error);
    if (how->discriminative > 0.0 && ng_rbm_labels(rbm) == 0)
        return refuse("discriminative training wants labels", error);
    if (how->method == NG_RBM_EXACT && ng_exact_bits(rbm) > NG_RBM_EXACT_MOST) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "the exact gradient wants a layer of at most %d units", NG_RBM_EXACT_MOST);
        return FALSE;
    }
    if (how->method == NG_RBM_TEMPERING && how->rungs < 2)
        return refuse("tempering wants at least 2 temperatures", error);
    return TRUE;
}

/**
 * ng_rbm_trainer_new:
 * @rbm: a machine; its parameters are replaced, and must not be read until
 *   ng_rbm_trainer_export()
 * @data: rows of the machine's visible units, but for its labels, which are the rows' labels;
 *   both stay with the caller
 * @how: the options
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where data or options do not fit the machine.
 *
 * Returns: (transfer full): a trainer at its first epoch; free with ng_rbm_trainer_free()
 */
NgRbmTrainer *
ng_rbm_trainer_new(NgRbm *rbm, const NgDataset *data, const NgRbmTraining *how, GError **error)
{
    g_return_val_if_fail(rbm != NULL && data != NULL && how != NULL, NULL);

    if (!check_options(rbm, data, how, error))
        return NULL;
    g_autoptr(NgRbmTrainer) t = g_new0(NgTrainer, 1);
    t->rbm = rbm;
    t->data = data;
    t->how = *how;
    t->how.batch = (guint)MIN((size_t)how->batch, ng_dataset_rows(data));
    t->D = ng_rbm_visible(rbm);
    t->H = ng_rbm_hidden(rbm);
    t->ds = padded(t->D);
    t->hs = padded(t->H);
    t->blocks = (t->D + NG_BLOCK_UNITS - 1) / NG_BLOCK_UNITS;
    t->labels = ng_rbm_labels(rbm);
    t->chains = how->chains > 0 && how->method != NG_RBM_CD ? how->chains : t->how.batch;
    t->slowing = 1.0;
    t->crew = ng_crew_new(how->threads);
    state_init(&t->state, t);
    if (!ng_train_load(t, error))
        return NULL;
    make_room(t);
    init_parameters(t);
    ng_train_note(t);
    if (!ng_train_begin_model(t, error))
        return NULL;
    return g_steal_pointer(&t);
}

/**
 * ng_rbm_trainer_free:
 * @self: (nullable) (transfer full): a trainer
 */
void
ng_rbm_trainer_free(NgRbmTrainer *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; self->scratch != NULL && i < ng_crew_threads(self->crew); i++) {
        NgScratch *room = &self->scratch[i];
        free(room->a);
        free(room->u);
        free(room->g);
        free(room->columns);
        free(room->less);
        free(room->panel);
        g_free(room->list);
        g_free(room->weight);
        g_free(room->die);
    }
    ng_crew_free(self->crew);
    ng_exact_moments_free(self->moments);
    ng_tempering_free(self->ladders);
    ng_train_layer_clear(&self->plus);
    ng_train_layer_clear(&self->minus);
    ng_train_layer_clear(&self->hidden);
    free(self->state.all);
    g_free(self->good.all);
    g_free(self->good.chain);
    ng_tempering_state_free(self->good.ladders);
    free(self->wt);
    free(self->p);
    free(self->h_part);
    free(self->h_sum);
    free(self->g_part);
    g_free(self->v_bits);
    g_free(self->h_bits);
    g_free(self->u_bits);
    g_free(self->u_list);
    g_free(self->u_index);
    g_free(self->v_alone);
    free(self->v_input);
    free(self->gap);
    free(self->pull);
    free(self->row_pull);
    free(self->l_part);
    g_free(self->index);
    g_free(self->value);
    g_free(self->begin);
    g_free(self->order);
    g_free(self->length);
    g_free(self->scratch);
    g_free(self);
}

/**
 * ng_rbm_trainer_epochs:
 *
 * Returns: how many epochs are done
 */
guint
ng_rbm_trainer_epochs(const NgRbmTrainer *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->epoch;
}

/* Rate, momentum and share of the average at step @step of @steps. */
static void
set_pace(NgTrainer *t, guint step, guint steps)
{
    const NgRbmTraining *how = &t->how;
    double epochs = t->epoch + (double)step / steps;
    double rate = how->rate * t->slowing / (how->k_every > 0 ? t->k : 1);

    if (how->schedule == NG_RATE_LINEAR)
        rate *= MAX(1.0 - epochs / MAX(how->epochs, 1), 0.0);
    if (how->schedule == NG_RATE_INVERSE)
        rate /= 1.0 + epochs / how->half;
    t->rate = (float)rate;
    t->momentum = (float)(t->epoch < how->momentum_epoch ? how->momentum_early : how->momentum);
    t->share = 0.0F;
    if (how->average > 0.0 && (steps - 1 - step) % AVERAGE_STEPS == 0) {
        t->averages++;
        t->share = (float)MIN(how->average / (double)t->averages, 1.0);
    }
}

/* One pass over all rows. */
static void
run_epoch(NgTrainer *t)
{
    const guint rows = (guint)ng_dataset_rows(t->data);
    const guint steps = (rows + t->how.batch - 1) / t->how.batch;
    NgRng rng = ng_rng_new(t->how.seed, t->epoch);

    ng_rng_order(&rng, t->order, rows);
    t->k = t->how.k + (t->how.k_every > 0 ? t->epoch / t->how.k_every : 0);
    for (t->step = 0; t->step < steps; t->step++) {
        t->rows = t->order + (gsize)t->step * t->how.batch;
        t->batch = MIN(rows - t->step * t->how.batch, t->how.batch);
        t->minus_rows = t->how.method == NG_RBM_CD ? t->batch : t->chains;
        if (t->how.method == NG_RBM_EXACT || t->how.discriminative == 1.0)
            t->minus_rows = 0;
        set_pace(t, t->step, steps);
        if (t->panels) {
            ng_train_panels(t);
            continue;
        }
        ng_train_phases(t);
        ng_train_model(t);
        ng_train_step(t);
    }
}

/* Halves the rate and goes back to the last good state, as often as it takes. */
static gboolean
run_until_finite(NgTrainer *t, GError **error)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        run_epoch(t);
        if (ng_train_is_finite(t->state.all, t->state.n))
            return TRUE;
        ng_train_fall_back(t);
        t->slowing /= 2.0;
        g_autofree char *message = g_strdup_printf(
            "epoch %u: the parameters grew without bound; it begins anew at half the rate, %g",
            t->epoch + 1, t->how.rate * t->slowing);
        if (t->how.warn != NULL)
            t->how.warn(t->how.data, message);
    }
    g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                "epoch %u: the parameters grow without bound at any rate (are the rows scaled?)",
                t->epoch + 1);
    return FALSE;
}

/**
 * ng_rbm_trainer_epoch:
 * @epoch: (out): what is known of it
 * @error: return location for a #GError, or %NULL
 *
 * Sees all rows once.  Where parameters grow without bound the epoch begins anew at half the rate.
 *
 * Returns: whether the machine has finite parameters
 */
gboolean
ng_rbm_trainer_epoch(NgRbmTrainer *self, NgRbmEpoch *epoch, GError **error)
{
    g_return_val_if_fail(self != NULL && epoch != NULL, FALSE);

    const gint64 begin = g_get_monotonic_time();
    ng_train_keep(self);
    if (!run_until_finite(self, error))
        return FALSE;
    self->epoch++;
    ng_rbm_trainer_export(self);
    *epoch = (NgRbmEpoch){
        .epoch = self->epoch,
        .k = self->k,
        .rate = (double)self->rate,
        .seconds = (double)(g_get_monotonic_time() - begin) * 1e-6,
    };
    return ng_train_look(self, epoch, error);
}

/* Puts parameters into the machine: the average, or those of now. */
void
ng_train_put(NgTrainer *t, gboolean mean)
{
    const NgTrainState *s = &t->state;
    const float *w = mean ? s->w_mean : s->w;

    for (guint i = 0; i < t->D; i++)
        for (guint j = 0; j < t->H; j += NG_PANEL)
            memcpy(t->rbm->w + (gsize)i * t->H + j, w + ng_train_at(t, i, j),
                   MIN(t->H - j, NG_PANEL) * sizeof *w);
    memcpy(t->rbm->b, mean ? s->b_mean : s->b, t->D * sizeof *s->b);
    memcpy(t->rbm->c, mean ? s->c_mean : s->c, t->H * sizeof *s->c);
}

/**
 * ng_rbm_trainer_export:
 *
 * Puts what was learned so far into the machine: the average, where there is one.
 */
void
ng_rbm_trainer_export(NgRbmTrainer *self)
{
    g_return_if_fail(self != NULL);

    ng_train_put(self, self->averages > 0);
}

/**
 * ng_rbm_train:
 * @rbm: a machine; its parameters are replaced
 * @data: rows of its visible units, see ng_rbm_trainer_new()
 * @how: the options
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where data or options do not fit, or the parameters did not stay finite.
 *
 * Returns: whether the machine learned
 */
gboolean
ng_rbm_train(NgRbm *rbm, const NgDataset *data, const NgRbmTraining *how, GError **error)
{
    g_autoptr(NgRbmTrainer) trainer = ng_rbm_trainer_new(rbm, data, how, error);
    if (trainer == NULL)
        return FALSE;

    NgRbmEpoch epoch;
    while (ng_rbm_trainer_epochs(trainer) < how->epochs) {
        if (!ng_rbm_trainer_epoch(trainer, &epoch, error))
            return FALSE;
        if (how->report != NULL && !how->report(how->data, &epoch))
            break;
    }
    ng_rbm_trainer_export(trainer);
    return TRUE;
}

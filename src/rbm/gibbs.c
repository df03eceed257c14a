/*
 * Chains
 *
 * Gibbs sampling: h given v, then v given h, with the units that are held put back after each step.
 * Chains are cut into pieces that never meet and whose coins have addresses, so the result does not
 * depend on the number of threads.
 */
#include "ngram/gibbs.h"

#include "anneal.h"
#include "gibbs-draw.h"

#include "ngram/error.h"
#include "ngram/parallel.h"

#include <math.h>
#include <string.h>

enum { PIECE = 25 };

/* Epochs of the random numbers: of a beginning; and what 2^32 sweeps add. */
#define START 0x73746172U
#define FAR   0x9e3779b9U

struct NgRbmChains {
    const NgRbm *rbm; /* kept alive by the caller */
    NgRbm *scaled;    /* (nullable): whose means are those of the temperature */
    NgRbmSampling how;
    float *v;       /* [C, D] */
    float *h;       /* [C, H] that v was drawn from */
    float *p;       /* (nullable): [C, D] P(v_i = 1 | h), where units are bits or choices */
    gboolean known; /* whether that is of the present h */
    float *length;  /* [C] words of a row of counts */
    guint8 *given;  /* (nullable): [D] */
    float *value;   /* (nullable): [D] */
    guint64 sweeps; /* taken */
    guint64 wanted; /* of the run that is under way */
};

static void
hold(const NgRbmChains *self, float *v)
{
    for (guint i = 0; self->given != NULL && i < self->rbm->visible; i++)
        if (self->given[i] != 0)
            v[i] = self->value[i];
}

static void
draw_visible(const NgRbmChains *self, const NgGibbs *step, guint first, guint n)
{
    const gsize D = self->rbm->visible, H = self->rbm->hidden;

    if (self->p != NULL)
        ng_gibbs_visible(self->rbm, step, self->h + first * H, n, self->p + first * D,
                         self->v + first * D);
    else
        ng_rbm_draw_visible(self->rbm, step, self->h + first * H, n, self->length + first,
                            self->v + first * D);
    for (guint r = first; r < first + n; r++)
        hold(self, self->v + r * D);
}

/* Where nothing is said: hidden units of even odds, and what they show. */
static void
begin(NgRbmChains *self)
{
    const NgGibbs step = {.beta = self->how.beta,
                          .noise = {self->how.seed, START + self->how.stream, 0}};
    const gsize H = self->rbm->hidden;

    for (guint r = 0; r < self->how.chains; r++) {
        float *h = self->h + r * H;
        ng_noise_fill(&step.noise, NG_LAYER_OTHER, r, h, H);
        for (gsize j = 0; j < H; j++)
            h[j] = h[j] < 0.5F ? 1.0F : 0.0F;
    }
    draw_visible(self, &step, 0, self->how.chains);
    self->known = TRUE;
}

/* A machine whose visible means at temperature 1 are those of another at 1 / beta: of other units
 * than Gaussian ones, whose mean has no temperature, that is a matter of scale. */
static NgRbm *
scale(const NgRbm *rbm, double beta)
{
    NgRbm *scaled = ng_rbm_copy(rbm);

    for (guint g = 0; g < scaled->n_groups; g++) {
        const NgUnitGroup *group = &scaled->groups[g];
        if (group->kind == NG_UNITS_GAUSSIAN)
            continue;
        for (gsize i = group->first; i < group->first + group->size; i++) {
            scaled->b[i] *= (float)beta;
            for (gsize j = 0; j < scaled->hidden; j++)
                scaled->w[i * scaled->hidden + j] *= (float)beta;
        }
    }
    return scaled;
}

static gboolean
refuse(const NgUnitGroup *group, const char *why, GError **error)
{
    g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "units %u to %u %s", group->first + 1,
                group->first + group->size, why);
    return FALSE;
}

/* A group of which some units are given. */
static gboolean
settle_group(const NgUnitGroup *group, float *value, guint8 *given, GError **error)
{
    guint n = 0, on = 0, last = group->first + group->size;

    for (guint i = group->first; i < last; i++) {
        n += given[i] != 0;
        on += given[i] != 0 && value[i] > 0.5F;
    }
    if (n == 0 || group->kind == NG_UNITS_BINARY || group->kind == NG_UNITS_GAUSSIAN)
        return TRUE;
    if (group->kind == NG_UNITS_COUNTS)
        return n == group->size ||
               refuse(group, "count the words of one text: all or none can be held", error);
    if (on != 1)
        return refuse(group,
                      on > 1 ? "are one choice: only one of them can be held at 1"
                             : "are one choice: what is held has to say which of them is 1",
                      error);
    for (guint i = group->first; i < last; i++) {
        value[i] = given[i] != 0 && value[i] > 0.5F ? 1.0F : 0.0F;
        given[i] = 1;
    }
    return TRUE;
}

/**
 * ng_rbm_settle_given:
 * @rbm: a machine
 * @value: (inout): [D] read where @given
 * @given: (inout): [D] which units are held; where one of a choice is held at 1, all of it becomes
 *   given, the others at 0
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where part of a group of counts is given, part of a choice without saying
 * which is 1, or a value that is not finite.
 *
 * Returns: whether chains can hold these units
 */
gboolean
ng_rbm_settle_given(const NgRbm *rbm, float *value, guint8 *given, GError **error)
{
    g_return_val_if_fail(rbm != NULL && value != NULL && given != NULL, FALSE);

    for (guint i = 0; i < rbm->visible; i++)
        if (given[i] != 0 && !isfinite(value[i])) {
            g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "unit %u is held at no number", i + 1);
            return FALSE;
        }
    for (guint g = 0; g < rbm->n_groups; g++)
        if (!settle_group(&rbm->groups[g], value, given, error))
            return FALSE;
    return TRUE;
}

/**
 * ng_rbm_chains_new:
 * @rbm: a machine, kept alive by the caller
 * @how: how chains run; its arrays are copied; what is given is as ng_rbm_settle_given() leaves it
 *
 * Returns: (transfer full): chains that have taken no step; free with ng_rbm_chains_free()
 */
NgRbmChains *
ng_rbm_chains_new(const NgRbm *rbm, const NgRbmSampling *how)
{
    g_return_val_if_fail(rbm != NULL && how != NULL && how->chains > 0 && how->beta > 0.0, NULL);
    g_return_val_if_fail((how->given == NULL) == (how->value == NULL), NULL);

    NgRbmChains *self = g_new0(NgRbmChains, 1);
    const gsize chains = how->chains, D = rbm->visible;
    self->rbm = rbm;
    self->scaled = how->beta != 1.0 ? scale(rbm, how->beta) : NULL;
    self->how = *how;
    self->v = g_new0(float, chains *D);
    self->h = g_new0(float, chains * rbm->hidden);
    self->p = ng_gibbs_is_discrete(rbm) ? g_new(float, chains *D) : NULL;
    self->length = g_new(float, chains);
    for (gsize r = 0; r < chains; r++)
        self->length[r] = (float)MAX(how->length, 1);
    if (how->given != NULL) {
        self->given = g_memdup2(how->given, D);
        self->value = g_memdup2(how->value, D * sizeof *self->value);
    }
    if (how->start == NULL) {
        begin(self);
        return self;
    }
    memcpy(self->v, how->start, chains * D * sizeof *self->v);
    for (gsize r = 0; r < chains; r++)
        hold(self, self->v + r * D);
    ng_rbm_hidden_mean(rbm, self->v, chains, self->h);
    return self;
}

/**
 * ng_rbm_chains_free:
 * @self: (nullable) (transfer full): chains
 */
void
ng_rbm_chains_free(NgRbmChains *self)
{
    if (self == NULL)
        return;
    ng_rbm_free(self->scaled);
    g_free(self->v);
    g_free(self->h);
    g_free(self->p);
    g_free(self->length);
    g_free(self->given);
    g_free(self->value);
    g_free(self);
}

static void
run_piece(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    NgRbmChains *self = data;
    const gsize D = self->rbm->visible, H = self->rbm->hidden;
    const guint first = (guint)index * PIECE, n = MIN(self->how.chains - first, PIECE);
    NgGibbs step = {.beta = self->how.beta, .noise.seed = self->how.seed, .first = first};

    for (guint64 s = self->sweeps; s < self->sweeps + self->wanted; s++) {
        step.noise.epoch = self->how.stream + FAR * (guint32)(s >> 32);
        step.noise.step = (guint32)s;
        ng_gibbs_hidden(self->rbm, &step, self->v + first * D, n, self->h + first * H);
        draw_visible(self, &step, first, n);
    }
}

/**
 * ng_rbm_chains_run:
 * @sweeps: steps that each chain takes, of both layers
 */
void
ng_rbm_chains_run(NgRbmChains *self, guint64 sweeps)
{
    g_return_if_fail(self != NULL);

    self->wanted = sweeps;
    ng_parallel((self->how.chains + PIECE - 1) / PIECE, self->how.threads, run_piece, self);
    self->sweeps += sweeps;
    self->known |= sweeps > 0;
}

/**
 * ng_rbm_chains_visible:
 *
 * Returns: (transfer none): [C, D] where the chains stand
 */
const float *
ng_rbm_chains_visible(const NgRbmChains *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return self->v;
}

/**
 * ng_rbm_chains_hidden:
 *
 * Returns: (transfer none): [C, H] the hidden units that they were drawn from
 */
const float *
ng_rbm_chains_hidden(const NgRbmChains *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return self->h;
}

/* Where what is asked of all chains goes. */
typedef struct {
    const NgRbmChains *chains;
    float *mean;
    double *f;
} Look;

static void
mean_piece(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Look *look = data;
    const NgRbmChains *self = look->chains;
    const gsize D = self->rbm->visible, H = self->rbm->hidden, first = index * PIECE;
    const gsize n = MIN(self->how.chains - first, PIECE);

    if (self->p != NULL && self->known)
        memcpy(look->mean + first * D, self->p + first * D, n * D * sizeof *look->mean);
    else
        ng_rbm_visible_mean(self->scaled != NULL ? self->scaled : self->rbm, self->h + first * H, n,
                            self->length + first, look->mean + first * D);
    for (gsize r = first; r < first + n; r++)
        hold(self, look->mean + r * D);
}

/**
 * ng_rbm_chains_mean:
 * @mean: (out): [C, D] E(v | h) of the hidden units they were drawn from, at their temperature;
 *   units that are held have their value
 */
void
ng_rbm_chains_mean(const NgRbmChains *self, float *mean) /* NOLINT(*-non-const-parameter) */
{
    g_return_if_fail(self != NULL && mean != NULL);

    Look look = {.chains = self, .mean = mean};
    ng_parallel((self->how.chains + PIECE - 1) / PIECE, self->how.threads, mean_piece, &look);
}

static void
free_energy_piece(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Look *look = data;
    const NgRbmChains *self = look->chains;
    const gsize D = self->rbm->visible, H = self->rbm->hidden, first = index * PIECE;
    const gsize n = MIN(self->how.chains - first, PIECE);
    g_autofree float *a = g_new(float, n *H);

    ng_rbm_hidden_input(self->rbm, self->v + first * D, n, a);
    for (gsize r = 0; r < n; r++)
        look->f[first + r] = ng_rbm_visible_energy(self->rbm, self->v + (first + r) * D) -
                             ng_anneal_gain(a + r * H, H, 0.0, 1.0) - (double)H * G_LN2;
}

/**
 * ng_rbm_chains_free_energy:
 * @f: (out): [C] F(v) of where they stand, at temperature 1
 */
void
ng_rbm_chains_free_energy(const NgRbmChains *self, double *f) /* NOLINT(*-non-const-parameter) */
{
    g_return_if_fail(self != NULL && f != NULL);

    Look look = {.chains = self, .f = f};
    ng_parallel((self->how.chains + PIECE - 1) / PIECE, self->how.threads, free_energy_piece,
                &look);
}

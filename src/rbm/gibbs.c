/*
 * Chains
 *
 * Gibbs sampling: h given v, then v given h, with the units that are held put back after each step.
 * Chains are cut into pieces that never meet and whose coins have addresses, so the result does not
 * depend on the number of threads.
 */
#include "ngram/gibbs.h"

#include "rbm-internal.h"

#include "ngram/parallel.h"

#include <string.h>

enum { PIECE = 25, START = 0x73746172 };

struct NgRbmChains {
    const NgRbm *rbm; /* kept alive by the caller */
    NgRbmSampling how;
    float *v;       /* [C, D] */
    float *h;       /* [C, H] that v was drawn from */
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

    ng_rbm_draw_visible(self->rbm, step, self->h + first * H, n, self->length + first,
                        self->v + first * D);
    for (guint r = first; r < first + n; r++)
        hold(self, self->v + r * D);
}

/* Where nothing is said: hidden units of even odds, and what they show. */
static void
begin(NgRbmChains *self)
{
    const NgGibbs step = {.beta = self->how.beta, .noise = {self->how.seed, START, 0}};
    const gsize H = self->rbm->hidden;

    for (guint r = 0; r < self->how.chains; r++) {
        float *h = self->h + r * H;
        ng_noise_fill(&step.noise, NG_LAYER_OTHER, r, h, H);
        for (gsize j = 0; j < H; j++)
            h[j] = h[j] < 0.5F ? 1.0F : 0.0F;
    }
    draw_visible(self, &step, 0, self->how.chains);
}

/**
 * ng_rbm_chains_new:
 * @rbm: a machine, kept alive by the caller
 * @how: how chains run; its arrays are copied
 *
 * Returns: (transfer full): chains that have taken no step; free with ng_rbm_chains_free()
 */
NgRbmChains *
ng_rbm_chains_new(const NgRbm *rbm, const NgRbmSampling *how)
{
    g_return_val_if_fail(rbm != NULL && how != NULL && how->chains > 0 && how->beta > 0.0, NULL);
    g_return_val_if_fail((how->given == NULL) == (how->value == NULL), NULL);

    NgRbmChains *self = g_new0(NgRbmChains, 1);
    const gsize C = how->chains, D = rbm->visible;
    self->rbm = rbm;
    self->how = *how;
    self->v = g_new0(float, C *D);
    self->h = g_new0(float, C * rbm->hidden);
    self->length = g_new(float, C);
    for (gsize r = 0; r < C; r++)
        self->length[r] = (float)MAX(how->length, 1);
    if (how->given != NULL) {
        self->given = g_memdup2(how->given, D);
        self->value = g_memdup2(how->value, D * sizeof *self->value);
    }
    if (how->start == NULL) {
        begin(self);
        return self;
    }
    memcpy(self->v, how->start, C * D * sizeof *self->v);
    for (gsize r = 0; r < C; r++)
        hold(self, self->v + r * D);
    ng_rbm_hidden_mean(rbm, self->v, C, self->h);
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
    g_free(self->v);
    g_free(self->h);
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
        step.noise.epoch = (guint32)(s >> 32);
        step.noise.step = (guint32)s;
        ng_rbm_draw_hidden(self->rbm, &step, self->v + first * D, n, self->h + first * H);
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

/**
 * ng_rbm_chains_mean:
 * @mean: (out): [C, D] E(v | h) of the hidden units they were drawn from; units that are held have
 *   their value
 */
void
ng_rbm_chains_mean(const NgRbmChains *self, float *mean)
{
    g_return_if_fail(self != NULL && mean != NULL);

    ng_rbm_visible_mean(self->rbm, self->h, self->how.chains, self->length, mean);
    for (guint r = 0; r < self->how.chains; r++)
        hold(self, mean + (gsize)r * self->rbm->visible);
}

/*
 * The model's side of the gradient without plain chains
 *
 * Exactly, by all states of the smaller layer (exact.c), or by the first rungs of ladders of
 * temperatures (tempering.c).  Both take the machine as it is at the step; they are for small
 * machines and for few chains, and are not made fast here.
 */
#include "train-internal.h"

#include "ngram/error.h"

#include <string.h>

/**
 * ng_train_begin_model:
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where the method does not take the machine's units.
 *
 * Returns: whether the model's side can begin
 */
gboolean
ng_train_begin_model(NgTrainer *t, GError **error)
{
    if (t->how.method == NG_RBM_PCD && t->panels)
        ng_train_panel_begin(t);
    else if (t->how.method == NG_RBM_PCD)
        ng_train_begin_chains(t);
    if (t->counts && t->how.method != NG_RBM_CD && t->how.method != NG_RBM_PCD) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "machines of word counts learn by cd and pcd alone");
        return FALSE;
    }
    if (t->how.method != NG_RBM_TEMPERING)
        return TRUE;
    const NgTemperingOptions how = {
        .rungs = t->how.rungs,
        .ladders = t->chains,
        .data = t->data,
        .seed = t->how.seed,
        .threads = t->how.threads,
    };
    ng_train_put(t, FALSE);
    t->ladders = ng_tempering_new(t->rbm, &how, error);
    return t->ladders != NULL;
}

static void
add_moments(NgTrainer *t)
{
    const NgExactWork work = {.threads = t->how.threads};

    ng_exact_moments_free(t->moments);
    t->moments = ng_exact_moments(t->rbm, &work, NULL);
    for (guint j = 0; t->moments != NULL && j < t->H; j++)
        t->h_sum[j] -= (float)(t->moments->h[j] * (1.0 - t->how.discriminative));
}

static void
add_ladders(NgTrainer *t)
{
    g_autofree float *v = g_new(float, (gsize)t->chains * t->D);
    NgNoise noise = {.seed = t->how.seed, .epoch = t->epoch};

    for (guint s = 1; s <= t->k; s++) {
        noise.step = t->step * (t->k + 1) + s;
        ng_tempering_sweep(t->ladders, t->rbm, &noise);
    }
    ng_tempering_states(t->ladders, v);
    for (guint r = 0; r < t->chains; r++)
        ng_train_put_chain(t, r, v + (gsize)r * t->D, t->scratch[0].a);
}

/* The model's side of a step, after ng_train_phases(). */
void
ng_train_model(NgTrainer *t)
{
    if (t->how.method != NG_RBM_EXACT && t->how.method != NG_RBM_TEMPERING)
        return;
    if (t->how.discriminative == 1.0)
        return;
    ng_train_put(t, FALSE);
    if (!ng_rbm_check(t->rbm, NULL)) { /* the end of the epoch will see it */
        t->minus_rows = 0;
        return;
    }
    if (t->how.method == NG_RBM_EXACT)
        add_moments(t);
    else
        add_ladders(t);
}

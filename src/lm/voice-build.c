/*
 * From estimates to a voice
 *
 * Probabilities and weights become logarithms where they stand.  What was pruned
 * is left out and the indices close ranks: an entry's new index is the number of
 * kept entries before it.
 */
#include "estimate.h"

#include "ngram/parallel.h"

/* [n + 1] kept entries before each; NULL where the level loses none. */
static uint32_t *
new_indices(const NgEstimate *self, unsigned k)
{
    size_t n = self->counts->n[k];

    if (self->gone[k] == NULL)
        return NULL;
    uint32_t *map = g_new(uint32_t, n + 1);
    uint32_t kept = 0;
    for (size_t e = 0; e < n; e++) {
        map[e] = kept;
        kept += !self->gone[k][e];
    }
    map[n] = kept;
    return map;
}

static uint32_t
mapped(const uint32_t *map, uint32_t index)
{
    return map != NULL ? map[index] : index;
}

static float
logprob(float p)
{
    return ng_prob_stored(MIN(0.0F, log10f(p)));
}

static float
backoff(float gamma)
{
    return log10f(gamma) + 0.0F; /* -0 prints as 0 */
}

typedef struct {
    NgCounts *counts;
    unsigned k;
} Pass;

static void
take_logarithms(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Pass *pass = data;
    NgCounts *c = pass->counts;
    size_t end = MIN((index + 1) * NG_ESTIMATE_CHUNK, c->n[pass->k]);

    for (size_t e = index * NG_ESTIMATE_CHUNK; e < end; e++) {
        if (pass->k + 1 == c->order) {
            c->leaf[e].prob = logprob(c->leaf[e].prob);
            continue;
        }
        NgEntry *entry = &c->entry[pass->k][e];
        entry->prob = logprob(entry->prob);
        entry->backoff = backoff(entry->backoff);
    }
    ng_store_breathe(c->store);
}

/* Moves what stays of level k + 1 to the front; @map: [N] new indices of each level. */
static void
close_ranks(NgEstimate *self, unsigned k, uint32_t *const *map)
{
    NgCounts *c = self->counts;

    for (uint32_t e = 0; e < c->n[k]; e++) {
        if (ng_estimate_is_gone(self, k, e))
            continue;
        uint32_t to = mapped(map[k], e);
        uint32_t suffix = k > 0 ? mapped(map[k - 1], ng_counts_suffix(c, k, e)) : 0;
        if (k > 0)
            c->word[k][to] = mapped(map[0], c->word[k][e]);
        if (k + 1 == c->order) {
            c->leaf[to] = (NgLeaf){{c->leaf[e].prob}, suffix};
            continue;
        }
        c->entry[k][to] = c->entry[k][e];
        c->entry[k][to].first = mapped(map[k + 1], c->entry[k][e].first);
        c->entry[k][to].suffix = suffix;
    }
}

static void
leave_out(NgEstimate *self)
{
    NgCounts *c = self->counts;
    uint32_t *map[NG_ORDER_MAX] = {NULL};

    for (unsigned k = 0; k < c->order; k++)
        map[k] = new_indices(self, k);
    for (unsigned k = 0; k < c->order; k++)
        close_ranks(self, k, map);
    for (unsigned k = 0; k < c->order; k++)
        c->n[k] = mapped(map[k], (uint32_t)c->n[k]);
    for (unsigned k = 0; k + 1 < c->order; k++)
        c->entry[k][c->n[k]] = (NgEntry){.first = (uint32_t)c->n[k + 1]};
    for (unsigned k = 0; k < c->order; k++)
        g_free(map[k]);
}

/**
 * ng_estimate_voice:
 * @self: estimated to the top; its counts are used up
 *
 * Returns: (transfer full): the distribution that @self holds
 */
NgVoice *
ng_estimate_voice(NgEstimate *self)
{
    NgCounts *c = self->counts;
    gboolean pruned = FALSE;

    for (unsigned k = 0; k < c->order; k++)
        pruned = pruned || self->gone[k] != NULL;
    if (pruned)
        leave_out(self);
    for (unsigned k = 0; k < c->order; k++) {
        Pass pass = {c, k};
        ng_parallel(ng_estimate_chunks(c->n[k]), c->threads, take_logarithms, &pass);
    }
    self->counts = NULL;
    return ng_counts_to_voice(c);
}

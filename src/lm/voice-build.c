/*
 * From estimates to a voice
 *
 * What was pruned is left out and the indices close ranks: an entry's new index
 * is the number of kept entries before it.
 */
#include "estimate.h"

/* [n + 1] kept entries before each; NULL where the level loses none. */
static uint32_t *
new_indices(const NgEstimate *self, unsigned k)
{
    size_t n = self->counts->trie.level[k].n;

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
backoff(const NgEstimate *self, unsigned k, uint32_t entry)
{
    return log10f(self->gamma[k][entry]) + 0.0F; /* -0 prints as 0 */
}

typedef struct {
    NgEstimate *estimate;
    NgVoice *voice;
    uint32_t *map[NG_ORDER_MAX];
} Build;

static void
build_words(Build *b, unsigned k)
{
    const NgLevel *l = &b->estimate->counts->trie.level[k];
    NgWord *word = g_new(NgWord, b->voice->n[k]);

    for (uint32_t e = 0; e < l->n; e++)
        if (!ng_estimate_is_gone(b->estimate, k, e))
            word[mapped(b->map[k], e)] = mapped(b->map[0], l->word[e]);
    b->voice->word[k] = word;
}

static void
build_entries(Build *b, unsigned k)
{
    const NgLevel *l = &b->estimate->counts->trie.level[k];
    NgEntry *entry = g_new(NgEntry, b->voice->n[k] + 1);

    for (uint32_t e = 0; e < l->n; e++) {
        if (ng_estimate_is_gone(b->estimate, k, e))
            continue;
        NgEntry *out = &entry[mapped(b->map[k], e)];
        out->prob = logprob(b->estimate->p[k][e]);
        out->backoff = backoff(b->estimate, k, e);
        out->first = mapped(b->map[k + 1], l->first[e]);
        out->suffix = k > 0 ? mapped(b->map[k - 1], l->suffix[e]) : 0;
    }
    entry[b->voice->n[k]] = (NgEntry){.first = (uint32_t)b->voice->n[k + 1]};
    b->voice->entry[k] = entry;
}

static void
build_leaves(Build *b, unsigned k)
{
    const NgLevel *l = &b->estimate->counts->trie.level[k];
    NgLeaf *leaf = g_new(NgLeaf, b->voice->n[k]);

    for (uint32_t e = 0; e < l->n; e++)
        if (!ng_estimate_is_gone(b->estimate, k, e))
            leaf[mapped(b->map[k], e)] = (NgLeaf){logprob(b->estimate->p[k][e]),
                                                  k > 0 ? mapped(b->map[k - 1], l->suffix[e]) : 0};
    b->voice->leaf = leaf;
}

/**
 * ng_estimate_voice:
 *
 * Frees the arrays of @self level by level on the way.
 *
 * Returns: (transfer full): the distribution that @self holds
 */
NgVoice *
ng_estimate_voice(NgEstimate *self)
{
    const NgTrie *trie = &self->counts->trie;
    Build b = {.estimate = self};

    for (unsigned k = 0; k < trie->order; k++)
        b.map[k] = new_indices(self, k);
    b.voice = ng_voice_new(trie->order, mapped(b.map[0], (uint32_t)trie->level[0].n));
    for (unsigned k = 0; k < trie->order; k++)
        b.voice->n[k] = mapped(b.map[k], (uint32_t)trie->level[k].n);
    for (unsigned k = 0; k < trie->order; k++) {
        if (k > 0)
            build_words(&b, k);
        if (k + 1 < trie->order)
            build_entries(&b, k);
        else
            build_leaves(&b, k);
        g_clear_pointer(&self->p[k], g_free);
        g_clear_pointer(&self->gamma[k], g_free);
    }
    for (unsigned k = 0; k < trie->order; k++)
        g_free(b.map[k]);
    return b.voice;
}

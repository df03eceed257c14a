/*
 * Counts: suffix links
 *
 * The successors of a context all follow its suffix too, and both lists rise, so
 * a context is linked by one walk along the longer list, in doubling steps.
 * Which list that is lies anywhere in memory: it is looked up some contexts
 * ahead and asked for, first its place and then its words.
 */
#include "internal.h"

#include "ngram/parallel.h"

enum { CONTEXTS = 1 << 14, AHEAD = 12 };

typedef struct {
    NgCounts *counts;
    unsigned k; /* level k + 1 is linked, from 1 */
} Linker;

/* The context whose successors the suffixes of the successors of context @c are among. */
static inline uint32_t
shorter_context(const NgCounts *self, unsigned k, size_t c)
{
    return self->entry[k - 1][c].suffix;
}

static inline void
link_context(NgCounts *self, unsigned k, size_t c)
{
    const NgEntry *context = &self->entry[k - 1][c];
    const NgEntry *shorter = &self->entry[k - 2][shorter_context(self, k, c)];
    const NgWord *below = self->word[k - 1];
    uint32_t i = shorter[0].first;
    uint32_t end = shorter[1].first;

    for (uint32_t e = context[0].first; e < context[1].first; e++) {
        i = ng_word_gallop(below, i, end, self->word[k][e]);
        g_assert(i < end);
        if (k + 1 < self->order)
            self->entry[k][e].suffix = i;
        else
            self->leaf[e].suffix = i;
    }
}

static void
link_bigrams(NgCounts *self, size_t first, size_t end)
{
    for (size_t e = first; e < end; e++)
        if (self->order > 2)
            self->entry[1][e].suffix = self->word[1][e];
        else
            self->leaf[e].suffix = self->word[1][e];
}

static void
link_chunk(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Linker *l = data;
    NgCounts *self = l->counts;
    const unsigned k = l->k;
    size_t first = index * CONTEXTS;
    size_t end = MIN(first + CONTEXTS, self->n[k - 1]);

    if (k == 1) {
        link_bigrams(self, self->entry[0][first].first, self->entry[0][end].first);
        return;
    }
    for (size_t c = first; c < end; c++) {
        if (c + 2 * AHEAD < end)
            __builtin_prefetch(&self->entry[k - 2][shorter_context(self, k, c + 2 * AHEAD)]);
        if (c + AHEAD < end) {
            uint32_t shorter = shorter_context(self, k, c + AHEAD);
            __builtin_prefetch(&self->word[k - 1][self->entry[k - 2][shorter].first]);
        }
        link_context(self, k, c);
    }
    ng_store_breathe(self->store);
}

/**
 * ng_counts_link:
 * @self: counts whose words and first successors stand; each suffix is there
 *
 * Sets the suffix links of all levels.
 */
void
ng_counts_link(NgCounts *self)
{
    for (unsigned k = 1; k < self->order; k++) {
        Linker linker = {self, k};
        ng_parallel((self->n[k - 1] + CONTEXTS - 1) / CONTEXTS, self->threads, link_chunk, &linker);
    }
}

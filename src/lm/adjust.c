/*
 * Adjusted counts, and what is pruned
 *
 * Kneser-Ney smoothing counts a k-gram below the top not by how often it was
 * seen but by how many different words were seen to its left (its continuation
 * count); one that begins with <s> has nothing to its left and keeps its raw
 * count.  With suffix links that is one pass: each (k + 1)-gram adds 1 to its
 * suffix.  The other methods take raw counts everywhere.
 */
#include "estimate.h"

#include "ngram/parallel.h"

enum { AHEAD = 16 };

typedef struct {
    NgEstimate *estimate;
    unsigned k;
} Pass;

/* Adds 1 to the suffix of each entry of a stretch of level k + 1. */
static void
continue_chunk(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Pass *pass = data;
    NgCounts *c = pass->estimate->counts;
    const unsigned k = pass->k;
    NgEntry *below = c->entry[k - 1];
    size_t end = MIN((index + 1) * NG_ESTIMATE_CHUNK, c->n[k]);

    for (size_t e = index * NG_ESTIMATE_CHUNK; e < end; e++) {
        if (e + AHEAD < end)
            __builtin_prefetch(&below[ng_counts_suffix(c, k, e + AHEAD)], 1);
        __atomic_fetch_add(&below[ng_counts_suffix(c, k, e)].adjusted, 1, __ATOMIC_RELAXED);
    }
    ng_store_breathe(c->store);
}

static void
copy_chunk(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Pass *pass = data;
    NgCounts *c = pass->estimate->counts;
    size_t end = MIN((index + 1) * NG_ESTIMATE_CHUNK, c->n[pass->k]);

    for (size_t e = index * NG_ESTIMATE_CHUNK; e < end; e++)
        c->entry[pass->k][e].adjusted = c->entry[pass->k][e].count;
    ng_store_breathe(c->store);
}

static gboolean
wants_continuation(NgSmoothing method)
{
    return method == NG_SMOOTHING_MKN || method == NG_SMOOTHING_KN;
}

/* Where the sums over a shorter context are wanted once more, the counts may not make room for
 * the weights. */
static gboolean
wants_copies(NgSmoothing method)
{
    return method == NG_SMOOTHING_ADD || method == NG_SMOOTHING_MLE;
}

/* Sets the adjusted counts of level k + 1, whose first and last entry that begin with <s> are
 * given. */
static void
adjust_level(NgEstimate *self, unsigned k, NgRange begins)
{
    NgCounts *c = self->counts;
    Pass pass = {self, k};

    if (!wants_continuation(self->options->method)) {
        ng_parallel(ng_estimate_chunks(c->n[k]), c->threads, copy_chunk, &pass);
        return;
    }
    pass.k = k + 1;
    ng_parallel(ng_estimate_chunks(c->n[k + 1]), c->threads, continue_chunk, &pass);
    for (uint32_t e = begins.first; e < begins.end; e++)
        c->entry[k][e].adjusted = c->entry[k][e].count;
}

static void
copy_level(NgEstimate *self, unsigned k)
{
    size_t n = self->counts->n[k];

    self->owned[k] = g_new(uint32_t, n);
    for (size_t e = 0; e < n; e++)
        self->owned[k][e] = ng_counts_count(self->counts, k, e);
    self->a[k] = (NgColumn){self->owned[k], 1};
}

/**
 * ng_estimate_adjust:
 *
 * Sets @a of every level; the links of the counts stand.
 */
void
ng_estimate_adjust(NgEstimate *self)
{
    NgCounts *c = self->counts;
    NgRange begins = {NG_WORD_BEGIN, NG_WORD_BEGIN + 1};

    for (unsigned k = 0; k < c->order; k++) {
        if (wants_copies(self->options->method)) {
            copy_level(self, k);
        } else if (k + 1 < c->order) {
            adjust_level(self, k, begins);
            self->a[k] = (NgColumn){&c->entry[k]->adjusted, sizeof(NgEntry) / sizeof(uint32_t)};
        } else {
            self->a[k] = (NgColumn){&c->leaf->count, sizeof(NgLeaf) / sizeof(uint32_t)};
        }
        if (k == 0)
            self->a[0].at[NG_WORD_BEGIN * self->a[0].stride] = 0;
        if (k + 1 < c->order)
            begins = (NgRange){c->entry[k][begins.first].first, c->entry[k][begins.end].first};
    }
}

/**
 * ng_estimate_mark:
 *
 * Sets @gone of the levels that lose an n-gram, and V.  With thresholds that
 * never fall what goes takes its successors along, and what stays its suffix:
 * a longer n-gram is never seen more often than its parts.
 */
void
ng_estimate_mark(NgEstimate *self)
{
    const NgCounts *c = self->counts;
    const uint8_t *keep = self->options->keep;
    size_t gone = 0;

    if (keep != NULL) {
        self->gone[0] = g_new0(uint8_t, c->n[0]);
        for (size_t w = 0; w < c->n[0]; w++) {
            self->gone[0][w] = !keep[w];
            gone += !keep[w];
        }
    }
    self->V = c->n[0] - gone - 1;
    self->end_slips = self->options->lmplz && c->order > 1 &&
                      ng_counts_count(c, 0, NG_WORD_END) <= self->options->prune[0];
    for (unsigned k = 1; k < c->order; k++) {
        const NgEntry *below = c->entry[k - 1];
        if (keep == NULL && self->options->prune[k] == 0)
            continue;
        self->gone[k] = g_new0(uint8_t, c->n[k]);
        for (uint32_t h = 0; h < c->n[k - 1]; h++)
            for (uint32_t e = below[h].first; e < below[h + 1].first; e++)
                self->gone[k][e] = ng_counts_count(c, k, e) <= self->options->prune[k] ||
                                   ng_estimate_is_gone(self, k - 1, h) ||
                                   ng_estimate_is_gone(self, 0, c->word[k][e]);
    }
}

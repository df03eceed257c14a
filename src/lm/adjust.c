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

static gboolean
wants_continuation(NgSmoothing method)
{
    return method == NG_SMOOTHING_MKN || method == NG_SMOOTHING_KN;
}

static uint32_t *
continuation(const NgCounts *c, unsigned k)
{
    const NgLevel *above = &c->trie.level[k + 1];
    uint32_t *a = g_new0(uint32_t, c->trie.level[k].n);

    for (size_t e = 0; e < above->n; e++)
        a[above->suffix[e]]++;
    return a;
}

/**
 * ng_estimate_adjust:
 *
 * Sets @a of every level; the links of the trie stand.
 */
void
ng_estimate_adjust(NgEstimate *self)
{
    const NgCounts *c = self->counts;
    uint32_t first = NG_WORD_BEGIN; /* the entries of this level that begin with <s> */
    uint32_t end = NG_WORD_BEGIN + 1;

    for (unsigned k = 0; k < c->trie.order; k++) {
        const NgLevel *l = &c->trie.level[k];
        uint32_t *own = NULL;
        if (k + 1 < c->trie.order && wants_continuation(self->options->method)) {
            own = continuation(c, k);
            for (uint32_t e = first; e < end; e++)
                own[e] = c->count[k][e];
        } else if (k == 0) {
            own = ng_counts_frequencies(c);
        }
        if (k == 0)
            own[NG_WORD_BEGIN] = 0;
        self->owned[k] = own;
        self->a[k] = own != NULL ? own : c->count[k];
        if (l->first != NULL) {
            first = l->first[first];
            end = l->first[end];
        }
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
        self->gone[0] = g_new0(uint8_t, c->trie.level[0].n);
        for (size_t w = 0; w < c->trie.level[0].n; w++) {
            self->gone[0][w] = !keep[w];
            gone += !keep[w];
        }
    }
    self->V = c->trie.level[0].n - gone - 1;
    self->end_slips = self->options->lmplz && c->trie.order > 1 &&
                      c->count[0][NG_WORD_END] <= self->options->prune[0];
    for (unsigned k = 1; k < c->trie.order; k++) {
        const NgLevel *l = &c->trie.level[k];
        const NgLevel *below = &c->trie.level[k - 1];
        if (keep == NULL && self->options->prune[k] == 0)
            continue;
        self->gone[k] = g_new0(uint8_t, l->n);
        for (uint32_t h = 0; h < below->n; h++)
            for (uint32_t e = below->first[h]; e < below->first[h + 1]; e++)
                self->gone[k][e] = c->count[k][e] <= self->options->prune[k] ||
                                   ng_estimate_is_gone(self, k - 1, h) ||
                                   ng_estimate_is_gone(self, 0, l->word[e]);
    }
}

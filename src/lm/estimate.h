/* estimate.h - what the stages between counts and a voice hand on. */
#pragma once

#include "internal.h"

#include "ngram/smooth.h"

/**
 * NgEstimate:
 * @counts: raw counts, N levels
 * @options: what is asked for
 * @V: words a distribution spreads over: `<unk>` and `</s>` among them, `<s>` not
 * @a: [N][n] adjusted counts: raw or continuation counts, 0 for `<s>`
 * @owned: [N] the arrays of @a that are not those of @counts
 * @gone: [N][n] whether an n-gram is pruned; NULL for a level where none is
 * @d: [N] discounts
 * @p: [N][n] P(word | context)
 * @gamma: [N][n] weight of the shorter context, gamma[k] for the entries of level k + 1
 * @gamma_root: that of the empty context
 * @end_slips: lmplz counts `</s>` among what it prunes, and keeps it all the same
 */
typedef struct {
    const NgCounts *counts;
    const NgSmoothOptions *options;
    size_t V;
    const uint32_t *a[NG_ORDER_MAX];
    uint32_t *owned[NG_ORDER_MAX];
    uint8_t *gone[NG_ORDER_MAX];
    NgDiscount *d;
    float *p[NG_ORDER_MAX];
    float *gamma[NG_ORDER_MAX];
    float gamma_root;
    gboolean end_slips;
} NgEstimate;

void ng_estimate_adjust(NgEstimate *self);
void ng_estimate_mark(NgEstimate *self);
void ng_estimate_discounts(NgEstimate *self);
float ng_estimate_context(NgEstimate *self, unsigned k, uint32_t h);
NgVoice *ng_estimate_voice(NgEstimate *self);

static inline gboolean
ng_estimate_is_gone(const NgEstimate *self, unsigned k, uint32_t entry)
{
    return self->gone[k] != NULL && self->gone[k][entry];
}

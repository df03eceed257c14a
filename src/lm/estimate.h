/* estimate.h - what the stages between counts and a voice hand on. */
#pragma once

#include "internal.h"

#include "ngram/smooth.h"

/** NgColumn: one number of each entry of a level, every @stride-th of an array. */
typedef struct {
    uint32_t *at;
    size_t stride;
} NgColumn;

/** NgFloats: the same of float32. */
typedef struct {
    float *at;
    size_t stride;
} NgFloats;

/**
 * NgEstimate:
 * @counts: raw counts, N levels; they become probabilities level by level, in place
 * @options: what is asked for
 * @V: words a distribution spreads over: `<unk>` and `</s>` among them, `<s>` not
 * @a: [N][n] adjusted counts: raw or continuation counts, 0 for `<s>`; in the place of @gamma, or
 *   of @p on the top level, until these are set
 * @owned: [N] (nullable) arrays of their own, where @a is wanted for longer
 * @gone: [N][n] whether an n-gram is pruned; NULL for a level where none is
 * @d: [N] discounts
 * @p: [N][n] P(word | context), in the place of the raw counts
 * @gamma: [N - 1][n] weight of the shorter context, gamma[k] for the entries of level k + 1
 * @end_slips: lmplz counts `</s>` among what it prunes, and keeps it all the same
 */
typedef struct {
    NgCounts *counts;
    const NgSmoothOptions *options;
    size_t V;
    NgColumn a[NG_ORDER_MAX];
    uint32_t *owned[NG_ORDER_MAX];
    uint8_t *gone[NG_ORDER_MAX];
    NgDiscount *d;
    NgFloats p[NG_ORDER_MAX];
    NgFloats gamma[NG_ORDER_MAX];
    gboolean end_slips;
} NgEstimate;

/* Entries of a level that one thread takes at a time. */
enum { NG_ESTIMATE_CHUNK = 1 << 15 };

void ng_estimate_mark(NgEstimate *self);
void ng_estimate_adjust(NgEstimate *self);
void ng_estimate_discounts(NgEstimate *self);
float ng_estimate_context(NgEstimate *self, unsigned k, uint32_t h);
NgVoice *ng_estimate_voice(NgEstimate *self);

static inline gboolean
ng_estimate_is_gone(const NgEstimate *self, unsigned k, uint32_t entry)
{
    return self->gone[k] != NULL && self->gone[k][entry];
}
static inline uint32_t
ng_estimate_a(const NgEstimate *self, unsigned k, uint32_t entry)
{
    return self->a[k].at[entry * self->a[k].stride];
}
static inline float *
ng_estimate_p(const NgEstimate *self, unsigned k, uint32_t entry)
{
    return &self->p[k].at[entry * self->p[k].stride];
}
static inline size_t
ng_estimate_chunks(size_t n)
{
    return (n + NG_ESTIMATE_CHUNK - 1) / NG_ESTIMATE_CHUNK;
}

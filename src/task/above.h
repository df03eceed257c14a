/* above.h - how much probability the words have that are at least as likely as a bound. */
#pragma once

#include "ngram/voice.h"

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

typedef struct NgAbove NgAbove;

/** NgShare: words and what they weigh together. */
typedef struct {
    int64_t n;
    double mass;
} NgShare;

NgAbove *ng_above_new(const NgVoice *voice);
void ng_above_go(NgAbove *self, NgState context);
NgShare ng_above_share(const NgAbove *self, float bound);
void ng_above_free(NgAbove *self);

/* Floats as whole numbers in the same order, and back. */
static inline int32_t
ng_above_order(float x)
{
    int32_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits < 0 ? bits ^ INT32_MAX : bits;
}

static inline float
ng_above_float(int32_t order)
{
    int32_t bits = order < 0 ? order ^ INT32_MAX : order;
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgAbove, ng_above_free)

G_END_DECLS

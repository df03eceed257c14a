/* law.h - probabilities from the logarithms that a voice keeps. */
#pragma once

#include "ngram/voice.h"

#include <glib.h>
#include <math.h>

/* log10 of what counts as impossible: ARPA files write log 0 as -99, some tools as -100. */
#define NG_LAW_ZERO (-99.0F)

/* 10^@logprob, 0 for what counts as impossible. */
static inline double
ng_law_mass(float logprob)
{
    return logprob > NG_LAW_ZERO ? exp(G_LN10 * (double)logprob) : 0.0;
}

/* One number for a state: a key of hash tables. */
static inline guint64
ng_law_key(NgState state)
{
    return (guint64)state.length << 32 | state.index;
}

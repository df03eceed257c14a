/* law.h - probabilities from the logarithms that a voice keeps. */
#pragma once

#include "ngram/voice.h"

#include <glib.h>

/* One number for a state: a key of hash tables. */
static inline guint64
ng_law_key(NgState state)
{
    return (guint64)state.length << 32 | state.index;
}

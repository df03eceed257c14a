/* band.h - the words that the filters of sampling leave, as a range of probabilities. */
#pragma once

#include "above.h"
#include "gather.h"

#include "ngram/generate.h"

#include <glib.h>

G_BEGIN_DECLS

/** NgBand: the words whose weight, as a logarithm, is from @low to @high. */
typedef struct {
    double low, high;
} NgBand;

NgBand ng_band_find(const NgAbove *above, NgGather *gather, const NgSampling *sampling,
                    double decades);

G_END_DECLS

/* sums.h - what a power of the probabilities sums to over all words, and their entropy. */
#pragma once

#include "ngram/mass.h"
#include "ngram/voice.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct NgSums NgSums;

NgSums *ng_sums_new(const NgVoice *voice, double power);
double ng_sums_mass(NgSums *self, NgState context);
double ng_sums_log(NgSums *self, NgState context);
void ng_sums_free(NgSums *self);

/* 10^@log10_p to the power @power; nothing where it counts as impossible. */
static inline double
ng_sums_power(float log10_p, double power)
{
    return log10_p > NG_MASS_ZERO ? ng_mass((float)(power * (double)log10_p)) : 0.0;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgSums, ng_sums_free)

G_END_DECLS

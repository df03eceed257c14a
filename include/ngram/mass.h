/* mass.h - probabilities from their logarithms, many at a time. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/* log10 of what counts as impossible: ARPA files write log 0 as -99, some tools as -100. */
#define NG_MASS_ZERO (-99.0F)

double ng_mass(float log10_p);
double ng_mass_wide(double x);
void ng_mass_array(const float *log10_p, double *mass, size_t n);

G_END_DECLS

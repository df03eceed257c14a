/* gibbs-draw.h - draws of whole layers, sooner than the plain ones of units.c. */
#pragma once

#include "rbm-internal.h"

void ng_gibbs_hidden(const NgRbm *rbm, const NgGibbs *step, const float *v, size_t rows, float *h);
void ng_gibbs_visible(const NgRbm *rbm, const NgGibbs *step, const float *h, size_t rows, float *p,
                      float *v);
gboolean ng_gibbs_is_discrete(const NgRbm *rbm);

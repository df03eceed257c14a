/* rbm-labels.h - which label a row has, by a machine that knows labels. */
#pragma once

#include "ngram/rbm.h"

G_BEGIN_DECLS

void ng_rbm_label_odds(const NgRbm *self, const float *v, size_t rows, double *log_p, double *f);
void ng_rbm_codes(const NgRbm *self, const float *v, size_t rows, float *mean);
void ng_rbm_draw_labels(const NgRbm *self, const NgNoise *noise, float *v, size_t rows);

G_END_DECLS

/* rbm-rows.h - rows of a data set as the visible units of a machine. */
#pragma once

#include "ngram/dataset.h"
#include "ngram/rbm.h"

G_BEGIN_DECLS

gboolean ng_rbm_fits(const NgRbm *self, const NgDataset *data, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void ng_rbm_take_row(const NgRbm *self, const NgDataset *data, size_t row, float *v);

G_END_DECLS

/* rbm-curve.h - how a Boltzmann machine learned, as a picture. */
#pragma once

#include "ngram/rbm-train.h"

#include <glib.h>

/* epochs: of NgRbmEpoch */
gboolean ng_rbm_plot_epochs(const char *path, const GArray *epochs, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

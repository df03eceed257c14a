/* loss.h - what quantising a model costs. */
#pragma once

#include "ngram/model.h"

#include <glib.h>

G_BEGIN_DECLS

gboolean ng_loss_measure(NgModel *exact, NgModel *quantized, const char *held_out, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

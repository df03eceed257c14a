/* rbm-given.h - visible units that are held while others are drawn. */
#pragma once

#include "rbm-cli.h"

#include "ngram/given.h"

gboolean ng_given_hide(NgGiven *self, const NgRbm *rbm, const char *rectangle, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_given_mask(NgGiven *self, const NgRbm *rbm, const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_given_label(NgGiven *self, const NgRbm *rbm, guint64 label, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

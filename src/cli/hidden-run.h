/* hidden-run.h - complete --evaluate: hidden words found again. */
#pragma once

#include "args.h"

#include <glib.h>

#include "ngram/hidden.h"

gboolean ng_hidden_run(NgModel *model, size_t voice, const NgHiddenOptions *options,
                       const NgArgs *args, GError **error) G_GNUC_WARN_UNUSED_RESULT;

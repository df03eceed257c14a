/* evaluate-run.h - complete --evaluate: hidden words found again. */
#pragma once

#include "args.h"

#include <glib.h>

gboolean ng_evaluate_run(NgModel *model, size_t voice, guint64 every, const NgArgs *args,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* verify-run.h - `ngram score --method lambdag`: is it by the same author? */
#pragma once

#include "args.h"
#include "passage.h"

#include <glib.h>

/**
 * NgVerifyLine: the options as given.
 * @known, @reference: (nullable): paths, NULL at the end
 */
typedef struct {
    char **known, **reference;
} NgVerifyLine;

gboolean ng_verify_run(const NgVerifyLine *line, const NgArgs *args,
                       const NgPassageReading *reading, gboolean *denied, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

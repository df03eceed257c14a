/* prune-options.h - smaller models: the options that train and convert share. */
#pragma once

#include "args.h"

#include "ngram/model.h"

#include <glib.h>

/** NgPruneLine: as given. */
typedef struct {
    const char *entropy; /* (nullable) */
    guint64 target;      /* bytes, 0 where not given */
    int history;         /* -1, or the place of its name */
} NgPruneLine;

#define NG_PRUNE_LINE_NONE                                                                         \
    {                                                                                              \
        .history = -1                                                                              \
    }

/* The rows of them in a table of NgOption. */
#define NG_PRUNE_OPTIONS_TABLE(o)                                                                  \
    NG_TEXT(0, "prune-entropy", &(o)->entropy, "T",                                                \
            "Drop n-grams without which the perplexity rises by a smaller share than T, as in "    \
            "SRILM (Stolcke 1998); 1e-8 and 1e-7 are usual"),                                      \
        NG_SIZE(0, "target-size", &(o)->target, 1, G_MAXINT64, "BYTES",                            \
                "Drop by the least such T with which the model file has at most BYTES (10M, 1G)"), \
        NG_CHOICE(0, "prune-history", &(o)->history, "chain|stationary",                           \
                  "How probable contexts are to those two: by SRILM's chain rule, or in texts of " \
                  "the model (the default for mkn and kn)")

gboolean ng_prune_line_given(const NgPruneLine *self);
NgModel *ng_prune_line_apply(const NgPruneLine *self, const NgArgs *args, NgModel *model,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_prune_line_check(const NgPruneLine *self, gboolean arpa, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

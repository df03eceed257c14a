/* text-options.h - how text is cut and counted: the options that train, count and evaluate share. */
#pragma once

#include "args.h"

#include "ngram/train.h"

#include <glib.h>

/**
 * NgTextOptions: places of names in the choices below, -1 where not given.
 * @memory: bytes, 0 for no bound
 */
typedef struct {
    int tokens;
    const char *pattern;
    int fold; /* case: 0 keep, 1 fold */
    int unit;
    const char *vocab;
    guint64 min_count;
    gboolean skip_symbols;
    guint64 memory;
    const char *temp;
} NgTextOptions;

#define NG_TEXT_OPTIONS_NONE                                                                       \
    {                                                                                              \
        .tokens = -1, .fold = -1, .unit = -1                                                       \
    }

/* The rows of them in a table of NgOption: how text is cut, and all of them. */
#define NG_TEXT_OPTIONS_CUT(o)                                                                     \
    NG_CHOICE(0, "tokens", &(o)->tokens, "words|space|chars|pattern",                              \
              "Words as people see them (the default), whatever blanks part, characters, or "      \
              "what --pattern matches"),                                                           \
        NG_TEXT(0, "pattern", &(o)->pattern, "REGEX",                                              \
                "A token is what this matches (PCRE2, Unicode)"),                                  \
        NG_CHOICE(0, "case", &(o)->fold, "keep|fold",                                              \
                  "Keep or fold case (fold for words and patterns, else keep)"),                   \
        NG_CHOICE(0, "unit", &(o)->unit, "line|paragraph|file",                                    \
                  "What one sequence <s> ... </s> is (line)"),                                     \
        NG_FLAG(0, "skip-symbols", &(o)->skip_symbols,                                             \
                "Pass over <s>, </s> and <unk> in the text, which are an error otherwise")
#define NG_TEXT_OPTIONS_TABLE(o)                                                                   \
    NG_TEXT_OPTIONS_CUT(o),                                                                        \
        NG_SIZE(0, "memory", &(o)->memory, 1 << 20, G_MAXINT64, "SIZE",                            \
                "Keep to that much memory, as 64M or 2G, and to temporary files beyond it"),       \
        NG_FILE(0, "temp", &(o)->temp, "DIR", "Folder of these files ($TMPDIR, or /tmp)")

NgStore *ng_text_options_store(const NgTextOptions *self);
gboolean ng_text_options_apply(const NgTextOptions *self, NgTrainOptions *options, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

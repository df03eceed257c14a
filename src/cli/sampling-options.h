/* sampling-options.h - how the law of the next word is bent: options of generate. */
#pragma once

#include "args.h"

#include "ngram/generate.h"

/** NgSamplingOptions: what was given, as it was written; NULL where it was not. */
typedef struct {
    const char *temperature, *top_p, *min_p, *typical, *repeat_penalty;
    guint64 top_k, repeat_last;
} NgSamplingOptions;

#define NG_SAMPLING_OPTIONS(self)                                                                  \
    NG_TEXT(0, "temperature", &(self)->temperature, "T",                                           \
            "Draw by p^(1/T): below 1 likelier words, above 1 rarer ones; 0 like --greedy"),       \
        NG_COUNT(0, "top-k", &(self)->top_k, 1, G_MAXUINT32, "K",                                  \
                 "Of the K likeliest words alone"),                                                \
        NG_TEXT(0, "top-p", &(self)->top_p, "P",                                                   \
                "Of the likeliest words that have probability P together"),                        \
        NG_TEXT(0, "min-p", &(self)->min_p, "M",                                                   \
                "Of the words at least M times as likely as the likeliest"),                       \
        NG_TEXT(0, "typical", &(self)->typical, "TAU",                                             \
                "Of the words whose surprise is nearest to the expected one, TAU together"),       \
        NG_TEXT(0, "repeat-penalty", &(self)->repeat_penalty, "R",                                 \
                "A word among the last ones has p^R in place of p"),                               \
        NG_COUNT(0, "repeat-last", &(self)->repeat_last, 1, G_MAXUINT32, "N",                      \
                 "How many words back that looks (64)")

gboolean ng_sampling_options_read(const NgSamplingOptions *self, const NgArgs *args,
                                  NgGenerateOptions *wanted, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* features-internal.h - what features are made of. */
#pragma once

#include "bags.h"

#include "ngram/features.h"
#include "ngram/vocab.h"

struct NgFeatures {
    NgFeaturesOptions options;
    char *pattern;
    NgTokenizer *tokenizer;
    NgVocab *vocab;        /* column + NG_WORDS_FIXED is the id of a word */
    GPtrArray *words;      /* of char: [C] */
    GArray *frequency;     /* of guint64: [C] tokens of the training text; empty where not known */
    double tokens;         /* of all columns */
    GHashTable *stop;      /* of char, a set: words left out as too frequent */
    GPtrArray *stop_words; /* of char: the same in their order, owned */
    NgFeaturesReport report;
};

NgFeatures *ng_features_new(const NgFeaturesOptions *options, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_features_add_word(NgFeatures *self, const char *word, size_t length)
    G_GNUC_WARN_UNUSED_RESULT;
void ng_features_add_frequency(NgFeatures *self, guint64 tokens);
void ng_features_add_stop_word(NgFeatures *self, char *word);

guint32 *ng_features_map(const NgFeatures *self, const NgLexicon *lexicon);
void ng_features_add_rows(NgFeatures *self, NgDataset *rows, const NgBags *bags, gboolean empty);
NgBags *ng_features_bags(NgFeatures *self, const char *const *paths, const NgProgress *progress,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

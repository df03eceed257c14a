/* features.h - texts as vectors: which words stand in them, or how often. */
#pragma once

#include "ngram/dataset.h"
#include "ngram/document.h"
#include "ngram/progress.h"
#include "ngram/rbm.h"
#include "ngram/tokenizer.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgFeaturesKind: what a column says of its word.
 * @NG_FEATURES_SETS: 1 where the text has it, else 0
 * @NG_FEATURES_COUNTS: how often the text has it
 */
typedef enum { NG_FEATURES_SETS, NG_FEATURES_COUNTS } NgFeaturesKind;

/**
 * NgFeaturesOptions: how text is cut, and which words get a column.
 * @kind: an #NgFeaturesKind
 * @tokens, @pattern, @fold, @unit: how text is cut; a row is one @unit
 * @strict_utf8: invalid UTF-8 is an error
 * @marks: tokens without a letter or digit may be words; else they are left out
 * @size: most words; those that stand in most documents are taken
 * @min_documents: a word stands in at least so many
 * @stop: so many of the words in most documents are left out
 * @limit: the first so many documents alone are read when words are chosen; 0 for all
 */
typedef struct {
    NgFeaturesKind kind;
    NgTokens tokens;
    const char *pattern;
    gboolean fold;
    NgUnit unit;
    gboolean strict_utf8;
    gboolean marks;
    guint size;
    guint min_documents;
    guint stop;
    guint64 limit;
} NgFeaturesOptions;

/**
 * NgFeaturesReport: what reading met.
 * @documents: rows made
 * @empty: documents without a word of the vocabulary
 * @words: tokens that have a column
 * @stop: tokens left out as too frequent
 * @unknown: tokens that are out of the vocabulary
 * @marks: tokens left out as they have no letter and no digit
 * @invalid: bytes that were no UTF-8
 * @left_out: files beside the subfolders of the folder that was named, which are no texts
 */
typedef struct {
    guint64 documents, empty;
    guint64 words, stop, unknown, marks;
    guint64 invalid;
    guint64 left_out;
} NgFeaturesReport;

typedef struct NgFeatures NgFeatures;

void ng_features_options_init(NgFeaturesOptions *options);
NgFeatures *ng_features_learn(const char *const *paths, const NgFeaturesOptions *options,
                              const NgProgress *progress, NgDataset **rows, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgFeatures *ng_features_new_for_list(const char *path, const NgFeaturesOptions *options,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
NgFeatures *ng_features_new_for_rbm(NgRbm *rbm, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_features_fit(NgRbm *rbm);
void ng_features_free(NgFeatures *self);

NgDataset *ng_features_read(NgFeatures *self, const char *const *paths, const NgProgress *progress,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
NgDataset *ng_features_learn_rows(NgFeatures *self, const char *const *paths,
                                  const NgProgress *progress, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgDataset *ng_features_rows(NgFeatures *self);
void ng_features_add_text(NgFeatures *self, NgDataset *rows, const char *text, size_t length,
                          const char *name);

guint ng_features_size(const NgFeatures *self);
const char *ng_features_word(const NgFeatures *self, guint column);
guint64 ng_features_frequency(const NgFeatures *self, guint column);
double ng_features_unigram(const NgFeatures *self, const NgDataset *rows, size_t row);
NgUnitGroup ng_features_group(const NgFeatures *self);
void ng_features_set_kind(NgFeatures *self, NgFeaturesKind kind);
void ng_features_set_unit(NgFeatures *self, NgUnit unit);
void ng_features_set_limit(NgFeatures *self, guint64 limit);
void ng_features_set_strict(NgFeatures *self, gboolean strict_utf8);
const NgFeaturesReport *ng_features_report(const NgFeatures *self);
void ng_features_note(const NgFeatures *self, NgRbm *rbm);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgFeatures, ng_features_free)

G_END_DECLS

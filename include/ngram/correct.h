/* correct.h - spelling mistakes found and mended, by what stands around them. */
#pragma once

#include "ngram/channel.h"
#include "ngram/model.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

#define NG_CAUTION_DEFAULT 3.0

/**
 * NgCorrectOptions:
 * @caution: one mistake in 10^@caution letters is expected; 0 or more
 * @channel: (nullable): which mistakes are made; %NULL for the built-in one
 * @words: (nullable): words that are right though the model does not know them
 */
typedef struct {
    double caution;
    NgChannel *channel;
    NgVocab *words;
} NgCorrectOptions;

/**
 * NgSuggestion: what may have been meant.
 * @text: with the case of what was written
 * @probability: posterior, given the text around it
 */
typedef struct {
    char *text;
    double probability;
} NgSuggestion;

/**
 * NgCorrection: a word of a text, and what is to be said of it.
 * @start, @length: its bytes; those of two words where they are to be one
 * @known: whether the model, or the user, knows it
 * @wrong: whether it is to be changed
 * @suggestion: [n] the likeliest first; of what is wrong the first is to stand in its place
 */
typedef struct {
    size_t start, length;
    gboolean known, wrong;
    NgSuggestion *suggestion;
    size_t n;
} NgCorrection;

typedef struct NgCorrector NgCorrector;

NgCorrector *ng_corrector_new(NgModel *model, size_t voice, const NgCorrectOptions *options,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
NgCorrector *ng_corrector_copy(const NgCorrector *self);
void ng_corrector_free(NgCorrector *self);
void ng_corrector_add_word(NgCorrector *self, const char *word, size_t length);
double ng_corrector_language(NgCorrector *self, const char *text, size_t length);
void ng_corrector_set_language(NgCorrector *self, double prior);
GPtrArray *ng_corrector_correct(NgCorrector *self, const char *text, size_t length);
GPtrArray *ng_corrector_words(NgCorrector *self, const char *text, size_t length, size_t k);
guint64 ng_corrector_invalid(const NgCorrector *self);

void ng_correction_free(NgCorrection *self);
void ng_corrections_apply(const GPtrArray *corrections, const char *text, size_t length,
                          GString *out);
NgVocab *ng_words_read(const NgModel *model, const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgCorrection, ng_correction_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgCorrector, ng_corrector_free)

G_END_DECLS

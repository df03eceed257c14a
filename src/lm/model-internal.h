/* model-internal.h - what a model holds. */
#pragma once

#include "internal.h"

#include "ngram/container.h"
#include "ngram/model.h"

/**
 * NgSurfaces: how people write some words.
 * @id: [n] the words, rising
 * @offset: [n + 1] where the form of each begins in @text; it ends in a zero byte
 * @text: [n_text]
 */
typedef struct {
    const uint32_t *id;
    const uint64_t *offset;
    const char *text;
    size_t n, n_text;
} NgSurfaces;

typedef struct NgMixture NgMixture;

/** NgSection: an array with a name; @owned is %NULL where @data is mapped. */
typedef struct {
    char *name;
    const void *data;
    gpointer owned;
    size_t size;
} NgSection;

/**
 * NgModel:
 * @vocab: V words
 * @voices: (element-type NgVoice): 0 is the whole
 * @names: (element-type utf8): of the voices
 * @styles: (element-type NgVoice): over a vocabulary of their own
 * @sections: (element-type NgSection): what other floors keep in the file, while it is made
 * @kin: (nullable): the model that @styles and @sections are shared with, kept alive
 * @surfaces: words that people write otherwise
 * @own_id, @own_offset, @own_text: their arrays, in a model that is being made
 * @manifest: how it was made
 * @text, @pattern: how text is cut, as the manifest says
 * @container: (nullable): the file that the arrays are mapped from
 * @mixture: (nullable): what a mixture of models holds in place of voices
 */
struct NgModel {
    gatomicrefcount refs;
    NgVocab *vocab;
    GPtrArray *voices;
    GPtrArray *names;
    GPtrArray *styles;
    GPtrArray *sections;
    NgModel *kin;
    NgSurfaces surfaces;
    GArray *own_id, *own_offset;
    GString *own_text;
    GKeyFile *manifest;
    NgModelText text;
    char *pattern;
    NgContainer *container;
    NgMixture *mixture;
};

void ng_model_share(NgModel *self, NgModel *kin);
void ng_model_unpack_styles(NgModel *self);
void ng_mixture_free(NgMixture *self);
gboolean ng_mixture_verify(const NgMixture *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

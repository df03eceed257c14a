/* model.h - a vocabulary and the voices over it, immutable, mapped from one file. */
#pragma once

#include "ngram/document.h"
#include "ngram/mix.h"
#include "ngram/tokenizer.h"
#include "ngram/vocab.h"
#include "ngram/voice.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

typedef struct NgModel NgModel;

#define NG_STYLE_WORDS 1011 /* what words become when they are masked: marks, kept words, classes */

/**
 * NgModelText: how text was cut when the model was made; later text is cut the same way.
 * @tokens, @pattern, @fold: as ng_tokenizer_new() takes them
 * @unit: what one sequence is
 */
typedef struct {
    NgTokens tokens;
    const char *pattern;
    gboolean fold;
    NgUnit unit;
} NgModelText;

/**
 * NgModelPart: one model of a mixture.
 * @model: the model
 * @weight: above 0; those of all parts sum to 1
 * @name: what messages call it, its path as a rule
 */
typedef struct {
    NgModel *model;
    double weight;
    const char *name;
} NgModelPart;

NgModel *ng_model_new(NgVocab *vocab, const NgModelText *text);
void ng_model_add_voice(NgModel *self, const char *name, NgVoice *voice);
void ng_model_add_surface(NgModel *self, NgWord id, const char *surface, size_t length);
void ng_model_add_style(NgModel *self, NgVoice *style);
void ng_model_add_section(NgModel *self, const char *name, gpointer data, size_t size);
NgModel *ng_model_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_model_save(const NgModel *self, const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_model_is_mapped(const NgModel *self);
guint64 ng_model_size(const NgModel *self);
gboolean ng_model_verify(const NgModel *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
NgModel *ng_model_ref(NgModel *self);
void ng_model_unref(NgModel *self);

NgModel *ng_model_mix(const NgModelPart *parts, size_t n, GError **error) G_GNUC_WARN_UNUSED_RESULT;
size_t ng_model_parts(const NgModel *self);
NgModelPart ng_model_part(const NgModel *self, size_t index);
size_t ng_model_part_voice(const NgModel *self, size_t voice, size_t index);

const NgVocab *ng_model_vocab(const NgModel *self);
unsigned ng_model_order(const NgModel *self);
const char *ng_model_surface(const NgModel *self, NgWord id, size_t *length);

size_t ng_model_voices(const NgModel *self);
const NgVoice *ng_model_voice(const NgModel *self, size_t index);
const NgMix *ng_model_mixture(const NgModel *self, size_t voice);
const char *ng_model_voice_name(const NgModel *self, size_t index);
gboolean ng_model_find_voice(const NgModel *self, const char *name, size_t *index);

size_t ng_model_styles(const NgModel *self);
const NgVoice *ng_model_style(const NgModel *self, size_t index);
const void *ng_model_section(const NgModel *self, const char *name, size_t width, size_t *count);

NgModelText ng_model_text(const NgModel *self);
NgTokenizer *ng_model_tokenizer(const NgModel *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_model_keeps_empty(const NgModel *self);
GKeyFile *ng_model_manifest(const NgModel *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgModel, ng_model_unref)

G_END_DECLS

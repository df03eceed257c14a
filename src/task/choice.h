/* choice.h - which words may fill a blank. */
#pragma once

#include "ngram/model.h"

#include <glib.h>

G_BEGIN_DECLS

guint8 *ng_choice_new(const char *const *choices, NgTokenizer *tokenizer, const NgVocab *vocab,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
guint8 *ng_choice_prefix(const char *prefix, const NgVocab *vocab, const guint8 *among,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* spelling.h - how likely letters are as a word that nobody has seen. */
#pragma once

#include "ngram/near.h"
#include "ngram/vocab.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct NgSpelling NgSpelling;

NgSpelling *ng_spelling_new(const NgVocab *vocab);
NgSpelling *ng_spelling_ref(NgSpelling *self);
void ng_spelling_unref(NgSpelling *self);
float ng_spelling_logprob(const NgSpelling *self, const uint16_t *letters, size_t n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgSpelling, ng_spelling_unref)

G_END_DECLS

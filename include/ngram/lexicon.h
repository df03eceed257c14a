/* lexicon.h - words numbered as they are met, fast. */
#pragma once

#include "ngram/tokenizer.h"
#include "ngram/vocab.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

typedef struct NgLexicon NgLexicon;

NgLexicon *ng_lexicon_new(void);
void ng_lexicon_free(NgLexicon *self);

NgWord ng_lexicon_add(NgLexicon *self, const char *word, size_t length);
void ng_lexicon_add_run(NgLexicon *self, const NgTokenRun *run, NgWord *ids);
const char *ng_lexicon_word(const NgLexicon *self, NgWord id, size_t *length);
size_t ng_lexicon_size(const NgLexicon *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgLexicon, ng_lexicon_free)

G_END_DECLS

/* cloze.h - a text with blanks in it. */
#pragma once

#include "ngram/model.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

typedef struct NgCloze NgCloze;

NgCloze *ng_cloze_new(const char *text, size_t length, const char *mark, NgTokenizer *tokenizer);
size_t ng_cloze_blanks(const NgCloze *self);
const char *ng_cloze_prefix(const NgCloze *self, size_t blank);
char *ng_cloze_surface(const NgCloze *self, const NgModel *model, size_t blank, NgWord word);
GArray *ng_cloze_words(const NgCloze *self, NgTokenizer *tokenizer, const NgVocab *vocab);
GString *ng_cloze_filled(const NgCloze *self, const NgModel *model, const NgWord *words);
gboolean ng_cloze_is_space(char c);
void ng_cloze_free(NgCloze *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgCloze, ng_cloze_free)

G_END_DECLS

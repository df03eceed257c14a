/* vocab.h - words and the numbers that stand for them. */
#pragma once

#include "ngram/input.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

/** NgWord: index of a word in its #NgVocab, `0 .. ng_vocab_size() - 1`. */
typedef uint32_t NgWord;

#define NG_WORD_UNKNOWN ((NgWord)0) /* <unk> */
#define NG_WORD_BEGIN   ((NgWord)1) /* <s> */
#define NG_WORD_END     ((NgWord)2) /* </s> */
#define NG_WORDS_FIXED  3           /* the three above, in every vocabulary */
#define NG_WORD_NONE    ((NgWord)UINT32_MAX)

typedef struct NgVocab NgVocab;

NgVocab *ng_vocab_new(void);
NgVocab *ng_vocab_ref(NgVocab *self);
void ng_vocab_unref(NgVocab *self);

NgWord ng_vocab_add(NgVocab *self, const char *word, size_t length);
NgWord ng_vocab_find(const NgVocab *self, const char *word, size_t length);
const char *ng_vocab_word(const NgVocab *self, NgWord id, size_t *length);
size_t ng_vocab_size(const NgVocab *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgVocab, ng_vocab_unref)

G_END_DECLS

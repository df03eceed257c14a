/* vocab-packed.h - the words of a packed model. */
#pragma once

#include "ngram/vocab.h"

typedef struct NgVocabPacked NgVocabPacked;

NgVocabPacked *ng_vocab_packed_new(const NgVocab *vocab);
NgVocabPacked *ng_vocab_packed_read(const NgVocabArrays *arrays);
NgVocabArrays ng_vocab_packed_arrays(const NgVocabPacked *self);
NgWord ng_vocab_packed_find(const NgVocabPacked *self, const char *word, size_t length);
const char *ng_vocab_packed_word(const NgVocabPacked *self, NgWord id, size_t *length);
size_t ng_vocab_packed_size(const NgVocabPacked *self);
void ng_vocab_packed_free(NgVocabPacked *self);

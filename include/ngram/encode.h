/* encode.h - text into word ids. */
#pragma once

#include "ngram/document.h"
#include "ngram/tokenizer.h"
#include "ngram/vocab.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

size_t ng_encode(NgTokenizer *tokenizer, const NgVocab *vocab, const char *text, size_t length,
                 GArray *ids);
size_t ng_encode_sequences(NgTokenizer *tokenizer, const NgVocab *vocab,
                           const NgSequence *sequences, size_t n, GArray *ids, size_t *ends);

G_END_DECLS

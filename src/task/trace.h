/* trace.h - a document as attribution sees it: two rows of numbers, and the n-grams in them. */
#pragma once

#include "ngram/vocab.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#define NG_MASK_KEPT 1000 /* commonest words that a mask leaves as they are */

/**
 * NgMaskClass: what other words become, by their form alone.
 * @NG_MASK_WORD: any
 * @NG_MASK_NUMBER: has a digit
 * @NG_MASK_ING, @NG_MASK_ED, @NG_MASK_LY, @NG_MASK_OWN, @NG_MASK_S: by their ending; `'s` is OWN
 * @NG_MASK_SIGN: begins with neither letter nor digit
 */
typedef enum {
    NG_MASK_WORD,
    NG_MASK_NUMBER,
    NG_MASK_ING,
    NG_MASK_ED,
    NG_MASK_LY,
    NG_MASK_OWN,
    NG_MASK_S,
    NG_MASK_SIGN,
    NG_MASK_CLASSES,
} NgMaskClass;

#define NG_MASK_WORDS (NG_WORDS_FIXED + NG_MASK_KEPT + NG_MASK_CLASSES) /* NG_STYLE_WORDS of them */

/**
 * NgBlock: what n-grams are made of.
 * @NG_BLOCK_WORDS: words
 * @NG_BLOCK_MASKS: masked words
 */
typedef enum { NG_BLOCK_WORDS, NG_BLOCK_MASKS, NG_BLOCKS } NgBlock;

/**
 * NgTrace: a document.
 * @id: (element-type guint32): [NG_BLOCKS] words, and the same masked; each sequence between
 *   %NG_WORD_BEGIN and %NG_WORD_END
 * @tokens: without the marks
 * @unknown: of these, not in the vocabulary
 */
typedef struct {
    GArray *id[NG_BLOCKS];
    size_t tokens, unknown;
} NgTrace;

/** NgGram: an n-gram: @n ids from place @at of its row. */
typedef struct {
    uint64_t hash;
    uint32_t at, n;
} NgGram;

#define NG_TRACE_CHUNK 64 /* n-grams that ng_trace_some_grams() gives at once, at most */

NgMaskClass ng_mask_class(const char *text, size_t length);
uint16_t *ng_mask_table(const NgVocab *vocab, const uint32_t *frequency);

void ng_trace_init(NgTrace *self);
void ng_trace_clear(NgTrace *self);
void ng_trace_destroy(NgTrace *self);
void ng_trace_mark(NgTrace *self, NgWord mark);
void ng_trace_add(NgTrace *self, NgWord word, uint32_t mask);
size_t ng_trace_some_grams(const NgTrace *self, NgBlock block, size_t *at, NgGram *grams);
void ng_trace_grams(const NgTrace *self, NgBlock block, GArray *grams);

/* generator.h - what the files of generation know of a generator. */
#pragma once

#include "draw.h"
#include "prefix.h"
#include "rank.h"

#include "ngram/generate.h"

/**
 * NgForm: a word as it is written; @text is %NULL where that was not asked yet.
 */
typedef struct {
    const char *text;
    size_t length;
} NgForm;

/**
 * NgGenerator:
 * @surface: (nullable): [V] the words as people write them
 * @options: what is wanted; the prefix in them is %NULL: it was used up
 */
struct NgGenerator {
    NgModel *model;
    const NgVoice *voice;
    NgTokenizer *tokenizer;
    NgGenerateOptions options; /* prefix is NULL: it was used up */
    NgPrefix *prefix;
    NgDraw *draw;
    NgRank *rank;
    NgForm *surface;
};

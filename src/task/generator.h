/* generator.h - what the files of generation know of a generator. */
#pragma once

#include "draw.h"
#include "mix-draw.h"
#include "mix-rank.h"
#include "prefix.h"
#include "rank.h"
#include "sift.h"

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
 * @draw, @rank: (nullable): of a voice
 * @mix_draw, @mix_rank: (nullable): of a mixture
 * @sift: (nullable): where the law is bent by more than a temperature of a voice
 */
struct NgGenerator {
    NgModel *model;
    NgTokenizer *tokenizer;
    NgGenerateOptions options; /* prefix is NULL: it was used up */
    NgPrefix *prefix;
    NgDraw *draw;
    NgRank *rank;
    NgMixDraw *mix_draw;
    NgMixRank *mix_rank;
    NgSift *sift;
    NgForm *surface;
};

/* generator.h - what the files of generation know of a generator. */
#pragma once

#include "draw.h"
#include "prefix.h"
#include "rank.h"

#include "ngram/generate.h"

/**
 * NgGenerator:
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
};

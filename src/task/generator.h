/* generator.h - what the files of generation know of a generator. */
#pragma once

#include "demand.h"
#include "draw.h"
#include "goal.h"
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
 * @demand: what is asked of whole texts
 * @greedy, @no_unk: as in the options
 * @draw, @rank: (nullable): of a voice
 * @mix_draw, @mix_rank: (nullable): of a mixture
 * @sift: (nullable): where the law is bent by more than a temperature of a voice
 * @goal, @steer: (nullable): where texts are drawn towards what is asked of them
 * @options, @voice: what it was made of
 */
struct NgGenerator {
    NgModel *model;
    NgTokenizer *tokenizer;
    NgDemand demand;
    gboolean greedy, no_unk;
    NgPrefix *prefix;
    NgDraw *draw;
    NgRank *rank;
    NgMixDraw *mix_draw;
    NgMixRank *mix_rank;
    NgSift *sift;
    NgGoal *goal;
    NgSteer *steer;
    NgGenerateOptions options;
    size_t voice;
    NgForm *surface;
};

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

enum { NG_FORM_SHORT = 11 };

/**
 * NgForm: a word as it is written, where that is short: in one place, to be copied fast.
 * @text: ends with 0
 * @size: its length and 1; 0 where it was not asked yet, more than the text has room for where it
 *   is long
 */
typedef struct {
    char text[NG_FORM_SHORT + 1];
    uint32_t size;
} NgForm;

/**
 * NgGenerator:
 * @surface, @token: [V] the words as people write them, and as the model knows them
 * @demand: what is asked of whole texts
 * @greedy, @no_unk: as in the options
 * @draw, @rank: (nullable): of a voice
 * @mix_draw, @mix_rank: (nullable): of a mixture
 * @sift: (nullable): where the law is bent by more than a temperature of a voice
 * @goal, @steer: (nullable): where texts are drawn towards what is asked of them
 * @prefix_hits: the last words of the prefix at which K + 1 copied words end, in a row
 * @prefix_copied: words of the longest run in the prefix that copies more than K; 0 for none
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
    guint prefix_hits, prefix_copied;
    NgGenerateOptions options;
    size_t voice;
    NgForm *surface, *token;
};

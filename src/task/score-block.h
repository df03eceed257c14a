/* score-block.h - a piece of text on its way to probabilities. */
#pragma once

#include "ngram/score.h"
#include "ngram/walk.h"

#include <glib.h>

/**
 * NgScoreResult: the words of a block.
 * @ids, @logprob, @order: (element-type NgWord, float, guint8): of each; @order where words are kept
 * @offset: (element-type gsize): [n + 1] where in @ids the sequences begin
 * @characters: (element-type guint64): [n] of each sequence
 * @before: first words that are there for their context alone
 * @token: (element-type NgScoreToken): each word's text in @spelling, where words are kept
 */
typedef struct {
    GArray *ids, *logprob, *order, *offset, *characters;
    size_t before;
    GArray *token;
    GString *spelling;
} NgScoreResult;

typedef struct {
    size_t first, length;
} NgScoreToken;

/** NgScoreHand: what a thread works with; @back is for words before a block. */
typedef struct {
    NgTokenizer *tokenizer, *back;
    GArray *encoded, *ends;
    NgScoreResult result;
} NgScoreHand;

/**
 * NgScoreBlock:
 * @first, @n: its sequences
 * @from, @to: bytes of the one sequence, where it is a piece of one
 * @ends: whether its last sequence ends in it
 * @result: what is kept until its turn comes
 */
typedef struct {
    size_t first, n;
    size_t from, to;
    gboolean piece, ends;
    NgScoreResult result;
} NgScoreBlock;

/**
 * NgScoreJob: what holds for all blocks.
 * @walk: what scores
 * @keep_words: their texts and orders are wanted
 */
typedef struct {
    const NgVocab *vocab;
    const NgWalk *walk;
    const NgSequence *texts;
    gboolean eos, keeps_empty, keep_words;
} NgScoreJob;

/** NgScoreCursor: where the next block begins: byte @at of text @text, of @n. */
typedef struct {
    size_t n, text, at;
} NgScoreCursor;

gboolean ng_score_block_next(NgScoreBlock *self, const NgScoreJob *job, NgScoreCursor *cursor,
                             NgTokens kind);
void ng_score_block_run(const NgScoreBlock *self, const NgScoreJob *job, NgScoreHand *hand,
                        NgScoreResult *result);
void ng_score_result_clear(NgScoreResult *self);
void ng_score_hand_clear(NgScoreHand *self);

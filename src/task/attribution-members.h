/* attribution-members.h - training the members, and their scores on texts they have not seen. */
#pragma once

#include "attribution.h"

/**
 * NgPiece: a text that scores are wanted for.
 * @sample: of which it is the beginning; piece i is the whole of sample i
 * @end: where it ends in the stream
 * @tokens: without marks
 */
typedef struct {
    uint32_t sample;
    size_t end, tokens;
} NgPiece;

/**
 * NgSample: one document of an author's.
 * @fold: 0 .. folds - 1, or -1 where it is always learned from
 */
typedef struct {
    NgSpan span;
    uint32_t author;
    int fold;
} NgSample;

/**
 * NgAttributing: attribution in the making.
 * @word, @mask: [stream] ids of the model, and the same masked
 * @samples: (element-type NgSample)
 * @pieces: (element-type NgPiece)
 * @authors: A
 * @folds: how many are held out one after the other; a fold more is of no sample
 * @repeats: samples that are copies of others
 * @groups: of authors that are held out whole, author a in group a % @groups; 0 for none
 * @block: [n_blocks] the linear members
 * @dictionary, @rows: [NG_BLOCKS] of them
 * @with_voices, @with_styles: whether voices of the authors, styles are members
 * @smooth, @order: of the voices
 * @members: M
 * @fold_score: [pieces][M][A] of pieces of samples in a fold, by what the others taught
 * @group_score: [pieces][M][A] the same for groups
 */
typedef struct {
    NgModel *model;
    const NgWord *word, *mask;
    size_t stream;
    GArray *samples, *pieces;
    size_t authors;
    int folds;
    unsigned groups, repeats;
    NgBlock block[NG_BLOCKS];
    size_t n_blocks;
    NgDictionary dictionary[NG_BLOCKS];
    NgRows rows[NG_BLOCKS];
    gboolean with_voices, with_styles;
    NgSmoothOptions smooth;
    unsigned order, threads;
    size_t members;
    float *fold_score, *group_score;
} NgAttributing;

void ng_attributing_rows(NgAttributing *self);
void ng_attributing_linear(NgAttributing *self);
gboolean ng_attributing_voices(NgAttributing *self, GError **error);
void ng_attributing_note(const NgAttributing *self, gboolean files, gboolean open);

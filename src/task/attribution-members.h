/* attribution-members.h - training the members, and their scores on texts they have not seen. */
#pragma once

#include "attribution.h"

/**
 * NgPiece: a text that scores are wanted for.
 * @sample: of which it is a part; piece i is the whole of sample i
 * @begin, @end: where it stands in the stream; a part is read between marks of its own, as it
 *   would be if nothing stood around it
 * @tokens: without marks
 */
typedef struct {
    uint32_t sample;
    size_t begin, end, tokens;
} NgPiece;

/**
 * NgSample: one document of an author's.
 * @fold: 0 .. folds - 1, or -1 where it is always learned from
 * @twin: the first sample with the same text, maybe itself
 */
typedef struct {
    NgSpan span;
    uint32_t author;
    int fold;
    guint twin;
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
 * @sets: that are held out for strangers: of set s the fold s % @folds and the group s % @groups, so
 *   that friends and strangers are seen by the same members
 * @fold_score: [pieces][M][A] of pieces of samples in a fold, by what the others taught
 * @home_score, @away_score: [pieces][M][A] of samples in the fold of a set, and of its group
 * @knows_strangers: whether "none of them" could be learned
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
    unsigned sets;
    float *fold_score, *home_score, *away_score;
    gboolean knows_strangers;
} NgAttributing;

int ng_attributing_home(const NgAttributing *self, const NgSample *sample);
gboolean ng_attributing_is_scored(const NgAttributing *self, guint piece);
gboolean ng_attributing_open(NgAttributing *self, const NgLogistic *shape, const double *parameter,
                             const double *rms);

void ng_attributing_rows(NgAttributing *self);
void ng_attributing_linear(NgAttributing *self);
gboolean ng_attributing_voices(NgAttributing *self, GError **error);
void ng_attributing_note_alone(NgModel *model, gboolean open);
void ng_attributing_note(const NgAttributing *self, gboolean files, gboolean open);

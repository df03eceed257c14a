/* attribution.h - what attribution keeps in a model, and how members score a document. */
#pragma once

#include "corpus.h"
#include "dictionary.h"

#include "ngram/logistic.h"
#include "ngram/model.h"
#include "ngram/train.h"

#define NG_ATTRIBUTION_KNOTS   7 /* lengths 1, 4, 16, ... 4096 that weights are fitted at */
#define NG_ATTRIBUTION_RANGE   5 /* numbers, see there */
#define NG_ATTRIBUTION_MEMBERS 4 /* the most: two blocks of n-grams, two kinds of voices */

/**
 * NgLinearMember: one block of n-grams, as it stands in the file.
 * @width: W, ng_linear_width() of the authors
 * @scale: [columns] what the weights of a column are multiplied by
 * @weight: [columns][W]
 */
typedef struct {
    NgBlock block;
    NgDictionary dictionary;
    size_t width;
    const float *scale;
    const int8_t *weight;
} NgLinearMember;

/**
 * NgAttributionData: all of it, found in the sections of a model.
 * @authors: A
 * @members: M: @n_linear blocks, then the authors' voices if @with_voices, then the styles if
 *   @with_styles
 * @mask: [V] words masked
 * @prior: [A] log shares of the training documents
 * @rms: [M] what a member's scores are divided by
 * @parameter: of the combination, see #NgLogistic
 * @range: [NG_ATTRIBUTION_RANGE] the shortest and the longest place that it was fitted at; the
 *   share of texts that may be by anybody whatever the members say; alpha and beta of the beta
 *   distribution of a text's share of unknown words
 * @open: (nullable): [2][M + 1] centre and spread, then the parameters of "none of them"; %NULL
 *   where strangers cannot be told from the authors
 */
typedef struct {
    size_t authors, members, n_linear;
    NgLinearMember linear[NG_BLOCKS];
    gboolean with_voices, with_styles;
    const uint16_t *mask;
    const double *prior, *rms, *parameter, *range, *open;
} NgAttributionData;

double ng_attribution_place(size_t tokens);
NgLogistic ng_attribution_shape(const NgAttributionData *self);
NgLogistic ng_attribution_open_shape(const NgAttributionData *self);
void ng_attribution_centre(float *score, size_t authors);
void ng_attribution_divide(float *score, const double *rms, size_t members, size_t authors);
void ng_attribution_typical(const float *raw, size_t members, size_t authors, size_t best,
                            const double *posterior, float *typical);
gboolean ng_attribution_find(const NgModel *model, NgAttributionData *out);

gboolean ng_attribution_train(NgModel *model, const NgCorpus *corpus, const NgWord *map,
                              const NgTrainOptions *options, const NgProgress *progress,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* attribute-internal.h - what the files of the attributor know of each other. */
#pragma once

#include "attribution.h"

#include "ngram/attribute.h"

/**
 * NgAttributor:
 * @data: mapped from @model, or a single author and nothing else
 * @trace: the document so far
 * @with_evidence: whether tokens are kept, to be explained
 * @evidence: (element-type NgEvidence): its tokens, without weights
 * @marks: what beginnings and ends of sequences weighed when it was explained
 * @place_of: (element-type guint32): of each of them in the trace
 * @tally: [n_linear]
 * @scratch: (element-type NgTrace): documents that are looked at together
 * @batch: offsets of sequences (gsize), their ids (guint32) and logarithms (float)
 * @voices: [M - n_linear][A] of the document at hand
 * @raw, @score: [M][A]
 * @silent: [A] nothing by this author was held out: what scores are worth is not known
 * @log_posterior, @posterior, @llr, @prior: [A]
 * @prior_odds: [A] log10, where there are members
 */
struct NgAttributor {
    NgModel *model;
    NgTokenizer *tokenizer;
    NgAttributionData data;
    NgTrace trace;
    gboolean with_evidence;
    GArray *evidence, *place_of;
    double marks;
    guint64 sequences;
    NgTally tally[NG_BLOCKS];
    GArray *scratch, *batch[3];
    float *voices, *raw, *score;
    gboolean *silent;
    double *log_posterior, *posterior, *llr, *prior, *prior_odds;
};

double ng_attributor_place(const NgAttributor *self, size_t tokens);
void ng_attributor_read(NgAttributor *self, NgTrace *trace, const char *text, size_t length);
void ng_attributor_voices(NgAttributor *self, const NgTrace *trace, size_t n, float *voices);
void ng_attributor_answer(NgAttributor *self, const NgTrace *trace, const float *voices,
                          NgAttribution *result);

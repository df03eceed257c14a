/* lambdag.h - one author's grammar against that of others: a likelihood ratio of texts. */
#pragma once

#include "ngram/counts.h"
#include "ngram/verify.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/**
 * NgSentences: masked text.
 * @stream: [..] ids below %NG_STYLE_WORDS, each sentence `<s> w w </s>`
 * @sentence: where sentences stand
 */
typedef struct {
    const NgWord *stream;
    const NgSpan *sentence;
} NgSentences;

/** NgSentenceRange: sentences @first .. @end - 1 of one document; @author: who wrote it. */
typedef struct {
    guint first, end;
    uint32_t author;
} NgSentenceRange;

/**
 * NgVerifyTrial: whether a document is by an author.
 * @document: its number
 * @same: the truth
 * @lambda: as ng_lambdag_score() says
 * @tokens: its length
 * @kept: of these, words and signs that the mask has kept
 */
typedef struct {
    guint document;
    gboolean same;
    double lambda;
    size_t tokens, kept;
} NgVerifyTrial;

/**
 * NgVerifyScale: logit P(same) = r (@offset + @slope lambda / sqrt(tokens)), at even odds; r =
 * sqrt(kept / @usual), and 1 at most, so that a text which says little moves little.
 * @usual: mean of what was kept of texts in the fit; 0 where r is 1
 * @doubt: share of 1/2 that P is mixed with
 */
typedef struct {
    double offset, slope, usual, doubt;
} NgVerifyScale;

typedef struct NgLambdaG NgLambdaG;

/** ng_sentence_ends: Returns: whether a sentence ends behind the token [@length] @token */
static inline gboolean
ng_sentence_ends(const char *token, size_t length)
{
    return length == 1 && (*token == '.' || *token == '!' || *token == '?');
}

NgLambdaG *ng_lambdag_new(const NgSentences *text, const guint *known, size_t n_known,
                          const guint *pool, size_t n_pool, const NgVerifyOptions *options,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
double ng_lambdag_score(const NgLambdaG *self, const NgSentences *text, NgSentenceRange range,
                        size_t *tokens, size_t *kept);
void ng_lambdag_free(NgLambdaG *self);

gboolean ng_verify_trials(const NgSentences *text, const NgSentenceRange *documents, guint n,
                          const guint8 *tested, size_t most, const NgVerifyOptions *options,
                          GArray *trials, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_verify_hold_out(const NgSentenceRange *documents, guint n, const guint8 *use,
                            guint8 *tested);
gboolean ng_verify_fit(const NgVerifyTrial *trials, size_t n, NgVerifyScale *scale);
double ng_verify_llr(const NgVerifyScale *scale, const NgVerifyTrial *trial);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgLambdaG, ng_lambdag_free)

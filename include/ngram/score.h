/* score.h - the joint probability of text. */
#pragma once

#include "ngram/model.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * NgScore: sums over the words of some text; add them field by field.
 * @documents: documents summed up
 * @sequences: sequences, each with one `</s>` where ends count
 * @words: tokens without `</s>`
 * @ends: `</s>` that were scored
 * @oov: words that the model does not know
 * @zeroprobs: words it knows and gives probability 0 (log10 <= -99)
 * @characters: Unicode characters of the text, one more for each end
 * @logprob: log10 of the joint probability
 * @logprob_known: the same without the OOV words' own
 * @logprob_possible: the same without the OOVs' and the zeroprobs' own
 */
typedef struct {
    guint64 documents, sequences, words, ends, oov, zeroprobs, characters;
    double logprob, logprob_known, logprob_possible;
} NgScore;

void ng_score_add(NgScore *sum, const NgScore *part);
double ng_score_perplexity(const NgScore *self);
double ng_score_perplexity_known(const NgScore *self);
double ng_score_ppl(const NgScore *self);
double ng_score_ppl1(const NgScore *self);
double ng_score_bits_per_word(const NgScore *self);
double ng_score_bits_per_character(const NgScore *self);

/**
 * NgScoredWord: one word of a sequence.
 * @text: [@length] as the model knows it, "</s>" for the end; valid during the call
 * @id: its number, %NG_WORD_UNKNOWN where the model does not know it
 * @order: length of the longest n-gram of the model that ends there
 * @logprob: log10 of its probability
 * @sequence: which of the texts it is of
 */
typedef struct {
    const char *text;
    size_t length;
    NgWord id;
    unsigned order;
    float logprob;
    size_t sequence;
} NgScoredWord;

typedef void (*NgScoreFunc)(const NgScoredWord *word, gpointer data);

typedef struct NgScorer NgScorer;

NgScorer *ng_scorer_new(NgModel *model, size_t voice, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ng_scorer_set_eos(NgScorer *self, gboolean eos);
void ng_scorer_set_threads(NgScorer *self, unsigned threads);
void ng_scorer_texts(NgScorer *self, const NgSequence *texts, size_t n, NgScore *scores,
                     NgScoreFunc each, gpointer data);
void ng_scorer_text(NgScorer *self, const char *text, size_t length, NgScore *sum, NgScoreFunc each,
                    gpointer data);
guint64 ng_scorer_invalid(const NgScorer *self);
void ng_scorer_free(NgScorer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgScorer, ng_scorer_free)

G_END_DECLS

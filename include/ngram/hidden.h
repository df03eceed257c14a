/* hidden.h - how well words that are hidden are found again. */
#pragma once

#include "ngram/model.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * NgHiddenSide: what is found, seen from one side or both.
 * @first, @five: hidden words that were the best, and among the best five
 * @reciprocal: sum of 1 / rank
 * @keys: keys to type all hidden words where the best five of what goes on from the letters typed so
 *   far are offered, and one key takes one
 */
typedef struct {
    guint64 first;
    guint64 five;
    double reciprocal;
    guint64 keys;
} NgHiddenSide;

/**
 * NgHiddenScore:
 * @words: hidden
 * @oov: of these, unknown to the model: never found
 * @keys: to type all of them without help: their characters, and one more for each
 * @logprob: sum of log10 P(word | words before it) of those that are known
 * @left: judged by what stands before
 * @both: judged by what stands on both sides, the end of the sequence included
 */
typedef struct {
    guint64 words;
    guint64 oov;
    guint64 keys;
    double logprob;
    NgHiddenSide left;
    NgHiddenSide both;
} NgHiddenScore;

typedef struct NgHidden NgHidden;

/**
 * NgHiddenOptions:
 * @every: one word in so many is hidden, the first one first; 1 for all
 * @cache: weight of the other words of the same text, see ng_cache_new(); 0 for none.  From the
 *   left only those before count
 * @threads: at least 1
 */
typedef struct {
    guint64 every;
    double cache;
    unsigned threads;
} NgHiddenOptions;

NgHidden *ng_hidden_new(NgModel *model, size_t voice, const NgHiddenOptions *options,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ng_hidden_text(NgHidden *self, const char *text, size_t length);
NgHiddenScore ng_hidden_score(NgHidden *self);
guint64 ng_hidden_invalid(const NgHidden *self);
void ng_hidden_free(NgHidden *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgHidden, ng_hidden_free)

G_END_DECLS

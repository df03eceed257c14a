/* prune.h - smaller models: n-grams go that are hardly missed. */
#pragma once

#include "ngram/model.h"
#include "ngram/voice.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * NgPruneHistory: how probable the context of an n-gram is taken to be.
 * @NG_PRUNE_HISTORY_AUTO: stationary in a model whose manifest says Kneser-Ney, else the chain
 * @NG_PRUNE_HISTORY_CHAIN: by the chain rule from the shorter n-grams of the voice, as SRILM does
 * @NG_PRUNE_HISTORY_STATIONARY: the share of its tokens that a text of the voice has behind it
 */
typedef enum {
    NG_PRUNE_HISTORY_AUTO,
    NG_PRUNE_HISTORY_CHAIN,
    NG_PRUNE_HISTORY_STATIONARY,
} NgPruneHistory;

/** NgModelSizeFunc: Returns: bytes of the file that @model would become */
typedef guint64 (*NgModelSizeFunc)(const NgModel *model, gpointer data);

/**
 * NgPruneOptions:
 * @threshold: an n-gram goes if the perplexity rises by a smaller share without it; at least 0
 * @target: bytes that the file may have; 0 for any
 * @history: how contexts are weighed
 * @size: (nullable): what @target bounds; ng_model_size() where it is %NULL
 * @data: for @size
 * @threads: at least 1
 */
typedef struct {
    double threshold;
    guint64 target;
    NgPruneHistory history;
    NgModelSizeFunc size;
    gpointer data;
    unsigned threads;
} NgPruneOptions;

NgVoice *ng_prune_entropy(const NgVoice *voice, const NgPruneOptions *options);
NgModel *ng_prune_model(const NgModel *model, const NgPruneOptions *options, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

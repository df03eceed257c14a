/* train.h - learn a model from text. */
#pragma once

#include "ngram/model.h"
#include "ngram/progress.h"
#include "ngram/smooth.h"
#include "ngram/store.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * NgAuthors: where the authors of a corpus come from.
 * @NG_AUTHORS_AUTO: folders, if the only path is a folder that holds subfolders; else none
 * @NG_AUTHORS_NONE: one voice, the whole
 * @NG_AUTHORS_FOLDER: the first folder below the path given
 * @NG_AUTHORS_FILE: each file, by its base name without the ending
 */
typedef enum { NG_AUTHORS_AUTO, NG_AUTHORS_NONE, NG_AUTHORS_FOLDER, NG_AUTHORS_FILE } NgAuthors;

/**
 * NgTrainOptions:
 * @order: 1 .. NG_ORDER_MAX
 * @smooth: how counts become probabilities
 * @tokens, @pattern, @fold, @unit: how text is cut
 * @authors: who wrote what
 * @whole_only: no voices for the authors, as ARPA text has no room for them
 * @attribution: where there are authors, learn to tell them apart
 * @open: what attribution says of a text may be "none of them", unless it is asked otherwise
 * @keep_text: the model holds the text, as numbers of words
 * @vocab: (nullable): a word list; other words become <unk>
 * @counts: (nullable): a count file to learn from in place of text
 * @min_count: words seen less often become <unk>
 * @skip_symbols: `<s>`, `</s>` and `<unk>` in the text are passed over, not refused
 * @strict_utf8: invalid UTF-8 is an error
 * @looks: count files say too how words were written
 * @stable_ids: number words by first appearance, as lmplz does; else by falling frequency
 * @threads: at least 1
 * @store: (nullable): where large arrays live, which bounds the memory; %NULL for memory alone
 */
typedef struct {
    unsigned order;
    NgSmoothOptions smooth;
    NgTokens tokens;
    const char *pattern;
    gboolean fold;
    NgUnit unit;
    NgAuthors authors;
    gboolean whole_only;
    gboolean attribution, open;
    gboolean keep_text;
    const char *vocab;
    const char *counts;
    guint64 min_count;
    gboolean skip_symbols;
    gboolean strict_utf8;
    gboolean looks;
    gboolean stable_ids;
    unsigned threads;
    NgStore *store;
} NgTrainOptions;

void ng_train_options_init(NgTrainOptions *options);
NgModel *ng_train(const char *const *paths, const NgTrainOptions *options,
                  const NgProgress *progress, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_train_count(const char *const *paths, const NgTrainOptions *options, const char *out,
                        const NgProgress *progress, guint64 *invalid, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

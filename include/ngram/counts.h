/* counts.h - how often each n-gram was seen. */
#pragma once

#include "ngram/looks.h"
#include "ngram/store.h"
#include "ngram/vocab.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * NgSpan: a stretch of a token stream, whole sequences `<s> w w w </s>`.
 */
typedef struct {
    size_t first;
    size_t end;
} NgSpan;

typedef struct NgCounts NgCounts;

/**
 * NgStream: what is counted.
 * @tokens: each sequence is `<s> w w w </s>`, or ends in %NG_WORD_NONE in place of `</s>` where its
 *   end does not count
 * @spans: [@n_spans] stretches of @tokens, whole sequences each; the last index of a span is below
 *   2^32
 * @n_spans: number of spans
 * @words: V, every id of @tokens but %NG_WORD_NONE is below it
 */
typedef struct {
    const NgWord *tokens;
    const NgSpan *spans;
    size_t n_spans;
    size_t words;
} NgStream;

NgCounts *ng_counts_new(const NgStream *stream, unsigned order, unsigned threads, NgStore *store,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ng_counts_free(NgCounts *self);

unsigned ng_counts_order(const NgCounts *self);
size_t ng_counts_level_size(const NgCounts *self, unsigned level);

/** NgCountFunc: one n-gram, [@n] words, seen @count times; FALSE ends the walk. */
typedef gboolean (*NgCountFunc)(const NgWord *words, unsigned n, guint64 count, gpointer data);
gboolean ng_counts_foreach(const NgCounts *self, unsigned longest, NgCountFunc func, gpointer data);
guint64 ng_counts_tokens(const NgCounts *self);
uint32_t *ng_counts_frequencies(const NgCounts *self);
void ng_counts_set_looks(NgCounts *self, NgLooks *looks);
const NgLooks *ng_counts_looks(const NgCounts *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgCounts, ng_counts_free)

G_END_DECLS

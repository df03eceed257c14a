/* correct-run.h - the texts of `ngram correct`, piece by piece, and what becomes of them. */
#pragma once

#include "args.h"
#include "meter.h"
#include "writer.h"

#include "ngram/correct.h"
#include "ngram/document.h"
#include "ngram/output.h"

#include <glib.h>

/**
 * NgCorrectPiece: a sequence with its line ends.
 * @text: [length]
 * @line: number of its first line
 * @found: (element-type NgCorrection): its changes; with suggestions all its words
 */
typedef struct {
    const char *text;
    size_t length;
    guint64 line;
    GPtrArray *found;
} NgCorrectPiece;

typedef struct NgCorrectSink NgCorrectSink;

/**
 * NgCorrectSink: what takes the pieces of a document.
 * @begin: (nullable): a document begins
 * @piece: one of its sequences, in their order
 * @end: (nullable): it has ended well
 * @clear: (nullable): frees what it holds
 */
struct NgCorrectSink {
    gboolean (*begin)(NgCorrectSink *self, const char *path, GError **error);
    gboolean (*piece)(NgCorrectSink *self, const NgCorrectPiece *piece, GError **error);
    gboolean (*end)(NgCorrectSink *self, GError **error);
    void (*clear)(NgCorrectSink *self);
};

/**
 * NgCorrectRun:
 * @corrector: what corrects
 * @unit: what one sequence is
 * @prompt: each line is passed on before the next is waited for
 * @suggestions: how many, where all words are wanted; else 0
 * @changes, @lines, @bytes: (out): how much was found
 */
typedef struct {
    NgCorrector *corrector;
    NgUnit unit;
    gboolean strict_utf8, prompt;
    unsigned threads;
    size_t suggestions;
    NgCorrectSink *sink;
    guint64 changes, sequences, bytes, invalid;
} NgCorrectRun;

gboolean ng_correct_run(NgCorrectRun *self, const char *const *paths, const NgProgress *progress,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

NgCorrectSink *ng_correct_text_sink(void);
NgCorrectSink *ng_correct_quiet_sink(void);
NgCorrectSink *ng_correct_list_sink(NgWriter *writer, gboolean named, gboolean ranked);
NgCorrectSink *ng_correct_diff_sink(void);
NgCorrectSink *ng_correct_place_sink(const char *suffix);
void ng_correct_sink_free(NgCorrectSink *self);

gboolean ng_correct_ispell(NgCorrector *corrector, size_t k, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

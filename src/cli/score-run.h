/* score-run.h - the documents of `ngram score`, one after the other. */
#pragma once

#include "args.h"
#include "judge.h"
#include "writer.h"

#include "ngram/progress.h"
#include "ngram/score.h"

#include <glib.h>

/**
 * NgScoreRun: how documents become rows.
 * @model, @voice: what scores them
 * @unit: what one sequence is
 * @by_unit: a row a sequence, not a document
 * @words: a row a word
 * @bits: columns for bits per word and per character
 * @no_eos: leave `</s>` out
 * @strict_utf8: invalid bytes are an error
 * @threads: at least 1; any number gives the same rows
 * @judge: (nullable): who wrote each document; NULL where that is not asked
 * @writer: (nullable): where rows go; NULL where the sums alone are wanted
 * @total: (out): sums over all documents
 * @invalid: (out): bytes that are no UTF-8
 * @denied: (out): documents that are not by the author named
 */
typedef struct {
    NgModel *model;
    size_t voice;
    NgUnit unit;
    gboolean by_unit, words, bits, no_eos, strict_utf8;
    unsigned threads;
    NgJudge *judge;
    NgWriter *writer;
    NgScore total;
    guint64 invalid, denied;
} NgScoreRun;

gboolean ng_score_run(NgScoreRun *self, const char *const *paths, const NgProgress *progress,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ng_score_write_bits(NgWriter *writer, const NgScore *score);

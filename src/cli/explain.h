/* explain.h - `ngram score --explain`: how much each token speaks for an author. */
#pragma once

#include "args.h"
#include "judge.h"
#include "passage.h"

#include <glib.h>

/**
 * NgExplained: a passage, and who wrote it.
 * @author: whom the evidence is for, against the others
 * @answer: what a row of `score` would say, for its name see ng_judge_name()
 * @evidence: [@n] its tokens
 * @most: the greatest weight either way, at least 0.01
 */
typedef struct {
    const NgPassage *passage;
    const NgJudge *judge;
    NgAnswer answer;
    const char *author;
    const NgEvidence *evidence;
    size_t n;
    double most;
} NgExplained;

gboolean ng_explain(NgJudge *judge, const NgArgs *args, gboolean html,
                    const NgPassageReading *reading, GError **error) G_GNUC_WARN_UNUSED_RESULT;

size_t ng_explained_offset(const NgExplained *self, size_t token);
void ng_explain_html_head(GString *out);
void ng_explain_html(GString *out, const NgExplained *explained);
void ng_explain_html_foot(GString *out);

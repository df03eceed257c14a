/* explain.h - `ngram score --explain`: how much each token speaks for an author. */
#pragma once

#include "args.h"
#include "judge.h"
#include "passage.h"

#include <glib.h>

/**
 * NgExplained: a passage, and who wrote it.
 * @why: what a row of `score` would say, and what speaks for it
 * @most: the greatest weight either way
 * @faint: neither that nor all together is anything to speak of
 * @taken_back: nor is the likelihood ratio, whatever the tokens weigh
 */
typedef struct {
    const NgPassage *passage;
    const NgJudge *judge;
    NgReasons why;
    double most;
    gboolean faint, taken_back;
} NgExplained;

gboolean ng_explain(NgJudge *judge, const NgArgs *args, gboolean html,
                    const NgPassageReading *reading, GError **error) G_GNUC_WARN_UNUSED_RESULT;

size_t ng_explained_offset(const NgExplained *self, size_t token);
int ng_explained_shade(const NgExplained *self, double weight, double most);
char *ng_explained_silence(const NgExplained *self) G_GNUC_WARN_UNUSED_RESULT;
char *ng_explained_sum(const NgExplained *self) G_GNUC_WARN_UNUSED_RESULT;

#define NG_EXPLAIN_SHADES 5
void ng_explain_html_head(GString *out);
void ng_explain_html(GString *out, const NgExplained *explained);
void ng_explain_html_foot(GString *out);

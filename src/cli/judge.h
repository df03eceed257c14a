/* judge.h - who wrote the documents of `ngram score`. */
#pragma once

#include "args.h"
#include "writer.h"

#include "ngram/attribute.h"

#include <glib.h>
#include <stddef.h>

#define NG_NOBODY G_MAXSIZE /* none of the authors */

/**
 * NgJudgeLine: the options as given.
 * @all: a row for each author
 * @verify: whether the author named wrote it is asked
 * @open, @closed: "none of them" is an answer, or is not; else as the model says
 * @off: authors are not asked for
 * @asked: they are, by more than the options here
 * @evidence: ng_judge_explain() will be asked
 * @abstain: (nullable): the least probability that a name is given at
 */
typedef struct {
    gboolean all, verify, open, closed, off, asked, evidence;
    const char *abstain;
} NgJudgeLine;

/* clang-format off */
#define NG_JUDGE_OPTIONS_TABLE(line)                                                               \
    NG_FLAG(0, "all", &(line)->all, "A row for each document and author, most likely first"),      \
    NG_FLAG(0, "verify", &(line)->verify,                                                          \
            "Is it --author's? Exit status 1 when some document is not"),                          \
    NG_TEXT(0, "abstain", &(line)->abstain, "P",                                                   \
            "Name nobody whose probability is below P (0 to 1): ? stands there"),                  \
    NG_FLAG(0, "open", &(line)->open, "The author may be none of them"),                           \
    NG_FLAG(0, "closed", &(line)->closed, "The author is one of them, even if the model says not"),\
    NG_FLAG(0, "no-attribution", &(line)->off, "Do not ask who wrote it")
/* clang-format on */

/**
 * NgAnswer: what a row says.
 * @author: or %NG_NOBODY
 * @unsure: too unlikely for a name
 * @is_author: where one was named: whether it is that author's
 * @probability: of @author
 * @llr: log10 likelihood ratio of @author against the others; of nobody log10 odds
 */
typedef struct {
    size_t author;
    gboolean unsure, is_author;
    double probability, llr;
} NgAnswer;

/**
 * NgReasons: why it is said.
 * @author: whom the evidence is for: of the answer, or the likeliest where that is nobody
 * @authors: how many the model knows
 * @evidence: [@n] the tokens
 * @llr: of @author; the sum of all weights, @line_ends and @offset
 * @line_ends: what they weigh together
 * @offset: what the length of the text adds, and what no part of it can be given
 */
typedef struct {
    NgAnswer answer;
    const char *author;
    size_t authors, n;
    const NgEvidence *evidence;
    double llr, line_ends, offset;
} NgReasons;

/**
 * NgCase: a document or a piece of one.
 * @text: [@n] its sequences
 * @begins, @ends: whether it is its first piece, its last
 */
typedef struct {
    const NgSequence *text;
    size_t n;
    gboolean begins, ends;
} NgCase;

typedef struct NgJudge NgJudge;

gboolean ng_judge_check(const NgJudgeLine *line, const NgArgs *args, gboolean rows, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_judge_new(NgModel *model, const NgJudgeLine *line, const NgArgs *args, NgJudge **judge,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ng_judge_free(NgJudge *self);
gboolean ng_judge_is_open(const NgJudge *self);
gboolean ng_judge_is_all(const NgJudge *self);
size_t ng_judge_rows(const NgJudge *self);
void ng_judge_answer(NgJudge *self, const NgCase *cases, size_t n, NgAnswer *answers);
void ng_judge_decide(const NgJudge *self, const NgAttribution *a, NgAnswer *out);
const char *ng_judge_name(const NgJudge *self, const NgAnswer *answer);
const char *ng_judge_kind(const NgJudge *self, const NgAnswer *answer);
void ng_judge_explain(NgJudge *self, const NgCase *document, NgReasons *reasons);
guint64 ng_judge_invalid(const NgJudge *self);
void ng_judge_write(const NgJudge *self, const NgAnswer *answer, NgWriter *writer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgJudge, ng_judge_free)

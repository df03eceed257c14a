/*
 * Who wrote it
 *
 * The documents of a batch are handed out to the threads, each with an attributor
 * of its own; answers stand in the order of the documents.  A document that goes
 * over several batches is gathered by one attributor more.
 */
#include "judge.h"

#include "ngram/number.h"
#include "ngram/parallel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 1 << 18 };

#define LEAST_DIGITS 1e-12 /* of an llr: below, it is rounding */
#define LEAST_LLR    0.05  /* of a yes: a text that says nothing has a little less or more than 0 */

/**
 * NgJudge:
 * @hand: [threads] one for each, and the last for documents in pieces
 * @author: the one that was named, or %NG_NOBODY
 * @rows: answers of a document
 */
struct NgJudge {
    NgAttributor **hand;
    unsigned threads;
    size_t author, rows;
    gboolean all, open, json;
    double abstain;
};

/* -- options -------------------------------------------------------------- */

/* What does not go together; @rows: there is a row for each document. */
gboolean
ng_judge_check(const NgJudgeLine *line, const NgArgs *args, gboolean rows, GError **error)
{
    static const char *const asked[] = {"all", "verify", "abstain", "open", "closed"};
    static const char *const named[] = {"abstain", "author"};

    if (line->off && !ng_args_refuse(args, asked, G_N_ELEMENTS(asked),
                                     "does not go with --no-attribution", error))
        return FALSE;
    if (!rows &&
        !ng_args_refuse(args, asked, G_N_ELEMENTS(asked),
                        "goes with rows of documents, not with --words or --summary", error))
        return FALSE;
    if (line->closed && line->open)
        return ng_cli_usage_error(error, "--open does not go with --closed");
    if (line->all &&
        !ng_args_refuse(args, named, G_N_ELEMENTS(named), "does not go with --all", error))
        return FALSE;
    if (line->verify && args->author == NULL)
        return ng_cli_usage_error(error, "--verify: whose? (--author A)");
    if (line->abstain != NULL && args->author != NULL)
        return ng_cli_usage_error(error, "--abstain does not go with --author");
    return TRUE;
}

static gboolean
set_options(NgJudge *self, const NgJudgeLine *line, const NgArgs *args, GError **error)
{
    const NgAttributor *a = self->hand[0];
    guint n = 0;

    if (line->abstain != NULL &&
        !ng_args_numbers("abstain", line->abstain, &self->abstain, 1, &n, error))
        return FALSE;
    if (!(self->abstain >= 0.0 && self->abstain <= 1.0))
        return ng_cli_usage_error(error, "--abstain: %s is not between 0 and 1", line->abstain);
    self->all = line->all;
    self->open = line->open || (!line->closed && ng_attributor_is_open(a));
    self->json = args->format == NG_FORMAT_JSON;
    self->author = NG_NOBODY;
    self->rows = self->all ? ng_attributor_authors(a) + (self->open ? 1 : 0) : 1;
    if (args->author != NULL && !ng_attributor_find(a, args->author, &self->author))
        return ng_cli_usage_error(error, "--author: the model knows no '%s'", args->author);
    if (line->verify && ng_attributor_authors(a) == 1 && !self->open)
        return ng_cli_usage_error(error, "--verify: the model knows one author alone, and nobody "
                                         "to tell them from");
    return TRUE;
}

/**
 * ng_judge_new:
 * @judge: (out) (nullable): %NULL where the model does not know who wrote what, and nobody asks
 *
 * Returns: %FALSE with @error set where it does not, and somebody asks
 */
gboolean
ng_judge_new(NgModel *model, const NgJudgeLine *line, const NgArgs *args, NgJudge **judge,
             GError **error)
{
    gboolean mixed = ng_model_parts(model) > 0;
    gboolean asked =
        line->all || line->verify || line->abstain != NULL || line->open || line->asked;

    *judge = NULL;
    if (line->off || (!asked && (mixed || !ng_model_attributes(model))))
        return TRUE;
    if (mixed)
        return ng_cli_usage_error(error, "a mixture of models cannot tell authors apart; name one "
                                         "model");
    NgAttributor *first = ng_attributor_new(model, error);
    if (first == NULL)
        return FALSE;
    ng_attributor_set_evidence(first, line->evidence);
    g_autoptr(NgJudge) self = g_new0(NgJudge, 1);
    self->threads = (unsigned)args->threads;
    self->hand = g_new0(NgAttributor *, self->threads + 1);
    self->hand[0] = first;
    for (unsigned i = 1; i <= self->threads; i++)
        self->hand[i] = ng_attributor_copy(first);
    if (!set_options(self, line, args, error))
        return FALSE;
    *judge = g_steal_pointer(&self);
    return TRUE;
}

void
ng_judge_free(NgJudge *self)
{
    if (self == NULL)
        return;
    for (unsigned i = 0; i <= self->threads; i++)
        ng_attributor_free(self->hand[i]);
    g_free(self->hand);
    g_free(self);
}

/* Whether nobody is a possible answer. */
gboolean
ng_judge_is_open(const NgJudge *self)
{
    return self->open;
}

/* Whether there is a row for each author. */
gboolean
ng_judge_is_all(const NgJudge *self)
{
    return self->all;
}

/* Rows of each document. */
size_t
ng_judge_rows(const NgJudge *self)
{
    return self->rows;
}

/* -- answers -------------------------------------------------------------- */

/* Most likely first; equal ones in the order of the authors, nobody last. */
static int
by_probability(const void *a, const void *b)
{
    const NgAnswer *x = a;
    const NgAnswer *y = b;

    if (x->probability != y->probability)
        return x->probability > y->probability ? -1 : 1;
    return x->author < y->author ? -1 : x->author > y->author;
}

/* That none of them wrote it: log10 of the odds, as far as the numbers go. */
static NgAnswer
nobody(const NgAttribution *a)
{
    return (NgAnswer){.author = NG_NOBODY, .probability = a->none, .llr = a->none_llr};
}

/* log10 likelihood ratio of @author; what is left of rounding is 0. */
static double
likelihood_ratio(const NgAttribution *a, size_t author)
{
    return fabs(a->llr[author]) < LEAST_DIGITS ? 0.0 : a->llr[author];
}

/* That @author wrote it.  It is the author's where odds that were even are better now. */
static NgAnswer
somebody(const NgJudge *self, const NgAttribution *a, size_t author)
{
    double share = self->open ? 1.0 - a->none : 1.0;
    double llr = likelihood_ratio(a, author);

    return (NgAnswer){.author = author,
                      .is_author = llr > LEAST_LLR && (!self->open || a->none_llr <= 0.0),
                      .probability = share * a->posterior[author],
                      .llr = llr};
}

/** ng_judge_decide: @out: (out): [rows] what is said of a document that an attributor answered */
void
ng_judge_decide(const NgJudge *self, const NgAttribution *a, NgAnswer *out)
{
    if (self->all) {
        for (size_t i = 0; i < a->authors; i++)
            out[i] = somebody(self, a, i);
        if (self->open)
            out[a->authors] = nobody(a);
        qsort(out, self->rows, sizeof *out, by_probability);
        return;
    }
    if (self->author != NG_NOBODY) {
        *out = somebody(self, a, self->author);
        return;
    }
    gboolean none = self->open && ng_attribution_is_none(a->none, a->posterior[a->best]);
    *out = none ? nobody(a) : somebody(self, a, a->best);
    out->unsure = out->probability < self->abstain;
}

/* A document, or what comes next of one. */
static void
listen(NgAttributor *hand, const NgCase *c)
{
    if (c->begins)
        ng_attributor_begin(hand);
    for (size_t i = 0; i < c->n; i++)
        ng_attributor_add(hand, c->text[i].text, c->text[i].length);
}

/* The same of one that goes over batches; answers where it ends. */
static void
hear(const NgJudge *self, const NgCase *c, NgAnswer *out)
{
    NgAttributor *hand = self->hand[self->threads];
    NgAttribution result;

    listen(hand, c);
    if (!c->ends)
        return;
    ng_attributor_end(hand, &result);
    ng_judge_decide(self, &result, out);
}

/**
 * Session: documents for all threads, by chunks.
 * @first: [n + 1] the sequences of each document, from @text on
 * @chunk: (element-type gsize): [chunks + 1] documents that are heard together
 */
typedef struct {
    const NgJudge *judge;
    const NgSequence *text;
    size_t *first;
    GArray *chunk;
    NgAnswer *answers;
} Session;

/* What is heard together: enough for the attributor to do well, little enough to share out. */
static Session
open_session(const NgJudge *judge, const NgCase *cases, size_t n, NgAnswer *answers)
{
    Session s = {judge, n > 0 ? cases[0].text : NULL, g_new(size_t, n + 1),
                 g_array_new(FALSE, FALSE, sizeof(gsize)), answers};
    size_t bytes = CHUNK_BYTES;

    s.first[0] = 0;
    for (size_t i = 0; i < n; i++) {
        if (bytes >= CHUNK_BYTES) {
            g_array_append_val(s.chunk, i);
            bytes = 0;
        }
        for (size_t t = 0; t < cases[i].n; t++)
            bytes += cases[i].text[t].length + 1;
        s.first[i + 1] = s.first[i] + cases[i].n;
    }
    g_array_append_val(s.chunk, n);
    return s;
}

/** Hearing: a chunk, from document @from on. */
typedef struct {
    const Session *session;
    size_t from;
} Hearing;

static void
take(size_t index, const NgAttribution *result, gpointer data)
{
    const Hearing *h = data;
    const NgJudge *judge = h->session->judge;

    ng_judge_decide(judge, result, h->session->answers + (h->from + index) * judge->rows);
}

static void
hear_chunk(size_t index, unsigned thread, gpointer data)
{
    const Session *s = data;
    size_t from = g_array_index(s->chunk, gsize, index);
    size_t to = g_array_index(s->chunk, gsize, index + 1);
    Hearing hearing = {s, from};

    ng_attributor_documents(s->judge->hand[thread], s->text, s->first + from, to - from, take,
                            &hearing);
}

/**
 * ng_judge_answer:
 * @cases: [@n] in the order of the text; the first may have begun before, the last may go on
 * @answers: (out): [@n][rows] set for all that end
 */
void
ng_judge_answer(NgJudge *self, const NgCase *cases, size_t n, NgAnswer *answers)
{
    size_t from = n > 0 && !cases[0].begins ? 1 : 0;
    size_t to = n > from && !cases[n - 1].ends ? n - 1 : n;

    if (from > 0)
        hear(self, &cases[0], answers);
    Session session = open_session(self, cases + from, to - from, answers + from * self->rows);
    ng_parallel(session.chunk->len - 1, self->threads, hear_chunk, &session);
    g_array_unref(session.chunk);
    g_free(session.first);
    if (to < n)
        hear(self, &cases[to], NULL);
}

/**
 * ng_judge_explain:
 * @document: a whole one
 * @reasons: (out): one row's answer, not with a row for each author; evidence until the next one
 */
void
ng_judge_explain(NgJudge *self, const NgCase *document, NgReasons *reasons)
{
    NgAttributor *hand = self->hand[0];
    NgReasons r = {.authors = ng_attributor_authors(hand)};
    NgAttribution a;

    listen(hand, document);
    ng_attributor_end(hand, &a);
    ng_judge_decide(self, &a, &r.answer);
    size_t who = r.answer.author == NG_NOBODY ? a.best : r.answer.author;
    r.author = ng_attributor_author(hand, who);
    r.evidence = ng_attributor_explain(hand, who, &r.n);
    r.llr = likelihood_ratio(&a, who);
    r.line_ends = ng_attributor_explain_marks(hand);
    r.offset = r.llr - r.line_ends;
    for (size_t i = 0; i < r.n; i++)
        r.offset -= r.evidence[i].weight;
    *reasons = r;
}

/** ng_judge_invalid: Returns: bytes that were no UTF-8 in the documents that were explained */
guint64
ng_judge_invalid(const NgJudge *self)
{
    return ng_attributor_invalid(self->hand[0]);
}

/* -- columns -------------------------------------------------------------- */

/* What kind of answer it is: in JSON a name cannot be taken for anything else. */
const char *
ng_judge_kind(const NgJudge *self, const NgAnswer *a)
{
    if (self->author != NG_NOBODY)
        return a->is_author ? "yes" : "no";
    if (a->unsure)
        return "unsure";
    return a->author == NG_NOBODY ? "none" : "author";
}

/** ng_judge_name: Returns: (transfer none): the name in an answer, `?` or `none of them` */
const char *
ng_judge_name(const NgJudge *self, const NgAnswer *answer)
{
    if (answer->unsure)
        return "?";
    return answer->author == NG_NOBODY ? "none of them"
                                       : ng_attributor_author(self->hand[0], answer->author);
}

/* The cells author, probability, llr and, in JSON, answer. */
void
ng_judge_write(const NgJudge *self, const NgAnswer *a, NgWriter *writer)
{
    gboolean named = !a->unsure && a->author != NG_NOBODY;

    ng_writer_text(writer, named || !self->json ? ng_judge_name(self, a) : NULL, -1);
    ng_writer_double(writer, a->probability);
    ng_writer_double(writer, a->llr);
    if (self->json)
        ng_writer_text(writer, ng_judge_kind(self, a), -1);
}

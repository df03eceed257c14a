/*
 * Explaining
 *
 * The text itself with each token's weight: coloured on a terminal, as a page of HTML, a
 * row a token in TSV, an object a document in JSON.  Between tokens the text comes out as
 * it was read, with LF between its sequences; control characters are shown as escapes on a
 * terminal.
 */
#include "explain.h"

#include "escape.h"
#include "writer.h"

#include "ngram/number.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SHADES = NG_EXPLAIN_SHADES };

/* log10 odds that are nothing to speak of: of the strongest token, and of all together */
#define FAINT     0.05
#define FAINT_SUM 0.1
/* and of the text: here the offset takes back what the tokens weigh, as where no word is known */
#define VOID_LLR 0.005

static const NgColumn columns[] = {
    {"name", NG_CELL_TEXT},  {"author", NG_CELL_TEXT}, {"line", NG_CELL_COUNT},
    {"byte", NG_CELL_COUNT}, {"token", NG_CELL_TEXT},  {"weight", NG_CELL_DOUBLE},
};

/**
 * Explaining:
 * @writer: (nullable): of TSV
 * @html, @json, @colour: what else is written
 * @out: a document's worth of it
 */
typedef struct {
    NgJudge *judge;
    NgWriter *writer;
    gboolean html, json, colour, prompt;
    GString *out;
} Explaining;

/** ng_explained_offset: Returns: where token @token begins in the text of the passage */
size_t
ng_explained_offset(const NgExplained *self, size_t token)
{
    const NgEvidence *e = &self->why.evidence[token];
    const NgSequence *s = &g_array_index(self->passage->sequences, NgSequence, e->sequence);

    return (size_t)(s->text - self->passage->text->str) + e->offset;
}

/* What all tokens weigh together. */
static double
tokens_of(const NgReasons *why)
{
    return why->llr - why->line_ends - why->offset;
}

/** ng_explained_shade: Returns: 1 .. %NG_EXPLAIN_SHADES by how @weight compares to @most; 0 where it
 *   is nothing to speak of */
int
ng_explained_shade(const NgExplained *self, double weight, double most)
{
    if (self->faint || self->taken_back)
        return 0;
    return MIN((int)(fabs(weight) / most * (SHADES + 1)), SHADES);
}

/** ng_explained_silence: Returns: (transfer full) (nullable): why nothing speaks; %NULL where some
 *   tokens do
 */
char *
ng_explained_silence(const NgExplained *self)
{
    if (self->why.n == 0)
        return g_strdup("there is no token to go by");
    if (self->why.authors == 1)
        return g_strdup("the model knows nobody else to tell the author from");
    if (self->faint)
        return g_strdup("no token says much for the author or against");
    return self->taken_back ? g_strdup("the text as a whole says nothing for the author or against")
                            : NULL;
}

/** ng_explained_sum: Returns: (transfer full): what the likelihood ratio is made of */
char *
ng_explained_sum(const NgExplained *self)
{
    const NgReasons *w = &self->why;

    return g_strdup_printf("llr %+.3g = tokens %+.3g, line ends %+.3g, offset %+.3g", w->llr,
                           tokens_of(w), w->line_ends, w->offset);
}

/* ---- on a terminal */

/* Backgrounds of the 256 colours, light to strong, for black letters: blue speaks for the author,
 * orange against; told apart by colour-blind eyes, and legible on light and dark. */
static int
colour_of(const NgExplained *e, double weight)
{
    static const int pro[SHADES] = {195, 153, 117, 81, 39};
    static const int con[SHADES] = {230, 223, 216, 215, 208};
    int shade = ng_explained_shade(e, weight, e->most);

    if (shade == 0)
        return -1;
    return weight > 0.0 ? pro[shade - 1] : con[shade - 1];
}

static void
add_token(const Explaining *x, const NgExplained *e, size_t i, size_t at)
{
    const NgEvidence *token = &e->why.evidence[i];
    int colour = colour_of(e, token->weight);

    if (colour >= 0 && x->colour)
        g_string_append_printf(x->out, "\033[38;5;16;48;5;%dm", colour);
    ng_escape_lines(x->out, e->passage->text->str + at, token->length);
    if (colour >= 0 && x->colour)
        g_string_append(x->out, "\033[0m");
    else if (colour >= 0)
        g_string_append_printf(x->out, "(%+.2g)", token->weight);
}

/* Whom the weights are for, and what they add up to. */
static void
add_legend(const Explaining *x, const NgExplained *e)
{
    g_autofree char *silence = ng_explained_silence(e);
    g_autofree char *sum = ng_explained_sum(e);

    if (x->colour && silence == NULL)
        g_string_append_printf(
            x->out, "\033[38;5;16;48;5;39m for \033[0m\033[38;5;16;48;5;208m against \033[0m ");
    ng_escape_terminal(x->out, e->why.author, strlen(e->why.author));
    if (silence != NULL)
        g_string_append_printf(x->out, ": %s\n\n", silence);
    else
        g_string_append_printf(x->out, ": %s; the strongest token %.2g\n\n", sum, e->most);
}

/* Names and text may be a stranger's, and are made safe for the terminal. */
static void
add_terminal(const Explaining *x, const NgExplained *e)
{
    const GString *text = e->passage->text;
    size_t from = 0;

    if (x->colour)
        g_string_append(x->out, "\033[1m");
    ng_escape_terminal(x->out, e->passage->name, strlen(e->passage->name));
    g_string_append(x->out, ": ");
    const char *name = ng_judge_name(e->judge, &e->why.answer);
    ng_escape_terminal(x->out, name, strlen(name));
    g_string_append_printf(x->out, "  probability %.4g  llr %+.3g", e->why.answer.probability,
                           e->why.answer.llr);
    if (x->colour)
        g_string_append(x->out, "\033[0m");
    g_string_append(x->out, "\n");
    for (size_t i = 0; i < e->why.n; i++) {
        size_t at = ng_explained_offset(e, i);
        ng_escape_lines(x->out, text->str + from, at - from);
        add_token(x, e, i, at);
        from = at + e->why.evidence[i].length;
    }
    ng_escape_lines(x->out, text->str + from, text->len - from);
    g_string_append(x->out, "\n");
    add_legend(x, e);
}

/* ---- tables */

/* A row that belongs to no place in the text. */
static gboolean
write_part(const Explaining *x, const NgExplained *e, const char *token, double weight,
           GError **error)
{
    ng_writer_text(x->writer, e->passage->name, -1);
    ng_writer_text(x->writer, e->why.author, -1);
    ng_writer_text(x->writer, NULL, 0);
    ng_writer_text(x->writer, NULL, 0);
    ng_writer_text(x->writer, token, -1);
    ng_writer_double(x->writer, weight);
    return ng_writer_end_row(x->writer, error);
}

static gboolean
write_rows(const Explaining *x, const NgExplained *e, GError **error)
{
    const NgSequence *sequences = (const NgSequence *)(const void *)e->passage->sequences->data;

    guint64 line = 0;
    size_t begin = 0; /* of the line, in its sequence */
    size_t at = 0;

    for (size_t i = 0; i < e->why.n; i++) {
        const NgEvidence *token = &e->why.evidence[i];
        const NgSequence *s = &sequences[token->sequence];
        if (i == 0 || token->sequence != e->why.evidence[i - 1].sequence) {
            line = s->line;
            begin = at = 0;
        }
        for (; at < token->offset; at++)
            if (s->text[at] == '\n') {
                line++;
                begin = at + 1;
            }
        ng_writer_text(x->writer, e->passage->name, -1);
        ng_writer_text(x->writer, e->why.author, -1);
        ng_writer_count(x->writer, line);
        ng_writer_count(x->writer, token->offset - begin);
        ng_writer_text(x->writer, s->text + token->offset, (gssize)token->length);
        ng_writer_double(x->writer, token->weight);
        if (!ng_writer_end_row(x->writer, error))
            return FALSE;
    }
    return e->why.n == 0 || (write_part(x, e, "</s>", e->why.line_ends, error) &&
                             write_part(x, e, NULL, e->why.offset, error));
}

static void
add_number(GString *out, const char *name, double x)
{
    char number[NG_NUMBER_SIZE];

    ng_number_from_double(number, x);
    g_string_append_printf(out, ",\"%s\":%s", name, isfinite(x) ? number : "null");
}

/* Tokens are told with the blanks before them, so that they make up the text. */
static void
add_json(const Explaining *x, const NgExplained *e)
{
    const GString *text = e->passage->text;
    size_t from = 0;

    g_string_append(x->out, "{\"name\":");
    ng_escape_json(x->out, e->passage->name, strlen(e->passage->name));
    g_string_append(x->out, ",\"author\":");
    ng_escape_json(x->out, e->why.author, strlen(e->why.author));
    g_string_append_printf(x->out, ",\"answer\":\"%s\"", ng_judge_kind(e->judge, &e->why.answer));
    add_number(x->out, "probability", e->why.answer.probability);
    add_number(x->out, "llr", e->why.answer.llr);
    add_number(x->out, "author_llr", e->why.llr);
    add_number(x->out, "line_ends", e->why.line_ends);
    add_number(x->out, "offset", e->why.offset);
    g_string_append(x->out, ",\"tokens\":[");
    for (size_t i = 0; i < e->why.n; i++) {
        size_t at = ng_explained_offset(e, i);
        g_string_append_printf(x->out, "%s{\"before\":", i > 0 ? "," : "");
        ng_escape_json(x->out, text->str + from, at - from);
        g_string_append(x->out, ",\"token\":");
        ng_escape_json(x->out, text->str + at, e->why.evidence[i].length);
        add_number(x->out, "weight", e->why.evidence[i].weight);
        g_string_append(x->out, "}");
        from = at + e->why.evidence[i].length;
    }
    g_string_append(x->out, "],\"after\":");
    ng_escape_json(x->out, text->str + from, text->len - from);
    g_string_append(x->out, "}\n");
}

/* ---- all of it */

static gboolean
put(Explaining *x, GError **error)
{
    gboolean done = fwrite(x->out->str, 1, x->out->len, stdout) == x->out->len &&
                    (!x->prompt || fflush(stdout) == 0);

    g_string_truncate(x->out, 0);
    if (!done)
        g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(errno), "standard output: %s",
                    g_strerror(errno));
    return done;
}

static gboolean
explain(const NgPassage *passage, gpointer data, GError **error)
{
    Explaining *x = data;
    NgExplained e = {.passage = passage, .judge = x->judge};
    const NgCase whole = {(const NgSequence *)(const void *)passage->sequences->data,
                          passage->sequences->len, TRUE, TRUE};

    ng_judge_explain(x->judge, &whole, &e.why);
    for (size_t i = 0; i < e.why.n; i++)
        e.most = fmax(e.most, fabs(e.why.evidence[i].weight));
    e.faint = e.most < FAINT && fabs(tokens_of(&e.why)) < FAINT_SUM;
    e.taken_back = fabs(e.why.llr) < VOID_LLR;
    if (x->writer != NULL)
        return write_rows(x, &e, error);
    if (x->html)
        ng_explain_html(x->out, &e);
    else if (x->json)
        add_json(x, &e);
    else
        add_terminal(x, &e);
    return put(x, error);
}

/**
 * ng_explain:
 * @judge: who answers; keeps evidence
 * @html: a page in place of what --format says
 * @reading: which passages there are
 */
gboolean
ng_explain(NgJudge *judge, const NgArgs *args, gboolean html, const NgPassageReading *reading,
           GError **error)
{
    NgFormat format = ng_args_format(args);
    g_autoptr(NgWriter) writer = html || format != NG_FORMAT_TSV
                                     ? NULL
                                     : ng_writer_new(columns, G_N_ELEMENTS(columns), args);
    g_autoptr(GString) out = g_string_new(NULL);
    Explaining x = {.judge = judge,
                    .writer = writer,
                    .html = html,
                    .json = format == NG_FORMAT_JSON,
                    .colour = ng_args_color(args),
                    .prompt = args->line_buffered,
                    .out = out};

    if (html)
        ng_explain_html_head(out);
    gboolean done = ng_passages(ng_args_paths(args), reading, explain, &x, error);
    ng_cli_note_invalid(ng_judge_invalid(judge));
    if (!done)
        return FALSE;
    if (html)
        ng_explain_html_foot(out);
    if (!put(&x, error))
        return FALSE;
    return writer != NULL ? ng_writer_flush(writer, error) : ng_cli_flush_output(error);
}

/* ngram score - the probability of texts, and who wrote them. */
#include "args.h"
#include "canvas.h"
#include "cli.h"
#include "explain.h"
#include "judge.h"
#include "meter.h"
#include "rolling.h"
#include "score-run.h"
#include "verify-run.h"
#include "writer.h"

#include "ngram/number.h"

#include <math.h>

static const NgColumn word_columns[] = {
    {"name", NG_CELL_TEXT},
    {"word", NG_CELL_TEXT},
    {"order", NG_CELL_COUNT},
    {"logprob", NG_CELL_FLOAT},
};
static const NgColumn document_columns[] = {
    {"name", NG_CELL_TEXT},      {"words", NG_CELL_COUNT},       {"oov", NG_CELL_COUNT},
    {"logprob", NG_CELL_DOUBLE}, {"perplexity", NG_CELL_DOUBLE},
};
static const NgColumn bits_columns[] = {
    {"bits_per_word", NG_CELL_DOUBLE},
    {"bits_per_char", NG_CELL_DOUBLE},
};
static const NgColumn author_columns[] = {
    {"author", NG_CELL_TEXT},
    {"probability", NG_CELL_DOUBLE},
    {"llr", NG_CELL_DOUBLE},
    {"answer", NG_CELL_TEXT}, /* in JSON alone: a name cannot be taken for "none of them" there */
};
static const NgColumn summary_columns[] = {
    {"documents", NG_CELL_COUNT},      {"sequences", NG_CELL_COUNT},
    {"words", NG_CELL_COUNT},          {"oov", NG_CELL_COUNT},
    {"zeroprobs", NG_CELL_COUNT},      {"logprob", NG_CELL_DOUBLE},
    {"perplexity", NG_CELL_DOUBLE},    {"perplexity_known", NG_CELL_DOUBLE},
    {"ppl", NG_CELL_DOUBLE},           {"ppl1", NG_CELL_DOUBLE},
    {"bits_per_word", NG_CELL_DOUBLE}, {"bits_per_char", NG_CELL_DOUBLE},
};

enum { BITS = 2 }; /* columns of --bits, the last ones of the summary */

static gboolean
write_summary(const NgScore *sum, gboolean bits, const NgArgs *args, GError **error)
{
    size_t n = G_N_ELEMENTS(summary_columns) - (bits ? 0 : BITS);
    g_autoptr(NgWriter) writer = ng_writer_new(summary_columns, n, args);

    ng_writer_count(writer, sum->documents);
    ng_writer_count(writer, sum->sequences);
    ng_writer_count(writer, sum->words);
    ng_writer_count(writer, sum->oov);
    ng_writer_count(writer, sum->zeroprobs);
    ng_writer_double(writer, sum->logprob);
    ng_writer_double(writer, ng_score_perplexity(sum));
    ng_writer_double(writer, ng_score_perplexity_known(sum));
    ng_writer_double(writer, ng_score_ppl(sum));
    ng_writer_double(writer, ng_score_ppl1(sum));
    if (bits)
        ng_score_write_bits(writer, sum);
    return ng_writer_end_row(writer, error) && ng_writer_flush(writer, error);
}

static char *
number(double x)
{
    return isnan(x) ? g_strdup("undefined") : g_strdup_printf("%.6g", x);
}

static char *
amount(guint64 n, const char *what)
{
    return g_strdup_printf("%" G_GUINT64_FORMAT " %s%s", n, what, n == 1 ? "" : "s");
}

static void
note_summary(const NgScore *sum)
{
    g_autofree char *perplexity = number(ng_score_perplexity(sum));
    g_autofree char *known = number(ng_score_perplexity_known(sum));
    g_autofree char *ppl = number(ng_score_ppl(sum)), *ppl1 = number(ng_score_ppl1(sum));
    g_autofree char *documents = amount(sum->documents, "document");
    g_autofree char *words = amount(sum->words, "word"), *oov = amount(sum->oov, "OOV");

    ng_cli_note("%s, %s, %s; perplexity %s including OOVs, %s excluding; ppl %s, ppl1 %s",
                documents, words, oov, perplexity, known, ppl, ppl1);
}

static NgWriter *
document_writer(const NgScoreRun *run, const NgArgs *args)
{
    g_autoptr(GArray) columns = g_array_new(FALSE, FALSE, sizeof(NgColumn));
    guint answers = (guint)G_N_ELEMENTS(author_columns) - (args->format == NG_FORMAT_JSON ? 0 : 1);

    g_array_append_vals(columns, document_columns, G_N_ELEMENTS(document_columns));
    if (run->bits)
        g_array_append_vals(columns, bits_columns, G_N_ELEMENTS(bits_columns));
    if (run->judge != NULL)
        g_array_append_vals(columns, author_columns, answers);
    return ng_writer_new((const NgColumn *)(gpointer)columns->data, columns->len, args);
}

static gboolean
score(NgScoreRun *run, const NgArgs *args, gboolean summary, GError **error)
{
    g_autoptr(NgWriter) writer = NULL;
    g_auto(NgMeter) meter = ng_meter_new(args);
    NgProgress progress = ng_meter_progress(&meter);

    if (!summary)
        writer = run->words ? ng_writer_new(word_columns, G_N_ELEMENTS(word_columns), args)
                            : document_writer(run, args);
    if (writer != NULL)
        ng_writer_set_meter(writer, &meter);
    run->writer = writer;
    gboolean ok = ng_score_run(run, ng_args_paths(args), &progress, error);
    ng_meter_clear(&meter);
    ng_cli_note_invalid(run->invalid);
    if (!ok)
        return FALSE;
    if (summary)
        return write_summary(&run->total, run->bits, args, error);
    if (!ng_writer_flush(writer, error))
        return FALSE;
    if (!args->quiet)
        note_summary(&run->total);
    return TRUE;
}

/** ScoreLine: the command line as given; @window and what follows: a text in windows. */
typedef struct {
    int unit;   /* -1, or the place of its name */
    int method; /* 1: lambdag */
    gboolean words, bits, no_eos, summary, explain, html;
    guint64 window, step;
    const char *plot;
    NgJudgeLine judge;
    NgVerifyLine verify;
} ScoreLine;

/* What does not go with a text as it stands, explained or in windows. */
static gboolean
check_reading(const ScoreLine *line, const NgArgs *args, GError **error)
{
    static const char *const against[] = {"words", "bits",           "no-eos", "summary",
                                          "all",   "no-attribution", "verify"};
    static const char *const windows[] = {"abstain", "author"};
    static const char *const rolling[] = {"rolling"}, *const format[] = {"format"};
    static const char *const rest[] = {"step", "plot"};
    size_t n = G_N_ELEMENTS(against);

    if (line->explain && (!ng_args_refuse(args, against, n, "does not go with --explain", error) ||
                          !ng_args_refuse(args, rolling, 1, "does not go with --explain", error)))
        return FALSE;
    if (line->window > 0 &&
        (!ng_args_refuse(args, against, n, "does not go with --rolling", error) ||
         !ng_args_refuse(args, windows, G_N_ELEMENTS(windows), "does not go with --rolling",
                         error)))
        return FALSE;
    if (line->html && !line->explain)
        return ng_cli_usage_error(error, "--html goes with --explain");
    if (line->html && !ng_args_refuse(args, format, 1, "does not go with --html", error))
        return FALSE;
    if (line->window == 0 &&
        !ng_args_refuse(args, rest, G_N_ELEMENTS(rest), "goes with --rolling", error))
        return FALSE;
    return line->plot == NULL || ng_canvas_check(line->plot, error);
}

/* What goes with --method lambdag, which asks no model. */
static gboolean
check_method(const ScoreLine *line, const NgArgs *args, GError **error)
{
    static const char *const texts[] = {"known", "reference"}, *const author[] = {"author"};
    static const char *const against[] = {
        "words",  "summary", "bits",           "no-eos",  "all",  "open",
        "closed", "abstain", "no-attribution", "explain", "html", "rolling"};

    if (line->method != 1)
        return ng_args_refuse(args, texts, G_N_ELEMENTS(texts), "goes with --method lambdag",
                              error);
    if (args->models != NULL)
        return ng_cli_usage_error(error, "--method lambdag asks texts (--known, --reference), not "
                                         "a model, which holds none");
    if (!ng_args_refuse(args, author, 1, "does not go with --method lambdag: --known says whose",
                        error) ||
        !ng_args_refuse(args, against, G_N_ELEMENTS(against), "does not go with --method lambdag",
                        error))
        return FALSE;
    if (line->verify.known == NULL || line->verify.reference == NULL)
        return ng_cli_usage_error(error, "--method lambdag needs --%s",
                                  line->verify.known == NULL ? "known: texts by the author"
                                                             : "reference: texts by others");
    return TRUE;
}

static gboolean
check(const ScoreLine *line, const NgArgs *args, GError **error)
{
    static const char *const rows[] = {"summary", "bits"};

    if (line->words &&
        !ng_args_refuse(args, rows, G_N_ELEMENTS(rows), "does not go with --words", error))
        return FALSE;
    if (!check_method(line, args, error) || !check_reading(line, args, error))
        return FALSE;
    return line->method == 1 ||
           ng_judge_check(&line->judge, args, !line->words && !line->summary, error);
}

/* Explains, or rolls along: whichever is asked for. */
static gboolean
read_closely(const ScoreLine *line, const NgScoreRun *run, const NgArgs *args, GError **error)
{
    g_auto(NgMeter) meter = ng_meter_new(args);
    NgProgress progress = ng_meter_progress(&meter);
    const NgPassageReading reading = {run->unit, run->by_unit, run->strict_utf8, &progress};
    guint64 step = line->step > 0 ? line->step : MAX(line->window / 2, 1);

    if (line->explain)
        return ng_explain(run->judge, args, line->html, &reading, error);
    const NgRolling rolling = {run->model, line->window, step, run->judge, line->plot};
    return ng_rolling(&rolling, args, &reading, error);
}

/* The unit that was named, else @unit. */
static NgUnit
unit_of(const ScoreLine *line, NgUnit unit)
{
    static const NgUnit units[] = {NG_UNIT_LINE, NG_UNIT_PARAGRAPH, NG_UNIT_FILE};

    return line->unit >= 0 ? units[line->unit] : unit;
}

/* By texts alone. */
static NgStatus
verify(const ScoreLine *line, const NgArgs *args, GError **error)
{
    NgUnit unit = unit_of(line, NG_UNIT_LINE);
    const NgPassageReading reading = {unit, line->unit >= 0 && unit != NG_UNIT_FILE,
                                      args->strict_utf8, NULL};
    gboolean denied = FALSE;

    if (!ng_verify_run(&line->verify, args, &reading, &denied, error))
        return NG_STATUS_TROUBLE;
    return line->judge.verify && denied ? NG_STATUS_NO : NG_STATUS_DONE;
}

/* By a model. */
static NgStatus
ask(const ScoreLine *line, const NgArgs *args, GError **error)
{
    gboolean closely = line->explain || line->window > 0;
    NgJudgeLine judge_line = line->judge;
    NgScoreRun run = {.words = line->words,
                      .bits = line->bits,
                      .no_eos = line->no_eos,
                      .strict_utf8 = args->strict_utf8,
                      .threads = (unsigned)args->threads};

    g_autoptr(NgModel) model = ng_args_open_model(args, error);
    if (model == NULL || !ng_args_find_voice(args, model, &run.voice, error))
        return NG_STATUS_TROUBLE;
    g_autoptr(NgJudge) judge = NULL;
    judge_line.asked = closely;
    judge_line.evidence = line->explain;
    if (!line->words && !line->summary && !ng_judge_new(model, &judge_line, args, &judge, error))
        return NG_STATUS_TROUBLE;
    run.judge = judge;
    run.model = model;
    run.unit = unit_of(line, ng_model_text(model).unit);
    run.by_unit = line->unit >= 0 && run.unit != NG_UNIT_FILE && !line->summary;
    if (!(closely ? read_closely(line, &run, args, error)
                  : score(&run, args, line->summary, error)))
        return NG_STATUS_TROUBLE;
    return line->judge.verify && run.denied > 0 ? NG_STATUS_NO : NG_STATUS_DONE;
}

static const char examples[] =
    "  ngram score review.txt                  one row: how probable it is, and who wrote it\n"
    "  ngram score --all review.txt            what speaks for each author\n"
    "  ngram score --author marlow --verify review.txt && echo \"it is Marlow's\"\n"
    "  ngram score --explain review.txt        which words say so\n"
    "  ngram score --rolling 200 --plot p.svg essay.txt  who wrote which part\n"
    "  ngram score --method lambdag --known hers/ --reference others/ letter.txt\n"
    "  ngram score --unit line reviews.txt     a row a line\n"
    "  echo 'the movie was' | ngram score --words\n"
    "  ngram score -m a.arpa --summary test/   the perplexity of a test set, in one row\n";

NgStatus
ng_cmd_score(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    ScoreLine line = {.unit = -1};
    const NgOption options[] = {
        NG_CHOICE(0, "unit", &line.unit, "line|paragraph|file",
                  "What one sequence is (as in training); with line and paragraph a row for each"),
        NG_FLAG(0, "words", &line.words,
                "A row a word: the n-gram's order and its log10 probability"),
        NG_FLAG(0, "bits", &line.bits, "Add bits per word and per character"),
        NG_FLAG(0, "no-eos", &line.no_eos, "Leave out </s>: the product over the words alone"),
        NG_FLAG(0, "summary", &line.summary,
                "One row that sums up everything, by three conventions"),
        NG_JUDGE_OPTIONS_TABLE(&line.judge),
        NG_CHOICE(0, "method", &line.method, "model|lambdag",
                  "Ask the model (the default), or hold --known against --reference"),
        NG_FILES(0, "known", &line.verify.known, "PATH",
                 "With --method lambdag: texts by the author in question; may be repeated"),
        NG_FILES(0, "reference", &line.verify.reference, "PATH",
                 "With --method lambdag: texts by others, best a folder with one for each author"),
        NG_FLAG(0, "explain", &line.explain,
                "The text, each token by how much it speaks for the author: in colour, TSV, JSON"),
        NG_FLAG(0, "html", &line.html, "With --explain: a page of HTML that needs nothing else"),
        NG_COUNT(0, "rolling", &line.window, 1, G_MAXUINT32, "N",
                 "Who wrote it in each window of N tokens"),
        NG_COUNT(0, "step", &line.step, 1, G_MAXUINT32, "M",
                 "With --rolling: from one window to the next (half a window)"),
        NG_FILE(0, "plot", &line.plot, "FILE",
                "With --rolling: the same as a picture, SVG or PNG by its ending"),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[FILE...]",
        .about = "Prints the log10 probability and the perplexity of texts, and who wrote them.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_MODEL | NG_SHARED_AUTHOR | NG_SHARED_OUTPUT | NG_SHARED_THREADS |
                  NG_SHARED_STRICT | NG_SHARED_QUIET | NG_SHARED_VERBOSE,
        .most = G_MAXUINT,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    if (!check(&line, &args, error))
        return NG_STATUS_TROUBLE;
    return line.method == 1 ? verify(&line, &args, error) : ask(&line, &args, error);
}

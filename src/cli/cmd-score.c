/* ngram score - the probability of texts, and who wrote them. */
#include "args.h"
#include "cli.h"
#include "judge.h"
#include "meter.h"
#include "score-run.h"
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

static const char examples[] =
    "  ngram score review.txt                  one row: how probable it is, and who wrote it\n"
    "  ngram score --all review.txt            what speaks for each author\n"
    "  ngram score --author marlow --verify review.txt && echo \"it is Marlow's\"\n"
    "  ngram score --unit line reviews.txt     a row a line\n"
    "  echo 'the movie was' | ngram score --words\n"
    "  ngram score -m a.arpa --summary test/   the perplexity of a test set, in one row\n";

NgStatus
ng_cmd_score(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    static const NgUnit units[] = {NG_UNIT_LINE, NG_UNIT_PARAGRAPH, NG_UNIT_FILE};
    NgScoreRun run = {0};
    NgJudgeLine judge_line = {0};
    int unit = -1;
    gboolean summary = FALSE;
    const NgOption options[] = {
        NG_CHOICE(0, "unit", &unit, "line|paragraph|file",
                  "What one sequence is (as in training); with line and paragraph a row for each"),
        NG_FLAG(0, "words", &run.words,
                "A row a word: the n-gram's order and its log10 probability"),
        NG_FLAG(0, "bits", &run.bits, "Add bits per word and per character"),
        NG_FLAG(0, "no-eos", &run.no_eos, "Leave out </s>: the product over the words alone"),
        NG_FLAG(0, "summary", &summary, "One row that sums up everything, by three conventions"),
        NG_JUDGE_OPTIONS_TABLE(&judge_line),
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
    if (run.words && (summary || run.bits)) {
        ng_cli_usage_error(error, "--words does not go with --%s", summary ? "summary" : "bits");
        return NG_STATUS_TROUBLE;
    }
    gboolean rows = !run.words && !summary;
    if (!ng_judge_check(&judge_line, &args, rows, error))
        return NG_STATUS_TROUBLE;
    g_autoptr(NgModel) model = ng_args_open_model(&args, error);
    if (model == NULL || !ng_args_find_voice(&args, model, &run.voice, error))
        return NG_STATUS_TROUBLE;
    g_autoptr(NgJudge) judge = NULL;
    if (rows && !ng_judge_new(model, &judge_line, &args, &judge, error))
        return NG_STATUS_TROUBLE;
    run.judge = judge;
    run.model = model;
    run.unit = unit >= 0 ? units[unit] : ng_model_text(model).unit;
    run.by_unit = unit >= 0 && run.unit != NG_UNIT_FILE && !summary;
    run.strict_utf8 = args.strict_utf8;
    run.threads = (unsigned)args.threads;
    if (!score(&run, &args, summary, error))
        return NG_STATUS_TROUBLE;
    return judge_line.verify && run.denied > 0 ? NG_STATUS_NO : NG_STATUS_DONE;
}

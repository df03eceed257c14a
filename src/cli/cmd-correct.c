/* ngram correct - spelling mistakes mended, everything else byte for byte. */
#include "args.h"
#include "cli.h"
#include "correct-run.h"
#include "meter.h"

#include "ngram/number.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

enum { SUGGESTIONS = 10 }; /* for -a */

/** Wanted: what stood on the command line. */
typedef struct {
    gboolean list, diff, in_place, check, ispell;
    const char *suffix, *caution, *errors, *words;
    guint64 best;
    int unit;
} Wanted;

static const NgColumn columns[] = {
    {"name", NG_CELL_TEXT},          {"line", NG_CELL_COUNT}, {"byte", NG_CELL_COUNT},
    {"char", NG_CELL_COUNT},         {"wrong", NG_CELL_TEXT}, {"right", NG_CELL_TEXT},
    {"probability", NG_CELL_DOUBLE}, {"rank", NG_CELL_COUNT},
};

static NgCorrector *
open_corrector(NgModel *model, size_t voice, const Wanted *wanted, GError **error)
{
    NgCorrectOptions options = {.caution = NG_CAUTION_DEFAULT};
    g_autoptr(NgChannel) channel = NULL;
    g_autoptr(NgVocab) words = NULL;

    if (wanted->caution != NULL &&
        (!ng_number_to_double(wanted->caution, strlen(wanted->caution), &options.caution) ||
         !(options.caution >= 0.0 && options.caution <= 100.0))) {
        ng_cli_usage_error(error, "--caution: '%s' is no number from 0 to 100", wanted->caution);
        return NULL;
    }
    if (wanted->errors != NULL && (channel = ng_channel_read(wanted->errors, error)) == NULL)
        return NULL;
    if (wanted->words != NULL && (words = ng_words_read(model, wanted->words, error)) == NULL)
        return NULL;
    options.channel = channel;
    options.words = words;
    return ng_corrector_new(model, voice, &options, error);
}

/* Several documents have their names in the list. */
static gboolean
are_several(const NgArgs *args)
{
    return args->n_rest > 1 ||
           (args->n_rest == 1 && g_file_test(args->rest[0], G_FILE_TEST_IS_DIR));
}

static NgCorrectSink *
new_sink(const Wanted *wanted, const NgArgs *args, NgWriter *writer)
{
    if (wanted->list)
        return ng_correct_list_sink(writer, are_several(args), wanted->best > 0);
    if (wanted->diff)
        return ng_correct_diff_sink();
    if (wanted->in_place)
        return ng_correct_place_sink(wanted->suffix);
    return wanted->check ? ng_correct_quiet_sink() : ng_correct_text_sink();
}

static void
note_summary(const NgCorrectRun *run, const NgArgs *args)
{
    if (args->verbose)
        ng_cli_note("%" G_GUINT64_FORMAT " %s in %" G_GUINT64_FORMAT " %s, %" G_GUINT64_FORMAT
                    " bytes",
                    run->changes, run->changes == 1 ? "change" : "changes", run->sequences,
                    run->sequences == 1 ? "sequence" : "sequences", run->bytes);
}

static gboolean
correct(NgCorrectRun *run, const Wanted *wanted, const NgArgs *args, GError **error)
{
    g_auto(NgMeter) meter = ng_meter_new(args);
    NgProgress progress = ng_meter_progress(&meter);
    g_autoptr(NgWriter) writer = NULL;

    if (wanted->list) {
        gboolean named = are_several(args);
        writer = ng_writer_new(named ? columns : columns + 1,
                               G_N_ELEMENTS(columns) - (named ? 0 : 1) - (wanted->best > 0 ? 0 : 1),
                               args);
        ng_writer_set_meter(writer, &meter);
    }
    run->sink = new_sink(wanted, args, writer);
    gboolean ok = ng_correct_run(run, ng_args_paths(args), &progress, error);
    ng_correct_sink_free(run->sink);
    ng_meter_clear(&meter);
    ng_cli_note_invalid(run->invalid);
    if (!ok || (writer != NULL && !ng_writer_flush(writer, error)) || !ng_cli_flush_output(error))
        return FALSE;
    note_summary(run, args);
    return TRUE;
}

/* What does not go together.  FALSE with @error set. */
static gboolean
check_wanted(Wanted *wanted, const NgArgs *args, GError **error)
{
    int ways = wanted->list + wanted->diff + wanted->in_place + wanted->ispell;

    if (ways > 1)
        return ng_cli_usage_error(error, "--list, --diff, --in-place and -a exclude each other");
    if (wanted->ispell && (wanted->check || args->n_rest > 0))
        return ng_cli_usage_error(error, "-a reads standard input alone, and goes without --check");
    if (wanted->in_place && args->n_rest == 0)
        return ng_cli_usage_error(error, "--in-place wants the files named");
    if (wanted->in_place && wanted->check)
        return ng_cli_usage_error(error, "--check changes nothing; leave out --in-place");
    if (wanted->best > 0 && !wanted->list && !wanted->ispell)
        return ng_cli_usage_error(error, "--best goes with --list and -a");
    return TRUE;
}

/* All of it, once the options are understood. */
static NgStatus
run_all(const Wanted *wanted, const NgArgs *args, GError **error)
{
    static const NgUnit units[] = {NG_UNIT_LINE, NG_UNIT_PARAGRAPH, NG_UNIT_FILE};
    size_t voice = 0;

    g_autoptr(NgModel) model = ng_args_open_model(args, error);
    if (model == NULL || !ng_args_find_voice(args, model, &voice, error))
        return NG_STATUS_TROUBLE;
    g_autoptr(NgCorrector) corrector = open_corrector(model, voice, wanted, error);
    if (corrector == NULL)
        return NG_STATUS_TROUBLE;
    if (wanted->ispell)
        return ng_correct_ispell(corrector, wanted->best > 0 ? wanted->best : SUGGESTIONS, error)
                   ? NG_STATUS_DONE
                   : NG_STATUS_TROUBLE;
    NgCorrectRun run = {
        .corrector = corrector,
        .unit = wanted->unit >= 0 ? units[wanted->unit] : ng_model_text(model).unit,
        .strict_utf8 = args->strict_utf8,
        .prompt = args->line_buffered || isatty(STDIN_FILENO) == 1,
        .threads = (unsigned)args->threads,
        .suggestions = wanted->best,
    };
    if (!correct(&run, wanted, args, error))
        return NG_STATUS_TROUBLE;
    return wanted->check && run.changes > 0 ? NG_STATUS_NO : NG_STATUS_DONE;
}

static const char examples[] =
    "  ngram correct < letter.txt > right.txt     everything but the mistakes stays\n"
    "  ngram correct --list review.txt            what would change, and how sure it is\n"
    "  ngram correct --diff reviews/ | less       the same as a patch\n"
    "  ngram correct --in-place=.old *.txt        in the files, the old ones kept\n"
    "  ngram correct --check README && make       exit 1 when something would change\n";

NgStatus
ng_cmd_correct(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    Wanted wanted = {.unit = -1};
    const NgOption options[] = {
        NG_FLAG(0, "list", &wanted.list, "A row a change: where, what, how sure"),
        NG_FLAG(0, "diff", &wanted.diff, "The changes as a unified diff"),
        NG_MAYBE(0, "in-place", &wanted.suffix, "SUFFIX",
                 "Change the files themselves; with SUFFIX, old ones are kept with it"),
        NG_FLAG(0, "check", &wanted.check, "Exit with 1 when something would change"),
        NG_FLAG('a', "ispell", &wanted.ispell, "Talk to an editor as ispell -a does"),
        NG_COUNT('k', "best", &wanted.best, 1, 1000, "K",
                 "With --list, up to K suggestions for each word that is wrong or unknown; "
                 "with -a (10)"),
        NG_TEXT(0, "caution", &wanted.caution, "X",
                "Expect a mistake in 10^X letters (3): more is more careful"),
        NG_FILE(0, "errors", &wanted.errors, "FILE",
                "Learn which mistakes are made from lines: right TAB wrong"),
        NG_FILE(0, "words", &wanted.words, "FILE", "Words that are right, one a line"),
        NG_CHOICE(0, "unit", &wanted.unit, "line|paragraph|file",
                  "What one sequence is (as in training)"),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[FILE...]",
        .about = "Mends spelling mistakes, by the words around them.",
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
    wanted.in_place = ng_args_given(&args, "in-place");
    if (!check_wanted(&wanted, &args, error))
        return NG_STATUS_TROUBLE;
    return run_all(&wanted, &args, error);
}

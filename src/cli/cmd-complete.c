/* ngram complete - the likeliest words for the blanks of a text. */
#include "args.h"
#include "cli.h"
#include "hidden-run.h"
#include "prompt.h"
#include "writer.h"

#include "ngram/complete.h"
#include "ngram/document.h"
#include "ngram/error.h"

#include <string.h>
#include <unistd.h>

static const NgColumn columns[] = {
    {"input", NG_CELL_COUNT},
    {"rank", NG_CELL_COUNT},
    {"probability", NG_CELL_DOUBLE},
    {"text", NG_CELL_TEXT},
};

static const NgColumn marginal_columns[] = {
    {"input", NG_CELL_COUNT},        {"blank", NG_CELL_COUNT}, {"rank", NG_CELL_COUNT},
    {"probability", NG_CELL_DOUBLE}, {"text", NG_CELL_TEXT},
};

/* the mark behind a word that is being typed: nothing that can be typed, nor part of a word */
#define TYPING "\001"

#define CACHE_WEIGHT 0.05 /* of --cache; tuned on held-out reviews, see docs/benchmarks.md */

typedef struct {
    NgCompleter *completer;
    gboolean marginals; /* rows of words, blank by blank */
    gboolean interactive;
    const NgArgs *args;
    NgWriter *writer;
    gboolean numbered; /* more than one text: say which */
    guint64 input;
} Run;

static void
open_writer(Run *run, gboolean numbered)
{
    const NgColumn *all = run->marginals ? marginal_columns : columns;
    size_t n = run->marginals ? G_N_ELEMENTS(marginal_columns) : G_N_ELEMENTS(columns);

    run->numbered = numbered;
    run->writer = ng_writer_new(all + !numbered, n - !numbered, run->args);
}

static gboolean
write_marginals(Run *run, const char *text, size_t length, GError **error)
{
    g_autoptr(GArray) words = ng_completer_marginals(run->completer, text, length, error);
    if (words == NULL)
        return FALSE;

    run->input++;
    for (guint i = 0, rank = 1; i < words->len; i++, rank++) {
        const NgMarginal *word = &g_array_index(words, NgMarginal, i);
        if (i > 0 && word->blank != word[-1].blank)
            rank = 1;
        if (run->numbered)
            ng_writer_count(run->writer, run->input);
        ng_writer_count(run->writer, word->blank + 1);
        ng_writer_count(run->writer, rank);
        ng_writer_double(run->writer, word->probability);
        ng_writer_text(run->writer, word->text, (gssize)strlen(word->text));
        if (!ng_writer_end_row(run->writer, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
complete_text(Run *run, const char *text, size_t length, GError **error)
{
    if (run->marginals)
        return write_marginals(run, text, length, error);
    g_autoptr(GPtrArray) fillings = ng_completer_fill(run->completer, text, length, error);
    if (fillings == NULL)
        return FALSE;

    run->input++;
    for (guint i = 0; i < fillings->len; i++) {
        const NgFilling *filling = fillings->pdata[i];
        if (run->numbered)
            ng_writer_count(run->writer, run->input);
        ng_writer_count(run->writer, i + 1);
        ng_writer_double(run->writer, filling->probability);
        ng_writer_text(run->writer, filling->text, (gssize)filling->length);
        if (!ng_writer_end_row(run->writer, error))
            return FALSE;
    }
    return TRUE;
}

/* Arguments have no file and no line: their numbers say where they are. */
static gboolean
check_arguments(const NgArgs *args, GError **error)
{
    for (size_t i = 0; i < args->n_rest; i++) {
        const char *end = NULL;
        if (g_utf8_validate(args->rest[i], -1, &end))
            continue;
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                    "argument %zu: not UTF-8 at byte %zu (drop --strict-utf8 to keep such bytes)",
                    i + 1, (size_t)(end - args->rest[i]) + 1);
        return FALSE;
    }
    return TRUE;
}

static gboolean
complete_arguments(Run *run, GError **error)
{
    const NgArgs *args = run->args;

    if (args->strict_utf8 && !check_arguments(args, error))
        return FALSE;
    open_writer(run, args->n_rest > 1);
    for (size_t i = 0; i < args->n_rest; i++)
        if (!complete_text(run, args->rest[i], strlen(args->rest[i]), error))
            return FALSE;
    return ng_writer_flush(run->writer, error);
}

/* Whether there is one line, and no more: only then the number of the input is
 * left out.  Who waits for each answer is not made to type the next line first. */
static gboolean
complete_lines(Run *run, GError **error)
{
    const NgArgs *args = run->args;
    g_autoptr(NgDocument) input = ng_document_open("-", NG_UNIT_LINE, error);
    GError *trouble = NULL;
    NgSequence line = {0};

    if (input == NULL)
        return FALSE;
    ng_document_set_strict(input, args->strict_utf8);
    gboolean waits = args->line_buffered || isatty(STDIN_FILENO) == 1;
    gboolean more = ng_document_next(input, &line, &trouble);
    g_autofree char *first = more ? g_memdup2(line.text, line.length) : NULL;
    size_t first_length = line.length;
    gboolean second = more && !waits && ng_document_next(input, &line, &trouble);
    open_writer(run, second || waits);
    if (more && !complete_text(run, first, first_length, error)) {
        g_clear_error(&trouble);
        return FALSE;
    }
    more = second || (waits && ng_document_next(input, &line, &trouble));
    while (more) {
        if (!complete_text(run, line.text, line.length, error) ||
            (waits && !ng_writer_flush(run->writer, error))) {
            g_clear_error(&trouble);
            return FALSE;
        }
        more = ng_document_next(input, &line, &trouble);
    }
    if (trouble != NULL) {
        g_propagate_error(error, trouble);
        return FALSE;
    }
    return ng_writer_flush(run->writer, error);
}

/* Suggests how the text may go on: the word that is being typed, or the next one. */
static void
suggest(const char *text, size_t length, GPtrArray *rows, gpointer completer)
{
    g_autofree char *open = g_strconcat(text, TYPING, NULL);
    gboolean inside = length > 0 && text[length - 1] != ' ';
    g_autoptr(GPtrArray) fillings = ng_completer_fill(completer, inside ? open : text,
                                                      length + (inside ? strlen(TYPING) : 0), NULL);

    for (guint i = 0; fillings != NULL && i < fillings->len; i++)
        g_ptr_array_add(rows, g_strdup(((NgFilling *)fillings->pdata[i])->text));
}

/* Lines typed at a terminal: each is completed, and so is what is being typed. */
static gboolean
complete_typed(Run *run, NgCompleter *typing, GError **error)
{
    g_autoptr(NgPrompt) prompt = ng_prompt_new(suggest, typing, error);
    const char *line = NULL;

    if (prompt == NULL)
        return FALSE;
    while ((line = ng_prompt_line(prompt)) != NULL) {
        GError *trouble = NULL;
        open_writer(run, FALSE);
        gboolean ok = complete_text(run, line, strlen(line), &trouble) &&
                      ng_writer_flush(run->writer, &trouble);
        g_clear_pointer(&run->writer, ng_writer_free);
        if (!ok) /* the next line may be a better one */
            ng_cli_note("%s", trouble->message);
        g_clear_error(&trouble);
    }
    return TRUE;
}

static const char examples[] =
    "  ngram complete 'the movie was ?'          the five best words for the blank\n"
    "  ngram complete -k 1 'a ? of time'         words after the blank count as well\n"
    "  ngram complete 'the mov? was ?'           a word that begins with mov\n"
    "  ngram complete --choices good,bad 'a ? film'\n"
    "  ngram complete --marginals 'a ? ? film'   the best words of each blank\n"
    "  ngram complete --evaluate held-out.txt    how often a hidden word is found\n"
    "  ngram complete --blank XX 'why XX ?'      another mark for a blank\n"
    "  ngram complete < texts.txt                a text a line\n";

/* The weight of a cache; 0 without one. */
static gboolean
read_cache(const char *text, double *weight, GError **error)
{
    guint n = 0;

    if (text == NULL)
        return TRUE;
    *weight = CACHE_WEIGHT;
    if (*text != '\0' && !ng_args_numbers("cache", text, weight, 1, &n, error))
        return FALSE;
    if (*weight > 0.0 && *weight < 1.0)
        return TRUE;
    return ng_cli_usage_error(error, "--cache: a weight is above 0 and below 1, not '%s'", text);
}

/* What goes through a completer: texts given, lines, or lines that are typed. */
static gboolean
complete(Run *run, NgModel *model, size_t voice, const NgCompleteOptions *wanted, GError **error)
{
    const NgArgs *args = run->args;
    gboolean lines = args->n_rest == 0 || (args->n_rest == 1 && g_str_equal(args->rest[0], "-"));
    NgCompleteOptions next = *wanted;
    gboolean ok = FALSE;

    run->completer = ng_completer_new(model, voice, wanted, error);
    if (run->completer == NULL)
        return FALSE;
    next.blank = TYPING;
    if (run->interactive) {
        g_autoptr(NgCompleter) typing = ng_completer_new(model, voice, &next, error);
        ok = typing != NULL && complete_typed(run, typing, error);
    } else {
        ok = lines ? complete_lines(run, error) : complete_arguments(run, error);
    }
    ng_writer_free(run->writer);
    ng_cli_note_invalid(ng_completer_invalid(run->completer));
    guint64 beams = ng_completer_beams(run->completer);
    if (beams > 0 && !args->quiet)
        ng_cli_note("%" G_GUINT64_FORMAT " group%s of blanks filled by a beam, which may miss the "
                    "best (see --memory)",
                    beams, beams == 1 ? "" : "s");
    ng_completer_free(run->completer);
    return ok;
}

/* What does not go together. */
static gboolean
check_options(const NgArgs *args, const NgModel *model, double cache, GError **error)
{
    static const char *const texts[] = {"blank", "choices", "marginals", "interactive", "eos"};

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        if (ng_args_given(args, "evaluate") && ng_args_given(args, texts[i]))
            return ng_cli_usage_error(error, "--evaluate hides words of its own: no --%s with it",
                                      texts[i]);
    if (ng_args_given(args, "every") && !ng_args_given(args, "evaluate"))
        return ng_cli_usage_error(error, "--every goes with --evaluate");
    if (ng_args_given(args, "interactive") && args->n_rest > 0)
        return ng_cli_usage_error(error, "--interactive takes no texts, they are typed");
    if (cache > 0.0 && ng_model_parts(model) >= NG_MIX_MAX)
        return ng_cli_usage_error(
            error, "--cache: %u models are mixed already, the most there may be", NG_MIX_MAX);
    return TRUE;
}

NgStatus
ng_cmd_complete(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    guint64 k = 5;
    const char *choices = NULL, *cache = NULL;
    gboolean marginals = FALSE, evaluate = FALSE, interactive = FALSE;
    guint64 every = 1;
    NgCompleteOptions wanted = {0};
    const NgOption options[] = {
        NG_COUNT('k', "best", &k, 1, G_MAXUINT32, "K", "How many fillings (5)"),
        NG_TEXT(0, "blank", &wanted.blank, "MARK", "What stands for a missing word (? and _)"),
        NG_TEXT(0, "choices", &choices, "A,B,C", "Words that may fill a blank, and no others"),
        NG_MAYBE(0, "cache", &cache, "WEIGHT",
                 "Lean towards the words of the texts so far (0.05 where no weight is given)"),
        NG_FLAG(0, "interactive", &interactive, "Suggest words as they are typed; Tab takes one"),
        NG_FLAG(0, "marginals", &marginals, "The best words of each blank by itself"),
        NG_FLAG(0, "evaluate", &evaluate,
                "Hide each word of files in turn: how often is it found?"),
        NG_COUNT(0, "every", &every, 1, G_MAXUINT64, "N", "With --evaluate: one word in N (1)"),
        NG_SIZE(0, "memory", &wanted.memory, 1, G_MAXUINT64, "SIZE",
                "For blanks side by side; a beam where it would take more (1G)"),
        NG_FLAG(0, "eos", &wanted.eos, "The text ends here: weigh its end too"),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[TEXT...] | --evaluate [FILE...]",
        .about = "Fills the blanks of texts, or of the lines of standard input.  A text without\n"
                 "a blank goes on after its last word.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_MODEL | NG_SHARED_AUTHOR | NG_SHARED_OUTPUT | NG_SHARED_STRICT |
                  NG_SHARED_THREADS | NG_SHARED_QUIET | NG_SHARED_VERBOSE,
        .most = G_MAXUINT,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;
    size_t voice = 0;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    wanted.k = k;
    wanted.threads = (unsigned)args.threads;
    g_auto(GStrv) words = choices != NULL ? g_strsplit(choices, ",", -1) : NULL;
    wanted.choices = (const char *const *)words;
    if (!read_cache(cache, &wanted.cache, error))
        return NG_STATUS_TROUBLE;
    g_autoptr(NgModel) model = ng_args_open_model(&args, error);
    if (model == NULL || !ng_args_find_voice(&args, model, &voice, error) ||
        !check_options(&args, model, wanted.cache, error))
        return NG_STATUS_TROUBLE;
    const NgHiddenOptions hidden = {every, wanted.cache, wanted.threads};
    if (evaluate)
        return ng_hidden_run(model, voice, &hidden, &args, error) ? NG_STATUS_DONE
                                                                  : NG_STATUS_TROUBLE;
    Run run = {.marginals = marginals, .interactive = interactive, .args = &args};
    return complete(&run, model, voice, &wanted, error) ? NG_STATUS_DONE : NG_STATUS_TROUBLE;
}

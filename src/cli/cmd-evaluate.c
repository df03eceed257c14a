/* ngram evaluate - how well authors, or any labels, are told apart. */
#include "args.h"
#include "cli.h"
#include "evaluate-report.h"
#include "meter.h"
#include "text-options.h"

#include "ngram/evaluate.h"
#include "ngram/model.h"

#include <stdio.h>

enum { MOST_SHOWN = 8 }; /* classes whose confusion is shown unasked for */

/** EvaluateLine: the command line as given. */
typedef struct {
    guint64 folds, first, resamples, order;
    const char *smoothing;
    int authors; /* -1, or the place of its name */
    int method;  /* 1: lambdag */
    gboolean open, confusion, calibration, predictions, trials;
    NgTextOptions text;
} EvaluateLine;

static gboolean
check(const NgArgs *args, const EvaluateLine *line, GError **error)
{
    static const char *const training[] = {"folds",   "order",     "smoothing",
                                           "vocab",   "min-count", "tokens",
                                           "pattern", "case",      "skip-symbols"};
    static const char *const tables[] = {"confusion", "calibration", "predictions", "trials"};
    const gboolean wanted[] = {line->confusion, line->calibration, line->predictions, line->trials};
    const char *before = NULL;

    if (args->models != NULL &&
        !ng_args_refuse(args, training, G_N_ELEMENTS(training),
                        "is for cross-validation; with -m the model is tested as it is", error))
        return FALSE;
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        if (wanted[i] && before != NULL)
            return ng_cli_usage_error(error, "--%s and --%s are two tables; take one", before,
                                      tables[i]);
        before = wanted[i] ? tables[i] : before;
    }
    if (before != NULL && ng_args_given(args, "resamples"))
        return ng_cli_usage_error(error, "--resamples is for intervals, --%s has none", before);
    return TRUE;
}

/* A unit that is named says what a document is, too. */
static NgDocuments
documents_of(const EvaluateLine *line)
{
    static const NgDocuments kinds[] = {NG_DOCUMENTS_SEQUENCES, NG_DOCUMENTS_SEQUENCES,
                                        NG_DOCUMENTS_FILES};

    return line->text.unit >= 0 ? kinds[line->text.unit] : NG_DOCUMENTS_AUTO;
}

static gboolean
apply(const NgArgs *args, const EvaluateLine *line, NgTrainOptions *options, GError **error)
{
    static const NgAuthors authors[] = {NG_AUTHORS_FOLDER, NG_AUTHORS_FILE};

    options->order = (unsigned)line->order;
    options->authors = line->authors >= 0 ? authors[line->authors] : NG_AUTHORS_AUTO;
    options->threads = (unsigned)args->threads;
    options->strict_utf8 = args->strict_utf8;
    if (line->smoothing != NULL &&
        !ng_smoothing_parse(line->smoothing, &options->smooth.method, &options->smooth.add, error))
        return FALSE;
    return ng_text_options_apply(&line->text, options, error);
}

static void
note_unknown(const NgEvaluationCounts *counts)
{
    g_autoptr(GString) list = g_string_new(NULL);
    guint n = 0;

    for (; counts->unknown[n] != NULL; n++)
        if (n < 5)
            g_string_append_printf(list, "%s%s", n > 0 ? ", " : "", counts->unknown[n]);
    if (n > 0)
        ng_cli_note("labels unknown to the model: %s%s: %" G_GUINT64_FORMAT " documents %s",
                    list->str, n > 5 ? ", ..." : "",
                    counts->passed_over > 0 ? counts->passed_over : counts->strangers,
                    counts->passed_over > 0 ? "are passed over (--open tests them, too)"
                                            : "are tested as strangers");
}

static void
note_counts(const NgArgs *args, const NgEvaluation *evaluation)
{
    NgEvaluationCounts counts;

    ng_evaluation_counts(evaluation, &counts);
    note_unknown(&counts);
    if (counts.singles > 0)
        ng_cli_note("labels with a single document, which is learned from and never tested: "
                    "%" G_GUINT64_FORMAT,
                    counts.singles);
    if (counts.empty > 0)
        ng_cli_note("files without a word, which are passed over: %" G_GUINT64_FORMAT,
                    counts.empty);
    if (counts.left_out > 0)
        ng_cli_note("files beside the labels' folders, which are passed over: %" G_GUINT64_FORMAT,
                    counts.left_out);
    ng_cli_note_invalid(counts.invalid);
    if (!args->quiet)
        ng_cli_note("%" G_GUINT64_FORMAT " documents (%s), %zu labels", counts.tested,
                    counts.files ? "files" : "sequences", ng_evaluation_classes(evaluation));
}

static NgEvaluation *
evaluate(const NgArgs *args, const EvaluateLine *line, NgTrainOptions *training, GError **error)
{
    g_auto(NgMeter) meter = ng_meter_new(args);
    NgProgress progress = ng_meter_progress(&meter);
    NgEvaluateOptions options;

    ng_evaluate_options_init(&options);
    options.folds = (unsigned)line->folds;
    options.seed = args->seed;
    options.first = (size_t)line->first;
    options.open = line->open;
    options.documents = documents_of(line);
    if (args->models == NULL)
        return ng_evaluate_folds(ng_args_paths(args), training, &options, &progress, error);
    g_autoptr(NgModel) model = ng_args_open_model(args, error);
    if (model == NULL)
        return NULL;
    if (line->text.unit < 0 || options.documents == NG_DOCUMENTS_FILES)
        training->unit = ng_model_text(model).unit;
    return ng_evaluate_model(model, ng_args_paths(args), training, &options, &progress, error);
}

static gboolean
report(const NgArgs *args, const EvaluateLine *line, const NgEvaluation *evaluation, GError **error)
{
    const NgResampling resampling = {line->resamples, args->seed, (unsigned)args->threads};
    guint64 folds = args->models == NULL ? line->folds : 0;

    if (line->confusion)
        return ng_evaluate_report_confusion(evaluation, args, error);
    if (line->calibration)
        return ng_evaluate_report_calibration(evaluation, args, error);
    if (line->predictions)
        return ng_evaluate_report_predictions(evaluation, args, error);
    if (line->trials)
        return ng_evaluate_report_trials(evaluation, args, error);
    if (!ng_evaluate_report_metrics(evaluation, folds, &resampling, args, error))
        return FALSE;
    if (ng_args_format(args) != NG_FORMAT_TEXT || ng_evaluation_classes(evaluation) > MOST_SHOWN)
        return TRUE;
    putchar('\n');
    return ng_evaluate_report_confusion(evaluation, args, error);
}

/* What --method lambdag has no use for. */
static gboolean
check_lambdag(const NgArgs *args, GError **error)
{
    static const char *const against[] = {"model",       "first",       "open",     "confusion",
                                          "calibration", "predictions", "trials",   "order",
                                          "smoothing",   "vocab",       "min-count"};

    return ng_args_refuse(args, against, G_N_ELEMENTS(against), "does not go with --method lambdag",
                          error);
}

static NgStatus
evaluate_lambdag(const NgArgs *args, const EvaluateLine *line, const NgTrainOptions *reading,
                 GError **error)
{
    g_auto(NgMeter) meter = ng_meter_new(args);
    NgProgress progress = ng_meter_progress(&meter);
    const NgResampling resampling = {line->resamples, args->seed, (unsigned)args->threads};
    NgEvaluateOptions options;
    NgVerifyOptions verify;

    if (!check_lambdag(args, error))
        return NG_STATUS_TROUBLE;
    ng_evaluate_options_init(&options);
    ng_verify_options_init(&verify);
    options.folds = (unsigned)line->folds;
    options.seed = args->seed;
    options.documents = documents_of(line);
    verify.threads = (unsigned)args->threads;
    g_autoptr(NgVerified) verified =
        ng_evaluate_lambdag(ng_args_paths(args), reading, &options, &verify, &progress, error);
    if (verified == NULL)
        return NG_STATUS_TROUBLE;
    ng_meter_clear(&meter);
    if (!args->quiet)
        ng_cli_note("%u trials, %u documents", verified->llr->len, verified->stratum->len);
    return ng_evaluate_report_verified(verified, &resampling, args, error) ? NG_STATUS_DONE
                                                                           : NG_STATUS_TROUBLE;
}

static const char examples[] =
    "  ngram evaluate reviews/                     each folder in reviews/ is an author; 5 folds\n"
    "  ngram evaluate --authors file --first 500 critics/\n"
    "                                              the first 500 characters of each line\n"
    "  ngram evaluate -m critics.ngram test/       that model, on other texts\n"
    "  ngram evaluate --seed 1 --predictions a/ >p a row a document\n";

NgStatus
ng_cmd_evaluate(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    EvaluateLine line = {
        .folds = 5, .resamples = 1000, .order = 3, .authors = -1, .text = NG_TEXT_OPTIONS_NONE};
    const NgOption options[] = {
        NG_COUNT(0, "folds", &line.folds, 2, 1000, "K",
                 "Train on all parts but one, test on that one, in turn (5)"),
        NG_COUNT(0, "first", &line.first, 1, G_MAXINT64, "N",
                 "Test the first N characters of each document alone"),
        NG_CHOICE(0, "method", &line.method, "model|lambdag",
                  "What is evaluated: attribution (the default), or verification by LambdaG"),
        NG_FLAG(0, "open", &line.open,
                "Test, too, texts by nobody known: labels left out whole, or not in the model"),
        NG_COUNT(0, "resamples", &line.resamples, 0, 1000000, "N",
                 "Bootstrap samples for the 95 % intervals (1000); 0 for no intervals"),
        NG_FLAG(0, "confusion", &line.confusion, "Count what was taken for what, no figures"),
        NG_FLAG(0, "calibration", &line.calibration, "How often probabilities came true, in bins"),
        NG_FLAG(0, "predictions", &line.predictions, "A row a document: label, answer, odds, fold"),
        NG_FLAG(0, "trials", &line.trials, "A row for each document and author: is it the same?"),
        NG_CHOICE(0, "authors", &line.authors, "folder|file",
                  "A label is a subfolder (where PATH is one folder that has some), or a file"),
        NG_COUNT(0, "order", &line.order, 1, NG_ORDER_MAX, "N", "Words of the longest n-grams (3)"),
        NG_TEXT(0, "smoothing", &line.smoothing, "mkn|kn|wb|abs|add:K|mle",
                "How counts become probabilities (mkn), as in training"),
        NG_FILE(0, "vocab", &line.text.vocab, "FILE", "Words not in this list become <unk>"),
        NG_COUNT(0, "min-count", &line.text.min_count, 1, G_MAXUINT32, "K",
                 "Words rarer than this become <unk>"),
        NG_TEXT_OPTIONS_CUT(&line.text),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[PATH...]",
        .about = "Tells how well authors, or any labels, are told apart: by cross-validation, or "
                 "with -m by testing a model.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_MODEL | NG_SHARED_OUTPUT | NG_SHARED_SEED | NG_SHARED_THREADS |
                  NG_SHARED_STRICT | NG_SHARED_QUIET | NG_SHARED_VERBOSE,
        .most = G_MAXUINT,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;
    NgTrainOptions training;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    ng_train_options_init(&training);
    if (!check(&args, &line, error) || !apply(&args, &line, &training, error))
        return NG_STATUS_TROUBLE;
    if (args.verbose)
        ng_cli_note("seed %" G_GUINT64_FORMAT, args.seed);
    if (line.method == 1)
        return evaluate_lambdag(&args, &line, &training, error);
    g_autoptr(NgEvaluation) evaluation = evaluate(&args, &line, &training, error);
    if (evaluation == NULL)
        return NG_STATUS_TROUBLE;
    note_counts(&args, evaluation);
    return report(&args, &line, evaluation, error) ? NG_STATUS_DONE : NG_STATUS_TROUBLE;
}

/* ngram train - learn a model from text. */
#include "args.h"
#include "cli.h"
#include "meter.h"
#include "pack.h"
#include "prune-options.h"
#include "text-options.h"
#include "train-report.h"

#include "ngram/arpa.h"
#include "ngram/train.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

enum { TOKENS_SPACE = 1 }; /* its place among the choices of --tokens */

/** TrainLine: the command line as given. */
typedef struct {
    const char *output;
    gboolean arpa, no_attribution, open, keep_text;
    guint64 order;
    const char *smoothing, *discount, *prune, *counts;
    int authors; /* -1, or the place of its name */
    int compat;  /* -1, or 0: lmplz */
    NgTextOptions text;
    NgPruneLine prune_entropy;
    NgPackOptions pack;
} TrainLine;

/* lmplz has one way with text and one estimator: what says otherwise is refused. */
static gboolean
apply_compat(const NgArgs *args, TrainLine *line, NgTrainOptions *options, GError **error)
{
    static const char *const against[] = {"pattern",       "discount",    "vocab",   "min-count",
                                          "prune-entropy", "target-size", "quantize"};

    if (!ng_args_refuse(args, against, G_N_ELEMENTS(against), "does not go with --compat lmplz",
                        error))
        return FALSE;
    if (line->text.tokens >= 0 && line->text.tokens != TOKENS_SPACE)
        return ng_cli_usage_error(error, "--compat lmplz cuts text by --tokens space alone");
    if (line->text.fold == 1)
        return ng_cli_usage_error(error, "--compat lmplz keeps case");
    if (line->text.unit > 0)
        return ng_cli_usage_error(error, "--compat lmplz takes a line as a sequence");
    if (line->smoothing != NULL && !g_str_equal(line->smoothing, "mkn"))
        return ng_cli_usage_error(error, "--compat lmplz smoothes by mkn, not %s", line->smoothing);
    line->text.tokens = TOKENS_SPACE;
    options->smooth.lmplz = TRUE;
    options->stable_ids = TRUE;
    return TRUE;
}

static gboolean
apply_discount(const char *text, NgSmoothOptions *smooth, GError **error)
{
    double d[3] = {0};
    guint n;

    if (!ng_args_numbers("discount", text, d, 3, &n, error))
        return FALSE;
    if (n != 3)
        return ng_cli_usage_error(error, "--discount: three numbers wanted, as in 0.5,1,1.5");
    for (guint i = 0; i < 3; i++) {
        if (!(d[i] >= 0 && d[i] <= i + 1.0))
            return ng_cli_usage_error(error, "--discount: D%u = %g is not between 0 and %u", i + 1,
                                      d[i], i + 1);
        smooth->discount[i] = (float)d[i];
    }
    smooth->fixed = TRUE;
    return TRUE;
}

/* One bound an order; the last holds for all that follow. */
static gboolean
apply_prune(const char *text, unsigned order, NgSmoothOptions *smooth, GError **error)
{
    double bound[NG_ORDER_MAX] = {0};
    guint n;

    if (!ng_args_numbers("prune", text, bound, order, &n, error))
        return FALSE;
    for (guint i = 0; i < NG_ORDER_MAX; i++) {
        double x = bound[MIN(i, n - 1)];
        if (!(x >= 0 && x < 0x1p53) || trunc(x) != x)
            return ng_cli_usage_error(error, "--prune: %g is not a count", x);
        if (i > 0 && (guint64)x < smooth->prune[i - 1])
            return ng_cli_usage_error(error,
                                      "--prune: '%s' falls; the bound of an order is at "
                                      "least that of the order below",
                                      text);
        smooth->prune[i] = (guint64)x;
    }
    return TRUE;
}

static gboolean
apply_authors(const NgArgs *args, const TrainLine *line, NgTrainOptions *options, GError **error)
{
    static const NgAuthors authors[] = {NG_AUTHORS_FOLDER, NG_AUTHORS_FILE, NG_AUTHORS_NONE};
    static const char *const counted[] = {"vocab", "min-count"};
    static const char *const read[] = {"skip-symbols", "strict-utf8"};

    options->authors = line->authors >= 0 ? authors[line->authors] : NG_AUTHORS_AUTO;
    if (line->arpa || line->counts != NULL) {
        if (line->authors >= 0 && options->authors != NG_AUTHORS_NONE)
            return ng_cli_usage_error(error, line->arpa
                                                 ? "--authors: ARPA text holds one voice alone"
                                                 : "--authors: a file of counts knows none");
        options->whole_only = TRUE;
    }
    if (line->open &&
        (line->no_attribution || options->whole_only || options->authors == NG_AUTHORS_NONE))
        return ng_cli_usage_error(error, "--open: no authors are told apart here");
    if (line->counts == NULL)
        return TRUE;
    if (!ng_args_refuse(args, counted, G_N_ELEMENTS(counted),
                        "does not go with --counts: the words are counted already (--prune K,... "
                        "drops rare ones)",
                        error) ||
        !ng_args_refuse(args, read, G_N_ELEMENTS(read),
                        "does not go with --counts: the text was read already", error))
        return FALSE;
    if (args->n_rest > 0)
        return ng_cli_usage_error(error, "--counts %s takes the place of text, but '%s' is named",
                                  line->counts, args->rest[0]);
    return TRUE;
}

/* Turns the command line into options of the library. */
static gboolean
apply(const NgArgs *args, TrainLine *line, NgTrainOptions *options, GError **error)
{
    NgSmoothOptions *smooth = &options->smooth;

    options->order = (unsigned)line->order;
    if (line->smoothing != NULL &&
        !ng_smoothing_parse(line->smoothing, &smooth->method, &smooth->add, error))
        return FALSE;
    if (line->discount != NULL && smooth->method != NG_SMOOTHING_MKN)
        return ng_cli_usage_error(error, "--discount goes with --smoothing mkn alone");
    if (line->discount != NULL && !apply_discount(line->discount, smooth, error))
        return FALSE;
    if (line->prune != NULL && !apply_prune(line->prune, options->order, smooth, error))
        return FALSE;
    if (line->compat >= 0 && !apply_compat(args, line, options, error))
        return FALSE;
    if (!ng_text_options_apply(&line->text, options, error) ||
        !apply_authors(args, line, options, error))
        return FALSE;
    options->stable_ids = options->stable_ids || line->arpa;
    options->counts = line->counts;
    options->attribution = !line->no_attribution;
    options->open = line->open;
    options->keep_text = line->keep_text;
    if (line->keep_text && (line->arpa || line->counts != NULL))
        return ng_cli_usage_error(error, line->arpa ? "--keep-text: ARPA text has no room for it"
                                                    : "--keep-text: counts are no text");
    options->threads = (unsigned)args->threads;
    options->strict_utf8 = args->strict_utf8;
    return TRUE;
}

/* Where the model goes; a terminal can show ARPA, but not a model file. */
static gboolean
choose_output(TrainLine *line, GError **error)
{
    if (line->output == NULL)
        line->output = line->arpa ? "model.arpa" : "model.ngram";
    if (line->arpa || !g_str_equal(line->output, "-"))
        return TRUE;
    if (isatty(STDOUT_FILENO) == 1)
        return ng_cli_usage_error(error, "a model file is nothing for a terminal: name one with "
                                         "-o FILE, or take --arpa");
    return TRUE;
}

static gboolean
train(const NgArgs *args, const TrainLine *line, const NgTrainOptions *options, GError **error)
{
    gint64 begun = g_get_monotonic_time();
    g_auto(NgMeter) meter = ng_meter_new(args);
    NgProgress progress = ng_meter_progress(&meter);
    const char *const *paths = line->counts != NULL ? NULL : ng_args_paths(args);

    g_autoptr(NgModel) model = ng_train(paths, options, &progress, error);
    ng_meter_clear(&meter);
    if (model != NULL)
        model = ng_prune_line_apply(&line->prune_entropy, args, model, error);
    if (model == NULL)
        return FALSE;
    g_autoptr(NgModel) packed = ng_pack(model, &line->pack, args->quiet, error);
    if (packed == NULL)
        return FALSE;
    if (line->arpa ? !ng_arpa_write(model, 0, line->output, error)
                   : !ng_model_save(packed, line->output, error))
        return FALSE;
    ng_train_report(args, model, (double)(g_get_monotonic_time() - begun) / 1e6);
    guint64 disk = ng_store_disk_peak(options->store);
    if (disk > 0 && !args->quiet) {
        g_autofree char *size = g_format_size(disk);
        ng_cli_note("temporary files: %s at most", size);
    }
    if (args->verbose)
        ng_cli_note("wrote %s", g_str_equal(line->output, "-") ? "standard output" : line->output);
    return TRUE;
}

static const char examples[] =
    "  ngram train -o critics.ngram reviews/       each folder in reviews/ is an author\n"
    "  zcat log.gz | ngram train -o log.ngram      from standard input\n"
    "  ngram train --order 5 --prune 0,0,1 big.txt pruned; to model.ngram\n"
    "  ngram train --target-size 100M big.txt      the best hundred megabytes of it\n"
    "  ngram train --compact big.txt               in a sixth of the space\n"
    "  ngram train --arpa -o - --compat lmplz a.txt as KenLM's lmplz writes it\n";

NgStatus
ng_cmd_train(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    TrainLine line = {.order = 3,
                      .authors = -1,
                      .compat = -1,
                      .text = NG_TEXT_OPTIONS_NONE,
                      .prune_entropy = NG_PRUNE_LINE_NONE};
    const NgOption options[] = {
        NG_FILE('o', "output", &line.output, "FILE", "Where the model goes (model.ngram)"),
        NG_FLAG(0, "arpa", &line.arpa, "Write ARPA text (to model.arpa), not a model file"),
        NG_COUNT(0, "order", &line.order, 1, NG_ORDER_MAX, "N", "Words of the longest n-grams (3)"),
        NG_TEXT(0, "smoothing", &line.smoothing, "mkn|kn|wb|abs|add:K|mle",
                "How counts become probabilities (mkn: modified Kneser-Ney); K is above 0 and at "
                "most 1e9"),
        NG_TEXT(0, "discount", &line.discount, "D1,D2,D3",
                "Discounts of mkn for every order, in place of the closed form"),
        NG_CHOICE(0, "authors", &line.authors, "folder|file|none",
                  "Learn a voice for each subfolder (where PATH is one folder that has some), or "
                  "for each file"),
        NG_FLAG(0, "no-attribution", &line.no_attribution,
                "Learn no more of the authors than their voices"),
        NG_FLAG(0, "open", &line.open,
                "Texts may be by none of the authors: score says so of its own accord"),
        NG_FLAG(0, "keep-text", &line.keep_text,
                "Keep the text in the model, so that generate knows what is copied from it"),
        NG_TEXT(0, "prune", &line.prune, "0,0,1",
                "Drop n-grams counted up to this, an order each; the last one holds on"),
        NG_PRUNE_OPTIONS_TABLE(&line.prune_entropy),
        NG_FILE(0, "vocab", &line.text.vocab, "FILE", "Words not in this list become <unk>"),
        NG_COUNT(0, "min-count", &line.text.min_count, 1, G_MAXUINT32, "K",
                 "Words rarer than this become <unk>"),
        NG_TEXT_OPTIONS_TABLE(&line.text),
        NG_FILE(0, "counts", &line.counts, "FILE", "Learn from counts of 'ngram count', not text"),
        NG_PACK_OPTIONS_TABLE(&line.pack),
        NG_CHOICE(0, "compat", &line.compat, "lmplz", "Exactly what KenLM's lmplz does"),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[PATH...]",
        .about = "Learns a model from texts: files, folders, or standard input.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_THREADS | NG_SHARED_STRICT | NG_SHARED_QUIET | NG_SHARED_VERBOSE,
        .most = G_MAXUINT,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;
    NgTrainOptions train_options;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    ng_train_options_init(&train_options);
    g_autoptr(NgStore) store = ng_text_options_store(&line.text);
    train_options.store = store;
    if (!apply(&args, &line, &train_options, error) || !choose_output(&line, error) ||
        !ng_prune_line_check(&line.prune_entropy, line.arpa, error) ||
        !ng_pack_options_check(&line.pack, line.arpa, line.prune_entropy.target, error) ||
        !train(&args, &line, &train_options, error))
        return NG_STATUS_TROUBLE;
    return NG_STATUS_DONE;
}

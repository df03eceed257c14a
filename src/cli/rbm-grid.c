/* ngram rbm grid - pixels that depend on their neighbours: learnt, scored, drawn and mended. */
#include "rbm-grid.h"
#include "suggest.h"
#include "writer.h"

#include "ngram/error.h"

#include <math.h>

static gboolean
train(const NgGridLine *line, const NgArgs *args, GError **error)
{
    NgDatasetRead read = {.limit = line->data.limit, .seed = args->seed};
    NgGridTraining how = {.diagonals = line->diagonals, .places = line->places, .ridge = 1e-4};
    const char *const *paths = ng_args_paths(args);
    double loss = 0.0;
    guint n = 1;

    if (line->sheet.path == NULL)
        return ng_cli_usage_error(error, "train wants -o FILE, where the network goes");
    if (line->ridge != NULL && !ng_args_numbers("ridge", line->ridge, &how.ridge, 1, &n, error))
        return FALSE;
    if (n != 1 || !(how.ridge > 0.0))
        return ng_cli_usage_error(error, "--ridge is above 0");
    read.binarise = (NgBinarise)line->data.binarise;
    if (line->data.threshold != NULL) {
        read.binarise = NG_BINARISE_THRESHOLD;
        if (!ng_args_numbers("threshold", line->data.threshold, &read.threshold, 1, &n, error))
            return FALSE;
        if (n != 1 || !(read.threshold > 0.0))
            return ng_cli_usage_error(error, "--threshold is above 0");
    }
    g_autoptr(NgDataset) data =
        ng_dataset_read(paths, g_strv_length((char **)(guintptr)paths), &read, error);
    if (data == NULL)
        return FALSE;
    g_autoptr(NgGrid) grid = ng_grid_train(data, &how, &loss, error);
    if (grid == NULL) {
        g_prefix_error(error, "%s: ", paths[0]);
        return FALSE;
    }
    if (!args->quiet)
        ng_cli_note(
            "%zu pictures of %u x %u pixels: %.4f nats a picture by pseudo-likelihood, with "
            "the penalty; right %.4g, down %.4g, fall %.4g, rise %.4g",
            ng_dataset_rows(data), grid->width, grid->height, -loss, grid->right, grid->down,
            grid->fall, grid->rise);
    return ng_grid_write(grid, line->sheet.path, error);
}

static const NgColumn columns[] = {
    {"name", NG_CELL_TEXT},
    {"score", NG_CELL_DOUBLE},
    {"loglik", NG_CELL_DOUBLE},
    {"pseudo", NG_CELL_DOUBLE},
};

static const NgColumn summary_columns[] = {
    {"rows", NG_CELL_COUNT},
    {"loglik", NG_CELL_DOUBLE},
    {"pseudo", NG_CELL_DOUBLE},
    {"logz", NG_CELL_DOUBLE},
};

/* log Z where it can be summed, else NaN, and a note that says so. */
static double
log_z_of(const NgGrid *grid, const NgArgs *args)
{
    g_autoptr(GError) trouble = NULL;
    double log_z = NAN;

    if (!ng_grid_log_z(grid, &log_z, &trouble) && !args->quiet)
        ng_cli_note("no log-likelihood: %s", trouble->message);
    return log_z;
}

static gboolean
score(const NgGrid *grid, const NgGridLine *line, const NgArgs *args, GError **error)
{
    g_autoptr(NgRbm) shape = ng_grid_shape(grid);
    g_autoptr(NgDataset) rows =
        ng_rbm_read_rows(shape, &line->data, ng_args_paths(args), args, error);
    if (rows == NULL)
        return FALSE;
    size_t n = ng_dataset_rows(rows), size = (size_t)grid->width * grid->height;
    double log_z = log_z_of(grid, args), all = 0.0, all_pseudo = 0.0;
    g_autofree float *v = ng_rbm_all_rows(shape, rows);
    g_autofree guint8 *x = g_new(guint8, size);
    g_autoptr(NgWriter) writer =
        line->summary ? ng_writer_new(summary_columns, G_N_ELEMENTS(summary_columns), args)
                      : ng_writer_new(columns, G_N_ELEMENTS(columns), args);
    for (size_t r = 0; r < n; r++) {
        for (size_t i = 0; i < size; i++)
            x[i] = v[r * size + i] >= 0.5F;
        double s = ng_grid_score(grid, x), pseudo = ng_grid_log_pseudo(grid, x);
        all += (s - log_z) / (double)n;
        all_pseudo += pseudo / (double)n;
        if (line->summary)
            continue;
        g_autofree char *name = ng_rbm_row_name(rows, r);
        ng_writer_text(writer, name, -1);
        ng_writer_double(writer, s);
        ng_writer_double(writer, s - log_z);
        ng_writer_double(writer, pseudo);
        if (!ng_writer_end_row(writer, error))
            return FALSE;
    }
    if (line->summary) {
        ng_writer_count(writer, n);
        ng_writer_double(writer, all);
        ng_writer_double(writer, all_pseudo);
        ng_writer_double(writer, log_z);
        if (!ng_writer_end_row(writer, error))
            return FALSE;
    }
    return ng_writer_flush(writer, error);
}

/** Action: the first argument, and the options that only some of them have. */
typedef struct {
    const char *name;
    gboolean (*run)(const NgGrid *, const NgGridLine *, const NgArgs *, GError **);
    const char *options[13];
} Action;

static const Action actions[] = {
    {"train",
     NULL,
     {"output", "diagonals", "places", "ridge", "limit", "binarise", "threshold", NULL}},
    {"score", score, {"model", "summary", "limit", "binarise", "threshold", NULL}},
    {"sample", ng_grid_sample, {"model", "output", "columns", "scale", "number", "burn-in", NULL}},
    {"denoise",
     ng_grid_denoise,
     {"model", "output", "columns", "scale", "flip", "method", "burn-in", "sweeps", "means",
      "limit", "binarise", "threshold", NULL}},
    {"complete",
     ng_grid_complete,
     {"model", "output", "columns", "scale", "hide", "method", "burn-in", "sweeps", "means",
      "limit", "binarise", "threshold", NULL}},
};

static const Action *
find_action(const NgArgs *args, GError **error)
{
    static const char *const all[] = {"model",  "output",   "columns",  "scale",  "diagonals",
                                      "places", "ridge",    "summary",  "number", "flip",
                                      "hide",   "method",   "burn-in",  "sweeps", "means",
                                      "limit",  "binarise", "threshold"};
    const char *names[G_N_ELEMENTS(actions)];
    const Action *action = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(actions); i++) {
        names[i] = actions[i].name;
        if (g_str_equal(args->rest[0], actions[i].name))
            action = &actions[i];
    }
    if (action == NULL) {
        const char *near = ng_suggest(args->rest[0], names, G_N_ELEMENTS(names));
        ng_cli_usage_error(
            error, "no action '%s': train, score, sample, denoise and complete are%s%s",
            args->rest[0], near != NULL ? "; did you mean " : "", near != NULL ? near : "");
        return NULL;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
        if (ng_args_given(args, all[i]) && !g_strv_contains(action->options, all[i])) {
            ng_cli_usage_error(error, "--%s is not for %s", all[i], action->name);
            return NULL;
        }
    return action;
}

/* Takes the action away from the arguments: what is left are files. */
static void
shift(NgArgs *args)
{
    g_free(args->rest[0]);
    for (size_t i = 0; i < args->n_rest; i++)
        args->rest[i] = args->rest[i + 1];
    args->n_rest--;
}

static gboolean
act(const Action *action, const NgGridLine *line, const NgArgs *args, GError **error)
{
    if (action->run == NULL)
        return train(line, args, error);
    if (action->run == ng_grid_sample && args->n_rest > 0)
        return ng_cli_usage_error(error, "sample reads no files");
    if (line->means && line->method == 2)
        return ng_cli_usage_error(error, "--means is for the method mean");
    if (line->model == NULL)
        return ng_cli_usage_error(error, "%s wants -m FILE, a network that train wrote",
                                  action->name);
    g_autoptr(NgGrid) grid = ng_grid_read(line->model, error);
    return grid != NULL && action->run(grid, line, args, error);
}

static const char examples[] =
    "  ngram rbm grid train -o digits.grid --diagonals --places --threshold 0.5 train-images.gz\n"
    "  ngram rbm grid score -m digits.grid --summary --threshold 0.5 test-images.gz\n"
    "  ngram rbm grid sample -m digits.grid -n 25 -o drawn.png\n"
    "  ngram rbm grid denoise -m digits.grid --flip 0.1 -o clean.png noisy.pbm\n"
    "  ngram rbm grid complete -m digits.grid --hide 0,14,28,14 -o whole.png --threshold 0.5 \\\n"
    "      --limit 9 test-images.gz                              the lower half\n";

NgStatus
ng_rbm_grid(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    NgGridLine line = {.number = 1, .burn_in = 200, .sweeps = 500, .data = NG_RBM_DATA_LINE_NONE};
    const NgOption options[] = {
        NG_FILE('m', "model", &line.model, "FILE", "The network"),
        NG_RBM_SHEET_TABLE(&line.sheet),
        NG_FLAG(0, "diagonals", &line.diagonals, "train: couplings along the diagonals too"),
        NG_FLAG(0, "places", &line.places, "train: a bias for each pixel, not one for all"),
        NG_TEXT(0, "ridge", &line.ridge, "R", "train: r in the penalty r/2 |parameters|^2 (1e-4)"),
        NG_FLAG(0, "summary", &line.summary, "score: one row, the means over all pictures"),
        NG_COUNT('n', "number", &line.number, 1, 1000000, "N", "sample: how many pictures (1)"),
        NG_TEXT(0, "flip", &line.flip, "P", "denoise: the chance that a pixel was flipped (0.1)"),
        NG_TEXT(0, "hide", &line.hide, "X,Y,W,H",
                "complete: hide a rectangle of whole pictures, from the top left"),
        NG_CHOICE(
            0, "method", &line.method, "auto|mean|icm",
            "denoise, complete: each pixel's likelier value, by sampling (mean), or a picture "
            "that no pixel makes better (icm)"),
        NG_FLAG(0, "means", &line.means, "denoise, complete: the means of pixels, as grey"),
        NG_COUNT(0, "burn-in", &line.burn_in, 0, G_MAXINT64, "N",
                 "Sweeps that are thrown away (200)"),
        NG_COUNT(0, "sweeps", &line.sweeps, 1, G_MAXINT64, "N", "Sweeps that count (500)"),
        NG_COUNT(0, "limit", &line.data.limit, 1, G_MAXINT64, "N", "The first N pictures"),
        NG_CHOICE(0, "binarise", &line.data.binarise, "none|threshold|stochastic",
                  "How grey becomes 0 and 1 (none: grey is an error)"),
        NG_TEXT(0, "threshold", &line.data.threshold, "X", "1 from X on, where white is 1 (0.5)"),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "train|score|sample|denoise|complete [FILE...]",
        .about = "A network of pixels of 0 and 1, each of which depends on its neighbours: learns "
                 "it by\npseudo-likelihood, scores pictures (exactly where the shorter side has at "
                 "most 24\npixels), draws them, takes noise away, and fills in what is missing.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_OUTPUT | NG_SHARED_SEED | NG_SHARED_THREADS | NG_SHARED_QUIET |
                  NG_SHARED_VERBOSE,
        .least = 1,
        .most = G_MAXUINT,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    const Action *action = find_action(&args, error);
    if (action == NULL)
        return NG_STATUS_TROUBLE;
    shift(&args);
    if (args.verbose)
        ng_cli_note("seed %" G_GUINT64_FORMAT, args.seed);
    return act(action, &line, &args, error) ? NG_STATUS_DONE : NG_STATUS_TROUBLE;
}

/* ngram rbm encode - rows as what the hidden units make of them. */
#include "rbm-data.h"

#include "ngram/dataset-write.h"
#include "ngram/rbm-labels.h"

typedef struct {
    const char *model, *output;
    gboolean binary, draw;
    NgRbmDataLine data;
} EncodeLine;

/* A file of codes, by the ending of its name. */
static gboolean
save(const char *path, NgDatasetFormat format, const float *h, gsize n, gsize H, GError **error)
{
    g_autoptr(NgDataset) codes = ng_dataset_new(NG_STORAGE_FLOATS, (guint)H, 1.0F);

    for (gsize r = 0; r < n; r++)
        ng_dataset_add_floats(codes, h + r * H);
    return ng_dataset_write(codes, path, format, error);
}

static gboolean
run(const EncodeLine *line, const NgArgs *args, GError **error)
{
    g_autoptr(NgRbm) rbm = ng_rbm_open_machine(line->model, error);
    NgDatasetFormat format = NG_DATASET_CSV;
    if (rbm == NULL)
        return FALSE;
    if (line->output != NULL && (!ng_dataset_format_from_path(line->output, &format) ||
                                 (format != NG_DATASET_CSV && format != NG_DATASET_NPY)))
        return ng_cli_usage_error(error, "%s: codes go to a .csv or .npy file", line->output);
    g_autoptr(NgDataset) rows =
        ng_rbm_read_rows(rbm, &line->data, ng_args_paths(args), args, error);
    if (rows == NULL)
        return FALSE;
    const gsize n = ng_dataset_rows(rows), H = ng_rbm_hidden(rbm);
    g_autofree float *v = ng_rbm_all_rows(rbm, rows);
    g_autofree float *h = g_new(float, n *H);
    const NgGibbs step = {.beta = 1.0, .noise.seed = args->seed};

    if (args->verbose && line->draw)
        ng_cli_note("seed %" G_GUINT64_FORMAT, args->seed);
    if (line->draw) {
        ng_rbm_draw_labels(rbm, &step.noise, v, n);
        ng_rbm_draw_hidden(rbm, &step, v, n, h);
    } else {
        ng_rbm_codes(rbm, v, n, h);
    }
    for (gsize i = 0; line->binary && i < n * H; i++)
        h[i] = h[i] > 0.5F ? 1.0F : 0.0F;
    if (line->output != NULL)
        return save(line->output, format, h, n, H, error);
    return ng_rbm_print_codes(h, n, H, args, error);
}

static const char examples[] =
    "  ngram rbm encode -m digits.rbm --threshold 0.5 t10k-images.gz > codes.csv\n"
    "  ngram rbm encode -m digits.rbm --threshold 0.5 -o codes.npy t10k-images.gz\n"
    "  ngram rbm encode -m digits.rbm --binary seven.png\n";

NgStatus
ng_rbm_encode(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    EncodeLine line = {.data = NG_RBM_DATA_LINE_NONE};
    const NgOption options[] = {
        NG_RBM_MODEL(&line.model),
        NG_FLAG(0, "binary", &line.binary, "The likeliest hidden units, 0 and 1"),
        NG_FLAG(0, "draw", &line.draw, "Hidden units drawn from P(h | v), 0 and 1"),
        NG_FILE('o', "output", &line.output, "FILE", "A file of codes (.csv, .npy)"),
        NG_FILE(0, "labels", &line.data.labels, "FILE",
                "The rows' labels, of a machine with labels (else summed over)"),
        NG_RBM_DATA_TABLE(&line.data),
        NG_RBM_GREY(&line.data),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[FILE...]",
        .about = "Prints P(h = 1 | v), a line for each row: what the hidden units make of it.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_OUTPUT | NG_SHARED_SEED | NG_SHARED_STRICT | NG_SHARED_QUIET |
                  NG_SHARED_VERBOSE,
        .most = G_MAXUINT,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    if (line.binary && line.draw) {
        ng_cli_usage_error(error, "--binary or --draw, not both");
        return NG_STATUS_TROUBLE;
    }
    return run(&line, &args, error) ? NG_STATUS_DONE : NG_STATUS_TROUBLE;
}

/* ngram rbm reconstruct - rows as a Boltzmann machine would have them. */
#include "rbm-data.h"

#include "ngram/gibbs.h"

#include <math.h>
#include <string.h>

enum { NOISE = 0x6e6f6973 }; /* the epoch of the bits that are flipped */

typedef struct {
    const char *model, *noise;
    guint64 steps;
    gboolean bits, side;
    NgRbmSheet sheet;
    NgRbmDataLine data;
} ReconstructLine;

/* Flips each 0 and 1 of binary units with probability p. */
static gboolean
flip(const NgRbm *rbm, float *v, gsize rows, double p, guint64 seed, GError **error)
{
    const gsize D = ng_rbm_visible(rbm);
    const NgNoise noise = {.seed = seed, .epoch = NOISE};
    g_autofree float *u = g_new(float, D);

    if (!ng_rbm_is_binary(rbm))
        return ng_cli_usage_error(error, "--noise flips bits; the machine has other units");
    for (gsize r = 0; r < rows; r++) {
        ng_noise_fill(&noise, 0, (guint32)r, u, D);
        for (gsize i = 0; i < D; i++)
            if ((double)u[i] < p)
                v[r * D + i] = 1.0F - v[r * D + i];
    }
    return TRUE;
}

/* E(v | h) with h = P(h | v), over and over: what the means settle at. */
static void
settle(const NgRbm *rbm, float *v, gsize rows, guint64 steps)
{
    const gsize D = ng_rbm_visible(rbm);
    g_autofree float *h = g_new(float, rows *ng_rbm_hidden(rbm));
    g_autofree float *length = g_new0(float, rows);

    for (gsize r = 0; r < rows; r++)
        for (gsize i = 0; i < D; i++)
            length[r] += v[r * D + i];
    for (guint64 s = 0; s < steps; s++) {
        ng_rbm_hidden_mean(rbm, v, rows, h);
        ng_rbm_visible_mean(rbm, h, rows, length, v);
    }
}

/* Share of values that are wrong once they are rounded. */
static double
share_wrong(const float *v, const float *truth, gsize n)
{
    gsize wrong = 0;

    for (gsize i = 0; i < n; i++)
        wrong += (v[i] > 0.5F) != (truth[i] > 0.5F);
    return (double)wrong / (double)n;
}

/* Original, noisy and reconstructed rows by turns. */
static float *
weave(const float *const row[], gsize kinds, gsize rows, gsize D)
{
    float *out = g_new(float, kinds *rows *D);

    for (gsize r = 0; r < rows; r++)
        for (gsize k = 0; k < kinds; k++)
            memcpy(out + (r * kinds + k) * D, row[k] + r * D, D * sizeof *out);
    return out;
}

static gboolean
show(const ReconstructLine *line, NgRbm *rbm, const float *const row[], gsize rows,
     const NgArgs *args, GError **error)
{
    const gsize first = line->noise != NULL ? 0 : 1, kinds = 3 - first;
    NgRbmSheet sheet = line->sheet;

    if (!line->side)
        return ng_rbm_show_rows(rbm, &sheet, row[2], rows, args, error);
    if (sheet.columns == 0)
        sheet.columns = kinds * MAX(1, (guint64)sqrt((double)rows / (double)kinds));
    g_autofree float *all = weave(row + first, kinds, rows, ng_rbm_visible(rbm));
    return ng_rbm_show_rows(rbm, &sheet, all, kinds * rows, args, error);
}

static gboolean
run(const ReconstructLine *line, const NgArgs *args, GError **error)
{
    g_autoptr(NgRbm) rbm = ng_rbm_open_machine(line->model, error);
    double p = 0.0;
    guint n_numbers = 0;

    if (rbm == NULL || !ng_rbm_check_sheet(rbm, &line->sheet, error))
        return FALSE;
    if (line->noise != NULL) {
        if (!ng_args_numbers("noise", line->noise, &p, 1, &n_numbers, error))
            return FALSE;
        if (!(p >= 0.0 && p <= 1.0))
            return ng_cli_usage_error(error, "--noise is a probability, 0 to 1");
    }
    g_autoptr(NgDataset) rows =
        ng_rbm_read_rows(rbm, &line->data, ng_args_paths(args), args, error);
    if (rows == NULL)
        return FALSE;
    const gsize n = ng_dataset_rows(rows), all = n * ng_rbm_visible(rbm);
    g_autofree float *truth = ng_rbm_all_rows(rbm, rows);
    g_autofree float *noisy = g_memdup2(truth, all * sizeof *truth);
    if (line->noise != NULL && !flip(rbm, noisy, n, p, args->seed, error))
        return FALSE;
    g_autofree float *out = g_memdup2(noisy, all * sizeof *noisy);
    settle(rbm, out, n, line->steps);
    for (gsize i = 0; line->bits && i < all; i++)
        out[i] = out[i] > 0.5F ? 1.0F : 0.0F;
    if (ng_rbm_is_binary(rbm) && !args->quiet)
        ng_cli_note("values that differ from the rows given: %.3f %% before, %.3f %% after",
                    100.0 * share_wrong(noisy, truth, all), 100.0 * share_wrong(out, truth, all));
    return show(line, rbm, (const float *const[]){truth, noisy, out}, n, args, error);
}

static const char examples[] =
    "  ngram rbm reconstruct -m digits.rbm --threshold 0.5 --limit 20 --noise 0.1 --side \\\n"
    "      -o denoised.png t10k-images.gz\n"
    "  ngram rbm reconstruct -m bars.rbm --bits noisy.csv > clean.csv\n";

NgStatus
ng_rbm_reconstruct(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    ReconstructLine line = {.steps = 1, .data = NG_RBM_DATA_LINE_NONE};
    const NgOption options[] = {
        NG_RBM_MODEL(&line.model),
        NG_COUNT(0, "steps", &line.steps, 1, 1000000, "N", "How often means go to and fro (1)"),
        NG_TEXT(0, "noise", &line.noise, "P", "Flip bits with this probability first"),
        NG_FLAG(0, "bits", &line.bits, "0 and 1, not probabilities"),
        NG_FLAG(0, "side", &line.side, "Rows given, with noise and reconstructed, side by side"),
        NG_RBM_SHEET_TABLE(&line.sheet),
        NG_RBM_DATA_TABLE(&line.data),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[FILE...]",
        .about = "Prints rows as the hidden units, given the rows, would have them: E(v | h) with\n"
                 "h at its mean given v.  What is noise to the machine goes.",
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
    return run(&line, &args, error) ? NG_STATUS_DONE : NG_STATUS_TROUBLE;
}

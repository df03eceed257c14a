/* ngram rbm reconstruct - rows as a Boltzmann machine would have them. */
#include "rbm-data.h"

#include "ngram/exact.h"
#include "ngram/gibbs.h"
#include "ngram/parallel.h"
#include "ngram/rbm-fill.h"
#include "ngram/rbm-labels.h"

#include <math.h>
#include <string.h>

enum { EXACT_BITS = 16 };                          /* more states are not summed for each row */
enum { CHAINS = 20, BURN_IN = 100, SWEEPS = 200 }; /* where they are not */

typedef struct {
    const char *model, *noise, *denoise;
    guint64 steps, draws;
    gboolean bits, side;
    NgRbmSheet sheet;
    NgRbmDataLine data;
} ReconstructLine;

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
        ng_rbm_codes(rbm, v, rows, h);
        ng_rbm_visible_mean(rbm, h, rows, length, v);
    }
}

/** Work: what all rows share. @error: [rows] */
typedef struct {
    const ReconstructLine *line;
    const NgArgs *args;
    const NgRbm *rbm;
    double p;
    float *v; /* [rows, D] in and out */
    GError **error;
} Work;

/* The mean of E(v | h) over chains that took so many steps from the row. */
static void
walk_row(size_t row, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Work *work = data;
    const gsize D = ng_rbm_visible(work->rbm), n = work->line->draws;
    float *v = work->v + row * D;
    g_autofree float *all = g_new(float, n *D);
    g_autofree double *sum = g_new0(double, D);
    double length = 0.0;

    for (gsize i = 0; i < D; i++)
        length += (double)v[i];
    for (gsize i = 0; i < n * D; i++)
        all[i] = v[i % D];
    const NgNoise noise = {.seed = work->args->seed, .epoch = G_MAXUINT32, .step = (guint32)row};
    ng_rbm_draw_labels(work->rbm, &noise, all, n);
    const NgRbmSampling how = {
        .chains = (guint)n,
        .beta = 1.0,
        .start = all,
        .length = (guint)fmax(length, 0.0),
        .seed = work->args->seed,
        .stream = (guint32)row,
        .threads = 1,
    };
    g_autoptr(NgRbmChains) chains = ng_rbm_chains_new(work->rbm, &how);
    ng_rbm_chains_run(chains, work->line->steps);
    ng_rbm_chains_mean(chains, all);
    for (gsize i = 0; i < n * D; i++)
        sum[i % D] += (double)all[i] / (double)n;
    for (gsize i = 0; i < D; i++)
        v[i] = (float)sum[i];
}

/* The mean of what was there before bits were flipped: of units that flips do not reach too. */
static void
denoise_row(size_t row, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Work *work = data;
    const gsize D = ng_rbm_visible(work->rbm);
    float *v = work->v + row * D;
    g_autofree guint8 *none = g_new0(guint8, D);
    g_autofree float *start = g_memdup2(v, D * sizeof *v);
    const NgExactWork alone = {.threads = 1};
    const NgNoise noise = {.seed = work->args->seed, .epoch = G_MAXUINT32, .step = (guint32)row};
    const NgRbmFillOptions how = {.chains = CHAINS,
                                  .sweeps = SWEEPS,
                                  .burn = BURN_IN,
                                  .start = start,
                                  .seed = work->args->seed,
                                  .stream = (guint32)row,
                                  .threads = 1};
    g_autoptr(NgRbm) behind = ng_rbm_behind_flips(work->rbm, v, work->p, &work->error[row]);

    if (behind == NULL)
        return;
    gboolean sum = ng_rbm_fill_bits(behind, none) <= EXACT_BITS;
    ng_rbm_draw_labels(work->rbm, &noise, start, 1);
    g_autoptr(NgExactFilling) exact =
        sum ? ng_exact_fill(behind, v, none, &alone, &work->error[row]) : NULL;
    g_autoptr(NgRbmFilling) sampled =
        sum ? NULL : ng_rbm_fill(behind, v, none, &how, &work->error[row]);
    if (exact == NULL && sampled == NULL)
        return;
    for (gsize i = 0; i < D; i++)
        v[i] = (float)(exact != NULL ? exact->mean[i] : sampled->mean[i]);
}

/* All rows by a function for each. */
static gboolean
row_by_row(Work *work, NgTask task, gsize rows, GError **error)
{
    g_autofree GError **errors = g_new0(GError *, rows);
    gboolean fine = TRUE;

    work->error = errors;
    ng_parallel(rows, (unsigned)work->args->threads, task, work);
    for (gsize r = 0; r < rows; r++) {
        if (errors[r] != NULL && fine) {
            g_propagate_prefixed_error(error, errors[r], "row %zu: ", r + 1);
            fine = FALSE;
        } else
            g_clear_error(&errors[r]);
    }
    return fine;
}

/* The binary units. */
static gboolean *
bits_of(const NgRbm *rbm, gsize *n_bits)
{
    guint n = 0;
    const NgUnitGroup *groups = ng_rbm_groups(rbm, &n);
    gboolean *is_bit = g_new0(gboolean, ng_rbm_visible(rbm));

    *n_bits = 0;
    for (guint g = 0; g < n; g++)
        for (guint i = 0; groups[g].kind == NG_UNITS_BINARY && i < groups[g].size; i++) {
            is_bit[groups[g].first + i] = TRUE;
            ++*n_bits;
        }
    return is_bit;
}

/* Share of bits that are wrong once they are rounded. */
static double
share_wrong(const NgRbm *rbm, const float *v, const float *truth, gsize rows)
{
    const gsize D = ng_rbm_visible(rbm);
    gsize wrong = 0, bits;
    g_autofree gboolean *is_bit = bits_of(rbm, &bits);

    for (gsize i = 0; i < rows * D; i++)
        wrong += is_bit[i % D] && (v[i] > 0.5F) != (truth[i] > 0.5F);
    return (double)wrong / (double)(rows * bits);
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
read_probability(const char *option, const char *text, double *p, GError **error)
{
    guint n = 0;

    if (text == NULL)
        return TRUE;
    if (!ng_args_numbers(option, text, p, 1, &n, error))
        return FALSE;
    return (*p >= 0.0 && *p <= 1.0) ||
           ng_cli_usage_error(error, "--%s is a probability, 0 to 1", option);
}

static gboolean
run(const ReconstructLine *line, const NgArgs *args, GError **error)
{
    g_autoptr(NgRbm) rbm = ng_rbm_open_machine(line->model, error);
    double noise = 0.0, flip = 0.0;
    gsize n_bits;

    if (rbm == NULL || !ng_rbm_check_sheet(rbm, &line->sheet, error) ||
        !read_probability("noise", line->noise, &noise, error) ||
        !read_probability("denoise", line->denoise, &flip, error))
        return FALSE;
    g_autofree gboolean *is_bit = bits_of(rbm, &n_bits);
    if (n_bits == 0 && (line->noise != NULL || line->denoise != NULL))
        return ng_cli_usage_error(error, "noise flips bits; the machine has other units");
    g_autoptr(NgDataset) rows =
        ng_rbm_read_rows(rbm, &line->data, ng_args_paths(args), args, error);
    if (rows == NULL)
        return FALSE;
    if (args->verbose)
        ng_cli_note("seed %" G_GUINT64_FORMAT, args->seed);
    const gsize D = ng_rbm_visible(rbm), n = ng_dataset_rows(rows);
    g_autofree float *truth = ng_rbm_all_rows(rbm, rows);
    g_autofree float *noisy = g_memdup2(truth, n * D * sizeof *truth);
    for (gsize r = 0; line->noise != NULL && r < n; r++)
        ng_rbm_flip(rbm, noisy + r * D, noise, args->seed, (guint32)r);
    g_autofree float *out = g_memdup2(noisy, n * D * sizeof *noisy);
    Work work = {.line = line, .args = args, .rbm = rbm, .p = flip, .v = out};
    if (line->denoise == NULL && line->draws == 0)
        settle(rbm, out, n, line->steps);
    else if (!row_by_row(&work, line->denoise != NULL ? denoise_row : walk_row, n, error))
        return FALSE;
    for (gsize i = 0; line->bits && i < n * D; i++)
        out[i] = is_bit[i % D] ? (out[i] > 0.5F ? 1.0F : 0.0F) : out[i];
    if (n_bits > 0 && !args->quiet)
        ng_cli_note("values that differ from the rows given: %.3f %% before, %.3f %% after",
                    100.0 * share_wrong(rbm, noisy, truth, n),
                    100.0 * share_wrong(rbm, out, truth, n));
    return show(line, rbm, (const float *const[]){truth, noisy, out}, n, args, error);
}

static const char examples[] =
    "  ngram rbm reconstruct -m digits.rbm --threshold 0.5 --limit 20 --noise 0.1 \\\n"
    "      --denoise 0.1 --side -o denoised.png t10k-images.gz\n"
    "  ngram rbm reconstruct -m bars.rbm --bits noisy.csv > clean.csv\n";

NgStatus
ng_rbm_reconstruct(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    ReconstructLine line = {.steps = 1, .data = NG_RBM_DATA_LINE_NONE};
    const NgOption options[] = {
        NG_RBM_MODEL(&line.model),
        NG_COUNT(0, "steps", &line.steps, 1, 1000000, "N", "How often means go to and fro (1)"),
        NG_TEXT(0, "noise", &line.noise, "P", "Flip bits with this probability first"),
        NG_COUNT(0, "draws", &line.draws, 1, 100000, "N",
                 "Mean over N draws of the hidden units, --steps each (their own means)"),
        NG_TEXT(0, "denoise", &line.denoise, "P",
                "Rows as they were before each bit was flipped with this probability"),
        NG_FLAG(0, "bits", &line.bits, "0 and 1, not probabilities"),
        NG_FLAG(0, "side", &line.side, "Rows given, with noise and reconstructed, side by side"),
        NG_RBM_SHEET_TABLE(&line.sheet),
        NG_RBM_DATA_TABLE(&line.data),
        NG_RBM_GREY(&line.data),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[FILE...]",
        .about = "Prints rows as the hidden units, given the rows, would have them: E(v | h) with\n"
                 "h at its mean given v, or as they were before bits were flipped.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_OUTPUT | NG_SHARED_SEED | NG_SHARED_THREADS | NG_SHARED_STRICT |
                  NG_SHARED_QUIET | NG_SHARED_VERBOSE,
        .most = G_MAXUINT,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    if (line.denoise != NULL && (line.draws > 0 || ng_args_given(&args, "steps"))) {
        ng_cli_usage_error(error, "--denoise takes no --steps and no --draws");
        return NG_STATUS_TROUBLE;
    }
    if (line.data.grey && (line.noise != NULL || line.denoise != NULL || line.draws > 0)) {
        ng_cli_usage_error(error,
                           "--grey takes no --noise, --denoise and --draws, which are of bits");
        return NG_STATUS_TROUBLE;
    }
    return run(&line, &args, error) ? NG_STATUS_DONE : NG_STATUS_TROUBLE;
}

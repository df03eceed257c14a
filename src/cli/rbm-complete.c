/* ngram rbm complete - the values that are missing in rows. */
#include "rbm-data.h"
#include "rbm-given.h"
#include "writer.h"

#include "ngram/exact.h"
#include "ngram/gibbs.h"

#include <math.h>
#include <string.h>

enum { EXACT_BITS = 22 }; /* more states are not summed unasked */

typedef struct {
    const char *model, *hide;
    guint64 chains, burn_in, sweeps;
    int method;
    gboolean marginals;
    NgRbmSheet sheet;
    NgRbmDataLine data;
} CompleteLine;

/** Marginal: what is known of each unit of a row. */
typedef struct {
    double *mean;          /* [D] sampled */
    double *error;         /* [D] its standard error over the chains */
    NgExactFilling *exact; /* (nullable) */
} Marginal;

static void
marginal_clear(Marginal *m)
{
    g_clear_pointer(&m->mean, g_free);
    g_clear_pointer(&m->error, g_free);
    g_clear_pointer(&m->exact, ng_exact_filling_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Marginal, marginal_clear)

/* Means of E(v | h) along each chain, then over the chains, with the spread among them. */
static void
sample_marginal(const CompleteLine *line, const NgRbm *rbm, const NgRbmSampling *how, Marginal *out)
{
    const gsize D = ng_rbm_visible(rbm), n_chains = how->chains;
    g_autoptr(NgRbmChains) chains = ng_rbm_chains_new(rbm, how);
    g_autofree double *sum = g_new0(double, n_chains *D);
    g_autofree float *mean = g_new(float, n_chains *D);

    ng_rbm_chains_run(chains, line->burn_in);
    for (guint64 s = 0; s < line->sweeps; s++) {
        ng_rbm_chains_run(chains, 1);
        ng_rbm_chains_mean(chains, mean);
        for (gsize i = 0; i < n_chains * D; i++)
            sum[i] += (double)mean[i] / (double)line->sweeps;
    }
    out->mean = g_new0(double, D);
    out->error = g_new0(double, D);
    for (gsize i = 0; i < D; i++) {
        double squares = 0.0;
        for (gsize c = 0; c < n_chains; c++)
            out->mean[i] += sum[c * D + i] / (double)n_chains;
        for (gsize c = 0; c < n_chains; c++)
            squares += pow(sum[c * D + i] - out->mean[i], 2.0);
        out->error[i] = sqrt(squares / (double)(n_chains - 1) / (double)n_chains);
    }
}

static gboolean
know(const CompleteLine *line, const NgRbm *rbm, const NgRbmSampling *how, Marginal *out,
     GError **error)
{
    const NgExactWork work = {.threads = how->threads};

    if (line->method == 1 || (line->method == 0 && ng_exact_bits(rbm) <= EXACT_BITS)) {
        out->exact = ng_exact_fill(rbm, how->value, how->given, &work, error);
        if (out->exact == NULL)
            return FALSE;
    }
    if (line->method != 1)
        sample_marginal(line, rbm, how, out);
    return TRUE;
}

static const NgColumn columns[] = {
    {"row", NG_CELL_COUNT},
    {"unit", NG_CELL_COUNT},
    {"name", NG_CELL_TEXT},
    {"mean", NG_CELL_DOUBLE},
    {"standard_error", NG_CELL_DOUBLE},
    {"exact", NG_CELL_DOUBLE},
};

static gboolean
write_units(NgWriter *writer, const NgRbm *rbm, const Marginal *m, const guint8 *given, size_t row,
            GError **error)
{
    for (guint i = 0; i < ng_rbm_visible(rbm); i++) {
        if (given[i] != 0)
            continue;
        const char *name = ng_rbm_name(rbm, i);
        guint width = ng_rbm_width(rbm);
        g_autofree char *place = name == NULL && width > 0 && i < width * ng_rbm_height(rbm)
                                     ? g_strdup_printf("%u,%u", i % width, i / width)
                                     : NULL;
        ng_writer_count(writer, row + 1);
        ng_writer_count(writer, i + 1);
        ng_writer_text(writer, name != NULL ? name : place != NULL ? place : "", -1);
        ng_writer_double(writer, m->mean != NULL ? m->mean[i] : (double)NAN);
        ng_writer_double(writer, m->error != NULL ? m->error[i] : (double)NAN);
        ng_writer_double(writer, m->exact != NULL ? m->exact->mean[i] : (double)NAN);
        if (!ng_writer_end_row(writer, error))
            return FALSE;
    }
    return TRUE;
}

/* The likeliest filling where it is known, else each unit's likelier value. */
static void
fill(const NgRbm *rbm, const Marginal *m, const guint8 *given, float *row)
{
    guint n = 0;
    const NgUnitGroup *groups = ng_rbm_groups(rbm, &n);
    const double *mean = m->exact != NULL ? m->exact->mean : m->mean;

    for (guint g = 0; g < n; g++) {
        guint best = groups[g].first;
        gboolean free = FALSE;
        for (guint i = groups[g].first; i < groups[g].first + groups[g].size; i++) {
            best = mean[i] > mean[best] ? i : best;
            free = free || given[i] == 0;
        }
        for (guint i = groups[g].first; free && i < groups[g].first + groups[g].size; i++) {
            if (given[i] != 0)
                continue;
            if (m->exact != NULL && m->exact->best != NULL)
                row[i] = m->exact->best[i];
            else if (groups[g].kind == NG_UNITS_BINARY)
                row[i] = mean[i] > 0.5 ? 1.0F : 0.0F;
            else
                row[i] =
                    groups[g].kind == NG_UNITS_SOFTMAX ? (i == best ? 1.0F : 0.0F) : (float)mean[i];
        }
    }
}

/* Rows of question marks, or whole rows some of whose pixels are hidden. */
static gboolean
read_given(const CompleteLine *line, NgRbm *rbm, const NgArgs *args, NgGiven *given, GError **error)
{
    const char *const *paths = ng_args_paths(args);

    if (line->hide == NULL)
        return ng_given_read(given, rbm, paths[0], error);
    if (ng_rbm_width(rbm) == 0)
        return ng_cli_usage_error(error, "--hide: the machine shows no pictures");
    g_autoptr(NgDataset) rows = ng_rbm_read_rows(rbm, &line->data, paths, args, error);
    if (rows == NULL)
        return FALSE;
    given->rows = ng_dataset_rows(rows);
    given->value = ng_rbm_all_rows(rbm, rows);
    given->given = g_new(guint8, given->rows * ng_rbm_visible(rbm));
    memset(given->given, 1, given->rows * ng_rbm_visible(rbm));
    return ng_given_hide(given, rbm, line->hide, error);
}

static gboolean
run(const CompleteLine *line, const NgArgs *args, GError **error)
{
    g_autoptr(NgRbm) rbm = ng_rbm_open_machine(line->model, error);
    g_auto(NgGiven) given = {0};

    if (rbm == NULL || !ng_rbm_check_sheet(rbm, &line->sheet, error) ||
        !read_given(line, rbm, args, &given, error))
        return FALSE;
    const gsize D = ng_rbm_visible(rbm);
    g_autoptr(NgWriter) writer =
        line->marginals ? ng_writer_new(columns, G_N_ELEMENTS(columns), args) : NULL;
    for (size_t r = 0; r < given.rows; r++) {
        g_auto(Marginal) m = {0};
        const NgRbmSampling how = {
            .chains = (guint)line->chains,
            .beta = 1.0,
            .given = given.given + r * D,
            .value = given.value + r * D,
            .length = 1,
            .seed = args->seed + r,
            .threads = (unsigned)args->threads,
        };
        if (!know(line, rbm, &how, &m, error))
            return FALSE;
        if (writer == NULL)
            fill(rbm, &m, given.given + r * D, given.value + r * D);
        else if (!write_units(writer, rbm, &m, given.given + r * D, r, error))
            return FALSE;
    }
    if (writer != NULL)
        return ng_writer_flush(writer, error);
    return ng_rbm_show_rows(rbm, &line->sheet, given.value, given.rows, args, error);
}

static const char examples[] =
    "  echo '1,?,?,0' | ngram rbm complete -m bars.rbm\n"
    "  echo '1,?,?,0' | ngram rbm complete -m bars.rbm --marginals    how sure, unit by unit\n"
    "  ngram rbm complete -m digits.rbm --threshold 0.5 --hide 0,14,28,14 --limit 9 -o whole.png "
    "\\\n"
    "      t10k-images.gz                                             the lower half\n";

NgStatus
ng_rbm_complete(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    CompleteLine line = {
        .chains = 50, .burn_in = 200, .sweeps = 200, .data = NG_RBM_DATA_LINE_NONE};
    const NgOption options[] = {
        NG_RBM_MODEL(&line.model),
        NG_FLAG(0, "marginals", &line.marginals,
                "A row for each missing unit: its mean, sampled and exact"),
        NG_TEXT(0, "hide", &line.hide, "X,Y,W,H",
                "Hide a rectangle of the pixels of whole rows, from the top left"),
        NG_CHOICE(0, "method", &line.method, "auto|exact|sampled",
                  "How units are known (auto: sampled, and exact where that is quick)"),
        NG_COUNT(0, "chains", &line.chains, 2, 100000, "C", "Markov chains of each row (50)"),
        NG_COUNT(0, "burn-in", &line.burn_in, 0, G_MAXINT64, "N",
                 "Steps that are thrown away (200)"),
        NG_COUNT(0, "sweeps", &line.sweeps, 1, G_MAXINT64, "N", "Steps that count (200)"),
        NG_RBM_SHEET_TABLE(&line.sheet),
        NG_RBM_DATA_TABLE(&line.data),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[FILE...]",
        .about = "Fills in what is missing in rows: lines of values with ? where one is missing,\n"
                 "or whole rows with --hide.",
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
    if (line.hide == NULL && args.n_rest > 1) {
        ng_cli_usage_error(error, "one FILE of rows with ?, or several with --hide");
        return NG_STATUS_TROUBLE;
    }
    return run(&line, &args, error) ? NG_STATUS_DONE : NG_STATUS_TROUBLE;
}

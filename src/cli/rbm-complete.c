/* ngram rbm complete - the values that are missing in rows. */
#include "rbm-data.h"
#include "rbm-given.h"
#include "writer.h"

#include "ngram/exact.h"
#include "ngram/parallel.h"
#include "ngram/rbm-fill.h"

#include <math.h>
#include <string.h>

enum { EXACT_BITS = 22 }; /* more states are not summed unasked */
enum { BLOCK = 64 };      /* rows that are sampled side by side */

#define MIXED_RHAT 1.1

typedef struct {
    const char *model, *hide, *mask;
    guint64 chains, burn_in, sweeps;
    int method;
    gboolean marginals;
    NgRbmSheet sheet;
    NgRbmDataLine data;
} CompleteLine;

/** Known: what is known of the units of a row. */
typedef struct {
    NgRbmFilling *sampled; /* (nullable) */
    NgExactFilling *exact; /* (nullable) */
} Known;

/** Work: a block of rows. @known: [BLOCK]; @error: of the first that cannot be sampled */
typedef struct {
    const CompleteLine *line;
    const NgRbm *rbm;
    const NgGiven *given;
    const NgArgs *args;
    size_t first, n;
    Known known[BLOCK];
    GError *error[BLOCK];
} Work;

static void
work_clear(Work *work)
{
    for (size_t r = 0; r < BLOCK; r++) {
        g_clear_pointer(&work->known[r].sampled, ng_rbm_filling_free);
        g_clear_pointer(&work->known[r].exact, ng_exact_filling_free);
        g_clear_error(&work->error[r]);
    }
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

static void
sample_row(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    Work *work = data;
    const CompleteLine *line = work->line;
    const gsize at = (work->first + index) * ng_rbm_visible(work->rbm);
    const NgRbmFillOptions how = {
        .chains = (guint)line->chains,
        .sweeps = (guint)line->sweeps,
        .burn = (guint)line->burn_in,
        .best = !line->marginals,
        .seed = work->args->seed,
        .stream = (guint32)(work->first + index),
        .threads = work->n == 1 ? (unsigned)work->args->threads : 1,
    };

    work->known[index].sampled = ng_rbm_fill(work->rbm, work->given->value + at,
                                             work->given->given + at, &how, &work->error[index]);
}

/* Samples a block of rows, and sums over states where that is asked for or quick. */
static gboolean
know(Work *work, size_t first, GError **error)
{
    const gsize D = ng_rbm_visible(work->rbm);
    const NgExactWork exact = {.threads = (unsigned)work->args->threads};

    work_clear(work);
    work->first = first;
    work->n = MIN(work->given->rows - first, BLOCK);
    if (work->line->method != 1)
        ng_parallel(work->n, (unsigned)work->args->threads, sample_row, work);
    for (size_t r = 0; r < work->n; r++) {
        const float *value = work->given->value + (first + r) * D;
        const guint8 *given = work->given->given + (first + r) * D;
        GError *trouble = g_steal_pointer(&work->error[r]);
        if (trouble == NULL &&
            (work->line->method == 1 ||
             (work->line->method == 0 && ng_rbm_fill_bits(work->rbm, given) <= EXACT_BITS)))
            work->known[r].exact = ng_exact_fill(work->rbm, value, given, &exact, &trouble);
        if (trouble == NULL)
            continue;
        g_propagate_prefixed_error(error, trouble, "row %zu: ", first + r + 1);
        return FALSE;
    }
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
write_units(NgWriter *writer, const NgRbm *rbm, const Known *m, const guint8 *given, size_t row,
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
        ng_writer_double(writer, m->sampled != NULL ? m->sampled->mean[i] : (double)NAN);
        ng_writer_double(writer, m->sampled != NULL ? m->sampled->error[i] : (double)NAN);
        ng_writer_double(writer, m->exact != NULL ? m->exact->mean[i] : (double)NAN);
        if (!ng_writer_end_row(writer, error))
            return FALSE;
    }
    return TRUE;
}

/* Each unit's likelier value, and from there to where no unit is likelier otherwise. */
static void
fill_by_means(const NgRbm *rbm, const double *mean, const guint8 *given, float *row)
{
    guint n = 0;
    const NgUnitGroup *groups = ng_rbm_groups(rbm, &n);

    for (guint g = 0; g < n; g++) {
        const guint first = groups[g].first, last = first + groups[g].size;
        guint best = first;
        for (guint i = first; i < last; i++)
            best = mean[i] > mean[best] ? i : best;
        for (guint i = first; i < last; i++)
            if (given[i] == 0)
                row[i] = groups[g].kind == NG_UNITS_BINARY    ? (mean[i] > 0.5 ? 1.0F : 0.0F)
                         : groups[g].kind == NG_UNITS_SOFTMAX ? (i == best ? 1.0F : 0.0F)
                                                              : (float)mean[i];
    }
    ng_rbm_descend(rbm, row, given);
}

/* The likeliest filling where it is known, else the likeliest that was found. */
static void
fill(const NgRbm *rbm, const Known *m, const guint8 *given, float *row)
{
    const float *best = m->exact != NULL && m->exact->best != NULL ? m->exact->best
                        : m->sampled != NULL                       ? m->sampled->best
                                                                   : NULL;

    if (best != NULL)
        memcpy(row, best, ng_rbm_visible(rbm) * sizeof *row);
    else if (m->exact != NULL)
        fill_by_means(rbm, m->exact->mean, given, row);
}

/* All units of whole rows are given, but for labels that nobody knows. */
static void
give_all(NgGiven *given, const NgRbm *rbm)
{
    const gsize D = ng_rbm_visible(rbm), K = ng_rbm_labels(rbm);

    given->given = g_new(guint8, given->rows * D);
    memset(given->given, 1, given->rows * D);
    for (size_t r = 0; r < given->rows; r++) {
        float on = 0.0F;
        for (gsize i = D - K; i < D; i++)
            on += given->value[r * D + i];
        if (on == 0.0F)
            memset(given->given + (r + 1) * D - K, 0, K);
    }
}

/* Rows of question marks, or whole rows some of whose pixels are hidden. */
static gboolean
read_given(const CompleteLine *line, NgRbm *rbm, const NgArgs *args, NgGiven *given, GError **error)
{
    const char *const *paths = ng_args_paths(args);

    if (line->hide == NULL && line->mask == NULL)
        return ng_rbm_refuse_rows(&line->data, "goes with --hide or --mask", error) &&
               ng_given_read(given, rbm, paths[0], error);
    if (line->hide != NULL && ng_rbm_width(rbm) == 0)
        return ng_cli_usage_error(error, "--hide: the machine shows no pictures");
    g_autoptr(NgDataset) rows = ng_rbm_read_rows(rbm, &line->data, paths, args, error);
    if (rows == NULL)
        return FALSE;
    given->rows = ng_dataset_rows(rows);
    given->value = ng_rbm_all_rows(rbm, rows);
    give_all(given, rbm);
    return (line->hide == NULL || ng_given_hide(given, rbm, line->hide, error)) &&
           (line->mask == NULL || ng_given_mask(given, rbm, line->mask, error));
}

/* Says where chains disagree, which no standard error tells. */
static void
note_mixing(const CompleteLine *line, size_t apart, size_t rows, double worst)
{
    if (apart > 0)
        ng_cli_note("chains of %zu of %zu rows have not mixed in %" G_GUINT64_FORMAT
                    " steps (R-hat up to %.3g): more --burn-in and --sweeps help",
                    apart, rows, line->burn_in + line->sweeps, worst);
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
    g_auto(Work) work = {.line = line, .rbm = rbm, .given = &given, .args = args};
    size_t apart = 0;
    double worst = 0.0;
    if (args->verbose)
        ng_cli_note("seed %" G_GUINT64_FORMAT, args->seed);
    for (size_t r = 0; r < given.rows; r++) {
        if (r % BLOCK == 0 && !know(&work, r, error))
            return FALSE;
        const Known *known = &work.known[r % BLOCK];
        if (known->sampled != NULL && known->sampled->rhat > MIXED_RHAT) {
            apart++;
            worst = fmax(worst, known->sampled->rhat);
        }
        if (writer == NULL)
            fill(rbm, known, given.given + r * D, given.value + r * D);
        else if (!write_units(writer, rbm, known, given.given + r * D, r, error))
            return FALSE;
    }
    if (!args->quiet)
        note_mixing(line, apart, given.rows, worst);
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
        NG_FILE(0, "mask", &line.mask, "FILE",
                "Hide the pixels of whole rows that are white in this picture, or 1 in this row"),
        NG_FILE(0, "labels", &line.data.labels, "FILE",
                "With --hide or --mask: the rows' labels (else these are missing too)"),
        NG_CHOICE(0, "method", &line.method, "auto|exact|sampled",
                  "How units are known (auto: sampled, and exact where that is quick)"),
        NG_COUNT(0, "chains", &line.chains, 2, 100000, "C", "Markov chains of each row (50)"),
        NG_COUNT(0, "burn-in", &line.burn_in, 0, G_MAXINT, "N", "Steps that are thrown away (200)"),
        NG_COUNT(0, "sweeps", &line.sweeps, 1, G_MAXINT, "N", "Steps that count (200)"),
        NG_RBM_SHEET_TABLE(&line.sheet),
        NG_RBM_DATA_TABLE(&line.data),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[FILE...]",
        .about = "Fills in what is missing in rows: lines of values with ? where one is missing,\n"
                 "or whole rows with --hide or --mask.",
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
    if (line.hide == NULL && line.mask == NULL && args.n_rest > 1) {
        ng_cli_usage_error(error, "one FILE of rows with ?, or several with --hide or --mask");
        return NG_STATUS_TROUBLE;
    }
    static const char *const of_chains[] = {"chains", "burn-in", "sweeps"};
    if (line.method == 1 && !ng_args_refuse(&args, of_chains, G_N_ELEMENTS(of_chains),
                                            "does not go with --method exact", error))
        return NG_STATUS_TROUBLE;
    return run(&line, &args, error) ? NG_STATUS_DONE : NG_STATUS_TROUBLE;
}

/* ngram rbm score - how likely rows are by a Boltzmann machine, or which of several made them. */
#include "rbm-data.h"
#include "rbm-machines.h"
#include "writer.h"

#include "ngram/error.h"
#include "ngram/exact.h"
#include "ngram/pseudo.h"
#include "ngram/rbm-labels.h"
#include "ngram/rbm-rows.h"

#include <math.h>

enum { BLOCK = 256 }; /* rows that are scored at once */

/* The command line as given. */
typedef struct {
    char **models;
    NgMachineSum sum;
    const char *data;
    NgRbmDataLine rows;
    gboolean summary, all;
} ScoreLine;

/* What is written of one machine: columns that depend on it. */
typedef struct {
    gboolean interval, pseudo, label;
} Shape;

/* Rows to be scored by one machine. */
typedef struct {
    const NgMachine *machine;
    const NgDataset *rows;
    Shape shape;
    NgWriter *writer; /* (nullable): where rows go, sums alone without */
    unsigned threads;
} Job;

/* Sums over the rows of one machine. */
typedef struct {
    double mean, squares; /* of -F, by Welford's update */
    double pseudo;
    size_t rows, labelled, right;
} Totals;

/* A block of rows and what a machine says of them. */
typedef struct {
    size_t first, rows;
    float *v;      /* [BLOCK, D] */
    double *f;     /* [BLOCK] free energy, a label summed out */
    double *log_p; /* [BLOCK, K] of labels */
    double *pseudo;
    NgPseudo *tables;
} Block;

static void
block_clear(Block *block)
{
    g_free(block->v);
    g_free(block->f);
    g_free(block->log_p);
    g_free(block->pseudo);
    ng_pseudo_free(block->tables);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Block, block_clear)

/* Whether all units of a machine are of kinds that pseudo-likelihood knows. */
static gboolean
is_discrete(const NgRbm *rbm)
{
    guint n = 0;
    const NgUnitGroup *groups = ng_rbm_groups(rbm, &n);

    for (guint g = 0; g < n; g++)
        if (groups[g].kind != NG_UNITS_BINARY && groups[g].kind != NG_UNITS_SOFTMAX)
            return FALSE;
    return TRUE;
}

static gboolean
block_init(Block *block, const NgRbm *rbm, gboolean pseudo, GError **error)
{
    *block = (Block){0};
    if (pseudo) {
        block->tables = ng_pseudo_new(rbm, error);
        if (block->tables == NULL)
            return FALSE;
    }
    block->v = g_new(float, (gsize)BLOCK *ng_rbm_visible(rbm));
    block->f = g_new(double, BLOCK);
    block->log_p = g_new(double, (gsize)BLOCK *MAX(ng_rbm_labels(rbm), 1));
    block->pseudo = g_new(double, BLOCK);
    return TRUE;
}

static void
score_block(Block *block, const NgRbm *rbm, const NgDataset *rows, size_t first, unsigned threads)
{
    block->first = first;
    block->rows = MIN(ng_dataset_rows(rows) - first, BLOCK);
    for (size_t r = 0; r < block->rows; r++)
        ng_rbm_take_row(rbm, rows, first + r, block->v + r * ng_rbm_visible(rbm));
    if (ng_rbm_labels(rbm) > 0)
        ng_rbm_label_odds(rbm, block->v, block->rows, block->log_p, block->f);
    else
        ng_exact_free_energy(rbm, block->v, block->rows, threads, block->f);
    if (block->tables != NULL)
        ng_pseudo_rows(block->tables, block->v, block->rows, threads, block->pseudo);
}

/* The likeliest of @n, and how likely it is. */
static guint
best_of(const double *log_p, guint n, double *p)
{
    guint best = 0;

    for (guint k = 1; k < n; k++)
        if (log_p[k] > log_p[best])
            best = k;
    *p = exp(log_p[best]);
    return best;
}

/* The row's own label, among the columns or beside them; -1 where it has none. */
static gint
label_of(const NgRbm *rbm, const NgDataset *rows, const Block *block, size_t r)
{
    guint D = ng_rbm_visible(rbm), K = ng_rbm_labels(rbm);

    if (ng_dataset_columns(rows) < D)
        return ng_dataset_label(rows, block->first + r);
    for (guint k = 0; k < K; k++)
        if (block->v[r * D + D - K + k] != 0.0F)
            return (gint)k;
    return -1;
}

static void
write_name(NgWriter *writer, const NgDataset *rows, size_t row)
{
    const char *name = ng_dataset_name(rows, row);
    g_autofree char *number = name == NULL ? g_strdup_printf("%zu", row + 1) : NULL;

    ng_writer_text(writer, name != NULL ? name : number, -1);
}

static gboolean
write_row(const Job *job, const Block *block, size_t r, GError **error)
{
    NgWriter *writer = job->writer;
    const NgAis *z = &job->machine->z;
    guint K = ng_rbm_labels(job->machine->rbm);

    write_name(writer, job->rows, block->first + r);
    ng_writer_double(writer, block->f[r]);
    ng_writer_double(writer, -block->f[r] - z->log_z);
    if (job->shape.interval) {
        ng_writer_double(writer, -block->f[r] - z->high);
        ng_writer_double(writer, -block->f[r] - z->low);
    }
    if (job->shape.pseudo)
        ng_writer_double(writer, block->pseudo[r]);
    if (job->shape.label) {
        double p;
        ng_writer_count(writer, best_of(block->log_p + r * K, K, &p));
        ng_writer_double(writer, p);
    }
    return ng_writer_end_row(writer, error);
}

static void
add_row(Totals *totals, const NgMachine *machine, const NgDataset *rows, const Block *block,
        size_t r)
{
    guint K = ng_rbm_labels(machine->rbm);
    double off = -block->f[r] - totals->mean, p;

    totals->rows++;
    totals->mean += off / (double)totals->rows;
    totals->squares += off * (-block->f[r] - totals->mean);
    totals->pseudo += block->tables != NULL ? block->pseudo[r] : (double)NAN;
    if (K == 0)
        return;
    gint label = label_of(machine->rbm, rows, block, r);
    totals->labelled += label >= 0;
    totals->right += label >= 0 && best_of(block->log_p + r * K, K, &p) == (guint)label;
}

static gboolean
run_job(const Job *job, Totals *totals, GError **error)
{
    g_auto(Block) block = {0};

    if (!block_init(&block, job->machine->rbm, job->shape.pseudo, error))
        return FALSE;
    for (size_t at = 0; at < ng_dataset_rows(job->rows); at += BLOCK) {
        score_block(&block, job->machine->rbm, job->rows, at, job->threads);
        for (size_t r = 0; r < block.rows; r++) {
            add_row(totals, job->machine, job->rows, &block, r);
            if (job->writer != NULL && !write_row(job, &block, r, error))
                return FALSE;
        }
    }
    return job->writer == NULL || ng_writer_flush(job->writer, error);
}

static NgWriter *
open_writer(const Shape *shape, const NgArgs *args)
{
    NgColumn columns[8] = {
        {"name", NG_CELL_TEXT}, {"free_energy", NG_CELL_DOUBLE}, {"loglik", NG_CELL_DOUBLE}};
    size_t n = 3;

    if (shape->interval) {
        columns[n++] = (NgColumn){"loglik_low", NG_CELL_DOUBLE};
        columns[n++] = (NgColumn){"loglik_high", NG_CELL_DOUBLE};
    }
    if (shape->pseudo)
        columns[n++] = (NgColumn){"pseudo_loglik", NG_CELL_DOUBLE};
    if (shape->label) {
        columns[n++] = (NgColumn){"label", NG_CELL_COUNT};
        columns[n++] = (NgColumn){"probability", NG_CELL_DOUBLE};
    }
    return ng_writer_new(columns, n, args);
}

static const NgColumn summary_columns[] = {
    {"machine", NG_CELL_TEXT},         {"rows", NG_CELL_COUNT},
    {"loglik", NG_CELL_DOUBLE},        {"loglik_low", NG_CELL_DOUBLE},
    {"loglik_high", NG_CELL_DOUBLE},   {"error", NG_CELL_DOUBLE},
    {"bits_per_unit", NG_CELL_DOUBLE}, {"pseudo_loglik", NG_CELL_DOUBLE},
    {"log_z", NG_CELL_DOUBLE},         {"log_z_low", NG_CELL_DOUBLE},
    {"log_z_high", NG_CELL_DOUBLE},    {"bound_low", NG_CELL_DOUBLE},
    {"bound_high", NG_CELL_DOUBLE},    {"ess", NG_CELL_DOUBLE},
    {"method", NG_CELL_TEXT},          {"accuracy", NG_CELL_DOUBLE},
};

static gboolean
write_summary(NgWriter *writer, const NgMachine *machine, const Totals *totals, GError **error)
{
    const NgAis *z = &machine->z;
    double n = (double)totals->rows, mean = totals->mean;
    double units = ng_rbm_visible(machine->rbm) - ng_rbm_labels(machine->rbm);

    ng_writer_text(writer, machine->path, -1);
    ng_writer_count(writer, totals->rows);
    ng_writer_double(writer, mean - z->log_z);
    ng_writer_double(writer, mean - z->high);
    ng_writer_double(writer, mean - z->low);
    ng_writer_double(writer, n > 1.0 ? sqrt(totals->squares / (n - 1.0) / n) : (double)NAN);
    ng_writer_double(writer, (z->log_z - mean) / G_LN2 / units);
    ng_writer_double(writer, totals->pseudo / n);
    ng_writer_double(writer, z->log_z);
    ng_writer_double(writer, z->low);
    ng_writer_double(writer, z->high);
    ng_writer_double(writer, z->lower);
    ng_writer_double(writer, z->upper);
    ng_writer_double(writer, fmin(z->ess, z->ess_reverse)); /* fmin passes over NAN */
    ng_writer_text(writer, machine->exact ? "exact" : "ais", -1);
    ng_writer_double(writer, totals->labelled > 0 ? (double)totals->right / (double)totals->labelled
                                                  : (double)NAN);
    return ng_writer_end_row(writer, error);
}

/* One line to standard error for each machine. */
static void
note_machine(const NgMachine *machine, const Totals *totals)
{
    const NgAis *z = &machine->z;
    double loglik = totals->mean - z->log_z;

    if (machine->exact)
        ng_cli_note("%s: mean log-likelihood %.4f nats a row, log Z %.4f is exact", machine->path,
                    loglik, z->log_z);
    else if (isnan(z->low))
        ng_cli_note(
            "%s: mean log-likelihood about %.2f nats a row; log Z %.2f is an estimate without "
            "an interval, for only %.0f of %u runs carry it (more --temperatures help)",
            machine->path, loglik, z->log_z, fmin(z->ess, z->ess_reverse), z->runs);
    else
        ng_cli_note("%s: mean log-likelihood %.3f nats a row, from %.3f to %.3f by log Z %.3f "
                    "(%.3f to %.3f, three standard errors; %.0f of %u runs carry it)",
                    machine->path, loglik, totals->mean - z->high, totals->mean - z->low, z->log_z,
                    z->low, z->high, fmin(z->ess, z->ess_reverse), z->runs);
    if (totals->labelled > 0)
        ng_cli_note("%s: %zu of %zu labels are right (%.2f %%)", machine->path, totals->right,
                    totals->labelled, 100.0 * (double)totals->right / (double)totals->labelled);
}

static Shape
shape_of(const NgMachine *machine)
{
    return (Shape){
        .interval = !machine->exact,
        .pseudo = is_discrete(machine->rbm),
        .label = ng_rbm_labels(machine->rbm) > 0,
    };
}

static Job
job_of(const NgMachine *machine, const NgDataset *rows, const NgArgs *args)
{
    return (Job){.machine = machine,
                 .rows = rows,
                 .shape = shape_of(machine),
                 .threads = (unsigned)args->threads};
}

static gboolean
score_one(const NgMachine *machine, const NgDataset *rows, const NgArgs *args, GError **error)
{
    Job job = job_of(machine, rows, args);
    g_autoptr(NgWriter) writer = open_writer(&job.shape, args);
    Totals totals = {0};

    job.writer = writer;
    if (!run_job(&job, &totals, error))
        return FALSE;
    if (!args->quiet)
        note_machine(machine, &totals);
    return TRUE;
}

static gboolean
sum_up(const GArray *machines, const NgDataset *rows, const NgArgs *args, GError **error)
{
    g_autoptr(NgWriter) writer =
        ng_writer_new(summary_columns, G_N_ELEMENTS(summary_columns), args);

    for (guint m = 0; m < machines->len; m++) {
        const NgMachine *machine = &g_array_index(machines, NgMachine, m);
        const Job job = job_of(machine, rows, args);
        Totals totals = {0};
        if (!run_job(&job, &totals, error) || !write_summary(writer, machine, &totals, error))
            return FALSE;
    }
    return ng_writer_flush(writer, error);
}

/* log P(v | machine) of every row and machine, [rows, M]. */
static gboolean
score_by_all(const GArray *machines, const NgDataset *rows, unsigned threads, double *loglik,
             GError **error)
{
    for (guint m = 0; m < machines->len; m++) {
        const NgMachine *machine = &g_array_index(machines, NgMachine, m);
        g_auto(Block) block = {0};
        if (!block_init(&block, machine->rbm, FALSE, error))
            return FALSE;
        for (size_t at = 0; at < ng_dataset_rows(rows); at += BLOCK) {
            score_block(&block, machine->rbm, rows, at, threads);
            for (size_t r = 0; r < block.rows; r++)
                loglik[(at + r) * machines->len + m] = -block.f[r] - machine->z.log_z;
        }
    }
    return TRUE;
}

/* log P(machine | row) from one row of log-likelihoods. */
static void
posterior(const GArray *machines, const double *loglik, double *log_p)
{
    double most = -INFINITY, sum = 0.0;

    for (guint m = 0; m < machines->len; m++) { /* at least one */
        log_p[m] = loglik[m] + g_array_index(machines, NgMachine, m).log_prior;
        most = fmax(most, log_p[m]);
    }
    for (guint m = 0; m < machines->len; m++)
        sum += exp(log_p[m] - most);
    for (guint m = 0; m < machines->len; m++)
        log_p[m] -= most + log(sum);
}

static const NgColumn which_columns[] = {
    {"name", NG_CELL_TEXT},
    {"machine", NG_CELL_TEXT},
    {"probability", NG_CELL_DOUBLE},
    {"loglik", NG_CELL_DOUBLE},
};

/* Which machine made each row: the best, or all of them. */
static gboolean
tell_apart(const GArray *machines, const NgDataset *rows, const ScoreLine *line, const NgArgs *args,
           GError **error)
{
    size_t n = ng_dataset_rows(rows), right = 0, labelled = 0;
    guint M = machines->len;
    g_autofree double *loglik = g_new0(double, n *M), *log_p = g_new0(double, M);
    g_autoptr(NgWriter) writer = ng_writer_new(which_columns, G_N_ELEMENTS(which_columns), args);

    if (!score_by_all(machines, rows, (unsigned)args->threads, loglik, error))
        return FALSE;
    for (size_t r = 0; r < n; r++) {
        double p;
        posterior(machines, loglik + r * M, log_p);
        guint best = best_of(log_p, M, &p);
        labelled += ng_dataset_label(rows, r) >= 0;
        right += ng_dataset_label(rows, r) == (gint)best;
        for (guint m = line->all ? 0 : best; m < (line->all ? M : best + 1); m++) {
            write_name(writer, rows, r);
            ng_writer_text(writer, g_array_index(machines, NgMachine, m).path, -1);
            ng_writer_double(writer, exp(log_p[m]));
            ng_writer_double(writer, loglik[r * M + m]);
            if (!ng_writer_end_row(writer, error))
                return FALSE;
        }
    }
    if (!ng_writer_flush(writer, error))
        return FALSE;
    if (labelled > 0 && !args->quiet)
        ng_cli_note("%zu of %zu labels are right (%.2f %%), label 0 being the first machine", right,
                    labelled, 100.0 * (double)right / (double)labelled);
    return TRUE;
}

/* Rows of files: text where the machines learned text, else numbers. */
static NgDataset *
read_rows(const NgRbmDataLine *line, const GArray *machines, const char *const *paths,
          const NgArgs *args, GError **error)
{
    NgRbm *rbm = g_array_index(machines, NgMachine, 0).rbm;

    for (guint m = 0; m < machines->len; m++)
        if (!is_discrete(g_array_index(machines, NgMachine, m).rbm))
            rbm = g_array_index(machines, NgMachine, m).rbm; /* its rows are any numbers */
    return ng_rbm_read_any(rbm, line, paths, args, error);
}

static gboolean
check_rows(const GArray *machines, const NgDataset *rows, GError **error)
{
    if (ng_dataset_rows(rows) == 0) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "there are no rows to score");
        return FALSE;
    }
    for (guint m = 0; m < machines->len; m++) {
        const NgMachine *machine = &g_array_index(machines, NgMachine, m);
        if (!ng_rbm_fits(machine->rbm, rows, error)) {
            g_prefix_error(error, "%s: ", machine->path);
            return FALSE;
        }
    }
    return TRUE;
}

/* Rows are read once: what a unit stands for must be the same to all machines. */
static gboolean
same_units(const NgMachine *first, const NgMachine *other, GError **error)
{
    const gboolean text = ng_features_fit(first->rbm);
    const guint D = ng_rbm_visible(first->rbm);
    gboolean same = text == ng_features_fit(other->rbm);

    if (same && text)
        same = D == ng_rbm_visible(other->rbm);
    for (guint i = 0; same && text && i < D; i++)
        same = g_strcmp0(ng_rbm_name(first->rbm, i), ng_rbm_name(other->rbm, i)) == 0;
    if (!same)
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "%s: its units stand for other words than those of %s (the two cannot be "
                    "compared)",
                    other->path, first->path);
    return same;
}

static gboolean
check_machines(const GArray *machines, GError **error)
{
    for (guint m = 0; m < machines->len; m++) {
        const NgMachine *machine = &g_array_index(machines, NgMachine, m);
        guint n = 0;
        const NgUnitGroup *groups = ng_rbm_groups(machine->rbm, &n);
        for (guint g = 0; g < n; g++)
            if (groups[g].kind == NG_UNITS_COUNTS) {
                g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                            "%s: a machine of word counts ('ngram rbm perplexity' scores texts by "
                            "it)",
                            machine->path);
                return FALSE;
            }
        if (!same_units(&g_array_index(machines, NgMachine, 0), machine, error))
            return FALSE;
    }
    return TRUE;
}

/* Refuses what says how log Z is estimated where it is not. */
static gboolean
check_line(const ScoreLine *line, const NgArgs *args, GError **error)
{
    static const char *const of_ais[] = {"temperatures", "runs", "sweeps", "forward", "data"};
    static const char *const of_reverse[] = {"sweeps"}, *const of_many[] = {"all"};
    static const char *const of_rows[] = {"all"};
    gboolean several = line->models != NULL && line->models[0] != NULL && line->models[1] != NULL;

    return (line->sum.method != 1 || ng_args_refuse(args, of_ais, G_N_ELEMENTS(of_ais),
                                                    "does not go with --method exact", error)) &&
           (!line->sum.forward ||
            ng_args_refuse(args, of_reverse, 1, "does not go with --forward", error)) &&
           (several || ng_args_refuse(args, of_many, 1, "goes with several machines", error)) &&
           (!line->summary ||
            ng_args_refuse(args, of_rows, 1, "does not go with --summary", error));
}

static gboolean
run(ScoreLine *line, const NgArgs *args, GError **error)
{
    g_autoptr(GArray) machines = ng_machines_open(line->models, error);
    if (machines == NULL || !check_machines(machines, error))
        return FALSE;
    g_autoptr(NgDataset) rows = read_rows(&line->rows, machines, ng_args_paths(args), args, error);
    if (rows == NULL || !check_rows(machines, rows, error))
        return FALSE;
    g_autoptr(NgDataset) data = NULL;
    if (line->data != NULL) {
        const char *const paths[] = {line->data, NULL};
        NgRbmDataLine how = line->rows;
        how.labels = NULL;
        how.limit = 0;
        data = read_rows(&how, machines, paths, args, error);
        if (data == NULL)
            return FALSE;
        line->sum.data = data;
    }
    if (!ng_machines_sum(machines, &line->sum, args, error))
        return FALSE;
    if (line->summary)
        return sum_up(machines, rows, args, error);
    if (machines->len == 1)
        return score_one(&g_array_index(machines, NgMachine, 0), rows, args, error);
    return tell_apart(machines, rows, line, args, error);
}

static const char examples[] =
    "  ngram rbm score -m digits.rbm test-images.gz --threshold 0.5\n"
    "  ngram rbm score -m digits.rbm --summary test-images.gz       mean, log Z, interval\n"
    "  ngram rbm score -m three.rbm -m eight.rbm=0.2 unknown.png    which of both made it\n";

NgStatus
ng_rbm_score(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    ScoreLine line = {.rows = NG_RBM_DATA_LINE_NONE};
    const NgOption options[] = {
        NG_FILES('m', "model", &line.models, "FILE[=PRIOR]",
                 "A Boltzmann machine, several to tell them apart ($NGRAM_RBM)"),
        NG_FLAG(0, "summary", &line.summary, "One row a machine: the mean, and log Z"),
        NG_FLAG(0, "all", &line.all, "A row for each row and machine, not the best machine alone"),
        NG_FILE(0, "labels", &line.rows.labels, "FILE", "The rows' labels"),
        NG_RBM_DATA_TABLE(&line.rows),
        NG_CHOICE(0, "method", &line.sum.method, "auto|exact|ais",
                  "How log Z is found (auto: exact where that is quick)"),
        NG_COUNT(0, "temperatures", &line.sum.temperatures, 2, 10000000, "K",
                 "Of annealing (14503; where no interval comes of them 58012, then 232048)"),
        NG_COUNT(0, "runs", &line.sum.runs, 2, 1000000, "M", "Of annealing (100)"),
        NG_COUNT(0, "sweeps", &line.sum.sweeps, 1, 10000000, "N",
                 "Of Gibbs sampling before reverse runs (1000)"),
        NG_FLAG(0, "forward", &line.sum.forward, "No reverse runs, half the time, no upper bound"),
        NG_FILE(0, "data", &line.data, "FILE", "Training rows, which annealing begins with"),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[FILE...]",
        .about = "Prints how likely rows are by a Boltzmann machine: free energy, log-likelihood\n"
                 "with log Z exact or as an interval, pseudo-likelihood, in nats; or which of\n"
                 "several machines made each row.",
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
    return check_line(&line, &args, error) && run(&line, &args, error) ? NG_STATUS_DONE
                                                                       : NG_STATUS_TROUBLE;
}

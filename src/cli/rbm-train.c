/* ngram rbm train - learns a Boltzmann machine from rows of numbers, pictures or texts. */
#include "canvas.h"
#include "rbm-curve.h"
#include "rbm-text.h"
#include "writer.h"

#include "ngram/dataset-read.h"
#include "ngram/error.h"
#include "ngram/output.h"
#include "ngram/rbm-rows.h"
#include "ngram/rbm-train.h"

#include <math.h>

enum { MOST_WEIGHT_SD = 1000 };

/* The last step of persistent chains is worse than a mean over the last tenth, by nats at a rate that
 * stays. */
#define PCD_AVERAGE 10.0

/*
 * Rates where none is given: of real numbers a small one, for their gradients are large; of labels given
 * the rest a large one, for their gradient is small at first and has no noise of chains.
 */
#define REAL_RATE         0.001
#define PARTLY_LABEL_RATE 0.5
#define LABEL_RATE        5.0

/* The command line as given. */
typedef struct {
    const char *output, *labels, *valid, *checkpoint, *plot;
    const char *threshold, *rate, *half, *momentum, *l2, *l1, *sparsity, *average, *discriminative;
    const char *weight_sd;
    guint64 hidden, k, k_every, epochs, batch, chains, rungs, every, save_every, limit;
    int method, schedule, binarise, visible;
    gboolean plain, grey, resume, table;
    NgRbmTextLine text;
} TrainLine;

/* What a run tells of itself as it goes. */
typedef struct {
    const NgArgs *args;
    const TrainLine *line;
    NgWriter *writer; /* NULL where no table is asked for */
    NgRbmTrainer *trainer;
    GArray *epochs; /* of NgRbmEpoch */
    GError *error;  /* of a row or a checkpoint that could not be written */
} Teller;

static gboolean
number(const char *option, const char *text, double *value, GError **error)
{
    guint n = 0;

    return text == NULL || ng_args_numbers(option, text, value, 1, &n, error);
}

/* TARGET or TARGET,COST */
static gboolean
sparsity(const char *text, NgRbmTraining *how, GError **error)
{
    double x[2] = {0.0, 1.0};
    guint n = 0;

    if (text == NULL)
        return TRUE;
    if (!ng_args_numbers("sparsity", text, x, 2, &n, error))
        return FALSE;
    if (!(x[0] > 0.0 && x[0] < 1.0 && x[1] >= 0.0))
        return ng_cli_usage_error(error, "--sparsity: a target between 0 and 1, and a cost");
    how->sparsity = x[0];
    how->sparsity_cost = x[1];
    return TRUE;
}

/* The options of training. */
static gboolean
how_to_train(const TrainLine *line, const NgArgs *args, NgRbmTraining *how, GError **error)
{
    ng_rbm_training_init(how);
    how->method = (NgRbmMethod)line->method;
    how->schedule = (NgRateSchedule)line->schedule;
    how->k = (guint)line->k;
    how->k_every = (guint)line->k_every;
    how->epochs = (guint)line->epochs;
    how->batch = (guint)line->batch;
    how->chains = (guint)line->chains;
    how->rungs = (guint)line->rungs;
    how->every = (guint)line->every;
    how->centred = !line->plain;
    how->grey = line->grey;
    how->seed = args->seed;
    how->threads = (unsigned)args->threads;
    if (!number("discriminative", line->discriminative, &how->discriminative, error))
        return FALSE;
    if (line->visible == 1)
        how->rate = REAL_RATE;
    else if (how->discriminative > 0.0)
        how->rate = how->discriminative < 1.0 ? PARTLY_LABEL_RATE : LABEL_RATE;
    if (!number("rate", line->rate, &how->rate, error) ||
        !number("half", line->half, &how->half, error) ||
        !number("momentum", line->momentum, &how->momentum, error) ||
        !number("weight-decay", line->l2, &how->l2, error) ||
        !number("l1", line->l1, &how->l1, error) ||
        !number("average", line->average, &how->average, error) ||
        !number("weight-sd", line->weight_sd, &how->weight_sd, error) ||
        !sparsity(line->sparsity, how, error))
        return FALSE;
    if (!(how->weight_sd >= 0.0 && how->weight_sd <= MOST_WEIGHT_SD))
        return ng_cli_usage_error(error, "--weight-sd is from 0 to %d", MOST_WEIGHT_SD);
    how->momentum_early = MIN(how->momentum, 0.5);
    if (!(how->half > 0.0 && how->average >= 0.0 && how->l2 >= 0.0 && how->l1 >= 0.0))
        return ng_cli_usage_error(
            error, "--half is above 0; --average, --weight-decay and --l1 are not below it");
    return TRUE;
}

static gboolean
how_to_read(const TrainLine *line, const NgArgs *args, NgDatasetRead *how, GError **error)
{
    *how = (NgDatasetRead){
        .limit = line->limit,
        .labels = line->labels,
        .binarise = (NgBinarise)line->binarise,
        .seed = args->seed,
        .values = line->visible == 1 || line->grey ? NG_VALUES_FLOATS : NG_VALUES_BINARY,
    };
    if (line->threshold == NULL)
        return TRUE;
    if (!number("threshold", line->threshold, &how->threshold, error))
        return FALSE;
    if (line->binarise == NG_BINARISE_STOCHASTIC || !(how->threshold > 0.0))
        return ng_cli_usage_error(error, "--threshold is above 0, and takes no draws beside it");
    how->binarise = NG_BINARISE_THRESHOLD;
    return TRUE;
}

/* A machine for rows of numbers; labels become its last units. */
static NgRbm *
machine_for_rows(const TrainLine *line, const NgDataset *rows)
{
    const guint pixels = ng_dataset_columns(rows), labels = ng_dataset_labels(rows);
    const NgUnitGroup groups[] = {
        {line->visible == 1 ? NG_UNITS_GAUSSIAN : NG_UNITS_BINARY, 0, pixels},
        {NG_UNITS_SOFTMAX, pixels, labels},
    };
    NgRbm *rbm = ng_rbm_new(groups, labels > 0 ? 2 : 1, (guint)line->hidden);

    ng_rbm_set_labels(rbm, labels > 0);
    if (ng_dataset_width(rows) > 0)
        ng_rbm_set_picture(rbm, ng_dataset_width(rows), ng_dataset_height(rows));
    return rbm;
}

/* The rows of the files named, and a machine of their kind; the one place where both are made. */
static NgRbm *
read_data(const TrainLine *line, const NgArgs *args, NgDataset **rows, GError **error)
{
    NgDatasetRead how;

    if (line->text.text) {
        g_autoptr(NgFeatures) features =
            ng_rbm_learn_text(&line->text, line->limit, args, rows, error);
        if (features == NULL)
            return NULL;
        const NgUnitGroup group = ng_features_group(features);
        NgRbm *rbm = ng_rbm_new(&group, 1, (guint)line->hidden);
        ng_features_note(features, rbm);
        return rbm;
    }
    if (!ng_rbm_refuse_text(args, error) || !how_to_read(line, args, &how, error))
        return NULL;
    *rows = ng_dataset_read(ng_args_paths(args), MAX(args->n_rest, 1), &how, error);
    if (*rows == NULL)
        return NULL;
    if (ng_dataset_rows(*rows) == 0) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "there are no rows to learn from");
        return NULL;
    }
    return machine_for_rows(line, *rows);
}

/* Rows of the machine's size: those of --valid. */
static NgDataset *
read_validation(const TrainLine *line, const NgArgs *args, NgRbm *rbm, GError **error)
{
    NgDatasetRead how;

    if (line->text.text) {
        const char *const paths[] = {line->valid, NULL};
        g_autoptr(NgFeatures) features = ng_rbm_open_text(rbm, -1, args, error);
        return features != NULL ? ng_features_read(features, paths, NULL, error) : NULL;
    }
    if (!how_to_read(line, args, &how, error))
        return NULL;
    how.labels = NULL;
    how.limit = 0;
    g_autoptr(NgDataset) rows = ng_dataset_read(&line->valid, 1, &how, error);
    if (rows == NULL)
        return NULL;
    if (!ng_rbm_fits(rbm, rows, error)) {
        g_prefix_error(error, "%s: ", line->valid);
        return NULL;
    }
    return g_steal_pointer(&rows);
}

static const NgColumn columns[] = {
    {"epoch", NG_CELL_COUNT},
    {"k", NG_CELL_COUNT},
    {"rate", NG_CELL_DOUBLE},
    {"seconds", NG_CELL_DOUBLE},
    {"reconstruction_error", NG_CELL_DOUBLE},
    {"free_energy_gap", NG_CELL_DOUBLE},
    {"pseudo_loglik", NG_CELL_DOUBLE},
    {"loglik", NG_CELL_DOUBLE},
    {"loglik_low", NG_CELL_DOUBLE},
    {"loglik_high", NG_CELL_DOUBLE},
};

static gboolean
write_epoch(NgWriter *writer, const NgRbmEpoch *e, GError **error)
{
    ng_writer_count(writer, e->epoch);
    ng_writer_count(writer, e->k);
    ng_writer_double(writer, e->rate);
    ng_writer_double(writer, e->seconds);
    ng_writer_double(writer, e->reconstruction);
    ng_writer_double(writer, e->gap);
    ng_writer_double(writer, e->pseudo);
    ng_writer_double(writer, e->loglik);
    ng_writer_double(writer, e->low);
    ng_writer_double(writer, e->high);
    return ng_writer_end_row(writer, error) && ng_writer_flush(writer, error);
}

/* A line to standard error. */
static void
note_epoch(const NgRbmEpoch *e)
{
    g_autoptr(GString) more = g_string_new(NULL);

    if (!isnan(e->gap))
        g_string_append_printf(more, ", free energy gap %.2f", e->gap);
    if (!isnan(e->pseudo))
        g_string_append_printf(more, ", pseudo-likelihood %.2f", e->pseudo);
    if (!isnan(e->loglik))
        g_string_append_printf(more, ", log-likelihood %.2f", e->loglik);
    if (!isnan(e->loglik) && isnan(e->low))
        g_string_append(more, " (a poor estimate)");
    if (!isnan(e->low) && e->high > e->low)
        g_string_append_printf(more, " (%.2f to %.2f)", e->low, e->high);
    ng_cli_note("epoch %u: %.2f s, reconstruction error %.3f%s", e->epoch, e->seconds,
                e->reconstruction, more->str);
}

static gboolean
report(gpointer data, const NgRbmEpoch *epoch)
{
    Teller *teller = data;
    const TrainLine *line = teller->line;

    g_array_append_vals(teller->epochs, epoch, 1);
    if (!teller->args->quiet)
        note_epoch(epoch);
    if (teller->writer != NULL && !write_epoch(teller->writer, epoch, &teller->error))
        return FALSE;
    if (line->checkpoint == NULL ||
        (epoch->epoch % line->save_every != 0 && epoch->epoch != line->epochs))
        return TRUE;
    return ng_rbm_trainer_save(teller->trainer, line->checkpoint, &teller->error);
}

static void
warn(gpointer data G_GNUC_UNUSED, const char *message)
{
    ng_cli_note("%s", message);
}

/* Epoch by epoch, from a checkpoint where one is asked for and there. */
static gboolean
train(Teller *teller, NgRbm *rbm, const NgDataset *rows, const NgRbmTraining *how, GError **error)
{
    const TrainLine *line = teller->line;
    g_autoptr(NgRbmTrainer) trainer = ng_rbm_trainer_new(rbm, rows, how, error);

    if (trainer == NULL)
        return FALSE;
    teller->trainer = trainer;
    if (line->resume && g_file_test(line->checkpoint, G_FILE_TEST_EXISTS)) {
        if (!ng_rbm_trainer_resume(trainer, line->checkpoint, error))
            return FALSE;
        if (!teller->args->quiet)
            ng_cli_note("%s: goes on after epoch %u", line->checkpoint,
                        ng_rbm_trainer_epochs(trainer));
    }
    while (ng_rbm_trainer_epochs(trainer) < how->epochs) {
        NgRbmEpoch epoch;
        if (!ng_rbm_trainer_epoch(trainer, &epoch, error))
            return FALSE;
        if (!report(teller, &epoch)) {
            g_propagate_error(error, g_steal_pointer(&teller->error));
            return FALSE;
        }
    }
    ng_rbm_trainer_export(trainer);
    return TRUE;
}

/* Options that would be read and not used. */
static gboolean
check_line(const TrainLine *line, const NgArgs *args, GError **error)
{
    static const char *const of_rows[] = {"labels",   "discriminative", "visible",
                                          "binarise", "threshold",      "grey"};
    static const char *const of_chains[] = {"steps", "k-every", "chains"};
    static const char *const of_checkpoints[] = {"checkpoint-every", "resume"};
    static const char *const chains[] = {"chains"}, *const rungs[] = {"rungs"};
    static const char *const half[] = {"half"}, *const cuts[] = {"binarise", "threshold"};
    const gboolean counts = line->text.text && !line->text.sets;
    const int method = counts && !ng_args_given(args, "method") ? (int)NG_RBM_CD : line->method;

    if (line->text.text &&
        !ng_args_refuse(args, of_rows, G_N_ELEMENTS(of_rows), "does not go with --text", error))
        return FALSE;
    if (method == NG_RBM_EXACT && !ng_args_refuse(args, of_chains, G_N_ELEMENTS(of_chains),
                                                  "does not go with --method exact", error))
        return FALSE;
    if (method == NG_RBM_CD &&
        !ng_args_refuse(args, chains, 1, "does not go with --method cd", error))
        return FALSE;
    if (method != NG_RBM_TEMPERING &&
        !ng_args_refuse(args, rungs, 1, "goes with --method pt", error))
        return FALSE;
    if (line->schedule != NG_RATE_INVERSE &&
        !ng_args_refuse(args, half, 1, "goes with --schedule inverse", error))
        return FALSE;
    if (line->checkpoint == NULL &&
        !ng_args_refuse(args, of_checkpoints, G_N_ELEMENTS(of_checkpoints),
                        "goes with --checkpoint FILE", error))
        return FALSE;
    return !line->grey ||
           ng_args_refuse(args, cuts, G_N_ELEMENTS(cuts), "does not go with --grey", error);
}

/* Whether a file can be made there, which would be sad to learn after hours. */
static gboolean
can_write(const char *path, GError **error)
{
    gboolean there = path != NULL && g_file_test(path, G_FILE_TEST_EXISTS);

    if (path == NULL || g_str_equal(path, "-") ||
        (there && !g_file_test(path, G_FILE_TEST_IS_REGULAR | G_FILE_TEST_IS_DIR)))
        return TRUE; /* a pipe or a device is not opened before its time */
    g_autoptr(NgOutput) output = ng_output_open(path, error);
    return output != NULL;
}

static gboolean
run(const TrainLine *line, const NgArgs *args, GError **error)
{
    NgRbmTraining how;
    g_autoptr(NgDataset) rows = NULL, valid = NULL;
    g_autoptr(NgWriter) writer = NULL;

    if (!check_line(line, args, error) || !how_to_train(line, args, &how, error) ||
        !can_write(line->output, error) || !can_write(line->checkpoint, error) ||
        (line->plot != NULL && !ng_canvas_check(line->plot, error)) ||
        !can_write(line->plot, error))
        return FALSE;
    g_autoptr(NgRbm) rbm = read_data(line, args, &rows, error);
    if (rbm == NULL)
        return FALSE;
    if (line->text.text)
        ng_rbm_suit_text(rbm, rows, args, &how);
    if (line->average == NULL && how.method == NG_RBM_PCD)
        how.average = PCD_AVERAGE;
    if (line->valid != NULL) {
        valid = read_validation(line, args, rbm, error);
        if (valid == NULL)
            return FALSE;
        how.validation = valid;
    }
    if (line->table)
        writer = ng_writer_new(columns, G_N_ELEMENTS(columns), args);
    g_autoptr(GArray) epochs = g_array_new(FALSE, FALSE, sizeof(NgRbmEpoch));
    Teller teller = {.args = args, .line = line, .writer = writer, .epochs = epochs};
    how.report = report;
    how.warn = warn;
    how.data = &teller;
    if (!train(&teller, rbm, rows, &how, error))
        return FALSE;
    if (line->text.text)
        ng_rbm_note_units(rbm, rows);
    return ng_rbm_save(rbm, line->output, error) &&
           (line->plot == NULL || ng_rbm_plot_epochs(line->plot, epochs, error));
}

/* Without --seed a training that goes on has the seed it began with. */
static void
find_seed(const TrainLine *line, NgArgs *args)
{
    if (!line->resume || line->checkpoint == NULL || ng_args_given(args, "seed"))
        return;
    g_autoptr(NgRbm) rbm = ng_rbm_open(line->checkpoint, NULL);
    if (rbm == NULL)
        return; /* there is none yet; or it is said later what is wrong with it */
    guint64 seed = g_key_file_get_uint64(ng_rbm_manifest(rbm), "training", "seed", NULL);
    if (g_key_file_has_key(ng_rbm_manifest(rbm), "training", "seed", NULL))
        args->seed = seed;
}

static const char examples[] =
    "  ngram rbm train -o digits.rbm --hidden 500 --threshold 0.5 train-images.gz\n"
    "  ngram rbm train --hidden 16 --method cd -k 3 --valid held-out.csv rows.csv\n"
    "  ngram rbm train --hidden 500 --checkpoint run.rbm --resume train-images.gz\n"
    "  ngram rbm train --text --hidden 50 -o topics.rbm reviews/\n";

/* How it learns. */
#define LEARNING_TABLE(o)                                                                          \
    NG_FILE('o', "output", &(o)->output, "FILE", "The machine (model.rbm)"),                       \
        NG_COUNT(0, "hidden", &(o)->hidden, 1, 1000000, "H", "Hidden units (100)"),                \
        NG_CHOICE(                                                                                 \
            0, "method", &(o)->method, "cd|pcd|exact|pt",                                          \
            "Contrastive divergence (the default for word counts), persistent chains (that for "   \
            "others), exact, tempering"),                                                          \
        NG_COUNT('k', "steps", &(o)->k, 1, 10000, "K", "Gibbs steps a batch (1)"),                 \
        NG_COUNT(0, "k-every", &(o)->k_every, 1, 1000000, "N",                                     \
                 "A step more every N epochs, at the rate divided by the steps"),                  \
        NG_COUNT(0, "epochs", &(o)->epochs, 1, 1000000, "N", "Times all rows are seen (20)"),      \
        NG_COUNT(0, "batch", &(o)->batch, 1, 1000000, "B", "Rows of a batch (100)"),               \
        NG_COUNT(0, "chains", &(o)->chains, 1, 1000000, "M", "Chains (as many as rows a batch)"),  \
        NG_COUNT(0, "rungs", &(o)->rungs, 2, 1000, "N", "Temperatures of --method pt (10)"),       \
        NG_TEXT(0, "rate", &(o)->rate, "X",                                                        \
                "Of learning (0.05; 0.001 for real numbers; 10 / words of a text for word "        \
                "counts; 0.5 with --discriminative, 5 with that of 1)"),                           \
        NG_CHOICE(0, "schedule", &(o)->schedule, "constant|linear|inverse",                        \
                  "What becomes of the rate (linear: down to 0)"),                                 \
        NG_TEXT(0, "half", &(o)->half, "N", "Epochs that halve the rate, if inverse (10)"),        \
        NG_TEXT(0, "momentum", &(o)->momentum, "X",                                                \
                "From epoch 6 on, at most 0.5 before (0; 0.9 for word counts)"),                   \
        NG_TEXT(0, "weight-decay", &(o)->l2, "X", "L2 (0)"),                                       \
        NG_TEXT(0, "l1", &(o)->l1, "X", "L1 (0)"),                                                 \
        NG_TEXT(                                                                                   \
            0, "sparsity", &(o)->sparsity, "P[,COST]",                                             \
            "How often hidden units are to be on, and how much that matters (1); 0.2 for word "    \
            "counts"),                                                                             \
        NG_TEXT(0, "average", &(o)->average, "X",                                                  \
                "The parameters are a mean over the last steps, about 1 in X of all; 0 for none "  \
                "(10 for --method pcd, 0 for the others)"),                                        \
        NG_FLAG(0, "no-centre", &(o)->plain, "The gradient is not centred"),                       \
        NG_TEXT(0, "weight-sd", &(o)->weight_sd, "X", "Initial weights (0.01)")

/* From what. */
#define ROWS_TABLE(o)                                                                              \
    NG_FILE(0, "labels", &(o)->labels, "FILE", "The rows' labels, which are learned too"),         \
        NG_TEXT(0, "discriminative", &(o)->discriminative, "X",                                    \
                "0 to 1: how much to learn labels given rows, not both (0)"),                      \
        NG_CHOICE(0, "visible", &(o)->visible, "binary|gaussian",                                  \
                  "0 and 1, or real numbers of about variance 1"),                                 \
        NG_CHOICE(0, "binarise", &(o)->binarise, "none|threshold|stochastic",                      \
                  "How grey becomes 0 and 1 (none: grey is an error)"),                            \
        NG_TEXT(0, "threshold", &(o)->threshold, "X", "1 from X on, where white is 1 (0.5)"),      \
        NG_FLAG(0, "grey", &(o)->grey, "Values between 0 and 1 are learned as they are")

/* What is told and kept. */
#define RUN_TABLE(o)                                                                               \
    NG_COUNT(0, "limit", &(o)->limit, 1, G_MAXINT64, "N", "The first N rows"),                     \
        NG_FILE(0, "valid", &(o)->valid, "FILE", "Rows that are not learned, for the figures"),    \
        NG_COUNT(0, "every", &(o)->every, 1, 1000000, "N",                                         \
                 "Likelihood and pseudo-likelihood every N epochs (never)"),                       \
        NG_FLAG(0, "table", &(o)->table, "A row an epoch on standard output"),                     \
        NG_FILE(0, "plot", &(o)->plot, "FILE",                                                     \
                "The figures of all epochs as a picture (.png, .svg)"),                            \
        NG_FILE(0, "checkpoint", &(o)->checkpoint, "FILE",                                         \
                "The state of training, and a machine"),                                           \
        NG_COUNT(0, "checkpoint-every", &(o)->save_every, 1, 1000000, "N", "Epochs (1)"),          \
        NG_FLAG(0, "resume", &(o)->resume, "Go on from --checkpoint FILE, where that is there")

NgStatus
ng_rbm_train_command(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    TrainLine line = {
        .output = "model.rbm",
        .hidden = 100,
        .k = 1,
        .epochs = 20,
        .batch = 100,
        .rungs = 10,
        .save_every = 1,
        .method = NG_RBM_PCD,
        .schedule = NG_RATE_LINEAR,
        .text = NG_RBM_TEXT_LINE_NONE,
    };
    const NgOption options[] = {
        LEARNING_TABLE(&line),
        ROWS_TABLE(&line),
        NG_RBM_TEXT_TABLE(&line.text),
        RUN_TABLE(&line),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[FILE...]",
        .about = "Learns a restricted Boltzmann machine from pictures, rows of numbers or texts.\n"
                 "The same seed gives the same machine for any number of threads.",
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
    find_seed(&line, &args);
    return run(&line, &args, error) ? NG_STATUS_DONE : NG_STATUS_TROUBLE;
}

/* ngram rbm sample - rows drawn from a Boltzmann machine. */
#include "rbm-data.h"
#include "rbm-given.h"

#include "ngram/diagnose.h"
#include "ngram/gibbs.h"

#include <math.h>
#include <string.h>

typedef struct {
    const char *model, *hidden, *clamp, *temperature;
    char **from;
    guint64 n, chains, burn_in, thin, label, words;
    gboolean mean, diagnose, labelled;
    NgRbmSheet sheet;
    NgRbmDataLine data;
} SampleLine;

/* What is held: a row of --clamp, a label; all empty where nothing is. */
static gboolean
read_held(const SampleLine *line, const NgRbm *rbm, NgGiven *held, GError **error)
{
    const gsize D = ng_rbm_visible(rbm);

    if (line->clamp != NULL) {
        if (!ng_given_read(held, rbm, line->clamp, error))
            return FALSE;
        if (held->rows > 1)
            return ng_cli_usage_error(error, "--clamp takes one row; %s has %zu", line->clamp,
                                      held->rows);
    } else if (line->labelled) {
        held->rows = 1;
        held->value = g_new0(float, D);
        held->given = g_new0(guint8, D);
    }
    return !line->labelled || ng_given_label(held, rbm, line->label, error);
}

/* Where the chains begin: at rows of --from, over and over; NULL for chance. */
static gboolean
read_start(const SampleLine *line, NgRbm *rbm, const NgArgs *args, float **start, GError **error)
{
    const gsize D = ng_rbm_visible(rbm);

    *start = NULL;
    if (line->from == NULL)
        return TRUE;
    g_autoptr(NgDataset) rows =
        ng_rbm_read_rows(rbm, &line->data, (const char *const *)line->from, args, error);
    if (rows == NULL)
        return FALSE;
    g_autofree float *v = ng_rbm_all_rows(rbm, rows);
    *start = g_new(float, line->chains *D);
    for (gsize c = 0; c < line->chains; c++)
        memcpy(*start + c * D, v + c % ng_dataset_rows(rows) * D, D * sizeof *v);
    return TRUE;
}

static void
take(const SampleLine *line, const NgRbm *rbm, const NgRbmChains *chains, float *out, gsize n)
{
    const gsize D = ng_rbm_visible(rbm);

    if (!line->mean) {
        memcpy(out, ng_rbm_chains_visible(chains), n * D * sizeof *out);
        return;
    }
    g_autofree float *mean = g_new(float, line->chains *D);
    ng_rbm_chains_mean(chains, mean);
    memcpy(out, mean, n * D * sizeof *out);
}

static gboolean
sample_chains(const SampleLine *line, NgRbm *rbm, const NgArgs *args, float *out, GError **error)
{
    g_auto(NgGiven) held = {0};
    g_autofree float *start = NULL;
    NgRbmSampling how = {
        .chains = (guint)line->chains,
        .beta = 1.0,
        .length = (guint)line->words,
        .seed = args->seed,
        .threads = (unsigned)args->threads,
    };
    double kt = 1.0;
    guint n = 0;

    if (line->temperature != NULL &&
        (!ng_args_numbers("temperature", line->temperature, &kt, 1, &n, error) || !(kt > 0.0)))
        return *error != NULL || ng_cli_usage_error(error, "--temperature is above 0");
    how.beta = 1.0 / kt;
    if (!read_held(line, rbm, &held, error) || !read_start(line, rbm, args, &start, error))
        return FALSE;
    how.start = start;
    how.given = held.given;
    how.value = held.value;
    g_autoptr(NgRbmChains) chains = ng_rbm_chains_new(rbm, &how);
    ng_rbm_chains_run(chains, line->burn_in);
    for (guint64 at = 0; at < line->n; at += line->chains) {
        if (at > 0)
            ng_rbm_chains_run(chains, line->thin);
        take(line, rbm, chains, out + at * ng_rbm_visible(rbm), MIN(line->n - at, line->chains));
    }
    return TRUE;
}

/* Rows that go with hidden units which are given: P(v | h). */
static gboolean
sample_given(const SampleLine *line, NgRbm *rbm, const NgArgs *args, float *out, GError **error)
{
    const gsize H = ng_rbm_hidden(rbm);
    g_autofree float *h = g_new(float, line->n *H);
    g_autofree float *length = g_new(float, line->n);
    const NgGibbs step = {.beta = 1.0, .noise.seed = args->seed};

    if (strlen(line->hidden) != H || strspn(line->hidden, "01") != H)
        return ng_cli_usage_error(error, "--hidden is %zu signs 0 or 1, one for each hidden unit",
                                  H);
    for (guint64 r = 0; r < line->n; r++) {
        length[r] = (float)line->words;
        for (gsize j = 0; j < H; j++)
            h[r * H + j] = line->hidden[j] == '1' ? 1.0F : 0.0F;
    }
    if (line->mean)
        ng_rbm_visible_mean(rbm, h, line->n, length, out);
    else
        ng_rbm_draw_visible(rbm, &step, h, line->n, length, out);
    return TRUE;
}

static gboolean
say_diagnosis(const NgRbm *rbm, const NgArgs *args, GError **error)
{
    const NgDiagnoseOptions how = {.seed = args->seed, .threads = (unsigned)args->threads};
    g_autoptr(NgDiagnosis) diagnosis = ng_diagnose(rbm, &how, error);

    if (diagnosis == NULL)
        return FALSE;
    g_auto(GStrv) lines = g_strsplit(diagnosis->verdict, "\n", -1);
    for (char **each = lines; *each != NULL; each++)
        if (**each != '\0')
            ng_cli_note("%s", *each);
    return TRUE;
}

static gboolean
run(SampleLine *line, const NgArgs *args, GError **error)
{
    g_autoptr(NgRbm) rbm = ng_rbm_open_machine(line->model, error);

    if (rbm == NULL || !ng_rbm_check_sheet(rbm, &line->sheet, error))
        return FALSE;
    if (line->n > G_MAXINT / ng_rbm_visible(rbm))
        return ng_cli_usage_error(error, "-n: too many rows at once");
    line->chains = MIN(line->chains, line->n);
    if (args->verbose)
        ng_cli_note("seed %" G_GUINT64_FORMAT, args->seed);
    g_autofree float *out = g_new(float, line->n *ng_rbm_visible(rbm));
    if (line->hidden != NULL ? !sample_given(line, rbm, args, out, error)
                             : !sample_chains(line, rbm, args, out, error))
        return FALSE;
    if (!ng_rbm_show_rows(rbm, &line->sheet, out, line->n, args, error))
        return FALSE;
    return !line->diagnose || say_diagnosis(rbm, args, error);
}

/* Options that do not go together. */
static gboolean
check_line(const SampleLine *line, const NgArgs *args, GError **error)
{
    static const char *const of_chains[] = {"chains", "burn-in", "thin",       "from",
                                            "clamp",  "label",   "temperature"};

    return line->hidden == NULL || ng_args_refuse(args, of_chains, G_N_ELEMENTS(of_chains),
                                                  "does not go with --hidden", error);
}

static const char examples[] =
    "  ngram rbm sample -m digits.rbm -n 100 -o digits.png     a sheet of new digits\n"
    "  ngram rbm sample -m digits.rbm -n 10 --label 3          threes\n"
    "  ngram rbm sample -m bars.rbm --hidden 0110 --mean       what goes with h\n"
    "  ngram rbm sample -m bars.rbm --temperature 2 -n 5 --seed 1\n";

NgStatus
ng_rbm_sample(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    SampleLine line = {.n = 1,
                       .chains = 100,
                       .burn_in = 1000,
                       .thin = 100,
                       .words = 100,
                       .data = NG_RBM_DATA_LINE_NONE};
    const NgOption options[] = {
        NG_RBM_MODEL(&line.model),
        NG_COUNT('n', "number", &line.n, 1, G_MAXINT, "N", "How many rows (1)"),
        NG_COUNT(0, "chains", &line.chains, 1, 1000000, "C", "Markov chains side by side (100)"),
        NG_COUNT(0, "burn-in", &line.burn_in, 0, G_MAXINT64, "N",
                 "Steps of each before the first row (1000)"),
        NG_COUNT(0, "thin", &line.thin, 1, G_MAXINT64, "N",
                 "Steps between two rows of a chain (100)"),
        NG_TEXT(0, "temperature", &line.temperature, "KT", "Above 1 is bolder, below 1 tamer (1)"),
        NG_FILES(0, "from", &line.from, "FILE", "Rows where the chains begin (chance)"),
        NG_FILE(0, "clamp", &line.clamp, "FILE", "A row of values that are held, ? for the others"),
        NG_COUNT(0, "label", &line.label, 0, G_MAXUINT32, "K", "Hold the label"),
        NG_TEXT(0, "hidden", &line.hidden, "BITS", "Rows drawn from P(v | h) for this h"),
        NG_FLAG(0, "mean", &line.mean, "The mean of each unit given the hidden ones, no draw"),
        NG_COUNT(0, "words", &line.words, 1, 1000000, "N",
                 "Words of a text, for word counts (100)"),
        NG_FLAG(0, "diagnose", &line.diagnose,
                "Say whether chains mix: R-hat, effective sample size, autocorrelation"),
        NG_RBM_SHEET_TABLE(&line.sheet),
        NG_RBM_DATA_TABLE(&line.data),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "",
        .about = "Draws rows from a Boltzmann machine by Gibbs sampling.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_OUTPUT | NG_SHARED_SEED | NG_SHARED_THREADS | NG_SHARED_STRICT |
                  NG_SHARED_QUIET | NG_SHARED_VERBOSE,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    line.labelled = ng_args_given(&args, "label");
    if (!check_line(&line, &args, error) || !run(&line, &args, error))
        return NG_STATUS_TROUBLE;
    return NG_STATUS_DONE;
}

/* ngram rbm sample - rows drawn from a Boltzmann machine. */
#include "rbm-data.h"
#include "rbm-given.h"

#include "ngram/chains.h"
#include "ngram/diagnose.h"
#include "ngram/gibbs.h"
#include "ngram/tempering.h"

#include <math.h>
#include <string.h>

enum { FOLLOWED = 500 }; /* steps that --diagnose follows the chains */

#define MIXED_RHAT 1.05

typedef struct {
    const char *model, *hidden, *clamp, *temperature;
    char **from;
    guint64 n, chains, burn_in, thin, label, words, rungs;
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
    if (line->labelled && !ng_given_label(held, rbm, line->label, error))
        return FALSE;
    return held->rows == 0 || ng_rbm_settle_given(rbm, held->value, held->given, error);
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

/* Says whether these chains, as they are held and as warm as they are, forget where they were. */
static void
follow(const SampleLine *line, NgRbmChains *chains)
{
    const gsize n = line->chains;
    g_autofree double *x = g_new(double, n *FOLLOWED), *f = g_new(double, n);

    for (gsize s = 0; s < FOLLOWED; s++) {
        ng_rbm_chains_run(chains, 1);
        ng_rbm_chains_free_energy(chains, f);
        for (gsize c = 0; c < n; c++)
            x[c * FOLLOWED + s] = f[c];
    }
    double rhat = ng_chains_rhat(x, n, FOLLOWED), ess = ng_chains_ess(x, n, FOLLOWED);
    double time = ng_chains_time(x, n, FOLLOWED);
    ng_cli_note(
        "free energy of these chains, %d more steps: R-hat %.3f, effective sample size %.0f "
        "of %zu, autocorrelation time %.1f steps: %s",
        FOLLOWED, rhat, ess, n * FOLLOWED, time,
        isnan(time)         ? "it never changes"
        : rhat > MIXED_RHAT ? "they have not mixed; more --burn-in, or --rungs"
        : time > (double)line->thin && line->n > n
            ? "they have mixed, but rows of one chain are alike; more --thin"
            : "they have mixed");
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
        !ng_args_numbers("temperature", line->temperature, &kt, 1, &n, error))
        return FALSE;
    if (!(kt > 0.0 && 1.0 / kt > 0.0 && isfinite(1.0 / kt)))
        return ng_cli_usage_error(error, "--temperature is above 0");
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
    if (line->diagnose)
        follow(line, chains);
    return TRUE;
}

static void
sweep(NgTempering *ladders, const NgRbm *rbm, NgNoise *noise, guint64 sweeps)
{
    for (guint64 s = 0; s < sweeps; s++, noise->step++)
        ng_tempering_sweep(ladders, rbm, noise);
}

/* E(v | h) with h drawn given where the ladders stand. */
static void
mean_of_states(const NgRbm *rbm, const NgNoise *noise, float *v, gsize n)
{
    const NgGibbs step = {.beta = 1.0, .noise = {noise->seed, noise->epoch + 1, noise->step}};
    g_autofree float *h = g_new(float, n *ng_rbm_hidden(rbm));

    ng_rbm_draw_hidden(rbm, &step, v, n, h);
    ng_rbm_visible_mean(rbm, h, n, NULL, v);
}

static void
say_exchanges(const NgTempering *ladders)
{
    double least = 1.0;

    for (guint pair = 0; pair + 1 < ng_tempering_rungs(ladders); pair++)
        least = fmin(least, ng_tempering_acceptance(ladders, pair));
    ng_cli_note("tempering: %" G_GUINT64_FORMAT " round trips on %u ladders of %u rungs; at least "
                "%.0f %% of exchanges took place",
                ng_tempering_round_trips(ladders), ng_tempering_ladders(ladders),
                ng_tempering_rungs(ladders), 100.0 * least);
}

/* Rows of chains that change places with warmer ones, up to independent units. */
static gboolean
sample_tempered(const SampleLine *line, NgRbm *rbm, const NgArgs *args, float *out, GError **error)
{
    const gsize D = ng_rbm_visible(rbm), L = line->chains;
    const NgTemperingOptions how = {.rungs = (guint)line->rungs,
                                    .ladders = (guint)L,
                                    .seed = args->seed,
                                    .threads = (unsigned)args->threads};
    NgNoise noise = {.seed = args->seed, .epoch = 1};
    g_autoptr(NgTempering) ladders = ng_tempering_new(rbm, &how, error);
    g_autofree float *start = NULL, *v = g_new(float, L *D);

    if (ladders == NULL || !read_start(line, rbm, args, &start, error))
        return FALSE;
    if (start != NULL)
        ng_tempering_place(ladders, start);
    sweep(ladders, rbm, &noise, line->burn_in / 2);
    ng_tempering_tune(ladders);
    sweep(ladders, rbm, &noise, line->burn_in - line->burn_in / 2);
    for (guint64 at = 0; at < line->n; at += L) {
        gsize n = MIN(line->n - at, L);
        if (at > 0)
            sweep(ladders, rbm, &noise, line->thin);
        ng_tempering_states(ladders, v);
        if (line->mean)
            mean_of_states(rbm, &noise, v, n);
        memcpy(out + at * D, v, n * D * sizeof *v);
    }
    if (line->diagnose || args->verbose)
        say_exchanges(ladders);
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
has_counts(const NgRbm *rbm)
{
    guint n = 0;
    const NgUnitGroup *groups = ng_rbm_groups(rbm, &n);

    for (guint g = 0; g < n; g++)
        if (groups[g].kind == NG_UNITS_COUNTS)
            return TRUE;
    return FALSE;
}

static gboolean
run(SampleLine *line, const NgArgs *args, GError **error)
{
    g_autoptr(NgRbm) rbm = ng_rbm_open_machine(line->model, error);

    if (rbm == NULL || !ng_rbm_check_sheet(rbm, &line->sheet, error))
        return FALSE;
    if (ng_args_given(args, "words") && !has_counts(rbm))
        return ng_cli_usage_error(error, "--words is for machines of word counts");
    if (line->n > G_MAXINT / ng_rbm_visible(rbm))
        return ng_cli_usage_error(error, "-n: too many rows at once");
    line->chains = MIN(line->chains, line->n);
    if (args->verbose)
        ng_cli_note("seed %" G_GUINT64_FORMAT, args->seed);
    g_autofree float *out = g_new(float, line->n *ng_rbm_visible(rbm));
    if (line->hidden != NULL ? !sample_given(line, rbm, args, out, error)
        : line->rungs > 0    ? !sample_tempered(line, rbm, args, out, error)
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
    static const char *const of_chains[] = {"chains", "burn-in", "thin",        "from",
                                            "clamp",  "label",   "temperature", "rungs"};
    static const char *const of_plain_chains[] = {"clamp", "label", "temperature", "words"};

    if (line->from == NULL && !ng_rbm_refuse_rows(&line->data, "goes with --from", error))
        return FALSE;
    if (line->hidden != NULL)
        return ng_args_refuse(args, of_chains, G_N_ELEMENTS(of_chains), "does not go with --hidden",
                              error);
    return line->rungs == 0 || ng_args_refuse(args, of_plain_chains, G_N_ELEMENTS(of_plain_chains),
                                              "does not go with --rungs", error);
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
        NG_COUNT(0, "burn-in", &line.burn_in, 0, G_MAXINT, "N",
                 "Steps of each before the first row (1000)"),
        NG_COUNT(0, "thin", &line.thin, 1, G_MAXINT, "N",
                 "Steps between two rows of a chain (100)"),
        NG_TEXT(0, "temperature", &line.temperature, "KT", "Above 1 is bolder, below 1 tamer (1)"),
        NG_COUNT(0, "rungs", &line.rungs, 2, 1000, "K",
                 "Parallel tempering: each chain changes places with K - 1 warmer ones"),
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

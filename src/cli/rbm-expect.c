/* ngram rbm expect - an expectation by sampling: uniform against in proportion, beside the truth. */
#include "rbm-cli.h"
#include "writer.h"

#include "ngram/chains.h"
#include "ngram/exact.h"
#include "ngram/gibbs.h"
#include "ngram/rng.h"

#include <math.h>
#include <string.h>

enum { OF_ON, OF_ENERGY, OF_UNIT };
enum { CHAINS = 20, DRAWS_LEAST = 4 };

typedef struct {
    const char *model;
    guint64 n, burn_in, unit;
    int of;
    gboolean units; /* whether a unit is asked for */
} ExpectLine;

/** Estimate: @ess: effective sample size. */
typedef struct {
    double mean, error, ess;
} Estimate;

/* What the mean is taken of, in one state. */
static double
value_of(const ExpectLine *line, const NgRbm *rbm, const float *v, const float *h)
{
    double on = 0.0;

    if (line->units)
        return (double)v[line->unit - 1];
    if (line->of == OF_ENERGY)
        return ng_rbm_energy(rbm, v, h);
    for (guint i = 0; i < ng_rbm_visible(rbm); i++)
        on += (double)v[i];
    return on;
}

static gboolean
know(const ExpectLine *line, NgRbm *rbm, unsigned threads, double *out, GError **error)
{
    const NgExactWork work = {.threads = threads};
    const guint D = ng_rbm_visible(rbm), H = ng_rbm_hidden(rbm);
    const float *w = ng_rbm_weights(rbm), *b = ng_rbm_visible_bias(rbm);
    g_autoptr(NgExactMoments) m = ng_exact_moments(rbm, &work, error);

    if (m == NULL)
        return FALSE;
    *out = 0.0;
    if (line->units)
        *out = m->v[line->unit - 1];
    for (guint i = 0; i < D && !line->units; i++)
        *out += line->of == OF_ON ? m->v[i] : -(double)b[i] * m->v[i];
    if (line->units || line->of == OF_ON)
        return TRUE;
    for (guint j = 0; j < H; j++)
        *out -= (double)ng_rbm_hidden_bias(rbm)[j] * m->h[j];
    for (gsize i = 0; i < (gsize)D * H; i++)
        *out -= (double)w[i] * m->vh[i];
    return TRUE;
}

/* States drawn alike, each weighed by e^-E: the ratio of two means, and its error by the delta
 * method. */
static Estimate
draw_uniform(const ExpectLine *line, const NgRbm *rbm, guint64 seed)
{
    const guint D = ng_rbm_visible(rbm), H = ng_rbm_hidden(rbm);
    g_autofree double *x = g_new(double, line->n), *log_w = g_new(double, line->n);
    g_autofree float *state = g_new(float, D + H);
    NgRng rng = ng_rng_new(seed, 1);
    double most = -INFINITY, sum = 0.0, squares = 0.0, mean = 0.0, error = 0.0;

    for (guint64 s = 0; s < line->n; s++) {
        for (guint i = 0; i < D + H; i++)
            state[i] = ng_rng_coin(&rng) < 0.5 ? 0.0F : 1.0F;
        x[s] = value_of(line, rbm, state, state + D);
        log_w[s] = -ng_rbm_energy(rbm, state, state + D);
        most = fmax(most, log_w[s]);
    }
    for (guint64 s = 0; s < line->n; s++) {
        double w = exp(log_w[s] - most);
        sum += w;
        squares += w * w;
        mean += w * x[s];
    }
    mean /= sum;
    for (guint64 s = 0; s < line->n; s++)
        error += pow(exp(log_w[s] - most) / sum * (x[s] - mean), 2.0);
    return (Estimate){mean, sqrt(error), sum * sum / squares};
}

/* States of Markov chains, which come up in proportion to their probability. */
static Estimate
draw_gibbs(const ExpectLine *line, const NgRbm *rbm, guint64 seed, unsigned threads)
{
    const gsize D = ng_rbm_visible(rbm), H = ng_rbm_hidden(rbm), draws = line->n / CHAINS;
    const NgRbmSampling how = {.chains = CHAINS, .beta = 1.0, .seed = seed, .threads = threads};
    g_autoptr(NgRbmChains) chains = ng_rbm_chains_new(rbm, &how);
    g_autofree double *x = g_new(double, CHAINS *draws);
    double mean = 0.0, squares = 0.0;

    ng_rbm_chains_run(chains, line->burn_in);
    for (gsize s = 0; s < draws; s++) {
        ng_rbm_chains_run(chains, 1);
        for (gsize c = 0; c < CHAINS; c++) {
            double f = value_of(line, rbm, ng_rbm_chains_visible(chains) + c * D,
                                ng_rbm_chains_hidden(chains) + c * H);
            x[c * draws + s] = f;
            mean += f / (double)(CHAINS * draws);
        }
    }
    for (gsize i = 0; i < CHAINS * draws; i++)
        squares += pow(x[i] - mean, 2.0);
    double ess = ng_chains_ess(x, CHAINS, draws);
    return (Estimate){mean, sqrt(squares / (double)(CHAINS * draws - 1) / ess), ess};
}

static const NgColumn columns[] = {
    {"draws", NG_CELL_TEXT},      {"exact", NG_CELL_DOUBLE},
    {"estimate", NG_CELL_DOUBLE}, {"standard_error", NG_CELL_DOUBLE},
    {"ess", NG_CELL_DOUBLE},      {"n", NG_CELL_COUNT},
};

static gboolean
write_estimate(NgWriter *writer, const char *draws, double exact, const Estimate *e, guint64 n,
               GError **error)
{
    ng_writer_text(writer, draws, -1);
    ng_writer_double(writer, exact);
    ng_writer_double(writer, e->mean);
    ng_writer_double(writer, e->error);
    ng_writer_double(writer, e->ess);
    ng_writer_count(writer, n);
    return ng_writer_end_row(writer, error);
}

static gboolean
run(const ExpectLine *line, const char *path, const NgArgs *args, GError **error)
{
    g_autoptr(NgRbm) rbm = ng_rbm_open_machine(path, error);
    double exact = 0.0;

    if (rbm == NULL)
        return FALSE;
    if (!ng_rbm_is_binary(rbm))
        return ng_cli_usage_error(error, "the machine has other units than binary ones");
    if (line->units && line->unit > ng_rbm_visible(rbm))
        return ng_cli_usage_error(error, "--unit: the machine has %u visible units",
                                  ng_rbm_visible(rbm));
    if (!know(line, rbm, (unsigned)args->threads, &exact, error))
        return FALSE;
    if (args->verbose)
        ng_cli_note("seed %" G_GUINT64_FORMAT, args->seed);
    Estimate uniform = draw_uniform(line, rbm, args->seed);
    Estimate gibbs = draw_gibbs(line, rbm, args->seed, (unsigned)args->threads);
    g_autoptr(NgWriter) writer = ng_writer_new(columns, G_N_ELEMENTS(columns), args);
    return write_estimate(writer, "uniform", exact, &uniform, line->n, error) &&
           write_estimate(writer, "gibbs", exact, &gibbs, line->n / CHAINS * CHAINS, error) &&
           ng_writer_flush(writer, error);
}

static const char examples[] =
    "  ngram rbm expect -m bars.rbm                   how many units are on\n"
    "  ngram rbm expect -m bars.rbm --of energy -n 100000\n"
    "  ngram rbm expect -m bars.rbm --unit 3\n";

NgStatus
ng_rbm_expect(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    ExpectLine line = {.n = 10000, .burn_in = 1000};
    const NgOption options[] = {
        NG_RBM_MODEL(&line.model),
        NG_CHOICE(0, "of", &line.of, "on|energy", "The mean of what (on: how many units are on)"),
        NG_COUNT(0, "unit", &line.unit, 1, G_MAXUINT32, "I", "The mean of visible unit I, from 1"),
        NG_COUNT('n', "number", &line.n, CHAINS * DRAWS_LEAST, 100000000, "N",
                 "How many states are drawn (10000)"),
        NG_COUNT(0, "burn-in", &line.burn_in, 0, G_MAXINT64, "N",
                 "Steps of the chains before them (1000)"),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "",
        .about = "An expectation under a small Boltzmann machine by sampling, beside the truth:\n"
                 "states drawn alike and weighed by e^-E, and states drawn in proportion.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_OUTPUT | NG_SHARED_SEED | NG_SHARED_THREADS | NG_SHARED_QUIET |
                  NG_SHARED_VERBOSE,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    line.units = ng_args_given(&args, "unit");
    if (line.units && ng_args_given(&args, "of")) {
        ng_cli_usage_error(error, "--of or --unit, not both");
        return NG_STATUS_TROUBLE;
    }
    return run(&line, line.model, &args, error) ? NG_STATUS_DONE : NG_STATUS_TROUBLE;
}

/* ngram rbm expect - an expectation by sampling: uniform against in proportion, beside the truth. */
#include "rbm-cli.h"
#include "writer.h"

#include "ngram/exact.h"
#include "ngram/rbm-expect.h"

#include <math.h>

enum { CHAINS = 20, DRAWS_LEAST = 4 };
enum { EXACT_BITS = 24 }; /* more states are not summed unasked */

typedef struct {
    const char *model;
    guint64 n, burn_in, unit;
    int of;
    gboolean units; /* whether a unit is asked for */
} ExpectLine;

static const NgColumn columns[] = {
    {"draws", NG_CELL_TEXT},      {"exact", NG_CELL_DOUBLE},
    {"estimate", NG_CELL_DOUBLE}, {"standard_error", NG_CELL_DOUBLE},
    {"ess", NG_CELL_DOUBLE},      {"n", NG_CELL_COUNT},
};

static gboolean
write_estimate(NgWriter *writer, const char *draws, double exact, const NgEstimate *e, guint64 n,
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
write_all(const NgRbm *rbm, const NgRbmExpect *how, double exact, const NgArgs *args,
          GError **error)
{
    g_autoptr(NgWriter) writer = ng_writer_new(columns, G_N_ELEMENTS(columns), args);
    NgEstimate uniform = ng_rbm_expect_uniform(rbm, how), gibbs = ng_rbm_expect_gibbs(rbm, how);
    NgEstimate weighted;

    if (!write_estimate(writer, "uniform", exact, &uniform, how->draws, error) ||
        !write_estimate(writer, "gibbs", exact, &gibbs, how->draws / CHAINS * CHAINS, error))
        return FALSE;
    if (ng_rbm_expect_weighted(rbm, how, &weighted) &&
        !write_estimate(writer, "weighted", exact, &weighted, how->draws, error))
        return FALSE;
    return ng_writer_flush(writer, error);
}

static gboolean
run(const ExpectLine *line, const NgArgs *args, GError **error)
{
    g_autoptr(NgRbm) rbm = ng_rbm_open_machine(line->model, error);
    const NgRbmExpect how = {
        .statistic = line->units     ? NG_STATISTIC_UNIT
                     : line->of == 1 ? NG_STATISTIC_ENERGY
                                     : NG_STATISTIC_ON,
        .unit = (guint)(line->unit - (line->units ? 1 : 0)),
        .draws = (guint)line->n,
        .chains = CHAINS,
        .burn = (guint)line->burn_in,
        .seed = args->seed,
        .threads = (unsigned)args->threads,
    };
    double exact = (double)NAN;

    if (rbm == NULL || !ng_rbm_expect_check(rbm, &how, error))
        return FALSE;
    if (ng_exact_bits(rbm) > EXACT_BITS)
        ng_cli_note("the machine is too large for the exact value: its smaller layer has 2^%.0f "
                    "states",
                    ng_exact_bits(rbm));
    else if (!ng_rbm_expect_exact(rbm, &how, &exact, error))
        return FALSE;
    if (args->verbose)
        ng_cli_note("seed %" G_GUINT64_FORMAT, args->seed);
    return write_all(rbm, &how, exact, args, error);
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
        NG_COUNT(0, "burn-in", &line.burn_in, 0, G_MAXINT, "N",
                 "Steps of the chains before them (1000)"),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "",
        .about =
            "An expectation under a small Boltzmann machine by sampling, beside the truth:\n"
            "states drawn alike and weighed by e^-E, states drawn in proportion by chains, and,\n"
            "where all states can be listed, independently.",
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
    return run(&line, &args, error) ? NG_STATUS_DONE : NG_STATUS_TROUBLE;
}

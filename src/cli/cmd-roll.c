/* ngram roll - roll a biased die. */
#include "args.h"
#include "cli.h"
#include "expect.h"
#include "writer.h"

#include "ngram/die.h"
#include "ngram/dietable.h"
#include "ngram/rng.h"

#include <math.h>

/* Says so where weights that pass for probabilities do not sum to 1: the table
 * in the lecture sums to 0.97. */
static void
note_sum(const NgDieTable *table)
{
    double greatest = 0;

    for (size_t i = 0; i < table->n; i++)
        greatest = MAX(greatest, table->weight[i]);
    if (greatest <= 1 && table->total > 0.5 && table->total < 2 && fabs(table->total - 1) > 1e-6)
        ng_cli_note("the weights sum to %.9g, not to 1; each counts by its share", table->total);
}

static gboolean
roll(const NgDieTable *table, guint64 n, gboolean uniform, const NgArgs *args, GError **error)
{
    static const NgColumn columns[] = {{"outcome", NG_CELL_TEXT}, {"weight", NG_CELL_DOUBLE}};
    g_autoptr(NgWriter) writer = ng_writer_new(columns, uniform ? 2 : 1, args);
    g_autofree double *cdf = g_new(double, table->n);
    NgRng rng = ng_rng_new(args->seed, 0);
    double sides = (double)table->n;

    ng_die_cumulate(cdf, table->weight, table->n);
    for (guint64 i = 0; i < n; i++) {
        double coin = ng_rng_coin(&rng);
        size_t side =
            uniform ? MIN((size_t)(coin * sides), table->n - 1) : ng_die_roll(cdf, table->n, coin);
        ng_writer_text(writer, table->outcome[side], -1);
        if (uniform)
            ng_writer_double(writer, table->weight[side] / table->total * sides);
        if (!ng_writer_end_row(writer, error))
            return FALSE;
    }
    return ng_writer_flush(writer, error);
}

/* One row of --expect; with --uniform a second one, to see what it costs. */
static gboolean
expect(const NgDieTable *table, const char *column, guint64 n, gboolean uniform, const NgArgs *args,
       GError **error)
{
    static const NgColumn columns[] = {
        {"draws", NG_CELL_TEXT},      {"exact", NG_CELL_DOUBLE},
        {"estimate", NG_CELL_DOUBLE}, {"standard_error", NG_CELL_DOUBLE},
        {"n", NG_CELL_COUNT},
    };
    g_autofree double *x = ng_expect_values(table, column, error);
    if (x == NULL)
        return FALSE;

    size_t leading = uniform ? 0 : 1;
    g_autoptr(NgWriter) writer =
        ng_writer_new(columns + leading, G_N_ELEMENTS(columns) - leading, args);
    for (int i = 0; i <= (uniform ? 1 : 0); i++) {
        NgExpectation e = ng_expect(table, x, n, i == 1, args->seed);
        if (uniform)
            ng_writer_text(writer, i == 1 ? "uniform" : "weighted", -1);
        ng_writer_double(writer, e.exact);
        ng_writer_double(writer, e.estimate);
        ng_writer_double(writer, e.standard_error);
        ng_writer_count(writer, n);
        if (!ng_writer_end_row(writer, error))
            return FALSE;
    }
    return ng_writer_flush(writer, error);
}

static const char examples[] = "  printf 'heads\\t0.6\\ntails\\t0.4\\n' | ngram roll -n 5\n"
                               "  ngram roll -n 1000000 --seed 1 die.tsv | sort | uniq -c\n"
                               "  ngram roll -n 1000 --expect kg city.tsv        the mean of a "
                               "column, by sampling and exactly\n"
                               "  ngram roll -n 1000 --expect kg --uniform city.tsv\n";

NgStatus
ng_cmd_roll(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    guint64 n = 0;
    const char *column = NULL;
    gboolean uniform = FALSE;
    const NgOption options[] = {
        NG_COUNT('n', "number", &n, 0, G_MAXUINT64, "N", "How many rolls (1; 10000 for --expect)"),
        NG_TEXT(0, "expect", &column, "COLUMN",
                "Mean of a column (its name, or its number from 1) under the weights"),
        NG_FLAG(0, "uniform", &uniform, "Draw every side alike, and weigh it afterwards"),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[FILE]",
        .about = "Rolls a die whose sides are the lines OUTCOME, TAB, WEIGHT of a file.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_SEED | NG_SHARED_OUTPUT | NG_SHARED_QUIET | NG_SHARED_VERBOSE,
        .most = 1,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    if (!ng_args_given(&args, "number"))
        n = column != NULL ? 10000 : 1;
    if (column != NULL && n < 2) {
        ng_cli_usage_error(error, "--expect wants at least 2 rolls for a standard error");
        return NG_STATUS_TROUBLE;
    }
    if (args.verbose)
        ng_cli_note("seed %" G_GUINT64_FORMAT, args.seed);
    g_autoptr(NgDieTable) table = ng_die_table_read(ng_args_paths(&args)[0], error);
    if (table == NULL)
        return NG_STATUS_TROUBLE;
    if (!args.quiet)
        note_sum(table);
    if (column != NULL ? !expect(table, column, n, uniform, &args, error)
                       : !roll(table, n, uniform, &args, error))
        return NG_STATUS_TROUBLE;
    return NG_STATUS_DONE;
}

/*
 * Expectations by sampling
 *
 * Side i has the probability p[i] = weight[i] / total.  Weighted draws give
 * x[i] as they come; uniform draws from S sides give x[i] p[i] S, which has the
 * same mean and, as a rule, another spread.  Mean and spread by Welford (1962).
 */
#include "expect.h"

#include "cli.h"

#include "ngram/die.h"
#include "ngram/error.h"
#include "ngram/number.h"
#include "ngram/rng.h"

#include <math.h>
#include <string.h>

/* The place of a column, by its name in the header, else by its number from 1. */
static gboolean
find_column(const NgDieTable *table, const char *column, guint *index, GError **error)
{
    guint64 number = 0;
    guint columns = g_strv_length(table->cells->pdata[0]);

    for (guint i = 0; table->header != NULL && table->header[i] != NULL; i++)
        if (g_str_equal(table->header[i], column)) {
            *index = i;
            return TRUE;
        }
    if (ng_number_to_uint64(column, strlen(column), &number) && number > 0) {
        *index = (guint)number - 1;
        return number <= columns ||
               ng_cli_usage_error(error, "--expect: no column %s (there are %u)", column, columns);
    }
    if (table->header == NULL)
        return ng_cli_usage_error(error,
                                  "--expect: no column '%s': the file has no header line, "
                                  "so name the column by its number",
                                  column);
    g_autofree char *list = g_strjoinv(", ", table->header);
    return ng_cli_usage_error(error, "--expect: no column '%s' (there are: %s)", column, list);
}

/* x[n], the numbers of a column. */
double *
ng_expect_values(const NgDieTable *table, const char *column, GError **error)
{
    guint index = 0;

    if (!find_column(table, column, &index, error))
        return NULL;
    g_autofree double *x = g_new(double, table->n);
    for (size_t i = 0; i < table->n; i++) {
        const char *cell = ((char **)table->cells->pdata[i])[index];
        if (ng_number_to_double(cell, strlen(cell), &x[i]) && isfinite(x[i]))
            continue;
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                    "%s:%" G_GUINT64_FORMAT ": '%s' in column %s is no number to take the mean of",
                    table->path, table->line[i], cell, column);
        return NULL;
    }
    return g_steal_pointer(&x);
}

/* The exact mean, and an estimate from n >= 2 draws. */
NgExpectation
ng_expect(const NgDieTable *table, const double *x, guint64 n, gboolean uniform, guint64 seed)
{
    size_t sides = table->n; /* S */
    g_autofree double *cdf = g_new(double, sides);
    NgRng rng = ng_rng_new(seed, 0);
    double mean = 0, square = 0, exact = 0; /* square: sum of squared deviations */

    for (size_t i = 0; i < sides; i++)
        exact += table->weight[i] / table->total * x[i];
    ng_die_cumulate(cdf, table->weight, sides);
    for (guint64 i = 0; i < n; i++) {
        double coin = ng_rng_coin(&rng);
        size_t side = uniform ? MIN((size_t)(coin * (double)sides), sides - 1)
                              : ng_die_roll(cdf, sides, coin);
        double value =
            uniform ? x[side] * (table->weight[side] / table->total) * (double)sides : x[side];
        double delta = value - mean;
        mean += delta / (double)(i + 1);
        square += delta * (value - mean);
    }
    return (NgExpectation){
        .exact = exact,
        .estimate = mean,
        .standard_error = sqrt(square / (double)(n - 1) / (double)n),
    };
}

/* expect.h - the mean of a column of a die table. */
#pragma once

#include "ngram/dietable.h"

#include <glib.h>

/**
 * NgExpectation:
 * @exact: sum of p x over the sides
 * @estimate: mean over the draws
 * @standard_error: of the estimate, from the draws
 */
typedef struct {
    double exact, estimate, standard_error;
} NgExpectation;

double *ng_expect_values(const NgDieTable *table, const char *column, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgExpectation ng_expect(const NgDieTable *table, const double *x, guint64 n, gboolean uniform,
                        guint64 seed);

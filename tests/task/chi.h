/* chi.h - counts held against the law that they are said to follow. */
#pragma once

#include <check.h>
#include <math.h>
#include <stddef.h>

/* Upper 1e-5 point of chi-square (Wilson & Hilferty 1931; z = 4.265). */
static inline double
chi_square_bound(double df)
{
    double t = 1.0 - 2.0 / (9.0 * df) + 4.265 * sqrt(2.0 / (9.0 * df));

    return df * t * t * t;
}

/* @count of @cells, @n in all, against @p, which sums to 1; cells that expect less than 5 pooled. */
static inline void
assert_counts(const unsigned *count, const double *p, size_t cells, unsigned n)
{
    double chi = 0.0, rare = 0.0, rare_count = 0.0, bins = 0.0;

    for (size_t i = 0; i < cells; i++) {
        double expected = n * p[i];
        if (p[i] <= 0.0)
            ck_assert_uint_eq(count[i], 0);
        if (expected < 5.0) {
            rare += expected;
            rare_count += count[i];
            continue;
        }
        chi += (count[i] - expected) * (count[i] - expected) / expected;
        bins++;
    }
    if (rare >= 5.0) {
        chi += (rare_count - rare) * (rare_count - rare) / rare;
        bins++;
    } else {
        ck_assert_double_lt(rare_count, 30.0); /* Poisson of mean < 5: 1e-14 */
    }
    if (bins > 1.0)
        ck_assert_double_lt(chi, chi_square_bound(bins - 1.0));
}

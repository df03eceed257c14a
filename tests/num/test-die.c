#include "ngram/die.h"
#include "ngram/rng.h"

#include <check.h>
#include <math.h>
#include <string.h>

Suite *die_suite(void);

START_TEST(a_table_holds_running_sums)
{
    const double weight[] = {0.5, 0.0, 2.0, 0.25};
    double cdf[4];

    ck_assert_uint_eq(ng_die_cumulate(cdf, weight, 4), 4);
    ck_assert_double_eq(cdf[0], 0.5);
    ck_assert_double_eq(cdf[1], 0.5);
    ck_assert_double_eq(cdf[2], 2.5);
    ck_assert_double_eq(cdf[3], 2.75);
    memcpy(cdf, weight, sizeof cdf);
    ck_assert_uint_eq(ng_die_cumulate(cdf, cdf, 4), 4); /* in place */
    ck_assert_double_eq(cdf[3], 2.75);
    ck_assert_uint_eq(ng_die_cumulate(NULL, NULL, 0), 0);
}
END_TEST

static const struct {
    double weight[3];
    size_t bad;
} tables[] = {
    {{1.0, -1.0, 1.0}, 1},     {{(double)NAN, 1.0, 1.0}, 0},
    {{1.0, 1.0, HUGE_VAL}, 2}, {{1.0, -HUGE_VAL, HUGE_VAL}, 1},
    {{1e308, 1e308, 1.0}, 1}, /* the sum is beyond double */
    {{0.0, 0.0, 0.0}, 3},     /* right, but not to be rolled */
    {{-0.0, 1.0, 0.0}, 3},
};

START_TEST(a_bad_weight_is_named)
{
    double cdf[3];

    ck_assert_uint_eq(ng_die_cumulate(cdf, tables[_i].weight, 3), tables[_i].bad);
}
END_TEST

/* By hand: the least place whose sum is above the target. */
START_TEST(the_first_sum_above_the_target_is_found)
{
    double cdf[70];

    for (size_t i = 0; i < 70; i++)
        cdf[i] = floor((double)i / 3.0); /* some weigh nothing */
    for (size_t n = 1; n <= 70; n++)
        for (int t = 0; t < 8; t++) {
            double target = cdf[n - 1] * t / 8.0 - 0.5;
            size_t expected = 0;
            while (cdf[expected] <= target)
                expected++;
            ck_assert_uint_eq(ng_die_find(cdf, n, target), expected);
        }
}
END_TEST

static const struct {
    double coin;
    size_t outcome;
} rolls[] = {
    {0.0, 1},                               /* outcome 0 has weight 0 */
    {0.2499, 1}, {0.25, 3},                 /* and so has 2 */
    {0.9999, 3}, {0x1.fffffffffffffp-1, 3}, /* and 4: the greatest coin below 1 */
};

START_TEST(the_coin_decides)
{
    const double weight[] = {0.0, 1.0, 0.0, 3.0, 0.0};
    double cdf[5];

    ck_assert_uint_eq(ng_die_cumulate(cdf, weight, 5), 5);
    ck_assert_uint_eq(ng_die_roll(cdf, 5, rolls[_i].coin), rolls[_i].outcome);
}
END_TEST

/* The smallest double times any coin is 0 or itself. */
START_TEST(rounding_never_rolls_the_impossible)
{
    const double weight[] = {0.0, 0x1p-1074, 0.0};
    double cdf[3];

    ck_assert_uint_eq(ng_die_cumulate(cdf, weight, 3), 3);
    for (int i = 0; i < 64; i++)
        ck_assert_uint_eq(ng_die_roll(cdf, 3, i / 64.0), 1);
}
END_TEST

/* The definition, word for word. */
static size_t
plain_roll(const double *cdf, size_t n, double coin)
{
    for (size_t i = 0; i < n; i++)
        if (cdf[i] > coin * cdf[n - 1])
            return i;
    return n;
}

START_TEST(a_roll_is_the_least_outcome_above_the_coin)
{
    NgRng rng = ng_rng_new(1, 0);
    double weight[40] = {0.0}, cdf[40] = {0.0};

    for (int round = 0; round < 20000; round++) {
        size_t n = 1 + ng_rng_u32(&rng) % 40;
        for (size_t i = 0; i < n; i++)
            weight[i] = ng_rng_u32(&rng) % 3 == 0 ? 0.0 : ng_rng_u32(&rng) % 8 * 0.125;
        if (ng_die_cumulate(cdf, weight, n) != n || cdf[n - 1] == 0.0)
            continue;
        /* half of the coins hit a sum exactly where dividing is exact */
        double coin = round % 2 == 0 ? ng_rng_coin(&rng) : cdf[ng_rng_u32(&rng) % n] / cdf[n - 1];
        if (coin >= 1.0)
            coin = 0x1.fffffffffffffp-1;
        size_t outcome = ng_die_roll(cdf, n, coin);
        if (outcome != plain_roll(cdf, n, coin) || !(weight[outcome] > 0.0))
            ck_abort_msg("coin %a gives %zu", coin, outcome);
    }
}
END_TEST

/* The lecture's dice (CS7015, lecture 19.1): P(X1), P(X2|the), P(X3|the movie).
 * The second sums to 0.97 as printed.  `limit`: chi-square exceeds it once in
 * 10000 seeds, at 9 and 6 degrees of freedom. */
static const struct {
    double weight[10];
    double limit;
} dice[] = {
    {{0.62, 0.10, 0.01, 0.01, 0.01, 0.01, 0.01, 0.21, 0.01, 0.01}, 33.72},
    {{0.01, 0.40, 0.22, 0.20, 0.00, 0.00, 0.11, 0.00, 0.01, 0.02}, 27.86},
    {{0.01, 0.01, 0.01, 0.03, 0.60, 0.30, 0.01, 0.01, 0.01, 0.01}, 33.72},
};

START_TEST(a_million_rolls_fit_the_weights)
{
    enum { N = 1000000 };
    NgRng rng = ng_rng_new(19, (uint64_t)_i);
    double cdf[10], seen[10] = {0.0};

    ck_assert_uint_eq(ng_die_cumulate(cdf, dice[_i].weight, 10), 10);
    for (int i = 0; i < N; i++)
        seen[ng_die_roll(cdf, 10, ng_rng_coin(&rng))] += 1.0;

    double chi2 = 0.0;
    for (size_t i = 0; i < 10; i++) {
        double expected = N * dice[_i].weight[i] / cdf[9];
        if (expected == 0.0)
            ck_assert_double_eq(seen[i], 0.0);
        else
            chi2 += (seen[i] - expected) * (seen[i] - expected) / expected;
    }
    ck_assert_double_lt(chi2, dice[_i].limit);
}
END_TEST

Suite *
die_suite(void)
{
    Suite *suite = suite_create("die");
    TCase *table = tcase_create("table");
    TCase *roll = tcase_create("roll");

    tcase_add_test(table, the_first_sum_above_the_target_is_found);
    tcase_add_test(table, a_table_holds_running_sums);
    tcase_add_loop_test(table, a_bad_weight_is_named, 0, G_N_ELEMENTS(tables));
    tcase_add_loop_test(roll, the_coin_decides, 0, G_N_ELEMENTS(rolls));
    tcase_add_test(roll, rounding_never_rolls_the_impossible);
    tcase_add_test(roll, a_roll_is_the_least_outcome_above_the_coin);
    tcase_add_loop_test(roll, a_million_rolls_fit_the_weights, 0, G_N_ELEMENTS(dice));
    suite_add_tcase(suite, table);
    suite_add_tcase(suite, roll);
    return suite;
}

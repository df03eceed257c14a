#include "ngram/alias.h"
#include "ngram/rng.h"

#include <check.h>
#include <math.h>

Suite *alias_suite(void);

enum { KINDS = 6 };

/* Weights of @kind, and their sum. */
static double
fill(double *weight, size_t n, int kind)
{
    NgRng rng = ng_rng_new(3, (uint64_t)kind);
    double total = 0.0;

    for (size_t i = 0; i < n; i++) {
        double coin = ng_rng_coin(&rng);
        const double kinds[KINDS] = {
            1.0,                             /* all alike */
            coin,                            /* all different */
            pow(10.0, -12.0 * coin),         /* over many orders */
            coin < 0.5 ? 0.0 : coin,         /* half of them nothing */
            i == n / 2 ? 1e300 : 1e-300,     /* one has all */
            1e-308 * (double)(i + (n == 1)), /* rising, tiny, the first of them 0 */
        };
        weight[i] = kinds[kind];
        total += weight[i];
    }
    return total;
}

/* What the columns give to each side is what it weighs; a bound of 2^-31 over all sides, of which
 * the cuts take 2^-33 and the sums in double the rest. */
START_TEST(the_columns_give_each_side_its_weight)
{
    static const size_t sizes[] = {1, 2, 3, 10, 1000, 30000};

    for (size_t s = 0; s < G_N_ELEMENTS(sizes); s++) {
        size_t n = sizes[s];
        g_autofree double *weight = g_new(double, n), *used = g_new(double, n);
        g_autofree double *given = g_new0(double, n);
        g_autofree NgAlias *table = g_new0(NgAlias, n);
        double total = fill(weight, n, _i), off = 0.0;

        fill(used, n, _i);
        if (!(total > 0.0))
            continue;
        ck_assert(ng_alias_make(table, used, n));
        for (size_t i = 0; i < n; i++) {
            ck_assert_uint_ge(table[i].other, 1);
            ck_assert_uint_le(table[i].other, n);
            double own = table[i].other == i + 1 ? 1.0 : table[i].cut * 0x1p-32;
            given[i] += own;
            given[table[i].other - 1] += 1.0 - own;
        }
        for (size_t i = 0; i < n; i++) {
            if (weight[i] <= 0.0)
                ck_assert_double_eq(given[i], 0.0);
            off += fabs(given[i] / (double)n - weight[i] / total);
        }
        ck_assert_double_lt(off, 0x1p-31);
    }
}
END_TEST

START_TEST(weights_without_a_sum_make_no_table)
{
    NgAlias table[2] = {{0, 0}, {0, 0}};

    ck_assert(!ng_alias_make(table, (double[]){0.0, 0.0}, 2));
    ck_assert(!ng_alias_make(table, (double[]){1e308, 1e308}, 2));
    ck_assert(!ng_alias_make(table, (double[]){1.0, HUGE_VAL}, 2));
    ck_assert(!ng_alias_make(table, (double[]){1.0, (double)NAN}, 2));
    ck_assert(!ng_alias_make(NULL, NULL, 0));
    ck_assert_uint_eq(table[0].other, 0);
}
END_TEST

/* The coin is a fraction of 2^64: column and height are the upper 64 bits of its 96-bit
 * product with n; worked out here by long multiplication. */
START_TEST(the_coin_chooses_column_and_height)
{
    static const uint64_t coins[] = {0, 1, UINT32_MAX, 1ULL << 32, 0x123456789abcdef0, UINT64_MAX};
    static const size_t sizes[] = {1, 3, 1000, UINT32_MAX - 1};

    for (size_t c = 0; c < G_N_ELEMENTS(coins); c++)
        for (size_t s = 0; s < G_N_ELEMENTS(sizes); s++) {
            uint64_t carry = 0, digits[4];
            uint32_t height = 0;
            for (int d = 0; d < 4; d++) { /* 16 bits each, the lowest first */
                uint64_t product = (coins[c] >> (16 * d) & 0xffff) * sizes[s] + carry;
                digits[d] = product & 0xffff;
                carry = product >> 16;
            }
            ck_assert_uint_eq(ng_alias_column(sizes[s], coins[c], &height), carry);
            ck_assert_uint_eq(height, digits[3] << 16 | digits[2]);
        }
}
END_TEST

START_TEST(a_column_has_its_own_side_below_the_cut)
{
    const NgAlias table[] = {{100, 2}, {UINT32_MAX, 2}};

    ck_assert_uint_eq(ng_alias_side(table, 0, 0), 0);
    ck_assert_uint_eq(ng_alias_side(table, 0, 99), 0);
    ck_assert_uint_eq(ng_alias_side(table, 0, 100), 1);
    ck_assert_uint_eq(ng_alias_side(table, 1, UINT32_MAX), 1);
}
END_TEST

Suite *
alias_suite(void)
{
    Suite *suite = suite_create("alias");
    TCase *tcase = tcase_create("alias");

    tcase_add_loop_test(tcase, the_columns_give_each_side_its_weight, 0, KINDS);
    tcase_add_test(tcase, weights_without_a_sum_make_no_table);
    tcase_add_test(tcase, the_coin_chooses_column_and_height);
    tcase_add_test(tcase, a_column_has_its_own_side_below_the_cut);
    suite_add_tcase(suite, tcase);
    return suite;
}

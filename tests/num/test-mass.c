#include "ngram/mass.h"

#include <check.h>
#include <math.h>

Suite *mass_suite(void);

enum { N = 203 }; /* no multiple of a vector */

/* Logarithms from -98.9 to 308, @n of them, beginning with the @at-th of 100,000. */
static void
fill(float *x, size_t n, size_t at)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (float)(-98.9 + (double)(at + i) * (406.9 / 100000.0));
}

START_TEST(a_mass_is_the_power_of_ten)
{
    float x[N];

    for (size_t at = 0; at + N <= 100000; at += N) {
        fill(x, N, at);
        for (size_t i = 0; i < N; i++) {
            long double power = powl(10.0L, (long double)x[i]);
            long double error = fabsl((long double)ng_mass(x[i]) / power - 1.0L);
            if (error > 1e-13L)
                ck_abort_msg("%.9g: off by %Lg", (double)x[i], error);
        }
    }
}
END_TEST

START_TEST(many_masses_are_each_the_same_to_the_last_bit)
{
    float x[N];
    double mass[N];

    for (size_t at = 0; at + N <= 100000; at += 977)
        for (size_t n = 0; n <= N; n = 2 * n + 1) {
            size_t from = (at + n) % 5; /* any alignment */
            n = MIN(n, N - from);
            fill(x, N, at);
            ng_mass_array(x + from, mass + from, n);
            for (size_t i = from; i < from + n; i++) {
                double one = ng_mass(x[i]);
                if (one != mass[i])
                    ck_abort_msg("%.9g: %a and %a", (double)x[i], one, mass[i]);
            }
            if (n == N - from)
                break;
        }
}
END_TEST

static const struct {
    float logarithm;
    double mass;
} edges[] = {
    {0.0F, 1.0},     {-0.0F, 1.0},    {-99.0F, 0.0},      {-100.0F, 0.0},
    {-1e30F, 0.0},   {-HUGE_VALF, 0}, {(float)NAN, 0.0},  {-(float)NAN, 0.0},
    {309.0F, 1e308}, {1e30F, 1e308},  {HUGE_VALF, 1e308},
};

START_TEST(what_is_impossible_or_beyond_double_is_bounded)
{
    const float x[4] = {-1.0F, edges[_i].logarithm, -1.0F, edges[_i].logarithm};
    double mass[4];

    ng_mass_array(x, mass, 4);
    ck_assert_double_le(fabs(mass[1] - edges[_i].mass), 1e-13 * edges[_i].mass);
    ck_assert_double_eq(ng_mass(edges[_i].logarithm), mass[1]);
    ck_assert_double_eq(mass[3], mass[1]);
    ck_assert_double_eq_tol(mass[2], 0.1, 1e-13);
}
END_TEST

Suite *
mass_suite(void)
{
    Suite *suite = suite_create("mass");
    TCase *tcase = tcase_create("mass");

    tcase_add_test(tcase, a_mass_is_the_power_of_ten);
    tcase_add_test(tcase, many_masses_are_each_the_same_to_the_last_bit);
    tcase_add_loop_test(tcase, what_is_impossible_or_beyond_double_is_bounded, 0,
                        G_N_ELEMENTS(edges));
    suite_add_tcase(suite, tcase);
    return suite;
}

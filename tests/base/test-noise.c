#include "ngram/noise.h"
#include "ngram/rng.h"

#include <check.h>

Suite *noise_suite(void);

START_TEST(a_number_depends_on_its_address_alone)
{
    const NgNoise at = {.seed = 7, .epoch = 2, .step = 3};
    float all[101], some[5];

    ng_noise_fill(&at, 1, 9, all, 101);
    ng_noise_fill(&at, 1, 9, some, 5);
    for (int i = 0; i < 5; i++)
        ck_assert(all[i] == some[i]);
    for (int i = 0; i < 101; i++)
        ck_assert(all[i] >= 0.0F && all[i] < 1.0F);
}
END_TEST

START_TEST(each_part_of_the_address_counts)
{
    const NgNoise at[] = {{7, 2, 3}, {8, 2, 3}, {7, 3, 3}, {7, 2, 4}};
    float u[6];

    for (int i = 0; i < 4; i++)
        ng_noise_fill(&at[i], 0, 0, &u[i], 1);
    ng_noise_fill(&at[0], 1, 0, &u[4], 1);
    ng_noise_fill(&at[0], 0, 1, &u[5], 1);
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < i; j++)
            ck_assert(u[i] != u[j]);
}
END_TEST

/* Units four by four are the words of Philox at (layer and block, row, step, epoch), shifted. */
START_TEST(many_numbers_are_those_of_the_plain_cipher)
{
    const NgNoise at = {.seed = 0xfedcba9876543210U, .epoch = 0xfffffffe, .step = 0x80000003};
    const uint32_t key[2] = {0x76543210, 0xfedcba98};
    float u[1003];

    for (size_t n = 0; n <= G_N_ELEMENTS(u); n += 17) {
        ng_noise_fill(&at, 13, 0xdeadbeef, u, n);
        for (size_t i = 0; i < n; i++) {
            uint32_t block[4] = {(uint32_t)(i / 4) | 13U << 28, 0xdeadbeef, at.step, at.epoch};
            ng_rng_philox(block, key, block);
            ck_assert(u[i] == (float)(block[i % 4] >> 8) / 16777216.0F);
        }
    }
}
END_TEST

START_TEST(numbers_of_some_units_are_those_of_all)
{
    const NgNoise at = {.seed = 3, .epoch = 1, .step = 2};
    float all[400], some[400];

    ng_noise_fill(&at, 2, 11, all, G_N_ELEMENTS(all));
    for (uint32_t first = 0; first < 200; first += 4)
        for (size_t n = 0; n <= 200; n += 33) {
            const NgNoiseRow row = {.layer = 2, .row = 11, .first = first};
            ng_noise_fill_from(&at, &row, some, n);
            ck_assert_mem_eq(some, all + first, n * sizeof *some);
        }
}
END_TEST

/* The mean of n uniform numbers is .5 with a standard error of 1 / sqrt(12 n): .0009 here, and 5 of
 * them are passed once in 1.7 million seeds. */
START_TEST(the_numbers_are_uniform)
{
    enum { N = 100000 };
    const NgNoise at = {.seed = 1};
    static float u[N];
    double sum = 0.0;

    ng_noise_fill(&at, 0, 0, u, N);
    for (int i = 0; i < N; i++)
        sum += (double)u[i];
    ck_assert_double_eq_tol(sum / N, 0.5, 5 * 0.000913);
}
END_TEST

Suite *
noise_suite(void)
{
    Suite *suite = suite_create("noise");
    TCase *tcase = tcase_create("noise");

    tcase_add_test(tcase, a_number_depends_on_its_address_alone);
    tcase_add_test(tcase, each_part_of_the_address_counts);
    tcase_add_test(tcase, many_numbers_are_those_of_the_plain_cipher);
    tcase_add_test(tcase, numbers_of_some_units_are_those_of_all);
    tcase_add_test(tcase, the_numbers_are_uniform);
    suite_add_tcase(suite, tcase);
    return suite;
}

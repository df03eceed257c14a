#include "ngram/codes.h"
#include "ngram/rng.h"

#include <check.h>

Suite *codes_suite(void);

/* Rows of bits: empty, short, at the edges of blocks and places, thin, dense, all one, none. */
static const struct {
    uint64_t n;
    double density;
} rows[] = {{0, 0.5},     {1, 1.0},       {64, 0.5},    {511, 0.3},       {512, 1.0},
            {513, 0.0},   {5000, 0.02},   {5000, 0.98}, {512 * 512, 1.0}, {512 * 513 + 1, 0.5},
            {40000, 0.0}, {300000, 0.001}};

static NgWords
words_of(const GArray *array)
{
    return (NgWords){(const uint64_t *)(const void *)array->data, array->len};
}

START_TEST(marks_are_counted_and_found)
{
    NgRng rng = ng_rng_new(7, (uint64_t)_i);
    uint64_t n = rows[_i].n;
    g_autofree uint64_t *bits = g_new0(uint64_t, n / 64 + 1);
    g_autoptr(GArray) out = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    NgMarks marks;

    for (uint64_t i = 0; i < n; i++)
        if (ng_rng_coin(&rng) < rows[_i].density)
            ng_bits_set(bits, i);
    ng_marks_write(out, bits, n, TRUE);
    NgWords from = words_of(out);
    ck_assert(ng_marks_read(&marks, &from, TRUE));
    ck_assert_uint_eq(from.n, 0);
    ck_assert(ng_marks_check(&marks));
    ck_assert_uint_eq(marks.n, n);
    uint64_t ones = 0;
    for (uint64_t i = 0; i < n; i++) {
        gboolean bit = (bits[i / 64] >> (i % 64) & 1) != 0;
        if (ng_marks_rank(&marks, i) != ones || ng_marks_get(&marks, i) != bit)
            ck_abort_msg("place %u", (unsigned)i);
        if ((bit ? ng_marks_one(&marks, ones) : ng_marks_zero(&marks, i - ones)) != i)
            ck_abort_msg("place %u is not found", (unsigned)i);
        ones += bit ? 1 : 0;
    }
    ck_assert_uint_eq(ng_marks_rank(&marks, n), ones);
    ck_assert_uint_eq(marks.ones, ones);
    ck_assert_uint_eq(ng_marks_one(&marks, ones), n);
    ck_assert_uint_eq(ng_marks_zero(&marks, n - ones), n);
}
END_TEST

/* Kinds of numbers: all 0, one width, geometric lengths, mostly 0, up to 2^32 - 1. */
static uint32_t
number_of_kind(NgRng *rng, int kind)
{
    uint32_t x = ng_rng_u32(rng);

    switch (kind) {
    case 0:
        return 0;
    case 1:
        return x % 1000;
    case 2:
        return x >> ng_rng_u32(rng) % 32;
    case 3:
        return x % 8 == 0 ? x >> 8 : 0;
    default:
        return x % 3 == 0 ? UINT32_MAX : 1;
    }
}

START_TEST(codes_come_back)
{
    for (size_t n = 0; n < 3000; n = n * 2 + 1) {
        NgRng rng = ng_rng_new(n, (uint64_t)_i);
        g_autofree uint32_t *value = g_new(uint32_t, n + 1);
        g_autoptr(GArray) out = g_array_new(FALSE, FALSE, sizeof(uint64_t));
        NgCodes codes;
        for (size_t i = 0; i < n; i++)
            value[i] = number_of_kind(&rng, _i);
        ng_codes_write(out, value, n);
        NgWords from = words_of(out);
        ck_assert(ng_codes_read(&codes, &from));
        ck_assert_uint_eq(from.n, 0);
        ck_assert(ng_codes_check(&codes));
        for (size_t i = 0; i < n; i++)
            if (ng_codes_get(&codes, i) != value[i])
                ck_abort_msg("number %zu of %zu", i, n);
    }
}
END_TEST

/* 990 numbers of 0 and 10 of 20 bits: a mark each and 20 bits for a few, far from 1000 * 20. */
START_TEST(a_few_large_numbers_do_not_make_all_large)
{
    uint32_t value[1000] = {0};

    for (int i = 0; i < 10; i++)
        value[i * 97] = 1 << 19;
    ck_assert_uint_lt(ng_codes_cost(value, 1000), 1300);
    ck_assert_uint_gt(ng_codes_cost(value, 1000), 1000);
}
END_TEST

/* Every word of what was written, changed: refused, found out, or harmless; never a step outside. */
START_TEST(damaged_codes_lead_nowhere)
{
    uint32_t value[700];
    NgRng rng = ng_rng_new(3, 0);
    g_autoptr(GArray) out = g_array_new(FALSE, FALSE, sizeof(uint64_t));

    for (int i = 0; i < 700; i++)
        value[i] = number_of_kind(&rng, 2);
    ng_codes_write(out, value, 700);
    for (unsigned w = 0; w < out->len; w++)
        for (unsigned shift = 0; shift < 64; shift += 5) {
            g_autofree uint64_t *copy = g_memdup2(out->data, out->len * sizeof(uint64_t));
            copy[w] ^= (uint64_t)1 << shift;
            NgWords from = {copy, out->len};
            NgCodes codes;
            if (!ng_codes_read(&codes, &from))
                continue;
            for (uint64_t i = 0; i < codes.n; i++)
                ng_codes_get(&codes, i);
            (void)ng_codes_check(&codes);
        }
    for (unsigned n = 0; n < out->len; n++) {
        g_autofree uint64_t *copy = g_memdup2(out->data, n * sizeof(uint64_t));
        NgWords from = {copy, n};
        NgCodes codes;
        ck_assert(!ng_codes_read(&codes, &from));
    }
}
END_TEST

Suite *
codes_suite(void)
{
    Suite *suite = suite_create("codes");
    TCase *tc = tcase_create("codes");

    tcase_add_loop_test(tc, marks_are_counted_and_found, 0, G_N_ELEMENTS(rows));
    tcase_add_loop_test(tc, codes_come_back, 0, 5);
    tcase_add_test(tc, a_few_large_numbers_do_not_make_all_large);
    tcase_add_test(tc, damaged_codes_lead_nowhere);
    suite_add_tcase(suite, tc);
    return suite;
}

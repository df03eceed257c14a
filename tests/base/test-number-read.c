#include "ngram/number.h"
#include "ngram/rng.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *number_read_suite(void);

static float
float_of_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static uint32_t
bits_of_float(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* Decimals of 1 to 17 digits.  Check writes to a file for each assertion, so
 * these loops assert by hand. */
START_TEST(decimals_are_read_as_the_c_library_reads_them)
{
    NgRng rng = ng_rng_new(5, 0);

    for (int i = 0; i < 1000000; i++) {
        char text[64];
        guint64 scale = 10;
        for (int k = i % 17; k > 0; k--)
            scale *= 10;
        snprintf(text, sizeof text, "%s%" G_GUINT64_FORMAT "e%d", i & 1 ? "-" : "",
                 ng_rng_u64(&rng) % scale, (int)(ng_rng_u32(&rng) % 65) - 45);
        float x = 0.0F;
        double y = 0.0;
        if (!ng_number_to_float(text, strlen(text), &x) ||
            !ng_number_to_double(text, strlen(text), &y) ||
            bits_of_float(x) != bits_of_float(strtof(text, NULL)) || y != strtod(text, NULL))
            ck_abort_msg("%s is read wrong", text);
    }
}
END_TEST

/* Text near the middle between two floats, where rounding twice goes wrong. */
START_TEST(halfway_texts_are_rounded_once)
{
    NgRng rng = ng_rng_new(6, 0);

    for (int i = 0; i < 200000; i++) {
        uint32_t bits = 0x30000000 + ng_rng_u32(&rng) % 0x20000000;
        double middle =
            ((double)float_of_bits(bits) + (double)float_of_bits(bits + 1)) / 2.0; /* exact */
        char text[64];
        snprintf(text, sizeof text, "%.*e", 8 + i % 18, middle);
        float x = 0.0F;
        if (!ng_number_to_float(text, strlen(text), &x) || x != strtof(text, NULL))
            ck_abort_msg("%s is read wrong", text);
    }
}
END_TEST

static const struct {
    const char *text;
    double x;
} good[] = {
    {"0", 0.0},
    {"+1", 1.0},
    {"-2.5", -2.5},
    {".5", 0.5},
    {"5.", 5.0},
    {"1e3", 1000.0},
    {"1E+3", 1000.0},
    {"1.e-1", 0.1},
    {"00012", 12.0},
    {"1e-99999999999999999999", 0.0},
    {"0e99999999999999999999", 0.0},
    {"inf", HUGE_VAL},
    {"-INF", -HUGE_VAL},
    {"Infinity", HUGE_VAL},
    {"0.000000000000000000000000000000000000000000000000000000000000000000000000000000000000001e87",
     1.0},
    {"1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000e"
     "-90",
     1.0},
};

START_TEST(numbers_are_read)
{
    float x = -7.0F;
    double y = -7.0;

    ck_assert(ng_number_to_double(good[_i].text, strlen(good[_i].text), &y));
    ck_assert_double_eq(y, good[_i].x);
    ck_assert(ng_number_to_float(good[_i].text, strlen(good[_i].text), &x));
    ck_assert(x == (float)good[_i].x);
}
END_TEST

static const char *const bad[] = {"",    " ",   "+",  "-",     ".",     "e5",    "1e",
                                  "1e+", "1 ",  " 1", "1,5",   "0x10",  "1.2.3", "1e5.0",
                                  "--1", "1f",  "in", "infi",  "nan0",  "nan()", "1e5e5",
                                  "+-1", "1_0", "٣",  "1e400", "-1e400"};

START_TEST(what_is_no_number_is_refused)
{
    float x = -7.0F;
    double y = -7.0;

    ck_assert(!ng_number_to_float(bad[_i], strlen(bad[_i]), &x));
    ck_assert(!ng_number_to_double(bad[_i], strlen(bad[_i]), &y));
    ck_assert(x == -7.0F);
    ck_assert_double_eq(y, -7.0);
}
END_TEST

START_TEST(the_length_ends_the_number)
{
    float x = 0.0F;

    ck_assert(ng_number_to_float("12345", 2, &x));
    ck_assert(x == 12.0F);
    ck_assert(!ng_number_to_float("1\0", 2, &x));
    ck_assert(!ng_number_to_float("1e400", 5, &x));
    ck_assert(!ng_number_to_float("3.5e38", 6, &x)); /* FLT_MAX is 3.4e38 */
    ck_assert(ng_number_to_float("nan", 3, &x));
    ck_assert(isnan(x));
}
END_TEST

static const struct {
    const char *text;
    gboolean ok;
    guint64 x;
} uints[] = {
    {"0", TRUE, 0},
    {"007", TRUE, 7},
    {"18446744073709551615", TRUE, G_MAXUINT64},
    {"18446744073709551616", FALSE, 0},
    {"99999999999999999999", FALSE, 0},
    {"", FALSE, 0},
    {"-1", FALSE, 0},
    {"+1", FALSE, 0},
    {"1 ", FALSE, 0},
    {"1.0", FALSE, 0},
};

START_TEST(counts_are_digits_alone)
{
    guint64 x = 42;

    ck_assert(ng_number_to_uint64(uints[_i].text, strlen(uints[_i].text), &x) == uints[_i].ok);
    ck_assert_uint_eq(x, uints[_i].ok ? uints[_i].x : 42);
}
END_TEST

Suite *
number_read_suite(void)
{
    Suite *suite = suite_create("number_read");
    TCase *reading = tcase_create("reading");

    tcase_set_timeout(reading, 120);
    tcase_add_test(reading, decimals_are_read_as_the_c_library_reads_them);
    tcase_add_test(reading, halfway_texts_are_rounded_once);
    tcase_add_loop_test(reading, numbers_are_read, 0, G_N_ELEMENTS(good));
    tcase_add_loop_test(reading, what_is_no_number_is_refused, 0, G_N_ELEMENTS(bad));
    tcase_add_test(reading, the_length_ends_the_number);
    tcase_add_loop_test(reading, counts_are_digits_alone, 0, G_N_ELEMENTS(uints));
    suite_add_tcase(suite, reading);
    return suite;
}

#include "ngram/number.h"
#include "ngram/rng.h"

#include <check.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *number_suite(void);

static float
float_of_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static double
double_of_bits(uint64_t bits)
{
    double x;
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

/* The loops below assert by hand: Check writes to a file for each assertion. */
static gboolean
reads_as(const char *text, double x, gboolean single)
{
    return single ? strtof(text, NULL) == (float)x : strtod(text, NULL) == x;
}

/* The C library's view: the fewest digits, nearest first, then one up in the
 * last place.  x > 0. */
static void
plain_shortest(char *out, double x, gboolean single)
{
    char text[64], digits[80];
    int exponent = 0, n = 0;
    gboolean found = FALSE;
    for (n = 1; !found; n++) {
        snprintf(text, sizeof text, "%.*e", n - 1, x);
        found = reads_as(text, x, single);
        exponent = atoi(strchr(text, 'e') + 1); /* NOLINT(cert-err34-c): printf's own */
        snprintf(digits, sizeof digits, "%c%s", text[0], n > 1 ? text + 2 : "");
        *strchrnul(digits, 'e') = '\0';
        if (!found) {
            guint64 next = g_ascii_strtoull(digits, NULL, 10) + 1;
            snprintf(text, sizeof text, "%" G_GUINT64_FORMAT "e%d", next, exponent - n + 1);
            found = reads_as(text, x, single);
            int length = snprintf(digits, sizeof digits, "%" G_GUINT64_FORMAT, next);
            exponent += length - n; /* 99 + 1 = 100 */
        }
    }
    for (n = (int)strlen(digits); n > 1 && digits[n - 1] == '0'; n--)
        digits[n - 1] = '\0';
    if (exponent < -6 || exponent >= 21)
        sprintf(out, "%c%s%se%+d", digits[0], n > 1 ? "." : "", digits + 1, exponent);
    else if (exponent < 0)
        sprintf(out, "0.%.*s%s", -exponent - 1, "00000", digits);
    else if (n <= exponent + 1)
        sprintf(out, "%s%.*s", digits, exponent + 1 - n, "00000000000000000000");
    else
        sprintf(out, "%.*s.%s", exponent + 1, digits, digits + exponent + 1);
}

static void
assert_float(float x)
{
    char got[NG_NUMBER_SIZE], expected[64];
    float back = 0.0F;

    size_t length = ng_number_from_float(got, x);
    plain_shortest(expected, (double)fabsf(x), TRUE);
    if (length != strlen(got) || strcmp(got + (x < 0.0F), expected) != 0)
        ck_abort_msg("%a: %s, not %s", (double)x, got, expected);
    if (!ng_number_to_float(got, length, &back) || bits_of_float(back) != bits_of_float(x))
        ck_abort_msg("%s is not read as %a", got, (double)x);
}

START_TEST(any_float_is_written_as_the_plain_way_writes_it)
{
    NgRng rng = ng_rng_new(1, 0);

    for (int i = 0; i < 300000; i++) {
        float x = float_of_bits(ng_rng_u32(&rng));
        if (isfinite(x) && x != 0.0F)
            assert_float(x);
    }
}
END_TEST

/* What model files hold: -10 .. 0 */
START_TEST(log_probabilities_are_written_as_the_plain_way_writes_them)
{
    NgRng rng = ng_rng_new(2, 0);

    for (int i = 0; i < 500000; i++)
        assert_float((float)(log10(1.0 - ng_rng_coin(&rng)) - (i % 7)));
}
END_TEST

START_TEST(every_power_of_two_and_its_neighbours_are_written_right)
{
    for (uint32_t exponent = 0; exponent < 255; exponent++)
        for (uint32_t k = 0; k < 5; k++) {
            uint32_t bits = (exponent << 23) + k - 2;
            if (bits > 0 && bits < 0x7f800000)
                assert_float(float_of_bits(bits));
        }
}
END_TEST

START_TEST(any_float_comes_back)
{
    NgRng rng = ng_rng_new(3, 0);

    for (int i = 0; i < 2000000; i++) {
        float x = float_of_bits(ng_rng_u32(&rng)), back = 0.0F;
        char text[NG_NUMBER_SIZE];
        size_t length = ng_number_from_float(text, x);
        if (!ng_number_to_float(text, length, &back) ||
            (isnan(x) ? !isnan(back) : bits_of_float(back) != bits_of_float(x)))
            ck_abort_msg("%s is not read as %a", text, (double)x);
    }
}
END_TEST

START_TEST(any_double_is_written_as_the_plain_way_writes_it)
{
    NgRng rng = ng_rng_new(4, 0);

    for (int i = 0; i < 100000; i++) {
        double x = double_of_bits(ng_rng_u64(&rng)), back = 0.0;
        if (i % 2 == 0)
            x = ldexp(ng_rng_coin(&rng), i % 70);
        if (!isfinite(x) || x == 0.0)
            continue;
        char got[NG_NUMBER_SIZE], expected[64];
        size_t length = ng_number_from_double(got, x);
        plain_shortest(expected, fabs(x), FALSE);
        if (strcmp(got + (x < 0.0), expected) != 0)
            ck_abort_msg("%a: %s, not %s", x, got, expected);
        if (!ng_number_to_double(got, length, &back) || back != x)
            ck_abort_msg("%s is not read as %a", got, x);
    }
}
END_TEST

/* the last column: Number.prototype.toString() of ECMAScript, with e for its layout */
static const struct {
    double x;
    const char *text;
} doubles[] = {
    {0.0, "0"},
    {-0.0, "-0"},
    {1.0, "1"},
    {-1.5, "-1.5"},
    {100.0, "100"},
    {0.1 + 0.2, "0.30000000000000004"},
    {1e-6, "0.000001"},
    {1e-7, "1e-7"},
    {1.5e-7, "1.5e-7"},
    {9.999999999999997e-7, "9.999999999999997e-7"},
    {1e20, "100000000000000000000"},
    {1e21, "1e+21"},
    {123456789012345680000.0, "123456789012345680000"},
    {9007199254740992.0, "9007199254740992"},
    {9007199254740994.0, "9007199254740994"},
    {0x1p-44, "5.684341886080802e-14"}, /* a power of two: 5.684341886080801e-14 reads as less */
    {5e-324, "5e-324"},
    {DBL_MIN, "2.2250738585072014e-308"},
    {DBL_MAX, "1.7976931348623157e+308"},
    {HUGE_VAL, "inf"},
    {-HUGE_VAL, "-inf"},
    {(double)NAN, "nan"},
};

START_TEST(known_doubles_are_written_as_published)
{
    char text[NG_NUMBER_SIZE];

    ck_assert_uint_eq(ng_number_from_double(text, doubles[_i].x), strlen(doubles[_i].text));
    ck_assert_str_eq(text, doubles[_i].text);
}
END_TEST

static const struct {
    float x;
    const char *text;
} floats[] = {
    {0.0F, "0"},
    {-0.0F, "-0"},
    {0.3F, "0.3"},
    {-99.0F, "-99"},
    {16777216.0F, "16777216"},
    {1e-6F, "0.000001"},
    {1e-7F, "1e-7"},
    {1.5e-7F, "1.5e-7"},
    {1e20F, "100000000000000000000"},
    {1e21F, "1e+21"},
    {FLT_MIN, "1.1754944e-38"},
    {FLT_MAX, "3.4028235e+38"},
    {0x1p-149F, "1e-45"},
    {9.999999e-5F, "0.00009999999"},
    {HUGE_VALF, "inf"},
    {-HUGE_VALF, "-inf"},
    {NAN, "nan"},
    {-NAN, "nan"},
    {8589973504.0F, "8589974000"}, /* 8589973000 reads as it too, but lies farther off */
};

START_TEST(known_floats_are_written_as_published)
{
    char text[NG_NUMBER_SIZE];

    ck_assert_uint_eq(ng_number_from_float(text, floats[_i].x), strlen(floats[_i].text));
    ck_assert_str_eq(text, floats[_i].text);
}
END_TEST

START_TEST(the_locale_does_not_matter)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (setlocale(LC_NUMERIC, names[i]) != NULL)
            break;

    char text[NG_NUMBER_SIZE];
    double x = 0.0;
    ck_assert(ng_number_to_double("12345678901234567.5e-3", 22, &x));
    ck_assert_uint_eq(ng_number_from_double(text, x), strlen("12345678901234.568"));
    ck_assert_str_eq(text, "12345678901234.568");
    ng_number_from_float(text, 1.5e-7F);
    ck_assert_str_eq(text, "1.5e-7");
}
END_TEST

Suite *
number_suite(void)
{
    Suite *suite = suite_create("number");
    TCase *writing = tcase_create("writing");

    tcase_set_timeout(writing, 120);
    tcase_add_test(writing, any_float_is_written_as_the_plain_way_writes_it);
    tcase_add_test(writing, log_probabilities_are_written_as_the_plain_way_writes_them);
    tcase_add_test(writing, every_power_of_two_and_its_neighbours_are_written_right);
    tcase_add_test(writing, any_float_comes_back);
    tcase_add_test(writing, any_double_is_written_as_the_plain_way_writes_it);
    tcase_add_loop_test(writing, known_doubles_are_written_as_published, 0, G_N_ELEMENTS(doubles));
    tcase_add_loop_test(writing, known_floats_are_written_as_published, 0, G_N_ELEMENTS(floats));
    tcase_add_test(writing, the_locale_does_not_matter);
    suite_add_tcase(suite, writing);
    return suite;
}

/*
 * Numbers as text
 *
 * A number is written with the fewest digits that read back as the same
 * number, the closest of these, as double-conversion's ToShortest does:
 * decimal for 1e-6 <= |x| < 1e21, `1.5e-7` and `1e+21` outside.  Text is read
 * with one correct rounding.  Neither looks at the locale: the C library only
 * ever sees integers with an exponent, which need no decimal point.
 *
 * A decimal is m 10^-k throughout.  Floats have a quick way (shortest.c); the
 * plain one, find_shortest(), serves doubles and what that leaves out.
 */
#include "ngram/number.h"

#include "shortest.h"

#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FLOAT_SURE = FLT_DIG, /* digits of which any number lives through a float */
    DOUBLE_SURE = DBL_DIG,
    EXACT_POWER = 22 /* greatest power of ten that a double holds */
};

static const double power10[EXACT_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* Writes m 10^-k, k >= 0, without an exponent and without zeros at the end. */
static size_t
put_fixed(char *out, uint64_t m, int k)
{
    char reversed[NG_NUMBER_SIZE] = {0};
    int n = 0;

    for (; k > 0 && m % 10 == 0; k--)
        m /= 10;
    for (; m > 0 || n <= k; m /= 10)
        reversed[n++] = (char)('0' + m % 10);

    char *at = out;
    while (n > 0) {
        *at++ = reversed[--n];
        if (n == k && n > 0)
            *at++ = '.';
    }
    *at = '\0';
    return (size_t)(at - out);
}

/* Writes m 10^-k, m > 0. */
static size_t
put_decimal(char *out, uint64_t m, int k)
{
    for (; m % 10 == 0; k--)
        m /= 10;

    char digits[NG_NUMBER_SIZE];
    int n = snprintf(digits, sizeof digits, "%" PRIu64, m);
    int exponent = n - 1 - k; /* of the first digit */
    if (exponent >= -6 && exponent < 21) {
        if (k >= 0)
            return put_fixed(out, m, k);
        memcpy(out, digits, (size_t)n);
        memset(out + n, '0', (size_t)-k);
        out[n - k] = '\0';
        return (size_t)(n - k);
    }
    return (size_t)snprintf(out, NG_NUMBER_SIZE, "%c%s%se%+d", digits[0], n > 1 ? "." : "",
                            digits + 1, exponent);
}

/* The last 12 digits of m, with zeros before them. */
static void
put_digits(char out[12], uint32_t m)
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";
    uint32_t top = m / 100000000;
    uint32_t rest = m % 100000000;
    const uint32_t four[3] = {top, rest / 10000, rest % 10000};

    for (int i = 0; i < 3; i++) {
        memcpy(out + 4 * i, pairs + 2 * (four[i] / 100), 2);
        memcpy(out + 4 * i + 2, pairs + 2 * (four[i] % 100), 2);
    }
}

/* As put_decimal(), of m 10^exponent; quick where that is no integer and has few zeros in front. */
static size_t
put_short(char *out, uint32_t m, int exponent)
{
    while (m % 10 == 0) {
        m /= 10;
        exponent++;
    }
    if (exponent >= 0 || exponent < -12 || (exponent < -6 && (double)m < power10[-exponent - 6]))
        return put_decimal(out, m, -exponent);

    char digits[12];
    put_digits(digits, m);
    const size_t k = (size_t)-exponent;
    size_t begin = 0; /* of the digits before the point */
    while (begin < 12 - k && digits[begin] == '0')
        begin++;
    char *at = out;
    if (begin == 12 - k)
        *at++ = '0';
    for (; begin < 12 - k; begin++)
        *at++ = digits[begin];
    *at++ = '.';
    memcpy(at, digits + 12 - k, k);
    at += k;
    *at = '\0';
    return (size_t)(at - out);
}

/* Is m 10^-k read as `a`? */
static gboolean
reads_as(uint64_t m, int k, double a, gboolean single)
{
    char text[NG_NUMBER_SIZE];

    snprintf(text, sizeof text, "%" PRIu64 "e%d", m, -k);
    return single ? strtof(text, NULL) == (float)a : strtod(text, NULL) == a;
}

/* Finds the shortest m 10^-k that is read as `a`, a > 0 and finite.  The one of
 * p digits nearest to `a` is it, if any of p digits is; but at a power of two
 * the numbers below lie twice as dense, so the next one above may be it too.
 * Where at most one number of `sure` digits is read as `a` shorter ones
 * are this one with zeros at the end. */
static void
find_shortest(double a, gboolean single, uint64_t *m, int *k)
{
    gboolean normal = a >= (single ? (double)FLT_MIN : DBL_MIN);
    int digits = !normal ? 1 : single ? FLOAT_SURE : DOUBLE_SURE;
    int unused = 0;
    gboolean two = frexp(a, &unused) == 0.5;

    for (;; digits++) {
        char text[NG_NUMBER_SIZE];
        snprintf(text, sizeof text, "%.*e", digits - 1, a);
        const char *at = text;
        for (*m = 0; *at != 'e'; at++)
            if (g_ascii_isdigit(*at)) /* no matter what the locale's point is */
                *m = *m * 10 + (uint64_t)(*at - '0');
        *k = digits - 1 - (int)strtol(at + 1, NULL, 10);
        if (reads_as(*m, *k, a, single))
            return;
        if (two && reads_as(*m + 1, *k, a, single)) {
            ++*m;
            return;
        }
        g_assert(digits < DBL_DECIMAL_DIG);
    }
}

/* Writes what is no finite number above zero; 0 where `a` is one. */
static size_t
put_special(char *out, double a)
{
    const char *name = isnan(a) ? "nan" : isinf(a) ? "inf" : a == 0.0 ? "0" : "";

    return g_strlcpy(out, name, NG_NUMBER_SIZE - 1);
}

/* Writes the sign; a nan has none. */
static size_t
put_sign(char *out, double x)
{
    if (isnan(x) || !signbit(x))
        return 0;
    *out = '-';
    return 1;
}

/**
 * ng_number_from_float:
 * @out: (out): the text, with a zero byte
 * @x: any float
 *
 * Writes @x with the fewest digits that ng_number_to_float() reads as @x; of
 * these the closest.  Not finite: `inf`, `-inf`, `nan`.
 *
 * Returns: its length
 */
size_t
ng_number_from_float(char out[NG_NUMBER_SIZE], float x)
{
    g_return_val_if_fail(out != NULL, 0);

    const float a = fabsf(x);
    const size_t sign = put_sign(out, (double)x);
    out += sign;

    uint32_t short_m = 0;
    int exponent = 0;
    if (a <= FLT_MAX && ng_shortest_float(a, &short_m, &exponent))
        return sign + put_short(out, short_m, exponent);
    size_t special = put_special(out, (double)a);
    if (special > 0)
        return sign + special;
    uint64_t m = 0;
    int k = 0;
    find_shortest((double)a, TRUE, &m, &k);
    return sign + put_decimal(out, m, k);
}

/**
 * ng_number_from_double:
 * @out: (out): the text, with a zero byte
 * @x: any double
 *
 * As ng_number_from_float(), for ng_number_to_double().
 *
 * Returns: its length
 */
size_t
ng_number_from_double(char out[NG_NUMBER_SIZE], double x)
{
    g_return_val_if_fail(out != NULL, 0);

    uint64_t m = 0;
    int k = 0;
    const double a = fabs(x);
    const size_t sign = put_sign(out, x);
    out += sign;

    if (a > 0.0 && a < 9007199254740992.0 && a == trunc(a)) /* 2^53 */
        return sign + put_fixed(out, (uint64_t)a, 0);
    size_t special = put_special(out, a);
    if (special > 0)
        return sign + special;
    find_shortest(a, FALSE, &m, &k);
    return sign + put_decimal(out, m, k);
}

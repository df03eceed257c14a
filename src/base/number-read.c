/*
 * Numbers from text
 *
 * The text is taken apart by hand, so that no locale and no byte behind it
 * matters, and is put before the C library as an integer with an exponent.
 * Numbers of up to 15 digits with a small exponent, which is most, need no
 * library: one multiplication or division of exact doubles rounds once.
 */
#include "ngram/number.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    EXACT_POWER = 22, /* greatest power of ten that a double holds */
    EXPONENT_MAX = 100000000
};

/* What a text says: (-1)^negative digits 10^exponent */
typedef struct {
    gboolean negative;
    const char *digits; /* with a point among them, perhaps */
    const char *end;    /* of the digits */
    size_t n;           /* digits behind leading zeros */
    uint64_t m;         /* their value, where n <= 19 */
    gint64 exponent;
} Decimal;

static const char *
skip_sign(const char *at, const char *end, gboolean *negative)
{
    *negative = at < end && *at == '-';
    return at < end && (*at == '-' || *at == '+') ? at + 1 : at;
}

/* Reads `e-12`; %FALSE where it is something else. */
static gboolean
scan_exponent(const char *at, const char *end, gint64 *exponent)
{
    gboolean negative = FALSE;
    gint64 value = 0;

    if (*at != 'e' && *at != 'E')
        return FALSE;
    at = skip_sign(at + 1, end, &negative);
    if (at == end)
        return FALSE;
    for (; at < end; at++) {
        if (!g_ascii_isdigit(*at))
            return FALSE;
        value = MIN(value * 10 + (*at - '0'), EXPONENT_MAX);
    }
    *exponent += negative ? -value : value;
    return TRUE;
}

/* Takes a number apart; %FALSE where the text is none. */
static gboolean
scan(const char *text, size_t length, Decimal *decimal)
{
    const char *end = text + length;
    const char *at = skip_sign(text, end, &decimal->negative);
    gboolean point = FALSE, any = FALSE;

    decimal->digits = at;
    decimal->n = 0;
    decimal->m = 0;
    decimal->exponent = 0;
    for (; at < end; at++) {
        if (*at == '.' && !point) {
            point = TRUE;
            continue;
        }
        if (!g_ascii_isdigit(*at))
            break;
        any = TRUE;
        decimal->n += decimal->n > 0 || *at != '0';
        decimal->m = decimal->m * 10 + (uint64_t)(*at - '0'); /* means nothing above 19 digits */
        decimal->exponent -= point;
    }
    decimal->end = at;
    return any && (at == end || scan_exponent(at, end, &decimal->exponent));
}

/* Reads `inf`, `infinity` and `nan`. */
static gboolean
scan_special(const char *text, size_t length, double *x)
{
    static const struct {
        const char *name;
        double value;
    } specials[] = {{"inf", HUGE_VAL}, {"infinity", HUGE_VAL}, {"nan", (double)NAN}};
    gboolean negative = FALSE;
    const char *end = text + length;
    const char *at = skip_sign(text, end, &negative);

    for (size_t i = 0; i < G_N_ELEMENTS(specials); i++)
        if ((size_t)(end - at) == strlen(specials[i].name) &&
            g_ascii_strncasecmp(at, specials[i].name, (size_t)(end - at)) == 0) {
            *x = negative ? -specials[i].value : specials[i].value;
            return TRUE;
        }
    return FALSE;
}

/* Reads small decimals with one rounding; %FALSE where it takes more. */
static gboolean
convert_fast(const Decimal *decimal, double *a)
{
    if (decimal->n > DBL_DIG || decimal->exponent < -EXACT_POWER ||
        decimal->exponent > EXACT_POWER || FLT_EVAL_METHOD != 0)
        return FALSE;

    double power = 1.0; /* exact all the way */
    for (gint64 i = ABS(decimal->exponent); i > 0; i--)
        power *= 10.0;
    double m = (double)decimal->m;
    *a = decimal->exponent < 0 ? m / power : m * power;
    return TRUE;
}

/* Reads `[+-]digits[.digits]` of up to 15 digits, leading zeros among them, which is most that is
 * ever read; %FALSE elsewhere.  One division of exact doubles, as in convert_fast(). */
static gboolean
read_short(const char *text, size_t length, double *a, gboolean *negative)
{
    static const double power10[DBL_DIG + 1] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const char *end = text + length;
    const char *at = skip_sign(text, end, negative);
    const char *digits = at;
    const char *point = end;
    uint64_t m = 0;

    if (end - at > DBL_DIG + 1 || FLT_EVAL_METHOD != 0)
        return FALSE;
    for (; at < end; at++) {
        unsigned digit = (unsigned char)*at - (unsigned)'0';
        if (digit < 10)
            m = m * 10 + digit;
        else if (*at == '.' && point == end)
            point = at;
        else
            return FALSE;
    }
    gboolean pointed = point < end;
    ptrdiff_t n = end - digits - pointed;
    if (n < 1 || n > DBL_DIG)
        return FALSE;
    *a = (double)m / power10[pointed ? end - point - 1 : 0];
    return TRUE;
}

/* Has the C library convert; the shape `123e-4` is the same in every locale. */
static double
convert_slow(const Decimal *decimal, gboolean single)
{
    char room[128];
    size_t size = (size_t)(decimal->end - decimal->digits) + 32;
    g_autofree char *heap = size > sizeof room ? g_malloc(size) : NULL;
    char *text = heap != NULL ? heap : room;
    char *to = text;

    for (const char *at = decimal->digits; at < decimal->end; at++)
        if (*at != '.')
            *to++ = *at;
    snprintf(to, 32, "e%" G_GINT64_FORMAT, decimal->exponent);
    return single ? (double)strtof(text, NULL) : strtod(text, NULL);
}

/* Is `a`, seen as a double, halfway between two floats? */
static gboolean
is_halfway(double a)
{
    uint64_t bits;

    memcpy(&bits, &a, sizeof bits);
    return (bits & 0x1fffffff) == 0x10000000;
}

/**
 * ng_number_to_float:
 * @text: [length] a number, and nothing else
 * @length: its bytes; no zero byte need follow
 * @x: (out): the float nearest to it; untouched on failure
 *
 * Reads `[+-]digits[.digits][e[+-]digits]`, `inf`, `infinity` and `nan`, the
 * last three in any case.  Rounds once, half to even.  A number too large for
 * a float is refused, one too small is a zero.
 *
 * Returns: whether @text is a number
 */
gboolean
ng_number_to_float(const char *text, size_t length, float *x)
{
    g_return_val_if_fail(text != NULL || length == 0, FALSE);
    g_return_val_if_fail(x != NULL, FALSE);

    Decimal decimal;
    double a = 0.0;
    gboolean negative = FALSE;
    if (length == 0)
        return FALSE;
    if (read_short(text, length, &a, &negative) && !is_halfway(a)) {
        *x = negative ? -(float)a : (float)a;
        return TRUE;
    }
    if (!scan(text, length, &decimal)) {
        if (!scan_special(text, length, &a))
            return FALSE;
        *x = (float)a;
        return TRUE;
    }
    /* Rounding twice goes wrong only where the first one ends halfway. */
    if (!convert_fast(&decimal, &a) || is_halfway(a))
        a = convert_slow(&decimal, TRUE);
    if (isinf(a))
        return FALSE;
    *x = decimal.negative ? -(float)a : (float)a;
    return TRUE;
}

/**
 * ng_number_to_double:
 * @text: [length] a number, and nothing else
 * @length: its bytes; no zero byte need follow
 * @x: (out): the double nearest to it; untouched on failure
 *
 * As ng_number_to_float().
 *
 * Returns: whether @text is a number
 */
gboolean
ng_number_to_double(const char *text, size_t length, double *x)
{
    g_return_val_if_fail(text != NULL || length == 0, FALSE);
    g_return_val_if_fail(x != NULL, FALSE);

    Decimal decimal;
    double a = 0.0;
    if (length == 0)
        return FALSE;
    if (!scan(text, length, &decimal))
        return scan_special(text, length, x);
    if (!convert_fast(&decimal, &a))
        a = convert_slow(&decimal, FALSE);
    if (isinf(a))
        return FALSE;
    *x = decimal.negative ? -a : a;
    return TRUE;
}

/**
 * ng_number_to_uint64:
 * @text: [length] decimal digits, and nothing else
 * @length: its bytes
 * @x: (out): the number; untouched on failure
 *
 * Returns: whether @text is a number below 2^64, without sign or space
 */
gboolean
ng_number_to_uint64(const char *text, size_t length, guint64 *x)
{
    g_return_val_if_fail(text != NULL || length == 0, FALSE);
    g_return_val_if_fail(x != NULL, FALSE);

    guint64 value = 0;
    for (size_t i = 0; i < length; i++) {
        if (!g_ascii_isdigit(text[i]))
            return FALSE;
        guint64 digit = (guint64)(text[i] - '0');
        if (value > (G_MAXUINT64 - digit) / 10)
            return FALSE;
        value = value * 10 + digit;
    }
    if (length == 0)
        return FALSE;
    *x = value;
    return TRUE;
}

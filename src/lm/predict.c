/*
 * Prediction of probabilities
 *
 * In an interpolated model P(w | h) = u + gamma(h) P(w | h').  A packed model
 * keeps u and what the sum misses the stored logarithm by, so that sum must come
 * out the same to the last bit wherever it is computed.  A C library's exp10()
 * and log10() do not; these two are made of IEEE 754 additions,
 * multiplications and divisions in double, each rounded by itself, in the order
 * written here.  They are off by less than 1e-11 of their result.  The sum itself is
 * made in single precision, as the estimators make it, since a probability near
 * 1 has a logarithm that is finer than they are.
 */
#include "predict.h"

#include <float.h>
#include <math.h>
#include <string.h>

#if FLT_EVAL_METHOD != 0
#error "wants arithmetic in double, not wider (compile with -msse2 -mfpmath=sse)"
#endif

/* 2^@n; -1022 <= @n <= 1023. */
static double
power_of_two(int n)
{
    uint64_t bits = (uint64_t)(n + 1023) << 52;
    double x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/**
 * ng_predict_power:
 *
 * 10^x = 2^n e^t, n whole, |t| <= ln 2 / 2; e^t by its Taylor series to t^9 / 9!.
 *
 * Returns: 10^@log10_x; 0 below 1e-300 and where @log10_x is no number, 1e300 above that
 */
double
ng_predict_power(float log10_x)
{
    if (!(log10_x > -300.0F))
        return 0.0;
    if (log10_x > 300.0F)
        return 1e300;
    double y = (double)log10_x * 3.321928094887362347870319; /* log2 10 */
    double n = floor(y + 0.5);
    double t = (y - n) * 0.693147180559945309417232; /* ln 2 */
    double sum = 1.0;
    for (int i = 9; i >= 1; i--)
        sum = 1.0 + t / i * sum;
    return sum * power_of_two((int)n);
}

/**
 * ng_predict_bits:
 *
 * With @p = m 2^e, m in [sqrt(1/2), sqrt(2)), and z = (m - 1) / (m + 1):
 * log10 p = e log10 2 + 2 / ln 10 (z + z^3 / 3 + ... + z^13 / 13).
 *
 * Returns: the bits of the f32 that is nearest to -log10 @p; of 0 where @p is
 *   above 1, of infinity where it is not above 0
 */
uint32_t
ng_predict_bits(double p)
{
    uint64_t bits;

    if (!(p > DBL_MIN))
        return 0x7F800000;
    if (p >= 1.0)
        return 0;
    memcpy(&bits, &p, sizeof bits);
    int e = (int)(bits >> 52) - 1023;
    bits = (bits & 0xFFFFFFFFFFFFF) | (uint64_t)1023 << 52;
    double m;
    memcpy(&m, &bits, sizeof m);
    if (m >= 1.41421356237309504880169) {
        m *= 0.5;
        e++;
    }
    double z = (m - 1.0) / (m + 1.0);
    double square = z * z;
    double sum = 0.0;
    for (int i = 13; i >= 1; i -= 2)
        sum = sum * square + 1.0 / i;
    double log = e * 0.301029995663981195213739 + z * sum * 0.868588963806503655302258;
    return ng_float_bits((float)-log) & 0x7FFFFFFF;
}

/**
 * ng_predict:
 * @u: weight of the word
 * @gamma: weight of the shorter context
 * @shorter: log10 of the probability that it gives
 *
 * Returns: the bits of the magnitude of log10(@u + @gamma 10^@shorter)
 */
uint32_t
ng_predict(float u, float gamma, float shorter)
{
    float q = (float)ng_predict_power(shorter);
    float rest = gamma * q;
    float p = u + rest;

    return ng_predict_bits((double)p);
}

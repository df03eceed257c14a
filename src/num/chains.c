/*
 * Convergence of Markov chains
 *
 * M chains of N draws each, [M, N].  Letters and formulas as in Vehtari, Gelman, Simpson, Carpenter
 * and Buerkner, Rank-Normalization, Folding, and Localization: An Improved R-hat for Assessing
 * Convergence of MCMC, Bayesian Analysis 16 (2021).  Each chain is cut in halves first, so that a
 * chain that drifts differs from itself.  Autocorrelations are summed as long as sums of two
 * neighbours stay positive (Geyer, Statistical Science 7 (1992), section 3.3), made not to rise.
 */
#include "ngram/chains.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST = 4 }; /* draws of a chain */

/* Chains in halves: [chains, draws]. */
typedef struct {
    size_t chains, draws;
    double *x;
} Halves;

static Halves
split(const double *x, size_t chains, size_t draws)
{
    size_t half = draws / 2;
    Halves halves = {2 * chains, half, g_new(double, 2 * chains * half)};

    for (size_t m = 0; m < chains; m++) { /* the middle draw of an odd number is left out */
        memcpy(halves.x + 2 * m * half, x + m * draws, half * sizeof *x);
        memcpy(halves.x + (2 * m + 1) * half, x + (m + 1) * draws - half, half * sizeof *x);
    }
    return halves;
}

/* Within- and between-chain variances: W, and var+ = (N - 1) / N W + B / N. */
static void
variances(const Halves *h, double *within, double *plus)
{
    double grand = 0.0, between = 0.0;
    g_autofree double *mean = g_new0(double, h->chains);
    double N = (double)h->draws, M = (double)h->chains;

    *within = 0.0;
    for (size_t m = 0; m < h->chains; m++) {
        const double *x = h->x + m * h->draws;
        double sum = 0.0;
        for (size_t i = 0; i < h->draws; i++)
            mean[m] += x[i] / N;
        for (size_t i = 0; i < h->draws; i++)
            sum += (x[i] - mean[m]) * (x[i] - mean[m]);
        *within += sum / (N - 1.0) / M;
        grand += mean[m] / M;
    }
    for (size_t m = 0; m < h->chains; m++)
        between += (mean[m] - grand) * (mean[m] - grand) / (M - 1.0);
    *plus = (N - 1.0) / N * *within + between;
}

/* R-hat of halves; 1 where nothing moves at all, infinite where each is stuck elsewhere. */
static double
rhat(const Halves *h)
{
    double within, plus;

    variances(h, &within, &plus);
    if (!(plus > 0.0))
        return plus == 0.0 ? 1.0 : (double)NAN;
    return sqrt(plus / within);
}

static int
compare(const void *a, const void *b)
{
    double x = **(const double *const *)a, y = **(const double *const *)b;

    return (x > y) - (x < y);
}

/* Replaces the numbers by normal scores of their ranks, ties by those of their mean rank. */
static void
rank_normalise(double *x, size_t n)
{
    g_autofree double **order = g_new(double *, n);

    for (size_t i = 0; i < n; i++)
        order[i] = x + i;
    qsort(order, n, sizeof *order, compare);
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && *order[end] == *order[i])
            end++;
        double rank = (double)(i + 1 + end) / 2.0; /* mean of i + 1 .. end */
        double z = ng_normal_quantile((rank - 0.375) / ((double)n + 0.25));
        for (; i < end; i++)
            *order[i] = z;
    }
}

static int
compare_values(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double
median(const double *x, size_t n)
{
    g_autofree double *sorted = g_memdup2(x, n * sizeof *x);

    qsort(sorted, n, sizeof *sorted, compare_values);
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2.0;
}

static gboolean
usable(const double *x, size_t chains, size_t draws)
{
    if (chains < 1 || draws < LEAST)
        return FALSE;
    for (size_t i = 0; i < chains * draws; i++)
        if (!isfinite(x[i]))
            return FALSE;
    return TRUE;
}

/**
 * ng_chains_rhat:
 * @x: [@chains, @draws] a number followed along the chains
 * @chains: M
 * @draws: N, at least 4
 *
 * Rank-normalised split R-hat, the larger of that of the numbers and that of their distances from
 * the median.  Chains that have mixed are below 1.01.
 *
 * Returns: R-hat, infinite where chains do not move and differ, NAN where there are too few numbers
 */
double
ng_chains_rhat(const double *x, size_t chains, size_t draws)
{
    g_return_val_if_fail(x != NULL, (double)NAN);

    if (!usable(x, chains, draws))
        return (double)NAN;
    Halves bulk = split(x, chains, draws), tail = split(x, chains, draws);
    size_t n = bulk.chains * bulk.draws;
    double middle = median(tail.x, n);
    for (size_t i = 0; i < n; i++)
        tail.x[i] = fabs(tail.x[i] - middle);
    rank_normalise(bulk.x, n);
    rank_normalise(tail.x, n);
    double r = fmax(rhat(&bulk), rhat(&tail));
    g_free(bulk.x);
    g_free(tail.x);
    return r;
}

/* Mean over the chains of the autocovariance at a lag, of numbers that are off their chain's mean. */
static double
autocovariance(const Halves *h, size_t lag)
{
    double sum = 0.0;

    for (size_t m = 0; m < h->chains; m++) {
        const double *x = h->x + m * h->draws;
        for (size_t i = 0; i + lag < h->draws; i++)
            sum += x[i] * x[i + lag];
    }
    return sum / (double)h->draws / (double)h->chains;
}

/* 1 + 2 sum_t rho_t of halves, rho_t = 1 - (W - mean autocovariance) / var+. */
static double
correlation_time(Halves *h)
{
    double within, plus, N = (double)h->draws, sum = 0.0, last = INFINITY;

    variances(h, &within, &plus);
    if (!(plus > 0.0))
        return (double)NAN;
    for (size_t m = 0; m < h->chains; m++) {
        double mean = 0.0;
        for (size_t i = 0; i < h->draws; i++)
            mean += h->x[m * h->draws + i] / N;
        for (size_t i = 0; i < h->draws; i++)
            h->x[m * h->draws + i] -= mean;
    }
    for (size_t t = 0; t + 1 < h->draws; t += 2) {
        double even = t == 0 ? 1.0 : 1.0 - (within - autocovariance(h, t)) / plus;
        double odd = 1.0 - (within - autocovariance(h, t + 1)) / plus;
        double pair = fmin(even + odd, last);
        if (pair <= 0.0)
            break;
        sum += pair;
        last = pair;
    }
    return fmax(2.0 * sum - 1.0, 1.0 / log10((double)h->chains * N));
}

/**
 * ng_chains_time:
 * @x: [@chains, @draws] a number followed along the chains
 * @chains: M
 * @draws: N, at least 4
 *
 * The integrated autocorrelation time: of so many draws in a row one counts.
 *
 * Returns: it, in draws, NAN where nothing moves or there are too few numbers
 */
double
ng_chains_time(const double *x, size_t chains, size_t draws)
{
    g_return_val_if_fail(x != NULL, (double)NAN);

    if (!usable(x, chains, draws))
        return (double)NAN;
    Halves halves = split(x, chains, draws);
    double time = correlation_time(&halves);
    g_free(halves.x);
    return time;
}

/**
 * ng_chains_ess:
 * @x: [@chains, @draws] a number followed along the chains
 * @chains: M
 * @draws: N, at least 4
 *
 * Returns: the effective sample size, as many independent draws would tell the mean as well; at
 *   most M N log10(M N); NAN where nothing moves or there are too few numbers
 */
double
ng_chains_ess(const double *x, size_t chains, size_t draws)
{
    size_t half = draws / 2; /* the middle draw of an odd number is left out */
    return 2.0 * (double)(chains * half) / ng_chains_time(x, chains, draws);
}

/* sum_i c_i x^i by Horner's rule */
static double
polynomial(const double *c, int n, double x)
{
    double sum = c[n - 1];

    for (int i = n - 2; i >= 0; i--)
        sum = sum * x + c[i];
    return sum;
}

/**
 * ng_normal_quantile:
 * @p: in (0, 1)
 *
 * Wichura, Algorithm AS 241: The Percentage Points of the Normal Distribution, Applied Statistics
 * 37 (1988), PPND7: relative error about 1e-7, then one step of Newton's method on the
 * complementary error function.
 *
 * Returns: x with P(X <= x) = @p for a standard normal X
 */
double
ng_normal_quantile(double p)
{
    static const double a[] = {3.3871327179, 50.434271938, 159.29113202, 59.109374720};
    static const double b[] = {1.0, 17.895169469, 78.757757664, 67.187563600};
    static const double c[] = {1.4234372777, 2.7568153900, 1.3067284816, 0.17023821103};
    static const double d[] = {1.0, 0.73700164250, 0.12021132975};
    static const double e[] = {6.6579051150, 3.0812263860, 0.42868294337, 0.017337203997};
    static const double f[] = {1.0, 0.24197894225, 0.012258202635};
    double q = p - 0.5, x;

    if (!(p > 0.0 && p < 1.0))
        return p == 0.0 ? -(double)INFINITY : p == 1.0 ? (double)INFINITY : (double)NAN;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        x = q * polynomial(a, 4, r) / polynomial(b, 4, r);
    } else {
        double r = sqrt(-log(fmin(p, 1.0 - p)));
        x = r <= 5.0 ? polynomial(c, 4, r - 1.6) / polynomial(d, 3, r - 1.6)
                     : polynomial(e, 4, r - 5.0) / polynomial(f, 3, r - 5.0);
        x = q < 0.0 ? -x : x;
    }
    double density = exp(-x * x / 2.0) / sqrt(2.0 * G_PI);
    double off = q < 0.0 ? 0.5 * erfc(-x / G_SQRT2) - p : (1.0 - p) - 0.5 * erfc(x / G_SQRT2);
    return density > 0.0 ? x - off / density : x;
}

/*
 * Weights of a mixture
 *
 * What is wanted are weights l_i, positive with sum 1, that make
 *   L(l) = mean over t of ln sum_i l_i p[t][i]
 * greatest.  EM (Dempster, Laird and Rubin 1977) multiplies each weight by
 *   g_i = mean over t of p[t][i] / sum_j l_j p[t][j],
 * the mean posterior of the component over its weight; the sum stays 1 and L
 * never falls.
 *
 * L is concave, so there is one height to reach, and how far it is can be told:
 * for any other weights m, by Jensen's inequality,
 *   L(m) - L(l) = mean of ln sum_i m_i p[t][i] / sum_j l_j p[t][j]
 *              <= ln sum_i m_i g_i <= ln max_i g_i            (Cover 1984).
 * That bound is where it stops, not that a step was small.
 */
#include "ngram/em.h"

#include <math.h>

/**
 * ng_em_step:
 * @p: [@rows][@parts] probability of each datum in each component, from 0 up
 * @rows: data
 * @parts: components
 * @weight: (inout): [@parts] positive, with sum 1; one step better after the call
 *
 * A row without a positive p says nothing and is left out.
 *
 * Returns: what was found of the weights as they came in; @steps is 1
 */
NgEmFit
ng_em_step(const double *p, size_t rows, size_t parts, double *weight)
{
    NgEmFit fit = {.steps = 1};

    g_return_val_if_fail((p != NULL || rows == 0) && weight != NULL && parts > 0, fit);

    g_autofree double *g = g_new0(double, parts);
    for (size_t t = 0; t < rows; t++) {
        const double *row = p + t * parts;
        double sum = 0.0;
        for (size_t i = 0; i < parts; i++)
            sum += weight[i] * row[i];
        if (!(sum > 0.0))
            continue;
        for (size_t i = 0; i < parts; i++)
            g[i] += row[i] / sum;
        fit.loglik += log(sum);
        fit.n++;
    }
    if (fit.n == 0)
        return fit;
    double most = 1.0, whole = 0.0; /* the weighted mean of g is 1 */
    for (size_t i = 0; i < parts; i++) {
        g[i] /= (double)fit.n;
        most = MAX(most, g[i]);
        weight[i] *= g[i];
        whole += weight[i];
    }
    for (size_t i = 0; i < parts; i++)
        weight[i] /= whole; /* 1 but for rounding */
    fit.loglik /= (double)fit.n;
    fit.gap = log(most);
    return fit;
}

/**
 * ng_em_fit:
 * @p: [@rows][@parts] as for ng_em_step()
 * @rows: data
 * @parts: components
 * @tolerance: how far from the greatest mean of logarithms it may stop
 * @most: steps, at most
 * @weight: (inout): [@parts] where to start, positive with sum 1, and where it ended
 *
 * Returns: of the weights before the last step, which can only be better after it
 */
NgEmFit
ng_em_fit(const double *p, size_t rows, size_t parts, double tolerance, guint most, double *weight)
{
    NgEmFit fit = {.gap = HUGE_VAL};

    g_return_val_if_fail(weight != NULL && parts > 0 && tolerance >= 0.0, fit);

    for (guint steps = 0; steps < most && fit.gap > tolerance;) {
        fit = ng_em_step(p, rows, parts, weight);
        fit.steps = ++steps;
    }
    return fit;
}

/*
 * Metrics of answers
 *
 * All of them are means over answers, each with a weight: 1, or how often a
 * bootstrap sample drew it.  What an answer costs is worked out once
 * (ng_answer_make()), so a sample takes one pass.  Classes without any weight take
 * no part in the means over classes.
 */
#include "ngram/metrics.h"

#include <math.h>
#include <stdlib.h>

static const double least_probability = 1e-15; /* log loss is bounded by -ln of it, 34.5 */

/**
 * ng_answer_make:
 * @probability: [@classes] they sum to 1
 * @label: the class that is right
 * @answer: the class that was named
 */
NgAnswer
ng_answer_make(const double *probability, size_t classes, uint32_t label, uint32_t answer)
{
    NgAnswer made = {.label = label, .answer = answer};

    g_return_val_if_fail(probability != NULL && label < classes && answer < classes, made);

    made.own = probability[label];
    made.top = probability[answer];
    for (size_t a = 0; a < classes; a++)
        made.brier += pow(probability[a] - (a == label ? 1.0 : 0.0), 2.0);
    return made;
}

/* Means over the classes that are right for some answer or, for F1, are the answer. */
static void
measure_classes(const double *label, const double *answer, const double *right, size_t classes,
                NgMetrics *out)
{
    double recalls = 0.0;
    double f1s = 0.0;
    size_t true_classes = 0;
    size_t all = 0;

    for (size_t a = 0; a < classes; a++) {
        if (label[a] + answer[a] <= 0.0)
            continue;
        f1s += 2.0 * right[a] / (label[a] + answer[a]);
        all++;
        if (label[a] <= 0.0)
            continue;
        recalls += right[a] / label[a];
        true_classes++;
    }
    out->macro_accuracy = recalls / (double)true_classes;
    out->macro_f1 = f1s / (double)all;
}

/**
 * ng_metrics:
 * @answers: [@n]
 * @classes: number of classes
 * @weight: (nullable): [@n] how much each answer counts; %NULL for 1
 * @out: (out): all figures; NaN where the weights sum to 0
 *
 * Probabilities below 1e-15 count as 1e-15 in the log loss, so it stays finite.
 * The expected calibration error is sum_b w_b / w |accuracy_b - confidence_b| over
 * the bins of ng_metrics_calibration() (Naeini and others 2015).  F1 is averaged
 * over the classes that are right for some answer or are one, as scikit-learn does.
 */
void
ng_metrics(const NgAnswer *answers, size_t n, size_t classes, const double *weight, NgMetrics *out)
{
    g_return_if_fail((answers != NULL || n == 0) && classes > 0 && out != NULL);

    g_autofree double *table = g_new0(double, 3 * classes);
    double *label = table;
    double *answer = table + classes;
    double *right = answer + classes;
    NgCalibrationBin bins[NG_CALIBRATION_BINS];
    NgMetrics m = {0};
    double sum = 0.0;

    for (size_t i = 0; i < n; i++) {
        const NgAnswer *x = &answers[i];
        double w = weight != NULL ? weight[i] : 1.0;
        label[x->label] += w;
        answer[x->answer] += w;
        if (x->label == x->answer) {
            right[x->label] += w;
            m.accuracy += w;
        }
        m.log_loss -= w * log(fmax(x->own, least_probability));
        m.brier += w * x->brier;
        sum += w;
    }
    m.accuracy /= sum;
    m.log_loss /= sum;
    m.brier /= sum;
    measure_classes(label, answer, right, classes, &m);
    ng_metrics_calibration(answers, n, weight, bins);
    for (size_t b = 0; b < NG_CALIBRATION_BINS; b++)
        if (bins[b].weight > 0.0)
            m.calibration_error +=
                bins[b].weight / sum * fabs(bins[b].accuracy - bins[b].confidence);
    if (sum <= 0.0)
        m.calibration_error = (double)NAN;
    *out = m;
}

/**
 * ng_metrics_calibration:
 * @answers: [@n]
 * @weight: (nullable): [@n] as in ng_metrics()
 * @bins: (out): [NG_CALIBRATION_BINS]
 */
void
ng_metrics_calibration(const NgAnswer *answers, size_t n, const double *weight,
                       NgCalibrationBin *bins)
{
    g_return_if_fail((answers != NULL || n == 0) && bins != NULL);

    for (size_t b = 0; b < NG_CALIBRATION_BINS; b++)
        bins[b] = (NgCalibrationBin){.low = (double)b / NG_CALIBRATION_BINS,
                                     .high = (double)(b + 1) / NG_CALIBRATION_BINS};
    for (size_t i = 0; i < n; i++) {
        double w = weight != NULL ? weight[i] : 1.0;
        double place = ceil(answers[i].top * NG_CALIBRATION_BINS) - 1.0;
        size_t b = (size_t)fmin(fmax(place, 0.0), NG_CALIBRATION_BINS - 1.0);
        bins[b].weight += w;
        bins[b].confidence += w * answers[i].top;
        bins[b].accuracy += answers[i].label == answers[i].answer ? w : 0.0;
    }
    for (size_t b = 0; b < NG_CALIBRATION_BINS; b++) {
        bins[b].confidence /= bins[b].weight;
        bins[b].accuracy /= bins[b].weight;
    }
}

/**
 * ng_metrics_wilson:
 * @share: of @n independent trials, that were right
 * @low: (out): the 95 % interval of Wilson (1927), which is no point even at 0 and 1
 * @high: (out): its other end
 */
void
ng_metrics_wilson(double share, double n, double *low, double *high)
{
    g_return_if_fail(low != NULL && high != NULL);

    const double z = 1.959963984540054; /* 97.5 % of the normal distribution */
    double centre = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
    double half = z / (1.0 + z * z / n) * sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n));
    *low = share > 0.0 ? centre - half : 0.0;
    *high = share < 1.0 ? centre + half : 1.0;
}

static int
by_value(gconstpointer a, gconstpointer b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double
quantile(const double *sorted, size_t n, double q)
{
    double place = q * (double)(n - 1);
    size_t i = (size_t)place;
    double share = place - (double)i;

    return share > 0.0 ? (1.0 - share) * sorted[i] + share * sorted[i + 1] : sorted[i];
}

/**
 * ng_metrics_percentiles:
 * @values: [@n] of bootstrap samples; they are sorted, and NaN are passed over
 * @low: (out): below it are 2.5 % of them, by linear interpolation; NaN where there are none
 * @high: (out): above it are 2.5 % of them
 */
void
ng_metrics_percentiles(double *values, size_t n, double *low, double *high)
{
    g_return_if_fail((values != NULL || n == 0) && low != NULL && high != NULL);

    size_t known = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i]))
            values[known++] = values[i];
    *low = *high = (double)NAN;
    if (known == 0)
        return;
    qsort(values, known, sizeof *values, by_value);
    *low = quantile(values, known, 0.025);
    *high = quantile(values, known, 0.975);
}

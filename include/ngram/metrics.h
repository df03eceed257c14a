/* metrics.h - how good answers are that name one of several classes. */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

#define NG_CALIBRATION_BINS 10 /* of equal width, of the probability of the answer */

/**
 * NgAnswer: one answer, and what was right.
 * @label: the class that is right
 * @answer: the class that was named
 * @own: the probability that was given to @label
 * @top: the probability that was given to @answer
 * @brier: sum over the classes of (probability - truth)^2, 0 to 2
 */
typedef struct {
    uint32_t label, answer;
    double own, top, brier;
} NgAnswer;

/**
 * NgMetrics:
 * @accuracy: share of right answers
 * @macro_accuracy: mean over the classes of their share of right answers (recall)
 * @macro_f1: mean over the classes of the harmonic mean of precision and recall
 * @log_loss: mean of -ln of the probability of the right class, in nats
 * @brier: mean of the answers' sums of squares, 0 to 2
 * @calibration_error: expected calibration error
 */
typedef struct {
    double accuracy, macro_accuracy, macro_f1, log_loss, brier, calibration_error;
} NgMetrics;

/**
 * NgCalibrationBin: the answers whose probability is in (@low, @high]; the first has 0 too.
 * @weight: how many
 * @confidence: mean of their probability
 * @accuracy: share of right ones
 */
typedef struct {
    double low, high, weight, confidence, accuracy;
} NgCalibrationBin;

NgAnswer ng_answer_make(const double *probability, size_t classes, uint32_t label, uint32_t answer);
void ng_metrics(const NgAnswer *answers, size_t n, size_t classes, const double *weight,
                NgMetrics *out);
void ng_metrics_calibration(const NgAnswer *answers, size_t n, const double *weight,
                            NgCalibrationBin *bins);
void ng_metrics_wilson(double share, double n, double *low, double *high);
void ng_metrics_percentiles(double *values, size_t n, double *low, double *high);

G_END_DECLS

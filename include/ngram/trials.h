/* trials.h - how good likelihood ratios are: "the same author, or another?" */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * NgTrialMetrics: of trials "is it the same author?".
 * @auc: area under the ROC curve; ties count half
 * @eer: equal error rate, where the convex hull of the ROC curve has as many misses as alarms
 * @cllr: log-likelihood-ratio cost in bits: 0 is perfect, 1 says nothing
 * @cllr_min: the same after the best monotone recalibration: what calibration cannot mend
 * @c_at_1: accuracy that rewards leaving hard trials unanswered
 * @f05u: F0.5 that counts unanswered trials of the same author as half missed
 * @f1: of the answered trials
 * @brier: 1 - mean squared error of the probability, as PAN reports it: 1 is perfect
 * @overall: PAN's mean of @auc, @c_at_1, @f05u, @f1 and @brier
 */
typedef struct {
    double auc, eer, cllr, cllr_min, c_at_1, f05u, f1, brier, overall;
} NgTrialMetrics;

typedef struct NgTrials NgTrials;

NgTrials *ng_trials_new(const double *llr, const guint8 *same, const uint32_t *cluster, size_t n);
void ng_trials_free(NgTrials *self);
void ng_trials_measure(const NgTrials *self, const double *weight, NgTrialMetrics *out);
double ng_trials_probability(double llr);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgTrials, ng_trials_free)

G_END_DECLS

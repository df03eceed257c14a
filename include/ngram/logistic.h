/* logistic.h - one probability out of the scores of several members. */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * NgLogistic: the shape of a combination.
 * @classes: A
 * @members: M
 * @knots: K places between which all weights are interpolated
 * @prior: [A] log probability of each class where the scores say nothing
 */
typedef struct {
    size_t classes, members, knots;
    const double *prior;
} NgLogistic;

/**
 * NgLogisticData: what it is fitted to.
 * @n: number of samples
 * @score: [n][M][A]
 * @place: [n] 0 .. K - 1, not whole: where each sample stands among the knots
 * @label: [n] the class of each
 * @weight: (nullable): [n] how much each sample counts
 */
typedef struct {
    size_t n;
    const float *score;
    const float *place;
    const uint32_t *label;
    const float *weight;
} NgLogisticData;

size_t ng_logistic_size(const NgLogistic *self);
void ng_logistic_posterior(const NgLogistic *self, const double *parameter, const float *score,
                           double place, double *posterior);
void ng_logistic_weights(const NgLogistic *self, const double *parameter, double place,
                         double *weight);
double ng_logistic_fit(const NgLogistic *self, const NgLogisticData *data, double ridge,
                       double *parameter);

G_END_DECLS

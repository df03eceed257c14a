/*
 * Logistic regression over the scores of members
 *
 *   z_a = log prior_a + sum_m w_m(t) s_{m,a} + b_a(t),    P(a | s, t) = exp z_a / sum_c exp z_c
 *
 * All classes share the weights of the members; each has an offset.  Weights and
 * offsets depend on a place t (the length of a text, say): u(t) = u_0 + sum_k
 * h_k(t) u_k, where h_k is the hat over knot k, so a knot that no sample stands at
 * costs nothing.  Fitted by L-BFGS to the log loss with an L2 penalty: a convex problem with one solution.
 * Parameters: [1 + K][M + A], the constant part first.
 */
#include "ngram/logistic.h"

#include "ngram/lbfgs.h"

#include <math.h>
#include <string.h>

#define STEPS 400 /* the most that L-BFGS takes */

/** ng_logistic_size: Returns: number of parameters */
size_t
ng_logistic_size(const NgLogistic *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return (1 + self->knots) * (self->members + self->classes);
}

/* The two knots around @place and the share of the second; the last knot's share is whole. */
static size_t
knot_of(const NgLogistic *self, double place, double *share)
{
    double t = fmin(fmax(place, 0.0), (double)self->knots - 1.0);
    size_t k = MIN((size_t)t, self->knots - (self->knots > 1 ? 2 : 1));

    *share = t - (double)k;
    return k;
}

/**
 * ng_logistic_weights:
 * @parameter: as ng_logistic_fit() found them
 * @place: t
 * @weight: (out): [M + A] w_m(t), then b_a(t)
 */
void
ng_logistic_weights(const NgLogistic *self, const double *parameter, double place, double *weight)
{
    g_return_if_fail(self != NULL && self->knots > 0 && parameter != NULL && weight != NULL);

    size_t terms = self->members + self->classes;
    double share = 0.0;
    size_t k = knot_of(self, place, &share);
    const double *low = parameter + (1 + k) * terms;
    const double *high = self->knots > 1 ? low + terms : low;
    for (size_t i = 0; i < terms; i++)
        weight[i] = parameter[i] + (1.0 - share) * low[i] + share * high[i];
}

/* z becomes log P; returns nothing but that. */
static void
log_softmax(double *z, size_t classes)
{
    double top = z[0];
    double sum = 0.0;

    for (size_t a = 1; a < classes; a++)
        top = fmax(top, z[a]);
    for (size_t a = 0; a < classes; a++)
        sum += exp(z[a] - top);
    for (size_t a = 0; a < classes; a++)
        z[a] -= top + log(sum);
}

static void
log_posterior(const NgLogistic *self, const double *weight, const float *score, double *z)
{
    size_t classes = self->classes;

    for (size_t a = 0; a < classes; a++)
        z[a] = self->prior[a] + weight[self->members + a];
    for (size_t m = 0; m < self->members; m++)
        for (size_t a = 0; a < classes; a++)
            z[a] += weight[m] * (double)score[m * classes + a];
    log_softmax(z, classes);
}

/**
 * ng_logistic_posterior:
 * @score: [M][A]
 * @place: t
 * @posterior: (out): [A] log P(a | score, t)
 */
void
ng_logistic_posterior(const NgLogistic *self, const double *parameter, const float *score,
                      double place, double *posterior)
{
    g_return_if_fail(self != NULL && score != NULL && posterior != NULL);

    g_autofree double *weight = g_new(double, self->members + self->classes);
    ng_logistic_weights(self, parameter, place, weight);
    log_posterior(self, weight, score, posterior);
}

/**
 * Fit: one problem.
 * @size: P, number of parameters
 * @weight, @slope: [M + A] of one sample
 * @z: [A]
 */
typedef struct {
    const NgLogistic *shape;
    const NgLogisticData *data;
    double ridge;
    size_t size;
    double *weight, *slope, *z;
} Fit;

/* d loss / d weights of one sample, which goes to the constant part and to two knots. */
static double
add_sample(Fit *f, size_t i, const double *parameter, double *gradient)
{
    const NgLogistic *s = f->shape;
    size_t classes = s->classes;
    size_t terms = s->members + classes;
    const float *score = f->data->score + i * s->members * classes;
    double count = f->data->weight != NULL ? (double)f->data->weight[i] : 1.0;
    double share = 0.0;
    size_t k = knot_of(s, (double)f->data->place[i], &share);

    ng_logistic_weights(s, parameter, (double)f->data->place[i], f->weight);
    log_posterior(s, f->weight, score, f->z);
    double loss = -count * f->z[f->data->label[i]];
    for (size_t a = 0; a < classes; a++)
        f->slope[s->members + a] = count * (exp(f->z[a]) - (f->data->label[i] == a ? 1.0 : 0.0));
    for (size_t m = 0; m < s->members; m++) {
        f->slope[m] = 0.0;
        for (size_t a = 0; a < classes; a++)
            f->slope[m] += f->slope[s->members + a] * (double)score[m * classes + a];
    }
    for (size_t d = 0; d < terms; d++) {
        gradient[d] += f->slope[d];
        gradient[(1 + k) * terms + d] += (1.0 - share) * f->slope[d];
        if (s->knots > 1)
            gradient[(2 + k) * terms + d] += share * f->slope[d];
    }
    return loss;
}

static double
objective(gpointer data, const double *parameter, double *gradient)
{
    Fit *f = data;
    double loss = 0.0;

    memset(gradient, 0, f->size * sizeof *gradient);
    for (size_t i = 0; i < f->data->n; i++)
        loss += add_sample(f, i, parameter, gradient);
    for (size_t p = 0; p < f->size; p++) {
        loss += 0.5 * f->ridge * parameter[p] * parameter[p];
        gradient[p] += f->ridge * parameter[p];
    }
    return loss;
}

/**
 * ng_logistic_fit:
 * @data: samples; with none all parameters become 0
 * @ridge: above 0: r in the penalty r/2 |parameters|^2
 * @parameter: (out): [ng_logistic_size()]
 *
 * Returns: the loss with the penalty, summed over the samples
 */
double
ng_logistic_fit(const NgLogistic *self, const NgLogisticData *data, double ridge, double *parameter)
{
    g_return_val_if_fail(self != NULL && data != NULL && parameter != NULL, 0.0);
    g_return_val_if_fail(self->knots > 0 && ridge > 0.0, 0.0);

    size_t size = ng_logistic_size(self);
    size_t terms = self->members + self->classes;
    g_autofree double *room = g_new(double, 3 * terms);
    Fit f = {self, data, ridge, size, room, room + terms, room + 2 * terms};

    memset(parameter, 0, size * sizeof *parameter);
    return ng_lbfgs(objective, &f, parameter, size, STEPS);
}

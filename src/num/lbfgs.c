/*
 * L-BFGS
 *
 * The least value of a smooth function by its gradient: the last steps stand for its curvature (Liu
 * and Nocedal 1989), with a backtracking search along each direction.  Memory: 22 times the
 * parameters.
 */
#include "ngram/lbfgs.h"

#include <math.h>
#include <string.h>

#define HISTORY 10 /* steps that are remembered */

/** Problem: what is to become least. */
typedef struct {
    NgObjective objective;
    gpointer data;
    size_t size;
} Problem;

static double
dot(const double *a, const double *b, size_t n)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/**
 * History: the last steps.
 * @s, @y: [HISTORY][P] how parameters and gradient changed
 * @n: steps so far
 */
typedef struct {
    double *s, *y;
    size_t n;
} History;

static void
forget(History *h, double *room, size_t size)
{
    h->s = room;
    h->y = room + HISTORY * size;
    h->n = 0;
}

/* The two loops: @d becomes -H gradient. */
static void
direction(const History *h, const double *gradient, double *d, size_t size)
{
    double alpha[HISTORY] = {0};
    size_t kept = h->n < HISTORY ? h->n : HISTORY;

    for (size_t p = 0; p < size; p++)
        d[p] = -gradient[p];
    for (size_t i = 0; i < kept; i++) {
        const double *s = h->s + (h->n - 1 - i) % HISTORY * size;
        const double *y = h->y + (h->n - 1 - i) % HISTORY * size;
        alpha[i] = dot(s, d, size) / dot(s, y, size);
        for (size_t p = 0; p < size; p++)
            d[p] -= alpha[i] * y[p];
    }
    if (kept > 0) {
        const double *s = h->s + (h->n - 1) % HISTORY * size;
        const double *y = h->y + (h->n - 1) % HISTORY * size;
        double scale = dot(s, y, size) / dot(y, y, size);
        for (size_t p = 0; p < size; p++)
            d[p] *= scale;
    }
    for (size_t i = kept; i-- > 0;) {
        const double *s = h->s + (h->n - 1 - i) % HISTORY * size;
        const double *y = h->y + (h->n - 1 - i) % HISTORY * size;
        double beta = dot(y, d, size) / dot(s, y, size);
        for (size_t p = 0; p < size; p++)
            d[p] += (alpha[i] - beta) * s[p];
    }
}

/* Goes along @d until the loss has fallen enough; FALSE where it falls no more. */
static gboolean
search(const Problem *f, double *parameter, double *gradient, double *loss, const double *d,
       History *h)
{
    size_t size = f->size;
    double slope = dot(gradient, d, size);
    double step = h->n == 0 ? 1.0 / fmax(sqrt(dot(gradient, gradient, size)), 1.0) : 1.0;
    g_autofree double *next = g_new(double, size);
    g_autofree double *g = g_new(double, size);

    for (unsigned tries = 0; slope < 0.0 && tries < 40; tries++) {
        for (size_t p = 0; p < size; p++)
            next[p] = parameter[p] + step * d[p];
        double value = f->objective(f->data, next, g);
        if (!(value <= *loss + 1e-4 * step * slope)) {
            step *= 0.5;
            continue;
        }
        double *s = h->s + h->n % HISTORY * size;
        double *y = h->y + h->n % HISTORY * size;
        for (size_t p = 0; p < size; p++) {
            s[p] = next[p] - parameter[p];
            y[p] = g[p] - gradient[p];
        }
        h->n += dot(s, y, size) > 0.0;
        gboolean fell = *loss - value > 1e-9 * (1.0 + fabs(value));
        memcpy(parameter, next, size * sizeof *next);
        memcpy(gradient, g, size * sizeof *g);
        *loss = value;
        return fell;
    }
    return FALSE;
}

/**
 * ng_lbfgs:
 * @objective: the function; it fills its gradient
 * @data: handed to it
 * @parameter: (inout): [@size] where it begins, and where its value is least
 * @size: number of parameters
 * @steps: the most that are taken
 *
 * Ends where a step lowers the value by less than 1e-9 of it, or the gradient is below 1e-6.
 *
 * Returns: the value at the end
 */
double
ng_lbfgs(NgObjective objective, gpointer data, double *parameter, size_t size, unsigned steps)
{
    g_return_val_if_fail(objective != NULL && parameter != NULL, NAN);

    g_autofree double *room = g_new(double, (2 * HISTORY + 2) * size);
    double *gradient = room + 2 * HISTORY * size;
    double *d = gradient + size;
    const Problem f = {objective, data, size};
    History h;

    forget(&h, room, size);
    double loss = objective(data, parameter, gradient);
    for (unsigned step = 0; step < steps && dot(gradient, gradient, size) > 1e-12; step++) {
        direction(&h, gradient, d, size);
        if (!search(&f, parameter, gradient, &loss, d, &h))
            break;
    }
    return loss;
}

/*
 * What a ladder says of log Z
 *
 * For neighbours a and b of a ladder and Delta(x) = log f_b(x) - log f_a(x), C = log Z_b / Z_a solves
 *     sum over x of a of sigmoid(Delta(x) - C) = sum over x of b of sigmoid(C - Delta(x)),
 * of all estimates from both samples the one of least variance: Bennett, Efficient Estimation of
 * Free Energy Differences from Monte Carlo Data, J. Comp. Physics 22 (1976).  The C add up along
 * the ladder.  And how its rungs are spread evenly: by equal parts of what is rejected.
 */
#include "tempering-internal.h"

#include "ngram/error.h"

#include <math.h>

enum {
    PARTS = 10,     /* of the record, whose estimates differ by chance */
    HALVINGS = 100, /* of the bracket: more than a double has bits */
};

#define LEAST_REJECTED 0.001 /* of a pair's exchanges, so that every rung has room */

/* Left side less right side of the equation; falls as C rises. */
static double
balance(const double *from_a, const double *from_b, size_t n, double c)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++)
        sum += ng_sigmoid(from_a[2 * i] - c) - ng_sigmoid(c - from_b[2 * i]);
    return sum;
}

/**
 * ng_tempering_bar:
 * @from_a: [@n], every other double: Delta of samples of a
 * @from_b: the same of samples of b
 * @n: how many of each, at least 1
 *
 * Returns: log Z_b / Z_a
 */
double
ng_tempering_bar(const double *from_a, const double *from_b, size_t n)
{
    double low = INFINITY, high = -INFINITY;

    for (size_t i = 0; i < n; i++) {
        low = fmin(low, fmin(from_a[2 * i], from_b[2 * i]));
        high = fmax(high, fmax(from_a[2 * i], from_b[2 * i]));
    }
    for (int i = 0; i < HALVINGS && low < high; i++) {
        double middle = low + (high - low) / 2.0;
        if (balance(from_a, from_b, n, middle) > 0.0)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2.0;
}

/* Sum over the pairs, from the sweeps first .. first + n - 1. */
static double
sum_of_pairs(const NgTempering *self, size_t first, size_t n)
{
    size_t pairs = self->rungs - 1, samples = n * self->ladders;
    const double *record = (const double *)(gconstpointer)self->record->data;
    g_autofree double *delta = g_new(double, 2 * samples);
    double sum = 0.0;

    record += first * self->ladders * pairs * 2;
    for (size_t k = 0; k < pairs; k++) {
        for (size_t i = 0; i < samples; i++) {
            delta[2 * i] = record[(i * pairs + k) * 2];
            delta[2 * i + 1] = record[(i * pairs + k) * 2 + 1];
        }
        sum += ng_tempering_bar(delta, delta + 1, samples);
    }
    return sum;
}

/**
 * ng_tempering_record:
 * @self: ladders
 * @on: whether the sweeps from now on are kept for ng_tempering_log_z()
 *
 * Costs 16 bytes a sweep, ladder and pair.  The machine must not change meanwhile.
 */
void
ng_tempering_record(NgTempering *self, gboolean on)
{
    g_return_if_fail(self != NULL);

    self->recording = on;
}

/**
 * ng_tempering_log_z:
 * @self: ladders
 * @out: (out): log Z of the machine
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where fewer than 10 sweeps were recorded.
 *
 * Returns: whether there is an estimate
 */
gboolean
ng_tempering_log_z(const NgTempering *self, NgTemperingEstimate *out, GError **error)
{
    g_return_val_if_fail(self != NULL && out != NULL, FALSE);

    size_t sweeps = self->record->len / ((size_t)self->ladders * (self->rungs - 1) * 2);
    double part[PARTS], mean = 0.0, squares = 0.0;
    if (sweeps < PARTS) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "log Z over a ladder wants at least %d recorded sweeps", PARTS);
        return FALSE;
    }
    for (size_t i = 0; i < PARTS; i++) {
        part[i] =
            sum_of_pairs(self, i * sweeps / PARTS, (i + 1) * sweeps / PARTS - i * sweeps / PARTS);
        mean += part[i] / PARTS;
    }
    for (size_t i = 0; i < PARTS; i++)
        squares += (part[i] - mean) * (part[i] - mean);
    out->log_z = self->path->log_z + sum_of_pairs(self, 0, sweeps);
    out->error = sqrt(squares / (PARTS - 1) / PARTS);
    out->sweeps = sweeps;
    return TRUE;
}

/**
 * ng_tempering_tune:
 * @self: ladders
 *
 * Moves the temperatures so that all pairs would reject alike, by what they rejected so far (Syed et
 * al. 2022, section 5), then forgets.
 */
void
ng_tempering_tune(NgTempering *self)
{
    g_return_if_fail(self != NULL);

    guint K = self->rungs;
    g_autofree double *barrier = g_new0(double, K), *beta = g_new(double, K);
    for (guint k = 0; k + 1 < K; k++) {
        double rejected = 1.0 - ng_tempering_acceptance(self, k);
        barrier[k + 1] = barrier[k] + (isnan(rejected) ? 1.0 : fmax(rejected, LEAST_REJECTED));
    }
    for (guint k = 0, at = 0; k < K; k++) {
        double wanted = barrier[K - 1] * k / (K - 1);
        while (at + 2 < K && barrier[at + 1] < wanted)
            at++;
        double part = (wanted - barrier[at]) / (barrier[at + 1] - barrier[at]);
        beta[k] = self->beta[at] + part * (self->beta[at + 1] - self->beta[at]);
    }
    for (guint k = 1; k + 1 < K; k++)
        self->beta[k] = beta[k];
    ng_tempering_forget(self);
}

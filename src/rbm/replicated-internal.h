/* replicated-internal.h - the sums of machines of word counts, private to this folder. */
#pragma once

#include "ngram/replicated.h"

enum { NG_LANES = 8 }; /* sums that run side by side, in every dot product alike */

/**
 * NgReplicatedSums: a machine as the sums need it.
 * Letters: K words, H hidden units.
 * @w: [H, K] weights, turned
 * @b: [K] biases of the words
 * @c: [H] biases of the hidden units
 */
typedef struct {
    guint words, hidden;
    double *w, *b, *c;
} NgReplicatedSums;

/* What a dot product of @rows, 1 .. 4, vectors with one is made by. */
double ng_replicated_dot(const double *x, const double *y, size_t n);
void ng_replicated_tile(const double *b, size_t stride, const double *a, size_t n,
                        double out[4][NG_LANES]);
double ng_replicated_log_sum(const double *x, size_t n);

void ng_replicated_enumerate(const NgReplicatedSums *sums, unsigned threads, double *t);
void ng_replicated_anneal(const NgReplicatedSums *sums, const NgReplicatedOptions *options,
                          NgReplicatedZ *z);

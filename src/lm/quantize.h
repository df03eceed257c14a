/* quantize.h - voices whose numbers take few different values. */
#pragma once

#include "internal.h"

/**
 * NgQuantized: a voice and what its probabilities are made of.
 * @voice: plain
 * @weight: [N][n] u of P = u + gamma P(shorter), for each entry of the levels from 2; owned
 */
typedef struct {
    NgVoice *voice;
    float *weight[NG_ORDER_MAX];
} NgQuantized;

NgQuantized *ng_quantize_voice(const NgVoice *voice, unsigned bits);
void ng_quantized_free(NgQuantized *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgQuantized, ng_quantized_free)

/**
 * NgBins: the values that stand for all others, rising.
 * @n: how many
 * @value: [n] what is nearest to each belongs to it
 * @mean: [n] what stands for those
 */
typedef struct {
    size_t n;
    double *value;
    double *mean;
} NgBins;

NgBins ng_bins_new(const float *value, const float *weight, size_t n, size_t most);
double ng_bins_nearest(const NgBins *self, double x);
void ng_bins_keep_sum(NgBins *self, const float *value, size_t n);
void ng_bins_clear(NgBins *self);

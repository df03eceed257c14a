/* noise.h - uniform numbers with an address: the same for any order of work. */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * NgNoise: where in the random numbers a piece of work stands; a plain value.
 *
 * Each number is decided by (seed, epoch, step, layer, row, unit) alone: not by
 * the thread that draws it, nor by what was drawn before.
 */
typedef struct {
    uint64_t seed;
    uint32_t epoch;
    uint32_t step;
} NgNoise;

/**
 * NgNoiseRow: a row of units; a plain value.
 * @layer: 0 .. 15
 * @row: which row of a batch, or which chain
 * @first: the first unit, a multiple of 4
 */
typedef struct {
    uint32_t layer;
    uint32_t row;
    uint32_t first;
} NgNoiseRow;

void ng_noise_fill_from(const NgNoise *self, const NgNoiseRow *row, float *u, size_t n);
void ng_noise_fill(const NgNoise *self, unsigned layer, uint32_t row, float *u, size_t n);

G_END_DECLS

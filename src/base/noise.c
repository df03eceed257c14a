/*
 * Noise
 *
 * Philox blocks of four numbers, found by their address: the key is the seed,
 * the counter (layer and block of units, row, step, epoch).  See rng.c.
 */
#include "ngram/noise.h"

#include "ngram/rng.h"

enum { LAYER_BITS = 4 };

/**
 * ng_noise_fill:
 * @self: where the work stands
 * @layer: 0 .. 15
 * @row: which row of the batch, or which chain
 * @u: (out): [@n] unit i's number, one of the 2^24 multiples of 2^-24 in [0, 1)
 * @n: units, at most 2^30
 */
void
ng_noise_fill(const NgNoise *self, unsigned layer, uint32_t row, float *u, size_t n)
{
    g_return_if_fail(self != NULL && (u != NULL || n == 0));
    g_return_if_fail(layer < 1U << LAYER_BITS && n <= (size_t)1 << 30);

    const uint32_t key[2] = {(uint32_t)self->seed, (uint32_t)(self->seed >> 32)};
    for (size_t i = 0; i < n; i += 4) {
        const uint32_t address[4] = {(uint32_t)(i / 4) | layer << (32 - LAYER_BITS), row,
                                     self->step, self->epoch};
        uint32_t block[4];
        ng_rng_philox(address, key, block);
        for (size_t j = 0; j < MIN(n - i, 4); j++)
            u[i + j] = (float)(block[j] >> 8) * 0x1p-24F;
    }
}

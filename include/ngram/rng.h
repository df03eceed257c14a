/* rng.h - counter-based random numbers: (seed, stream, counter) decides each of them. */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * NgRng: a place in one stream of random numbers; a plain value, copy it freely.
 *
 * The same seed and stream give the same numbers on every machine, whatever
 * other streams do, so work split over threads draws what one thread would.
 */
typedef struct {
    uint64_t seed;
    uint64_t stream;
    uint64_t counter;  /* blocks drawn */
    uint32_t block[4]; /* the last block; the first `left` words of it are still to be handed out */
    uint32_t left;
} NgRng;

NgRng ng_rng_new(uint64_t seed, uint64_t stream);
uint32_t ng_rng_u32(NgRng *self);
uint64_t ng_rng_u64(NgRng *self);
double ng_rng_coin(NgRng *self);
void ng_rng_ready(NgRng *const *rngs, size_t n);
void ng_rng_order(NgRng *self, guint *order, guint n);
uint64_t ng_rng_fresh_seed(void);
void ng_rng_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

G_END_DECLS

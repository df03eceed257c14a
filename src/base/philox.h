/* philox.h - the cipher behind random numbers, see rng.c. */
#pragma once

#include <stdint.h>

enum { NG_PHILOX_ROUNDS = 10 };

static const uint32_t ng_philox_multiplier[2] = {0xd2511f53, 0xcd9e8d57};
static const uint32_t ng_philox_weyl[2] = {0x9e3779b9, 0xbb67ae85}; /* golden ratio, sqrt(3) - 1 */

/* Philox4x32-10 of @counter under @key. */
static inline void
ng_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];

    for (int round = 0; round < NG_PHILOX_ROUNDS; round++) {
        uint64_t p0 = (uint64_t)ng_philox_multiplier[0] * c0;
        uint64_t p1 = (uint64_t)ng_philox_multiplier[1] * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += ng_philox_weyl[0];
        k1 += ng_philox_weyl[1];
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

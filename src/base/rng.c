/*
 * Random numbers
 *
 * Philox4x32-10: a bijection of 128 bits under a key of 64, good enough in its
 * output to be taken for random.  The key is the seed; the counter is (place in
 * the stream, number of the stream), so streams never meet and any place costs
 * the same.  Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as
 * 1, 2, 3 (SC 2011), section 4.
 */
#include "ngram/rng.h"

#include <errno.h>
#include <sys/random.h>
#include <unistd.h>

enum { ROUNDS = 10 };

static const uint32_t multiplier[2] = {0xd2511f53, 0xcd9e8d57};
static const uint32_t weyl[2] = {0x9e3779b9, 0xbb67ae85}; /* golden ratio, sqrt(3) - 1 */

/* The cipher itself, for the functions here to take in. */
static inline void
philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];

    for (int round = 0; round < ROUNDS; round++) {
        uint64_t p0 = (uint64_t)multiplier[0] * c0;
        uint64_t p1 = (uint64_t)multiplier[1] * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += weyl[0];
        k1 += weyl[1];
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

/**
 * ng_rng_philox:
 * @counter: [4] what to encipher
 * @key: [2] with what
 * @out: (out): [4] the cipher; may be @counter itself
 *
 * Philox4x32-10.
 */
void
ng_rng_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    g_return_if_fail(counter != NULL && key != NULL && out != NULL);

    philox(counter, key, out);
}

/**
 * ng_rng_new:
 * @seed: decides everything, with
 * @stream: the number of the stream
 *
 * Returns: the beginning of the stream
 */
NgRng
ng_rng_new(uint64_t seed, uint64_t stream)
{
    return (NgRng){.seed = seed, .stream = stream};
}

static inline uint32_t
next(NgRng *self)
{
    if (self->left == 0) {
        const uint32_t key[2] = {(uint32_t)self->seed, (uint32_t)(self->seed >> 32)};
        const uint32_t counter[4] = {(uint32_t)self->counter, (uint32_t)(self->counter >> 32),
                                     (uint32_t)self->stream, (uint32_t)(self->stream >> 32)};
        philox(counter, key, self->block);
        self->counter++;
        self->left = 4;
    }
    return self->block[--self->left];
}

/* The first number drawn is the upper half. */
static inline uint64_t
next_two(NgRng *self)
{
    uint64_t high = next(self);

    return high << 32 | next(self);
}

/**
 * ng_rng_u32:
 * @self: a place in a stream, moved on by one number
 *
 * Returns: 32 random bits
 */
uint32_t
ng_rng_u32(NgRng *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return next(self);
}

/**
 * ng_rng_u64:
 * @self: a place in a stream, moved on by two numbers of 32 bits
 *
 * Returns: 64 random bits; the first number drawn is the upper half
 */
uint64_t
ng_rng_u64(NgRng *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return next_two(self);
}

/**
 * ng_rng_coin:
 * @self: a place in a stream, moved on by two numbers of 32 bits
 *
 * Returns: one of the 2^53 multiples of 2^-53 in [0, 1), all equally likely
 */
double
ng_rng_coin(NgRng *self)
{
    g_return_val_if_fail(self != NULL, 0.0);

    return (double)(next_two(self) >> 11) * 0x1p-53;
}

/**
 * ng_rng_fresh_seed:
 *
 * Returns: a seed from the system's own random numbers; from clock and process
 *   where the system has none
 */
uint64_t
ng_rng_fresh_seed(void)
{
    uint64_t seed = 0;
    ssize_t n;

    do
        n = getrandom(&seed, sizeof seed, 0);
    while (n < 0 && errno == EINTR);
    if (n == (ssize_t)sizeof seed)
        return seed;
    return (uint64_t)g_get_real_time() ^ (uint64_t)getpid() << 48;
}

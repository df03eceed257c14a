/*
 * Random numbers
 *
 * Philox4x32-10: a bijection of 128 bits under a key of 64, good enough in its
 * output to be taken for random.  The key is the seed; the counter is (place in
 * the stream, number of the stream), so streams never meet and any place costs
 * the same.  Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as
 * 1, 2, 3 (SC 2011), section 4.
 */
#include "philox.h"

#include "ngram/rng.h"

#include <errno.h>
#include <sys/random.h>
#include <unistd.h>

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

    ng_philox(counter, key, out);
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
        ng_philox(counter, key, self->block);
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
 * ng_rng_order:
 * @self: a place in a stream, moved on by @n coins
 * @order: (out): [@n] 0 .. @n - 1, each order equally likely but for 2^-53
 *
 * Fisher and Yates, inside out: each number goes to a place drawn, and what was there to the end.
 */
void
ng_rng_order(NgRng *self, guint *order, guint n)
{
    g_return_if_fail(self != NULL && (order != NULL || n == 0));

    for (guint i = 0; i < n; i++) {
        guint j = (guint)(ng_rng_coin(self) * (i + 1));
        order[i] = order[j];
        order[j] = i;
    }
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

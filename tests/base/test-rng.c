#include "ngram/rng.h"

#include <check.h>
#include <math.h>
#include <string.h>

Suite *rng_suite(void);

/* Random123, tests/kat_vectors, philox4x32 10 */
static const struct {
    uint32_t counter[4], key[2], out[4];
} vectors[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

START_TEST(philox_gives_the_published_numbers)
{
    uint32_t out[4];

    ng_rng_philox(vectors[_i].counter, vectors[_i].key, out);
    ck_assert(memcmp(out, vectors[_i].out, sizeof out) == 0);
}
END_TEST

/* counter 0x85a308d3243f6a88, stream 0x0370734413198a2e, seed 0x299f31d0a4093822:
 * the third vector above; a block is handed out from its last word to its first */
START_TEST(a_stream_is_philox_of_its_counter)
{
    NgRng rng = ng_rng_new(0x299f31d0a4093822, 0x0370734413198a2e);

    rng.counter = 0x85a308d3243f6a88;
    for (size_t i = 4; i-- > 0;)
        ck_assert_uint_eq(ng_rng_u32(&rng), vectors[2].out[i]);
    ck_assert_uint_eq(rng.counter, 0x85a308d3243f6a89);
    ck_assert_uint_eq(rng.left, 0);
}
END_TEST

START_TEST(a_copy_goes_its_own_way)
{
    NgRng a = ng_rng_new(7, 3);
    ng_rng_u32(&a);
    NgRng b = a;

    for (int i = 0; i < 10; i++)
        ck_assert_uint_eq(ng_rng_u64(&a), ng_rng_u64(&b));
}
END_TEST

START_TEST(streams_and_seeds_differ)
{
    NgRng a = ng_rng_new(1, 0), b = ng_rng_new(1, 1), c = ng_rng_new(2, 0);
    uint64_t x = ng_rng_u64(&a), y = ng_rng_u64(&b), z = ng_rng_u64(&c);

    ck_assert(x != y && y != z && x != z);
}
END_TEST

START_TEST(a_coin_has_53_bits_below_one)
{
    NgRng rng = ng_rng_new(5, 0), twin = rng;

    for (int i = 0; i < 1000; i++) {
        double coin = ng_rng_coin(&rng);
        ck_assert(coin >= 0.0 && coin < 1.0);
        ck_assert_double_eq(coin, ldexp((double)(ng_rng_u64(&twin) >> 11), -53));
    }
}
END_TEST

/* The mean of n coins is normal with sd 1 / sqrt(12 n); 5 sd: false alarm 6e-7. */
START_TEST(coins_are_fair)
{
    enum { N = 1000000 };
    NgRng rng = ng_rng_new(6, 0);
    double sum = 0.0;

    for (int i = 0; i < N; i++)
        sum += ng_rng_coin(&rng);
    ck_assert_double_eq_tol(sum / N, 0.5, 5.0 / sqrt(12.0 * N));
}
END_TEST

/* The six orders of three: each count has sd sqrt(n 5 / 36); 5 sd, six of them: false alarm 4e-6. */
START_TEST(orders_are_equally_likely)
{
    enum { N = 60000 };
    NgRng rng = ng_rng_new(11, 0);
    guint count[27] = {0};
    guint order[3];

    for (int i = 0; i < N; i++) {
        ng_rng_order(&rng, order, 3);
        ck_assert_uint_eq(1U << order[0] | 1U << order[1] | 1U << order[2], 7);
        count[9 * order[0] + 3 * order[1] + order[2]]++;
    }
    for (guint i = 0; i < G_N_ELEMENTS(count); i++)
        if (count[i] > 0)
            ck_assert_double_eq_tol(count[i], N / 6.0, 5.0 * sqrt(N * 5.0 / 36.0));
    ng_rng_order(&rng, order, 0); /* nothing to put in order */
}
END_TEST

/* Streams at different places, with any part of a block left. */
START_TEST(streams_made_ready_give_the_same_numbers)
{
    enum { STREAMS = 21 };
    NgRng plain[STREAMS], ready[STREAMS], *rngs[STREAMS];

    for (uint32_t i = 0; i < STREAMS; i++) {
        plain[i] = ng_rng_new(0x9876543210abcdef * (i + 1), UINT64_MAX - i);
        plain[i].counter = 0xfffffffe + (uint64_t)(i % 3) * 0x100000001;
        for (uint32_t n = i % 5; n > 0; n--)
            ng_rng_u32(&plain[i]);
        ready[i] = plain[i];
        rngs[i] = &ready[i];
    }
    for (int round = 0; round < 50; round++) {
        size_t n = (size_t)round % (STREAMS + 1);
        ng_rng_ready(rngs, n);
        for (size_t i = 0; i < n; i++) {
            ck_assert_uint_gt(ready[i].left, 0);
            ck_assert_uint_eq(ng_rng_u64(&ready[i]), ng_rng_u64(&plain[i]));
            if ((i + (size_t)round) % 7 == 0)
                ck_assert_uint_eq(ng_rng_u32(&ready[i]), ng_rng_u32(&plain[i]));
        }
    }
}
END_TEST

START_TEST(fresh_seeds_differ)
{
    ck_assert_uint_ne(ng_rng_fresh_seed(), ng_rng_fresh_seed()); /* false alarm: 2^-64 */
}
END_TEST

Suite *
rng_suite(void)
{
    Suite *suite = suite_create("rng");
    TCase *philox = tcase_create("philox");
    TCase *streams = tcase_create("streams");

    tcase_add_loop_test(philox, philox_gives_the_published_numbers, 0, G_N_ELEMENTS(vectors));
    tcase_add_test(streams, a_stream_is_philox_of_its_counter);
    tcase_add_test(streams, a_copy_goes_its_own_way);
    tcase_add_test(streams, streams_and_seeds_differ);
    tcase_add_test(streams, a_coin_has_53_bits_below_one);
    tcase_add_test(streams, coins_are_fair);
    tcase_add_test(streams, orders_are_equally_likely);
    tcase_add_test(streams, streams_made_ready_give_the_same_numbers);
    tcase_add_test(streams, fresh_seeds_differ);
    suite_add_tcase(suite, philox);
    suite_add_tcase(suite, streams);
    return suite;
}

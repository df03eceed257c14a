#include "../../src/lm/keys.h"
#include "ngram/rng.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

Suite *keys_suite(void);

static unsigned limbs; /* for the comparison of qsort() */

static int
compare_keys(const void *a, const void *b)
{
    const uint64_t *x = a;
    const uint64_t *y = b;

    for (unsigned i = 0; i < limbs; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

static const size_t vocabularies[] = {3, 4, 255, 256, 70000, (1 << 21) - 1, 1 << 21, UINT32_MAX};

/* Words pushed from the last to the first come back; what is pushed out of N words is gone. */
START_TEST(a_key_is_its_words)
{
    NgRng rng = ng_rng_new(1, 0);
    size_t V = vocabularies[_i];

    for (unsigned order = 1; order <= NG_ORDER_MAX; order++) {
        NgKeyShape shape;
        NgWord word[NG_ORDER_MAX + 3];
        uint64_t key[NG_KEY_LIMBS_MAX] = {0};
        ng_key_shape_init(&shape, order, V);
        for (unsigned n = 1; n <= order + 3; n++) {
            memmove(word + 1, word, (n - 1) * sizeof *word);
            word[0] = (NgWord)(ng_rng_u32(&rng) % V);
            ng_key_push(&shape, shape.limbs, key, word[0]);
            ck_assert_uint_eq(ng_key_length(&shape, shape.limbs, key), MIN(n, order));
            for (unsigned j = 0; j < MIN(n, order); j++)
                if (ng_key_word(&shape, shape.limbs, key, j) != word[j])
                    ck_abort_msg("order %u: word %u of %u is wrong", order, j, n);
        }
    }
}
END_TEST

/* Keys of random lengths over few words, so that many share a beginning. */
START_TEST(keys_are_sorted_as_lists_of_words)
{
    NgRng rng = ng_rng_new(2, 0);
    size_t V = vocabularies[_i];

    for (unsigned order = 1; order <= 12; order++)
        for (size_t n = 1; n < 3000; n = 5 * n + 3) {
            NgKeyShape shape;
            ng_key_shape_init(&shape, order, V);
            unsigned K = limbs = shape.limbs;
            g_autofree uint64_t *key = g_new0(uint64_t, 2 * n * K);
            for (size_t i = 0; i < n; i++)
                for (unsigned m = 1 + ng_rng_u32(&rng) % order; m > 0; m--)
                    ng_key_push(&shape, K, key + i * K,
                                (NgWord)(ng_rng_u32(&rng) % 3 * (V - 1) / 2));
            g_autofree uint64_t *expected = g_memdup2(key, n * K * sizeof *key);
            qsort(expected, n, K * sizeof *key, compare_keys);
            ng_keys_sort(&shape, key, key + n * K, n);
            if (memcmp(key, expected, n * K * sizeof *key) != 0)
                ck_abort_msg("%zu keys of order %u are out of order", n, order);
            for (size_t i = 1; i < n; i++) {
                unsigned common = ng_key_common(&shape, K, key + (i - 1) * K, key + i * K);
                unsigned length = ng_key_length(&shape, K, key + i * K);
                for (unsigned j = 0; j < MIN(common, length); j++)
                    ck_assert_uint_eq(ng_key_word(&shape, K, key + (i - 1) * K, j),
                                      ng_key_word(&shape, K, key + i * K, j));
                if (common < MIN(length, ng_key_length(&shape, K, key + (i - 1) * K)))
                    ck_assert_uint_lt(ng_key_word(&shape, K, key + (i - 1) * K, common),
                                      ng_key_word(&shape, K, key + i * K, common));
            }
        }
}
END_TEST

Suite *
keys_suite(void)
{
    Suite *s = suite_create("keys");
    TCase *core = tcase_create("core");

    tcase_add_loop_test(core, a_key_is_its_words, 0, G_N_ELEMENTS(vocabularies));
    tcase_add_loop_test(core, keys_are_sorted_as_lists_of_words, 0, G_N_ELEMENTS(vocabularies));
    suite_add_tcase(s, core);
    return s;
}

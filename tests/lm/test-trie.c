#include "../../src/lm/internal.h"
#include "streams.h"

#include <stdlib.h>

Suite *trie_suite(void);

static int
compare_keys(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

/* The lower halves rise, so a stable sort by the upper ones is a sort by the whole. */
START_TEST(keys_are_sorted_by_word_and_keep_their_order)
{
    NgRng rng = ng_rng_new(1, 0);

    for (unsigned bits = 1; bits <= 32; bits++)
        for (size_t n = 1; n < 3000; n = 3 * n + 1) {
            g_autofree uint64_t *key = g_new(uint64_t, 2 * n);
            for (size_t i = 0; i < n; i++)
                key[i] = (uint64_t)(ng_rng_u32(&rng) >> (32 - bits)) << 32 | i;
            g_autofree uint64_t *expected = g_memdup2(key, n * sizeof *key);
            qsort(expected, n, sizeof *key, compare_keys);
            ng_sort_by_word(key, key + n, n, bits);
            if (memcmp(key, expected, n * sizeof *key) != 0)
                ck_abort_msg("%zu keys of %u bits are out of order", n, bits);
        }
}
END_TEST

/* 0, 2, 4 ..: each word below, on, between and above them, in every range. */
START_TEST(a_word_is_found_where_it_belongs)
{
    enum { N = 40 };
    NgWord word[N];

    for (uint32_t i = 0; i < N; i++)
        word[i] = 2 * i;
    for (uint32_t first = 0; first <= N; first++)
        for (uint32_t end = first; end <= N; end++)
            for (NgWord wanted = 0; wanted <= 2 * N; wanted++) {
                uint32_t expected = CLAMP((wanted + 1) / 2, first, end);
                if (ng_word_search(word, first, end, wanted) != expected)
                    ck_abort_msg("%u is not found between %u and %u", wanted, first, end);
            }
}
END_TEST

/* The entry of n words, one level after another, by looking at each successor. */
static gboolean
entry_of(const NgCounts *c, const NgWord *words, unsigned n, uint32_t *entry)
{
    uint32_t e = words[0];

    for (unsigned k = 1; k < n; k++) {
        uint32_t s = c->entry[k - 1][e].first;
        uint32_t end = c->entry[k - 1][e + 1].first;
        while (s < end && c->word[k][s] != words[k])
            s++;
        if (s == end)
            return FALSE;
        e = s;
    }
    *entry = e;
    return TRUE;
}

START_TEST(an_entry_is_its_words_and_its_suffix)
{
    Stream s = random_stream(4, 300, 30);
    g_autoptr(NgCounts) counts = counts_of(&s, 4, 1 + (unsigned)_i);

    for (unsigned k = 1; k < 4; k++) {
        ck_assert_uint_gt(counts->n[k], 100);
        for (uint32_t e = 0; e < counts->n[k]; e++) {
            NgWord words[4];
            uint32_t found = 0;
            ng_counts_words(counts, k, e, words);
            if (!entry_of(counts, words, k + 1, &found) || found != e)
                ck_abort_msg("entry %u of level %u: wrong words", e, k + 1);
            if (!entry_of(counts, words + 1, k, &found) || found != ng_counts_suffix(counts, k, e))
                ck_abort_msg("entry %u of level %u: wrong suffix", e, k + 1);
        }
    }
    stream_clear(&s);
}
END_TEST

/* Words 0 .. 3; bigrams 0 1, 0 2, 1 3; trigrams 0 1 2 and 0 1 3: of their suffixes 1 2 is no
 * bigram. */
START_TEST(entries_without_a_suffix_are_told)
{
    NgTrie trie = {.order = 3};
    const NgWord bigrams[] = {1, 2, 3};
    const uint32_t first_bigrams[] = {0, 2, 3, 3, 3};
    const NgWord trigrams[] = {2, 3};
    const uint32_t first_trigrams[] = {0, 2, 2, 2};
    g_autoptr(GArray) missing = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    trie.level[0] = (NgLevel){.n = 4, .first = g_memdup2(first_bigrams, sizeof first_bigrams)};
    trie.level[1] = (NgLevel){.n = 3,
                              .word = g_memdup2(bigrams, sizeof bigrams),
                              .first = g_memdup2(first_trigrams, sizeof first_trigrams)};
    trie.level[2] = (NgLevel){.n = 2, .word = g_memdup2(trigrams, sizeof trigrams)};
    ck_assert(!ng_trie_link(&trie, missing));
    ck_assert_uint_eq(missing->len, 1);
    ck_assert_uint_eq(g_array_index(missing, uint32_t, 0), 0);
    ck_assert_uint_eq(trie.level[2].suffix[1], 2);
    ng_trie_clear(&trie);
    ck_assert_uint_eq(trie.order, 0);
}
END_TEST

Suite *
trie_suite(void)
{
    Suite *suite = suite_create("trie");
    TCase *arrays = tcase_create("arrays");
    TCase *links = tcase_create("links");

    tcase_add_test(arrays, keys_are_sorted_by_word_and_keep_their_order);
    tcase_add_test(arrays, a_word_is_found_where_it_belongs);
    suite_add_tcase(suite, arrays);

    tcase_add_loop_test(links, an_entry_is_its_words_and_its_suffix, 0, 3);
    tcase_add_test(links, entries_without_a_suffix_are_told);
    suite_add_tcase(suite, links);
    return suite;
}

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

/* The entry of n words, one level after another. */
static gboolean
entry_of(const NgTrie *trie, const NgWord *words, unsigned n, uint32_t *entry)
{
    uint32_t e = 0;

    for (unsigned k = 1; k <= n; k++)
        if (!ng_trie_seek(trie, k, e, words[k - 1], &e))
            return FALSE;
    *entry = e;
    return TRUE;
}

START_TEST(an_entry_is_its_words_its_context_and_its_suffix)
{
    Stream s = random_stream(4, 300, 30);
    g_autoptr(NgCounts) counts = counts_of(&s, 4, 1);
    const NgTrie *trie = &counts->trie;

    for (unsigned level = 2; level <= 4; level++) {
        const NgLevel *l = &trie->level[level - 1];
        g_autofree uint32_t *context = ng_trie_contexts(trie, level);
        ck_assert_uint_gt(l->n, 100);
        for (uint32_t e = 0; e < l->n; e++) {
            NgWord words[4];
            uint32_t found = 0;
            ng_trie_words(trie, level, e, words);
            if (!entry_of(trie, words, level, &found) || found != e)
                ck_abort_msg("entry %u of level %u: wrong words", e, level);
            if (!entry_of(trie, words, level - 1, &found) || found != context[e])
                ck_abort_msg("entry %u of level %u: wrong context", e, level);
            if (!entry_of(trie, words + 1, level - 1, &found) || found != l->suffix[e])
                ck_abort_msg("entry %u of level %u: wrong suffix", e, level);
        }
    }
    stream_clear(&s);
}
END_TEST

/* Seeking each of all bigrams finds those that were counted. */
START_TEST(what_was_not_seen_is_not_found)
{
    Stream s = random_stream(5, 60, 30);
    g_autoptr(NgCounts) counts = counts_of(&s, 2, 1);
    g_autoptr(GHashTable) seen = count_plainly(&s, 2);
    uint32_t entry = 0;

    for (NgWord a = 0; a < 30; a++)
        for (NgWord b = 0; b < 30; b++) {
            const NgWord words[] = {a, b};
            if (ng_trie_seek(&counts->trie, 2, a, b, &entry) != (table_get(seen, words, 2) > 0))
                ck_abort_msg("bigram %u %u", a, b);
        }
    ck_assert(!ng_trie_seek(&counts->trie, 1, 0, 30, &entry));
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

    tcase_add_test(links, an_entry_is_its_words_its_context_and_its_suffix);
    tcase_add_test(links, what_was_not_seen_is_not_found);
    tcase_add_test(links, entries_without_a_suffix_are_told);
    suite_add_tcase(suite, links);
    return suite;
}

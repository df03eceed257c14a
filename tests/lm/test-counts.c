#include "streams.h"

Suite *counts_suite(void);

/* What a walk has met. */
typedef struct {
    GHashTable *expected;
    size_t level_size[NG_ORDER_MAX];
    NgWord last[NG_ORDER_MAX];
    unsigned n_last;
    unsigned longest;
    size_t stop_after;
    size_t met;
} Walk;

/* Whether a comes before b, a context before its successors. */
static gboolean
is_before(const NgWord *a, unsigned n_a, const NgWord *b, unsigned n_b)
{
    for (unsigned i = 0; i < MIN(n_a, n_b); i++)
        if (a[i] != b[i])
            return a[i] < b[i];
    return n_a < n_b;
}

static gboolean
meet(const NgWord *words, unsigned n, guint64 count, gpointer data)
{
    Walk *w = data;

    if (count != table_get(w->expected, words, n))
        ck_abort_msg("an n-gram of %u words has the wrong count", n);
    if (w->met > 0 && !is_before(w->last, w->n_last, words, n))
        ck_abort_msg("an n-gram of %u words comes too late", n);
    if (n > w->longest)
        ck_abort_msg("an n-gram of %u words was not asked for", n);
    memcpy(w->last, words, n * sizeof *words);
    w->n_last = n;
    w->level_size[n - 1]++;
    return ++w->met != w->stop_after;
}

static const struct {
    unsigned sequences;
    uint32_t words;
} streams[] = {
    {0, 3},     /* nothing */
    {1, 4},     /* one sequence */
    {400, 4},   /* one word and <unk>: long runs, large groups */
    {300, 12},  /* many n-grams twice */
    {500, 700}, /* ids of two bytes */
    {50, 90000} /* of three */
};

/* Every order 1 .. 6, and 1 to 3 threads: the same counts as one by one. */
START_TEST(counts_are_those_of_a_plain_table)
{
    Stream s = random_stream(1, streams[_i].sequences, streams[_i].words);

    for (unsigned order = 1; order <= 6; order++)
        for (unsigned threads = 1; threads <= 3; threads++) {
            Walk walk = {.expected = count_plainly(&s, order), .longest = order};
            g_autoptr(NgCounts) counts = counts_of(&s, order, threads);
            ck_assert_uint_eq(ng_counts_order(counts), order);
            ck_assert(ng_counts_foreach(counts, order, meet, &walk));
            ck_assert_uint_eq(walk.met, g_hash_table_size(walk.expected));
            ck_assert_uint_eq(ng_counts_level_size(counts, 1), streams[_i].words);
            for (unsigned k = 2; k <= order; k++)
                ck_assert_uint_eq(ng_counts_level_size(counts, k), walk.level_size[k - 1]);
            g_hash_table_unref(walk.expected);
        }
    stream_clear(&s);
}
END_TEST

START_TEST(a_walk_goes_as_far_as_it_is_told)
{
    Stream s = random_stream(2, 100, 10);
    g_autoptr(NgCounts) counts = counts_of(&s, 4, 1);
    g_autoptr(GHashTable) expected = count_plainly(&s, 2);
    Walk two = {.expected = expected, .longest = 2};
    Walk seven = {.expected = expected, .longest = 2, .stop_after = 7};

    ck_assert(ng_counts_foreach(counts, 2, meet, &two));
    ck_assert_uint_eq(two.met, g_hash_table_size(expected));
    ck_assert(!ng_counts_foreach(counts, 2, meet, &seven));
    ck_assert_uint_eq(seven.met, 7);
    stream_clear(&s);
}
END_TEST

START_TEST(frequencies_are_the_counts_of_words)
{
    Stream s = random_stream(3, 200, 40);
    g_autoptr(NgCounts) counts = counts_of(&s, 3, 1);
    g_autoptr(GHashTable) expected = count_plainly(&s, 1);
    g_autofree uint32_t *frequency = ng_counts_frequencies(counts);
    guint64 tokens = 0;

    for (NgWord w = 0; w < 40; w++) {
        ck_assert_uint_eq(frequency[w], table_get(expected, &w, 1));
        tokens += w == NG_WORD_BEGIN || w == NG_WORD_END ? 0 : frequency[w];
    }
    ck_assert_uint_eq(ng_counts_tokens(counts), tokens);
    ck_assert_uint_gt(frequency[NG_WORD_BEGIN], frequency[NG_WORD_END]); /* some have no end */
    stream_clear(&s);
}
END_TEST

Suite *
counts_suite(void)
{
    Suite *suite = suite_create("counts");
    TCase *counting = tcase_create("counting");

    tcase_set_timeout(counting, 60);
    tcase_add_loop_test(counting, counts_are_those_of_a_plain_table, 0, G_N_ELEMENTS(streams));
    tcase_add_test(counting, a_walk_goes_as_far_as_it_is_told);
    tcase_add_test(counting, frequencies_are_the_counts_of_words);
    suite_add_tcase(suite, counting);
    return suite;
}

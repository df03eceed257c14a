#include "../../src/lm/sparse.h"
#include "texts.h"

Suite *sparse_suite(void);

/* The least index in @first .. @end whose word is not below @wanted, the plain way. */
static uint32_t
first_not_below(const NgWord *word, uint32_t first, uint32_t end, NgWord wanted)
{
    while (first < end && word[first] < wanted)
        first++;
    return first;
}

/* Rows of random lengths, one after another, as the successors of contexts are. */
static void
fill_rows(NgRng *rng, NgWord *word, uint32_t n, GArray *ends)
{
    static const uint32_t lengths[] = {1, 3, 15, 16, 17, 33, 256, 257, 5000, 70000};

    for (uint32_t i = 0; i < n;) {
        uint32_t length = lengths[ng_rng_u32(rng) % G_N_ELEMENTS(lengths)];
        uint32_t end = MIN(n, i + 1 + ng_rng_u32(rng) % length);
        NgWord last = ng_rng_u32(rng) % 4;
        for (; i < end; i++) {
            word[i] = last;
            last += 1 + (ng_rng_u32(rng) % 8 == 0 ? ng_rng_u32(rng) % 50 : 0);
        }
        g_array_append_val(ends, i);
    }
}

static void
look_up(const NgSparse *sparse, const uint32_t row[2], NgWord wanted, NgSimd simd)
{
    NgRange cut = {row[0], row[1]};
    uint32_t expected = first_not_below(sparse->word, row[0], row[1], wanted);
    gboolean there = expected < row[1] && sparse->word[expected] == wanted;

    if (row[1] - row[0] > NG_WORD_BLOCK)
        cut = ng_sparse_narrow(sparse, cut, wanted, simd);
    uint32_t n = cut.end - cut.first;
    ck_assert_uint_le(n, NG_WORD_BLOCK);
    ck_assert_uint_ge(cut.first, row[0]);
    ck_assert_uint_le(cut.end, row[1]);
    uint32_t place = ng_word_place(sparse->word + cut.first, n, wanted, simd);
    ck_assert_int_eq(place < NG_WORD_BLOCK, there);
    if (there)
        ck_assert_uint_eq(cut.first + place, expected);
}

START_TEST(a_word_is_found_where_it_stands)
{
    NgSimd simd = (NgSimd)(_i / 2);
    gboolean indexed = _i % 2 == 1;
    const uint32_t n = 300000 + (uint32_t)_i;
    g_autofree NgWord *word = g_new(NgWord, n);
    g_autofree NgWord *index = g_new(NgWord, ng_sparse_size(n));
    g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    NgRng rng = ng_rng_new(9, 0);
    uint32_t row[2] = {0, 0};

    if (simd > ng_simd_best())
        return;
    fill_rows(&rng, word, n, ends);
    ng_sparse_fill(word, n, index);
    NgSparse sparse = ng_sparse(word, n, indexed ? index : NULL);
    for (guint i = 0; i < ends->len; i++, row[0] = row[1]) {
        row[1] = g_array_index(ends, uint32_t, i);
        NgWord last = word[row[1] - 1];
        for (unsigned k = 0; k < 100; k++)
            look_up(&sparse, row, ng_rng_u32(&rng) % (last + 3), simd);
        look_up(&sparse, row, word[row[0]], simd);
        look_up(&sparse, row, last, simd);
        look_up(&sparse, row, 0, simd);
        look_up(&sparse, row, NG_WORD_NONE, simd);
    }
}
END_TEST

/* An index that says nothing true: the row is not left. */
START_TEST(a_wrong_index_leads_nowhere_else)
{
    NgSimd simd = (NgSimd)_i;
    const uint32_t n = 200000;
    g_autofree NgWord *word = g_new0(NgWord, n);
    size_t size = ng_sparse_size(n);
    g_autofree NgWord *index = g_new(NgWord, size);
    NgRng rng = ng_rng_new(10, 0);

    if (simd > ng_simd_best())
        return;
    for (size_t i = 0; i < size; i++)
        index[i] = ng_rng_u32(&rng);
    NgSparse sparse = ng_sparse(word, n, index);
    for (int i = 0; i < 100000; i++) {
        uint32_t a = ng_rng_u32(&rng) % n;
        uint32_t b = a + NG_WORD_BLOCK + 1 + ng_rng_u32(&rng) % n;
        const NgRange row = {a, MIN(b, n)};
        if (row.end - row.first <= NG_WORD_BLOCK)
            continue;
        NgRange cut = ng_sparse_narrow(&sparse, row, ng_rng_u32(&rng), simd);
        if (cut.first < row.first || cut.end > row.end || cut.first > cut.end ||
            cut.end - cut.first > NG_WORD_BLOCK)
            ck_abort_msg("%u .. %u became %u .. %u", row.first, row.end, cut.first, cut.end);
    }
}
END_TEST

Suite *
sparse_suite(void)
{
    Suite *suite = suite_create("sparse");
    TCase *index = tcase_create("index");

    tcase_add_loop_test(index, a_word_is_found_where_it_stands, 0, 6);
    tcase_add_loop_test(index, a_wrong_index_leads_nowhere_else, 0, 3);
    suite_add_tcase(suite, index);
    return suite;
}

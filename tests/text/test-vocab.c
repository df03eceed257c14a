#include "ngram/error.h"
#include "ngram/rng.h"
#include "ngram/vocab.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

Suite *vocab_suite(void);

/* A word of 0 to 11 bytes, any of them, zero too; few enough to meet again. */
static GBytes *
random_word(NgRng *rng)
{
    char word[12];
    size_t length = ng_rng_u32(rng) % 12;

    for (size_t i = 0; i < length; i++)
        word[i] = (char)(length < 4 ? ng_rng_u32(rng) % 8 : ng_rng_u32(rng));
    return g_bytes_new(word, length);
}

static NgWord
add(NgVocab *vocab, const char *word)
{
    return ng_vocab_add(vocab, word, strlen(word));
}

static NgWord
find(const NgVocab *vocab, const char *word)
{
    return ng_vocab_find(vocab, word, strlen(word));
}

START_TEST(a_new_vocabulary_holds_the_fixed_words_alone)
{
    g_autoptr(NgVocab) vocab = ng_vocab_new();

    ck_assert_uint_eq(ng_vocab_size(vocab), 3);
    ck_assert_str_eq(ng_vocab_word(vocab, NG_WORD_UNKNOWN, NULL), "<unk>");
    ck_assert_str_eq(ng_vocab_word(vocab, NG_WORD_BEGIN, NULL), "<s>");
    ck_assert_str_eq(ng_vocab_word(vocab, NG_WORD_END, NULL), "</s>");
    ck_assert_uint_eq(add(vocab, "</s>"), NG_WORD_END);
    ck_assert_uint_eq(ng_vocab_size(vocab), 3);
    ck_assert_uint_eq(find(vocab, "strange"), NG_WORD_UNKNOWN);
}
END_TEST

/* 60,000 words, about half of them new, against GLib's table: the slots grow seven times. */
START_TEST(ids_are_those_of_a_plain_table)
{
    g_autoptr(NgVocab) vocab = ng_vocab_new();
    g_autoptr(GHashTable) oracle =
        g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    NgRng rng = ng_rng_new(1, 0);
    gpointer id = NULL;

    for (int i = 0; i < 60000; i++) {
        GBytes *word = random_word(&rng);
        gsize length = 0;
        const char *bytes = g_bytes_get_data(word, &length);
        gboolean known = g_hash_table_lookup_extended(oracle, word, NULL, &id);
        NgWord expected = known ? GPOINTER_TO_UINT(id) : g_hash_table_size(oracle) + NG_WORDS_FIXED;
        if (length == 0)
            bytes = "";
        if (ng_vocab_find(vocab, bytes, length) != (known ? expected : NG_WORD_UNKNOWN) ||
            ng_vocab_add(vocab, bytes, length) != expected)
            ck_abort_msg("word %d has the wrong id", i);
        g_hash_table_insert(oracle, word, GUINT_TO_POINTER(expected));
    }
    ck_assert_uint_eq(ng_vocab_size(vocab), g_hash_table_size(oracle) + NG_WORDS_FIXED);
    ck_assert_uint_gt(ng_vocab_size(vocab), 32768);
    for (NgWord w = NG_WORDS_FIXED; w < ng_vocab_size(vocab); w++) {
        size_t length = 0;
        const char *word = ng_vocab_word(vocab, w, &length);
        g_autoptr(GBytes) key = g_bytes_new(word, length);
        if (GPOINTER_TO_UINT(g_hash_table_lookup(oracle, key)) != w || word[length] != '\0' ||
            ng_vocab_find(vocab, word, length) != w)
            ck_abort_msg("id %u has the wrong word", w);
    }
}
END_TEST

START_TEST(many_words_are_added_as_one_by_one)
{
    g_autoptr(NgVocab) singly = ng_vocab_new();
    g_autoptr(NgVocab) together = ng_vocab_new();
    g_autoptr(GByteArray) text = g_byte_array_new();
    enum { N = 5000 };
    size_t length[N];
    NgWord ids[N];
    NgRng rng = ng_rng_new(6, 0);

    for (size_t i = 0; i < N; i++) {
        g_autoptr(GBytes) word = random_word(&rng);
        const guint8 *bytes = g_bytes_get_data(word, &length[i]);
        if (length[i] > 0)
            g_byte_array_append(text, bytes, (guint)length[i]);
    }
    ng_vocab_add_all(together, (const char *)text->data, length, N, ids);
    const char *at = (const char *)text->data;
    for (size_t i = 0; i < N; at += length[i++])
        ck_assert_uint_eq(ng_vocab_add(singly, at, length[i]), ids[i]);
    const NgVocabArrays a = ng_vocab_arrays(singly);
    const NgVocabArrays b = ng_vocab_arrays(together);
    ck_assert_uint_eq(a.n_slots, b.n_slots);
    ck_assert(memcmp(a.slot, b.slot, a.n_slots * sizeof *a.slot) == 0);
}
END_TEST

/*
 * Copies: the arrays of a vocabulary of "a", "bb", "ccc", each in memory of its own size, so that
 * AddressSanitizer sees a step outside.
 */
typedef struct {
    NgVocabArrays arrays;
    char *text;
    uint64_t *offset;
    NgVocabSlot *slot;
} Copies;

static void
copies_init(Copies *c)
{
    g_autoptr(NgVocab) vocab = ng_vocab_new();

    add(vocab, "a");
    add(vocab, "bb");
    add(vocab, "ccc");
    c->arrays = ng_vocab_arrays(vocab);
    c->arrays.text = c->text = g_memdup2(c->arrays.text, c->arrays.n_text);
    c->arrays.offset = c->offset =
        g_memdup2(c->arrays.offset, c->arrays.n_offsets * sizeof *c->offset);
    c->arrays.slot = c->slot = g_memdup2(c->arrays.slot, c->arrays.n_slots * sizeof *c->slot);
}

static void
copies_clear(Copies *c)
{
    g_free(c->text);
    g_free(c->offset);
    g_free(c->slot);
}

static void
count_call(gpointer data)
{
    ++*(int *)data;
}

START_TEST(mapped_arrays_are_the_same_vocabulary)
{
    Copies c;
    int released = 0;

    copies_init(&c);
    NgVocab *mapped = ng_vocab_new_mapped(&c.arrays, count_call, &released, NULL);
    ck_assert_ptr_nonnull(mapped);
    ck_assert_uint_eq(ng_vocab_size(mapped), 6);
    ck_assert_uint_eq(find(mapped, "<s>"), 1);
    ck_assert_uint_eq(find(mapped, "a"), 3);
    ck_assert_uint_eq(find(mapped, "ccc"), 5);
    ck_assert_uint_eq(find(mapped, "cc"), 0);
    ck_assert_ptr_eq(ng_vocab_word(mapped, 4, NULL), c.text + c.offset[4]);
    ng_vocab_ref(mapped);
    ng_vocab_unref(mapped);
    ck_assert_int_eq(released, 0);
    ng_vocab_unref(mapped);
    ck_assert_int_eq(released, 1);
    copies_clear(&c);
}
END_TEST

/* V = 6 words: 7 offsets, 0 6 10 15 17 20 24; 1024 slots. */
static void
damage(Copies *c, int way)
{
    switch (way) {
    case 0:
        c->arrays.n_offsets = 0;
        break;
    case 1:
        c->arrays.n_offsets = 3; /* one of the fixed words is wanting */
        c->arrays.n_text = c->offset[2];
        break;
    case 2:
        c->offset[0] = 1;
        break;
    case 3:
        c->arrays.n_text--;
        break;
    case 4:
        c->offset[6]++;
        break;
    case 5:
        c->offset[5] = c->offset[4];
        break;
    case 6:
        c->offset[5] = c->offset[4] - 1;
        break;
    case 7:
        c->offset[4] = UINT64_MAX;
        break;
    case 8:
        c->offset[4] = 1000; /* rises, outside the text, and falls again */
        c->offset[5] = 1001;
        break;
    case 9:
        c->arrays.n_slots = 1023;
        break;
    case 10:
        c->arrays.n_slots = 8; /* more than half full */
        break;
    case 11:
        c->arrays.n_slots = 0;
        break;
    case 12:
        c->text[1] = 'U'; /* <Unk> */
        break;
    case 13:
        c->text[9] = ' '; /* <s> without its zero byte */
        break;
    default:
        c->offset[1]--; /* <unk> one byte shorter */
        break;
    }
}

START_TEST(damaged_arrays_are_refused)
{
    Copies c;
    int released = 0;
    g_autoptr(GError) error = NULL;

    copies_init(&c);
    damage(&c, _i);
    ck_assert_ptr_null(ng_vocab_new_mapped(&c.arrays, count_call, &released, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_FORMAT));
    ck_assert_str_eq(error->message, "the vocabulary is damaged");
    ck_assert_int_eq(released, 0);
    copies_clear(&c);
}
END_TEST

/* The search must end, and give a word's own id or none. */
START_TEST(a_table_without_an_empty_slot_ends_the_search)
{
    static const char *const words[] = {"<unk>", "<s>", "</s>", "a", "bb", "ccc", "strange"};
    Copies c;

    copies_init(&c);
    for (size_t i = 0; i < c.arrays.n_slots; i++)
        if (c.slot[i].tag == 0)
            c.slot[i] = (NgVocabSlot){(uint32_t)i + 1, _i == 0 ? 3 : UINT32_MAX};
    g_autoptr(NgVocab) mapped = ng_vocab_new_mapped(&c.arrays, NULL, NULL, NULL);
    ck_assert_ptr_nonnull(mapped);
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        ck_assert_uint_eq(find(mapped, words[i]), i < 6 ? i : 0);
    g_clear_pointer(&mapped, ng_vocab_unref);
    copies_clear(&c);
}
END_TEST

/* 3000 times some bytes of the three arrays changed: refused, or used without a step outside. */
START_TEST(changed_bytes_never_lead_outside)
{
    NgRng rng = ng_rng_new(2, 0);
    int opened = 0;

    for (int i = 0; i < 3000; i++) {
        Copies c;
        copies_init(&c);
        for (uint32_t n = 1 + ng_rng_u32(&rng) % 3; n > 0; n--) {
            char *const bytes[] = {c.text, (char *)c.offset, (char *)c.slot};
            const size_t sizes[] = {c.arrays.n_text, c.arrays.n_offsets * sizeof *c.offset,
                                    c.arrays.n_slots * sizeof *c.slot};
            uint32_t which = ng_rng_u32(&rng) % 3;
            bytes[which][ng_rng_u32(&rng) % sizes[which]] = (char)ng_rng_u32(&rng);
        }
        NgVocab *mapped = ng_vocab_new_mapped(&c.arrays, NULL, NULL, NULL);
        for (NgWord w = 0; mapped != NULL && w < ng_vocab_size(mapped); w++) {
            size_t length = 0;
            const char *word = ng_vocab_word(mapped, w, &length);
            if (ng_vocab_find(mapped, word, length) >= ng_vocab_size(mapped))
                ck_abort_msg("an id outside the vocabulary");
        }
        opened += mapped != NULL;
        ng_vocab_unref(mapped);
        copies_clear(&c);
    }
    ck_assert_int_gt(opened, 500);  /* most changes of the slots are not seen, */
    ck_assert_int_lt(opened, 2500); /* most of the offsets are */
}
END_TEST

START_TEST(by_frequency_the_commonest_word_comes_first)
{
    static const char *const words[] = {"rare", "often", "b", "a", "a!"};
    static const uint32_t count[] = {9, 99, 9, 1, 7, 4, 4, 4};
    static const NgWord expected[] = {0, 1, 2, 7, 3, 6, 4, 5}; /* ties: a < "a!" < b */
    g_autoptr(NgVocab) vocab = ng_vocab_new();
    NgWord map[8];

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        add(vocab, words[i]);
    g_autoptr(NgVocab) sorted = ng_vocab_reordered(vocab, NG_VOCAB_BY_FREQUENCY, count, map);
    ck_assert_uint_eq(ng_vocab_size(sorted), 8);
    for (NgWord w = 0; w < 8; w++) {
        ck_assert_uint_eq(map[w], expected[w]);
        ck_assert_str_eq(ng_vocab_word(sorted, map[w], NULL), ng_vocab_word(vocab, w, NULL));
    }
}
END_TEST

static int
compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "w " as LC_ALL=C sort has it: bytes below the blank come before a word's end. */
START_TEST(by_bytes_is_the_order_of_lines_of_words)
{
    g_autoptr(NgVocab) vocab = ng_vocab_new();
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autofree NgWord *map = g_new(NgWord, 2000);
    NgRng rng = ng_rng_new(3, 0);

    while (ng_vocab_size(vocab) < 2000) {
        char word[6] = "";
        for (uint32_t n = 1 + ng_rng_u32(&rng) % 5, i = 0; i < n; i++)
            word[i] = "\x01\x1f!ab~\xc3\xff"[ng_rng_u32(&rng) % 8];
        if (find(vocab, word) == NG_WORD_UNKNOWN) {
            add(vocab, word);
            g_ptr_array_add(lines, g_strconcat(word, " ", NULL));
        }
    }
    qsort(lines->pdata, lines->len, sizeof(char *), compare_lines);
    g_autoptr(NgVocab) sorted = ng_vocab_reordered(vocab, NG_VOCAB_BY_BYTES, NULL, map);
    for (NgWord w = NG_WORDS_FIXED; w < 2000; w++) {
        g_autofree char *line = g_strconcat(ng_vocab_word(sorted, w, NULL), " ", NULL);
        if (!g_str_equal(line, g_ptr_array_index(lines, w - NG_WORDS_FIXED)) ||
            find(sorted, ng_vocab_word(vocab, w, NULL)) != map[w])
            ck_abort_msg("word %u is in the wrong place", w);
    }
}
END_TEST

/** Plain: what an item of the plain sort is. */
typedef struct {
    const char *word;
    size_t length;
    uint32_t count;
    NgWord id;
} Plain;

static int
compare_plainly(const void *a, const void *b)
{
    const Plain *x = a;
    const Plain *y = b;

    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return ng_vocab_compare(x->word, x->length, y->word, y->length);
}

/* Words of up to 20 bytes, long beginnings in common, many seen equally often; with blanks inside
 * in every other round, which the keys are not for. */
START_TEST(sorting_by_keys_is_sorting_by_comparison)
{
    NgRng rng = ng_rng_new(4, (guint64)_i);
    const char *letters = _i % 2 == 0 ? "aaaaaab\x01\x1f!~\xc3" : "aaaaaab\x01  !~";
    g_autoptr(NgVocab) vocab = ng_vocab_new();
    enum { V = 3000 };
    g_autofree Plain *plain = g_new0(Plain, V);
    g_autofree uint32_t *count = g_new0(uint32_t, V);
    g_autofree NgWord *map = g_new(NgWord, V);

    while (ng_vocab_size(vocab) < V) {
        char word[20] = "";
        size_t length = 1 + ng_rng_u32(&rng) % sizeof word;
        for (size_t i = 0; i < length; i++)
            word[i] = letters[ng_rng_u32(&rng) % 12];
        ng_vocab_add(vocab, word, length);
    }
    for (NgWord id = NG_WORDS_FIXED; id < V; id++) {
        uint32_t rare = ng_rng_u32(&rng) % 8;
        count[id] = _i >= 2 ? 0 : rare == 0 ? ng_rng_u32(&rng) : rare;
        plain[id] = (Plain){NULL, 0, count[id], id};
        plain[id].word = ng_vocab_word(vocab, id, &plain[id].length);
    }
    qsort(plain + NG_WORDS_FIXED, V - NG_WORDS_FIXED, sizeof *plain, compare_plainly);
    g_autoptr(NgVocab) sorted =
        ng_vocab_reordered(vocab, _i >= 2 ? NG_VOCAB_BY_BYTES : NG_VOCAB_BY_FREQUENCY, count, map);
    ck_assert_uint_eq(ng_vocab_size(sorted), V);
    for (NgWord id = NG_WORDS_FIXED; id < V; id++) {
        size_t length = 0;
        const char *word = ng_vocab_word(sorted, id, &length);
        if (map[plain[id].id] != id || length != plain[id].length ||
            memcmp(word, plain[id].word, length) != 0)
            ck_abort_msg("place %u", id);
    }
}
END_TEST

START_TEST(comparing_takes_a_word_as_ending_in_a_blank)
{
    ck_assert_int_eq(ng_vocab_compare("ab", 2, "ab", 2), 0);
    ck_assert_int_lt(ng_vocab_compare("ab", 2, "abc", 3), 0);
    ck_assert_int_gt(ng_vocab_compare("ab", 2, "ab\x1f", 3), 0);
    ck_assert_int_lt(ng_vocab_compare("ab\x1f", 3, "ab", 2), 0);
    ck_assert_int_lt(ng_vocab_compare("", 0, "a", 1), 0);
    ck_assert_int_lt(ng_vocab_compare("a", 1, "\xff", 1), 0);
    ck_assert_int_lt(ng_vocab_compare("a", 1, "a ", 2), 0); /* "a " and "a  ": never 0 */
    ck_assert_int_gt(ng_vocab_compare("a ", 2, "a", 1), 0);
}
END_TEST

Suite *
vocab_suite(void)
{
    Suite *suite = suite_create("vocab");
    TCase *words = tcase_create("words");
    TCase *mapped = tcase_create("mapped");
    TCase *order = tcase_create("order");

    tcase_set_timeout(words, 60);
    tcase_add_test(words, a_new_vocabulary_holds_the_fixed_words_alone);
    tcase_add_test(words, ids_are_those_of_a_plain_table);
    tcase_add_test(words, many_words_are_added_as_one_by_one);
    suite_add_tcase(suite, words);

    tcase_add_test(mapped, mapped_arrays_are_the_same_vocabulary);
    tcase_add_loop_test(mapped, damaged_arrays_are_refused, 0, 15);
    tcase_add_loop_test(mapped, a_table_without_an_empty_slot_ends_the_search, 0, 2);
    tcase_add_test(mapped, changed_bytes_never_lead_outside);
    suite_add_tcase(suite, mapped);

    tcase_add_test(order, by_frequency_the_commonest_word_comes_first);
    tcase_add_test(order, by_bytes_is_the_order_of_lines_of_words);
    tcase_add_loop_test(order, sorting_by_keys_is_sorting_by_comparison, 0, 4);
    tcase_add_test(order, comparing_takes_a_word_as_ending_in_a_blank);
    suite_add_tcase(suite, order);
    return suite;
}

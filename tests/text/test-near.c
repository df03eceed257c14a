/* Words that are written alike: the index against the plain distance, word by word. */
#include "ngram/near.h"
#include "ngram/rng.h"

#include <check.h>
#include <string.h>

Suite *near_suite(void);

static size_t
letters_of(const char *word, uint16_t out[NG_LETTERS_MAX])
{
    return ng_letters(word, strlen(word), out);
}

START_TEST(letters_are_folded_and_what_is_no_word_has_none)
{
    static const struct {
        const char *word;
        size_t n;
    } cases[] = {
        {"Word", 4},
        {"\303\211t\303\251", 3}, /* the capital and the small one are the same letter */
        {"don't", 5},
        {"", 0},
        {"...", 0},
        {"r2d2", 0},
        {"\330\247\331\243", 0},  /* a letter and an Arabic digit */
        {"\377word", 0},          /* broken bytes */
        {"\360\235\224\270b", 0}, /* beyond the first 65,536 characters */
        {"abcdefghijabcdefghijabcdefghijabcdefghij", 40},
        {"abcdefghijabcdefghijabcdefghijabcdefghija", 0},
    };
    uint16_t letters[NG_LETTERS_MAX], other[NG_LETTERS_MAX];

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        ck_assert_msg(letters_of(cases[i].word, letters) == cases[i].n, "%s", cases[i].word);
    ck_assert_uint_eq(letters_of("WORD", letters), letters_of("word", other));
    ck_assert_mem_eq(letters, other, 4 * sizeof *letters);
    letters_of("don\342\200\231t", letters); /* a curled apostrophe is an apostrophe */
    letters_of("don't", other);
    ck_assert_mem_eq(letters, other, 5 * sizeof *letters);
}
END_TEST

START_TEST(distances_are_those_of_optimal_string_alignment)
{
    static const struct {
        const char *a, *b;
        unsigned distance;
    } cases[] = {
        {"a", "a", 0},        {"movie", "moive", 1},     {"kitten", "sitting", 3},
        {"ca", "abc", 3}, /* 2 where what changed places may be touched again */
        {"abcd", "badc", 2},  {"teh", "the", 1},         {"a", "bcd", 3},
        {"film", "films", 1}, {"recieve", "receive", 1}, {"abcdef", "fedcba", 5},
    };
    uint16_t a[NG_LETTERS_MAX], b[NG_LETTERS_MAX];

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        size_t n = letters_of(cases[i].a, a), m = letters_of(cases[i].b, b);
        ck_assert_uint_eq(ng_letters_distance(a, n, b, m), cases[i].distance);
        ck_assert_uint_eq(ng_letters_distance(b, m, a, n), cases[i].distance);
    }
}
END_TEST

/* A word of 1 to @longest letters of a small alphabet, some of them not ASCII. */
static char *
random_word(NgRng *rng, unsigned longest)
{
    static const char *const alphabet[] = {"a", "b", "e", "t", "'", "\303\251", "\317\211", "h"};
    GString *word = g_string_new("a");

    for (uint32_t n = ng_rng_u32(rng) % longest; n > 0; n--)
        g_string_append(word, alphabet[ng_rng_u32(rng) % G_N_ELEMENTS(alphabet)]);
    return g_string_free(word, FALSE);
}

static NgVocab *
random_vocab(NgRng *rng, unsigned words, unsigned longest)
{
    NgVocab *vocab = ng_vocab_new();

    for (unsigned i = 0; i < words; i++) {
        g_autofree char *word = random_word(rng, longest);
        ng_vocab_add(vocab, word, strlen(word));
    }
    ng_vocab_add(vocab, "7up", 3);
    return vocab;
}

/* Looks at every word of @vocab, whose ids are counted from @base, and takes those found off. */
static void
hold_against(const NgVocab *vocab, NgWord base, const uint16_t *letters, size_t n, unsigned most,
             GArray *found)
{
    uint16_t other[NG_LETTERS_MAX];

    for (NgWord id = NG_WORDS_FIXED; id < ng_vocab_size(vocab); id++) {
        size_t length = 0;
        const char *word = ng_vocab_word(vocab, id, &length);
        size_t m = ng_letters(word, length, other);
        unsigned distance = m > 0 ? ng_letters_distance(letters, n, other, m) : G_MAXUINT;
        guint at = 0;
        while (at < found->len && g_array_index(found, NgNearWord, at).id != base + id)
            at++;
        ck_assert_msg((at < found->len) == (distance <= most), "%.*s", (int)length, word);
        if (at == found->len)
            continue;
        ck_assert_uint_eq(g_array_index(found, NgNearWord, at).distance, distance);
        g_array_remove_index_fast(found, at);
    }
}

/* 40 vocabularies of up to 1,600 words in two lists, 25 words looked for in each. */
START_TEST(exactly_the_words_within_the_distance_are_found)
{
    NgRng rng = ng_rng_new(77, 0);
    uint16_t letters[NG_LETTERS_MAX];

    for (unsigned round = 0; round < 40; round++) {
        unsigned longest = 3 + round % 12 + (round % 7 == 6 ? 22 : 0); /* beyond 32 letters too */
        g_autoptr(NgVocab) vocab = random_vocab(&rng, round * 30, longest);
        g_autoptr(NgVocab) further = random_vocab(&rng, 20, longest);
        g_autoptr(NgNear) near = ng_near_new(vocab, round % 2 == 0 ? further : NULL);
        for (unsigned i = 0; i < 25; i++) {
            g_autofree char *word = random_word(&rng, longest + 2);
            size_t n = letters_of(word, letters);
            unsigned most = i % 4;
            g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(NgNearWord));
            ng_near_find(near, letters, n, most, found);
            hold_against(vocab, 0, letters, n, most, found);
            if (round % 2 == 0)
                hold_against(further, (NgWord)ng_vocab_size(vocab), letters, n, most, found);
            ck_assert_uint_eq(found->len, 0); /* nothing else, nothing twice */
        }
    }
}
END_TEST

START_TEST(words_of_the_greatest_length_are_found)
{
    g_autoptr(NgVocab) vocab = ng_vocab_new();
    g_autofree char *word = g_strnfill(NG_LETTERS_MAX, 'x');
    uint16_t letters[NG_LETTERS_MAX];
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(NgNearWord));

    ng_vocab_add(vocab, word, NG_LETTERS_MAX);
    g_autoptr(NgNear) near = ng_near_new(vocab, NULL);
    ck_assert_uint_eq(ng_near_size(near), 1);
    word[3] = 'y';
    ng_near_find(near, letters, letters_of(word, letters), 1, found);
    ck_assert_uint_eq(found->len, 1);
    word[NG_LETTERS_MAX - 1] = '\0';
    ng_near_find(near, letters, letters_of(word, letters), 2, found);
    ck_assert_uint_eq(found->len, 2);
}
END_TEST

Suite *
near_suite(void)
{
    Suite *s = suite_create("near");
    TCase *tc = tcase_create("near");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, letters_are_folded_and_what_is_no_word_has_none);
    tcase_add_test(tc, distances_are_those_of_optimal_string_alignment);
    tcase_add_test(tc, exactly_the_words_within_the_distance_are_found);
    tcase_add_test(tc, words_of_the_greatest_length_are_found);
    suite_add_tcase(s, tc);
    return s;
}

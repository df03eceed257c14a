#include "ngram/encode.h"
#include "ngram/rng.h"

#include <check.h>
#include <string.h>

Suite *encode_suite(void);

/* Words of every length up to 40, some of them unknown, marks, and bytes that are no text. */
static const char *const pieces[] = {"a",
                                     "an",
                                     "the",
                                     "Four",
                                     "fives",
                                     "eight888",
                                     "nine99999",
                                     "sixteen_bytes_16",
                                     "seventeen_bytes17",
                                     "a-word-of-more-than-thirty-two-bytes-in-all",
                                     "<s>",
                                     "</s>",
                                     "<unk>",
                                     "\xc3\x89t\xc3\xa9",
                                     "\xff",
                                     "don't",
                                     "3.5",
                                     ".",
                                     " ",
                                     "  ",
                                     "\t",
                                     "\r",
                                     "\n"};

static char *
random_text(NgRng *rng, size_t *length)
{
    GString *text = g_string_new(NULL);
    uint32_t n = ng_rng_u32(rng) % 200;

    for (uint32_t i = 0; i < n; i++) {
        g_string_append(text, pieces[ng_rng_u32(rng) % G_N_ELEMENTS(pieces)]);
        if (ng_rng_u32(rng) % 3 > 0)
            g_string_append_c(text, ng_rng_u32(rng) % 50 > 0 ? ' ' : '\0');
    }
    *length = text->len;
    /* without the zero byte behind it, so that AddressSanitizer sees who reads on */
    char *exact = g_memdup2(text->str, text->len);
    g_string_free(text, TRUE);
    return exact;
}

/* Tokens one by one, each looked up by itself. */
static void
encode_plainly(NgTokenizer *tokenizer, const NgVocab *vocab, const NgSequence *sequence,
               GArray *ids)
{
    NgToken token;

    ng_tokenizer_start(tokenizer, sequence->text, sequence->length);
    while (ng_tokenizer_next(tokenizer, &token)) {
        NgWord id = ng_vocab_find(vocab, token.text, token.length);
        id = id < NG_WORDS_FIXED ? NG_WORD_UNKNOWN : id;
        g_array_append_val(ids, id);
    }
}

/* Every other piece, and 3000 more words that fill the slots. */
static NgVocab *
make_vocab(void)
{
    NgVocab *vocab = ng_vocab_new();
    char word[16];

    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i += 2)
        ng_vocab_add(vocab, pieces[i], strlen(pieces[i]));
    for (int i = 0; i < 3000; i++)
        ng_vocab_add(vocab, word, (size_t)g_snprintf(word, sizeof word, "w%d", i));
    return vocab;
}

static const struct {
    const char *pattern;
    NgTokens kind;
    gboolean fold;
} settings[] = {
    {NULL, NG_TOKENS_SPACE, FALSE},    {NULL, NG_TOKENS_WORDS, TRUE},
    {NULL, NG_TOKENS_WORDS, FALSE},    {NULL, NG_TOKENS_CHARS, TRUE},
    {"\\S+", NG_TOKENS_PATTERN, TRUE},
};

enum { SEQUENCES = 300 };

START_TEST(ids_are_those_of_tokens_looked_up_one_by_one)
{
    g_autoptr(NgTokenizer) tokenizer =
        ng_tokenizer_new(settings[_i].kind, settings[_i].pattern, settings[_i].fold, NULL);
    g_autoptr(NgTokenizer) other = ng_tokenizer_copy(tokenizer);
    g_autoptr(NgVocab) own = make_vocab();
    const NgVocabArrays arrays = ng_vocab_arrays(own);
    g_autoptr(NgVocab) mapped = ng_vocab_new_mapped(&arrays, NULL, NULL, NULL);
    g_autoptr(GArray) expected = g_array_new(FALSE, FALSE, sizeof(NgWord));
    g_autoptr(GArray) singly = g_array_new(FALSE, FALSE, sizeof(NgWord));
    g_autoptr(GArray) together = g_array_new(FALSE, FALSE, sizeof(NgWord));
    NgSequence sequences[SEQUENCES];
    size_t expected_ends[SEQUENCES];
    size_t ends[SEQUENCES];
    NgRng rng = ng_rng_new(5, (guint64)_i);

    for (size_t i = 0; i < SEQUENCES; i++) {
        sequences[i] = (NgSequence){NULL, 0, i + 1};
        sequences[i].text = random_text(&rng, &sequences[i].length);
        guint before = expected->len;
        encode_plainly(other, own, &sequences[i], expected);
        expected_ends[i] = expected->len;
        ck_assert_uint_eq(
            ng_encode(tokenizer, mapped, sequences[i].text, sequences[i].length, singly),
            expected->len - before);
    }
    ck_assert_uint_eq(ng_tokenizer_invalid(tokenizer), ng_tokenizer_invalid(other));
    ck_assert_uint_eq(ng_encode_sequences(tokenizer, mapped, sequences, SEQUENCES, together, ends),
                      expected->len);
    ck_assert_uint_gt(expected->len, 10000);
    ck_assert_uint_eq(singly->len, expected->len);
    ck_assert_mem_eq(singly->data, expected->data, expected->len * sizeof(NgWord));
    ck_assert_mem_eq(together->data, expected->data, expected->len * sizeof(NgWord));
    ck_assert_mem_eq(ends, expected_ends, sizeof ends);
    for (size_t i = 0; i < SEQUENCES; i++)
        g_free((gpointer)(gsize)sequences[i].text);
}
END_TEST

START_TEST(marks_written_in_a_text_are_unknown_words)
{
    g_autoptr(NgTokenizer) tokenizer = ng_tokenizer_new(NG_TOKENS_SPACE, NULL, FALSE, NULL);
    g_autoptr(NgVocab) vocab = ng_vocab_new();
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(NgWord));
    static const NgWord expected[] = {0, 3, 0, 0, 0};

    ng_vocab_add(vocab, "a", 1);
    ck_assert_uint_eq(ng_encode(tokenizer, vocab, "<s> a </s> <unk> b", 18, ids), 5);
    ck_assert_mem_eq(ids->data, expected, sizeof expected);
    ck_assert_uint_eq(ng_encode(tokenizer, vocab, NULL, 0, ids), 0);
    ck_assert_uint_eq(ng_encode_sequences(tokenizer, vocab, NULL, 0, ids, NULL), 0);
}
END_TEST

Suite *
encode_suite(void)
{
    Suite *suite = suite_create("encode");
    TCase *ids = tcase_create("ids");

    tcase_set_timeout(ids, 60);
    tcase_add_loop_test(ids, ids_are_those_of_tokens_looked_up_one_by_one, 0,
                        G_N_ELEMENTS(settings));
    tcase_add_test(ids, marks_written_in_a_text_are_unknown_words);
    suite_add_tcase(suite, ids);
    return suite;
}

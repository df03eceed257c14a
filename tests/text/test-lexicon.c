#include "ngram/lexicon.h"
#include "ngram/rng.h"

#include <check.h>
#include <string.h>

Suite *lexicon_suite(void);

START_TEST(a_new_lexicon_holds_the_fixed_words_alone)
{
    g_autoptr(NgLexicon) lexicon = ng_lexicon_new();

    ck_assert_uint_eq(ng_lexicon_size(lexicon), 3);
    ck_assert_uint_eq(ng_lexicon_add(lexicon, "</s>", 4), NG_WORD_END);
    ck_assert_uint_eq(ng_lexicon_add(lexicon, "<unk>", 5), NG_WORD_UNKNOWN);
    ck_assert_uint_eq(ng_lexicon_add(lexicon, "a", 1), 3);
    ck_assert_uint_eq(ng_lexicon_size(lexicon), 4);
}
END_TEST

enum { WORDS = 200, ROUNDS = 400, LONGEST = 24 };

/*
 * 80,000 words of 1 to 24 bytes, zero bytes among them, as runs: their ids are those of a
 * vocabulary.  Few letters, so that words are often one another's beginnings, and meet again.
 */
START_TEST(ids_are_those_of_a_vocabulary)
{
    g_autoptr(NgLexicon) lexicon = ng_lexicon_new();
    g_autoptr(NgVocab) vocab = ng_vocab_new();
    NgRng rng = ng_rng_new(21, 0);
    size_t begin[WORDS];
    size_t end[WORDS];
    NgWord ids[WORDS];

    for (int round = 0; round < ROUNDS; round++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        for (size_t i = 0; i < WORDS; i++) {
            guint8 word[LONGEST];
            size_t length = 1 + ng_rng_u32(&rng) % LONGEST;
            for (size_t b = 0; b < length; b++)
                word[b] = (guint8) "aaaaaaaaaaaa\0b"[ng_rng_u32(&rng) % 14];
            begin[i] = bytes->len;
            g_byte_array_append(bytes, word, (guint)length);
            end[i] = bytes->len;
        }
        /* memory of its own size, so that AddressSanitizer sees a step outside */
        g_autofree char *text = g_memdup2(bytes->data, bytes->len);
        const NgTokenRun run = {
            .text = text, .begin = begin, .end = end, .n = WORDS, .readable = bytes->len};
        ng_lexicon_add_run(lexicon, &run, ids);
        for (size_t i = 0; i < WORDS; i++) {
            const char *word = text + begin[i];
            size_t length = end[i] - begin[i];
            if (ng_vocab_add(vocab, word, length) != ids[i] ||
                ng_lexicon_add(lexicon, word, length) != ids[i])
                ck_abort_msg("round %d, word %zu", round, i);
        }
    }
    ck_assert_uint_eq(ng_lexicon_size(lexicon), ng_vocab_size(vocab));
    ck_assert_uint_gt(ng_lexicon_size(lexicon), 20000);
    for (NgWord id = 0; id < ng_vocab_size(vocab); id++) {
        size_t length_a = 0;
        size_t length_b = 0;
        const char *a = ng_vocab_word(vocab, id, &length_a);
        const char *b = ng_lexicon_word(lexicon, id, &length_b);
        if (length_a != length_b || memcmp(a, b, length_a) != 0)
            ck_abort_msg("word %u", id);
    }
}
END_TEST

Suite *
lexicon_suite(void)
{
    Suite *suite = suite_create("lexicon");
    TCase *words = tcase_create("words");

    tcase_set_timeout(words, 60);
    tcase_add_test(words, a_new_lexicon_holds_the_fixed_words_alone);
    tcase_add_test(words, ids_are_those_of_a_vocabulary);
    suite_add_tcase(suite, words);
    return suite;
}

#include "../../src/lm/word-table.h"
#include "ngram/rng.h"

#include <check.h>

Suite *word_table_suite(void);

/* A word of 1 to 20 bytes, few different ones, zero bytes among them; @word holds 32. */
static size_t
random_word(NgRng *rng, char *word)
{
    static const char bytes[] = {'a', 'b', '\0', '\xFF'};
    size_t length = 1 + ng_rng_u32(rng) % 20;

    for (size_t i = 0; i < 32; i++)
        word[i] = bytes[ng_rng_u32(rng) % (length > 4 ? 2 : 4)];
    return length;
}

START_TEST(it_finds_what_the_vocabulary_finds)
{
    g_autoptr(NgVocab) vocab = ng_vocab_new();
    NgRng rng = ng_rng_new(1, 0);
    NgWordTable table;
    char word[32];
    unsigned found = 0;

    for (int i = 0; i < 20000; i++) {
        size_t length = random_word(&rng, word);
        ng_vocab_add(vocab, word, length);
    }
    ng_word_table_init(&table, vocab);
    for (int i = 0; i < 100000; i++) {
        size_t length = random_word(&rng, word);
        if (length > NG_WORD_KEY_MAX)
            continue;
        NgWordKey key = ng_word_key_padded(word, length);
        NgWordKey plain = ng_word_key(word, length);
        NgWord id = ng_word_table_find(&table, &key, ng_word_table_home(&table, &key));
        NgWord wanted = ng_vocab_find(vocab, word, length);
        if (key.low != plain.low || key.high != plain.high || key.length != plain.length)
            ck_abort_msg("another key in round %d", i);
        if (id != (wanted == NG_WORD_UNKNOWN ? NG_WORD_NONE : wanted))
            ck_abort_msg("%u, not %u, in round %d", id, wanted, i);
        found += id != NG_WORD_NONE;
    }
    ck_assert_uint_gt(found, 20000);
    ng_word_table_clear(&table);
}
END_TEST

Suite *
word_table_suite(void)
{
    Suite *suite = suite_create("word_table");
    TCase *finding = tcase_create("finding");

    tcase_add_test(finding, it_finds_what_the_vocabulary_finds);
    suite_add_tcase(suite, finding);
    return suite;
}

/* Letters of words that nobody has seen: the table against counts in plain strings. */
#include "ngram/rng.h"
#include "ngram/spelling.h"

#include <check.h>
#include <math.h>
#include <string.h>

Suite *spelling_suite(void);

static const char *const words[] = {"the", "then", "there", "other", "o", "mother", "don't"};

static NgVocab *
vocab_of_words(void)
{
    NgVocab *vocab = ng_vocab_new();

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        ng_vocab_add(vocab, words[i], strlen(words[i]));
    ng_vocab_add(vocab, "1997", 4); /* no letters: nothing to learn */
    return vocab;
}

static double
logprob_of(const NgSpelling *spelling, const char *word)
{
    uint16_t letters[NG_LETTERS_MAX];
    size_t n = ng_letters(word, strlen(word), letters);

    return (double)ng_spelling_logprob(spelling, letters, n);
}

/* How often @what stands in the words, each with five marks before it and one behind. */
static unsigned
times(const char *what)
{
    unsigned n = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *marked = g_strconcat("#####", words[i], "#", NULL);
        for (size_t at = 5; marked[at] != '\0'; at++) {
            size_t k = strlen(what);
            n += k <= at + 1 && strncmp(marked + at + 1 - k, what, k) == 0;
        }
    }
    return n;
}

/* P(c | before) by the formula of Witten and Bell, orders 1 to 5. */
static double
plain_probability(const char *before, char c)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz'-#";
    double p = 1.0 / 32;

    for (size_t k = 0; k < 5; k++) {
        const char *context = before + strlen(before) - k;
        double sum = 0.0, kinds = 0.0, count = 0.0;
        for (size_t i = 0; letters[i] != '\0'; i++) {
            g_autofree char *what = g_strdup_printf("%s%c", context, letters[i]);
            double n = times(what);
            sum += n;
            kinds += n > 0.0;
            count = letters[i] == c ? n : count;
        }
        if (sum == 0.0)
            return p;
        p = (count + kinds * p) / (sum + kinds);
    }
    return p;
}

START_TEST(probabilities_are_those_of_the_formula)
{
    static const char *const asked[] = {"the", "them", "o", "zoo", "moth", "don't", "therethere"};
    g_autoptr(NgVocab) vocab = vocab_of_words();
    g_autoptr(NgSpelling) spelling = ng_spelling_new(vocab);

    for (size_t i = 0; i < G_N_ELEMENTS(asked); i++) {
        g_autofree char *marked = g_strconcat("#####", asked[i], "#", NULL);
        double sum = 0.0;
        for (size_t at = 5; marked[at] != '\0'; at++) {
            g_autofree char *before = g_strndup(marked + at - 5, 5);
            sum += log10(plain_probability(before, marked[at]));
        }
        ck_assert_double_eq_tol(logprob_of(spelling, asked[i]), sum, 1e-4);
    }
}
END_TEST

/* Letters beyond a to z, the apostrophe and the hyphen share three classes. */
START_TEST(words_of_up_to_three_letters_have_no_more_than_all)
{
    static const uint16_t class[] = {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j',
                                     'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't',
                                     'u', 'v', 'w', 'x', 'y', 'z', '-', '\''};
    enum { N = G_N_ELEMENTS(class) };
    g_autoptr(NgVocab) vocab = ng_vocab_new();
    double sum = 0.0;

    ng_vocab_add(vocab, "an", 2);
    ng_vocab_add(vocab, "in", 2);
    g_autoptr(NgSpelling) spelling = ng_spelling_new(vocab);
    sum += pow(10.0, (double)ng_spelling_logprob(spelling, NULL, 0));
    for (size_t a = 0; a < N; a++) {
        uint16_t letters[3] = {class[a]};
        sum += pow(10.0, (double)ng_spelling_logprob(spelling, letters, 1));
        for (size_t b = 0; b < N; b++) {
            letters[1] = class[b];
            sum += pow(10.0, (double)ng_spelling_logprob(spelling, letters, 2));
            for (size_t c = 0; c < N; c++) {
                letters[2] = class[c];
                sum += pow(10.0, (double)ng_spelling_logprob(spelling, letters, 3));
            }
        }
    }
    ck_assert_double_le(sum, 1.0);
    ck_assert_double_gt(sum, 0.5);
}
END_TEST

START_TEST(a_table_that_grows_forgets_nothing)
{
    g_autoptr(NgVocab) many = ng_vocab_new();
    NgRng rng = ng_rng_new(5, 0);

    for (int i = 0; i < 5000; i++) {
        char word[9] = {0};
        for (unsigned k = 0; k < 8; k++)
            word[k] = (char)('a' + ng_rng_u32(&rng) % 26);
        ng_vocab_add(many, word, 8);
    }
    g_autoptr(NgSpelling) spelling = ng_spelling_new(many);
    size_t length = 0;
    const char *first = ng_vocab_word(many, NG_WORDS_FIXED, &length);
    g_autofree char *word = g_strndup(first, length);
    ck_assert_double_gt(logprob_of(spelling, word), -9.0); /* by chance alone -8 log10 26 = -11 */
    ck_assert_double_lt(logprob_of(spelling, "aaaaaaaaaaaaaaaa"), -14.0);
}
END_TEST

START_TEST(no_words_make_all_letters_alike)
{
    g_autoptr(NgVocab) none = ng_vocab_new();
    g_autoptr(NgSpelling) spelling = ng_spelling_new(none);

    /* three letters and the end, 1 in 32 each */
    ck_assert_double_eq_tol(logprob_of(spelling, "abc"), -4.0 * log10(32.0), 1e-4);
}
END_TEST

Suite *
spelling_suite(void)
{
    Suite *s = suite_create("spelling");
    TCase *tc = tcase_create("spelling");

    tcase_add_test(tc, probabilities_are_those_of_the_formula);
    tcase_add_test(tc, words_of_up_to_three_letters_have_no_more_than_all);
    tcase_add_test(tc, a_table_that_grows_forgets_nothing);
    tcase_add_test(tc, no_words_make_all_letters_alike);
    suite_add_tcase(s, tc);
    return s;
}

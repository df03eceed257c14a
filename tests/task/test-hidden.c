#include "brute.h"
#include "mixtures.h"

#include "ngram/hidden.h"
#include "ngram/rng.h"

Suite *hidden_suite(void);

static const char text[] = "the movie was good\n"
                           "the movie was a waste of time\n"
                           "the film was good\n"
                           "a waste of the time of the film\n"
                           "good movie , bad film\n"
                           "bad , bad , bad\n"
                           "was the film a waste of time\n"
                           "the bad was good\n"
                           "these themes mattered more\n";

static const char *const lines[] = {
    "the film was a waste of the film", "bad movie , unheard movie", "these bad times", "time", "",
    "the theme of the themes"};

enum { KINDS = 7, ORDERS = 4 };

static NgModel *
model_number(int i)
{
    const NgSmoothing method[] = {NG_SMOOTHING_MKN, NG_SMOOTHING_KN,  NG_SMOOTHING_WB,
                                  NG_SMOOTHING_ABS, NG_SMOOTHING_ADD, NG_SMOOTHING_MLE};

    if (i % KINDS == 6)
        return model_of_arpa(katz);
    return model_of_text(text, 1 + (unsigned)(i / KINDS), method[i % KINDS], NG_TOKENS_SPACE);
}

/* log10 of the probability of words[0 .. n - 1] with @word in place @i, from place @i up to @end. */
static double
brute_score(const NgVoice *voice, const GArray *ids, size_t i, size_t end, NgWord word)
{
    NgState state = ng_voice_begin(voice);
    double sum = 0.0;

    for (size_t j = 0; j < end; j++) {
        NgWord id = j == i ? word : g_array_index(ids, NgWord, j);
        float p = ng_voice_step(voice, &state, id, NULL);
        if (j >= i)
            sum += p > NG_MASS_ZERO || id == NG_WORD_UNKNOWN ? (double)p : -HUGE_VAL;
    }
    return sum;
}

typedef struct {
    guint64 first, five;
    double reciprocal;
    guint64 keys;
} Least;

/* Adds a word to a side, by looking at all words; what differs by rounding is equal. */
static void
brute_side(const NgModel *model, const GArray *ids, size_t i, size_t end, Least *side)
{
    const NgVoice *voice = ng_model_voice(model, 0);
    NgWord own = g_array_index(ids, NgWord, i);
    const char *name = ng_vocab_word(ng_model_vocab(model), own, NULL);
    size_t length = strlen(name), keys = length + 1;
    double target = brute_score(voice, ids, i, end, own);

    for (size_t typed = length + 1; typed-- > 0;) {
        guint64 better = 0;
        for (NgWord w = NG_WORDS_FIXED; w < ng_voice_words(voice); w++)
            if (strncmp(ng_vocab_word(ng_model_vocab(model), w, NULL), name, typed) == 0)
                better += brute_score(voice, ids, i, end, w) > target + 1e-5;
        if (better < 5)
            keys = MIN(keys, typed + 1);
        if (typed > 0)
            continue;
        side->first += better == 0;
        side->five += better < 5;
        side->reciprocal += 1.0 / (double)(better + 1);
    }
    side->keys += keys;
}

static void
assert_side(const NgHiddenSide *side, const Least *wanted)
{
    ck_assert_uint_eq(side->first, wanted->first);
    ck_assert_uint_eq(side->five, wanted->five);
    ck_assert_uint_eq(side->keys, wanted->keys);
    ck_assert_double_eq_tol(side->reciprocal, wanted->reciprocal, 1e-9);
}

static NgHiddenScore
score_of_lines(NgModel *model, guint64 every, unsigned threads)
{
    const NgHiddenOptions options = {.every = every, .threads = threads};
    g_autoptr(GError) error = NULL;
    g_autoptr(NgHidden) hidden = ng_hidden_new(model, 0, &options, &error);

    ck_assert_ptr_nonnull(hidden);
    for (size_t l = 0; l < G_N_ELEMENTS(lines); l++)
        ng_hidden_text(hidden, lines[l], strlen(lines[l]));
    return ng_hidden_score(hidden);
}

START_TEST(ranks_are_those_among_all_words)
{
    g_autoptr(NgModel) model = model_number(_i);
    size_t order = ng_voice_order(ng_model_voice(model, 0));
    NgHiddenScore score = score_of_lines(model, 1, 1);
    Least left = {0}, both = {0};
    guint64 words = 0, oov = 0;

    for (size_t l = 0; l < G_N_ELEMENTS(lines); l++) {
        g_autoptr(GArray) ids = brute_ids(model, lines[l], TRUE);
        for (size_t i = 0; *lines[l] != '\0' && i + 1 < ids->len; i++) {
            words++;
            if (g_array_index(ids, NgWord, i) >= NG_WORDS_FIXED) {
                brute_side(model, ids, i, i + 1, &left);
                brute_side(model, ids, i, MIN(i + order, ids->len), &both);
                continue;
            }
            g_auto(GStrv) parts = g_strsplit(lines[l], " ", -1);
            oov++;
            left.keys += strlen(parts[i]) + 1;
            both.keys += strlen(parts[i]) + 1;
        }
    }
    ck_assert_uint_eq(score.words, words);
    ck_assert_uint_eq(score.oov, oov);
    assert_side(&score.left, &left);
    assert_side(&score.both, &both);
}
END_TEST

START_TEST(threads_change_nothing)
{
    g_autoptr(NgModel) model = model_number(2 * KINDS);
    NgHiddenScore one = score_of_lines(model, 2, 1), three = score_of_lines(model, 2, 3);

    ck_assert_uint_eq(one.words, 11); /* of 22 */
    ck_assert_mem_eq(&one, &three, sizeof one);
}
END_TEST

/* A mixture of a model with itself is that model. */
START_TEST(a_mixture_finds_what_its_parts_find)
{
    g_autoptr(NgModel) model = model_number(_i * KINDS);
    const NgModelPart parts[] = {{model, 0.5, "a"}, {model, 0.5, "b"}};
    g_autoptr(GError) error = NULL;
    g_autoptr(NgModel) mix = ng_model_mix(parts, 2, &error);
    NgHiddenScore one = score_of_lines(model, 1, 1);

    ck_assert_ptr_nonnull(mix);
    NgHiddenScore two = score_of_lines(mix, 1, 2);
    ck_assert_uint_eq(one.words, two.words);
    ck_assert_uint_eq(one.left.five, two.left.five);
    ck_assert_uint_eq(one.both.five, two.both.five);
    ck_assert_double_eq_tol(one.logprob, two.logprob, 1e-4);
}
END_TEST

Suite *
hidden_suite(void)
{
    Suite *suite = suite_create("hidden");
    TCase *tcase = tcase_create("words");

    tcase_add_loop_test(tcase, ranks_are_those_among_all_words, 0, KINDS * ORDERS);
    tcase_add_test(tcase, threads_change_nothing);
    tcase_add_loop_test(tcase, a_mixture_finds_what_its_parts_find, 1, 3);
    suite_add_tcase(suite, tcase);
    return suite;
}

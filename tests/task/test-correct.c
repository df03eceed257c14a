/* Mistakes in texts: what is changed, what is not, and that it is right to the byte. */
#include "models.h"

#include "ngram/correct.h"
#include "ngram/error.h"
#include "ngram/rng.h"

Suite *correct_suite(void);

/* Enough of a language for the words to be known in more than one place. */
static const char corpus[] = "the movie was good and the music was good too\n"
                             "I liked the movie and I liked the music\n"
                             "the film was bad but the actors were good\n"
                             "they went to their house and sat there\n"
                             "their movie is about a house and a film\n"
                             "there was a film about the music of the house\n"
                             "she said that the actors in the film were good\n"
                             "we don't know what the movie was about\n"
                             "it's good that they don't know about it\n"
                             "a lot of music and a lot of actors in Paris\n"
                             "he was in Paris when the film was made\n"
                             "the time they had in Paris was good\n";

static NgModel *
corpus_model(unsigned copies)
{
    g_autoptr(GString) text = g_string_new(NULL);

    while (copies-- > 0)
        g_string_append(text, corpus);
    return model_of_text(text->str, 3, NG_SMOOTHING_WB, NG_TOKENS_WORDS);
}

static NgCorrector *
corrector_of(NgModel *model, double caution, NgVocab *words)
{
    g_autoptr(GError) error = NULL;
    const NgCorrectOptions options = {.caution = caution, .words = words};
    NgCorrector *corrector = ng_corrector_new(model, 0, &options, &error);

    ck_assert_msg(corrector != NULL, "%s", error != NULL ? error->message : "");
    return corrector;
}

static char *
corrected(NgCorrector *corrector, const char *text, size_t length, size_t *out)
{
    g_autoptr(GPtrArray) changes = ng_corrector_correct(corrector, text, length);
    GString *right = g_string_new(NULL);

    ng_corrections_apply(changes, text, length, right);
    *out = right->len;
    return g_string_free(right, FALSE);
}

START_TEST(mistakes_are_mended_and_the_rest_stays)
{
    static const struct {
        const char *wrong, *right;
    } cases[] = {
        {"the moive was good", "the movie was good"},
        {"The  Moive\twas  good !", "The  Movie\twas  good !"},
        {"Teh movie", "The movie"},
        {"themovie was good", "the movie was good"},   /* two words for one */
        {"the mov ie was good", "the movie was good"}, /* and one for two */
        {"we dont know what the movie was about", "we don't know what the movie was about"},
        {"he was in Pariss when the film was made", "he was in Paris when the film was made"},
        {"the actosr were good", "the actors were good"},
        {"", ""},
        {" \t\r\n", " \t\r\n"},
        {"http://moive.com/moive", "http://moive.com/moive"},
        {"moive@moive.com and 50moive", "moive@moive.com and 50moive"},
        {"Zbigniew Xanthopoulos", "Zbigniew Xanthopoulos"},
    };
    g_autoptr(NgModel) model = corpus_model(20);
    g_autoptr(NgCorrector) corrector = corrector_of(model, NG_CAUTION_DEFAULT, NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        size_t length = 0;
        g_autofree char *right =
            corrected(corrector, cases[i].wrong, strlen(cases[i].wrong), &length);
        ck_assert_str_eq(right, cases[i].right);
    }
}
END_TEST

/* "there" and "their" are both words: what stands on both sides decides. */
START_TEST(a_real_word_in_the_wrong_place_is_a_mistake)
{
    g_autoptr(NgModel) model = corpus_model(200);
    g_autoptr(NgCorrector) corrector = corrector_of(model, 1.0, NULL);
    const char *text = "they went to there house and sat there";
    size_t length = 0;
    g_autofree char *right = corrected(corrector, text, strlen(text), &length);

    ck_assert_str_eq(right, "they went to their house and sat there");
}
END_TEST

START_TEST(great_caution_changes_nothing)
{
    g_autoptr(NgModel) model = corpus_model(20);
    g_autoptr(NgCorrector) corrector = corrector_of(model, 60.0, NULL);
    const char *text = "teh moive wsa godo";
    size_t length = 0;
    g_autofree char *right = corrected(corrector, text, strlen(text), &length);

    ck_assert_str_eq(right, text);
}
END_TEST

START_TEST(a_text_in_another_language_is_left_alone)
{
    g_autoptr(NgModel) model = corpus_model(20);
    g_autoptr(NgCorrector) corrector = corrector_of(model, NG_CAUTION_DEFAULT, NULL);
    static const char *const texts[] = {
        "Der Film war gut, aber die Musik hat mir nicht gefallen.",
        "la pel\303\255cula fue buena y la m\303\272sica tambi\303\251n",
        "\320\244\320\270\320\273\321\214\320\274 \320\261\321\213\320\273 "
        "\321\205\320\276\321\200\320\276\321\210\320\270\320\271",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GPtrArray) changes = ng_corrector_correct(corrector, texts[i], strlen(texts[i]));
        ck_assert_uint_eq(changes->len, 0);
    }
}
END_TEST

START_TEST(the_language_of_a_text_is_told_and_may_be_given)
{
    g_autoptr(NgModel) model = corpus_model(20);
    g_autoptr(NgCorrector) corrector = corrector_of(model, NG_CAUTION_DEFAULT, NULL);
    const char *mine = "the movie was good and they liked the msuic";
    const char *other = "der Film war gut und die Musik war laut";

    ck_assert_double_gt(ng_corrector_language(corrector, mine, strlen(mine)), 3.0);
    ck_assert_double_lt(ng_corrector_language(corrector, other, strlen(other)), -3.0);
    ck_assert_double_eq(ng_corrector_language(corrector, "...", 3), 0.0);
    ng_corrector_set_language(corrector, -1000.0);
    g_autoptr(GPtrArray) changes = ng_corrector_correct(corrector, mine, strlen(mine));
    ck_assert_uint_eq(changes->len, 0);
    ng_corrector_set_language(corrector, 10.0);
    g_autoptr(GPtrArray) more = ng_corrector_correct(corrector, mine, strlen(mine));
    ck_assert_uint_eq(more->len, 1);
}
END_TEST

/* A text of words, of words with mistakes, of signs and of any bytes. */
static GString *
hostile_text(NgRng *rng)
{
    static const char *const pieces[] = {"the", "movie",  "Paris",     "music",    " ",  "  ",
                                         ".",   "\n",     "\r\n",      "\377",     "(",  "don't",
                                         "is",  "actors", "\303\251t", "http://x", "42", "-"};
    GString *text = g_string_new(NULL);

    for (uint32_t n = ng_rng_u32(rng) % 30; n > 0; n--) {
        gsize at = text->len;
        g_string_append(text, pieces[ng_rng_u32(rng) % G_N_ELEMENTS(pieces)]);
        if (ng_rng_u32(rng) % 4 == 0 && text->len > at)
            text->str[at + ng_rng_u32(rng) % (text->len - at)] =
                (char)(ng_rng_u32(rng) % 3 > 0 ? 'a' + ng_rng_u32(rng) % 26 : ng_rng_u32(rng));
        if (ng_rng_u32(rng) % 6 > 0)
            g_string_append_c(text, ' ');
    }
    return text;
}

/* Places in order, inside the text, apart from one another; posteriors between 0 and 1. */
static void
check_changes(const GPtrArray *changes, const char *text, size_t length)
{
    size_t at = 0;

    for (guint i = 0; i < changes->len; i++) {
        const NgCorrection *c = changes->pdata[i];
        ck_assert(c->wrong && c->n >= 1);
        ck_assert_uint_ge(c->start, at);
        ck_assert_uint_gt(c->length, 0);
        ck_assert_uint_le(c->start + c->length, length);
        ck_assert_double_gt(c->suggestion[0].probability, 0.0);
        ck_assert_double_le(c->suggestion[0].probability, 1.0);
        ck_assert(strlen(c->suggestion[0].text) != c->length ||
                  memcmp(c->suggestion[0].text, text + c->start, c->length) != 0);
        at = c->start + c->length;
    }
}

/* 1,500 texts, by models of three sizes: what is said again of what was corrected is nothing. */
START_TEST(correcting_twice_changes_nothing_more)
{
    NgRng rng = ng_rng_new(99, 0);
    guint changed = 0;

    for (unsigned kind = 0; kind < 3; kind++) {
        g_autoptr(NgModel) model = corpus_model(1 + kind * 30);
        g_autoptr(NgCorrector) corrector = corrector_of(model, kind == 1 ? 0.5 : 3.0, NULL);
        for (unsigned round = 0; round < 500; round++) {
            GString *text = hostile_text(&rng);
            g_autoptr(GPtrArray) changes = ng_corrector_correct(corrector, text->str, text->len);
            g_autoptr(GString) once = g_string_new(NULL);
            check_changes(changes, text->str, text->len);
            ng_corrections_apply(changes, text->str, text->len, once);
            g_autoptr(GPtrArray) more = ng_corrector_correct(corrector, once->str, once->len);
            ck_assert_msg(more->len == 0, "%s -> %s", text->str, once->str);
            changed += changes->len;
            g_string_free(text, TRUE);
        }
    }
    ck_assert_uint_gt(changed, 500);
}
END_TEST

START_TEST(posteriors_of_the_suggestions_for_a_word_are_no_more_than_one)
{
    g_autoptr(NgModel) model = corpus_model(20);
    g_autoptr(NgCorrector) corrector = corrector_of(model, NG_CAUTION_DEFAULT, NULL);
    const char *text = "the moive was xyzzy and teh msuic was godo";
    g_autoptr(GPtrArray) words = ng_corrector_words(corrector, text, strlen(text), 20);

    ck_assert_uint_eq(words->len, 9);
    for (guint i = 0; i < words->len; i++) {
        const NgCorrection *c = words->pdata[i];
        double sum = 0.0;
        for (size_t k = 0; k < c->n; k++) {
            sum += c->suggestion[k].probability;
            ck_assert(k == 0 || c->suggestion[k].probability <= c->suggestion[k - 1].probability);
        }
        ck_assert_double_le(sum, 1.0 + 1e-9);
    }
}
END_TEST

START_TEST(words_of_the_user_are_right_and_may_be_meant)
{
    g_autoptr(NgModel) model = corpus_model(20);
    g_autoptr(NgVocab) words = ng_vocab_new();
    const char *text = "the moive was about Quuxburg and Quuxbrug";
    size_t length = 0;

    ng_vocab_add(words, "moive", 5);
    ng_vocab_add(words, "quuxburg", 8);
    g_autoptr(NgCorrector) corrector = corrector_of(model, 1.0, words);
    g_autofree char *right = corrected(corrector, text, strlen(text), &length);
    ck_assert_str_eq(right, "the moive was about Quuxburg and Quuxburg");

    g_autoptr(NgCorrector) session = corrector_of(model, NG_CAUTION_DEFAULT, NULL);
    ng_corrector_add_word(session, "moive", 5);
    g_autoptr(NgCorrector) copy = ng_corrector_copy(session);
    g_autoptr(GPtrArray) changes = ng_corrector_correct(copy, "the moive was", 13);
    ck_assert_uint_eq(changes->len, 0);
}
END_TEST

START_TEST(a_copy_corrects_as_the_corrector_does)
{
    g_autoptr(NgModel) model = corpus_model(20);
    g_autoptr(NgCorrector) corrector = corrector_of(model, NG_CAUTION_DEFAULT, NULL);
    g_autoptr(NgCorrector) copy = ng_corrector_copy(corrector);
    NgRng rng = ng_rng_new(4, 0);

    for (unsigned round = 0; round < 100; round++) {
        GString *text = hostile_text(&rng);
        size_t n = 0, m = 0;
        g_autofree char *a = corrected(corrector, text->str, text->len, &n);
        g_autofree char *b = corrected(copy, text->str, text->len, &m);
        ck_assert_uint_eq(n, m);
        ck_assert_mem_eq(a, b, n);
        g_string_free(text, TRUE);
    }
}
END_TEST

/* 5,000 words in one line, which are more than are searched at once. */
START_TEST(long_lines_are_corrected_to_their_end)
{
    g_autoptr(NgModel) model = corpus_model(20);
    g_autoptr(NgCorrector) corrector = corrector_of(model, NG_CAUTION_DEFAULT, NULL);
    g_autoptr(GString) text = g_string_new(NULL);

    for (unsigned i = 0; i < 1000; i++)
        g_string_append(text, i % 100 == 99 ? "the moive was good . " : "the movie was good . ");
    g_autoptr(GPtrArray) changes = ng_corrector_correct(corrector, text->str, text->len);
    ck_assert_uint_eq(changes->len, 10);
}
END_TEST

START_TEST(word_lists_are_read_and_bad_ones_refused)
{
    static const struct {
        const char *text;
        guint words; /* beside the three fixed ones; 0 for an error */
    } cases[] = {
        {"moive\n", 1},     {"\n\nMoive\nmoive\n", 1}, {"don't\nre-do\n3d", 3},
        {"two words\n", 0}, {"a\nb c\n", 0},           {"\377\376\n", 1},
    };
    g_autoptr(NgModel) model = corpus_model(1);

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = file_with(cases[i].text);
        g_autoptr(GError) error = NULL;
        g_autoptr(NgVocab) words = ng_words_read(model, path, &error);
        g_unlink(path);
        if (cases[i].words == 0) {
            ck_assert_ptr_null(words);
            ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_FORMAT));
            continue;
        }
        ck_assert_msg(words != NULL, "case %zu: %s", i, error != NULL ? error->message : "");
        ck_assert_msg(ng_vocab_size(words) == NG_WORDS_FIXED + cases[i].words, "case %zu", i);
    }
}
END_TEST

START_TEST(a_model_of_characters_is_refused)
{
    g_autoptr(NgModel) model = model_of_text("ab ba\n", 2, NG_SMOOTHING_WB, NG_TOKENS_CHARS);
    g_autoptr(GError) error = NULL;
    const NgCorrectOptions options = {.caution = 3.0};

    ck_assert_ptr_null(ng_corrector_new(model, 0, &options, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_RANGE));
}
END_TEST

Suite *
correct_suite(void)
{
    Suite *s = suite_create("correct");
    TCase *tc = tcase_create("correct");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, mistakes_are_mended_and_the_rest_stays);
    tcase_add_test(tc, a_real_word_in_the_wrong_place_is_a_mistake);
    tcase_add_test(tc, great_caution_changes_nothing);
    tcase_add_test(tc, a_text_in_another_language_is_left_alone);
    tcase_add_test(tc, the_language_of_a_text_is_told_and_may_be_given);
    tcase_add_test(tc, correcting_twice_changes_nothing_more);
    tcase_add_test(tc, posteriors_of_the_suggestions_for_a_word_are_no_more_than_one);
    tcase_add_test(tc, words_of_the_user_are_right_and_may_be_meant);
    tcase_add_test(tc, a_copy_corrects_as_the_corrector_does);
    tcase_add_test(tc, long_lines_are_corrected_to_their_end);
    tcase_add_test(tc, word_lists_are_read_and_bad_ones_refused);
    tcase_add_test(tc, a_model_of_characters_is_refused);
    suite_add_tcase(s, tc);
    return s;
}

#include "ngram/error.h"

#include "generators.h"

Suite *generate_suite(void);

/* No end: </s> has probability 0. */
static const char endless[] = "\\data\\\n"
                              "ngram 1=5\n"
                              "\n"
                              "\\1-grams:\n"
                              "-100\t<unk>\n"
                              "-99\t<s>\n"
                              "-99\t</s>\n"
                              "-0.301029996\ta\n"
                              "-0.301029996\tb\n"
                              "\n"
                              "\\end\\\n";

/* Nothing but <unk> and the end. */
static const char unknown[] = "\\data\\\n"
                              "ngram 1=4\n"
                              "\n"
                              "\\1-grams:\n"
                              "0\t<unk>\n"
                              "-99\t<s>\n"
                              "-99\t</s>\n"
                              "-99\ta\n"
                              "\n"
                              "\\end\\\n";

/* The likeliest word after a is b, after b is a. */
static const char circle[] = "\\data\\\n"
                             "ngram 1=5\n"
                             "ngram 2=2\n"
                             "\n"
                             "\\1-grams:\n"
                             "-1\t<unk>\n"
                             "-99\t<s>\n"
                             "-0.698970004\t</s>\n"
                             "-0.397940009\ta\t-0.84509804\n"
                             "-0.522878745\tb\t-0.77815125\n"
                             "\n"
                             "\\2-grams:\n"
                             "-0.0457574906\ta b\n"
                             "-0.0457574906\tb a\n"
                             "\n"
                             "\\end\\\n";

START_TEST(greedy_text_that_comes_back_is_cut)
{
    const NgGenerateOptions options = {.greedy = TRUE};
    g_autoptr(NgModel) model = model_of_arpa(circle);
    g_autoptr(NgGenerator) generator = generator_of(model, &options);
    NgRng rng = ng_rng_new(1, 0);
    NgGenerated text = {0};

    ck_assert(ng_generator_draw(generator, &rng, &text, NULL));
    ck_assert(text.cut);
    g_autofree char *words = ng_generator_tokens(generator, &text);
    ck_assert_str_eq(words, "a b a");
    ck_assert_double_eq_tol(text.logprob, log10(0.4 * 0.9 * 0.9), 1e-6);
    ng_generated_clear(&text);
    ck_assert_uint_eq(text.n, 0);
}
END_TEST

START_TEST(greedy_gives_one_text_and_sampling_many)
{
    const NgGenerateOptions greedy = {.greedy = TRUE};
    const NgGenerateOptions sample = {0};
    g_autoptr(NgModel) model = model_number(1);
    g_autoptr(GHashTable) greedy_texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, 0);
    g_autoptr(GHashTable) texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, 0);
    g_autoptr(NgGenerator) one = generator_of(model, &greedy);
    g_autoptr(NgGenerator) many = generator_of(model, &sample);
    NgGenerated text;

    for (uint64_t i = 0; i < 20; i++) {
        NgRng rng = ng_rng_new(7, i);
        ck_assert(ng_generator_draw(one, &rng, &text, NULL));
        g_hash_table_add(greedy_texts, ng_generator_text(one, &text));
        ng_generated_clear(&text);
        ck_assert(ng_generator_draw(many, &rng, &text, NULL));
        g_hash_table_add(texts, ng_generator_text(many, &text));
        ng_generated_clear(&text);
    }
    ck_assert_uint_eq(g_hash_table_size(greedy_texts), 1);
    ck_assert_uint_ge(g_hash_table_size(texts), 10);
}
END_TEST

/* Bit by bit: what score would say of the text, and of the tokens where they are the text. */
START_TEST(a_text_is_worth_what_scoring_it_says)
{
    static const char *const prefixes[] = {NULL, "The movie", "the Zeppelin  was", ""};
    /* a scorer passes over a text without a word, so none is drawn */
    const NgGenerateOptions options = {
        .no_unk = TRUE, .min_words = 1, .prefix = prefixes[_i / MODELS]};
    g_autoptr(NgModel) model = model_number(_i % MODELS);
    g_autoptr(NgTokenizer) tokenizer = ng_model_tokenizer(model, NULL);
    if (_i % MODELS == 3 && _i / MODELS == 2)
        return; /* MLE gives the unknown word, and so the whole text, probability 0 */
    g_autoptr(NgGenerator) generator = generator_of(model, &options);

    for (uint64_t i = 0; i < 200; i++) {
        NgRng rng = ng_rng_new(3, i);
        NgGenerated text;
        ck_assert(ng_generator_draw(generator, &rng, &text, NULL));
        ck_assert(isfinite(text.logprob) && !text.cut);
        g_autofree char *written = ng_generator_text(generator, &text);
        g_autofree char *tokens = ng_generator_tokens(generator, &text);
        ck_assert(score_of(model, written, strlen(written), TRUE) == text.logprob);
        if (ng_tokenizer_kind(tokenizer) == NG_TOKENS_SPACE)
            ck_assert(score_of(model, tokens, strlen(tokens), TRUE) == text.logprob);
        ng_generated_clear(&text);
    }
}
END_TEST

START_TEST(a_text_without_a_word_has_the_probability_of_its_end)
{
    const NgGenerateOptions options = {.max_words = 1, .tries = 1000};
    g_autoptr(NgModel) model = model_of_arpa(katz);
    const NgVoice *voice = ng_model_voice(model, 0);
    g_autoptr(NgGenerator) generator = generator_of(model, &options);
    NgState state = ng_voice_begin(voice);
    double end = (double)ng_voice_step(voice, &state, NG_WORD_END, NULL);
    unsigned empty = 0;

    for (uint64_t i = 0; i < 100; i++) {
        NgRng rng = ng_rng_new(1, i);
        NgGenerated text;
        ck_assert(ng_generator_draw(generator, &rng, &text, NULL));
        g_autofree char *written = ng_generator_text(generator, &text);
        if (text.n == 0) {
            ck_assert(text.logprob == end);
            ck_assert_str_eq(written, "");
            empty++;
        }
        ng_generated_clear(&text);
    }
    ck_assert_uint_gt(empty, 0);
}
END_TEST

START_TEST(a_prefix_stays_as_it_was_written)
{
    const NgGenerateOptions options = {.prefix = "Zeppelin movies, the"};
    g_autoptr(NgModel) model = model_number(1);
    g_autoptr(NgGenerator) generator = generator_of(model, &options);
    NgRng rng = ng_rng_new(1, 0);
    NgGenerated text;

    ck_assert(ng_generator_draw(generator, &rng, &text, NULL));
    g_autofree char *written = ng_generator_text(generator, &text);
    g_autofree char *tokens = ng_generator_tokens(generator, &text);
    ck_assert(g_str_has_prefix(written, "Zeppelin movies, the "));
    ck_assert(g_str_has_prefix(tokens, "zeppelin movies , the "));
    ck_assert_uint_eq(text.words[0], NG_WORD_UNKNOWN);
    ng_generated_clear(&text);
}
END_TEST

START_TEST(the_same_stream_gives_the_same_text)
{
    const NgGenerateOptions options = {0};
    g_autoptr(NgModel) model = model_number(1);
    g_autoptr(NgGenerator) a = generator_of(model, &options);
    g_autoptr(NgGenerator) b = generator_of(model, &options);
    NgGenerated x, y;

    for (uint64_t i = 0; i < 50; i++) { /* b draws in another order, and so keeps other tables */
        NgRng rng = ng_rng_new(11, i), other = ng_rng_new(11, 49 - i), again = ng_rng_new(11, i);
        ck_assert(ng_generator_draw(a, &rng, &x, NULL));
        ck_assert(ng_generator_draw(b, &other, &y, NULL));
        ng_generated_clear(&y);
        ck_assert(ng_generator_draw(b, &again, &y, NULL));
        ck_assert_uint_eq(x.n, y.n);
        ck_assert_mem_eq(x.words, y.words, x.n * sizeof(NgWord));
        ck_assert(x.logprob == y.logprob);
        ng_generated_clear(&x);
        ng_generated_clear(&y);
    }
}
END_TEST

/* Texts that grow side by side are those that are drawn word by word, with the same chance: the
 * first of some have no word within the bounds, and one is more than there are lanes. */
START_TEST(many_texts_at_once_are_the_same_texts)
{
    enum { N = 100 };
    const NgGenerateOptions options = {.no_unk = _i % 2 == 1,
                                       .min_words = 2,
                                       .max_words = _i % 3 == 1 ? 4 : 0,
                                       .tries = _i % 3 == 1 ? 3 : 0,
                                       .prefix = _i % 4 == 1 ? "the" : NULL};
    g_autoptr(NgModel) model = model_number(_i % MODELS);
    g_autoptr(NgGenerator) a = generator_of(model, &options), b = generator_of(model, &options);
    NgGenerated texts[N], text;
    GError *errors[N] = {NULL};

    ng_generator_draw_many(a, 4, 1000, N, texts, errors);
    for (size_t i = 0; i < N; i++) {
        NgRng rng = ng_rng_new(4, 1000 + i);
        g_autoptr(GError) error = NULL;
        gboolean drawn = ng_generator_draw(b, &rng, &text, &error);
        ck_assert(drawn == (errors[i] == NULL));
        if (!drawn) {
            ck_assert_str_eq(errors[i]->message, error->message);
            g_clear_error(&errors[i]);
            continue;
        }
        ck_assert_uint_eq(texts[i].n, text.n);
        ck_assert_mem_eq(texts[i].words, text.words, text.n * sizeof(NgWord));
        ck_assert(texts[i].logprob == text.logprob);
        ng_generated_clear(&texts[i]);
        ng_generated_clear(&text);
    }
}
END_TEST

START_TEST(a_text_is_what_its_words_are_one_by_one)
{
    const NgGenerateOptions options = {0};
    g_autoptr(NgModel) model = model_number(_i);
    const NgVoice *voice = ng_model_voice(model, 0);
    g_autoptr(NgGenerator) a = generator_of(model, &options), b = generator_of(model, &options);
    NgGenerated text;

    for (uint64_t i = 0; i < 50; i++) {
        NgRng rng = ng_rng_new(7, i), again = rng;
        NgState state = ng_voice_begin(voice);
        double logprob = 0.0;
        ck_assert(ng_generator_draw(a, &rng, &text, NULL));
        for (size_t w = 0; w <= text.n; w++) {
            NgWord word = ng_generator_word(b, state, &again);
            ck_assert_uint_eq(word, w < text.n ? text.words[w] : NG_WORD_END);
            logprob += (double)ng_voice_step(voice, &state, word, NULL);
        }
        ck_assert(text.logprob == logprob);
        ng_generated_clear(&text);
    }
}
END_TEST

START_TEST(bounds_on_length_are_kept)
{
    const NgGenerateOptions options = {.min_words = 6, .max_words = 9, .prefix = "the movie"};
    g_autoptr(NgModel) model = model_number(1);
    g_autoptr(NgGenerator) generator = generator_of(model, &options);
    NgRng rng = ng_rng_new(1, 0);

    for (int i = 0; i < 100; i++) {
        NgGenerated text;
        ck_assert(ng_generator_draw(generator, &rng, &text, NULL));
        ck_assert_uint_ge(text.n, 6);
        ck_assert_uint_le(text.n, 9);
        ng_generated_clear(&text);
    }
}
END_TEST

static const struct {
    const char *arpa;
    NgGenerateOptions options;
    const char *message;
} failures[] = {
    {endless,
     {.tries = 3},
     "a text reached 1000000 words without an end (the model gives </s> hardly any probability: "
     "bound the number of words, or train on more, shorter lines)"},
    {endless,
     {.max_words = 5, .tries = 3, .sampling.top_k = 50},
     "none of 3 texts drawn has at least 0 and at most 5 words: 0 were too short, 3 too long "
     "(loosen the bounds, or raise the number of tries)"},
    {circle,
     {.min_words = 100000, .tries = 4, .sampling.top_k = 50},
     "none of 4 texts drawn has at least 100000 words: 4 were too short, 0 too long "
     "(loosen the bounds, or raise the number of tries)"},
    {circle,
     {.greedy = TRUE, .min_words = 4},
     "the greedy text has 3 words, and at least 4 are wanted (loosen the bound, or sample)"},
    {circle,
     {.greedy = TRUE, .max_words = 2},
     "the greedy text has at least 3 words, and at most 2 are wanted "
     "(loosen the bound, or sample)"},
    {unknown,
     {.no_unk = TRUE},
     "no word but <unk> has positive probability after the beginning "
     "(allow <unk>, or train the model with more words)"},
    {unknown,
     {.no_unk = TRUE, .greedy = TRUE, .prefix = "a a b a"},
     "no word but <unk> has positive probability after 'a <unk> a' "
     "(allow <unk>, or train the model with more words)"},
};

START_TEST(what_cannot_be_drawn_is_an_error)
{
    g_autoptr(NgModel) model = model_of_arpa(failures[_i].arpa);
    g_autoptr(NgGenerator) generator = generator_of(model, &failures[_i].options);
    g_autoptr(GError) error = NULL;
    NgRng rng = ng_rng_new(1, 0);
    NgGenerated text = {.n = 77};

    ck_assert(!ng_generator_draw(generator, &rng, &text, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_RANGE));
    ck_assert_str_eq(error->message, failures[_i].message);
    ck_assert_uint_eq(text.n, 77);
}
END_TEST

static const struct {
    NgGenerateOptions options;
    const char *message;
} bad_options[] = {
    {{.min_words = 3, .max_words = 2}, "at least 3 words and at most 2 exclude each other"},
    {{.max_words = 2, .prefix = "a b c"},
     "the prefix has 3 words, more than the 2 allowed at most "
     "(allow more words or shorten the prefix)"},
    {{.prefix = "a </s>"},
     "the prefix holds </s>, the model's mark of where a text ends (leave it out)"},
    {{.prefix = "<s> a"},
     "the prefix holds <s>, the model's mark of where a text begins (leave it out)"},
};

START_TEST(options_that_cannot_be_met_are_refused)
{
    g_autoptr(NgModel) model = model_of_arpa(katz);
    g_autoptr(GError) error = NULL;
    g_autoptr(NgGenerator) generator = ng_generator_new(model, 0, &bad_options[_i].options, &error);

    ck_assert_ptr_null(generator);
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_RANGE));
    ck_assert_str_eq(error->message, bad_options[_i].message);
}
END_TEST

Suite *
generate_suite(void)
{
    Suite *suite = suite_create("generate");
    TCase *texts = tcase_create("texts");
    TCase *errors = tcase_create("errors");

    tcase_add_test(texts, greedy_text_that_comes_back_is_cut);
    tcase_add_test(texts, greedy_gives_one_text_and_sampling_many);
    tcase_add_loop_test(texts, a_text_is_worth_what_scoring_it_says, 0, 4 * MODELS);
    tcase_add_test(texts, a_text_without_a_word_has_the_probability_of_its_end);
    tcase_add_test(texts, a_prefix_stays_as_it_was_written);
    tcase_add_test(texts, the_same_stream_gives_the_same_text);
    tcase_add_loop_test(texts, many_texts_at_once_are_the_same_texts, 0, 2 * MODELS);
    tcase_add_loop_test(texts, a_text_is_what_its_words_are_one_by_one, 0, MODELS);
    tcase_add_test(texts, bounds_on_length_are_kept);
    tcase_set_timeout(errors, 60.0);
    tcase_add_loop_test(errors, what_cannot_be_drawn_is_an_error, 0, G_N_ELEMENTS(failures));
    tcase_add_loop_test(errors, options_that_cannot_be_met_are_refused, 0,
                        G_N_ELEMENTS(bad_options));
    suite_add_tcase(suite, texts);
    suite_add_tcase(suite, errors);
    return suite;
}

#include "chi.h"
#include "generators.h"

#include "ngram/alias.h"
#include "ngram/mass.h"

Suite *draw_suite(void);

enum { CONTEXTS = 10 };

/* Backing off gives "a" nearly everything; after "x" it must hardly ever come.  Backed off from
 * there, "a" is drawn with probability 1 - 1e-5 and has to be thrown away each time. */
static const char repelling[] = "\\data\\\n"
                                "ngram 1=6\n"
                                "ngram 2=1\n"
                                "\n"
                                "\\1-grams:\n"
                                "-100\t<unk>\n"
                                "-99\t<s>\n"
                                "-5.30103\t</s>\n"
                                "-4.34294504e-06\ta\n"
                                "-5.52287875\tb\n"
                                "-5.69897\tx\t4.99999996\n"
                                "\n"
                                "\\2-grams:\n"
                                "-9\tx a\n"
                                "\n"
                                "\\end\\\n";

/* The first @n different states of texts drawn from @generator; fewer where it has no more. */
static size_t
contexts_of(NgGenerator *generator, const NgVoice *voice, NgState *context, size_t n)
{
    NgRng rng = ng_rng_new(5, 0);
    NgState state = ng_voice_begin(voice);
    size_t found = 0;

    for (int step = 0; step < 5000 && found < n; step++) {
        size_t i = 0;
        while (i < found && (context[i].length != state.length || context[i].index != state.index))
            i++;
        if (i == found)
            context[found++] = state;
        NgWord word = ng_generator_word(generator, state, &rng);
        ck_assert_uint_ne(word, NG_WORD_NONE);
        ng_voice_step(voice, &state, word, NULL);
        if (word == NG_WORD_END)
            state = ng_voice_begin(voice);
    }
    return found;
}

/* Draws @n words after @context and holds their counts against @p, which sums to 1. */
static void
assert_draws_follow(NgGenerator *generator, NgState context, const double *p, size_t words)
{
    const unsigned n = 200000;
    g_autofree unsigned *count = g_new0(unsigned, words);
    NgRng rng = ng_rng_new(1, context.index);

    for (unsigned i = 0; i < n; i++) {
        NgWord word = ng_generator_word(generator, context, &rng);
        if (word >= words) /* ck_assert() is too slow to be called each time */
            ck_abort_msg("word %u of %zu", word, words);
        count[word]++;
    }
    assert_counts(count, p, words, n);
}

/* 60 tests and as many below, each with a false-alarm rate of 1e-5; the seed is fixed. */
START_TEST(draws_follow_the_distribution)
{
    const NgGenerateOptions options = {.no_unk = _i >= MODELS};
    g_autoptr(NgModel) model = model_number(_i % MODELS);
    const NgVoice *voice = ng_model_voice(model, 0);
    g_autoptr(NgGenerator) generator = generator_of(model, &options);
    size_t words = ng_voice_words(voice);
    g_autofree double *p = g_new(double, words);
    NgState context[CONTEXTS];
    size_t n = contexts_of(generator, voice, context, CONTEXTS);

    ck_assert_uint_ge(n, ng_voice_order(voice) == 1 ? 1 : 5);
    for (size_t c = 0; c < n; c++) {
        double sum = ng_voice_distribution(voice, context[c], p, NULL);
        ck_assert_double_eq_tol(sum, 1.0, 1e-5);
        if (options.no_unk) {
            sum -= p[NG_WORD_UNKNOWN];
            p[NG_WORD_UNKNOWN] = 0.0;
        }
        for (size_t w = 0; w < words; w++)
            p[w] /= sum;
        assert_draws_follow(generator, context[c], p, words);
    }
}
END_TEST

/* Lines of up to 30 of 200 words, the first of them the most frequent. */
static NgModel *
model_of_many_words(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    NgRng rng = ng_rng_new(2, 0);

    for (int line = 0; line < 400; line++) {
        for (uint32_t n = ng_rng_u32(&rng) % 30; n > 0; n--) {
            double coin = ng_rng_coin(&rng);
            g_string_append_printf(text, "w%d ", (int)(200.0 * coin * coin * coin));
        }
        g_string_append_c(text, '\n');
    }
    return model_of_text(text->str, 3, NG_SMOOTHING_MKN, NG_TOKENS_SPACE);
}

/* Dice of more sides than are summed each time: 10 tests with a false-alarm rate of 1e-5 each. */
START_TEST(draws_of_large_dice_follow_the_distribution)
{
    const NgGenerateOptions options = {.no_unk = FALSE};
    g_autoptr(NgModel) model = model_of_many_words();
    const NgVoice *voice = ng_model_voice(model, 0);
    g_autoptr(NgGenerator) generator = generator_of(model, &options);
    size_t words = ng_voice_words(voice);
    g_autofree double *p = g_new(double, words);
    unsigned large = 0;

    for (NgWord word = 0; word < CONTEXTS; word++) {
        NgState context = word == 0 ? (NgState){0} : ng_voice_context(voice, &word, 1);
        NgRange sides = ng_voice_successors(voice, context);
        large += sides.end - sides.first > 60;
        double sum = ng_voice_distribution(voice, context, p, NULL);
        for (size_t w = 0; w < words; w++)
            p[w] /= sum;
        assert_draws_follow(generator, context, p, words);
    }
    ck_assert_uint_ge(large, 5);
}
END_TEST

/* Rolls the die of @context as draw.c has it, without tables, alone: the entry, or -1 for the side to
 * fall through. */
static int64_t
plain_roll(const NgVoice *voice, NgState context, NgRng *rng)
{
    NgRange sides = ng_voice_successors(voice, context);
    size_t n = sides.end - sides.first;
    g_autofree double *weight = g_new(double, n + 1);

    for (size_t i = 0; i < n; i++)
        weight[i] =
            ng_mass(ng_voice_entry_logprob(voice, context.length + 1, sides.first + (uint32_t)i));
    if (context.length == 0)
        weight[NG_WORD_BEGIN] = 0.0;
    weight[n] = context.length > 0 ? ng_mass(ng_voice_backoff(voice, context)) : 0.0;
    if (n > 31) {
        uint32_t height = 0;
        g_autofree NgAlias *table = g_new(NgAlias, n + 1);
        ck_assert(ng_alias_make(table, weight, n + 1));
        size_t column = ng_alias_column(n + 1, ng_rng_u64(rng), &height);
        size_t side = ng_alias_side(table, column, height);
        return side < n ? (int64_t)(sides.first + side) : -1;
    }
    for (size_t i = 1; i <= n; i++)
        weight[i] += weight[i - 1];
    if (n == 0 || !(weight[n - 1] > 0.0))
        return -1;
    double target = ng_rng_coin(rng) * weight[n];
    for (size_t i = 0; i < n; i++)
        if (target < weight[i])
            return (int64_t)(sides.first + i);
    return -1;
}

/* A word as draw.c draws it, one step after another. */
static NgWord
plain_word(const NgVoice *voice, NgState *context, NgRng *rng, double *logprob)
{
    NgState at[NG_ORDER_MAX];
    unsigned depth = 0;

    at[0] = *context;
    for (;;) {
        uint32_t known = 0;
        int64_t entry = plain_roll(voice, at[depth], rng);
        if (entry < 0) {
            at[depth + 1] = ng_voice_shorter(voice, at[depth]);
            depth++;
            continue;
        }
        NgWord word = ng_voice_entry_word(voice, at[depth].length + 1, (uint32_t)entry);
        if (depth > 0 && ng_voice_find(voice, at[depth - 1], word, &known)) {
            depth--;
            continue;
        }
        *logprob += (double)ng_voice_step(voice, context, word, NULL);
        return word;
    }
}

/* Many texts at once, of dice with tables, are those that are drawn plainly, one by one. */
START_TEST(texts_drawn_at_once_are_those_drawn_plainly)
{
    enum { TEXTS = 200 };
    const NgGenerateOptions options = {0};
    g_autoptr(NgModel) model = _i < MODELS ? model_number(_i) : model_of_many_words();
    const NgVoice *voice = ng_model_voice(model, 0);
    g_autoptr(NgGenerator) generator = generator_of(model, &options);
    NgGenerated texts[TEXTS];
    GError *errors[TEXTS] = {NULL};

    ng_generator_draw_many(generator, 17, 5, TEXTS, texts, errors);
    for (size_t t = 0; t < TEXTS; t++) {
        NgRng rng = ng_rng_new(17, 5 + t);
        NgState state = ng_voice_begin(voice);
        double logprob = 0.0;
        size_t n = 0;
        ck_assert_ptr_null(errors[t]);
        for (NgWord word = 0; (word = plain_word(voice, &state, &rng, &logprob)) != NG_WORD_END;
             n++) {
            ck_assert_uint_lt(n, texts[t].n);
            ck_assert_uint_eq(texts[t].words[n], word);
        }
        ck_assert_uint_eq(n, texts[t].n);
        ck_assert(logprob == texts[t].logprob);
        ng_generated_clear(&texts[t]);
    }
}
END_TEST

START_TEST(a_context_that_throws_nearly_all_away_is_drawn_from_exactly)
{
    const NgGenerateOptions options = {0};
    g_autoptr(NgModel) model = model_of_arpa(repelling);
    const NgVoice *voice = ng_model_voice(model, 0);
    g_autoptr(NgGenerator) generator = generator_of(model, &options);
    g_autofree double *p = g_new(double, ng_voice_words(voice));
    NgWord x = ng_vocab_find(ng_model_vocab(model), "x", 1);
    NgState context = ng_voice_context(voice, &x, 1);
    unsigned ends = 0;

    ng_voice_distribution(voice, context, p, NULL);
    NgRng rng = ng_rng_new(1, 0);
    for (int i = 0; i < 2000; i++)
        ends += ng_generator_word(generator, context, &rng) == NG_WORD_END;
    ck_assert_double_eq_tol(p[NG_WORD_END], 0.5, 1e-4); /* 5e-6 of 1e-5 */
    ck_assert_uint_ge(ends, 800);                       /* 9 standard deviations */
    ck_assert_uint_le(ends, 1200);
}
END_TEST

static NgWord
argmax(const NgVoice *voice, NgState context, gboolean no_unk)
{
    NgWord best = NG_WORD_NONE;
    float most = -99.0F;

    for (NgWord w = 0; w < ng_voice_words(voice); w++) {
        NgState state = context;
        float p = ng_voice_step(voice, &state, w, NULL);
        if (w == NG_WORD_BEGIN || (w == NG_WORD_UNKNOWN && no_unk) || p <= most)
            continue;
        most = p;
        best = w;
    }
    return best;
}

START_TEST(greedy_is_the_argmax_over_all_words)
{
    const NgGenerateOptions sample = {0};
    const NgGenerateOptions greedy = {.greedy = TRUE, .no_unk = _i >= MODELS};
    g_autoptr(NgModel) model = model_number(_i % MODELS);
    const NgVoice *voice = ng_model_voice(model, 0);
    g_autoptr(NgGenerator) sampler = generator_of(model, &sample);
    g_autoptr(NgGenerator) generator = generator_of(model, &greedy);
    g_autofree double *p = g_new(double, ng_voice_words(voice));
    NgState context[200];
    size_t n = contexts_of(sampler, voice, context, G_N_ELEMENTS(context));
    NgRng rng = ng_rng_new(1, 0);

    for (size_t c = 0; c < n; c++) {
        NgWord word = ng_generator_word(generator, context[c], &rng);
        ck_assert_uint_eq(word, argmax(voice, context[c], greedy.no_unk));
        ng_voice_distribution(voice, context[c], p, NULL);
        for (size_t w = greedy.no_unk ? 1 : 0; w < ng_voice_words(voice); w++)
            ck_assert_double_le(p[w], p[word] * (1.0 + 1e-6));
    }
}
END_TEST

Suite *
draw_suite(void)
{
    Suite *suite = suite_create("draw");
    TCase *law = tcase_create("law");

    tcase_set_timeout(law, 120.0);
    tcase_add_loop_test(law, draws_follow_the_distribution, 0, 2 * MODELS);
    tcase_add_test(law, draws_of_large_dice_follow_the_distribution);
    tcase_add_loop_test(law, texts_drawn_at_once_are_those_drawn_plainly, 0, MODELS + 1);
    tcase_add_test(law, a_context_that_throws_nearly_all_away_is_drawn_from_exactly);
    tcase_add_loop_test(law, greedy_is_the_argmax_over_all_words, 0, 2 * MODELS);
    suite_add_tcase(suite, law);
    return suite;
}

#include "mixtures.h"

#include "ngram/generate.h"

Suite *mix_draw_suite(void);

enum { DRAWS = 20000 };

static NgGenerator *
generator_of(NgModel *model, const NgGenerateOptions *options)
{
    g_autoptr(GError) error = NULL;
    NgGenerator *generator = ng_generator_new(model, 0, options, &error);

    ck_assert_msg(generator != NULL, "%s", error != NULL ? error->message : "no error");
    return generator;
}

/* Upper 1e-5 point of chi-square (Wilson & Hilferty 1931; z = 4.265). */
static double
chi_square_bound(double df)
{
    double t = 1.0 - 2.0 / (9.0 * df) + 4.265 * sqrt(2.0 / (9.0 * df));

    return df * t * t * t;
}

/* The first @most words of a text as one number, short texts closed by </s>. */
static size_t
number_of(const NgGenerated *text, size_t most, size_t V)
{
    size_t number = 0;

    for (size_t i = 0; i < most; i++)
        number = number * V + (i < text->n ? text->words[i] : NG_WORD_END);
    return number;
}

/* P of the first two words, the plain way; @no_unk given that <unk> is not among them. */
static double
law_of_two(const NgModel *mix, NgWord a, NgWord b, gboolean no_unk)
{
    double p = plain_law(mix, NULL, 0, a);

    if (no_unk)
        p = a == NG_WORD_UNKNOWN ? 0.0 : p / (1.0 - plain_law(mix, NULL, 0, NG_WORD_UNKNOWN));
    if (a == NG_WORD_END)
        return b == NG_WORD_END ? p : 0.0;
    double q = plain_law(mix, &a, 1, b);
    if (no_unk)
        q = b == NG_WORD_UNKNOWN ? 0.0 : q / (1.0 - plain_law(mix, &a, 1, NG_WORD_UNKNOWN));
    return p * q;
}

static void
assert_draws_follow(gboolean no_unk, int which)
{
    g_autoptr(NgModel) mix = mixture_number(which);
    const NgGenerateOptions options = {.no_unk = no_unk};
    g_autoptr(NgGenerator) generator = generator_of(mix, &options);
    size_t V = ng_vocab_size(ng_model_vocab(mix));
    g_autofree guint *seen = g_new0(guint, V * V);
    double chi = 0.0, df = -1.0, pooled = 0.0, pooled_seen = 0.0, whole = 0.0;

    for (guint i = 0; i < DRAWS; i++) {
        NgRng rng = ng_rng_new(11, i);
        NgGenerated text = {0};
        ck_assert(ng_generator_draw(generator, &rng, &text, NULL));
        seen[number_of(&text, 2, V)]++;
        ng_generated_clear(&text);
    }
    for (NgWord a = 0; a < V; a++)
        for (NgWord b = 0; b < V; b++) {
            if (a == NG_WORD_BEGIN || b == NG_WORD_BEGIN)
                continue;
            double p = law_of_two(mix, a, b, no_unk), e = p * DRAWS, o = seen[a * V + b];
            whole += p;
            ck_assert(p > 0.0 || o == 0.0);
            if (e < 5.0) {
                pooled += e;
                pooled_seen += o;
                continue;
            }
            chi += (o - e) * (o - e) / e;
            df += 1.0;
        }
    ck_assert_double_eq_tol(whole, 1.0, 1e-5);
    if (pooled >= 5.0) {
        chi += (pooled_seen - pooled) * (pooled_seen - pooled) / pooled;
        df += 1.0;
    }
    ck_assert_double_le(chi, chi_square_bound(df));
}

START_TEST(texts_follow_the_weighted_sum)
{
    assert_draws_follow(FALSE, _i);
}
END_TEST

START_TEST(without_unk_they_follow_the_law_given_that_it_does_not_come)
{
    assert_draws_follow(TRUE, _i);
}
END_TEST

START_TEST(the_logarithm_told_is_what_a_scorer_says)
{
    g_autoptr(NgModel) mix = mixture_number(_i);
    const NgGenerateOptions options = {.no_unk = TRUE, .min_words = 1};
    g_autoptr(NgGenerator) generator = generator_of(mix, &options);

    for (guint i = 0; i < 200; i++) {
        NgRng rng = ng_rng_new(3, i);
        NgGenerated text = {0};
        ck_assert(ng_generator_draw(generator, &rng, &text, NULL));
        g_autofree char *tokens = ng_generator_tokens(generator, &text);
        ck_assert(score_of(mix, tokens, strlen(tokens), TRUE) == text.logprob);
        ng_generated_clear(&text);
    }
}
END_TEST

/* The word that a step gives the most, by a look at all. */
static NgWord
likeliest(const NgModel *mix, const NgWalk *walk, gboolean no_unk)
{
    NgWord best = NG_WORD_NONE;
    float most = -INFINITY;

    for (NgWord w = 0; w < ng_vocab_size(ng_model_vocab(mix)); w++) {
        NgWalk after = *walk;
        float p = ng_walk_step(&after, w, NULL);
        if (w != NG_WORD_BEGIN && p > most && !(no_unk && w == NG_WORD_UNKNOWN)) {
            most = p;
            best = w;
        }
    }
    return best;
}

static void
assert_greedy(NgModel *mix, gboolean no_unk)
{
    const NgGenerateOptions options = {.greedy = TRUE, .no_unk = no_unk};
    g_autoptr(NgGenerator) generator = generator_of(mix, &options);
    NgGenerated text = {0};
    NgRng rng = ng_rng_new(0, 0);
    NgWalk walk;

    ck_assert(ng_generator_draw(generator, &rng, &text, NULL));
    ng_walk_init(&walk, mix, 0);
    ng_walk_begin(&walk);
    for (size_t i = 0; i < text.n + !text.cut; i++) {
        NgWord word = i < text.n ? text.words[i] : NG_WORD_END;
        ck_assert_uint_eq(word, likeliest(mix, &walk, no_unk));
        ng_walk_step(&walk, word, NULL);
    }
    ng_generated_clear(&text);
}

START_TEST(the_greedy_word_is_the_likeliest_of_all)
{
    g_autoptr(NgModel) mix = mixture_number(_i);

    assert_greedy(mix, FALSE);
    assert_greedy(mix, TRUE);
}
END_TEST

START_TEST(a_prefix_is_read_by_all_parts)
{
    g_autoptr(NgModel) mix = mixture_number(0);
    const NgGenerateOptions options = {.prefix = "a d nowhere", .min_words = 5, .max_words = 9};
    g_autoptr(NgGenerator) generator = generator_of(mix, &options);

    for (guint i = 0; i < 50; i++) {
        NgRng rng = ng_rng_new(4, i);
        NgGenerated text = {0};
        ck_assert(ng_generator_draw(generator, &rng, &text, NULL));
        g_autofree char *tokens = ng_generator_tokens(generator, &text);
        ck_assert(g_str_has_prefix(tokens, "a d nowhere "));
        ck_assert(text.n >= 5 && text.n <= 9);
        ck_assert(score_of(mix, tokens, strlen(tokens), TRUE) == text.logprob);
        ng_generated_clear(&text);
    }
}
END_TEST

Suite *
mix_draw_suite(void)
{
    Suite *suite = suite_create("mix_draw");
    TCase *all = tcase_create("draws");

    tcase_set_timeout(all, 60);
    tcase_add_loop_test(all, texts_follow_the_weighted_sum, 0, MIXTURES);
    tcase_add_loop_test(all, without_unk_they_follow_the_law_given_that_it_does_not_come, 0,
                        MIXTURES);
    tcase_add_loop_test(all, the_logarithm_told_is_what_a_scorer_says, 0, MIXTURES);
    tcase_add_loop_test(all, the_greedy_word_is_the_likeliest_of_all, 0, MIXTURES);
    tcase_add_test(all, a_prefix_is_read_by_all_parts);
    suite_add_tcase(suite, all);
    return suite;
}

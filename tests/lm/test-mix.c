#include "../task/mixtures.h"

#include "ngram/error.h"
#include "ngram/rng.h"

Suite *mix_suite(void);

enum { HISTORY = 3 };

static gboolean
walk_to(NgWalk *walk, const NgModel *mix, const NgWord *history, size_t n)
{
    ng_walk_init(walk, mix, 0);
    ng_walk_begin(walk);
    for (size_t i = 0; i < n; i++)
        ng_walk_step(walk, history[i], NULL);
    return TRUE;
}

/* Words behind <s>, <s> and </s> not among them. */
typedef struct {
    NgWord word[HISTORY];
    size_t n;
} History;

static gboolean
is_plain(const History *history)
{
    for (size_t i = 0; i < history->n; i++)
        if (history->word[i] == NG_WORD_BEGIN || history->word[i] == NG_WORD_END)
            return FALSE;
    return TRUE;
}

/* Goes on to the next of all histories of up to HISTORY words, and to the context behind it. */
static gboolean
next_history(History *history, const NgModel *mix, NgWalk *walk)
{
    do {
        if (next_sequence(history->word, history->n, NG_WORD_UNKNOWN,
                          ng_vocab_size(ng_model_vocab(mix))))
            continue;
        if (++history->n > HISTORY)
            return FALSE;
        memset(history->word, 0, sizeof history->word); /* NG_WORD_UNKNOWN */
    } while (!is_plain(history));
    return walk_to(walk, mix, history->word, history->n);
}

START_TEST(a_step_is_the_weighted_sum_of_the_parts)
{
    g_autoptr(NgModel) mix = mixture_number(_i);
    History history = {0};
    NgWalk walk;

    while (next_history(&history, mix, &walk))
        for (NgWord w = 0; w < ng_vocab_size(ng_model_vocab(mix)); w++) {
            NgWalk after = walk;
            double wanted = plain_law(mix, history.word, history.n, w);
            double got = exp10((double)ng_walk_step(&after, w, NULL));
            ck_assert_double_le(fabs(got - wanted), 1e-6 * wanted);
        }
}
END_TEST

START_TEST(every_context_sums_to_1_over_the_union)
{
    g_autoptr(NgModel) mix = mixture_number(_i);
    size_t V = ng_vocab_size(ng_model_vocab(mix));
    g_autofree double *p = g_new(double, V);
    g_autofree uint8_t *order = g_new(uint8_t, V);
    History history = {0};
    NgWalk walk;

    while (next_history(&history, mix, &walk)) {
        double sum = 0.0;
        double told = ng_walk_distribution(&walk, p, order);
        for (NgWord w = 0; w < V; w++) {
            NgWalk after = walk;
            unsigned length = 0;
            double q = exp10((double)ng_walk_step(&after, w, &length));
            if (w == NG_WORD_BEGIN)
                continue;
            ck_assert_double_le(fabs(p[w] - q), 1e-6);
            ck_assert_uint_eq(order[w], length);
            sum += q;
        }
        ck_assert_double_le(fabs(sum - 1.0), 2e-6);
        ck_assert_double_le(fabs(told - 1.0), 2e-6);
        ck_assert_double_le(fabs(ng_mix_sum(walk.mix, walk.state) - 1.0), 2e-6);
        ck_assert(p[NG_WORD_BEGIN] == 0.0);
    }
}
END_TEST

START_TEST(a_word_that_no_part_but_one_knows_has_that_part_s_share)
{
    /* "x" of text_x alone: .3 P(x | <s>), whatever the others give to <unk> */
    g_autoptr(NgModel) mix = mixture_number(2);
    const NgMixPart *part = ng_mix_part(ng_model_mixture(mix, 0), 2);
    NgWord x = ng_vocab_find(ng_model_vocab(mix), "x", 1);
    NgState state = ng_voice_begin(part->voice);
    NgWalk walk;

    walk_to(&walk, mix, NULL, 0);
    ck_assert_uint_ne(x, NG_WORD_UNKNOWN);
    ck_assert_uint_eq(ng_mix_part(walk.mix, 0)->to[x], NG_WORD_NONE);
    double own = (double)ng_voice_step(part->voice, &state, part->to[x], NULL);
    double got = (double)ng_walk_step(&walk, x, NULL);
    ck_assert_double_le(fabs(got - (own + log10(0.3))), 1e-6);
}
END_TEST

START_TEST(a_mixture_of_one_is_that_model_to_the_last_bit)
{
    g_autoptr(NgModel) mix = mixture_number(5);
    NgModel *model = ng_model_part(mix, 0).model;
    History history = {0};
    NgWalk walk, alone;

    while (next_history(&history, mix, &walk))
        for (NgWord w = 0; w < ng_vocab_size(ng_model_vocab(mix)); w++) {
            NgWalk after = walk;
            walk_to(&alone, model, history.word, history.n);
            ck_assert(ng_walk_step(&after, w, NULL) == ng_walk_step(&alone, w, NULL));
        }
}
END_TEST

START_TEST(a_model_mixed_with_itself_stays_what_it_is)
{
    g_autoptr(NgModel) model = plain_model(text_b, 3, NG_SMOOTHING_MKN);
    g_autoptr(NgModel) mix =
        mix_of((NgModel *[]){ng_model_ref(model), ng_model_ref(model)}, (double[]){0.1, 0.9}, 2);
    History history = {0};
    NgWalk walk, alone;

    ck_assert_ptr_eq(ng_model_vocab(mix), ng_model_vocab(model));
    while (next_history(&history, mix, &walk))
        for (NgWord w = 0; w < ng_vocab_size(ng_model_vocab(mix)); w++) {
            NgWalk after = walk;
            walk_to(&alone, model, history.word, history.n);
            double p = (double)ng_walk_step(&alone, w, NULL);
            ck_assert_double_le(fabs((double)ng_walk_step(&after, w, NULL) - p), 1e-6);
        }
}
END_TEST

START_TEST(a_batch_is_steps_to_the_last_bit)
{
    enum { SEQUENCES = 60 };
    g_autoptr(NgModel) mix = mixture_number(_i);
    const NgMix *m = ng_model_mixture(mix, 0);
    NgRng rng = ng_rng_new((guint64)_i, 0);
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(NgWord));
    size_t offset[SEQUENCES + 1] = {0};
    NgState states[NG_MIX_MAX];

    for (size_t s = 0; s < SEQUENCES; s++) {
        size_t length = (size_t)(ng_rng_coin(&rng) * (s % 10 == 0 ? 2000 : 12));
        for (size_t i = 0; i < length; i++) {
            NgWord word = (NgWord)(ng_rng_coin(&rng) * (double)ng_mix_words(m));
            word = word == NG_WORD_BEGIN ? NG_WORD_END : word;
            g_array_append_val(ids, word);
        }
        offset[s + 1] = ids->len;
    }
    g_autofree float *logprob = g_new(float, ids->len + 1);
    g_autofree uint8_t *order = g_new(uint8_t, ids->len + 1);
    ng_mix_score_batch(m, (const NgWord *)(const void *)ids->data, offset, SEQUENCES, logprob,
                       order);
    for (size_t s = 0; s < SEQUENCES; s++) {
        ng_mix_begin(m, states);
        for (size_t i = offset[s]; i < offset[s + 1]; i++) {
            unsigned length = 0;
            float p = ng_mix_step(m, states, g_array_index(ids, NgWord, i), &length);
            ck_assert(p == logprob[i]);
            ck_assert_uint_eq(order[i], length);
        }
    }
}
END_TEST

START_TEST(the_union_has_every_word_once_and_the_first_part_s_ids)
{
    g_autoptr(NgModel) mix = mixture_number(2);
    const NgVocab *all = ng_model_vocab(mix);
    const NgVocab *first = ng_model_vocab(ng_model_part(mix, 0).model);
    const NgMix *m = ng_model_mixture(mix, 0);

    /* a b c of one, d e of two, x of three */
    ck_assert_uint_eq(ng_vocab_size(all), NG_WORDS_FIXED + 6);
    ck_assert_uint_eq(ng_mix_words(m), NG_WORDS_FIXED + 6);
    for (NgWord w = 0; w < ng_vocab_size(first); w++)
        ck_assert_str_eq(ng_vocab_word(all, w, NULL), ng_vocab_word(first, w, NULL));
    for (size_t i = 0; i < ng_mix_size(m); i++)
        for (NgWord w = 0; w < ng_voice_words(ng_mix_part(m, i)->voice); w++)
            ck_assert_uint_eq(ng_mix_part(m, i)->to[ng_mix_part(m, i)->from[w]], w);
    ck_assert_uint_eq(ng_mix_order(m), 3);
    ck_assert_uint_eq(ng_model_order(mix), 3);
    ck_assert_ptr_null(ng_model_voice(mix, 0));
    ck_assert(ng_model_verify(mix, NULL));
}
END_TEST

START_TEST(surface_forms_are_those_of_the_first_part_that_has_one)
{
    g_autoptr(NgModel) a =
        model_of_text("we saw Paris . we saw Paris .\n", 2, NG_SMOOTHING_WB, NG_TOKENS_WORDS);
    g_autoptr(NgModel) b = model_of_text("in PARIS and in Rome , in PARIS and in Rome .\n", 2,
                                         NG_SMOOTHING_WB, NG_TOKENS_WORDS);
    g_autoptr(NgModel) mix =
        mix_of((NgModel *[]){ng_model_ref(a), ng_model_ref(b)}, (double[]){0.5, 0.5}, 2);
    const NgVocab *vocab = ng_model_vocab(mix);

    ck_assert_str_eq(ng_model_surface(mix, ng_vocab_find(vocab, "paris", 5), NULL), "Paris");
    ck_assert_str_eq(ng_model_surface(mix, ng_vocab_find(vocab, "rome", 4), NULL), "Rome");
    ck_assert_str_eq(ng_model_surface(mix, ng_vocab_find(vocab, "we", 2), NULL), "we");
}
END_TEST

/* -- what is refused ---------------------------------------------------------- */

static void
assert_refused(NgModel *a, NgModel *b, double wa, double wb, const char *what)
{
    g_autoptr(GError) error = NULL;
    const NgModelPart parts[] = {{a, wa, "first.ngram"}, {b, wb, "second.arpa"}};

    ck_assert_ptr_null(ng_model_mix(parts, 2, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_RANGE));
    ck_assert_msg(strstr(error->message, what) != NULL, "%s", error->message);
}

START_TEST(weights_that_do_not_sum_to_1_or_are_not_above_0_are_refused)
{
    g_autoptr(NgModel) a = plain_model(text_a, 2, NG_SMOOTHING_WB);

    assert_refused(a, a, 0.5, 0.6, "1.1");
    assert_refused(a, a, 0.5, 0.499998, "not to 1");
    assert_refused(a, a, 1.0, 0.0, "second.arpa");
    assert_refused(a, a, -0.5, 1.5, "first.ngram");
    assert_refused(a, a, (double)NAN, 1.0, "first.ngram");
    assert_refused(a, a, (double)INFINITY, 1.0, "first.ngram");
    g_autoptr(NgModel) near =
        mix_of((NgModel *[]){ng_model_ref(a), ng_model_ref(a)}, (double[]){0.5, 0.4999995}, 2);
    ck_assert_double_eq_tol(ng_model_part(near, 0).weight + ng_model_part(near, 1).weight, 1.0,
                            1e-15);
}
END_TEST

START_TEST(models_that_cut_text_differently_are_refused_by_name)
{
    g_autoptr(NgModel) space = plain_model(text_a, 2, NG_SMOOTHING_WB);
    g_autoptr(NgModel) words = model_of_text(text_a, 2, NG_SMOOTHING_WB, NG_TOKENS_WORDS);
    const NgModelText texts[] = {
        {NG_TOKENS_WORDS, NULL, TRUE, NG_UNIT_LINE},  {NG_TOKENS_WORDS, NULL, FALSE, NG_UNIT_LINE},
        {NG_TOKENS_WORDS, NULL, TRUE, NG_UNIT_FILE},  {NG_TOKENS_PATTERN, "a+", TRUE, NG_UNIT_LINE},
        {NG_TOKENS_PATTERN, "b", TRUE, NG_UNIT_LINE},
    };
    NgModel *model[G_N_ELEMENTS(texts)];

    assert_refused(space, words, 0.5, 0.5, "first.ngram and second.arpa");
    assert_refused(space, words, 0.5, 0.5, "--tokens space and --tokens words");
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(NgVocab) vocab = ng_vocab_new();
        model[i] = ng_model_new(vocab, &texts[i]);
    }
    assert_refused(model[0], model[1], 0.5, 0.5, "--case fold and --case keep");
    assert_refused(model[0], model[2], 0.5, 0.5, "--unit line and --unit file");
    assert_refused(model[3], model[4], 0.5, 0.5, "--pattern a+ and --pattern b");
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        ng_model_unref(model[i]);
}
END_TEST

Suite *
mix_suite(void)
{
    Suite *suite = suite_create("mix");
    TCase *law = tcase_create("law");
    TCase *models = tcase_create("models");

    tcase_add_loop_test(law, a_step_is_the_weighted_sum_of_the_parts, 0, MIXTURES);
    tcase_add_loop_test(law, every_context_sums_to_1_over_the_union, 0, MIXTURES);
    tcase_add_test(law, a_word_that_no_part_but_one_knows_has_that_part_s_share);
    tcase_add_test(law, a_mixture_of_one_is_that_model_to_the_last_bit);
    tcase_add_test(law, a_model_mixed_with_itself_stays_what_it_is);
    tcase_add_loop_test(law, a_batch_is_steps_to_the_last_bit, 0, MIXTURES);
    tcase_add_test(models, the_union_has_every_word_once_and_the_first_part_s_ids);
    tcase_add_test(models, surface_forms_are_those_of_the_first_part_that_has_one);
    tcase_add_test(models, weights_that_do_not_sum_to_1_or_are_not_above_0_are_refused);
    tcase_add_test(models, models_that_cut_text_differently_are_refused_by_name);
    suite_add_tcase(suite, law);
    suite_add_tcase(suite, models);
    return suite;
}

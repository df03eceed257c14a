#include "texts.h"

#include "ngram/cache.h"

Suite *cache_suite(void);

static NgModel *
small_model(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = new_file_with("a b c\na b\nb c d\n", -1);
    const char *const paths[] = {path, NULL};
    NgTrainOptions options = plain_options(2);
    NgModel *model = ng_train(paths, &options, NULL, &error);

    g_unlink(path);
    ck_assert_ptr_nonnull(model);
    return model;
}

static NgWord
word_of(const NgModel *model, const char *word)
{
    return ng_vocab_find(ng_model_vocab(model), word, strlen(word));
}

/* P = .75 P_model + .25 c / n, for every word, as often as the cache is set anew. */
static void
assert_law(const NgModel *model, const NgCache *cache, const double *share)
{
    const NgVoice *voice = ng_model_voice(model, 0);
    NgWalk walk;
    double sum = 0.0;

    ng_walk_init(&walk, model, 0);
    ng_walk_begin(&walk);
    ng_cache_walk(cache, &walk);
    for (NgWord w = 0; w < ng_voice_words(voice); w++) {
        NgState state = ng_voice_begin(voice);
        NgWalk next = walk;
        double p = pow(10.0, (double)ng_voice_step(voice, &state, w, NULL));
        double got = pow(10.0, (double)ng_walk_step(&next, w, NULL));
        ck_assert_double_eq_tol(got, 0.75 * p + 0.25 * share[w], 1e-6);
        sum += w != NG_WORD_BEGIN ? got : 0.0;
    }
    ck_assert_double_eq_tol(sum, 1.0, 1e-6);
}

START_TEST(a_cache_is_mixed_with_the_model)
{
    g_autoptr(NgModel) model = small_model();
    g_autoptr(NgCache) cache = ng_cache_new(model, 0, 0.25);
    NgWord a = word_of(model, "a"), d = word_of(model, "d");
    const NgWord words[] = {d, NG_WORD_UNKNOWN, a, d, NG_WORD_NONE, d, NG_WORD_END};
    double share[8] = {0};

    ck_assert_uint_le(ng_vocab_size(ng_model_vocab(model)), 8);
    ng_cache_set(cache, words, G_N_ELEMENTS(words));
    share[d] = 0.75; /* three of the four words that count */
    share[a] = 0.25;
    assert_law(model, cache, share);
    ng_cache_set(cache, words, 1);
    share[d] = 1.0;
    share[a] = 0.0;
    assert_law(model, cache, share);
}
END_TEST

START_TEST(an_empty_cache_is_the_model)
{
    g_autoptr(NgModel) model = small_model();
    g_autoptr(NgCache) cache = ng_cache_new(model, 0, 0.25);
    const NgWord unknown = NG_WORD_UNKNOWN;

    ck_assert_uint_eq(ng_mix_size(ng_cache_mix(cache)), 1);
    ng_cache_set(cache, &unknown, 1);
    ck_assert_uint_eq(ng_mix_size(ng_cache_mix(cache)), 1);
    ck_assert_double_eq(ng_mix_part(ng_cache_mix(cache), 0)->weight, 1.0);
}
END_TEST

Suite *
cache_suite(void)
{
    Suite *suite = suite_create("cache");
    TCase *tcase = tcase_create("words");

    tcase_add_test(tcase, a_cache_is_mixed_with_the_model);
    tcase_add_test(tcase, an_empty_cache_is_the_model);
    suite_add_tcase(suite, tcase);
    return suite;
}

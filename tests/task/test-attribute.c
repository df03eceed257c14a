/* Authors are invented: each draws words from a vocabulary of its own and from one of all. */
#include "../folder.h"
#include "models.h"

#include "../../src/task/trace.h"
#include "ngram/attribute.h"
#include "ngram/error.h"
#include "ngram/rng.h"

Suite *attribute_suite(void);

/* A review of @words words; a fifth of them are habits of the @style, the others anybody's. */
static char *
review(NgRng *rng, unsigned style, unsigned words)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < words; i++) {
        unsigned w = (unsigned)(ng_rng_coin(rng) * 60.0);
        if (ng_rng_coin(rng) < 0.2)
            g_string_append_printf(text, "habit%c%c ", 'a' + style, 'a' + w % 10);
        else
            g_string_append_printf(text, "word%c%c ", 'a' + w / 26, 'a' + w % 26);
    }
    return g_string_free(text, FALSE);
}

/* A file of an author's reviews, one a line; those of style @style. */
static void
put_author(const char *name, unsigned style, unsigned n, unsigned words)
{
    NgRng rng = ng_rng_new(100 + style, n);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *file = g_strdup_printf("%s.txt", name);

    for (unsigned i = 0; i < n; i++) {
        g_autofree char *line = review(&rng, style, words);
        g_string_append_printf(text, "%s\n", line);
    }
    g_free(put_file(file, text->str, -1));
}

static NgModel *
train(unsigned threads)
{
    g_autoptr(GError) error = NULL;
    const char *const paths[] = {folder, NULL};
    NgTrainOptions options;

    ng_train_options_init(&options);
    options.authors = NG_AUTHORS_FILE;
    options.threads = threads;
    NgModel *model = ng_train(paths, &options, NULL, &error);
    ck_assert_msg(model != NULL, "%s", error != NULL ? error->message : "no error");
    return model;
}

static NgAttribution
answer(NgAttributor *attributor, const char *text)
{
    NgAttribution result;

    ng_attributor_begin(attributor);
    ng_attributor_add(attributor, text, strlen(text));
    ng_attributor_end(attributor, &result);
    double sum = 0.0;
    for (size_t a = 0; a < result.authors; a++) {
        ck_assert(result.posterior[a] >= 0.0 && isfinite(result.llr[a]));
        sum += result.posterior[a];
    }
    ck_assert_double_eq_tol(sum, 1.0, 1e-9);
    ck_assert(result.none >= 0.0 && result.none <= 1.0);
    return result;
}

static NgAttributor *
attributor_of(NgModel *model)
{
    g_autoptr(GError) error = NULL;
    NgAttributor *attributor = ng_attributor_new(model, &error);

    ck_assert_msg(attributor != NULL, "%s", error != NULL ? error->message : "no error");
    return attributor;
}

/* How many of @n new reviews by @style are given to @name. */
static unsigned
found(NgAttributor *attributor, const char *name, unsigned style, unsigned n, unsigned words)
{
    NgRng rng = ng_rng_new(9000 + style, 0);
    unsigned right = 0;
    size_t author = 0;

    ck_assert(ng_attributor_find(attributor, name, &author));
    for (unsigned i = 0; i < n; i++) {
        g_autofree char *text = review(&rng, style, words);
        right += answer(attributor, text).best == author;
    }
    return right;
}

START_TEST(authors_are_told_apart)
{
    put_author("anna", 0, 60, 40);
    put_author("bert", 1, 60, 40);
    put_author("carl", 2, 60, 40);
    g_autoptr(NgModel) model = train(1);
    g_autoptr(NgAttributor) attributor = attributor_of(model);

    ck_assert(ng_model_attributes(model));
    ck_assert_uint_eq(ng_attributor_authors(attributor), 3);
    ck_assert_str_eq(ng_attributor_author(attributor, 1), "bert");
    ck_assert_uint_ge(found(attributor, "anna", 0, 40, 40), 39);
    ck_assert_uint_ge(found(attributor, "bert", 1, 40, 40), 39);
    ck_assert_uint_ge(found(attributor, "carl", 2, 40, 40), 39);
}
END_TEST

START_TEST(an_author_with_a_tenth_of_the_text_is_not_starved)
{
    put_author("anna", 0, 200, 40);
    put_author("bert", 1, 200, 40);
    put_author("tiny", 2, 20, 40);
    g_autoptr(NgModel) model = train(1);
    g_autoptr(NgAttributor) attributor = attributor_of(model);

    ck_assert_uint_ge(found(attributor, "tiny", 2, 40, 40), 38);
    ck_assert_uint_ge(found(attributor, "anna", 0, 40, 40), 38);
}
END_TEST

START_TEST(labels_without_meaning_give_odds_of_one)
{
    put_author("heads", 0, 100, 40);
    put_author("tails", 0, 99, 40); /* the same style, other reviews */
    g_autoptr(NgModel) model = train(1);
    g_autoptr(NgAttributor) attributor = attributor_of(model);
    NgRng rng = ng_rng_new(77, 0);
    double worst = 0.0;

    for (unsigned i = 0; i < 40; i++) {
        g_autofree char *text = review(&rng, 0, 40);
        worst = fmax(worst, fabs(answer(attributor, text).llr[0]));
    }
    ck_assert_double_lt(worst, 0.7); /* odds of 5 at most; 1 on average */
}
END_TEST

START_TEST(identical_authors_share)
{
    put_author("one", 0, 50, 40);
    put_author("two", 0, 50, 40); /* the same seed: the same text */
    put_author("three", 1, 50, 40);
    g_autoptr(NgModel) model = train(1);
    g_autoptr(NgAttributor) attributor = attributor_of(model);
    NgRng rng = ng_rng_new(78, 0);
    g_autofree char *text = review(&rng, 0, 40);
    size_t one = 0;
    size_t two = 0;
    NgAttribution result = answer(attributor, text);

    ck_assert(ng_attributor_find(attributor, "one", &one));
    ck_assert(ng_attributor_find(attributor, "two", &two));
    ck_assert_double_eq_tol(result.posterior[one], 0.5, 0.15);
    ck_assert_double_eq_tol(result.posterior[two], 0.5, 0.15);
}
END_TEST

START_TEST(texts_that_say_nothing_stay_at_the_prior)
{
    put_author("anna", 0, 60, 40);
    put_author("bert", 1, 60, 40);
    put_author("carl", 2, 30, 40);
    g_autoptr(NgModel) model = train(1);
    g_autoptr(NgAttributor) attributor = attributor_of(model);

    NgAttribution result = answer(attributor, "");
    for (size_t a = 0; a < 3; a++) {
        ck_assert_double_eq(result.llr[a], 0.0);
        ck_assert_double_eq_tol(result.posterior[a], result.prior[a], 1e-12);
    }
    ck_assert_double_eq_tol(result.prior[0], 0.4, 1e-12);
    ck_assert_double_eq(result.none, 0.25); /* as likely as each of three */
    ck_assert_double_eq(result.none_llr, 0.0);
    result = answer(attributor, "wordaa");
    ck_assert_double_lt(fabs(result.llr[result.best]), 0.7);
    result = answer(attributor, "zork blip florp");
    for (size_t a = 0; a < 3; a++)
        ck_assert_double_eq(result.llr[a], 0.0);
    result = answer(attributor,
                    "\xd1\x8d\xd1\x82\xd0\xbe \xd0\xbd\xd0\xb5 \xd0\xbe\xd0\xbd "
                    "\xd0\xb4\xd0\xb0 \xd0\xbd\xd0\xb5\xd1\x82 \xd0\xb8 \xd0\xb2\xd1\x81\xd1\x91");
    ck_assert_double_eq(result.llr[result.best], 0.0);
    ck_assert_double_gt(result.none, 0.99);
    result =
        answer(attributor, "le film est une merveille de la nature wordaa et de son temps wordab "
                           "il faut le voir");
    ck_assert_double_gt(result.none, 0.9);
    ck_assert_double_lt(fabs(result.llr[result.best]), 0.05);
}
END_TEST

/* Nobody can be held out of two authors, so "none of them" is said of strange words and no more. */
START_TEST(two_authors_know_strange_words_alone)
{
    put_author("anna", 0, 60, 40);
    put_author("bert", 1, 60, 40);
    g_autoptr(NgModel) model = train(1);
    g_autoptr(NgAttributor) attributor = attributor_of(model);

    NgAttribution result = answer(attributor, "zork blip florp grunt quang snib");
    ck_assert_double_gt(result.none, 0.9);
    result = answer(attributor, "wordaa wordab wordac wordad");
    ck_assert_double_lt(result.none, 0.4); /* its prior is a third */
    g_autofree char *why =
        g_key_file_get_string(ng_model_manifest(model), "attribution-fallback", "strangers", NULL);
    ck_assert_ptr_nonnull(why);
}
END_TEST

START_TEST(a_stranger_is_none_of_them)
{
    NgRng rng = ng_rng_new(79, 0);
    unsigned strangers = 0;
    unsigned friends = 0;

    for (unsigned a = 0; a < 6; a++) {
        g_autofree char *name = g_strdup_printf("author%u", a);
        put_author(name, a, 60, 80);
    }
    g_autoptr(NgModel) model = train(1);
    g_autoptr(NgAttributor) attributor = attributor_of(model);
    for (unsigned i = 0; i < 40; i++) {
        g_autofree char *own = review(&rng, i % 6, 80);
        g_autofree char *other = review(&rng, 20, 80);
        friends += answer(attributor, own).none < 0.5;
        strangers += answer(attributor, other).none > 0.5;
    }
    ck_assert_uint_ge(friends, 36);
    ck_assert_uint_ge(strangers, 36);
}
END_TEST

START_TEST(threads_change_no_byte)
{
    put_author("anna", 0, 30, 30);
    put_author("bert", 1, 30, 30);
    put_author("carl", 2, 30, 30);
    g_autoptr(GError) error = NULL;
    char *bytes[2];
    gsize size[2];

    for (unsigned i = 0; i < 2; i++) {
        g_autoptr(NgModel) model = train(1 + 2 * i);
        g_autofree char *file = g_build_filename(folder, "m.ngram", NULL);
        ck_assert(ng_model_save(model, file, &error));
        ck_assert(g_file_get_contents(file, &bytes[i], &size[i], NULL));
        g_unlink(file);
    }
    ck_assert_uint_eq(size[0], size[1]);
    ck_assert_mem_eq(bytes[0], bytes[1], size[0]);
    g_free(bytes[0]);
    g_free(bytes[1]);
}
END_TEST

START_TEST(a_file_answers_as_the_model_did)
{
    put_author("anna", 0, 30, 30);
    put_author("bert", 1, 30, 30);
    put_author("carl", 2, 30, 30);
    g_autoptr(GError) error = NULL;
    g_autofree char *file = g_build_filename(folder, "m.ngram", NULL);
    g_autoptr(NgModel) model = train(1);
    ck_assert(ng_model_save(model, file, &error));
    g_autoptr(NgModel) mapped = ng_model_open(file, &error);
    ck_assert_msg(mapped != NULL, "%s", error != NULL ? error->message : "no error");
    ck_assert(ng_model_verify(mapped, &error));
    g_autoptr(NgAttributor) a = attributor_of(model);
    g_autoptr(NgAttributor) b = attributor_of(mapped);
    g_autoptr(NgAttributor) c = ng_attributor_copy(b);
    NgRng rng = ng_rng_new(80, 0);

    for (unsigned i = 0; i < 10; i++) {
        g_autofree char *text = review(&rng, i % 3, 5 + 10 * i);
        NgAttribution x = answer(a, text);
        NgAttribution y = answer(b, text);
        NgAttribution z = answer(c, text);
        ck_assert_mem_eq(x.posterior, y.posterior, 3 * sizeof(double));
        ck_assert_mem_eq(x.posterior, z.posterior, 3 * sizeof(double));
        ck_assert(x.none == y.none && x.none == z.none);
    }
}
END_TEST

/* Swapping texts that differ in one token changes the odds by about what the evidence says; here
 * the whole: evidence of two documents of one length differs as their odds do, since what is left
 * out, marks and offsets, is the same but for the marks' n-grams. */
START_TEST(evidence_adds_up_to_the_odds)
{
    put_author("anna", 0, 100, 40);
    put_author("bert", 1, 100, 40);
    g_autoptr(NgModel) model = train(1);
    g_autoptr(NgAttributor) attributor = attributor_of(model);
    NgRng rng = ng_rng_new(81, 0);
    double sum[2] = {0.0, 0.0};
    double whole[2];
    double odds[2];

    for (unsigned i = 0; i < 2; i++) {
        g_autofree char *text = review(&rng, 0, 6);
        size_t n = 0;
        odds[i] = answer(attributor, text).llr[0];
        const NgEvidence *e = ng_attributor_explain(attributor, 0, &n);
        ck_assert_uint_eq(n, 6);
        for (size_t j = 0; j < n; j++) {
            gboolean habit = memcmp(text + e[j].offset, "habit", 5) == 0;
            ck_assert_uint_eq(e[j].length, habit ? 7 : 6);
            if (habit)
                ck_assert_double_gt(e[j].weight, 0.0);
            sum[i] += e[j].weight;
        }
        whole[i] = sum[i] + ng_attributor_explain_marks(attributor);
    }
    ck_assert_double_eq_tol(sum[0] - sum[1], odds[0] - odds[1], 0.5);
    /* with the ends of lines the offset alone is left, the same at the same length; doubt bends it */
    ck_assert_double_eq_tol(whole[0] - whole[1], odds[0] - odds[1], 0.2);
    size_t n = 0;
    double against = 0.0;
    const NgEvidence *e = ng_attributor_explain(attributor, 1, &n);
    for (size_t j = 0; j < n; j++)
        against += e[j].weight;
    ck_assert_double_eq_tol(against, -sum[1], 1e-9);
}
END_TEST

START_TEST(names_may_hold_anything)
{
    put_author("two words", 0, 20, 30);
    put_author("\xc3\x84nne", 1, 20, 30);
    put_author("silent", 2, 0, 30);
    g_autoptr(NgModel) model = train(1);
    g_autoptr(NgAttributor) attributor = attributor_of(model);
    size_t author = 0;

    ck_assert_uint_eq(ng_attributor_authors(attributor), 2);
    ck_assert(!ng_attributor_find(attributor, "silent", &author));
    ck_assert(!ng_attributor_find(attributor, "", &author));
    ck_assert_uint_ge(found(attributor, "two words", 0, 20, 30), 18);
    ck_assert_uint_ge(found(attributor, "\xc3\x84nne", 1, 20, 30), 18);
}
END_TEST

START_TEST(a_handful_of_texts_will_do)
{
    put_author("anna", 0, 2, 30);
    put_author("bert", 1, 1, 30);
    g_autoptr(NgModel) model = train(1);
    g_autoptr(NgAttributor) attributor = attributor_of(model);

    NgAttribution result = answer(attributor, "habitaa habitab wordaa");
    ck_assert_double_lt(fabs(result.llr[0]), 1.0); /* so little cannot be sure */
}
END_TEST

START_TEST(one_author_is_certain_and_says_nothing)
{
    put_author("anna", 0, 5, 30);
    g_autoptr(NgModel) model = train(1);
    g_autoptr(NgAttributor) attributor = attributor_of(model);
    size_t n = 0;
    NgAttribution result;

    ng_attributor_begin(attributor);
    ng_attributor_add(attributor, "wordaa", 6);
    ng_attributor_end(attributor, &result);
    ck_assert_double_eq(result.posterior[0], 1.0);
    ck_assert_double_eq(result.llr[0], 0.0);
    ck_assert_double_eq(result.none, 0.5);
    ng_attributor_explain(attributor, 0, &n);
    ck_assert_uint_eq(n, 1);
}
END_TEST

START_TEST(no_authors_is_an_error)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(NgModel) model = model_of_text("a b\n", 2, NG_SMOOTHING_MKN, NG_TOKENS_SPACE);

    ck_assert(!ng_model_attributes(model));
    ck_assert_ptr_null(ng_attributor_new(model, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_RANGE));
}
END_TEST

static const struct {
    const char *token;
    NgMaskClass mask;
} masks[] = {
    {"film", NG_MASK_WORD},
    {"running", NG_MASK_ING},
    {"ing", NG_MASK_WORD},
    {"ended", NG_MASK_ED},
    {"slowly", NG_MASK_LY},
    {"it's", NG_MASK_OWN},
    {"films", NG_MASK_S},
    {"1990s", NG_MASK_NUMBER},
    {"--", NG_MASK_SIGN},
    {"\xff", NG_MASK_SIGN},
    {"\xc3\xa9t\xc3\xa9", NG_MASK_WORD},
};

START_TEST(words_are_masked_by_their_form)
{
    ck_assert_int_eq(ng_mask_class(masks[_i].token, strlen(masks[_i].token)), masks[_i].mask);
}
END_TEST

Suite *
attribute_suite(void)
{
    Suite *suite = suite_create("attribute");
    TCase *tests = tcase_create("attribute");

    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, make_folder, remove_folder);
    tcase_add_test(tests, authors_are_told_apart);
    tcase_add_test(tests, an_author_with_a_tenth_of_the_text_is_not_starved);
    tcase_add_test(tests, labels_without_meaning_give_odds_of_one);
    tcase_add_test(tests, identical_authors_share);
    tcase_add_test(tests, texts_that_say_nothing_stay_at_the_prior);
    tcase_add_test(tests, two_authors_know_strange_words_alone);
    tcase_add_test(tests, a_stranger_is_none_of_them);
    tcase_add_test(tests, threads_change_no_byte);
    tcase_add_test(tests, a_file_answers_as_the_model_did);
    tcase_add_test(tests, evidence_adds_up_to_the_odds);
    tcase_add_test(tests, names_may_hold_anything);
    tcase_add_test(tests, a_handful_of_texts_will_do);
    tcase_add_test(tests, one_author_is_certain_and_says_nothing);
    tcase_add_test(tests, no_authors_is_an_error);
    tcase_add_loop_test(tests, words_are_masked_by_their_form, 0, G_N_ELEMENTS(masks));
    suite_add_tcase(suite, tests);
    return suite;
}

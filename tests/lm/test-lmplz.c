/* Golden files of an independent derivation of KenLM's lmplz: see tests/golden/README.md. */
#include "texts.h"

Suite *lmplz_suite(void);

#define GOLDEN "tests/golden/lmplz/"

static const struct {
    const char *text;
    const char *ending; /* of the golden file's name */
    unsigned order;
    gboolean lmplz;
    guint64 prune[4]; /* the last one holds for the orders above */
} cases[] = {
    {"letters", "-1", 1, FALSE, {0}},
    {"letters", "-2", 2, FALSE, {0}},
    {"letters", "-3", 3, FALSE, {0}},
    {"letters", "-4", 4, FALSE, {0}},
    {"letters", "-5", 5, FALSE, {0}},
    {"letters", "-3-lmplz", 3, TRUE, {0}},
    {"letters", "-3-prune001", 3, FALSE, {0, 0, 1}},
    {"letters", "-3-prune01", 3, FALSE, {0, 1, 1}},
    {"letters", "-3-prune112", 3, FALSE, {1, 1, 2}},
    {"letters", "-4-prune0112", 4, FALSE, {0, 1, 1, 2}},
    {"letters", "-2-prune2", 2, FALSE, {2, 2}},
    {"letters", "-1-prune1", 1, FALSE, {1}},
    {"letters", "-3-prune001-lmplz", 3, TRUE, {0, 0, 1}},
    {"letters", "-4-prune112-lmplz", 4, TRUE, {1, 1, 2, 2}},
    {"short", "-1", 1, FALSE, {0}},
    {"short", "-2-lmplz", 2, TRUE, {0}},
    {"short", "-3-prune01-lmplz", 3, TRUE, {0, 1, 1}},
    {"short", "-5-lmplz", 5, TRUE, {0}},
    {"defect", "-3", 3, FALSE, {0}},
    {"defect", "-3-lmplz", 3, TRUE, {0}},
    {"empty-lines", "-3", 3, FALSE, {0}},
    {"empty-lines", "-1-lmplz", 1, TRUE, {0}},
    {"crlf", "-3", 3, FALSE, {0}},
    {"crlf", "-3-lmplz", 3, TRUE, {0}},
    {"no-last-newline", "-1-lmplz", 1, TRUE, {0}},
    {"no-last-newline", "-3-lmplz", 3, TRUE, {0}},
    {"no-last-newline", "-2-prune01-lmplz", 2, TRUE, {0, 1}},
    {"blanks", "-4", 4, FALSE, {0}},
    {"blanks", "-3-lmplz", 3, TRUE, {0}},
    {"one-word", "-1", 1, FALSE, {0}},
    {"one-word", "-5-lmplz", 5, TRUE, {0}},
};

static NgModel *
train_case(int i)
{
    g_autofree char *path = g_strconcat(GOLDEN, cases[i].text, ".txt", NULL);
    NgTrainOptions options = plain_options(cases[i].order);

    options.smooth.lmplz = cases[i].lmplz;
    memcpy(options.smooth.prune, cases[i].prune, sizeof cases[i].prune);
    return train_on(path, &options);
}

START_TEST(arpa_text_equals_that_of_the_oracle)
{
    g_autofree char *path = g_strconcat(GOLDEN, cases[_i].text, cases[_i].ending, ".arpa", NULL);
    g_autoptr(NgModel) model = train_case(_i);
    gsize length = 0;
    gsize n_expected = 0;
    g_autofree char *text = arpa_of(model, 0, &length);
    g_autofree char *expected = contents_of(path, &n_expected);

    for (gsize i = 0, line = 1; i < MIN(length, n_expected); i++) {
        if (text[i] != expected[i])
            ck_abort_msg("%s: line %zu differs", path, line);
        line += text[i] == '\n';
    }
    ck_assert_uint_eq(length, n_expected);
}
END_TEST

/* The same text read back is the same model. */
START_TEST(arpa_text_of_the_oracle_is_read_and_written_unchanged)
{
    g_autofree char *path = g_strconcat(GOLDEN, cases[_i].text, cases[_i].ending, ".arpa", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(NgModel) model = ng_arpa_read(path, &error);
    ck_assert_msg(model != NULL, "%s", error != NULL ? error->message : "no error");
    gsize length = 0;
    gsize n_expected = 0;
    g_autofree char *text = arpa_of(model, 0, &length);
    g_autofree char *expected = contents_of(path, &n_expected);

    ck_assert_uint_eq(length, n_expected);
    ck_assert(memcmp(text, expected, length) == 0);
}
END_TEST

/* The oracle's log of `letters` at order 2: D1=0.6836735 D2=1.1398947 D3+=1.5274726 for the
 * bigrams, the fallback for the words, none of which was seen after few enough others. */
START_TEST(discounts_are_reported_in_the_manifest)
{
    NgTrainOptions options = plain_options(2);
    g_autoptr(NgModel) model = train_on(GOLDEN "letters.txt", &options);
    GKeyFile *manifest = ng_model_manifest(model);
    g_autofree char *words = g_key_file_get_string(manifest, "discounts", "0.1", NULL);
    g_autofree char *bigrams = g_key_file_get_string(manifest, "discounts", "0.2", NULL);
    g_autofree char *reason = g_key_file_get_string(manifest, "fallback", "0.1", NULL);

    ck_assert_str_eq(words, "0.5;1;1.5");
    ck_assert_str_eq(bigrams, "0.6836735;1.1398947;1.5274726");
    ck_assert_ptr_nonnull(reason);
    ck_assert(g_str_has_prefix(reason, "closed form undefined: "));
    ck_assert(!g_key_file_has_key(manifest, "fallback", "0.2", NULL));
}
END_TEST

Suite *
lmplz_suite(void)
{
    Suite *suite = suite_create("lmplz");
    TCase *golden = tcase_create("golden");

    tcase_add_loop_test(golden, arpa_text_equals_that_of_the_oracle, 0, G_N_ELEMENTS(cases));
    tcase_add_loop_test(golden, arpa_text_of_the_oracle_is_read_and_written_unchanged, 0,
                        G_N_ELEMENTS(cases));
    tcase_add_test(golden, discounts_are_reported_in_the_manifest);
    suite_add_tcase(suite, golden);
    return suite;
}

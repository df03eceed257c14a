#include "ngram/given.h"

#include "../folder.h"

#include "ngram/error.h"

#include <string.h>

Suite *given_suite(void);

static NgRbm *
machine(void)
{
    const NgUnitGroup groups[] = {
        {NG_UNITS_BINARY, 0, 2}, {NG_UNITS_GAUSSIAN, 2, 1}, {NG_UNITS_SOFTMAX, 3, 3}};
    NgRbm *rbm = ng_rbm_new(groups, 3, 1);

    ng_rbm_set_labels(rbm, TRUE);
    return rbm;
}

START_TEST(question_marks_are_missing_and_so_are_labels_that_are_not_there)
{
    static const float value[] = {1.0F, 0.0F, -2.5F, 0.0F, 1.0F, 0.0F,
                                  0.0F, 1.0F, 0.0F,  0.0F, 0.0F, 0.0F};
    static const guint8 given[] = {1, 0, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0};
    g_autoptr(NgRbm) rbm = machine();
    g_autofree char *path = put_file("rows", "1,?,-2.5,0,1,0\r\n? 1\t?,\n", -1);
    g_auto(NgGiven) rows = {0};

    ck_assert(ng_given_read(&rows, rbm, path, NULL));
    ck_assert_uint_eq(rows.rows, 2);
    ck_assert_mem_eq(rows.value, value, sizeof value);
    ck_assert_mem_eq(rows.given, given, sizeof given);
}
END_TEST

static const struct {
    const char *text, *message;
} malformed[] = {
    {"", ": no row"},
    {"\n", ":1: fewer values than the machine has units"},
    {"1,1\n", ":1: fewer values than the machine has units"},
    {"1,1,1,1\n", ":1: fewer values than the machine has units"},
    {"?,?,?\n1,1,1,0,1,0,0\n", ":2: more values than the machine has units"},
    {"1,2,1\n", ":1: neither ? nor a value that its unit takes"},
    {"1,0.5,1\n", ":1: neither ? nor a value that its unit takes"},
    {"1,1,inf\n", ":1: neither ? nor a value that its unit takes"},
    {"1,1,nan\n", ":1: neither ? nor a value that its unit takes"},
    {"1,1,1e99\n", ":1: neither ? nor a value that its unit takes"},
    {",1,1,1\n", ":1: neither ? nor a value that its unit takes"},
    {"1,??,1\n", ":1: neither ? nor a value that its unit takes"},
    {"1,x,1\n", ":1: neither ? nor a value that its unit takes"},
    {"1,1,1,1,0,1\n", ":1: two units are 1 of a group of which one is"},
};

START_TEST(malformed_rows_are_refused_with_their_line)
{
    g_autoptr(NgRbm) rbm = machine();
    g_autofree char *path = put_file("rows", malformed[_i].text, -1);
    g_autoptr(GError) error = NULL;
    g_auto(NgGiven) rows = {0};

    ck_assert(!ng_given_read(&rows, rbm, path, &error));
    ck_assert_ptr_nonnull(error);
    ck_assert_str_eq(error->message + strlen(path), malformed[_i].message);
    ck_assert(rows.rows == 0 && rows.value == NULL && rows.given == NULL);
}
END_TEST

START_TEST(counts_are_whole_and_finite)
{
    static const char *const wrong[] = {"1,0.5", "1,-1", "1,inf", "1,nan"};
    const NgUnitGroup group = {NG_UNITS_COUNTS, 0, 2};
    g_autoptr(NgRbm) rbm = ng_rbm_new(&group, 1, 1);
    g_autofree char *good = put_file("good", "3,?", -1);
    g_auto(NgGiven) rows = {0};

    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autofree char *path = put_file("rows", wrong[i], -1);
        ck_assert(!ng_given_read(&rows, rbm, path, NULL));
    }
    ck_assert(ng_given_read(&rows, rbm, good, NULL));
    ck_assert(rows.value[0] == 3.0F && rows.given[1] == 0);
}
END_TEST

Suite *
given_suite(void)
{
    Suite *suite = suite_create("given");
    TCase *tcase = tcase_create("core");

    tcase_add_checked_fixture(tcase, make_folder, remove_folder);
    tcase_add_test(tcase, question_marks_are_missing_and_so_are_labels_that_are_not_there);
    tcase_add_loop_test(tcase, malformed_rows_are_refused_with_their_line, 0,
                        G_N_ELEMENTS(malformed));
    tcase_add_test(tcase, counts_are_whole_and_finite);
    suite_add_tcase(suite, tcase);
    return suite;
}

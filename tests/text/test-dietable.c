#include "ngram/dietable.h"
#include "ngram/error.h"

#include <check.h>
#include <glib/gstdio.h>
#include <unistd.h>

Suite *dietable_suite(void);

static NgDieTable *
read_text(const char *text, gssize length, char **path, GError **error)
{
    int fd = g_file_open_tmp("dietable-XXXXXX", path, NULL);

    ck_assert_int_ge(fd, 0);
    close(fd);
    ck_assert(g_file_set_contents(*path, text, length, NULL));
    NgDieTable *table = ng_die_table_read(*path, error);
    g_unlink(*path);
    return table;
}

static NgDieTable *
table_of(const char *text)
{
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    NgDieTable *table = read_text(text, -1, &path, &error);

    ck_assert_msg(table != NULL, "%s", error != NULL ? error->message : "no error");
    return table;
}

START_TEST(outcomes_and_weights_are_read)
{
    g_autoptr(NgDieTable) table = table_of("heads\t1\r\n\n# a comment\n   \ntwo words\t2.5e0\n"
                                           "never\t0");

    ck_assert_uint_eq(table->n, 3);
    ck_assert_str_eq(table->outcome[0], "heads");
    ck_assert_str_eq(table->outcome[1], "two words");
    ck_assert_str_eq(table->outcome[2], "never");
    ck_assert_double_eq(table->weight[0], 1.0);
    ck_assert_double_eq(table->weight[1], 2.5);
    ck_assert_double_eq(table->weight[2], 0.0);
    ck_assert_double_eq(table->total, 3.5);
    ck_assert_uint_eq(table->line[0], 1);
    ck_assert_uint_eq(table->line[1], 5);
    ck_assert_uint_eq(table->line[2], 6);
    ck_assert_ptr_null(table->header);
    ck_assert_uint_eq(table->cells->len, 3);
}
END_TEST

static const struct {
    const char *text;
    const char *outcome;
    double weight;
    size_t columns;
    gboolean header;
} layouts[] = {
    {"a\t3\tx\n", "a", 3.0, 3, FALSE},
    {"a\t3\t4\t\n", "a", 3.0, 4, FALSE},
    {"side\thow often\na\t3\n", "a", 3.0, 2, TRUE},
    {"# of a movie\nword\torder\tprobability\tcumulative\na\t2\t0.5\t0.75\n", "a", 0.5, 4, TRUE},
    {"word\tp\tcount\na\t0.25\t7\n", "a", 7.0, 3, TRUE},
    {"word\tPROBABILITY\tWeight\na\t0.25\t7\n", "a", 7.0, 3, TRUE},
    {"p\tword\n0.25\ta\n", "a", 0.25, 2, TRUE},
    {"\t1\n", "", 1.0, 2, FALSE},
};

START_TEST(a_header_says_where_the_weight_stands)
{
    g_autoptr(NgDieTable) table = table_of(layouts[_i].text);

    ck_assert_uint_eq(table->n, 1);
    ck_assert_str_eq(table->outcome[0], layouts[_i].outcome);
    ck_assert_double_eq(table->weight[0], layouts[_i].weight);
    ck_assert_uint_eq(g_strv_length(g_ptr_array_index(table->cells, 0)), layouts[_i].columns);
    ck_assert_int_eq(table->header != NULL, layouts[_i].header);
    if (table->header != NULL)
        ck_assert_uint_eq(g_strv_length(table->header), layouts[_i].columns);
}
END_TEST

static const struct {
    const char *text;
    gssize length;       /* -1 where no zero byte is in the text */
    const char *message; /* what follows the path */
} bad_tables[] = {
    {"", -1, ": no outcome in it (write lines: outcome, TAB, weight)"},
    {"\n# nothing\n", -1, ": no outcome in it (write lines: outcome, TAB, weight)"},
    {"word\tweight\n", -1, ": no outcome in it (write lines: outcome, TAB, weight)"},
    {"a\t1\nb 2\n", -1, ":2: 'b 2' has no TAB in it (write the outcome, a TAB and the weight)"},
    {"a\n", -1, ":1: 'a' has no TAB in it (write the outcome, a TAB and the weight)"},
    {"a\t1\nb\ttwo\n", -1, ":2: 'two' is no weight: not a number (write one such as 3 or 0.25)"},
    {"a\t1\nb\t\n", -1, ":2: '' is no weight: not a number (write one such as 3 or 0.25)"},
    {"a\t1\nb\t0x10\n", -1, ":2: '0x10' is no weight: not a number (write one such as 3 or 0.25)"},
    {"a\t1\nb\t0,5\n", -1, ":2: '0,5' is no weight: not a number (write one such as 3 or 0.25)"},
    {"a\t-1\n", -1, ":1: '-1' is no weight: negative (weights are 0 or more)"},
    {"a\tnan\n", -1, ":1: 'nan' is no weight: not finite (write a number such as 3 or 0.25)"},
    {"a\t1e999\n", -1, ":1: '1e999' is no weight: not finite (write a number such as 3 or 0.25)"},
    {"a\t-inf\n", -1, ":1: '-inf' is no weight: not finite (write a number such as 3 or 0.25)"},
    {"a\t1\n\nb\t2\t3\n", -1, ":3: 3 columns where the first line has 2 (fill the missing cells)"},
    {"w\tx\tp\nb\t2\n", -1, ":2: 2 columns where the first line has 3 (fill the missing cells)"},
    {"a\t0\nb\t0.0\n", -1, ": no weight is above 0 (give one outcome at least a positive weight)"},
    {"a\t1e308\nb\t1e308\n", -1,
     ":2: '1e308' makes the sum of the weights overflow (scale them down)"},
    {"a\t1\nb\0\t2\n", 9, ":2: a zero byte in the text (remove it)"},
    {"a\t1\nb\t\xff\n", -1,
     ":2: '\xef\xbf\xbd' is no weight: not a number (write one such as 3 or 0.25)"},
};

START_TEST(a_bad_table_is_refused_with_its_line)
{
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(NgDieTable) table =
        read_text(bad_tables[_i].text, bad_tables[_i].length, &path, &error);

    ck_assert_ptr_null(table);
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_FORMAT));
    g_autofree char *expected = g_strconcat(path, bad_tables[_i].message, NULL);
    ck_assert_str_eq(error->message, expected);
}
END_TEST

START_TEST(a_missing_table_is_a_file_error)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(NgDieTable) table = ng_die_table_read("/nonexistent", &error);

    ck_assert_ptr_null(table);
    ck_assert(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT));
}
END_TEST

Suite *
dietable_suite(void)
{
    Suite *suite = suite_create("dietable");
    TCase *tables = tcase_create("tables");

    tcase_add_test(tables, outcomes_and_weights_are_read);
    tcase_add_loop_test(tables, a_header_says_where_the_weight_stands, 0, G_N_ELEMENTS(layouts));
    tcase_add_loop_test(tables, a_bad_table_is_refused_with_its_line, 0, G_N_ELEMENTS(bad_tables));
    tcase_add_test(tables, a_missing_table_is_a_file_error);
    suite_add_tcase(suite, tables);
    return suite;
}

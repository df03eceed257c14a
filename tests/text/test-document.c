#include "../folder.h"

#include "ngram/document.h"
#include "ngram/error.h"

#include <check.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

Suite *document_suite(void);

/* The files of @path, without the folder, with | between them; or the error. */
static char *
list_below_root(const char *path)
{
    g_autoptr(GError) error = NULL;
    const char *const paths[] = {path, NULL};
    g_autoptr(GPtrArray) files = ng_document_list(paths, &error);
    g_autofree char *text = NULL;

    if (files != NULL) {
        g_ptr_array_add(files, NULL);
        text = g_strjoinv("|", (char **)files->pdata);
    } else {
        text = g_strdup(error->message);
    }
    g_auto(GStrv) parts = g_strsplit(text, folder, -1);
    return g_strjoinv("", parts);
}

START_TEST(a_folder_is_its_files_in_order)
{
    static const char *const names[] = {"b.txt", "a/z",     "a/b/c",  "a.txt",
                                        "B",     ".hidden", "a/.b/c", "é"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        g_free(put_file(names[i], "text", -1));
    g_autofree char *empty = g_build_filename(folder, "empty", NULL);
    ck_assert_int_eq(g_mkdir(empty, 0700), 0);

    g_autofree char *files = list_below_root(folder);
    ck_assert_str_eq(files, "/B|/a/b/c|/a/z|/a.txt|/b.txt|/é");
}
END_TEST

START_TEST(a_link_into_a_folder_around_it_is_not_followed)
{
    g_autofree char *file = put_file("a/b/file", "text", -1);
    g_autofree char *up = g_build_filename(folder, "a", "b", "up", NULL);
    g_autofree char *same = g_build_filename(folder, "same", NULL);
    ck_assert_int_eq(symlink("../..", up), 0);
    ck_assert_int_eq(symlink("a/b/file", same), 0);

    g_autofree char *files = list_below_root(folder);
    ck_assert_str_eq(files, "/a/b/file|/same");
}
END_TEST

START_TEST(a_folder_without_files_is_an_error)
{
    g_free(put_file(".hidden", "text", -1));

    g_autofree char *message = list_below_root(folder);
    ck_assert_str_eq(message, ": no files in this folder (name one that holds texts; names that "
                              "begin with a dot do not count)");
}
END_TEST

START_TEST(a_missing_path_is_a_file_error)
{
    g_autoptr(GError) error = NULL;
    const char *const paths[] = {"-", "/nonexistent", NULL};

    ck_assert_ptr_null(ng_document_list(paths, &error));
    ck_assert(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT));
    g_autofree char *expected = g_strconcat("/nonexistent: ", g_strerror(ENOENT), NULL);
    ck_assert_str_eq(error->message, expected);
}
END_TEST

START_TEST(no_paths_are_standard_input)
{
    const char *const none[] = {NULL};
    const char *const *const empty[] = {NULL, none};
    g_autoptr(GPtrArray) files = ng_document_list(empty[_i], NULL);

    ck_assert_uint_eq(files->len, 1);
    ck_assert_str_eq(g_ptr_array_index(files, 0), "-");
    ck_assert_uint_eq(ng_document_list_size(files), 0);
}
END_TEST

START_TEST(sizes_add_up_where_all_are_known)
{
    g_autofree char *a = put_file("a", "12345", -1);
    g_autofree char *b = put_file("b", "678", -1);
    const char *const known[] = {a, folder, NULL};
    const char *const unknown[] = {a, "-", NULL};
    g_autoptr(GPtrArray) first = ng_document_list(known, NULL);
    g_autoptr(GPtrArray) second = ng_document_list(unknown, NULL);

    ck_assert_uint_eq(first->len, 3);
    ck_assert_uint_eq(ng_document_list_size(first), 5 + 5 + 3);
    ck_assert_uint_eq(ng_document_list_size(second), 0);
}
END_TEST

static const struct {
    NgUnit unit;
    const char *text;
    const char *sequences; /* LINE:TEXT with | between them */
} units[] = {
    {NG_UNIT_LINE, "", ""},
    {NG_UNIT_LINE, "one\n\ntwo", "1:one|2:|3:two"},
    {NG_UNIT_LINE, "one\r\n \r\n", "1:one|2: "},
    {NG_UNIT_PARAGRAPH, "", ""},
    {NG_UNIT_PARAGRAPH, "\n \t\n", ""},
    {NG_UNIT_PARAGRAPH, "one\ntwo\n\nthree", "1:one\ntwo|4:three"},
    {NG_UNIT_PARAGRAPH, "\n\none\r\n \xc2\xa0\r\n\ntwo\r\nthree\r\n", "3:one|6:two\nthree"},
    {NG_UNIT_PARAGRAPH, "\xff\n\n\xff", "1:\xff|3:\xff"},
    {NG_UNIT_FILE, "", "1:"},
    {NG_UNIT_FILE, "\n", "1:"},
    {NG_UNIT_FILE, "one", "1:one"},
    {NG_UNIT_FILE, "\none\r\n\ntwo\n", "1:\none\n\ntwo"},
};

/* The sequences of a document as the table above writes them. */
static char *
read_all(NgDocument *document, GError **error)
{
    GString *out = g_string_new(NULL);
    NgSequence s;

    while (ng_document_next(document, &s, error)) {
        g_string_append_printf(out, "%s%" G_GUINT64_FORMAT ":", out->len > 0 ? "|" : "", s.line);
        g_string_append_len(out, s.text, (gssize)s.length);
    }
    return g_string_free(out, FALSE);
}

START_TEST(a_file_is_cut_as_the_table_says)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = put_file("text", units[_i].text, -1);
    g_autoptr(NgDocument) document = ng_document_open(path, units[_i].unit, NULL);
    ck_assert_ptr_nonnull(document);

    g_autofree char *sequences = read_all(document, &error);
    ck_assert_ptr_null(error);
    ck_assert_str_eq(sequences, units[_i].sequences);
    ck_assert_uint_eq(ng_document_position(document), strlen(units[_i].text));
    g_autofree char *more = read_all(document, &error);
    ck_assert_str_eq(more, "");
}
END_TEST

START_TEST(a_zero_byte_is_text)
{
    g_autofree char *path = put_file("text", "a\0b\n", 4);
    g_autoptr(NgDocument) document = ng_document_open(path, (NgUnit)_i, NULL);
    NgSequence s;

    ng_document_set_strict(document, TRUE);
    ck_assert(ng_document_next(document, &s, NULL));
    ck_assert_uint_eq(s.length, 3);
    ck_assert_mem_eq(s.text, "a\0b", 3);
}
END_TEST

START_TEST(strictness_refuses_invalid_bytes_with_their_place)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = put_file("text", "é\na\r\nb é\xe9t\n", -1);
    g_autoptr(NgDocument) document = ng_document_open(path, (NgUnit)_i, NULL);

    ng_document_set_strict(document, TRUE);
    g_autofree char *sequences = read_all(document, &error);
    ck_assert_str_eq(sequences, _i == NG_UNIT_LINE ? "1:é|2:a" : "");
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_FORMAT));
    g_autofree char *expected =
        g_strconcat(path, ":3: not UTF-8 at byte 5 (drop --strict-utf8 to keep such bytes)", NULL);
    ck_assert_str_eq(error->message, expected);
}
END_TEST

START_TEST(a_document_that_is_missing_is_a_file_error)
{
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(ng_document_open("/nonexistent", NG_UNIT_LINE, &error));
    ck_assert(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT));
}
END_TEST

START_TEST(the_name_of_a_unit_leads_back_to_it)
{
    NgUnit unit = NG_UNIT_LINE;

    ck_assert(ng_unit_from_name(ng_unit_name((NgUnit)_i), &unit));
    ck_assert_int_eq(unit, _i);
    ck_assert(!ng_unit_from_name("lines", &unit));
    ck_assert_int_eq(unit, _i);
}
END_TEST

Suite *
document_suite(void)
{
    Suite *suite = suite_create("document");
    TCase *lists = tcase_create("lists");
    TCase *texts = tcase_create("texts");

    tcase_add_checked_fixture(lists, make_folder, remove_folder);
    tcase_add_checked_fixture(texts, make_folder, remove_folder);
    tcase_add_test(lists, a_folder_is_its_files_in_order);
    tcase_add_test(lists, a_link_into_a_folder_around_it_is_not_followed);
    tcase_add_test(lists, a_folder_without_files_is_an_error);
    tcase_add_test(lists, a_missing_path_is_a_file_error);
    tcase_add_loop_test(lists, no_paths_are_standard_input, 0, 2);
    tcase_add_test(lists, sizes_add_up_where_all_are_known);
    tcase_add_loop_test(texts, a_file_is_cut_as_the_table_says, 0, G_N_ELEMENTS(units));
    tcase_add_loop_test(texts, a_zero_byte_is_text, 0, 3);
    tcase_add_loop_test(texts, strictness_refuses_invalid_bytes_with_their_place, 0, 3);
    tcase_add_test(texts, a_document_that_is_missing_is_a_file_error);
    tcase_add_loop_test(texts, the_name_of_a_unit_leads_back_to_it, 0, 3);
    suite_add_tcase(suite, lists);
    suite_add_tcase(suite, texts);
    return suite;
}

#include "../folder.h"

#include "ngram/container.h"
#include "ngram/error.h"

#include <check.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Suite *container_suite(void);

static char *path; /* of a file that each test may make */

static void
make_path(void)
{
    make_folder();
    path = g_build_filename(folder, "file", NULL);
}

static void
remove_path(void)
{
    remove_folder();
    g_clear_pointer(&path, g_free);
}

static const guint32 numbers[] = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597};

/* A file of four sections: 64 bytes, none, 3 and 5. */
static void
write_small(void)
{
    g_autoptr(NgContainerWriter) writer = ng_container_writer_new(path, NULL);

    ng_container_writer_add(writer, "numbers", numbers, sizeof numbers);
    ng_container_writer_add(writer, "nothing", NULL, 0);
    ng_container_writer_add(writer, "a/b", "tea", 3);
    ng_container_writer_add(writer, "a-name-of-23-bytes-long", "milk\n", 5);
    ck_assert(ng_container_writer_commit(writer, NULL));
}

static NgContainer *
open_bytes(const char *bytes, size_t size, GError **error)
{
    ck_assert(g_file_set_contents(path, bytes, (gssize)size, NULL));
    return ng_container_open(path, error);
}

START_TEST(what_was_written_is_found)
{
    size_t size = 7, count = 0;
    struct stat info;

    write_small();
    g_autoptr(NgContainer) c = ng_container_open(path, NULL);
    ck_assert_ptr_nonnull(c);
    ck_assert_str_eq(ng_container_path(c), path);
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_uint_eq(ng_container_size(c), (guint64)info.st_size);

    const guint32 *array = ng_container_array(c, "numbers", sizeof *array, &count, NULL);
    ck_assert_uint_eq(count, G_N_ELEMENTS(numbers));
    ck_assert_uint_eq((guintptr)array % 64, 0);
    ck_assert(memcmp(array, numbers, sizeof numbers) == 0);
    ck_assert(memcmp(ng_container_find(c, "a/b", &size), "tea", 3) == 0);
    ck_assert_uint_eq(size, 3);
    ck_assert_ptr_nonnull(ng_container_find(c, "nothing", &size));
    ck_assert_uint_eq(size, 0);
    ck_assert(ng_container_verify(c, NULL));
}
END_TEST

START_TEST(sections_keep_their_order)
{
    static const char *const names[] = {"numbers", "nothing", "a/b", "a-name-of-23-bytes-long"};
    static const uint64_t sizes[] = {64, 0, 3, 5};
    uint64_t size = 0;

    write_small();
    g_autoptr(NgContainer) c = ng_container_open(path, NULL);
    ck_assert_uint_eq(ng_container_sections(c), 4);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_str_eq(ng_container_section(c, i, &size), names[i]);
        ck_assert_uint_eq(size, sizes[i]);
        ck_assert_ptr_nonnull(ng_container_section(c, i, NULL));
    }
}
END_TEST

START_TEST(a_container_of_nothing_is_one)
{
    g_autoptr(NgContainerWriter) writer = ng_container_writer_new(path, NULL);
    ck_assert(ng_container_writer_commit(writer, NULL));

    g_autoptr(NgContainer) c = ng_container_open(path, NULL);
    ck_assert_ptr_nonnull(c);
    ck_assert_uint_eq(ng_container_sections(c), 0);
}
END_TEST

START_TEST(what_is_absent_is_not_found)
{
    size_t size = 7, count = 7;

    write_small();
    g_autoptr(NgContainer) c = ng_container_open(path, NULL);
    ck_assert_ptr_null(ng_container_find(c, "a", &size));
    ck_assert_uint_eq(size, 0);

    g_autoptr(GError) absent = NULL;
    ck_assert_ptr_null(ng_container_array(c, "a", 4, &count, &absent));
    ck_assert(g_error_matches(absent, NG_ERROR, NG_ERROR_FORMAT));
    g_autofree char *expected =
        g_strconcat(path, ": has no section 'a' (name another file, or make it again)", NULL);
    ck_assert_str_eq(absent->message, expected);

    g_autoptr(GError) uneven = NULL;
    ck_assert_ptr_null(ng_container_array(c, "a/b", 2, &count, &uneven));
    ck_assert(g_error_matches(uneven, NG_ERROR, NG_ERROR_FORMAT));
    ck_assert_uint_eq(count, 7); /* untouched */
}
END_TEST

START_TEST(an_uncommitted_container_leaves_nothing)
{
    g_autoptr(NgContainerWriter) writer = ng_container_writer_new(path, NULL);

    ng_container_writer_add(writer, "numbers", numbers, sizeof numbers);
    ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS));
}
END_TEST

START_TEST(the_first_bytes_tell)
{
    g_autofree char *bytes = NULL;
    gsize size = 0;

    write_small();
    ck_assert(g_file_get_contents(path, &bytes, &size, NULL));
    ck_assert(ng_container_probe(bytes, size));
    ck_assert(ng_container_probe(bytes, 8));
    ck_assert(!ng_container_probe(bytes, 7));
    ck_assert(!ng_container_probe("\\data\\\nngram 1=3", 16));
    ck_assert(!ng_container_probe(NULL, 0));
}
END_TEST

START_TEST(every_byte_counts)
{
    g_autofree char *bytes = NULL;
    gsize size = 0;

    write_small();
    ck_assert(g_file_get_contents(path, &bytes, &size, NULL));
    for (size_t i = 0; i < size; i++)
        for (int bit = 0; bit < 8; bit++) {
            g_autoptr(GError) error = NULL;
            bytes[i] = (char)(bytes[i] ^ (1 << bit));
            g_autoptr(NgContainer) c = open_bytes(bytes, size, &error);
            bytes[i] = (char)(bytes[i] ^ (1 << bit));
            if (c != NULL || error == NULL || error->domain != NG_ERROR ||
                !g_str_has_prefix(error->message, path))
                ck_abort_msg("bit %d of byte %zu", bit, i);
        }
}
END_TEST

START_TEST(every_cut_and_every_addition_shows)
{
    g_autofree char *bytes = NULL;
    gsize size = 0;

    write_small();
    ck_assert(g_file_get_contents(path, &bytes, &size, NULL));
    for (size_t cut = 0; cut < size; cut++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(NgContainer) c = open_bytes(bytes, cut, &error);
        if (c != NULL || !g_error_matches(error, NG_ERROR, NG_ERROR_FORMAT))
            ck_abort_msg("cut to %zu bytes", cut);
    }
    g_autofree char *more = g_malloc0(size + 64);
    memcpy(more, bytes, size);
    for (size_t added = 1; added <= 64; added++) {
        g_autoptr(NgContainer) c = open_bytes(more, size + added, NULL);
        ck_assert_ptr_null(c);
    }
}
END_TEST

static const struct {
    size_t place; /* of a byte in the header */
    char byte;
    int code;
    const char *message; /* what follows the path */
} headers[] = {
    {0, '\x09', NG_ERROR_FORMAT,
     ": is truncated, or was transferred as text (transfer it again as binary)"},
    {4, '\n', NG_ERROR_FORMAT,
     ": is truncated, or was transferred as text (transfer it again as binary)"},
    {1, 'P', NG_ERROR_FORMAT, ": is not a binary ngram file"},
    {8, 2, NG_ERROR_VERSION,
     ": is of version 2, this program reads version 1 (make it again, or use the program that "
     "made it)"},
    {12, 5, NG_ERROR_FORMAT, ": is damaged in its header (get or make it again)"},
    {20, 1, NG_ERROR_FORMAT, ": is damaged in its header, table or footer (get or make it again)"},
    {64, 2, NG_ERROR_FORMAT, ": is damaged in its section 'numbers' (get or make it again)"},
};

START_TEST(the_message_says_what_is_wrong)
{
    g_autofree char *bytes = NULL;
    g_autoptr(GError) error = NULL;
    gsize size = 0;

    write_small();
    ck_assert(g_file_get_contents(path, &bytes, &size, NULL));
    bytes[headers[_i].place] = headers[_i].byte;
    ck_assert_ptr_null(open_bytes(bytes, size, &error));
    ck_assert(g_error_matches(error, NG_ERROR, headers[_i].code));
    g_autofree char *expected = g_strconcat(path, headers[_i].message, NULL);
    ck_assert_str_eq(error->message, expected);
}
END_TEST

START_TEST(the_other_byte_order_is_refused)
{
    g_autofree char *bytes = NULL;
    g_autoptr(GError) error = NULL;
    gsize size = 0;
    const guint32 other = GUINT32_SWAP_LE_BE(0x01020304);

    write_small();
    ck_assert(g_file_get_contents(path, &bytes, &size, NULL));
    memcpy(bytes + 12, &other, sizeof other);
    ck_assert_ptr_null(open_bytes(bytes, size, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_VERSION));
}
END_TEST

START_TEST(what_is_no_file_is_refused)
{
    g_autoptr(GError) missing = NULL;
    ck_assert_ptr_null(ng_container_open("/nonexistent/x", &missing));
    ck_assert(g_error_matches(missing, G_FILE_ERROR, G_FILE_ERROR_NOENT));

    g_autoptr(GError) refused = NULL;
    ck_assert_ptr_null(ng_container_open("/tmp", &refused));
    ck_assert(g_error_matches(refused, G_FILE_ERROR, G_FILE_ERROR_ISDIR));

    g_autoptr(GError) device = NULL;
    ck_assert_ptr_null(ng_container_open("/dev/null", &device));
    ck_assert(g_error_matches(device, NG_ERROR, NG_ERROR_FORMAT));
}
END_TEST

static void
flip(guint64 offset)
{
    char byte = 0;
    int fd = open(path, O_RDWR);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(pread(fd, &byte, 1, (off_t)offset), 1);
    byte ^= 4;
    ck_assert_int_eq(pwrite(fd, &byte, 1, (off_t)offset), 1);
    close(fd);
}

/* Above 8 MiB opening reads the frame alone; ng_container_verify() reads all. */
START_TEST(a_large_file_is_checked_when_asked)
{
    enum { SIZE = 9 * 1024 * 1024 + 1 };
    g_autofree char *bytes = g_malloc0(SIZE);
    g_autoptr(NgContainerWriter) writer = ng_container_writer_new(path, NULL);
    ng_container_writer_add(writer, "large", bytes, SIZE);
    ng_container_writer_add(writer, "small", "tea", 3);
    ck_assert(ng_container_writer_commit(writer, NULL));

    /* header 64; then a byte of "large", its padding, and a byte of "small" */
    const guint64 places[] = {64 + 5000000, 64 + SIZE, 64 + (SIZE + 63) / 64 * 64};
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autoptr(GError) error = NULL;
        flip(places[i]);
        g_autoptr(NgContainer) c = ng_container_open(path, NULL);
        ck_assert_ptr_nonnull(c);
        ck_assert(!ng_container_verify(c, &error));
        ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_FORMAT));
        ck_assert_ptr_nonnull(strstr(error->message, i < 2 ? "'large'" : "'small'"));
        flip(places[i]);
    }
    g_autoptr(NgContainer) c = ng_container_open(path, NULL);
    ck_assert(ng_container_verify(c, NULL));
}
END_TEST

START_TEST(many_sections_are_found)
{
    enum { SECTIONS = 5000 };
    g_autoptr(NgContainerWriter) writer = ng_container_writer_new(path, NULL);
    for (unsigned i = 0; i < SECTIONS; i++) {
        g_autofree char *name = g_strdup_printf("section-%u", i);
        ng_container_writer_add(writer, name, &i, i % sizeof i);
    }
    ck_assert(ng_container_writer_commit(writer, NULL));

    g_autoptr(NgContainer) c = ng_container_open(path, NULL);
    ck_assert_uint_eq(ng_container_sections(c), SECTIONS);
    for (unsigned i = 0; i < SECTIONS; i++) {
        size_t size = 7;
        g_autofree char *name = g_strdup_printf("section-%u", i);
        const void *data = ng_container_find(c, name, &size);
        if (data == NULL || size != i % sizeof i || memcmp(data, &i, size) != 0)
            ck_abort_msg("%s", name);
    }
}
END_TEST

Suite *
container_suite(void)
{
    Suite *suite = suite_create("container");
    TCase *whole = tcase_create("whole");
    TCase *damaged = tcase_create("damaged");

    tcase_set_timeout(damaged, 120);
    tcase_add_checked_fixture(whole, make_path, remove_path);
    tcase_add_checked_fixture(damaged, make_path, remove_path);
    tcase_add_test(whole, what_was_written_is_found);
    tcase_add_test(whole, sections_keep_their_order);
    tcase_add_test(whole, a_container_of_nothing_is_one);
    tcase_add_test(whole, what_is_absent_is_not_found);
    tcase_add_test(whole, an_uncommitted_container_leaves_nothing);
    tcase_add_test(whole, the_first_bytes_tell);
    tcase_add_test(whole, many_sections_are_found);
    tcase_add_test(damaged, every_byte_counts);
    tcase_add_test(damaged, every_cut_and_every_addition_shows);
    tcase_add_loop_test(damaged, the_message_says_what_is_wrong, 0, G_N_ELEMENTS(headers));
    tcase_add_test(damaged, the_other_byte_order_is_refused);
    tcase_add_test(damaged, what_is_no_file_is_refused);
    tcase_add_test(damaged, a_large_file_is_checked_when_asked);
    suite_add_tcase(suite, whole);
    suite_add_tcase(suite, damaged);
    return suite;
}

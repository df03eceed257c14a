#include "ngram/error.h"
#include "ngram/input.h"

#include <check.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

Suite *input_suite(void);

/* [text] packed as one gzip member */
static GByteArray *
gzip(const char *text, size_t size)
{
    z_stream z = {0};
    ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    GByteArray *out = g_byte_array_new();
    g_byte_array_set_size(out, (guint)deflateBound(&z, size));
    z.next_in = (Bytef *)(guintptr)text;
    z.avail_in = (uInt)size;
    z.next_out = out->data;
    z.avail_out = out->len;
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    g_byte_array_set_size(out, (guint)z.total_out);
    deflateEnd(&z);
    return out;
}

/* [text] packed as one zstd frame with a checksum */
static GByteArray *
zstd(const char *text, size_t size)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    GByteArray *out = g_byte_array_new();
    g_byte_array_set_size(out, (guint)ZSTD_compressBound(size));
    size_t n = ZSTD_compress2(context, out->data, out->len, text, size);
    ck_assert(!ZSTD_isError(n));
    g_byte_array_set_size(out, (guint)n);
    ZSTD_freeCCtx(context);
    return out;
}

static GByteArray *
plain(const char *text, size_t size)
{
    GByteArray *out = g_byte_array_new();
    return g_byte_array_append(out, (const guint8 *)text, (guint)size);
}

typedef GByteArray *(*Packer)(const char *text, size_t size);
static const Packer packers[] = {plain, gzip, zstd};

/* Lines joined with '|', NUL bytes as '0'; NULL where reading fails. */
static char *
lines_of(NgInput *input, gboolean raw, GError **error)
{
    g_autoptr(GString) joined = g_string_new(NULL);
    g_autoptr(GError) inner = NULL;
    const char *line = NULL;
    size_t length = 0;

    while (raw ? ng_input_raw_line(input, &line, &length, &inner)
               : ng_input_line(input, &line, &length, &inner)) {
        for (size_t i = 0; i < length; i++)
            g_string_append_c(joined, line[i] != '\0' ? line[i] : '0');
        g_string_append_c(joined, '|');
    }
    if (inner != NULL) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return NULL;
    }
    return g_string_free(g_steal_pointer(&joined), FALSE);
}

static const struct {
    const char *text;
    size_t size;
    const char *lines, *raw_lines;
} texts[] = {
    {"", 0, "", ""},
    {"\n", 1, "|", "|"},
    {"a\nb\n", 4, "a|b|", "a|b|"},
    {"a\nb", 3, "a|b|", "a|b|"},
    {"a\r\nb\r", 5, "a|b|", "a\r|b\r|"},
    {"a\r\r\n\rb\n", 7, "a\r|\rb|", "a\r\r|\rb|"},
    {"\n\n\nx", 4, "|||x|", "|||x|"},
    {"a\0b\n\0", 5, "a0b|0|", "a0b|0|"},
    {"\x1f", 1, "\x1f|", "\x1f|"}, /* half a magic number is text */
    {"(\xb5/", 3, "(\xb5/|", "(\xb5/|"},
    {"P\n", 2, "P|", "P|"},
};

START_TEST(lines_are_the_same_packed_or_plain)
{
    for (size_t p = 0; p < G_N_ELEMENTS(packers); p++)
        for (int raw = 0; raw < 2; raw++) {
            g_autoptr(GByteArray) data = packers[p](texts[_i].text, texts[_i].size);
            g_autoptr(NgInput) input = ng_input_new_for_data(data->data, data->len, "test");
            g_autofree char *got = lines_of(input, raw, NULL);
            ck_assert_str_eq(got, raw ? texts[_i].raw_lines : texts[_i].lines);
            ck_assert_uint_eq(ng_input_position(input), data->len);
            ck_assert_uint_eq(ng_input_size(input), data->len);
        }
}
END_TEST

/* line i has (i * i) mod 70001 bytes: both far above and below the buffers' room */
START_TEST(long_texts_come_back_line_by_line)
{
    enum { LINES = 2000 };
    g_autoptr(GString) text = g_string_new(NULL);
    for (unsigned i = 0; i < LINES; i++) {
        for (unsigned k = 0; k < i * i % 70001; k++)
            g_string_append_c(text, (char)('a' + (i + k) % 26));
        g_string_append_c(text, '\n');
    }

    g_autoptr(GByteArray) data = packers[_i](text->str, text->len);
    g_autoptr(NgInput) input = ng_input_new_for_data(data->data, data->len, "test");
    const char *line = NULL;
    size_t length = 0;
    const char *expected = text->str;
    for (unsigned i = 0; i < LINES; i++) {
        ck_assert(ng_input_line(input, &line, &length, NULL));
        ck_assert_uint_eq(length, i * i % 70001);
        ck_assert(memcmp(line, expected, length) == 0);
        ck_assert_uint_eq(ng_input_line_number(input), i + 1);
        expected += length + 1;
    }
    ck_assert(!ng_input_line(input, &line, &length, NULL));
    ck_assert_uint_eq(ng_input_line_number(input), LINES);
}
END_TEST

START_TEST(a_line_of_100_MB_is_one_line)
{
    const size_t size = 100 * 1000 * 1000;
    g_autofree char *text = g_malloc(size);
    memset(text, 'x', size);

    g_autoptr(NgInput) input = ng_input_new_for_data(text, size, "test");
    const char *line = NULL;
    size_t length = 0;
    ck_assert(ng_input_line(input, &line, &length, NULL));
    ck_assert_uint_eq(length, size);
    ck_assert(memcmp(line, text, size) == 0);
}
END_TEST

START_TEST(bytes_and_lines_may_be_mixed)
{
    g_autoptr(NgInput) input = ng_input_new_for_data("abc\ndef\nghi", 11, "test");
    char bytes[8] = {0};
    const char *line = NULL;
    size_t length = 0;

    ck_assert_int_eq(ng_input_read(input, bytes, 2, NULL), 2);
    ck_assert_str_eq(bytes, "ab");
    ck_assert(ng_input_line(input, &line, &length, NULL));
    ck_assert_uint_eq(length, 1);
    ck_assert_uint_eq(ng_input_position(input), 4);
    ck_assert_int_eq(ng_input_read(input, bytes, 8, NULL), 7);
    ck_assert(memcmp(bytes, "def\nghi", 7) == 0);
    ck_assert_int_eq(ng_input_read(input, bytes, 8, NULL), 0);
}
END_TEST

START_TEST(members_and_frames_are_joined)
{
    for (size_t p = 1; p < G_N_ELEMENTS(packers); p++) {
        g_autoptr(GByteArray) data = packers[p]("one\ntw", 6);
        g_autoptr(GByteArray) empty = packers[p]("", 0);
        g_autoptr(GByteArray) more = packers[p]("o\nthree", 7);
        g_byte_array_append(data, empty->data, empty->len);
        g_byte_array_append(data, more->data, more->len);

        g_autoptr(NgInput) input = ng_input_new_for_data(data->data, data->len, "test");
        g_autofree char *got = lines_of(input, FALSE, NULL);
        ck_assert_str_eq(got, "one|two|three|");
    }
}
END_TEST

START_TEST(a_skippable_zstd_frame_is_skipped)
{
    /* RFC 8878, 3.1.2: magic 0x184D2A5?, size, content */
    const guint8 skippable[] = {0x53, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 'x', 'y'};
    g_autoptr(GByteArray) data = g_byte_array_new();
    g_autoptr(GByteArray) frame = zstd("tea\n", 4);
    g_byte_array_append(data, skippable, sizeof skippable);
    g_byte_array_append(data, frame->data, frame->len);

    g_autoptr(NgInput) input = ng_input_new_for_data(data->data, data->len, "test");
    g_autofree char *got = lines_of(input, FALSE, NULL);
    ck_assert_str_eq(got, "tea|");
}
END_TEST

/* Data that pack badly, so that each cut hits the data and not only the frame. */
static char *
noise(size_t size)
{
    char *text = g_malloc(size);
    guint32 x = 1;

    for (size_t i = 0; i < size; i++) {
        x = x * 1664525 + 1013904223;
        text[i] = (char)(x >> 24);
    }
    return text;
}

static const size_t magic_sizes[] = {0, 2, 4};
static const char *const packing_names[] = {"plain", "gzip", "zstd"};

START_TEST(a_packed_file_cut_anywhere_is_an_error)
{
    g_autofree char *text = noise(600);
    g_autoptr(GByteArray) data = packers[_i](text, 600);

    for (size_t size = magic_sizes[_i]; size < data->len; size++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(NgInput) input = ng_input_new_for_data(data->data, size, "cut");
        g_autofree char *got = lines_of(input, FALSE, &error);
        ck_assert_ptr_null(got);
        ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_FORMAT));
        g_autofree char *expected = g_strdup_printf("cut: the %s data end", packing_names[_i]);
        ck_assert(g_str_has_prefix(error->message, expected));
    }
}
END_TEST

/* Every bit behind the header counts: both formats have a checksum of the data.
 * A damaged header may also turn the file into plain text. */
START_TEST(a_packed_file_with_a_wrong_bit_is_never_read_as_another)
{
    g_autofree char *text = noise(600);
    g_autoptr(GByteArray) data = packers[_i](text, 600);
    g_autoptr(NgInput) whole = ng_input_new_for_data(data->data, data->len, "test");
    g_autofree char *expected = lines_of(whole, TRUE, NULL);

    for (size_t bit = 8 * magic_sizes[_i]; bit < 8 * (size_t)data->len; bit++) {
        data->data[bit / 8] ^= (guint8)(1 << bit % 8);
        g_autoptr(NgInput) input = ng_input_new_for_data(data->data, data->len, "test");
        g_autofree char *got = lines_of(input, TRUE, NULL);
        ck_assert(got == NULL || strcmp(got, expected) == 0);
        data->data[bit / 8] ^= (guint8)(1 << bit % 8);
    }
}
END_TEST

static const struct {
    const char *garbage;
    size_t size;
} garbages[] = {{"x", 1}, {"\0\0\0\0\0\0\0\0", 8}, {"more text\n", 10}};

START_TEST(bytes_after_the_end_are_an_error)
{
    for (size_t p = 1; p < G_N_ELEMENTS(packers); p++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GByteArray) data = packers[p]("tea\n", 4);
        g_byte_array_append(data, (const guint8 *)garbages[_i].garbage, (guint)garbages[_i].size);
        g_autoptr(NgInput) input = ng_input_new_for_data(data->data, data->len, "test");
        g_autofree char *got = lines_of(input, FALSE, &error);
        ck_assert_ptr_null(got);
        ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_FORMAT));
        ck_assert(g_str_has_prefix(error->message, "test: "));
    }
}
END_TEST

START_TEST(an_error_stays_an_error)
{
    g_autoptr(GByteArray) data = gzip("tea\n", 4);
    g_autoptr(NgInput) input = ng_input_new_for_data(data->data, data->len - 1, "test");
    const char *line = NULL;
    size_t length = 7;

    while (ng_input_line(input, &line, &length, NULL))
        ck_assert_uint_eq(length, 3);
    for (int i = 0; i < 2; i++) {
        g_autoptr(GError) error = NULL;
        length = 7;
        ck_assert(!ng_input_line(input, &line, &length, &error));
        ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_FORMAT));
        ck_assert_uint_eq(length, 7); /* untouched */
    }
    char byte = 0;
    g_autoptr(GError) error = NULL;
    ck_assert_int_eq(ng_input_read(input, &byte, 1, &error), -1);
    ck_assert_ptr_nonnull(error);
}
END_TEST

START_TEST(a_file_is_known_by_its_bytes_not_its_name)
{
    for (size_t p = 0; p < G_N_ELEMENTS(packers); p++) {
        g_autofree char *path = NULL;
        g_autoptr(GByteArray) data = packers[p]("tea\nmilk\n", 9);
        int fd = g_file_open_tmp("input-XXXXXX.txt", &path, NULL);
        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(write(fd, data->data, data->len), data->len);
        close(fd);

        g_autoptr(NgInput) input = ng_input_open(path, NULL);
        ck_assert_str_eq(ng_input_path(input), path);
        ck_assert_uint_eq(ng_input_size(input), data->len);
        g_autofree char *got = lines_of(input, FALSE, NULL);
        ck_assert_str_eq(got, "tea|milk|");
        ck_assert_uint_eq(ng_input_position(input), data->len);
        g_unlink(path);
    }
}
END_TEST

START_TEST(a_missing_file_is_a_file_error)
{
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(ng_input_open("/nonexistent/x", &error));
    ck_assert(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT));
    ck_assert_str_eq(error->message, "/nonexistent/x: No such file or directory");
}
END_TEST

START_TEST(a_folder_is_refused)
{
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(ng_input_open("/tmp", &error));
    ck_assert(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_ISDIR));
    ck_assert_str_eq(error->message, "/tmp: is a folder (name a file inside it)");
}
END_TEST

/* A writer that dribbles single bytes into standard input. */
static void
dribble(int fd, const GByteArray *data)
{
    for (guint i = 0; i < data->len; i++)
        g_assert(write(fd, &data->data[i], 1) == 1);
    _exit(EXIT_SUCCESS);
}

START_TEST(standard_input_may_come_byte_by_byte)
{
    g_autoptr(GByteArray) data = packers[_i]("tea\nmilk", 8);
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    if (fork() == 0) {
        close(ends[0]);
        dribble(ends[1], data);
    }
    close(ends[1]);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);

    g_autoptr(NgInput) input = ng_input_open("-", NULL);
    ck_assert_str_eq(ng_input_path(input), "standard input");
    ck_assert_uint_eq(ng_input_size(input), 0);
    g_autofree char *got = lines_of(input, FALSE, NULL);
    ck_assert_str_eq(got, "tea|milk|");
    ck_assert_uint_eq(ng_input_position(input), data->len);
}
END_TEST

START_TEST(bytes_looked_at_stay_where_they_are)
{
    const char *text = "tea\nmilk\n";
    g_autoptr(GByteArray) data = packers[_i](text, strlen(text));
    g_autoptr(NgInput) input = ng_input_new_for_data(data->data, data->len, "data");
    const void *next = NULL;
    const char *line = NULL;
    size_t length = 0;

    ck_assert_int_eq(ng_input_peek(input, &next, 6, NULL), 6);
    ck_assert_mem_eq(next, "tea\nmi", 6);
    ck_assert(ng_input_line(input, &line, &length, NULL));
    ck_assert_uint_eq(length, 3);
    ck_assert_int_eq(ng_input_peek(input, &next, 65536, NULL), 5);
    ck_assert_mem_eq(next, "milk\n", 5);
    ck_assert(ng_input_line(input, &line, &length, NULL));
    ck_assert_int_eq(ng_input_peek(input, &next, 1, NULL), 0);
}
END_TEST

Suite *
input_suite(void)
{
    Suite *suite = suite_create("input");
    TCase *lines = tcase_create("lines");
    TCase *packed = tcase_create("packed");
    TCase *files = tcase_create("files");

    tcase_set_timeout(lines, 60);
    tcase_set_timeout(packed, 60);
    tcase_add_loop_test(lines, lines_are_the_same_packed_or_plain, 0, G_N_ELEMENTS(texts));
    tcase_add_loop_test(lines, long_texts_come_back_line_by_line, 0, G_N_ELEMENTS(packers));
    tcase_add_test(lines, a_line_of_100_MB_is_one_line);
    tcase_add_test(lines, bytes_and_lines_may_be_mixed);
    tcase_add_loop_test(packed, bytes_looked_at_stay_where_they_are, 0, G_N_ELEMENTS(packers));
    tcase_add_test(packed, members_and_frames_are_joined);
    tcase_add_test(packed, a_skippable_zstd_frame_is_skipped);
    tcase_add_loop_test(packed, a_packed_file_cut_anywhere_is_an_error, 1, G_N_ELEMENTS(packers));
    tcase_add_loop_test(packed, a_packed_file_with_a_wrong_bit_is_never_read_as_another, 1,
                        G_N_ELEMENTS(packers));
    tcase_add_loop_test(packed, bytes_after_the_end_are_an_error, 0, G_N_ELEMENTS(garbages));
    tcase_add_test(packed, an_error_stays_an_error);
    tcase_add_test(files, a_file_is_known_by_its_bytes_not_its_name);
    tcase_add_test(files, a_missing_file_is_a_file_error);
    tcase_add_test(files, a_folder_is_refused);
    tcase_add_loop_test(files, standard_input_may_come_byte_by_byte, 0, G_N_ELEMENTS(packers));
    suite_add_tcase(suite, lines);
    suite_add_tcase(suite, packed);
    suite_add_tcase(suite, files);
    return suite;
}

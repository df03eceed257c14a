#include "parse.h"

#include "ngram/error.h"

#include <stdlib.h>

Suite *dataset_formats_suite(void);

#define GOLDEN "tests/golden/dataset/"

static void
check_golden(char **cells)
{
    g_autofree char *path = g_strconcat(GOLDEN, cells[0], NULL);
    const char *const paths[] = {path};
    g_autoptr(GError) error = NULL;
    g_autoptr(NgDataset) self = ng_dataset_read(paths, 1, &numbers, &error);

    ck_assert_msg(self != NULL, "%s", error != NULL ? error->message : "no error");
    g_autofree char *values = values_of(self);
    ck_assert_msg(strcmp(values, cells[3]) == 0, "%s: %s, not %s", path, values, cells[3]);
    ck_assert_msg(ng_dataset_width(self) == strtoul(cells[1], NULL, 10), "%s: width", path);
    ck_assert_msg(ng_dataset_height(self) == strtoul(cells[2], NULL, 10), "%s: height", path);
}

/* made and worked out by make.py there, which shares no code with the library */
START_TEST(golden_files_are_read_as_ever)
{
    g_autofree char *text = NULL;
    int n = 0;

    ck_assert(g_file_get_contents(GOLDEN "expected.tsv", &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (; lines[n][0] != '\0'; n++) {
        g_auto(GStrv) cells = g_strsplit(lines[n], "\t", -1);
        ck_assert_uint_eq(g_strv_length(cells), 4);
        check_golden(cells);
    }
    ck_assert_int_eq(n, 45);
}
END_TEST

START_TEST(pictures_alone_are_named_by_their_files)
{
    const char *const paths[] = {GOLDEN "packed.pbm", GOLDEN "plain.pbm"};
    const char *const many[] = {GOLDEN "many.pgm"};
    g_autoptr(NgDataset) two = ng_dataset_read(paths, 2, &bits, NULL);
    g_autoptr(NgDataset) three = ng_dataset_read(many, 1, &numbers, NULL);

    ck_assert_str_eq(ng_dataset_name(two, 1), GOLDEN "plain.pbm");
    ck_assert_str_eq(ng_dataset_name(three, 0), GOLDEN "many.pgm:1");
    ck_assert_str_eq(ng_dataset_name(three, 2), GOLDEN "many.pgm:3");
}
END_TEST

/* ---- what is refused */

typedef struct {
    const char *data;
    size_t size; /* 0: up to the zero byte */
    const char *message;
} Bad;

static void
check_bad(const Bad *bad, const NgDatasetRead *how)
{
    assert_refused(bad->data, bad->size > 0 ? bad->size : strlen(bad->data), how, bad->message);
}

static const Bad bad_pnm[] = {
    {"P1", 0, ":1: truncated: the width is missing (get the file again)"},
    {"P1\n# only a remark", 0, ":2: truncated: the width is missing (get the file again)"},
    {"P1\nx 2\n", 0, ":2: 'x' where the width should be"},
    {"P1\n2 -2\n", 0, ":2: '-' where the height should be"},
    {"P1\n2x2\n", 0, ":2: 'x' where a blank should be"},
    {"P1\n2 0\n", 0, ":3: a picture without a pixel"},
    {"P1\n2 2\n0 1\n1", 0, ":4: truncated: a 0 or 1 is missing (get the file again)"},
    {"P1\n2 2\n0 1\n1 2\n", 0, ":4: '2' where a 0 or 1 should be"},
    {"P1\n2 1\n0 1 1\n", 0, ":3: '1' where a picture, or the end, should be"},
    {"P1\n2 1\n0 1\nP9", 0, ":4: '9' where 1, 2, 4 or 5 behind P should be"},
    {"P1\n2 1\n0 1\nP1 1 2 0 1", 0,
     ": 1 x 2 pixels where the rows before have 2 x 1 pixels (scale the pictures to one size)"},
    {"P2 2 1 0 0 0", 0, ":1: the maximum is 0, where 1 to 65535 are read"},
    {"P2 2 1 65536 0 0", 0, ":1: the maximum is 65536, where 1 to 65535 are read"},
    {"P2 2 1 9 0 10", 0, ":1: 10 is above the maximum, 9"},
    {"P2 2 1 9\n0\n", 0, ":3: truncated: a grey value is missing (get the file again)"},
    {"P2 4294967296 1 9 0", 0, ":1: the width is above 4294967295"},
    {"P2 99999999999999999999 1 9 0", 0, ":1: the width is above 4294967295"},
    {"P2 4294967295 4294967295 9 0", 0,
     ": 18446744065119617025 values in a row, where 67108864 are the most (scale pictures down)"},
    {"P4\n8192 8192\n\1", 0,
     ": truncated: 8388607 bytes are missing of 8388608 (get the file again)"},
    {"P5\n2 2\n255\n\1\2\3", 0, ": truncated: 1 bytes are missing of 4 (get the file again)"},
    {"P5\n1 1\n300\n\1", 0, ": truncated: 1 bytes are missing of 2 (get the file again)"},
    {"P5\n1 1\n300\n\2\1", 0, ":4: 513 is above the maximum, 300"},
    {"P5\n1 1\n9\n\12", 0, ":4: 10 is above the maximum, 9"},
    {"P5\n1 1\n9\n\1\2", 0, ":4: byte 0x02 where a picture, or the end, should be"},
    {"P6\n1 1\n9\n\1\2\3", 0, ": a picture in colour, PPM (make it PGM or PNG)"},
    {"P5 1 1 9 \1P6", 0, ":1: a picture in colour, PPM (make it PGM or PNG)"},
};

START_TEST(bad_pnm_is_refused)
{
    check_bad(&bad_pnm[_i], &numbers);
}
END_TEST

START_TEST(grey_pictures_are_no_bits)
{
    const char pgm[] = "P2 2 2 9 0 9 3 0";

    assert_refused(pgm, strlen(pgm), &bits,
                   ": image 1, line 2, column 1: 0.333333 is neither 0 nor 1 (binarise the "
                   "values, or read them as numbers)");
    assert_values(pgm, strlen(pgm), &threshold, "0 1 0 0");
}
END_TEST

#define NPY(length) "\x93NUMPY\1\0" length "\0"
#define DAMAGED     ": NPY: its header is damaged"
static const Bad bad_npy[] = {
    {"\x93NUMPY", 0, ": truncated: 2 bytes are missing of 8 (get the file again)"},
    {"\x93NUMPY\1\1", 0, ": NPY of version 1.1, where 1.0 to 3.0 are read"},
    {"\x93NUMPY\4\0", 8, ": NPY of version 4.0, where 1.0 to 3.0 are read"},
    {"\x93NUMPY\1\0\7", 9, ": truncated: 1 bytes are missing of 2 (get the file again)"},
    {NPY("\7") "{", 11, ": truncated: 6 bytes are missing of 7 (get the file again)"},
    {"\x93NUMPY\2\0\xff\xff\xff\xff", 12, ": NPY: a header of 4294967295 bytes, where 65536 do"},
    {NPY("\1") "(", 11, ": NPY: its header is no dictionary"},
    {NPY("\1") "{", 11, DAMAGED},
    {NPY("\2") "{}", 12, DAMAGED},
    {NPY("\4") "{1:2", 14, DAMAGED},
    {NPY("\14") "{'descr' '<f", 22, DAMAGED},
    {NPY("\15") "{'other': 1, ", 23, DAMAGED},
    {NPY("\20") "{'descr': '<f4'}", 26, DAMAGED},
    {NPY("\37") "{'descr': '<f4', 'descr':'<f4'}", 41, DAMAGED},
    {NPY("\20") "{'descr': '<f2'}", 26, ": NPY of type '<f2' (make it numbers: astype('f4'))"},
    {NPY("\17") "{'descr': '|O'}", 25, ": NPY of type '|O' (make it numbers: astype('f4'))"},
    {NPY("\15") "{'descr': ''}", 23, ": NPY of type '' (make it numbers: astype('f4'))"},
    {NPY("\30") "{'descr': [('a','<f4')]}", 34,
     ": NPY of records (write one column, or plain numbers)"},
    {NPY("\25") "{'fortran_order': no}", 31, ": NPY: fortran_order is neither True nor False"},
    {NPY("\13") "{'shape':3}", 21, ": NPY: its shape is no tuple"},
    {NPY("\14") "{'shape':()}", 22, ": NPY of one value alone (reshape it to rows)"},
    {NPY("\15") "{'shape':(x)}", 23, ": NPY: its shape is damaged"},
    {NPY("\16") "{'shape':(1 2)}", 25, ": NPY: its shape is damaged"},
    {NPY("\13") "{'shape':(2", 21, ": NPY: its shape is damaged"},
    {NPY("\25") "{'shape':(4294967296)", 31, ": NPY: its shape is damaged"},
    {NPY("\24") "{'shape':(1,1,1,1,)}", 30,
     ": NPY of more than 3 dimensions (reshape it to rows, or to pictures)"},
};

START_TEST(bad_npy_headers_are_refused)
{
    check_bad(&bad_npy[_i], &numbers);
}
END_TEST

static const struct {
    const char *type, *order, *shape, *data;
    size_t size;
    const char *message;
} bad_arrays[] = {
    {"<f4", "False", "(2,2)", "\0\0\0\0", 4,
     ": truncated: 4 bytes are missing of 8 (get the file again)"},
    {"<f4", "False", "(1,1)", "\0\0\0\0\0", 5,
     ": more bytes than its header tells of (get the file again)"},
    {"<f4", "True", "(1,1)", "\0\0\0\0\0", 5,
     ": more bytes than its header tells of (get the file again)"},
    {"<f4", "False", "(0,1)", "", 0, ": no row in it (the first dimension is 0)"},
    {"<f4", "False", "(1,0)", "", 0, ": rows without a value"},
    {"<f4", "False", "(1,2)", "\0\0\0\0\0\0\xc0\x7f", 8,
     ": row 1, column 2: nan is not finite (write numbers alone)"},
    {"<f4", "False", "(1,1,2)", "\0\0\0\0\0\0\x80\xff", 8,
     ": image 1, line 1, column 2: -inf is not finite (write numbers alone)"},
    {"<f8", "False", "(1,1)", "\0\0\0\0\0\0\xf0\x7e", 8,
     ": row 1, column 1: inf is not finite (write numbers alone)"},
    {"<f4", "False", "(4294967295,4294967295,4294967295)", "", 0,
     ": 18446744065119617025 values in a row, where 67108864 are the most (scale pictures down)"},
    {"<f4", "False", "(4294967295,2)", "", 0,
     ": 4294967295 rows of 2 values are more than 4 GiB (limit the rows)"},
    {"<f8", "True", "(1073741824,1)", "", 0,
     ": NPY in Fortran's order of 4 GiB or more (write it in C's order)"},
    {"<f8", "True", "(1,67108864)", "\0", 1,
     ": truncated: 536870911 bytes are missing of 536870912 (get the file again)"},
};

START_TEST(bad_arrays_are_refused)
{
    g_autoptr(GString) file = g_string_new(NULL);
    g_autofree char *header =
        g_strdup_printf("{'descr': '%s', 'fortran_order': %s, 'shape': %s}", bad_arrays[_i].type,
                        bad_arrays[_i].order, bad_arrays[_i].shape);

    g_string_append_len(file, "\x93NUMPY\1\0", 8);
    g_string_append_c(file, (char)strlen(header));
    g_string_append_c(file, '\0');
    g_string_append(file, header);
    g_string_append_len(file, bad_arrays[_i].data, (gssize)bad_arrays[_i].size);
    assert_refused(file->str, file->len, &numbers, bad_arrays[_i].message);
}
END_TEST

/* ---- damage */

static const char *const damaged[] = {"grey8.png", "rgba8i.png",   "palette4.png",
                                      "cube.npy",  "pictures.idx", "packed.pgm"};

static void
load(const char *name, char **data, gsize *size)
{
    g_autofree char *path = g_strconcat(GOLDEN, name, NULL);

    ck_assert(g_file_get_contents(path, data, size, NULL));
}

START_TEST(a_file_cut_anywhere_is_an_error)
{
    g_autofree char *data = NULL;
    gsize size = 0;

    load(damaged[_i], &data, &size);
    for (gsize n = 0; n < size; n++) {
        g_autofree char *part = g_memdup2(data, n + 1); /* ASan sees who reads on */
        g_autoptr(GError) error = NULL;
        g_autoptr(NgDataset) self = parse_bytes(part, n, &numbers, &error);
        ck_assert_msg(self == NULL, "%s, cut at %zu", damaged[_i], n);
        ck_assert_ptr_nonnull(error);
    }
}
END_TEST

START_TEST(a_png_with_a_wrong_bit_is_an_error)
{
    g_autofree char *data = NULL;
    gsize size = 0;

    load("grey8.png", &data, &size);
    for (gsize bit = 0; bit < 8 * size; bit++) {
        g_autoptr(GError) error = NULL;
        data[bit / 8] = (char)(data[bit / 8] ^ 1 << bit % 8);
        g_autoptr(NgDataset) self = parse_bytes(data, size, &numbers, &error);
        ck_assert_msg(self == NULL, "bit %zu", bit);
        data[bit / 8] = (char)(data[bit / 8] ^ 1 << bit % 8);
    }
}
END_TEST

START_TEST(a_png_that_is_none_says_so)
{
    g_autofree char *data = NULL;
    gsize size = 0;

    load("grey8.png", &data, &size);
    assert_refused("\x89PNG\r\n\x1a\n", 8, &numbers,
                   ": PNG: truncated (get or make the file again)");
    assert_refused(data, size - 20, &numbers, ": PNG: truncated (get or make the file again)");
    assert_refused("\x89PXX1234", 8, &numbers,
                   ": PNG: Not a PNG file (get or make the file again)");
}
END_TEST

/* A PNG of 2^13 x 2^13 pixels in a few bytes; the check sum is that of zlib.crc32() in Python. */
START_TEST(a_small_png_does_not_ask_for_much_memory)
{
    const char png[] = "\x89PNG\r\n\x1a\n"
                       "\0\0\0\x0dIHDR\0\0\x20\0\0\0\x20\0\x08\0\0\0\0\x57\xc1\x95\x85"
                       "\0\0\0\0IDAT\x35\xaf\x06\x1e";

    assert_refused(png, sizeof png - 1, &numbers,
                   ": PNG: truncated: too few bytes for so many pixels (get or make the file "
                   "again)");
}
END_TEST

Suite *
dataset_formats_suite(void)
{
    Suite *suite = suite_create("dataset_formats");
    TCase *golden = tcase_create("golden");
    TCase *bad = tcase_create("bad");

    tcase_add_test(golden, golden_files_are_read_as_ever);
    tcase_add_test(golden, pictures_alone_are_named_by_their_files);
    tcase_add_loop_test(bad, bad_pnm_is_refused, 0, G_N_ELEMENTS(bad_pnm));
    tcase_add_test(bad, grey_pictures_are_no_bits);
    tcase_add_loop_test(bad, bad_npy_headers_are_refused, 0, G_N_ELEMENTS(bad_npy));
    tcase_add_loop_test(bad, bad_arrays_are_refused, 0, G_N_ELEMENTS(bad_arrays));
    tcase_add_loop_test(bad, a_file_cut_anywhere_is_an_error, 0, G_N_ELEMENTS(damaged));
    tcase_add_test(bad, a_png_with_a_wrong_bit_is_an_error);
    tcase_add_test(bad, a_png_that_is_none_says_so);
    tcase_add_test(bad, a_small_png_does_not_ask_for_much_memory);
    suite_add_tcase(suite, golden);
    suite_add_tcase(suite, bad);
    return suite;
}

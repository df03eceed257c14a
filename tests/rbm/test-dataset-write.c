#include "../folder.h"
#include "parse.h"

#include "ngram/dataset-write.h"
#include "ngram/error.h"

#include <stdlib.h>

Suite *dataset_write_suite(void);

static char *
path_in(const char *name)
{
    return g_build_filename(folder, name, NULL);
}

static char *
content_of(const char *path, gsize *size)
{
    char *data = NULL;

    ck_assert(g_file_get_contents(path, &data, size, NULL));
    return data;
}

/* Two pictures, 9 wide and 2 high. */
static NgDataset *
bit_pictures(void)
{
    NgDataset *self = ng_dataset_new(NG_STORAGE_BYTES, 18, 1.0F);
    const guint8 one[] = {1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 0};
    const guint8 two[] = {0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    ng_dataset_set_picture(self, 9, 2);
    ng_dataset_add_bytes(self, one);
    ng_dataset_add_bytes(self, two);
    return self;
}

/* Every grey, in one picture of 16 x 16. */
static NgDataset *
grey_picture(void)
{
    NgDataset *self = ng_dataset_new(NG_STORAGE_BYTES, 256, 1.0F / 255.0F);
    guint8 row[256];

    for (guint i = 0; i < 256; i++)
        row[i] = (guint8)i;
    ng_dataset_set_picture(self, 16, 16);
    ng_dataset_add_bytes(self, row);
    return self;
}

static NgDataset *
float_rows(void)
{
    NgDataset *self = ng_dataset_new(NG_STORAGE_FLOATS, 3, 1.0F);

    ng_dataset_add_floats(self, (const float[]){0.1F, -3e-20F, 16777217.0F});
    ng_dataset_add_floats(self, (const float[]){1.0F / 3.0F, 0.0F, -3.4e38F});
    return self;
}

static void
check_round(const NgDataset *self, NgDatasetFormat format)
{
    g_autofree char *path = path_in("file");
    const char *const paths[] = {path};
    g_autoptr(GError) error = NULL;

    ck_assert(ng_dataset_write(self, path, format, &error));
    g_autoptr(NgDataset) back = ng_dataset_read(paths, 1, &numbers, &error);
    ck_assert_msg(back != NULL, "%s", error != NULL ? error->message : "no error");
    ck_assert_uint_eq(ng_dataset_rows(back), ng_dataset_rows(self));
    ck_assert_uint_eq(ng_dataset_columns(back), ng_dataset_columns(self));
    if (format != NG_DATASET_CSV)
        ck_assert_uint_eq(ng_dataset_width(back), ng_dataset_width(self));
    g_autofree float *x = g_new(float, ng_dataset_columns(self));
    g_autofree float *y = g_new(float, ng_dataset_columns(self));
    for (size_t r = 0; r < ng_dataset_rows(self); r++) {
        ng_dataset_row(self, r, x);
        ng_dataset_row(back, r, y);
        ck_assert_mem_eq(x, y, ng_dataset_columns(self) * sizeof *x);
    }
}

START_TEST(what_is_written_is_read_again)
{
    g_autoptr(NgDataset) bit = bit_pictures();
    g_autoptr(NgDataset) grey = grey_picture();
    g_autoptr(NgDataset) real = float_rows();

    check_round(bit, NG_DATASET_CSV);
    check_round(bit, NG_DATASET_PBM);
    check_round(bit, NG_DATASET_PGM);
    check_round(bit, NG_DATASET_NPY);
    check_round(grey, NG_DATASET_CSV);
    check_round(grey, NG_DATASET_PGM);
    check_round(grey, NG_DATASET_PNG);
    check_round(grey, NG_DATASET_NPY);
    check_round(real, NG_DATASET_CSV);
    check_round(real, NG_DATASET_NPY);
}
END_TEST

START_TEST(files_are_byte_for_byte_what_the_formats_say)
{
    g_autoptr(NgDataset) bit = bit_pictures();
    g_autofree char *path = path_in("file");
    gsize size = 0;
    const char pbm[] = "P4\n9 2\n\x80\x80\x7f\0P4\n9 2\n\1\0\0\0";

    ck_assert(ng_dataset_write(bit, path, NG_DATASET_CSV, NULL));
    g_autofree char *csv = content_of(path, &size);
    ck_assert_str_eq(csv, "1,0,0,0,0,0,0,0,1,0,1,1,1,1,1,1,1,0\n"
                          "0,0,0,0,0,0,0,1,0,0,0,0,0,0,0,0,0,0\n");
    ck_assert(ng_dataset_write(bit, path, NG_DATASET_PBM, NULL));
    g_autofree char *packed = content_of(path, &size);
    ck_assert_uint_eq(size, sizeof pbm - 1);
    ck_assert_mem_eq(packed, pbm, size);
    ng_dataset_truncate(bit, 1);
    ck_assert(ng_dataset_write(bit, path, NG_DATASET_PGM, NULL));
    g_autofree char *grey = content_of(path, &size);
    ck_assert_uint_eq(size, strlen("P5\n9 2\n255\n") + 18);
    ck_assert_mem_eq(grey, "P5\n9 2\n255\n\xff\0", 13);
    ck_assert(ng_dataset_write(bit, path, NG_DATASET_NPY, NULL));
    g_autofree char *npy = content_of(path, &size);
    ck_assert_uint_eq(size, 128 + 4 * 18);
    ck_assert_mem_eq(npy + 10, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 9), }",
                     62);
    ck_assert_mem_eq(npy + 127, "\n\0\0\x80\x3f\0", 6); /* 1.0F */
}
END_TEST

START_TEST(several_png_are_numbered)
{
    g_autoptr(NgDataset) bit = bit_pictures();
    g_autofree char *path = path_in("row-%03d.png");
    g_autofree char *first = path_in("row-001.png");
    g_autofree char *second = path_in("row-002.png");
    const char *const paths[] = {first, second};
    g_autoptr(GError) error = NULL;

    ck_assert(ng_dataset_write(bit, path, NG_DATASET_PNG, &error));
    g_autoptr(NgDataset) back = ng_dataset_read(paths, 2, &bits, &error);
    ck_assert_msg(back != NULL, "%s", error != NULL ? error->message : "no error");
    g_autofree char *was = values_of(bit);
    g_autofree char *is = values_of(back);
    ck_assert_str_eq(was, is);
}
END_TEST

static const char *const bad_templates[] = {
    "row.png", "row-%s.png", "row-%3d.png", "row-%0d.png", "row-%.png", "%d-row-%d.png", "row-%"};

START_TEST(several_png_want_a_number_in_the_path)
{
    g_autoptr(NgDataset) bit = bit_pictures();
    g_autofree char *path = path_in(bad_templates[_i]);
    g_autoptr(GError) error = NULL;

    ck_assert(!ng_dataset_write(bit, path, NG_DATASET_PNG, &error));
    g_autofree char *expected = g_strconcat(path,
                                            ": a PNG holds one picture, and there are 2 (name the "
                                            "files by number, as in row-%03d.png)",
                                            NULL);
    ck_assert_str_eq(error->message, expected);
}
END_TEST

START_TEST(what_a_format_cannot_hold_is_refused_and_leaves_no_file)
{
    static const struct {
        NgDatasetFormat format;
        float value;
        const char *message;
    } cases[] = {
        {NG_DATASET_PBM, 0.5F,
         ": row 1, column 2 (here): 0.5 is not 0 or 1, as bits are (write grey: PGM or PNG)"},
        {NG_DATASET_PGM, 1.5F,
         ": row 1, column 2 (here): 1.5 is not 0 to 1, as grey is (write numbers: CSV or NPY)"},
        {NG_DATASET_PNG, -1.0F,
         ": row 1, column 2 (here): -1 is not 0 to 1, as grey is (write numbers: CSV or NPY)"},
    };
    g_autofree char *path = path_in("file");

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(NgDataset) self = ng_dataset_new(NG_STORAGE_FLOATS, 2, 1.0F);
        g_autoptr(GError) error = NULL;
        g_autofree char *expected = g_strconcat(path, cases[i].message, NULL);
        ng_dataset_add_floats(self, (const float[]){1.0F, cases[i].value});
        ng_dataset_set_name(self, 0, "here");
        ck_assert(!ng_dataset_write(self, path, cases[i].format, &error));
        g_clear_error(&error);
        ng_dataset_set_picture(self, 2, 1);
        ck_assert(!ng_dataset_write(self, path, cases[i].format, &error));
        ck_assert_str_eq(error->message, expected);
        ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS));
    }
}
END_TEST

START_TEST(rows_that_are_no_pictures_are_not_drawn)
{
    g_autoptr(NgDataset) real = float_rows();
    g_autoptr(GError) error = NULL;

    ck_assert(!ng_dataset_write(real, "x.pgm", NG_DATASET_PGM, &error));
    ck_assert_str_eq(error->message, "x.pgm: the rows are no pictures, for their width is not "
                                     "known (write CSV or NPY)");
}
END_TEST

START_TEST(formats_are_known_by_name_and_by_ending)
{
    NgDatasetFormat format = NG_DATASET_CSV;

    ck_assert(ng_dataset_format_from_name("NPY", &format));
    ck_assert_int_eq(format, NG_DATASET_NPY);
    ck_assert(ng_dataset_format_from_path("a.b/c.pgm", &format));
    ck_assert_int_eq(format, NG_DATASET_PGM);
    ck_assert(!ng_dataset_format_from_path("a.b/c", &format));
    ck_assert(!ng_dataset_format_from_path("csv", &format));
    ck_assert(!ng_dataset_format_from_name("idx", &format));
}
END_TEST

Suite *
dataset_write_suite(void)
{
    Suite *suite = suite_create("dataset_write");
    TCase *tcase = tcase_create("dataset_write");

    tcase_add_checked_fixture(tcase, make_folder, remove_folder);
    tcase_add_test(tcase, what_is_written_is_read_again);
    tcase_add_test(tcase, files_are_byte_for_byte_what_the_formats_say);
    tcase_add_test(tcase, several_png_are_numbered);
    tcase_add_loop_test(tcase, several_png_want_a_number_in_the_path, 0,
                        G_N_ELEMENTS(bad_templates));
    tcase_add_test(tcase, what_a_format_cannot_hold_is_refused_and_leaves_no_file);
    tcase_add_test(tcase, rows_that_are_no_pictures_are_not_drawn);
    tcase_add_test(tcase, formats_are_known_by_name_and_by_ending);
    suite_add_tcase(suite, tcase);
    return suite;
}

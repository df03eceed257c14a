#include "../folder.h"
#include "parse.h"

#include "ngram/error.h"

#include <math.h>
#include <stdlib.h>

Suite *dataset_read_suite(void);

/* A file of bytes that hold zero bytes. */
static char *
put_bytes(const char *name, const char *data, size_t size)
{
    return put_file(name, data, (gssize)size);
}

static NgDataset *
read_paths(const char *const *paths, const NgDatasetRead *how, GError **error)
{
    return ng_dataset_read(paths, g_strv_length((char **)(guintptr)paths), how, error);
}

static char *
read_values(const char *const *paths, const NgDatasetRead *how)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(NgDataset) self = read_paths(paths, how, &error);

    ck_assert_msg(self != NULL, "%s", error != NULL ? error->message : "no error");
    return values_of(self);
}

/* The message without the folder, in which files are `/name`. */
static char *
refusal(const char *const *paths, const NgDatasetRead *how)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(NgDataset) self = read_paths(paths, how, &error);

    ck_assert_ptr_null(self);
    ck_assert_ptr_nonnull(error);
    g_auto(GStrv) parts = g_strsplit(error->message, folder, -1);
    return g_strjoinv("", parts);
}

/* ---- IDX */

/* two pictures, 3 wide and 2 high */
static const char grey_idx[] = "\0\0\x08\x03\0\0\0\x02\0\0\0\x02\0\0\0\x03"
                               "\0\x7f\x80\xff\0\0"
                               "\xff\0\0\0\0\1";
static const char bit_idx[] = "\0\0\x08\x02\0\0\0\x02\0\0\0\x03\0\1\1\1\0\0";
#define SIZE(text) (sizeof(text) - 1)

START_TEST(idx_pictures_become_bits_by_a_threshold)
{
    g_autoptr(NgDataset) self = parsed(grey_idx, SIZE(grey_idx), &threshold);
    g_autofree char *values = values_of(self);

    /* 128 of 255 is above a half, 127 is not */
    ck_assert_str_eq(values, "0 0 1 1 0 0/1 0 0 0 0 0");
    ck_assert_uint_eq(ng_dataset_width(self), 3);
    ck_assert_uint_eq(ng_dataset_height(self), 2);
    ck_assert(ng_dataset_is_binary(self));
    ck_assert_str_eq(ng_dataset_name(self, 0), "data:1");
    ck_assert_str_eq(ng_dataset_name(self, 1), "data:2");
}
END_TEST

START_TEST(grey_stays_a_byte_a_value_and_white_is_1)
{
    g_autoptr(NgDataset) self = parsed(grey_idx, SIZE(grey_idx), &numbers);
    float x[6];

    ck_assert_int_eq(ng_dataset_storage(self), NG_STORAGE_BYTES);
    ng_dataset_row(self, 0, x);
    ck_assert(x[3] == 1.0F);
    ck_assert(fabsf(x[2] - 128.0F / 255.0F) < 1e-7F);
    ck_assert_uint_eq(ng_dataset_bytes(self, 1)[5], 1);
}
END_TEST

START_TEST(idx_bytes_of_0_and_1_are_bits)
{
    g_autoptr(NgDataset) self = parsed(bit_idx, SIZE(bit_idx), &threshold);

    assert_values(bit_idx, SIZE(bit_idx), &bits, "0 1 1/1 0 0");
    assert_values(bit_idx, SIZE(bit_idx), &numbers, "0 1 1/1 0 0");
    assert_values(bit_idx, SIZE(bit_idx), &threshold, "0 1 1/1 0 0");
    ck_assert_uint_eq(ng_dataset_width(self), 0);
}
END_TEST

START_TEST(a_limit_does_not_change_what_a_byte_means)
{
    /* grey, but its first row is of 0 and 1 */
    const char idx[] = "\0\0\x08\x02\0\0\0\3\0\0\0\2\0\1\xff\xff\0\0";
    const NgDatasetRead one = {.limit = 1, .binarise = NG_BINARISE_THRESHOLD};
    const NgDatasetRead grey = {.limit = 1, .values = NG_VALUES_FLOATS};

    assert_values(idx, SIZE(idx), &one, "0 0");
    assert_values(idx, SIZE(idx), &grey, "0 0.00392157");
}
END_TEST

START_TEST(idx_of_one_dimension_is_one_column)
{
    const char idx[] = "\0\0\x08\x01\0\0\0\3\1\0\1";

    assert_values(idx, SIZE(idx), &bits, "1/0/1");
}
END_TEST

#define TRUNCATED(n, m) ": truncated: " n " bytes are missing of " m " (get the file again)"
static const struct {
    const char *data;
    size_t size;
    const char *message;
} bad_idx[] = {
    {"\0\0", 2, TRUNCATED("2", "4")},
    {"\0\0\x08", 3, TRUNCATED("1", "4")},
    {"\0\0\x0d\x02", 4,
     ": IDX of type 0x0d, where 0x08 alone is read, unsigned bytes (write the data so, or as "
     "NPY)"},
    {"\0\0\x08\0", 4, ": IDX of 0 dimensions (1 to 3 are read: rows, or pictures, of bytes)"},
    {"\0\0\x08\4\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1\1", 21,
     ": IDX of 4 dimensions (1 to 3 are read: rows, or pictures, of bytes)"},
    {"\0\0\x08\2\0\0\0\1\0\0", 10, TRUNCATED("2", "8")},
    {"\0\0\x08\2\0\0\0\0\0\0\0\1", 12, ": no row in it (the first dimension is 0)"},
    {"\0\0\x08\2\0\0\0\1\0\0\0\0", 12, ": rows without a value"},
    {"\0\0\x08\2\0\0\0\2\0\0\0\2\1\0\1", 15, TRUNCATED("1", "2")},
    {"\0\0\x08\2\0\0\0\2\0\0\0\2\1\0", 14, TRUNCATED("2", "2")},
    {"\0\0\x08\2\0\0\0\1\0\0\0\1\1\1", 14,
     ": more bytes than its header tells of (get the file again)"},
    {"\0\0\x08\3\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\1", 17,
     ": 18446744065119617025 values in a row, where 67108864 are the most (scale pictures down)"},
    {"\0\0\x08\2\xff\xff\xff\xff\0\0\0\2\1", 13,
     ": 4294967295 rows of 2 values are more than 4 GiB (limit the rows)"},
    {"\0\0\x08\2\0\0\0\1\x03\0\0\0\1", 13, TRUNCATED("50331647", "50331648")},
    {"\0\0\x08\2\0\0\0\2\0\0\0\2\0\1\1\xfe", 16,
     ": row 2, column 2: 254 is neither 0 nor 1 (binarise the values, or read them as numbers)"},
    {"\0\0\x08\2\0\0\0\2\0\0\0\2\0\0\0\xfe", 16,
     ": row 2, column 2: 254 of 255 is neither 0 nor 255 (binarise grey, or read it as numbers)"},
    {"\0\0\x08\3\0\0\0\1\0\0\0\2\0\0\0\2\0\xff\xff\x80", 20,
     ": image 1, line 2, column 2: 128 of 255 is neither 0 nor 255 (binarise grey, or read it as "
     "numbers)"},
};

START_TEST(bad_idx_is_refused)
{
    assert_refused(bad_idx[_i].data, bad_idx[_i].size, &bits, bad_idx[_i].message);
}
END_TEST

/* ---- numbers as text */

static const struct {
    const char *text;
    const char *values;
} texts[] = {
    {"0,1,1\n1,0,0\n", "0 1 1/1 0 0"},
    {"0 1\t1\r\n1 0  0", "0 1 1/1 0 0"},
    {"  0 , 1 ,1  \n\n \t\n# a remark\n1, 0,0\n", "0 1 1/1 0 0"},
    {"\xef\xbb\xbf"
     "1\n0\n",
     "1/0"},
    {"1.0,0.0,1e0\n-0,+1,00\n", "1 0 1/-0 1 0"},
};

START_TEST(bits_are_read_from_text)
{
    /* a negative zero is stored as bit 0 */
    assert_values(texts[_i].text, strlen(texts[_i].text), &bits,
                  _i == 4 ? "1 0 1/0 1 0" : texts[_i].values);
}
END_TEST

START_TEST(other_numbers_become_floats_and_bits_before_them_too)
{
    const char text[] = "0,1\n0.25,-3e2\n1,1\n";
    g_autoptr(NgDataset) self = parsed(text, SIZE(text), &numbers);
    g_autofree char *values = values_of(self);

    ck_assert_str_eq(values, "0 1/0.25 -300/1 1");
    ck_assert_int_eq(ng_dataset_storage(self), NG_STORAGE_FLOATS);
    ck_assert_str_eq(ng_dataset_name(self, 2), "data:3");
}
END_TEST

START_TEST(rows_of_text_are_named_by_their_lines)
{
    const char text[] = "# a remark\n0\n\n1\n";
    g_autoptr(NgDataset) self = parsed(text, SIZE(text), &bits);

    ck_assert_str_eq(ng_dataset_name(self, 0), "data:2");
    ck_assert_str_eq(ng_dataset_name(self, 1), "data:4");
}
END_TEST

#define NEITHER " is neither 0 nor 1 (binarise the values, or read them as numbers)"
static const struct {
    const char *text;
    const char *message;
} bad_texts[] = {
    {"", ": empty file"},
    {"\n \n# nothing\n", ": no row in it"},
    {"pixel0,pixel1\n0,1\n",
     ":1: column 1: 'pixel0' is no number (remove a header line, or begin it with #)"},
    {"0,1\n1,a\n",
     ":2: column 2: 'a' is no number (write numbers, parted by commas, blanks or tabs)"},
    {"0,1\n1,,0\n", ":2: column 2: '' is no number (write a number between commas)"},
    {"0,1\n1,\n", ":2: column 2: '' is no number (write a number between commas)"},
    {"0,1\n,1\n", ":2: column 1: '' is no number (write a number between commas)"},
    {"0,1\n1;0\n",
     ":2: column 1: '1;0' is no number (write numbers, parted by commas, blanks or tabs)"},
    {"0,1\n1,0x1\n",
     ":2: column 2: '0x1' is no number (write numbers, parted by commas, blanks or tabs)"},
    {"0,1\n\n1,1,1\n",
     ":3: 3 columns where the rows before have 2 columns (all rows must have one size)"},
    {"0,1\n1\n",
     ":2: 1 columns where the rows before have 2 columns (all rows must have one size)"},
    {"0,1\n1,2\n", ":2: column 2: 2" NEITHER},
    {"0,1\n1,-1\n", ":2: column 2: -1" NEITHER},
    {"0,1\n0.5,1\n", ":2: column 1: 0.5" NEITHER},
    {"0,1\nnan,1\n", ":2: column 1: nan is not finite (write numbers alone)"},
    {"0,1\n1,-inf\n", ":2: column 2: -inf is not finite (write numbers alone)"},
    {"0,1\n1,1e39\n",
     ":2: column 2: '1e39' is no number (write numbers, parted by commas, blanks or tabs)"},
    {"0,1\n1,\xff\xff\n", ":2: column 2: '\xef\xbf\xbd\xef\xbf\xbd' is no number (write numbers, "
                          "parted by commas, blanks or tabs)"},
    {"\1\2\3\4", ": no data set (IDX, PNG, PBM, PGM, NPY, or numbers as text)"},
    {"\xff\xd8\xff\xe0", ": a JPEG picture (make it a PNG)"},
    {"GIF89a", ": a GIF picture (make it a PNG)"},
    {"PK\3\4", ": an archive (unpack it: .npz holds .npy)"},
};

START_TEST(bad_text_is_refused_with_its_line)
{
    assert_refused(bad_texts[_i].text, strlen(bad_texts[_i].text), &bits, bad_texts[_i].message);
}
END_TEST

/* ---- binarising */

START_TEST(a_threshold_may_be_chosen)
{
    const char text[] = "0.1,0.2,0.3\n";
    const NgDatasetRead how = {.binarise = NG_BINARISE_THRESHOLD, .threshold = 0.2};

    assert_values(text, SIZE(text), &how, "0 1 1");
}
END_TEST

START_TEST(a_draw_depends_on_seed_row_and_column_alone)
{
    g_autoptr(GString) many = g_string_new(NULL);
    NgDatasetRead how = {.binarise = NG_BINARISE_STOCHASTIC, .seed = 7};

    for (int r = 0; r < 50; r++)
        g_string_append(many, "0.3,0.3,0.3,0.3,0.3,0.3,0.3,0.3,0.3,0.3\n");
    g_autoptr(NgDataset) all = parsed(many->str, many->len, &how);
    how.limit = 7;
    g_autoptr(NgDataset) few = parsed(many->str, many->len, &how);
    how.seed = 8;
    g_autoptr(NgDataset) other = parsed(many->str, many->len, &how);
    int ones = 0, same = 0;
    for (size_t r = 0; r < 50; r++)
        for (guint i = 0; i < 10; i++)
            ones += ng_dataset_bytes(all, r)[i];
    for (size_t r = 0; r < 7; r++) {
        ck_assert_mem_eq(ng_dataset_bytes(all, r), ng_dataset_bytes(few, r), 10);
        for (guint i = 0; i < 10; i++)
            same += ng_dataset_bytes(all, r)[i] == ng_dataset_bytes(other, r)[i];
    }
    /* binomial of 500 and 0.3: 150 +- 10.2; four of them, 1 seed in 16,000 would fail */
    ck_assert_int_ge(ones, 150 - 41);
    ck_assert_int_le(ones, 150 + 41);
    ck_assert_int_lt(same, 70);
}
END_TEST

START_TEST(black_and_white_are_drawn_as_they_are)
{
    const NgDatasetRead how = {.binarise = NG_BINARISE_STOCHASTIC, .seed = 1};

    assert_values(bit_idx, SIZE(bit_idx), &how, "0 1 1/1 0 0");
}
END_TEST

START_TEST(what_is_no_probability_cannot_be_drawn)
{
    const NgDatasetRead how = {.binarise = NG_BINARISE_STOCHASTIC};

    assert_refused("0,1\n1,1.5\n", 10, &how,
                   ":2: column 2: 1.5 is no probability (values to draw from are 0 to 1)");
}
END_TEST

/* ---- several files */

START_TEST(files_follow_each_other_and_a_folder_is_sorted)
{
    g_autofree char *b = put_file("set/b.csv", "0,0\n", -1);
    g_autofree char *a = put_file("set/a/z.csv", "1,0\n0,1\n", -1);
    g_autofree char *c = put_file("c.csv", "1,1\n", -1);
    g_autofree char *set = g_build_filename(folder, "set", NULL);
    const char *const paths[] = {c, set, NULL};
    g_autoptr(NgDataset) self = read_paths(paths, &bits, NULL);
    g_autofree char *values = values_of(self);
    g_autofree char *name = g_strconcat(a, ":2", NULL);

    ck_assert_str_eq(values, "1 1/1 0/0 1/0 0");
    ck_assert_str_eq(ng_dataset_name(self, 2), name);
}
END_TEST

START_TEST(a_limit_counts_rows_of_all_files)
{
    g_autofree char *a = put_file("a", "0,0\n1,0\n", -1);
    g_autofree char *b = put_file("b", "0,1\n1,1\n", -1);
    const char *const paths[] = {a, b, NULL};
    const char *const values[] = {"", "0 0", "0 0/1 0", "0 0/1 0/0 1", "0 0/1 0/0 1/1 1"};
    NgDatasetRead how = {0};

    for (how.limit = 1; how.limit < G_N_ELEMENTS(values); how.limit++) {
        g_autofree char *got = read_values(paths, &how);
        ck_assert_str_eq(got, values[how.limit]);
    }
}
END_TEST

START_TEST(bits_and_grey_and_floats_meet_on_one_scale)
{
    g_autofree char *one = put_bytes("a", bit_idx, SIZE(bit_idx));
    g_autofree char *grey = put_bytes("b", "\0\0\x08\2\0\0\0\1\0\0\0\3\0\x33\xff", 15);
    g_autofree char *real = put_file("c", "0.5,2,0\n", -1);
    const char *const two[] = {one, grey, one, NULL};
    const char *const all[] = {one, grey, real, grey, NULL};
    g_autoptr(NgDataset) bytes = read_paths(two, &numbers, NULL);
    g_autofree char *first = values_of(bytes);
    g_autofree char *second = read_values(all, &numbers);

    ck_assert_int_eq(ng_dataset_storage(bytes), NG_STORAGE_BYTES);
    ck_assert_str_eq(first, "0 1 1/1 0 0/0 0.2 1/0 1 1/1 0 0");
    ck_assert_str_eq(second, "0 1 1/1 0 0/0 0.2 1/0.5 2 0/0 0.2 1");
}
END_TEST

START_TEST(mixed_sizes_name_the_file)
{
    g_autofree char *a = put_file("a", "0,0\n1,0\n", -1);
    g_autofree char *b = put_file("b", "0,1,1\n", -1);
    g_autofree char *c = put_bytes("c", grey_idx, SIZE(grey_idx));
    g_autofree char *d = put_bytes("d", "\0\0\x08\3\0\0\0\1\0\0\0\3\0\0\0\2\0\0\0\0\0\0", 22);
    const char *const vectors[] = {a, b, NULL};
    const char *const pictures[] = {c, d, NULL};
    g_autofree char *first = refusal(vectors, &bits);
    g_autofree char *second = refusal(pictures, &threshold);

    ck_assert_str_eq(first, "/b: 3 columns where /a has 2 columns (all rows must have one size)");
    ck_assert_str_eq(second, "/d: 2 x 3 pixels where /c has 3 x 2 pixels (scale the pictures to "
                             "one size)");
}
END_TEST

START_TEST(no_file_and_no_folder_is_an_error)
{
    const char *const missing[] = {"/nonexistent", NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(NgDataset) self = read_paths(missing, &bits, &error);

    ck_assert_ptr_null(self);
    ck_assert(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT));
}
END_TEST

/* ---- labels */

START_TEST(labels_come_from_idx_or_text)
{
    g_autofree char *data = put_file("data", "0,0\n1,0\n1,1\n", -1);
    g_autofree char *idx = put_bytes("idx", "\0\0\x08\1\0\0\0\3\7\1\0", 11);
    g_autofree char *text = put_file("text", "7\n1\n0\n", -1);
    const char *const paths[] = {data, NULL};
    const NgDatasetRead how = {.labels = _i == 0 ? idx : text};
    const NgDatasetRead two = {.limit = 2, .labels = how.labels};
    g_autoptr(NgDataset) self = read_paths(paths, &how, NULL);
    g_autoptr(NgDataset) part = read_paths(paths, &two, NULL);

    ck_assert_ptr_nonnull(self);
    ck_assert_int_eq(ng_dataset_label(self, 0), 7);
    ck_assert_int_eq(ng_dataset_label(self, 2), 0);
    ck_assert_uint_eq(ng_dataset_labels(self), 8);
    ck_assert_ptr_nonnull(part);
    ck_assert_int_eq(ng_dataset_label(part, 1), 1);
}
END_TEST

static const struct {
    const char *text;
    size_t limit;
    const char *message;
} bad_labels[] = {
    {"1\n2\n", 0, "/labels: 2 labels for 3 rows (name the labels of these data)"},
    {"1\n2\n", 3, "/labels: 2 labels for 3 rows (name the labels of these data)"},
    {"1\n2\n3\n4\n", 0, "/labels: 4 labels for 3 rows (name the labels of these data)"},
    {"1\n2\n3\n4\n", 9, "/labels: 4 labels for 3 rows (name the labels of these data)"},
    {"1,2\n1,2\n1,2\n", 0, "/labels: 2 columns where labels are one number a row"},
    {"1\n-1\n0\n", 0, "/labels:2: -1 is no label (labels are 0 to 65535)"},
    {"1\n1.5\n0\n", 0, "/labels:2: 1.5 is no label (labels are 0 to 65535)"},
    {"1\n70000\n0\n", 0, "/labels:2: 70000 is no label (labels are 0 to 65535)"},
    {"cat\ndog\n", 0,
     "/labels:1: column 1: 'cat' is no number (remove a header line, or begin it with #)"},
};

START_TEST(bad_labels_are_refused)
{
    g_autofree char *data = put_file("data", "0,0\n1,0\n1,1\n", -1);
    g_autofree char *labels = put_file("labels", bad_labels[_i].text, -1);
    const char *const paths[] = {data, NULL};
    const NgDatasetRead how = {.labels = labels, .limit = bad_labels[_i].limit};
    g_autofree char *message = refusal(paths, &how);

    ck_assert_str_eq(message, bad_labels[_i].message);
}
END_TEST

Suite *
dataset_read_suite(void)
{
    Suite *suite = suite_create("dataset_read");
    TCase *idx = tcase_create("idx");
    TCase *csv = tcase_create("csv");
    TCase *binary = tcase_create("binary");
    TCase *files = tcase_create("files");

    tcase_add_test(idx, idx_pictures_become_bits_by_a_threshold);
    tcase_add_test(idx, grey_stays_a_byte_a_value_and_white_is_1);
    tcase_add_test(idx, idx_bytes_of_0_and_1_are_bits);
    tcase_add_test(idx, a_limit_does_not_change_what_a_byte_means);
    tcase_add_test(idx, idx_of_one_dimension_is_one_column);
    tcase_add_loop_test(idx, bad_idx_is_refused, 0, G_N_ELEMENTS(bad_idx));
    tcase_add_loop_test(csv, bits_are_read_from_text, 0, G_N_ELEMENTS(texts));
    tcase_add_test(csv, other_numbers_become_floats_and_bits_before_them_too);
    tcase_add_test(csv, rows_of_text_are_named_by_their_lines);
    tcase_add_loop_test(csv, bad_text_is_refused_with_its_line, 0, G_N_ELEMENTS(bad_texts));
    tcase_add_test(binary, a_threshold_may_be_chosen);
    tcase_add_test(binary, a_draw_depends_on_seed_row_and_column_alone);
    tcase_add_test(binary, black_and_white_are_drawn_as_they_are);
    tcase_add_test(binary, what_is_no_probability_cannot_be_drawn);
    tcase_add_checked_fixture(files, make_folder, remove_folder);
    tcase_add_test(files, files_follow_each_other_and_a_folder_is_sorted);
    tcase_add_test(files, a_limit_counts_rows_of_all_files);
    tcase_add_test(files, bits_and_grey_and_floats_meet_on_one_scale);
    tcase_add_test(files, mixed_sizes_name_the_file);
    tcase_add_test(files, no_file_and_no_folder_is_an_error);
    tcase_add_loop_test(files, labels_come_from_idx_or_text, 0, 2);
    tcase_add_loop_test(files, bad_labels_are_refused, 0, G_N_ELEMENTS(bad_labels));
    suite_add_tcase(suite, idx);
    suite_add_tcase(suite, csv);
    suite_add_tcase(suite, binary);
    suite_add_tcase(suite, files);
    return suite;
}

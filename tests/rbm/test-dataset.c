#include "ngram/dataset.h"

#include <check.h>

Suite *dataset_suite(void);

START_TEST(a_row_comes_back_from_every_storage)
{
    g_autoptr(NgDataset) bytes = ng_dataset_new(NG_STORAGE_BYTES, 3, 0.5F);
    g_autoptr(NgDataset) floats = ng_dataset_new(NG_STORAGE_FLOATS, 3, 1.0F);
    g_autoptr(NgDataset) sparse = ng_dataset_new(NG_STORAGE_SPARSE, 3, 1.0F);
    const float row[] = {0.0F, 1.5F, -2.0F};
    const guint column[] = {1, 2};
    float out[3] = {0};

    ng_dataset_add_bytes(bytes, (const guint8[]){2, 0, 255});
    ng_dataset_row(bytes, 0, out);
    ck_assert(out[0] == 1.0F);
    ck_assert(out[2] == 127.5F);
    ng_dataset_add_floats(floats, row);
    ng_dataset_row(floats, 0, out);
    for (guint i = 0; i < 3; i++)
        ck_assert(out[i] == row[i]);
    ng_dataset_add_sparse(sparse, NULL, NULL, 0);
    ng_dataset_add_sparse(sparse, column, row + 1, 2);
    ng_dataset_row(sparse, 1, out);
    for (guint i = 0; i < 3; i++)
        ck_assert(out[i] == row[i]);
    ng_dataset_row(sparse, 0, out);
    ck_assert(out[0] == 0.0F && out[1] == 0.0F && out[2] == 0.0F);
}
END_TEST

START_TEST(labels_and_names_belong_to_rows)
{
    g_autoptr(NgDataset) data = ng_dataset_new(NG_STORAGE_BYTES, 1, 1.0F);

    for (guint8 i = 0; i < 4; i++)
        ng_dataset_add_bytes(data, &i);
    ck_assert(!ng_dataset_is_binary(data));
    ng_dataset_set_label(data, 2, 5);
    ng_dataset_set_name(data, 1, "one");
    ck_assert_int_eq(ng_dataset_label(data, 0), -1);
    ck_assert_int_eq(ng_dataset_label(data, 2), 5);
    ck_assert_int_eq(ng_dataset_label(data, 3), -1);
    ck_assert_uint_eq(ng_dataset_labels(data), 6);
    ck_assert_str_eq(ng_dataset_name(data, 1), "one");
    ck_assert_ptr_null(ng_dataset_name(data, 3));
    ng_dataset_truncate(data, 2);
    ck_assert_uint_eq(ng_dataset_rows(data), 2);
    ck_assert_uint_eq(ng_dataset_labels(data), 0);
    ck_assert(ng_dataset_is_binary(data));
}
END_TEST

Suite *
dataset_suite(void)
{
    Suite *suite = suite_create("dataset");
    TCase *tcase = tcase_create("dataset");

    tcase_add_test(tcase, a_row_comes_back_from_every_storage);
    tcase_add_test(tcase, labels_and_names_belong_to_rows);
    suite_add_tcase(suite, tcase);
    return suite;
}

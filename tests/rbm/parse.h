/* parse.h - data sets from bytes at hand. */
#pragma once

#include "ngram/dataset-read.h"

#include <check.h>
#include <string.h>

static inline NgDataset *
parse_bytes(const void *data, size_t size, const NgDatasetRead *how, GError **error)
{
    g_autoptr(NgInput) input = ng_input_new_for_data(data, size, "data");

    return ng_dataset_parse(input, how, error);
}

/* What must be read; the caller frees it. */
static inline NgDataset *
parsed(const void *data, size_t size, const NgDatasetRead *how)
{
    g_autoptr(GError) error = NULL;
    NgDataset *self = parse_bytes(data, size, how, &error);

    ck_assert_msg(self != NULL, "%s", error != NULL ? error->message : "no error");
    return self;
}

/* The values, row by row: blanks between them, `/` between rows. */
static inline char *
values_of(const NgDataset *self)
{
    GString *text = g_string_new(NULL);
    g_autofree float *x = g_new(float, ng_dataset_columns(self));

    for (size_t r = 0; r < ng_dataset_rows(self); r++) {
        ng_dataset_row(self, r, x);
        for (guint i = 0; i < ng_dataset_columns(self); i++)
            g_string_append_printf(text, "%s%g", i > 0 ? " " : r > 0 ? "/" : "", (double)x[i]);
    }
    return g_string_free(text, FALSE);
}

static inline void
assert_values(const void *data, size_t size, const NgDatasetRead *how, const char *values)
{
    g_autoptr(NgDataset) self = parsed(data, size, how);
    g_autofree char *got = values_of(self);

    ck_assert_str_eq(got, values);
}

/* The message follows the name of the data. */
static inline void
assert_refused(const void *data, size_t size, const NgDatasetRead *how, const char *message)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(NgDataset) self = parse_bytes(data, size, how, &error);

    ck_assert_ptr_null(self);
    ck_assert_ptr_nonnull(error);
    ck_assert_msg(g_str_has_prefix(error->message, "data"), "%s", error->message);
    ck_assert_str_eq(error->message + strlen("data"), message);
}

static const NgDatasetRead bits = {0};
static const NgDatasetRead numbers = {.values = NG_VALUES_FLOATS};
static const NgDatasetRead threshold = {.binarise = NG_BINARISE_THRESHOLD};

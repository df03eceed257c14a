/* dataset-rows.h - rows on their way from a file into a data set; for src/rbm/dataset-*.c alone. */
#pragma once

#include "ngram/dataset-read.h"

/**
 * NgRowShape: what a file says of its rows.
 * @rows: how many; 0 where it does not say
 * @columns: C, values of each
 * @width, @height: of a picture; 0 where the rows are none
 */
typedef struct {
    guint64 rows;
    guint64 columns;
    guint64 width, height;
} NgRowShape;

/** NgRowPlace: how messages and names say where a row stands. */
typedef enum {
    NG_PLACE_LINE,   /* path:17 */
    NG_PLACE_NUMBER, /* path: row 17, or image 17; named path:17 */
    NG_PLACE_FILE,   /* the same; named path where it is alone in its file */
} NgRowPlace;

typedef struct NgRows NgRows;

NgRows *ng_rows_new(const NgDatasetRead *how);
NgRows *ng_rows_new_raw(void);
void ng_rows_free(NgRows *self);
gboolean ng_rows_want_file(const NgRows *self);
void ng_rows_begin_file(NgRows *self, const char *path, const char *name);
gboolean ng_rows_end_file(NgRows *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_rows_set_shape(NgRows *self, NgRowPlace place, const NgRowShape *shape, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_rows_is_full(const NgRows *self);
gboolean ng_rows_add_octets(NgRows *self, const guint8 *row, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_rows_add_bytes(NgRows *self, const guint8 *row, guint max, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_rows_add_floats(NgRows *self, const float *row, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void ng_rows_set_line(NgRows *self, guint64 line);
NgDataset *ng_rows_steal(NgRows *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What a reader of one format reads: a file from its first byte to its last. */
gboolean ng_idx_read(NgInput *input, NgRows *rows, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_pnm_read(NgInput *input, NgRows *rows, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_npy_read(NgInput *input, NgRows *rows, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_png_read(NgInput *input, NgRows *rows, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_csv_read(NgInput *input, NgRows *rows, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean ng_bytes_fill(GByteArray *buffer, NgInput *input, guint64 size, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_bytes_fill_all(GByteArray *buffer, NgInput *input, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_bytes_ended(NgInput *input, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgRows, ng_rows_free)

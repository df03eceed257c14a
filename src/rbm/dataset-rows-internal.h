/* dataset-rows-internal.h - rows on their way; for src/rbm/dataset-rows*.c alone. */
#pragma once

#include "dataset-merge.h"
#include "dataset-rows.h"

struct NgRows {
    NgDatasetRead how;
    gboolean raw;     /* numbers as they stand, bytes too */
    NgMerge merge;    /* what was stored */
    NgRowShape shape; /* columns is 0 before the first file */
    char *first;      /* (nullable) the file that had a shape first, owned */
    GPtrArray *names; /* of char, one a row */
    float *x;         /* [C] */
    float *u;         /* [C] */
    guint8 *bits;     /* [C] */

    char *path, *name; /* of the file at hand, as messages and as rows name it */
    NgRowPlace place;
    guint64 line;     /* of the row at hand, where place is LINE */
    guint64 before;   /* rows that were there before the file */
    GByteArray *held; /* rows of a file whose maximum is not known yet */
    guint64 taken;    /* rows of the file, those held too */
    gboolean open;    /* whether the maximum is open */
};

gboolean ng_rows_fail(const NgRows *self, guint column, GError **error, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/*
 * Bytes of a data set's file: as many as a header promises, room for which is
 * made as they come, so that no header makes the program ask for more memory
 * than there are bytes.
 */
#include "dataset-rows.h"

#include "ngram/error.h"

enum { STEP = 1 << 20, WHOLE_MAX = 1 << 30 };

/**
 * ng_bytes_fill:
 * @buffer: becomes [@size]; what it held is lost
 * @size: bytes wanted, below 4 GiB
 *
 * Errors: %NG_ERROR_FORMAT where the input ends before, and those of ng_input_read().
 *
 * Returns: whether they are there
 */
gboolean
ng_bytes_fill(GByteArray *buffer, NgInput *input, guint64 size, GError **error)
{
    guint have = 0;

    g_assert(size <= G_MAXUINT32);
    if (buffer->len >= size)
        g_byte_array_set_size(buffer, (guint)size);
    while (have < size) {
        if (have == buffer->len)
            g_byte_array_set_size(buffer, have + (guint)MIN(size - have, STEP));
        gssize n = ng_input_read(input, buffer->data + have, buffer->len - have, error);
        if (n < 0)
            return FALSE;
        if (n == 0) {
            g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                        "%s: truncated: %" G_GUINT64_FORMAT
                        " bytes are missing of %" G_GUINT64_FORMAT " (get the file again)",
                        ng_input_path(input), size - have, size);
            return FALSE;
        }
        have += (guint)n;
    }
    return TRUE;
}

/**
 * ng_bytes_fill_all:
 * @buffer: becomes all bytes up to the end; what it held is lost
 *
 * Errors: %NG_ERROR_RANGE above 1 GiB, and those of ng_input_read().
 *
 * Returns: whether they are there
 */
gboolean
ng_bytes_fill_all(GByteArray *buffer, NgInput *input, GError **error)
{
    guint have = 0;

    for (;;) {
        if (have == buffer->len)
            g_byte_array_set_size(buffer, MAX(have * 2, STEP));
        gssize n = ng_input_read(input, buffer->data + have, buffer->len - have, error);
        if (n < 0)
            return FALSE;
        have += (guint)n;
        if (n == 0) {
            g_byte_array_set_size(buffer, have);
            return TRUE;
        }
        if (have >= WHOLE_MAX) {
            g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "%s: a picture of more than 1 GiB",
                        ng_input_path(input));
            return FALSE;
        }
    }
}

/**
 * ng_bytes_ended:
 *
 * Errors: %NG_ERROR_FORMAT where bytes are left, and those of ng_input_read().
 *
 * Returns: whether the input is at its end
 */
gboolean
ng_bytes_ended(NgInput *input, GError **error)
{
    const void *rest = NULL;
    gssize n = ng_input_peek(input, &rest, 1, error);

    if (n > 0)
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                    "%s: more bytes than its header tells of (get the file again)",
                    ng_input_path(input));
    return n == 0;
}

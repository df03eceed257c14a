/*
 * Rows on their way into a data set
 *
 * Readers hand in bytes with what stands for white, bytes of which that is not
 * known yet, or floats.  Here they become bits, or stay what they are, and meet
 * the rows of other files, which must have the same size.
 *
 * A file of bytes without a maximum holds bits where no byte is above 1, and
 * grey of 255 else.  So its rows wait in `held` until a byte tells, or the file
 * ends.  Grey stays a byte a value; where rows of different kinds meet, all
 * become bytes of one scale, or floats.
 *
 * Memory: that of the data set, and once more that of a file of bits.
 */
#include "dataset-rows.h"

#include "dataset-rows-internal.h"
#include "rbm-internal.h"

#include "ngram/error.h"
#include "ngram/noise.h"

#include <math.h>
#include <string.h>

static const double threshold_default = 0.5;

/**
 * ng_rows_new:
 * @how: what is wanted; copied
 *
 * Returns: (transfer full): no rows yet; free with ng_rows_free()
 */
NgRows *
ng_rows_new(const NgDatasetRead *how)
{
    NgRows *self = g_new0(NgRows, 1);

    self->how = *how;
    self->names = g_ptr_array_new_with_free_func(g_free);
    self->held = g_byte_array_new();
    self->open = TRUE;
    return self;
}

/**
 * ng_rows_new_raw:
 *
 * Returns: (transfer full): as ng_rows_new(), for numbers that are no grey: labels
 */
NgRows *
ng_rows_new_raw(void)
{
    const NgDatasetRead how = {.values = NG_VALUES_FLOATS};
    NgRows *self = ng_rows_new(&how);

    self->raw = TRUE;
    return self;
}

void
ng_rows_free(NgRows *self)
{
    if (self == NULL)
        return;
    ng_merge_clear(&self->merge);
    g_ptr_array_unref(self->names);
    g_byte_array_unref(self->held);
    g_free(self->first);
    g_free(self->x);
    g_free(self->u);
    g_free(self->bits);
    g_free(self->path);
    g_free(self->name);
    g_free(self);
}

/* ---- files */

/**
 * ng_rows_want_file:
 *
 * Returns: whether a further file would be read
 */
gboolean
ng_rows_want_file(const NgRows *self)
{
    return self->how.limit == 0 || self->names->len < self->how.limit;
}

/**
 * ng_rows_begin_file:
 * @path: as messages name it
 * @name: as its rows are named
 */
void
ng_rows_begin_file(NgRows *self, const char *path, const char *name)
{
    g_free(self->path);
    g_free(self->name);
    self->path = g_strdup(path);
    self->name = g_strdup(name);
    self->before = self->names->len;
    self->taken = 0;
    self->line = 0;
    self->open = TRUE;
}

/**
 * ng_rows_is_full:
 *
 * Returns: whether no further row of the file at hand is wanted
 */
gboolean
ng_rows_is_full(const NgRows *self)
{
    return self->how.limit > 0 && self->before + self->taken >= self->how.limit && !self->open;
}

/* ---- storing */

static gboolean
check_room(const NgRows *self, size_t width, GError **error)
{
    size_t rows = self->names->len;

    if (rows < G_MAXINT32 && (rows + 1) * self->shape.columns <= G_MAXUINT32 / width)
        return TRUE;
    g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                "%s: with this file the data are more than 4 GiB (limit the rows)", self->path);
    return FALSE;
}

static void
add_name(NgRows *self)
{
    guint64 number =
        self->place == NG_PLACE_LINE ? self->line : self->names->len - self->before + 1;

    g_ptr_array_add(self->names, g_strdup_printf("%s:%" G_GUINT64_FORMAT, self->name, number));
}

static gboolean
store_floats(NgRows *self, const float *row, GError **error)
{
    if (!check_room(self, ng_merge_width(&self->merge, NG_STORAGE_FLOATS), error))
        return FALSE;
    ng_merge_add_floats(&self->merge, row);
    add_name(self);
    return TRUE;
}

static gboolean
store_bytes(NgRows *self, const guint8 *row, guint max, GError **error)
{
    if (!check_room(self, ng_merge_width(&self->merge, NG_STORAGE_BYTES), error))
        return FALSE;
    ng_merge_add_bytes(&self->merge, row, max);
    add_name(self);
    return TRUE;
}

/* ---- binarising */

static gboolean
threshold(NgRows *self, const float *x, guint8 *bits)
{
    const float least =
        (float)(self->how.threshold == 0.0 ? threshold_default : self->how.threshold);

    for (guint i = 0; i < self->shape.columns; i++)
        bits[i] = x[i] >= least;
    return TRUE;
}

/* One draw a value, found by row and column, whatever was read before. */
static gboolean
draw(NgRows *self, const float *x, guint8 *bits, GError **error)
{
    const NgNoise noise = {.seed = self->how.seed};
    guint columns = (guint)self->shape.columns;

    ng_noise_fill(&noise, NG_LAYER_PIXEL, self->names->len, self->u, columns);
    for (guint i = 0; i < columns; i++) {
        if (!(x[i] >= 0.0F && x[i] <= 1.0F))
            return ng_rows_fail(self, i, error,
                                "%g is no probability (values to draw from are 0 to 1)",
                                (double)x[i]);
        bits[i] = self->u[i] < x[i];
    }
    return TRUE;
}

/* @max: of bytes, which messages show; 0 where @x are numbers */
static gboolean
copy_bits(const NgRows *self, const float *x, guint8 *bits, guint max, GError **error)
{
    for (guint i = 0; i < self->shape.columns; i++) {
        if (x[i] != 0.0F && x[i] != 1.0F && max > 1)
            return ng_rows_fail(
                self, i, error,
                "%g of %u is neither 0 nor %u (binarise grey, or read it as numbers)",
                rint((double)x[i] * max), max, max);
        if (x[i] != 0.0F && x[i] != 1.0F)
            return ng_rows_fail(
                self, i, error,
                "%g is neither 0 nor 1 (binarise the values, or read them as numbers)",
                (double)x[i]);
        bits[i] = x[i] == 1.0F;
    }
    return TRUE;
}

static gboolean
store_bits(NgRows *self, const float *x, guint max, GError **error)
{
    gboolean done = FALSE;

    switch (self->how.binarise) {
    case NG_BINARISE_THRESHOLD:
        done = threshold(self, x, self->bits);
        break;
    case NG_BINARISE_STOCHASTIC:
        done = draw(self, x, self->bits, error);
        break;
    case NG_BINARISE_NONE:
    default:
        done = copy_bits(self, x, self->bits, max, error);
        break;
    }
    return done && store_bytes(self, self->bits, 1, error);
}

/* Room for rows, once there is one: a header alone asks for no memory. */
static void
make_room(NgRows *self)
{
    if (self->x != NULL)
        return;
    self->x = g_new(float, self->shape.columns);
    self->u = g_new(float, self->shape.columns);
    self->bits = g_new(guint8, self->shape.columns);
    ng_merge_init(&self->merge, (guint)self->shape.columns);
}

static gboolean
keeps_values(const NgRows *self)
{
    return self->how.binarise == NG_BINARISE_NONE && self->how.values == NG_VALUES_FLOATS;
}

static gboolean
put_bytes(NgRows *self, const guint8 *row, guint max, GError **error)
{
    if (!self->raw && keeps_values(self))
        return store_bytes(self, row, max, error);
    for (guint i = 0; i < self->shape.columns; i++)
        self->x[i] = (float)row[i] / (float)(self->raw ? 1 : max);
    return self->raw ? store_floats(self, self->x, error) : store_bits(self, self->x, max, error);
}

static gboolean
is_past_limit(const NgRows *self)
{
    return self->how.limit > 0 && self->before + self->taken > self->how.limit;
}

/**
 * ng_rows_add_bytes:
 * @row: [C]
 * @max: 1 or 255, which stands for white
 *
 * Returns: whether the row has a place; %FALSE with @error set
 */
gboolean
ng_rows_add_bytes(NgRows *self, const guint8 *row, guint max, GError **error)
{
    make_room(self);
    self->open = FALSE;
    self->taken++;
    return is_past_limit(self) || put_bytes(self, row, max, error);
}

/**
 * ng_rows_add_floats:
 * @row: [C] numbers as they are, or grey where white is 1
 *
 * Errors: %NG_ERROR_FORMAT for one that is not finite, or has no place here.
 *
 * Returns: whether the row has a place; %FALSE with @error set
 */
gboolean
ng_rows_add_floats(NgRows *self, const float *row, GError **error)
{
    make_room(self);
    self->open = FALSE;
    self->taken++;
    if (is_past_limit(self))
        return TRUE;
    for (guint i = 0; i < self->shape.columns; i++)
        if (!isfinite(row[i]))
            return ng_rows_fail(self, i, error, "%g is not finite (write numbers alone)",
                                (double)row[i]);
    return keeps_values(self) ? store_floats(self, row, error) : store_bits(self, row, 0, error);
}

/* Puts the rows that waited in their places. */
static gboolean
release(NgRows *self, guint max, GError **error)
{
    size_t columns = self->shape.columns;

    self->open = FALSE;
    for (size_t at = 0; at < self->held->len; at += columns)
        if (!put_bytes(self, self->held->data + at, max, error))
            return FALSE;
    g_byte_array_set_size(self->held, 0);
    return TRUE;
}

/* What stands for white where a byte above 1 has come.  Where bits alone are wanted, rows that
 * have a 1 are bits, so that the message names the byte that is none. */
static guint
white_of(const NgRows *self)
{
    gboolean strict = !self->raw && self->how.binarise == NG_BINARISE_NONE && !keeps_values(self);

    return strict && self->held->len > 0 && memchr(self->held->data, 1, self->held->len) != NULL
               ? 1
               : NG_GREY_MAX;
}

/**
 * ng_rows_add_octets:
 * @row: [C] bits or grey: the whole file tells
 *
 * Returns: whether the row has a place; %FALSE with @error set
 */
gboolean
ng_rows_add_octets(NgRows *self, const guint8 *row, GError **error)
{
    guint columns = (guint)self->shape.columns;
    guint most = 0, max = NG_GREY_MAX;

    make_room(self);
    for (guint i = 0; self->open && i < columns; i++)
        most = MAX(most, row[i]);
    self->taken++;
    if (most > 1) {
        max = white_of(self);
        if (!release(self, max, error))
            return FALSE;
    }
    if (is_past_limit(self))
        return TRUE;
    if (!self->open)
        return put_bytes(self, row, max, error);
    if (columns > G_MAXUINT32 - self->held->len)
        return check_room(self, G_MAXUINT32, error);
    g_byte_array_append(self->held, row, columns);
    return TRUE;
}

/**
 * ng_rows_set_line:
 * @line: where the next row stands
 */
void
ng_rows_set_line(NgRows *self, guint64 line)
{
    self->line = line;
}

/**
 * ng_rows_end_file:
 *
 * Returns: whether the last rows have their places; %FALSE with @error set
 */
gboolean
ng_rows_end_file(NgRows *self, GError **error)
{
    if (self->taken == 0) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s: no row in it", self->path);
        return FALSE;
    }
    if (self->open && !release(self, 1, error))
        return FALSE;
    if (self->place == NG_PLACE_FILE && self->taken == 1 && self->names->len > self->before) {
        g_free(self->names->pdata[self->before]);
        self->names->pdata[self->before] = g_strdup(self->name);
    }
    return TRUE;
}

/**
 * ng_rows_steal:
 *
 * Returns: (transfer full): the data set, with names; %NULL with @error set where it has no row
 */
NgDataset *
ng_rows_steal(NgRows *self, GError **error)
{
    if (self->merge.data == NULL) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "no row in the data");
        return NULL;
    }
    for (guint r = 0; r < self->names->len; r++)
        ng_dataset_set_name(self->merge.data, r, self->names->pdata[r]);
    if (self->shape.width > 0)
        ng_dataset_set_picture(self->merge.data, (guint)self->shape.width,
                               (guint)self->shape.height);
    return g_steal_pointer(&self->merge.data);
}

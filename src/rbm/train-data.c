/*
 * Rows that a machine learns from
 *
 * Where most values are 0, as in pictures of thin strokes, word sets and word counts, rows are kept
 * as lists of what is not: 4 bytes an entry, 8 where it is not 1.  Else they are read from the data
 * set as they are wanted.  Labels become the last units.
 */
#include "train-internal.h"

#include "ngram/error.h"

#include <math.h>
#include <string.h>

/* Layers */

/* Rows of a layer, as lists or dense; @owns: with room for what is drawn. */
void
ng_train_layer_init(NgLayer *layer, const NgTrainer *t, guint rows, gboolean owns)
{
    const gboolean visible = layer != &t->hidden, dense = visible && !t->sparse;
    const guint units = visible ? t->D : t->H;
    const gsize all = (gsize)rows * units;

    layer->units = units;
    layer->rows = rows;
    layer->sparse = g_new0(NgSparse, rows);
    layer->cut = g_new0(guint32, (gsize)rows * (t->blocks + 1));
    if (dense)
        layer->dense = g_new0(float, all);
    if (owns && !dense) {
        layer->index = g_new(guint32, all);
        layer->value = visible && t->counts ? g_new(float, all) : NULL;
    }
    for (guint r = 0; r < rows && layer->index != NULL; r++) {
        layer->sparse[r].index = layer->index + (gsize)r * units;
        if (layer->value != NULL)
            layer->sparse[r].value = layer->value + (gsize)r * units;
    }
}

void
ng_train_layer_clear(NgLayer *layer)
{
    g_free(layer->sparse);
    g_free(layer->index);
    g_free(layer->value);
    g_free(layer->cut);
    g_free(layer->dense);
}

/* Finds where the units of each block begin in a sparse row. */
void
ng_train_layer_cut(NgLayer *layer, const NgTrainer *t, guint row)
{
    guint32 *cut = layer->cut + (gsize)row * (t->blocks + 1);
    const NgSparse *list = &layer->sparse[row];
    guint block = 0;

    cut[0] = 0;
    for (guint32 e = 0; e < list->n; e++)
        while (list->index[e] >= (block + 1) * NG_BLOCK_UNITS)
            cut[++block] = e;
    while (block < t->blocks)
        cut[++block] = list->n;
}

/* What the machine's units may hold */

static gboolean
bad_value(size_t row, guint column, const char *what, GError **error)
{
    g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "row %zu, column %u: %s", row + 1, column + 1,
                what);
    return FALSE;
}

static gboolean
check_group(const NgUnitGroup *group, const float *x, size_t row, GError **error)
{
    double sum = 0.0;

    for (guint i = group->first; i < group->first + group->size; i++) {
        double v = (double)x[i];
        if (!isfinite(v))
            return bad_value(row, i, "not a number", error);
        if (group->kind == NG_UNITS_BINARY && !(v >= 0.0 && v <= 1.0))
            return bad_value(row, i, "a binary unit takes 0 to 1 (see --threshold, --visible)",
                             error);
        if (group->kind == NG_UNITS_COUNTS && !(v >= 0.0 && v == floor(v) && v <= 1e6))
            return bad_value(row, i, "a count is a whole number", error);
        if (group->kind == NG_UNITS_SOFTMAX && v != 0.0 && v != 1.0)
            return bad_value(row, i, "a unit of a category takes 0 or 1", error);
        sum += v;
    }
    if (group->kind == NG_UNITS_SOFTMAX && sum != 1.0)
        return bad_value(row, group->first, "one unit of a category is 1, the others 0", error);
    return TRUE;
}

/* Row @row with its label as the last units. */
static void
full_row(const NgTrainer *t, size_t row, float *x)
{
    ng_dataset_row(t->data, row, x);
    if (t->labels == 0)
        return;
    memset(x + t->D - t->labels, 0, t->labels * sizeof *x);
    x[t->D - t->labels + (guint)ng_dataset_label(t->data, row)] = 1.0F;
}

static gboolean
check_label(const NgTrainer *t, size_t row, GError **error)
{
    gint label = ng_dataset_label(t->data, row);

    if (t->labels == 0 || (label >= 0 && (guint)label < t->labels))
        return TRUE;
    if (label < 0)
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "row %zu has no label", row + 1);
    else
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "row %zu: label %d; the machine has the labels 0 to %u", row + 1, label,
                    t->labels - 1);
    return FALSE;
}

/* What all rows are like. */
typedef struct {
    guint64 entries;  /* values that are not 0 */
    gboolean bits;    /* whether all are 0 or 1 */
    gboolean numbers; /* whether some unit takes any real number */
    double longest;   /* words of a row */
} Looks;

static gboolean
look(NgTrainer *t, Looks *looks, GError **error)
{
    g_autofree float *x = g_new(float, t->D);
    guint n_groups = 0;
    const NgUnitGroup *groups = ng_rbm_groups(t->rbm, &n_groups);

    looks->bits = TRUE;
    for (guint g = 0; g < n_groups; g++) {
        looks->numbers = looks->numbers || groups[g].kind == NG_UNITS_GAUSSIAN;
        t->counts = t->counts || groups[g].kind == NG_UNITS_COUNTS;
    }
    for (size_t row = 0; row < ng_dataset_rows(t->data); row++) {
        double words = 0.0;
        if (!check_label(t, row, error))
            return FALSE;
        full_row(t, row, x);
        for (guint g = 0; g < n_groups; g++)
            if (!check_group(&groups[g], x, row, error))
                return FALSE;
        for (guint i = 0; i < t->D; i++) {
            looks->entries += x[i] != 0.0F;
            looks->bits = looks->bits && (x[i] == 0.0F || x[i] == 1.0F);
        }
        for (guint g = 0; g < n_groups; g++)
            for (guint i = 0; groups[g].kind == NG_UNITS_COUNTS && i < groups[g].size; i++)
                words += (double)x[groups[g].first + i];
        looks->longest = MAX(looks->longest, words);
    }
    return TRUE;
}

static void
make_lists(NgTrainer *t, const Looks *looks)
{
    const size_t rows = ng_dataset_rows(t->data);
    g_autofree float *x = g_new(float, t->D);
    guint64 at = 0;

    t->begin = g_new(guint64, rows + 1);
    t->index = g_new(guint32, MAX(looks->entries, 1));
    t->value = looks->bits ? NULL : g_new(float, MAX(looks->entries, 1));
    for (size_t row = 0; row < rows; row++) {
        t->begin[row] = at;
        full_row(t, row, x);
        for (guint i = 0; i < t->D; i++) {
            if (x[i] == 0.0F)
                continue;
            t->index[at] = i;
            if (t->value != NULL)
                t->value[at] = x[i];
            at++;
        }
    }
    t->begin[rows] = at;
}

/**
 * ng_train_load:
 * @t: a trainer that knows its machine, data and options
 * @error: return location for a #GError, or %NULL
 *
 * Checks all rows, decides how they are kept, and makes room for a batch of them.
 *
 * Returns: whether the machine can learn from them
 */
gboolean
ng_train_load(NgTrainer *t, GError **error)
{
    Looks looks = {0};

    if (!look(t, &looks, error))
        return FALSE;
    double all = (double)ng_dataset_rows(t->data) * t->D;
    t->density = (double)looks.entries / all;
    t->sparse = t->counts || (!looks.numbers && t->density <= 0.5);
    t->drawn = !looks.bits && !looks.numbers && !t->counts && !t->how.grey;
    t->longest = (guint)looks.longest;
    t->panels = !t->how.plain && (looks.bits || t->drawn) && !t->counts && !looks.numbers &&
                t->how.discriminative == 0.0 &&
                (t->how.method == NG_RBM_CD || t->how.method == NG_RBM_PCD);
    if (t->sparse)
        make_lists(t, &looks);
    ng_train_layer_init(&t->plus, t, t->how.batch, t->drawn);
    ng_train_layer_init(&t->minus, t, t->chains, TRUE);
    return TRUE;
}

static double
row_words(const NgTrainer *t, const NgSparse *list)
{
    double words = 0.0;
    guint n_groups = 0;
    const NgUnitGroup *groups = ng_rbm_groups(t->rbm, &n_groups);

    for (guint32 e = 0; e < list->n; e++)
        for (guint g = 0; g < n_groups; g++)
            if (groups[g].kind == NG_UNITS_COUNTS && list->index[e] >= groups[g].first &&
                list->index[e] < groups[g].first + groups[g].size)
                words += list->value != NULL ? (double)list->value[e] : 1.0;
    return words;
}

static void
take_dense(NgTrainer *t, guint r, const float *u)
{
    float *x = t->plus.dense + (gsize)r * t->D;

    full_row(t, t->rows[r], x);
    for (guint i = 0; t->drawn && i < t->D; i++)
        x[i] = u[i] < x[i] ? 1.0F : 0.0F;
}

static void
take_sparse(NgTrainer *t, guint r, const float *u)
{
    const guint64 begin = t->begin[t->rows[r]], end = t->begin[t->rows[r] + 1];
    NgSparse *list = &t->plus.sparse[r];

    if (!t->drawn) {
        list->index = t->index + begin;
        list->value = t->value != NULL ? t->value + begin : NULL;
        list->n = (guint32)(end - begin);
    } else {
        guint32 *index = t->plus.index + (gsize)r * t->D;
        list->n = 0;
        for (guint64 e = begin; e < end; e++) {
            index[list->n] = t->index[e];
            list->n += u[t->index[e]] < t->value[e];
        }
    }
    if (!t->panels)
        ng_train_layer_cut(&t->plus, t, r);
}

/* Puts row @r of the batch into its layer; @u is room for the coins of a row. */
void
ng_train_take_row(NgTrainer *t, guint r, float *u)
{
    if (t->drawn) {
        const NgNoise noise = {.seed = t->how.seed, .epoch = t->epoch, .step = 0};
        ng_noise_fill(&noise, NG_LAYER_OTHER, t->rows[r], u, t->D);
    }
    if (t->sparse)
        take_sparse(t, r, u);
    else
        take_dense(t, r, u);
    t->length[r] = 1.0F;
    if (t->counts && t->sparse)
        t->length[r] = (float)row_words(t, &t->plus.sparse[r]);
}

/* mean: [D] of each unit over all rows, in double precision */
void
ng_train_means(NgTrainer *t, double *mean)
{
    const size_t rows = ng_dataset_rows(t->data);
    g_autofree float *x = g_new(float, t->D);

    memset(mean, 0, t->D * sizeof *mean);
    for (size_t row = 0; row < rows; row++) {
        full_row(t, row, x);
        for (guint i = 0; i < t->D; i++)
            mean[i] += (double)x[i];
    }
    for (guint i = 0; i < t->D; i++)
        mean[i] /= (double)rows;
}

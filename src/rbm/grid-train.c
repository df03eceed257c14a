/*
 * Training of a grid
 *
 * The pseudo-likelihood of pictures is that of logistic regressions, one a pixel, which share the
 * couplings: convex, with one solution and without Z.  A pixel enters by how many of its two
 * neighbours in each of four directions are on, so all that is kept of the data is how often each of
 * 3^4 neighbourhoods comes with the pixel off and on: one pass over the pictures, then L-BFGS on
 * counts.
 */
#include "ngram/grid.h"

#include "ngram/error.h"
#include "ngram/lbfgs.h"
#include "ngram/rbm.h"

#include <math.h>
#include <string.h>

enum { DIRECTIONS = 4, KINDS = 81, STEPS = 400 };

/* Counts: how often. */
typedef struct {
    const NgGridTraining *how;
    guint width, height;
    size_t places; /* P: 1, or each pixel */
    size_t rows;   /* pictures */
    double *count; /* [P, KINDS, 2] */
} Counts;

static guint
at(const Counts *self, const guint8 *x, gint64 r, gint64 c)
{
    if (r < 0 || c < 0 || r >= self->height || c >= self->width)
        return 0;
    return x[r * self->width + c];
}

static void
add_picture(Counts *self, const guint8 *x)
{
    size_t i = 0;

    for (gint64 r = 0; r < self->height; r++)
        for (gint64 c = 0; c < self->width; c++, i++) {
            guint right = at(self, x, r, c - 1) + at(self, x, r, c + 1);
            guint down = at(self, x, r - 1, c) + at(self, x, r + 1, c);
            guint fall = at(self, x, r - 1, c - 1) + at(self, x, r + 1, c + 1);
            guint rise = at(self, x, r + 1, c - 1) + at(self, x, r - 1, c + 1);
            guint kind = right + 3 * (down + 3 * (fall + 3 * rise));
            size_t place = self->places > 1 ? i : 0;
            self->count[(place * KINDS + kind) * 2 + x[i]] += 1.0;
        }
}

/* -log pseudo-likelihood of a picture on average, with the penalty.  Parameters: the directions, then
 * the biases of the places. */
static double
objective(gpointer data, const double *parameter, double *gradient)
{
    const Counts *self = data;
    guint learnt = self->how->diagonals ? DIRECTIONS : 2;
    const double *bias = parameter + learnt;
    size_t size = learnt + self->places;
    double loss = 0.0, share = 1.0 / (double)self->rows;

    memset(gradient, 0, size * sizeof *gradient);
    for (size_t cell = 0; cell < self->places * KINDS; cell++) {
        double off = self->count[2 * cell] * share, on = self->count[2 * cell + 1] * share;
        if (off + on == 0.0)
            continue;
        double a = bias[cell / KINDS];
        guint neighbours[DIRECTIONS];
        for (guint d = 0, kind = (guint)(cell % KINDS); d < DIRECTIONS; d++, kind /= 3)
            neighbours[d] = kind % 3;
        for (guint d = 0; d < learnt; d++)
            a += parameter[d] * neighbours[d];
        loss += off * ng_softplus(a) + on * ng_softplus(-a);
        double slope = (off + on) * ng_sigmoid(a) - on;
        gradient[learnt + cell / KINDS] += slope;
        for (guint d = 0; d < learnt; d++)
            gradient[d] += slope * neighbours[d];
    }
    for (size_t p = 0; p < size; p++) {
        loss += 0.5 * self->how->ridge * parameter[p] * parameter[p];
        gradient[p] += self->how->ridge * parameter[p];
    }
    return loss;
}

static gboolean
count_pictures(Counts *self, const NgDataset *data, GError **error)
{
    size_t pixels = (size_t)self->width * self->height;
    g_autofree float *row = g_new(float, pixels);
    g_autofree guint8 *x = g_new0(guint8, pixels);

    for (size_t n = 0; n < self->rows; n++) {
        ng_dataset_row(data, n, row);
        for (size_t i = 0; i < pixels; i++) {
            if (row[i] != 0.0F && row[i] != 1.0F) {
                g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                            "picture %zu has a pixel of %g: pixels are to be 0 or 1 (make them so "
                            "by a threshold)",
                            n + 1, (double)row[i]);
                return FALSE;
            }
            x[i] = row[i] == 1.0F;
        }
        add_picture(self, x);
    }
    return TRUE;
}

static NgGrid *
learn(Counts *self, double *loss)
{
    guint learnt = self->how->diagonals ? DIRECTIONS : 2;
    size_t size = learnt + self->places;
    g_autofree double *parameter = g_new0(double, size);
    double least = ng_lbfgs(objective, self, parameter, size, STEPS);
    NgGrid *grid = ng_grid_new(self->width, self->height);

    grid->right = parameter[0];
    grid->down = parameter[1];
    grid->fall = learnt > 2 ? parameter[2] : 0.0;
    grid->rise = learnt > 2 ? parameter[3] : 0.0;
    for (size_t i = 0; i < (size_t)self->width * self->height; i++)
        grid->bias[i] = parameter[learnt + (self->places > 1 ? i : 0)];
    if (loss != NULL)
        *loss = least;
    return grid;
}

/**
 * ng_grid_train:
 * @data: pictures of 0 and 1, at least one
 * @how: what is learnt
 * @loss: (out) (optional): the mean of -log pseudo-likelihood, in nats a picture, with the penalty
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where rows are no pictures, or have other values, or there are none.
 *
 * Returns: (transfer full): the network of greatest pseudo-likelihood less the penalty
 */
NgGrid *
ng_grid_train(const NgDataset *data, const NgGridTraining *how, double *loss, GError **error)
{
    g_return_val_if_fail(data != NULL && how != NULL && how->ridge > 0.0, NULL);

    if (ng_dataset_width(data) == 0 || ng_dataset_rows(data) == 0) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    ng_dataset_rows(data) == 0 ? "there are no pictures to learn from"
                                               : "the rows are no pictures: width and height are "
                                                 "not known (use IDX, PNG, PBM or PGM)");
        return NULL;
    }
    Counts counts = {.how = how,
                     .width = ng_dataset_width(data),
                     .height = ng_dataset_height(data),
                     .rows = ng_dataset_rows(data)};
    counts.places = how->places ? (size_t)counts.width * counts.height : 1;
    g_autofree double *count = g_new0(double, counts.places *KINDS * 2);
    counts.count = count;
    return count_pictures(&counts, data, error) ? learn(&counts, loss) : NULL;
}

/*
 * Exact figures of rows
 *
 * Free energies in doubles, and what follows from them where log Z is known: likelihoods, and the
 * gradient of their mean,
 *     d/dw_ij = mean over rows of v_i P(h_j = 1 | v) - E(v_i h_j),
 * likewise for the biases; with b_i - v_i in place of -v_i for Gaussian units it is the same.
 * Rows are cut into a fixed number of pieces, so that the sums have the same bits for any number of
 * threads.
 */
#include "exact-internal.h"

#include "ngram/logsum.h"
#include "ngram/parallel.h"

#include <math.h>
#include <string.h>

enum { PIECES = 16, SMALL = 1 << 18 };

/* c + W'v of one row; returns the energy of v alone.  Without counts. */
static double
hidden_input(const NgRbm *rbm, const float *v, double *a)
{
    double energy = 0.0, length = 0.0;
    gboolean counts = FALSE;

    for (guint g = 0; g < rbm->n_groups; g++) {
        const NgUnitGroup *group = &rbm->groups[g];
        counts = counts || group->kind == NG_UNITS_COUNTS;
        for (guint i = group->first; i < group->first + group->size; i++) {
            double x = (double)v[i], b = (double)rbm->b[i];
            energy += group->kind == NG_UNITS_GAUSSIAN ? (x - b) * (x - b) / 2.0 : -b * x;
            length += group->kind == NG_UNITS_COUNTS ? x : 0.0;
        }
    }
    for (guint j = 0; j < rbm->hidden; j++)
        a[j] = (counts ? length : 1.0) * (double)rbm->c[j];
    for (guint i = 0; i < rbm->visible; i++) {
        const float *w = rbm->w + (gsize)i * rbm->hidden;
        double x = (double)v[i];
        for (guint j = 0; j < rbm->hidden && x != 0.0; j++)
            a[j] += x * (double)w[j];
    }
    return energy;
}

/* Piece: sums over some rows. */
typedef struct {
    double f; /* of free energies */
    double *b, *c, *w;
} Piece;

typedef struct {
    const NgRbm *rbm;
    const float *v; /* [rows, D] */
    size_t rows;
    double *f;    /* (nullable): [rows] */
    Piece *piece; /* (nullable): [PIECES] */
} Rows;

static void
add_row(const NgRbm *rbm, const float *v, const double *a, Piece *piece)
{
    for (guint j = 0; j < rbm->hidden; j++)
        piece->c[j] += a[j];
    for (guint i = 0; i < rbm->visible; i++) {
        double *w = piece->w + (gsize)i * rbm->hidden;
        double x = (double)v[i];
        piece->b[i] += x;
        for (guint j = 0; j < rbm->hidden && x != 0.0; j++)
            w[j] += x * a[j];
    }
}

static void
do_piece(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Rows *rows = data;
    const NgRbm *rbm = rows->rbm;
    Piece *piece = rows->piece != NULL ? &rows->piece[index] : NULL;
    g_autofree double *a = g_new(double, rbm->hidden);

    if (piece != NULL)
        *piece = (Piece){.b = g_new0(double, rbm->visible),
                         .c = g_new0(double, rbm->hidden),
                         .w = g_new0(double, (gsize)rbm->visible * rbm->hidden)};
    for (size_t r = rows->rows * index / PIECES; r < rows->rows * (index + 1) / PIECES; r++) {
        const float *v = rows->v + r * rbm->visible;
        double f = hidden_input(rbm, v, a);
        for (guint j = 0; j < rbm->hidden; j++) {
            f -= ng_softplus(a[j]);
            a[j] = ng_sigmoid(a[j]);
        }
        if (rows->f != NULL)
            rows->f[r] = f;
        if (piece == NULL)
            continue;
        piece->f += f;
        add_row(rbm, v, a, piece);
    }
}

static void
do_rows(Rows *rows, unsigned threads)
{
    double size = (double)rows->rows * rows->rbm->visible * rows->rbm->hidden;

    ng_parallel(PIECES, size < SMALL ? 1 : threads, do_piece, rows);
}

/**
 * ng_exact_free_energy:
 * @v: [@rows, D]
 * @rows: how many
 * @threads: how many; the result has the same bits for any number
 * @f: (out): [@rows] F(v) = -log sum_h e^-E(v, h), in nats, in double precision throughout
 */
void
ng_exact_free_energy(const NgRbm *rbm, const float *v, size_t rows, unsigned threads, double *f)
{
    g_return_if_fail(rbm != NULL && (rows == 0 || (v != NULL && f != NULL)));

    Rows all = {.rbm = rbm, .v = v, .rows = rows};
    all.f = f;
    do_rows(&all, threads);
}

/**
 * ng_exact_log_likelihood:
 * @rbm: as for ng_exact_log_z()
 * @v: [@rows, D]
 * @rows: how many
 * @work: (nullable): threads and progress
 * @log_likelihood: (out): [@rows] log P(v) = -F(v) - log Z, in nats
 *
 * Returns: as ng_exact_log_z()
 */
gboolean
ng_exact_log_likelihood(const NgRbm *rbm, const float *v, size_t rows, const NgExactWork *work,
                        double *log_likelihood, GError **error)
{
    g_return_val_if_fail(rbm != NULL && (rows == 0 || v != NULL), FALSE);
    g_return_val_if_fail(rows == 0 || log_likelihood != NULL, FALSE);

    double log_z;
    if (!ng_exact_log_z(rbm, work, &log_z, error))
        return FALSE;
    ng_exact_free_energy(rbm, v, rows, work != NULL ? work->threads : 1, log_likelihood);
    for (size_t r = 0; r < rows; r++)
        log_likelihood[r] = -log_likelihood[r] - log_z;
    return TRUE;
}

/**
 * ng_exact_gradient_free:
 * @self: (nullable) (transfer full): a gradient
 */
void
ng_exact_gradient_free(NgExactGradient *self)
{
    if (self == NULL)
        return;
    g_free(self->b);
    g_free(self->c);
    g_free(self->w);
    g_free(self);
}

/**
 * ng_exact_gradient_copy:
 *
 * Returns: (transfer full): the same again
 */
NgExactGradient *
ng_exact_gradient_copy(const NgExactGradient *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    NgExactGradient *copy = g_memdup2(self, sizeof *self);
    copy->b = g_memdup2(self->b, self->visible * sizeof(double));
    copy->c = g_memdup2(self->c, self->hidden * sizeof(double));
    copy->w = g_memdup2(self->w, (gsize)self->visible * self->hidden * sizeof(double));
    return copy;
}

/* to[n] += share from[n] */
static void
add(double *to, const double *from, size_t n, double share)
{
    for (size_t i = 0; i < n; i++)
        to[i] += share * from[i];
}

/**
 * ng_exact_gradient:
 * @rbm: as for ng_exact_log_z()
 * @v: [@rows, D]
 * @rows: how many, at least 1
 * @work: (nullable): threads and progress
 *
 * Returns: (transfer full): how the mean of log P(v) over the rows changes with each parameter;
 *   %NULL as ng_exact_log_z() fails
 */
NgExactGradient *
ng_exact_gradient(const NgRbm *rbm, const float *v, size_t rows, const NgExactWork *work,
                  GError **error)
{
    g_return_val_if_fail(rbm != NULL && v != NULL && rows > 0, NULL);

    g_autoptr(NgExactMoments) model = ng_exact_moments(rbm, work, error);
    if (model == NULL)
        return NULL;
    size_t visible = rbm->visible, hidden = rbm->hidden;
    double share = 1.0 / (double)rows, f = 0.0;
    Piece piece[PIECES] = {0};
    Rows all = {.rbm = rbm, .v = v, .rows = rows, .piece = piece};
    NgExactGradient *self = g_new0(NgExactGradient, 1);

    do_rows(&all, work != NULL ? work->threads : 1);
    *self = (NgExactGradient){.visible = rbm->visible,
                              .hidden = rbm->hidden,
                              .log_z = model->log_z,
                              .b = g_new0(double, visible),
                              .c = g_new0(double, hidden),
                              .w = g_new0(double, visible *hidden)};
    for (guint p = 0; p < PIECES; p++) {
        f += piece[p].f;
        add(self->b, piece[p].b, visible, share);
        add(self->c, piece[p].c, hidden, share);
        add(self->w, piece[p].w, visible * hidden, share);
        g_free(piece[p].b);
        g_free(piece[p].c);
        g_free(piece[p].w);
    }
    self->log_likelihood = -f * share - model->log_z;
    add(self->b, model->v, visible, -1.0);
    add(self->c, model->h, hidden, -1.0);
    add(self->w, model->vh, visible * hidden, -1.0);
    return self;
}

/* log sum_v e^-E(v, h): the visible units summed out. */
static double
log_sum_visible(const NgRbm *rbm, const float *h)
{
    g_autofree double *x = g_new(double, rbm->visible);
    double sum = 0.0;

    for (guint j = 0; j < rbm->hidden; j++)
        sum += (double)rbm->c[j] * (double)h[j];
    for (guint g = 0; g < rbm->n_groups; g++) {
        const NgUnitGroup *group = &rbm->groups[g];
        for (guint i = group->first; i < group->first + group->size; i++) {
            double b = (double)rbm->b[i];
            x[i] = b;
            for (guint j = 0; j < rbm->hidden; j++)
                x[i] += (double)rbm->w[(gsize)i * rbm->hidden + j] * (double)h[j];
            if (group->kind == NG_UNITS_BINARY)
                sum += ng_softplus(x[i]);
            else if (group->kind == NG_UNITS_GAUSSIAN)
                sum += (x[i] - b) * (x[i] + b) / 2.0 + 0.5 * log(2.0 * G_PI);
        }
        if (group->kind == NG_UNITS_SOFTMAX)
            sum += ng_log_sum_exp(x + group->first, group->size);
    }
    return sum;
}

/**
 * ng_exact_state:
 * @rbm: a machine without counts
 * @v: [D] as its units may be: of a softmax group one is 1
 * @h: [H] of 0 and 1
 * @log_z: as ng_exact_log_z() found it
 * @out: (out): energies and the logarithms of all probabilities of the two, in nats
 */
void
ng_exact_state(const NgRbm *rbm, const float *v, const float *h, double log_z, NgExactState *out)
{
    g_return_if_fail(rbm != NULL && v != NULL && h != NULL && out != NULL);

    out->energy = ng_rbm_energy(rbm, v, h);
    ng_exact_free_energy(rbm, v, 1, 1, &out->free_energy);
    out->joint = -out->energy - log_z;
    out->v = -out->free_energy - log_z;
    out->h = log_sum_visible(rbm, h) - log_z;
    out->h_given_v = out->free_energy - out->energy;
    out->v_given_h = out->joint - out->h;
}

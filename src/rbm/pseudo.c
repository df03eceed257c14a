/*
 * Pseudo-likelihood
 *
 * The logarithm of prod_i P(v_i | all other units), hidden units summed out: exact, without Z.
 * With a = c + v W and p = sigmoid(a), unit i turned from 0 to 1 multiplies sum_h e^-E by
 *     e^b_i prod_j (1 - p_j + p_j e^W_ij)
 * and from 1 to 0 by the same with -b_i and -W_ij.  So e^W and e^-W are kept, and there is one
 * logarithm a unit and no exponential: two products and a sum a unit and hidden unit.
 * Memory: 16 D H bytes.
 */
#include "ngram/pseudo.h"

#include "rbm-internal.h"

#include "ngram/error.h"
#include "ngram/parallel.h"

#include <math.h>
#include <string.h>

enum {
    WIDE = 8,    /* doubles in a vector */
    STRIDE = 32, /* of four vectors, whose products do not wait for each other */
    BLOCK = 8,   /* rows that take their turn at one row of the tables */
    SAFE = 600,  /* nats that a product may grow or shrink by */
    STEEP = 300, /* weights beyond that would not fit it */
};

typedef double Reals __attribute__((vector_size(WIDE * sizeof(double))));

struct NgPseudo {
    const NgRbm *rbm; /* not owned */
    size_t width;     /* H rounded up to the stride */
    double *up;       /* [D, width] e^W, filled up by 1 */
    double *down;     /* [D, width] e^-W */
    double *reach;    /* [D] sum_j |W_ij| */
};

/**
 * ng_pseudo_new:
 * @rbm: of binary and softmax units; must outlive the result
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where there are units of other kinds, or a weight above 300.
 *
 * Returns: (transfer full): tables for ng_pseudo_rows(); free with ng_pseudo_free()
 */
NgPseudo *
ng_pseudo_new(const NgRbm *rbm, GError **error)
{
    g_return_val_if_fail(rbm != NULL, NULL);

    for (guint g = 0; g < rbm->n_groups; g++)
        if (rbm->groups[g].kind != NG_UNITS_BINARY && rbm->groups[g].kind != NG_UNITS_SOFTMAX) {
            g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                        "pseudo-likelihood wants units that are 0 or 1");
            return NULL;
        }
    size_t D = rbm->visible, H = rbm->hidden;
    for (size_t i = 0; i < D * H; i++)
        if (!(fabsf(rbm->w[i]) <= STEEP)) {
            g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                        "pseudo-likelihood wants weights between -%d and %d", STEEP, STEEP);
            return NULL;
        }
    NgPseudo *self = g_new(NgPseudo, 1);
    self->rbm = rbm;
    self->width = (H + STRIDE - 1) / STRIDE * STRIDE;
    self->up = g_new(double, D * self->width);
    self->down = g_new(double, D * self->width);
    self->reach = g_new0(double, D);
    for (size_t i = 0; i < D; i++)
        for (size_t j = 0; j < self->width; j++) {
            double w = j < H ? (double)rbm->w[i * H + j] : 0.0;
            self->up[i * self->width + j] = exp(w);
            self->down[i * self->width + j] = exp(-w);
            self->reach[i] += fabs(w);
        }
    return self;
}

/**
 * ng_pseudo_free:
 * @self: (nullable) (transfer full): tables
 */
void
ng_pseudo_free(NgPseudo *self)
{
    if (self == NULL)
        return;
    g_free(self->up);
    g_free(self->down);
    g_free(self->reach);
    g_free(self);
}

/* prod_j (q_j + p_j e_j), n a multiple of the stride */
static inline __attribute__((always_inline)) double
product(const double *p, const double *q, const double *e, size_t n)
{
    Reals part[STRIDE / WIDE];

    for (int k = 0; k < STRIDE / WIDE; k++)
        part[k] = 1.0 - (Reals){0};
    for (size_t j = 0; j < n; j += STRIDE)
        for (int k = 0; k < STRIDE / WIDE; k++) {
            Reals x, y, z;
            memcpy(&x, p + j + k * WIDE, sizeof x);
            memcpy(&y, q + j + k * WIDE, sizeof y);
            memcpy(&z, e + j + k * WIDE, sizeof z);
            part[k] *= y + x * z;
        }
    part[0] = (part[0] * part[1]) * (part[2] * part[3]);
    double all = 1.0;
    for (int l = 0; l < WIDE; l++)
        all *= part[0][l];
    return all;
}

typedef double (*Product)(const double *p, const double *q, const double *e, size_t n);

static double
product_plain(const double *p, const double *q, const double *e, size_t n)
{
    return product(p, q, e, n);
}

#if defined(__x86_64__)
static __attribute__((target("avx2"))) double
product_avx2(const double *p, const double *q, const double *e, size_t n)
{
    return product(p, q, e, n);
}

static __attribute__((target("avx512f"))) double
product_avx512(const double *p, const double *q, const double *e, size_t n)
{
    return product(p, q, e, n);
}
#endif

static Product
choose_product(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f"))
        return product_avx512;
    if (__builtin_cpu_supports("avx2"))
        return product_avx2;
#endif
    return product_plain;
}

/* What one block of rows needs. */
typedef struct {
    const NgPseudo *tables;
    Product product;
    size_t rows;
    const float *v; /* [rows, D] */
    double *p, *q;  /* [rows, width] sigmoid of a and of -a; 0 and 1 beyond H */
    float *a;       /* [rows, H] */
    double *log_pl; /* [rows] */
} Block;

/* log prod_j (q_j + p_j e_j), for one unit and row */
static double
log_product(const Block *block, size_t unit, const double *p, const double *q, const double *e)
{
    size_t n = block->tables->width;
    double sum = 0.0;

    if (block->tables->reach[unit] < SAFE)
        return log(block->product(p, q, e, n));
    for (size_t j = 0; j < n; j++)
        sum += log(q[j] + p[j] * e[j]);
    return sum;
}

static void
binary_unit(const Block *block, size_t i)
{
    const NgPseudo *tables = block->tables;
    const NgRbm *rbm = tables->rbm;
    size_t n = tables->width;

    for (size_t r = 0; r < block->rows; r++) {
        gboolean on = block->v[r * rbm->visible + i] != 0.0F;
        const double *e = (on ? tables->down : tables->up) + i * n;
        double turned = log_product(block, i, block->p + r * n, block->q + r * n, e);
        double b = (double)rbm->b[i];
        block->log_pl[r] -= ng_softplus(turned + (on ? -b : b));
    }
}

static void
fill_odds(const float *a, size_t H, size_t width, double *p, double *q)
{
    for (size_t j = 0; j < width; j++) {
        p[j] = j < H ? ng_sigmoid((double)a[j]) : 0.0;
        q[j] = j < H ? ng_sigmoid(-(double)a[j]) : 1.0;
    }
}

/* A row without any of the group's units says nothing about it. */
static void
softmax_group(const Block *block, const NgUnitGroup *group, size_t r)
{
    const NgPseudo *tables = block->tables;
    const NgRbm *rbm = tables->rbm;
    size_t n = tables->width, H = rbm->hidden, first = group->first;
    const float *v = block->v + r * rbm->visible + first;
    g_autofree double *p = g_new(double, n), *q = g_new(double, n);
    g_autofree float *a = g_memdup2(block->a + r * H, H * sizeof *a);
    guint on = 0;
    double sum = 0.0, most = -INFINITY, chosen = 0.0;

    while (on < group->size && v[on] == 0.0F)
        on++;
    if (on == group->size)
        return;
    for (size_t j = 0; j < H; j++)
        a[j] -= rbm->w[(first + on) * H + j];
    fill_odds(a, H, n, p, q);
    for (guint k = 0; k < group->size; k++) {
        double f = (double)rbm->b[first + k] +
                   log_product(block, first + k, p, q, tables->up + (first + k) * n);
        double up = fmax(most, f);
        sum = sum * exp(most - up) + exp(f - up);
        most = up;
        if (k == on)
            chosen = f;
    }
    block->log_pl[r] += chosen - most - log(sum);
}

static void
score_block(Block *block)
{
    const NgPseudo *tables = block->tables;
    const NgRbm *rbm = tables->rbm;
    size_t n = tables->width, H = rbm->hidden;

    ng_rbm_hidden_input(rbm, block->v, block->rows, block->a);
    for (size_t r = 0; r < block->rows; r++) {
        block->log_pl[r] = 0.0;
        fill_odds(block->a + r * H, H, n, block->p + r * n, block->q + r * n);
    }
    for (guint g = 0; g < rbm->n_groups; g++) {
        const NgUnitGroup *group = &rbm->groups[g];
        if (group->kind == NG_UNITS_BINARY)
            for (guint i = group->first; i < group->first + group->size; i++)
                binary_unit(block, i);
        else
            for (size_t r = 0; r < block->rows; r++)
                softmax_group(block, group, r);
    }
}

typedef struct {
    const NgPseudo *tables;
    const float *v;
    size_t rows;
    double *log_pl;
} Work;

enum { CHUNK = 4 * BLOCK }; /* rows of an item of the loop */

static void
score_chunk(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Work *work = data;
    size_t n = work->tables->width, H = work->tables->rbm->hidden;
    size_t end = MIN((index + 1) * CHUNK, work->rows);
    g_autofree double *p = g_new(double, BLOCK *n), *q = g_new(double, BLOCK *n);
    g_autofree float *a = g_new(float, BLOCK *H);
    Block block = {.tables = work->tables, .product = choose_product(), .p = p, .q = q, .a = a};

    for (size_t at = index * CHUNK; at < end; at += BLOCK) {
        block.rows = MIN(end - at, BLOCK);
        block.v = work->v + at * work->tables->rbm->visible;
        block.log_pl = work->log_pl + at;
        score_block(&block);
    }
}

/**
 * ng_pseudo_rows:
 * @self: tables of a machine
 * @v: [@rows, D] of 0 and 1
 * @rows: B
 * @threads: how many may work; the result is the same for any number
 * @log_pl: (out): [@rows] sum over the binary units and the softmax groups of log P(unit | all
 *   others), in nats
 */
void
ng_pseudo_rows(const NgPseudo *self, const float *v, size_t rows, unsigned threads, double *log_pl)
{
    g_return_if_fail(self != NULL && (rows == 0 || (v != NULL && log_pl != NULL)));

    Work work = {.tables = self, .v = v, .rows = rows};
    work.log_pl = log_pl;
    ng_parallel((rows + CHUNK - 1) / CHUNK, threads, score_chunk, &work);
}

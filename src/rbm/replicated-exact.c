/*
 * Replicated softmax, summed
 *
 * For each of the 2^H states of the hidden units, t(h) = c.h + log sum_k e^{b_k + (W h)_k}:
 * what one word more adds to a document's log weight.  All lengths D share it:
 *
 *     Z_D = sum_h e^{D c.h} (sum_k e^{b_k + (W h)_k})^D = sum_h e^{D t(h)}
 *
 * The sum over the words is a product of matrices.  With the hidden units in two
 * halves, h = (l, u), e^{b + W h} is e^{W l} times e^{b + W u}, word by word; each
 * factor is a table of few rows, scaled so that its largest number is 1.  Where the
 * halves want different words the product may vanish: then the state is summed by
 * itself, in logarithms.  Memory: 256 K numbers for the lower half, and 4 K a thread.
 */
#include "replicated-internal.h"

#include "ngram/parallel.h"

#include <math.h>

enum {
    LOW = 8, /* units of the lower half, at most */
    ROWS = 4 /* states of the upper half that are summed together */
};

#define VANISHING 1e-280 /* what is lost to underflow is below 1e-20 of a sum above this */

/** Work: @low units make L states in tiles of NG_LANES, the others U. */
typedef struct {
    const NgReplicatedSums *sums;
    guint low;
    size_t lower, upper; /* L, at least NG_LANES; U */
    size_t lower_states; /* that are some: 2^low */
    double *table;       /* [L / NG_LANES, K, NG_LANES] e^{W l} over its largest */
    double *table_scale; /* [L] logarithm of that */
    double **rows;       /* [threads] of [ROWS, K] e^{b + W u} over its largest */
    double *t;           /* [U, 2^low] */
} Work;

/* x[K] <- first + W h for the state of the units from @first_unit on. */
static void
inputs(const NgReplicatedSums *sums, const double *first, guint first_unit, size_t state, double *x)
{
    size_t K = sums->words;

    for (size_t k = 0; k < K; k++)
        x[k] = first != NULL ? first[k] : 0.0;
    for (guint j = first_unit; state != 0; j++, state >>= 1) {
        const double *w = sums->w + (size_t)j * K;
        for (size_t k = 0; (state & 1) != 0 && k < K; k++)
            x[k] += w[k];
    }
}

/* x[n] <- e^x over the largest; returns the logarithm of that */
static double
exponentiate(double *x, size_t n)
{
    double most = -INFINITY;

    for (size_t k = 0; k < n; k++)
        most = fmax(most, x[k]);
    for (size_t k = 0; k < n; k++)
        x[k] = exp(x[k] - most);
    return most;
}

static void
fill_table(size_t l, unsigned thread, gpointer data)
{
    Work *work = data;
    size_t K = work->sums->words;
    double *x = work->rows[thread];
    double *to = work->table + l / NG_LANES * NG_LANES * K + l % NG_LANES;

    inputs(work->sums, NULL, 0, MIN(l, work->lower_states - 1), x);
    work->table_scale[l] = exponentiate(x, K);
    for (size_t k = 0; k < K; k++)
        to[k * NG_LANES] = x[k];
}

/* The same by itself: log sum_k e^{b + W h} of a state whose sum vanished. */
static double
plainly(const Work *work, size_t state)
{
    size_t K = work->sums->words;
    g_autofree double *x = g_new(double, K);

    inputs(work->sums, work->sums->b, 0, state, x);
    return ng_replicated_log_sum(x, K);
}

static double
bias_of(const NgReplicatedSums *sums, size_t state)
{
    double sum = 0.0;

    for (guint j = 0; state != 0; j++, state >>= 1)
        sum += (state & 1) != 0 ? sums->c[j] : 0.0;
    return sum;
}

static void
sum_block(size_t block, unsigned thread, gpointer data)
{
    Work *work = data;
    const NgReplicatedSums *sums = work->sums;
    size_t K = sums->words, first = block * ROWS, n = MIN(ROWS, work->upper - first);
    double *rows = work->rows[thread], scale[ROWS] = {0}, out[ROWS][NG_LANES];

    for (size_t r = 0; r < ROWS; r++) {
        inputs(sums, sums->b, work->low, first + MIN(r, n - 1), rows + r * K);
        scale[r] = exponentiate(rows + r * K, K);
    }
    for (size_t l = 0; l < work->lower; l += NG_LANES) {
        ng_replicated_tile(rows, K, work->table + l * K, K, out);
        for (size_t r = 0; r < n; r++) {
            for (size_t i = 0; i < NG_LANES && l + i < work->lower_states; i++) {
                size_t state = (first + r) << work->low | (l + i);
                double s = out[r][i] > VANISHING
                               ? log(out[r][i]) + scale[r] + work->table_scale[l + i]
                               : plainly(work, state);
                work->t[state] = s + bias_of(sums, state);
            }
        }
    }
}

/**
 * ng_replicated_enumerate:
 * @sums: a machine of up to NG_REPLICATED_HIDDEN hidden units
 * @threads: at least 1
 * @t: (out): [2^H] t(h); unit j is bit j of h
 *
 * Costs 2^H K multiplications: 16 units and 10,000 words 0.1 s.
 */
void
ng_replicated_enumerate(const NgReplicatedSums *sums, unsigned threads, double *t)
{
    Work work = {.sums = sums, .low = MIN(sums->hidden, LOW)};
    size_t K = sums->words;

    work.t = t;
    work.lower_states = (size_t)1 << work.low;
    work.lower = MAX(work.lower_states, NG_LANES);
    work.upper = (size_t)1 << (sums->hidden - work.low);
    work.table = g_new(double, work.lower *K);
    work.table_scale = g_new(double, work.lower);
    work.rows = g_new(double *, threads);
    for (unsigned i = 0; i < threads; i++)
        work.rows[i] = g_new(double, ROWS *K);
    ng_parallel(work.lower, threads, fill_table, &work);
    ng_parallel((work.upper + ROWS - 1) / ROWS, threads, sum_block, &work);
    for (unsigned i = 0; i < threads; i++)
        g_free(work.rows[i]);
    g_free(work.rows);
    g_free(work.table);
    g_free(work.table_scale);
}

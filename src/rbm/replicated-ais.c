/*
 * Replicated softmax, annealed
 *
 * Annealed importance sampling over the length of the document.  With the words
 * summed out, the hidden units of documents of D words have the law
 * p_D(h) = e^{D t(h)} / Z_D, for any real D; p_0 is uniform, and Z_0 = 2^H.  So D
 * itself is the inverse temperature, and one run from 0 to the longest document
 * gives log Z of every length on its way:
 *
 *     log w += (D' - D) t(h),    then h moves by a step that leaves p_D' as it is.
 *
 * (Neal 2001; Salakhutdinov and Murray 2008.)  The step draws each hidden unit given
 * the others, with the words summed out: e^{t} of both values of a unit is a dot
 * product, since e^{b + W h} changes by the factor e^{+-w} word by word.
 */
#include "rbm-internal.h"
#include "replicated-internal.h"

#include "ngram/parallel.h"

#include <math.h>

enum { FINE = 32 }; /* steps to the first word; fewer to the next ones, in the end one */

#define ENOUGH    20.0   /* chains that must carry an interval */
#define VANISHING 1e-280 /* and its inverse: what a sum in plain numbers may come to */

/**
 * Annealing: letters as in NgReplicatedSums, M chains, T the longest length.
 * @up, @down: [H, K] e^w and e^-w
 * @log_w: [M, T + 1]
 * @x: [threads] of [K], what a chain works in
 */
typedef struct {
    const NgReplicatedSums *sums;
    const NgReplicatedOptions *options;
    double *up, *down;
    double *log_w;
    double **x;
} Annealing;

/** Chain: one of them; e^{x + scale} = e^{b + W h} */
typedef struct {
    const Annealing *a;
    double *x; /* [K] */
    double scale;
    double sum;  /* of x */
    guint8 *h;   /* [H] */
    float *coin; /* [H] */
    guint32 number, step;
} Chain;

/* x from h, anew: rounding does not add up. */
static void
begin_sweep(Chain *chain)
{
    const NgReplicatedSums *sums = chain->a->sums;
    size_t K = sums->words;
    double most = -INFINITY, sum = 0.0;

    for (size_t k = 0; k < K; k++)
        chain->x[k] = sums->b[k];
    for (guint j = 0; j < sums->hidden; j++) {
        const double *w = sums->w + (size_t)j * K;
        for (size_t k = 0; chain->h[j] != 0 && k < K; k++)
            chain->x[k] += w[k];
    }
    for (size_t k = 0; k < K; k++)
        most = fmax(most, chain->x[k]);
    for (size_t k = 0; k < K; k++)
        sum += chain->x[k] = exp(chain->x[k] - most);
    chain->scale = most;
    chain->sum = sum;
}

/* Turns unit j over; the sum that comes of it may be too large or too small for plain numbers. */
static void
flip(Chain *chain, guint j, double sum)
{
    size_t K = chain->a->sums->words;
    const double *factor = (chain->h[j] != 0 ? chain->a->down : chain->a->up) + (size_t)j * K;

    chain->h[j] = chain->h[j] == 0;
    if (!(sum > VANISHING && sum < 1.0 / VANISHING)) {
        begin_sweep(chain);
        return;
    }
    for (size_t k = 0; k < K; k++)
        chain->x[k] *= factor[k];
    chain->sum = sum;
}

/* log sum_k e^{b + W h} with unit j turned over, in logarithms. */
static double
plainly(const Chain *chain, guint j)
{
    const NgReplicatedSums *sums = chain->a->sums;
    size_t K = sums->words;
    g_autofree double *x = g_new(double, K);

    for (size_t k = 0; k < K; k++) {
        x[k] = sums->b[k];
        for (guint i = 0; i < sums->hidden; i++)
            x[k] += (chain->h[i] != 0) != (i == j) ? sums->w[(size_t)i * K + k] : 0.0;
    }
    return ng_replicated_log_sum(x, K);
}

/* Draws each unit given the others, at a length. */
static void
sweep(Chain *chain, double length)
{
    const Annealing *a = chain->a;
    const NgReplicatedSums *sums = a->sums;
    size_t K = sums->words;
    const NgNoise noise = {.seed = a->options->seed, .step = chain->step++};

    ng_noise_fill(&noise, NG_LAYER_HIDDEN, chain->number, chain->coin, sums->hidden);
    for (guint j = 0; j < sums->hidden; j++) {
        gboolean on = chain->h[j] != 0;
        const double *factor = (on ? a->down : a->up) + (size_t)j * K;
        double sum = ng_replicated_dot(chain->x, factor, K);
        double other =
            sum > VANISHING && sum < 1.0 / VANISHING ? chain->scale + log(sum) : plainly(chain, j);
        double rise = other - chain->scale - log(chain->sum) + (on ? -sums->c[j] : sums->c[j]);
        if ((double)chain->coin[j] < ng_sigmoid(length * rise))
            flip(chain, j, sum);
    }
}

static double
weight_of_a_word(const Chain *chain)
{
    const NgReplicatedSums *sums = chain->a->sums;
    double t = chain->scale + log(chain->sum);

    for (guint j = 0; j < sums->hidden; j++)
        t += chain->h[j] != 0 ? sums->c[j] : 0.0;
    return t;
}

static void
run_chain(size_t number, unsigned thread, gpointer data)
{
    Annealing *a = data;
    const NgReplicatedOptions *o = a->options;
    guint H = a->sums->hidden;
    g_autofree guint8 *h = g_new(guint8, H);
    g_autofree float *coin = g_new(float, H);
    Chain chain = {.a = a, .x = a->x[thread], .h = h, .coin = coin, .number = (guint32)number};
    double *log_w = a->log_w + number * (o->longest + 1), sum = 0.0;
    const NgNoise noise = {.seed = o->seed};

    ng_noise_fill(&noise, NG_LAYER_OTHER, chain.number, coin, H);
    for (guint j = 0; j < H; j++)
        h[j] = coin[j] < 0.5F;
    log_w[0] = 0.0;
    for (guint length = 0; length < o->longest; length++) {
        guint parts = MAX(1, FINE / (length + 1));
        for (guint i = 1; i <= parts; i++) {
            begin_sweep(&chain);
            sum += weight_of_a_word(&chain) / parts;
            for (guint s = 0; s < o->sweeps; s++)
                sweep(&chain, length + (double)i / parts);
        }
        log_w[length + 1] = sum;
    }
}

/* The mean of the weights of one length, and how far it is to be trusted. */
static NgReplicatedZ
mean_of(const Annealing *a, guint length)
{
    guint n = a->options->chains;
    size_t stride = (size_t)a->options->longest + 1;
    double most = -INFINITY, sum = 0.0, square = 0.0;

    for (guint m = 0; m < n; m++)
        most = fmax(most, a->log_w[m * stride + length]);
    for (guint m = 0; m < n; m++) {
        double w = exp(a->log_w[m * stride + length] - most);
        sum += w;
        square += w * w;
    }
    NgReplicatedZ z = {.effective = sum * sum / square};
    double spread = 3.0 * sqrt(fmax(1.0 / z.effective - 1.0 / n, 0.0) * n / fmax(n - 1.0, 1.0));
    z.log_z = a->sums->hidden * G_LN2 + most + log(sum / n);
    z.low = z.effective < ENOUGH || spread >= 1.0 ? (double)NAN : z.log_z + log1p(-spread);
    z.high = isnan(z.low) ? (double)NAN : z.log_z + log1p(spread);
    return z;
}

/**
 * ng_replicated_anneal:
 * @sums: a machine
 * @options: how
 * @z: (out): [longest + 1] log Z of each length
 *
 * Costs about M longest sweeps H K multiplications.
 */
void
ng_replicated_anneal(const NgReplicatedSums *sums, const NgReplicatedOptions *options,
                     NgReplicatedZ *z)
{
    size_t K = sums->words, n = K * sums->hidden;
    Annealing a = {.sums = sums, .options = options};

    a.up = g_new(double, n);
    a.down = g_new(double, n);
    for (size_t i = 0; i < n; i++) {
        a.up[i] = exp(sums->w[i]);
        a.down[i] = exp(-sums->w[i]);
    }
    a.log_w = g_new(double, (size_t)options->chains *(options->longest + 1));
    a.x = g_new(double *, options->threads);
    for (unsigned i = 0; i < options->threads; i++)
        a.x[i] = g_new(double, K);
    ng_parallel(options->chains, options->threads, run_chain, &a);
    for (guint length = 0; length <= options->longest; length++)
        z[length] = mean_of(&a, length);
    for (unsigned i = 0; i < options->threads; i++)
        g_free(a.x[i]);
    g_free(a.x);
    g_free(a.up);
    g_free(a.down);
    g_free(a.log_w);
}

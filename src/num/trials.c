/*
 * Trials of verification
 *
 * Each trial has a log10 likelihood ratio and the truth.  Trials are sorted once,
 * and what each costs is kept beside it; to measure them, with one weight for each
 * cluster of them (all trials of one document, say), takes one pass and the merging
 * of blocks.  Three figures need the order alone: AUC, and EER and Cllr_min, both
 * from the pool-adjacent-violators fit of "same" to the scores, whose blocks are the
 * segments of the convex hull of the ROC curve (Brümmer and du Preez 2006, 2013).
 */
#include "ngram/trials.h"

#include <math.h>
#include <stdlib.h>

/**
 * Trial:
 * @cost: bits, log2(1 + 1/LR) or log2(1 + LR)
 * @square: (probability - truth)^2
 * @answer: the probability: below half, half, above: -1, 0, 1
 */
typedef struct {
    double llr, cost, square;
    uint32_t cluster;
    int8_t answer;
    gboolean same;
} Trial;

/** NgTrials: @trial: [n] by rising llr */
struct NgTrials {
    size_t n;
    Trial *trial;
};

/** Block: of the pool-adjacent-violators fit: weights of the same and of others. */
typedef struct {
    double same, other;
} Block;

/** ng_trials_probability: Returns: P(same) by a log10 likelihood ratio, at equal priors */
double
ng_trials_probability(double llr)
{
    return 1.0 / (1.0 + pow(10.0, -llr));
}

/* log2(1 + 10^x), exact for large x and small ones. */
static double
softplus(double x)
{
    double nats = x * M_LN10;

    return (fmax(nats, 0.0) + (isinf(x) ? 0.0 : log1p(exp(-fabs(nats))))) / M_LN2;
}

static int
by_llr(gconstpointer a, gconstpointer b)
{
    const Trial *x = a;
    const Trial *y = b;

    if (x->llr != y->llr)
        return x->llr < y->llr ? -1 : 1;
    return x->cluster < y->cluster ? -1 : x->cluster > y->cluster;
}

/**
 * ng_trials_new:
 * @llr: [@n] log10 likelihood ratios of "the same"; no NaN
 * @same: [@n] whether it is the same
 * @cluster: (nullable): [@n] the weight that each takes; its own number for %NULL
 * @n: number of trials
 *
 * Returns: (transfer full): free with ng_trials_free()
 */
NgTrials *
ng_trials_new(const double *llr, const guint8 *same, const uint32_t *cluster, size_t n)
{
    g_return_val_if_fail((llr != NULL && same != NULL) || n == 0, NULL);

    NgTrials *self = g_new(NgTrials, 1);
    self->n = n;
    self->trial = g_new(Trial, n);
    for (size_t i = 0; i < n; i++) {
        double p = ng_trials_probability(llr[i]);
        self->trial[i] = (Trial){.llr = llr[i],
                                 .cost = softplus(same[i] ? -llr[i] : llr[i]),
                                 .square = pow(p - (same[i] ? 1.0 : 0.0), 2.0),
                                 .cluster = cluster != NULL ? cluster[i] : (uint32_t)i,
                                 .answer = (int8_t)((p > 0.5) - (p < 0.5)),
                                 .same = same[i] != 0};
    }
    qsort(self->trial, n, sizeof *self->trial, by_llr);
    return self;
}

/**
 * ng_trials_free:
 * @self: (nullable) (transfer full): trials
 */
void
ng_trials_free(NgTrials *self)
{
    if (self == NULL)
        return;
    g_free(self->trial);
    g_free(self);
}

/* Weights of trials by what was answered: [same][-1, 0, 1 behind 1]. */
typedef double Answers[2][3];

/* PAN's figures: c@1 (Peñas and Rodrigo 2011), F0.5u (Bevendorff and others 2019), F1. */
static void
measure_answers(Answers w, NgTrialMetrics *out)
{
    double n = w[0][0] + w[0][1] + w[0][2] + w[1][0] + w[1][1] + w[1][2];
    double right = w[1][2] + w[0][0];
    double hit = w[1][2];
    double alarm = w[0][2];
    double miss = w[1][0];
    double unanswered = w[0][1] + w[1][1];

    out->c_at_1 = (right + unanswered * right / n) / n;
    out->f05u = 1.25 * hit / (1.25 * hit + 0.25 * (miss + unanswered) + alarm);
    out->f1 = 2.0 * hit / (2.0 * hit + miss + alarm);
}

/* Merges the last block into those before it while the share of the same would fall. */
static size_t
pool(Block *block, size_t n)
{
    while (n > 1) {
        Block *a = &block[n - 2];
        const Block *b = &block[n - 1];
        if (a->same * (b->same + b->other) < b->same * (a->same + a->other))
            break;
        a->same += b->same;
        a->other += b->other;
        n--;
    }
    return n;
}

/* Where the hull's misses and alarms are equal; the blocks are its segments. */
static double
equal_error(const Block *block, size_t n, double same, double other)
{
    double miss = 0.0;
    double alarm = 1.0;

    for (size_t i = 0; i < n; i++) {
        double more = block[i].same / same;
        double less = block[i].other / other;
        if (miss + more >= alarm - less)
            return miss + more * (alarm - miss) / (more + less);
        miss += more;
        alarm -= less;
    }
    return miss;
}

/* Cllr of the ratios that the blocks have: (same / other) / (same of all / other of all). */
static double
least_cost(const Block *block, size_t n, double same, double other)
{
    double cost = 0.0;

    for (size_t i = 0; i < n; i++) {
        double s = block[i].same / same;
        double o = block[i].other / other;
        cost += (s > 0.0 ? s * log2(1.0 + o / s) : 0.0) + (o > 0.0 ? o * log2(1.0 + s / o) : 0.0);
    }
    return 0.5 * cost;
}

/**
 * ng_trials_measure:
 * @weight: (nullable): [clusters] how much each trial of a cluster counts; %NULL for 1
 * @out: (out): all figures; NaN where trials of one of the two kinds have no weight
 *
 *   Cllr = 1/2 [mean_same log2(1 + 1/LR) + mean_other log2(1 + LR)]
 *   c@1 = (n_right + n_unanswered n_right / n) / n
 *   F0.5u = 1.25 TP / (1.25 TP + 0.25 (FN + U) + FP)
 *
 * A trial is unanswered where the probability at equal priors is exactly one half;
 * F1 passes over it (Bevendorff and others, PAN 2020 to 2023).
 */
void
ng_trials_measure(const NgTrials *self, const double *weight, NgTrialMetrics *out)
{
    g_return_if_fail(self != NULL && out != NULL);

    g_autofree Block *block = g_new(Block, self->n + 1);
    NgTrialMetrics m = {0};
    Answers answers = {{0}};
    double sum[2] = {0};
    double cost[2] = {0};
    double square = 0.0;
    double area = 0.0;
    size_t blocks = 0;

    for (size_t i = 0; i < self->n;) {
        Block tied = {0};
        for (double llr = self->trial[i].llr; i < self->n && self->trial[i].llr == llr; i++) {
            const Trial *t = &self->trial[i];
            double w = weight != NULL ? weight[t->cluster] : 1.0;
            *(t->same ? &tied.same : &tied.other) += w;
            cost[t->same] += w > 0.0 ? w * t->cost : 0.0; /* a cost may be infinite */
            square += w * t->square;
            answers[t->same][t->answer + 1] += w;
        }
        if (tied.same + tied.other <= 0.0)
            continue;
        area += tied.same * (sum[0] + 0.5 * tied.other);
        sum[0] += tied.other;
        sum[1] += tied.same;
        block[blocks] = tied;
        blocks = pool(block, blocks + 1);
    }
    m.auc = area / (sum[0] * sum[1]);
    m.cllr = 0.5 * (cost[1] / sum[1] + cost[0] / sum[0]);
    m.brier = 1.0 - square / (sum[0] + sum[1]);
    m.eer = m.cllr_min = (double)NAN;
    if (sum[0] > 0.0 && sum[1] > 0.0) {
        m.eer = equal_error(block, blocks, sum[1], sum[0]);
        m.cllr_min = least_cost(block, blocks, sum[1], sum[0]);
    }
    measure_answers(answers, &m);
    m.overall = (m.auc + m.c_at_1 + m.f05u + m.f1 + m.brier) / 5.0;
    *out = m;
}

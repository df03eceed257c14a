/*
 * The estimators, one context at a time
 *
 * h is a context, hx its successors, h' the context without its first word,
 * a() an adjusted count, V the words a distribution spreads over.  Two families:
 *
 * interpolated: P(x | h) = u(hx) + gamma(h) P(x | h')
 *   mkn, kn, abs  u = (a(hx) - D[min(a, 3)]) / sum a    gamma = (sum D + pruned) / sum a
 *   wb            u = a(hx) / (sum a + T)               gamma = (T + pruned) / (sum a + T)
 * back-off: P(x | h) as it is, gamma(h) = what is left / what is left of P(. | h')
 *   add, mle      P = (a(hx) + K) / (sum a + K V); <unk> counts for the words that go
 *
 * with T the number of successors and "pruned" the sum of a() over those that
 * go.  Where the sum of a() is 0, as counts from a file may have it, all is left
 * to h'.  gamma is at once the back-off weight, so each distribution sums to 1.
 * Chen & Goodman 1998; Witten & Bell 1991; float32 in the order of lmplz's own
 * operations, no contraction.
 */
#include "estimate.h"

/**
 * Sums: over the successors of one context.
 * @all: of a()
 * @pruned: of a() of those that go
 * @kept: how many stay with a() = 1, 2, 3 and more
 * @types: how many were seen
 */
typedef struct {
    uint64_t all;
    uint64_t pruned;
    uint64_t kept[4];
    uint64_t types;
} Sums;

enum { AHEAD = 24 };

static Sums
sum_up(const NgEstimate *self, unsigned k, uint32_t first, uint32_t end)
{
    Sums s = {0};

    for (uint32_t e = first; e < end; e++) {
        uint32_t a = ng_estimate_a(self, k, e);
        s.all += a;
        s.types += a > 0;
        if (ng_estimate_is_gone(self, k, e) || (k == 0 && e == NG_WORD_END && self->end_slips))
            s.pruned += a;
        else if (a > 0)
            s.kept[MIN(a, 3)]++;
    }
    return s;
}

/* P(x | h'): what a distribution on level k + 1 is interpolated with. */
static inline float
lower(const NgEstimate *self, unsigned k, uint32_t entry)
{
    if (k == 0)
        return (float)(1.0 / (double)(float)self->V);
    return *ng_estimate_p(self, k - 1, ng_counts_suffix(self->counts, k, entry));
}

/* The successors of other contexts follow in memory: those soon wanted are asked for.  (Inlined by
 * force: gcc takes a call to what only prefetches for one without effect, and drops it.) */
static inline __attribute__((always_inline)) void
ask_lower(const NgEstimate *self, unsigned k, uint32_t entry)
{
    if (k > 0 && entry + AHEAD < self->counts->n[k])
        __builtin_prefetch(
            ng_estimate_p(self, k - 1, ng_counts_suffix(self->counts, k, entry + AHEAD)));
}

static float
discounted(NgEstimate *self, unsigned k, uint32_t first, uint32_t end)
{
    const float *d = self->d[k].d;
    Sums s = sum_up(self, k, first, end);
    float total = (float)s.all;
    float gamma = 0.0F;

    for (unsigned i = 1; i <= 3; i++)
        gamma += d[i] * (float)s.kept[i];
    gamma += (float)s.pruned;
    gamma = s.all > 0 ? gamma / total : 1.0F;
    for (uint32_t e = first; e < end; e++) {
        uint32_t a = ng_estimate_a(self, k, e);
        float u = s.all > 0 ? ((float)a - d[MIN(a, 3)]) / total : 0.0F;
        ask_lower(self, k, e);
        *ng_estimate_p(self, k, e) = u + gamma * lower(self, k, e);
    }
    return gamma;
}

static float
witten_bell(NgEstimate *self, unsigned k, uint32_t first, uint32_t end)
{
    Sums s = sum_up(self, k, first, end);
    double total = (double)(s.all + s.types);
    float gamma = (float)((double)(s.types + s.pruned) / total);

    for (uint32_t e = first; e < end; e++) {
        uint32_t a = ng_estimate_a(self, k, e);
        ask_lower(self, k, e);
        *ng_estimate_p(self, k, e) = (float)((double)a / total) + gamma * lower(self, k, e);
    }
    return gamma;
}

/* The mass that additive smoothing takes from the successors of one context. */
static double
left_over(const NgEstimate *self, const Sums *s)
{
    double K = self->options->method == NG_SMOOTHING_ADD ? self->options->add : 0.0;
    uint64_t kept = s->kept[1] + s->kept[2] + s->kept[3];

    return ((double)s->pruned + K * (double)(self->V - kept)) /
           ((double)s->all + K * (double)self->V);
}

/* Sum of P(x | h') over those x that follow h' and not h. */
static double
mass_between(const NgEstimate *self, unsigned k, uint32_t h, NgRange range)
{
    const NgCounts *c = self->counts;
    uint32_t e = c->entry[k - 1][h].first;
    uint32_t end = c->entry[k - 1][h + 1].first;
    double sum = 0.0;

    for (uint32_t b = range.first; b < range.end; b++) {
        NgWord w = ng_counts_word(c, k - 1, b);
        if (w == NG_WORD_BEGIN || ng_estimate_is_gone(self, k - 1, b))
            continue;
        while (e < end && (c->word[k][e] < w || ng_estimate_is_gone(self, k, e)))
            e++;
        if (e == end || c->word[k][e] != w)
            sum += (double)*ng_estimate_p(self, k - 1, b);
    }
    return sum;
}

/* Sum of P(x | h') over the x that do not follow h: one less what the others have; where that
 * leaves little, and so few digits, the sum of what there is: what follows h' but not h, and all
 * that h' itself left over. */
static double
unseen_mass(const NgEstimate *self, unsigned k, uint32_t h)
{
    const NgCounts *c = self->counts;
    double sum = 0.0;

    for (uint32_t e = c->entry[k - 1][h].first; e < c->entry[k - 1][h + 1].first; e++)
        if (!ng_estimate_is_gone(self, k, e))
            sum += (double)lower(self, k, e);
    if (sum < 0.5)
        return 1.0 - sum;
    if (k == 1)
        return mass_between(self, k, h, (NgRange){0, (uint32_t)c->n[0]});
    uint32_t shorter = c->entry[k - 1][h].suffix;
    NgRange range = {c->entry[k - 2][shorter].first, c->entry[k - 2][shorter + 1].first};
    Sums s = sum_up(self, k - 1, range.first, range.end);
    double left = self->gamma[k - 2].at[shorter * self->gamma[k - 2].stride] > 0.0F
                      ? left_over(self, &s)
                      : 0.0;
    return mass_between(self, k, h, range) + left;
}

/* Where every word that stays follows h there is no other to take what pruned ones had. */
static float
additive(NgEstimate *self, unsigned k, uint32_t h, uint32_t first, uint32_t end)
{
    Sums s = sum_up(self, k, first, end);
    double K = self->options->method == NG_SMOOTHING_ADD ? self->options->add : 0.0;
    double left = left_over(self, &s);
    double unseen = k > 0 && left > 0.0 ? unseen_mass(self, k, h) : 0.0;
    double total = (double)s.all + K * (double)self->V;

    if (k > 0 && unseen <= 0.0)
        total -= (double)s.pruned;
    for (uint32_t e = first; e < end; e++)
        *ng_estimate_p(self, k, e) = (float)(((double)ng_estimate_a(self, k, e) + K) / total);
    if (k == 0) /* the words that go are unknown ones from now on */
        *ng_estimate_p(self, 0, NG_WORD_UNKNOWN) =
            (float)(((double)(ng_estimate_a(self, 0, NG_WORD_UNKNOWN) + s.pruned) + K) / total);
    return unseen > 0.0 ? (float)(left / unseen) : 0.0F;
}

/**
 * ng_estimate_context:
 * @k: the successors stand on level k + 1
 * @h: the context, an entry of level k; 0 where @k is 0
 *
 * Sets p[k] of the successors.
 *
 * Returns: gamma of the context, 1 where nothing follows it
 */
float
ng_estimate_context(NgEstimate *self, unsigned k, uint32_t h)
{
    const NgCounts *c = self->counts;
    uint32_t first = k > 0 ? c->entry[k - 1][h].first : 0;
    uint32_t end = k > 0 ? c->entry[k - 1][h + 1].first : (uint32_t)c->n[0];

    if (first == end)
        return 1.0F;
    switch (self->options->method) {
    case NG_SMOOTHING_WB:
        return witten_bell(self, k, first, end);
    case NG_SMOOTHING_ADD:
    case NG_SMOOTHING_MLE:
        return additive(self, k, h, first, end);
    case NG_SMOOTHING_MKN:
    case NG_SMOOTHING_KN:
    case NG_SMOOTHING_ABS:
    default:
        return discounted(self, k, first, end);
    }
}

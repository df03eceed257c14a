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

static Sums
sum_up(const NgEstimate *self, unsigned k, uint32_t first, uint32_t end)
{
    const uint32_t *a = self->a[k];
    Sums s = {0};

    for (uint32_t e = first; e < end; e++) {
        s.all += a[e];
        s.types += a[e] > 0;
        if (ng_estimate_is_gone(self, k, e) || (k == 0 && e == NG_WORD_END && self->end_slips))
            s.pruned += a[e];
        else if (a[e] > 0)
            s.kept[MIN(a[e], 3)]++;
    }
    return s;
}

/* P(x | h'): what a distribution on level k + 1 is interpolated with. */
static float
lower(const NgEstimate *self, unsigned k, uint32_t entry)
{
    if (k == 0)
        return (float)(1.0 / (double)(float)self->V);
    return self->p[k - 1][self->counts->trie.level[k].suffix[entry]];
}

static float
discounted(NgEstimate *self, unsigned k, uint32_t first, uint32_t end)
{
    const uint32_t *a = self->a[k];
    const float *d = self->d[k].d;
    Sums s = sum_up(self, k, first, end);
    float total = (float)s.all;
    float gamma = 0.0F;

    for (unsigned i = 1; i <= 3; i++)
        gamma += d[i] * (float)s.kept[i];
    gamma += (float)s.pruned;
    gamma = s.all > 0 ? gamma / total : 1.0F;
    for (uint32_t e = first; e < end; e++) {
        float u = s.all > 0 ? ((float)a[e] - d[MIN(a[e], 3)]) / total : 0.0F;
        self->p[k][e] = u + gamma * lower(self, k, e);
    }
    return gamma;
}

static float
witten_bell(NgEstimate *self, unsigned k, uint32_t first, uint32_t end)
{
    const uint32_t *a = self->a[k];
    Sums s = sum_up(self, k, first, end);
    double total = (double)(s.all + s.types);
    float gamma = (float)((double)(s.types + s.pruned) / total);

    for (uint32_t e = first; e < end; e++)
        self->p[k][e] = (float)((double)a[e] / total) + gamma * lower(self, k, e);
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
    const NgTrie *trie = &self->counts->trie;
    const NgLevel *l = &trie->level[k];
    const NgLevel *below = &trie->level[k - 1];
    uint32_t e = trie->level[k - 1].first[h];
    uint32_t end = trie->level[k - 1].first[h + 1];
    double sum = 0.0;

    for (uint32_t b = range.first; b < range.end; b++) {
        NgWord w = below->word != NULL ? below->word[b] : b;
        if (w == NG_WORD_BEGIN || ng_estimate_is_gone(self, k - 1, b))
            continue;
        while (e < end && (l->word[e] < w || ng_estimate_is_gone(self, k, e)))
            e++;
        if (e == end || l->word[e] != w)
            sum += (double)self->p[k - 1][b];
    }
    return sum;
}

/* Sum of P(x | h') over the x that do not follow h: one less what the others have; where that
 * leaves little, and so few digits, the sum of what there is: what follows h' but not h, and all
 * that h' itself left over. */
static double
unseen_mass(const NgEstimate *self, unsigned k, uint32_t h)
{
    const NgTrie *trie = &self->counts->trie;
    double sum = 0.0;

    for (uint32_t e = trie->level[k - 1].first[h]; e < trie->level[k - 1].first[h + 1]; e++)
        if (!ng_estimate_is_gone(self, k, e))
            sum += (double)lower(self, k, e);
    if (sum < 0.5)
        return 1.0 - sum;
    if (k == 1)
        return mass_between(self, k, h, (NgRange){0, (uint32_t)trie->level[0].n});
    uint32_t shorter = trie->level[k - 1].suffix[h];
    const uint32_t *first = trie->level[k - 2].first;
    NgRange range = {first[shorter], first[shorter + 1]};
    Sums s = sum_up(self, k - 1, range.first, range.end);
    double left = self->gamma[k - 2][shorter] > 0.0F ? left_over(self, &s) : 0.0;
    return mass_between(self, k, h, range) + left;
}

/* Where every word that stays follows h there is no other to take what pruned ones had. */
static float
additive(NgEstimate *self, unsigned k, uint32_t h, uint32_t first, uint32_t end)
{
    const uint32_t *a = self->a[k];
    Sums s = sum_up(self, k, first, end);
    double K = self->options->method == NG_SMOOTHING_ADD ? self->options->add : 0.0;
    double left = left_over(self, &s);
    double unseen = k > 0 && left > 0.0 ? unseen_mass(self, k, h) : 0.0;
    double total = (double)s.all + K * (double)self->V;

    if (k > 0 && unseen <= 0.0)
        total -= (double)s.pruned;
    for (uint32_t e = first; e < end; e++)
        self->p[k][e] = (float)(((double)a[e] + K) / total);
    if (k == 0) /* the words that go are unknown ones from now on */
        self->p[0][NG_WORD_UNKNOWN] =
            (float)(((double)(a[NG_WORD_UNKNOWN] + s.pruned) + K) / total);
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
    const NgTrie *trie = &self->counts->trie;
    uint32_t first = k > 0 ? trie->level[k - 1].first[h] : 0;
    uint32_t end = k > 0 ? trie->level[k - 1].first[h + 1] : (uint32_t)trie->level[0].n;

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

/*
 * Bins: few values for many
 *
 * K-means on the line.  Values are sorted and equal ones taken together; bins begin
 * with equal shares of the weight and move, each to the mean of what is nearest
 * to it, until none moves (Lloyd 1982).  No chance in it: the same values give
 * the same bins.  Where there are no more different values than bins, these are
 * the bins, and nothing is lost.
 */
#include "quantize.h"

#include "predict.h"
#include "trie.h"

#include <math.h>

enum { ROUNDS = 40 };

/** Sorted: different values, rising; sums of weights and of weighted values before each. */
typedef struct {
    size_t n;
    float *value;   /* [n] */
    double *weight; /* [n + 1] */
    double *sum;    /* [n + 1] */
} Sorted;

/* Bits that rise with the float. */
static uint32_t
rising_bits(float x)
{
    uint32_t bits = ng_float_bits(x);

    return bits >> 31 != 0 ? ~bits : bits | 0x80000000;
}

static Sorted
sort_values(const float *value, const float *weight, size_t n)
{
    g_autofree uint64_t *key = g_new(uint64_t, n);
    g_autofree uint64_t *spare = g_new(uint64_t, n);
    Sorted s = {0, g_new0(float, n), g_new0(double, n + 1), g_new0(double, n + 1)};

    if (n == 0)
        return s;
    for (size_t i = 0; i < n; i++)
        key[i] = (uint64_t)rising_bits(value[i]) << 32 | i;
    ng_sort_by_word(key, spare, n, 32);
    for (size_t i = 0; i < n; i++) {
        uint32_t e = (uint32_t)key[i];
        if (i == 0 || key[i] >> 32 != key[i - 1] >> 32) {
            s.value[s.n++] = value[e];
            s.weight[s.n] = s.weight[s.n - 1];
            s.sum[s.n] = s.sum[s.n - 1];
        }
        s.weight[s.n] += (double)weight[e];
        s.sum[s.n] += (double)weight[e] * (double)value[e];
    }
    return s;
}

/* The mean of the values [@first, @end). */
static double
mean(const Sorted *s, size_t first, size_t end)
{
    double weight = s->weight[end] - s->weight[first];

    if (weight > 0.0)
        return (s->sum[end] - s->sum[first]) / weight;
    return (double)s->value[first + (end - first) / 2];
}

/* Bins of equal shares of what is left, at least a value each. */
static void
share_out(const Sorted *s, NgBins *bins)
{
    size_t i = 0;

    for (size_t b = 0; b < bins->n; b++) {
        size_t first = i;
        size_t last = s->n - (bins->n - b) + 1; /* a value is left for each bin to come */
        double share = (s->weight[s->n] - s->weight[i]) / (double)(bins->n - b);
        do
            i++;
        while (i < last && s->weight[i] - s->weight[first] < share);
        if (b + 1 == bins->n)
            i = s->n;
        bins->value[b] = mean(s, first, i);
    }
}

/* Values not above @x. */
static size_t
count_up_to(const Sorted *s, double x)
{
    size_t low = 0;
    size_t high = s->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((double)s->value[middle] <= x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Moves each bin to the mean of what is nearest to it; whether any moved. */
static gboolean
move(const Sorted *s, NgBins *bins)
{
    gboolean moved = FALSE;
    size_t first = 0;

    for (size_t b = 0; b < bins->n; b++) {
        double edge = b + 1 < bins->n ? (bins->value[b] + bins->value[b + 1]) / 2 : 0.0;
        size_t end = b + 1 < bins->n ? count_up_to(s, edge) : s->n;
        if (end > first) {
            double x = mean(s, first, end);
            moved = moved || x != bins->value[b];
            bins->value[b] = x;
            first = end;
        }
    }
    return moved;
}

/**
 * ng_bins_new:
 * @value: [@n] finite numbers
 * @weight: [@n] what an error in each counts, at least 0
 * @most: bins, at least 1
 *
 * Returns: at most @most bins; clear with ng_bins_clear()
 */
NgBins
ng_bins_new(const float *value, const float *weight, size_t n, size_t most)
{
    Sorted s = sort_values(value, weight, n);
    NgBins bins = {.n = MIN(s.n, most), .value = g_new0(double, MIN(s.n, most) + 1)};

    if (s.n <= most)
        for (size_t b = 0; b < s.n; b++)
            bins.value[b] = (double)s.value[b];
    else {
        share_out(&s, &bins);
        int rounds = 0;
        while (rounds < ROUNDS && move(&s, &bins))
            rounds++;
    }
    bins.mean = g_memdup2(bins.value, (bins.n + 1) * sizeof(double));
    g_free(s.value);
    g_free(s.weight);
    g_free(s.sum);
    return bins;
}

/* The number of the bin that is nearest to @x, where there is one. */
static size_t
nearest(const NgBins *self, double x)
{
    size_t low = 0;
    size_t high = self->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (self->value[middle] < x)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == self->n || (low > 0 && x - self->value[low - 1] <= self->value[low] - x))
        low--;
    return low;
}

/**
 * ng_bins_keep_sum:
 * @value: [@n] the values that the bins were made of, which are log10 of something
 *
 * Lets each bin stand for the mean of that something, so that it sums up to the same as before.
 */
void
ng_bins_keep_sum(NgBins *self, const float *value, size_t n)
{
    g_autofree double *sum = g_new0(double, self->n + 1);
    g_autofree size_t *count = g_new0(size_t, self->n + 1);

    for (size_t i = 0; i < n; i++) {
        size_t b = nearest(self, (double)value[i]);
        sum[b] += exp10((double)value[i]);
        count[b]++;
    }
    for (size_t b = 0; b < self->n; b++)
        if (count[b] > 0 && sum[b] > 0.0)
            self->mean[b] = log10(sum[b] / (double)count[b]);
}

/** ng_bins_nearest: Returns: what stands for @x; @x itself where there are no bins */
double
ng_bins_nearest(const NgBins *self, double x)
{
    return self->n > 0 ? self->mean[nearest(self, x)] : x;
}

/** ng_bins_clear: frees what @self holds */
void
ng_bins_clear(NgBins *self)
{
    g_clear_pointer(&self->value, g_free);
    g_clear_pointer(&self->mean, g_free);
    self->n = 0;
}

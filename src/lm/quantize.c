/*
 * Quantisation: few different numbers for many
 *
 * Each level gets at most 2^B back-off weights gamma and 2^B weights u of words,
 * from which its probabilities are made, P(w | h) = u + gamma(h) P(w | h').  Bins are
 * found among logarithms, an error in which counts as much as it moves log P,
 * as often as the model itself would come there, and once for the entry.  A bin
 * stands for the mean of its u, and gamma(h) is what the new u of h leave of 1 before
 * it is quantised too: so distributions still sum to 1 but for what that last
 * step changes.  Where a level is not made like that (a model that backs off,
 * from ARPA text), its probabilities themselves take 2^B values.
 *
 * Kept as they are: weights of contexts that nothing follows, probabilities of
 * 0 (log10 at most -99), that of <unk>, and which entries are blanks; a blank has the
 * probability that backing off gives it in the quantised voice.
 */
#include "quantize.h"

#include "predict.h"

#include <math.h>

static const float log_zero = -99.0F;

/** Level: one level while it is quantised. */
typedef struct {
    const NgVoice *from;
    NgVoice *to;
    unsigned k;
    size_t n;
    size_t bins;
    const float *usage; /* [n] how often the model comes there: its joint probability */
    float *prob;        /* [n] the new one */
    float *u;           /* [n] */
    float *value;       /* [n] scratch */
    float *weight;      /* [n] scratch */
} Level;

static inline float
prob_of(const NgVoice *voice, unsigned k, uint32_t e)
{
    return k + 1 < voice->order ? voice->entry[k][e].prob : voice->leaf[e].prob;
}

static inline uint32_t
suffix_of(const NgVoice *voice, unsigned k, uint32_t e)
{
    return k + 1 < voice->order ? voice->entry[k][e].suffix : voice->leaf[e].suffix;
}

static inline float
importance(const Level *l, uint32_t e)
{
    return 1.0F + (float)l->n * l->usage[e];
}

/* Whether an entry's probability is to be quantised. */
static inline gboolean
is_free(const Level *l, uint32_t e)
{
    float p = prob_of(l->from, l->k, e);

    /* <s> has none, and <unk> stands for many words */
    return signbit(p) && p > log_zero && (l->k > 0 || e > NG_WORD_BEGIN);
}

/* prob[e]: each probability by itself. */
static void
quantize_directly(Level *l)
{
    size_t n = 0;

    for (uint32_t e = 0; e < l->n; e++) {
        l->prob[e] = -fabsf(prob_of(l->from, l->k, e));
        if (!is_free(l, e))
            continue;
        l->value[n] = l->prob[e];
        l->weight[n++] = importance(l, e);
    }
    NgBins bins = ng_bins_new(l->value, l->weight, n, l->bins);
    ng_bins_keep_sum(&bins, l->value, n);
    for (uint32_t e = 0; e < l->n; e++)
        if (is_free(l, e))
            l->prob[e] = (float)MIN(ng_bins_nearest(&bins, (double)l->prob[e]), 0.0);
    ng_bins_clear(&bins);
}

/* value[e]: log10 of the u that the probability is made of; 1 where that is 0. */
static void
find_weights(Level *l)
{
    const NgEntry *below = l->from->entry[l->k - 1];

    for (uint32_t c = 0; c < l->from->n[l->k - 1]; c++) {
        double gamma = ng_predict_power(below[c].backoff);
        for (uint32_t e = below[c].first; e < below[c + 1].first; e++) {
            double p = ng_predict_power(-fabsf(prob_of(l->from, l->k, e)));
            double q = ng_predict_power(-fabsf(below[suffix_of(l->from, l->k, e)].prob));
            double u = is_free(l, e) ? p - gamma * q : 0.0;
            gboolean some = u > 1e-6 * p;
            l->value[e] = some ? (float)log10(u) : 1.0F;
            l->weight[e] = some ? importance(l, e) * (float)(u / p * (u / p)) : 0.0F;
        }
    }
}

/* u[e]: the weights of words. */
static void
quantize_weights(Level *l)
{
    g_autofree float *value = g_new0(float, l->n);
    g_autofree float *weight = g_new0(float, l->n);
    size_t n = 0;

    find_weights(l);
    for (uint32_t e = 0; e < l->n; e++)
        if (l->value[e] <= 0.5F) {
            value[n] = l->value[e];
            weight[n++] = l->weight[e];
        }
    NgBins bins = ng_bins_new(value, weight, n, l->bins);
    ng_bins_keep_sum(&bins, value, n);
    for (uint32_t e = 0; e < l->n; e++) {
        l->u[e] = 0.0F;
        if (l->value[e] <= 0.5F)
            l->u[e] = (float)exp10(ng_bins_nearest(&bins, (double)l->value[e]));
    }
    ng_bins_clear(&bins);
}

/* prob[e]: what u and the new back-off weights make. */
static void
add_up(Level *l)
{
    const NgEntry *below = l->to->entry[l->k - 1];

    for (uint32_t c = 0; c < l->from->n[l->k - 1]; c++) {
        float gamma = (float)ng_predict_power(below[c].backoff);
        for (uint32_t e = below[c].first; e < below[c + 1].first; e++) {
            float shorter = -fabsf(below[suffix_of(l->from, l->k, e)].prob);
            l->prob[e] = -ng_float_of(ng_predict(l->u[e], gamma, shorter));
        }
    }
}

/* Whether a level is interpolated: hardly any probability is below what backing off gives. */
static gboolean
is_interpolated(const Level *l)
{
    const NgEntry *below = l->from->entry[l->k - 1];
    size_t under = 0;

    for (uint32_t c = 0; c < l->from->n[l->k - 1]; c++) {
        double gamma = ng_predict_power(below[c].backoff);
        for (uint32_t e = below[c].first; e < below[c + 1].first; e++) {
            double p = ng_predict_power(-fabsf(prob_of(l->from, l->k, e)));
            double q = ng_predict_power(-fabsf(below[suffix_of(l->from, l->k, e)].prob));
            under += is_free(l, e) && gamma * q > p * 1.0001;
        }
    }
    return under <= l->n / 100;
}

/* The new probabilities of the level, as they are stored. */
static void
set_probs(const Level *l)
{
    const NgEntry *below = l->k > 0 ? l->to->entry[l->k - 1] : NULL;
    NgEntry *entry = (NgEntry *)(uintptr_t)l->to->entry[l->k];
    NgLeaf *leaf = (NgLeaf *)(uintptr_t)l->to->leaf;
    size_t contexts = l->k > 0 ? l->to->n[l->k - 1] : 1;

    for (uint32_t c = 0; c < contexts; c++) {
        uint32_t first = below != NULL ? below[c].first : 0;
        uint32_t end = below != NULL ? below[c + 1].first : (uint32_t)l->n;
        for (uint32_t e = first; e < end; e++) {
            float p = prob_of(l->from, l->k, e);
            if (is_free(l, e))
                p = ng_prob_stored(l->prob[e]);
            else if (!signbit(p) && below != NULL)
                p = ng_prob_blank(
                    MIN(-fabsf(below[suffix_of(l->from, l->k, e)].prob) + below[c].backoff, 0.0F));
            if (entry != NULL)
                entry[e].prob = p;
            else
                leaf[e].prob = p;
        }
    }
}

/* Whether a context's back-off weight is to be quantised. */
static inline gboolean
is_free_context(const NgVoice *voice, unsigned k, uint32_t c)
{
    const NgEntry *entry = &voice->entry[k][c];

    return entry[0].first < entry[1].first && isfinite(entry->backoff) && entry->backoff > log_zero;
}

/* The back-off weights of the contexts below a level: with @sums what its u leave of 1. */
static void
quantize_backoffs(const Level *l, const float *usage, gboolean sums)
{
    size_t contexts = l->from->n[l->k - 1];
    NgEntry *entry = (NgEntry *)(uintptr_t)l->to->entry[l->k - 1];
    g_autofree float *value = g_new(float, contexts);
    g_autofree float *weight = g_new(float, contexts);
    size_t n = 0;

    for (uint32_t c = 0; c < contexts; c++) {
        double left = 1.0;
        entry[c].backoff = l->from->entry[l->k - 1][c].backoff;
        if (!is_free_context(l->from, l->k - 1, c))
            continue;
        for (uint32_t e = entry[c].first; sums && e < entry[c + 1].first; e++)
            left -= (double)l->u[e];
        if (sums && left > 1e-4)
            entry[c].backoff = (float)log10(left);
        value[n] = entry[c].backoff;
        weight[n++] = 1.0F + (float)contexts * usage[c];
    }
    NgBins bins = ng_bins_new(value, weight, n, l->bins);
    for (uint32_t c = 0; c < contexts; c++)
        if (is_free_context(l->from, l->k - 1, c))
            entry[c].backoff = (float)ng_bins_nearest(&bins, (double)entry[c].backoff);
    ng_bins_clear(&bins);
}

/* How often the model comes to each entry of a level: the product of the probabilities. */
static float *
find_usage(const NgVoice *voice, unsigned k, const float *below)
{
    float *usage = g_new(float, voice->n[k]);

    for (uint32_t e = 0; k == 0 && e < voice->n[0]; e++) {
        NgWord w = e == NG_WORD_BEGIN ? NG_WORD_END : e; /* as many begin as end */
        usage[e] = (float)ng_predict_power(-fabsf(prob_of(voice, 0, w)));
    }
    for (uint32_t c = 0; k > 0 && c < voice->n[k - 1]; c++)
        for (uint32_t e = voice->entry[k - 1][c].first; e < voice->entry[k - 1][c + 1].first; e++)
            usage[e] = below[c] * (float)ng_predict_power(-fabsf(prob_of(voice, k, e)));
    return usage;
}

static NgVoice *
copy_voice(const NgVoice *voice)
{
    NgVoice *copy = ng_voice_new(voice->order, voice->V);

    for (unsigned k = 0; k < voice->order; k++) {
        size_t n = copy->n[k] = voice->n[k];
        if (k > 0)
            copy->word[k] = g_memdup2(voice->word[k], n * sizeof(NgWord));
        if (k + 1 < voice->order)
            copy->entry[k] = g_memdup2(voice->entry[k], (n + 1) * sizeof(NgEntry));
        else
            copy->leaf = g_memdup2(voice->leaf, n * sizeof(NgLeaf));
    }
    return copy;
}

/* @below: how often the model comes to the contexts */
static void
quantize_level(NgQuantized *self, Level *l, const float *below)
{
    gboolean sums = l->k > 0 && is_interpolated(l);

    l->value = g_new0(float, l->n);
    l->weight = g_new0(float, l->n);
    l->prob = g_new(float, l->n);
    l->u = g_new(float, l->n);
    if (sums)
        quantize_weights(l);
    if (l->k > 0)
        quantize_backoffs(l, below, sums);
    if (sums)
        add_up(l);
    else
        quantize_directly(l);
    set_probs(l);
    if (sums)
        self->weight[l->k] = g_steal_pointer(&l->u);
    g_free(l->prob);
    g_free(l->u);
    g_free(l->value);
    g_free(l->weight);
}

/**
 * ng_quantize_voice:
 * @voice: a plain voice that ng_voice_check() finds sound
 * @bits: B
 *
 * Returns: (transfer full): the voice with few different numbers; free with ng_quantized_free()
 */
NgQuantized *
ng_quantize_voice(const NgVoice *voice, unsigned bits)
{
    NgQuantized *self = g_new0(NgQuantized, 1);
    g_autofree float *usage = NULL;

    self->voice = copy_voice(voice);
    for (unsigned k = 0; k < voice->order; k++) {
        float *own = find_usage(voice, k, usage);
        Level l = {.from = voice,
                   .to = self->voice,
                   .k = k,
                   .n = voice->n[k],
                   .bins = (size_t)1 << bits,
                   .usage = own};
        quantize_level(self, &l, usage);
        g_free(usage);
        usage = own;
    }
    return self;
}

/** ng_quantized_free: frees @self and its voice */
void
ng_quantized_free(NgQuantized *self)
{
    if (self == NULL)
        return;
    ng_voice_free(self->voice);
    for (unsigned k = 0; k < NG_ORDER_MAX; k++)
        g_free(self->weight[k]);
    g_free(self);
}

/* reference.h - the estimators once more, as their papers define them: slow, in double, from a
 * plain table of counts.  Shares nothing with src/lm/kernel.c. */
#pragma once

#include "streams.h"

#include "ngram/smooth.h"

/**
 * Reference:
 * @raw: counts of all n-grams
 * @left: of each n-gram, how many different words stand to its left
 * @N: order
 * @words: words of the vocabulary, <s> among them
 * @V: words that stay, <s> not among them
 * @discount: [N][4]
 */
typedef struct {
    GHashTable *raw, *left;
    const NgSmoothOptions *options;
    unsigned N;
    NgWord words;
    double V;
    double discount[NG_ORDER_MAX][4];
} Reference;

static inline gboolean
reference_is_gone(const Reference *r, const NgWord *g, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (r->options->keep != NULL && !r->options->keep[g[i]])
            return TRUE;
    return n > 1 && table_get(r->raw, g, n) <= r->options->prune[n - 1];
}

static inline guint64
reference_adjusted(const Reference *r, const NgWord *g, unsigned n)
{
    gboolean kn = r->options->method == NG_SMOOTHING_MKN || r->options->method == NG_SMOOTHING_KN;

    if (n == 1 && g[0] == NG_WORD_BEGIN)
        return 0;
    return kn && n < r->N && g[0] != NG_WORD_BEGIN ? table_get(r->left, g, n)
                                                   : table_get(r->raw, g, n);
}

/* Chen & Goodman 1998 eq. 26; Ney, Essen & Kneser 1994; 0.5 1 1.5 where they are undefined. */
static inline void
reference_discounts(Reference *r, unsigned n)
{
    double t[5] = {0};
    double *d = r->discount[n - 1];
    GHashTableIter iter;
    gpointer key = NULL;

    g_hash_table_iter_init(&iter, r->raw);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        gsize size = 0;
        const NgWord *g = g_bytes_get_data(key, &size);
        guint64 a = size == n * sizeof *g ? reference_adjusted(r, g, n) : 0;
        if (a > 0 && a <= 4)
            t[a]++;
    }
    double y = t[1] / (t[1] + 2 * t[2]);
    gboolean one = r->options->method != NG_SMOOTHING_MKN;
    gboolean undefined = t[1] == 0 || t[2] == 0;
    for (int k = 1; k <= 3; k++) {
        d[k] = one ? y : k - (k + 1) * y * t[k + 1] / t[k];
        undefined = undefined || !(d[k] >= 0 && d[k] <= k) || (!one && t[k] == 0);
    }
    for (int k = 1; undefined && k <= 3; k++)
        d[k] = one ? 0.5 : 0.5 * k;
}

static inline void
reference_init(Reference *r, const Stream *s, unsigned order, const NgSmoothOptions *options)
{
    GHashTableIter iter;
    gpointer key = NULL;

    *r = (Reference){.raw = count_plainly(s, order),
                     .left = table_new(),
                     .options = options,
                     .N = order,
                     .words = (NgWord)s->words};
    for (NgWord w = 0; w < r->words; w++)
        r->V += w != NG_WORD_BEGIN && !reference_is_gone(r, &w, 1);
    g_hash_table_iter_init(&iter, r->raw);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        gsize size = 0;
        const NgWord *g = g_bytes_get_data(key, &size);
        unsigned n = (unsigned)(size / sizeof *g);
        if (n > 1)
            table_add(r->left, g + 1, n - 1, 1);
    }
    for (unsigned n = 1; n <= order; n++)
        reference_discounts(r, n);
}

static inline void
reference_clear(Reference *r)
{
    g_hash_table_unref(r->raw);
    g_hash_table_unref(r->left);
}

/*
 * What follows one context.
 * @a: [words] adjusted count of each word behind it; @gone: [words] which of them are pruned
 */
typedef struct {
    guint64 a[64];
    gboolean seen[64], gone[64];
    double all, pruned, types;
} Followers;

static inline void
followers_init(Followers *f, const Reference *r, const NgWord *h, unsigned n_h)
{
    NgWord g[NG_ORDER_MAX] = {0};

    memset(f, 0, sizeof *f);
    if (n_h > 0)
        memcpy(g, h, n_h * sizeof *h);
    for (NgWord w = 0; w < r->words; w++) {
        g[n_h] = w;
        f->seen[w] = table_get(r->raw, g, n_h + 1) > 0 && w != NG_WORD_BEGIN;
        if (!f->seen[w])
            continue;
        f->a[w] = reference_adjusted(r, g, n_h + 1);
        f->gone[w] = reference_is_gone(r, g, n_h + 1);
        f->all += (double)f->a[w];
        f->types++;
        f->pruned += f->gone[w] ? (double)f->a[w] : 0;
    }
}

/* P(w | h) = u(w) + gamma P(w | h'). */
static inline void
reference_interpolate(const Reference *r, const Followers *f, const double *d, double *p)
{
    gboolean wb = r->options->method == NG_SMOOTHING_WB;
    double total = f->all + (wb ? f->types : 0);
    double gamma = f->pruned + (wb ? f->types : 0);

    for (NgWord w = 0; w < r->words; w++)
        if (f->seen[w] && !f->gone[w] && !wb)
            gamma += d[MIN(f->a[w], 3)];
    for (NgWord w = 0; w < r->words; w++) {
        double u = 0;
        if (f->seen[w] && !f->gone[w])
            u = (double)f->a[w] - (wb ? 0 : d[MIN(f->a[w], 3)]);
        p[w] = u / total + gamma / total * p[w];
    }
}

/* P(w) = (c(w) + K) / (all + K V), where the words that go count as <unk>. */
static inline void
reference_add(const Reference *r, const Followers *f, double *p)
{
    double K = r->options->method == NG_SMOOTHING_ADD ? r->options->add : 0;

    for (NgWord w = 0; w < r->words; w++)
        if (w != NG_WORD_BEGIN)
            p[w] = ((double)f->a[w] + (w == NG_WORD_UNKNOWN ? f->pruned : 0) + K) /
                   (f->all + K * r->V);
}

/* P(w | h) as it is where w was seen; what is left goes to the others as P(. | h') has it; to
 * those seen if there are no others. */
static inline void
reference_back_off(const Reference *r, const Followers *f, double *p)
{
    double K = r->options->method == NG_SMOOTHING_ADD ? r->options->add : 0;
    double left = 1;
    double others = 0;

    for (NgWord w = 0; w < r->words; w++)
        if (f->seen[w] && !f->gone[w])
            left -= ((double)f->a[w] + K) / (f->all + K * r->V);
        else if (w != NG_WORD_BEGIN)
            others += p[w];
    if (left < 1e-12)
        left = 0;
    for (NgWord w = 0; w < r->words; w++)
        if (f->seen[w] && !f->gone[w])
            p[w] = ((double)f->a[w] + K) / (f->all + K * r->V) / (others > 0 ? 1 : 1 - left);
        else
            p[w] = left > 0 && others > 0 ? left / others * p[w] : 0;
}

/* P(. | h) for all words; 0 for <s> and for those that go. */
static inline void
reference_distribution(const Reference *r, const NgWord *h, unsigned n_h, double *p)
{
    Followers f;
    gboolean backs_off =
        r->options->method == NG_SMOOTHING_ADD || r->options->method == NG_SMOOTHING_MLE;

    if (n_h > 0)
        reference_distribution(r, h + 1, n_h - 1, p);
    for (NgWord w = 0; n_h == 0 && w < r->words; w++)
        p[w] = w == NG_WORD_BEGIN || reference_is_gone(r, &w, 1) ? 0 : 1 / r->V;
    followers_init(&f, r, h, n_h);
    if (f.types == 0)
        return;
    if (backs_off && n_h == 0)
        reference_add(r, &f, p);
    else if (backs_off)
        reference_back_off(r, &f, p);
    else
        reference_interpolate(r, &f, r->discount[n_h], p);
    for (NgWord w = 0; w < r->words; w++)
        if (reference_is_gone(r, &w, 1))
            p[w] = 0;
}

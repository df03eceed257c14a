/*
 * The floats of a packed level: choosing how, and writing
 *
 * Weights are found from the probabilities themselves: u = P(w | h) - gamma(h) P(w | h')
 * of all entries whose contexts have one back-off weight are sorted, and those
 * that lie no farther apart than a few last places of P are taken as one, since
 * that is how exact they can be known.  Their mean is weighted by that exactness.
 */
#include "compact.h"

#include "predict.h"
#include "trie.h"

#include <string.h>

/* What rounding to f32 makes of a number: of itself, and of its logarithm for each unit of that. */
static const double rounding = 6e-8;
static const double log_rounding = 2.8e-7;

/** Distinct: a value and how often it stands there; @place among the distinct, by value. */
typedef struct {
    uint64_t count;
    uint32_t place;
    uint32_t bits;
    float weight;
} Distinct;

/* The most frequent first. */
static int
by_count(const void *a, const void *b)
{
    const Distinct *x = a;
    const Distinct *y = b;

    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static void
put_head(GArray *out, NgValuesKind kind, uint32_t least)
{
    uint64_t head[2] = {kind, least};

    g_array_append_vals(out, head, 2);
}

/* Codes of the distinct values, [@n] into @code; the table, most frequent first. */
static GArray *
tabulate(const uint32_t *bits, size_t n, uint32_t *code)
{
    GArray *table = g_array_new(FALSE, TRUE, sizeof(Distinct));
    g_autofree uint64_t *key = g_new(uint64_t, n);
    g_autofree uint64_t *spare = g_new(uint64_t, n);

    for (size_t i = 0; i < n; i++)
        key[i] = (uint64_t)bits[i] << 32 | i;
    ng_sort_by_word(key, spare, n, 32);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || key[i] >> 32 != key[i - 1] >> 32) {
            Distinct d = {.place = table->len, .bits = (uint32_t)(key[i] >> 32)};
            g_array_append_val(table, d);
        }
        g_array_index(table, Distinct, table->len - 1).count++;
        code[(uint32_t)key[i]] = table->len - 1;
    }
    qsort(table->data, table->len, sizeof(Distinct), by_count);
    g_autofree uint32_t *rank = g_new(uint32_t, table->len);
    for (uint32_t r = 0; r < table->len; r++)
        rank[g_array_index(table, Distinct, r).place] = r;
    for (size_t i = 0; i < n; i++)
        code[i] = rank[code[i]];
    return table;
}

/* Writes the smaller of the two ways that predict nothing; returns what it costs in bits. */
static uint64_t
write_plain(GArray *out, const uint32_t *bits, size_t n)
{
    g_autofree uint32_t *code = g_new0(uint32_t, n);
    uint32_t least = n > 0 ? UINT32_MAX : 0;

    for (size_t i = 0; i < n; i++)
        least = MIN(least, bits[i]);
    if (n > 0) {
        g_autoptr(GArray) table = tabulate(bits, n, code);
        uint64_t cost = ng_codes_cost(code, n) + (uint64_t)table->len * 32;
        g_autofree uint32_t *above = g_new(uint32_t, n);
        for (size_t i = 0; i < n; i++)
            above[i] = bits[i] - least;
        if (cost <= ng_codes_cost(above, n)) {
            uint64_t size = table->len;
            g_autofree uint32_t *value = g_new(uint32_t, size);
            for (size_t r = 0; r < size; r++)
                value[r] = g_array_index(table, Distinct, r).bits;
            put_head(out, NG_VALUES_TABLE, 0);
            g_array_append_val(out, size);
            ng_words_put_u32(out, value, size);
            ng_codes_write(out, code, n);
            return cost;
        }
    }
    for (size_t i = 0; i < n; i++)
        code[i] = bits[i] - least;
    put_head(out, NG_VALUES_OFFSET, least);
    ng_codes_write(out, code, n);
    return ng_codes_cost(code, n);
}

/**
 * ng_values_write:
 * @out: (element-type guint64): the values are appended
 * @bits: [@n] floats
 */
void
ng_values_write(GArray *out, const uint32_t *bits, size_t n)
{
    write_plain(out, bits, n);
}

/** Weights: lists of weights, a list a group, as they grow. */
typedef struct {
    const NgParts *parts;
    float *u;         /* [n] what each entry says its weight is */
    float *power;     /* [groups] back-off weights */
    uint32_t *code;   /* [n] */
    uint32_t *begin;  /* [groups + 1] */
    GArray *weight;   /* of float */
    GArray *distinct; /* of Distinct: those of the group at hand */
} Weights;

/* How exactly the weight of an entry is known. */
static double
exactness_of(const Weights *w, uint32_t e)
{
    if (w->parts->weight != NULL)
        return 0.0; /* there is nothing to find */
    double magnitude = (double)ng_float_of(w->parts->bits[e]);
    double p = ng_predict_power(-ng_float_of(w->parts->bits[e]));
    double rest = MAX(p - (double)w->u[e], 0.0);
    double error = p * (rounding + log_rounding * magnitude) -
                   rest * log_rounding * (double)w->parts->shorter[e];

    return isfinite(error) ? error : 0.0;
}

/* [n] entries by group, and by weight inside it. */
static uint64_t *
sort_entries(const Weights *w)
{
    size_t n = w->parts->n;
    uint64_t *key = g_new(uint64_t, n);
    g_autofree uint64_t *spare = g_new(uint64_t, n);

    for (size_t i = 0; i < n; i++)
        key[i] = (uint64_t)ng_float_bits(w->u[i]) << 32 | i;
    ng_sort_by_word(key, spare, n, 32);
    for (size_t i = 0; i < n; i++)
        key[i] = (uint64_t)w->parts->group[(uint32_t)key[i]] << 32 | (uint32_t)key[i];
    ng_sort_by_word(key, spare, n, 32);
    return key;
}

/* The entries [@first, @end) of one group: which are one weight, and which the most frequent. */
static void
find_weights(Weights *w, const uint64_t *key, size_t first, size_t end)
{
    g_array_set_size(w->distinct, 0);
    for (size_t i = first; i < end;) {
        double start = (double)w->u[(uint32_t)key[i]];
        double near = exactness_of(w, (uint32_t)key[i]);
        double sum = 0.0;
        double exactness = 0.0;
        Distinct d = {.place = w->distinct->len};
        for (; i < end; i++) {
            uint32_t e = (uint32_t)key[i];
            double u = (double)w->u[e];
            double own = exactness_of(w, e);
            if (u - start > 2.0 * (near + own))
                break;
            double exact = own > 0.0 ? 1.0 / (own * own) : 1.0;
            sum += u * exact;
            exactness += exact;
            d.count++;
            w->code[e] = d.place;
        }
        d.weight = (float)(sum / exactness);
        g_array_append_val(w->distinct, d);
    }
    if (first == end)
        return;
    qsort(w->distinct->data, w->distinct->len, sizeof(Distinct), by_count);
    g_autofree uint32_t *rank = g_new(uint32_t, w->distinct->len);
    for (uint32_t r = 0; r < w->distinct->len; r++) {
        const Distinct *d = &g_array_index(w->distinct, Distinct, r);
        rank[d->place] = r;
        g_array_append_val(w->weight, d->weight);
    }
    for (size_t i = first; i < end; i++)
        w->code[(uint32_t)key[i]] = rank[w->code[(uint32_t)key[i]]];
}

/* The weights of all groups, and the code of each entry. */
static void
list_weights(Weights *w)
{
    const NgParts *parts = w->parts;

    for (size_t g = 0; g < parts->groups; g++)
        w->power[g] = (float)ng_predict_power(ng_float_of(parts->backoff[g]));
    for (size_t i = 0; i < parts->n; i++) {
        double p = ng_predict_power(-ng_float_of(parts->bits[i]));
        double rest = (double)w->power[parts->group[i]] * ng_predict_power(parts->shorter[i]);
        double u = p - rest;
        w->u[i] = parts->weight != NULL ? parts->weight[i] : (float)MAX(u, 0.0);
    }
    g_autofree uint64_t *key = sort_entries(w);
    size_t i = 0;
    for (size_t g = 0; g < parts->groups; g++) {
        size_t first = i;
        w->begin[g] = w->weight->len;
        while (i < parts->n && key[i] >> 32 == g)
            i++;
        find_weights(w, key, first, i);
    }
    w->begin[parts->groups] = w->weight->len;
}

/* [n] stored less predicted bits, the sign lowest. */
static uint32_t *
find_rest(const Weights *w)
{
    const NgParts *parts = w->parts;
    uint32_t *rest = g_new(uint32_t, parts->n);

    for (size_t i = 0; i < parts->n; i++) {
        uint32_t g = parts->group[i];
        float u = g_array_index(w->weight, float, w->begin[g] + w->code[i]);
        uint32_t less = parts->bits[i] - ng_predict(u, w->power[g], parts->shorter[i]);
        rest[i] = less << 1 ^ (less >> 31 != 0 ? UINT32_MAX : 0);
    }
    return rest;
}

static uint64_t
write_predicted(GArray *out, const NgParts *parts)
{
    Weights w = {.parts = parts,
                 .u = g_new(float, parts->n),
                 .power = g_new(float, parts->groups),
                 .code = g_new0(uint32_t, parts->n),
                 .begin = g_new0(uint32_t, parts->groups + 1),
                 .weight = g_array_new(FALSE, FALSE, sizeof(float)),
                 .distinct = g_array_new(FALSE, FALSE, sizeof(Distinct))};

    list_weights(&w);
    g_autofree uint32_t *rest = find_rest(&w);
    uint64_t sizes[2] = {parts->groups, w.weight->len};
    put_head(out, NG_VALUES_PREDICTED, 0);
    g_array_append_vals(out, sizes, 2);
    ng_words_put_u32(out, w.begin, parts->groups + 1);
    ng_words_put_u32(out, (const uint32_t *)(const void *)w.weight->data, w.weight->len);
    ng_codes_write(out, w.code, parts->n);
    ng_codes_write(out, rest, parts->n);
    uint64_t cost = ng_codes_cost(w.code, parts->n) + ng_codes_cost(rest, parts->n) +
                    (sizes[0] + sizes[1]) * 32;
    g_free(w.u);
    g_free(w.power);
    g_free(w.code);
    g_free(w.begin);
    g_array_unref(w.weight);
    g_array_unref(w.distinct);
    return cost;
}

/**
 * ng_values_write_probs:
 * @out: (element-type guint64): the values are appended
 * @parts: of what they are made
 */
void
ng_values_write_probs(GArray *out, const NgParts *parts)
{
    g_autoptr(GArray) plain = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    g_autoptr(GArray) predicted = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    uint64_t cost = write_plain(plain, parts->bits, parts->n);
    gboolean predict = parts->n > 0 && write_predicted(predicted, parts) < cost;
    const GArray *best = predict ? predicted : plain;

    g_array_append_vals(out, best->data, best->len);
}

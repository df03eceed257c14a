/*
 * Words above a bound
 *
 * A(h, t), the mass of the words with p(w|h) >= t, follows from lists alone: with b
 * the back-off weight of h,
 *   A(h, t) = sum over successors with p(w|h) >= t of p(w|h)
 *           + b (A(h', t / b) - sum over successors with p(w|h') >= t / b of p(w|h')).
 * Each context has two lists, sorted by falling probability and with running sums:
 * its successors by p(w|h), and the same words by p(w|h'), which their suffix links
 * lead to.  Then a bound is two binary searches for each order, whatever the size
 * of the vocabulary.
 *
 * Probabilities are compared as their logarithms in single precision, as
 * ng_voice_step() gives them: p(w|h) there is the float sum of that of w after h'
 * and of the weight.  A float sum is monotone, so the bound on the one has an exact
 * counterpart on the other.  Counts are exact; masses are summed in double.
 *
 * Lists of LARGE words and more are kept, up to KEPT bytes; small ones are made anew.
 */
#include "above.h"

#include "law.h"

#include "ngram/mass.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum {
    LARGE = 64,      /* words of a list that is kept */
    KEPT = 64 << 20, /* bytes of lists that are kept, about */
};

/* Words by falling probability. */
typedef struct {
    uint32_t n;
    float *log;   /* [n] */
    double *mass; /* [n + 1] of the first i */
} List;

/* One order of the place: the lists of its context, and what leads to the shorter one. */
typedef struct {
    List own, shadow;
    float backoff;
    double weight;
} Step;

/* The two lists of a context, kept. */
typedef struct {
    List own, shadow;
} Pair;

struct NgAbove {
    const NgVoice *voice;
    GHashTable *pairs; /* of guint64 and Pair */
    size_t kept;       /* bytes */
    Step step[NG_ORDER_MAX];
    unsigned n;         /* steps of the place */
    GPtrArray *passing; /* Pair: made for this place */
};

static void
clear_list(List *list)
{
    g_free(list->log);
    g_free(list->mass);
}

static void
free_pair(gpointer data)
{
    Pair *pair = data;

    clear_list(&pair->own);
    clear_list(&pair->shadow);
    g_free(pair);
}

/**
 * ng_above_new:
 * @voice: a voice that outlives the new object
 *
 * Returns: (transfer full): free with ng_above_free(); for one thread
 */
NgAbove *
ng_above_new(const NgVoice *voice)
{
    g_return_val_if_fail(voice != NULL, NULL);

    NgAbove *self = g_new0(NgAbove, 1);
    self->voice = voice;
    self->pairs = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_pair);
    self->passing = g_ptr_array_new_with_free_func(free_pair);
    return self;
}

/**
 * ng_above_free:
 * @self: (nullable) (transfer full): what ng_above_new() gave
 */
void
ng_above_free(NgAbove *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->pairs);
    g_ptr_array_unref(self->passing);
    g_free(self);
}

static int
by_falling_log(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return (x < y) - (x > y);
}

/* Drops what is impossible, sorts and sums. */
static void
finish(List *list)
{
    uint32_t left = 0;

    for (uint32_t i = 0; i < list->n; i++)
        if (list->log[i] > NG_MASS_ZERO)
            list->log[left++] = list->log[i];
    list->n = left;
    if (left > 1)
        qsort(list->log, left, sizeof *list->log, by_falling_log);
    list->mass = g_new(double, (gsize)left + 1);
    list->mass[0] = 0.0;
    for (uint32_t i = 0; i < left; i++)
        list->mass[i + 1] = list->mass[i] + ng_mass(list->log[i]);
}

static Pair *
new_pair(const NgAbove *self, NgState context)
{
    unsigned level = context.length + 1;
    NgRange range = ng_voice_successors(self->voice, context);
    uint32_t n = range.end - range.first, begin = range.end;
    Pair *pair = g_new0(Pair, 1);

    pair->own = (List){.n = n, .log = g_new(float, n)};
    ng_voice_logprobs(self->voice, level, range.first, n, pair->own.log);
    if (ng_voice_find(self->voice, context, NG_WORD_BEGIN, &begin))
        pair->own.log[begin - range.first] = -HUGE_VALF; /* it never comes */
    if (level > 1) {
        pair->shadow = (List){.n = n, .log = g_new(float, n)};
        for (uint32_t i = 0; i < n; i++) {
            uint32_t suffix = ng_voice_entry_suffix(self->voice, level, range.first + i);
            pair->shadow.log[i] = range.first + i != begin
                                      ? ng_voice_entry_logprob(self->voice, level - 1, suffix)
                                      : -HUGE_VALF;
        }
    }
    finish(&pair->own);
    finish(&pair->shadow);
    return pair;
}

static const Pair *
pair_of(NgAbove *self, NgState context)
{
    guint64 key = ng_law_key(context);
    Pair *pair = g_hash_table_lookup(self->pairs, &key);

    if (pair != NULL)
        return pair;
    pair = new_pair(self, context);
    if (context.length > 0 && pair->own.n < LARGE) {
        g_ptr_array_add(self->passing, pair);
        return pair;
    }
    self->kept += 128 + (size_t)pair->own.n * 2 * (sizeof(float) + sizeof(double));
    g_hash_table_insert(self->pairs, g_memdup2(&key, sizeof key), pair);
    return pair;
}

/**
 * ng_above_go:
 * @self: what ng_above_new() gave
 * @context: a state of its voice
 *
 * Goes to a context: what is asked from here on is meant there.
 */
void
ng_above_go(NgAbove *self, NgState context)
{
    if (self->kept > KEPT) {
        g_hash_table_remove_all(self->pairs);
        self->kept = 0;
    }
    g_ptr_array_set_size(self->passing, 0);
    for (self->n = 0;; context = ng_voice_shorter(self->voice, context)) {
        const Pair *pair = pair_of(self, context);
        float backoff = ng_voice_backoff(self->voice, context);
        self->step[self->n++] = (Step){pair->own, pair->shadow, backoff, ng_mass(backoff)};
        if (context.length == 0)
            return;
    }
}

/* The first words of @list that are not less likely than @bound. */
static NgShare
share_of(const List *list, float bound)
{
    uint32_t low = 0, high = list->n;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (list->log[middle] >= bound)
            low = middle + 1;
        else
            high = middle;
    }
    return (NgShare){low, list->mass[low]};
}

/* The least float x with x + @backoff >= @bound, in float: it is few roundings from the difference. */
static float
bound_below(float bound, float backoff)
{
    float slack = 4.0F * FLT_EPSILON * (fabsf(bound) + fabsf(backoff));
    float x = bound - backoff;
    int32_t low = ng_above_order(x - slack), high = ng_above_order(x + slack);

    while (high - low > 1) {
        int32_t middle = low + (high - low) / 2;
        if (ng_above_float(middle) + backoff >= bound)
            high = middle;
        else
            low = middle;
    }
    return ng_above_float(high);
}

/**
 * ng_above_share:
 * @self: what ng_above_new() gave, gone to a context
 * @bound: a logarithm as ng_voice_step() gives it, above %NG_MASS_ZERO
 *
 * Returns: how many words it gives no less, and their mass
 */
NgShare
ng_above_share(const NgAbove *self, float bound)
{
    NgShare share[NG_ORDER_MAX], below[NG_ORDER_MAX];
    unsigned last = 0;

    for (;; last++) {
        const Step *step = &self->step[last];
        share[last] = share_of(&step->own, bound);
        if (last + 1 == self->n || !(step->weight > 0.0))
            break;
        bound = bound_below(bound, step->backoff);
        below[last] = share_of(&step->shadow, bound);
    }
    NgShare whole = share[last];
    while (last-- > 0) {
        whole.n = share[last].n + (whole.n - below[last].n);
        whole.mass =
            share[last].mass + self->step[last].weight * MAX(whole.mass - below[last].mass, 0.0);
    }
    return whole;
}

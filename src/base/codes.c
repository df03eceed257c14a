/*
 * Codes
 *
 * An array of numbers where small ones take few bits and each is still found at
 * once ("directly addressable codes", Brisaboa, Ladra and Navarro 2013): the
 * lowest bits of each number stand in the first layer, beside a mark that says
 * whether it goes on; those that do have their next bits in the second layer,
 * at the place that the marks before theirs count out, and so on.  A number that
 * goes on is at least 2^width, so one is taken off its upper part, and no code
 * is wasted.
 *
 * The widths of the layers are the best ones for the numbers at hand, by dynamic
 * programming over their lengths.
 *
 * Layout, in words: n; layers + width of layer l << 8 (l + 1); for each layer
 * its n and its bits, (n width + 63) / 64 + 1 words, and but for the last its
 * marks.
 */
#include "ngram/codes.h"

#include <math.h>

enum { LONGEST = 32 };

/** Widths: of the layers, and what they cost in bits. */
typedef struct {
    unsigned layers;
    unsigned width[NG_CODES_LAYERS];
    double cost;
} Widths;

static const double mark_cost = 1.0 + 1.0 / 16; /* with its share of the counts */

static unsigned
length_of(uint32_t x)
{
    unsigned length = 0;

    for (; x > 0; x >>= 1)
        length++;
    return length;
}

/* The best widths, the first at least @least, from the layer on that @here numbers reach with
 * @done bits behind them. */
static Widths
best_from(const uint64_t longer[LONGEST + 1], unsigned done, unsigned least, uint64_t here,
          const Widths *known)
{
    Widths best = {.cost = HUGE_VAL};

    for (unsigned width = least; done + width <= LONGEST; width++) {
        uint64_t left = longer[done + width];
        const Widths *rest = &known[done + width];
        Widths w = {.layers = 1, .width = {width}, .cost = (double)here * width};
        if (left > 0) {
            if (rest->layers == 0 || rest->layers + 1 > NG_CODES_LAYERS)
                continue;
            w.cost += (double)here * mark_cost + rest->cost;
            w.layers = rest->layers + 1;
            for (unsigned l = 0; l < rest->layers; l++)
                w.width[l + 1] = rest->width[l];
        }
        if (w.cost < best.cost)
            best = w;
    }
    return best;
}

static Widths
best_widths(const uint32_t *value, size_t n)
{
    uint64_t longer[LONGEST + 1] = {0}; /* numbers of more bits than that */
    Widths known[LONGEST + 1] = {0};

    for (size_t i = 0; i < n; i++)
        for (unsigned length = length_of(value[i]); length > 0; length--)
            longer[length - 1]++;
    if (n == 0 || longer[0] == 0)
        return (Widths){0};
    for (unsigned done = LONGEST + 1; done-- > 0;)
        if (longer[done] > 0)
            known[done] = best_from(longer, done, 1, longer[done], known);
    return best_from(longer, 0, 0, n, known); /* the first may be empty: it says who is not 0 */
}

/**
 * ng_codes_cost:
 *
 * Returns: bits that ng_codes_write() takes for [@n] numbers, but for the last word of each part
 */
uint64_t
ng_codes_cost(const uint32_t *value, size_t n)
{
    g_return_val_if_fail(value != NULL || n == 0, 0);

    return (uint64_t)best_widths(value, n).cost;
}

/* Adds [@n] fields of the lowest @width bits. */
static void
write_bits(GArray *out, const uint32_t *value, uint64_t n, unsigned width)
{
    uint64_t words = (n * width + 63) / 64 + 1;
    g_autofree uint64_t *bits = g_new0(uint64_t, words);
    uint64_t mask = ((uint64_t)1 << width) - 1;

    for (uint64_t i = 0; i < n && width > 0; i++) {
        uint64_t at = i * width;
        uint64_t x = value[i] & mask;
        bits[at / 64] |= x << (at % 64);
        if (at % 64 + width > 64)
            bits[at / 64 + 1] |= x >> (64 - at % 64);
    }
    g_array_append_vals(out, bits, (guint)words);
}

/**
 * ng_codes_write:
 * @out: (element-type guint64): the codes are appended
 * @value: [@n] numbers
 */
void
ng_codes_write(GArray *out, const uint32_t *value, size_t n)
{
    g_return_if_fail(out != NULL && (value != NULL || n == 0));

    Widths w = best_widths(value, n);
    uint64_t head[2] = {n, w.layers};
    g_autofree uint32_t *left = g_memdup2(value, n * sizeof *value);
    for (unsigned l = 0; l < w.layers; l++)
        head[1] |= (uint64_t)w.width[l] << 8 * (l + 1);
    g_array_append_vals(out, head, 2);
    uint64_t here = n;
    for (unsigned l = 0; l < w.layers; l++) {
        g_array_append_val(out, here);
        write_bits(out, left, here, w.width[l]);
        if (l + 1 == w.layers)
            break;
        g_autofree uint64_t *more = g_new0(uint64_t, here / 64 + 1);
        uint64_t on = 0;
        for (uint64_t i = 0; i < here; i++) {
            uint64_t upper = (uint64_t)left[i] >> w.width[l];
            if (upper == 0)
                continue;
            ng_bits_set(more, i);
            left[on++] = (uint32_t)(upper - 1);
        }
        ng_marks_write(out, more, here, FALSE);
        here = on;
    }
}

/**
 * ng_codes_read:
 * @self: (out): the numbers, borrowed from @from
 * @from: (inout): words that begin with them
 *
 * Returns: whether they lie inside @from
 */
gboolean
ng_codes_read(NgCodes *self, NgWords *from)
{
    g_return_val_if_fail(self != NULL && from != NULL, FALSE);

    const uint64_t *head = ng_words_take(from, 2);
    if (head == NULL || (head[1] & 255) > NG_CODES_LAYERS || head[0] > UINT32_MAX)
        return FALSE;
    self->n = head[0];
    self->layers = (unsigned)(head[1] & 255);
    unsigned done = 0;
    for (unsigned l = 0; l < self->layers; l++) {
        NgCodeLayer *layer = &self->layer[l];
        const uint64_t *n = ng_words_take(from, 1);
        layer->width = (unsigned)(head[1] >> 8 * (l + 1) & 255);
        done += layer->width;
        if (n == NULL || *n > self->n || done > LONGEST || (l == 0 && *n != self->n))
            return FALSE;
        layer->n = *n;
        layer->bits = ng_words_take(from, (*n * layer->width + 63) / 64 + 1);
        if (layer->bits == NULL)
            return FALSE;
        if (l + 1 < self->layers &&
            (!ng_marks_read(&layer->more, from, FALSE) || layer->more.n != layer->n))
            return FALSE;
    }
    return TRUE;
}

/** ng_codes_check: Returns: whether every count that @self keeps is right */
gboolean
ng_codes_check(const NgCodes *self)
{
    g_return_val_if_fail(self != NULL, FALSE);

    for (unsigned l = 0; l + 1 < self->layers; l++)
        if (!ng_marks_check(&self->layer[l].more) ||
            self->layer[l].more.ones != self->layer[l + 1].n)
            return FALSE;
    return TRUE;
}

static inline uint64_t
field(const uint64_t *bits, uint64_t i, unsigned width)
{
    uint64_t at = i * width;
    unsigned shift = (unsigned)(at % 64);
    uint64_t x = bits[at / 64] >> shift;

    if (shift + width > 64)
        x |= bits[at / 64 + 1] << (64 - shift);
    return x & (((uint64_t)1 << width) - 1);
}

/** ng_codes_get: Returns: number @i, below n */
uint32_t
ng_codes_get(const NgCodes *self, uint64_t i)
{
    uint64_t x = 0;
    unsigned shift = 0;

    for (unsigned l = 0; l < self->layers; l++) {
        const NgCodeLayer *layer = &self->layer[l];
        if (i >= layer->n)
            break; /* a damaged file */
        x += field(layer->bits, i, layer->width) << shift;
        if (l + 1 == self->layers || !ng_marks_get(&layer->more, i))
            break;
        i = ng_marks_rank(&layer->more, i);
        shift += layer->width;
        x += (uint64_t)1 << shift;
    }
    return (uint32_t)x;
}

/* The first place of [@first, @end) of a layer whose field is not below @x, by halving. */
static inline uint64_t
search_fields(const NgCodeLayer *layer, uint64_t first, uint64_t end, uint64_t x)
{
    while (first < end) {
        uint64_t middle = first + (end - first) / 2;
        if (field(layer->bits, middle, layer->width) < x)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

/* As ng_codes_search(), for the numbers' parts from layer @l on. */
static uint64_t
search_layer(const NgCodes *self, unsigned l, uint64_t first, uint64_t end, uint64_t x)
{
    const NgCodeLayer *layer = &self->layer[l];

    end = MIN(end, layer->n);
    first = MIN(first, end);
    if (l + 1 == self->layers)
        return search_fields(layer, first, end, x);
    /* in a row that rises those that go on are the last ones */
    uint64_t begin = ng_marks_rank(&layer->more, first);
    uint64_t on = ng_marks_rank(&layer->more, end);
    uint64_t longer = MIN(on > begin ? on - begin : 0, end - first);
    uint64_t split = end - longer;
    if (x >> layer->width == 0)
        return search_fields(layer, first, split, x);
    uint64_t upper = (x >> layer->width) - 1;
    uint64_t low = search_layer(self, l + 1, begin, begin + longer, upper);
    low = MAX(low, begin);
    uint64_t high = search_layer(self, l + 1, low, begin + longer, upper + 1);
    return search_fields(layer, MIN(split + (low - begin), end),
                         MIN(split + (MAX(high, low) - begin), end),
                         x & (((uint64_t)1 << layer->width) - 1));
}

/**
 * ng_codes_search:
 * @first: a place
 * @end: one behind it, at most n; the numbers between them rise
 *
 * Takes a layer at a time, which is faster than to look at whole numbers.
 *
 * Returns: the first place in [@first, @end) whose number is not below @x; @end if there is none
 */
uint64_t
ng_codes_search(const NgCodes *self, uint64_t first, uint64_t end, uint32_t x)
{
    if (self->layers == 0)
        return x == 0 ? first : end;
    return search_layer(self, 0, first, end, x);
}

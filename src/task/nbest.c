/*
 * The best few
 *
 * A heap of at most `capacity` fillings, all of `width` words, the worst on
 * top.  Better is the higher score, of equal scores the words that come first
 * as numbers, the first blank weighing most; so what is kept does not depend on
 * the order of the offers.  An offer costs O(log size), one that is refused
 * O(1).  Memory grows with what is kept, not with the capacity.
 *
 * Invariant: no item is better than its parent; slot[] of the items and `spare`
 * are all different, and words[slot * width ..] belongs to its item.
 */
#include "nbest.h"

#include <math.h>
#include <string.h>

typedef struct {
    double score;
    NgState state;
    size_t slot; /* its words stand at words[slot * width] */
} Item;

struct NgBest {
    size_t capacity;
    size_t width;
    GArray *items; /* Item */
    GArray *words; /* NgWord, [items + 1][width], one more so that it is never empty */
    size_t spare;  /* slot of the words of an offer */
};

/**
 * ng_best_new:
 * @capacity: fillings kept, at least 1
 * @width: words of each
 *
 * Returns: (transfer full): free with ng_best_free()
 */
NgBest *
ng_best_new(size_t capacity, size_t width)
{
    g_return_val_if_fail(capacity > 0, NULL);

    NgBest *self = g_new(NgBest, 1);
    self->capacity = capacity;
    self->width = width;
    self->items = g_array_new(FALSE, FALSE, sizeof(Item));
    self->words = g_array_new(FALSE, FALSE, sizeof(NgWord));
    g_array_set_size(self->words, (guint)width + 1);
    self->spare = 0;
    return self;
}

/**
 * ng_best_free:
 * @self: (nullable) (transfer full): what ng_best_new() gave
 */
void
ng_best_free(NgBest *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->items);
    g_array_unref(self->words);
    g_free(self);
}

static NgWord *
words_of(const NgBest *self, size_t slot)
{
    return (NgWord *)(void *)self->words->data + slot * self->width;
}

/* < 0 where @a is better than @b. */
static int
compare(const NgBest *self, const Item *a, const Item *b)
{
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;

    const NgWord *x = words_of(self, a->slot);
    const NgWord *y = words_of(self, b->slot);
    for (size_t i = 0; i < self->width; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

static Item *
item(const NgBest *self, size_t index)
{
    return &g_array_index(self->items, Item, index);
}

static void
swap(Item *a, Item *b)
{
    Item t = *a;

    *a = *b;
    *b = t;
}

static void
sift_up(NgBest *self, size_t i)
{
    for (; i > 0 && compare(self, item(self, i), item(self, (i - 1) / 2)) > 0; i = (i - 1) / 2)
        swap(item(self, i), item(self, (i - 1) / 2));
}

static void
sift_down(NgBest *self)
{
    size_t n = self->items->len;

    for (size_t i = 0, worst = 0;; i = worst) {
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < n; child++)
            if (compare(self, item(self, child), item(self, worst)) > 0)
                worst = child;
        if (worst == i)
            return;
        swap(item(self, i), item(self, worst));
    }
}

/**
 * ng_best_floor:
 * @self: the best few
 *
 * Returns: a score below which an offer is refused; `-INFINITY` while there is room
 */
double
ng_best_floor(const NgBest *self)
{
    g_return_val_if_fail(self != NULL, -HUGE_VAL);

    return self->items->len < self->capacity ? -HUGE_VAL : item(self, 0)->score;
}

/**
 * ng_best_offer:
 * @self: the best few, not yet sorted
 * @head: its first words
 * @tail: the rest of them; score and state of the whole
 *
 * Keeps the filling if there is room, or in place of the worst one if it is better.
 */
void
ng_best_offer(NgBest *self, const NgPartial *head, const NgPartial *tail)
{
    g_return_if_fail(self != NULL && head != NULL && tail != NULL);
    g_return_if_fail(head->n + tail->n == self->width);

    if (tail->score < ng_best_floor(self))
        return;
    Item offer = {tail->score, tail->state, self->spare};
    NgWord *words = words_of(self, offer.slot);
    if (head->n > 0)
        memcpy(words, head->words, head->n * sizeof *words);
    if (tail->n > 0)
        memcpy(words + head->n, tail->words, tail->n * sizeof *words);

    if (self->items->len < self->capacity) {
        g_array_append_val(self->items, offer);
        self->spare = self->items->len;
        g_array_set_size(self->words, (guint)((self->spare + 1) * self->width + 1));
        sift_up(self, self->items->len - 1);
    } else if (compare(self, &offer, item(self, 0)) < 0) {
        self->spare = item(self, 0)->slot;
        *item(self, 0) = offer;
        sift_down(self);
    }
}

static gint
best_first(gconstpointer a, gconstpointer b, gpointer self)
{
    return compare(self, a, b);
}

/**
 * ng_best_sort:
 * @self: the best few
 *
 * Puts them in order, the best first.  Nothing can be offered afterwards.
 */
void
ng_best_sort(NgBest *self)
{
    g_return_if_fail(self != NULL);

    g_array_sort_with_data(self->items, best_first, self);
}

/**
 * ng_best_truncate:
 * @self: the best few, sorted
 * @size: how many of them to keep
 */
void
ng_best_truncate(NgBest *self, size_t size)
{
    g_return_if_fail(self != NULL);

    if (size < self->items->len)
        g_array_set_size(self->items, (guint)size);
}

/**
 * ng_best_size:
 * @self: the best few
 *
 * Returns: how many are kept
 */
size_t
ng_best_size(const NgBest *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->items->len;
}

/**
 * ng_best_get:
 * @self: the best few
 * @index: 0 is the best, once they are sorted
 *
 * Returns: (transfer none): a filling, its words valid until the next offer
 */
NgPartial
ng_best_get(const NgBest *self, size_t index)
{
    g_return_val_if_fail(self != NULL && index < self->items->len, (NgPartial){0});

    const Item *it = item(self, index);
    return (NgPartial){it->score, it->state, words_of(self, it->slot), self->width};
}

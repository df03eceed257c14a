/*
 * Lists of n-grams
 *
 * Files name n-grams in any order and may leave out what a trie needs: the
 * contexts and the suffixes of longer ones.  Here the lists are sorted, by one
 * radix sort a word, and completed: whoever called is told of each n-gram that
 * is wanting, and puts it in or gives up.
 */
#include "ngrams.h"

#include <string.h>

void
ng_ngrams_init(NgNgrams *self, unsigned k)
{
    self->k = k;
    self->words = g_array_new(FALSE, FALSE, sizeof(NgWord));
    self->rows = g_array_new(FALSE, FALSE, sizeof(NgRow));
}

void
ng_ngrams_clear(NgNgrams *self)
{
    g_clear_pointer(&self->words, g_array_unref);
    g_clear_pointer(&self->rows, g_array_unref);
}

/** ng_ngrams_add: appends an n-gram of @k @words */
void
ng_ngrams_add(NgNgrams *self, const NgWord *words, const NgRow *row)
{
    g_array_append_vals(self->words, words, self->k);
    g_array_append_vals(self->rows, row, 1);
}

/**
 * ng_ngrams_sort:
 * @V: every word is below it
 *
 * Sorts by the first word, then the second, and so on; equal ones keep their order.
 */
void
ng_ngrams_sort(NgNgrams *self, size_t V)
{
    size_t n = self->rows->len;
    if (n < 2)
        return;
    g_autofree uint64_t *key = g_new(uint64_t, 2 * n);

    for (size_t i = 0; i < n; i++)
        key[i] = i;
    for (unsigned j = self->k; j-- > 0;) {
        for (size_t i = 0; i < n; i++)
            key[i] = (uint64_t)ng_ngrams_words(self, (uint32_t)key[i])[j] << 32 | (uint32_t)key[i];
        ng_sort_by_word(key, key + n, n, g_bit_storage(V));
    }
    GArray *words = g_array_sized_new(FALSE, FALSE, sizeof(NgWord), (guint)(n * self->k));
    GArray *rows = g_array_sized_new(FALSE, FALSE, sizeof(NgRow), (guint)n);
    for (size_t i = 0; i < n; i++) {
        g_array_append_vals(words, ng_ngrams_words(self, (uint32_t)key[i]), self->k);
        g_array_append_vals(rows, ng_ngrams_row(self, (uint32_t)key[i]), 1);
    }
    ng_ngrams_clear(self);
    self->words = words;
    self->rows = rows;
}

static int
compare(const NgWord *a, const NgWord *b, unsigned k)
{
    for (unsigned j = 0; j < k; j++)
        if (a[j] != b[j])
            return a[j] < b[j] ? -1 : 1;
    return 0;
}

/**
 * ng_ngrams_find_repeated:
 * @self: sorted n-grams
 *
 * Returns: the index of the first that equals the one before it; 0 where all differ
 */
size_t
ng_ngrams_find_repeated(const NgNgrams *self)
{
    for (size_t i = 1; i < self->rows->len; i++)
        if (compare(ng_ngrams_words(self, i - 1), ng_ngrams_words(self, i), self->k) == 0)
            return i;
    return 0;
}

/* Keeps the first of equal n-grams. */
static void
drop_repeated(NgNgrams *self)
{
    size_t kept = 0;

    for (size_t i = 0; i < self->rows->len; i++) {
        if (kept > 0 &&
            compare(ng_ngrams_words(self, kept - 1), ng_ngrams_words(self, i), self->k) == 0)
            continue;
        memmove(&g_array_index(self->words, NgWord, kept * self->k), ng_ngrams_words(self, i),
                self->k * sizeof(NgWord));
        *ng_ngrams_row(self, kept) = *ng_ngrams_row(self, i);
        kept++;
    }
    g_array_set_size(self->words, (guint)(kept * self->k));
    g_array_set_size(self->rows, (guint)kept);
}

/* Tells of the contexts of @lists[k] (from 0) that @lists[k - 1] has not; both are sorted. */
static gboolean
find_contexts(const NgNgrams *lists, unsigned k, NgMissing missing, gpointer data)
{
    const NgNgrams *longer = &lists[k];
    const NgNgrams *shorter = &lists[k - 1];
    size_t c = 0;
    size_t n = shorter->rows->len;

    for (size_t i = 0; i < longer->rows->len; i++) {
        const NgWord *words = ng_ngrams_words(longer, i);
        if (i > 0 && compare(words, ng_ngrams_words(longer, i - 1), k) == 0)
            continue;
        while (c < n && compare(ng_ngrams_words(shorter, c), words, k) < 0)
            c++;
        if (c < n && compare(ng_ngrams_words(shorter, c), words, k) == 0)
            continue;
        if (!missing(words, k, ng_ngrams_row(longer, i), data))
            return FALSE;
    }
    return TRUE;
}

/* Completes the contexts from the longest n-grams down. */
static gboolean
complete_contexts(NgNgrams *lists, unsigned order, size_t V, NgMissing missing, gpointer data)
{
    for (unsigned k = order - 1; k > 1; k--) {
        size_t before = lists[k - 1].rows->len;
        if (!find_contexts(lists, k, missing, data))
            return FALSE;
        if (lists[k - 1].rows->len > before)
            ng_ngrams_sort(&lists[k - 1], V);
    }
    return TRUE;
}

/* Sorted, complete lists into levels; level 1 is the vocabulary. */
static void
build_levels(const NgNgrams *lists, unsigned order, size_t V, NgTrie *trie)
{
    ng_trie_clear(trie);
    trie->order = order;
    trie->level[0].n = V;
    for (unsigned k = 1; k < order; k++) {
        NgLevel *below = &trie->level[k - 1];
        NgLevel *l = &trie->level[k];
        uint32_t e = 0;
        l->n = lists[k].rows->len;
        l->word = g_new(NgWord, l->n);
        below->first = g_new(uint32_t, below->n + 1);
        for (uint32_t c = 0; c < below->n; c++) {
            NgWord one = c;
            const NgWord *context = k > 1 ? ng_ngrams_words(&lists[k - 1], c) : &one;
            below->first[c] = e;
            while (e < l->n && compare(ng_ngrams_words(&lists[k], e), context, k) == 0) {
                l->word[e] = ng_ngrams_words(&lists[k], e)[k];
                e++;
            }
        }
        below->first[below->n] = e;
        g_assert(e == l->n);
    }
}

/**
 * ng_ngrams_to_trie:
 * @lists: [@order] sorted n-grams of 2 .. @order words, none twice; those of one word are not
 *   looked at: every word below @V is one
 * @trie: (inout): empty; then a linked trie whose entries are in the order of the lists
 * @missing: told of each context and suffix that is wanting; adds it to its list, or ends the work
 *
 * Returns: FALSE where @missing did
 */
gboolean
ng_ngrams_to_trie(NgNgrams *lists, unsigned order, size_t V, NgTrie *trie, NgMissing missing,
                  gpointer data)
{
    g_autoptr(GArray) unlinked = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    for (;;) {
        if (!complete_contexts(lists, order, V, missing, data))
            return FALSE;
        build_levels(lists, order, V, trie);
        g_array_set_size(unlinked, 0);
        if (ng_trie_link(trie, unlinked))
            return TRUE;
        unsigned k = 1; /* the level that could not be linked: above it no links stand */
        while (k + 1 < order && trie->level[k + 1].suffix != NULL)
            k++;
        for (guint i = 0; i < unlinked->len; i++) {
            size_t e = g_array_index(unlinked, uint32_t, i);
            if (!missing(ng_ngrams_words(&lists[k], e) + 1, k, ng_ngrams_row(&lists[k], e), data))
                return FALSE;
        }
        ng_ngrams_sort(&lists[k - 1], V);
        drop_repeated(&lists[k - 1]); /* two longer ones may want the same suffix */
    }
}

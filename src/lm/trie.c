/*
 * Tries of n-grams
 *
 * Level k holds every k-gram sorted by (context, word), the context being an
 * index on level k - 1: an n-gram is a pair of integers on each level, the
 * successors of a context lie side by side, and the whole level is in
 * lexicographic order of word ids.  12 bytes an entry below the top, 8 there.
 *
 * Invariant: word[] strictly rises within each context, first[] never falls.
 */
#include "trie.h"

#include <string.h>

/** ng_trie_clear: frees the arrays of @self and leaves it empty. */
void
ng_trie_clear(NgTrie *self)
{
    for (unsigned k = 0; k < self->order; k++) {
        g_free(self->level[k].word);
        g_free(self->level[k].first);
        g_free(self->level[k].suffix);
    }
    memset(self, 0, sizeof *self);
}

/**
 * ng_sort_by_word:
 * @key: [@n] a word in the upper half, anything in the lower
 * @spare: [@n]
 * @n: at least 1
 * @bits: of a word that count
 *
 * Radix sort by the word, stable, 8 bits a pass.
 */
void
ng_sort_by_word(uint64_t *key, uint64_t *spare, size_t n, unsigned bits)
{
    uint64_t *from = key;
    uint64_t *to = spare;

    for (unsigned shift = 32; shift < 32 + bits; shift += 8) {
        size_t place[256] = {0};
        for (size_t i = 0; i < n; i++)
            place[from[i] >> shift & 255]++;
        if (place[from[0] >> shift & 255] == n)
            continue;
        size_t sum = 0;
        for (unsigned b = 0; b < 256; b++) {
            size_t here = place[b];
            place[b] = sum;
            sum += here;
        }
        for (size_t i = 0; i < n; i++)
            to[place[from[i] >> shift & 255]++] = from[i];
        uint64_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != key)
        memcpy(key, from, n * sizeof *key);
}

/**
 * ng_word_search:
 * @word: words that rise strictly between @first and @end
 * @wanted: a word
 *
 * Returns: the least index in @first .. @end whose word is not below @wanted
 */
uint32_t
ng_word_search(const NgWord *word, uint32_t first, uint32_t end, NgWord wanted)
{
    while (end - first > 8) {
        uint32_t middle = first + (end - first) / 2;
        if (word[middle] < wanted)
            first = middle + 1;
        else
            end = middle;
    }
    while (first < end && word[first] < wanted)
        first++;
    return first;
}

/**
 * ng_word_gallop:
 * @word: words that rise strictly between @first and @end
 * @wanted: a word
 *
 * As ng_word_search(), by doubling steps from @first on: cheap for what is near.
 */
uint32_t
ng_word_gallop(const NgWord *word, uint32_t first, uint32_t end, NgWord wanted)
{
    uint32_t step = 1;

    while (end - first > step && word[first + step] < wanted) {
        first += step;
        step *= 2;
    }
    uint32_t stop = end - first > step ? first + step + 1 : end;
    return ng_word_search(word, first, stop, wanted);
}

/* Links the successors of context @c on level k + 1 (counted from 0: level[k]). */
static gboolean
link_context(NgTrie *self, unsigned k, uint32_t c, GArray *missing)
{
    NgLevel *l = &self->level[k];
    const NgLevel *below = &self->level[k - 1];
    uint32_t shorter = below->suffix != NULL ? below->suffix[c] : 0;
    uint32_t i = k > 1 ? self->level[k - 2].first[shorter] : 0;
    uint32_t end = k > 1 ? self->level[k - 2].first[shorter + 1] : (uint32_t)below->n;
    gboolean whole = TRUE;

    for (uint32_t e = below->first[c]; e < below->first[c + 1]; e++) {
        if (k == 1) {
            l->suffix[e] = l->word[e];
            continue;
        }
        i = ng_word_gallop(below->word, i, end, l->word[e]);
        l->suffix[e] = i;
        if (i < end && below->word[i] == l->word[e])
            continue;
        whole = FALSE;
        if (missing != NULL)
            g_array_append_val(missing, e);
    }
    return whole;
}

/**
 * ng_trie_link:
 * @self: a trie whose words and first successors stand
 * @missing: (nullable): (element-type guint32): gets the entries whose suffix is no entry, all of
 *   one level, the lowest that has any
 *
 * Sets the suffix links of every level.
 *
 * Returns: whether each suffix was there; else the links above that level are not set
 */
gboolean
ng_trie_link(NgTrie *self, GArray *missing)
{
    for (unsigned k = 1; k < self->order; k++) {
        NgLevel *l = &self->level[k];
        gboolean whole = TRUE;
        g_free(l->suffix);
        l->suffix = g_new(uint32_t, l->n);
        for (uint32_t c = 0; c < self->level[k - 1].n; c++)
            whole = link_context(self, k, c, missing) && whole;
        if (!whole)
            return FALSE;
    }
    return TRUE;
}

/**
 * ng_trie_contexts:
 * @level: from 2
 *
 * Returns: (transfer full): [n] the index of each entry's context on the level below
 */
uint32_t *
ng_trie_contexts(const NgTrie *self, unsigned level)
{
    const NgLevel *below = &self->level[level - 2];
    uint32_t *context = g_new(uint32_t, self->level[level - 1].n);

    for (uint32_t c = 0; c < below->n; c++)
        for (uint32_t e = below->first[c]; e < below->first[c + 1]; e++)
            context[e] = c;
    return context;
}

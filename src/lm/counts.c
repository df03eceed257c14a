/*
 * Counting
 *
 * No n-gram is ever built: the positions of the token stream are refined, level
 * by level, into the order of the n-grams that begin there.  On level k the
 * positions of one k-gram lie side by side; sorting each such group by the word
 * k places further on gives level k + 1, in lexicographic order, with its counts
 * as the lengths of runs.  Most groups hold one position and cost nothing.
 *
 * A position costs 4 bytes in the stream and 4 in the order, whatever N is; an
 * n-gram 12.  Time is one gather a level and a radix sort of the groups that
 * have more than a few members.  Groups do not touch each other, so chunks of
 * them go to different threads, and the result is the same for any number.
 *
 * A k-gram is counted where it ends in a word or </s> and holds at most one
 * <s>, as its first word.
 */
#include "internal.h"

#include "ngram/parallel.h"

#include <string.h>

enum { CHUNKS = 64, SMALL = 32 };

/**
 * Sorter: what refining one level needs.
 * @x: the token stream
 * @pos: positions in the order of the level below
 * @start: [n] where the positions of each of its entries begin
 * @k: length of its entries, so that x[pos + k] is the next word
 * @bits: a word has that many
 */
typedef struct {
    const NgWord *x;
    uint32_t *pos;
    const uint32_t *start;
    const uint32_t *count;
    NgLevel *below;
    unsigned k;
    unsigned bits;
    gboolean last;
    uint32_t bound[CHUNKS + 1];
    struct Chunk {
        GArray *word, *count, *start;
        size_t base;
    } chunk[CHUNKS];
} Sorter;

static void
insertion_sort(uint64_t *key, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint64_t x = key[i];
        size_t j = i;
        for (; j > 0 && key[j - 1] > x; j--)
            key[j] = key[j - 1];
        key[j] = x;
    }
}

/* Positions that can go on: those of an n-gram that does not end in </s>. */
static size_t
group_size(const Sorter *s, uint32_t entry)
{
    NgWord word = s->below->word != NULL ? s->below->word[entry] : entry;

    return word == NG_WORD_END ? 0 : s->count[entry];
}

/* Appends the runs of equal words among the sorted keys of one group. */
static void
emit_runs(const Sorter *s, struct Chunk *out, const uint64_t *key, size_t n, uint32_t at)
{
    for (size_t i = 0; i < n;) {
        NgWord word = (NgWord)(key[i] >> 32);
        size_t j = i + 1;
        if (word == NG_WORD_NONE)
            return; /* the text broke off there; such keys sort last */
        while (j < n && (NgWord)(key[j] >> 32) == word)
            j++;
        uint32_t count = (uint32_t)(j - i);
        uint32_t start = at + (uint32_t)i;
        g_array_append_val(out->word, word);
        g_array_append_val(out->count, count);
        if (!s->last) {
            g_array_append_val(out->start, start);
            for (size_t m = i; m < j; m++)
                s->pos[at + m] = (uint32_t)key[m];
        }
        i = j;
    }
}

static void
refine_chunk(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    Sorter *s = data;
    struct Chunk *out = &s->chunk[index];
    g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(uint64_t));

    out->word = g_array_new(FALSE, FALSE, sizeof(NgWord));
    out->count = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    out->start = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (uint32_t e = s->bound[index]; e < s->bound[index + 1]; e++) {
        size_t n = group_size(s, e);
        s->below->first[e] = out->word->len;
        if (n == 0)
            continue;
        if (keys->len < 2 * n)
            g_array_set_size(keys, (guint)(2 * n));
        uint64_t *key = (uint64_t *)(void *)keys->data;
        const uint32_t *pos = s->pos + s->start[e];
        for (size_t i = 0; i < n; i++)
            key[i] = (uint64_t)s->x[pos[i] + s->k] << 32 | pos[i];
        if (n > SMALL)
            ng_sort_by_word(key, key + n, n, s->bits);
        else
            insertion_sort(key, n);
        emit_runs(s, out, key, n, s->start[e]);
    }
}

/* Cuts the entries of the level below into chunks of about as many positions each. */
static void
set_bounds(Sorter *s)
{
    size_t total = 0;
    size_t sum = 0;
    unsigned c = 1;

    for (uint32_t e = 0; e < s->below->n; e++)
        total += group_size(s, e);
    s->bound[0] = 0;
    for (uint32_t e = 0; e < s->below->n && c < CHUNKS; e++) {
        sum += group_size(s, e);
        while (c < CHUNKS && sum >= total / CHUNKS * c + 1)
            s->bound[c++] = e + 1;
    }
    while (c <= CHUNKS)
        s->bound[c++] = (uint32_t)s->below->n;
}

static void
shift_firsts(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    Sorter *s = data;

    for (uint32_t e = s->bound[index]; e < s->bound[index + 1]; e++)
        s->below->first[e] += (uint32_t)s->chunk[index].base;
}

/* Moves one array of every chunk, in order, into one. */
static uint32_t *
concatenate(Sorter *s, size_t offset, size_t n)
{
    uint32_t *all = g_new(uint32_t, n);
    size_t at = 0;

    for (unsigned c = 0; c < CHUNKS; c++) {
        GArray **part = G_STRUCT_MEMBER_P(&s->chunk[c], offset);
        if ((*part)->len > 0)
            memcpy(all + at, (*part)->data, (*part)->len * sizeof *all);
        at += (*part)->len;
        g_clear_pointer(part, g_array_unref);
    }
    return all;
}

/* Makes level k + 1 from level k; gives the starts of its groups. */
static uint32_t *
refine(NgCounts *self, Sorter *s)
{
    NgLevel *next = &self->trie.level[s->k];

    s->below = &self->trie.level[s->k - 1];
    s->count = self->count[s->k - 1];
    s->below->first = g_new(uint32_t, s->below->n + 1);
    set_bounds(s);
    ng_parallel(CHUNKS, self->threads, refine_chunk, s);
    for (unsigned c = 0; c < CHUNKS; c++) {
        s->chunk[c].base = next->n;
        next->n += s->chunk[c].word->len;
    }
    ng_parallel(CHUNKS, self->threads, shift_firsts, s);
    s->below->first[s->below->n] = (uint32_t)next->n;
    next->word = concatenate(s, G_STRUCT_OFFSET(struct Chunk, word), next->n);
    self->count[s->k] = concatenate(s, G_STRUCT_OFFSET(struct Chunk, count), next->n);
    if (!s->last)
        return concatenate(s, G_STRUCT_OFFSET(struct Chunk, start), next->n);
    for (unsigned c = 0; c < CHUNKS; c++)
        g_array_unref(s->chunk[c].start);
    return NULL;
}

/* Level 1: how often each word stands in the spans, and their positions in order of the words. */
static uint32_t *
sort_words(NgCounts *self, const NgWord *x, const NgSpan *spans, size_t n_spans, uint32_t **pos)
{
    size_t V = self->trie.level[0].n;
    uint32_t *count = g_new0(uint32_t, V);
    uint32_t *start = g_new(uint32_t, V);
    uint32_t sum = 0;

    for (size_t i = 0; i < n_spans; i++)
        for (size_t t = spans[i].first; t < spans[i].end; t++)
            if (x[t] != NG_WORD_NONE)
                count[x[t]]++;
    self->count[0] = count;
    for (size_t w = 0; w < V; w++) {
        start[w] = sum;
        sum += w == NG_WORD_END ? 0 : count[w];
    }
    *pos = g_new(uint32_t, sum);
    for (size_t i = 0; i < n_spans; i++)
        for (size_t t = spans[i].first; t < spans[i].end; t++)
            if (x[t] != NG_WORD_NONE && x[t] != NG_WORD_END)
                (*pos)[start[x[t]]++] = (uint32_t)t;
    for (size_t w = 0; w < V; w++)
        start[w] -= w == NG_WORD_END ? 0 : count[w];
    return start;
}

/**
 * ng_counts_new:
 * @stream: token stream; each sequence is `<s> w w w </s>`, or ends in %NG_WORD_NONE in place of
 *   `</s>` where its end does not count
 * @spans: [@n_spans] stretches of @stream that are counted, whole sequences each; the last index
 *   of a span is below 2^32
 * @n_spans: number of spans
 * @words: V, every id of @stream but %NG_WORD_NONE is below it
 * @order: N, 1 .. %NG_ORDER_MAX
 * @threads: at least 1; the result does not depend on it
 *
 * Returns: (transfer full): raw counts of all 1-grams to N-grams; level 1 has all V words
 */
NgCounts *
ng_counts_new(const NgWord *stream, const NgSpan *spans, size_t n_spans, size_t words,
              unsigned order, unsigned threads)
{
    g_return_val_if_fail(order >= 1 && order <= NG_ORDER_MAX, NULL);
    g_return_val_if_fail(words >= NG_WORDS_FIXED, NULL);

    NgCounts *self = g_new0(NgCounts, 1);
    self->threads = threads;
    self->trie.order = order;
    self->trie.level[0].n = words;
    g_autofree uint32_t *pos = NULL;
    g_autofree uint32_t *start = sort_words(self, stream, spans, n_spans, &pos);
    Sorter sorter = {.x = stream, .pos = pos, .bits = g_bit_storage(words)};
    for (unsigned k = 1; k < order; k++) {
        sorter.k = k;
        sorter.start = start;
        sorter.last = k + 1 == order;
        uint32_t *next = refine(self, &sorter);
        g_free(start);
        start = next;
    }
    ng_trie_link(&self->trie, NULL);
    return self;
}

/**
 * ng_counts_free:
 * @self: (nullable) (transfer full): counts
 */
void
ng_counts_free(NgCounts *self)
{
    if (self == NULL)
        return;
    for (unsigned k = 0; k < self->trie.order; k++)
        g_free(self->count[k]);
    ng_trie_clear(&self->trie);
    g_free(self);
}

/** ng_counts_order: Returns: N, the longest n-gram counted */
unsigned
ng_counts_order(const NgCounts *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->trie.order;
}

/** ng_counts_level_size: Returns: how many different n-grams of @level words, from 1, there are */
size_t
ng_counts_level_size(const NgCounts *self, unsigned level)
{
    g_return_val_if_fail(self != NULL && level >= 1 && level <= self->trie.order, 0);

    return self->trie.level[level - 1].n;
}

typedef struct {
    const NgCounts *counts;
    unsigned longest;
    NgCountFunc func;
    gpointer data;
    NgWord words[NG_ORDER_MAX];
} Walk;

static gboolean
walk_entry(Walk *w, unsigned level, uint32_t entry)
{
    const NgLevel *l = &w->counts->trie.level[level - 1];
    uint32_t count = w->counts->count[level - 1][entry];

    w->words[level - 1] = l->word != NULL ? l->word[entry] : entry;
    if (count > 0 && !w->func(w->words, level, count, w->data))
        return FALSE;
    if (level == w->longest)
        return TRUE;
    for (uint32_t e = l->first[entry]; e < l->first[entry + 1]; e++)
        if (!walk_entry(w, level + 1, e))
            return FALSE;
    return TRUE;
}

/**
 * ng_counts_foreach:
 * @self: counts
 * @longest: n-grams of up to that many words, 1 .. N
 * @func: called for each n-gram seen, of every length, a context before its successors, by rising
 *   word ids
 * @data: handed to @func
 *
 * Returns: FALSE as soon as @func does
 */
gboolean
ng_counts_foreach(const NgCounts *self, unsigned longest, NgCountFunc func, gpointer data)
{
    g_return_val_if_fail(self != NULL && func != NULL, FALSE);
    g_return_val_if_fail(longest >= 1 && longest <= self->trie.order, FALSE);

    Walk walk = {.counts = self, .longest = longest, .func = func, .data = data};
    for (uint32_t w = 0; w < self->trie.level[0].n; w++)
        if (!walk_entry(&walk, 1, w))
            return FALSE;
    return TRUE;
}

/** ng_counts_frequencies: Returns: (transfer full): [V] how often each word was seen */
uint32_t *
ng_counts_frequencies(const NgCounts *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return g_memdup2(self->count[0], self->trie.level[0].n * sizeof(uint32_t));
}

/** ng_counts_tokens: Returns: how many words were seen, `<s>` and `</s>` left out */
guint64
ng_counts_tokens(const NgCounts *self)
{
    g_return_val_if_fail(self != NULL, 0);

    guint64 sum = 0;
    for (NgWord w = 0; w < self->trie.level[0].n; w++)
        if (w != NG_WORD_BEGIN && w != NG_WORD_END)
            sum += self->count[0][w];
    return sum;
}

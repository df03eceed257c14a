/*
 * Counting
 *
 * Every token begins one n-gram of N words, or of fewer where its sequence ends.
 * These are packed into keys (keys.c), parted by their first word into parts
 * that fit the cache, and sorted part by part.  In sorted order the shorter
 * n-grams are the prefixes: where a key differs from the one before it in its
 * j-th word, a new entry opens on the levels from j up, and its count is the
 * distance to where it closes.  How many entries a part makes on each level is
 * told first, so that the levels are taken once, at their size, and filled by
 * all threads; keys leave memory as they are used up.
 *
 * A k-gram is counted where it ends in a word or </s> and holds at most one
 * <s>, as its first word.  Memory: 8 K bytes a token for keys, then 20 an n-gram
 * (12 on the top level).  The result does not depend on the number of threads.
 */
#include "internal.h"
#include "keys.h"

#include "ngram/parallel.h"

#include <string.h>

enum { PART_KEYS = 1 << 14, PIECE_TOKENS = 1 << 20 };

/** Piece: tokens first .. end - 1, all in one span that ends at stop. */
typedef struct {
    size_t first, end, stop;
} Piece;

/**
 * Part: the keys whose first word is one of word .. next part's word - 1.
 * @first: where its keys begin
 * @n: [N] entries it makes on each level; later where they begin
 */
typedef struct {
    NgWord word;
    size_t first;
    size_t n[NG_ORDER_MAX];
} Part;

/**
 * Counter: counting under way.
 * @pieces: (element-type Piece): all that is counted
 * @frequency: [groups][V] how often each word stands in a group of pieces
 * @at: [groups][parts] where a group's next key of a part goes
 * @part_of: [V] part of each first word
 * @parts: (element-type Part): one more at the end
 * @key: [keys][K]
 * @spare: [threads][largest part][K]
 */
typedef struct {
    const NgStream *stream;
    NgCounts *counts;
    NgKeyShape shape;
    GArray *pieces;
    unsigned groups;
    uint32_t **frequency;
    size_t **at;
    uint32_t *part_of;
    GArray *parts;
    uint64_t *key;
    uint64_t **spare;
} Counter;

static GArray *
cut_pieces(const NgStream *stream)
{
    GArray *pieces = g_array_new(FALSE, FALSE, sizeof(Piece));

    for (size_t i = 0; i < stream->n_spans; i++) {
        const NgSpan *span = &stream->spans[i];
        for (size_t t = span->first; t < span->end; t += PIECE_TOKENS) {
            Piece piece = {t, MIN(t + PIECE_TOKENS, span->end), span->end};
            g_array_append_val(pieces, piece);
        }
    }
    return pieces;
}

/* The pieces of group @g: begin .. end - 1. */
static NgSpan
group_of(const Counter *c, size_t g)
{
    return (NgSpan){c->pieces->len * g / c->groups, c->pieces->len * (g + 1) / c->groups};
}

static void
count_words(size_t g, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Counter *c = data;
    NgSpan group = group_of(c, g);
    uint32_t *count = c->frequency[g];

    for (size_t i = group.first; i < group.end; i++) {
        const Piece *p = &g_array_index(c->pieces, Piece, i);
        for (size_t t = p->first; t < p->end; t++)
            if (c->stream->tokens[t] != NG_WORD_NONE)
                count[c->stream->tokens[t]]++;
        ng_store_breathe(c->counts->store);
    }
}

/* Level 1: how often each word stands there. */
static void
add_up_words(Counter *c)
{
    NgCounts *self = c->counts;

    for (unsigned g = 0; g < c->groups; g++)
        for (size_t w = 0; w < self->n[0]; w++) {
            if (self->order > 1)
                self->entry[0][w].count += c->frequency[g][w];
            else
                self->leaf[w].count += c->frequency[g][w];
        }
}

/* Keys that begin with @word. */
static size_t
keys_of(const Counter *c, NgWord word)
{
    return word == NG_WORD_END ? 0 : c->counts->entry[0][word].count;
}

/* Puts words side by side into parts; tells the size of the largest and the number of keys. */
static size_t
make_parts(Counter *c, size_t *keys)
{
    Part part = {0};
    size_t n = 0;
    size_t largest = 0;

    c->parts = g_array_new(FALSE, TRUE, sizeof(Part));
    c->part_of = g_new(uint32_t, c->counts->n[0]);
    for (NgWord w = 0; w < c->counts->n[0]; w++) {
        size_t own = keys_of(c, w);
        if (w > part.word && n - part.first + own > PART_KEYS) {
            g_array_append_val(c->parts, part);
            part = (Part){.word = w, .first = n};
        }
        c->part_of[w] = c->parts->len;
        n += own;
        largest = MAX(largest, n - part.first);
    }
    g_array_append_val(c->parts, part);
    part = (Part){.word = (NgWord)c->counts->n[0], .first = n};
    g_array_append_val(c->parts, part);
    *keys = n;
    return largest;
}

/* Where each group's keys go: within a part, group after group. */
static void
place_groups(Counter *c)
{
    guint parts = c->parts->len - 1;

    c->at = g_new(size_t *, c->groups);
    for (unsigned g = 0; g < c->groups; g++) {
        size_t *at = c->at[g] = g_new0(size_t, parts);
        for (NgWord w = 0; w < c->counts->n[0]; w++)
            if (w != NG_WORD_END)
                at[c->part_of[w]] += c->frequency[g][w];
    }
    for (guint p = 0; p < parts; p++) {
        size_t sum = g_array_index(c->parts, Part, p).first;
        for (unsigned g = 0; g < c->groups; g++) {
            size_t here = c->at[g][p];
            c->at[g][p] = sum;
            sum += here;
        }
    }
}

/* Writes the key of each n-gram that begins in a piece, from the last to the first. */
static inline __attribute__((always_inline)) void
scatter_piece(const Counter *c, unsigned K, const Piece *p, size_t *at)
{
    const NgWord *x = c->stream->tokens;
    uint64_t key[NG_KEY_LIMBS_MAX] = {0};
    size_t t = p->end;

    while (t < p->stop && t - p->end + 1 < c->shape.order && x[t - 1] != NG_WORD_END &&
           x[t - 1] != NG_WORD_NONE)
        t++;
    while (t-- > p->first) {
        NgWord w = x[t];
        if (w == NG_WORD_END || w == NG_WORD_NONE)
            memset(key, 0, K * sizeof *key);
        if (w == NG_WORD_NONE)
            continue;
        ng_key_push(&c->shape, K, key, w);
        if (w == NG_WORD_END || t >= p->end)
            continue;
        uint64_t *out = c->key + K * at[c->part_of[w]]++;
        for (unsigned i = 0; i < K; i++)
            out[i] = key[i];
    }
}

static void
scatter_group(size_t g, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Counter *c = data;
    NgSpan group = group_of(c, g);

    for (size_t i = group.first; i < group.end; i++) {
        const Piece *p = &g_array_index(c->pieces, Piece, i);
        if (c->shape.limbs == 1)
            scatter_piece(c, 1, p, c->at[g]);
        else if (c->shape.limbs == 2)
            scatter_piece(c, 2, p, c->at[g]);
        else
            scatter_piece(c, c->shape.limbs, p, c->at[g]);
        ng_store_breathe(c->counts->store);
    }
}

/* How many entries the sorted keys of a part open on each level above the first. */
static inline __attribute__((always_inline)) void
tally(const NgKeyShape *shape, unsigned K, const uint64_t *key, size_t n, size_t *entries)
{
    size_t step[NG_ORDER_MAX + 1] = {0}; /* an entry opens on the levels from +1 to -1 */

    for (size_t i = 0; i < n; i++) {
        unsigned common = i > 0 ? ng_key_common(shape, K, key + (i - 1) * K, key + i * K) : 0;
        step[common]++;
        step[common == shape->order ? common : ng_key_length(shape, K, key + i * K)]--;
    }
    for (unsigned k = 0; k < shape->order; k++)
        entries[k] = step[k] + (k > 0 ? entries[k - 1] : 0);
}

static void
sort_part(size_t index, unsigned thread, gpointer data)
{
    const Counter *c = data;
    Part *part = &g_array_index(c->parts, Part, index);
    size_t n = part[1].first - part->first;
    uint64_t *key = c->key + c->shape.limbs * part->first;

    ng_keys_sort(&c->shape, key, c->spare[thread], n);
    if (c->shape.limbs == 1)
        tally(&c->shape, 1, key, n, part->n);
    else if (c->shape.limbs == 2)
        tally(&c->shape, 2, key, n, part->n);
    else
        tally(&c->shape, c->shape.limbs, key, n, part->n);
    ng_store_breathe(c->counts->store);
}

/**
 * Filler: where the entries of one part go.
 * @next: [N] index of the next entry of each level
 * @opened: [N] the key at which the level's open entry began
 */
typedef struct {
    NgCounts *counts;
    size_t next[NG_ORDER_MAX];
    size_t opened[NG_ORDER_MAX];
} Filler;

static inline void
open_entry(Filler *f, unsigned k, NgWord word, size_t i)
{
    NgCounts *self = f->counts;
    size_t e = f->next[k]++;

    self->word[k][e] = word;
    if (k + 1 < self->order)
        self->entry[k][e].first = (uint32_t)f->next[k + 1];
    f->opened[k] = i;
}

static inline void
close_entry(Filler *f, unsigned k, size_t i)
{
    uint32_t count = (uint32_t)(i - f->opened[k]);

    if (k + 1 < f->counts->order)
        f->counts->entry[k][f->next[k] - 1].count = count;
    else
        f->counts->leaf[f->next[k] - 1].count = count;
}

static inline __attribute__((always_inline)) void
fill(const Counter *c, unsigned K, const Part *part)
{
    const NgKeyShape *shape = &c->shape;
    NgCounts *self = c->counts;
    const uint64_t *key = c->key + K * part->first;
    size_t n = part[1].first - part->first;
    NgWord word = part->word;
    unsigned length = 0;
    Filler f = {.counts = self};

    for (unsigned k = 1; k < self->order; k++)
        f.next[k] = part->n[k];
    for (size_t i = 0; i < n; i++, key += K) {
        unsigned common = i > 0 ? ng_key_common(shape, K, key - K, key) : 0;
        if (common == shape->order)
            continue;
        for (unsigned k = MAX(common, 1); k < length; k++)
            close_entry(&f, k, i);
        if (common == 0)
            for (NgWord w = ng_key_word(shape, K, key, 0); word <= w; word++)
                self->entry[0][word].first = (uint32_t)f.next[1];
        length = ng_key_length(shape, K, key);
        for (unsigned k = MAX(common, 1); k < length; k++)
            open_entry(&f, k, ng_key_word(shape, K, key, k), i);
    }
    for (unsigned k = 1; k < length; k++)
        close_entry(&f, k, n);
    for (; word < part[1].word; word++)
        self->entry[0][word].first = (uint32_t)f.next[1];
}

static void
fill_part(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Counter *c = data;
    const Part *part = &g_array_index(c->parts, Part, index);

    if (c->shape.limbs == 1)
        fill(c, 1, part);
    else if (c->shape.limbs == 2)
        fill(c, 2, part);
    else
        fill(c, c->shape.limbs, part);
    ng_store_discard(c->counts->store, c->key + c->shape.limbs * part->first,
                     c->key + c->shape.limbs * part[1].first);
    ng_store_breathe(c->counts->store);
}

/* Turns the numbers of entries into the places where they begin, and takes the levels. */
static gboolean
take_levels(Counter *c, GError **error)
{
    for (unsigned k = 1; k < c->counts->order; k++) {
        size_t sum = 0;
        for (guint p = 0; p < c->parts->len; p++) {
            Part *part = &g_array_index(c->parts, Part, p);
            size_t here = part->n[k];
            part->n[k] = sum;
            sum += here;
        }
        if (!ng_counts_take_level(c->counts, k, sum, error))
            return FALSE;
        c->counts->entry[k - 1][c->counts->n[k - 1]].first = (uint32_t)sum;
    }
    return TRUE;
}

static gboolean
take_keys(Counter *c, GError **error)
{
    NgCounts *self = c->counts;
    size_t size = c->shape.limbs * sizeof *c->key;
    size_t keys = 0;
    size_t largest = make_parts(c, &keys);

    place_groups(c);
    c->key = ng_store_take(self->store, keys * size, error);
    if (c->key == NULL)
        return FALSE;
    c->spare = g_new0(uint64_t *, self->threads);
    for (unsigned i = 0; i < self->threads; i++)
        if ((c->spare[i] = ng_store_take(self->store, largest * size, error)) == NULL)
            return FALSE;
    return TRUE;
}

static void
give_back_spare(Counter *c)
{
    for (unsigned i = 0; c->spare != NULL && i < c->counts->threads; i++)
        ng_store_give_back(c->counts->store, c->spare[i]);
    g_clear_pointer(&c->spare, g_free);
}

/* Levels above the first. */
static gboolean
count_longer(Counter *c, GError **error)
{
    NgCounts *self = c->counts;

    ng_key_shape_init(&c->shape, self->order, self->n[0]);
    if (!take_keys(c, error))
        return FALSE;
    ng_parallel(c->groups, self->threads, scatter_group, c);
    ng_parallel(c->parts->len - 1, self->threads, sort_part, c);
    give_back_spare(c);
    if (!take_levels(c, error))
        return FALSE;
    ng_parallel(c->parts->len - 1, self->threads, fill_part, c);
    ng_store_give_back(self->store, g_steal_pointer(&c->key));
    ng_counts_link(self);
    return TRUE;
}

static void
counter_clear(Counter *c)
{
    for (unsigned g = 0; g < c->groups; g++) {
        g_free(c->frequency[g]);
        g_free(c->at != NULL ? c->at[g] : NULL);
    }
    give_back_spare(c);
    ng_store_give_back(c->counts->store, c->key);
    g_free(c->frequency);
    g_free(c->at);
    g_free(c->part_of);
    g_array_unref(c->pieces);
    g_clear_pointer(&c->parts, g_array_unref);
}

/**
 * ng_counts_new:
 * @stream: token stream; see #NgStream
 * @order: N, 1 .. %NG_ORDER_MAX
 * @threads: at least 1; the result does not depend on it
 * @store: (nullable): where the arrays live; %NULL for memory
 * @error: return location for a #GError, or %NULL
 *
 * Errors: those of ng_store_take(); %NG_ERROR_RANGE where a level has 2^32 n-grams.
 *
 * Returns: (transfer full): raw counts of all 1-grams to N-grams; level 1 has all V words
 */
NgCounts *
ng_counts_new(const NgStream *stream, unsigned order, unsigned threads, NgStore *store,
              GError **error)
{
    g_return_val_if_fail(stream != NULL && stream->words >= NG_WORDS_FIXED, NULL);
    g_return_val_if_fail(order >= 1 && order <= NG_ORDER_MAX && threads >= 1, NULL);

    g_autoptr(NgCounts) self = ng_counts_new_empty(order, threads, store);
    if (!ng_counts_take_level(self, 0, stream->words, error))
        return NULL;
    Counter c = {.stream = stream, .counts = self, .pieces = cut_pieces(stream)};
    c.groups = MIN(threads, MAX(c.pieces->len, 1));
    c.frequency = g_new(uint32_t *, c.groups);
    for (unsigned g = 0; g < c.groups; g++)
        c.frequency[g] = g_new0(uint32_t, stream->words);
    ng_parallel(c.groups, threads, count_words, &c);
    add_up_words(&c);
    gboolean whole = order == 1 || count_longer(&c, error);
    counter_clear(&c);
    return whole ? g_steal_pointer(&self) : NULL;
}

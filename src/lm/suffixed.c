/*
 * From n-grams in suffix order to a voice
 *
 * A voice wants them by their first word, then the second, and so on.  Sorted
 * so, n-grams with one first word stand in the order of their rests, and the
 * rests in theirs on the level below.  So a level is sorted by one walk along
 * the sorted level below: to the rows of each rest, which lie side by side, and
 * from each of them to the next free place of its first word.  No keys, no
 * second buffer: rows go to where they stay, with their suffix links known.
 *
 * Contexts come from one more walk: the context of (w, rest) is (w, context of
 * rest), and both rise within w.
 */
#include "suffixed.h"

#include "large.h"

#include "ngram/parallel.h"

#include <stdatomic.h>
#include <string.h>

enum {
    AHEAD = 12,         /* rows fetched before they are wanted */
    PARTS_MAX = 16,     /* each has a counter a word */
    ROWS_A_PART = 20000 /* at least, or a thread costs more than it does */
};

/** ng_suffixed_init: @most: the most n-grams it will hold, which may be a file's word */
void
ng_suffixed_init(NgSuffixed *self, size_t most, gboolean top)
{
    size_t segments = (most >> NG_SEGMENT_BITS) + 1;

    *self = (NgSuffixed){.row = g_new0(NgSuffixRow *, segments)};
    if (!top)
        self->backoff = g_new0(float *, segments);
}

/** ng_suffixed_grow: makes room for @n n-grams, at most @most; those that stand do not move */
void
ng_suffixed_grow(NgSuffixed *self, size_t n, size_t most)
{
    size_t segments = (self->n + NG_SEGMENT - 1) >> NG_SEGMENT_BITS;

    g_assert(n <= most);
    for (; segments << NG_SEGMENT_BITS < n; segments++) {
        size_t room = MIN(most - (segments << NG_SEGMENT_BITS), (size_t)NG_SEGMENT);
        self->row[segments] = ng_large_new(room, sizeof(NgSuffixRow));
        if (self->backoff != NULL)
            self->backoff[segments] = ng_large_new(room, sizeof(float));
    }
    self->n = n;
}

void
ng_suffixed_clear(NgSuffixed *self, size_t most)
{
    for (size_t s = 0; self->row != NULL && s <= most >> NG_SEGMENT_BITS; s++) {
        g_free(self->row[s]);
        if (self->backoff != NULL)
            g_free(self->backoff[s]);
    }
    g_clear_pointer(&self->row, g_free);
    g_clear_pointer(&self->backoff, g_free);
}

/**
 * ng_suffixed_find:
 * @from: every n-gram before it has a smaller key
 *
 * By doubling steps: cheap where it is near.
 *
 * Returns: the place of the first n-gram whose key is not below @key
 */
size_t
ng_suffixed_find(const NgSuffixed *self, size_t from, uint64_t key)
{
    size_t step = 1;

    while (self->n - from > step && ng_suffixed_key(self, from + step - 1) < key) {
        from += step;
        step *= 2;
    }
    size_t end = MIN(from + step, self->n);
    while (from < end) {
        size_t middle = from + (end - from) / 2;
        if (ng_suffixed_key(self, middle) < key)
            from = middle + 1;
        else
            end = middle;
    }
    return from;
}

/**
 * Level: what is known of a sorted level while the next one is built.
 * @place: [V + 1] where the entries of each first word begin
 * @order: (nullable): [n] the row of each entry; NULL for level 1: the same
 * @rank: (nullable): [n] the entry of each row; likewise
 * @context: (nullable): [n] the context of each entry; NULL for level 1: none
 */
typedef struct {
    uint32_t *place;
    uint32_t *order;
    uint32_t *rank;
    uint32_t *context;
} Level;

/**
 * Builder:
 * @list: the rows of level k
 * @begin: [n[k - 2] + 1] where the rows of each rest begin
 * @below, @level: of levels k - 1 and k
 * @next: [parts][V] the next free place of each first word
 * @bound: [parts + 1] first words, where the parts of the level begin
 */
typedef struct {
    NgVoice *voice;
    unsigned k;
    const NgSuffixed *list;
    uint32_t *begin;
    Level below, level;
    uint32_t *next;
    NgWord bound[PARTS_MAX + 1];
    unsigned parts;
    atomic_bool incomplete;
} Builder;

static inline size_t
part_begin(size_t n, size_t part, unsigned parts)
{
    return n * part / parts;
}

/* Counts the rows of each rest, and of each first word in each part of the sorted rests. */
static void
count_rows(Builder *b, size_t n_below)
{
    size_t V = b->voice->V;
    size_t n = b->list->n;
    uint32_t rest = 0;
    uint32_t *count = b->next;

    for (size_t i = 0; i < n; i++) {
        const NgSuffixRow *row = ng_suffixed_row(b->list, i);
        if (row->rest >= rest) {
            for (; rest <= row->rest; rest++)
                b->begin[rest] = (uint32_t)i;
            size_t rank = b->below.rank != NULL ? b->below.rank[row->rest] : row->rest;
            size_t part = ((rank + 1) * b->parts - 1) / n_below; /* see part_begin() */
            count = b->next + part * V;
        }
        count[row->first]++;
    }
    for (; rest <= n_below; rest++)
        b->begin[rest] = (uint32_t)n;
}

/* From counts to places: those of a first word lie together, part by part. */
static void
sum_up(Builder *b)
{
    size_t V = b->voice->V;
    uint32_t sum = 0;

    for (size_t w = 0; w < V; w++) {
        b->level.place[w] = sum;
        for (size_t part = 0; part < b->parts; part++) {
            uint32_t here = b->next[part * V + w];
            b->next[part * V + w] = sum;
            sum += here;
        }
    }
    b->level.place[V] = sum;
    size_t w = 0;
    for (unsigned part = 1; part < b->parts; part++) {
        while (w < V && b->level.place[w] < part_begin(b->list->n, part, b->parts))
            w++;
        b->bound[part] = (NgWord)w;
    }
    b->bound[b->parts] = (NgWord)V;
}

/* Fetches what the steps to come will want.  Always inline: GCC takes a function that does nothing
 * else for one without effect, and leaves the call out. */
static inline __attribute__((always_inline)) void
fetch_rows(const Builder *b, size_t j, size_t n_below)
{
    if (b->below.order == NULL)
        return;
    if (j + 2 * AHEAD < n_below)
        __builtin_prefetch(&b->begin[b->below.order[j + 2 * AHEAD]]);
    if (j + AHEAD < n_below) {
        uint32_t i = b->begin[b->below.order[j + AHEAD]];
        if (i < b->list->n) {
            __builtin_prefetch(ng_suffixed_row(b->list, i));
            if (b->list->backoff != NULL)
                __builtin_prefetch(ng_suffixed_backoff(b->list, i));
        }
    }
}

/* NgTask: puts the rows of one part of the sorted rests into their places. */
static void
place_rows(size_t part, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    Builder *b = data;
    unsigned k = b->k;
    NgVoice *voice = b->voice;
    size_t n_below = voice->n[k - 2];
    size_t end = part_begin(n_below, part + 1, b->parts);
    const NgWord *word_below = voice->word[k - 2];
    NgWord *word = (NgWord *)(uintptr_t)voice->word[k - 1];
    NgEntry *entry = (NgEntry *)(uintptr_t)voice->entry[k - 1];
    NgLeaf *leaf = (NgLeaf *)(uintptr_t)voice->leaf;
    uint32_t *next = b->next + part * voice->V;

    for (size_t j = part_begin(n_below, part, b->parts); j < end; j++) {
        fetch_rows(b, j, n_below);
        uint32_t rest = b->below.order != NULL ? b->below.order[j] : (uint32_t)j;
        NgWord last = word_below != NULL ? word_below[j] : (NgWord)j;
        for (uint32_t i = b->begin[rest]; i < b->begin[rest + 1]; i++) {
            const NgSuffixRow *row = ng_suffixed_row(b->list, i);
            uint32_t e = next[row->first]++;
            word[e] = last;
            if (k == voice->order) {
                leaf[e] = (NgLeaf){{ng_prob_stored(row->prob)}, (uint32_t)j};
                continue;
            }
            entry[e] = (NgEntry){
                {ng_prob_stored(row->prob)}, {*ng_suffixed_backoff(b->list, i)}, 0, (uint32_t)j};
            b->level.order[e] = i;
            b->level.rank[i] = e;
        }
    }
}

static inline uint32_t
suffix_of(const NgVoice *voice, unsigned k, size_t e)
{
    return k == voice->order ? voice->leaf[e].suffix : voice->entry[k - 1][e].suffix;
}

/* NgTask: finds the contexts of one part of the first words; level 3 and above. */
static void
find_contexts(size_t part, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    Builder *b = data;
    unsigned k = b->k;
    NgEntry *below = (NgEntry *)(uintptr_t)b->voice->entry[k - 2];

    for (NgWord w = b->bound[part]; w < b->bound[part + 1]; w++) {
        uint32_t c = b->below.place[w];
        uint32_t end = b->below.place[w + 1];
        uint32_t last = b->level.place[w + 1];
        if (c < end)
            below[c].first = b->level.place[w];
        for (uint32_t e = b->level.place[w]; e < last; e++) {
            uint32_t wanted = b->below.context[suffix_of(b->voice, k, e)];
            while (c < end && below[c].suffix < wanted)
                if (++c < end)
                    below[c].first = e;
            if (c >= end || below[c].suffix != wanted) {
                atomic_store(&b->incomplete, TRUE);
                return;
            }
            if (b->level.context != NULL)
                b->level.context[e] = c;
        }
        while (++c < end)
            below[c].first = last;
    }
}

/* The contexts of level 2 are the first words. */
static void
set_first_words(Builder *b)
{
    NgEntry *words = (NgEntry *)(uintptr_t)b->voice->entry[0];

    for (size_t w = 0; w < b->voice->V; w++) {
        words[w].first = b->level.place[w];
        for (uint32_t e = b->level.place[w]; b->level.context != NULL && e < b->level.place[w + 1];
             e++)
            b->level.context[e] = (uint32_t)w;
    }
}

/* Builds level k of the voice; FALSE where a context is no n-gram of the level below. */
static gboolean
build_level(Builder *b, unsigned threads)
{
    NgVoice *voice = b->voice;
    unsigned k = b->k;
    size_t n = b->list->n;
    gboolean top = k == voice->order;

    size_t n_below = voice->n[k - 2];
    b->parts = (unsigned)MIN(MIN(2 * threads, PARTS_MAX), n / ROWS_A_PART + 1);
    b->begin = ng_large_new(n_below + 1, sizeof *b->begin);
    b->next = g_new0(uint32_t, b->parts * voice->V);
    b->level.place = g_new(uint32_t, voice->V + 1);
    count_rows(b, n_below);
    sum_up(b);
    voice->n[k - 1] = n;
    voice->word[k - 1] = ng_large_new(n, sizeof(NgWord));
    if (top)
        voice->leaf = ng_large_new(n, sizeof(NgLeaf));
    else {
        voice->entry[k - 1] = ng_large_new(n + 1, sizeof(NgEntry));
        memset((NgEntry *)(uintptr_t)voice->entry[k - 1] + n, 0, sizeof(NgEntry));
        b->level.order = ng_large_new(n, sizeof *b->level.order);
        b->level.rank = ng_large_new(n, sizeof *b->level.rank);
        b->level.context = ng_large_new(n, sizeof *b->level.context);
    }
    ng_parallel(b->parts, threads, place_rows, b);
    if (k == 2)
        set_first_words(b);
    else
        ng_parallel(b->parts, threads, find_contexts, b);
    ((NgEntry *)(uintptr_t)voice->entry[k - 2])[voice->n[k - 2]].first = (uint32_t)n;
    g_clear_pointer(&b->next, g_free);
    g_clear_pointer(&b->begin, g_free);
    return !b->incomplete;
}

static void
level_clear(Level *level)
{
    g_free(level->place);
    g_free(level->order);
    g_free(level->rank);
    g_free(level->context);
    *level = (Level){0};
}

static void
build_words(const NgUnigram *words, size_t V, NgVoice *voice)
{
    voice->n[0] = V;
    if (voice->order == 1) {
        NgLeaf *leaf = g_new(NgLeaf, V);
        for (size_t w = 0; w < V; w++)
            leaf[w] = (NgLeaf){{ng_prob_stored(words[w].prob)}, 0};
        voice->leaf = leaf;
        return;
    }
    NgEntry *entry = g_new0(NgEntry, V + 1);
    for (size_t w = 0; w < V; w++)
        entry[w] = (NgEntry){{ng_prob_stored(words[w].prob)}, {words[w].backoff}, 0, 0};
    voice->entry[0] = entry;
}

/**
 * ng_suffixed_to_voice:
 * @words: [@V] level 1
 * @lists: [@order] level k at k - 1, from 2
 *
 * Time linear in the n-grams; memory, beside the voice, 4 bytes a word and 12 an n-gram of two
 * levels at a time.
 *
 * Returns: (transfer full) (nullable): the distribution; NULL where an n-gram's context is none
 */
NgVoice *
ng_suffixed_to_voice(const NgUnigram *words, size_t V, const NgSuffixed *lists, unsigned order,
                     unsigned threads)
{
    g_autoptr(NgVoice) voice = ng_voice_new(order, V);
    Builder b = {.voice = voice};
    gboolean whole = TRUE;

    build_words(words, V, voice);
    for (b.k = 2; b.k <= order && whole; b.k++) {
        b.list = &lists[b.k - 1];
        whole = build_level(&b, threads);
        level_clear(&b.below);
        b.below = b.level;
        b.level = (Level){0};
    }
    level_clear(&b.below);
    return whole ? g_steal_pointer(&voice) : NULL;
}

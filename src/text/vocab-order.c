/*
 * Vocabularies in another order
 *
 * The ids of a model are by falling frequency: the same for the same counts,
 * wherever these came from, and common words lie close together.  The three
 * fixed words keep their places.
 *
 * Sorting goes by numbers, byte by byte of them: the counts, and the first eight
 * bytes of the words that were seen equally often.  Only words that are the same up
 * to there are compared.  Costs 32 bytes a word for the time of it.
 */
#include "ngram/vocab.h"

#include "lookup.h"

#include <string.h>

enum {
    PREFIX = 8, /* bytes of a word that make its key */
    FEW = 24,   /* items that are not worth counting their bytes */
    AHEAD = 32  /* words whose slots are fetched at once */
};

/** Item: a word on its way to its place. */
typedef struct {
    uint64_t key;
    NgWord id;
} Item;

/**
 * ng_vocab_compare:
 * @a: [@length_a] a word
 * @b: [@length_b] another
 *
 * Compares bytes as if a blank followed each word, so that whole n-grams of
 * blank-separated words come in the same order as their words do.
 *
 * Returns: below 0, 0 or above 0, as for memcmp()
 */
int
ng_vocab_compare(const char *a, size_t length_a, const char *b, size_t length_b)
{
    size_t common = MIN(length_a, length_b);
    int difference = memcmp(a, b, common);

    if (difference != 0 || length_a == length_b)
        return difference;
    if (length_a > length_b)
        return (unsigned char)a[common] < ' ' ? -1 : 1;
    return (unsigned char)b[common] < ' ' ? 1 : -1;
}

static gint
compare_bytes(gconstpointer a, gconstpointer b, gpointer data)
{
    const NgVocab *vocab = data;
    size_t length_a = 0;
    size_t length_b = 0;
    const char *word_a = ng_vocab_word(vocab, ((const Item *)a)->id, &length_a);
    const char *word_b = ng_vocab_word(vocab, ((const Item *)b)->id, &length_b);

    return ng_vocab_compare(word_a, length_a, word_b, length_b);
}

static void
sort_plainly(Item *items, size_t n, const NgVocab *vocab)
{
    if (n > 1)
        g_qsort_with_data(items, (gint)n, sizeof *items, compare_bytes, (gpointer)(gsize)vocab);
}

static void
insert_by_key(Item *items, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const Item item = items[i];
        size_t j = i;
        for (; j > 0 && items[j - 1].key > item.key; j--)
            items[j] = items[j - 1];
        items[j] = item;
    }
}

/* One byte of the keys: items go to @out, in order of it, and else in the order they had. */
static void
distribute(const Item *items, Item *out, size_t n, unsigned shift)
{
    size_t place[256] = {0};
    size_t sum = 0;

    for (size_t i = 0; i < n; i++)
        place[items[i].key >> shift & 0xff]++;
    for (size_t b = 0; b < 256; b++) {
        size_t count = place[b];
        place[b] = sum;
        sum += count;
    }
    for (size_t i = 0; i < n; i++)
        out[place[items[i].key >> shift & 0xff]++] = items[i];
}

/* Sorts by key; items of one key keep their order.  @room is for @n more. */
static void
sort_by_key(Item *items, Item *room, size_t n)
{
    uint64_t all = UINT64_MAX; /* bits set in every key */
    uint64_t any = 0;
    Item *from = items;

    if (n <= FEW) {
        insert_by_key(items, n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        all &= items[i].key;
        any |= items[i].key;
    }
    for (unsigned shift = 0; shift < 64; shift += 8) {
        Item *to = from == items ? room : items;
        if (((all ^ any) >> shift & 0xff) == 0)
            continue; /* the same in all */
        distribute(from, to, n, shift);
        from = to;
    }
    if (from != items)
        memcpy(items, from, n * sizeof *items);
}

/*
 * The first bytes of a word, such that keys that differ are in the order of
 * ng_vocab_compare().  That sees a blank behind a word; but a word with a blank
 * inside comes before or behind its own beginnings by rules of its own: FALSE.
 */
static gboolean
prefix_of(const NgVocab *vocab, NgWord id, uint64_t *key)
{
    guchar bytes[PREFIX];
    size_t length = 0;
    const char *word = ng_vocab_word(vocab, id, &length);

    memset(bytes, ' ', sizeof bytes);
    memcpy(bytes, word, MIN(length, PREFIX));
    memcpy(key, bytes, sizeof *key);
    *key = GUINT64_FROM_BE(*key);
    return memchr(word, ' ', MIN(length, PREFIX)) == NULL;
}

static void
sort_by_bytes(Item *items, Item *room, size_t n, const NgVocab *vocab)
{
    for (size_t i = 0; i < n && n > 1; i++)
        if (!prefix_of(vocab, items[i].id, &items[i].key)) {
            sort_plainly(items, n, vocab);
            return;
        }
    sort_by_key(items, room, n);
    for (size_t first = 0, end = 1; end <= n; end++)
        if (end == n || items[end].key != items[first].key) {
            sort_plainly(items + first, end - first, vocab);
            first = end;
        }
}

static void
sort_by_frequency(Item *items, Item *room, size_t n, const NgVocab *vocab, const uint32_t *count)
{
    for (size_t i = 0; i < n; i++)
        items[i].key = UINT32_MAX - count[items[i].id];
    sort_by_key(items, room, n);
    for (size_t first = 0, end = 1; end <= n; end++)
        if (end == n || count[items[end].id] != count[items[first].id]) {
            sort_by_bytes(items + first, room, end - first, vocab);
            first = end;
        }
}

/* Adds the words of the items to @sorted, AHEAD of them on their way at any time. */
static void
add_all(NgVocab *sorted, const NgVocab *self, const Item *items, size_t n, NgWord *map)
{
    NgVocabEntry entry[AHEAD];

    for (size_t first = 0; first < n; first += AHEAD) {
        size_t end = MIN(first + AHEAD, n);
        for (size_t i = first; i < end; i++) {
            size_t length = 0;
            const char *word = ng_vocab_word(self, items[i].id, &length);
            entry[i - first] = ng_vocab_entry(sorted, word, length);
        }
        for (size_t i = first; i < end; i++)
            map[items[i].id] = ng_vocab_add_entry(sorted, &entry[i - first]);
    }
}

/**
 * ng_vocab_reordered:
 * @self: a vocabulary
 * @order: the order wanted
 * @count: (nullable): [V] how often each word was seen; for %NG_VOCAB_BY_FREQUENCY
 * @map: (out): [V] new id of each old one
 *
 * Returns: (transfer full): the same words in that order
 */
NgVocab *
ng_vocab_reordered(const NgVocab *self, NgVocabOrder order, const uint32_t *count, NgWord *map)
{
    g_return_val_if_fail(self != NULL && map != NULL, NULL);
    g_return_val_if_fail(order == NG_VOCAB_BY_BYTES || count != NULL, NULL);

    size_t V = ng_vocab_size(self);
    size_t n = V - NG_WORDS_FIXED;
    g_autofree Item *items = g_new0(Item, n + 1);
    g_autofree Item *room = g_new(Item, n + 1);
    for (size_t i = 0; i < n; i++)
        items[i].id = (NgWord)(i + NG_WORDS_FIXED);
    if (order == NG_VOCAB_BY_BYTES)
        sort_by_bytes(items, room, n, self);
    else
        sort_by_frequency(items, room, n, self, count);
    NgVocab *sorted = ng_vocab_new();
    for (NgWord id = 0; id < NG_WORDS_FIXED; id++)
        map[id] = id;
    add_all(sorted, self, items, n, map);
    return sorted;
}

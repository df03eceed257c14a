/*
 * Vocabularies in another order
 *
 * The ids of a model are by falling frequency: the same for the same counts,
 * wherever these came from, and common words lie close together.  The three
 * fixed words keep their places.
 */
#include "ngram/vocab.h"

#include <string.h>

typedef struct {
    const NgVocab *vocab;
    const uint32_t *count;
} Order;

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
    const Order *order = data;
    size_t length_a = 0;
    size_t length_b = 0;
    const char *word_a = ng_vocab_word(order->vocab, *(const NgWord *)a, &length_a);
    const char *word_b = ng_vocab_word(order->vocab, *(const NgWord *)b, &length_b);

    return ng_vocab_compare(word_a, length_a, word_b, length_b);
}

static gint
compare_frequency(gconstpointer a, gconstpointer b, gpointer data)
{
    const Order *order = data;
    uint32_t count_a = order->count[*(const NgWord *)a];
    uint32_t count_b = order->count[*(const NgWord *)b];

    if (count_a != count_b)
        return count_a > count_b ? -1 : 1;
    return compare_bytes(a, b, data);
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
    g_autofree NgWord *ids = g_new(NgWord, V);
    for (NgWord id = 0; id < V; id++)
        ids[id] = id;
    Order data = {self, count};
    g_qsort_with_data(ids + NG_WORDS_FIXED, (gint)n, sizeof *ids,
                      order == NG_VOCAB_BY_BYTES ? compare_bytes : compare_frequency, &data);
    NgVocab *sorted = ng_vocab_new();
    for (NgWord id = 0; id < V; id++) {
        size_t length = 0;
        const char *word = ng_vocab_word(self, ids[id], &length);
        map[ids[id]] = ng_vocab_add(sorted, word, length);
    }
    return sorted;
}

/*
 * Traces
 *
 * Who wrote a text shows in its words, and in its function words and punctuation
 * with the rest masked (Stamatatos 2017, "text distortion").  A masked word is a number below NG_MASK_WORDS: the commonest words of the corpus
 * keep one each, all others share one by their form.  N-grams are known by 64 bits
 * of hash alone.
 */
#include "trace.h"

#include <string.h>

#define LONGEST 3 /* words of an n-gram */

static gboolean
ends_in(const char *text, size_t length, const char *ending)
{
    size_t n = strlen(ending);

    return length > n && memcmp(text + length - n, ending, n) == 0;
}

/**
 * ng_mask_class:
 * @text: [@length] a token
 *
 * Returns: what it becomes where it is not among the commonest
 */
NgMaskClass
ng_mask_class(const char *text, size_t length)
{
    static const char *const ending[] = {"ing", "ed", "ly", "'s", "s"};
    gunichar first = g_utf8_get_char_validated(text, (gssize)length);

    if (first == (gunichar)-1 || first == (gunichar)-2 || !g_unichar_isalnum(first))
        return NG_MASK_SIGN;
    for (size_t i = 0; i < length; i++)
        if (g_ascii_isdigit(text[i]))
            return NG_MASK_NUMBER;
    for (unsigned i = 0; i < G_N_ELEMENTS(ending); i++)
        if (ends_in(text, length, ending[i]))
            return (NgMaskClass)(NG_MASK_ING + i);
    return NG_MASK_WORD;
}

typedef struct {
    uint32_t count;
    NgWord id;
} Ranked;

static int
by_count(gconstpointer a, gconstpointer b)
{
    const Ranked *x = a;
    const Ranked *y = b;

    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

/**
 * ng_mask_table:
 * @vocab: V words
 * @frequency: [V] how often each was seen
 *
 * Returns: (transfer full): [V] each word masked
 */
uint16_t *
ng_mask_table(const NgVocab *vocab, const uint32_t *frequency)
{
    size_t V = ng_vocab_size(vocab);
    uint16_t *table = g_new(uint16_t, V);
    g_autofree Ranked *ranked = g_new(Ranked, V);

    for (NgWord id = 0; id < V; id++) {
        size_t length = 0;
        const char *text = ng_vocab_word(vocab, id, &length);
        ranked[id] = (Ranked){id < NG_WORDS_FIXED ? 0 : frequency[id], id};
        table[id] = (uint16_t)(id < NG_WORDS_FIXED ? id
                                                   : NG_WORDS_FIXED + NG_MASK_KEPT +
                                                         (unsigned)ng_mask_class(text, length));
    }
    qsort(ranked, V, sizeof *ranked, by_count);
    for (size_t i = 0; i < MIN(V, (size_t)NG_MASK_KEPT); i++)
        if (ranked[i].id >= NG_WORDS_FIXED && ranked[i].count > 0)
            table[ranked[i].id] = (uint16_t)(NG_WORDS_FIXED + i);
    return table;
}

/** ng_trace_init: an empty document; end with ng_trace_destroy() */
void
ng_trace_init(NgTrace *self)
{
    for (unsigned b = 0; b < NG_BLOCKS; b++)
        self->id[b] = g_array_new(FALSE, FALSE, sizeof(guint32));
    self->tokens = 0;
    self->unknown = 0;
}

/** ng_trace_clear: empties it */
void
ng_trace_clear(NgTrace *self)
{
    for (unsigned b = 0; b < NG_BLOCKS; b++)
        g_array_set_size(self->id[b], 0);
    self->tokens = 0;
    self->unknown = 0;
}

/** ng_trace_destroy: frees what it holds */
void
ng_trace_destroy(NgTrace *self)
{
    for (unsigned b = 0; b < NG_BLOCKS; b++)
        g_clear_pointer(&self->id[b], g_array_unref);
}

/**
 * ng_trace_mark:
 * @mark: %NG_WORD_BEGIN or %NG_WORD_END
 */
void
ng_trace_mark(NgTrace *self, NgWord mark)
{
    g_array_append_val(self->id[NG_BLOCK_WORDS], mark);
    g_array_append_val(self->id[NG_BLOCK_MASKS], mark);
}

/**
 * ng_trace_add:
 * @word: its id in the model, maybe %NG_WORD_UNKNOWN
 * @mask: the same masked
 */
void
ng_trace_add(NgTrace *self, NgWord word, uint32_t mask)
{
    g_array_append_val(self->id[NG_BLOCK_WORDS], word);
    g_array_append_val(self->id[NG_BLOCK_MASKS], mask);
    self->tokens++;
    self->unknown += word == NG_WORD_UNKNOWN;
}

/* One round of a 64-bit mixer: the finalizer of SplitMix64 (Steele, Lea and Flood 2014), cut. */
static inline uint64_t
mix(uint64_t h, uint64_t id)
{
    h = (h ^ id) * UINT64_C(0x9E3779B97F4A7C15);
    h = (h ^ h >> 29) * UINT64_C(0xBF58476D1CE4E5B9);
    return h ^ h >> 32;
}

/**
 * ng_trace_some_grams:
 * @at: (inout): the place to go on from, 0 at first
 * @grams: (out): [NG_TRACE_CHUNK] the next n-grams of @block, by place and length; none crosses the
 *   end of a sequence
 *
 * Hashes start from a large number: from one as small as an id, the first id of an
 * n-gram may cancel it, and `<s> w` is then the same as some other word.
 *
 * Returns: how many; 0 at the end
 */
size_t
ng_trace_some_grams(const NgTrace *self, NgBlock block, size_t *at, NgGram *grams)
{
    const guint32 *id = (const guint32 *)(const void *)self->id[block]->data;
    size_t n = self->id[block]->len;
    size_t made = 0;
    size_t i = *at;

    for (; i < n && made + LONGEST <= NG_TRACE_CHUNK; i++) {
        uint64_t h = (1 + (uint64_t)block) * UINT64_C(0xD1B54A32D192ED03);
        for (unsigned k = 1; k <= LONGEST && i + k <= n; k++) {
            h = mix(h, (uint64_t)id[i + k - 1] + 1);
            grams[made++] = (NgGram){h, (uint32_t)i, k};
            if (id[i + k - 1] == NG_WORD_END)
                break;
        }
    }
    *at = i;
    return made;
}

/**
 * ng_trace_grams:
 * @grams: (element-type NgGram): set to the n-grams of @block, all of them
 */
void
ng_trace_grams(const NgTrace *self, NgBlock block, GArray *grams)
{
    NgGram some[NG_TRACE_CHUNK];
    size_t at = 0;
    size_t n = 0;

    g_array_set_size(grams, 0);
    while ((n = ng_trace_some_grams(self, block, &at, some)) > 0)
        g_array_append_vals(grams, some, (guint)n);
}

/* streams.h - random token streams, and their n-grams counted the plain way. */
#pragma once

#include "ngram/counts.h"
#include "ngram/rng.h"
#include "ngram/voice.h"

#include <check.h>
#include <string.h>

/**
 * Stream:
 * @tokens: (element-type NgWord): sequences `<s> w w w </s>`, some without their end
 * @spans: (element-type NgSpan): about three quarters of the sequences
 */
typedef struct {
    GArray *tokens;
    GArray *spans;
    size_t words;
} Stream;

static inline Stream
random_stream(uint64_t seed, unsigned sequences, uint32_t words)
{
    NgRng rng = ng_rng_new(seed, words);
    Stream s = {g_array_new(FALSE, FALSE, sizeof(NgWord)),
                g_array_new(FALSE, FALSE, sizeof(NgSpan)), words};

    for (unsigned i = 0; i < sequences; i++) {
        NgSpan span = {s.tokens->len, 0};
        NgWord word = NG_WORD_BEGIN;
        g_array_append_val(s.tokens, word);
        for (uint32_t n = ng_rng_u32(&rng) % 12; n > 0; n--) {
            double x = ng_rng_coin(&rng);
            word = NG_WORDS_FIXED + (NgWord)(x * x * (words - NG_WORDS_FIXED));
            if (ng_rng_u32(&rng) % 20 == 0)
                word = NG_WORD_UNKNOWN;
            g_array_append_val(s.tokens, word);
        }
        word = ng_rng_u32(&rng) % 8 == 0 ? NG_WORD_NONE : NG_WORD_END;
        g_array_append_val(s.tokens, word);
        span.end = s.tokens->len;
        if (ng_rng_u32(&rng) % 4 != 0)
            g_array_append_val(s.spans, span);
    }
    return s;
}

static inline void
stream_clear(Stream *s)
{
    g_array_unref(s->tokens);
    g_array_unref(s->spans);
}

static inline NgCounts *
counts_of(const Stream *s, unsigned order, unsigned threads)
{
    const NgStream stream = {(const NgWord *)(const void *)s->tokens->data,
                             (const NgSpan *)(const void *)s->spans->data, s->spans->len, s->words};
    NgCounts *counts = ng_counts_new(&stream, order, threads, NULL, NULL);

    ck_assert_ptr_nonnull(counts);
    return counts;
}

static inline guint64
table_get(GHashTable *table, const NgWord *words, unsigned n)
{
    g_autoptr(GBytes) key = g_bytes_new(words, n * sizeof *words);

    return GPOINTER_TO_SIZE(g_hash_table_lookup(table, key));
}

static inline GHashTable *
table_new(void)
{
    return g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
}

static inline void
table_add(GHashTable *table, const NgWord *words, unsigned n, guint64 count)
{
    g_hash_table_insert(table, g_bytes_new(words, n * sizeof *words),
                        GSIZE_TO_POINTER(table_get(table, words, n) + count));
}

/* (transfer full) (element-type GBytes gsize): each n-gram of up to @order words of the spans. */
static inline GHashTable *
count_plainly(const Stream *s, unsigned order)
{
    GHashTable *table = table_new();

    for (guint i = 0; i < s->spans->len; i++) {
        const NgSpan *span = &g_array_index(s->spans, NgSpan, i);
        for (size_t t = span->first; t < span->end; t++)
            for (unsigned n = 1; n <= order && t + n <= span->end; n++) {
                const NgWord *words = &g_array_index(s->tokens, NgWord, t);
                if (words[n - 1] == NG_WORD_NONE)
                    break;
                table_add(table, words, n, 1);
            }
    }
    return table;
}

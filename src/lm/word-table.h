/* word-table.h - words of up to 16 bytes and their ids, found in one step. */
#pragma once

#include "ngram/vocab.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** NgWordKey: a word of up to 16 bytes: the bytes, zeros behind them, and their number. */
typedef struct {
    uint64_t low, high;
    uint32_t length;
} NgWordKey;

/** NgWordSlot: @length 0 where it is empty */
typedef struct {
    uint64_t low, high;
    uint32_t length;
    NgWord id;
} NgWordSlot;

/** NgWordTable: [mask + 1] a power of two */
typedef struct {
    NgWordSlot *slot;
    uint64_t mask;
} NgWordTable;

enum { NG_WORD_KEY_MAX = 16, NG_WORD_PROBES = 32 };

void ng_word_table_init(NgWordTable *self, const NgVocab *vocab);
void ng_word_table_clear(NgWordTable *self);

/* The key of a word of 1 to 16 bytes. */
static inline NgWordKey
ng_word_key(const char *word, size_t length)
{
    NgWordKey key = {0, 0, (uint32_t)length};
    uint64_t bytes[2] = {0, 0};

    memcpy(bytes, word, length);
    key.low = bytes[0];
    key.high = bytes[1];
    return key;
}

/* The same, where 16 bytes can be read at @word. */
static inline NgWordKey
ng_word_key_padded(const char *word, size_t length)
{
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
    NgWordKey key = {0, 0, (uint32_t)length};

    memcpy(&key.low, word, sizeof key.low);
    if (length <= 8) {
        key.low &= UINT64_MAX >> (64 - 8 * length);
        return key;
    }
    memcpy(&key.high, word + 8, sizeof key.high);
    key.high &= UINT64_MAX >> (128 - 8 * length);
    return key;
#else
    return ng_word_key(word, length);
#endif
}

/* Where the search for @key begins. */
static inline uint64_t
ng_word_table_home(const NgWordTable *self, const NgWordKey *key)
{
    uint64_t h = (key->low ^ (key->high << 29 | key->high >> 35)) * 0x9E3779B97F4A7C15U;

    h ^= (h >> 32) ^ key->length;
    return (h * 0xD6E8FEB86659FD93U >> 32) & self->mask;
}

/* The id of @key; NG_WORD_NONE where it is not in the table, which does not hold all words. */
static inline NgWord
ng_word_table_find(const NgWordTable *self, const NgWordKey *key, uint64_t home)
{
    for (unsigned n = 0; n < NG_WORD_PROBES; n++) {
        const NgWordSlot *s = &self->slot[(home + n) & self->mask];
        if (s->low == key->low && s->high == key->high && s->length == key->length)
            return s->id;
        if (s->length == 0)
            break;
    }
    return NG_WORD_NONE;
}

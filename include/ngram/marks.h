/* marks.h - bits that are counted and found by number, where they are mapped. */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

/** NgWords: what is left of an array of 64-bit words that is taken apart from its front. */
typedef struct {
    const uint64_t *word;
    size_t n;
} NgWords;

const uint64_t *ng_words_take(NgWords *from, uint64_t n);
const uint32_t *ng_words_take_u32(NgWords *from, uint64_t n);
void ng_words_put_u32(GArray *out, const uint32_t *value, size_t n);

/**
 * NgMarks: bits, borrowed.
 * @word: [8 blocks] 64 bits each, the lowest first
 * @rank: [blocks + 1] ones before each block
 * @one: (nullable): [ones / 512 + 1] the block of every 512th one
 * @zero: (nullable): the same of zeros
 * @n: bits
 * @ones: how many of them are set
 */
typedef struct {
    const uint64_t *word;
    const uint32_t *rank;
    const uint32_t *one;
    const uint32_t *zero;
    uint64_t n;
    uint64_t ones;
} NgMarks;

void ng_marks_write(GArray *out, const uint64_t *word, uint64_t n, gboolean find);
gboolean ng_marks_read(NgMarks *self, NgWords *from, gboolean find);
gboolean ng_marks_check(const NgMarks *self);
uint64_t ng_marks_one(const NgMarks *self, uint64_t i);
uint64_t ng_marks_zero(const NgMarks *self, uint64_t i);

/* Sets bit @i of [@i / 64 + 1] words. */
static inline void
ng_bits_set(uint64_t *word, uint64_t i)
{
    word[i / 64] |= (uint64_t)1 << (i % 64);
}

/* How many bits of @x are set. */
static inline unsigned
ng_bits_count(uint64_t x)
{
#ifdef __POPCNT__
    return (unsigned)__builtin_popcountll(x);
#else
    x -= x >> 1 & 0x5555555555555555;
    x = (x & 0x3333333333333333) + (x >> 2 & 0x3333333333333333);
    x = (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0F;
    return (unsigned)(x * 0x0101010101010101 >> 56);
#endif
}

/* Bit @i, below the number of bits. */
static inline gboolean
ng_marks_get(const NgMarks *self, uint64_t i)
{
    return (gboolean)(self->word[i / 64] >> (i % 64) & 1);
}

/* Ones before place @i, which is at most the number of bits. */
static inline uint32_t
ng_marks_rank(const NgMarks *self, uint64_t i)
{
    const uint64_t *word = self->word + i / 512 * 8;
    uint32_t rank = self->rank[i / 512];
    unsigned whole = (unsigned)(i % 512 / 64);

    for (unsigned j = 0; j < whole; j++)
        rank += ng_bits_count(word[j]);
    return rank + ng_bits_count(word[whole] & (((uint64_t)1 << (i % 64)) - 1));
}

G_END_DECLS

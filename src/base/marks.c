/*
 * Marks
 *
 * A row of bits with two questions answered in constant time: how many ones
 * stand before place i, and where does the i-th one (or zero) stand.  Blocks of
 * 512 bits have the count of ones before them, which is 6 % of the bits; to
 * find ones and zeros costs another 6 %.  All of it lies in one array of 64-bit
 * words, the same in memory and in a file, where it is used as it lies.
 *
 * A damaged file's counts are not trusted: each index made of them is cut to
 * its array, so wrong counts give wrong answers, never a read outside.
 *
 * Layout, in words: n; ones; the bits, 8 a block, n / 512 + 1 blocks; u32
 * counts, one a block and the whole; where ones and zeros are to be found, u32
 * blocks of every 512th one, then of every 512th zero.
 */
#include "ngram/marks.h"

enum { BLOCK = 512, BLOCK_WORDS = 8, STEP = 512 };

/** ng_words_take: Returns: the next @n words of @from, which are passed; %NULL if it has fewer */
const uint64_t *
ng_words_take(NgWords *from, uint64_t n)
{
    if (n > from->n)
        return NULL;
    const uint64_t *word = from->word;
    from->word += n;
    from->n -= (size_t)n;
    return word;
}

/** ng_words_take_u32: Returns: [@n] numbers of 32 bits, two a word; %NULL if @from has fewer */
const uint32_t *
ng_words_take_u32(NgWords *from, uint64_t n)
{
    return (const uint32_t *)(const void *)ng_words_take(from, n / 2 + n % 2);
}

/** ng_words_put_u32: appends [@n] numbers of 32 bits to words, a zero behind an odd number */
void
ng_words_put_u32(GArray *out, const uint32_t *value, size_t n)
{
    const uint32_t none = 0;
    g_autoptr(GArray) pairs = g_array_sized_new(FALSE, FALSE, sizeof none, (guint)(n + 1));

    if (n > 0)
        g_array_append_vals(pairs, value, (guint)n);
    if (n % 2 != 0)
        g_array_append_val(pairs, none);
    if (n > 0)
        g_array_append_vals(out, pairs->data, (guint)(n / 2 + n % 2));
}

/* The place of the @i-th one of @x; 63 if it has fewer. */
static inline unsigned
place_in_word(uint64_t x, unsigned i)
{
    unsigned place = 0;

    for (unsigned half = 32; half >= 1; half /= 2) {
        unsigned below = ng_bits_count(x & (((uint64_t)1 << half) - 1));
        if (i >= below) {
            i -= below;
            x >>= half;
            place += half;
        }
    }
    return place;
}

static uint64_t
blocks_of(uint64_t n)
{
    return n / BLOCK + 1;
}

/* Appends the block of every STEP-th bit that is @bit. */
static void
write_places(GArray *out, const uint64_t *word, uint64_t n, uint64_t bit)
{
    g_autoptr(GArray) block = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    uint64_t seen = 0;

    for (uint64_t i = 0; i < n; i++) {
        if ((word[i / 64] >> (i % 64) & 1) != bit)
            continue;
        uint32_t b = (uint32_t)(i / BLOCK);
        if (seen++ % STEP == 0)
            g_array_append_val(block, b);
    }
    uint32_t last = (uint32_t)(blocks_of(n) - 1);
    if (seen % STEP == 0)
        g_array_append_val(block, last);
    ng_words_put_u32(out, (const uint32_t *)(void *)block->data, block->len);
}

/**
 * ng_marks_write:
 * @out: (element-type guint64): the marks are appended
 * @word: bits, the lowest first
 * @n: how many; fewer than 2^32 of them are ones, and fewer than 2^32 are not
 * @find: whether ones and zeros are to be found
 */
void
ng_marks_write(GArray *out, const uint64_t *word, uint64_t n, gboolean find)
{
    g_return_if_fail(out != NULL && (word != NULL || n == 0));

    uint64_t blocks = blocks_of(n);
    g_autofree uint64_t *bits = g_new0(uint64_t, blocks * BLOCK_WORDS);
    g_autofree uint32_t *rank = g_new0(uint32_t, blocks + 1);
    uint64_t ones = 0;
    for (uint64_t i = 0; i < n; i += 64)
        bits[i / 64] = n - i < 64 ? word[i / 64] & (((uint64_t)1 << (n - i)) - 1) : word[i / 64];
    for (uint64_t b = 0; b < blocks; b++) {
        rank[b] = (uint32_t)ones;
        for (unsigned i = 0; i < BLOCK_WORDS; i++)
            ones += ng_bits_count(bits[b * BLOCK_WORDS + i]);
    }
    rank[blocks] = (uint32_t)ones;
    g_array_append_val(out, n);
    g_array_append_val(out, ones);
    g_array_append_vals(out, bits, (guint)(blocks * BLOCK_WORDS));
    ng_words_put_u32(out, rank, blocks + 1);
    if (!find)
        return;
    write_places(out, bits, n, 1);
    write_places(out, bits, n, 0);
}

/**
 * ng_marks_read:
 * @self: (out): the marks, borrowed from @from
 * @from: (inout): words that begin with them
 * @find: as when they were written
 *
 * Returns: whether they lie inside @from
 */
gboolean
ng_marks_read(NgMarks *self, NgWords *from, gboolean find)
{
    g_return_val_if_fail(self != NULL && from != NULL, FALSE);

    const uint64_t *head = ng_words_take(from, 2);
    if (head == NULL || head[0] >= UINT64_MAX / 2 || head[1] > head[0])
        return FALSE;
    self->n = head[0];
    self->ones = head[1];
    if (self->ones > UINT32_MAX || self->n - self->ones > UINT32_MAX)
        return FALSE;
    self->word = ng_words_take(from, blocks_of(self->n) * BLOCK_WORDS);
    self->rank = ng_words_take_u32(from, blocks_of(self->n) + 1);
    self->one = self->zero = NULL;
    if (find) {
        self->one = ng_words_take_u32(from, self->ones / STEP + 1);
        self->zero = ng_words_take_u32(from, (self->n - self->ones) / STEP + 1);
    }
    return self->word != NULL && self->rank != NULL &&
           (!find || (self->one != NULL && self->zero != NULL));
}

/* Whether the places of every STEP-th one or zero are right. */
static gboolean
check_places(const NgMarks *self, const uint32_t *place, uint64_t count, gboolean bit)
{
    uint64_t last = blocks_of(self->n) - 1;

    for (uint64_t i = 0; i <= count / STEP; i++) {
        uint64_t at = i * STEP < count ? 0 : last;
        if (i * STEP < count)
            at = (bit ? ng_marks_one(self, i * STEP) : ng_marks_zero(self, i * STEP)) / BLOCK;
        if (place[i] != at)
            return FALSE;
    }
    return TRUE;
}

/** ng_marks_check: Returns: whether every count and place that @self keeps is right */
gboolean
ng_marks_check(const NgMarks *self)
{
    g_return_val_if_fail(self != NULL, FALSE);

    uint64_t blocks = blocks_of(self->n);
    uint64_t ones = 0;
    for (uint64_t b = 0; b < blocks; b++) {
        if (self->rank[b] != ones)
            return FALSE;
        for (unsigned i = 0; i < BLOCK_WORDS; i++)
            ones += ng_bits_count(self->word[b * BLOCK_WORDS + i]);
    }
    if (self->rank[blocks] != ones || self->ones != ones)
        return FALSE;
    return self->one == NULL || (check_places(self, self->one, self->ones, TRUE) &&
                                 check_places(self, self->zero, self->n - self->ones, FALSE));
}

/* Bits before block @b that are @bit. */
static inline uint64_t
before_block(const NgMarks *self, uint64_t b, gboolean bit)
{
    return bit ? self->rank[b] : b * BLOCK - MIN(self->rank[b], b * BLOCK);
}

/* The place of the @i-th of @count bits that are @bit. */
static uint64_t
find(const NgMarks *self, uint64_t i, gboolean bit)
{
    uint64_t count = bit ? self->ones : self->n - self->ones;
    const uint32_t *place = bit ? self->one : self->zero;
    uint64_t last = blocks_of(self->n) - 1;

    if (i >= count)
        return self->n;
    uint64_t low = MIN(place[i / STEP], last);
    uint64_t high = (i / STEP + 1) * STEP < count ? MIN(place[i / STEP + 1], last) : last;
    while (low < high) {
        uint64_t middle = high - (high - low) / 2;
        if (before_block(self, middle, bit) <= i)
            low = middle;
        else
            high = middle - 1;
    }
    uint64_t before = before_block(self, low, bit);
    uint64_t left = i > before ? i - before : 0;
    const uint64_t *word = self->word + low * BLOCK_WORDS;
    for (unsigned j = 0; j < BLOCK_WORDS; j++) {
        uint64_t x = bit ? word[j] : ~word[j];
        unsigned here = ng_bits_count(x);
        if (left < here)
            return MIN(low * BLOCK + j * 64 + place_in_word(x, (unsigned)left), self->n);
        left -= here;
    }
    return self->n;
}

/** ng_marks_one: Returns: the place of one number @i, from 0; the number of bits if it has fewer */
uint64_t
ng_marks_one(const NgMarks *self, uint64_t i)
{
    return find(self, i, TRUE);
}

/** ng_marks_zero: Returns: the place of zero number @i, from 0; as ng_marks_one() */
uint64_t
ng_marks_zero(const NgMarks *self, uint64_t i)
{
    return find(self, i, FALSE);
}

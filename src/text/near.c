/*
 * Words that are written alike
 *
 * All words of a vocabulary that differ from a given one by few edits.  Words lie
 * in the order of their lengths, each with a signature of 64 bits: which letters
 * it has, and which of them twice.  An edit changes few bits of it, so one pass
 * over the signatures of words of about the same length leaves a few in a
 * hundred, and of these the distance is taken, see near-distance.c.
 *
 * Making it is one pass over the vocabulary, which costs milliseconds, and 12
 * bytes a word and two for each of its letters.
 *
 * Invariant: the words of l letters are first[l] .. first[l + 1] - 1, and letters of
 * word i of them begin at letter[l] + (i - first[l]) * l.
 */
#include "ngram/near.h"

#include "fold.h"
#include "near-distance.h"
#include "utf8.h"

#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { BATCH = 8192 };

struct NgNear {
    size_t n;
    uint64_t *signature;               /* [n] */
    NgWord *id;                        /* [n] */
    uint16_t *letters;                 /* of all words */
    size_t first[NG_LETTERS_MAX + 2];  /* [l] first word of l letters */
    size_t letter[NG_LETTERS_MAX + 2]; /* [l] where their letters begin */
};

/**
 * ng_letters:
 * @word: [@length]
 * @length: bytes
 * @out: (out): its letters, in lower case
 *
 * What is compared: Unicode characters, folded one by one.  Words with digits,
 * with characters beyond the first 65,536, with broken bytes, without any letter
 * or longer than %NG_LETTERS_MAX are none that a writer would misspell.
 *
 * Returns: how many letters; 0 where it is no such word
 */
size_t
ng_letters(const char *word, size_t length, uint16_t out[NG_LETTERS_MAX])
{
    const char *end = word + length;
    gboolean alphabetic = FALSE;
    size_t n = 0;

    while (word < end) {
        gunichar c = (guchar)*word;
        if (n == NG_LETTERS_MAX)
            return 0;
        if (c < 0x80) {
            word++;
            if (g_ascii_isdigit((char)c))
                return 0;
            alphabetic = alphabetic || g_ascii_isalpha((char)c);
            c = (gunichar)g_ascii_tolower((char)c);
        } else {
            if (ng_utf8_sequence(word, (size_t)(end - word)) == 0)
                return 0;
            c = ng_fold_point(ng_utf8_step(&word));
            if (c >= 0x10000 || g_unichar_isdigit(c))
                return 0;
            if (c == 0x2019) /* an apostrophe, however it is typed */
                c = '\'';
            alphabetic = alphabetic || g_unichar_isalpha(c);
        }
        out[n++] = (uint16_t)c;
    }
    return alphabetic ? n : 0;
}

/**
 * ng_letters_distance:
 * @a: [@n]
 * @n: letters
 * @b: [@m]
 * @m: letters
 *
 * The plain form: optimal string alignment, row by row.
 *
 * Returns: edits between the two; letters that changed places are touched no more
 */
unsigned
ng_letters_distance(const uint16_t *a, size_t n, const uint16_t *b, size_t m)
{
    unsigned row[3][NG_LETTERS_MAX + 1];

    g_return_val_if_fail(n <= NG_LETTERS_MAX && m <= NG_LETTERS_MAX, G_MAXUINT);

    for (size_t j = 0; j <= m; j++)
        row[0][j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        unsigned *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        now[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            unsigned best = last[j - 1] + (a[i - 1] != b[j - 1]);
            best = MIN(best, MIN(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = MIN(best, before[j - 2] + 1);
            now[j] = best;
        }
    }
    return row[n % 3][m];
}

/* -- signatures ----------------------------------------------------------- */

static inline unsigned
bucket_of(uint16_t c)
{
    return c < 0x80 ? c & 31U : (c * 2654435761U) >> 27;
}

/* The low half: letters that are there; the high half: there at least twice. */
static uint64_t
signature_of(const uint16_t *letters, size_t n)
{
    uint64_t signature = 0;

    for (size_t i = 0; i < n; i++) {
        uint64_t bit = UINT64_C(1) << bucket_of(letters[i]);
        signature |= (signature & bit) != 0 ? bit << 32 : bit;
    }
    return signature;
}

static inline unsigned
count_bits(uint64_t x)
{
    x -= x >> 1 & UINT64_C(0x5555555555555555);
    x = (x & UINT64_C(0x3333333333333333)) + (x >> 2 & UINT64_C(0x3333333333333333));
    x = (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (unsigned)((x * UINT64_C(0x0101010101010101)) >> 56);
}

/* Places of signatures that differ in at most @most bits; returns how many. */
static size_t
sift_plain(const uint64_t *signature, size_t n, uint64_t wanted, unsigned most, uint32_t *out)
{
    size_t found = 0;

    for (size_t i = 0; i < n; i++) {
        out[found] = (uint32_t)i;
        found += count_bits(signature[i] ^ wanted) <= most;
    }
    return found;
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) static size_t
sift_popcnt(const uint64_t *signature, size_t n, uint64_t wanted, unsigned most, uint32_t *out)
{
    size_t found = 0;

    for (size_t i = 0; i < n; i++) {
        out[found] = (uint32_t)i;
        found += (unsigned)__builtin_popcountll(signature[i] ^ wanted) <= most;
    }
    return found;
}

/* Sixteen at a time; without a branch on what stays, which is rare and comes by chance.  Writes up to
 * sixteen places behind the last. */
__attribute__((target("avx512f,avx512vpopcntdq,popcnt"))) static size_t
sift_avx512(const uint64_t *signature, size_t n, uint64_t wanted, unsigned most, uint32_t *out)
{
    const __m512i same = _mm512_set1_epi64((long long)wanted);
    const __m512i bound = _mm512_set1_epi64((long long)most);
    __m512i place = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    size_t found = 0;

    for (size_t i = 0; i < n; i += 16) {
        unsigned there = n - i < 16 ? (1U << (n - i)) - 1 : 0xffff;
        __m512i low = _mm512_maskz_loadu_epi64((__mmask8)there, signature + i);
        __m512i high = _mm512_maskz_loadu_epi64((__mmask8)(there >> 8), signature + i + 8);
        low = _mm512_popcnt_epi64(_mm512_xor_si512(low, same));
        high = _mm512_popcnt_epi64(_mm512_xor_si512(high, same));
        unsigned left = _mm512_cmple_epu64_mask(low, bound);
        left = (left | (unsigned)_mm512_cmple_epu64_mask(high, bound) << 8) & there;
        _mm512_storeu_si512(out + found, _mm512_maskz_compress_epi32((__mmask16)left, place));
        found += (unsigned)__builtin_popcount(left);
        place = _mm512_add_epi32(place, _mm512_set1_epi32(16));
    }
    return found;
}
#endif

static size_t
sift(const uint64_t *signature, size_t n, uint64_t wanted, unsigned most, uint32_t *out)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vpopcntdq"))
        return sift_avx512(signature, n, wanted, most, out);
    if (__builtin_cpu_supports("popcnt"))
        return sift_popcnt(signature, n, wanted, most, out);
#endif
    return sift_plain(signature, n, wanted, most, out);
}

/* -- the index ------------------------------------------------------------ */

static void
count_words(NgNear *self, const NgVocab *vocab, uint8_t *lengths)
{
    uint16_t letters[NG_LETTERS_MAX];

    for (NgWord id = NG_WORDS_FIXED; id < ng_vocab_size(vocab); id++) {
        size_t length = 0;
        const char *word = ng_vocab_word(vocab, id, &length);
        size_t n = ng_letters(word, length, letters);
        lengths[id] = (uint8_t)n;
        if (n > 0)
            self->first[n + 1]++;
    }
}

static void
take_words(NgNear *self, const NgVocab *vocab, const uint8_t *lengths, NgWord base, size_t *next)
{
    uint16_t letters[NG_LETTERS_MAX];

    for (NgWord id = NG_WORDS_FIXED; id < ng_vocab_size(vocab); id++) {
        size_t n = lengths[id];
        if (n == 0)
            continue;
        size_t length = 0;
        const char *word = ng_vocab_word(vocab, id, &length);
        ng_letters(word, length, letters);
        size_t place = next[n]++;
        self->id[place] = base + id;
        self->signature[place] = signature_of(letters, n);
        memcpy(self->letters + self->letter[n] + (place - self->first[n]) * n, letters,
               n * sizeof *letters);
    }
}

/**
 * ng_near_new:
 * @vocab: the words
 * @further: (nullable): more words; theirs are the ids from ng_vocab_size(@vocab) on
 *
 * Takes the words that ng_letters() takes.
 *
 * Returns: (transfer full): const from here on, for any number of threads
 */
NgNear *
ng_near_new(const NgVocab *vocab, const NgVocab *further)
{
    g_return_val_if_fail(vocab != NULL, NULL);

    NgNear *self = g_atomic_rc_box_new0(NgNear);
    size_t V = ng_vocab_size(vocab), more = further != NULL ? ng_vocab_size(further) : 0;
    g_autofree uint8_t *lengths = g_new0(uint8_t, V + more + 1);
    size_t next[NG_LETTERS_MAX + 2];
    size_t letters = 0;

    count_words(self, vocab, lengths);
    if (further != NULL)
        count_words(self, further, lengths + V);
    for (size_t n = 0; n <= NG_LETTERS_MAX; n++) {
        self->letter[n] = letters;
        letters += self->first[n + 1] * n;
        self->first[n + 1] += self->first[n];
    }
    self->n = self->first[NG_LETTERS_MAX + 1];
    self->id = g_new(NgWord, self->n + 1);
    self->signature = g_new(uint64_t, self->n + 1);
    self->letters = g_new0(uint16_t, letters + 8); /* they are loaded eight at a time */
    memcpy(next, self->first, sizeof next);
    take_words(self, vocab, lengths, 0, next);
    if (further != NULL)
        take_words(self, further, lengths + V, (NgWord)V, next);
    return self;
}

/** ng_near_ref: Returns: (transfer full): @self */
NgNear *
ng_near_ref(NgNear *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return g_atomic_rc_box_acquire(self);
}

static void
near_clear(gpointer data)
{
    NgNear *self = data;

    g_free(self->id);
    g_free(self->signature);
    g_free(self->letters);
}

/**
 * ng_near_unref:
 * @self: (nullable) (transfer full): an index
 */
void
ng_near_unref(NgNear *self)
{
    if (self != NULL)
        g_atomic_rc_box_release_full(self, near_clear);
}

/** ng_near_size: Returns: how many words it holds */
size_t
ng_near_size(const NgNear *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->n;
}

/* Those of l letters.  With d edits, k of which must make up for lengths, at most 2 d - k bits of
 * a signature change: a letter put in or left out is one bit, a replaced one two. */
static void
find_of_length(const NgNear *self, const NgNearPattern *pattern, uint64_t signature, size_t l,
               unsigned most, GArray *found)
{
    size_t apart = l > pattern->n ? l - pattern->n : pattern->n - l;
    unsigned bits = 2 * most - (unsigned)apart;
    const uint64_t *signatures = self->signature + self->first[l];
    size_t words = self->first[l + 1] - self->first[l];
    uint32_t place[BATCH + NG_NEAR_WIDE], distance[BATCH];

    for (size_t at = 0; at < words; at += BATCH) {
        const NgNearRow row = {self->letters + self->letter[l] + at * l, l, most};
        size_t n = MIN((size_t)BATCH, words - at);
        size_t left = sift(signatures + at, n, signature, bits, place);
        left = ng_near_measure(pattern, &row, place, left, distance);
        for (size_t i = 0; i < left; i++) {
            const NgNearWord near = {self->id[self->first[l] + at + place[i]], distance[i],
                                     row.letters + place[i] * l, l};
            g_array_append_val(found, near);
        }
    }
}

/**
 * ng_near_find:
 * @self: an index
 * @letters: [@n] what ng_letters() gave
 * @n: at least 1
 * @most: edits at most
 * @found: (element-type NgNearWord): words are appended here, those with the same letters among
 *   them, in an order that depends on the index alone
 *
 * Exact: every word of the index within @most edits is found.
 */
void
ng_near_find(const NgNear *self, const uint16_t *letters, size_t n, unsigned most, GArray *found)
{
    g_return_if_fail(self != NULL && letters != NULL && found != NULL);
    g_return_if_fail(n >= 1 && n <= NG_LETTERS_MAX);

    NgNearPattern pattern;
    uint64_t signature = signature_of(letters, n);
    size_t least = n > most ? n - most : 1;
    size_t longest = MIN(n + most, (size_t)NG_LETTERS_MAX);

    ng_near_pattern_init(&pattern, letters, n);
    for (size_t l = least; l <= longest; l++)
        find_of_length(self, &pattern, signature, l, most, found);
}

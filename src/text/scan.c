/*
 * Scanning
 *
 * The tokens of a stretch of text by masks of 64 bits, one bit a byte: which
 * bytes are separators, letters, digits and so on.  Borders of tokens are then a
 * few shifts and ands, and their places the bits that are set.
 *
 * What ASCII words are, by NG_TOKENS_WORDS_PATTERN: runs of letters and digits,
 * with a single ' or - between two of them, and one of . , : between two digits;
 * any other visible character by itself.  Whether a token ends at byte e is told
 * by bytes e and e + 1.  So all tokens that end two bytes before the first byte
 * that is no ASCII are the same as those of the whole text; from there on another
 * must look (a mark or an apostrophe of Unicode may make a token longer).  The
 * literal <unk> is left to it too.
 *
 * The masks are made by one function for each kind of processor; the plain one
 * looks at each byte by itself, and the tests hold the others against it.
 */
#include "scan.h"

#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)
#define HAVE_AVX 1
#include <immintrin.h>
#else
#define HAVE_AVX 0
#endif

/** Masks: classes of the bytes of a stretch, bit i of step s is byte 64 s + i. */
typedef struct {
    uint64_t alnum[NG_SCAN_STEPS];   /* letters and digits */
    uint64_t digit[NG_SCAN_STEPS];   /* 0 .. 9 */
    uint64_t joint[NG_SCAN_STEPS];   /* ' - */
    uint64_t point[NG_SCAN_STEPS];   /* . , : */
    uint64_t visible[NG_SCAN_STEPS]; /* '!' .. '~' */
    uint64_t high[NG_SCAN_STEPS];    /* above 0x7f */
    uint64_t less[NG_SCAN_STEPS];    /* < */
} Masks;

/* -- plain ---------------------------------------------------------------- */

static inline uint64_t
bit(gboolean set, unsigned place)
{
    return (uint64_t)(set != 0) << place;
}

static void
space_plain(const char *text, uint64_t *separator)
{
    uint64_t mask = 0;

    for (unsigned i = 0; i < 64; i++) {
        char c = text[i];
        mask |= bit(c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0', i);
    }
    *separator = mask;
}

static void
words_plain(const char *text, Masks *m, size_t step)
{
    m->alnum[step] = m->digit[step] = m->joint[step] = m->point[step] = 0;
    m->visible[step] = m->high[step] = m->less[step] = 0;
    for (unsigned i = 0; i < 64; i++) {
        char c = text[i];
        m->alnum[step] |= bit(g_ascii_isalnum(c), i);
        m->digit[step] |= bit(c >= '0' && c <= '9', i);
        m->joint[step] |= bit(c == '\'' || c == '-', i);
        m->point[step] |= bit(c == '.' || c == ',' || c == ':', i);
        m->visible[step] |= bit(c > ' ' && c <= '~', i);
        m->high[step] |= bit(((guchar)c & 0x80) != 0, i);
        m->less[step] |= bit(c == '<', i);
    }
}

static void
lower_plain(const char *text, char *lower)
{
    for (unsigned i = 0; i < 64; i++)
        lower[i] = g_ascii_tolower(text[i]);
}

/* -- AVX2: two halves of 32 bytes ----------------------------------------- */

#if HAVE_AVX
#define AVX2 __attribute__((target("avx2")))

static inline AVX2 uint64_t
mask_of(__m256i low, __m256i high)
{
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high)
                                                     << 32;
}

static inline AVX2 __m256i
equal(__m256i v, char c)
{
    return _mm256_cmpeq_epi8(v, _mm256_set1_epi8(c));
}

/* Bytes first .. first + n - 1, as unsigned numbers. */
static inline AVX2 __m256i
range(__m256i v, char first, char n)
{
    __m256i from = _mm256_sub_epi8(v, _mm256_set1_epi8(first));

    return _mm256_cmpeq_epi8(_mm256_min_epu8(from, _mm256_set1_epi8((char)(n - 1))), from);
}

static inline AVX2 __m256i
load(const char *text)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)text);
}

static inline AVX2 __m256i
separators(__m256i v)
{
    __m256i space = _mm256_or_si256(equal(v, ' '), equal(v, '\0'));

    return _mm256_or_si256(_mm256_or_si256(space, equal(v, '\r')), range(v, '\t', 2));
}

static AVX2 void
space_avx2(const char *text, uint64_t *separator)
{
    *separator = mask_of(separators(load(text)), separators(load(text + 32)));
}

static inline AVX2 __m256i
letters_and_digits(__m256i v)
{
    __m256i letter = range(_mm256_or_si256(v, _mm256_set1_epi8(0x20)), 'a', 26);

    return _mm256_or_si256(letter, range(v, '0', 10));
}

static inline AVX2 __m256i
points(__m256i v)
{
    return _mm256_or_si256(_mm256_or_si256(equal(v, '.'), equal(v, ',')), equal(v, ':'));
}

static AVX2 void
words_avx2(const char *text, Masks *m, size_t step)
{
    __m256i a = load(text);
    __m256i b = load(text + 32);

    m->alnum[step] = mask_of(letters_and_digits(a), letters_and_digits(b));
    m->digit[step] = mask_of(range(a, '0', 10), range(b, '0', 10));
    m->joint[step] = mask_of(_mm256_or_si256(equal(a, '\''), equal(a, '-')),
                             _mm256_or_si256(equal(b, '\''), equal(b, '-')));
    m->point[step] = mask_of(points(a), points(b));
    m->visible[step] = mask_of(range(a, '!', 94), range(b, '!', 94));
    m->high[step] = mask_of(a, b);
    m->less[step] = mask_of(equal(a, '<'), equal(b, '<'));
}

static AVX2 void
lower_avx2(const char *text, char *lower)
{
    for (unsigned i = 0; i < 64; i += 32) {
        __m256i v = load(text + i);
        __m256i add = _mm256_and_si256(range(v, 'A', 26), _mm256_set1_epi8(0x20));
        _mm256_storeu_si256((__m256i *)(void *)(lower + i), _mm256_add_epi8(v, add));
    }
}

/* -- AVX-512 -------------------------------------------------------------- */

#define AVX512 __attribute__((target("avx512f,avx512bw")))

static inline AVX512 uint64_t
equal_512(__m512i v, char c)
{
    return _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8(c));
}

static inline AVX512 uint64_t
range_512(__m512i v, char first, char n)
{
    return _mm512_cmplt_epu8_mask(_mm512_sub_epi8(v, _mm512_set1_epi8(first)), _mm512_set1_epi8(n));
}

static AVX512 void
space_avx512(const char *text, uint64_t *separator)
{
    __m512i v = _mm512_loadu_si512(text);

    *separator =
        equal_512(v, ' ') | range_512(v, '\t', 2) | equal_512(v, '\r') | equal_512(v, '\0');
}

static AVX512 void
words_avx512(const char *text, Masks *m, size_t step)
{
    __m512i v = _mm512_loadu_si512(text);
    __m512i small = _mm512_or_si512(v, _mm512_set1_epi8(0x20));

    m->digit[step] = range_512(v, '0', 10);
    m->alnum[step] = range_512(small, 'a', 26) | m->digit[step];
    m->joint[step] = equal_512(v, '\'') | equal_512(v, '-');
    m->point[step] = equal_512(v, '.') | equal_512(v, ',') | equal_512(v, ':');
    m->visible[step] = range_512(v, '!', 94);
    m->high[step] = _mm512_movepi8_mask(v);
    m->less[step] = equal_512(v, '<');
}

static AVX512 void
lower_avx512(const char *text, char *lower)
{
    __m512i v = _mm512_loadu_si512(text);
    uint64_t capital = range_512(v, 'A', 26);

    _mm512_storeu_si512(lower, _mm512_mask_add_epi8(v, capital, v, _mm512_set1_epi8(0x20)));
}
#endif

/**
 * ng_scan_level:
 *
 * Returns: the best this processor can do
 */
NgScanLevel
ng_scan_level(void)
{
#if HAVE_AVX
    if (__builtin_cpu_supports("avx512bw"))
        return NG_SCAN_AVX512;
    if (__builtin_cpu_supports("avx2"))
        return NG_SCAN_AVX2;
#endif
    return NG_SCAN_PLAIN;
}

static inline void
classify_space(const char *text, uint64_t *separator, NgScanLevel level)
{
#if HAVE_AVX
    if (level == NG_SCAN_AVX512)
        space_avx512(text, separator);
    else if (level == NG_SCAN_AVX2)
        space_avx2(text, separator);
    else
#endif
        space_plain(text, separator);
    (void)level;
}

static inline void
classify_words(const char *text, Masks *m, size_t step, NgScanLevel level)
{
#if HAVE_AVX
    if (level == NG_SCAN_AVX512)
        words_avx512(text, m, step);
    else if (level == NG_SCAN_AVX2)
        words_avx2(text, m, step);
    else
#endif
        words_plain(text, m, step);
    (void)level;
}

static inline void
make_lower(const char *text, char *lower, NgScanLevel level)
{
#if HAVE_AVX
    if (level == NG_SCAN_AVX512)
        lower_avx512(text, lower);
    else if (level == NG_SCAN_AVX2)
        lower_avx2(text, lower);
    else
#endif
        lower_plain(text, lower);
    (void)level;
}

/* -- bits into places ----------------------------------------------------- */

/* Not the compiler's, which calls a function where the processor is not known to have it. */
static inline size_t
count_bits(uint64_t x)
{
    x -= x >> 1 & G_GUINT64_CONSTANT(0x5555555555555555);
    x = (x & G_GUINT64_CONSTANT(0x3333333333333333)) +
        (x >> 2 & G_GUINT64_CONSTANT(0x3333333333333333));
    x = (x + (x >> 4)) & G_GUINT64_CONSTANT(0x0f0f0f0f0f0f0f0f);
    return (size_t)(x * G_GUINT64_CONSTANT(0x0101010101010101) >> 56);
}

/*
 * Writes @base plus the place of each bit of @mask, eight at a time so that no
 * branch depends on every bit: what is written beyond them is room to work in.
 */
static inline size_t
put_places(size_t *out, uint64_t mask, size_t base)
{
    size_t n = count_bits(mask);

    for (size_t done = 0; done < n; done += 8)
        for (size_t i = 0; i < 8; i++) {
            out[done + i] = base + (size_t)__builtin_ctzll(mask | (uint64_t)1 << 63);
            mask &= mask - 1;
        }
    return n;
}

/* The 64 bytes of step @step: those of the text, or a copy with zeros behind its end. */
static inline const char *
step_text(const char *text, size_t length, size_t step, char padded[64])
{
    size_t left = length - 64 * step;

    if (left >= 64)
        return text + 64 * step;
    memset(padded, 0, 64);
    memcpy(padded, text + 64 * step, left);
    return padded;
}

/* Sets what is whole, and where to go on: a token that reaches the end is taken again. */
static void
finish(NgScan *self, size_t n_begin, size_t n_end, size_t length)
{
    self->n = n_end;
    self->used = n_begin > n_end ? self->begin[n_end] : length;
}

/**
 * ng_scan_space:
 * @self: gets the tokens
 * @text: [length] bytes; a token begins at the first of them, or before it there is none
 * @length: all there is
 * @level: at most ng_scan_level()
 *
 * Finds what stands between separators in the first %NG_SCAN_BYTES of @text.
 * Where one token fills all of them there are none, and nothing is used.
 */
void
ng_scan_space(NgScan *self, const char *text, size_t length, NgScanLevel level)
{
    size_t n = MIN(length, NG_SCAN_BYTES);
    size_t n_begin = 0;
    size_t n_end = 0;
    uint64_t before = 1; /* a separator in front of the first byte */
    char padded[64];

    for (size_t step = 0; 64 * step < n; step++) {
        uint64_t separator = 0;
        classify_space(step_text(text, n, step, padded), &separator, level);
        uint64_t last = separator << 1 | before;
        before = separator >> 63;
        n_begin += put_places(self->begin + n_begin, ~separator & last, 64 * step);
        n_end += put_places(self->end + n_end, separator & ~last, 64 * step);
    }
    if (n == length && n_begin > n_end)
        self->end[n_end++] = n;
    finish(self, n_begin, n_end, n);
    self->odd = self->used == 0;
}

/* The first byte of the step that is not for masks: no ASCII, or the < of <unk>; 64 for none. */
static size_t
barrier_of(const Masks *m, size_t step, const char *text, size_t length)
{
    static const char unknown[] = "<unk>";
    size_t at = m->high[step] != 0 ? (size_t)__builtin_ctzll(m->high[step]) : 64;

    for (uint64_t less = m->less[step]; less != 0; less &= less - 1) {
        size_t i = (size_t)__builtin_ctzll(less);
        if (i >= at)
            break;
        if (length - 64 * step - i >= strlen(unknown) &&
            memcmp(text + 64 * step + i, unknown, strlen(unknown)) == 0)
            return i;
    }
    return at;
}

/** Border: what the last byte of a step leaves to the next step. */
typedef struct {
    uint64_t alnum, digit, word, single;
} Border;

/* Writes the places of a step's tokens; the masks of the step behind it are made. */
static inline void
put_words(NgScan *self, const Masks *m, size_t step, gboolean more, size_t n[2], Border *border)
{
    uint64_t alnum = m->alnum[step];
    uint64_t digit = m->digit[step];
    uint64_t next_alnum = alnum >> 1 | (more ? m->alnum[step + 1] << 63 : 0);
    uint64_t next_digit = digit >> 1 | (more ? m->digit[step + 1] << 63 : 0);
    uint64_t joint = m->joint[step] & (alnum << 1 | border->alnum) & next_alnum;
    uint64_t point = m->point[step] & (digit << 1 | border->digit) & next_digit;
    uint64_t word = alnum | joint | point;
    uint64_t single = m->visible[step] & ~word;
    uint64_t before = word << 1 | border->word;
    size_t base = 64 * step;

    n[0] += put_places(self->begin + n[0], (word & ~before) | single, base);
    n[1] += put_places(self->end + n[1], (~word & before) | single << 1 | border->single, base);
    *border = (Border){alnum >> 63, digit >> 63, word >> 63, single >> 63};
}

/**
 * ng_scan_words:
 * @self: gets the tokens
 * @text: [length] well-formed UTF-8; a token begins at the first byte, or before it there is none
 * @length: all there is
 * @lower: whether to write small letters
 * @level: at most ng_scan_level()
 *
 * Finds the words of ASCII in the first %NG_SCAN_BYTES of @text, up to where a
 * closer look is wanted.
 */
void
ng_scan_words(NgScan *self, const char *text, size_t length, gboolean lower, NgScanLevel level)
{
    size_t n = MIN(length, NG_SCAN_BYTES);
    size_t steps = (n + 63) / 64;
    size_t barrier = n; /* nothing behind it counts */
    size_t count[2] = {0, 0};
    Border border = {0};
    Masks m;
    char padded[64];

    for (size_t step = 0; step < steps; step++) {
        const char *piece = step_text(text, n, step, padded);
        classify_words(piece, &m, step, level);
        if (lower)
            make_lower(piece, self->lower + 64 * step, level);
        size_t at = (m.high[step] | m.less[step]) == 0 ? 64 : barrier_of(&m, step, text, length);
        if (at < 64) {
            barrier = 64 * step + at;
            steps = step + 1;
        }
    }
    for (size_t step = 0; step < steps; step++)
        put_words(self, &m, step, step + 1 < steps, count, &border);
    if (barrier == length && count[0] > count[1])
        self->end[count[1]++] = length;
    size_t whole = barrier == length ? length : MAX(barrier, 2) - 2;
    while (count[1] > 0 && self->end[count[1] - 1] > whole)
        count[1]--;
    finish(self, count[0], count[1], barrier);
    self->used = MIN(self->used, barrier);
    self->odd = barrier < n || (barrier < length && self->used == 0);
}

/*
 * Entries side by side
 *
 * What may be asked of many entries at once, and what is going to be asked soon.
 * Whoever walks many automata in turn tells each what it will want next, so that
 * one waits for memory while the others work.
 */
#include "compact.h"
#include "internal.h"
#include "sparse.h"

enum {
    LINE = 64, /* bytes that memory gives at a time */
    SEEKS = 64 /* searches that go step by step together */
};

/**
 * ng_voice_logprobs:
 * @level: from 1
 * @first: an entry of @level
 * @n: how many from @first on
 * @logprob: (out): [@n] ng_voice_entry_logprob() of each
 */
void
ng_voice_logprobs(const NgVoice *self, unsigned level, uint32_t first, size_t n, float *logprob)
{
    g_return_if_fail(self != NULL && level >= 1 && level <= self->order);
    g_return_if_fail(first <= self->n[level - 1] && n <= self->n[level - 1] - first);

    if (self->compact != NULL) {
        for (size_t i = 0; i < n; i++)
            logprob[i] = ng_compact_logprob(self->compact, level, first + (uint32_t)i);
        return;
    }
    if (level == self->order) {
        const NgLeaf *leaf = self->leaf + first;
        for (size_t i = 0; i < n; i++)
            logprob[i] = -fabsf(leaf[i].prob);
        return;
    }
    const NgEntry *entry = self->entry[level - 1] + first;
    for (size_t i = 0; i < n; i++)
        logprob[i] = -fabsf(entry[i].prob);
}

/* The columns of packed entries, one by one. */
static void
unpack_columns(const NgVoice *self, unsigned level, uint32_t first, size_t n, const NgColumns *out)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t e = first + (uint32_t)i;
        if (out->word != NULL)
            out->word[i] = ng_voice_entry_word(self, level, e);
        if (out->logprob != NULL)
            out->logprob[i] = ng_voice_entry_logprob(self, level, e);
        if (out->suffix != NULL)
            out->suffix[i] = ng_voice_entry_suffix(self, level, e);
        if (out->backoff != NULL)
            out->backoff[i] = ng_voice_backoff(self, (NgState){level, e});
        if (out->end != NULL)
            out->end[i] = ng_voice_successors(self, (NgState){level, e}).end;
    }
}

/* Links and ends may be a damaged file's, and are cut to the levels they point to. */
static void
copy_links(const NgVoice *self, unsigned level, uint32_t first, size_t n, const NgColumns *out)
{
    uint32_t most = level > 1 ? (uint32_t)self->n[level - 2] : 1;

    for (size_t i = 0; i < n && out->suffix != NULL; i++) {
        uint32_t s = level == self->order ? self->leaf[first + i].suffix
                                          : self->entry[level - 1][first + i].suffix;
        out->suffix[i] = level > 1 && s < most ? s : 0;
    }
    for (size_t i = 0; i < n && out->end != NULL; i++) {
        uint32_t end = self->entry[level - 1][first + i + 1].first;
        out->end[i] = MIN(end, (uint32_t)self->n[level]);
    }
}

/**
 * ng_voice_columns:
 * @level: from 1
 * @first: an entry of @level
 * @n: how many from @first on
 * @out: arrays of @n, each filled unless it is %NULL; @backoff and @end below the top level only
 */
void
ng_voice_columns(const NgVoice *self, unsigned level, uint32_t first, size_t n,
                 const NgColumns *out)
{
    g_return_if_fail(self != NULL && level >= 1 && level <= self->order && out != NULL);
    g_return_if_fail(first <= self->n[level - 1] && n <= self->n[level - 1] - first);
    g_return_if_fail(level < self->order || (out->backoff == NULL && out->end == NULL));

    if (self->compact != NULL) {
        unpack_columns(self, level, first, n, out);
        return;
    }
    for (size_t i = 0; i < n && out->word != NULL; i++)
        out->word[i] = ng_voice_entry_word(self, level, first + (uint32_t)i);
    if (out->logprob != NULL)
        ng_voice_logprobs(self, level, first, n, out->logprob);
    for (size_t i = 0; i < n && out->backoff != NULL; i++)
        out->backoff[i] = self->entry[level - 1][first + i].backoff;
    copy_links(self, level, first, n, out);
}

/* The last context of @level whose successors do not begin behind entry @e; @c is one before. */
static uint32_t
context_from(const NgVoice *self, unsigned level, uint32_t c, uint32_t e)
{
    const NgEntry *entry = self->entry[level - 1];
    uint32_t last = (uint32_t)self->n[level - 1] - 1;
    uint32_t step = 1;

    while (last - c > step && entry[c + step].first <= e) {
        c += step;
        step *= 2;
    }
    for (; step > 0; step /= 2)
        if (last - c >= step && entry[c + step].first <= e)
            c += step;
    return c;
}

/* Whether @word is among 64 words; no word is told from another, so it costs next to nothing. */
static gboolean
is_among(const NgWord *words, NgWord word)
{
    uint32_t among = 0;

    for (unsigned i = 0; i < 64; i++)
        among |= words[i] == word;
    return among != 0;
}

static void
find_before_packed(const NgVoice *self, unsigned level, NgWord word, GArray *pairs)
{
    for (uint32_t c = 0; c < self->n[level - 1]; c++) {
        NgPair pair = {c, 0};
        if (ng_voice_find(self, (NgState){level, c}, word, &pair.entry))
            g_array_append_val(pairs, pair);
    }
}

/**
 * ng_voice_find_before:
 * @self: a voice
 * @level: of the contexts, 1 .. order - 1
 * @word: a word
 * @pairs: (element-type NgPair): gets each context of @level that @word was seen after, rising, with
 *   the entry of both on the next level
 *
 * One look at all words of the next level, side by side as they are.
 */
void
ng_voice_find_before(const NgVoice *self, unsigned level, NgWord word, GArray *pairs)
{
    g_return_if_fail(self != NULL && level >= 1 && level < self->order && pairs != NULL);

    if (self->compact != NULL) {
        find_before_packed(self, level, word, pairs);
        return;
    }
    const NgWord *words = self->word[level];
    uint32_t n = (uint32_t)self->n[level];
    NgPair pair = {0, 0};
    for (uint32_t block = 0; block < n; block += 64) {
        if (n - block >= 64 && !is_among(words + block, word))
            continue;
        for (uint32_t e = block; e < MIN(n, block + 64); e++)
            if (words[e] == word) {
                pair = (NgPair){context_from(self, level, pair.context, e), e};
                g_array_append_val(pairs, pair);
            }
        if (n - block < 64)
            break;
    }
}

/* Which words may be it, at most a cache line of them but for long rows; these narrow it further. */
static inline void
seek_begin(const NgVoice *self, NgSeek *s)
{
    const NgWord *words = self->word[s->context.length];

    s->entry = s->row.first;
    s->left = s->row.end - s->row.first;
    __builtin_prefetch(words + s->entry, 0, 2);
    __builtin_prefetch(words + s->entry + MIN(s->left, NG_WORD_BLOCK), 0,
                       2); /* most rows are short */
}

/* Halves each long row that has no index, a step of one and a step of the next, down to a block. */
static void
seek_halve(const NgVoice *self, NgSeek *seek, size_t n)
{
    for (gboolean more = TRUE; more;) {
        more = FALSE;
        for (size_t i = 0; i < n; i++) {
            NgSeek *s = &seek[i];
            if (s->left <= NG_WORD_BLOCK || self->sparse[s->context.length] != NULL)
                continue;
            const NgWord *row = self->word[s->context.length];
            uint32_t half = s->left / 2;
            s->entry += half & -(uint32_t)(row[s->entry + half - 1] < s->word);
            s->left -= half;
            __builtin_prefetch(row + s->entry + s->left / 2 - 1, 0, 2);
            more = TRUE;
        }
    }
}

/* Of a long row, the samples to be compared. */
static inline __attribute__((always_inline)) void
seek_samples(const NgVoice *self, NgSeek *s, NgRange *samples, NgSimd simd)
{
    unsigned k = s->context.length;
    NgSparse sparse = ng_sparse(self->word[k], self->n[k], self->sparse[k]);

    *samples = ng_sparse_begin(&sparse, (NgRange){s->entry, s->entry + s->left}, s->word, simd);
    __builtin_prefetch(sparse.tier[0] + samples->first, 0, 2);
}

/* Of a long row, the cache line that the samples tell. */
static inline __attribute__((always_inline)) void
seek_block(const NgVoice *self, NgSeek *s, NgRange samples, NgSimd simd)
{
    NgRange row = {s->entry, s->entry + s->left};

    row = ng_sparse_block(self->sparse[s->context.length], samples, row, s->word, simd);
    s->entry = row.first;
    s->left = row.end - row.first;
    __builtin_prefetch(self->word[s->context.length] + row.first, 0, 2);
}

static inline __attribute__((always_inline)) void
seek_group(const NgVoice *self, NgSeek *seek, size_t n, NgSimd simd)
{
    NgRange samples[SEEKS];

    for (size_t i = 0; i < n; i++)
        seek_begin(self, &seek[i]);
    seek_halve(self, seek, n);
    for (size_t i = 0; i < n; i++)
        if (seek[i].left > NG_WORD_BLOCK)
            seek_samples(self, &seek[i], &samples[i], simd);
    for (size_t i = 0; i < n; i++)
        if (seek[i].left > NG_WORD_BLOCK)
            seek_block(self, &seek[i], samples[i], simd);
    for (size_t i = 0; i < n; i++) {
        const NgWord *row = self->word[seek[i].context.length] + seek[i].entry;
        uint32_t place = ng_word_place(row, seek[i].left, seek[i].word, simd);
        seek[i].found = place < NG_WORD_BLOCK;
        seek[i].entry += seek[i].found ? place : 0;
    }
}

static void
seek_plain(const NgVoice *self, NgSeek *seek, size_t n)
{
    seek_group(self, seek, n, NG_SIMD_PLAIN);
}

#if defined(__x86_64__)
NG_TARGET_AVX2 static void
seek_avx2(const NgVoice *self, NgSeek *seek, size_t n)
{
    seek_group(self, seek, n, NG_SIMD_AVX2);
}

NG_TARGET_AVX512 static void
seek_avx512(const NgVoice *self, NgSeek *seek, size_t n)
{
    seek_group(self, seek, n, NG_SIMD_AVX512);
}
#endif

/* The same, by the instructions there are. */
static void
seek_best(const NgVoice *self, NgSeek *seek, size_t n)
{
#if defined(__x86_64__)
    NgSimd simd = ng_simd_best();
    if (simd == NG_SIMD_AVX512) {
        seek_avx512(self, seek, n);
        return;
    }
    if (simd == NG_SIMD_AVX2) {
        seek_avx2(self, seek, n);
        return;
    }
#endif
    seek_plain(self, seek, n);
}

/**
 * ng_voice_find_many:
 * @self: a voice
 * @seek: (inout): [@n] what to look for, of which @found and @entry are set
 * @n: how many
 *
 * ng_voice_find() for each, a step of one and a step of the next.  The contexts
 * are not empty.
 */
void
ng_voice_find_many(const NgVoice *self, NgSeek *seek, size_t n)
{
    g_return_if_fail(self != NULL && (seek != NULL || n == 0));

    if (self->compact == NULL) {
        for (size_t i = 0; i < n; i += SEEKS)
            seek_best(self, seek + i, MIN(SEEKS, n - i));
        return;
    }
    for (size_t i = 0; i < n; i++)
        seek[i].found =
            ng_compact_find(self->compact, seek[i].context, seek[i].word, &seek[i].entry);
}

static void
prefetch(const void *from, const void *end)
{
    for (const char *p = from; p < (const char *)end; p += LINE)
        __builtin_prefetch(p, 0, 2);
}

/** ng_voice_prefetch: the successors and the back-off weight of @context will be asked for */
void
ng_voice_prefetch(const NgVoice *self, NgState context)
{
    if (context.length > 0 && self->compact == NULL)
        __builtin_prefetch(self->entry[context.length - 1] + context.index, 0, 2);
}

/** ng_voice_prefetch_logprobs: the log probabilities of entries of @level will be asked for */
void
ng_voice_prefetch_logprobs(const NgVoice *self, unsigned level, NgRange range)
{
    if (self->compact != NULL)
        return;
    if (level == self->order)
        prefetch(self->leaf + range.first, self->leaf + range.end);
    else
        prefetch(self->entry[level - 1] + range.first, self->entry[level - 1] + range.end);
}

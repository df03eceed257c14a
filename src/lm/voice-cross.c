/*
 * Many words after many contexts
 *
 * Whoever searches for a sequence asks for every word that may come after every
 * context that it may come after.  Most of these contexts end alike, and few hold
 * more words than a cache line: so each context's words are looked at once for all
 * words that are asked for, and what shorter contexts say is asked for once for all
 * longer ones that end in them.
 *
 * Each number is what ng_voice_step() says, to the last bit.
 */
#include "compact.h"
#include "internal.h"
#include "sparse.h"

#include <string.h>

enum { SIDE = 32 }; /* contexts, and words, that are crossed at once */

/** Row: what words are after a context. */
typedef struct {
    float logprob[SIDE];
    NgState after[SIDE];
} Row;

/** Cross: some contexts, all different, and what words are after them. */
typedef struct {
    NgState context[SIDE];
    size_t n;
    Row row[SIDE];
} Cross;

/** Words: [n] what is asked for. */
typedef struct {
    const NgWord *word;
    size_t n;
} Words;

/* The context's place among those that are there, added where it is new. */
static size_t
place_in(Cross *cross, NgState context)
{
    size_t i = 0;

    while (i < cross->n &&
           (cross->context[i].length != context.length || cross->context[i].index != context.index))
        i++;
    if (i == cross->n)
        cross->context[cross->n++] = context;
    return i;
}

/** Rows: of each context the words that follow it, and of these the block that a word is in; before that is known, the samples that tell it. */
typedef struct {
    NgRange row[SIDE];
    NgRange block[SIDE][SIDE];
} Rows;

static inline gboolean
is_long(NgRange row)
{
    return row.end - row.first > NG_WORD_BLOCK;
}

/* Finds the samples of long rows that tell the block, for each word, and asks for them; without an
 * index the block itself.  Short rows are blocks. */
static inline __attribute__((always_inline)) void
find_samples(const NgVoice *self, const Cross *cross, Words words, Rows *rows, NgSimd simd)
{
    for (size_t i = 0; i < cross->n; i++) {
        unsigned k = cross->context[i].length;
        NgRange row = rows->row[i];
        if (k == 0)
            continue;
        if (!is_long(row)) {
            __builtin_prefetch(self->word[k] + row.first);
            __builtin_prefetch(self->word[k] + row.end);
            continue;
        }
        NgSparse sparse = ng_sparse(self->word[k], self->n[k], self->sparse[k]);
        for (size_t j = 0; j < words.n; j++) {
            NgWord word = words.word[j];
            rows->block[i][j] = sparse.tier[0] != NULL ? ng_sparse_begin(&sparse, row, word, simd)
                                                       : ng_sparse_halve(self->word[k], row, word);
            __builtin_prefetch((sparse.tier[0] != NULL ? sparse.tier[0] : self->word[k]) +
                               rows->block[i][j].first);
        }
    }
}

/* From samples to blocks, which are asked for. */
static inline __attribute__((always_inline)) void
find_blocks(const NgVoice *self, const Cross *cross, Words words, Rows *rows, NgSimd simd)
{
    for (size_t i = 0; i < cross->n; i++) {
        unsigned k = cross->context[i].length;
        if (k == 0 || !is_long(rows->row[i]) || self->sparse[k] == NULL)
            continue;
        for (size_t j = 0; j < words.n; j++) {
            NgRange *block = &rows->block[i][j];
            *block = ng_sparse_block(self->sparse[k], *block, rows->row[i], words.word[j], simd);
            __builtin_prefetch(self->word[k] + block->first);
        }
    }
}

/* Where each word stands behind each context but the empty one; %NG_WORD_NONE where it does not. */
static inline __attribute__((always_inline)) void
find_words(const NgVoice *self, const Cross *cross, Words words, Rows *rows,
           uint32_t entry[SIDE][SIDE], NgSimd simd)
{
    find_samples(self, cross, words, rows, simd);
    find_blocks(self, cross, words, rows, simd);
    for (size_t i = 0; i < cross->n; i++) {
        unsigned k = cross->context[i].length;
        NgRange row = rows->row[i];
        for (size_t j = 0; j < words.n && k > 0; j++) {
            NgRange block = is_long(row) ? rows->block[i][j] : row;
            uint32_t place = ng_word_place(self->word[k] + block.first, block.end - block.first,
                                           words.word[j], simd);
            entry[i][j] = place < NG_WORD_BLOCK ? block.first + place : NG_WORD_NONE;
        }
    }
}

static void
find_plain(const NgVoice *self, const Cross *cross, Words words, Rows *rows,
           uint32_t entry[SIDE][SIDE])
{
    find_words(self, cross, words, rows, entry, NG_SIMD_PLAIN);
}

#if defined(__x86_64__)
NG_TARGET_AVX2 static void
find_avx2(const NgVoice *self, const Cross *cross, Words words, Rows *rows,
          uint32_t entry[SIDE][SIDE])
{
    find_words(self, cross, words, rows, entry, NG_SIMD_AVX2);
}

NG_TARGET_AVX512 static void
find_avx512(const NgVoice *self, const Cross *cross, Words words, Rows *rows,
            uint32_t entry[SIDE][SIDE])
{
    find_words(self, cross, words, rows, entry, NG_SIMD_AVX512);
}
#endif

static void
find_best(const NgVoice *self, const Cross *cross, Words words, Rows *rows,
          uint32_t entry[SIDE][SIDE])
{
#if defined(__x86_64__)
    NgSimd simd = ng_simd_best();
    if (simd == NG_SIMD_AVX512) {
        find_avx512(self, cross, words, rows, entry);
        return;
    }
    if (simd == NG_SIMD_AVX2) {
        find_avx2(self, cross, words, rows, entry);
        return;
    }
#endif
    find_plain(self, cross, words, rows, entry);
}

/* The probability of an entry, and where it stands. */
static inline const float *
prob_of(const NgVoice *self, unsigned level, uint32_t entry)
{
    return level == self->order ? &self->leaf[entry].prob : &self->entry[level - 1][entry].prob;
}

/* What the words are after the empty context. */
static void
cross_empty(const NgVoice *self, Words words, Row *row)
{
    for (size_t j = 0; j < words.n; j++) {
        row->logprob[j] = ng_voice_entry_logprob(self, 1, words.word[j]);
        row->after[j] = ng_voice_entry_state(self, 1, words.word[j]);
    }
}

/* Finds the words among the successors of all contexts but the empty one. */
static void
find_all(const NgVoice *self, const Cross *cross, Words words, uint32_t entry[SIDE][SIDE])
{
    Rows rows;

    for (size_t i = 0; i < cross->n; i++)
        ng_voice_prefetch(self, cross->context[i]);
    for (size_t i = 0; i < cross->n; i++)
        rows.row[i] = ng_voice_successors(self, cross->context[i]);
    find_best(self, cross, words, &rows, entry);
    for (size_t i = 0; i < cross->n; i++)
        for (size_t j = 0; j < words.n && cross->context[i].length > 0; j++)
            if (entry[i][j] != NG_WORD_NONE)
                __builtin_prefetch(prob_of(self, cross->context[i].length + 1, entry[i][j]));
}

/* What the words are after context @i: as its successors, or as after the shorter one. */
static void
fill_row(const NgVoice *self, Cross *cross, size_t i, size_t n, const uint32_t *entry,
         const Row *shorter)
{
    unsigned level = cross->context[i].length + 1;
    float backoff = ng_voice_backoff(self, cross->context[i]);
    Row *row = &cross->row[i];

    for (size_t j = 0; j < n; j++)
        if (entry[j] == NG_WORD_NONE) {
            /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): fill() made it */
            row->logprob[j] = shorter->logprob[j] + backoff;
            row->after[j] = shorter->after[j];
        } else {
            row->logprob[j] = -fabsf(*prob_of(self, level, entry[j]));
            row->after[j] = ng_voice_entry_state(self, level, entry[j]);
        }
}

/* Fills in what words are after the contexts of @cross. */
static void
fill(const NgVoice *self, Cross *cross, Words words)
{
    Cross shorter;
    size_t place[SIDE] = {0};
    uint32_t entry[SIDE][SIDE];

    shorter.n = 0;
    memset(entry, 0xff, cross->n * sizeof entry[0]); /* NG_WORD_NONE */
    find_all(self, cross, words, entry);
    for (size_t i = 0; i < cross->n; i++)
        if (cross->context[i].length > 0)
            place[i] = place_in(&shorter, ng_voice_shorter(self, cross->context[i]));
    if (shorter.n > 0)
        fill(self, &shorter, words);
    for (size_t i = 0; i < cross->n; i++)
        if (cross->context[i].length > 0)
            fill_row(self, cross, i, words.n, entry[i], &shorter.row[place[i]]);
        else
            cross_empty(self, words, &cross->row[i]);
}

/* All contexts, different or not, of which there are at most SIDE, as of the words. */
static void
cross_some(const NgVoice *self, const NgState *context, size_t n, Words words, Row *rows[SIDE],
           Cross *cross)
{
    cross->n = 0;
    for (size_t i = 0; i < n; i++)
        rows[i] = &cross->row[place_in(cross, context[i])];
    fill(self, cross, words);
}

/**
 * ng_voice_cross:
 * @self: a voice
 * @cross: contexts and words
 * @logprob: (out): [n][m] what ng_voice_step() gives each word after each context
 * @after: (out): [n][m] the state then
 */
void
ng_voice_cross(const NgVoice *self, const NgCross *cross, float *logprob, NgState *after)
{
    g_return_if_fail(self != NULL && cross != NULL);
    g_return_if_fail((logprob != NULL && after != NULL) || cross->n * cross->m == 0);

    size_t n = cross->n, m = cross->m;
    if (self->compact != NULL) {
        for (size_t i = 0; i < n * m; i++) {
            after[i] = cross->context[i / m];
            logprob[i] = ng_voice_step(self, &after[i], cross->word[i % m], NULL);
        }
        return;
    }
    for (size_t i = 0; i < n; i += SIDE)
        for (size_t j = 0; j < m; j += SIDE) {
            Cross some;
            Row *rows[SIDE];
            size_t height = MIN(SIDE, n - i);
            Words words = {cross->word + j, MIN(SIDE, m - j)};
            cross_some(self, cross->context + i, height, words, rows, &some);
            for (size_t k = 0; k < height; k++) {
                memcpy(logprob + (i + k) * m + j, rows[k]->logprob, words.n * sizeof *logprob);
                memcpy(after + (i + k) * m + j, rows[k]->after, words.n * sizeof *after);
            }
        }
}

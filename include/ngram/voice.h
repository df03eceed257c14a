/* voice.h - one n-gram distribution: an automaton over word ids. */
#pragma once

#include "ngram/vocab.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

#define NG_ORDER_MAX 32 /* longest n-gram of any model */

/**
 * NgState: the context that the next word is judged in; a plain value.
 * @length: its words, 0 .. order - 1
 * @index: its place on level @length of the voice; 0 where @length is 0
 */
typedef struct {
    uint32_t length;
    uint32_t index;
} NgState;

/** NgRange: entries first .. end - 1 of level `context length + 1`: the successors of a context. */
typedef struct {
    uint32_t first;
    uint32_t end;
} NgRange;

/**
 * NgSeek: one of many searches for a word among the successors of a context.
 * @context, @word: as for ng_voice_find()
 * @row: the successors of @context
 * @found: whether it is there
 * @entry: where, if so
 */
typedef struct {
    NgState context;
    NgRange row;
    NgWord word;
    gboolean found;
    uint32_t entry;
    uint32_t left; /* scratch */
} NgSeek;

typedef struct NgVoice NgVoice;

void ng_voice_free(NgVoice *self);
unsigned ng_voice_order(const NgVoice *self);
size_t ng_voice_words(const NgVoice *self);
size_t ng_voice_level_size(const NgVoice *self, unsigned level);
size_t ng_voice_level_ngrams(const NgVoice *self, unsigned level);

NgState ng_voice_begin(const NgVoice *self);
float ng_voice_step(const NgVoice *self, NgState *state, NgWord word, unsigned *order);
gboolean ng_voice_find(const NgVoice *self, NgState context, NgWord word, uint32_t *entry);
NgState ng_voice_context(const NgVoice *self, const NgWord *words, size_t n);
void ng_voice_score_batch(const NgVoice *self, const NgWord *ids, const size_t *offset,
                          size_t n_sequences, float *logprob, uint8_t *order);

/** NgCross: [n] states of a voice, and [m] of its words, each of which may come after each. */
typedef struct {
    const NgState *context;
    size_t n;
    const NgWord *word;
    size_t m;
} NgCross;

void ng_voice_cross(const NgVoice *self, const NgCross *cross, float *logprob, NgState *after);

NgRange ng_voice_successors(const NgVoice *self, NgState context);
NgWord ng_voice_entry_word(const NgVoice *self, unsigned level, uint32_t entry);
float ng_voice_entry_logprob(const NgVoice *self, unsigned level, uint32_t entry);
uint32_t ng_voice_entry_suffix(const NgVoice *self, unsigned level, uint32_t entry);
gboolean ng_voice_entry_is_blank(const NgVoice *self, unsigned level, uint32_t entry);
NgState ng_voice_entry_state(const NgVoice *self, unsigned level, uint32_t entry);
float ng_voice_backoff(const NgVoice *self, NgState context);
NgState ng_voice_shorter(const NgVoice *self, NgState context);

/** NgPair: the index of a context on its level, and an entry of the next level that follows it. */
typedef struct {
    uint32_t context;
    uint32_t entry;
} NgPair;

/**
 * NgColumns: what stands beside entries that lie side by side, each an array of its own or NULL.
 * @word, @logprob, @suffix: as ng_voice_entry_word() and its kin say
 * @backoff, @end: below the top level: the weight of an entry as a context, and the end of its
 *   successors, which begin where those of the entry before it end
 */
typedef struct {
    NgWord *word;
    float *logprob;
    uint32_t *suffix;
    float *backoff;
    uint32_t *end;
} NgColumns;

void ng_voice_find_before(const NgVoice *self, unsigned level, NgWord word, GArray *pairs);
void ng_voice_columns(const NgVoice *self, unsigned level, uint32_t first, size_t n,
                      const NgColumns *out);
void ng_voice_logprobs(const NgVoice *self, unsigned level, uint32_t first, size_t n,
                       float *logprob);
void ng_voice_find_many(const NgVoice *self, NgSeek *seek, size_t n);
void ng_voice_prefetch(const NgVoice *self, NgState context);
void ng_voice_prefetch_logprobs(const NgVoice *self, unsigned level, NgRange range);

void ng_voice_open_many(const NgVoice *self, const NgState *context, size_t n, NgRange *successors,
                        float *backoff);
void ng_voice_shorten_many(const NgVoice *self, NgState *context, size_t n);
void ng_voice_prefetch_many(const NgVoice *self, const NgState *at, size_t n);
void ng_voice_words_many(const NgVoice *self, const NgState *at, size_t n, NgWord *word);
void ng_voice_after_many(const NgVoice *self, NgState *at, size_t n, float *logprob);

double ng_voice_distribution(const NgVoice *self, NgState context, double *p, uint8_t *order);
double ng_voice_sum(const NgVoice *self, NgState context);
double ng_voice_deviation(const NgVoice *self);
gboolean ng_voice_check(const NgVoice *self, double tolerance, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgVoice, ng_voice_free)

G_END_DECLS

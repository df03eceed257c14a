/* lookup.h - many words at once, and short ones without a call; private to src/text. */
#pragma once

#include "ngram/tokenizer.h"
#include "ngram/vocab.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

G_BEGIN_DECLS

void ng_vocab_find_run(const NgVocab *self, const NgTokenRun *run, const uint32_t *which, size_t n,
                       NgWord *ids);

/** NgVocabEntry: a word about to be added. */
typedef struct {
    const char *word;
    size_t length;
    uint64_t hash;
} NgVocabEntry;

NgVocabEntry ng_vocab_entry(const NgVocab *self, const char *word, size_t length);
NgWord ng_vocab_add_entry(NgVocab *self, const NgVocabEntry *entry);

/** NgRecent: the ids of short words met lately, for one thread. */
typedef struct NgRecent NgRecent;

NgRecent *ng_recent_new(const NgVocab *vocab);
void ng_recent_free(NgRecent *self);
const NgVocab *ng_recent_vocab(const NgRecent *self);
void ng_recent_find_run(NgRecent *self, const NgTokenRun *run, NgWord *ids);

NgRecent **ng_tokenizer_recent(NgTokenizer *self);

static inline uint64_t
ng_load64(const char *p)
{
    uint64_t x;

    memcpy(&x, p, sizeof x);
    return x;
}

/* The first @length bytes, 1 to 8, of those that ng_load64() loaded; zero in the others' place. */
static inline uint64_t
ng_first_bytes(uint64_t x, size_t length)
{
    unsigned drop = 64 - 8 * (unsigned)length;

    return GUINT64_TO_LE(GUINT64_FROM_LE(x) << drop >> drop);
}

/*
 * Whether @length bytes at @a and at @b are the same.  Where eight bytes may be
 * read at both, a short word is one comparison; where not, or of longer ones,
 * nothing behind the word is read.
 */
static inline gboolean
ng_same_bytes(const char *a, size_t readable_a, const char *b, size_t readable_b, size_t length)
{
    if (length - 1 < 8 && MIN(readable_a, readable_b) >= 8)
        return ng_first_bytes(ng_load64(a) ^ ng_load64(b), length) == 0;
    if (length > 8 && length <= 16)
        return ((ng_load64(a) ^ ng_load64(b)) |
                (ng_load64(a + length - 8) ^ ng_load64(b + length - 8))) == 0;
    return memcmp(a, b, length) == 0;
}

G_END_DECLS

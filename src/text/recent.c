/*
 * Words met lately
 *
 * Few words make most of a text.  A word of up to eight bytes is one number; the
 * numbers of the words met lately, with their ids, fill a small table that stays
 * close to the processor, while the slots, offsets and bytes of a large vocabulary
 * do not.  A place of the table belongs to the last word that wanted it.  What is
 * not there, and what is longer, is looked up in the vocabulary, many at once.
 *
 * Invariant: an entry's id is that of its word in the vocabulary.  A vocabulary
 * may grow, but no word ever changes its id; so unknown words are not kept.
 */
#include "lookup.h"

enum {
    ENTRIES_LOG = 13,
    ENTRIES = 1 << ENTRIES_LOG,
    SOME = 256 /* words done in one go */
};

/** Entry: @length 0 where it is empty. */
typedef struct {
    uint64_t word;
    uint32_t length;
    NgWord id;
} Entry;

struct NgRecent {
    NgVocab *vocab; /* (owned) */
    Entry entry[ENTRIES];
};

/* A table of no word. */
NgRecent *
ng_recent_new(const NgVocab *vocab)
{
    NgRecent *self = g_new0(NgRecent, 1);

    self->vocab = ng_vocab_ref((NgVocab *)(gsize)vocab);
    return self;
}

void
ng_recent_free(NgRecent *self)
{
    if (self == NULL)
        return;
    ng_vocab_unref(self->vocab);
    g_free(self);
}

const NgVocab *
ng_recent_vocab(const NgRecent *self)
{
    return self->vocab;
}

static inline size_t
place_of(uint64_t word)
{
    return (size_t)(word * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) >> (64 - ENTRIES_LOG));
}

/* The first eight bytes of word @i as a number, which eight bytes must be readable for. */
static inline uint64_t
number_of(const NgTokenRun *run, size_t i, size_t length)
{
    return ng_first_bytes(ng_load64(run->text + run->begin[i]), MIN(length, 8));
}

/*
 * Finds words first .. end - 1 of the run; the places of the others go to @missed.
 * No branch depends on a word.
 */
static size_t
recall(const NgRecent *self, const NgTokenRun *run, size_t first, size_t end, uint32_t *missed,
       NgWord *ids)
{
    size_t n_missed = 0;

    for (size_t i = first; i < end; i++) {
        size_t length = run->end[i] - run->begin[i];
        uint64_t word = number_of(run, i, length);
        const Entry *e = &self->entry[place_of(word)];
        ids[i] = e->id;
        missed[n_missed] = (uint32_t)i;
        n_missed += (e->word != word) | (e->length != length);
    }
    return n_missed;
}

static void
remember(NgRecent *self, const NgTokenRun *run, size_t i, NgWord id)
{
    size_t length = run->end[i] - run->begin[i];

    if (id == NG_WORD_UNKNOWN || length > 8)
        return;
    uint64_t word = number_of(run, i, length);
    self->entry[place_of(word)] = (Entry){word, (uint32_t)length, id};
}

/* The ids of all words of a run, as ng_vocab_find() gives them. */
void
ng_recent_find_run(NgRecent *self, const NgTokenRun *run, NgWord *ids)
{
    uint32_t missed[SOME];
    size_t n_wide = run->n; /* words that eight bytes are readable for */

    while (n_wide > 0 && run->begin[n_wide - 1] + 8 > run->readable)
        n_wide--;
    for (size_t first = 0; first < n_wide; first += SOME) {
        size_t n = recall(self, run, first, MIN(first + SOME, n_wide), missed, ids);
        ng_vocab_find_run(self->vocab, run, missed, n, ids);
        for (size_t i = 0; i < n; i++)
            remember(self, run, missed[i], ids[missed[i]]);
    }
    for (size_t i = n_wide; i < run->n; i++)
        ids[i] = ng_vocab_find(self->vocab, run->text + run->begin[i], run->end[i] - run->begin[i]);
}

/*
 * Packed voices: from words in memory or in a file, and back to plain arrays
 *
 * Layout, in words: the order; for each level from 1 its n; the tree, but for
 * the top; the ranks, but for level 1; the probabilities; the back-off weights,
 * but for the top; 1 where blanks follow, and these.
 */
#include "compact.h"

#include "predict.h"

static gboolean
read_level(NgCompact *self, unsigned k, NgWords *from)
{
    NgPackedLevel *level = &self->level[k];
    const NgPackedLevel *below = k > 0 ? &self->level[k - 1] : NULL;
    const uint64_t *n = ng_words_take(from, 1);

    if (n == NULL || *n >= UINT32_MAX || (below != NULL && below->tree.n != below->n + 1 + *n))
        return FALSE;
    level->n = *n;
    if (k + 1 < self->order &&
        (!ng_marks_read(&level->tree, from, TRUE) || level->tree.ones != level->n + 1))
        return FALSE;
    if (k > 0 && (!ng_codes_read(&level->rank, from) || level->rank.n != level->n))
        return FALSE;
    if (!ng_values_read(&level->prob, from, level->n, below != NULL ? &below->backoff : NULL) ||
        (k + 1 < self->order && !ng_values_read(&level->backoff, from, level->n, NULL)))
        return FALSE;
    const uint64_t *blanks = ng_words_take(from, 1);
    if (blanks == NULL)
        return FALSE;
    level->blanks = *blanks != 0;
    return !level->blanks ||
           (ng_marks_read(&level->blank, from, FALSE) && level->blank.n == level->n);
}

/**
 * ng_compact_read:
 * @words: [@n_words] what ng_compact_pack() made, borrowed
 * @V: words of the vocabulary
 *
 * Looks at the sizes alone: O(levels).
 *
 * Returns: (transfer full): the voice; %NULL where @words do not fit together
 */
NgCompact *
ng_compact_read(const uint64_t *words, size_t n_words, size_t V)
{
    NgCompact *self = g_new0(NgCompact, 1);
    NgWords from = {words, n_words};
    const uint64_t *order = ng_words_take(&from, 1);
    gboolean sound = order != NULL && *order >= 1 && *order <= NG_ORDER_MAX;

    self->words = words;
    self->n_words = n_words;
    self->order = sound ? (unsigned)*order : 0;
    for (unsigned k = 0; k < self->order && sound; k++)
        sound = read_level(self, k, &from) && (k > 0 || self->level[0].n == V);
    if (sound && from.n == 0)
        return self;
    ng_compact_free(self);
    return NULL;
}

/** ng_compact_free: frees @self, and its words if they are its own */
void
ng_compact_free(NgCompact *self)
{
    if (self == NULL)
        return;
    if (self->owned != NULL)
        g_array_unref(self->owned);
    g_free(self);
}

/** ng_compact_check: Returns: whether every count that @self keeps is right */
gboolean
ng_compact_check(const NgCompact *self)
{
    for (unsigned k = 0; k < self->order; k++) {
        const NgPackedLevel *level = &self->level[k];
        if ((k + 1 < self->order &&
             (!ng_marks_check(&level->tree) || !ng_values_check(&level->backoff))) ||
            (k > 0 && !ng_codes_check(&level->rank)) || !ng_values_check(&level->prob) ||
            (level->blanks && !ng_marks_check(&level->blank)))
            return FALSE;
    }
    return TRUE;
}

/** Unpacking: of level k + 1; the arrays of @voice stand below it. */
typedef struct {
    const NgCompact *from;
    NgVoice *voice;
    unsigned k;
    NgWord *word;
    NgEntry *entry;
    NgLeaf *leaf;
} Unpacking;

/* An entry but for what its successors are. */
static void
unpack_entry(const Unpacking *u, uint32_t e, uint32_t context, uint32_t suffix)
{
    const NgPackedLevel *level = &u->from->level[u->k];
    uint32_t bits = 0;

    if (level->prob.kind == NG_VALUES_PREDICTED) {
        const NgValues *backoff = &u->from->level[u->k - 1].backoff;
        uint32_t group = ng_values_group(backoff, context);
        bits = ng_values_predicted(&level->prob, e, group, ng_float_of(backoff->table[group]),
                                   -fabsf(u->voice->entry[u->k - 1][suffix].prob));
    } else
        bits = ng_values_plain(&level->prob, e) & 0x7FFFFFFF;
    float magnitude = ng_float_of(bits);
    float prob = ng_compact_is_blank(u->from, u->k + 1, e) ? magnitude : -magnitude;
    if (u->leaf != NULL) {
        u->leaf[e] = (NgLeaf){.prob = prob, .suffix = suffix};
        return;
    }
    g_assert(u->entry != NULL);
    uint32_t first = ng_compact_range(u->from, (NgState){u->k + 1, e}).first;
    float backoff = ng_float_of(ng_values_plain(&level->backoff, e));
    u->entry[e] = (NgEntry){.prob = prob, .backoff = backoff, .first = first, .suffix = suffix};
}

/* The successors of one context, whose words are found by the suffix of that. */
static void
unpack_successors(const Unpacking *u, uint32_t context)
{
    const NgPackedLevel *level = &u->from->level[u->k];
    const NgVoice *voice = u->voice;
    size_t below = voice->n[u->k - 1];
    uint32_t first =
        u->k > 1 ? voice->entry[u->k - 2][voice->entry[u->k - 1][context].suffix].first : 0;
    NgRange range = ng_compact_range(u->from, (NgState){u->k, context});

    for (uint32_t e = range.first; e < range.end; e++) {
        uint64_t suffix = (uint64_t)first + ng_codes_get(&level->rank, e);
        if (suffix >= below)
            suffix = 0; /* a damaged file */
        u->word[e] = u->k > 1 ? voice->word[u->k - 1][suffix] : (NgWord)suffix;
        unpack_entry(u, e, context, (uint32_t)suffix);
    }
}

/**
 * ng_compact_unpack:
 *
 * Returns: (transfer full): the plain voice, to the last bit what was packed
 */
NgVoice *
ng_compact_unpack(const NgCompact *self)
{
    NgVoice *voice = ng_voice_new(self->order, self->level[0].n);

    for (unsigned k = 0; k < self->order; k++) {
        size_t n = self->level[k].n;
        Unpacking u = {.from = self, .voice = voice, .k = k};
        gboolean top = k + 1 == self->order;
        u.word = k > 0 ? g_new0(NgWord, n) : NULL;
        u.entry = top ? NULL : g_new0(NgEntry, n + 1);
        u.leaf = top ? g_new0(NgLeaf, n) : NULL;
        for (uint32_t e = 0; k == 0 && e < n; e++)
            unpack_entry(&u, e, 0, 0);
        for (uint32_t c = 0; k > 0 && c < self->level[k - 1].n; c++)
            unpack_successors(&u, c);
        if (!top)
            u.entry[n].first = (uint32_t)self->level[k + 1].n;
        voice->n[k] = n;
        voice->word[k] = u.word;
        voice->entry[k] = u.entry;
        voice->leaf = u.leaf;
    }
    return voice;
}

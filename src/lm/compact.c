/*
 * Packed voices: reading
 *
 * The levels of a voice without what can be found again.  A tree of bits holds
 * the ranges of successors: for each entry a one, then a zero for each of its
 * successors.  A word is not stored, but its place among the successors of the
 * shorter context, which is a small number where that context has few.  There
 * the word must be, since each n-gram's suffix is an n-gram of the voice, so the
 * suffix link is found by the same number: suffix(h w) = first(suffix(h)) + rank.
 *
 * So all is found from the shortest context to the longest.  A state, which is
 * the longest, is first taken apart into the chain of its suffixes: for a
 * context of c words, c - 2 contexts of contexts and some c^2 / 2 links.  Then a word is
 * looked up in the empty context, in the last word's, and so on while it is found.
 *
 * All of it is one array of 64-bit words, used where it is mapped.  It may be a
 * damaged file's: each index is cut to the level that it points to, as in voice.c.
 */
#include "compact.h"

#include "predict.h"

/** Chain: the suffixes of a state, [length]; that of c words stands at c - 1. */
typedef struct {
    uint32_t entry[NG_ORDER_MAX];
} Chain;

static inline uint32_t
cut(uint64_t index, uint64_t n)
{
    return (uint32_t)(index < n ? index : 0);
}

/* Successors of an entry of @level, from 1. */
static inline NgRange
range_of(const NgCompact *self, unsigned level, uint32_t entry)
{
    const NgMarks *tree = &self->level[level - 1].tree;
    uint64_t n = self->level[level].n;
    uint64_t place = ng_marks_one(tree, entry);
    uint64_t next = place + 1;

    /* most have one or two: look at the bits that follow before searching */
    for (unsigned i = 0; i < 4 && next < tree->n && !ng_marks_get(tree, next); i++)
        next++;
    if (next < tree->n && !ng_marks_get(tree, next))
        next = ng_marks_one(tree, (uint64_t)entry + 1);
    uint64_t end = next > entry ? next - entry - 1 : 0;
    uint64_t first = place > entry ? place - entry : 0;
    end = MIN(end, n);
    return (NgRange){(uint32_t)MIN(first, end), (uint32_t)end};
}

/* First successor of an entry of @level; 0 for the empty context's. */
static inline uint32_t
first_of(const NgCompact *self, unsigned level, uint32_t entry)
{
    if (level == 0)
        return 0;
    uint64_t place = ng_marks_one(&self->level[level - 1].tree, entry);
    return (uint32_t)MIN(place > entry ? place - entry : 0, self->level[level].n);
}

/* The context of an entry of @level, from 2. */
static inline uint32_t
context_of(const NgCompact *self, unsigned level, uint32_t entry)
{
    uint64_t place = ng_marks_zero(&self->level[level - 2].tree, entry);

    return cut(place > entry ? place - entry - 1 : 0, self->level[level - 2].n);
}

static inline uint32_t
rank_of(const NgCompact *self, unsigned level, uint32_t entry)
{
    return ng_codes_get(&self->level[level - 1].rank, entry);
}

/* The entry of @level that stands @rank behind the first successor of a context. */
static inline uint32_t
sibling(const NgCompact *self, unsigned level, uint32_t context, uint32_t rank)
{
    return cut((uint64_t)first_of(self, level - 1, context) + rank, self->level[level - 1].n);
}

/*
 * Takes an entry of @level, or with 0 the empty context, apart into its suffixes and (where
 * wanted) the contexts of these.  @prefix[k - 1], k = 2 .. @level, are its first k words; each
 * round takes the first word off all of them.
 */
static void
take_apart(const NgCompact *self, unsigned level, uint32_t entry, Chain *suffix, Chain *context)
{
    uint32_t prefix[NG_ORDER_MAX];

    suffix->entry[0] = 0;
    if (level == 0)
        return; /* the empty context has no suffixes */
    prefix[level - 1] = entry;
    unsigned least = context != NULL ? 1 : 2;
    for (unsigned k = level; k > least; k--)
        prefix[k - 2] = context_of(self, k, prefix[k - 1]);
    suffix->entry[level - 1] = entry;
    if (context != NULL && level > 1)
        context->entry[level - 2] = prefix[level - 2];
    for (unsigned n = level - 1; n >= 1; n--) {
        uint32_t below = 0;
        for (unsigned k = 1; k <= n; k++) {
            uint32_t rank = rank_of(self, k + 1, prefix[k]);
            below = prefix[k - 1] = sibling(self, k, below, rank);
        }
        suffix->entry[n - 1] = prefix[n - 1];
        if (context != NULL && n > 1)
            context->entry[n - 2] = prefix[n - 2];
    }
}

static inline uint32_t
unigram_bits(const NgCompact *self, NgWord word)
{
    return ng_values_plain(&self->level[0].prob, word) & 0x7FFFFFFF;
}

/* The magnitude of an entry's probability, as bits, from that of its suffix; @level is from 2. */
static inline uint32_t
prob_bits(const NgCompact *self, unsigned level, uint32_t entry, uint32_t context, uint32_t shorter)
{
    const NgValues *prob = &self->level[level - 1].prob;

    if (prob->kind != NG_VALUES_PREDICTED)
        return ng_values_plain(prob, entry) & 0x7FFFFFFF;
    const NgValues *backoff = &self->level[level - 2].backoff;
    uint32_t group = ng_values_group(backoff, context);
    return ng_values_predicted(prob, entry, group, ng_float_of(backoff->table[group]),
                               -ng_float_of(shorter));
}

/*
 * Looks @word up in the contexts of a chain, from the shortest to that of @length words.
 * @found[k] is its entry on level k + 1, k = 0 .. the answer.
 */
static unsigned
look_up(const NgCompact *self, const Chain *chain, unsigned length, NgWord word, uint32_t *found)
{
    uint32_t first = 0;

    found[0] = word;
    for (unsigned k = 1; k <= length; k++) {
        NgRange range = range_of(self, k, chain->entry[k - 1]);
        uint32_t rank = found[k - 1] - first;
        uint32_t i = (uint32_t)ng_codes_search(&self->level[k].rank, range.first, range.end, rank);
        if (i >= range.end || ng_codes_get(&self->level[k].rank, i) != rank)
            return k - 1;
        found[k] = i;
        first = range.first;
    }
    return length;
}

/** ng_compact_range: as ng_voice_successors() */
NgRange
ng_compact_range(const NgCompact *self, NgState context)
{
    if (context.length == 0)
        return (NgRange){0, (uint32_t)self->level[0].n};
    return range_of(self, context.length, context.index);
}

/** ng_compact_find: as ng_voice_find() */
gboolean
ng_compact_find(const NgCompact *self, NgState context, NgWord word, uint32_t *entry)
{
    uint32_t found[NG_ORDER_MAX];
    Chain chain;

    take_apart(self, context.length, context.index, &chain, NULL);
    if (look_up(self, &chain, context.length, word, found) < context.length)
        return FALSE;
    *entry = found[context.length];
    return TRUE;
}

/** ng_compact_is_blank: as ng_voice_entry_is_blank() */
gboolean
ng_compact_is_blank(const NgCompact *self, unsigned level, uint32_t entry)
{
    const NgPackedLevel *l = &self->level[level - 1];

    return l->blanks && ng_marks_get(&l->blank, entry);
}

/** ng_compact_backoff: as ng_voice_backoff() */
float
ng_compact_backoff(const NgCompact *self, NgState context)
{
    if (context.length == 0)
        return 0.0F;
    return ng_float_of(ng_values_plain(&self->level[context.length - 1].backoff, context.index));
}

/** ng_compact_step: as ng_voice_step(), adding in the same order */
float
ng_compact_step(const NgCompact *self, NgState *state, NgWord word, unsigned *order)
{
    uint32_t found[NG_ORDER_MAX];
    Chain chain;

    take_apart(self, state->length, state->index, &chain, NULL);
    unsigned length = look_up(self, &chain, state->length, word, found);
    uint32_t bits = unigram_bits(self, word);
    for (unsigned k = 1; k <= length; k++)
        bits = prob_bits(self, k + 1, found[k], chain.entry[k - 1], bits);
    float p = -ng_float_of(bits);
    for (unsigned k = length + 1; k <= state->length; k++)
        p += ng_compact_backoff(self, (NgState){k, chain.entry[k - 1]});
    unsigned level = length + 1;
    *state = level < self->order ? (NgState){level, found[length]}
             : level > 1         ? (NgState){level - 1, found[length - 1]}
                                 : (NgState){0};
    while (level > 1 && ng_compact_is_blank(self, level, found[level - 1]))
        level--;
    if (order != NULL)
        *order = level;
    return p;
}

/** ng_compact_suffix: as ng_voice_entry_suffix() */
uint32_t
ng_compact_suffix(const NgCompact *self, unsigned level, uint32_t entry)
{
    Chain suffix;

    if (level == 1)
        return 0;
    take_apart(self, level, entry, &suffix, NULL);
    return suffix.entry[level - 2];
}

/** ng_compact_word: as ng_voice_entry_word() */
NgWord
ng_compact_word(const NgCompact *self, unsigned level, uint32_t entry)
{
    Chain suffix;

    take_apart(self, level, entry, &suffix, NULL);
    return suffix.entry[0];
}

/** ng_compact_logprob: as ng_voice_entry_logprob() */
float
ng_compact_logprob(const NgCompact *self, unsigned level, uint32_t entry)
{
    Chain suffix;
    Chain context;
    const NgValues *prob = &self->level[level - 1].prob;
    if (prob->kind != NG_VALUES_PREDICTED)
        return -ng_float_of(ng_values_plain(prob, entry) & 0x7FFFFFFF);
    take_apart(self, level, entry, &suffix, &context);
    uint32_t bits = unigram_bits(self, suffix.entry[0]);
    for (unsigned k = 2; k <= level; k++)
        bits = prob_bits(self, k, suffix.entry[k - 1], context.entry[k - 2], bits);
    return -ng_float_of(bits);
}

/*
 * The backward pass
 *
 * For a sequence with gaps: what its words from place i on can still have, seen
 * from the state h before them.  Two numbers, from right to left.  The sum over
 * all fillings, exact:
 *
 *   mass_i(h)  = sum over successors w of h [P(w|h) mass_i+1(hw) - b(h) P(w|h') mass_i+1(h'w)]
 *                + b(h) mass_i(h')                                 where w may stand in the gap,
 *
 * and a bound for the best one, since all words are let through to h', those too
 * that h knows and that it will not have from there:
 *
 *   bound_i(h) = max(max over successors w of h [log P(w|h) + bound_i+1(hw)], log b(h) + bound_i(h')).
 *
 * A known word x has the one term of its own: from h if that knows x, else from h'.
 * There the bound is exact.
 *
 * Behind r gaps side by side every context of r words may come, so for lengths up
 * to r all states of a level are made in one pass over its entries, sequential but
 * for a look at the suffix of each.  Longer ones end in words that are known; they
 * are made when they are asked for, and kept.
 *
 * Numbers are relative to those of the empty context, so that none is too small,
 * and bounds are rounded up: single precision serves.
 *
 * Stored: 16 bytes for each state that was made, at each place.
 */
#include "backward.h"

#include "ngram/mass.h"

#include <float.h>
#include <math.h>

enum { CHUNK = 256 }; /* entries looked at in one go */

#define MADE 1.0F /* logprob of a state that was made when it was asked for */

/**
 * Place: what is ahead of one place of the sequence.
 * @dense: contexts up to this length are all made
 * @at: [N][n] by length and index; NULL where none was asked for, and behind the last word
 * @shift, @scale: log10 of what bounds and masses are relative to
 * @drop, @ratio: what is added to a bound, and what a mass is multiplied by, to make it relative to
 *   this place instead of the next
 */
typedef struct {
    unsigned dense;
    NgAhead *at[NG_ORDER_MAX];
    double shift;
    double scale;
    float drop;
    double ratio;
} Place;

/**
 * NgBackward:
 * @place: [n + 1]
 */
struct NgBackward {
    const NgVoice *voice;
    unsigned order;
    NgCloseGaps gaps;
    Place *place;
};

/**
 * Entries: of one level, one after the other, and what each adds to its context.
 * @first, @end: which of them are here
 * @bound: log P(w|h) + bound(hw)
 * @plus, @minus: P(w|h) mass(hw), and P(w|h') mass(h'w)
 */
typedef struct {
    uint32_t first, end;
    float bound[CHUNK];
    double plus[CHUNK];
    double minus[CHUNK];
} Entries;

static const NgAhead nothing_ahead = {1.0, 0.0F, 0.0F};

/* The least float or so that is not below what @x was rounded from. */
static float
rounded_up(float x)
{
    return x < 0.0F ? x * (1.0F - FLT_EPSILON) : x * (1.0F + FLT_EPSILON);
}

/* An unknown word is there whatever its probability, which is the same for all fillings. */
static float
known_logprob(NgWord word, float logprob)
{
    return logprob > NG_MASS_ZERO || (word == NG_WORD_UNKNOWN && isfinite(logprob)) ? logprob
                                                                                     : -INFINITY;
}

static double
known_mass(NgWord word, float logprob)
{
    return word == NG_WORD_UNKNOWN ? exp(G_LN10 * (double)logprob) : ng_mass(logprob);
}

/* What comes by way of @shorter with the weight @b = 10^@backoff, relative already. */
static NgAhead
backed_off(float backoff, double b, NgAhead shorter)
{
    float bound = backoff > NG_MASS_ZERO ? backoff + shorter.bound : -INFINITY;

    return (NgAhead){b * shorter.mass, rounded_up(bound), MADE};
}

/* Of numbers relative to the next place, those relative to @place. */
static NgAhead
relative(const Place *place, double mass, float bound)
{
    return (NgAhead){mass * place->ratio, rounded_up(rounded_up(bound) + place->drop), MADE};
}

static size_t
states_of(const NgVoice *voice, unsigned length)
{
    return length > 0 ? ng_voice_level_size(voice, length) : 1;
}

static NgAhead *
row(NgBackward *self, size_t i, unsigned length)
{
    NgAhead **at = &self->place[i].at[length];

    if (*at == NULL) /* zeros that cost nothing until they are touched */
        *at = g_new0(NgAhead, states_of(self->voice, length));
    return *at;
}

/* -- states that are made when they are asked for --------------------------- */

static NgAhead
back_off(NgBackward *self, size_t i, NgState state)
{
    float backoff = ng_voice_backoff(self->voice, state);
    NgAhead shorter = ng_backward_at(self, i, ng_voice_shorter(self->voice, state));

    return backed_off(backoff, ng_mass(backoff), shorter);
}

static NgAhead
make_known(NgBackward *self, size_t i, NgState state)
{
    NgWord word = self->gaps.words[i];
    unsigned level = state.length + 1;
    uint32_t e = 0;

    if (!ng_voice_find(self->voice, state, word, &e))
        return back_off(self, i, state);
    NgAhead next = ng_backward_at(self, i + 1, ng_voice_entry_state(self->voice, level, e));
    float logprob = ng_voice_entry_logprob(self->voice, level, e);
    return relative(&self->place[i], known_mass(word, logprob) * next.mass,
                    known_logprob(word, logprob) + next.bound);
}

static NgAhead
make_gap(NgBackward *self, size_t i, NgState state)
{
    const NgVoice *voice = self->voice;
    unsigned level = state.length + 1;
    NgRange range = ng_voice_successors(voice, state);
    double b = ng_mass(ng_voice_backoff(voice, state)), mass = 0.0;
    float bound = -INFINITY;

    for (uint32_t e = range.first; e < range.end; e++) {
        if (!ng_close_gaps_allow(&self->gaps, i, ng_voice_entry_word(voice, level, e)))
            continue;
        float logprob = ng_voice_entry_logprob(voice, level, e);
        NgAhead next = ng_backward_at(self, i + 1, ng_voice_entry_state(voice, level, e));
        uint32_t suffix = ng_voice_entry_suffix(voice, level, e);
        NgAhead less = ng_backward_at(self, i + 1, ng_voice_entry_state(voice, level - 1, suffix));
        if (logprob > NG_MASS_ZERO)
            bound = MAX(bound, logprob + next.bound);
        mass += ng_mass(logprob) * next.mass -
                b * ng_mass(ng_voice_entry_logprob(voice, level - 1, suffix)) * less.mass;
    }
    NgAhead ahead = relative(&self->place[i], mass, bound);
    NgAhead shorter = back_off(self, i, state);
    return (NgAhead){MAX(ahead.mass + shorter.mass, 0.0), MAX(ahead.bound, shorter.bound), MADE};
}

/**
 * ng_backward_at:
 * @self: a backward pass
 * @i: a place, 0 .. n
 * @state: a state that may come there
 *
 * Returns: what words @i .. n - 1 can have
 */
NgAhead
ng_backward_at(NgBackward *self, size_t i, NgState state)
{
    if (i == self->gaps.n)
        return nothing_ahead;
    NgAhead *ahead = row(self, i, state.length) + state.index;
    if (state.length <= self->place[i].dense || ahead->logprob == MADE)
        return *ahead;
    gboolean gap = self->gaps.words[i] == NG_WORD_NONE;
    *ahead = gap ? make_gap(self, i, state) : make_known(self, i, state);
    return *ahead;
}

/* -- all states of a length -------------------------------------------------- */

/* Looks at what entries of @level add to their contexts where a gap is filled at place @i. */
static void
read_entries(NgBackward *self, size_t i, unsigned level, uint32_t first, Entries *out)
{
    NgWord word[CHUNK];
    float logprob[CHUNK], below[CHUNK];
    uint32_t suffix[CHUNK];
    double p[CHUNK], q[CHUNK];
    size_t n = MIN(CHUNK, ng_voice_level_size(self->voice, level) - first);
    gboolean top = level == self->order, last = i + 1 == self->gaps.n;
    const NgAhead *shorter = last ? NULL : self->place[i + 1].at[level - 1];
    const NgAhead *longer = last || top ? NULL : self->place[i + 1].at[level] + first;

    ng_voice_columns(self->voice, level, first, n,
                     &(NgColumns){.word = word, .logprob = logprob, .suffix = suffix});
    for (size_t j = 0; j < n; j++)
        below[j] = last ? ng_voice_entry_logprob(self->voice, level - 1, suffix[j])
                        : shorter[suffix[j]].logprob;
    ng_mass_array(logprob, p, n);
    ng_mass_array(below, q, n);
    for (size_t j = 0; j < n; j++) {
        const NgAhead *less = last ? &nothing_ahead : &shorter[suffix[j]];
        const NgAhead *next = longer != NULL ? &longer[j] : less;
        gboolean may = ng_close_gaps_allow(&self->gaps, i, word[j]);
        out->bound[j] = may && logprob[j] > NG_MASS_ZERO ? logprob[j] + next->bound : -INFINITY;
        out->plus[j] = may ? p[j] * next->mass : 0.0;
        out->minus[j] = may ? q[j] * less->mass : 0.0;
    }
    out->first = first;
    out->end = first + (uint32_t)n;
}

/* Contexts of one level, one after the other, as #NgColumns. */
typedef struct {
    float logprob[CHUNK];
    float backoff[CHUNK];
    uint32_t suffix[CHUNK];
    uint32_t end[CHUNK];
} Contexts;

static size_t
read_contexts(const NgBackward *self, unsigned length, uint32_t first, Contexts *out)
{
    size_t n = MIN(CHUNK, ng_voice_level_size(self->voice, length) - first);

    ng_voice_columns(self->voice, length, first, n,
                     &(NgColumns){.logprob = out->logprob,
                                  .backoff = out->backoff,
                                  .suffix = out->suffix,
                                  .end = out->end});
    return n;
}

/* All contexts of @length, 1 or more, before a gap at place @i. */
static void
pass_gap(NgBackward *self, size_t i, unsigned length)
{
    const Place *place = &self->place[i];
    NgAhead *out = row(self, i, length);
    const NgAhead *shorter = place->at[length - 1];
    size_t size = ng_voice_level_size(self->voice, length);
    Contexts contexts;
    Entries entries = {0};
    uint32_t e = ng_voice_successors(self->voice, (NgState){length, 0}).first;

    for (uint32_t first = 0; first < size; first += CHUNK) {
        size_t n = read_contexts(self, length, first, &contexts);
        double b[CHUNK];
        ng_mass_array(contexts.backoff, b, n);
        for (size_t c = 0; c < n; c++) {
            float bound = -INFINITY;
            double plus = 0.0, minus = 0.0;
            for (; e < contexts.end[c]; e++) {
                if (e >= entries.end || e < entries.first)
                    read_entries(self, i, length + 1, e, &entries);
                size_t j = e - entries.first;
                bound = entries.bound[j] > bound ? entries.bound[j] : bound;
                plus += entries.plus[j];
                minus += entries.minus[j];
            }
            NgAhead ahead = relative(place, plus - b[c] * minus, bound);
            NgAhead back = backed_off(contexts.backoff[c], b[c], shorter[contexts.suffix[c]]);
            out[first + c] = (NgAhead){MAX(ahead.mass + back.mass, 0.0),
                                       MAX(ahead.bound, back.bound), contexts.logprob[c]};
        }
    }
}

/* All contexts of @length, 1 or more, before a known word at place @i. */
static void
pass_known(NgBackward *self, size_t i, unsigned length)
{
    g_autoptr(GArray) pairs = g_array_new(FALSE, FALSE, sizeof(NgPair));
    NgAhead *out = row(self, i, length);
    const NgAhead *shorter = self->place[i].at[length - 1];
    size_t size = ng_voice_level_size(self->voice, length);
    NgWord word = self->gaps.words[i];
    Contexts contexts;

    for (uint32_t first = 0; first < size; first += CHUNK) {
        size_t n = read_contexts(self, length, first, &contexts);
        double b[CHUNK];
        ng_mass_array(contexts.backoff, b, n);
        for (size_t c = 0; c < n; c++) {
            out[first + c] = backed_off(contexts.backoff[c], b[c], shorter[contexts.suffix[c]]);
            out[first + c].logprob = contexts.logprob[c];
        }
    }
    ng_voice_find_before(self->voice, length, word, pairs);
    for (guint k = 0; k < pairs->len; k++) {
        NgPair pair = g_array_index(pairs, NgPair, k);
        NgState after = ng_voice_entry_state(self->voice, length + 1, pair.entry);
        NgAhead next = ng_backward_at(self, i + 1, after);
        float logprob = ng_voice_entry_logprob(self->voice, length + 1, pair.entry);
        NgAhead ahead = relative(&self->place[i], known_mass(word, logprob) * next.mass,
                                 known_logprob(word, logprob) + next.bound);
        ahead.logprob = out[pair.context].logprob;
        out[pair.context] = ahead;
    }
}

/* The empty context before place @i, which all numbers of the place are relative to from then on. */
static void
pass_root(NgBackward *self, size_t i)
{
    const NgVoice *voice = self->voice;
    Place *place = &self->place[i];
    NgWord known = self->gaps.words[i];
    NgWord V = (NgWord)ng_voice_words(voice);
    NgWord w = known == NG_WORD_NONE ? NG_WORDS_FIXED : known;
    NgWord end = known == NG_WORD_NONE ? V : known + 1;
    double mass = 0.0;
    float bound = -INFINITY;

    for (; w < end; w++) {
        if (known == NG_WORD_NONE && !ng_close_gaps_allow(&self->gaps, i, w))
            continue;
        NgAhead next = ng_backward_at(self, i + 1, ng_voice_entry_state(voice, 1, w));
        float logprob = ng_voice_entry_logprob(voice, 1, w);
        bound = MAX(bound, known_logprob(w, logprob) + next.bound);
        mass += known_mass(w, logprob) * next.mass;
    }
    bound = rounded_up(bound);
    place->ratio = mass > 0.0 ? 1.0 / mass : 1.0;
    place->drop = isfinite(bound) ? -bound : 0.0F;
    place->scale = place[1].scale - log10(place->ratio);
    place->shift = place[1].shift - (double)place->drop;
    *row(self, i, 0) = (NgAhead){mass > 0.0 ? 1.0 : 0.0, isfinite(bound) ? 0.0F : bound, MADE};
}

/* How many gaps stand side by side before place @i, up to order - 1. */
static unsigned
gaps_before(const NgCloseGaps *gaps, size_t i, unsigned order)
{
    unsigned r = 0;

    while (r + 1 < order && r < i && gaps->words[i - 1 - r] == NG_WORD_NONE)
        r++;
    return r;
}

/**
 * ng_backward_cost:
 * @voice: a voice
 * @gaps: gaps that stand close
 *
 * Returns: bytes that the pass takes at least: those for the lengths of which all states are made
 */
guint64
ng_backward_cost(const NgVoice *voice, const NgCloseGaps *gaps)
{
    guint64 states = 0;

    g_return_val_if_fail(voice != NULL && gaps != NULL, 0);

    for (size_t i = 0; i < gaps->n; i++)
        for (unsigned length = gaps_before(gaps, i, ng_voice_order(voice)); length > 0; length--)
            states += ng_voice_level_size(voice, length);
    return states * sizeof(NgAhead);
}

/**
 * ng_backward_new:
 * @voice: a voice that outlives the new object
 * @gaps: gaps that stand close; what it points to outlives the new object
 *
 * Returns: (transfer full): free with ng_backward_free()
 */
NgBackward *
ng_backward_new(const NgVoice *voice, const NgCloseGaps *gaps)
{
    g_return_val_if_fail(voice != NULL && gaps != NULL, NULL);

    NgBackward *self = g_new0(NgBackward, 1);
    self->voice = voice;
    self->order = ng_voice_order(voice);
    self->gaps = *gaps;
    self->place = g_new0(Place, gaps->n + 1);
    for (size_t i = gaps->n; i-- > 0;) {
        Place *place = &self->place[i];
        place->dense = gaps_before(gaps, i, self->order);
        pass_root(self, i);
        for (unsigned length = 1; length <= place->dense; length++)
            if (gaps->words[i] == NG_WORD_NONE)
                pass_gap(self, i, length);
            else
                pass_known(self, i, length);
    }
    return self;
}

/** ng_backward_shift: Returns: log10 of what the bounds at place @i are relative to */
double
ng_backward_shift(const NgBackward *self, size_t i)
{
    return self->place[i].shift;
}

/** ng_backward_scale: Returns: log10 of what the masses at place @i are relative to */
double
ng_backward_scale(const NgBackward *self, size_t i)
{
    return self->place[i].scale;
}

/**
 * ng_backward_free:
 * @self: (nullable) (transfer full): what ng_backward_new() gave
 */
void
ng_backward_free(NgBackward *self)
{
    if (self == NULL)
        return;
    for (size_t i = 0; i <= self->gaps.n; i++)
        for (size_t length = 0; length < NG_ORDER_MAX; length++)
            g_free(self->place[i].at[length]);
    g_free(self->place);
    g_free(self);
}

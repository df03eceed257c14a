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
 * Stored: 16 bytes for each state of the lengths up to r, at each place; for a
 * longer one that was asked for, 40 to 80.
 */
#include "backward.h"

#include "memo.h"

#include "ngram/mass.h"
#include "ngram/parallel.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
    CHUNK = 256,         /* entries looked at in one go */
    BLOCK = CHUNK * 128, /* contexts that one thread takes at a time */
};

/**
 * Place: what is ahead of one place of the sequence.
 * @dense: contexts up to this length are all made
 * @at: [N][n] these, by length and index
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
 * @memo: longer contexts, by place, length and index
 */
struct NgBackward {
    const NgVoice *voice;
    unsigned order;
    unsigned threads;
    NgCloseGaps gaps;
    Place *place;
    NgMemo memo;
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

    return (NgAhead){b * shorter.mass, rounded_up(bound), 0.0F};
}

/* Of numbers relative to the next place, those relative to @place. */
static NgAhead
relative(const Place *place, double mass, float bound)
{
    return (NgAhead){mass * place->ratio, rounded_up(rounded_up(bound) + place->drop), 0.0F};
}

/* Room for all states of a length, not cleared, in large pages where they fit: suffixes lead anywhere. */
static NgAhead *
dense_row(size_t n)
{
    const size_t page = (size_t)2 << 20;
    size_t bytes = n * sizeof(NgAhead);

    if (bytes < 2 * page)
        return g_new(NgAhead, n);
    bytes = (bytes + page - 1) / page * page;
    NgAhead *row = aligned_alloc(page, bytes); /* g_free() is free() */
    if (row == NULL)
        g_error("no memory for %zu bytes", bytes);
#if defined(MADV_HUGEPAGE)
    (void)madvise(row, bytes, MADV_HUGEPAGE); /* advice, which may not be taken */
#endif
    return row;
}

/* -- states that are made when they are asked for --------------------------- */

static NgAhead
back_off(NgBackward *self, size_t i, NgState state)
{
    float backoff = ng_voice_backoff(self->voice, state);
    NgAhead shorter = ng_backward_at(self, i, ng_voice_shorter(self->voice, state));

    return backed_off(backoff, ng_mass(backoff), shorter);
}

/* Where the word at place @i is entry @e behind @state, if it is @found there. */
static NgAhead
make_known(NgBackward *self, size_t i, NgState state, gboolean found, uint32_t e)
{
    NgWord word = self->gaps.words[i];
    unsigned level = state.length + 1;

    if (!found)
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
    return (NgAhead){MAX(ahead.mass + shorter.mass, 0.0), MAX(ahead.bound, shorter.bound), 0.0F};
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
    if (state.length <= self->place[i].dense)
        return self->place[i].at[state.length][state.index];
    /* not 0: the length is not */
    uint64_t key = (uint64_t)i << 37 | (uint64_t)state.length << 32 | state.index;
    NgAhead ahead = {0};
    if (ng_memo_find(&self->memo, key, &ahead.mass, &ahead.bound))
        return ahead;
    gboolean gap = self->gaps.words[i] == NG_WORD_NONE;
    if (gap) {
        ahead = make_gap(self, i, state);
    } else {
        uint32_t e = 0;
        gboolean found = ng_voice_find(self->voice, state, self->gaps.words[i], &e);
        ahead = make_known(self, i, state, found, e);
    }
    ng_memo_put(&self->memo, key, ahead.mass, ahead.bound);
    return ahead;
}

/* -- all states of a length -------------------------------------------------- */

/* Looks at what entries of @level add to their contexts where a gap is filled at place @i. */
static void
read_entries(const NgBackward *self, size_t i, unsigned level, uint32_t first, Entries *out)
{
    NgWord word[CHUNK];
    float logprob[CHUNK], below[CHUNK];
    uint32_t suffix[CHUNK];
    double p[CHUNK], q[CHUNK];
    NgAhead less[CHUNK]; /* behind h'w */
    size_t n = MIN(CHUNK, ng_voice_level_size(self->voice, level) - first);
    gboolean last = i + 1 == self->gaps.n;
    const NgAhead *shorter = last ? NULL : self->place[i + 1].at[level - 1];
    /* at the top h'w is the state behind hw as well */
    const NgAhead *next =
        last || level == self->order ? less : self->place[i + 1].at[level] + first;
    const guint8 *allowed = self->gaps.allowed != NULL ? self->gaps.allowed[i] : NULL;

    ng_voice_columns(self->voice, level, first, n,
                     &(NgColumns){.word = word, .logprob = logprob, .suffix = suffix});
    for (size_t j = 0; j < n && !last; j++)
        __builtin_prefetch(&shorter[suffix[j]]);
    ng_mass_array(logprob, p, n);
    for (size_t j = 0; j < n; j++) {
        less[j] = last ? nothing_ahead : shorter[suffix[j]];
        below[j] =
            last ? ng_voice_entry_logprob(self->voice, level - 1, suffix[j]) : less[j].logprob;
    }
    ng_mass_array(below, q, n);
    for (size_t j = 0; j < n; j++) {
        gboolean may = word[j] >= NG_WORDS_FIXED && (allowed == NULL || allowed[word[j]] != 0);
        out->bound[j] = may && p[j] > 0.0 ? logprob[j] + next[j].bound : -INFINITY;
        out->plus[j] = may ? p[j] * next[j].mass : 0.0;
        out->minus[j] = may ? q[j] * less[j].mass : 0.0;
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
read_contexts(const NgBackward *self, unsigned length, uint32_t first, const NgAhead *shorter,
              Contexts *out)
{
    size_t n = MIN(CHUNK, ng_voice_level_size(self->voice, length) - first);

    ng_voice_columns(self->voice, length, first, n,
                     &(NgColumns){.logprob = out->logprob,
                                  .backoff = out->backoff,
                                  .suffix = out->suffix,
                                  .end = out->end});
    for (size_t c = 0; c < n; c++)
        __builtin_prefetch(&shorter[out->suffix[c]]);
    return n;
}

/* A pass over the contexts of @length before the gap at place @i, by several threads. */
typedef struct {
    NgBackward *self;
    size_t i;
    unsigned length;
} Pass;

/* The contexts @first .. @first + @n - 1 of a pass, of which @e is the first successor. */
static void
fold_contexts(const Pass *pass, uint32_t first, size_t n, const Contexts *contexts,
              Entries *entries, uint32_t e)
{
    const Place *place = &pass->self->place[pass->i];
    NgAhead *out = place->at[pass->length] + first;
    const NgAhead *shorter = place->at[pass->length - 1];
    double b[CHUNK];

    ng_mass_array(contexts->backoff, b, n);
    for (size_t c = 0; c < n; c++) {
        float bound = -INFINITY;
        double plus = 0.0, minus = 0.0;
        for (; e < contexts->end[c]; e++) {
            if (e >= entries->end || e < entries->first)
                read_entries(pass->self, pass->i, pass->length + 1, e, entries);
            size_t j = e - entries->first;
            bound = entries->bound[j] > bound ? entries->bound[j] : bound;
            plus += entries->plus[j];
            minus += entries->minus[j];
        }
        NgAhead ahead = relative(place, plus - b[c] * minus, bound);
        NgAhead back = backed_off(contexts->backoff[c], b[c], shorter[contexts->suffix[c]]);
        out[c] = (NgAhead){MAX(ahead.mass + back.mass, 0.0), MAX(ahead.bound, back.bound),
                           contexts->logprob[c]};
    }
}

static void
pass_block(size_t block, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Pass *pass = data;
    const NgBackward *self = pass->self;
    size_t size = ng_voice_level_size(self->voice, pass->length);
    size_t end = MIN((block + 1) * BLOCK, size);
    Contexts contexts;
    Entries entries = {0};

    for (size_t first = block * BLOCK; first < end; first += CHUNK) {
        NgState state = {pass->length, (uint32_t)first};
        size_t n = read_contexts(self, pass->length, state.index,
                                 self->place[pass->i].at[pass->length - 1], &contexts);
        fold_contexts(pass, state.index, n, &contexts, &entries,
                      ng_voice_successors(self->voice, state).first);
    }
}

/* All contexts of @length, 1 or more, before a gap at place @i. */
static void
pass_gap(NgBackward *self, size_t i, unsigned length)
{
    size_t size = ng_voice_level_size(self->voice, length);
    Pass pass = {self, i, length};

    ng_parallel((size + BLOCK - 1) / BLOCK, self->threads, pass_block, &pass);
}

/* ng_backward_at() for @n states, at most CHUNK, that differ: of those before a known word, which is
 * looked for behind all of them at once.  Nothing is kept: few are asked for again. */
static void
look_ahead(NgBackward *self, size_t i, const NgState *state, size_t n, NgAhead *ahead)
{
    NgSeek seek[CHUNK];
    size_t which[CHUNK] = {0}, wanted = 0;

    for (size_t k = 0; k < n; k++)
        ng_voice_prefetch(self->voice, state[k]);
    for (size_t k = 0; k < n; k++) {
        if (i == self->gaps.n || self->gaps.words[i] == NG_WORD_NONE ||
            state[k].length <= self->place[i].dense) {
            ahead[k] = ng_backward_at(self, i, state[k]);
            continue;
        }
        which[wanted] = k;
        seek[wanted++] = (NgSeek){.context = state[k],
                                  .row = ng_voice_successors(self->voice, state[k]),
                                  .word = self->gaps.words[i]};
    }
    ng_voice_find_many(self->voice, seek, wanted);
    for (size_t k = 0; k < wanted; k++)
        ahead[which[k]] = make_known(self, i, seek[k].context, seek[k].found, seek[k].entry);
}

/* What the word at place @i is behind contexts of @length that know it. */
static void
take_pairs(NgBackward *self, size_t i, unsigned length, const NgPair *pairs, size_t n)
{
    NgAhead *out = self->place[i].at[length];
    NgWord word = self->gaps.words[i];
    NgState after[CHUNK];
    NgAhead next[CHUNK];

    for (size_t k = 0; k < n; k++)
        after[k] = ng_voice_entry_state(self->voice, length + 1, pairs[k].entry);
    look_ahead(self, i + 1, after, n, next);
    for (size_t k = 0; k < n; k++) {
        float logprob = ng_voice_entry_logprob(self->voice, length + 1, pairs[k].entry);
        NgAhead ahead = relative(&self->place[i], known_mass(word, logprob) * next[k].mass,
                                 known_logprob(word, logprob) + next[k].bound);
        ahead.logprob = out[pairs[k].context].logprob;
        out[pairs[k].context] = ahead;
    }
}

/* All contexts of @length, 1 or more, before a known word at place @i. */
static void
pass_known(NgBackward *self, size_t i, unsigned length)
{
    g_autoptr(GArray) pairs = g_array_new(FALSE, FALSE, sizeof(NgPair));
    NgAhead *out = self->place[i].at[length];
    const NgAhead *shorter = self->place[i].at[length - 1];
    size_t size = ng_voice_level_size(self->voice, length);
    Contexts contexts;

    for (uint32_t first = 0; first < size; first += CHUNK) {
        size_t n = read_contexts(self, length, first, shorter, &contexts);
        double b[CHUNK];
        ng_mass_array(contexts.backoff, b, n);
        for (size_t c = 0; c < n; c++) {
            out[first + c] = backed_off(contexts.backoff[c], b[c], shorter[contexts.suffix[c]]);
            out[first + c].logprob = contexts.logprob[c];
        }
    }
    ng_voice_find_before(self->voice, length, self->gaps.words[i], pairs);
    for (guint k = 0; k < pairs->len; k += CHUNK)
        take_pairs(self, i, length, &g_array_index(pairs, NgPair, k), MIN(CHUNK, pairs->len - k));
}

/* What the words @first .. @first + @n - 1 add to the empty context where a gap is filled. */
static NgAhead
root_chunk(const NgBackward *self, size_t i, NgWord first, size_t n)
{
    const Place *next = &self->place[i + 1];
    const NgAhead *row = i + 1 == self->gaps.n ? NULL : next->at[MIN(next->dense, 1)];
    NgAhead sum = {0.0, -INFINITY, 0.0F};
    float logprob[CHUNK];
    double p[CHUNK];

    ng_voice_logprobs(self->voice, 1, first, n, logprob);
    ng_mass_array(logprob, p, n);
    for (uint32_t j = 0; j < n; j++) {
        if (!ng_close_gaps_allow(&self->gaps, i, first + j) || !(p[j] > 0.0))
            continue;
        /* of order 1, all words leave the empty context */
        const NgAhead *ahead = row == NULL ? &nothing_ahead : &row[self->order > 1 ? first + j : 0];
        sum.bound = MAX(sum.bound, logprob[j] + ahead->bound);
        sum.mass += p[j] * ahead->mass;
    }
    return sum;
}

/* The empty context before place @i, which all numbers of the place are relative to from then on. */
static void
pass_root(NgBackward *self, size_t i)
{
    Place *place = &self->place[i];
    NgWord known = self->gaps.words[i];
    uint32_t V = (uint32_t)ng_voice_words(self->voice);
    NgAhead sum = {0.0, -INFINITY, 0.0F};

    for (NgWord w = 0; w < V && known == NG_WORD_NONE; w += CHUNK) {
        NgAhead more = root_chunk(self, i, w, MIN(CHUNK, V - w));
        sum.bound = MAX(sum.bound, more.bound);
        sum.mass += more.mass;
    }
    if (known != NG_WORD_NONE) {
        NgAhead next = ng_backward_at(self, i + 1, ng_voice_entry_state(self->voice, 1, known));
        float logprob = ng_voice_entry_logprob(self->voice, 1, known);
        sum.bound = known_logprob(known, logprob) + next.bound;
        sum.mass = known_mass(known, logprob) * next.mass;
    }
    float bound = rounded_up(sum.bound);
    place->ratio = sum.mass > 0.0 ? 1.0 / sum.mass : 1.0;
    place->drop = isfinite(bound) ? -bound : 0.0F;
    place->scale = place[1].scale - log10(place->ratio);
    place->shift = place[1].shift - (double)place->drop;
    place->at[0] = g_new(NgAhead, 1);
    place->at[0][0] = (NgAhead){sum.mass > 0.0 ? 1.0 : 0.0, isfinite(bound) ? 0.0F : bound, 0.0F};
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
 * @threads: for the passes over whole levels
 *
 * Returns: (transfer full): free with ng_backward_free()
 */
NgBackward *
ng_backward_new(const NgVoice *voice, const NgCloseGaps *gaps, unsigned threads)
{
    g_return_val_if_fail(voice != NULL && gaps != NULL, NULL);

    NgBackward *self = g_new0(NgBackward, 1);
    self->voice = voice;
    self->order = ng_voice_order(voice);
    self->threads = threads;
    self->gaps = *gaps;
    self->place = g_new0(Place, gaps->n + 1);
    for (size_t i = gaps->n; i-- > 0;) {
        Place *place = &self->place[i];
        place->dense = gaps_before(gaps, i, self->order);
        pass_root(self, i);
        for (unsigned length = 1; length <= place->dense; length++) {
            place->at[length] = dense_row(ng_voice_level_size(voice, length));
            if (gaps->words[i] == NG_WORD_NONE)
                pass_gap(self, i, length);
            else
                pass_known(self, i, length);
        }
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
    ng_memo_clear(&self->memo);
    g_free(self);
}

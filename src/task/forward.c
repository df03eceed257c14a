/*
 * The forward sum
 *
 * What is wanted is the sum, over all words in the gaps, of the product of the
 * probabilities of a sequence: V^g terms for g gaps.  But a word weighs only by
 * the state it leaves, so the mass of all fillings so far is kept state by state
 * and moved on word by word, as in a hidden Markov model (Baum et al. 1970).
 *
 * A gap moves the mass m of a context h on all words at once.  Those that follow
 * h take m P(w|h) to the state of hw.  The others take b m P(w|h'), where b is
 * the back-off weight and h' the context without its first word: so b m is
 * added to the mass of h', which is moved after that of h, and what h' will
 * wrongly give for the words that do follow h is taken off beforehand.  Nothing
 * but successors is looked at: a gap costs no more than the voice has entries,
 * however many gaps came before, and no state but those that have mass.  After
 * the last word only the sum is wanted, and no state is told from another.
 *
 * What falls through to the empty context goes to all words, as these are likely: that
 * is one number, the bulk; what is taken off beforehand stands, as less than nothing,
 * with the states of one word.  A known word x behind a gap finds of the bulk what was
 * seen before x, and all the rest backs off with one weight, the mean of all.
 *
 * The marginal of a word in a gap is the mass of the states that it leaves, each
 * times what is ahead of it (backward.c).
 *
 * Masses are scaled to sum to 1 after each word, so that none is too small for
 * a double.  `<s>`, `</s>` and `<unk>` never fill a gap.
 */
#include "forward.h"

#include "ngram/mass.h"

#include <float.h>
#include <math.h>

enum { CHUNK = 256 }; /* entries whose masses are made at once */

/**
 * Masses: of states.
 * @mass: [N] (nullable): [..] by length and index
 * @index: [N] (element-type uint32): those that have some; one may stand there twice
 */
typedef struct {
    double *mass[NG_ORDER_MAX];
    GArray *index[NG_ORDER_MAX];
} Masses;

/**
 * Forward:
 * @size: [N] states of each length
 * @now: before the word
 * @next: after it
 * @last: the word is the last one: @sum takes the place of @next
 * @bulk, @next_bulk: mass of all one-word states together, beside what each has of its own; word w
 *   has P(w) of it
 * @i: the word that is moved on
 * @words, @backed: the sums of P(w), and of P(w) times the back-off weight of w, over all words that
 *   may fill the gap that the bulk came from
 * @made_for: (nullable): the set of these words; @words is 0 until they are made
 * @log10_scale: what the masses were divided by
 */
typedef struct {
    const NgVoice *voice;
    unsigned order;
    size_t size[NG_ORDER_MAX];
    Masses now;
    Masses next;
    gboolean last;
    double sum;
    double bulk, next_bulk;
    const NgCloseGaps *gaps;
    size_t i;
    double words, backed;
    const guint8 *made_for;
    double log10_scale;
} Forward;

/* Where masses cancel out, a little less than nothing is kept: 0 says that nothing came there. */
static void
add_to(const Forward *self, Masses *masses, NgState state, double mass)
{
    double **all = &masses->mass[state.length];

    if (*all == NULL) { /* zeros that cost nothing until they are touched */
        *all = g_new0(double, self->size[state.length]);
        masses->index[state.length] = g_array_new(FALSE, FALSE, sizeof state.index);
    }
    if ((*all)[state.index] == 0.0)
        g_array_append_val(masses->index[state.length], state.index);
    double sum = (*all)[state.index] + mass;
    (*all)[state.index] = sum != 0.0 ? sum : -DBL_MIN;
}

static void
add(Forward *self, NgState state, double mass)
{
    if (self->last)
        self->sum += mass;
    else
        add_to(self, &self->next, state, mass);
}

/* Moves @mass on the entries @first .. @first + @n - 1 of @level, and takes @left off what the
 * shorter context will give them. */
static void
spread_chunk(Forward *self, unsigned level, NgRange range, double mass, double left)
{
    const NgVoice *voice = self->voice;
    float logprob[CHUNK];
    double p[CHUNK];
    size_t n = range.end - range.first;

    ng_voice_logprobs(voice, level, range.first, n, logprob);
    ng_mass_array(logprob, p, n);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t e = range.first + i;
        if (!ng_close_gaps_allow(self->gaps, self->i, ng_voice_entry_word(voice, level, e)))
            continue;
        if (self->last)
            self->sum += mass * p[i];
        else
            add(self, ng_voice_entry_state(voice, level, e), mass * p[i]);
        if (left <= 0.0)
            continue;
        uint32_t shorter = ng_voice_entry_suffix(voice, level, e);
        double q = ng_mass(ng_voice_entry_logprob(voice, level - 1, shorter));
        add(self, ng_voice_entry_state(voice, level - 1, shorter), -left * q);
    }
}

/* Makes @words and @backed. */
static void
sum_words(Forward *self)
{
    uint32_t V = (uint32_t)self->size[1];
    float logprob[CHUNK];
    float weight[CHUNK];
    double p[CHUNK];
    double b[CHUNK];

    self->words = self->backed = 0.0;
    for (uint32_t first = NG_WORDS_FIXED; first < V; first += CHUNK) {
        size_t n = MIN(CHUNK, V - first);
        ng_voice_logprobs(self->voice, 1, first, n, logprob);
        for (uint32_t i = 0; i < n; i++)
            weight[i] = ng_voice_backoff(self->voice, (NgState){1, first + i});
        ng_mass_array(logprob, p, n);
        ng_mass_array(weight, b, n);
        for (uint32_t i = 0; i < n; i++) {
            if (!ng_close_gaps_allow(self->gaps, self->i, first + i))
                continue;
            self->words += p[i];
            self->backed += p[i] * b[i];
        }
    }
}

/* Moves the mass of the empty context on all words. */
static void
spread_root(Forward *self, double mass)
{
    const guint8 *allowed = self->gaps->allowed != NULL ? self->gaps->allowed[self->i] : NULL;

    if (self->words == 0.0 || allowed != self->made_for)
        sum_words(self);
    self->made_for = allowed;
    if (self->last)
        self->sum += mass * self->words;
    else
        self->next_bulk += mass;
}

/* Gives each one-word state its part of the bulk. */
static void
spread_bulk(Forward *self)
{
    uint32_t V = (uint32_t)self->size[1];

    for (NgWord w = NG_WORDS_FIXED; self->bulk > 0.0 && w < V; w++)
        if (ng_close_gaps_allow(self->gaps, self->i - 1, w))
            add_to(self, &self->now, (NgState){1, w},
                   self->bulk * ng_mass(ng_voice_entry_logprob(self->voice, 1, w)));
    self->bulk = 0.0;
}

/* An unknown word is there whatever its probability, which is the same for all fillings. */
static double
mass_of(NgWord word, float logprob)
{
    return word == NG_WORD_UNKNOWN ? exp(G_LN10 * (double)logprob) : ng_mass(logprob);
}

/* Moves the bulk on one known @word. */
static void
follow_bulk(Forward *self, NgWord word)
{
    const NgVoice *voice = self->voice;
    g_autoptr(GArray) pairs = g_array_new(FALSE, FALSE, sizeof(NgPair));
    double backed = self->backed;

    if (self->bulk <= 0.0)
        return;
    ng_voice_find_before(voice, 1, word, pairs);
    for (guint i = 0; i < pairs->len; i++) {
        NgPair pair = g_array_index(pairs, NgPair, i);
        if (!ng_close_gaps_allow(self->gaps, self->i - 1, pair.context))
            continue;
        double p = ng_mass(ng_voice_entry_logprob(voice, 1, pair.context));
        backed -= p * ng_mass(ng_voice_backoff(voice, (NgState){1, pair.context}));
        add(self, ng_voice_entry_state(voice, 2, pair.entry),
            self->bulk * p * mass_of(word, ng_voice_entry_logprob(voice, 2, pair.entry)));
    }
    add_to(self, &self->now, (NgState){0}, self->bulk * MAX(backed, 0.0));
    self->bulk = 0.0;
}

/* Moves the mass of @context on all its successors, and what is left to h'. */
static void
spread(Forward *self, NgState context, double mass)
{
    const NgVoice *voice = self->voice;
    NgRange range = ng_voice_successors(voice, context);
    double left = context.length > 0 ? mass * ng_mass(ng_voice_backoff(voice, context)) : 0.0;

    for (uint32_t first = range.first; first < range.end;) {
        uint32_t end = first + MIN(CHUNK, range.end - first);
        spread_chunk(self, context.length + 1, (NgRange){first, end}, mass, left);
        first = end;
    }
    if (left > 0.0)
        add_to(self, &self->now, ng_voice_shorter(voice, context), left);
}

/* Moves the mass of @context on one known @word. */
static void
follow(Forward *self, NgState context, double mass, NgWord word)
{
    const NgVoice *voice = self->voice;
    unsigned level = context.length + 1;
    uint32_t e = 0;

    if (ng_voice_find(voice, context, word, &e)) {
        double factor = mass_of(word, ng_voice_entry_logprob(voice, level, e));
        add(self, ng_voice_entry_state(voice, level, e), mass * factor);
        return;
    }
    add_to(self, &self->now, ng_voice_shorter(voice, context),
           mass * ng_mass(ng_voice_backoff(voice, context)));
}

/* Moves all mass of the contexts of @length. */
static void
move(Forward *self, unsigned length, NgWord word)
{
    double *mass = self->now.mass[length];
    GArray *index = self->now.index[length];

    for (guint i = 0; index != NULL && i < index->len; i++) {
        NgState context = {length, g_array_index(index, uint32_t, i)};
        double m = mass[context.index];
        mass[context.index] = 0.0;
        if (m == 0.0 || (m < 0.0 && length != 1))
            continue; /* rounding may leave a little less than nothing; of one word, see the bulk */
        if (word == NG_WORD_NONE && length == 0 && self->order > 1)
            spread_root(self, m);
        else if (word == NG_WORD_NONE)
            spread(self, context, m);
        else
            follow(self, context, m, word);
    }
    if (index != NULL)
        g_array_set_size(index, 0);
}

/* Divides the masses by what they sum to, which is returned. */
static double
scale(Forward *self)
{
    Masses *masses = &self->now;
    double sum = self->bulk * self->words;

    for (int pass = 0; pass < 2; pass++)
        for (unsigned length = 0; length < self->order; length++) {
            const GArray *index = masses->index[length];
            for (guint i = 0; index != NULL && i < index->len; i++) {
                double *m = &masses->mass[length][g_array_index(index, uint32_t, i)];
                if (pass == 0)
                    sum += *m;
                else if (sum > 0.0)
                    *m /= sum;
            }
        }
    if (sum > 0.0)
        self->bulk /= sum;
    return MAX(sum, 0.0);
}

/* One word, or gap, further: from the longest contexts to the shortest. */
static void
advance(Forward *self, NgWord word)
{
    if (word == NG_WORD_NONE)
        spread_bulk(self);
    else
        follow_bulk(self, word);
    for (unsigned length = self->order; length-- > 0;)
        move(self, length, word);
    if (self->last) {
        self->log10_scale += log10(MAX(self->sum, 0.0));
        return;
    }
    Masses done = self->now;
    self->now = self->next;
    self->next = done;
    self->bulk = self->next_bulk;
    self->next_bulk = 0.0;
    self->log10_scale += log10(scale(self));
}

static void
clear(Masses *masses)
{
    for (size_t length = 0; length < NG_ORDER_MAX; length++) {
        g_free(masses->mass[length]);
        if (masses->index[length] != NULL)
            g_array_unref(masses->index[length]);
    }
}

/**
 * ng_forward_sum:
 * @voice: a voice
 * @state: the state before the first word
 * @gaps: words and gaps
 *
 * Costs at most 16 bytes of memory for each entry below the top level, and of
 * time, for each gap, a look at the successors of the states that have mass: at
 * those of one context and of its shorter ones for the first, at all entries of
 * the voice at most.
 *
 * Returns: log10 of the sum, over all fillings, of the probability of the words; -inf where it is 0
 */
double
ng_forward_sum(const NgVoice *voice, NgState state, const NgCloseGaps *gaps)
{
    g_return_val_if_fail(voice != NULL && gaps != NULL, -HUGE_VAL);

    Forward f = {.voice = voice, .order = ng_voice_order(voice), .gaps = gaps};
    for (unsigned length = 0; length < f.order; length++)
        f.size[length] = length > 0 ? ng_voice_level_size(voice, length) : 1;
    add_to(&f, &f.now, state, 1.0);
    for (f.i = 0; f.i < gaps->n && isfinite(f.log10_scale); f.i++) {
        f.last = f.i + 1 == gaps->n;
        advance(&f, gaps->words[f.i]);
    }
    clear(&f.now);
    clear(&f.next);
    return f.log10_scale;
}

/* What each word has in the gap that was filled last: @out[V], zeros at first; not yet relative. */
static void
collect(const Forward *self, NgBackward *ahead, double *out)
{
    const NgVoice *voice = self->voice;
    uint32_t V = (uint32_t)ng_voice_words(voice);
    size_t place = self->i + 1;

    for (unsigned length = 1; length < self->order; length++) {
        const GArray *index = self->now.index[length];
        for (guint i = 0; index != NULL && i < index->len; i++) {
            NgState state = {length, g_array_index(index, uint32_t, i)};
            out[ng_voice_entry_word(voice, length, state.index)] +=
                self->now.mass[length][state.index] * ng_backward_at(ahead, place, state).mass;
        }
    }
    for (NgWord w = NG_WORDS_FIXED; w < V && (self->bulk > 0.0 || self->order == 1); w++) {
        if (!ng_close_gaps_allow(self->gaps, self->i, w))
            continue;
        double p = ng_mass(ng_voice_entry_logprob(voice, 1, w));
        NgState after = ng_voice_entry_state(voice, 1, w);
        /* of order 1, a gap is alone, and all words leave the empty context */
        out[w] +=
            (self->order == 1 ? 1.0 : self->bulk) * p * ng_backward_at(ahead, place, after).mass;
    }
}

/* Makes @out[V] sum to 1. */
static void
normalise(double *out, size_t V)
{
    double sum = 0.0;

    for (size_t w = 0; w < V; w++)
        sum += out[w] = MAX(out[w], 0.0);
    for (size_t w = 0; w < V && sum > 0.0; w++)
        out[w] /= sum;
}

/**
 * ng_forward_marginals:
 * @voice: a voice
 * @state: the state before the first word
 * @gaps: words and gaps
 * @ahead: the backward pass of @gaps
 * @out: [gaps][V], zeros: the posterior of each word in each gap, over all fillings of the others
 *
 * Costs as ng_forward_sum().
 */
void
ng_forward_marginals(const NgVoice *voice, NgState state, const NgCloseGaps *gaps,
                     NgBackward *ahead, double **out)
{
    g_return_if_fail(voice != NULL && gaps != NULL && ahead != NULL && out != NULL);

    Forward f = {.voice = voice, .order = ng_voice_order(voice), .gaps = gaps};
    for (unsigned length = 0; length < f.order; length++)
        f.size[length] = length > 0 ? ng_voice_level_size(voice, length) : 1;
    add_to(&f, &f.now, state, 1.0);
    for (f.i = 0; f.i < gaps->n && isfinite(f.log10_scale); f.i++) {
        advance(&f, gaps->words[f.i]);
        if (gaps->words[f.i] != NG_WORD_NONE)
            continue;
        collect(&f, ahead, *out);
        normalise(*out++, ng_voice_words(voice));
    }
    clear(&f.now);
    clear(&f.next);
}

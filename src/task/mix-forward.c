/*
 * The forward sum of a mixture
 *
 * As forward.c for one voice: the mass of all fillings so far is kept context by
 * context and moved on word by word.  A context of a mixture is one state of
 * each voice, all of them suffixes of the same words, so there are no more of
 * them than the voices have contexts together, but for contexts with `<unk>`.
 *
 * A gap moves the mass m of a context h = (h_1 .. h_K) on all words at once:
 * with coefficients c_i = weight_i m, a word w takes sum c_i P_i(w | h_i).  Let
 * L be the length of the longest h_i.  A word that follows one of the h_i of
 * length L is moved by itself.  For all others those voices back off: c_i b_i
 * and the shorter h_i' go into a context h' whose longest state is shorter than
 * L, and which is moved after all contexts of length L.  What h' will wrongly
 * give to the words that were moved is taken off beforehand.  In the empty
 * context, last, every word is moved by its unigrams.
 *
 * A word that voice i lacks is `<unk>` to its context.  So where `<unk>` follows
 * h_i, all these words leave a state of that length there, and are moved by
 * themselves too.
 *
 * Cost for each gap: the successors, in all voices, of the contexts that have
 * mass, each looked up in all voices; memory in proportion to the contexts
 * reached.  Masses are scaled to sum to 1 after each word, so that none is too
 * small for a double.  `<s>`, `</s>` and `<unk>` never fill a gap.
 */
#include "mix-forward.h"

#include "mix-states.h"

#include "ngram/mass.h"

#include <math.h>
#include <string.h>

/**
 * Forward:
 * @i: the word that is moved on
 * @now: contexts whose mass is moved
 * @c: (element-type double): [now][K] coefficients
 * @level: [N] (element-type uint32_t): contexts of `now` by the length of their longest state
 * @next: contexts one word later
 * @mass: (element-type double): [next]
 * @lacking: [K] (element-type NgWord): words of the union that a voice lacks
 */
typedef struct {
    const NgMix *mix;
    const NgCloseGaps *gaps;
    size_t i;
    size_t K;
    NgMixStates *now;
    GArray *c;
    GArray *level[NG_ORDER_MAX];
    NgMixStates *next;
    GArray *mass;
    GArray *lacking[NG_MIX_MAX];
    double log10_scale;
} Forward;

/* One context while it is spread. */
typedef struct {
    NgState state[NG_MIX_MAX];
    double c[NG_MIX_MAX];
    unsigned length; /* of the longest state */
} Context;

static unsigned
longest(const NgState *states, size_t K)
{
    unsigned length = 0;

    for (size_t i = 0; i < K; i++)
        length = MAX(length, states[i].length);
    return length;
}

/* Adds @mass to what stands in @states one word later. */
static void
add_next(Forward *self, const NgState *states, double mass)
{
    uint32_t number = ng_mix_states_number(self->next, states);

    if (number >= self->mass->len)
        g_array_set_size(self->mass, number + 1); /* cleared */
    g_array_index(self->mass, double, number) += mass;
}

/* Adds coefficients to a context that is still to be spread. */
static void
add_now(Forward *self, const NgState *states, const double *c)
{
    uint32_t number = ng_mix_states_number(self->now, states);

    if ((size_t)number * self->K >= self->c->len) {
        g_array_set_size(self->c, (guint)((number + 1) * self->K)); /* cleared */
        g_array_append_val(self->level[longest(states, self->K)], number);
    }
    for (size_t i = 0; i < self->K; i++)
        g_array_index(self->c, double, number * self->K + i) += c[i];
}

/* Moves on @word what the coefficients give it, times @sign, to the states behind it. */
static void
move(Forward *self, const Context *context, NgWord word, double sign)
{
    NgState after[NG_MIX_MAX];
    float logprob[NG_MIX_MAX];
    double sum = 0.0;

    memcpy(after, context->state, self->K * sizeof *after);
    ng_mix_step_each(self->mix, after, word, logprob, NULL);
    for (size_t i = 0; i < self->K; i++)
        sum += context->c[i] * ng_mass(logprob[i]);
    if (sum > 0.0)
        add_next(self, after, sign * sum);
}

/* Whether a voice before @i, whose state is as long, has what @word is to it among its successors. */
static gboolean
was_met(const Forward *self, const Context *context, size_t i, NgWord word)
{
    uint32_t entry;

    for (size_t j = 0; j < i; j++) {
        const NgMixPart *part = ng_mix_part(self->mix, j);
        NgWord own = part->to[word] != NG_WORD_NONE ? part->to[word] : NG_WORD_UNKNOWN;
        if (context->state[j].length == context->length &&
            ng_voice_find(part->voice, context->state[j], own, &entry))
            return TRUE;
    }
    return FALSE;
}

/* The context that takes what the longest states do not know. */
static Context
shorten(const Forward *self, const Context *context)
{
    Context shorter = *context;

    for (size_t i = 0; i < self->K; i++) {
        const NgVoice *voice = ng_mix_part(self->mix, i)->voice;
        if (context->state[i].length < context->length)
            continue;
        shorter.state[i] = ng_voice_shorter(voice, context->state[i]);
        shorter.c[i] *= ng_mass(ng_voice_backoff(voice, context->state[i]));
    }
    shorter.length = longest(shorter.state, self->K);
    return shorter;
}

/* Moves @word, which voice @i has met, by itself, and takes it off what @shorter will give. */
static void
move_alone(Forward *self, const Context *context, const Context *shorter, size_t i, NgWord word)
{
    if (!ng_close_gaps_allow(self->gaps, self->i, word) || was_met(self, context, i, word))
        return;
    move(self, context, word, 1.0);
    move(self, shorter, word, -1.0);
}

/* Moves a context's mass on the words that its longest states know, the rest to a shorter one. */
static void
spread(Forward *self, const Context *context)
{
    const Context shorter = shorten(self, context);

    for (size_t i = 0; i < self->K; i++) {
        const NgMixPart *part = ng_mix_part(self->mix, i);
        if (context->state[i].length < context->length)
            continue;
        NgRange range = ng_voice_successors(part->voice, context->state[i]);
        for (uint32_t e = range.first; e < range.end; e++) {
            NgWord own = ng_voice_entry_word(part->voice, context->length + 1, e);
            move_alone(self, context, &shorter, i, part->from[own]);
            for (guint k = 0; own == NG_WORD_UNKNOWN && k < self->lacking[i]->len; k++)
                move_alone(self, context, &shorter, i, g_array_index(self->lacking[i], NgWord, k));
        }
    }
    add_now(self, shorter.state, shorter.c);
}

/* One gap further: from the longest contexts to the empty one. */
static void
fill_gap(Forward *self)
{
    size_t K = self->K;
    Context context = {0};

    for (uint32_t length = ng_mix_order(self->mix); length-- > 0;) {
        GArray *level = self->level[length];
        for (guint at = 0; at < level->len; at++) {
            uint32_t number = g_array_index(level, uint32_t, at);
            memcpy(context.state, ng_mix_states_get(self->now, number), K * sizeof(NgState));
            memcpy(context.c, &g_array_index(self->c, double, number *K), K * sizeof(double));
            context.length = length;
            if (length > 0) {
                spread(self, &context);
                continue;
            }
            for (NgWord word = NG_WORDS_FIXED; word < ng_mix_words(self->mix); word++)
                if (ng_close_gaps_allow(self->gaps, self->i, word))
                    move(self, &context, word, 1.0);
        }
        g_array_set_size(level, 0);
    }
}

/* One known word further: each context goes where the word leads it. */
static void
follow(Forward *self, const NgMixStates *from, const GArray *mass, NgWord word)
{
    NgState states[NG_MIX_MAX];
    float logprob[NG_MIX_MAX];

    for (uint32_t number = 0; number < ng_mix_states_size(from); number++) {
        double m = g_array_index(mass, double, number);
        if (m <= 0.0) /* rounding may leave a little less than nothing */
            continue;
        memcpy(states, ng_mix_states_get(from, number), self->K * sizeof *states);
        ng_mix_step_each(self->mix, states, word, logprob, NULL);
        double p = 0.0;
        for (size_t i = 0; i < self->K; i++)
            /* an unknown word is there whatever its probability */
            p += ng_mix_part(self->mix, i)->weight *
                 (word == NG_WORD_UNKNOWN ? exp(G_LN10 * (double)logprob[i]) : ng_mass(logprob[i]));
        if (p > 0.0)
            add_next(self, states, m * p);
    }
}

/* Hands the mass of @from over to the contexts that are to be spread. */
static void
start_gap(Forward *self, const NgMixStates *from, const GArray *mass)
{
    ng_mix_states_clear(self->now);
    g_array_set_size(self->c, 0);
    for (uint32_t number = 0; number < ng_mix_states_size(from); number++) {
        double c[NG_MIX_MAX];
        double m = g_array_index(mass, double, number);
        if (m <= 0.0)
            continue;
        for (size_t i = 0; i < self->K; i++)
            c[i] = m * ng_mix_part(self->mix, i)->weight;
        add_now(self, ng_mix_states_get(from, number), c);
    }
}

/* One word, or gap, further. */
static void
advance(Forward *self, NgWord word)
{
    g_autoptr(NgMixStates) from = self->next;
    g_autoptr(GArray) mass = self->mass;
    double sum = 0.0;

    self->next = ng_mix_states_new(self->K);
    self->mass = g_array_new(FALSE, TRUE, sizeof(double));
    if (word == NG_WORD_NONE) {
        start_gap(self, from, mass);
        fill_gap(self);
    } else {
        follow(self, from, mass, word);
    }
    for (guint i = 0; i < self->mass->len; i++)
        sum += MAX(g_array_index(self->mass, double, i), 0.0);
    self->log10_scale += sum > 0.0 ? log10(sum) : -HUGE_VAL;
    for (guint i = 0; i < self->mass->len && sum > 0.0; i++)
        g_array_index(self->mass, double, i) /= sum;
}

/* (element-type NgWord): the words that part @i lacks */
static GArray *
words_lacking(const NgMix *mix, size_t i)
{
    GArray *words = g_array_new(FALSE, FALSE, sizeof(NgWord));

    for (NgWord word = NG_WORDS_FIXED; word < ng_mix_words(mix); word++)
        if (ng_mix_part(mix, i)->to[word] == NG_WORD_NONE)
            g_array_append_val(words, word);
    return words;
}

static void
forward_clear(Forward *self)
{
    for (unsigned k = 0; k < ng_mix_order(self->mix); k++)
        g_array_unref(self->level[k]);
    for (size_t i = 0; i < self->K; i++)
        g_array_unref(self->lacking[i]);
    ng_mix_states_free(self->now);
    ng_mix_states_free(self->next);
    g_array_unref(self->c);
    g_array_unref(self->mass);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Forward, forward_clear)

/**
 * ng_mix_forward_sum:
 * @mix: a mixture
 * @states: [K] the context before the first word
 * @gaps: words and gaps
 *
 * Returns: log10 of the sum, over all fillings, of the probability of the words; -inf where it is 0
 */
double
ng_mix_forward_sum(const NgMix *mix, const NgState *states, const NgCloseGaps *gaps)
{
    g_return_val_if_fail(mix != NULL && states != NULL && gaps != NULL, -HUGE_VAL);

    g_auto(Forward) f = {.mix = mix, .K = ng_mix_size(mix), .gaps = gaps};
    f.now = ng_mix_states_new(f.K);
    f.next = ng_mix_states_new(f.K);
    f.c = g_array_new(FALSE, TRUE, sizeof(double));
    f.mass = g_array_new(FALSE, TRUE, sizeof(double));
    for (size_t i = 0; i < f.K; i++)
        f.lacking[i] = words_lacking(mix, i);
    for (unsigned k = 0; k < ng_mix_order(mix); k++)
        f.level[k] = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    add_next(&f, states, 1.0);
    for (f.i = 0; f.i < gaps->n && isfinite(f.log10_scale); f.i++)
        advance(&f, gaps->words[f.i]);
    return f.log10_scale;
}

/*
 * Texts that must meet a demand
 *
 * A text that ends with given words, or holds them somewhere, goes through stages.
 * In each any words come, and then one of its exits: the words that are asked for.
 * With P(w|h) the law of the model (given that no `<unk>` comes, where that is
 * excluded), g(h) the probability of the exits from h, whatever is demanded behind
 * them included,
 *
 *   ahead(h) = g(h) + sum over w of P(w|h) ahead(hw)
 *
 * is what the demand has from h on, and a text is drawn exactly by weighing each word
 * with it: see steer.c.  Of a text that must end with some words, those are in one
 * place, so ahead(h) is a probability.  Words that must stand in it may do so in k
 * places, and each is a way to draw it; so texts are kept with probability 1 / k.
 * Places where words demanded overlap, each other or the prefix, are exits of their own.
 *
 * Where lengths are bounded, and the model is small, there is an ahead for each
 * number of words that came before; see goal-solve.c.  In a large model lengths are
 * met by rejection, as all demands are in mixtures and under options of sampling.
 */
#include "goal.h"

#include "ngram/mass.h"

#include <string.h>

enum {
    STATES_MOST = 1 << 24,  /* numbers of the layers of a stage */
    ENTRIES_MOST = 1 << 27, /* of a model, times its layers */
    LAYERS_MOST = 1 << 20   /* it is no use to go beyond */
};

static void
clear_exit(gpointer data)
{
    g_free(((NgExit *)data)->words);
}

static GArray *
new_exits(void)
{
    GArray *exits = g_array_new(FALSE, FALSE, sizeof(NgExit));

    g_array_set_clear_func(exits, clear_exit);
    return exits;
}

/* The words of @a from @from on, those of @b from @skip on, and the end if it is one. */
static void
add_exit(GArray *exits, const GArray *a, size_t from, const GArray *b, size_t skip)
{
    gboolean final = b != NULL;
    NgExit exit = {.final = final};

    exit.words = g_new(NgWord, a->len + (final ? b->len : 0) + 1);
    for (size_t i = from; i < a->len; i++)
        exit.words[exit.n++] = g_array_index(a, NgWord, i);
    for (size_t i = skip; final && i < b->len; i++)
        exit.words[exit.n++] = g_array_index(b, NgWord, i);
    if (final)
        exit.words[exit.n++] = NG_WORD_END;
    g_array_append_val(exits, exit);
}

/* Whether the last @n words of @a are the first of @b. */
static gboolean
overlap(const GArray *a, const GArray *b, size_t n)
{
    return n <= a->len && n <= b->len &&
           memcmp(&g_array_index(a, NgWord, a->len - n), b->data, n * sizeof(NgWord)) == 0;
}

static gboolean
holds(const GArray *all, const GArray *some)
{
    for (size_t i = 0; i + some->len <= all->len; i++)
        if (memcmp(&g_array_index(all, NgWord, i), some->data, some->len * sizeof(NgWord)) == 0)
            return TRUE;
    return FALSE;
}

/* The ways from @from words of the infix on: with the suffix somewhere behind, or overlapping it. */
static void
add_infix(GArray *exits, const NgDemand *demand, size_t from)
{
    add_exit(exits, demand->infix, from, NULL, 0);
    for (size_t o = 1; o <= demand->suffix->len; o++)
        if (overlap(demand->infix, demand->suffix, o))
            add_exit(exits, demand->infix, from, demand->suffix, o);
}

/* Stages and exits; the last stage ends the text. */
static void
plan(NgGoal *self, const NgDemand *demand, const GArray *prefix)
{
    const GArray *infix = demand->infix, *suffix = demand->suffix;

    self->starts = new_exits();
    for (unsigned i = 0; i < NG_STAGES; i++)
        self->stage[i].exits = new_exits();
    if (infix->len > 0 && !holds(prefix, infix) && !holds(suffix, infix)) {
        add_infix(self->stage[self->stages++].exits, demand, 0);
        for (size_t o = 1; o < infix->len; o++)
            if (overlap(prefix, infix, o))
                add_infix(self->starts, demand, o);
    }
    NgStage *last = &self->stage[self->stages++];
    add_exit(last->exits, suffix, 0, suffix, suffix->len);
    for (size_t o = 1; self->stages == 1 && o <= suffix->len; o++)
        if (overlap(prefix, suffix, o))
            add_exit(self->starts, suffix, o, suffix, suffix->len);
    last->free = suffix->len == 0;
}

/* The layers that the bounds want, where there is room for them. */
static void
lay(NgGoal *self, const NgDemand *demand, size_t entries)
{
    size_t last = demand->max_words > 0 ? demand->max_words : MAX(self->first, demand->min_words);
    size_t layers = MAX(last, self->first) - self->first + 1;

    self->layered = layers <= LAYERS_MOST && layers * self->states <= STATES_MOST &&
                    layers * entries <= ENTRIES_MOST;
    self->min = self->layered ? demand->min_words : 0;
    self->max = self->layered ? demand->max_words : 0;
    for (unsigned i = 0; i < self->stages; i++)
        self->stage[i].layers = self->layered ? layers : 1;
}

/**
 * ng_goal_new:
 * @voice: a voice that outlives the new object
 * @demand: what is asked of the texts
 * @prefix: (element-type NgWord): how they begin
 * @begin: the state behind it
 *
 * Returns: (transfer full): a goal that is not solved yet; %NULL where a backward pass would take
 *   too much, or would not help
 */
NgGoal *
ng_goal_new(const NgVoice *voice, const NgDemand *demand, const GArray *prefix, NgState begin)
{
    size_t entries = 0;

    g_autoptr(NgGoal) self = g_new0(NgGoal, 1);
    self->refs = 1;
    self->voice = voice;
    self->order = ng_voice_order(voice);
    self->no_unk = demand->no_unk;
    self->begin = begin;
    self->first = prefix->len;
    self->states = 1;
    for (unsigned length = 1; length < self->order; length++) {
        self->offset[length] = self->states;
        self->states += ng_voice_level_size(voice, length);
    }
    for (unsigned level = 1; level <= self->order; level++)
        entries += ng_voice_level_size(voice, level);
    plan(self, demand, prefix);
    lay(self, demand, entries);
    gboolean words = self->stages > 1 || demand->suffix->len > 0;
    if (entries > ENTRIES_MOST || (!words && !self->layered))
        return NULL;
    return g_steal_pointer(&self);
}

/**
 * ng_goal_exit:
 * @self: a goal whose later stages are solved
 * @stage: of the exit
 * @exit: of that stage
 * @n: words before it
 * @state: where it is taken
 *
 * Returns: the weight of taking it: its probability, times what is demanded behind it
 */
double
ng_goal_exit(const NgGoal *self, unsigned stage, const NgExit *exit, size_t n, NgState state)
{
    size_t words = n + exit->n - (exit->final ? 1 : 0);
    double weight = 1.0;

    if (exit->final && (words < self->min || (self->max > 0 && words > self->max)))
        return 0.0;
    for (size_t i = 0; i < exit->n && weight > 0.0; i++) {
        double total = self->total[ng_goal_state(self, state)];
        float logprob = ng_voice_step(self->voice, &state, exit->words[i], NULL);
        weight = total > 0.0 ? weight * ng_mass(logprob) / total : 0.0;
    }
    if (exit->final || !(weight > 0.0))
        return weight;
    size_t layer = ng_goal_layer(self, stage + 1, words);
    const NgStage *next = &self->stage[stage + 1];
    return layer < next->layers ? weight * next->ahead[layer][ng_goal_state(self, state)] : 0.0;
}

/**
 * ng_goal_chance:
 * @self: a goal that is solved
 *
 * Returns: the probability of texts that meet the demand, behind the prefix; where words must stand
 *   in them, how often those are expected
 */
double
ng_goal_chance(const NgGoal *self)
{
    size_t layer = ng_goal_layer(self, 0, self->first);
    double chance = 0.0;

    if (layer < self->stage[0].layers)
        chance = self->stage[0].ahead[layer][ng_goal_state(self, self->begin)];
    for (guint i = 0; i < self->starts->len; i++)
        chance += self->start[i];
    return chance;
}

/**
 * ng_goal_ways:
 * @self: a goal
 * @demand: its demand
 * @words: [@n] a text that meets it
 * @n: how many
 *
 * Returns: in how many ways it may have been drawn
 */
guint
ng_goal_ways(const NgGoal *self, const NgDemand *demand, const NgWord *words, size_t n)
{
    size_t m = demand->infix->len;
    guint ways = 0;

    if (self->stages < NG_STAGES)
        return 1;
    for (size_t i = 0; i + m <= n; i++)
        ways += memcmp(words + i, demand->infix->data, m * sizeof(NgWord)) == 0 ? 1 : 0;
    return MAX(ways, 1);
}

/** ng_goal_ref: Returns: (transfer full): @self, held once more */
NgGoal *
ng_goal_ref(NgGoal *self)
{
    g_atomic_int_inc(&self->refs);
    return self;
}

/**
 * ng_goal_unref:
 * @self: (nullable) (transfer full): freed when nobody holds it
 */
void
ng_goal_unref(NgGoal *self)
{
    if (self == NULL || !g_atomic_int_dec_and_test(&self->refs))
        return;
    for (unsigned i = 0; i < NG_STAGES; i++) {
        NgStage *stage = &self->stage[i];
        for (size_t layer = 0; layer < stage->layers; layer++) {
            if (stage->ahead != NULL)
                g_free(stage->ahead[layer]);
            if (stage->onward != NULL)
                g_free(stage->onward[layer]);
        }
        g_free(stage->ahead);
        g_free(stage->onward);
        g_clear_pointer(&stage->exits, g_array_unref);
    }
    g_clear_pointer(&self->starts, g_array_unref);
    g_free(self->start);
    g_free(self->total);
    g_free(self);
}

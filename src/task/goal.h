/* goal.h - texts that must meet a demand: what is ahead of each place, by a backward pass. */
#pragma once

#include "demand.h"
#include "draw.h"

#include "ngram/voice.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * NgExit: words by which a text leaves a stage.
 * @words: [n] they; the last one is `</s>` where the text ends by them
 * @final: whether it does; else the next stage comes
 */
typedef struct {
    NgWord *words;
    size_t n;
    gboolean final;
} NgExit;

/**
 * NgStage: a part of a text, in which any words come until one of the exits is taken.
 * @exits: (element-type NgExit): all of them begin with the same word
 * @layers: how many numbers of words before a place are told apart; the last one is for all from
 *   there on where there is no upper bound
 * @ahead: [layers][S] probability of what is still demanded, exits included, or its expected number
 *   of ways
 * @onward: [layers][S] sum over words w that are no exit of p(w|h) ahead(hw); in the first of the
 *   layers, where each is the next one's
 * @free: the last layer demands nothing more: the model's own law
 */
typedef struct {
    GArray *exits;
    size_t layers;
    double **ahead, **onward;
    gboolean free;
} NgStage;

enum { NG_STAGES = 2 };

/**
 * NgGoal: for all threads; see goal.c.
 * @states, @offset: S, and where the contexts of each length begin
 * @total: [S] the sum of p over the words that may come; the law is p / total
 * @first: words of the prefix
 * @min, @max: bounds of the length; 0 where they are not looked at here
 * @layered: whether they are
 * @stage: [stages]
 * @starts: (element-type NgExit): exits of the first stage whose first words stand in the prefix
 * @start: [starts] their weights
 */
struct NgGoal {
    int refs;
    const NgVoice *voice;
    unsigned order, threads;
    gboolean no_unk, layered;
    size_t states, offset[NG_ORDER_MAX];
    double *total;
    NgState begin;
    size_t first, min, max;
    NgStage stage[NG_STAGES];
    unsigned stages;
    GArray *starts;
    double *start;
};

typedef struct NgGoal NgGoal;

NgGoal *ng_goal_new(const NgVoice *voice, const NgDemand *demand, const GArray *prefix,
                    NgState begin);
gboolean ng_goal_solve(NgGoal *self);
double ng_goal_chance(const NgGoal *self);
guint ng_goal_ways(const NgGoal *self, const NgDemand *demand, const NgWord *words, size_t n);
double ng_goal_exit(const NgGoal *self, unsigned stage, const NgExit *exit, size_t n,
                    NgState state);
NgGoal *ng_goal_ref(NgGoal *self);
void ng_goal_unref(NgGoal *self);

/** ng_goal_state: Returns: the place of @state among all */
static inline size_t
ng_goal_state(const NgGoal *self, NgState state)
{
    return self->offset[state.length] + state.index;
}

/** ng_goal_layer: Returns: the layer where @n words came before; its number of layers where none is */
static inline size_t
ng_goal_layer(const NgGoal *self, unsigned stage, size_t n)
{
    size_t layers = self->stage[stage].layers, layer = n - self->first;

    return self->max == 0 ? MIN(layer, layers - 1) : MIN(layer, layers);
}

/**
 * NgCourse: where a text is on its way; all 0 at its beginning.
 * @exit: (nullable): the one that is being taken, @at words of it are
 */
typedef struct {
    gboolean begun;
    unsigned stage;
    const NgExit *exit;
    size_t at;
} NgCourse;

typedef struct NgSteer NgSteer;

NgSteer *ng_steer_new(NgGoal *goal);
NgWord ng_steer_word(NgSteer *self, NgCourse *course, NgState state, size_t n, NgRng *rng);
void ng_steer_free(NgSteer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgGoal, ng_goal_unref)

G_END_DECLS

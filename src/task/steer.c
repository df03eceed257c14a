/*
 * Drawing towards a goal
 *
 * At a context h an exit is taken with its weight, or a word w comes with weight
 * P(w|h) ahead(hw), see goal.c.  Words are drawn as in draw.c: a context is a die
 * whose sides are its successors, of weight p(w|h) ahead(hw), and one side more,
 * b(h) times the sum for the shorter context, for falling through; what comes from
 * there and is a successor after all is thrown away.
 *
 * The running sums of large dice are kept, up to KEPT bytes; small ones are summed
 * each time.
 */
#include "goal.h"

#include "ngram/die.h"
#include "ngram/mass.h"

#include <math.h>

enum {
    SMALL = 32,     /* sides of a die that is summed each time */
    TRIALS = 1000,  /* words thrown away before all words are weighed */
    KEPT = 64 << 20 /* bytes of sums that are kept */
};

struct NgSteer {
    NgGoal *goal;
    NgDraw *draw;     /* where nothing is demanded any more */
    GHashTable *sums; /* running sums of large dice, by stage, layer and context */
    size_t kept;      /* bytes */
    double *all;      /* (nullable): [V] scratch */
};

/** Place: of a text. @ahead: (nullable): [S] behind the next word; %NULL for nothing to come */
typedef struct {
    unsigned stage;
    size_t layer;
    const double *ahead, *onward;
} Place;

/**
 * ng_steer_new:
 * @goal: a goal that is solved
 *
 * Returns: (transfer full): free with ng_steer_free(); for one thread
 */
NgSteer *
ng_steer_new(NgGoal *goal)
{
    NgSteer *self = g_new0(NgSteer, 1);

    self->goal = ng_goal_ref(goal);
    self->draw = ng_draw_new(goal->voice, goal->no_unk, 1.0);
    self->sums = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    return self;
}

/**
 * ng_steer_free:
 * @self: (nullable) (transfer full): what ng_steer_new() gave
 */
void
ng_steer_free(NgSteer *self)
{
    if (self == NULL)
        return;
    ng_goal_unref(self->goal);
    ng_draw_free(self->draw);
    g_hash_table_unref(self->sums);
    g_free(self->all);
    g_free(self);
}

static gboolean
may_come(const NgGoal *goal, NgWord word)
{
    return word != NG_WORD_BEGIN && word != NG_WORD_END &&
           !(goal->no_unk && word == NG_WORD_UNKNOWN);
}

/* The running sums of the successors of @context. */
static void
add_up(const NgSteer *self, const Place *place, NgState context, NgRange range, double *sum)
{
    const NgGoal *goal = self->goal;
    unsigned level = context.length + 1;
    double all = 0.0;

    for (uint32_t e = range.first; e < range.end; e++) {
        if (may_come(goal, ng_voice_entry_word(goal->voice, level, e))) {
            NgState after = ng_voice_entry_state(goal->voice, level, e);
            all += ng_mass(ng_voice_entry_logprob(goal->voice, level, e)) *
                   place->ahead[ng_goal_state(goal, after)];
        }
        sum[e - range.first] = all;
    }
}

/* The same, kept where they are many; @small has room for a few. */
static const double *
sums_of(NgSteer *self, const Place *place, NgState context, NgRange range, double *small)
{
    size_t n = range.end - range.first;
    gint64 key = (gint64)(((guint64)place->layer * NG_STAGES + place->stage) * self->goal->states +
                          ng_goal_state(self->goal, context));

    if (n <= SMALL) {
        add_up(self, place, context, range, small);
        return small;
    }
    double *sum = g_hash_table_lookup(self->sums, &key);
    if (sum != NULL)
        return sum;
    if (self->kept > KEPT) {
        g_hash_table_remove_all(self->sums);
        self->kept = 0;
    }
    sum = g_new(double, n);
    add_up(self, place, context, range, sum);
    self->kept += n * sizeof(double);
    g_hash_table_insert(self->sums, g_memdup2(&key, sizeof key), sum);
    return sum;
}

/* The same law by all its words. */
static NgWord
draw_whole(NgSteer *self, const Place *place, NgState context, NgRng *rng)
{
    const NgGoal *goal = self->goal;
    size_t V = ng_voice_words(goal->voice);
    double all = 0.0;

    if (self->all == NULL)
        self->all = g_new(double, V);
    for (NgWord w = 0; w < V; w++) {
        NgState after = context;
        float logprob = ng_voice_step(goal->voice, &after, w, NULL);
        if (may_come(goal, w))
            all += ng_mass(logprob) * place->ahead[ng_goal_state(goal, after)];
        self->all[w] = all;
    }
    return all > 0.0 ? (NgWord)ng_die_roll(self->all, V, ng_rng_coin(rng)) : NG_WORD_NONE;
}

/* One word that is no exit. */
static NgWord
draw_word(NgSteer *self, const Place *place, NgState state, NgRng *rng)
{
    const NgVoice *voice = self->goal->voice;
    NgState context[NG_ORDER_MAX] = {state};
    double small[SMALL];
    unsigned depth = 0;

    for (int trial = 0; trial < TRIALS; trial++) {
        NgState h = context[depth];
        NgRange range = ng_voice_successors(voice, h);
        size_t n = range.end - range.first;
        const double *sum = sums_of(self, place, h, range, small);
        double total = n > 0 ? sum[n - 1] : 0.0, fall = 0.0;
        if (h.length > 0) {
            context[depth + 1] = ng_voice_shorter(voice, h);
            fall = ng_mass(ng_voice_backoff(voice, h)) *
                   place->onward[ng_goal_state(self->goal, context[depth + 1])];
        }
        if (!(total + fall > 0.0))
            break;
        double target = ng_rng_coin(rng) * (total + fall);
        if (target >= total && fall > 0.0) {
            depth++;
            continue;
        }
        size_t side = ng_die_find(sum, n, MIN(target, nextafter(total, 0.0)));
        NgWord word = ng_voice_entry_word(voice, h.length + 1, range.first + (uint32_t)side);
        uint32_t entry;
        if (depth == 0 || !ng_voice_find(voice, context[depth - 1], word, &entry))
            return word;
        depth--;
    }
    return draw_whole(self, place, state, rng);
}

/* Goes on with the exit that is being taken. */
static NgWord
leave(NgCourse *course)
{
    NgWord word = course->exit->words[course->at++];

    if (course->at == course->exit->n) {
        course->stage += course->exit->final ? 0 : 1;
        course->exit = NULL;
    }
    return word;
}

/* Chooses among the exits by their weights, [@exits], and what comes else, of weight @rest. */
static const NgExit *
choose(const GArray *exits, const double *weight, double rest, NgRng *rng)
{
    double all = rest;

    for (guint i = 0; i < exits->len; i++)
        all += weight[i];
    double target = ng_rng_coin(rng) * all;
    for (guint i = 0; i < exits->len; i++) {
        if (target < weight[i])
            return &g_array_index(exits, NgExit, i);
        target -= weight[i];
    }
    return NULL;
}

/* At the beginning, exits whose first words stand in the prefix. */
static void
begin(NgSteer *self, NgCourse *course, NgRng *rng)
{
    const NgGoal *goal = self->goal;

    course->begun = TRUE;
    if (goal->starts->len == 0)
        return;
    double rest = ng_goal_chance(goal);
    for (guint i = 0; i < goal->starts->len; i++)
        rest -= goal->start[i];
    course->exit = choose(goal->starts, goal->start, MAX(rest, 0.0), rng);
    course->at = 0;
}

/**
 * ng_steer_word:
 * @self: what ng_steer_new() gave
 * @course: (inout): where the text is on its way
 * @state: the state of its voice
 * @n: the words before, those of the prefix included
 * @rng: (inout): chance
 *
 * Returns: the next word, by the law given that the demand is met; %NG_WORD_NONE where that cannot be
 */
NgWord
ng_steer_word(NgSteer *self, NgCourse *course, NgState state, size_t n, NgRng *rng)
{
    const NgGoal *goal = self->goal;

    if (!course->begun)
        begin(self, course, rng);
    if (course->exit != NULL)
        return leave(course);
    const NgStage *stage = &goal->stage[course->stage];
    size_t layer = ng_goal_layer(goal, course->stage, n);
    if (layer == stage->layers)
        return NG_WORD_NONE;
    gboolean last = layer + 1 == stage->layers;
    if (last && goal->max == 0 && stage->free)
        return ng_draw_word(self->draw, state, rng);
    size_t next = last && goal->max > 0 ? layer : MIN(layer + 1, stage->layers - 1);
    Place place = {course->stage, layer, stage->ahead[next], stage->onward[layer]};
    size_t at = ng_goal_state(goal, state);
    g_autofree double *weight = g_new(double, stage->exits->len);
    for (guint i = 0; i < stage->exits->len; i++)
        weight[i] =
            ng_goal_exit(goal, course->stage, &g_array_index(stage->exits, NgExit, i), n, state) *
            goal->total[at];
    course->exit = choose(stage->exits, weight, place.onward[at], rng);
    course->at = 0;
    if (course->exit != NULL)
        return leave(course);
    return place.onward[at] > 0.0 ? draw_word(self, &place, state, rng) : NG_WORD_NONE;
}

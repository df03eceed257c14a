/*
 * Filling gaps by a mixture
 *
 * As fill.c for one voice, with N the highest order of the voices: gaps with
 * N - 1 known words between them do not know of each other.  A gap by itself is
 * solved by weighing every word (mix-gap.c), gaps that stand closer by a beam
 * from left to right, and their sum by moving mass (mix-forward.c).  Fillings in
 * the beam carry the number of their context in place of a state.
 *
 * `<s>`, `</s>` and `<unk>` never fill a gap.
 */
#include "mix-fill.h"

#include "mix-forward.h"
#include "mix-gap.h"
#include "mix-rank.h"
#include "mix-states.h"

#include "ngram/mass.h"

#include <math.h>
#include <string.h>

struct NgMixFill {
    const NgMix *mix;
    NgMixGap *gap;       /* (nullable): made when it is needed */
    NgMixRank *rank;     /* (nullable): made when it is needed */
    NgMixStates *states; /* of the fillings in a beam */
};

/* One step of a search: the gap that is filled and the known words weighed with it. */
typedef struct {
    NgMixFill *self;
    const NgWord *known; /* [n_known] */
    size_t n_known;
    const guint8 *allowed; /* (nullable) */
    const NgPartial *head; /* the filling that is carried on */
    NgBest *next;          /* what comes out */
} Step;

/**
 * ng_mix_fill_new:
 * @mix: a mixture that outlives the new object
 *
 * Returns: (transfer full): free with ng_mix_fill_free(); for one thread
 */
NgMixFill *
ng_mix_fill_new(const NgMix *mix)
{
    g_return_val_if_fail(mix != NULL, NULL);

    NgMixFill *self = g_new0(NgMixFill, 1);
    self->mix = mix;
    self->states = ng_mix_states_new(ng_mix_size(mix));
    return self;
}

/**
 * ng_mix_fill_free:
 * @self: (nullable) (transfer full): what ng_mix_fill_new() gave
 */
void
ng_mix_fill_free(NgMixFill *self)
{
    if (self == NULL)
        return;
    ng_mix_gap_free(self->gap);
    ng_mix_rank_free(self->rank);
    ng_mix_states_free(self->states);
    g_free(self);
}

/* Puts @word, of probability @logprob, into the gap and weighs what stands behind it. */
static double
try_word(NgWord word, float logprob, const NgState *behind, gpointer data)
{
    const Step *step = data;
    const NgMix *mix = step->self->mix;
    double score = step->head->score + (double)logprob;
    gboolean possible = word >= NG_WORDS_FIXED && logprob > NG_MASS_ZERO &&
                        (step->allowed == NULL || step->allowed[word] != 0);
    NgState after[NG_MIX_MAX];

    memcpy(after, behind, ng_mix_size(mix) * sizeof *after);
    for (size_t i = 0; i < step->n_known && possible; i++) {
        NgWord known = step->known[i];
        float p = ng_mix_step(mix, after, known, NULL);
        possible = p > NG_MASS_ZERO || (known == NG_WORD_UNKNOWN && isfinite(p));
        score += (double)p;
    }
    if (possible && score >= ng_best_floor(step->next)) {
        const NgState numbered = {0, ng_mix_states_number(step->self->states, after)};
        const NgPartial tail = {score, numbered, &word, 1};
        ng_best_offer(step->next, step->head, &tail);
    }
    return ng_best_floor(step->next) - step->head->score;
}

/* The best fillings of gaps that stand close, @gap[0 .. n - 1], entered in @states. */
static NgBest *
search(NgMixFill *self, const NgGaps *gaps, const GArray *gap, const NgState *states)
{
    size_t window = ng_mix_order(self->mix) - 1;
    NgState entered = {0, ng_mix_states_number(self->states, states)};
    const NgPartial start = {.state = entered};
    NgBest *now = ng_best_new(1, 0);

    if (self->rank == NULL)
        self->rank = ng_mix_rank_new(self->mix);
    ng_best_offer(now, &(NgPartial){0}, &start);
    for (guint i = 0; i < gap->len; i++) {
        gboolean last = i + 1 == gap->len;
        size_t from = g_array_index(gap, size_t, i) + 1;
        size_t end = last ? MIN(gaps->n, from + window) : g_array_index(gap, size_t, i + 1);
        Step step = {self,       gaps->words + from,
                     end - from, ng_gaps_allowed(gaps, from - 1),
                     NULL,       ng_best_new(MAX(gaps->k, gaps->beam), i + 1)};

        for (size_t j = 0; j < ng_best_size(now); j++) {
            NgPartial head = ng_best_get(now, j);
            NgState here[NG_MIX_MAX]; /* a copy: numbering moves the others */
            memcpy(here, ng_mix_states_get(self->states, head.state.index),
                   ng_mix_size(self->mix) * sizeof *here);
            step.head = &head;
            ng_mix_rank_walk(self->rank, here, ng_best_floor(step.next) - head.score, try_word,
                             &step);
        }
        ng_best_free(now);
        now = step.next;
        ng_best_sort(now);
    }
    ng_best_truncate(now, gaps->k);
    return now;
}

/* Solves a cluster and adds the log10 of the sum of all its fillings to @total. */
static NgBest *
solve(NgMixFill *self, const NgGaps *gaps, const GArray *gap, const NgState *states, double *total)
{
    const NgCloseGaps close = ng_gaps_close(gaps, gap, ng_mix_order(self->mix));
    double sum = 0.0;

    if (gap->len == 1) {
        if (self->gap == NULL)
            self->gap = ng_mix_gap_new(self->mix);
        NgBest *best = ng_mix_gap_solve(self->gap, states, &close, gaps->k, &sum);
        *total += sum;
        return best;
    }
    if (gaps->beams != NULL)
        ++*gaps->beams;
    NgBest *best = search(self, gaps, gap, states);
    *total += ng_mix_forward_sum(self->mix, states, &close);
    return best;
}

/* The states before word @to, from those before word *@at; steps *@at. */
static void
advance(const NgMixFill *self, const NgGaps *gaps, NgState *states, size_t *at, size_t to)
{
    for (; *at < to; ++*at) {
        /* N - 1 known words follow each gap that is passed: what filled it is forgotten */
        NgWord word = gaps->words[*at] == NG_WORD_NONE ? NG_WORD_UNKNOWN : gaps->words[*at];
        ng_mix_step(self->mix, states, word, NULL);
    }
}

/**
 * ng_mix_fill:
 * @self: what ng_mix_fill_new() gave
 * @gaps: a sequence and what is wanted
 * @total: (out): log10 of the sum over all fillings of what the scores are the logarithm of
 *
 * Scores as those of ng_fill().
 *
 * Returns: (transfer full): the @k best fillings, the best first; none where
 * none has a positive probability
 */
NgBest *
ng_mix_fill(NgMixFill *self, const NgGaps *gaps, double *total)
{
    g_return_val_if_fail(self != NULL && gaps != NULL && total != NULL, NULL);
    g_return_val_if_fail(gaps->k > 0 && gaps->beam > 0, NULL);

    g_autoptr(GArray) gap = g_array_new(FALSE, FALSE, sizeof(size_t));
    NgBest *all = ng_best_new(1, 0);
    NgState states[NG_MIX_MAX];
    size_t at = 0; /* `states` have seen the words before it */
    size_t from = 0;

    *total = 0.0;
    ng_mix_begin(self->mix, states);
    ng_mix_states_clear(self->states);
    ng_best_offer(all, &(NgPartial){0}, &(NgPartial){0});
    while (ng_gaps_next(gaps, from, ng_mix_order(self->mix) - 1, gap)) {
        advance(self, gaps, states, &at, g_array_index(gap, size_t, 0));
        g_autoptr(NgBest) head = all;
        g_autoptr(NgBest) tail = solve(self, gaps, gap, states, total);
        all = ng_gaps_combine(head, tail, gaps->k);
        from = g_array_index(gap, size_t, gap->len - 1) + 1;
    }
    return all;
}

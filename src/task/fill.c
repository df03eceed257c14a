/*
 * Filling gaps
 *
 * With order N, what stands in a gap weighs in the probability of its own word
 * and of the N - 1 words behind it, its window, and nowhere else: N - 1 known
 * words later the state is the same whatever the gap holds.  So gaps with N - 1
 * known words between them do not know of each other.  They are cut into
 * clusters, each is solved alone from the state before it, and the best of the
 * whole are put together from the best of each; their sums are products of
 * probabilities.
 *
 * A cluster is solved exactly, by a search that a backward pass guides (joint.c,
 * backward.c); the same pass gives the sum over all fillings.  Where that would
 * take too much memory, which are dozens of gaps side by side, it is a beam from
 * left to right: after each gap, and the known words up to the next, the best
 * `beam` partial fillings go on.  That may miss a filling that looks bad until a
 * later word redeems it; the sum, by forward.c, is exact all the same.
 *
 * `<s>`, `</s>` and `<unk>` never fill a gap.
 */
#include "fill.h"

#include "forward.h"
#include "joint.h"
#include "ngram/mass.h"

#include <math.h>

/* A place asks the next one what it has where states are made one by one: so deep a call may go. */
enum { PLACES_MAX = 4096 };

/* One step of a search: the gap that is filled and the known words weighed with it. */
typedef struct {
    const NgVoice *voice;
    const NgWord *known; /* [n_known] */
    size_t n_known;
    const guint8 *allowed; /* (nullable) */
    const NgPartial *head; /* the filling that is carried on */
    NgBest *next;          /* what comes out */
} Step;

/* What may fill the gap at place @i; %NULL for any word. */
const guint8 *
ng_gaps_allowed(const NgGaps *self, size_t i)
{
    return self->allowed != NULL ? self->allowed[i] : NULL;
}

/* The cluster of the gaps @gap, and the words behind it that it bears on. */
NgCloseGaps
ng_gaps_close(const NgGaps *self, const GArray *gap, unsigned order)
{
    size_t first = g_array_index(gap, size_t, 0);
    size_t end = g_array_index(gap, size_t, gap->len - 1) + order;

    return (NgCloseGaps){self->words + first, self->allowed != NULL ? self->allowed + first : NULL,
                         MIN(end, self->n) - first};
}

/* Puts @word, of probability @logprob, into the gap and weighs what stands behind it. */
static double
try_word(NgWord word, float logprob, NgState after, gpointer data)
{
    const Step *step = data;
    double score = step->head->score + (double)logprob;
    gboolean possible = word >= NG_WORDS_FIXED && logprob > NG_MASS_ZERO &&
                        (step->allowed == NULL || step->allowed[word] != 0);

    for (size_t i = 0; i < step->n_known && possible; i++) {
        NgWord known = step->known[i];
        float p = ng_voice_step(step->voice, &after, known, NULL);
        possible = p > NG_MASS_ZERO || (known == NG_WORD_UNKNOWN && isfinite(p));
        score += (double)p;
    }
    if (possible) {
        const NgPartial tail = {score, after, &word, 1};
        ng_best_offer(step->next, step->head, &tail);
    }
    return ng_best_floor(step->next) - step->head->score;
}

/* Fills the gaps @gap[0 .. n - 1] of a cluster, entered in @state, from left to right. */
static NgBest *
beam(const NgVoice *voice, NgRank *rank, const NgGaps *gaps, const GArray *gap, NgState state)
{
    size_t window = ng_voice_order(voice) - 1;
    const NgPartial start = {.state = state};
    NgBest *now = ng_best_new(1, 0);

    ng_best_offer(now, &(NgPartial){0}, &start);
    for (guint i = 0; i < gap->len; i++) {
        gboolean last = i + 1 == gap->len;
        size_t from = g_array_index(gap, size_t, i) + 1;
        size_t end = last ? MIN(gaps->n, from + window) : g_array_index(gap, size_t, i + 1);
        size_t width = MAX(gaps->k, gaps->beam);
        Step step = {voice, gaps->words + from,       end - from, ng_gaps_allowed(gaps, from - 1),
                     NULL,  ng_best_new(width, i + 1)};

        for (size_t j = 0; j < ng_best_size(now); j++) {
            NgPartial head = ng_best_get(now, j);
            double floor = ng_best_floor(step.next) - head.score;
            step.head = &head;
            ng_rank_walk(rank, head.state, floor, try_word, &step);
        }
        ng_best_free(now);
        now = step.next;
        ng_best_sort(now);
    }
    return now;
}

/* The @k best ways to go on from one of @a with one of @b, both sorted. */
NgBest *
ng_gaps_combine(const NgBest *a, const NgBest *b, size_t k)
{
    size_t width =
        ng_best_size(a) > 0 && ng_best_size(b) > 0 ? ng_best_get(a, 0).n + ng_best_get(b, 0).n : 0;
    NgBest *both = ng_best_new(k, width);

    for (size_t i = 0; i < ng_best_size(a); i++) {
        NgPartial head = ng_best_get(a, i);
        for (size_t j = 0; j < ng_best_size(b); j++) {
            NgPartial tail = ng_best_get(b, j);
            tail.score += head.score;
            if (tail.score < ng_best_floor(both))
                break;
            ng_best_offer(both, &head, &tail);
        }
    }
    ng_best_sort(both);
    return both;
}

/* Takes the next cluster of gaps at or after @from into @gap, emptied first. */
gboolean
ng_gaps_next(const NgGaps *self, size_t from, size_t window, GArray *gap)
{
    size_t known = 0; /* words since the last gap */

    g_array_set_size(gap, 0);
    for (size_t i = from; i < self->n && (gap->len == 0 || known < window); i++) {
        known++;
        if (self->words[i] == NG_WORD_NONE) {
            g_array_append_val(gap, i);
            known = 0;
        }
    }
    return gap->len > 0;
}

/* The state before word @to, from the one before word @at, which may be a gap of another cluster. */
NgState
ng_gaps_advance(const NgGaps *self, const NgVoice *voice, NgState state, size_t at, size_t to)
{
    for (; at < to; at++) {
        /* N - 1 known words follow each gap that is passed: what filled it is forgotten */
        NgWord word = self->words[at] == NG_WORD_NONE ? NG_WORD_UNKNOWN : self->words[at];
        ng_voice_step(voice, &state, word, NULL);
    }
    return state;
}

/* Whether the exact search of a cluster fits the memory that is allowed. */
gboolean
ng_gaps_fit(const NgGaps *self, const NgVoice *voice, const NgCloseGaps *close)
{
    return close->n <= PLACES_MAX && ng_backward_cost(voice, close) <= self->memory;
}

/* Solves a cluster and adds the log10 of the sum of all its fillings to @total. */
static NgBest *
solve(const NgVoice *voice, NgRank *rank, const NgGaps *gaps, const GArray *gap, NgState state,
      double *total)
{
    const NgCloseGaps close = ng_gaps_close(gaps, gap, ng_voice_order(voice));

    if (ng_gaps_fit(gaps, voice, &close)) {
        g_autoptr(NgBackward) ahead = ng_backward_new(voice, &close, gaps->threads);
        double mass = ng_backward_at(ahead, 0, state).mass;
        *total += mass > 0.0 ? log10(mass) + ng_backward_scale(ahead, 0) : -HUGE_VAL;
        return ng_joint_solve(voice, &close, ahead, state, gaps->k);
    }
    if (gaps->beams != NULL)
        ++*gaps->beams;
    NgBest *best = beam(voice, rank, gaps, gap, state);
    ng_best_truncate(best, gaps->k);
    *total += ng_forward_sum(voice, state, &close);
    return best;
}

/**
 * ng_fill:
 * @voice: a voice
 * @rank: of @voice
 * @gaps: a sequence and what is wanted
 * @total: (out): log10 of the sum over all fillings of what the scores are the logarithm of
 *
 * A score is the log10 probability of the words in the gaps and in the windows
 * behind them; what stands outside is the same for all.
 *
 * Returns: (transfer full): the @k best fillings, the best first; none where
 * none has a positive probability
 */
NgBest *
ng_fill(const NgVoice *voice, NgRank *rank, const NgGaps *gaps, double *total)
{
    g_return_val_if_fail(voice != NULL && rank != NULL && gaps != NULL && total != NULL, NULL);
    g_return_val_if_fail(gaps->k > 0 && gaps->beam > 0, NULL);

    g_autoptr(GArray) gap = g_array_new(FALSE, FALSE, sizeof(size_t));
    NgState state = ng_voice_begin(voice);
    NgBest *all = ng_best_new(1, 0);
    size_t at = 0; /* `state` has seen the words before it */
    size_t from = 0;

    *total = 0.0;
    ng_best_offer(all, &(NgPartial){0}, &(NgPartial){0});
    while (ng_gaps_next(gaps, from, ng_voice_order(voice) - 1, gap)) {
        state = ng_gaps_advance(gaps, voice, state, at, g_array_index(gap, size_t, 0));
        at = g_array_index(gap, size_t, 0);
        g_autoptr(NgBest) head = all;
        g_autoptr(NgBest) tail = solve(voice, rank, gaps, gap, state, total);
        all = ng_gaps_combine(head, tail, gaps->k);
        from = g_array_index(gap, size_t, gap->len - 1) + 1;
    }
    return all;
}

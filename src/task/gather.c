/*
 * Candidates of sampling
 *
 * The weight of a word is m = p, its probability by the model, or m = p^R, R >= 1,
 * where it is among the last words of the text.  Since p^R <= p, a walk over the
 * words with p above a floor meets all words with m above it; see rank.c and
 * mix-rank.c.  What all weights sum to follows from the sums of a voice, see
 * sums.c, and a correction for each of the last words; a mixture is summed over
 * all its words.
 *
 * The likeliest comes first, by m in double; of equals the one with the lowest id.
 */
#include "gather.h"

#include "mix-rank.h"
#include "rank.h"
#include "sums.h"

#include <math.h>
#include <stdlib.h>

struct NgGather {
    NgRank *rank;        /* (nullable): of a voice */
    NgMixRank *mix_rank; /* (nullable): of a mixture */
    NgSums *sums;        /* (nullable): of a voice */
    double penalty;      /* R */
    gboolean no_unk;
    size_t V;
    uint32_t *stamp; /* [V] number of the turn in which the word was recent */
    uint32_t turn;
    GArray *recent;  /* NgWord: different ones */
    GArray *changes; /* NgChange: of them and of `<unk>`; empty where not made */
    const NgWalk *place;
    double *p; /* (nullable): [V] scratch */
    GArray *out;
    size_t k; /* how many are kept; 0 for all */
    double floor;
};

/**
 * ng_gather_new:
 * @walk: where what is walked stands in; it outlives the new object
 * @penalty: R, at least 1
 * @no_unk: `<unk>` is no candidate
 *
 * Returns: (transfer full): free with ng_gather_free(); for one thread
 */
NgGather *
ng_gather_new(const NgWalk *walk, double penalty, gboolean no_unk)
{
    g_return_val_if_fail(walk != NULL && penalty >= 1.0, NULL);

    NgGather *self = g_new0(NgGather, 1);
    self->penalty = penalty;
    self->no_unk = no_unk;
    if (walk->voice != NULL) {
        self->rank = ng_rank_new(walk->voice);
        self->sums = ng_sums_new(walk->voice, 1.0);
        self->V = ng_voice_words(walk->voice);
    } else {
        self->mix_rank = ng_mix_rank_new(walk->mix);
        self->V = ng_mix_words(walk->mix);
    }
    self->stamp = g_new0(uint32_t, self->V);
    self->recent = g_array_new(FALSE, FALSE, sizeof(NgWord));
    self->changes = g_array_new(FALSE, FALSE, sizeof(NgChange));
    return self;
}

/**
 * ng_gather_free:
 * @self: (nullable) (transfer full): what ng_gather_new() gave
 */
void
ng_gather_free(NgGather *self)
{
    if (self == NULL)
        return;
    ng_rank_free(self->rank);
    ng_mix_rank_free(self->mix_rank);
    ng_sums_free(self->sums);
    g_array_unref(self->recent);
    g_array_unref(self->changes);
    g_free(self->stamp);
    g_free(self->p);
    g_free(self);
}

/**
 * ng_gather_go:
 * @self: what ng_gather_new() gave
 * @place: the context; it must stay
 * @recent: [@n] words that are penalised
 * @n: how many
 *
 * Goes to a place: what is asked from here on is meant there.
 */
void
ng_gather_go(NgGather *self, const NgWalk *place, const NgWord *recent, size_t n)
{
    self->place = place;
    g_array_set_size(self->recent, 0);
    g_array_set_size(self->changes, 0);
    if (++self->turn == 0) { /* the numbers are used up */
        for (size_t w = 0; w < self->V; w++)
            self->stamp[w] = 0;
        self->turn = 1;
    }
    for (size_t i = 0; i < n; i++) {
        if (self->stamp[recent[i]] == self->turn)
            continue;
        self->stamp[recent[i]] = self->turn;
        g_array_append_val(self->recent, recent[i]);
    }
}

/** ng_gather_is_recent: Returns: whether @word is penalised here */
gboolean
ng_gather_is_recent(const NgGather *self, NgWord word)
{
    return self->stamp[word] == self->turn;
}

static int
compare(const void *a, const void *b)
{
    const NgCandidate *x = a, *y = b;

    if (x->log != y->log)
        return x->log > y->log ? -1 : 1;
    return (x->word > y->word) - (x->word < y->word);
}

void
ng_gather_sort(GArray *candidates)
{
    if (candidates->len > 1)
        qsort(candidates->data, candidates->len, sizeof(NgCandidate), compare);
}

/* Keeps a word, unless its weight is below the floor; now and then the best k alone. */
static double
keep(NgGather *self, NgWord word, float logprob)
{
    NgCandidate candidate = {(double)logprob, word};

    if (word == NG_WORD_UNKNOWN && self->no_unk)
        return self->floor;
    if (ng_gather_is_recent(self, word))
        candidate.log = (double)(float)(candidate.log * self->penalty);
    if (candidate.log < self->floor)
        return self->floor;
    g_array_append_val(self->out, candidate);
    if (self->k > 0 && self->out->len >= 2 * self->k) {
        ng_gather_sort(self->out);
        g_array_set_size(self->out, (guint)self->k);
        self->floor = g_array_index(self->out, NgCandidate, self->k - 1).log;
    }
    return self->floor;
}

static double
keep_of_voice(NgWord word, float logprob, NgState after G_GNUC_UNUSED, gpointer data)
{
    return keep(data, word, logprob);
}

static double
keep_of_mixture(NgWord word, float logprob, const NgState *after G_GNUC_UNUSED, gpointer data)
{
    return keep(data, word, logprob);
}

static void
walk(NgGather *self, double floor, size_t k, GArray *out)
{
    self->out = out;
    self->k = k;
    self->floor = floor;
    g_array_set_size(out, 0);
    if (self->rank != NULL)
        ng_rank_walk(self->rank, self->place->state[0], floor, keep_of_voice, self);
    else
        ng_mix_rank_walk(self->mix_rank, self->place->state, floor, keep_of_mixture, self);
    ng_gather_sort(out);
}

/**
 * ng_gather_from:
 * @self: what ng_gather_new() gave
 * @floor: log10 of a weight
 * @out: (element-type NgCandidate): gets the words of no less weight, the likeliest first
 */
void
ng_gather_from(NgGather *self, double floor, GArray *out)
{
    walk(self, floor, 0, out);
}

/**
 * ng_gather_best:
 * @self: what ng_gather_new() gave
 * @k: how many, at least 1
 * @out: (element-type NgCandidate): gets the @k likeliest words
 */
void
ng_gather_best(NgGather *self, size_t k, GArray *out)
{
    walk(self, -HUGE_VAL, MIN(k, self->V), out);
    if (out->len > k)
        g_array_set_size(out, (guint)k);
}

static void
add(NgWhole *whole, float log10_m, double times)
{
    double m = ng_mass(log10_m);

    if (!(m > 0.0))
        return;
    whole->mass += times * m;
    whole->log += times * m * ((double)log10_m * G_LN10);
}

static void
change(NgGather *self, NgWord word)
{
    NgWalk walk = *self->place;
    NgChange change = {ng_walk_step(&walk, word, NULL), -HUGE_VALF};

    if (!(change.before > NG_MASS_ZERO))
        return;
    if (word != NG_WORD_UNKNOWN || !self->no_unk)
        change.after = (float)((double)change.before * self->penalty);
    g_array_append_val(self->changes, change);
}

/**
 * ng_gather_changes:
 * @self: what ng_gather_new() gave
 *
 * Returns: (transfer none) (element-type NgChange): the words that do not weigh what
 * the model says
 */
const GArray *
ng_gather_changes(NgGather *self)
{
    if (self->changes->len > 0)
        return self->changes;
    for (guint i = 0; i < self->recent->len; i++)
        change(self, g_array_index(self->recent, NgWord, i));
    if (self->no_unk && !ng_gather_is_recent(self, NG_WORD_UNKNOWN))
        change(self, NG_WORD_UNKNOWN);
    return self->changes;
}

static NgWhole
sum_of_mixture(NgGather *self)
{
    NgWhole whole = {0};

    if (self->p == NULL)
        self->p = g_new(double, self->V);
    ng_walk_distribution(self->place, self->p, NULL);
    for (size_t w = 0; w < self->V; w++)
        if (self->p[w] > 1e-99) { /* NG_MASS_ZERO */
            whole.mass += self->p[w];
            whole.log += self->p[w] * log(self->p[w]);
        }
    return whole;
}

/**
 * ng_gather_whole:
 * @self: what ng_gather_new() gave
 *
 * Returns: the sums over the weights of all words
 */
NgWhole
ng_gather_whole(NgGather *self)
{
    NgWhole whole;

    if (self->sums != NULL) {
        whole.mass = ng_sums_mass(self->sums, self->place->state[0]);
        whole.log = ng_sums_log(self->sums, self->place->state[0]);
    } else {
        whole = sum_of_mixture(self);
    }
    const GArray *changes = ng_gather_changes(self);
    for (guint i = 0; i < changes->len; i++) {
        const NgChange *change = &g_array_index(changes, NgChange, i);
        add(&whole, change->before, -1.0);
        add(&whole, change->after, 1.0);
    }
    return whole;
}

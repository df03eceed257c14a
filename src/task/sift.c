/*
 * Sampling that bends the law
 *
 * The law of the next word goes through these steps, each on what the one before
 * left, all that is left weighing 1 together:
 *   1. a word among the last ones of the text has p^R in place of p;
 *   2. top-k: the k likeliest words;
 *   3. typical: with H the entropy, the words with the least | -ln p - H |, until
 *      they have the mass wanted (Meister et al., Locally Typical Sampling, TACL 2023);
 *   4. top-p: the likeliest words until they have the mass wanted (Holtzman et al.,
 *      The Curious Case of Neural Text Degeneration, ICLR 2020);
 *   5. min-p: words of at least this part of the likeliest one's probability;
 *   6. temperature: p^(1/T).
 * The word that reaches the mass is the last to stay, and those as near or as likely as it; one always
 * stays.  Of words of equal probability the one with the lower id is among the k.
 *
 * Every step is meant over the whole vocabulary, and few words are looked at.  With
 * top-k, and in mixtures, the words that can pass the first filter are gathered, by
 * a floor that is lowered until it is known to be low enough; see gather.c.
 * Without, what a voice's filters leave is a range of probabilities, see band.c: a
 * word is drawn by the model's law, or that of the temperature, and thrown away
 * where it lies outside, or as often as the penalty wants it.
 *
 * With T below NG_SIFT_COLD, words more than DECADES T decades less likely than the
 * likeliest are left out: each would have a probability below 1e-30.
 *
 * Laws that do not depend on the last words are kept, up to KEPT bytes.
 */
#include "sift.h"

#include "band.h"
#include "draw.h"
#include "mix-draw.h"
#include "mix-states.h"

#include "ngram/die.h"
#include "ngram/mass.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLD    (1.0 / NG_SIFT_COLD)
#define DECADES 30.0 /* how far down likely words are looked at, in T */

enum {
    LAST = 64,       /* words back that a penalty looks */
    TRIALS = 1000,   /* words thrown away before the whole law is used */
    KEPT = 64 << 20, /* bytes of laws that are kept */
};

struct NgSift {
    NgSampling sampling;
    double power; /* 1 / T */
    gboolean filters;
    gboolean lists; /* the words left are listed each time, and none is thrown away */
    gboolean penalises;
    gboolean no_unk;
    NgGather *gather;
    NgAbove *above;      /* (nullable): of a voice, where its filters leave a band */
    NgDraw *draw;        /* (nullable): of a voice, tempered */
    NgMixDraw *mix_draw; /* (nullable): of a mixture */
    GArray *candidates;  /* NgCandidate */
    NgMixStates *states; /* contexts whose laws are kept */
    GPtrArray *laws;     /* NgSifted, by their numbers; NULL where not made */
    GArray *bands;       /* NgBand, by their numbers */
    size_t kept;         /* bytes */
    NgSifted *passing;   /* (nullable): the law that depends on the last words */
};

static void
free_law(gpointer data)
{
    NgSifted *law = data;

    if (law == NULL)
        return;
    g_free(law->word);
    g_free(law->cdf);
    g_free(law);
}

static void
forget(NgSift *self)
{
    ng_mix_states_clear(self->states);
    g_ptr_array_set_size(self->laws, 0);
    g_array_set_size(self->bands, 0);
    self->kept = 0;
}

/**
 * ng_sift_new:
 * @walk: what the words come from, wherever it stands; its model outlives the new object
 * @sampling: the options
 * @no_unk: never `<unk>`: it is left out before all else
 *
 * Returns: (transfer full): free with ng_sift_free(); for one thread
 */
NgSift *
ng_sift_new(const NgWalk *walk, const NgSampling *sampling, gboolean no_unk)
{
    g_return_val_if_fail(walk != NULL && sampling != NULL, NULL);

    NgSift *self = g_new0(NgSift, 1);
    self->sampling = *sampling;
    self->power = sampling->temperature > 0.0 ? 1.0 / sampling->temperature : 1.0;
    self->penalises = sampling->repeat_penalty > 1.0;
    self->filters = sampling->top_k > 0 || sampling->min_p > 0.0 || self->power > COLD ||
                    (sampling->typical > 0.0 && sampling->typical < 1.0) ||
                    (sampling->top_p > 0.0 && sampling->top_p < 1.0);
    self->no_unk = no_unk;
    self->gather = ng_gather_new(walk, MAX(sampling->repeat_penalty, 1.0), no_unk);
    if (walk->voice != NULL && sampling->top_k == 0 && self->filters)
        self->above = ng_above_new(walk->voice);
    self->lists = self->power > COLD || (self->filters && self->above == NULL);
    if (!self->lists && walk->voice != NULL)
        self->draw = ng_draw_new(walk->voice, no_unk, self->power);
    if (!self->lists && walk->mix != NULL)
        self->mix_draw = ng_mix_draw_new(walk->mix, no_unk);
    self->candidates = g_array_new(FALSE, FALSE, sizeof(NgCandidate));
    self->states = ng_mix_states_new(walk->mix != NULL ? ng_mix_size(walk->mix) : 1);
    self->laws = g_ptr_array_new_with_free_func(free_law);
    self->bands = g_array_new(FALSE, FALSE, sizeof(NgBand));
    return self;
}

/**
 * ng_sift_free:
 * @self: (nullable) (transfer full): what ng_sift_new() gave
 */
void
ng_sift_free(NgSift *self)
{
    if (self == NULL)
        return;
    ng_gather_free(self->gather);
    ng_above_free(self->above);
    ng_draw_free(self->draw);
    ng_mix_draw_free(self->mix_draw);
    g_array_unref(self->candidates);
    ng_mix_states_free(self->states);
    g_ptr_array_unref(self->laws);
    g_array_unref(self->bands);
    free_law(self->passing);
    g_free(self);
}

static NgCandidate *
at(const NgSift *self, guint i)
{
    return &g_array_index(self->candidates, NgCandidate, i);
}

static double
mass_of(const NgSift *self)
{
    double mass = 0.0;

    for (guint i = 0; i < self->candidates->len; i++)
        mass += ng_mass_wide(at(self, i)->log);
    return mass;
}

/* The words no more than @decades less likely than the likeliest. */
static void
gather_near(NgSift *self, double decades)
{
    double floor = -1.0;

    do {
        ng_gather_from(self->gather, floor, self->candidates);
        floor = floor > (double)NG_MASS_ZERO ? 2.0 * floor : -HUGE_VAL;
    } while (self->candidates->len == 0 && floor > -HUGE_VAL);
    if (self->candidates->len > 0)
        ng_gather_from(self->gather, at(self, 0)->log - decades, self->candidates);
}

/* The likeliest words, as many as have @mass or more. */
static void
gather_mass(NgSift *self, double mass)
{
    for (double floor = -2.0;; floor = floor > (double)NG_MASS_ZERO ? floor - 1.0 : -HUGE_VAL) {
        ng_gather_from(self->gather, floor, self->candidates);
        if (mass_of(self) >= mass || floor == -HUGE_VAL)
            return;
    }
}

static double
entropy_of(NgWhole whole)
{
    return log(whole.mass) - whole.log / whole.mass;
}

/* The words whose surprise is within some distance of the entropy, as many as have the mass wanted. */
static void
gather_typical(NgSift *self, NgWhole whole)
{
    double H = entropy_of(whole);

    for (double distance = 1.0;; distance *= 1.5) {
        double floor = (log(whole.mass) - H - distance) / G_LN10, mass = 0.0;
        gboolean all = floor < 2.0 * (double)NG_MASS_ZERO;
        ng_gather_from(self->gather, all ? -HUGE_VAL : floor, self->candidates);
        for (guint i = 0; i < self->candidates->len; i++)
            if (log(whole.mass) - at(self, i)->log * G_LN10 >= H - distance)
                mass += ng_mass_wide(at(self, i)->log);
        if (mass >= self->sampling.typical * whole.mass || all)
            return;
    }
}

/* A word by its distance from the entropy. */
typedef struct {
    double distance;
    NgCandidate candidate;
} Typical;

static int
by_distance(const void *a, const void *b)
{
    const Typical *x = a, *y = b;

    if (x->distance != y->distance)
        return x->distance < y->distance ? -1 : 1;
    return (x->candidate.word > y->candidate.word) - (x->candidate.word < y->candidate.word);
}

static void
keep_typical(NgSift *self, NgWhole whole)
{
    guint n = self->candidates->len, left = 0;
    double H = entropy_of(whole), mass = 0.0;
    g_autofree Typical *typical = g_new(Typical, n);

    for (guint i = 0; i < n; i++) {
        NgCandidate candidate = *at(self, i);
        typical[i] = (Typical){fabs(log(whole.mass) - candidate.log * G_LN10 - H), candidate};
    }
    if (n > 1)
        qsort(typical, n, sizeof typical[0], by_distance);
    while (left < n && (mass < self->sampling.typical * whole.mass ||
                        (left > 0 && typical[left].distance == typical[left - 1].distance))) {
        mass += ng_mass_wide(typical[left].candidate.log);
        *at(self, left) = typical[left].candidate;
        left++;
    }
    g_array_set_size(self->candidates, left);
    ng_gather_sort(self->candidates);
}

static void
keep_mass(NgSift *self, double wanted)
{
    guint left = 0;

    for (double mass = 0.0;
         left < self->candidates->len &&
         (mass < wanted || (left > 0 && at(self, left)->log == at(self, left - 1)->log));
         left++)
        mass += ng_mass_wide(at(self, left)->log);
    g_array_set_size(self->candidates, left);
}

static void
keep_near(NgSift *self, double decades)
{
    guint left = 0;

    while (left < self->candidates->len && at(self, left)->log >= at(self, 0)->log - decades)
        left++;
    g_array_set_size(self->candidates, left);
}

static NgWhole
whole_of(const NgSift *self)
{
    NgWhole whole = {0};

    for (guint i = 0; i < self->candidates->len; i++) {
        double log = at(self, i)->log, m = ng_mass_wide(log);
        whole.mass += m;
        whole.log += m * log * G_LN10;
    }
    return whole;
}

/* How much less likely than the likeliest a word may be for its weight to matter. */
static double
cold_of(const NgSift *self)
{
    return self->power > COLD ? DECADES / self->power : HUGE_VAL;
}

/* The words that a band leaves. */
static void
gather_band(NgSift *self, const NgWalk *place)
{
    guint first = 0;

    ng_above_go(self->above, place->state[0]);
    NgBand band = ng_band_find(self->above, self->gather, &self->sampling, cold_of(self));
    ng_gather_from(self->gather, band.low, self->candidates);
    while (first < self->candidates->len && at(self, first)->log > band.high)
        first++;
    g_array_remove_range(self->candidates, 0, first);
}

/* The steps in their order; the first filter gathers what it needs. */
static void
filter(NgSift *self)
{
    const NgSampling *s = &self->sampling;
    gboolean typical = s->typical > 0.0 && s->typical < 1.0;
    gboolean top_p = s->top_p > 0.0 && s->top_p < 1.0;
    double near = s->min_p > 0.0 ? -log10(s->min_p) : HUGE_VAL;
    double cold = cold_of(self);
    NgWhole whole = {0};

    if (s->top_k > 0) {
        ng_gather_best(self->gather, s->top_k, self->candidates);
        whole = whole_of(self);
    } else if (typical || top_p) {
        whole = ng_gather_whole(self->gather);
        if (typical)
            gather_typical(self, whole);
        else
            gather_mass(self, s->top_p * whole.mass);
    } else if (self->filters) {
        gather_near(self, MIN(near, cold));
    } else {
        ng_gather_from(self->gather, -HUGE_VAL, self->candidates);
    }
    if (typical) {
        keep_typical(self, whole);
        whole.mass = mass_of(self);
    }
    if (top_p)
        keep_mass(self, s->top_p * whole.mass);
    keep_near(self, MIN(near, cold));
}

/* What is left, weighed at the temperature, relative to the likeliest. */
static NgSifted *
new_law(NgSift *self, const NgWalk *place)
{
    NgSifted *law = g_new0(NgSifted, 1);

    if (self->above != NULL)
        gather_band(self, place);
    else
        filter(self);
    law->n = self->candidates->len;
    law->word = g_new(NgWord, law->n);
    law->cdf = g_new(double, law->n);
    for (guint i = 0; i < law->n; i++) {
        law->word[i] = at(self, i)->word;
        law->cdf[i] = ng_mass_wide(self->power * (at(self, i)->log - at(self, 0)->log));
    }
    ng_die_cumulate(law->cdf, law->cdf, law->n);
    return law;
}

static void
go(NgSift *self, const NgWalk *place, const NgWord *text, size_t n)
{
    size_t last = self->sampling.repeat_last > 0 ? self->sampling.repeat_last : LAST;

    last = self->penalises ? MIN(last, n) : 0;
    ng_gather_go(self->gather, place, last > 0 ? text + (n - last) : NULL, last);
}

/* The number of a place whose law or band is kept. */
static uint32_t
number_of(NgSift *self, const NgWalk *place)
{
    static const NgBand none = {1.0, 0.0};

    if (self->kept > KEPT)
        forget(self);
    uint32_t number = ng_mix_states_number(self->states, place->state);
    if (number == self->laws->len) {
        g_ptr_array_add(self->laws, NULL);
        g_array_append_val(self->bands, none);
        self->kept += 64;
    }
    return number;
}

static NgBand
band_of(NgSift *self, const NgWalk *place)
{
    uint32_t number = 0;

    if (!self->penalises) {
        number = number_of(self, place);
        NgBand kept = g_array_index(self->bands, NgBand, number);
        if (kept.low <= kept.high)
            return kept;
    }
    ng_above_go(self->above, place->state[0]);
    NgBand band = ng_band_find(self->above, self->gather, &self->sampling, cold_of(self));
    if (!self->penalises)
        g_array_index(self->bands, NgBand, number) = band;
    return band;
}

/* The law at a place that the text does not bend, made or kept. */
static const NgSifted *
kept_law(NgSift *self, const NgWalk *place)
{
    uint32_t number = number_of(self, place);
    NgSifted *law = g_ptr_array_index(self->laws, number);
    if (law == NULL) {
        law = new_law(self, place);
        g_ptr_array_index(self->laws, number) = law;
        self->kept += sizeof *law + law->n * (sizeof(NgWord) + sizeof(double));
    }
    return law;
}

/**
 * ng_sift_law:
 * @self: what ng_sift_new() gave
 * @place: where the next word comes
 * @text: [@n] the words before it, of the same text
 * @n: how many
 *
 * Returns: (transfer none): all words that may come, and their weights, until the
 * next call
 */
const NgSifted *
ng_sift_law(NgSift *self, const NgWalk *place, const NgWord *text, size_t n)
{
    g_return_val_if_fail(self != NULL && place != NULL && (text != NULL || n == 0), NULL);

    go(self, place, text, n);
    if (!self->penalises)
        return kept_law(self, place);
    free_law(self->passing);
    self->passing = new_law(self, place);
    return self->passing;
}

/* Whether a word that the model's law, or that of the temperature, gave, is kept: where it lies in
 * @band, with probability m^a / q, up to a factor that makes it at most 1.  @most is log10 of the
 * greatest p. */
static gboolean
keeps(const NgSift *self, const NgWalk *place, NgWord word, const NgBand *band, double most,
      NgRng *rng)
{
    gboolean recent = ng_gather_is_recent(self->gather, word);

    if (!recent && band == NULL && (self->draw != NULL || self->power == 1.0))
        return TRUE;
    NgWalk walk = *place;
    double p = (double)ng_walk_step(&walk, word, NULL);
    double m = recent ? (double)(float)(self->sampling.repeat_penalty * p) : p;
    if (band != NULL && !(m >= band->low && m <= band->high))
        return FALSE;
    double log = self->draw != NULL ? self->power * (m - p)
                                    : self->power * m - p - (self->power - 1.0) * most;
    return log >= 0.0 || ng_rng_coin(rng) < ng_mass_wide(log);
}

/* A word by proposal and rejection; %NG_WORD_NONE where that does not get anywhere. */
static NgWord
propose(NgSift *self, const NgWalk *place, NgRng *rng)
{
    double most = 0.0;
    NgBand band = {0.0, 0.0};

    if (self->above != NULL)
        band = band_of(self, place);
    if (self->mix_draw != NULL && self->power < 1.0)
        return NG_WORD_NONE; /* what is drawn would be too seldom unlikely */
    if (self->mix_draw != NULL && self->power > 1.0) {
        ng_gather_best(self->gather, 1, self->candidates);
        if (self->candidates->len == 0)
            return NG_WORD_NONE;
        /* a penalty may hide the greatest p, and p <= 1 always holds */
        most = self->penalises ? 0.0 : at(self, 0)->log;
    }
    for (int trial = 0; trial < TRIALS; trial++) {
        NgWord word = self->draw != NULL ? ng_draw_word(self->draw, place->state[0], rng)
                                         : ng_mix_draw_word(self->mix_draw, place->state, rng);
        if (word == NG_WORD_NONE ||
            keeps(self, place, word, self->above != NULL ? &band : NULL, most, rng))
            return word;
    }
    return NG_WORD_NONE;
}

/**
 * ng_sift_word:
 * @self: what ng_sift_new() gave
 * @place: where the next word comes
 * @text: [@n] the words before it, of the same text
 * @n: how many
 * @rng: (inout): chance
 *
 * Draws one word by ng_sift_law(); `</s>` is a word here.
 *
 * Returns: the word; %NG_WORD_NONE where no word has a positive probability
 */
NgWord
ng_sift_word(NgSift *self, const NgWalk *place, const NgWord *text, size_t n, NgRng *rng)
{
    g_return_val_if_fail(self != NULL && place != NULL && rng != NULL, NG_WORD_NONE);

    if (!self->lists) {
        go(self, place, text, n);
        NgWord word = propose(self, place, rng);
        if (word != NG_WORD_NONE)
            return word;
    }
    const NgSifted *law = ng_sift_law(self, place, text, n);
    if (law->n == 0 || !(law->cdf[law->n - 1] > 0.0))
        return NG_WORD_NONE;
    return law->word[ng_die_roll(law->cdf, law->n, ng_rng_coin(rng))];
}

/* The search for what was meant, held against all ways through the choices, one by one. */
#include "../../src/task/correct-parts.h"
#include "models.h"

#include "ngram/rng.h"

Suite *correct_search_suite(void);

enum { SPOTS_MAX = 5, GUESSES_MAX = 5, CHOICES_MAX = SPOTS_MAX * (GUESSES_MAX + 1) };

#define FITS          2 /* as the search fits the rate */
#define PRIOR_LETTERS 200.0

/**
 * Plain: a text, and the sum over all ways to read it.
 * @posterior: [spot][0..n - 1 a guess, GUESSES_MAX the word with the next]
 */
typedef struct {
    const NgVoice *voice;
    const NgSearchText *text;
    double rate;
    double posterior[SPOTS_MAX][GUESSES_MAX + 1];
    unsigned taken[SPOTS_MAX];
    double total, changes;
} Plain;

static double
step_word(const Plain *self, NgState *state, NgWord word)
{
    float logprob = ng_voice_step(self->voice, state, word, NULL);

    return word == NG_WORD_UNKNOWN ? 1.0 : pow(10.0, (double)logprob);
}

static void
finish_way(Plain *self, NgState state, double p, unsigned changes)
{
    NgState end = state;

    if (self->text->ends && !self->text->alone)
        p *= 0.5 + 0.5 * pow(10.0, (double)ng_voice_step(self->voice, &end, NG_WORD_END, NULL));
    self->total += p;
    self->changes += p * changes;
    for (size_t i = 0; i < self->text->n; i++)
        if (self->taken[i] <= GUESSES_MAX)
            self->posterior[i][self->taken[i]] += p;
}

/* All ways from a spot on. */
static void
go_on(Plain *self, size_t at, NgState state, double p, unsigned changes)
{
    if (at == self->text->n) {
        finish_way(self, state, p, changes);
        return;
    }
    const NgSpot *spot = &self->text->spot[at];
    for (guint g = 0; g < (spot->open ? spot->written->n : 1); g++) {
        const NgGuess *guess = &spot->written->guess[g];
        NgState next = state;
        double q = p * pow(10.0, (double)guess->weight) * (g > 0 ? self->rate : 1.0);
        q *= step_word(self, &next, guess->word);
        if (guess->second != NG_WORD_NONE)
            q *= step_word(self, &next, guess->second);
        self->taken[at] = g;
        go_on(self, at + 1, next, q, changes + (g > 0));
    }
    if (spot->joined == NG_WORD_NONE)
        return;
    NgState next = state;
    self->taken[at] = GUESSES_MAX;
    self->taken[at + 1] = GUESSES_MAX + 1; /* swallowed */
    p *= step_word(self, &next, spot->joined) * pow(10.0, -1.5) * self->rate;
    go_on(self, at + 2, next, p, changes + 1);
}

static void
sum_all(Plain *self)
{
    NgState empty;

    memset(self->posterior, 0, sizeof self->posterior);
    self->total = self->changes = 0.0;
    memset(&empty, 0, sizeof empty);
    if (self->text->begins && !self->text->alone)
        go_on(self, 0, ng_voice_begin(self->voice), 1.0, 0);
    go_on(self, 0, empty, 1.0, 0);
    for (size_t i = 0; i < self->text->n; i++)
        for (unsigned g = 0; g <= GUESSES_MAX; g++)
            self->posterior[i][g] /= self->total;
    self->changes /= self->total;
}

static void
sum_with_fitted_rate(Plain *self)
{
    double prior = pow(10.0, self->text->rate + (self->text->alone ? 1.5 : 0.0));
    double letters = PRIOR_LETTERS;

    for (size_t i = 0; i < self->text->n; i++)
        letters += self->text->spot[i].open ? self->text->spot[i].written->n_letters : 0;
    self->rate = prior;
    for (unsigned fit = 0; fit < FITS; fit++) {
        sum_all(self);
        self->rate = (self->changes + prior * PRIOR_LETTERS) / letters;
    }
    sum_all(self);
}

/* -- random texts ---------------------------------------------------------- */

static NgModel *
random_model(NgRng *rng, unsigned order)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (unsigned line = 0; line < 80; line++) {
        for (uint32_t n = ng_rng_u32(rng) % 6; n > 0; n--)
            g_string_append_printf(text, "%c ", "aabbcd"[ng_rng_u32(rng) % 6]);
        g_string_append_c(text, '\n');
    }
    return model_of_text(text->str, order, NG_SMOOTHING_WB, NG_TOKENS_SPACE);
}

static NgWord
random_id(NgRng *rng, size_t V)
{
    return (NgWord)(NG_WORDS_FIXED + ng_rng_u32(rng) % (V - NG_WORDS_FIXED));
}

static NgWritten *
random_written(NgRng *rng, size_t V)
{
    guint n = 1 + ng_rng_u32(rng) % GUESSES_MAX;
    NgWritten *self = g_malloc0(sizeof *self + n * sizeof(NgGuess));

    self->n = n;
    self->n_letters = 1 + ng_rng_u32(rng) % 9;
    self->known = ng_rng_u32(rng) % 3 > 0;
    self->id = self->known ? random_id(rng, V) : NG_WORD_UNKNOWN;
    for (guint i = 0; i < n; i++) {
        self->guess[i].word = i == 0 ? self->id : random_id(rng, V);
        self->guess[i].second =
            i > 0 && ng_rng_u32(rng) % 4 == 0 ? random_id(rng, V) : NG_WORD_NONE;
        self->guess[i].weight = -(float)(ng_rng_u32(rng) % 200) / 100.0F;
    }
    return self;
}

static void
fill_spots(NgRng *rng, NgSpot *spot, size_t n, size_t V)
{
    memset(spot, 0, n * sizeof *spot);
    for (size_t i = 0; i < n; i++) {
        spot[i].written = random_written(rng, V);
        spot[i].open = ng_rng_u32(rng) % 5 > 0;
        spot[i].seen = 1;
        spot[i].joined = i + 1 < n && ng_rng_u32(rng) % 4 == 0 ? random_id(rng, V) : NG_WORD_NONE;
    }
}

static void
hold_against(NgSearch *search, const Plain *plain)
{
    for (size_t i = 0; i < plain->text->n; i++) {
        size_t n = 0;
        const NgChoice *choice = ng_search_choices(search, i, &n);
        double sum = 0.0;
        for (size_t c = 0; c < n; c++) {
            unsigned g = choice[c].guess >= 0 ? (unsigned)choice[c].guess : GUESSES_MAX;
            ck_assert_double_eq_tol(choice[c].posterior, plain->posterior[i][g], 1e-4);
            sum += choice[c].posterior;
        }
        if (i > 0 && plain->text->spot[i - 1].joined != NG_WORD_NONE)
            sum += plain->posterior[i - 1][GUESSES_MAX];
        ck_assert_double_eq_tol(sum, 1.0, 1e-4); /* something was meant by every token */
    }
}

/*
 * 300 texts of up to five tokens with up to five guesses each, words for two and two for one among
 * them.  What the beam leaves out is less than a millionth each, so 1e-4 in all.
 */
START_TEST(posteriors_are_sums_over_all_ways)
{
    NgRng rng = ng_rng_new(2024, 0);

    for (unsigned round = 0; round < 300; round++) {
        g_autoptr(NgModel) model = random_model(&rng, 1 + round % 2);
        const NgVocab *vocab = ng_model_vocab(model);
        const NgGuesser guesser = {.model = model, .vocab = vocab};
        NgSpot spot[SPOTS_MAX];
        size_t n = 1 + ng_rng_u32(&rng) % SPOTS_MAX;
        const NgSearchText text = {
            .spot = spot,
            .n = n,
            .begins = round % 3 > 0,
            .ends = round % 5 > 0,
            .alone = round % 7 == 0,
            .rate = -(double)(ng_rng_u32(&rng) % 3),
        };
        Plain plain = {.voice = ng_model_voice(model, 0), .text = &text};
        NgSearch *search = ng_search_new(&guesser, 0);
        fill_spots(&rng, spot, n, ng_vocab_size(vocab));
        ng_search_run(search, &text);
        sum_with_fitted_rate(&plain);
        hold_against(search, &plain);
        ng_search_free(search);
        for (size_t i = 0; i < n; i++)
            g_free((NgWritten *)(uintptr_t)spot[i].written);
    }
}
END_TEST

Suite *
correct_search_suite(void)
{
    Suite *s = suite_create("correct_search");
    TCase *tc = tcase_create("correct_search");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, posteriors_are_sums_over_all_ways);
    suite_add_tcase(s, tc);
    return s;
}

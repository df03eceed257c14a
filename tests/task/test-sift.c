#include "../../src/task/sift.h"

#include "../../src/task/draw.h"
#include "../../src/task/sums.h"
#include "chi.h"
#include "generators.h"
#include "mixtures.h"

Suite *sift_suite(void);

/* A word of the plain law. */
typedef struct {
    NgWord word;
    double log; /* log10 of its weight */
    double m;   /* what it weighs */
    double key; /* what the words are sorted by, the least first */
} Plain;

static int
by_key(const void *a, const void *b)
{
    const Plain *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->word > y->word) - (x->word < y->word);
}

static double
sum(const Plain *plain, size_t n)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++)
        sum += plain[i].m;
    return sum;
}

/* The first words of @plain, sorted by their keys, that have the mass wanted of all of them, and those that
 * are as good as the last. */
static size_t
keep(Plain *plain, size_t n, double wanted)
{
    double whole = sum(plain, n), mass = 0.0;
    size_t left = 0;

    qsort(plain, n, sizeof *plain, by_key);
    while (left < n &&
           (mass < wanted * whole || (left > 0 && plain[left].key == plain[left - 1].key)))
        mass += plain[left++].m;
    return left;
}

/* The steps of sift.c as they are defined, over all words; the words left, the likeliest first. */
static size_t
plain_law_of(const NgWalk *place, size_t V, const NgSampling *s, gboolean no_unk,
             const NgWord *text, size_t n_text, Plain *plain)
{
    size_t n = 0;

    for (NgWord word = 0; word < V; word++) {
        NgWalk walk = *place;
        double log = word == NG_WORD_BEGIN ? -HUGE_VAL : (double)ng_walk_step(&walk, word, NULL);
        if (!(log > -99.0) || (no_unk && word == NG_WORD_UNKNOWN))
            continue;
        size_t last = s->repeat_last > 0 ? s->repeat_last : 64;
        for (size_t i = n_text > last ? n_text - last : 0; i < n_text; i++)
            if (text[i] == word && s->repeat_penalty > 1.0) {
                log = (double)(float)(log * s->repeat_penalty);
                break;
            }
        plain[n++] = (Plain){word, log, pow(10.0, log), -log};
    }
    qsort(plain, n, sizeof *plain, by_key);
    if (s->top_k > 0)
        n = MIN(n, s->top_k);
    if (s->typical > 0.0 && s->typical < 1.0) {
        double Z = sum(plain, n), H = 0.0;
        for (size_t i = 0; i < n; i++)
            H -= plain[i].m / Z * log(plain[i].m / Z);
        for (size_t i = 0; i < n; i++)
            plain[i].key = fabs(-log(plain[i].m / Z) - H);
        n = keep(plain, n, s->typical);
    }
    for (size_t i = 0; i < n; i++)
        plain[i].key = -plain[i].log;
    qsort(plain, n, sizeof *plain, by_key);
    if (s->top_p > 0.0 && s->top_p < 1.0)
        n = keep(plain, n, s->top_p);
    while (n > 0 && plain[n - 1].m < s->min_p * plain[0].m * (1.0 - 1e-12))
        n--;
    for (size_t i = 0; i < n; i++)
        plain[i].m = pow(10.0, (plain[i].log - plain[0].log) *
                                   (s->temperature > 0.0 ? 1.0 / s->temperature : 1.0));
    double Z = sum(plain, n);
    for (size_t i = 0; i < n; i++)
        plain[i].m /= Z;
    return n;
}

/* No round masses: where a sum is the mass wanted up to rounding, either side is right. */
static const NgSampling samplings[] = {
    {.temperature = 0.7},
    {.temperature = 1.5},
    {.temperature = 0.05},
    {.top_k = 1},
    {.top_k = 5},
    {.top_k = 3, .temperature = 2.0},
    {.top_p = 0.2963},
    {.top_p = 0.8963},
    {.top_p = 0.99887},
    {.min_p = 0.0463},
    {.min_p = 0.4963, .temperature = 0.5},
    {.typical = 0.1963},
    {.typical = 0.6963},
    {.typical = 0.9463, .temperature = 1.3},
    {.repeat_penalty = 1.2},
    {.repeat_penalty = 2.0, .temperature = 0.8},
    {.repeat_penalty = 2.0, .temperature = 1.7, .repeat_last = 3},
    {.repeat_penalty = 3.0, .top_k = 4},
    {.repeat_penalty = 1.5, .top_p = 0.5963},
    {.repeat_penalty = 1.5, .typical = 0.5963},
    {.repeat_penalty = 1.5, .min_p = 0.0963},
    {.repeat_penalty = 4.0, .temperature = 0.1},
    {.top_k = 20, .typical = 0.8963, .top_p = 0.7963, .min_p = 0.0463, .temperature = 0.8},
    {.typical = 0.8963, .top_p = 0.7963, .min_p = 0.0463, .temperature = 0.8},
    {.repeat_penalty = 1.3,
     .repeat_last = 5,
     .top_k = 10,
     .typical = 0.9463,
     .top_p = 0.8963,
     .min_p = 0.0163,
     .temperature = 1.2},
};

enum { SAMPLINGS = G_N_ELEMENTS(samplings), PLACES = 30, TEXT_MAX = 100 };

/* A place in a text, and the words before it. */
typedef struct {
    NgWalk walk;
    NgWord text[TEXT_MAX];
    size_t n;
} Place;

/* Places in texts of the model; the last words of some are repeated. */
static size_t
places_of(NgModel *model, Place *place, size_t n)
{
    const NgGenerateOptions options = {0};
    g_autoptr(NgGenerator) generator = generator_of(model, &options);
    size_t found = 0;

    for (uint64_t i = 0; found < n; i++) {
        NgRng rng = ng_rng_new(17, i);
        NgGenerated text;
        ck_assert(ng_generator_draw(generator, &rng, &text, NULL));
        Place here = {.n = 0};
        ng_walk_init(&here.walk, model, 0);
        ng_walk_begin(&here.walk);
        for (size_t w = 0; w <= MIN(text.n, TEXT_MAX - 1) && found < n; w++) {
            place[found++] = here;
            if (w == text.n)
                break;
            here.text[here.n++] = text.words[w];
            ng_walk_step(&here.walk, text.words[w], NULL);
        }
        ng_generated_clear(&text);
    }
    return found;
}

static void
assert_law(NgSift *sift, const Place *place, size_t V, const NgSampling *sampling, gboolean no_unk)
{
    g_autofree Plain *plain = g_new(Plain, V);
    size_t n = plain_law_of(&place->walk, V, sampling, no_unk, place->text, place->n, plain);
    const NgSifted *law = ng_sift_law(sift, &place->walk, place->text, place->n);
    double before = 0.0, whole = law->n > 0 ? law->cdf[law->n - 1] : 1.0;

    if (n != law->n && sampling->temperature > 0.0 && sampling->temperature < NG_SIFT_COLD) {
        ck_assert_uint_lt(law->n, n); /* what is left out weighs nothing */
        while (n > law->n)
            ck_assert_double_lt(plain[--n].m, 1e-29);
    }
    ck_assert_uint_eq(law->n, n);
    for (size_t i = 0; i < n; i++) {
        ck_assert_uint_eq(law->word[i], plain[i].word);
        ck_assert_double_eq_tol((law->cdf[i] - before) / whole, plain[i].m, 1e-9);
        before = law->cdf[i];
    }
}

START_TEST(laws_are_those_of_the_definition)
{
    g_autoptr(NgModel) model = model_number(_i);
    size_t V = ng_vocab_size(ng_model_vocab(model));
    g_autofree Place *place = g_new(Place, PLACES);
    size_t n = places_of(model, place, PLACES);

    for (size_t k = 0; k < 2 * SAMPLINGS; k++) {
        const NgSampling *sampling = &samplings[k / 2];
        g_autoptr(NgSift) sift = ng_sift_new(&place[0].walk, sampling, k % 2 == 1);
        for (size_t i = 0; i < 2 * n; i++) /* made, and kept */
            assert_law(sift, &place[i % n], V, sampling, k % 2 == 1);
    }
}
END_TEST

START_TEST(laws_of_mixtures_are_those_of_the_definition)
{
    g_autoptr(NgModel) mix = mixture_number(_i);
    size_t V = ng_vocab_size(ng_model_vocab(mix));
    g_autofree Place *place = g_new(Place, PLACES);
    size_t n = places_of(mix, place, PLACES);

    for (size_t k = 0; k < 2 * SAMPLINGS; k++) {
        const NgSampling *sampling = &samplings[k / 2];
        g_autoptr(NgSift) sift = ng_sift_new(&place[0].walk, sampling, k % 2 == 1);
        for (size_t i = 0; i < 2 * n; i++)
            assert_law(sift, &place[i % n], V, sampling, k % 2 == 1);
    }
}
END_TEST

/* 4 places for each of the laws, each test with a false-alarm rate of 1e-5; the seed is fixed. */
static void
assert_draws(NgModel *model, size_t k)
{
    const NgSampling *sampling = &samplings[k / 2];
    size_t V = ng_vocab_size(ng_model_vocab(model));
    g_autofree Place *place = g_new(Place, PLACES);
    size_t n = places_of(model, place, PLACES);
    g_autofree Plain *plain = g_new(Plain, V);
    g_autofree double *p = g_new(double, V);
    g_autofree unsigned *count = g_new(unsigned, V);
    g_autoptr(NgSift) sift = ng_sift_new(&place[0].walk, sampling, k % 2 == 1);

    for (size_t i = 0; i < n; i += 9) {
        size_t left =
            plain_law_of(&place[i].walk, V, sampling, k % 2 == 1, place[i].text, place[i].n, plain);
        NgRng rng = ng_rng_new(23, i);
        for (size_t w = 0; w < V; w++)
            p[w] = count[w] = 0;
        for (size_t w = 0; w < left; w++)
            p[plain[w].word] = plain[w].m;
        for (int draw = 0; draw < 20000; draw++) {
            NgWord word = ng_sift_word(sift, &place[i].walk, place[i].text, place[i].n, &rng);
            if (word >= V) /* ck_assert() is too slow to be called each time */
                ck_abort_msg("word %u of %zu", word, V);
            count[word]++;
        }
        assert_counts(count, p, V, 20000);
    }
}

START_TEST(draws_follow_the_law)
{
    g_autoptr(NgModel) model = model_number(_i % MODELS);

    for (size_t k = (size_t)(_i / MODELS); k < 2 * SAMPLINGS; k += 4)
        assert_draws(model, k);
}
END_TEST

START_TEST(draws_of_mixtures_follow_the_law)
{
    g_autoptr(NgModel) mix = mixture_number(0);

    for (size_t k = (size_t)_i; k < 2 * SAMPLINGS; k += 4)
        assert_draws(mix, k);
}
END_TEST

/* The sums against those over the whole distribution, in every context of the model. */
START_TEST(sums_of_powers_are_those_over_all_words)
{
    static const double powers[] = {0.3, 1.0, 1.7};
    g_autoptr(NgModel) model = model_number(_i);
    const NgVoice *voice = ng_model_voice(model, 0);
    size_t V = ng_voice_words(voice);

    for (size_t k = 0; k < G_N_ELEMENTS(powers); k++) {
        g_autoptr(NgSums) sums = ng_sums_new(voice, powers[k]);
        for (uint32_t length = 0; length < ng_voice_order(voice); length++)
            for (uint32_t i = 0; i < (length > 0 ? ng_voice_level_size(voice, length) : 1); i++) {
                NgState context = {length, i};
                double mass = 0.0, log_sum = 0.0;
                for (NgWord w = 0; w < V; w++) {
                    NgState state = context;
                    double log = (double)ng_voice_step(voice, &state, w, NULL);
                    if (w == NG_WORD_BEGIN || !(log > -99.0))
                        continue;
                    double q = pow(10.0, powers[k] * log);
                    mass += q;
                    log_sum += q * powers[k] * log * G_LN10;
                }
                double slack = 1e-5 * (1.0 + mass - log_sum);
                ck_assert_double_eq_tol(ng_sums_mass(sums, context), mass, slack);
                ck_assert_double_eq_tol(ng_sums_log(sums, context), log_sum, slack);
            }
    }
}
END_TEST

/* Tempered dice, without a filter: 3 temperatures, as above. */
START_TEST(tempered_dice_follow_the_law)
{
    g_autoptr(NgModel) model = model_number(_i % MODELS);
    const NgSampling sampling = {.temperature = _i / MODELS == 0   ? 0.3
                                                : _i / MODELS == 1 ? 0.8
                                                                   : 2.5};
    const NgVoice *voice = ng_model_voice(model, 0);
    g_autoptr(NgDraw) draw = ng_draw_new(voice, FALSE, 1.0 / sampling.temperature);
    size_t V = ng_voice_words(voice);
    g_autofree Place *place = g_new(Place, PLACES);
    size_t n = places_of(model, place, PLACES);
    g_autofree Plain *plain = g_new(Plain, V);

    for (size_t i = 0; i < n; i += 5) {
        g_autofree double *p = g_new0(double, V);
        g_autofree unsigned *count = g_new0(unsigned, V);
        NgRng rng = ng_rng_new(29, i);
        size_t left = plain_law_of(&place[i].walk, V, &sampling, FALSE, NULL, 0, plain);
        for (size_t w = 0; w < left; w++)
            p[plain[w].word] = plain[w].m;
        for (int k = 0; k < 50000; k++) {
            NgWord word = ng_draw_word(draw, place[i].walk.state[0], &rng);
            if (word >= V)
                ck_abort_msg("word %u of %zu", word, V);
            count[word]++;
        }
        assert_counts(count, p, V, 50000);
    }
}
END_TEST

Suite *
sift_suite(void)
{
    Suite *suite = suite_create("sift");
    TCase *law = tcase_create("law");

    tcase_set_timeout(law, 120.0);
    tcase_add_loop_test(law, laws_are_those_of_the_definition, 0, MODELS);
    tcase_add_loop_test(law, laws_of_mixtures_are_those_of_the_definition, 0, MIXTURES);
    tcase_add_loop_test(law, sums_of_powers_are_those_over_all_words, 0, MODELS);
    tcase_add_loop_test(law, draws_follow_the_law, 0, 4 * MODELS);
    tcase_add_loop_test(law, draws_of_mixtures_follow_the_law, 0, 4);
    tcase_add_loop_test(law, tempered_dice_follow_the_law, 0, 3 * MODELS);
    suite_add_tcase(suite, law);
    return suite;
}

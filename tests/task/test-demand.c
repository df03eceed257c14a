#include "chi.h"
#include "generators.h"
#include "mixtures.h"

#include "ngram/error.h"

Suite *demand_suite(void);

enum { MOST = 6, DRAWS = 20000 };

/* Demands that make the texts finitely many: at most MOST words of at most 8. */
static const NgGenerateOptions demands[] = {
    {.max_words = MOST},
    {.min_words = 3, .max_words = 5},
    {.max_words = MOST, .suffix = "b a"},
    {.max_words = MOST, .suffix = "a", .no_unk = TRUE},
    {.max_words = MOST, .containing = "a b"},
    {.max_words = MOST, .containing = "a a", .no_unk = TRUE},
    {.max_words = MOST, .containing = "a b a"},
    {.max_words = MOST, .prefix = "a", .suffix = "a b"},
    {.max_words = MOST, .prefix = "b a", .containing = "a a"},
    {.max_words = MOST, .prefix = "b a", .suffix = "a a"},
    {.max_words = MOST, .containing = "b a", .suffix = "a b"},
    {.max_words = MOST, .prefix = "a b", .containing = "b a", .suffix = "a a"},
    {.max_words = MOST, .prefix = "a b", .containing = "a b", .suffix = "b"},
    {.max_words = MOST, .min_words = 5, .containing = "a b", .suffix = "b a b", .no_unk = TRUE},
    {.max_words = 4, .min_words = 4, .suffix = "a"},
};

enum { DEMANDS = G_N_ELEMENTS(demands) };

/* A text as a number: its words as digits, `</s>` behind. */
static size_t
number_of(const NgWord *words, size_t n, size_t V)
{
    size_t number = 0;

    for (size_t i = 0; i < MOST; i++)
        number = number * V + (i < n ? words[i] : NG_WORD_END);
    return number;
}

/* Whether the words of @text, cut at blanks, stand at @at. */
static gboolean
stands_at(const NgModel *model, const char *text, const NgWord *words, size_t n, size_t at)
{
    g_auto(GStrv) parts = g_strsplit(text, " ", -1);

    for (size_t i = 0; parts[i] != NULL; i++)
        if (at + i >= n ||
            words[at + i] != ng_vocab_find(ng_model_vocab(model), parts[i], strlen(parts[i])))
            return FALSE;
    return TRUE;
}

static gboolean
fits(const NgModel *model, const NgGenerateOptions *o, const NgWord *words, size_t n)
{
    gboolean contains = o->containing == NULL;
    size_t ending = o->suffix != NULL ? (strlen(o->suffix) + 1) / 2 : 0;

    if (n < o->min_words || n > o->max_words || n < ending)
        return FALSE;
    if (o->prefix != NULL && !stands_at(model, o->prefix, words, n, 0))
        return FALSE;
    if (o->suffix != NULL && !stands_at(model, o->suffix, words, n, n - ending))
        return FALSE;
    for (size_t i = 0; i < n && !contains; i++)
        contains = stands_at(model, o->containing, words, n, i);
    return contains;
}

/* The law of all texts, the plain way: depth first, each word by a step. */
static void
add_texts(const NgModel *model, const NgGenerateOptions *o, const NgWalk *here, NgWord *words,
          size_t n, double p, double *law)
{
    size_t V = ng_vocab_size(ng_model_vocab(model));
    NgWalk walk = *here;
    double known = 1.0;

    if (o->no_unk)
        known = 1.0 - pow(10.0, (double)ng_walk_step(&walk, NG_WORD_UNKNOWN, NULL));
    for (NgWord word = 0; word < V; word++) {
        walk = *here;
        if (word == NG_WORD_BEGIN || (word == NG_WORD_UNKNOWN && o->no_unk))
            continue;
        double q = p * pow(10.0, (double)ng_walk_step(&walk, word, NULL)) / known;
        if (word == NG_WORD_END) {
            if (fits(model, o, words, n))
                law[number_of(words, n, V)] += q;
        } else if (n < MOST) {
            words[n] = word;
            add_texts(model, o, &walk, words, n + 1, q, law);
        }
    }
}

/* The texts of @asked that are within @options follow the law of @options. */
static void
assert_law_of(NgModel *model, const NgGenerateOptions *asked, const NgGenerateOptions *options)
{
    g_autoptr(NgGenerator) generator = generator_of(model, asked);
    size_t V = ng_vocab_size(ng_model_vocab(model)), cells = 1;
    NgWord words[MOST];
    NgWalk walk;
    double sum = 0.0;
    unsigned drawn = 0;

    for (size_t i = 0; i < MOST; i++)
        cells *= V;
    g_autofree double *law = g_new0(double, cells);
    g_autofree unsigned *count = g_new0(unsigned, cells);
    ng_walk_init(&walk, model, 0);
    ng_walk_begin(&walk);
    add_texts(model, options, &walk, words, 0, 1.0, law);
    for (size_t i = 0; i < cells; i++)
        sum += law[i];
    for (size_t i = 0; i < cells; i++)
        law[i] /= sum;
    for (uint64_t i = 0; i < DRAWS; i++) {
        NgRng rng = ng_rng_new(31, i);
        NgGenerated text;
        ck_assert(ng_generator_draw(generator, &rng, &text, NULL));
        if (text.n <= options->max_words) {
            count[number_of(text.words, text.n, V)]++;
            drawn++;
        }
        ng_generated_clear(&text);
    }
    assert_counts(count, law, cells, drawn);
}

static void
assert_law(NgModel *model, const NgGenerateOptions *options)
{
    assert_law_of(model, options, options);
}

/* Each with a false-alarm rate of 1e-5; the seed is fixed. */
START_TEST(texts_follow_the_law_given_what_is_asked)
{
    g_autoptr(NgModel) model = model_of_arpa(katz);

    assert_law(model, &demands[_i]);
}
END_TEST

START_TEST(texts_of_mixtures_follow_the_law_given_what_is_asked)
{
    g_autoptr(NgModel) mix = mixture_number(0);

    assert_law(mix, &demands[_i]);
}
END_TEST

/* Demands that leave texts of any length; those of at most MOST words are compared. */
static const NgGenerateOptions unbounded[] = {
    {.suffix = "b a"},
    {.suffix = "a", .min_words = 2},
    {.suffix = "a", .no_unk = TRUE},
    {.containing = "a b"},
    {.containing = "a a", .no_unk = TRUE},
    {.containing = "a b a", .prefix = "b a"},
    {.prefix = "a b", .suffix = "b a"},
    {.containing = "a b", .suffix = "b a"},
    {.prefix = "b a", .containing = "a b", .suffix = "b a a"},
    {.min_words = 5},
};

START_TEST(texts_of_any_length_follow_the_law_given_what_is_asked)
{
    g_autoptr(NgModel) model = model_of_arpa(katz);
    NgGenerateOptions bounded = unbounded[_i];

    bounded.max_words = MOST;
    assert_law_of(model, &unbounded[_i], &bounded);
}
END_TEST

/* What is summed up to texts of 400 words, by the states of the walk; longer ones have no mass that a
 * double would show. */
static double
chance_of(NgModel *model, const NgGenerateOptions *o)
{
    enum { V = 8, LONG = 400 };
    static double here[V * V * V], there[V * V * V]; /* by the last three words, <s> for none */
    const NgVoice *voice = ng_model_voice(model, 0);
    double chance = 0.0;

    ck_assert_uint_le(ng_vocab_size(ng_model_vocab(model)), V);
    memset(here, 0, sizeof here);
    here[(NG_WORD_BEGIN * V + NG_WORD_BEGIN) * V + NG_WORD_BEGIN] = 1.0;
    for (size_t n = 0; n < LONG; n++) {
        memset(there, 0, sizeof there);
        for (NgWord key = 0; key < V * V * V; key++) {
            const NgWord last[] = {key / (V * V), key / V % V, key % V};
            size_t known = MIN(n, 3);
            for (NgWord w = 0; w < ng_voice_words(voice) && here[key] > 0.0; w++) {
                NgState state = known < 3 ? ng_voice_begin(voice) : (NgState){0};
                for (size_t i = 3 - known; i < 3; i++)
                    ng_voice_step(voice, &state, last[i], NULL);
                double p = here[key] * pow(10.0, (double)ng_voice_step(voice, &state, w, NULL));
                if (w == NG_WORD_END && n >= o->min_words && n >= (strlen(o->suffix) + 1) / 2 &&
                    stands_at(model, o->suffix, last + 3 - known, known,
                              known - MIN(known, (strlen(o->suffix) + 1) / 2)))
                    chance += p;
                else if (w != NG_WORD_END && w != NG_WORD_BEGIN)
                    there[key % (V * V) * V + w] += p;
            }
        }
        memcpy(here, there, sizeof here);
    }
    return chance;
}

START_TEST(the_chance_is_what_texts_that_fit_have_together)
{
    static const NgGenerateOptions some[] = {
        {.suffix = "b a"}, {.suffix = "a"}, {.suffix = "a b b"}, {.suffix = "b", .min_words = 3}};
    g_autoptr(NgModel) model = model_of_arpa(katz);
    g_autoptr(NgGenerator) generator = generator_of(model, &some[_i]);
    double chance = chance_of(model, &some[_i]);

    ck_assert_double_gt(chance, 0.0);
    /* the model's sums are 1 to the digits of its ARPA text; the law divides by them */
    ck_assert_double_eq_tol(ng_generator_chance(generator) / chance, 1.0, 1e-5);
}
END_TEST

/* One text in 10^9 or so has 60 words: far more than any number of tries. */
START_TEST(lengths_that_never_come_are_drawn_all_the_same)
{
    g_autoptr(NgModel) model = model_of_arpa(katz);
    const NgGenerateOptions options = {.min_words = 60, .max_words = 60, .tries = 1};
    g_autoptr(NgGenerator) generator = generator_of(model, &options);
    g_autoptr(NgGenerator) copy = ng_generator_copy(generator, NULL);

    ck_assert_double_lt(ng_generator_chance(generator), 1e-3);
    for (uint64_t i = 0; i < 50; i++) {
        NgRng rng = ng_rng_new(31, i), again = rng;
        NgGenerated text, same;
        ck_assert(ng_generator_draw(generator, &rng, &text, NULL));
        ck_assert(ng_generator_draw(copy, &again, &same, NULL));
        ck_assert_uint_eq(text.n, 60);
        ck_assert_uint_eq(text.tries, 1);
        ck_assert_mem_eq(text.words, same.words, 60 * sizeof(NgWord));
        ng_generated_clear(&text);
        ng_generated_clear(&same);
    }
}
END_TEST

/* Packed and of a higher order, with many more words: what is asked holds, and each at the first try. */
START_TEST(texts_of_larger_models_meet_what_is_asked)
{
    static const NgGenerateOptions asked[] = {
        {.suffix = "the end"}, {.containing = "was the"}, {.suffix = "good", .containing = "it"}};
    g_autoptr(NgModel) model =
        model_of_text(reviews, (guint)_i / 3 * 3 + 1, NG_SMOOTHING_WB, NG_TOKENS_SPACE);
    NgGenerateOptions options = asked[_i % 3];
    g_autoptr(GError) error = NULL;
    g_autoptr(NgGenerator) generator = ng_generator_new(model, 0, &options, &error);

    if (generator == NULL) { /* a word that this text does not have */
        ck_assert_ptr_nonnull(strstr(error->message, "is no word of the model"));
        return;
    }
    for (uint64_t i = 0; i < 50; i++) {
        NgRng rng = ng_rng_new(8, i);
        NgGenerated text;
        ck_assert(ng_generator_draw(generator, &rng, &text, NULL));
        g_autofree char *tokens = ng_generator_tokens(generator, &text);
        if (options.suffix != NULL)
            ck_assert(g_str_has_suffix(tokens, options.suffix));
        if (options.containing != NULL)
            ck_assert_ptr_nonnull(strstr(tokens, options.containing));
        ng_generated_clear(&text);
    }
}
END_TEST

static const struct {
    NgGenerateOptions options;
    const char *message;
} bad[] = {
    {{.suffix = "zeppelin"},
     "the suffix holds 'zeppelin', which is no word of the model (leave it out)"},
    {{.containing = "a <unk>"},
     "what texts shall contain holds '<unk>', which is no word of the model (leave it out)"},
    {{.suffix = " "}, "the suffix holds no word"},
    {{.suffix = "a b a", .max_words = 2},
     "3 words are asked for, more than the 2 allowed at most (allow more words)"},
    {{.suffix = "a", .greedy = TRUE},
     "the likeliest word each time gives one text: nothing can be asked of it but its length "
     "(sample)"},
    {{.sampling.top_p = 1.5}, "top-p, min-p and typical are parts of 1"},
    {{.sampling.temperature = -1.0}, "the temperature must be above 0 and at most 1,000,000"},
    {{.sampling.repeat_penalty = 0.5}, "the penalty of repeated words must be from 1 to 1,000,000"},
    {{.sampling.top_k = 3, .greedy = TRUE},
     "the likeliest word each time is no matter of sampling (choose one of the two)"},
};

START_TEST(what_cannot_be_asked_is_refused)
{
    g_autoptr(NgModel) model = model_of_arpa(katz);
    g_autoptr(GError) error = NULL;
    g_autoptr(NgGenerator) generator = ng_generator_new(model, 0, &bad[_i].options, &error);

    ck_assert_ptr_null(generator);
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_RANGE));
    ck_assert_str_eq(error->message, bad[_i].message);
}
END_TEST

Suite *
demand_suite(void)
{
    Suite *suite = suite_create("demand");
    TCase *law = tcase_create("law");

    tcase_set_timeout(law, 60.0);
    tcase_add_loop_test(law, texts_follow_the_law_given_what_is_asked, 0, DEMANDS);
    tcase_add_loop_test(law, texts_of_mixtures_follow_the_law_given_what_is_asked, 0, DEMANDS);
    tcase_add_loop_test(law, texts_of_any_length_follow_the_law_given_what_is_asked, 0,
                        G_N_ELEMENTS(unbounded));
    tcase_add_loop_test(law, the_chance_is_what_texts_that_fit_have_together, 0, 4);
    tcase_add_test(law, lengths_that_never_come_are_drawn_all_the_same);
    tcase_add_loop_test(law, texts_of_larger_models_meet_what_is_asked, 0, 9);
    tcase_add_loop_test(law, what_cannot_be_asked_is_refused, 0, G_N_ELEMENTS(bad));
    suite_add_tcase(suite, law);
    return suite;
}

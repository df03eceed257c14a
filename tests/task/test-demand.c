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

static void
assert_law(NgModel *model, const NgGenerateOptions *options)
{
    g_autoptr(NgGenerator) generator = generator_of(model, options);
    size_t V = ng_vocab_size(ng_model_vocab(model)), cells = 1;
    NgWord words[MOST];
    NgWalk walk;
    double sum = 0.0;

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
        count[number_of(text.words, text.n, V)]++;
        ng_generated_clear(&text);
    }
    assert_counts(count, law, cells, DRAWS);
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
    tcase_add_loop_test(law, what_cannot_be_asked_is_refused, 0, G_N_ELEMENTS(bad));
    suite_add_tcase(suite, law);
    return suite;
}

#include "mixtures.h"

#include "ngram/complete.h"

Suite *mix_fill_suite(void);

enum { BLANKS_MAX = 3 };

static const char *const templates[] = {
    "?",       "a ?",         "? b",     "a ? b",   "? nowhere b",
    "d ? a x", "a ? ? b",     "? ?",     "? d ? a", "a ? b a d e ?",
    "? ? ?",   "? <unk> ? b", "x ? x x", "? x ? x", "? a b ? d",
};

/* All fillings, by a count through them. */
typedef struct {
    NgWord words[BLANKS_MAX];
    double p;
} Filling;

static int
by_falling_probability(const void *a, const void *b)
{
    const Filling *x = a, *y = b;

    return (x->p < y->p) - (x->p > y->p);
}

/* [V - 3]^blanks fillings with their joint probability, the most probable first. */
static GArray *
brute_force(NgModel *mix, const char *text, gboolean eos)
{
    g_auto(GStrv) parts = g_strsplit(text, " ", -1);
    const NgVocab *vocab = ng_model_vocab(mix);
    GArray *all = g_array_new(FALSE, TRUE, sizeof(Filling));
    Filling f = {{NG_WORDS_FIXED, NG_WORDS_FIXED, NG_WORDS_FIXED}, 0.0};
    size_t blanks = 0;

    for (char **part = parts; *part != NULL; part++)
        blanks += g_str_equal(*part, "?");
    do {
        NgWord words[16];
        size_t n = 0, blank = 0;
        f.p = 1.0;
        for (char **part = parts; *part != NULL; part++) {
            NgWord word = g_str_equal(*part, "?") ? f.words[blank++]
                                                  : ng_vocab_find(vocab, *part, strlen(*part));
            f.p *= plain_law(mix, words, n, word);
            words[n++] = word;
        }
        if (eos)
            f.p *= plain_law(mix, words, n, NG_WORD_END);
        g_array_append_val(all, f);
    } while (next_sequence(f.words, blanks, NG_WORDS_FIXED, ng_vocab_size(vocab)));
    qsort(all->data, all->len, sizeof f, by_falling_probability);
    return all;
}

static void
assert_fillings(NgModel *mix, const char *text, gboolean eos)
{
    const NgCompleteOptions options = {.k = 4, .eos = eos, .beam = 100000};
    g_autoptr(GError) error = NULL;
    g_autoptr(NgCompleter) completer = ng_completer_new(mix, 0, &options, &error);
    g_autoptr(GArray) all = brute_force(mix, text, eos);
    double total = 0.0;
    guint possible = 0;

    ck_assert_ptr_nonnull(completer);
    for (guint i = 0; i < all->len; i++) {
        total += g_array_index(all, Filling, i).p;
        possible += g_array_index(all, Filling, i).p > 0.0;
    }
    g_autoptr(GPtrArray) got = ng_completer_fill(completer, text, strlen(text), &error);
    if (possible == 0) {
        ck_assert_ptr_null(got);
        return;
    }
    ck_assert_msg(got != NULL, "%s: %s", text, error != NULL ? error->message : "no error");
    ck_assert_uint_eq(got->len, MIN(4, possible));
    for (guint i = 0; i < got->len; i++) {
        const NgFilling *filling = got->pdata[i];
        double wanted = g_array_index(all, Filling, i).p;
        ck_assert_double_le(fabs(exp10(filling->logprob) - wanted), 3e-6 * wanted);
        ck_assert_double_le(fabs(filling->probability - wanted / total), 3e-6);
        double own = 0.0; /* of these very words */
        for (guint j = 0; j < all->len; j++) {
            const Filling *f = &g_array_index(all, Filling, j);
            if (memcmp(f->words, filling->words, filling->n_blanks * sizeof(NgWord)) == 0)
                own = f->p;
        }
        ck_assert_double_le(fabs(own - wanted), 3e-6 * wanted);
    }
}

START_TEST(fillings_and_posteriors_are_those_of_brute_force)
{
    g_autoptr(NgModel) mix = mixture_number(_i);

    for (size_t t = 0; t < G_N_ELEMENTS(templates); t++)
        for (int eos = 0; eos < 2; eos++)
            assert_fillings(mix, templates[t], eos == 1);
}
END_TEST

START_TEST(all_words_of_a_blank_have_a_posterior_that_sums_to_1)
{
    g_autoptr(NgModel) mix = mixture_number(_i);
    const NgCompleteOptions options = {.k = 1000};
    g_autoptr(NgCompleter) completer = ng_completer_new(mix, 0, &options, NULL);

    for (size_t t = 0; t < 6; t++) {
        g_autoptr(GPtrArray) got =
            ng_completer_fill(completer, templates[t], strlen(templates[t]), NULL);
        double sum = 0.0;
        ck_assert_ptr_nonnull(got);
        ck_assert_uint_eq(got->len, ng_vocab_size(ng_model_vocab(mix)) - NG_WORDS_FIXED);
        for (guint i = 0; i < got->len; i++)
            sum += ((const NgFilling *)got->pdata[i])->probability;
        ck_assert_double_eq_tol(sum, 1.0, 1e-12);
    }
}
END_TEST

/* What a mixture of a model with itself says is what the model says, by other ways. */
START_TEST(a_model_mixed_with_itself_completes_as_it_does_alone)
{
    g_autoptr(NgModel) model = model_of_text(reviews, 3, NG_SMOOTHING_MKN, NG_TOKENS_WORDS);
    g_autoptr(NgModel) mix =
        mix_of((NgModel *[]){ng_model_ref(model), ng_model_ref(model)}, (double[]){0.6, 0.4}, 2);
    const char *const texts[] = {"the movie was ?", "the ? was ?", "? ? of ?", "I ? the ? ,"};
    const NgCompleteOptions options = {.k = 5};
    g_autoptr(NgCompleter) a = ng_completer_new(model, 0, &options, NULL);
    g_autoptr(NgCompleter) b = ng_completer_new(mix, 0, &options, NULL);

    for (size_t t = 0; t < G_N_ELEMENTS(texts); t++) {
        g_autoptr(GPtrArray) x = ng_completer_fill(a, texts[t], strlen(texts[t]), NULL);
        g_autoptr(GPtrArray) y = ng_completer_fill(b, texts[t], strlen(texts[t]), NULL);
        ck_assert_uint_eq(x->len, y->len);
        for (guint i = 0; i < x->len; i++) {
            const NgFilling *f = x->pdata[i], *g = y->pdata[i];
            ck_assert_double_eq_tol(f->probability, g->probability, 1e-6);
            ck_assert_double_eq_tol(f->logprob, g->logprob, 1e-5);
        }
    }
}
END_TEST

Suite *
mix_fill_suite(void)
{
    Suite *suite = suite_create("mix_fill");
    TCase *all = tcase_create("fillings");

    tcase_set_timeout(all, 120);
    tcase_add_loop_test(all, fillings_and_posteriors_are_those_of_brute_force, 0, MIXTURES);
    tcase_add_loop_test(all, all_words_of_a_blank_have_a_posterior_that_sums_to_1, 0, 4);
    tcase_add_test(all, a_model_mixed_with_itself_completes_as_it_does_alone);
    suite_add_tcase(suite, all);
    return suite;
}

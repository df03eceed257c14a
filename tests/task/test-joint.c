#include "brute.h"

#include "ngram/compact.h"
#include "ngram/error.h"
#include "ngram/rng.h"

Suite *joint_suite(void);

/* -- small models of all kinds --------------------------------------------------- */

static const char *const vocabulary[] = {"aa", "ab", "ac", "ba", "bb", "c"};

/* 60 lines of up to 9 words, the first ones more often. */
static char *
random_text(NgRng *rng)
{
    GString *text = g_string_new(NULL);

    for (int line = 0; line < 60; line++) {
        for (uint32_t n = ng_rng_u32(rng) % 10; n > 0; n--) {
            uint32_t a = ng_rng_u32(rng) % 6, b = ng_rng_u32(rng) % 6;
            g_string_append_printf(text, "%s ", vocabulary[MIN(a, b)]);
        }
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

static double
between(NgRng *rng, double least, double most)
{
    return least + (most - least) * ng_rng_coin(rng);
}

/* An n-gram of random words, with random weights that sum to nothing in particular. */
static char *
random_ngram(NgRng *rng, unsigned n, unsigned order)
{
    GString *line = g_string_new(NULL);
    gboolean begins = ng_rng_u32(rng) % 5 == 0;

    for (unsigned i = 0; i < n; i++)
        g_string_append_printf(line, "%s%s", i > 0 ? " " : "",
                               i == 0 && begins ? "<s>" : vocabulary[ng_rng_u32(rng) % 6]);
    if (n < order)
        g_string_append_printf(line, "\t%.5f", between(rng, -1.0, 0.0));
    return g_string_free(line, FALSE);
}

/* Back-off text as pruning leaves it: n-grams without their context or their suffix. */
static NgModel *
random_arpa(NgRng *rng, unsigned order)
{
    g_autoptr(GString) head = g_string_new("\\data\\\n");
    g_autoptr(GString) body = g_string_new(NULL);

    for (unsigned n = 1; n <= order; n++) {
        g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        unsigned left = n == 1 ? 9 : 30, tries = 300;
        g_string_append_printf(body, "\n\\%u-grams:\n", n);
        const char *fixed[] = {"<unk>", "<s>", "</s>", "aa", "ab", "ac", "ba", "bb", "c"};
        for (unsigned i = 0; n == 1 && i < 9; i++)
            g_string_append_printf(body, "%.5f\t%s%s\n", i == 1 ? -99.0 : between(rng, -3.0, -0.2),
                                   fixed[i], order > 1 ? "\t-0.2" : "");
        for (left = n == 1 ? 0 : left; left > 0 && tries > 0; tries--) {
            char *line = random_ngram(rng, n, order);
            g_autofree char *key = g_strndup(line, strcspn(line, "\t"));
            if (!g_hash_table_add(seen, g_steal_pointer(&key))) {
                g_free(line);
                continue;
            }
            g_string_append_printf(body, "%.5f\t%s\n",
                                   ng_rng_u32(rng) % 9 == 0 ? -99.0 : between(rng, -3.0, -0.1),
                                   line);
            g_free(line);
            left--;
        }
        g_string_append_printf(head, "ngram %u=%u\n", n, n == 1 ? 9 : g_hash_table_size(seen));
    }
    g_string_append_printf(head, "%s\n\\end\\\n", body->str);
    return model_of_arpa(head->str);
}

enum { KINDS = 8, ORDERS = 5, ROUNDS = 2, MODELS = KINDS * ORDERS * ROUNDS };

static NgModel *
model_number(int i)
{
    unsigned order = 1 + (unsigned)(i / KINDS % ORDERS);
    NgRng rng = ng_rng_new(7, (uint64_t)i);
    const NgSmoothing method[] = {NG_SMOOTHING_MKN, NG_SMOOTHING_KN,  NG_SMOOTHING_WB,
                                  NG_SMOOTHING_ABS, NG_SMOOTHING_ADD, NG_SMOOTHING_MLE};

    if (i % KINDS == 6)
        return random_arpa(&rng, order);
    g_autofree char *text = random_text(&rng);
    if (i % KINDS < 6)
        return model_of_text(text, order, method[i % KINDS], NG_TOKENS_SPACE);
    g_autoptr(NgModel) model = model_of_text(text, order, NG_SMOOTHING_MKN, NG_TOKENS_SPACE);
    g_autoptr(GError) error = NULL;
    NgModel *packed = ng_model_compact(model, &error);
    ck_assert_ptr_nonnull(packed);
    return packed;
}

static const char *const texts[] = {
    "?",
    "aa ? ab",
    "? ?",
    "ab ? ? aa",
    "? aa ? ab ?",
    "? ? ?",
    "unknown ? ? unknown",
    "? unknown ? aa ?",
    "? ? ? ?",
    "aa ab ? ? ? ba bb",
    "ab ? aa ? ? aa ? ab",
    "? aa ab ac ?",
    "c ? bb ? ba",
    "a? ? b? aa",
    "? b? a? ab ?",
};

/* -- fillings --------------------------------------------------------------------- */

static void
assert_is_brute_force(NgModel *model, const char *text, const NgCompleteOptions *options)
{
    g_autoptr(GArray) all = brute_fillings(model, text, options);
    g_autoptr(NgCompleter) completer = completer_of(model, options);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) fillings = ng_completer_fill(completer, text, strlen(text), &error);

    /* 1e-6: a step adds logarithms in float32 */
    assert_are_the_best(all, fillings, options->k, 2e-6, error);
}

START_TEST(the_best_fillings_are_those_of_brute_force)
{
    g_autoptr(NgModel) model = model_number(_i);
    const char *const some[] = {"aa", "ba", "c", NULL};

    for (size_t t = 0; t < G_N_ELEMENTS(texts); t++)
        for (int eos = 0; eos < 2; eos++)
            for (size_t k = 3; k <= 3000; k *= 1000) {
                NgCompleteOptions options = {.k = k, .eos = eos == 1, .threads = 1 + t % 2};
                assert_is_brute_force(model, texts[t], &options);
                options.choices = some;
                assert_is_brute_force(model, texts[t], &options);
            }
}
END_TEST

/* With no memory for the exact search, a beam that holds all fillings finds the same. */
START_TEST(a_beam_that_holds_all_is_exact)
{
    g_autoptr(NgModel) model = model_number(_i);

    for (size_t t = 0; t < G_N_ELEMENTS(texts); t++) {
        const NgCompleteOptions options = {.k = 4, .eos = TRUE, .memory = 1, .beam = 3000};
        assert_is_brute_force(model, texts[t], &options);
    }
}
END_TEST

/* -- marginals ---------------------------------------------------------------------- */

/* The posterior of @word in blank @b. */
static double
brute_marginal(const GArray *all, size_t b, NgWord word)
{
    double sum = 0.0;

    for (guint i = 0; i < all->len; i++)
        if (g_array_index(all, Brute, i).words[b] == word)
            sum += pow(10.0,
                       g_array_index(all, Brute, i).logprob - g_array_index(all, Brute, 0).logprob);
    return sum / brute_total(all);
}

static void
assert_marginals(NgModel *model, const char *text, const NgCompleteOptions *options)
{
    g_autoptr(GArray) all = brute_fillings(model, text, options);
    g_autoptr(NgCompleter) completer = completer_of(model, options);
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) words = ng_completer_marginals(completer, text, strlen(text), &error);
    double sum = 0.0;

    /* a text that words far from all blanks make impossible has marginals all the same */
    if (all->len == 0)
        return;
    ck_assert_msg(words != NULL, "%s: %s", text, error != NULL ? error->message : "");
    for (guint i = 0; i < words->len; i++) {
        const NgMarginal *m = &g_array_index(words, NgMarginal, i);
        ck_assert_double_eq_tol(m->probability, brute_marginal(all, m->blank, m->word), 2e-6);
        gboolean same = i > 0 && m->blank == m[-1].blank;
        ck_assert(!same || m->probability <= m[-1].probability);
        sum += m->probability;
    }
    ck_assert_double_eq_tol(
        sum, (double)g_array_index(words, NgMarginal, words->len - 1).blank + 1.0, 4e-6);
}

START_TEST(marginals_are_those_of_brute_force)
{
    g_autoptr(NgModel) model = model_number(_i);
    const char *const some[] = {"ab", "ba", "c", NULL};

    for (size_t t = 0; t < G_N_ELEMENTS(texts); t++)
        for (int eos = 0; eos < 2; eos++) {
            NgCompleteOptions options = {.k = 100, .eos = eos == 1};
            assert_marginals(model, texts[t], &options);
            options.choices = some;
            assert_marginals(model, texts[t], &options);
        }
}
END_TEST

/* -- a larger model ----------------------------------------------------------------- */

/* Some hundred words, so that whole levels are passed over in several pieces. */
static NgModel *
larger_model(unsigned order)
{
    NgRng rng = ng_rng_new(3, 1);
    g_autoptr(GString) text = g_string_new(NULL);

    for (int line = 0; line < 3000; line++) {
        uint32_t last = 0;
        for (int n = 0; n < 10; n++) {
            uint32_t a = ng_rng_u32(&rng) % 500, b = ng_rng_u32(&rng) % 500;
            last = n % 3 == 1 ? (last * 7 + a % 5) % 500 : MIN(a, b);
            g_string_append_printf(text, "w%u ", last);
        }
        g_string_append_c(text, '\n');
    }
    return model_of_text(text->str, order, NG_SMOOTHING_MKN, NG_TOKENS_SPACE);
}

static const char *const long_texts[] = {
    "w1 ? ? w2",       "? ? ?",         "w7 w49 ? ? ? w3",        "w3 ? w5 ? w9 ?",
    "w1? ? w2? ? w33", "? ? w4 ? ? w8", "w100 ? ? ? ? w200 w300",
};

START_TEST(the_exact_search_is_never_worse_than_a_beam)
{
    g_autoptr(NgModel) model = larger_model((unsigned)_i);
    const NgCompleteOptions exact = {.k = 20}, beam = {.k = 20, .memory = 1, .beam = 1000};
    g_autoptr(NgCompleter) one = completer_of(model, &exact);
    g_autoptr(NgCompleter) other = completer_of(model, &beam);

    for (size_t t = 0; t < G_N_ELEMENTS(long_texts); t++) {
        size_t n = strlen(long_texts[t]);
        g_autoptr(GPtrArray) a = ng_completer_fill(one, long_texts[t], n, NULL);
        g_autoptr(GPtrArray) b = ng_completer_fill(other, long_texts[t], n, NULL);
        ck_assert(a != NULL && b != NULL);
        ck_assert_uint_eq(a->len, b->len);
        for (guint i = 0; i < a->len; i++) {
            const NgFilling *x = a->pdata[i], *y = b->pdata[i];
            ck_assert_double_ge(x->logprob, y->logprob - 1e-9);
            if (memcmp(x->words, y->words, x->n_blanks * sizeof(NgWord)) == 0)
                ck_assert_double_eq_tol(x->probability, y->probability, 1e-6 * x->probability);
        }
    }
}
END_TEST

Suite *
joint_suite(void)
{
    Suite *suite = suite_create("joint");
    TCase *tcase = tcase_create("exact");

    tcase_set_timeout(tcase, 120.0);
    tcase_add_loop_test(tcase, the_best_fillings_are_those_of_brute_force, 0, MODELS);
    tcase_add_loop_test(tcase, marginals_are_those_of_brute_force, 0, MODELS);
    tcase_add_loop_test(tcase, a_beam_that_holds_all_is_exact, 0, MODELS);
    tcase_add_loop_test(tcase, the_exact_search_is_never_worse_than_a_beam, 1, 5);
    suite_add_tcase(suite, tcase);
    return suite;
}

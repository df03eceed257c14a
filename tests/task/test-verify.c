/* Verification: grammars against others', by brute force and by hand. */
#include "ngram/verify.h"

#include "../../src/task/lambdag.h"
#include "../../src/task/trace.h"

#include "ngram/rng.h"

#include <check.h>
#include <math.h>

Suite *verify_suite(void);

/* -- a plain Kneser-Ney of strings of numbers ------------------------------- */

enum { ORDER = 3 };

/** Plain: sentences of the training text, `<s>` and `</s>` included. */
typedef struct {
    const NgWord *stream;
    const NgSpan *span;
    const guint *sentence;
    size_t n;
} Plain;

/* How often @k words stand side by side at place @i or any other. */
static double
raw(const Plain *p, const NgWord *gram, unsigned k)
{
    double count = 0.0;

    for (size_t s = 0; s < p->n; s++) {
        NgSpan span = p->span[p->sentence[s]];
        for (size_t i = span.first; i + k <= span.end; i++) {
            gboolean same = TRUE;
            for (unsigned j = 0; j < k; j++)
                same = same && p->stream[i + j] == gram[j];
            count += same;
        }
    }
    return count;
}

/* Raw on the longest order and for n-grams from `<s>` on, else different words before. */
static double
adjusted(const Plain *p, const NgWord *gram, unsigned k)
{
    double count = 0.0;
    NgWord longer[ORDER + 1];

    if (k == ORDER || gram[0] == NG_WORD_BEGIN)
        return raw(p, gram, k);
    for (unsigned j = 0; j < k; j++)
        longer[j + 1] = gram[j];
    for (NgWord w = 0; w < NG_MASK_WORDS; w++) {
        longer[0] = w;
        count += raw(p, longer, k + 1) > 0.0;
    }
    return count;
}

/* P(last of the @k words of @gram | those before), D = 0.75, the uniform at the bottom. */
static double
probability(const Plain *p, const NgWord *gram, unsigned k, const NgWord *used, size_t n_used)
{
    if (k == 0)
        return 1.0 / (NG_MASK_WORDS - 1); /* <s> is no outcome */

    double total = 0.0, kinds = 0.0;
    NgWord other[ORDER];
    for (unsigned j = 0; j < k; j++)
        other[j] = gram[j];
    for (size_t u = 0; u < n_used; u++) {
        other[k - 1] = used[u];
        double c = used[u] == NG_WORD_BEGIN ? 0.0 : adjusted(p, other, k);
        total += c;
        kinds += c > 0.0;
    }
    double shorter = probability(p, gram + 1, k - 1, used, n_used);
    if (total == 0.0)
        return shorter;
    return (fmax(adjusted(p, gram, k) - 0.75, 0.0) + 0.75 * kinds * shorter) / total;
}

/* -- a corpus drawn ---------------------------------------------------------- */

#define SENTENCES 24

static NgWord stream[SENTENCES * 8];
static NgSpan span[SENTENCES];

/* Short sentences of five words, another mixture in the second half. */
static void
draw_corpus(NgRng *rng)
{
    size_t at = 0;

    for (unsigned s = 0; s < SENTENCES; s++) {
        unsigned n = 1 + (unsigned)(ng_rng_coin(rng) * 5);
        span[s].first = at;
        stream[at++] = NG_WORD_BEGIN;
        for (unsigned i = 0; i < n; i++) {
            double x = ng_rng_coin(rng);
            stream[at++] = NG_WORDS_FIXED + (NgWord)(5.0 * (s < SENTENCES / 2 ? x * x : x));
        }
        stream[at++] = NG_WORD_END;
        span[s].end = at;
    }
}

START_TEST(test_brute_force)
{
    NgRng rng = ng_rng_new(7, (uint64_t)_i);
    NgVerifyOptions options;
    guint known[6], pool[6], questioned[1];
    const NgWord used[] = {0, 1, 2, 3, 4, 5, 6, 7};
    size_t kept = 0;
    size_t tokens = 0;

    draw_corpus(&rng);
    ng_verify_options_init(&options);
    options.order = ORDER;
    options.samples = 3;
    for (guint i = 0; i < 6; i++) { /* as many as the author has: each sample is the whole pool */
        known[i] = i;
        pool[i] = SENTENCES / 2 + i;
    }
    questioned[0] = SENTENCES - 1;
    const NgSentences text = {stream, span};
    g_autoptr(NgLambdaG) grammars = ng_lambdag_new(&text, known, 6, pool, 6, &options, NULL);
    const NgSentenceRange range = {questioned[0], questioned[0] + 1, 0};
    double lambda = ng_lambdag_score(grammars, &text, range, &tokens, &kept);

    const Plain mine = {stream, span, known, 6};
    const Plain others = {stream, span, pool, 6};
    double sum = 0.0;
    NgSpan q = span[questioned[0]];
    for (size_t i = q.first + 1; i < q.end; i++) {
        unsigned k = (unsigned)MIN(i - q.first + 1, (size_t)ORDER);
        sum += log10(probability(&mine, stream + i + 1 - k, k, used, G_N_ELEMENTS(used))) -
               log10(probability(&others, stream + i + 1 - k, k, used, G_N_ELEMENTS(used)));
    }
    ck_assert_uint_eq(tokens, q.end - q.first - 1);
    ck_assert_double_eq_tol(lambda, sum, 1e-4); /* single precision inside */
}
END_TEST

static double
llr_of(const NgVerifyScale *scale, double lambda, size_t tokens)
{
    const NgVerifyTrial trial = {0, FALSE, lambda, tokens, tokens};

    return ng_verify_llr(scale, &trial);
}

START_TEST(test_scale)
{
    /* trials on which both kinds overlap; the fit makes the derivative of the loss 0 */
    const NgVerifyTrial trials[] = {{0, TRUE, 4.0, 4, 4},   {1, TRUE, 1.0, 4, 4},
                                    {2, TRUE, -1.0, 4, 4},  {3, FALSE, 2.0, 4, 4},
                                    {4, FALSE, -3.0, 4, 4}, {5, FALSE, -5.0, 4, 4},
                                    {6, FALSE, -1.0, 4, 4}};
    NgVerifyScale scale;

    ck_assert(ng_verify_fit(trials, G_N_ELEMENTS(trials), &scale));
    ck_assert_double_gt(scale.slope, 0.0);
    double g = 0.0;
    for (size_t i = 0; i < G_N_ELEMENTS(trials); i++) {
        double logit = scale.offset + scale.slope * trials[i].lambda / 2.0;
        double p = 1.0 / (1.0 + exp(-logit));
        g += (trials[i].same ? 0.5 / 3.0 : 0.5 / 4.0) * ((trials[i].same ? 1.0 : 0.0) - p);
    }
    ck_assert_double_eq_tol(g, 0.0, 1e-9);
    /* 7 trials: at most 1 part in 9 is against it, of which half counts: 17 to 1 */
    ck_assert_double_eq_tol(llr_of(&scale, 1e6, 4), log10(17.0), 1e-9);
    ck_assert_double_eq_tol(llr_of(&scale, -1e6, 4), -log10(17.0), 1e-9);
    ck_assert(!ng_verify_fit(trials, 3, &scale)); /* one kind alone */
    ck_assert_double_eq(llr_of(&scale, 0.0, 0), 0.0);
}
END_TEST

START_TEST(test_perfect_trials_stay_finite)
{
    const NgVerifyTrial trials[] = {{0, TRUE, 40.0, 4, 4},
                                    {1, TRUE, 30.0, 4, 4},
                                    {2, FALSE, -20.0, 4, 4},
                                    {3, FALSE, -30.0, 4, 4}};
    NgVerifyScale scale;

    ck_assert(ng_verify_fit(trials, 4, &scale));
    ck_assert(isfinite(llr_of(&scale, 40.0, 4)));
    ck_assert_double_gt(llr_of(&scale, 40.0, 4), 0.5);
    ck_assert_double_lt(llr_of(&scale, -30.0, 4), -0.5);
}
END_TEST

/* -- texts ------------------------------------------------------------------- */

static const char hers[] = "The sea was calm, and we rowed. We rowed on, and the sea was calm!\n";
static const char his[] = "Stocks fell; bonds rose. Nobody sold bonds; stocks fell again.\n";

static NgVerifier *
make_verifier(unsigned threads, guint authors)
{
    NgVerifyOptions options;

    ng_verify_options_init(&options);
    options.threads = threads;
    NgVerifier *v = ng_verifier_new(&options);
    for (int i = 0; i < 3; i++)
        ng_verifier_add_known(v, hers, sizeof hers - 1);
    for (guint a = 0; a < authors; a++)
        for (int i = 0; i < 4; i++) {
            g_autofree char *name = g_strdup_printf("a%u", a);
            g_autofree char *text =
                g_strdup_printf("Word%u came late. Then word%u went, as %s", a, a, his);
            ng_verifier_add_reference(v, name, text, strlen(text));
        }
    ng_verifier_add_reference(v, NULL, his, sizeof his - 1);
    return v;
}

START_TEST(test_texts)
{
    g_autoptr(NgVerifier) v = make_verifier(1, 0);
    NgVerdict same, other, none;

    ck_assert(ng_verifier_train(v, NULL));
    ck_assert(!ng_verifier_is_calibrated(v)); /* nobody is named */
    ck_assert(ng_verifier_is_short(v));       /* 2 sentences against 6 */
    ng_verifier_judge(v, hers, sizeof hers - 1, &same);
    ng_verifier_judge(v, his, sizeof his - 1, &other);
    ng_verifier_judge(v, "", 0, &none);
    ck_assert_uint_eq(same.words, 19);
    ck_assert_double_gt(same.llr, 0.0);
    ck_assert_double_lt(other.llr, 0.0);
    ck_assert_double_eq(none.llr, 0.0);
    ck_assert_double_eq(none.probability, 0.5);
    /* lambda / sqrt(tokens), the two ends of sentences among them */
    ck_assert_double_eq_tol(same.llr, same.lambda / sqrt(21.0), 1e-12);
}
END_TEST

START_TEST(test_named_reference_calibrates)
{
    g_autoptr(NgVerifier) one = make_verifier(1, 4);
    g_autoptr(NgVerifier) three = make_verifier(3, 4);
    NgVerdict a, b;

    ck_assert(ng_verifier_train(one, NULL));
    ck_assert(ng_verifier_train(three, NULL));
    ck_assert(ng_verifier_is_calibrated(one));
    ng_verifier_judge(one, hers, sizeof hers - 1, &a);
    ng_verifier_judge(three, hers, sizeof hers - 1, &b);
    ck_assert_double_eq(a.llr, b.llr); /* whatever the number of threads */
    ck_assert_double_gt(a.llr, 0.0);
    ng_verifier_judge(one, "zork blip florp grunt", 21, &a); /* masked, all of it */
    ck_assert_double_eq(a.llr, 0.0);
    ng_verifier_judge(one, "calm", 4, &a);
    ck_assert_double_lt(fabs(a.llr), fabs(b.llr));
}
END_TEST

START_TEST(test_long_sentence)
{
    g_autoptr(NgVerifier) v = make_verifier(1, 0);
    g_autoptr(GString) text = g_string_new(NULL);
    NgVerdict once, often;

    for (int i = 0; i < 10000; i++)
        g_string_append(text, "the sea was calm and ");
    ck_assert(ng_verifier_train(v, NULL));
    ng_verifier_judge(v, text->str, 5000 * strlen("the sea was calm and "), &once);
    ng_verifier_judge(v, text->str, text->len, &often);
    ck_assert(isfinite(often.lambda)); /* P alone would be below 10^-308 */
    ck_assert_double_eq_tol(often.lambda / once.lambda, 2.0, 0.01);
}
END_TEST

START_TEST(test_nothing_to_learn_from)
{
    NgVerifyOptions options;
    g_autoptr(GError) error = NULL;

    ng_verify_options_init(&options);
    g_autoptr(NgVerifier) v = ng_verifier_new(&options);
    ng_verifier_add_known(v, hers, sizeof hers - 1);
    ng_verifier_add_reference(v, "blank", " \n\n", 3);
    ck_assert(!ng_verifier_train(v, &error));
    ck_assert(strstr(error->message, "--reference") != NULL);
}
END_TEST

START_TEST(test_support)
{
    ck_assert_str_eq(ng_verify_support(0.5), "weak support for the same author");
    ck_assert_str_eq(ng_verify_support(1.0), "moderate support for the same author");
    ck_assert_str_eq(ng_verify_support(-3.5), "very strong support for another author");
    ck_assert_str_eq(ng_verify_support(99.0), "extremely strong support for the same author");
    ck_assert_str_eq(ng_verify_support(0.0), "no support for either");
}
END_TEST

Suite *verify_suite(void);

Suite *
verify_suite(void)
{
    Suite *s = suite_create("verify");
    TCase *t = tcase_create("verify");

    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, test_brute_force, 0, 10);
    tcase_add_test(t, test_scale);
    tcase_add_test(t, test_perfect_trials_stay_finite);
    tcase_add_test(t, test_texts);
    tcase_add_test(t, test_named_reference_calibrates);
    tcase_add_test(t, test_long_sentence);
    tcase_add_test(t, test_nothing_to_learn_from);
    tcase_add_test(t, test_support);
    suite_add_tcase(s, t);
    return s;
}

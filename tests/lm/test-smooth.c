#include "reference.h"
#include "texts.h"

#include "ngram/error.h"

Suite *smooth_suite(void);

/*
 * The toy: "a b a", "a b".  Counted:
 *   <s> a 2, a b 2, b a 1, a </s> 1, b </s> 1; a 3, b 2, </s> 2, all 7; V = 4: <unk>, </s>, a, b.
 *   Different words to the left: a 2 (<s>, b), b 1 (a), </s> 2 (a, b), all 5.
 * Bigrams: t1 = 3, t2 = 2, t3 = 0; words: t1 = 1, t2 = 2 of the latter, t1 = 0 of the former.
 */
static const struct {
    const char *smoothing;
    gboolean fixed; /* with discounts .4 .8 1.2 */
    const char *context;
    const char *word;
    double p;
} toy[] = {
    /* ratios of counts */
    {"mle", FALSE, "", "a", 3.0 / 7.0},
    {"mle", FALSE, "", "</s>", 2.0 / 7.0},
    {"mle", FALSE, "", "<unk>", 0.0},
    {"mle", FALSE, "<s>", "a", 1.0},
    {"mle", FALSE, "a", "b", 2.0 / 3.0},
    {"mle", FALSE, "a", "a", 0.0},
    {"mle", FALSE, "b", "</s>", 0.5},
    {"mle", FALSE, "<unk>", "b", 2.0 / 7.0}, /* a context never seen: back-off with weight 1 */
    /* (c + 1) / (n + V); of a: left 1 - 3/7 - 2/7 = 2/7, unseen a and <unk> have 5/11 of the
     * words', so 2/7 * 11/5 of theirs */
    {"add:1", FALSE, "", "a", 4.0 / 11.0},
    {"add:1", FALSE, "", "<unk>", 1.0 / 11.0},
    {"add:1", FALSE, "a", "b", 3.0 / 7.0},
    {"add:1", FALSE, "a", "</s>", 2.0 / 7.0},
    {"add:1", FALSE, "a", "a", 22.0 / 35.0 * 4.0 / 11.0},
    {"add:1", FALSE, "a", "<unk>", 22.0 / 35.0 / 11.0},
    {"add:1", FALSE, "<s>", "b", 3.0 / 14.0}, /* 3/6 left * (3/11) / (7/11) */
    /* words: T = 3, so c / 10 + 3/10 / 4; behind a: T = 2, so c / 5 + 2/5 P(w) */
    {"wb", FALSE, "", "a", 0.375},
    {"wb", FALSE, "", "b", 0.275},
    {"wb", FALSE, "", "<unk>", 0.075},
    {"wb", FALSE, "a", "b", 0.51},
    {"wb", FALSE, "a", "a", 0.15},
    {"wb", FALSE, "b", "a", 0.4375},
    {"wb", FALSE, "<s>", "a", 2.0 / 3.0 + 0.375 / 3.0},
    /* D = 3 / (3 + 2 * 2) = 3/7 for bigrams; 0.5 for words, whose t1 is 0:
     * gamma = 3 * .5 / 7, b = 1.5 / 7 + gamma / 4 */
    {"abs", FALSE, "", "b", 1.5 / 7.0 + 1.5 / 28.0},
    {"abs", FALSE, "", "<unk>", 1.5 / 28.0},
    {"abs", FALSE, "a", "b", 11.0 / 21.0 + 2.0 / 7.0 * (1.5 / 7.0 + 1.5 / 28.0)},
    /* D = 1 / (1 + 2 * 2) = 1/5 for words: gamma = 3/5 / 5 = .12, a = 1.8 / 5 + .03 */
    {"kn", FALSE, "", "a", 0.39},
    {"kn", FALSE, "", "b", 0.19},
    {"kn", FALSE, "", "<unk>", 0.03},
    {"kn", FALSE, "a", "b", 11.0 / 21.0 + 2.0 / 7.0 * 0.19},
    {"kn", FALSE, "a", "</s>", 4.0 / 21.0 + 2.0 / 7.0 * 0.39},
    {"kn", FALSE, "a", "a", 2.0 / 7.0 * 0.39},
    /* t3 = 0: D = .5 1 1.5 everywhere.  Words: gamma = (.5 + 2 * 1) / 5 = .5, a = 1/5 + .5 / 4 */
    {"mkn", FALSE, "", "a", 0.325},
    {"mkn", FALSE, "", "b", 0.225},
    {"mkn", FALSE, "", "<unk>", 0.125},
    {"mkn", FALSE, "a", "b", 1.0 / 3.0 + 0.5 * 0.225}, /* gamma = (.5 + 1) / 3 */
    {"mkn", FALSE, "a", "</s>", 0.5 / 3.0 + 0.5 * 0.325},
    /* words: gamma = (.4 + 2 * .8) / 5 = .4, b = .6 / 5 + .1; behind a: gamma = (.4 + .8) / 3 */
    {"mkn", TRUE, "", "a", 0.34},
    {"mkn", TRUE, "", "b", 0.22},
    {"mkn", TRUE, "a", "b", 0.488},
    {"mkn", TRUE, "a", "</s>", 0.336},
    {"mkn", TRUE, "a", "<unk>", 0.04},
};

START_TEST(a_toy_text_gives_what_was_worked_out_by_hand)
{
    NgTrainOptions options = plain_options(2);
    double p[6];

    set_smoothing(&options, toy[_i].smoothing);
    options.smooth.fixed = toy[_i].fixed;
    memcpy(options.smooth.discount, (const float[]){0.4F, 0.8F, 1.2F}, 3 * sizeof(float));
    g_autoptr(NgModel) model = model_of("a b a\na b\n", &options);
    const NgVoice *voice = ng_model_voice(model, 0);
    NgWord context = word_in(model, toy[_i].context);
    NgWord word = word_in(model, toy[_i].word);
    NgState state = ng_voice_context(voice, &context, toy[_i].context[0] != '\0');
    ng_voice_distribution(voice, state, p, NULL);
    ck_assert_double_eq_tol(p[word], toy[_i].p, 2e-7);
    ck_assert_double_eq_tol(exp10((double)ng_voice_step(voice, &state, word, NULL)), toy[_i].p,
                            2e-7);
}
END_TEST

/* Bounds that never fall, and words seen up to @rare times go too. */
static const struct {
    guint64 prune[6];
    guint64 rare;
} prunings[] = {
    {{0}, 0},
    {{0, 0, 1, 1, 1, 1}, 0},
    {{0, 1, 1, 1, 1, 1}, 0},
    {{1, 1, 2, 2, 2, 2}, 30},
    {{3, 3, 3, 4, 5, 6}, 0},
    {{0}, 45},
};

/* A voice, what it was made of, and the ids of its words in the stream. */
typedef struct {
    Stream stream;
    NgSmoothOptions options;
    guint8 keep[64];
    NgWord id[64];
    unsigned order;
    NgVoice *voice;
} Case;

enum { WORDS = 14 };

static void
case_init(Case *c, const char *smoothing, unsigned order, size_t pruning)
{
    NgDiscount discounts[NG_ORDER_MAX];

    *c = (Case){.stream = random_stream(order, 80, WORDS), .order = order};
    g_autoptr(GHashTable) counts_of_words = count_plainly(&c->stream, 1);
    ck_assert(ng_smoothing_parse(smoothing, &c->options.method, &c->options.add, NULL));
    memcpy(c->options.prune, prunings[pruning].prune, sizeof prunings[pruning].prune);
    for (NgWord w = 0, next = 0; w < WORDS; w++) {
        c->keep[w] =
            w < NG_WORDS_FIXED || table_get(counts_of_words, &w, 1) > prunings[pruning].rare;
        c->id[w] = next;
        next += c->keep[w];
    }
    if (prunings[pruning].rare > 0) {
        ck_assert_uint_le(c->id[WORDS - 1], WORDS - 2); /* some do go */
        c->options.keep = c->keep;
    }
    NgCounts *counts = counts_of(&c->stream, order, 2);
    c->voice = ng_smooth(counts, &c->options, discounts);
}

static void
case_clear(Case *c)
{
    stream_clear(&c->stream);
    ng_voice_free(c->voice);
}

/* All words behind @h; relative, so that small probabilities count. */
static void
compare_context(const Case *c, const Reference *r, const NgWord *h, unsigned n_h)
{
    double expected[64] = {0};
    double p[64] = {0};
    NgWord ids[NG_ORDER_MAX] = {0};

    for (unsigned i = 0; i < n_h; i++) {
        if (!c->keep[h[i]])
            return;
        ids[i] = c->id[h[i]];
    }
    NgState state = ng_voice_context(c->voice, ids, n_h);
    reference_distribution(r, h, n_h, expected);
    ng_voice_distribution(c->voice, state, p, NULL);
    for (NgWord w = 0; w < WORDS; w++)
        if (c->keep[w] && !(fabs(p[c->id[w]] - expected[w]) <= 2e-5 * expected[w] + 1e-12))
            ck_abort_msg("word %u behind %u words: %.9g, not %.9g", w, n_h, p[c->id[w]],
                         expected[w]);
}

/* Each context that was seen, and as many that may not have been. */
static void
compare_contexts(const Case *c, const Reference *r)
{
    GHashTableIter iter;
    gpointer key = NULL;
    NgRng rng = ng_rng_new(1, 0);

    g_hash_table_iter_init(&iter, r->raw);
    compare_context(c, r, NULL, 0);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        gsize size = 0;
        const NgWord *g = g_bytes_get_data(key, &size);
        unsigned n = (unsigned)(size / sizeof *g);
        NgWord strange[NG_ORDER_MAX];
        if (n == r->N)
            continue;
        if (g[n - 1] != NG_WORD_END)
            compare_context(c, r, g, n);
        for (unsigned i = 0; i < n; i++)
            strange[i] = NG_WORDS_FIXED + ng_rng_u32(&rng) % (WORDS - NG_WORDS_FIXED);
        compare_context(c, r, strange, n);
    }
}

/* One test a method: orders 1 .. 6, six ways to prune. */
START_TEST(probabilities_are_those_of_the_definitions)
{
    for (unsigned order = 1; order <= 6; order++)
        for (size_t prune = 0; prune < G_N_ELEMENTS(prunings); prune++) {
            Case c;
            Reference r;
            case_init(&c, smoothings[_i], order, prune);
            reference_init(&r, &c.stream, order, &c.options);
            compare_contexts(&c, &r);
            reference_clear(&r);
            case_clear(&c);
        }
}
END_TEST

/* Distribution, sum and step of one context say the same. */
static void
compare_ways(const NgVoice *voice, NgState context, gpointer data G_GNUC_UNUSED)
{
    double p[64] = {0};
    uint8_t orders[64];
    double sum = ng_voice_distribution(voice, context, p, orders);

    if (fabs(sum - 1.0) > 1e-5 || fabs(sum - ng_voice_sum(voice, context)) > 1e-6)
        ck_abort_msg("context %u of length %u sums to %.9g, %.9g", context.index, context.length,
                     sum, ng_voice_sum(voice, context));
    for (NgWord w = 0; w < ng_voice_words(voice); w++) {
        NgState state = context;
        unsigned order = 0;
        double step = exp10((double)ng_voice_step(voice, &state, w, &order));
        if (w == NG_WORD_BEGIN)
            continue;
        if (fabs(p[w] - step) > 2e-6 * p[w] || order != orders[w])
            ck_abort_msg("word %u: %.9g of order %u, by step %.9g of order %u", w, p[w], orders[w],
                         step, order);
    }
}

START_TEST(every_small_context_sums_to_one_in_each_way)
{
    for (unsigned order = 1; order <= 6; order++)
        for (size_t prune = 0; prune < G_N_ELEMENTS(prunings); prune++) {
            Case c;
            case_init(&c, smoothings[_i], order, prune);
            each_context(c.voice, compare_ways, NULL);
            case_clear(&c);
        }
}
END_TEST

static void
check_sums(const NgModel *model, const char *what)
{
    for (size_t v = 0; v < ng_model_voices(model); v++) {
        g_autoptr(GError) error = NULL;
        ck_assert_msg(ng_voice_check(ng_model_voice(model, v), 2e-5, &error), "%s, voice %s: %s",
                      what, ng_model_voice_name(model, v), error != NULL ? error->message : "");
    }
}

/* The shipped corpus, whole and each author; _i: method * 6 + order - 1. */
START_TEST(every_context_of_the_corpus_sums_to_one)
{
    NgTrainOptions options = plain_options((unsigned)_i % 6 + 1);

    options.tokens = NG_TOKENS_WORDS;
    options.fold = TRUE;
    options.authors = NG_AUTHORS_FOLDER;
    set_smoothing(&options, smoothings[_i / 6]);
    g_autoptr(NgModel) model = train_on("corpus", &options);
    ck_assert_uint_eq(ng_model_voices(model), 5);
    check_sums(model, smoothings[_i / 6]);
}
END_TEST

/* One author, pruned, and with rare or unlisted words unknown; _i: method * 6 + order - 1. */
START_TEST(every_context_sums_to_one_when_some_are_left_out)
{
    static const guint64 bounds[][6] = {{0, 0, 1, 1, 1, 1}, {0, 1, 1, 1, 1, 1}, {1, 1, 2, 2, 2, 2}};
    g_autofree char *list = new_file_with("the\na\nfilm and it\nof\nzeppelin\n.\n", -1);

    for (int way = 0; way < 5; way++) {
        NgTrainOptions options = plain_options((unsigned)_i % 6 + 1);
        options.tokens = NG_TOKENS_WORDS;
        options.fold = TRUE;
        set_smoothing(&options, smoothings[_i / 6]);
        if (way < 3)
            memcpy(options.smooth.prune, bounds[way], sizeof bounds[way]);
        options.min_count = way == 3 ? 3 : 0;
        options.vocab = way == 4 ? list : NULL;
        g_autoptr(NgModel) model = train_on("corpus/pilar", &options);
        check_sums(model, smoothings[_i / 6]);
    }
    g_unlink(list);
}
END_TEST

/* c(h w) / c(h .) of each trigram: the tables of the lecture. */
START_TEST(mle_is_the_ratio_of_counts)
{
    NgTrainOptions options = plain_options(3);
    const char *const text = "a waste of time\na waste of money\nwaste of time\nof time\n";

    set_smoothing(&options, "mle");
    g_autoptr(NgModel) model = model_of(text, &options);
    const NgVoice *voice = ng_model_voice(model, 0);
    const NgWord context[] = {word_in(model, "waste"), word_in(model, "of")};
    NgState state = ng_voice_context(voice, context, 2);
    unsigned order = 0;
    float p = ng_voice_step(voice, &state, word_in(model, "time"), &order);
    /* count(waste of time) = 2, count(waste of) = 3 */
    ck_assert_double_eq_tol(exp10((double)p), 2.0 / 3.0, 1e-7);
    ck_assert_uint_eq(order, 3);
}
END_TEST

START_TEST(names_are_read_as_they_are_written)
{
    NgSmoothing method = NG_SMOOTHING_MKN;
    double add = 0.0;

    for (size_t i = 0; i < G_N_ELEMENTS(smoothings); i++) {
        ck_assert(ng_smoothing_parse(smoothings[i], &method, &add, NULL));
        g_autofree char *name = ng_smoothing_format(method, add);
        ck_assert_str_eq(name, smoothings[i]);
    }
}
END_TEST

static const char *const no_names[] = {
    "",        "MKN",    "add",   "add:", "add:0",          "add:-1",   "add:nan",
    "add:inf", "add:1 ", "mkn:1", "katz", "add:1000000001", "add:1e300"};

START_TEST(other_names_are_refused)
{
    NgSmoothing method = NG_SMOOTHING_WB;
    double add = 7.0;
    g_autoptr(GError) error = NULL;
    g_autofree char *expected = g_strdup_printf(
        "no smoothing '%s' (one of mkn, kn, wb, abs, add:K with K above 0 and at most 1e9, mle)",
        no_names[_i]);

    ck_assert(!ng_smoothing_parse(no_names[_i], &method, &add, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_RANGE));
    ck_assert_str_eq(error->message, expected);
    ck_assert_int_eq(method, NG_SMOOTHING_WB);
    ck_assert_double_eq(add, 7.0);
}
END_TEST

Suite *
smooth_suite(void)
{
    Suite *suite = suite_create("smooth");
    TCase *formulas = tcase_create("formulas");
    TCase *sums = tcase_create("sums");
    TCase *names = tcase_create("names");

    tcase_set_timeout(formulas, 120);
    tcase_add_loop_test(formulas, a_toy_text_gives_what_was_worked_out_by_hand, 0,
                        G_N_ELEMENTS(toy));
    tcase_add_loop_test(formulas, probabilities_are_those_of_the_definitions, 0,
                        G_N_ELEMENTS(smoothings));
    tcase_add_test(formulas, mle_is_the_ratio_of_counts);
    suite_add_tcase(suite, formulas);

    tcase_set_timeout(sums, 120);
    tcase_add_loop_test(sums, every_small_context_sums_to_one_in_each_way, 0,
                        G_N_ELEMENTS(smoothings));
    tcase_add_loop_test(sums, every_context_of_the_corpus_sums_to_one, 0,
                        6 * G_N_ELEMENTS(smoothings));
    tcase_add_loop_test(sums, every_context_sums_to_one_when_some_are_left_out, 0,
                        6 * G_N_ELEMENTS(smoothings));
    suite_add_tcase(suite, sums);

    tcase_add_test(names, names_are_read_as_they_are_written);
    tcase_add_loop_test(names, other_names_are_refused, 0, G_N_ELEMENTS(no_names));
    suite_add_tcase(suite, names);
    return suite;
}

#include "../../src/lm/predict.h"
#include "../../src/lm/quantize.h"
#include "texts.h"

#include "ngram/compact.h"
#include "ngram/error.h"
#include "ngram/loss.h"
#include "ngram/score.h"

Suite *compact_suite(void);

static NgModel *
packed(NgModel *model)
{
    g_autoptr(GError) error = NULL;
    NgModel *compact = ng_model_compact(model, &error);

    ck_assert_msg(compact != NULL, "%s", error != NULL ? error->message : "no error");
    ck_assert(ng_model_is_compact(compact));
    return compact;
}

static gboolean
same_float(float a, float b)
{
    return ng_float_bits(a) == ng_float_bits(b);
}

static gboolean
same_state(NgState a, NgState b)
{
    return a.length == b.length && a.index == b.index;
}

/* Every accessor on one entry. */
static gboolean
same_entry(const NgVoice *a, const NgVoice *b, unsigned level, uint32_t e)
{
    return ng_voice_entry_word(a, level, e) == ng_voice_entry_word(b, level, e) &&
           ng_voice_entry_suffix(a, level, e) == ng_voice_entry_suffix(b, level, e) &&
           ng_voice_entry_is_blank(a, level, e) == ng_voice_entry_is_blank(b, level, e) &&
           same_state(ng_voice_entry_state(a, level, e), ng_voice_entry_state(b, level, e)) &&
           same_float(ng_voice_entry_logprob(a, level, e), ng_voice_entry_logprob(b, level, e));
}

/* Every accessor on one context, and a step on every word, or on some where there are many. */
static void
check_context(const NgVoice *a, NgState context, gpointer data)
{
    const NgVoice *b = data;
    NgRange x = ng_voice_successors(a, context);
    NgRange y = ng_voice_successors(b, context);

    ck_assert(x.first == y.first && x.end == y.end);
    ck_assert(same_float(ng_voice_backoff(a, context), ng_voice_backoff(b, context)));
    ck_assert(same_state(ng_voice_shorter(a, context), ng_voice_shorter(b, context)));
    size_t V = ng_voice_words(a);
    for (NgWord w = 0; w < V; w += (NgWord)(V / 64 + 1)) {
        uint32_t e = 7;
        uint32_t f = 7;
        unsigned order_a = 0;
        unsigned order_b = 0;
        NgState s = context;
        NgState t = context;
        gboolean found = ng_voice_find(a, context, w, &e);
        if (found != ng_voice_find(b, context, w, &f) || e != f ||
            !same_float(ng_voice_step(a, &s, w, &order_a), ng_voice_step(b, &t, w, &order_b)) ||
            order_a != order_b || !same_state(s, t))
            ck_abort_msg("context (%u, %u), word %u", context.length, context.index, w);
    }
}

static void
check_same_voice(const NgVoice *a, const NgVoice *b)
{
    ck_assert_uint_eq(ng_voice_order(a), ng_voice_order(b));
    ck_assert_uint_eq(ng_voice_words(a), ng_voice_words(b));
    for (unsigned level = 1; level <= ng_voice_order(a); level++) {
        ck_assert_uint_eq(ng_voice_level_size(a, level), ng_voice_level_size(b, level));
        ck_assert_uint_eq(ng_voice_level_ngrams(a, level), ng_voice_level_ngrams(b, level));
        for (uint32_t e = 0; e < ng_voice_level_size(a, level); e++)
            if (!same_entry(a, b, level, e))
                ck_abort_msg("entry %u of level %u", e, level);
    }
    each_context(a, check_context, (gpointer)(uintptr_t)b);
}

static char *
bytes_of(const NgModel *model, gsize *length)
{
    g_autofree char *path = new_file();
    g_autoptr(GError) error = NULL;

    ck_assert_msg(ng_model_save(model, path, &error), "%s",
                  error != NULL ? error->message : "no error");
    char *bytes = contents_of(path, length);
    g_unlink(path);
    return bytes;
}

static void
check_same_file(const NgModel *a, const NgModel *b)
{
    gsize n_a = 0;
    gsize n_b = 0;
    g_autofree char *x = bytes_of(a, &n_a);
    g_autofree char *y = bytes_of(b, &n_b);

    ck_assert_uint_eq(n_a, n_b);
    ck_assert(memcmp(x, y, n_a) == 0);
}

/* Packed, saved, opened, unpacked: the same answers on the way, the same file at the end. */
static void
check_model(NgModel *model)
{
    g_autoptr(NgModel) compact = packed(model);
    g_autofree char *path = new_file();

    ck_assert(ng_model_save(compact, path, NULL));
    g_autoptr(NgModel) opened = ng_model_open(path, NULL);
    ck_assert_ptr_nonnull(opened);
    ck_assert(ng_model_is_compact(opened));
    ck_assert(ng_model_verify(opened, NULL));
    ck_assert_uint_eq(ng_model_voices(opened), ng_model_voices(model));
    for (size_t v = 0; v < ng_model_voices(model); v++)
        check_same_voice(ng_model_voice(model, v), ng_model_voice(opened, v));
    for (NgWord id = 0; id < ng_vocab_size(ng_model_vocab(model)); id++) {
        const char *word = ng_vocab_word(ng_model_vocab(opened), id, NULL);
        ck_assert_str_eq(word, ng_vocab_word(ng_model_vocab(model), id, NULL));
        ck_assert_uint_eq(word_in(opened, word), id);
    }
    g_autoptr(NgModel) plain = ng_model_plain(opened);
    check_same_file(model, plain);
    check_same_file(compact, opened);
    g_unlink(path);
}

/* Orders 1 to 6 under each smoothing; from order 4 on, some n-grams are pruned. */
START_TEST(what_is_packed_comes_back)
{
    unsigned order = (unsigned)_i % 6 + 1;
    g_autofree char *text = random_text((uint64_t)_i, 80, 40, 12);
    NgTrainOptions options = plain_options(order);

    set_smoothing(&options, smoothings[_i / 6]);
    options.stable_ids = _i % 2 == 0;
    options.smooth.prune[order - 1] = order > 3;
    g_autoptr(NgModel) model = model_of(text, &options);
    check_model(model);
}
END_TEST

/* Random n-grams of up to 5 words with random numbers: many blanks, weights of any size. */
static NgModel *
random_arpa(uint64_t seed)
{
    NgRng rng = ng_rng_new(seed, 1);
    unsigned order = (unsigned)(seed % 5) + 1;
    g_autoptr(GString) text = g_string_new("\\data\\\n");
    g_autoptr(GString) body = g_string_new(NULL);
    static const char *const weights[] = {"0", "-0.25", "0.5", "-99", "-1e-7", "1.5"};

    for (unsigned k = 1; k <= order; k++) {
        unsigned n = k == 1 ? 9 : 6 * k;
        g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        g_string_append_printf(body, "\n\\%u-grams:\n", k);
        for (unsigned i = 0; i < n; i++) {
            GString *words = g_string_new(NULL);
            for (unsigned j = 0; j < k; j++)
                g_string_append_printf(words, " w%u", k == 1 ? i : 3 + ng_rng_u32(&rng) % 6);
            if (k == 1 && i < 3)
                g_string_assign(words, i == 0 ? " <unk>" : i == 1 ? " <s>" : " </s>");
            if (!g_hash_table_add(seen, g_string_free(words, FALSE)))
                continue;
        }
        GHashTableIter iter;
        gpointer words = NULL;
        g_hash_table_iter_init(&iter, seen);
        while (g_hash_table_iter_next(&iter, &words, NULL)) {
            /* powers of two and zero among them, so that predictions come out odd */
            double p = ng_rng_u32(&rng) % 8 == 0 ? -99.0 : -ng_rng_coin(&rng) * 5;
            g_string_append_printf(body, "%.7g\t%s", p, (const char *)words + 1);
            if (k < order)
                g_string_append_printf(body, "\t%s",
                                       weights[ng_rng_u32(&rng) % G_N_ELEMENTS(weights)]);
            g_string_append_c(body, '\n');
        }
        g_string_append_printf(text, "ngram %u=%u\n", k, g_hash_table_size(seen));
    }
    g_string_append_len(text, body->str, (gssize)body->len);
    g_string_append(text, "\n\\end\\\n");
    return model_of_arpa_text(text->str);
}

START_TEST(odd_models_from_arpa_text_come_back)
{
    g_autoptr(NgModel) model = random_arpa((uint64_t)_i);

    check_model(model);
}
END_TEST

START_TEST(several_voices_and_surfaces_come_back)
{
    NgTrainOptions options = plain_options(3);

    options.tokens = NG_TOKENS_WORDS;
    options.fold = TRUE;
    options.authors = NG_AUTHORS_FOLDER;
    g_autoptr(NgModel) model = train_on("corpus", &options);
    check_model(model);
}
END_TEST

START_TEST(packing_twice_or_not_at_all_gives_the_same_model)
{
    NgTrainOptions options = plain_options(2);
    g_autoptr(NgModel) model = model_of("a b\nb c\n", &options);
    g_autoptr(NgModel) plain = ng_model_plain(model);
    g_autoptr(NgModel) once = packed(model);
    g_autoptr(NgModel) twice = packed(once);

    ck_assert_ptr_eq(plain, model);
    ck_assert_ptr_eq(twice, once);
    ck_assert(!ng_model_is_compact(model));
}
END_TEST

START_TEST(arpa_text_is_the_same_from_a_packed_model)
{
    NgTrainOptions options = plain_options(3);
    g_autoptr(NgModel) model = train_on("corpus/marlow", &options);
    g_autoptr(NgModel) compact = packed(model);
    gsize n = 0;
    g_autofree char *a = arpa_of(model, 0, &n);
    g_autofree char *b = arpa_of(compact, 0, &n);

    ck_assert(g_str_equal(a, b));
}
END_TEST

/* Against the C library, which is right to some 1e-16. */
START_TEST(predictions_are_near_the_logarithm)
{
    for (int i = -900; i < 900; i++) {
        float x = (float)i * 0.33F;
        double power = ng_predict_power(x);
        double wanted = exp10((double)x);
        if (fabs(power - wanted) > 1e-9 * wanted)
            ck_abort_msg("10^%g is %g", (double)x, power);
        if (x >= 0.0F)
            continue;
        double log = (double)ng_float_of(ng_predict_bits(power));
        if (fabs(log + (double)x) > 1e-6 * fabs((double)x))
            ck_abort_msg("log %g is %g", power, log);
    }
    ck_assert_uint_eq(ng_predict_bits(0.0), ng_float_bits(INFINITY));
    ck_assert_uint_eq(ng_predict_bits(1.0), 0);
    ck_assert(ng_predict_power(-INFINITY) == 0.0);
    ck_assert(ng_predict_power(NAN) == 0.0);
}
END_TEST

static double
perplexity_of(NgModel *model, const char *path)
{
    g_autofree char *text = contents_of(path, NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(NgScorer) scorer = ng_scorer_new(model, 0, NULL);
    NgScore sum = {0};

    for (char **line = lines; line[1] != NULL; line++)
        ng_scorer_text(scorer, *line, strlen(*line), &sum, NULL, NULL);
    return ng_score_perplexity(&sum);
}

static NgModel *
golden(const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename("tests", "golden", name, NULL);
    NgModel *model = ng_model_open(path, &error);

    ck_assert_msg(model != NULL, "%s", error != NULL ? error->message : "no error");
    ck_assert(ng_model_verify(model, NULL));
    return model;
}

/* Made when the packed form was new, from the text of model-v1.ngram. */
START_TEST(the_golden_packed_models_open_and_give_their_figures)
{
    g_autoptr(NgModel) plain = golden("model-v1.ngram");
    g_autoptr(NgModel) compact = golden("compact-v1.ngram");
    g_autoptr(NgModel) few = golden("compact-q3-v1.ngram");
    const char *text = "tests/golden/lmplz/letters.txt";

    check_same_voice(ng_model_voice(plain, 0), ng_model_voice(compact, 0));
    /* what 'ngram score' said of it then */
    ck_assert_double_eq_tol(perplexity_of(few, text), 7.152651571289957, 1e-9);
    ck_assert_double_eq_tol(ng_voice_deviation(ng_model_voice(few, 0)), 0.12371155053178384, 1e-9);
}
END_TEST

/* 1 1 1 2 in 2 bins; 0 1 9 10 in 2: by hand. */
START_TEST(bins_are_the_means_of_what_is_nearest)
{
    const float few[] = {2, 1, 1, 1};
    const float far[] = {10, 0, 9, 1};
    const float once[] = {1, 1, 1, 1};
    const float heavy[] = {1, 3, 1, 1};
    NgBins a = ng_bins_new(few, once, 4, 2);
    NgBins b = ng_bins_new(far, heavy, 4, 2);

    ck_assert_uint_eq(a.n, 2);
    ck_assert(ng_bins_nearest(&a, 0.0) == 1.0 && ng_bins_nearest(&a, 9.0) == 2.0);
    ck_assert_uint_eq(b.n, 2);
    ck_assert_double_eq_tol(ng_bins_nearest(&b, 3.0), 0.25, 1e-12); /* (3 * 0 + 1) / 4 */
    ck_assert_double_eq_tol(ng_bins_nearest(&b, 6.0), 9.5, 1e-12);
    ng_bins_clear(&a);
    ng_bins_clear(&b);
    NgBins none = ng_bins_new(few, once, 0, 4);
    ck_assert(ng_bins_nearest(&none, 3.5) == 3.5);
    ng_bins_clear(&none);
}
END_TEST

static unsigned
distinct(const float *value, size_t n)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_direct_hash, g_direct_equal);

    for (size_t i = 0; i < n; i++)
        g_hash_table_add(seen, GUINT_TO_POINTER(ng_float_bits(value[i])));
    return g_hash_table_size(seen);
}

/* No more different numbers of a kind than 2^B, and one more for those kept as they are. */
START_TEST(a_quantised_voice_has_few_different_numbers)
{
    NgTrainOptions options = plain_options(4);
    unsigned bits = (unsigned)_i;

    options.tokens = NG_TOKENS_WORDS;
    g_autoptr(NgModel) model = train_on("corpus", &options);
    g_autoptr(NgQuantized) q = ng_quantize_voice(ng_model_voice(model, 0), bits);
    for (unsigned k = 0; k < 4; k++) {
        size_t n = q->voice->n[k];
        if (k > 0) {
            ck_assert_ptr_nonnull(q->weight[k]);
            ck_assert_uint_le(distinct(q->weight[k], n), (1U << bits) + 1);
        }
        if (k == 3)
            continue;
        g_autofree float *backoff = g_new(float, n);
        for (size_t e = 0; e < n; e++)
            backoff[e] = q->voice->entry[k][e].backoff;
        ck_assert_uint_le(distinct(backoff, n), (1U << bits) + 1);
    }
    ck_assert(ng_voice_check(q->voice, 0.0, NULL));
}
END_TEST

/* The more bits, the nearer to the exact model; what is off is what the manifest says. */
START_TEST(more_bits_lose_less)
{
    NgTrainOptions options = plain_options(3);
    double last = INFINITY;

    options.tokens = NG_TOKENS_WORDS;
    g_autoptr(NgModel) model = train_on("corpus", &options);
    for (unsigned bits = 4; bits <= 16; bits += 4) {
        g_autoptr(NgModel) few = ng_model_quantize(model, bits, NULL);
        ck_assert(ng_loss_measure(model, few, NULL, NULL));
        GKeyFile *manifest = ng_model_manifest(few);
        double exact = g_key_file_get_double(manifest, "quantize", "perplexity-exact", NULL);
        double less = g_key_file_get_double(manifest, "quantize", "perplexity-quantized", NULL);
        double off = g_key_file_get_double(manifest, "quantize", "deviation", NULL);
        ck_assert(fabs(less / exact - 1.0) <= last + 1e-4);
        ck_assert(ng_voice_check(ng_model_voice(few, 0), off + 1e-9, NULL));
        last = fabs(less / exact - 1.0);
    }
    ck_assert_double_le(last, 1e-3);
}
END_TEST

/* Weights that no interpolation makes, blanks and zeros: still a sound voice, packed and unpacked. */
START_TEST(odd_models_are_quantised)
{
    g_autoptr(NgModel) model = random_arpa((uint64_t)_i);
    g_autoptr(NgModel) few = ng_model_quantize(model, 2 + (unsigned)_i % 15, NULL);

    ck_assert_ptr_nonnull(few);
    g_autoptr(NgModel) plain = ng_model_plain(few);
    check_same_voice(ng_model_voice(plain, 0), ng_model_voice(few, 0));
    for (unsigned level = 1; level <= ng_model_order(model); level++)
        for (uint32_t e = 0; e < ng_voice_level_size(ng_model_voice(model, 0), level); e++)
            if (ng_voice_entry_is_blank(ng_model_voice(model, 0), level, e) !=
                ng_voice_entry_is_blank(ng_model_voice(few, 0), level, e))
                ck_abort_msg("entry %u of level %u", e, level);
}
END_TEST

Suite *
compact_suite(void)
{
    Suite *suite = suite_create("compact");
    TCase *tc = tcase_create("compact");

    tcase_add_loop_test(tc, what_is_packed_comes_back, 0, 6 * (int)G_N_ELEMENTS(smoothings));
    tcase_add_loop_test(tc, odd_models_from_arpa_text_come_back, 0, 40);
    tcase_add_test(tc, several_voices_and_surfaces_come_back);
    tcase_add_test(tc, packing_twice_or_not_at_all_gives_the_same_model);
    tcase_add_test(tc, arpa_text_is_the_same_from_a_packed_model);
    tcase_add_test(tc, the_golden_packed_models_open_and_give_their_figures);
    tcase_add_test(tc, bins_are_the_means_of_what_is_nearest);
    tcase_add_loop_test(tc, a_quantised_voice_has_few_different_numbers, 2, 9);
    tcase_add_test(tc, more_bits_lose_less);
    tcase_add_loop_test(tc, odd_models_are_quantised, 0, 30);
    tcase_add_test(tc, predictions_are_near_the_logarithm);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(suite, tc);
    return suite;
}

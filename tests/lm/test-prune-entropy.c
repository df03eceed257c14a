#include "../../src/lm/prune-internal.h"
#include "texts.h"

#include "ngram/number.h"

Suite *prune_entropy_suite(void);

/**
 * Without: a voice of which one n-gram is taken away, by definition and slowly.
 * @level, @entry: the n-gram; level 0 for none
 * @context: its context
 * @weight: the context's back-off weight, set anew
 */
typedef struct {
    const NgVoice *voice;
    unsigned level;
    uint32_t entry;
    NgState context;
    double weight;
} Without;

static double
stored(const NgVoice *voice, unsigned level, uint32_t entry)
{
    return pow(10.0, (double)ng_voice_entry_logprob(voice, level, entry));
}

/* Whether @words [@n] are an entry, found from the empty context word by word; gives its state. */
static gboolean
is_entry(const NgVoice *voice, const NgWord *words, unsigned n, NgState *state)
{
    NgState s = {0};

    for (unsigned i = 0; i < n; i++) {
        uint32_t entry = 0;
        if (!ng_voice_find(voice, s, words[i], &entry))
            return FALSE;
        s = (NgState){s.length + 1, entry};
    }
    *state = s;
    return TRUE;
}

/* P(last of @words [@n] | the others), backing off by the book. */
static double
probability(const Without *w, const NgWord *words, unsigned n)
{
    NgState context = {0};
    NgState all = {0};

    if (is_entry(w->voice, words, n, &all) && (n != w->level || all.index != w->entry))
        return stored(w->voice, n, all.index);
    double shorter = probability(w, words + 1, n - 1);
    if (!is_entry(w->voice, words, n - 1, &context))
        return shorter;
    if (w->level == n && context.index == w->context.index)
        return w->weight * shorter;
    return shorter * pow(10.0, (double)ng_voice_backoff(w->voice, context));
}

/* Sets the weight with which the context of @w sums to 1. */
static void
set_weight(Without *w, const NgWord *history)
{
    NgRange range = ng_voice_successors(w->voice, w->context);
    double own = 1.0;
    double shorter = 1.0;
    NgWord words[NG_ORDER_MAX];

    memcpy(words, history, (w->level - 1) * sizeof *words);
    for (uint32_t e = range.first; e < range.end; e++) {
        words[w->level - 1] = ng_voice_entry_word(w->voice, w->level, e);
        if (e == w->entry)
            continue;
        own -= stored(w->voice, w->level, e);
        shorter -= probability(w, words + 1, w->level - 1);
    }
    w->weight = own / shorter;
}

/* P(@history), each word from those before it, `<s>` as probable as `</s>`. */
static double
chain(const NgVoice *voice, const NgWord *history, unsigned n)
{
    const Without none = {.voice = voice};
    NgWord first = history[0] == NG_WORD_BEGIN ? NG_WORD_END : history[0];
    double p = stored(voice, 1, first);

    for (unsigned i = 2; i <= n; i++)
        p *= probability(&none, history, i);
    return p;
}

/* The next history of @n words in order; FALSE after the last. `<s>` stands first or nowhere. */
static gboolean
next_history(NgWord *history, unsigned n, NgWord V)
{
    for (unsigned i = n; i-- > 0;) {
        do
            history[i]++;
        while (history[i] == NG_WORD_END || (i > 0 && history[i] == NG_WORD_BEGIN));
        if (history[i] < V)
            return TRUE;
        history[i] = 0;
    }
    return FALSE;
}

/* Sum over all histories h of level - 1 words and all words v of
 * P(h) p(v|h) (log p(v|h) - log p'(v|h)): the relative entropy, by definition. */
static double
relative_entropy(const Without *w)
{
    const Without none = {.voice = w->voice};
    NgWord V = (NgWord)ng_voice_words(w->voice);
    NgWord words[NG_ORDER_MAX] = {0};
    double sum = 0.0;

    do {
        double inner = 0.0;
        for (NgWord v = 0; v < V; v++) {
            words[w->level - 1] = v;
            double p = v != NG_WORD_BEGIN ? probability(&none, words, w->level) : 0.0;
            if (p > 0.0)
                inner += p * (log(p) - log(probability(w, words, w->level)));
        }
        sum += chain(w->voice, words, w->level - 1) * inner;
    } while (next_history(words, w->level - 1, V));
    return sum;
}

/* Holds the score of each n-gram that begins with @words [@n] against the definition. */
static unsigned
compare_scores(const NgPruneScores *scores, NgWord *words, NgState context)
{
    const NgVoice *voice = scores->voice;
    NgRange range = ng_voice_successors(voice, context);
    unsigned level = context.length + 1;
    unsigned seen = 0;

    for (uint32_t e = range.first; e < range.end; e++) {
        words[level - 1] = ng_voice_entry_word(voice, level, e);
        if (level > 1) {
            Without w = {voice, level, e, context, 0.0};
            set_weight(&w, words);
            double expected = expm1(relative_entropy(&w));
            double got = (double)scores->score[level - 1][e];
            /* float32 logarithms: p and p' are known to 1e-6 or so */
            if (!(fabs(got - expected) <= 1e-3 * expected + 1e-7))
                ck_abort_msg("level %u entry %u: %g, not %g", level, e, got, expected);
            seen++;
        }
        if (level < ng_voice_order(voice))
            seen += compare_scores(scores, words, (NgState){level, e});
    }
    return seen;
}

START_TEST(a_score_is_the_relative_entropy_of_the_definition)
{
    unsigned order = 2 + (unsigned)_i % 3;
    const char *smoothing = smoothings[_i / 3];
    g_autofree char *text = random_text((uint64_t)_i, 14, 5, 6);
    NgTrainOptions options = plain_options(order);
    NgWord words[NG_ORDER_MAX] = {0};
    NgPruneScores scores;

    set_smoothing(&options, smoothing);
    g_autoptr(NgModel) model = model_of(text, &options);
    ng_prune_scores_init(&scores, ng_model_voice(model, 0), NG_PRUNE_HISTORY_CHAIN, 2);
    ck_assert_uint_gt(compare_scores(&scores, words, (NgState){0}), 20);
    ng_prune_scores_clear(&scores);
}
END_TEST

/* Nothing is left to words that were not seen: p' = p_lower, D = P(h) sum of p log p/p'. */
START_TEST(unsmoothed_models_have_scores)
{
    NgTrainOptions options = plain_options(2);
    NgPruneScores scores;

    set_smoothing(&options, "mle");
    g_autoptr(NgModel) model = model_of("a b\na b\na c\n", &options);
    const NgVoice *voice = ng_model_voice(model, 0);
    NgState a = {1, word_in(model, "a")};
    NgRange range = ng_voice_successors(voice, a);
    ng_prune_scores_init(&scores, voice, NG_PRUNE_HISTORY_CHAIN, 1);
    /* 9 tokens with </s>: P(a) = 3/9; p(c|a) = 1/3; without it b' = 1/3 / (1 - 2/9), since b is
     * still known and has 2/9; p'(c|a) = b' 1/9 = 1/21, and D = 3/9 1/3 log(7) */
    ck_assert_uint_eq(range.end - range.first, 2);
    ck_assert_double_eq_tol((double)scores.score[1][range.first + 1], expm1(log(7.0) / 9.0), 1e-6);
    ng_prune_scores_clear(&scores);
}
END_TEST

/* A dense Markov chain over all histories of N - 1 words, from the definition of p alone. */
static double *
dense_history(const NgVoice *voice, unsigned n)
{
    const Without none = {.voice = voice};
    size_t V = ng_voice_words(voice);
    size_t size = (size_t)pow((double)V, n);
    double *m = g_new0(double, size);
    double *p = g_new(double, size *V);
    NgWord words[NG_ORDER_MAX] = {0};

    for (size_t h = 0; h < size; h++) {
        size_t rest = h;
        unsigned from = 0;
        for (unsigned i = n; i-- > 0; rest /= V)
            words[i] = (NgWord)(rest % V);
        for (unsigned i = 0; i < n; i++)
            from = words[i] == NG_WORD_BEGIN ? i : from; /* what stands before it is long gone */
        for (NgWord v = 0; v < V; v++) {
            words[n] = v;
            p[h * V + v] = probability(&none, words + from, n + 1 - from);
        }
    }
    m[NG_WORD_BEGIN] = 1.0; /* words 0 ... 0 <s> */
    for (int step = 0; step < 300; step++) {
        double *next = g_new0(double, size);
        for (size_t h = 0; h < size; h++)
            for (NgWord v = 0; v < V && m[h] > 0.0; v++)
                if (v != NG_WORD_BEGIN)
                    next[(h * V + (v == NG_WORD_END ? NG_WORD_BEGIN : v)) % size] +=
                        m[h] * p[h * V + v];
        for (size_t h = 0; h < size; h++) /* half a step, lest it swing */
            m[h] = (m[h] + next[h]) / 2;
        g_free(next);
    }
    g_free(p);
    return m;
}

START_TEST(the_stationary_history_is_that_of_a_dense_markov_chain)
{
    unsigned order = 2 + (unsigned)_i % 2;
    g_autofree char *text = random_text(40 + (uint64_t)_i, 30, 4, 7);
    NgTrainOptions options = plain_options(order);
    double *p[NG_ORDER_MAX] = {NULL};
    float *scratch[NG_ORDER_MAX] = {NULL};

    set_smoothing(&options, smoothings[_i / 2]);
    g_autoptr(NgModel) model = model_of(text, &options);
    const NgVoice *voice = ng_model_voice(model, 0);
    size_t V = ng_voice_words(voice);
    g_autofree double *dense = dense_history(voice, order - 1);
    for (unsigned k = 1; k < order; k++)
        scratch[k] = g_new(float, ng_voice_level_size(voice, k + 1));
    ng_prune_history_stationary(voice, scratch, p);
    for (NgWord v = 0; v < V; v++) {
        double sum = order == 2 ? dense[v] : 0.0;
        for (NgWord u = 0; u < V && order == 3; u++)
            sum += dense[u * V + v];
        /* it stops where 1 % of the mass still moves */
        if (v != NG_WORD_END && fabs(p[0][v] - sum) > 0.01)
            ck_abort_msg("word %u: %g, not %g", v, p[0][v], sum);
        NgRange range = ng_voice_successors(voice, (NgState){1, v});
        for (uint32_t e = range.first; e < range.end && order == 3; e++) {
            NgWord w = ng_voice_entry_word(voice, 2, e);
            if (w != NG_WORD_END && fabs(p[1][e] - dense[v * V + w]) > 0.01)
                ck_abort_msg("words %u %u: %g, not %g", v, w, p[1][e], dense[v * V + w]);
        }
    }
    for (unsigned k = 0; k < order; k++) {
        g_free(p[k]);
        g_free(scratch[k]);
    }
}
END_TEST

/* Whether an entry stays, asked of every longer one that may need it. */
static gboolean
stays_plainly(const NgPruneScores *raw, unsigned level, uint32_t e, double threshold)
{
    const NgVoice *voice = raw->voice;

    if (level == 1 || (double)raw->score[level - 1][e] >= threshold)
        return TRUE;
    if (level == ng_voice_order(voice))
        return FALSE;
    NgRange own = ng_voice_successors(voice, (NgState){level, e});
    for (uint32_t g = 0; g < ng_voice_level_size(voice, level + 1); g++)
        if (((g >= own.first && g < own.end) || ng_voice_entry_suffix(voice, level + 1, g) == e) &&
            stays_plainly(raw, level + 1, g, threshold))
            return TRUE;
    return FALSE;
}

static gboolean
has_blanks(const NgVoice *voice)
{
    for (unsigned level = 1; level <= ng_voice_order(voice); level++)
        if (ng_voice_level_ngrams(voice, level) < ng_voice_level_size(voice, level))
            return TRUE;
    return FALSE;
}

/* The successors of @new in the pruned voice are those of @old that stay, as they were.  Where
 * none went and none is a blank, the back-off weight is the same to the bit. */
static void
compare_successors(const NgPruneScores *raw, const NgVoice *pruned, NgState old, NgState new,
                   double threshold)
{
    const NgVoice *voice = raw->voice;
    NgRange range = ng_voice_successors(voice, old);
    NgRange left = ng_voice_successors(pruned, new);
    unsigned level = old.length + 1;
    uint32_t n = left.first;

    for (uint32_t e = range.first; e < range.end; e++) {
        if (!stays_plainly(raw, level, e, threshold))
            continue;
        ck_assert_uint_lt(n, left.end);
        ck_assert_uint_eq(ng_voice_entry_word(pruned, level, n),
                          ng_voice_entry_word(voice, level, e));
        ck_assert(ng_voice_entry_is_blank(pruned, level, n) ==
                  ng_voice_entry_is_blank(voice, level, e));
        if (!ng_voice_entry_is_blank(voice, level, e))
            ck_assert(ng_voice_entry_logprob(pruned, level, n) ==
                      ng_voice_entry_logprob(voice, level, e));
        if (level < ng_voice_order(voice))
            compare_successors(raw, pruned, (NgState){level, e}, (NgState){level, n}, threshold);
        n++;
    }
    ck_assert_uint_eq(n, left.end);
    if (left.end - left.first == range.end - range.first && !has_blanks(voice))
        ck_assert(ng_voice_backoff(pruned, new) == ng_voice_backoff(voice, old));
    if (left.end == left.first && range.end > range.first)
        ck_assert(ng_voice_backoff(pruned, new) == 0.0F);
}

static void
check_pruning(const NgVoice *voice, double threshold)
{
    NgPruneOptions options = {.threshold = threshold, .threads = 3};
    g_autoptr(GError) error = NULL;
    NgPruneScores raw;

    g_autoptr(NgVoice) pruned = ng_prune_entropy(voice, &options);
    ng_prune_scores_init(&raw, voice, NG_PRUNE_HISTORY_CHAIN, 1);
    compare_successors(&raw, pruned, (NgState){0}, (NgState){0}, threshold);
    ck_assert_msg(ng_voice_check(pruned, 2e-5, &error), "%s",
                  error != NULL ? error->message : "unsound");
    ng_prune_scores_clear(&raw);
}

static const double thresholds[] = {0.0, 1e-5, 1e-4, 1e-3, 1e-2, 1e300};

START_TEST(what_stays_is_worth_it_or_needed)
{
    unsigned order = 1 + (unsigned)_i % 5;
    g_autofree char *text = random_text(80 + (uint64_t)_i, 40, 9, 8);
    NgTrainOptions options = plain_options(order);

    set_smoothing(&options, smoothings[_i / 5]);
    g_autoptr(NgModel) model = model_of(text, &options);
    for (size_t i = 0; i < G_N_ELEMENTS(thresholds); i++)
        check_pruning(ng_model_voice(model, 0), thresholds[i]);
}
END_TEST

static void
add_line(GString *text, double p, const char *words, double weight)
{
    char number[NG_NUMBER_SIZE];

    ng_number_from_float(number, (float)log10(p));
    g_string_append_printf(text, "%s\t%s\t", number, words);
    ng_number_from_float(number, (float)log10(weight));
    g_string_append_printf(text, "%s\n", number);
}

/* A trigram model that sums to 1 and lacks some bigrams that are suffixes of its trigrams. */
static char *
model_with_blanks(uint64_t seed)
{
    enum { V = 5 };
    static const char *const words[V] = {"a", "b", "c", "d", "</s>"};
    NgRng rng = ng_rng_new(seed, 7);
    g_autoptr(GString) uni = g_string_new("\\1-grams:\n-99\t<s>\n-99\t<unk>\n");
    g_autoptr(GString) bi = g_string_new("\n\\2-grams:\n");
    g_autoptr(GString) tri = g_string_new("\n\\3-grams:\n");
    const double one[V] = {0.3, 0.25, 0.2, 0.15, 0.1};
    double two[V][V];
    unsigned n2 = 0;
    unsigned n3 = 0;

    for (int a = 0; a < V; a++) {
        gboolean known[V];
        double own = 0.0;
        double shorter = 0.0;
        for (int b = 0; b < V; b++) {
            known[b] = a != V - 1 && b != 0 && ng_rng_coin(&rng) < 0.6;
            two[a][b] = known[b] ? ng_rng_coin(&rng) / 6 + 0.01 : 0.0;
            own += two[a][b];
            shorter += known[b] ? one[b] : 0.0;
        }
        double weight = (1.0 - own) / (1.0 - MIN(shorter, 0.999999));
        add_line(uni, one[a], words[a], weight);
        for (int b = 0; b < V; b++) {
            g_autofree char *pair = g_strconcat(words[a], " ", words[b], NULL);
            if (!known[b])
                two[a][b] = -weight * one[b]; /* backed off to */
            else if (b == V - 1)
                add_line(bi, two[a][b], pair, 1.0);
            n2 += known[b] ? 1 : 0;
        }
    }
    for (int a = 0; a < V - 1; a++)
        for (int b = 0; b < V - 1; b++) {
            g_autofree char *pair = g_strconcat(words[a], " ", words[b], NULL);
            double own = 0.0;
            double shorter = 0.0;
            if (two[a][b] <= 0.0)
                continue;
            for (int c = 0; c < V; c++) {
                g_autofree char *all = g_strconcat(pair, " ", words[c], NULL);
                double p = ng_rng_coin(&rng) / 6 + 0.01;
                if (c == 0 || ng_rng_coin(&rng) < 0.5)
                    continue;
                add_line(tri, p, all, 1.0);
                own += p;
                shorter += fabs(two[b][c]);
                n3++;
            }
            add_line(bi, two[a][b], pair, (1.0 - own) / (1.0 - shorter));
        }
    return g_strdup_printf("\\data\\\nngram 1=%d\nngram 2=%u\nngram 3=%u\n\n%s%s%s\n\\end\\\n",
                           V + 2, n2, n3, uni->str, bi->str, tri->str);
}

START_TEST(blanks_stay_blanks_and_are_backed_off_to)
{
    g_autofree char *text = model_with_blanks((uint64_t)_i);
    g_autoptr(NgModel) model = model_of_arpa_text(text);
    const NgVoice *voice = ng_model_voice(model, 0);
    g_autoptr(GError) error = NULL;

    ck_assert_msg(ng_voice_check(voice, 2e-5, &error), "%s\n%s",
                  error != NULL ? error->message : "", text);
    for (size_t i = 0; i < G_N_ELEMENTS(thresholds); i++) {
        NgPruneOptions options = {.threshold = thresholds[i], .threads = 1};
        g_autoptr(NgVoice) pruned = ng_prune_entropy(voice, &options);
        check_pruning(voice, thresholds[i]);
        for (uint32_t h = 0; h < ng_voice_words(pruned); h++) {
            NgRange range = ng_voice_successors(pruned, (NgState){1, h});
            for (uint32_t e = range.first; e < range.end; e++) {
                float expected =
                    ng_voice_entry_logprob(pruned, 1, ng_voice_entry_suffix(pruned, 2, e)) +
                    ng_voice_backoff(pruned, (NgState){1, h});
                if (ng_voice_entry_is_blank(pruned, 2, e) &&
                    ng_voice_entry_logprob(pruned, 2, e) != expected)
                    ck_abort_msg("a blank is not what backing off gives");
            }
        }
    }
}
END_TEST

START_TEST(scores_do_not_depend_on_the_number_of_threads)
{
    g_autofree char *text = random_text(9, 200, 30, 9);
    NgTrainOptions options = plain_options(3);
    g_autoptr(NgModel) model = model_of(text, &options);
    const NgVoice *voice = ng_model_voice(model, 0);
    NgPruneScores one;
    NgPruneScores many;

    ng_prune_scores_init(&one, voice, (NgPruneHistory)_i, 1);
    ng_prune_scores_init(&many, voice, (NgPruneHistory)_i, 5);
    for (unsigned level = 2; level <= 3; level++)
        ck_assert_mem_eq(one.score[level - 1], many.score[level - 1],
                         ng_voice_level_size(voice, level) * sizeof(float));
    ng_prune_scores_clear(&one);
    ng_prune_scores_clear(&many);
}
END_TEST

Suite *
prune_entropy_suite(void)
{
    Suite *suite = suite_create("prune_entropy");
    TCase *scores = tcase_create("scores");
    TCase *voices = tcase_create("voices");

    /* all smoothings but mle, whose p' is 0 for words that were never seen after a context */
    tcase_add_loop_test(scores, a_score_is_the_relative_entropy_of_the_definition, 0, 18);
    tcase_add_test(scores, unsmoothed_models_have_scores);
    tcase_add_loop_test(scores, the_stationary_history_is_that_of_a_dense_markov_chain, 0, 12);
    tcase_add_loop_test(scores, scores_do_not_depend_on_the_number_of_threads, 0, 3);
    tcase_set_timeout(scores, 60);
    suite_add_tcase(suite, scores);

    tcase_add_loop_test(voices, what_stays_is_worth_it_or_needed, 0, 35);
    tcase_add_loop_test(voices, blanks_stay_blanks_and_are_backed_off_to, 0, 20);
    tcase_set_timeout(voices, 60);
    suite_add_tcase(suite, voices);
    return suite;
}

#include "texts.h"

#include "ngram/error.h"

Suite *voice_suite(void);

/* Whether @words [@n] are an entry, found from the empty context word by word; gives its state. */
static gboolean
is_context(const NgVoice *voice, const NgWord *words, unsigned n, NgState *state)
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

/* The longest end of @words [@n] that is an entry below the top level, the plain way. */
static NgState
longest_context(const NgVoice *voice, const NgWord *words, unsigned n)
{
    NgState state = {0};

    for (unsigned from = n - MIN(n, ng_voice_order(voice) - 1); from < n; from++)
        if (is_context(voice, words + from, n - from, &state))
            return state;
    return (NgState){0};
}

static NgModel *
model_of_order(unsigned order)
{
    g_autofree char *text = random_text(order, 60, 12, 9);
    NgTrainOptions options = plain_options(order);

    options.smooth.prune[order - 1] = order > 3; /* makes contexts that nothing follows */
    return model_of(text, &options);
}

/* Random words, known and unknown ones: step by step, at once, and by trying every end. */
START_TEST(the_state_is_the_longest_end_that_is_known)
{
    g_autoptr(NgModel) model = model_of_order((unsigned)_i);
    const NgVoice *voice = ng_model_voice(model, 0);
    NgRng rng = ng_rng_new(4, 0);

    for (int i = 0; i < 200; i++) {
        NgWord words[12] = {NG_WORD_BEGIN};
        NgState state = ng_voice_begin(voice);
        for (unsigned n = 1; n < 12; n++) {
            words[n] = uneven(&rng, (uint32_t)ng_voice_words(voice));
            if (words[n] == NG_WORD_BEGIN || words[n] == NG_WORD_END)
                words[n] = NG_WORD_UNKNOWN;
            ng_voice_step(voice, &state, words[n], NULL);
            NgState at_once = ng_voice_context(voice, words, n + 1);
            NgState expected = longest_context(voice, words, n + 1);
            if (state.length != expected.length || state.index != expected.index)
                ck_abort_msg("after %u words the state is no longest end", n);
            if (state.length != at_once.length || state.index != at_once.index)
                ck_abort_msg("%u words at once give another state", n);
        }
    }
}
END_TEST

/* log10 P from the definition: the stored one, or the back-off weight and a shorter context. */
static float
back_off(const NgVoice *voice, const NgWord *words, unsigned n, unsigned *order)
{
    NgState context = {0};
    uint32_t entry = 0;

    if (n == 1) {
        *order = 1;
        return ng_voice_entry_logprob(voice, 1, words[0]);
    }
    gboolean known = is_context(voice, words, n - 1, &context);
    if (known && ng_voice_find(voice, context, words[n - 1], &entry)) {
        *order = n;
        return ng_voice_entry_logprob(voice, n, entry);
    }
    float p = back_off(voice, words + 1, n - 1, order);
    return known ? p + ng_voice_backoff(voice, context) : p;
}

/* To the last bit: the sums are made in one order. */
START_TEST(a_step_pays_the_weights_of_the_contexts_it_leaves)
{
    g_autoptr(NgModel) model = model_of_order((unsigned)_i);
    const NgVoice *voice = ng_model_voice(model, 0);
    unsigned N = ng_voice_order(voice);
    NgRng rng = ng_rng_new(5, 0);
    unsigned seen[NG_ORDER_MAX + 1] = {0};

    for (int i = 0; i < 3000; i++) {
        NgWord words[NG_ORDER_MAX] = {0};
        unsigned order = 0;
        unsigned expected = 0;
        for (unsigned j = 0; j < N; j++)
            words[j] = uneven(&rng, (uint32_t)ng_voice_words(voice));
        NgState state = longest_context(voice, words, N - 1);
        float p = ng_voice_step(voice, &state, words[N - 1], &order);
        if (p != back_off(voice, words, N, &expected) || order != expected)
            ck_abort_msg("a word's probability or order is wrong");
        seen[order]++;
    }
    for (unsigned k = 1; k <= MIN(N, 3); k++)
        ck_assert_uint_gt(seen[k], 0);
}
END_TEST

START_TEST(a_unigram_voice_has_one_state)
{
    g_autoptr(NgModel) model = model_of_order(1);
    const NgVoice *voice = ng_model_voice(model, 0);
    NgState state = ng_voice_begin(voice);
    unsigned order = 0;

    ck_assert_uint_eq(state.length, 0);
    ck_assert_uint_eq(ng_voice_order(voice), 1);
    float p = ng_voice_step(voice, &state, word_in(model, "w1"), &order);
    ck_assert(p == ng_voice_entry_logprob(voice, 1, word_in(model, "w1")));
    ck_assert_uint_eq(order, 1);
    ck_assert_uint_eq(state.length, 0);
    ck_assert_uint_eq(ng_voice_successors(voice, state).end, ng_voice_words(voice));
    ck_assert(ng_voice_check(voice, 1e-6, NULL));
}
END_TEST

/* The bigram "c b" is the suffix of "a c b" and stands in no line: a blank entry. */
static const char blanks[] = "\\data\\\n"
                             "ngram 1=6\n"
                             "ngram 2=2\n"
                             "ngram 3=1\n"
                             "\n"
                             "\\1-grams:\n"
                             "-1\t<unk>\n"
                             "-99\t<s>\n"
                             "-1\t</s>\n"
                             "-0.5\ta\t-0.25\n"
                             "-0.5\tb\t-0.25\n"
                             "-0.5\tc\t-0.125\n"
                             "\n"
                             "\\2-grams:\n"
                             "-0.25\ta b\t-0.5\n"
                             "-0.25\ta c\t-0.5\n"
                             "\n"
                             "\\3-grams:\n"
                             "-0.0625\ta c b\n"
                             "\n"
                             "\\end\\\n";

START_TEST(a_blank_is_no_ngram_of_the_model)
{
    g_autoptr(NgModel) model = model_of_arpa_text(blanks);
    const NgVoice *voice = ng_model_voice(model, 0);
    const NgWord words[] = {word_in(model, "c")};
    NgState state = ng_voice_context(voice, words, 1);
    NgRange range = ng_voice_successors(voice, state);
    unsigned order = 0;

    ck_assert_uint_eq(ng_voice_level_size(voice, 2), 3);
    ck_assert_uint_eq(ng_voice_level_ngrams(voice, 2), 2);
    ck_assert_uint_eq(range.end - range.first, 1);
    ck_assert(ng_voice_entry_is_blank(voice, 2, range.first));
    ck_assert_uint_eq(ng_voice_entry_word(voice, 2, range.first), word_in(model, "b"));
    /* P(b) and the weight of c: -0.5 - 0.125 */
    ck_assert(ng_voice_entry_logprob(voice, 2, range.first) == -0.625F);
    ck_assert(ng_voice_step(voice, &state, word_in(model, "b"), &order) == -0.625F);
    ck_assert_uint_eq(order, 1);
    ck_assert_uint_eq(state.length, 2);
}
END_TEST

/* The words alone have 3 * 10^-.5 + 2 * 10^-1 = 1.1487. */
START_TEST(what_does_not_sum_to_one_is_found)
{
    g_autoptr(NgModel) model = model_of_arpa_text(blanks);
    const NgVoice *voice = ng_model_voice(model, 0);
    g_autoptr(GError) error = NULL;

    ck_assert(ng_voice_check(voice, 0.0, NULL));
    ck_assert(!ng_voice_check(voice, 0.1, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_FORMAT));
    ck_assert(g_str_has_prefix(error->message, "the words' probabilities sum to 1.1486"));
}
END_TEST

/* <s> .9 of the mass twice: the words are right, the context of <s> is not. */
START_TEST(a_context_that_does_not_sum_to_one_is_found)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(NgModel) model = model_of_arpa_text("\\data\\\nngram 1=4\nngram 2=1\n\n"
                                                  "\\1-grams:\n-1\t<unk>\n-99\t<s>\t-0.25\n"
                                                  "-0.30103\t</s>\n-0.39794\ta\n\n"
                                                  "\\2-grams:\n-0.045757\t<s> a\n\n\\end\\\n");

    /* .9 + 10^-.25 (1 - .4) = 1.2374 */
    ck_assert(!ng_voice_check(ng_model_voice(model, 0), 1e-3, &error));
    ck_assert(
        g_str_has_prefix(error->message, "entry 1 of level 1: its distribution sums to 1.237"));
}
END_TEST

START_TEST(entries_agree_with_states)
{
    g_autoptr(NgModel) model = model_of_order(4);
    const NgVoice *voice = ng_model_voice(model, 0);

    for (unsigned level = 2; level <= 4; level++)
        for (uint32_t e = 0; e < ng_voice_level_size(voice, level); e++) {
            NgState after = ng_voice_entry_state(voice, level, e);
            NgState shorter = ng_voice_shorter(voice, (NgState){level - 1, 0});
            if (after.length != MIN(level, 3) || shorter.length != level - 2)
                ck_abort_msg("a state of the wrong length");
            if (level < 4 ? after.index != e
                          : after.index != ng_voice_entry_suffix(voice, level, e))
                ck_abort_msg("a state of the wrong entry");
        }
}
END_TEST

Suite *
voice_suite(void)
{
    Suite *suite = suite_create("voice");
    TCase *automaton = tcase_create("automaton");
    TCase *entries = tcase_create("entries");

    tcase_add_loop_test(automaton, the_state_is_the_longest_end_that_is_known, 1, 7);
    tcase_add_loop_test(automaton, a_step_pays_the_weights_of_the_contexts_it_leaves, 1, 7);
    tcase_add_test(automaton, a_unigram_voice_has_one_state);
    suite_add_tcase(suite, automaton);

    tcase_add_test(entries, a_blank_is_no_ngram_of_the_model);
    tcase_add_test(entries, what_does_not_sum_to_one_is_found);
    tcase_add_test(entries, a_context_that_does_not_sum_to_one_is_found);
    tcase_add_test(entries, entries_agree_with_states);
    suite_add_tcase(suite, entries);
    return suite;
}

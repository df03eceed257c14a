#include "texts.h"

#include "ngram/compact.h"

Suite *voice_range_suite(void);

static NgModel *
model_of_order(unsigned order)
{
    g_autofree char *text = random_text(order, 300, 12, 40);
    NgTrainOptions options = plain_options(order);

    return model_of(text, &options);
}

START_TEST(many_log_probabilities_are_those_of_the_entries)
{
    g_autoptr(NgModel) model = model_of_order((unsigned)_i);
    const NgVoice *voice = ng_model_voice(model, 0);

    for (unsigned level = 1; level <= ng_voice_order(voice); level++) {
        size_t n = ng_voice_level_size(voice, level);
        g_autofree float *logprob = g_new(float, n + 1);
        for (uint32_t first = 0; first <= n; first += 1 + first / 2) {
            ng_voice_logprobs(voice, level, first, n - first, logprob);
            for (uint32_t i = 0; i < n - first; i++)
                ck_assert(logprob[i] == ng_voice_entry_logprob(voice, level, first + i));
        }
    }
}
END_TEST

START_TEST(many_searches_find_what_one_finds)
{
    enum { MANY = 150 };
    g_autoptr(NgModel) model = model_of_order((unsigned)_i);
    const NgVoice *voice = ng_model_voice(model, 0);
    uint32_t words = (uint32_t)ng_voice_words(voice);
    NgRng rng = ng_rng_new(6, 0);
    unsigned found = 0, missed = 0;

    for (int round = 0; round < 200; round++) {
        NgSeek seek[MANY];
        for (int i = 0; i < MANY; i++) {
            unsigned length = 1 + ng_rng_u32(&rng) % (ng_voice_order(voice) - 1);
            size_t n = ng_voice_level_size(voice, length);
            NgState context = {length, ng_rng_u32(&rng) % (uint32_t)n};
            seek[i] = (NgSeek){.context = context,
                               .row = ng_voice_successors(voice, context),
                               .word = uneven(&rng, words)};
        }
        ng_voice_find_many(voice, seek, MANY);
        for (int i = 0; i < MANY; i++) {
            uint32_t entry = 0;
            gboolean is = ng_voice_find(voice, seek[i].context, seek[i].word, &entry);
            ck_assert(seek[i].found == is);
            ck_assert(!is || seek[i].entry == entry);
            *(is ? &found : &missed) += 1;
        }
    }
    ck_assert_uint_gt(found, 100);
    ck_assert_uint_gt(missed, 100);
}
END_TEST

START_TEST(columns_are_what_the_entries_say)
{
    g_autoptr(NgModel) model = model_of_order((unsigned)_i);
    const NgVoice *voice = ng_model_voice(model, 0);

    for (unsigned level = 1; level <= ng_voice_order(voice); level++) {
        uint32_t n = (uint32_t)ng_voice_level_size(voice, level), from = n / 3;
        gboolean top = level == ng_voice_order(voice);
        g_autofree NgWord *word = g_new(NgWord, n);
        g_autofree float *logprob = g_new(float, n), *backoff = g_new(float, n);
        g_autofree uint32_t *suffix = g_new(uint32_t, n), *end = g_new(uint32_t, n);
        const NgColumns columns = {word, logprob, suffix, top ? NULL : backoff, top ? NULL : end};
        ng_voice_columns(voice, level, from, n - from, &columns);
        for (uint32_t e = from; e < n; e++) {
            ck_assert_uint_eq(word[e - from], ng_voice_entry_word(voice, level, e));
            ck_assert_uint_eq(suffix[e - from], ng_voice_entry_suffix(voice, level, e));
            ck_assert(logprob[e - from] == ng_voice_entry_logprob(voice, level, e));
            if (top)
                continue;
            const NgState context = {level, e};
            ck_assert(backoff[e - from] == ng_voice_backoff(voice, context));
            ck_assert_uint_eq(end[e - from], ng_voice_successors(voice, context).end);
        }
    }
}
END_TEST

/* Each word is found behind those that know it as a successor, and behind no other. */
START_TEST(what_stands_before_a_word_is_found)
{
    g_autoptr(NgModel) model = model_of_order((unsigned)_i);
    const NgVoice *voice = ng_model_voice(model, 0);
    NgWord V = (NgWord)ng_voice_words(voice);
    g_autoptr(GArray) pairs = g_array_new(FALSE, FALSE, sizeof(NgPair));
    unsigned found = 0, entries = 0;

    for (unsigned level = 1; level < ng_voice_order(voice); level++)
        for (NgWord word = 0; word < V; word++) {
            guint i = 0;
            g_array_set_size(pairs, 0);
            ng_voice_find_before(voice, level, word, pairs);
            for (uint32_t before = 0; before < ng_voice_level_size(voice, level); before++) {
                uint32_t entry = 0;
                if (!ng_voice_find(voice, (NgState){level, before}, word, &entry))
                    continue;
                ck_assert_uint_lt(i, pairs->len);
                ck_assert_uint_eq(g_array_index(pairs, NgPair, i).context, before);
                ck_assert_uint_eq(g_array_index(pairs, NgPair, i).entry, entry);
                i++;
            }
            ck_assert_uint_eq(i, pairs->len);
            found += i;
        }
    for (unsigned level = 2; level <= ng_voice_order(voice); level++)
        entries += (unsigned)ng_voice_level_size(voice, level);
    ck_assert_uint_eq(found, entries);
}
END_TEST

/* Entries of all levels by chance, contexts of all lengths among them, packed models too. */
START_TEST(many_places_say_what_each_says)
{
    enum { MANY = 100 };
    g_autoptr(NgModel) plain = model_of_order((unsigned)_i % 5 + 1);
    g_autoptr(NgModel) model = _i < 5 ? ng_model_ref(plain) : ng_model_compact(plain, NULL);
    const NgVoice *voice = ng_model_voice(model, 0);
    unsigned order = ng_voice_order(voice);
    NgRng rng = ng_rng_new(9, (uint64_t)_i);

    for (int round = 0; round < 50; round++) {
        NgState at[MANY], after[MANY], context[MANY], shorter[MANY];
        NgRange successors[MANY];
        NgWord word[MANY];
        float logprob[MANY], backoff[MANY];
        for (int i = 0; i < MANY; i++) {
            at[i].length = 1 + ng_rng_u32(&rng) % order;
            at[i].index = ng_rng_u32(&rng) % (uint32_t)ng_voice_level_size(voice, at[i].length);
            after[i] = at[i];
            context[i] = ng_voice_entry_state(voice, at[i].length, at[i].index);
            if (ng_rng_u32(&rng) % 8 == 0)
                context[i] = (NgState){0};
            shorter[i] = context[i];
        }
        ng_voice_prefetch_many(voice, at, MANY);
        ng_voice_words_many(voice, at, MANY, word);
        ng_voice_after_many(voice, after, MANY, logprob);
        ng_voice_open_many(voice, context, MANY, successors, backoff);
        ng_voice_shorten_many(voice, shorter, MANY);
        for (int i = 0; i < MANY; i++) {
            NgState state = ng_voice_entry_state(voice, at[i].length, at[i].index);
            NgRange range = ng_voice_successors(voice, context[i]);
            NgState less = ng_voice_shorter(voice, context[i]);
            ck_assert_uint_eq(word[i], ng_voice_entry_word(voice, at[i].length, at[i].index));
            ck_assert(logprob[i] == ng_voice_entry_logprob(voice, at[i].length, at[i].index));
            ck_assert(after[i].length == state.length && after[i].index == state.index);
            ck_assert(successors[i].first == range.first && successors[i].end == range.end);
            ck_assert(backoff[i] == ng_voice_backoff(voice, context[i]));
            ck_assert(shorter[i].length == less.length && shorter[i].index == less.index);
        }
    }
}
END_TEST

/* More contexts and words than are crossed at once, some of them twice, packed models too. */
START_TEST(words_after_contexts_are_those_of_single_steps)
{
    enum { CONTEXTS = 70, WORDS = 45 };
    g_autoptr(NgModel) plain = model_of_order((unsigned)_i % 5 + 1);
    g_autoptr(NgModel) model = _i < 5 ? ng_model_ref(plain) : ng_model_compact(plain, NULL);
    const NgVoice *voice = ng_model_voice(model, 0);
    uint32_t V = (uint32_t)ng_voice_words(voice);
    NgRng rng = ng_rng_new(10, (uint64_t)_i);

    for (size_t n = 0; n <= CONTEXTS; n = 2 * n + 1)
        for (size_t m = 0; m <= WORDS; m = 2 * m + 1) {
            NgState context[CONTEXTS], after[CONTEXTS * WORDS];
            NgWord word[WORDS];
            float logprob[CONTEXTS * WORDS];
            for (size_t i = 0; i < n; i++) {
                context[i] = (NgState){ng_rng_u32(&rng) % ng_voice_order(voice), 0};
                if (context[i].length > 0)
                    context[i].index =
                        ng_rng_u32(&rng) % (uint32_t)ng_voice_level_size(voice, context[i].length);
            }
            for (size_t j = 0; j < m; j++)
                word[j] = uneven(&rng, V);
            const NgCross cross = {context, n, word, m};
            ng_voice_cross(voice, &cross, logprob, after);
            for (size_t k = 0; k < n * m; k++) {
                NgState state = context[k / m];
                float expected = ng_voice_step(voice, &state, word[k % m], NULL);
                ck_assert(logprob[k] == expected);
                ck_assert(after[k].length == state.length && after[k].index == state.index);
            }
        }
}
END_TEST

Suite *
voice_range_suite(void)
{
    Suite *suite = suite_create("voice_range");
    TCase *tcase = tcase_create("entries");

    tcase_add_loop_test(tcase, many_log_probabilities_are_those_of_the_entries, 1, 5);
    tcase_add_loop_test(tcase, many_searches_find_what_one_finds, 2, 5);
    tcase_add_loop_test(tcase, columns_are_what_the_entries_say, 1, 5);
    tcase_add_loop_test(tcase, what_stands_before_a_word_is_found, 2, 5);
    tcase_add_loop_test(tcase, words_after_contexts_are_those_of_single_steps, 0, 10);
    tcase_add_loop_test(tcase, many_places_say_what_each_says, 0, 10);
    suite_add_tcase(suite, tcase);
    return suite;
}

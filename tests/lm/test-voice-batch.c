#include "../../src/lm/voice-batch.h"
#include "texts.h"

Suite *voice_batch_suite(void);

static NgModel *
model_of_order(unsigned order)
{
    g_autofree char *text = random_text(order, 600, 40, 30);
    NgTrainOptions options = plain_options(order);

    options.smooth.prune[order - 1] = order > 3; /* makes contexts that nothing follows */
    return model_of(text, &options);
}

/* The plain way, one word after the other. */
static void
step_by_step(const NgVoice *voice, const NgVoiceJob *job, float *logprob, uint8_t *order)
{
    for (size_t s = 0; s < job->n_sequences; s++) {
        NgState state = ng_voice_begin(voice);
        for (size_t i = job->offset[s]; i < job->offset[s + 1]; i++) {
            unsigned n = 0;
            logprob[i] = ng_voice_step(voice, &state, job->ids[i], &n);
            order[i] = (uint8_t)n;
        }
    }
}

/* To the last bit, by all instructions there are, with orders and without. */
static void
compare(const NgVoice *voice, const NgWord *ids, const size_t *offset, size_t n)
{
    size_t end = offset[n];
    g_autofree float *logprob = g_new0(float, end + 1), *wanted = g_new0(float, end + 1);
    g_autofree uint8_t *order = g_new0(uint8_t, end + 1), *wanted_order = g_new0(uint8_t, end + 1);
    NgVoiceJob job = {ids, offset, n, logprob, order};

    step_by_step(voice, &job, wanted, wanted_order);
    for (NgSimd simd = NG_SIMD_PLAIN; simd <= ng_simd_best(); simd++) {
        memset(logprob, 0, end * sizeof *logprob);
        job.order = order;
        ng_voice_run_job(voice, &job, simd);
        ck_assert_mem_eq(logprob, wanted, (end + 1) * sizeof *logprob);
        ck_assert_mem_eq(order, wanted_order, end + 1);
        job.order = NULL;
        memset(logprob, 0, end * sizeof *logprob);
        ng_voice_run_job(voice, &job, simd);
        ck_assert_mem_eq(logprob, wanted, (end + 1) * sizeof *logprob);
    }
}

/* Sequences of many lengths, none among them, some cut into pieces; known words and all others. */
static void
compare_random(const NgVoice *voice, uint64_t seed, size_t n, uint32_t longest)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(NgWord));
    g_autofree size_t *offset = g_new(size_t, n + 1);
    uint32_t V = (uint32_t)ng_voice_words(voice);
    NgRng rng = ng_rng_new(seed, 0);

    for (size_t s = 0; s < n; s++) {
        offset[s] = ids->len;
        uint32_t length = ng_rng_u32(&rng) % (longest + 1);
        for (uint32_t i = 0; i < length; i++) {
            NgWord word = uneven(&rng, V);
            g_array_append_val(ids, word);
        }
    }
    offset[n] = ids->len;
    compare(voice, (const NgWord *)(gpointer)ids->data, offset, n);
}

START_TEST(many_at_once_are_the_same_as_one_by_one)
{
    g_autoptr(NgModel) model = model_of_order((unsigned)_i);
    const NgVoice *voice = ng_model_voice(model, 0);

    compare_random(voice, 1, 0, 0);
    compare_random(voice, 2, 3, 1);
    compare_random(voice, 3, 500, 12);
    compare_random(voice, 4, 40, 700);
}
END_TEST

START_TEST(a_long_sequence_is_cut_and_nobody_sees_it)
{
    g_autoptr(NgModel) model = model_of_order((unsigned)_i);

    compare_random(ng_model_voice(model, 0), 5, 2, 20000);
}
END_TEST

/* Contexts with thousands of successors, at both levels; a word of the text and any. */
START_TEST(frequent_contexts_are_searched_by_their_index)
{
    g_autoptr(GString) text = g_string_new(NULL);
    NgTrainOptions options = plain_options(3);

    for (int i = 0; i < 6000; i++)
        g_string_append_printf(text, "the%s w%d\n", i % 2 == 0 ? "" : " big", i * 7919 % 5003);
    g_autoptr(NgModel) model = model_of(text->str, &options);
    const NgVoice *voice = ng_model_voice(model, 0);
    ck_assert(voice->sparse[1] != NULL && voice->sparse[2] != NULL);
    g_autofree NgWord *ids = g_new(NgWord, 30000);
    g_autofree size_t *offset = g_new(size_t, 10001);
    NgRng rng = ng_rng_new(6, 0);
    for (size_t i = 0; i < 10000; i++) {
        offset[i] = 3 * i;
        ids[3 * i] = word_in(model, "the");
        ids[3 * i + 1] = ng_rng_u32(&rng) % 2 ? word_in(model, "big")
                                              : ng_rng_u32(&rng) % (NgWord)ng_voice_words(voice);
        ids[3 * i + 2] = ng_rng_u32(&rng) % (NgWord)ng_voice_words(voice);
    }
    offset[10000] = 30000;
    compare(voice, ids, offset, 10000);
}
END_TEST

START_TEST(blanks_zeros_and_certain_words_are_the_same)
{
    /* "c b" is a blank; P(z) is 0, P(b | a) is 1, the weight of c is 0 */
    g_autoptr(NgModel) model = model_of_arpa_text(
        "\\data\\\nngram 1=7\nngram 2=2\nngram 3=1\n\n\\1-grams:\n-1\t<unk>\n-99\t<s>\n-1\t</s>\n"
        "-0.5\ta\t-0.25\n-0.5\tb\t-0.25\n-0.5\tc\t-inf\n-inf\tz\t0.5\n\n\\2-grams:\n0\ta b\t-0.5\n"
        "-0.25\ta c\t-0.5\n\n\\3-grams:\n-0.0625\ta c b\n\n\\end\\\n");

    compare_random(ng_model_voice(model, 0), 7, 300, 40);
}
END_TEST

START_TEST(what_stands_before_the_first_sequence_is_left_alone)
{
    g_autoptr(NgModel) model = model_of_order(3);
    const NgWord ids[] = {NG_WORD_NONE, NG_WORD_NONE, 3, 4, NG_WORD_END};
    const size_t offset[] = {2, 5};
    float logprob[] = {7.0F, 7.0F, 7.0F, 7.0F, 7.0F};

    ng_voice_score_batch(ng_model_voice(model, 0), ids, offset, 1, logprob, NULL);
    ck_assert(logprob[0] == 7.0F && logprob[1] == 7.0F);
    ck_assert(logprob[2] <= 0.0F && logprob[3] <= 0.0F && logprob[4] <= 0.0F);
}
END_TEST

Suite *
voice_batch_suite(void)
{
    Suite *suite = suite_create("voice_batch");
    TCase *same = tcase_create("same");

    tcase_add_loop_test(same, many_at_once_are_the_same_as_one_by_one, 1, 8);
    tcase_add_loop_test(same, a_long_sequence_is_cut_and_nobody_sees_it, 1, 8);
    tcase_add_test(same, frequent_contexts_are_searched_by_their_index);
    tcase_add_test(same, blanks_zeros_and_certain_words_are_the_same);
    tcase_add_test(same, what_stands_before_the_first_sequence_is_left_alone);
    suite_add_tcase(suite, same);
    return suite;
}

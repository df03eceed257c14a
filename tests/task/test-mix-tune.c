#include "mixtures.h"

#include "ngram/error.h"
#include "ngram/mix-tune.h"

Suite *mix_tune_suite(void);

static NgMixTuning *
tune(NgModel *mix, const char *text, GError **error)
{
    g_autofree char *path = file_with(text);
    const char *const paths[] = {path, NULL};
    const NgMixTuneOptions options = {.unit = NG_UNIT_LINE};
    NgMixTuning *tuning = ng_mix_tune(mix, 0, paths, &options, NULL, error);

    g_unlink(path);
    return tuning;
}

static double
log_of(NgModel *mix, const double *weights, const char *text)
{
    NgModel *models[PARTS_MAX] = {NULL};
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    double sum = 0.0;

    for (size_t i = 0; i < ng_model_parts(mix); i++)
        models[i] = ng_model_ref(ng_model_part(mix, i).model);
    g_autoptr(NgModel) other = mix_of(models, weights, ng_model_parts(mix));
    for (char **line = lines; *line != NULL && line[1] != NULL; line++)
        sum += score_of(other, *line, strlen(*line), TRUE);
    return sum;
}

static const char dev[] = "a b a c\na d a\nb nowhere d\nx a b\na b c\n";

START_TEST(no_weights_of_a_grid_are_better)
{
    g_autoptr(NgModel) mix = mixture_number(_i);
    g_autoptr(NgMixTuning) tuning = tune(mix, dev, NULL);

    ck_assert_ptr_nonnull(tuning);
    ck_assert_uint_eq(tuning->n, ng_model_parts(mix));
    ck_assert_double_eq_tol(tuning->after.logprob, log_of(mix, tuning->weight, dev), 1e-9);
    ck_assert_double_ge(tuning->after.logprob, tuning->before.logprob - 1e-6);
    for (int a = 1; a < 40; a++)
        for (int b = 1; a + b < 40 || (tuning->n == 2 && b == 1); b++) {
            const double weights[PARTS_MAX] = {a / 40.0, tuning->n == 2 ? 1 - a / 40.0 : b / 40.0,
                                               (40 - a - b) / 40.0};
            ck_assert_double_le(log_of(mix, weights, dev), tuning->after.logprob * (1.0 - 1e-5));
            if (tuning->n == 2)
                break;
        }
}
END_TEST

START_TEST(what_the_parts_say_alone_is_what_their_scorers_say)
{
    g_autoptr(NgModel) mix = mixture_number(2);
    g_autoptr(NgMixTuning) tuning = tune(mix, dev, NULL);
    g_auto(GStrv) lines = g_strsplit(dev, "\n", -1);

    for (size_t i = 0; i < tuning->n; i++) {
        double sum = 0.0;
        for (char **line = lines; line[1] != NULL; line++)
            sum += score_of(ng_model_part(mix, i).model, *line, strlen(*line), TRUE);
        ck_assert_double_eq_tol(tuning->alone[i].logprob, sum, 1e-9);
        ck_assert_uint_eq(tuning->alone[i].words, 16);
    }
    ck_assert_uint_eq(tuning->before.oov, 1);   /* nowhere */
    ck_assert_uint_eq(tuning->alone[0].oov, 4); /* d x nowhere d */
    ck_assert_uint_eq(tuning->before.documents, 1);
}
END_TEST

START_TEST(weights_are_whole_millionths_above_0_with_sum_1)
{
    g_autoptr(NgModel) mix = mixture_number(2);
    g_autoptr(NgMixTuning) tuning = tune(mix, "x x x x\nx x\n", NULL); /* the third's own word */
    double sum = 0.0;

    for (size_t i = 0; i < 3; i++) {
        double million = tuning->weight[i] * 1e6;
        ck_assert_double_ge(tuning->weight[i], 1e-6);
        ck_assert_double_eq_tol(million, floor(million + 0.5), 1e-6);
        sum += tuning->weight[i];
    }
    ck_assert_double_eq_tol(sum, 1.0, 1e-12);
    ck_assert_double_gt(tuning->weight[2], 0.9);
}
END_TEST

START_TEST(a_text_without_words_is_refused)
{
    g_autoptr(NgModel) mix = mixture_number(0);
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(tune(mix, "", &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_RANGE));
}
END_TEST

Suite *
mix_tune_suite(void)
{
    Suite *suite = suite_create("mix_tune");
    TCase *all = tcase_create("tuning");

    tcase_set_timeout(all, 60);
    tcase_add_loop_test(all, no_weights_of_a_grid_are_better, 0, 4);
    tcase_add_test(all, what_the_parts_say_alone_is_what_their_scorers_say);
    tcase_add_test(all, weights_are_whole_millionths_above_0_with_sum_1);
    tcase_add_test(all, a_text_without_words_is_refused);
    suite_add_tcase(suite, all);
    return suite;
}

#include "../lm/texts.h"

#include "ngram/number.h"
#include "ngram/score.h"

Suite *score_suite(void);

static NgModel *
read_model(const char *path)
{
    g_autoptr(GError) error = NULL;
    NgModel *model = ng_model_open(path, &error);

    ck_assert_msg(model != NULL, "%s", error != NULL ? error->message : "no error");
    return model;
}

static NgScore
score_lines(NgModel *model, const char *text, gboolean eos)
{
    g_autoptr(NgScorer) scorer = ng_scorer_new(model, 0, NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    NgScore sum = {0};

    ng_scorer_set_eos(scorer, eos);
    for (char **line = lines; line[0] != NULL && (line[1] != NULL || line[0][0] != '\0'); line++)
        ng_scorer_text(scorer, *line, strlen(*line), &sum, NULL, NULL);
    return sum;
}

/* See tests/golden/README.md. */
static const struct {
    const char *model;
    const char *scores;
} golden[] = {
    {"tests/golden/score/odd.arpa", "odd"},
    {"tests/golden/score/no-unk.arpa", "no-unk"},
    {"tests/golden/lmplz/letters-5.arpa", "letters-5"},
    {"tests/golden/lmplz/letters-1.arpa", "letters-1"},
};

/* A line as the oracle writes it, without the ids and the lengths of matches, which count n-grams
 * that no file has. */
typedef struct {
    GString *text;
    float total;
} Line;

static void
put_word(const NgScoredWord *word, gpointer data)
{
    Line *line = data;
    char number[NG_NUMBER_SIZE];

    ng_number_from_float(number, word->logprob);
    g_string_append_len(line->text, word->text, (gssize)word->length);
    g_string_append_printf(line->text, " %s\t", number);
    line->total += word->logprob;
}

/* "w=12 3 -0.5 TAB" becomes "w -0.5 TAB"; the "Total" of the line goes to @total. */
static char *
without_ids(const char *line, float *total)
{
    g_auto(GStrv) cells = g_strsplit(line, "\t", -1);
    GString *text = g_string_new(NULL);

    for (char **cell = cells; *cell != NULL; cell++) {
        g_auto(GStrv) parts = g_strsplit(*cell, " ", -1);
        if (g_str_has_prefix(*cell, "Total: ")) {
            ck_assert(ng_number_to_float(parts[1], strlen(parts[1]), total));
            continue;
        }
        *strrchr(parts[0], '=') = '\0';
        g_string_append_printf(text, "%s %s\t", parts[0], parts[2]);
    }
    return g_string_free(text, FALSE);
}

START_TEST(each_word_has_the_probability_of_the_oracle)
{
    g_autofree char *path =
        g_strdup_printf("tests/golden/score/%s.lines.scores", golden[_i].scores);
    g_autofree char *expected = contents_of(path, NULL);
    g_autofree char *text = contents_of("tests/golden/score/lines.txt", NULL);
    g_auto(GStrv) expected_lines = g_strsplit(expected, "\n", -1);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(NgModel) model = read_model(golden[_i].model);
    g_autoptr(NgScorer) scorer = ng_scorer_new(model, 0, NULL);

    ck_assert_uint_eq(g_strv_length(lines), 42);
    for (int i = 0; i < 41; i++) {
        Line line = {g_string_new(NULL), 0.0F};
        NgScore sum = {0};
        float total = 0.0F;
        g_autofree char *wanted = without_ids(expected_lines[i], &total);
        ng_scorer_text(scorer, lines[i], strlen(lines[i]), &sum, put_word, &line);
        ck_assert_str_eq(line.text->str, wanted);
        ck_assert(line.total == total);
        ck_assert_double_eq_tol(sum.logprob, (double)total, 1e-4);
        g_string_free(line.text, TRUE);
    }
}
END_TEST

static double
figure(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    double x = 0.0;

    ck_assert_ptr_nonnull(at);
    at += strlen(name);
    ck_assert(ng_number_to_double(at, strcspn(at, "\n"), &x));
    return x;
}

START_TEST(the_summary_is_that_of_the_oracle)
{
    g_autofree char *path =
        g_strdup_printf("tests/golden/score/%s.lines.scores", golden[_i].scores);
    g_autofree char *expected = contents_of(path, NULL);
    g_autofree char *text = contents_of("tests/golden/score/lines.txt", NULL);
    g_autoptr(NgModel) model = read_model(golden[_i].model);
    NgScore sum = score_lines(model, text, TRUE);
    double all = figure(expected, "Perplexity including OOVs:\t");
    double known = figure(expected, "Perplexity excluding OOVs:\t");

    ck_assert_double_eq_tol(ng_score_perplexity(&sum) / all, 1.0, 1e-6);
    ck_assert_double_eq_tol(ng_score_perplexity_known(&sum) / known, 1.0, 1e-6);
    ck_assert_uint_eq(sum.oov, (guint64)figure(expected, "\nOOVs:\t"));
    ck_assert_uint_eq(sum.words + sum.ends, (guint64)figure(expected, "\nTokens:\t"));
    ck_assert_uint_eq(sum.sequences, 41);
}
END_TEST

/* 0.2 x 0.25 x 0.61 x 0.50 x 0.33 = 0.0050325 */
START_TEST(the_product_of_the_lecture)
{
    const char *const text = "more realistic than real life\n";
    g_autoptr(NgModel) model = read_model("tests/data/lecture.arpa");
    NgScore sum = score_lines(model, text, FALSE);

    ck_assert_double_eq_tol(exp10(sum.logprob), 0.0050325, 1e-8);
    ck_assert_uint_eq(sum.words, 5);
    ck_assert_uint_eq(sum.ends, 0);
    ck_assert(ng_voice_check(ng_model_voice(model, 0), 1e-6, NULL));
    /* </s> behind "real life" has 0.1 */
    sum = score_lines(model, text, TRUE);
    ck_assert_double_eq_tol(exp10(sum.logprob), 0.00050325, 1e-9);
}
END_TEST

static const char zeros[] = "\\data\\\nngram 1=5\n\n\\1-grams:\n-1\t<unk>\n-99\t<s>\n-0.5\t</s>\n"
                            "-0.25\ta\n-99\tz\n\n\\end\\\n";

/* a z q a </s>: -0.25 - 99 - 1 - 0.25 - 0.5 */
START_TEST(three_ways_to_reckon_perplexity)
{
    g_autoptr(NgModel) model = model_of_arpa_text(zeros);
    NgScore sum = score_lines(model, "a z q a\n", TRUE);

    ck_assert_uint_eq(sum.words, 4);
    ck_assert_uint_eq(sum.oov, 1);
    ck_assert_uint_eq(sum.zeroprobs, 1);
    ck_assert_double_eq(sum.logprob, -101.0);
    ck_assert_double_eq(sum.logprob_known, -100.0);
    ck_assert_double_eq(sum.logprob_possible, -1.0);
    ck_assert_double_eq_tol(ng_score_perplexity(&sum) / exp10(101.0 / 5.0), 1.0, 1e-12);
    ck_assert_double_eq_tol(ng_score_perplexity_known(&sum) / exp10(100.0 / 4.0), 1.0, 1e-12);
    /* SRILM: words - OOVs - zeroprobs + sentences = 4 - 1 - 1 + 1; ppl1 without the sentence */
    ck_assert_double_eq_tol(ng_score_ppl(&sum), exp10(1.0 / 3.0), 1e-12);
    ck_assert_double_eq_tol(ng_score_ppl1(&sum), exp10(1.0 / 2.0), 1e-12);
    ck_assert_double_eq_tol(ng_score_bits_per_word(&sum), 101.0 * log2(10.0) / 5.0, 1e-12);
    /* 7 characters and the end */
    ck_assert_double_eq_tol(ng_score_bits_per_character(&sum), 101.0 * log2(10.0) / 8.0, 1e-12);
}
END_TEST

START_TEST(without_ends_nothing_of_them_counts)
{
    g_autoptr(NgModel) model = model_of_arpa_text(zeros);
    NgScore sum = score_lines(model, "a a\na\n", FALSE);

    ck_assert_uint_eq(sum.words, 3);
    ck_assert_uint_eq(sum.ends, 0);
    ck_assert_uint_eq(sum.sequences, 2);
    ck_assert_uint_eq(sum.characters, 4);
    ck_assert_double_eq(sum.logprob, -0.75);
    ck_assert_double_eq_tol(ng_score_ppl(&sum), exp10(0.25), 1e-12);
}
END_TEST

START_TEST(of_nothing_there_is_no_perplexity)
{
    g_autoptr(NgModel) model = model_of_arpa_text(zeros);
    const NgScore nothing = {0};
    NgScore strange = score_lines(model, "q z\n", FALSE);

    ck_assert(isnan(ng_score_perplexity(&nothing)));
    ck_assert(isnan(ng_score_perplexity_known(&nothing)));
    ck_assert(isnan(ng_score_bits_per_word(&nothing)));
    ck_assert(isnan(ng_score_bits_per_character(&nothing)));
    ck_assert(isnan(ng_score_ppl(&strange)));
    ck_assert(isnan(ng_score_ppl1(&strange)));
    ck_assert(!isnan(ng_score_perplexity(&strange)));
}
END_TEST

START_TEST(marks_in_the_text_are_unknown_words)
{
    g_autoptr(NgModel) model = model_of_arpa_text(zeros);
    NgScore sum = score_lines(model, "<s> </s> <unk>\n", FALSE);

    ck_assert_uint_eq(sum.oov, 3);
    ck_assert_double_eq(sum.logprob, -3.0);
}
END_TEST

START_TEST(an_empty_line_counts_where_tokens_are_cut_at_blanks)
{
    NgTrainOptions options = plain_options(2);
    g_autoptr(NgModel) space = model_of("a b\n\n", &options);
    options.tokens = NG_TOKENS_WORDS;
    g_autoptr(NgModel) words = model_of("a b\n", &options);
    NgScore sum = score_lines(space, "\n \n", TRUE);

    ck_assert_uint_eq(sum.sequences, 2);
    ck_assert_uint_eq(sum.ends, 2);
    sum = score_lines(words, "\n \n", TRUE);
    ck_assert_uint_eq(sum.sequences, 0);
    ck_assert_uint_eq(sum.ends, 0);
    ck_assert_double_eq(sum.logprob, 0.0);
}
END_TEST

/* The same sums by the state machine, word by word. */
START_TEST(word_by_word_is_the_same_as_at_once)
{
    g_autofree char *text = random_text(5, 100, 25, 10);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    NgTrainOptions options = plain_options((unsigned)_i);
    g_autoptr(NgModel) model = model_of(text, &options);
    const NgVoice *voice = ng_model_voice(model, 0);
    double sum = 0.0;

    for (char **line = lines; line[1] != NULL; line++) {
        g_auto(GStrv) words = g_strsplit(*line, " ", -1);
        NgState state = ng_voice_begin(voice);
        for (char **w = words; *w != NULL; w++)
            sum += (double)ng_voice_step(voice, &state, word_in(model, *w), NULL);
        sum += (double)ng_voice_step(voice, &state, NG_WORD_END, NULL);
    }
    ck_assert(score_lines(model, text, TRUE).logprob == sum);
}
END_TEST

START_TEST(parts_add_up)
{
    NgScore sum = {1, 2, 3, 4, 5, 6, 7, 0.5, 0.25, 0.125};
    const NgScore part = {10, 20, 30, 40, 50, 60, 70, 4.0, 2.0, 1.0};

    ng_score_add(&sum, &part);
    ck_assert_uint_eq(sum.documents, 11);
    ck_assert_uint_eq(sum.sequences, 22);
    ck_assert_uint_eq(sum.words, 33);
    ck_assert_uint_eq(sum.ends, 44);
    ck_assert_uint_eq(sum.oov, 55);
    ck_assert_uint_eq(sum.zeroprobs, 66);
    ck_assert_uint_eq(sum.characters, 77);
    ck_assert_double_eq(sum.logprob, 4.5);
    ck_assert_double_eq(sum.logprob_known, 2.25);
    ck_assert_double_eq(sum.logprob_possible, 1.125);
}
END_TEST

START_TEST(characters_are_counted_not_bytes_and_bad_bytes_told)
{
    NgTrainOptions options = plain_options(2);

    options.tokens = NG_TOKENS_WORDS;
    g_autoptr(NgModel) model = model_of("caf\xc3\xa9 noir\n", &options);
    g_autoptr(NgScorer) scorer = ng_scorer_new(model, 0, NULL);
    NgScore sum = {0};

    ng_scorer_text(scorer, "caf\xc3\xa9 noir", 10, &sum, NULL, NULL);
    ck_assert_uint_eq(sum.characters, 10); /* 9 and the end */
    ck_assert_uint_eq(sum.oov, 0);
    ck_assert_uint_eq(ng_scorer_invalid(scorer), 0);
    ng_scorer_text(scorer, "caf\xc3 noir", 9, &sum, NULL, NULL);
    ck_assert_uint_eq(ng_scorer_invalid(scorer), 1);
    ck_assert_uint_ge(sum.oov, 1);
}
END_TEST

Suite *
score_suite(void)
{
    Suite *suite = suite_create("score");
    TCase *oracle = tcase_create("oracle");
    TCase *figures = tcase_create("figures");

    tcase_add_loop_test(oracle, each_word_has_the_probability_of_the_oracle, 0,
                        G_N_ELEMENTS(golden));
    tcase_add_loop_test(oracle, the_summary_is_that_of_the_oracle, 0, G_N_ELEMENTS(golden));
    tcase_add_test(oracle, the_product_of_the_lecture);
    suite_add_tcase(suite, oracle);

    tcase_add_test(figures, three_ways_to_reckon_perplexity);
    tcase_add_test(figures, without_ends_nothing_of_them_counts);
    tcase_add_test(figures, of_nothing_there_is_no_perplexity);
    tcase_add_test(figures, marks_in_the_text_are_unknown_words);
    tcase_add_test(figures, an_empty_line_counts_where_tokens_are_cut_at_blanks);
    tcase_add_loop_test(figures, word_by_word_is_the_same_as_at_once, 1, 6);
    tcase_add_test(figures, parts_add_up);
    tcase_add_test(figures, characters_are_counted_not_bytes_and_bad_bytes_told);
    suite_add_tcase(suite, figures);
    return suite;
}

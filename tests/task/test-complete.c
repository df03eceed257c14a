#include "brute.h"

Suite *complete_suite(void);

/* Few words, so that all fillings of two blanks can be listed. */
static const char small[] = "the movie was good\n"
                            "the movie was a waste of time\n"
                            "the film was good\n"
                            "a waste of the time of the film\n"
                            "good movie , bad film\n"
                            "bad , bad , bad\n"
                            "was the film a waste of time\n"
                            "the bad was good\n";

enum { MODELS = 8 };

static NgModel *
model_number(int i)
{
    switch (i) {
    case 0:
        return model_of_arpa(katz);
    case 1:
    case 2:
    case 3:
    case 4:
        return model_of_text(small, (unsigned)i, NG_SMOOTHING_MKN, NG_TOKENS_WORDS);
    case 5:
        return model_of_text(small, 3, NG_SMOOTHING_WB, NG_TOKENS_SPACE);
    case 6:
        return model_of_text(small, 3, NG_SMOOTHING_MLE, NG_TOKENS_WORDS);
    default:
        return model_of_text(small, 3, NG_SMOOTHING_ADD, NG_TOKENS_CHARS);
    }
}

static GPtrArray *
fill(NgCompleter *completer, const char *text)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *fillings = ng_completer_fill(completer, text, strlen(text), &error);

    ck_assert_msg(fillings != NULL, "%s", error != NULL ? error->message : "no error");
    return fillings;
}

static const NgFilling *
filling(const GPtrArray *fillings, guint i)
{
    return g_ptr_array_index(fillings, i);
}

/* The ids of a text with NG_WORD_NONE for each token `?`. */
static GArray *
ids_of(const NgModel *model, const char *text, gboolean eos)
{
    g_autoptr(NgTokenizer) tokenizer = ng_model_tokenizer(model, NULL);
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(NgWord));
    NgToken token;

    ng_tokenizer_start(tokenizer, text, strlen(text));
    while (ng_tokenizer_next(tokenizer, &token)) {
        NgWord id = ng_vocab_find(ng_model_vocab(model), token.text, token.length);
        if (token.length == 1 && *token.text == '?')
            id = NG_WORD_NONE;
        g_array_append_val(ids, id);
    }
    const NgWord end = NG_WORD_END;
    if (eos)
        g_array_append_val(ids, end);
    return ids;
}

/* Every filling of @n blanks of positive probability, the likeliest first. */
static GArray *
all_fillings(const NgModel *model, const char *text, gboolean eos, size_t n)
{
    g_autoptr(GPtrArray) prefixes = g_ptr_array_new();
    g_autoptr(GArray) ids = ids_of(model, text, eos);
    char none[] = "";

    while (prefixes->len < n)
        g_ptr_array_add(prefixes, none);
    return brute_count(model, ids, prefixes, NULL);
}

/* Holds the fillings of @text against all there are. */
static void
assert_is_brute_force(NgModel *model, const char *text, size_t n, const NgCompleteOptions *options)
{
    g_autoptr(GArray) all = all_fillings(model, text, options->eos, n);
    g_autoptr(NgCompleter) completer = completer_of(model, options);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) fillings = ng_completer_fill(completer, text, strlen(text), &error);
    g_autoptr(GArray) ids = ids_of(model, text, options->eos);
    double posterior = 0.0;

    /* 1e-6: a step adds logarithms in float32 */
    assert_are_the_best(all, fillings, options->k, 1e-6, error);
    for (guint i = 0; fillings != NULL && i < fillings->len; i++) {
        const NgFilling *f = filling(fillings, i);
        ck_assert_uint_eq(f->n_blanks, n);
        ck_assert(f->logprob == brute_joint(ng_model_voice(model, 0), ids, f->words));
        posterior += f->probability;
    }
    if (fillings != NULL && options->k >= all->len)
        ck_assert_double_eq_tol(posterior, 1.0, 1e-6);
}

static const char *const one_blank[] = {
    "the movie was ?",
    "the ? was good",
    "? movie was good",
    "a ? of time",
    "?",
    "the ? Zeppelin was good",
    "Zeppelin ? good",
    "a b ? a b c a",
    "a a ? c",
    "bad , ? , bad , bad , bad the time",
};

START_TEST(one_blank_is_filled_as_brute_force_does)
{
    g_autoptr(NgModel) model = model_number(_i % MODELS);
    gboolean eos = _i / MODELS % 2;
    const NgCompleteOptions some = {.k = _i / MODELS / 2 == 0 ? 1000 : 3, .eos = eos};

    for (size_t t = 0; t < G_N_ELEMENTS(one_blank); t++)
        assert_is_brute_force(model, one_blank[t], 1, &some);
}
END_TEST

static const char *const two_blanks[] = {
    "the ? ? good", "? ?",
    "a ? of ?",     "? the movie ?",
    "the ? was ? ", "the ? Zeppelin ? was",
    "? a b ? c",    "the ? was good , bad ? time",
};

START_TEST(two_blanks_are_filled_as_brute_force_does_where_the_beam_holds_all)
{
    g_autoptr(NgModel) model = model_number(_i % MODELS);
    gboolean eos = _i / MODELS % 2;
    const NgCompleteOptions some = {.k = _i / MODELS / 2 == 0 ? 1000 : 3, .eos = eos};

    ck_assert_uint_le(ng_vocab_size(ng_model_vocab(model)), 33); /* 30^2 <= 1000 */
    for (size_t t = 0; t < G_N_ELEMENTS(two_blanks); t++)
        assert_is_brute_force(model, two_blanks[t], 2, &some);
}
END_TEST

START_TEST(blanks_apart_are_exact_with_any_beam)
{
    g_autoptr(NgModel) model = model_of_text(small, 3, NG_SMOOTHING_MKN, NG_TOKENS_WORDS);
    const NgCompleteOptions narrow = {.k = 50, .beam = 1, .eos = _i};

    assert_is_brute_force(model, "the ? was good , bad ? time", 2, &narrow);
    assert_is_brute_force(model, "? movie was ?", 2, &narrow);
}
END_TEST

START_TEST(a_narrow_beam_fills_every_blank)
{
    g_autoptr(NgModel) model = model_number(3);
    const NgCompleteOptions narrow = {.k = 4, .beam = 2};
    g_autoptr(NgCompleter) completer = completer_of(model, &narrow);
    g_autoptr(GPtrArray) fillings = fill(completer, "the ? _ ? of ? ? time");

    ck_assert_uint_eq(fillings->len, 4);
    for (guint i = 0; i < fillings->len; i++) {
        const NgFilling *f = filling(fillings, i);
        ck_assert_uint_eq(f->n_blanks, 5);
        ck_assert(f->logprob == score_of(model, f->text, f->length, FALSE));
    }
}
END_TEST

START_TEST(a_narrow_beam_tells_the_probability_of_what_it_found)
{
    g_autoptr(NgModel) model = model_number(_i);
    const NgCompleteOptions narrow = {.k = 2, .beam = 2, .eos = TRUE};
    g_autoptr(NgCompleter) completer = completer_of(model, &narrow);

    for (size_t t = 0; t < G_N_ELEMENTS(two_blanks); t++) {
        g_autoptr(GArray) all = all_fillings(model, two_blanks[t], TRUE, 2);
        if (all->len == 0)
            continue;
        g_autoptr(GPtrArray) fillings = fill(completer, two_blanks[t]);
        double top = g_array_index(all, Brute, 0).logprob;
        for (guint i = 0; i < fillings->len; i++) {
            const NgFilling *f = filling(fillings, i);
            ck_assert_double_eq_tol(f->probability, pow(10.0, f->logprob - top) / brute_total(all),
                                    1e-6);
        }
    }
}
END_TEST

static const struct {
    const char *text;
    const char *mark;
    const char *filled; /* # for the word put in */
    size_t n;
} layouts[] = {
    {"  The\tmovie  was ?\t(really)  \xff\xfe !", NULL, "  The\tmovie  was #\t(really)  \xff\xfe !",
     1},
    {"was it? Yes. ___", "___", "was it? Yes. #", 1},
    {"_ and ?", NULL, "# and #", 2},
    {"the ? ___ was", "___", "the ? # was", 1},
    {"the movie was", NULL, "the movie was #", 1},
    {"the movie was \n", NULL, "the movie was \n#", 1},
    {"", NULL, "#", 1},
    {" ", NULL, " #", 1},
    {"?", NULL, "#", 1},
    {"what?", "___", "what? #", 1},
    {"what?? ?", NULL, "what?? #", 1},
    {"?? !? ?", NULL, "?? !? #", 1},
    {"<s> </s> <unk> ?", NULL, "<s> </s> <unk> #", 1},
    {"the ?\r\n", NULL, "the #\r\n", 1},
};

START_TEST(a_text_stays_as_it_is_around_its_blanks)
{
    g_autoptr(NgModel) model = model_of_text(reviews, 3, NG_SMOOTHING_MKN, NG_TOKENS_WORDS);
    const NgCompleteOptions options = {.blank = layouts[_i].mark};
    g_autoptr(NgCompleter) completer = completer_of(model, &options);
    g_autoptr(GPtrArray) fillings = fill(completer, layouts[_i].text);

    ck_assert_uint_eq(fillings->len, 5);
    for (guint i = 0; i < fillings->len; i++) {
        const NgFilling *f = filling(fillings, i);
        g_autoptr(GString) expected = g_string_new(layouts[_i].filled);
        ck_assert_uint_eq(f->n_blanks, layouts[_i].n);
        for (size_t b = 0; b < f->n_blanks; b++)
            g_string_replace(expected, "#", ng_model_surface(model, f->words[b], NULL), 1);
        ck_assert_str_eq(f->text, expected->str);
        ck_assert_uint_eq(f->length, expected->len);
        ck_assert(f->logprob == score_of(model, f->text, f->length, FALSE));
    }
}
END_TEST

START_TEST(white_space_around_a_missing_character_is_text)
{
    g_autoptr(NgModel) model = model_of_text(small, 4, NG_SMOOTHING_MKN, NG_TOKENS_CHARS);
    const NgCompleteOptions options = {.k = 1};
    g_autoptr(NgCompleter) completer = completer_of(model, &options);
    g_autoptr(GPtrArray) one = fill(completer, "was ? waste");
    g_autoptr(GPtrArray) next = fill(completer, "the movi");
    g_autoptr(GPtrArray) space = fill(completer, "a waste o");

    ck_assert_str_eq(filling(one, 0)->text, "was a waste");
    ck_assert(filling(one, 0)->logprob == score_of(model, "was a waste", 11, FALSE));
    ck_assert_str_eq(filling(next, 0)->text, "the movie");
    ck_assert_str_eq(filling(space, 0)->text, "a waste of");
    g_autoptr(GPtrArray) blank = fill(completer, "the waste of");
    ck_assert_str_eq(filling(blank, 0)->text, "the waste of ");
}
END_TEST

START_TEST(what_has_probability_0_does_not_come)
{
    g_autoptr(NgModel) model = model_of_text(small, 3, NG_SMOOTHING_MLE, NG_TOKENS_WORDS);
    const NgCompleteOptions options = {.k = 10};
    g_autoptr(NgCompleter) completer = completer_of(model, &options);
    g_autoptr(GPtrArray) fillings = fill(completer, "a waste of ? time");
    g_autoptr(GError) error = NULL;

    ck_assert_uint_eq(fillings->len, 1); /* of the counts, "a waste of the time" alone */
    ck_assert_str_eq(filling(fillings, 0)->text, "a waste of the time");
    ck_assert_double_eq(filling(fillings, 0)->probability, 1.0);
    ck_assert_ptr_null(ng_completer_fill(completer, "time ? time", 11, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_RANGE));
    ck_assert_str_eq(error->message, "no filling has positive probability "
                                     "(train the model with smoothing)");
}
END_TEST

static const char *const bad_marks[] = {"", " ", "a b", "?\t"};

START_TEST(a_mark_that_cannot_stand_alone_is_refused)
{
    g_autoptr(NgModel) model = model_of_arpa(katz);
    const NgCompleteOptions options = {.blank = bad_marks[_i]};
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(ng_completer_new(model, 0, &options, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_RANGE));
}
END_TEST

Suite *
complete_suite(void)
{
    Suite *suite = suite_create("complete");
    TCase *exact = tcase_create("exact");
    TCase *texts = tcase_create("texts");

    tcase_set_timeout(exact, 60.0);
    tcase_add_loop_test(exact, one_blank_is_filled_as_brute_force_does, 0, 4 * MODELS);
    tcase_add_loop_test(exact, two_blanks_are_filled_as_brute_force_does_where_the_beam_holds_all,
                        0, 4 * MODELS);
    tcase_add_loop_test(exact, blanks_apart_are_exact_with_any_beam, 0, 2);
    tcase_add_test(exact, a_narrow_beam_fills_every_blank);
    tcase_add_loop_test(exact, a_narrow_beam_tells_the_probability_of_what_it_found, 0, MODELS);
    tcase_add_loop_test(texts, a_text_stays_as_it_is_around_its_blanks, 0, G_N_ELEMENTS(layouts));
    tcase_add_test(texts, white_space_around_a_missing_character_is_text);
    tcase_add_test(texts, what_has_probability_0_does_not_come);
    tcase_add_loop_test(texts, a_mark_that_cannot_stand_alone_is_refused, 0,
                        G_N_ELEMENTS(bad_marks));
    suite_add_tcase(suite, exact);
    suite_add_tcase(suite, texts);
    return suite;
}

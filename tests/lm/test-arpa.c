#include "texts.h"

#include "ngram/error.h"
#include "ngram/score.h"

Suite *arpa_suite(void);

#define HEAD  "\\data\\\nngram 1=4\nngram 2=2\n\n\\1-grams:\n"
#define WORDS "-1\t<unk>\n-99\t<s>\t-0.5\n-0.5\t</s>\n-0.25\ta\t-0.125\n"
#define PAIRS "\n\\2-grams:\n-0.25\t<s> a\n-0.5\ta a\n"
#define END   "\n\\end\\\n"

static const struct {
    const char *text;
    const char *message;
} malformed[] = {
    {"", "model.arpa: empty file, neither a model nor ARPA text"},
    {"\x89NGM\r\n\x1a\n", "model.arpa: a packed model file, or one from a pipe, cannot be mapped "
                          "(unpack it first, into a file)"},
    {"# only\n\n", "model.arpa:2: the file ends where \\data\\ should come (is it cut short?)"},
    {"words\n\\data\\\n",
     "model.arpa:1: neither a comment nor \\data\\ (is this a model file or ARPA?)"},
    {"# ngram: tokens=letters\n\\data\\\n", "model.arpa:1: 'letters' is no way to cut text"},
    {"# ngram: unit=verse\n\\data\\\n", "model.arpa:1: 'verse' is no way to cut text"},
    {"# ngram: case=upper\n\\data\\\n", "model.arpa:1: 'upper' is no way to cut text"},
    {"#\n# ngram: tokens=pattern pattern=%28\n\\data\\\n",
     "model.arpa:2: pattern '(': missing closing parenthesis at offset 1"},
    {"# ngram: tokens=pattern pattern=%zz\n\\data\\\n",
     "model.arpa:1: '%zz' is no way to cut text"},
    {"# ngram: tokens=words pattern=x\n\\data\\\n",
     "model.arpa:1: --pattern goes with --tokens pattern alone (leave one of the two out)"},
    {"# ngram: tokens\n\\data\\\n", "model.arpa:1: 'tokens' is no setting"},
    {"\\data\\\nngrams 1=4\n", "model.arpa:2: not of the form 'ngram 1=100'"},
    {"\\data\\\nngram 1 4\n", "model.arpa:2: not of the form 'ngram 1=100'"},
    {"\\data\\\nngram 2=4\n", "model.arpa:2: the count of 1-grams should come here"},
    {"\\data\\\nngram 1=4\nngram 3=4\n", "model.arpa:3: the count of 2-grams should come here"},
    {"\\data\\\nngram 1=four\n", "model.arpa:2: 'four' is no count"},
    {"\\data\\\nngram 1=-4\n", "model.arpa:2: '-4' is no count"},
    {"\\data\\\nngram 1=4294967295\n", "model.arpa:2: '4294967295' is no count"},
    {"\\data\\\nngram 1=4\n",
     "model.arpa:2: the file ends where \\1-grams: should come (is it cut short?)"},
    {"\\data\\\nngram 1=4\n\n\\2-grams:\n", "model.arpa:4: \\1-grams: should come here"},
    {HEAD "-1\t<unk>\n",
     "model.arpa:6: the file ends where another n-gram should come (is it cut short?)"},
    {HEAD "-1\t<unk>\n-99\t<s>\n\n\\2-grams:\n", "model.arpa:8: 2 1-grams, but the header says 4"},
    {HEAD "-1\t<unk>\n-99\t<s>\n\\2-grams:\n", "model.arpa:8: '\\2-grams:' is no number"},
    {HEAD WORDS "-1\tb\n", "model.arpa:10: more 1-grams than the 4 of the header"},
    {HEAD "0.5\ta\n", "model.arpa:6: a log probability above 0"},
    {HEAD "nan\ta\n", "model.arpa:6: 'nan' is no number"},
    {HEAD "-1,5\ta\n", "model.arpa:6: '-1,5' is no number"},
    {HEAD "-0x1\ta\n", "model.arpa:6: '-0x1' is no number"},
    {HEAD "-1\n", "model.arpa:6: 1 words wanted, 0 found"},
    {HEAD "-1\ta\tnan\n", "model.arpa:6: 'nan' is no number"},
    {HEAD "-1\ta\tinf\n", "model.arpa:6: an infinite back-off weight"},
    {HEAD "-1\ta\t0\tb\n", "model.arpa:6: more than 1 words and a back-off weight"},
    {HEAD "-1\ta\n-1\tb\n-1\ta\n", "model.arpa:8: the word 'a' stands on line 6 already"},
    {HEAD "-1\t<unk>\n-1\t<UNK>\n", "model.arpa:7: the word '<unk>' stands on line 6 already"},
    {HEAD WORDS "\n\\3-grams:\n", "model.arpa:11: \\2-grams: should come here"},
    {HEAD WORDS "\n\\end\\\n", "model.arpa:11: \\2-grams: should come here"},
    {HEAD WORDS "\n\\2-grams:\n-1\ta b\n", "model.arpa:12: the word 'b' is no 1-gram"},
    {HEAD WORDS "\n\\2-grams:\n-1\ta\n", "model.arpa:12: 2 words wanted, 1 found"},
    {HEAD WORDS "\n\\2-grams:\n-1\t<s> a\t-0.5\n",
     "model.arpa:12: a back-off weight on an n-gram of the highest order"},
    {HEAD WORDS "\n\\2-grams:\n-1\ta a\n-1\ta a\n" END,
     "model.arpa:13: the n-gram stands on line 12 already"},
    {HEAD WORDS PAIRS, "model.arpa:13: the file ends where \\end\\ should come (is it cut short?)"},
    {HEAD WORDS PAIRS "\n\\3-grams:\n", "model.arpa:15: \\end\\ should come here"},
    {HEAD WORDS PAIRS END "\n \t\nmore\n", "model.arpa:18: text after \\end\\"},
};

START_TEST(malformed_text_is_refused_with_its_line)
{
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(read_arpa(malformed[_i].text, -1, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_FORMAT));
    ck_assert_str_eq(error->message, malformed[_i].message);
}
END_TEST

START_TEST(an_order_above_32_is_refused)
{
    g_autoptr(GString) text = g_string_new("\\data\\\n");
    g_autoptr(GError) error = NULL;

    for (int k = 1; k <= 33; k++)
        g_string_append_printf(text, "ngram %d=1\n", k);
    ck_assert_ptr_null(read_arpa(text->str, -1, &error));
    ck_assert_str_eq(error->message, "model.arpa:34: an order above 32");
}
END_TEST

START_TEST(text_cut_anywhere_is_refused)
{
    static const char whole[] = HEAD WORDS PAIRS END;

    /* behind the last LF only white space is wanting */
    for (size_t length = 0; length < sizeof whole - 2; length++) {
        g_autoptr(GError) error = NULL;
        NgModel *model = read_arpa(whole, (gssize)length, &error);
        if (model != NULL || error == NULL)
            ck_abort_msg("%zu bytes are taken for a model", length);
    }
    g_autoptr(NgModel) model = model_of_arpa_text(whole);
    ck_assert_uint_eq(ng_model_order(model), 2);
}
END_TEST

/* What others write; each is the model of HEAD WORDS PAIRS END. */
static const char *const oddities[] = {
    /* comments and blank lines */
    "# made elsewhere\n\n#\n\n\\data\\\n\nngram 1=4\nngram 2=2\n\n\n\\1-grams:\n" WORDS "\n\n" PAIRS
    "\n\n" END "\n \t \n",
    /* blanks for tabs, more than one, before the number and at the end */
    HEAD "-1 <unk>\n  -99   <s> -0.5\n-0.5 </s>  \n-0.25\ta -0.125\t\n\n\\2-grams:\n"
         "-0.25  <s>  a\n-0.5 a\ta\n" END,
    /* CRLF */
    "\\data\\\r\nngram 1=4\r\nngram 2=2\r\n\r\n\\1-grams:\r\n-1\t<unk>\r\n-99\t<s>\t-0.5\r\n"
    "-0.5\t</s>\r\n-0.25\ta\t-0.125\r\n\r\n\\2-grams:\r\n-0.25\t<s> a\r\n-0.5\ta a\r\n\r\n"
    "\\end\\\r\n",
    /* IRSTLM's tab behind the equals sign, blanks around the order */
    "\\data\\\nngram 1=\t4\nngram  2 =  2\n\n\\1-grams:\n" WORDS PAIRS END,
    /* no blank line between sections, no LF at the end */
    HEAD WORDS "\\2-grams:\n-0.25\t<s> a\n-0.5\ta a\n\\end\\",
    /* other numbers for the same values; another order of lines */
    HEAD "-.25\ta\t-12.5e-2\n-5e-1\t</s>\t-0\n-1.0\t<unk>\t0\n-99.0\t<s>\t-0.500\n\n\\2-grams:\n"
         "-0.5\ta a\t0\n-0.25\t<s> a\n" END,
    /* an upper-case <UNK> */
    HEAD "-1\t<UNK>\n-99\t<s>\t-0.5\n-0.5\t</s>\n-0.25\ta\t-0.125\n" PAIRS END,
    /* log 0 of <s> left out: -99 is what stands for it */
    "\\data\\\nngram 1=3\nngram 2=1\n\n\\1-grams:\n-1\t<unk>\n-0.5\t</s>\n-0.25\ta\t-0.125\n\n"
    "\\2-grams:\n-0.5\ta a\n" END,
};

START_TEST(what_other_programs_write_is_read)
{
    g_autoptr(NgModel) model = model_of_arpa_text(oddities[_i]);
    const NgVoice *voice = ng_model_voice(model, 0);
    NgWord a = word_in(model, "a");
    NgState state = ng_voice_context(voice, &a, 1);

    ck_assert_uint_eq(ng_vocab_size(ng_model_vocab(model)), 4);
    ck_assert(ng_voice_entry_logprob(voice, 1, NG_WORD_UNKNOWN) == -1.0F);
    ck_assert(ng_voice_entry_logprob(voice, 1, NG_WORD_BEGIN) == -99.0F);
    ck_assert(ng_voice_entry_logprob(voice, 1, NG_WORD_END) == -0.5F);
    ck_assert(ng_voice_step(voice, &state, a, NULL) == -0.5F);
    ck_assert(ng_voice_step(voice, &state, NG_WORD_END, NULL) == -0.625F); /* -0.125 - 0.5 */
    if (_i + 1 == (int)G_N_ELEMENTS(oddities))
        return;
    state = ng_voice_begin(voice);
    ck_assert(ng_voice_step(voice, &state, NG_WORD_END, NULL) == -1.0F); /* -0.5 - 0.5 */
}
END_TEST

START_TEST(without_unk_an_unknown_word_is_all_but_impossible)
{
    g_autoptr(NgModel) model =
        model_of_arpa_text("\\data\\\nngram 1=1\n\n\\1-grams:\n-0.5\ta\n\n\\end\\\n");
    const NgVoice *voice = ng_model_voice(model, 0);
    NgState state = ng_voice_begin(voice);

    ck_assert_uint_eq(ng_model_order(model), 1);
    ck_assert(ng_voice_step(voice, &state, NG_WORD_UNKNOWN, NULL) == -100.0F); /* as KenLM */
    ck_assert(ng_voice_step(voice, &state, NG_WORD_END, NULL) == -99.0F);
    ck_assert(ng_voice_step(voice, &state, word_in(model, "a"), NULL) == -0.5F);
}
END_TEST

/* A trigram whose context "a b" and suffix "b a" are no bigrams, and a positive back-off. */
static const char pruned[] = "\\data\\\nngram 1=5\nngram 2=1\nngram 3=1\n\n\\1-grams:\n"
                             "-1\t<unk>\n-99\t<s>\n-0.75\t</s>\n-0.5\ta\t0.25\n-0.25\tb\t-0.125\n"
                             "\n\\2-grams:\n-0.375\ta a\t0.5\n"
                             "\n\\3-grams:\n-0.0625\ta b a\n\n\\end\\\n";

START_TEST(missing_contexts_and_suffixes_are_filled_in)
{
    g_autoptr(NgModel) model = model_of_arpa_text(pruned);
    const NgVoice *voice = ng_model_voice(model, 0);
    NgWord a = word_in(model, "a");
    NgWord b = word_in(model, "b");
    NgState state = ng_voice_context(voice, &a, 1);
    unsigned order = 0;

    ck_assert_uint_eq(ng_voice_level_size(voice, 2), 3);
    ck_assert_uint_eq(ng_voice_level_ngrams(voice, 2), 1);
    ck_assert(ng_voice_step(voice, &state, b, &order) == 0.0F); /* 0.25 - 0.25, no bigram */
    ck_assert_uint_eq(order, 1);
    ck_assert(ng_voice_step(voice, &state, a, &order) == -0.0625F);
    ck_assert_uint_eq(order, 3);
    ck_assert(ng_voice_step(voice, &state, a, &order) == -0.375F); /* "b a" weighs nothing */
    ck_assert_uint_eq(order, 2);
    ck_assert(ng_voice_step(voice, &state, a, &order) == 0.125F); /* 0.5 of "a a" - 0.375 */
    ck_assert(ng_voice_check(voice, 0.0, NULL));
}
END_TEST

/* "a c c" and "b c c" want the same suffix, "a c" and "b c" for their contexts too. */
START_TEST(what_several_want_is_filled_in_once)
{
    g_autoptr(NgModel) model = model_of_arpa_text(
        "\\data\\\nngram 1=4\nngram 2=0\nngram 3=2\n\n\\1-grams:\n-1\t<unk>\n-0.5\ta\n-0.5\tb\n"
        "-0.25\tc\t-0.5\n\n\\2-grams:\n\n\\3-grams:\n-0.5\ta c c\n-0.125\tb c c\n\n\\end\\\n");
    const NgVoice *voice = ng_model_voice(model, 0);
    const NgWord words[] = {word_in(model, "b"), word_in(model, "c")};
    NgState state = ng_voice_context(voice, words, 2);

    ck_assert_uint_eq(ng_voice_level_size(voice, 2), 3);
    ck_assert_uint_eq(ng_voice_level_ngrams(voice, 2), 0);
    ck_assert(ng_voice_check(voice, 0.0, NULL));
    ck_assert(ng_voice_step(voice, &state, words[1], NULL) == -0.125F);
    ck_assert(ng_voice_step(voice, &state, words[1], NULL) == -0.75F); /* -0.25 - 0.5 */
}
END_TEST

/* Weights that make "a b" 10^(1 - 0.25): the blank that "c a b" needs for its suffix has 1. */
START_TEST(what_is_filled_in_is_never_likelier_than_certain)
{
    g_autoptr(NgModel) model = model_of_arpa_text(
        "\\data\\\nngram 1=4\nngram 2=1\nngram 3=1\n\n\\1-grams:\n-1\t<unk>\n-0.5\ta\t1\n"
        "-0.25\tb\n-0.5\tc\n\n\\2-grams:\n-0.5\tc a\n\n\\3-grams:\n-0.5\tc a b\n\n\\end\\\n");
    const NgVoice *voice = ng_model_voice(model, 0);
    NgWord a = word_in(model, "a");
    NgState state = ng_voice_context(voice, &a, 1);
    unsigned order = 0;

    ck_assert(ng_voice_step(voice, &state, word_in(model, "b"), &order) == 0.0F);
    ck_assert_uint_eq(order, 1);
}
END_TEST

START_TEST(what_was_filled_in_is_not_written)
{
    g_autoptr(NgModel) model = model_of_arpa_text(pruned);
    gsize length = 0;
    g_autofree char *once = arpa_of(model, 0, &length);
    g_autoptr(NgModel) again = model_of_arpa_text(once);
    g_autofree char *twice = arpa_of(again, 0, &length);

    ck_assert(strstr(once, "ngram 2=1\n") != NULL);
    ck_assert(strstr(once, "\ta b\t") == NULL);
    ck_assert_str_eq(once, twice);
}
END_TEST

/* All methods, order 1 .. 4: the same numbers, so the same scores to the last bit. */
START_TEST(a_model_written_and_read_scores_the_same)
{
    g_autofree char *text = random_text(9, 80, 30, 10);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    NgTrainOptions options = plain_options((unsigned)_i % 4 + 1);
    gsize length = 0;

    set_smoothing(&options, smoothings[_i / 4]);
    g_autoptr(NgModel) model = model_of(text, &options);
    g_autofree char *arpa = arpa_of(model, 0, &length);
    g_autoptr(NgModel) again = model_of_arpa_text(arpa);
    g_autoptr(NgScorer) one = ng_scorer_new(model, 0, NULL);
    g_autoptr(NgScorer) other = ng_scorer_new(again, 0, NULL);
    for (char **line = lines; *line != NULL; line++) {
        NgScore a = {0};
        NgScore b = {0};
        ng_scorer_text(one, *line, strlen(*line), &a, NULL, NULL);
        ng_scorer_text(other, *line, strlen(*line), &b, NULL, NULL);
        if (a.logprob != b.logprob)
            ck_abort_msg("'%s': %.9g, read back %.9g", *line, a.logprob, b.logprob);
    }
}
END_TEST

START_TEST(how_text_is_cut_is_kept_in_a_comment)
{
    static const char pattern[] = "[a-z]+| =|%";
    NgTrainOptions options = plain_options(2);
    gsize length = 0;

    options.tokens = NG_TOKENS_PATTERN;
    options.pattern = pattern;
    options.fold = TRUE;
    options.unit = NG_UNIT_PARAGRAPH;
    g_autoptr(NgModel) model = model_of("One % two =\nthree\n\nfour\n", &options);
    g_autofree char *arpa = arpa_of(model, 0, &length);
    g_autoptr(NgModel) again = model_of_arpa_text(arpa);
    NgModelText text = ng_model_text(again);
    ck_assert(g_str_has_prefix(arpa, "# ngram: tokens=pattern case=fold unit=paragraph pattern="));
    ck_assert_int_eq(text.tokens, NG_TOKENS_PATTERN);
    ck_assert_int_eq(text.unit, NG_UNIT_PARAGRAPH);
    ck_assert(text.fold);
    ck_assert_str_eq(text.pattern, pattern);
    ck_assert_uint_ne(word_in(again, "\xE2\x96\x81="), NG_WORD_UNKNOWN); /* U+2581 */
}
END_TEST

START_TEST(text_cut_at_white_space_needs_no_comment)
{
    gsize length = 0;
    g_autoptr(NgModel) model = model_of_arpa_text(HEAD WORDS PAIRS END);
    g_autofree char *arpa = arpa_of(model, 0, &length);

    ck_assert(g_str_has_prefix(arpa, "\\data\\\n"));
}
END_TEST

Suite *
arpa_suite(void)
{
    Suite *suite = suite_create("arpa");
    TCase *reading = tcase_create("reading");
    TCase *writing = tcase_create("writing");

    tcase_add_loop_test(reading, malformed_text_is_refused_with_its_line, 0,
                        G_N_ELEMENTS(malformed));
    tcase_add_test(reading, an_order_above_32_is_refused);
    tcase_add_test(reading, text_cut_anywhere_is_refused);
    tcase_add_loop_test(reading, what_other_programs_write_is_read, 0, G_N_ELEMENTS(oddities));
    tcase_add_test(reading, without_unk_an_unknown_word_is_all_but_impossible);
    tcase_add_test(reading, missing_contexts_and_suffixes_are_filled_in);
    tcase_add_test(reading, what_several_want_is_filled_in_once);
    tcase_add_test(reading, what_is_filled_in_is_never_likelier_than_certain);
    suite_add_tcase(suite, reading);

    tcase_add_test(writing, what_was_filled_in_is_not_written);
    tcase_add_loop_test(writing, a_model_written_and_read_scores_the_same, 0,
                        4 * G_N_ELEMENTS(smoothings));
    tcase_add_test(writing, how_text_is_cut_is_kept_in_a_comment);
    tcase_add_test(writing, text_cut_at_white_space_needs_no_comment);
    suite_add_tcase(suite, writing);
    return suite;
}

#include "../../src/text/matcher.h"
#include "ngram/tokenizer.h"

#include <check.h>
#include <string.h>

Suite *matcher_suite(void);

START_TEST(the_pattern_of_words_is_machine_code_where_it_can_be)
{
    g_autoptr(NgMatcher) m = ng_matcher_new(NG_TOKENS_WORDS_PATTERN, NULL);
    ck_assert_ptr_nonnull(m);

    if (ng_matcher_jit_available())
        ck_assert_uint_gt(ng_matcher_jit_size(m), 0);
    else
        ck_assert_uint_eq(ng_matcher_jit_size(m), 0);
}
END_TEST

START_TEST(the_interpreter_finds_what_machine_code_finds)
{
    g_autofree char *plain = g_strconcat("(*NO_JIT)", NG_TOKENS_WORDS_PATTERN, NULL);
    g_autoptr(NgMatcher) slow = ng_matcher_new(plain, NULL);
    g_autoptr(NgMatcher) fast = ng_matcher_new(NG_TOKENS_WORDS_PATTERN, NULL);
    const char *text =
        "Don't! 3.5 e.g. 👩‍👩‍👧🇫🇷🇩🇪 <unk>हिन्दी. co‐op";
    const NgSubject subject = {text, strlen(text), TRUE, TRUE};

    ck_assert_uint_eq(ng_matcher_jit_size(slow), 0);
    for (size_t at = 0;;) {
        size_t from[] = {at, at};
        size_t to[] = {0, 0};
        NgMatch found = ng_matcher_find(slow, &subject, &from[0], &to[0]);
        ck_assert_int_eq(ng_matcher_find(fast, &subject, &from[1], &to[1]), found);
        if (found == NG_MATCH_NONE)
            break;
        ck_assert_int_eq(found, NG_MATCH_FOUND);
        ck_assert_uint_eq(from[0], from[1]);
        ck_assert_uint_eq(to[0], to[1]);
        at = to[0];
    }
}
END_TEST

START_TEST(a_search_without_result_leaves_its_arguments)
{
    g_autoptr(NgMatcher) m = ng_matcher_new("b*", NULL);
    const NgSubject subject = {"aaa", 3, TRUE, TRUE};
    size_t from = 1;
    size_t to = 77;

    ck_assert_int_eq(ng_matcher_find(m, &subject, &from, &to), NG_MATCH_NONE);
    ck_assert_uint_eq(from, 1);
    ck_assert_uint_eq(to, 77);
}
END_TEST

Suite *
matcher_suite(void)
{
    Suite *suite = suite_create("matcher");
    TCase *matches = tcase_create("matches");

    tcase_add_test(matches, the_pattern_of_words_is_machine_code_where_it_can_be);
    tcase_add_test(matches, the_interpreter_finds_what_machine_code_finds);
    tcase_add_test(matches, a_search_without_result_leaves_its_arguments);
    suite_add_tcase(suite, matches);
    return suite;
}

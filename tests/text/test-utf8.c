#include "../../src/text/utf8.h"

#include <check.h>
#include <string.h>

Suite *utf8_suite(void);

/* Every 32-bit pattern whose bytes are at the borders of Unicode's table 3-7. */
static const guchar borders[] = {0x00, 0x01, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf,
                                 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef,
                                 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf8, 0xfc, 0xfe, 0xff};

/* Bytes of the character at @text by GLib's account, 0 where there is none. */
static size_t
sequence_by_glib(const char *text, size_t length)
{
    gunichar c = g_utf8_get_char_validated(text, (gssize)length);

    if (*text == '\0')
        return 1;
    if (c == (gunichar)-1 || c == (gunichar)-2)
        return 0;
    return (size_t)g_unichar_to_utf8(c, NULL);
}

START_TEST(a_character_is_what_glib_calls_one)
{
    enum { B = G_N_ELEMENTS(borders) };
    char text[4];

    for (size_t i = 0; i < (size_t)B * B * B * B; i++) {
        text[0] = (char)borders[i % B];
        text[1] = (char)borders[i / B % B];
        text[2] = (char)borders[i / B / B % B];
        text[3] = (char)borders[i / B / B / B];
        for (size_t length = 1; length <= 4; length++)
            ck_assert_uint_eq(ng_utf8_sequence(text, length), sequence_by_glib(text, length));
    }
}
END_TEST

START_TEST(an_invalid_byte_is_found_wherever_it_stands)
{
    char text[40];

    for (size_t at = 0; at < sizeof text; at++) {
        memset(text, 'a', sizeof text);
        text[at] = '\xff';
        ck_assert_uint_eq(ng_utf8_valid(text, sizeof text), at);
        ck_assert_uint_eq(ng_utf8_broken(text + at, sizeof text - at), 1);
        ck_assert_uint_eq(ng_utf8_count_broken(text, sizeof text), 1);
    }
    ck_assert_uint_eq(ng_utf8_valid("", 0), 0);
    ck_assert_uint_eq(ng_utf8_broken("", 0), 0);
}
END_TEST

Suite *
utf8_suite(void)
{
    Suite *suite = suite_create("utf8");
    TCase *bytes = tcase_create("bytes");

    tcase_add_test(bytes, a_character_is_what_glib_calls_one);
    tcase_add_test(bytes, an_invalid_byte_is_found_wherever_it_stands);
    tcase_set_timeout(bytes, 60);
    suite_add_tcase(suite, bytes);
    return suite;
}

/*
 * UTF-8
 *
 * Which bytes are characters (Unicode 15, table 3-7) and which are not.  A lead
 * byte never occurs inside a well-formed sequence, so each byte of a text is
 * either part of exactly one character or invalid, wherever one starts to read.
 * g_utf8_validate_len() is not used: it stops at NUL, which is text here.
 */
#include "utf8.h"

#include <string.h>

/* 0x80 .. 0xbf: what follows a lead byte. */
static gboolean
is_tail(guchar byte)
{
    return (byte & 0xc0) == 0x80;
}

/* The least and the greatest second byte after a lead byte of three or four. */
static gboolean
is_second(guchar lead, guchar byte)
{
    switch (lead) {
    case 0xe0:
        return byte >= 0xa0 && byte <= 0xbf; /* no overlong forms */
    case 0xed:
        return byte >= 0x80 && byte <= 0x9f; /* no surrogates */
    case 0xf0:
        return byte >= 0x90 && byte <= 0xbf;
    case 0xf4:
        return byte >= 0x80 && byte <= 0x8f; /* nothing above U+10FFFF */
    default:
        return is_tail(byte);
    }
}

/**
 * ng_utf8_sequence:
 * @text: [length] bytes
 * @length: number of bytes
 *
 * Returns: bytes of the character that @text begins with, 1 to 4; 0 where it
 *   begins with none
 */
size_t
ng_utf8_sequence(const char *text, size_t length)
{
    const guchar *p = (const guchar *)text;

    if (length == 0)
        return 0;
    if (p[0] < 0x80)
        return 1;
    if (p[0] < 0xc2 || p[0] > 0xf4)
        return 0;
    if (p[0] < 0xe0)
        return length >= 2 && is_tail(p[1]) ? 2 : 0;
    if (length < 3 || !is_second(p[0], p[1]) || !is_tail(p[2]))
        return 0;
    if (p[0] < 0xf0)
        return 3;
    return length >= 4 && is_tail(p[3]) ? 4 : 0;
}

/**
 * ng_utf8_valid:
 * @text: [length] bytes
 * @length: number of bytes
 *
 * Runs of ASCII go 32 bytes at a time.
 *
 * Returns: bytes before the first invalid one; @length where there is none
 */
size_t
ng_utf8_valid(const char *text, size_t length)
{
    size_t at = 0;

    while (at < length) {
        guint64 block[4];
        while (length - at >= sizeof block) {
            memcpy(block, text + at, sizeof block);
            if (((block[0] | block[1] | block[2] | block[3]) &
                 G_GUINT64_CONSTANT(0x8080808080808080)) != 0)
                break;
            at += sizeof block;
        }
        while (at < length && ((guchar)text[at] & 0x80) == 0)
            at++;
        while (at < length && ((guchar)text[at] & 0x80) != 0) {
            size_t bytes = ng_utf8_sequence(text + at, length - at);
            if (bytes == 0)
                return at;
            at += bytes;
        }
    }
    return length;
}

/**
 * ng_utf8_broken:
 * @text: [length] bytes
 * @length: number of bytes
 *
 * Returns: bytes before the first character: the length of the invalid run
 *   that @text begins with, 0 where it begins with a character
 */
size_t
ng_utf8_broken(const char *text, size_t length)
{
    size_t at = 0;

    while (at < length && ng_utf8_sequence(text + at, length - at) == 0)
        at++;
    return at;
}

/**
 * ng_utf8_count_broken:
 * @text: [length] bytes
 * @length: number of bytes
 *
 * Returns: the number of invalid bytes in @text
 */
size_t
ng_utf8_count_broken(const char *text, size_t length)
{
    size_t count = 0;
    size_t at = ng_utf8_valid(text, length);

    while (at < length) {
        size_t run = ng_utf8_broken(text + at, length - at);
        count += run;
        at += run;
        at += ng_utf8_valid(text + at, length - at);
    }
    return count;
}

/**
 * ng_utf8_is_blank:
 * @c: a code point
 *
 * Returns: whether @c is white space, a control character (NUL is one), or
 *   U+2581, which stands for them inside tokens
 */
gboolean
ng_utf8_is_blank(gunichar c)
{
    if (c < 0x80)
        return c <= ' ' || c == 0x7f;
    return c == NG_BLANK_POINT || g_unichar_isspace(c) || g_unichar_iscntrl(c);
}

/* utf8.h - well-formed UTF-8 and what is not; private to src/text. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

#define NG_BLANK_MARK  "\xe2\x96\x81" /* U+2581, what stands for white space inside a token */
#define NG_BLANK_POINT ((gunichar)0x2581)

size_t ng_utf8_sequence(const char *text, size_t length);
size_t ng_utf8_valid(const char *text, size_t length);
size_t ng_utf8_broken(const char *text, size_t length);
size_t ng_utf8_count_broken(const char *text, size_t length);
gboolean ng_utf8_is_blank(gunichar c);

/* The character at *@p, which must be well-formed; steps over it. */
static inline gunichar
ng_utf8_step(const char **p)
{
    gunichar c = g_utf8_get_char(*p);

    *p += g_utf8_skip[*(const guchar *)*p];
    return c;
}

G_END_DECLS

/*
 * Folding
 *
 * Lower case by the simple mapping of each code point, the same in every
 * locale.  A token that stays as it is costs one look at each byte and no copy;
 * the others are written into a buffer that is used again and again.
 */
#include "fold.h"

#include "utf8.h"

#include <string.h>

#define GROWTH 3 /* bytes out for a byte in, at most: a blank becomes U+2581 */

/* Room for what @length bytes may become. */
static void
scratch_reserve(NgScratch *self, size_t length)
{
    g_assert(length <= G_MAXSIZE / 2 / GROWTH);
    if (self->size >= length * GROWTH)
        return;
    self->size = length * GROWTH * 2;
    g_free(self->data);
    self->data = g_malloc(self->size);
}

static gboolean
is_ascii_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* Bytes at the front of @text that are ASCII and stay what they are. */
static size_t
unchanged(const char *text, size_t length, gboolean fold, gboolean mark_blanks)
{
    size_t i = 0;

    while (i < length && (guchar)text[i] < 0x80 && !(fold && is_ascii_upper(text[i])) &&
           !(mark_blanks && ng_utf8_is_blank((gunichar)text[i])))
        i++;
    return i;
}

/**
 * ng_fold_point:
 * @c: a code point
 *
 * Only what is a letter by its category changes: not the circled letters, of
 * which a capital may begin an emoji and a small one may not.
 *
 * Returns: the simple lower case of @c, in no locale
 */
gunichar
ng_fold_point(gunichar c)
{
    if (c < 0x80)
        return is_ascii_upper((char)c) ? c + ('a' - 'A') : c;
    return g_unichar_isupper(c) || g_unichar_istitle(c) ? g_unichar_tolower(c) : c;
}

/**
 * ng_fold:
 * @scratch: room for the result
 * @text: [length] well-formed UTF-8
 * @length: (inout): its bytes; those of the result on return
 * @fold: whether to write letters in lower case
 * @mark_blanks: whether to write each white space or control character as U+2581
 *
 * Returns: (transfer none): @text itself where nothing changes, else a place in
 *   @scratch
 */
const char *
ng_fold(NgScratch *scratch, const char *text, size_t *length, gboolean fold, gboolean mark_blanks)
{
    size_t at = unchanged(text, *length, fold, mark_blanks);

    if (at == *length)
        return text;
    scratch_reserve(scratch, *length);
    memcpy(scratch->data, text, at);
    char *out = scratch->data + at;
    const char *end = text + *length;
    for (const char *p = text + at; p < end;) {
        gunichar c = ng_utf8_step(&p);
        if (mark_blanks && ng_utf8_is_blank(c))
            c = NG_BLANK_POINT;
        else if (fold)
            c = ng_fold_point(c);
        if (c < 0x80)
            *out++ = (char)c;
        else
            out += g_unichar_to_utf8(c, out);
    }
    *length = (size_t)(out - scratch->data);
    return scratch->data;
}

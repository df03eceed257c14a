/*
 * Spots
 *
 * Which tokens of a text may be changed at all, and how their letters are cased.
 * What stands between two blanks is looked at as a whole: an address, a path, a
 * tag of a markup language or a name with a sign in it is nobody's spelling.
 */
#include "correct-parts.h"

#include <string.h>

/* -- case ----------------------------------------------------------------- */

static NgCasing
casing_of(const char *text, size_t length)
{
    const char *end = text + length;
    size_t upper = 0, lower = 0;
    gboolean first = FALSE;

    for (const char *p = text; p < end; p += g_utf8_skip[(guchar)*p]) {
        gunichar c = (guchar)*p < 0x80 ? (guchar)*p : g_utf8_get_char_validated(p, end - p);
        if (c >= 0x110000)
            return NG_CASING_MIXED; /* broken bytes */
        gboolean is_upper = g_unichar_isupper(c) || g_unichar_istitle(c);
        first = first || (is_upper && upper + lower == 0);
        upper += is_upper ? 1 : 0;
        lower += g_unichar_islower(c) ? 1 : 0;
    }
    if (upper == 0)
        return NG_CASING_LOWER;
    if (lower == 0)
        return upper > 1 ? NG_CASING_UPPER : NG_CASING_TITLE;
    if (first && upper <= 2 && lower >= upper) { /* THe: a key held too long */
        const char *second = text + g_utf8_skip[(guchar)*text];
        gunichar c = g_utf8_get_char_validated(second, end - second);
        if (upper == 1 || (c < 0x110000 && g_unichar_isupper(c) && lower >= 1 && upper == 2))
            return upper == 1 || lower <= 2 ? NG_CASING_TITLE : NG_CASING_MIXED;
    }
    return NG_CASING_MIXED;
}

/* A word with the case that another was written in.  Returns: (transfer full) */
char *
ng_case_like(NgCasing casing, const char *word, size_t length)
{
    g_autoptr(GString) out = g_string_sized_new(length + 4);
    const char *end = word + length;

    for (const char *p = word; p < end;) {
        gunichar c = g_utf8_get_char_validated(p, end - p);
        if (c >= 0x110000) { /* no letter: as it is */
            g_string_append_c(out, *p++);
            continue;
        }
        if (casing == NG_CASING_UPPER)
            c = g_unichar_toupper(c);
        else if (casing == NG_CASING_TITLE && p == word)
            c = g_unichar_totitle(c);
        g_string_append_unichar(out, c);
        p += g_utf8_skip[(guchar)*p];
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* -- what is no spelling -------------------------------------------------- */

static gboolean
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static gboolean
is_wordy(char c)
{
    return g_ascii_isalnum(c) || (guchar)c >= 0x80;
}

/* Whether what stands between two blanks is an address, a path, a tag or a sign's. */
static gboolean
is_technical(const char *text, size_t length)
{
    size_t slashes = 0;

    if (g_strstr_len(text, (gssize)length, "://") != NULL ||
        (length > 4 && g_ascii_strncasecmp(text, "www.", 4) == 0))
        return TRUE;
    for (size_t i = 0; i < length; i++) {
        gboolean before = i > 0 && is_wordy(text[i - 1]);
        gboolean after = i + 1 < length && is_wordy(text[i + 1]);
        slashes += text[i] == '/';
        if (strchr("@_\\=#$%&<>^|~+*{}`", text[i]) != NULL && text[i] != '\0' && (before || after))
            return TRUE;
    }
    return slashes > 0 && (slashes > 1 || *text == '/');
}

/* Whether a token is bound to its neighbours by a sign: and/or, e.g., film.com. */
static gboolean
is_bound(const char *text, size_t length, const NgSpot *spot)
{
    static const char binding[] = "./:";
    size_t start = spot->start, end = spot->end;

    if (start >= 2 && strchr(binding, text[start - 1]) != NULL && is_wordy(text[start - 2]))
        return TRUE;
    return end + 1 < length && text[end] != '\0' && strchr(binding, text[end]) != NULL &&
           is_wordy(text[end + 1]);
}

static void
mark_technical(GArray *spots, const char *text, size_t length)
{
    size_t to = 0;
    gboolean technical = FALSE;

    for (guint i = 0; i < spots->len; i++) {
        NgSpot *spot = &g_array_index(spots, NgSpot, i);
        if (spot->start >= to) {
            size_t from = spot->start;
            while (from > to && !is_blank(text[from - 1]))
                from--;
            to = spot->end;
            while (to < length && !is_blank(text[to]))
                to++;
            technical = is_technical(text + from, to - from);
        }
        if (technical || is_bound(text, length, spot))
            spot->open = FALSE;
    }
}

/* -- marks ---------------------------------------------------------------- */

static gboolean
ends_sentence(char c)
{
    return strchr(".!?:;()[]\"*-", c) != NULL;
}

static gboolean
is_capitals(const GArray *spots, guint i)
{
    const NgSpot *spot = &g_array_index(spots, NgSpot, i);

    return spot->casing == NG_CASING_UPPER && spot->written->n_letters > 1;
}

/* Capitals beside others are shouted; alone they are letters that stand for words. */
static gboolean
is_shouted(const GArray *spots, guint i)
{
    for (guint back = i; back > 0 && i - back < 3; back--)
        if (is_capitals(spots, back - 1))
            return TRUE;
    for (guint on = i + 1; on < spots->len && on - i < 3; on++)
        if (is_capitals(spots, on))
            return TRUE;
    return FALSE;
}

/* Decides for each token how it is cased, where it stands, and whether it may be changed. */
void
ng_spots_mark(GArray *spots, const char *text, size_t length)
{
    gboolean inside = FALSE;

    for (guint i = 0; i < spots->len; i++) {
        NgSpot *spot = &g_array_index(spots, NgSpot, i);
        gboolean word = spot->written->n_letters > 0;
        spot->inside = inside;
        spot->open = word;
        spot->casing =
            word ? casing_of(text + spot->start, spot->end - spot->start) : NG_CASING_LOWER;
        if (word)
            inside = TRUE;
        else if (spot->end == spot->start + 1 && ends_sentence(text[spot->start]))
            inside = FALSE;
    }
    for (guint i = 0; i < spots->len; i++) {
        NgSpot *spot = &g_array_index(spots, NgSpot, i);
        if (spot->casing == NG_CASING_MIXED || (is_capitals(spots, i) && !is_shouted(spots, i)))
            spot->open = FALSE;
    }
    mark_technical(spots, text, length);
}

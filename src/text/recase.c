/*
 * Recasing
 *
 * Gives a text in lower case the capitals that need no knowledge of names: the
 * first letter of each sentence, and the English word I.  A letter is changed
 * only where folding gives it back, so a text tokenises as before.
 */
#include "recase.h"

#include "fold.h"
#include "utf8.h"

#include <string.h>

/**
 * Place: what the next word is.
 * @INSIDE: one inside a sentence
 * @AFTER_STOP: one that touches a full stop, as in "e.g."
 * @FIRST: the first of a sentence
 */
typedef enum { INSIDE, AFTER_STOP, FIRST } Place;

static gboolean
is_word_point(gunichar c)
{
    if (c < 0x80)
        return g_ascii_isalnum((char)c);
    return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

static gboolean
is_apostrophe(gunichar c)
{
    return c == '\'' || c == 0x2019;
}

/* What may stand inside a word, between two letters or digits. */
static gboolean
is_joint(gunichar c)
{
    return is_apostrophe(c) || c == '-' || c == 0x2010 || c == '.' || c == ',' || c == ':';
}

/* The character at @text, 0 where it is NUL or none; its bytes (at least 1) in @bytes. */
static gunichar
point_at(const char *text, size_t *bytes)
{
    *bytes = 1;
    if ((guchar)*text < 0x80)
        return (guchar)*text;
    *bytes = ng_utf8_sequence(text, strnlen(text, 4));
    if (*bytes != 0)
        return g_utf8_get_char(text);
    *bytes = 1;
    return 0;
}

/* Bytes of the word that @text begins with, 0 where it begins with none. */
static size_t
word_length(const char *text)
{
    size_t bytes = 0;
    size_t after = 0;
    size_t at = 0;

    for (;; at += bytes) {
        gunichar c = point_at(text + at, &bytes);
        if (!is_word_point(c) &&
            !(at > 0 && is_joint(c) && is_word_point(point_at(text + at + bytes, &after))))
            return at;
    }
}

/* Whether the word is i, i'm, i'll, i've or i'd. */
static gboolean
is_first_person(const char *word, size_t length)
{
    static const char *const ends[] = {"m", "ll", "ve", "d"};
    size_t bytes = 0;

    if (word[0] != 'i')
        return FALSE;
    if (length == 1)
        return TRUE;
    if (!is_apostrophe(point_at(word + 1, &bytes)))
        return FALSE;
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
        if (length == 1 + bytes + strlen(ends[i]) &&
            memcmp(word + 1 + bytes, ends[i], strlen(ends[i])) == 0)
            return TRUE;
    return FALSE;
}

/* Appends the word to @out; as the first of a sentence with a capital letter. */
static void
append_word(GString *out, const char *word, size_t length, gboolean first)
{
    const char *rest = word;

    if (!first && word[0] != 'i') { /* nothing to do: most words */
        g_string_append_len(out, word, (gssize)length);
        return;
    }
    gunichar c = ng_utf8_step(&rest);
    gunichar title = c;

    if (is_first_person(word, length))
        title = 'I';
    else if (first &&
             g_unichar_get_script(c) != G_UNICODE_SCRIPT_GEORGIAN) /* none but in headlines */
        title = g_unichar_totitle(c);
    if (ng_fold_point(title) == c)
        c = title;
    g_string_append_unichar(out, c);
    g_string_append_len(out, rest, (gssize)(length - (size_t)(rest - word)));
}

/* What the next word is, after a character @c that belongs to none. */
static Place
place_after(Place place, gunichar c)
{
    if (c == '.' || c == '!' || c == '?' || c == 0x2026)
        return AFTER_STOP;
    if (c == ',' || c == ';' || c == ':')
        return INSIDE;
    return place == AFTER_STOP && g_unichar_isspace(c) ? FIRST : place;
}

/**
 * ng_recase:
 * @text: text as people write it, but in lower case
 *
 * The first letter of @text, and the first after a . ! ? or … and white space,
 * through quotes and brackets, becomes a capital; so does the I of i, i'm,
 * i'll, i've and i'd.  The literal <unk> stays.
 *
 * Returns: (transfer full): the text with its capitals
 */
char *
ng_recase(const char *text)
{
    static const char unknown[] = "<unk>";
    GString *out = g_string_sized_new(strlen(text) + 8);
    Place place = FIRST;

    while (*text != '\0') {
        size_t bytes = word_length(text);
        if (bytes > 0) {
            append_word(out, text, bytes, place == FIRST);
            place = INSIDE;
        } else if (text[0] == unknown[0] && g_str_has_prefix(text, unknown)) {
            bytes = strlen(unknown);
            g_string_append(out, unknown);
            place = INSIDE;
        } else {
            place = place_after(place, point_at(text, &bytes));
            if (bytes == 1)
                g_string_append_c(out, text[0]);
            else
                g_string_append_len(out, text, (gssize)bytes);
        }
        text += bytes;
    }
    return g_string_free(out, FALSE);
}

/* Escapes; see the .h.  TSV keeps every byte, JSON and the terminal must not. */
#include "escape.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Bytes of the character at `text`, 0 where they are no UTF-8. */
static size_t
character(const char *text, size_t length, gunichar *c)
{
    if ((guchar)*text < 0x80) {
        *c = (guchar)*text;
        return 1;
    }
    *c = g_utf8_get_char_validated(text, (gssize)MIN(length, 6));
    return *c >= (gunichar)-2 ? 0 : (size_t)g_utf8_skip[(guchar)*text];
}

/* The character that stands for a TAB, LF or CR in an escape; 0 for all other bytes. */
static inline char
tsv_letter(char c)
{
    static const char letters[] = {['\t'] = 't', ['\n'] = 'n', ['\r'] = 'r'};

    if ((guchar)c < sizeof letters)
        return letters[(guchar)c];
    return '\0';
}

/* A cell of TSV: TAB, LF and CR, which would break the table, as \t, \n and \r; a backslash stays,
 * so that a cell of text is the text. */
void
ng_escape_tsv(GString *out, const char *text, size_t length)
{
    size_t done = 0; /* bytes copied */

    for (size_t i = 0; i < length; i++) {
        char letter = tsv_letter(text[i]);
        if (letter == '\0')
            continue;
        g_string_append_len(out, text + done, (gssize)(i - done));
        g_string_append_c(out, '\\');
        g_string_append_c(out, letter);
        done = i + 1;
    }
    g_string_append_len(out, text + done, (gssize)(length - done));
}

static void
json_character(GString *out, gunichar c, const char *text, size_t bytes)
{
    static const char from[] = "\b\t\n\f\r\"\\", to[] = "btnfr\"\\";
    const char *found = c != 0 && c < 0x80 ? strchr(from, (int)c) : NULL;

    if (found != NULL) {
        g_string_append_c(out, '\\');
        g_string_append_c(out, to[found - from]);
    } else if (c < 0x20 || c == 0x7f) {
        g_string_append_printf(out, "\\u%04x", c);
    } else {
        g_string_append_len(out, text, (gssize)bytes);
    }
}

/* Bytes at the front that stand in JSON as they are: ASCII without what is escaped. */
static size_t
json_plain(const char *text, size_t length)
{
    size_t n = 0;

    while (n < length && (guchar)text[n] >= 0x20 && (guchar)text[n] < 0x7f && text[n] != '"' &&
           text[n] != '\\')
        n++;
    return n;
}

/* A JSON string with its quotes; each byte that is no UTF-8 becomes U+FFFD. */
void
ng_escape_json(GString *out, const char *text, size_t length)
{
    g_string_append_c(out, '"');
    while (length > 0) {
        gunichar c;
        size_t bytes = json_plain(text, length);
        if (bytes > 0) {
            g_string_append_len(out, text, (gssize)bytes);
        } else {
            bytes = character(text, length, &c);
            if (bytes == 0)
                g_string_append(out, REPLACEMENT);
            else
                json_character(out, c, text, bytes);
            bytes = MAX(bytes, 1);
        }
        text += bytes;
        length -= bytes;
    }
    g_string_append_c(out, '"');
}

/* What a terminal may be shown, with the control characters that are @kept. */
static void
escape_terminal(GString *out, const char *text, size_t length, const char *kept)
{
    while (length > 0) {
        gunichar c;
        size_t bytes = character(text, length, &c);
        if (bytes == 0)
            g_string_append(out, REPLACEMENT);
        else if (g_unichar_iscntrl(c) && (c == 0 || c >= 0x80 || strchr(kept, (int)c) == NULL))
            g_string_append_printf(out, "\\x%02x", c);
        else
            g_string_append_len(out, text, (gssize)bytes);
        bytes = MAX(bytes, 1);
        text += bytes;
        length -= bytes;
    }
}

/* A cell: control characters, which could move the cursor or worse, as \xNN; bytes that are no
 * UTF-8 as U+FFFD. */
void
ng_escape_terminal(GString *out, const char *text, size_t length)
{
    escape_terminal(out, text, length, "");
}

/* The same of lines of text: their ends and tabs stay. */
void
ng_escape_lines(GString *out, const char *text, size_t length)
{
    escape_terminal(out, text, length, "\t\n");
}

/* Columns that valid UTF-8 takes up on a terminal. */
size_t
ng_escape_width(const char *text, size_t length)
{
    size_t width = 0;

    for (const char *p = text; p < text + length; p += g_utf8_skip[(guchar)*p]) {
        gunichar c = g_utf8_get_char(p);
        if (!g_unichar_iszerowidth(c))
            width += g_unichar_iswide(c) ? 2 : 1;
    }
    return width;
}

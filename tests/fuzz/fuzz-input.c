/* Feeds any bytes to NgInput: read in blocks, by raw lines and by lines they
 * must give the same text or the same error. */
#include "ngram/input.h"

#include <stdint.h>
#include <string.h>

enum { TEXT_MAX = 8 * 1024 * 1024 }; /* a few packed bytes may hold gigabytes */

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's own */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* All of the text; NULL with the error set, or where it is too long. */
static GByteArray *
read_blocks(const uint8_t *data, size_t size, GError **error)
{
    g_autoptr(NgInput) input = ng_input_new_for_data(data, size, "fuzz");
    g_autoptr(GByteArray) text = g_byte_array_new();
    guint8 block[1021];

    for (;;) {
        gssize n = ng_input_read(input, block, sizeof block, error);
        if (n < 0 || text->len > TEXT_MAX)
            return NULL;
        if (n == 0) {
            g_assert(ng_input_position(input) == size);
            return g_steal_pointer(&text);
        }
        g_byte_array_append(text, block, (guint)n);
    }
}

/* Lines, and their ends where they are raw, add up to the text. */
static void
check_lines(const uint8_t *data, size_t size, const GByteArray *text, gboolean raw)
{
    g_autoptr(NgInput) input = ng_input_new_for_data(data, size, "fuzz");
    g_autoptr(GError) error = NULL;
    const char *line = NULL;
    size_t length = 0;
    guint at = 0;
    guint64 lines = 0;

    while (raw ? ng_input_raw_line(input, &line, &length, &error)
               : ng_input_line(input, &line, &length, &error)) {
        g_assert(ng_input_line_number(input) == ++lines);
        g_assert(memchr(line, '\n', length) == NULL);
        g_assert(length <= text->len - at && memcmp(line, text->data + at, length) == 0);
        at += (guint)length;
        if (!raw && at < text->len && text->data[at] == '\r')
            at++;
        g_assert(at == text->len || text->data[at] == '\n');
        at += at < text->len;
    }
    g_assert(error == NULL && at == text->len);
    g_assert(ng_input_position(input) == size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GByteArray) text = read_blocks(data, size, &error);

    if (text == NULL)
        return 0;
    check_lines(data, size, text, TRUE);
    check_lines(data, size, text, FALSE);
    return 0;
}

/*
 * Lines by blocks
 *
 * A file's frame is read line by line; its long sections are taken out by
 * blocks of whole lines, which threads work on while others are read.  Each
 * block knows the number of its first line.  Both ways may change places at any
 * line: what a block read too much is kept for the next call.
 *
 * Invariant: text[begin, end) follows what was given out; nothing is read twice.
 */
#include "lines.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum {
    BLOCK_SIZE = 256 * 1024, /* fits a core's cache with what is made of it */
    READ_ROOM = 64 * 1024    /* least room to read into */
};

void
ng_lines_init(NgLines *self, NgInput *input)
{
    *self = (NgLines){.input = input, .capacity = READ_ROOM};
    self->text = g_malloc(self->capacity);
}

void
ng_lines_clear(NgLines *self)
{
    g_clear_pointer(&self->text, g_free);
}

/* Reads on behind text[*end), which grows; FALSE on error. */
static gboolean
read_on(NgLines *self, char **text, size_t *end, size_t *capacity, GError **error)
{
    if (*capacity - *end < READ_ROOM) {
        *capacity = MAX(*capacity * 2, *end + READ_ROOM);
        *text = g_realloc(*text, *capacity + NG_BLOCK_PADDING);
    }
    gssize n = ng_input_read(self->input, *text + *end, *capacity - *end, error);
    if (n < 0)
        return FALSE;
    *end += (size_t)n;
    self->ended = n == 0;
    return TRUE;
}

/**
 * ng_lines_next:
 * @line: (out) (transfer none): [length] the next line without LF and the CR before it, valid until
 *   the next call
 *
 * Returns: FALSE at the end, or with @error set
 */
gboolean
ng_lines_next(NgLines *self, const char **line, size_t *length, GError **error)
{
    size_t searched = 0;

    for (;;) {
        const char *from = self->text + self->begin;
        size_t have = self->end - self->begin;
        const char *lf = memchr(from + searched, '\n', have - searched);
        if (lf != NULL || (self->ended && have > 0)) {
            *line = from;
            *length = lf != NULL ? (size_t)(lf - from) : have;
            self->begin += lf != NULL ? *length + 1 : have;
            self->line++;
            if (*length > 0 && from[*length - 1] == '\r')
                --*length;
            return TRUE;
        }
        if (self->ended)
            return FALSE;
        searched = have;
        memmove(self->text, from, have);
        self->begin = 0;
        self->end = have;
        if (!read_on(self, &self->text, &self->end, &self->capacity, error))
            return FALSE;
    }
}

/* Where the line after the first @most ends, or the last whole one; @lines gets how many. */
static size_t
whole_lines(const char *text, size_t length, size_t most, size_t *lines)
{
    size_t n = 0;
    size_t i = 0;

#if defined(__SSE2__)
    const __m128i lf = _mm_set1_epi8('\n');
    const __m128i zero = _mm_setzero_si128();
    for (; length - i >= 64; i += 64) {
        __m128i sum = zero;
        for (size_t j = 0; j < 64; j += 16) {
            __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(text + i + j));
            sum = _mm_sub_epi8(sum, _mm_cmpeq_epi8(bytes, lf)); /* true is -1 */
        }
        sum = _mm_sad_epu8(sum, zero);
        size_t here = (size_t)_mm_cvtsi128_si32(sum) + (size_t)_mm_extract_epi16(sum, 4);
        if (n + here >= most)
            break;
        n += here;
    }
#endif
    for (; i < length && n < most; i++)
        n += text[i] == '\n';
    while (i > 0 && text[i - 1] != '\n')
        i--;
    *lines = n;
    return i;
}

/**
 * ng_lines_take:
 * @most: lines wanted, at least 1
 * @block: (inout): its text is used again
 *
 * Takes out the next lines, as many as a block holds but no more than @most.
 * Free the text of the last block.
 *
 * Returns: FALSE with @error set
 */
gboolean
ng_lines_take(NgLines *self, size_t most, NgBlock *block, GError **error)
{
    size_t have = self->end - self->begin;

    if (block->capacity < MAX(have, BLOCK_SIZE) + READ_ROOM) {
        block->capacity = MAX(have, BLOCK_SIZE) + READ_ROOM;
        block->text = g_realloc(block->text, block->capacity + NG_BLOCK_PADDING);
    }
    memcpy(block->text, self->text + self->begin, have);
    self->begin = self->end = 0;
    size_t searched = 0;
    gboolean any = FALSE;
    while (!self->ended && (have < BLOCK_SIZE || !any)) {
        if (!read_on(self, &block->text, &have, &block->capacity, error))
            return FALSE;
        any = any || memchr(block->text + searched, '\n', have - searched) != NULL;
        searched = have;
    }
    if (self->ended && have > 0 && block->text[have - 1] != '\n')
        block->text[have++] = '\n'; /* there is room: nothing was read into it */
    size_t whole = whole_lines(block->text, have, most, &block->lines);
    block->length = whole;
    block->line = self->line + 1;
    self->line += block->lines;
    if (self->capacity < have - whole) {
        self->capacity = have - whole;
        self->text = g_realloc(self->text, self->capacity + NG_BLOCK_PADDING);
    }
    memcpy(self->text, block->text + whole, have - whole);
    self->end = have - whole;
    memset(block->text + whole, 0, NG_BLOCK_PADDING);
    return TRUE;
}

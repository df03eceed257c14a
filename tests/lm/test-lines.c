#include "../../src/lm/lines.h"
#include "ngram/rng.h"

#include <check.h>
#include <string.h>

Suite *lines_suite(void);

/* Lines of 0 to 60 bytes and, now and then, of up to 700,000; @closed: the last one has its LF. */
static GString *
random_lines(uint64_t seed, gboolean closed)
{
    NgRng rng = ng_rng_new(seed, 0);
    GString *text = g_string_new(NULL);

    for (int i = 0; i < 40000; i++) {
        uint32_t n = ng_rng_u32(&rng) % 60;
        if (ng_rng_u32(&rng) % 10000 == 0)
            n = ng_rng_u32(&rng) % 700000;
        for (uint32_t j = 0; j < n; j++)
            g_string_append_c(text, (char)('a' + (j + n) % 20));
        g_string_append(text, ng_rng_u32(&rng) % 9 == 0 ? "\r\n" : "\n");
    }
    if (!closed)
        g_string_append(text, "the end");
    return text;
}

/* What is left of @text after one more line; the number of the line is counted. */
static const char *
compare_line(const char *at, const char *line, size_t length, guint64 *number)
{
    const char *lf = strchrnul(at, '\n');
    size_t n = (size_t)(lf - at);

    ++*number;
    if (n > 0 && at[n - 1] == '\r')
        n--;
    if (n != length || memcmp(at, line, n) != 0)
        ck_abort_msg("line %" G_GUINT64_FORMAT " differs", *number);
    return *lf == '\n' ? lf + 1 : lf;
}

static const char *
compare_block(const char *at, const NgBlock *block, guint64 *number)
{
    size_t n = 0;

    ck_assert_uint_eq(block->line, *number + 1);
    for (const char *p = block->text; p < block->text + block->length; n++, ++*number) {
        const char *lf = strchr(p, '\n');
        size_t length = (size_t)(lf - p);
        if (strncmp(at, p, length) != 0 || (at[length] != '\n' && at[length] != '\0'))
            ck_abort_msg("line %" G_GUINT64_FORMAT " differs", *number + 1);
        at += length + (at[length] == '\n');
        p = lf + 1;
    }
    ck_assert_uint_eq(n, block->lines);
    for (int i = 0; i < NG_BLOCK_PADDING; i++)
        ck_assert_int_eq(block->text[block->length + (size_t)i], 0);
    return at;
}

START_TEST(lines_and_blocks_take_turns)
{
    g_autoptr(GString) text = random_lines((uint64_t)_i, _i % 2 == 0);
    g_autoptr(NgInput) input = ng_input_new_for_data(text->str, text->len, "lines");
    NgRng rng = ng_rng_new((uint64_t)_i, 1);
    NgLines lines;
    NgBlock block = {0};
    const char *at = text->str;
    guint64 number = 0;

    ng_lines_init(&lines, input);
    for (gboolean more = TRUE; more;) {
        for (uint32_t n = ng_rng_u32(&rng) % 5; n > 0; n--) {
            const char *line = NULL;
            size_t length = 0;
            if (!ng_lines_next(&lines, &line, &length, NULL))
                break;
            at = compare_line(at, line, length, &number);
            ck_assert_uint_eq(lines.line, number);
        }
        size_t most = 1 + ng_rng_u32(&rng) % (_i < 2 ? 100 : 100000);
        ck_assert(ng_lines_take(&lines, most, &block, NULL));
        ck_assert_uint_le(block.lines, most);
        at = compare_block(at, &block, &number);
        more = block.lines > 0;
    }
    ck_assert_ptr_eq(at, text->str + text->len);
    g_free(block.text);
    ng_lines_clear(&lines);
}
END_TEST

Suite *
lines_suite(void)
{
    Suite *suite = suite_create("lines");
    TCase *blocks = tcase_create("blocks");

    tcase_add_loop_test(blocks, lines_and_blocks_take_turns, 0, 4);
    suite_add_tcase(suite, blocks);
    return suite;
}

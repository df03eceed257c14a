/* ARPA text in suffix order is built by walking along its lists, text in any other order by sorting:
 * each way is held against the other. */
#include "texts.h"

#include "../../src/lm/suffixed.h"

Suite *suffixed_suite(void);

/* Text of a model of order @order, many blocks long where @large. */
static char *
arpa_text(unsigned order, gboolean large)
{
    g_autofree char *text =
        random_text(order, large ? 3000 : 60, large ? 3000 : 40, large ? 30 : 12);
    NgTrainOptions options = plain_options(order);
    g_autoptr(NgModel) model = model_of(text, &options);
    gsize length = 0;

    return arpa_of(model, 0, &length);
}

/* As g_strsplit() at LF, whose strstr() ASan makes quadratic. */
static char **
split_lines(const char *text)
{
    GPtrArray *lines = g_ptr_array_new();
    const char *end = text + strlen(text);
    const char *lf = NULL;

    while ((lf = memchr(text, '\n', (size_t)(end - text))) != NULL) {
        g_ptr_array_add(lines, g_strndup(text, (gsize)(lf - text)));
        text = lf + 1;
    }
    g_ptr_array_add(lines, g_strdup(text));
    g_ptr_array_add(lines, NULL);
    return (char **)g_ptr_array_free(lines, FALSE);
}

/* The same with the lines of each section but the first in another order. */
static char *
shuffled(const char *text)
{
    g_auto(GStrv) lines = split_lines(text);
    NgRng rng = ng_rng_new(5, 0);
    size_t begin = 0;
    gboolean words = TRUE;

    for (size_t i = 0; lines[i] != NULL; i++) {
        if (g_str_has_suffix(lines[i], "-grams:")) {
            words = g_str_equal(lines[i], "\\1-grams:");
            begin = i + 1;
        }
        if (words || *lines[i] == '\\' || *lines[i] == '\0')
            continue;
        size_t rows = i - begin + 1;
        g_assert(rows > 0);
        size_t j = begin + ng_rng_u32(&rng) % rows;
        char *swap = lines[i];
        lines[i] = lines[j];
        lines[j] = swap;
    }
    return g_strjoinv("\n", lines);
}

static char *
model_file_of(const char *arpa, gsize *length)
{
    g_autoptr(NgModel) model = model_of_arpa_text(arpa);
    g_autofree char *path = new_file();

    ck_assert(ng_model_verify(model, NULL));
    ck_assert(ng_model_save(model, path, NULL));
    char *bytes = contents_of(path, length);
    g_unlink(path);
    return bytes;
}

START_TEST(the_order_of_lines_makes_no_difference)
{
    g_autofree char *sorted = arpa_text((unsigned)_i + 1, TRUE);
    g_autofree char *mixed = shuffled(sorted);
    gsize n = 0;
    gsize n_mixed = 0;
    g_autofree char *one = model_file_of(sorted, &n);
    g_autofree char *other = model_file_of(mixed, &n_mixed);

    ck_assert(_i == 0 || strcmp(sorted, mixed) != 0);
    ck_assert_uint_eq(n, n_mixed);
    ck_assert(memcmp(one, other, n) == 0);
}
END_TEST

/* Each n-gram but the longest left out in turn: what longer ones want of it is filled in, whichever
 * way the text is read. */
START_TEST(what_is_wanting_is_filled_in_in_any_order)
{
    g_autofree char *whole = arpa_text(3, FALSE);
    g_auto(GStrv) lines = split_lines(whole);
    unsigned pairs = 0;

    ck_assert(g_str_has_prefix(lines[2], "ngram 2="));
    pairs = (unsigned)g_ascii_strtoull(lines[2] + strlen("ngram 2="), NULL, 10);
    g_free(lines[2]);
    lines[2] = g_strdup_printf("ngram 2=%u", pairs - 1);
    size_t first = 0;
    while (!g_str_equal(lines[first], "\\2-grams:"))
        first++;
    for (size_t i = first + 1; i <= first + pairs; i += 7) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (size_t j = 0; lines[j] != NULL; j++)
            if (j != i)
                g_string_append_printf(text, "%s\n", lines[j]);
        g_autofree char *mixed = shuffled(text->str);
        gsize n = 0;
        gsize n_mixed = 0;
        g_autofree char *one = model_file_of(text->str, &n);
        g_autofree char *other = model_file_of(mixed, &n_mixed);
        ck_assert_uint_eq(n, n_mixed);
        ck_assert(memcmp(one, other, n) == 0);
    }
}
END_TEST

/* Spoils the first byte of line @number, from 1. */
static void
spoil(char *text, unsigned number)
{
    for (; number > 1; number--)
        text = strchr(text, '\n') + 1;
    *text = 'x';
}

START_TEST(the_first_bad_line_of_many_blocks_is_told)
{
    g_autofree char *text = arpa_text(3, TRUE);
    static const unsigned numbers[] = {70001, 40009, 20011, 4001};

    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *where = g_strdup_printf("model.arpa:%u: 'x", numbers[i]);
        spoil(text, numbers[i]); /* the earlier ones remain, further down */
        ck_assert_ptr_null(read_arpa(text, -1, &error));
        ck_assert_msg(g_str_has_prefix(error->message, where), "%s", error->message);
    }
}
END_TEST

START_TEST(a_search_finds_the_first_that_is_not_below)
{
    NgSuffixed list;
    size_t n = 1000;

    ng_suffixed_init(&list, n, TRUE);
    ng_suffixed_grow(&list, n, n);
    for (size_t i = 0; i < n; i++)
        *ng_suffixed_row(&list, i) =
            (NgSuffixRow){.first = (NgWord)(2 * i % 20), .rest = (uint32_t)(2 * i / 20)};
    for (size_t from = 0; from < n; from += 37)
        for (size_t i = from; i < n; i++) {
            uint64_t key = ng_suffixed_key(&list, i);
            if (ng_suffixed_find(&list, from, key) != i ||
                ng_suffixed_find(&list, from, key + 1) != i + 1)
                ck_abort_msg("%zu is not found from %zu", i, from);
        }
    ng_suffixed_clear(&list, n);
}
END_TEST

Suite *
suffixed_suite(void)
{
    Suite *suite = suite_create("suffixed");
    TCase *reading = tcase_create("reading");

    tcase_set_timeout(reading, 120);
    tcase_add_loop_test(reading, the_order_of_lines_makes_no_difference, 0, 5);
    tcase_add_test(reading, what_is_wanting_is_filled_in_in_any_order);
    tcase_add_test(reading, the_first_bad_line_of_many_blocks_is_told);
    tcase_add_test(reading, a_search_finds_the_first_that_is_not_below);
    suite_add_tcase(suite, reading);
    return suite;
}

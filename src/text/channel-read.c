/*
 * Learning a channel
 *
 * Pairs of a right and a wrong word are aligned by the built-in weights, and
 * every step that changes letters is counted, alone and with up to two letters
 * that stand beside it, as long as neither side has more than three (Brill &
 * Moore 2000).  P(to | from) = count(from -> to) / count(from in right words): the
 * maximum of the likelihood for these alignments, a little lowered, since the
 * built-in weights speak as strongly as PRIOR pairs would.
 */
#include "channel-rules.h"

#include "ngram/error.h"
#include "ngram/input.h"

#include <math.h>
#include <string.h>

#define PRIOR 100.0

/**
 * Learning:
 * @channel: the built-in one, which aligns
 * @steps: how often each #NgRule was seen
 * @parts: how often the letters of `from` stand in right words; an #NgRule without `to`
 */
typedef struct {
    NgChannel *channel;
    GHashTable *steps, *parts;
    size_t pairs, letters;
} Learning;

static guint
rule_hash(gconstpointer data)
{
    const NgRule *rule = data;
    guint h = 5381;

    for (unsigned i = 0; i < NG_RULE_MAX; i++)
        h = (h * 33 + rule->from[i]) * 33 + rule->to[i];
    return h;
}

static gboolean
rule_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(NgRule)) == 0;
}

static void
count(GHashTable *table, const NgRule *rule)
{
    size_t seen = GPOINTER_TO_SIZE(g_hash_table_lookup(table, rule));

    g_hash_table_insert(table, g_memdup2(rule, sizeof *rule), GSIZE_TO_POINTER(seen + 1));
}

static void
count_parts(Learning *self, const uint16_t *right, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t a = 1; a <= NG_RULE_MAX && i + a <= n; a++) {
            NgRule rule = {0};
            memcpy(rule.from, right + i, a * sizeof *right);
            count(self->parts, &rule);
        }
}

/* The step as it is, and wider by letters that are the same on both sides of it. */
static void
count_step(Learning *self, const NgEdit *edit, size_t before, size_t after, const uint16_t *right,
           const uint16_t *wrong)
{
    for (size_t l = 0; l <= before; l++)
        for (size_t r = 0; r <= after; r++) {
            size_t a = edit->a + l + r, b = edit->b + l + r;
            NgRule rule = {0};
            if (a == 0 || a > NG_RULE_MAX || b > NG_RULE_MAX)
                continue;
            memcpy(rule.from, right + edit->i - edit->a - l, a * sizeof *right);
            memcpy(rule.to, wrong + edit->j - edit->b - l, b * sizeof *wrong);
            count(self->steps, &rule);
        }
}

static gboolean
is_same(const NgEdit *edit, const uint16_t *right, const uint16_t *wrong)
{
    return edit->a == 1 && edit->b == 1 && right[edit->i - 1] == wrong[edit->j - 1];
}

static void
learn_pair(Learning *self, const uint16_t *right, size_t n, const uint16_t *wrong, size_t m)
{
    NgEdit edits[2 * NG_LETTERS_MAX];
    size_t steps = ng_channel_align(self->channel, right, n, wrong, m, edits);

    if (steps == 0)
        return; /* too far apart to be the same word */
    for (size_t k = 0; k < steps; k++) {
        size_t before = 0, after = 0;
        if (is_same(&edits[k], right, wrong))
            continue;
        while (before < 2 && k + before + 1 < steps && /* steps stand last one first */
               is_same(&edits[k + before + 1], right, wrong))
            before++;
        while (after < 2 && after < k && is_same(&edits[k - after - 1], right, wrong))
            after++;
        count_step(self, &edits[k], before, after, right, wrong);
    }
    count_parts(self, right, n);
    self->pairs++;
    self->letters += n;
}

/* -- reading -------------------------------------------------------------- */

static gboolean
refuse(const NgInput *input, const char *what, GError **error)
{
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s:%" G_GUINT64_FORMAT ": %s",
                ng_input_path(input), ng_input_line_number(input), what);
    return FALSE;
}

static gboolean
read_pair(Learning *self, const NgInput *input, const char *line, size_t length, GError **error)
{
    uint16_t right[NG_LETTERS_MAX], wrong[NG_LETTERS_MAX];
    const char *tab = memchr(line, '\t', length);

    if (tab == NULL)
        return refuse(input,
                      "no tab between the right word and the wrong one (write: right TAB "
                      "wrong)",
                      error);
    const char *second = tab + 1;
    size_t rest = length - (size_t)(second - line);
    if (memchr(second, '\t', rest) != NULL)
        return refuse(input, "more than two columns (write: right TAB wrong)", error);
    size_t n = ng_letters(line, (size_t)(tab - line), right);
    size_t m = ng_letters(second, rest, wrong);
    if (n == 0 || m == 0)
        return refuse(input,
                      n == 0 ? "the right word is none (a word has letters, at most 40, no "
                               "digits, and is UTF-8)"
                             : "the wrong word is none (a word has letters, at most 40, no "
                               "digits, and is UTF-8)",
                      error);
    if (n != m || memcmp(right, wrong, n * sizeof *right) != 0)
        learn_pair(self, right, n, wrong, m);
    return TRUE;
}

static gboolean
read_pairs(Learning *self, const char *path, GError **error)
{
    g_autoptr(NgInput) input = ng_input_open(path, error);
    GError *trouble = NULL;
    const char *line;
    size_t length;

    if (input == NULL)
        return FALSE;
    while (ng_input_line(input, &line, &length, &trouble))
        if (length > 0 && !read_pair(self, input, line, length, error))
            return FALSE;
    if (trouble != NULL) {
        g_propagate_error(error, trouble);
        return FALSE;
    }
    if (self->pairs > 0)
        return TRUE;
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                "%s: no pair to learn from (a line is: right TAB wrong, the two alike but not the "
                "same)",
                path);
    return FALSE;
}

static void
add_rules(Learning *self)
{
    double letters = (double)self->letters / (double)self->pairs;
    GHashTableIter iter;
    gpointer key, value;

    ng_channel_scale(self->channel, (float)log10(PRIOR / (PRIOR + (double)self->pairs)),
                     self->pairs);
    g_hash_table_iter_init(&iter, self->steps);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        NgRule from = {0};
        memcpy(from.from, ((NgRule *)key)->from, sizeof from.from);
        double parts = (double)GPOINTER_TO_SIZE(g_hash_table_lookup(self->parts, &from));
        double lowered = (double)GPOINTER_TO_SIZE(value) - 0.5;
        /* a pair has one mistake in `letters` places: P a place, over the rate of mistakes */
        ng_channel_add_rule(self->channel, key,
                            (float)log10(letters * lowered / (parts + PRIOR / letters)));
    }
}

/**
 * ng_channel_read:
 * @path: (type filename): a file of lines `right TAB wrong`
 * @error: return location for a #GError, or %NULL
 *
 * Learns which mistakes are made.  Empty lines, and pairs of the same word,
 * are passed over.
 *
 * Errors: those of ng_input_open(); %NG_ERROR_FORMAT for a line that is no pair, and where there
 * is none at all.
 *
 * Returns: (transfer full): free with ng_channel_unref(); %NULL with @error set
 */
NgChannel *
ng_channel_read(const char *path, GError **error)
{
    g_return_val_if_fail(path != NULL, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    g_autoptr(NgChannel) channel = ng_channel_new();
    g_autoptr(GHashTable) steps = g_hash_table_new_full(rule_hash, rule_equal, g_free, NULL);
    g_autoptr(GHashTable) parts = g_hash_table_new_full(rule_hash, rule_equal, g_free, NULL);
    Learning learning = {.channel = channel, .steps = steps, .parts = parts};

    if (!read_pairs(&learning, path, error))
        return NULL;
    add_rules(&learning);
    return g_steal_pointer(&channel);
}

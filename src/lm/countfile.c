/*
 * Count files: lines `w1 w2 w3 TAB count`, sorted as `LC_ALL=C sort` would
 *
 * N-grams of every length up to the order stand together, a context before its
 * successors.  Lines that begin with a blank say how words were written (looks.c).  (A word with a control character in it is compared as if a blank
 * followed every word, which for such words is not sort's order.)  Written from counts whose words are in order of bytes, so that a
 * walk through the trie is the order of the file; only the three fixed words,
 * which have the lowest ids, must be put in their places.  Merging reads the
 * files side by side and holds a line of each.
 */
#include "fault.h"
#include "internal.h"
#include "looks-internal.h"

#include "ngram/countfile.h"
#include "ngram/error.h"
#include "ngram/input.h"
#include "ngram/number.h"
#include "ngram/output.h"

#include <string.h>

/**
 * Writer:
 * @place: [3] the first word that comes after each fixed one
 * @looks: (nullable): lines that are still to be written, before the first word above a blank
 */
typedef struct {
    const NgCounts *counts;
    const NgVocab *vocab;
    NgOutput *out;
    NgWord words[NG_ORDER_MAX];
    NgWord place[NG_WORDS_FIXED];
    GString *looks;
} Writer;

static void
put_line(NgOutput *out, const char *key, size_t length, guint64 count)
{
    char number[32];
    int n = g_snprintf(number, sizeof number, "\t%" G_GUINT64_FORMAT "\n", count);

    ng_output_write(out, key, length);
    ng_output_write(out, number, (size_t)n);
}

static void
write_looks(Writer *w)
{
    if (w->looks == NULL)
        return;
    ng_output_write(w->out, w->looks->str, w->looks->len);
    g_string_free(w->looks, TRUE);
    w->looks = NULL;
}

static void write_range(Writer *w, unsigned level, NgRange range);

static void
write_entry(Writer *w, unsigned level, uint32_t entry)
{
    const NgCounts *c = w->counts;
    guint64 count = ng_counts_count(c, level - 1, entry);

    w->words[level - 1] = ng_counts_word(c, level - 1, entry);
    if (count == 0)
        return;
    if (level == 1 && *ng_vocab_word(w->vocab, w->words[0], NULL) > ' ')
        write_looks(w);
    for (unsigned i = 0; i < level; i++) {
        size_t length = 0;
        const char *word = ng_vocab_word(w->vocab, w->words[i], &length);
        if (i > 0)
            ng_output_write(w->out, " ", 1);
        ng_output_write(w->out, word, length);
    }
    put_line(w->out, "", 0, count);
    if (level < c->order) {
        const NgEntry *e = &c->entry[level - 1][entry];
        write_range(w, level + 1, (NgRange){e[0].first, e[1].first});
    }
}

static void
write_range(Writer *w, unsigned level, NgRange range)
{
    static const NgWord sorted[NG_WORDS_FIXED] = {NG_WORD_END, NG_WORD_BEGIN, NG_WORD_UNKNOWN};
    uint32_t fixed[NG_WORDS_FIXED];
    gboolean here[NG_WORDS_FIXED] = {FALSE};
    unsigned next = 0;

    for (; range.first < range.end; range.first++) {
        NgWord id = ng_counts_word(w->counts, level - 1, range.first);
        if (id >= NG_WORDS_FIXED)
            break;
        fixed[id] = range.first;
        here[id] = TRUE;
    }
    for (uint32_t e = range.first; e < range.end; e++) {
        NgWord id = ng_counts_word(w->counts, level - 1, e);
        for (; next < NG_WORDS_FIXED && w->place[sorted[next]] <= id; next++)
            if (here[sorted[next]])
                write_entry(w, level, fixed[sorted[next]]);
        write_entry(w, level, e);
    }
    for (; next < NG_WORDS_FIXED; next++)
        if (here[sorted[next]])
            write_entry(w, level, fixed[sorted[next]]);
}

/**
 * ng_countfile_write:
 * @counts: counts
 * @vocab: its words, in %NG_VOCAB_BY_BYTES order
 * @path: the file, replaced whole or not at all; `-` is standard output
 * @error: return location for a #GError, or %NULL
 *
 * Returns: whether it was written
 */
gboolean
ng_countfile_write(const NgCounts *counts, const NgVocab *vocab, const char *path, GError **error)
{
    g_return_val_if_fail(counts != NULL && vocab != NULL && path != NULL, FALSE);

    g_autoptr(NgOutput) out = ng_output_open(path, error);
    if (out == NULL)
        return FALSE;
    Writer w = {.counts = counts, .vocab = vocab, .out = out};
    NgWord V = (NgWord)ng_vocab_size(vocab);
    for (NgWord f = 0; f < NG_WORDS_FIXED; f++) {
        size_t n_fixed = 0;
        const char *fixed = ng_vocab_word(vocab, f, &n_fixed);
        for (w.place[f] = NG_WORDS_FIXED; w.place[f] < V; w.place[f]++) {
            size_t length = 0;
            const char *word = ng_vocab_word(vocab, w.place[f], &length);
            if (ng_vocab_compare(word, length, fixed, n_fixed) > 0)
                break;
        }
    }
    if (counts->looks != NULL)
        w.looks = ng_looks_lines(counts->looks);
    write_range(&w, 1, (NgRange){0, V});
    write_looks(&w);
    return ng_output_commit(out, error);
}

/**
 * Source: one count file that is read.
 * @key, @length: the n-gram of its line
 * @previous: the n-gram of the line before, to see that they rise
 */
typedef struct {
    NgInput *input;
    const char *key;
    size_t length;
    guint64 count;
    GString *previous;
} Source;

static void
source_free(gpointer data)
{
    Source *s = data;

    ng_input_free(s->input);
    g_string_free(s->previous, TRUE);
    g_free(s);
}

/* The next line of @s; FALSE at the end, or with @error set. */
static gboolean
source_next(Source *s, GError **error)
{
    const char *line = NULL;
    size_t length = 0;

    if (s->key != NULL) {
        g_string_truncate(s->previous, 0);
        g_string_append_len(s->previous, s->key, (gssize)s->length);
    }
    s->key = NULL;
    if (!ng_input_line(s->input, &line, &length, error))
        return FALSE;
    if (memchr(line, '\0', length) != NULL)
        return ng_fault(s->input, error, "a zero byte in the line (remove it)");
    const char *tab = memchr(line, '\t', length);
    if (tab == NULL || tab == line)
        return ng_fault(s->input, error, "not of the form 'words TAB count'");
    size_t n = (size_t)(tab - line);
    if (!ng_number_to_uint64(tab + 1, length - n - 1, &s->count) || s->count == 0)
        return ng_fault(s->input, error, "the count is no whole number above 0");
    if (line[0] == ' ' ? !ng_looks_is_key(line, n)
                       : line[n - 1] == ' ' || g_strstr_len(line, (gssize)n, "  ") != NULL)
        return ng_fault(s->input, error, "words are not separated by single blanks");
    if (s->previous->len > 0 && ng_vocab_compare(s->previous->str, s->previous->len, line, n) > 0)
        return ng_fault(s->input, error, "out of order (LC_ALL=C sort puts it right)");
    s->key = line;
    s->length = n;
    return TRUE;
}

static Source *
source_open(const char *path, GError **error)
{
    NgInput *input = ng_input_open(path, error);
    if (input == NULL)
        return NULL;
    Source *s = g_new0(Source, 1);
    s->input = input;
    s->previous = g_string_new(NULL);
    return s;
}

static gint
compare_sources(gconstpointer a, gconstpointer b, gpointer data G_GNUC_UNUSED)
{
    const Source *x = a;
    const Source *y = b;

    return ng_vocab_compare(x->key, x->length, y->key, y->length);
}

/**
 * Sum: the n-gram whose lines are being added up.
 * @key: empty before the first
 */
typedef struct {
    GString *key;
    guint64 count;
    NgOutput *out;
} Sum;

static void
put_sum(const Sum *sum)
{
    if (sum->key->len > 0)
        put_line(sum->out, sum->key->str, sum->key->len, sum->count);
}

/* Adds the line of @s, which comes after those before or is of the same n-gram. */
static gboolean
add_line(Sum *sum, const Source *s, GError **error)
{
    if (sum->key->len != s->length || memcmp(sum->key->str, s->key, s->length) != 0) {
        put_sum(sum);
        g_string_truncate(sum->key, 0);
        g_string_append_len(sum->key, s->key, (gssize)s->length);
        sum->count = 0;
    }
    if (s->count > G_MAXUINT64 - sum->count)
        return ng_fault(s->input, error, "the sum of the counts is above 2^64");
    sum->count += s->count;
    return TRUE;
}

/* Moves a source a line on and puts it into its place. */
static gboolean
advance(GSequence *queue, Source *s, GError **error)
{
    g_autoptr(GError) inner = NULL;

    if (source_next(s, &inner))
        g_sequence_insert_sorted(queue, s, compare_sources, NULL);
    if (inner == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

/* Lines from the least to the greatest, each from the source that stands at it. */
static gboolean
merge_queue(GSequence *queue, Sum *sum, GError **error)
{
    while (g_sequence_get_length(queue) > 0) {
        GSequenceIter *front = g_sequence_get_begin_iter(queue);
        Source *s = g_sequence_get(front);
        g_sequence_remove(front);
        if (!add_line(sum, s, error) || !advance(queue, s, error))
            return FALSE;
    }
    put_sum(sum);
    return TRUE;
}

/**
 * ng_countfile_merge:
 * @paths: sorted count files; `-` is standard input
 * @out: the sum of them; `-` is standard output
 * @error: return location for a #GError, or %NULL
 *
 * Memory for a line of each file, whatever their size.  Lines of one n-gram may
 * follow one another in a file too: sorted lines of many files are one.
 *
 * Returns: whether it was written
 */
gboolean
ng_countfile_merge(const char *const *paths, const char *out, GError **error)
{
    g_return_val_if_fail(paths != NULL && out != NULL, FALSE);

    g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func(source_free);
    for (; *paths != NULL; paths++) {
        Source *s = source_open(*paths, error);
        if (s == NULL)
            return FALSE;
        g_ptr_array_add(sources, s);
    }
    g_autoptr(NgOutput) output = ng_output_open(out, error);
    if (output == NULL)
        return FALSE;
    g_autoptr(GSequence) queue = g_sequence_new(NULL);
    g_autoptr(GString) key = g_string_new(NULL);
    Sum sum = {key, 0, output};
    for (guint i = 0; i < sources->len; i++)
        if (!advance(queue, g_ptr_array_index(sources, i), error))
            return FALSE;
    return merge_queue(queue, &sum, error) && ng_output_commit(output, error);
}

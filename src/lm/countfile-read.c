/*
 * Count files in: from lines to counts
 *
 * Every length up to the order must be there, as ng_countfile_write() leaves
 * it: the continuation counts of Kneser-Ney cannot be had otherwise.
 */
#include "internal.h"
#include "looks-internal.h"
#include "ngrams.h"

#include "ngram/countfile.h"
#include "ngram/error.h"
#include "ngram/input.h"
#include "ngram/number.h"

#include <string.h>

/**
 * Reader:
 * @list: [N] n-grams by length
 * @longest: length of the longest n-gram in the file
 * @looks: how words were written
 */
typedef struct {
    NgInput *input;
    NgVocab *vocab;
    unsigned order;
    unsigned longest;
    NgNgrams list[NG_ORDER_MAX];
    NgLooks *looks;
    GError **error;
} Reader;

static gboolean
bad(const Reader *r, guint64 line, const char *what)
{
    g_set_error(r->error, NG_ERROR, NG_ERROR_FORMAT, "%s:%" G_GUINT64_FORMAT ": %s",
                ng_input_path(r->input), line, what);
    return FALSE;
}

/* The words of a line as ids; FALSE where <s> or </s> stands inside. */
static gboolean
parse_words(Reader *r, const char *key, size_t length, NgWord *words, unsigned *k)
{
    const char *end = key + length;

    *k = 0;
    for (const char *p = key; p < end; p++) {
        const char *blank = memchr(p, ' ', (size_t)(end - p));
        size_t n = blank != NULL ? (size_t)(blank - p) : (size_t)(end - p);
        if (n == 0 || blank == end - 1)
            return FALSE;
        if (*k > 0 && *k <= r->order && words[*k - 1] == NG_WORD_END)
            return FALSE;
        if (*k < r->order) {
            words[*k] = ng_vocab_add(r->vocab, p, n);
            if (*k > 0 && words[*k] == NG_WORD_BEGIN)
                return FALSE;
        }
        ++*k;
        p += n;
    }
    return TRUE;
}

static gboolean
read_line(Reader *r, const char *line, size_t length)
{
    guint64 number = ng_input_line_number(r->input);
    const char *tab = memchr(line, '\t', length);
    NgWord words[NG_ORDER_MAX] = {0};
    NgRow row = {.line = number};
    unsigned k = 0;

    if (memchr(line, '\0', length) != NULL)
        return bad(r, number, "a zero byte in the line (remove it)");
    if (tab == NULL || tab == line)
        return bad(r, number, "not of the form 'words TAB count'");
    if (!ng_number_to_uint64(tab + 1, length - (size_t)(tab + 1 - line), &row.count) ||
        row.count == 0)
        return bad(r, number, "the count is no whole number above 0");
    if (line[0] == ' ' && ng_looks_is_key(line, (size_t)(tab - line)))
        return ng_looks_add_key(r->looks, line, (size_t)(tab - line), row.count) ||
               bad(r, number, "the word has such a line already (ngram merge adds them up)");
    if (row.count > UINT32_MAX)
        return bad(r, number, "a count above 4294967295");
    if (!parse_words(r, line, (size_t)(tab - line), words, &k))
        return bad(r, number,
                   "words are not separated by single blanks, or <s> or </s> stands "
                   "inside an n-gram");
    r->longest = MAX(r->longest, k);
    if (k <= r->order)
        ng_ngrams_add(&r->list[k - 1], words, &row);
    return TRUE;
}

static gboolean
read_lines(Reader *r)
{
    GError *inner = NULL;
    const char *line = NULL;
    size_t length = 0;

    while (ng_input_line(r->input, &line, &length, &inner))
        if (!read_line(r, line, length))
            return FALSE;
    if (inner != NULL) {
        g_propagate_error(r->error, inner);
        return FALSE;
    }
    if (r->longest >= r->order)
        return TRUE;
    g_set_error(r->error, NG_ERROR, NG_ERROR_RANGE,
                r->longest == 0 ? "%s: no counts in this file"
                                : "%s: its longest n-grams have %u words, %u are wanted (--order)",
                ng_input_path(r->input), r->longest, r->order);
    return FALSE;
}

/* Gives the words their ids by frequency. */
static gboolean
renumber(Reader *r)
{
    size_t V = ng_vocab_size(r->vocab);
    g_autofree uint32_t *count = g_new0(uint32_t, V);
    g_autofree NgWord *map = g_new(NgWord, V);

    for (size_t i = 0; i < r->list[0].rows->len; i++)
        count[*ng_ngrams_words(&r->list[0], i)] = (uint32_t)ng_ngrams_row(&r->list[0], i)->count;
    guint64 total = 0;
    for (NgWord id = 0; id < V; id++)
        total += id != NG_WORD_BEGIN ? count[id] : 0;
    if (total == 0) {
        g_set_error(r->error, NG_ERROR, NG_ERROR_FORMAT, "%s: no counts of words in this file",
                    ng_input_path(r->input));
        return FALSE;
    }
    for (NgWord id = NG_WORDS_FIXED; id < V; id++) {
        if (count[id] > 0)
            continue;
        g_set_error(r->error, NG_ERROR, NG_ERROR_FORMAT,
                    "%s: no line for the word '%s' alone (ngram count writes every length)",
                    ng_input_path(r->input), ng_vocab_word(r->vocab, id, NULL));
        return FALSE;
    }
    NgVocab *sorted = ng_vocab_reordered(r->vocab, NG_VOCAB_BY_FREQUENCY, count, map);
    ng_vocab_unref(r->vocab);
    r->vocab = sorted;
    for (unsigned k = 0; k < r->order; k++)
        for (guint i = 0; i < r->list[k].words->len; i++) {
            NgWord *word = &g_array_index(r->list[k].words, NgWord, i);
            *word = map[*word];
        }
    return TRUE;
}

static gboolean
sort_lists(Reader *r)
{
    for (unsigned k = 0; k < r->order; k++) {
        ng_ngrams_sort(&r->list[k], ng_vocab_size(r->vocab));
        size_t twice = ng_ngrams_find_repeated(&r->list[k]);
        if (twice > 0)
            return bad(r, ng_ngrams_row(&r->list[k], twice)->line,
                       "the n-gram has a line already (ngram merge adds them up)");
    }
    return TRUE;
}

/* NgMissing: nothing can be made up here. */
static gboolean
refuse_missing(const NgWord *words, unsigned k, const NgRow *longer, gpointer data)
{
    const Reader *r = data;
    g_autoptr(GString) text = g_string_new("no line for '");

    for (unsigned i = 0; i < k; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "",
                               ng_vocab_word(r->vocab, words[i], NULL));
    g_string_append(text, "', a part of this n-gram (ngram count writes every length)");
    return bad(r, longer->line, text->str);
}

/* The levels of a linked trie, with the counts of the lists. */
static gboolean
fill_counts(const Reader *r, const NgTrie *trie, NgCounts *self)
{
    for (unsigned k = 0; k < r->order; k++)
        if (!ng_counts_take_level(self, k, trie->level[k].n, r->error))
            return FALSE;
    for (unsigned k = 0; k < r->order; k++) {
        const NgLevel *l = &trie->level[k];
        for (size_t i = 0; i < l->n; i++) {
            uint32_t suffix = l->suffix != NULL ? l->suffix[i] : 0;
            if (k > 0)
                self->word[k][i] = l->word[i];
            if (k + 1 == r->order)
                self->leaf[i].suffix = suffix;
            else
                self->entry[k][i] = (NgEntry){.first = l->first[i], .suffix = suffix};
        }
        if (k + 1 < r->order)
            self->entry[k][l->n].first = l->first[l->n];
        for (size_t i = 0; i < r->list[k].rows->len; i++) {
            uint32_t count = (uint32_t)ng_ngrams_row(&r->list[k], i)->count;
            size_t e = k > 0 ? i : *ng_ngrams_words(&r->list[0], i);
            if (k + 1 == r->order)
                self->leaf[e].count = count;
            else
                self->entry[k][e].count = count;
        }
    }
    return TRUE;
}

static NgCounts *
build_counts(Reader *r)
{
    g_autoptr(NgCounts) self = ng_counts_new_empty(r->order, 1, NULL);
    NgTrie trie = {0};
    gboolean built =
        ng_ngrams_to_trie(r->list, r->order, ng_vocab_size(r->vocab), &trie, refuse_missing, r) &&
        fill_counts(r, &trie, self);

    ng_trie_clear(&trie);
    return built ? g_steal_pointer(&self) : NULL;
}

/**
 * ng_countfile_parse:
 * @input: a count file, at its beginning
 * @order: N; longer n-grams are passed over
 * @vocab: (out) (transfer full): its words, by falling frequency
 * @error: return location for a #GError, or %NULL
 *
 * Lines may come in any order.
 *
 * Returns: (transfer full): the counts
 */
NgCounts *
ng_countfile_parse(NgInput *input, unsigned order, NgVocab **vocab, GError **error)
{
    g_return_val_if_fail(input != NULL && vocab != NULL, NULL);
    g_return_val_if_fail(order >= 1 && order <= NG_ORDER_MAX, NULL);

    Reader r = {.input = input, .order = order, .error = error};
    NgCounts *counts = NULL;
    r.vocab = ng_vocab_new();
    r.looks = ng_looks_new();
    for (unsigned k = 0; k < order; k++)
        ng_ngrams_init(&r.list[k], k + 1);
    if (read_lines(&r) && renumber(&r) && sort_lists(&r))
        counts = build_counts(&r);
    for (unsigned k = 0; k < order; k++)
        ng_ngrams_clear(&r.list[k]);
    if (counts == NULL) {
        ng_vocab_unref(r.vocab);
        ng_looks_free(r.looks);
        return NULL;
    }
    *vocab = r.vocab;
    ng_counts_set_looks(counts, r.looks);
    return counts;
}

/**
 * ng_countfile_read:
 * @path: a count file, plain or packed; `-` is standard input
 * @order: N; longer n-grams are passed over
 * @vocab: (out) (transfer full): its words, by falling frequency
 * @error: return location for a #GError, or %NULL
 *
 * Returns: (transfer full): the counts
 */
NgCounts *
ng_countfile_read(const char *path, unsigned order, NgVocab **vocab, GError **error)
{
    g_return_val_if_fail(path != NULL, NULL);

    g_autoptr(NgInput) input = ng_input_open(path, error);
    return input != NULL ? ng_countfile_parse(input, order, vocab, error) : NULL;
}

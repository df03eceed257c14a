/*
 * Features
 *
 * Texts become rows of a data set, a column a word: 1 where the word stands in the
 * text, or how often.  The words are those that stand in most documents of the
 * training text, but for marks and for the very most frequent; columns are in
 * falling order of the number of documents, ties by bytes.
 *
 * A machine that learns from such rows keeps the words as the names of its units,
 * and in the group `text` of its manifest how text was cut: so its rows can be made
 * again of other texts, and the words that were left out are known from those that
 * never came.
 */
#include "features-internal.h"

#include "bags.h"

#include "ngram/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a word is that has no column. */
enum { UNKNOWN = G_MAXINT32, STOP = G_MAXINT32 - 1, MARK = G_MAXINT32 - 2 };

/**
 * ng_features_options_init:
 * @options: (out): counts of 2000 words, folded; a row a line; marks are left out
 */
void
ng_features_options_init(NgFeaturesOptions *options)
{
    g_return_if_fail(options != NULL);

    *options = (NgFeaturesOptions){
        .kind = NG_FEATURES_COUNTS,
        .tokens = NG_TOKENS_WORDS,
        .fold = TRUE,
        .unit = NG_UNIT_LINE,
        .size = 2000,
        .min_documents = 2,
    };
}

/**
 * ng_features_free:
 * @self: (nullable) (transfer full): features
 */
void
ng_features_free(NgFeatures *self)
{
    if (self == NULL)
        return;
    g_free(self->pattern);
    ng_tokenizer_free(self->tokenizer);
    ng_vocab_unref(self->vocab);
    g_ptr_array_unref(self->words);
    g_array_unref(self->frequency);
    g_hash_table_unref(self->stop);
    g_ptr_array_unref(self->stop_words);
    g_free(self);
}

/**
 * ng_features_new:
 * @options: how text is cut
 *
 * Errors: those of ng_tokenizer_new().
 *
 * Returns: (transfer full): one without words
 */
NgFeatures *
ng_features_new(const NgFeaturesOptions *options, GError **error)
{
    g_autoptr(NgTokenizer) tokenizer =
        ng_tokenizer_new(options->tokens, options->pattern, options->fold, error);
    if (tokenizer == NULL)
        return NULL;

    NgFeatures *self = g_new0(NgFeatures, 1);
    self->options = *options;
    self->options.pattern = self->pattern = g_strdup(options->pattern);
    self->tokenizer = g_steal_pointer(&tokenizer);
    self->vocab = ng_vocab_new();
    self->words = g_ptr_array_new_with_free_func(g_free);
    self->frequency = g_array_new(FALSE, FALSE, sizeof(guint64));
    self->stop = g_hash_table_new(g_str_hash, g_str_equal);
    self->stop_words = g_ptr_array_new_with_free_func(g_free);
    return self;
}

/* FALSE where the word cannot be a column: there already, or one of the symbols. */
gboolean
ng_features_add_word(NgFeatures *self, const char *word, size_t length)
{
    NgWord id = ng_vocab_add(self->vocab, word, length);

    if (id != self->words->len + NG_WORDS_FIXED)
        return FALSE;
    g_ptr_array_add(self->words, g_strndup(word, length));
    return TRUE;
}

/* The words' frequencies come in the order of the words. */
void
ng_features_add_frequency(NgFeatures *self, guint64 tokens)
{
    g_array_append_val(self->frequency, tokens);
    self->tokens += (double)tokens;
}

/* Takes the word. */
void
ng_features_add_stop_word(NgFeatures *self, char *word)
{
    g_ptr_array_add(self->stop_words, word);
    g_hash_table_add(self->stop, word);
}

/* Whether a token has no letter and no digit; bytes that are no UTF-8 are no marks. */
static gboolean
is_mark(const char *word, size_t length)
{
    const char *end = word + length;

    if (!g_utf8_validate(word, (gssize)length, NULL))
        return FALSE;
    for (; word < end; word += g_utf8_skip[*(const guchar *)word])
        if (g_unichar_isalnum(g_utf8_get_char(word)))
            return FALSE;
    return TRUE;
}

/* ---- the vocabulary */

/** Candidate: a word of the training text. */
typedef struct {
    NgWord word; /* in the lexicon */
    guint32 documents;
    guint64 tokens;
    const char *text;
    size_t length;
} Candidate;

static int
compare_candidates(const void *a, const void *b)
{
    const Candidate *x = a, *y = b;

    if (x->documents != y->documents)
        return x->documents > y->documents ? -1 : 1;
    return ng_vocab_compare(x->text, x->length, y->text, y->length);
}

/* The words that may be columns, the one in most documents first. */
static Candidate *
candidates(const NgFeatures *self, const NgBags *bags, size_t *n)
{
    size_t V = ng_lexicon_size(bags->lexicon), kept = 0;
    Candidate *all = g_new0(Candidate, V);
    const NgBagEntry *entry = (const NgBagEntry *)(const void *)bags->entries->data;

    for (guint i = 0; i < bags->entries->len; i++) {
        all[entry[i].word].documents++;
        all[entry[i].word].tokens += entry[i].count;
    }
    for (size_t w = NG_WORDS_FIXED; w < V; w++) {
        Candidate c = all[w];
        c.word = (NgWord)w;
        c.text = ng_lexicon_word(bags->lexicon, (NgWord)w, &c.length);
        if (memchr(c.text, '\0', c.length) == NULL &&
            (self->options.marks || !is_mark(c.text, c.length)))
            all[kept++] = c;
    }
    if (kept > 0)
        qsort(all, kept, sizeof *all, compare_candidates);
    *n = kept;
    return all;
}

static gboolean
choose_words(NgFeatures *self, const NgBags *bags, GError **error)
{
    const NgFeaturesOptions *o = &self->options;
    size_t n = 0;
    g_autofree Candidate *all = candidates(self, bags, &n);
    size_t stop = MIN(o->stop, n);

    for (size_t i = 0; i < stop; i++)
        ng_features_add_stop_word(self, g_strndup(all[i].text, all[i].length));
    for (size_t i = stop; i < n && self->words->len < o->size; i++) {
        if (all[i].documents < o->min_documents)
            break;
        if (ng_features_add_word(self, all[i].text, all[i].length))
            ng_features_add_frequency(self, all[i].tokens);
    }
    if (self->words->len > 0)
        return TRUE;
    g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                "no word is left to learn from: of %" G_GSIZE_FORMAT " different ones the %u most "
                "frequent are left out, and others stand in fewer than %u of the %u documents",
                n, o->stop, o->min_documents, ng_bags_size(bags));
    return FALSE;
}

/* ---- rows */

/* [V of the lexicon] the column of each word, or what else it is. */
guint32 *
ng_features_map(const NgFeatures *self, const NgLexicon *lexicon)
{
    size_t V = ng_lexicon_size(lexicon);
    guint32 *map = g_new(guint32, V);

    for (size_t w = 0; w < V; w++) {
        size_t length = 0;
        const char *word = ng_lexicon_word(lexicon, (NgWord)w, &length);
        g_autofree char *text = g_strndup(word, length);
        NgWord id = w < NG_WORDS_FIXED ? NG_WORD_NONE : ng_vocab_find(self->vocab, word, length);
        if (id != NG_WORD_NONE && id >= NG_WORDS_FIXED)
            map[w] = id - NG_WORDS_FIXED;
        else if (w >= NG_WORDS_FIXED && g_hash_table_contains(self->stop, text))
            map[w] = STOP;
        else
            map[w] = w >= NG_WORDS_FIXED && !self->options.marks && is_mark(word, length) ? MARK
                                                                                          : UNKNOWN;
    }
    return map;
}

/** Cell: a value of a row. */
typedef struct {
    guint column;
    float value;
} Cell;

static int
compare_cells(const void *a, const void *b)
{
    const Cell *x = a, *y = b;

    return (x->column > y->column) - (x->column < y->column);
}

/* Adds a bag's row; without a word of the vocabulary only where @empty rows are wanted. */
static void
add_row(NgFeatures *self, NgDataset *rows, const NgBags *bags, guint bag, const guint32 *map,
        gboolean empty)
{
    NgFeaturesReport *report = &self->report;
    guint n = 0, cells = 0;
    const NgBagEntry *entry = ng_bags_entries(bags, bag, &n);
    g_autofree Cell *cell = g_new(Cell, n + 1);
    g_autofree guint *column = g_new(guint, n + 1);
    g_autofree float *value = g_new(float, n + 1);

    for (guint i = 0; i < n; i++) {
        guint32 to = map[entry[i].word];
        guint64 *sum = to == MARK      ? &report->marks
                       : to == STOP    ? &report->stop
                       : to == UNKNOWN ? &report->unknown
                                       : &report->words;
        *sum += entry[i].count;
        if (sum == &report->words)
            cell[cells++] =
                (Cell){to, self->options.kind == NG_FEATURES_COUNTS ? (float)entry[i].count : 1.0F};
    }
    report->empty += cells == 0;
    if (cells == 0 && !empty)
        return;
    if (cells > 0)
        qsort(cell, cells, sizeof *cell, compare_cells);
    for (guint i = 0; i < cells; i++) {
        column[i] = cell[i].column;
        value[i] = cell[i].value;
    }
    ng_dataset_add_sparse(rows, column, value, cells);
    ng_dataset_set_name(rows, ng_dataset_rows(rows) - 1, bags->names->pdata[bag]);
    report->documents++;
}

/* Adds the rows of all bags. */
void
ng_features_add_rows(NgFeatures *self, NgDataset *rows, const NgBags *bags, gboolean empty)
{
    g_autofree guint32 *map = ng_features_map(self, bags->lexicon);

    for (guint i = 0; i < ng_bags_size(bags); i++)
        add_row(self, rows, bags, i, map, empty);
    self->report.invalid += bags->invalid;
    self->report.left_out += bags->left_out;
}

/* Reads texts, at least one. */
NgBags *
ng_features_bags(NgFeatures *self, const char *const *paths, const NgProgress *progress,
                 GError **error)
{
    const NgFeaturesOptions *o = &self->options;
    g_autoptr(NgBags) bags = ng_bags_new(self->tokenizer, o->unit, o->strict_utf8);

    bags->limit = o->limit;
    if (!ng_bags_read(bags, paths, progress, error))
        return NULL;
    if (bags->entries->len > 0)
        return g_steal_pointer(&bags);
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                "%s: no text (name files or folders that hold words)",
                paths == NULL || paths[0] == NULL || g_str_equal(paths[0], "-") ? "standard input"
                                                                                : paths[0]);
    return NULL;
}

/**
 * ng_features_learn:
 * @paths: (nullable): files and folders, %NULL for standard input
 * @options: how text is cut, and which words are taken
 * @progress: (nullable): told of the bytes read
 * @rows: (out) (transfer full) (nullable): the training text itself, a row a document that has a
 *   word of the vocabulary
 * @error: return location for a #GError, or %NULL
 *
 * Errors: those of ng_tokenizer_new(), ng_document_list() and ng_document_next();
 * %NG_ERROR_FORMAT without text, %NG_ERROR_RANGE where no word is left.
 *
 * Returns: (transfer full): the words, and how text is cut
 */
NgFeatures *
ng_features_learn(const char *const *paths, const NgFeaturesOptions *options,
                  const NgProgress *progress, NgDataset **rows, GError **error)
{
    g_return_val_if_fail(options != NULL && options->size > 0, NULL);

    g_autoptr(NgFeatures) self = ng_features_new(options, error);
    if (self == NULL)
        return NULL;
    g_autoptr(NgBags) bags = ng_features_bags(self, paths, progress, error);
    if (bags == NULL || !choose_words(self, bags, error))
        return NULL;
    self->options.limit = 0; /* what is read later is read whole */
    if (rows != NULL) {
        *rows = ng_features_rows(self);
        ng_features_add_rows(self, *rows, bags, FALSE);
    }
    return g_steal_pointer(&self);
}

/**
 * ng_features_read:
 * @paths: (nullable): files and folders, %NULL for standard input
 * @progress: (nullable): told of the bytes read
 * @error: return location for a #GError, or %NULL
 *
 * A row a document, also where it has no word of the vocabulary; rows have the names of `ngram
 * score`.  What was met is added to the report.
 *
 * Errors: those of ng_document_list() and ng_document_next(); %NG_ERROR_FORMAT without text.
 *
 * Returns: (transfer full): the rows
 */
NgDataset *
ng_features_read(NgFeatures *self, const char *const *paths, const NgProgress *progress,
                 GError **error)
{
    g_return_val_if_fail(self != NULL, NULL);

    g_autoptr(NgBags) bags = ng_features_bags(self, paths, progress, error);
    if (bags == NULL)
        return NULL;
    NgDataset *rows = ng_features_rows(self);
    ng_features_add_rows(self, rows, bags, TRUE);
    return rows;
}

/**
 * ng_features_rows:
 *
 * Returns: (transfer full): a sparse data set with the columns of the words, without rows
 */
NgDataset *
ng_features_rows(NgFeatures *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return ng_dataset_new(NG_STORAGE_SPARSE, self->words->len, 1.0F);
}

/**
 * ng_features_add_text:
 * @rows: gets a row
 * @text: [@length]
 * @name: what the row is called
 *
 * Of one text that is in memory.
 */
void
ng_features_add_text(NgFeatures *self, NgDataset *rows, const char *text, size_t length,
                     const char *name)
{
    g_return_if_fail(self != NULL && rows != NULL && name != NULL);
    g_return_if_fail(ng_dataset_columns(rows) == self->words->len);

    g_autoptr(NgBags) bags = ng_bags_new(self->tokenizer, self->options.unit, FALSE);
    ng_bags_add(bags, text, length, name);
    ng_features_add_rows(self, rows, bags, TRUE);
}

/* ---- what it knows */

/**
 * ng_features_size:
 *
 * Returns: C, the number of words
 */
guint
ng_features_size(const NgFeatures *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->words->len;
}

/**
 * ng_features_word:
 * @column: below C
 *
 * Returns: (transfer none): its word
 */
const char *
ng_features_word(const NgFeatures *self, guint column)
{
    g_return_val_if_fail(self != NULL && column < self->words->len, NULL);

    return self->words->pdata[column];
}

/**
 * ng_features_frequency:
 * @column: below C
 *
 * Returns: how often the training text had the word; 0 where that is not known
 */
guint64
ng_features_frequency(const NgFeatures *self, guint column)
{
    g_return_val_if_fail(self != NULL && column < self->words->len, 0);

    return column < self->frequency->len ? g_array_index(self->frequency, guint64, column) : 0;
}

/**
 * ng_features_unigram:
 * @rows: of counts or sets, with these columns
 * @row: which
 *
 * What a unigram model of the training text says of the same words: each as likely as it is frequent
 * there, one added to each count.
 *
 * Returns: log P(words in their order), in nats; NAN where the frequencies are not known
 */
double
ng_features_unigram(const NgFeatures *self, const NgDataset *rows, size_t row)
{
    g_return_val_if_fail(self != NULL && rows != NULL, NAN);

    const guint *column = NULL;
    const float *value = NULL;
    guint n = ng_dataset_sparse(rows, row, &column, &value);
    double sum = 0.0;
    if (self->frequency->len == 0)
        return NAN;
    for (guint i = 0; i < n; i++)
        sum += (double)value[i] * log(((double)ng_features_frequency(self, column[i]) + 1.0) /
                                      (self->tokens + self->words->len));
    return sum;
}

/**
 * ng_features_group:
 *
 * Returns: the visible units that a machine of these rows has
 */
NgUnitGroup
ng_features_group(const NgFeatures *self)
{
    g_return_val_if_fail(self != NULL, ((NgUnitGroup){0}));

    return (NgUnitGroup){self->options.kind == NG_FEATURES_COUNTS ? NG_UNITS_COUNTS
                                                                  : NG_UNITS_BINARY,
                         0, self->words->len};
}

/**
 * ng_features_set_unit:
 * @unit: what a row is from now on
 */
void
ng_features_set_unit(NgFeatures *self, NgUnit unit)
{
    g_return_if_fail(self != NULL);

    self->options.unit = unit;
}

/**
 * ng_features_set_limit:
 * @limit: the first so many documents alone are read from now on; 0 for all
 */
void
ng_features_set_limit(NgFeatures *self, guint64 limit)
{
    g_return_if_fail(self != NULL);

    self->options.limit = limit;
}

/**
 * ng_features_set_strict:
 * @strict_utf8: whether invalid UTF-8 is an error from now on
 */
void
ng_features_set_strict(NgFeatures *self, gboolean strict_utf8)
{
    g_return_if_fail(self != NULL);

    self->options.strict_utf8 = strict_utf8;
}

/**
 * ng_features_report:
 *
 * Returns: (transfer none): what was met by all reading so far
 */
const NgFeaturesReport *
ng_features_report(const NgFeatures *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return &self->report;
}

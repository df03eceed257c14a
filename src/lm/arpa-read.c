/*
 * ARPA text in
 *
 *   \data\
 *   ngram 1=3
 *
 *   \1-grams:
 *   log10_probability TAB words TAB log10_back-off
 *
 *   \end\
 *
 * Strict about what changes the meaning, with the line's number: a probability
 * above 1, a number that is none, a word that is no 1-gram, an n-gram twice, a
 * count that does not hold.  Generous about what other programs leave out or
 * put in: comments before \data\, blanks for tabs, CRLF, back-offs left out or
 * positive, no <unk>, no <s>, n-grams whose context or suffix was pruned (they
 * are filled in with what backing off gives, and marked as blanks).
 */
#include "arpa-line.h"
#include "fault.h"
#include "model-internal.h"
#include "ngrams.h"

#include "ngram/arpa.h"
#include "ngram/error.h"
#include "ngram/number.h"
#include "ngram/parallel.h"

#include <pthread.h>
#include <string.h>

static const float unknown_logprob = -100.0F; /* as KenLM takes it where <unk> is missing */
static const float missing_logprob = -99.0F;  /* as SRILM writes log 0 */
static const char model_line[] = "\x89NGM";   /* the first line of a model file: its magic */

enum { ROWS_A_THREAD = 20000 }; /* below that a thread costs more than it does */

/**
 * Span: a block of n-grams that was read.
 * @from, @n: its rows
 * @line: number of the first one's line
 * @words: (nullable): [n][k] where the rows have no links
 */
typedef struct {
    size_t from, n;
    guint64 line;
    NgWord *words;
} Span;

/**
 * Reader:
 * @path: as messages name it
 * @declared: [N] counts of the header
 * @unigrams: (element-type NgUnigram): by the word's id
 * @list: [NG_ORDER_MAX] n-grams of two words and more
 * @spans: [NG_ORDER_MAX] (element-type Span): what they were read from, in the order of the file
 * @ordered: whether the lists so far are in suffix order and want no n-gram
 * @line, @length: the line at hand
 */
typedef struct {
    const char *path;
    NgLines lines;
    NgVocab *vocab;
    NgWordTable table;
    unsigned order;
    guint64 declared[NG_ORDER_MAX];
    GArray *unigrams;
    NgSuffixed list[NG_ORDER_MAX];
    GArray *spans[NG_ORDER_MAX];
    gboolean ordered;
    NgModelText text;
    char *pattern;
    const char *line;
    size_t length;
} Reader;

static gboolean
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static gboolean
ends_early(const Reader *r, const char *awaited, GError **error)
{
    if (r->lines.line > 0)
        return ng_fault_at(r->path, r->lines.line, error,
                           "the file ends where %s should come (is it cut short?)", awaited);
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s: empty file, neither a model nor ARPA text",
                r->path);
    return FALSE;
}

/* The next line into @r; at the end an error that says what was awaited. */
static gboolean
next_line(Reader *r, const char *awaited, GError **error)
{
    g_autoptr(GError) inner = NULL;

    if (ng_lines_next(&r->lines, &r->line, &r->length, &inner)) {
        while (r->length > 0 &&
               (is_blank(r->line[r->length - 1]) || r->line[r->length - 1] == '\r'))
            r->length--;
        return TRUE;
    }
    if (inner == NULL)
        return ends_early(r, awaited, error);
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

static gboolean
line_is(const Reader *r, const char *text)
{
    return r->length == strlen(text) && memcmp(r->line, text, r->length) == 0;
}

static gboolean
line_begins(const Reader *r, const char *text)
{
    return r->length >= strlen(text) && memcmp(r->line, text, strlen(text)) == 0;
}

/* Whether there is a tokenizer for what a comment says. */
static gboolean
check_settings(const Reader *r, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(NgTokenizer) tokenizer =
        ng_tokenizer_new(r->text.tokens, r->text.pattern, r->text.fold, &inner);

    return tokenizer != NULL || ng_fault_at(r->path, r->lines.line, error, "%s", inner->message);
}

/* `# ngram: tokens=words case=fold unit=line`, which ng_arpa_write() puts first. */
static gboolean
read_settings(Reader *r, GError **error)
{
    g_autofree char *line = g_strndup(r->line, r->length);
    g_auto(GStrv) parts = g_strsplit(line, " ", -1);

    for (char **p = parts + 2; parts[0] != NULL && parts[1] != NULL && *p != NULL; p++) {
        char *value = strchr(*p, '=');
        if (value == NULL)
            return ng_fault_at(r->path, r->lines.line, error, "'%s' is no setting", *p);
        *value++ = '\0';
        gboolean known = TRUE;
        if (g_str_equal(*p, "tokens"))
            known = ng_tokens_from_name(value, &r->text.tokens);
        else if (g_str_equal(*p, "case")) {
            r->text.fold = g_str_equal(value, "fold");
            known = r->text.fold || g_str_equal(value, "keep");
        } else if (g_str_equal(*p, "unit"))
            known = ng_unit_from_name(value, &r->text.unit);
        else if (g_str_equal(*p, "pattern")) {
            g_free(r->pattern);
            r->pattern = g_uri_unescape_string(value, NULL);
            known = r->pattern != NULL;
        }
        if (!known)
            return ng_fault_at(r->path, r->lines.line, error, "'%s' is no way to cut text", value);
    }
    r->text.pattern = r->pattern;
    return check_settings(r, error);
}

static gboolean
read_header(Reader *r, GError **error)
{
    do {
        if (!next_line(r, "\\data\\", error))
            return FALSE;
        if (line_is(r, model_line) && r->lines.line == 1) {
            g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                        "%s: a packed model file, or one from a pipe, cannot be mapped (unpack it "
                        "first, into a file)",
                        r->path);
            return FALSE;
        }
        if (r->length > 0 && r->line[0] != '#' && !line_is(r, "\\data\\"))
            return ng_fault_at(r->path, r->lines.line, error,
                            "neither a comment nor \\data\\ (is this a model file or ARPA?)");
        if (line_begins(r, "# ngram: ") && !read_settings(r, error))
            return FALSE;
    } while (!line_is(r, "\\data\\"));
    for (;;) {
        if (!next_line(r, "\\1-grams:", error))
            return FALSE;
        if (r->length == 0 && r->order > 0)
            return TRUE;
        if (r->length == 0)
            continue;
        g_autofree char *line = g_strndup(r->line, r->length);
        guint64 k = 0;
        char *equals = strchr(line, '=');
        if (!g_str_has_prefix(line, "ngram ") || equals == NULL)
            return ng_fault_at(r->path, r->lines.line, error, "not of the form 'ngram 1=100'");
        *equals = '\0';
        const char *order = g_strstrip(line + strlen("ngram "));
        const char *count = g_strstrip(equals + 1);
        if (!ng_number_to_uint64(order, strlen(order), &k) || k != r->order + 1)
            return ng_fault_at(r->path, r->lines.line, error, "the count of %u-grams should come here",
                            r->order + 1);
        if (k > NG_ORDER_MAX)
            return ng_fault_at(r->path, r->lines.line, error, "an order above %d", NG_ORDER_MAX);
        if (!ng_number_to_uint64(count, strlen(count), &r->declared[r->order]) ||
            r->declared[r->order] >= UINT32_MAX)
            return ng_fault_at(r->path, r->lines.line, error, "'%s' is no count", count);
        r->order++;
    }
}

/* Files a 1-gram under its word, which may have come before as one of the three fixed ones. */
static gboolean
add_unigram(Reader *r, const NgArpaNgram *ngram, GError **error)
{
    NgWord word = ngram->words[0];

    if (word >= r->unigrams->len)
        g_array_set_size(r->unigrams, word + 1);
    NgUnigram *old = &g_array_index(r->unigrams, NgUnigram, word);
    if (old->line != 0)
        return ng_fault_at(r->path, r->lines.line, error,
                           "the word '%s' stands on line %" G_GUINT64_FORMAT " already",
                           ng_vocab_word(r->vocab, word, NULL), old->line);
    *old = (NgUnigram){ngram->prob, ngram->backoff, r->lines.line};
    return TRUE;
}

/* All 1-grams, one after another: each may be a new word. */
static gboolean
read_unigrams(Reader *r, GError **error)
{
    const NgArpaSection s = {.path = r->path, .vocab = r->vocab, .k = 1, .order = r->order};
    NgArpaNgram ngram = {0};

    for (guint64 n = 0; n < r->declared[0]; n++) {
        if (!next_line(r, "another n-gram", error))
            return FALSE;
        if (r->length == 0)
            return ng_fault_at(r->path, r->lines.line, error,
                               "%" G_GUINT64_FORMAT
                               " 1-grams, but the header says %" G_GUINT64_FORMAT,
                               n, r->declared[0]);
        if (!ng_arpa_line(&s, r->lines.line, r->line, r->length, &ngram, error) ||
            !add_unigram(r, &ngram, error))
            return FALSE;
    }
    return TRUE;
}

/**
 * Work: a section that threads read.
 * @left: lines of it that nobody has taken
 * @taken: blocks
 * @error, @failed: the error of the first block that has one, and that block
 */
typedef struct {
    Reader *r;
    NgArpaSection s;
    pthread_mutex_t lock;
    guint64 left;
    guint taken, failed;
    GError *error;
} Work;

/* Keeps the error of the first block that has one. */
static void
fail(Work *work, guint block, GError *error)
{
    if (work->error != NULL && work->failed < block) {
        g_error_free(error);
        return;
    }
    g_clear_error(&work->error);
    work->error = error;
    work->failed = block;
}

/* Takes the next block and room for its rows; FALSE where there is nothing more to do. */
static gboolean
take_block(Work *work, NgBlock *block, Span *span, guint *number)
{
    Reader *r = work->r;
    NgSuffixed *list = &r->list[work->s.k - 1];
    GError *error = NULL;

    if (work->left == 0 || work->error != NULL)
        return FALSE;
    *number = work->taken;
    if (!ng_lines_take(&r->lines, work->left, block, &error)) {
        fail(work, *number, error);
        return FALSE;
    }
    if (block->lines == 0) {
        (void)ends_early(r, "another n-gram", &error);
        fail(work, *number, error);
        return FALSE;
    }
    work->taken++;
    work->left -= block->lines;
    *span = (Span){.from = list->n, .n = block->lines, .line = block->line};
    ng_suffixed_grow(list, list->n + block->lines, work->s.declared);
    g_array_append_val(r->spans[work->s.k - 1], *span);
    return TRUE;
}

/* NgTask: reads blocks until none are left. */
static void
read_blocks(size_t index G_GNUC_UNUSED, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    Work *work = data;
    GArray *spans = work->r->spans[work->s.k - 1];
    NgArpaScratch *scratch = ng_arpa_scratch_new();
    NgBlock block = {0};
    Span span = {0};
    guint number = 0;

    pthread_mutex_lock(&work->lock);
    while (take_block(work, &block, &span, &number)) {
        pthread_mutex_unlock(&work->lock);
        GError *error = NULL;
        gboolean ok = ng_arpa_block(&work->s, &block, span.from, scratch, &span.words, &error);
        pthread_mutex_lock(&work->lock);
        g_array_index(spans, Span, number).words = span.words;
        if (!ok)
            fail(work, number, error);
    }
    pthread_mutex_unlock(&work->lock);
    ng_arpa_scratch_free(scratch);
    g_free(block.text);
}

/* Whether the blocks have links, and stand in order one behind another. */
static gboolean
is_ordered(const Reader *r, unsigned k)
{
    const GArray *spans = r->spans[k - 1];

    for (guint i = 0; i < spans->len; i++) {
        const Span *span = &g_array_index(spans, Span, i);
        if (span->words != NULL)
            return FALSE;
        if (i > 0 && ng_suffixed_key(&r->list[k - 1], span->from - 1) >=
                         ng_suffixed_key(&r->list[k - 1], span->from))
            return FALSE;
    }
    return TRUE;
}

/* The n-grams of a section above the first, by blocks. */
static gboolean
read_ngrams(Reader *r, unsigned k, GError **error)
{
    Work work = {.r = r, .left = r->declared[k - 1]};
    unsigned most = (unsigned)MIN(work.left / ROWS_A_THREAD + 1, 64);

    work.s = (NgArpaSection){.path = r->path,
                             .vocab = r->vocab,
                             .table = &r->table,
                             .k = k,
                             .order = r->order,
                             .declared = r->declared[k - 1],
                             .lists = r->list,
                             .ordered = r->ordered};
    ng_suffixed_init(&r->list[k - 1], r->declared[k - 1], k == r->order);
    unsigned threads = MIN(most, ng_parallel_processors());
    pthread_mutex_init(&work.lock, NULL);
    ng_parallel(threads, threads, read_blocks, &work);
    pthread_mutex_destroy(&work.lock);
    if (work.error != NULL) {
        g_propagate_error(error, work.error);
        return FALSE;
    }
    r->ordered = r->ordered && is_ordered(r, k);
    return TRUE;
}

static gboolean
read_section(Reader *r, unsigned k, GError **error)
{
    char title[32];

    g_snprintf(title, sizeof title, "\\%u-grams:", k);
    while (r->length == 0)
        if (!next_line(r, title, error))
            return FALSE;
    if (!line_is(r, title))
        return ng_fault_at(r->path, r->lines.line, error, "%s should come here", title);
    if (k == 1 ? !read_unigrams(r, error) : !read_ngrams(r, k, error))
        return FALSE;
    if (!next_line(r, "\\end\\", error))
        return FALSE;
    if (r->length > 0 && r->line[0] != '\\')
        return ng_fault_at(r->path, r->lines.line, error,
                           "more %u-grams than the %" G_GUINT64_FORMAT " of the header", k,
                           r->declared[k - 1]);
    return TRUE;
}

static gboolean
read_end(Reader *r, GError **error)
{
    g_autoptr(GError) inner = NULL;

    while (r->length == 0)
        if (!next_line(r, "\\end\\", error))
            return FALSE;
    if (!line_is(r, "\\end\\"))
        return ng_fault_at(r->path, r->lines.line, error, "\\end\\ should come here");
    while (ng_lines_next(&r->lines, &r->line, &r->length, &inner))
        for (size_t i = 0; i < r->length; i++)
            if (!g_ascii_isspace(r->line[i]))
                return ng_fault_at(r->path, r->lines.line, error, "text after \\end\\");
    if (inner != NULL) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return FALSE;
    }
    return TRUE;
}

/* What the three fixed words have where the file does not name them. */
static void
complete_unigrams(Reader *r)
{
    g_array_set_size(r->unigrams, (guint)ng_vocab_size(r->vocab));
    for (NgWord w = 0; w < NG_WORDS_FIXED; w++) {
        NgUnigram *u = &g_array_index(r->unigrams, NgUnigram, w);
        if (u->line == 0)
            u->prob = w == NG_WORD_UNKNOWN ? unknown_logprob : missing_logprob;
    }
}

static gboolean
read_all(Reader *r, GError **error)
{
    if (!read_header(r, error))
        return FALSE;
    for (unsigned k = 1; k <= r->order; k++) {
        if (!read_section(r, k, error))
            return FALSE;
        if (k == 1)
            ng_word_table_init(&r->table, r->vocab);
    }
    if (!read_end(r, error))
        return FALSE;
    complete_unigrams(r);
    return TRUE;
}

/* The words of row @i of level @k, by its links. */
static void
follow_links(const Reader *r, unsigned k, size_t i, NgWord *words)
{
    for (; k > 1; k--) {
        const NgSuffixRow *row = ng_suffixed_row(&r->list[k - 1], i);
        *words++ = row->first;
        i = row->rest;
    }
    *words = (NgWord)i;
}

static void
list_span(const Reader *r, unsigned k, const Span *span, NgNgrams *list)
{
    const NgSuffixed *rows = &r->list[k - 1];
    NgWord words[NG_ORDER_MAX] = {0};

    for (size_t i = 0; i < span->n; i++) {
        size_t at = span->from + i;
        NgRow row = {.prob = ng_suffixed_row(rows, at)->prob, .line = span->line + i};
        if (rows->backoff != NULL)
            row.backoff = *ng_suffixed_backoff(rows, at);
        if (span->words == NULL)
            follow_links(r, k, at, words);
        ng_ngrams_add(list, span->words != NULL ? span->words + i * k : words, &row);
    }
}

/* Sorts what came in another order, and fills in what is wanting. */
static NgVoice *
sort_lists(const Reader *r, NgNgrams *lists, GError **error)
{
    size_t V = ng_vocab_size(r->vocab);

    for (NgWord w = 0; w < V; w++) {
        const NgUnigram *u = &g_array_index(r->unigrams, NgUnigram, w);
        const NgRow row = {.prob = u->prob, .backoff = u->backoff, .line = u->line};
        ng_ngrams_add(&lists[0], &w, &row);
    }
    for (unsigned k = 2; k <= r->order; k++) {
        for (guint i = 0; i < r->spans[k - 1]->len; i++)
            list_span(r, k, &g_array_index(r->spans[k - 1], Span, i), &lists[k - 1]);
        ng_ngrams_sort(&lists[k - 1], V);
        size_t twice = ng_ngrams_find_repeated(&lists[k - 1]);
        if (twice == 0)
            continue;
        ng_fault_at(r->path, ng_ngrams_row(&lists[k - 1], twice)->line, error,
                    "the n-gram stands on line %" G_GUINT64_FORMAT " already",
                    ng_ngrams_row(&lists[k - 1], twice - 1)->line);
        return NULL;
    }
    return ng_ngrams_to_voice(lists, r->order, V);
}

static NgVoice *
build_voice(const Reader *r, GError **error)
{
    NgNgrams lists[NG_ORDER_MAX];
    NgVoice *voice = NULL;

    if (r->ordered)
        voice = ng_suffixed_to_voice((const NgUnigram *)(void *)r->unigrams->data,
                                     ng_vocab_size(r->vocab), r->list, r->order,
                                     ng_parallel_processors());
    if (voice != NULL)
        return voice;
    for (unsigned k = 0; k < r->order; k++)
        ng_ngrams_init(&lists[k], k + 1);
    voice = sort_lists(r, lists, error);
    for (unsigned k = 0; k < r->order; k++)
        ng_ngrams_clear(&lists[k]);
    return voice;
}

static NgModel *
build_model(const Reader *r, GError **error)
{
    NgVoice *voice = build_voice(r, error);
    if (voice == NULL)
        return NULL;
    NgModel *model = ng_model_new(r->vocab, &r->text);
    g_key_file_set_string(model->manifest, "model", "source", "ARPA");
    ng_model_add_voice(model, "", voice);
    return model;
}

static void
reader_clear(Reader *r)
{
    for (unsigned k = 0; k < NG_ORDER_MAX; k++) {
        for (guint i = 0; i < r->spans[k]->len; i++)
            g_free(g_array_index(r->spans[k], Span, i).words);
        g_array_unref(r->spans[k]);
        ng_suffixed_clear(&r->list[k], r->declared[k]);
    }
    g_array_unref(r->unigrams);
    ng_word_table_clear(&r->table);
    ng_lines_clear(&r->lines);
    ng_vocab_unref(r->vocab);
    g_free(r->pattern);
}

/**
 * ng_arpa_read:
 * @path: ARPA text, plain or packed; `-` is standard input
 * @error: return location for a #GError, or %NULL
 *
 * Text of other programs is taken as cut at white space (`--tokens space`); a
 * comment that ng_arpa_write() leaves says otherwise.
 *
 * Errors: %G_FILE_ERROR; %NG_ERROR_FORMAT with file and line.
 *
 * Returns: (transfer full): a model of one voice
 */
NgModel *
ng_arpa_read(const char *path, GError **error)
{
    g_return_val_if_fail(path != NULL, NULL);

    g_autoptr(NgInput) input = ng_input_open(path, error);
    return input != NULL ? ng_arpa_parse(input, error) : NULL;
}

/**
 * ng_arpa_parse:
 * @input: ARPA text, at its beginning
 * @error: return location for a #GError, or %NULL
 *
 * As ng_arpa_read().
 *
 * Returns: (transfer full): a model of one voice
 */
NgModel *
ng_arpa_parse(NgInput *input, GError **error)
{
    g_return_val_if_fail(input != NULL, NULL);

    Reader r = {.path = ng_input_path(input),
                .ordered = TRUE,
                .text = {.tokens = NG_TOKENS_SPACE, .unit = NG_UNIT_LINE}};
    ng_lines_init(&r.lines, input);
    r.vocab = ng_vocab_new();
    r.unigrams = g_array_new(FALSE, TRUE, sizeof(NgUnigram));
    g_array_set_size(r.unigrams, NG_WORDS_FIXED);
    for (unsigned k = 0; k < NG_ORDER_MAX; k++)
        r.spans[k] = g_array_new(FALSE, FALSE, sizeof(Span));
    NgModel *model = read_all(&r, error) ? build_model(&r, error) : NULL;
    reader_clear(&r);
    return model;
}

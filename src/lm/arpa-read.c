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
#include "arpa-reader.h"
#include "fault.h"
#include "model-internal.h"

#include "ngram/arpa.h"
#include "ngram/error.h"
#include "ngram/parallel.h"

#include <pthread.h>
#include <string.h>

static const float unknown_logprob = -100.0F; /* as KenLM takes it where <unk> is missing */
static const float missing_logprob = -99.0F;  /* as SRILM writes log 0 */

enum { ROWS_A_THREAD = 20000 }; /* below that a thread costs more than it does */

/* Files a 1-gram under its word, which may have come before as one of the three fixed ones. */
static gboolean
add_unigram(NgArpaReader *r, const NgArpaNgram *ngram, GError **error)
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
read_unigrams(NgArpaReader *r, GError **error)
{
    const NgArpaSection s = {.path = r->path, .vocab = r->vocab, .k = 1, .order = r->order};
    NgArpaNgram ngram = {0};

    for (guint64 n = 0; n < r->declared[0]; n++) {
        if (!ng_arpa_next_line(r, "another n-gram", error))
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
    NgArpaReader *r;
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
take_block(Work *work, NgBlock *block, NgArpaSpan *span, guint *number)
{
    NgArpaReader *r = work->r;
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
        (void)ng_arpa_ends_early(r, "another n-gram", &error);
        fail(work, *number, error);
        return FALSE;
    }
    work->taken++;
    work->left -= block->lines;
    *span = (NgArpaSpan){.from = list->n, .n = block->lines, .line = block->line};
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
    NgArpaSpan span = {0};
    guint number = 0;

    pthread_mutex_lock(&work->lock);
    while (take_block(work, &block, &span, &number)) {
        pthread_mutex_unlock(&work->lock);
        GError *error = NULL;
        gboolean ok = ng_arpa_block(&work->s, &block, span.from, scratch, &span.words, &error);
        pthread_mutex_lock(&work->lock);
        g_array_index(spans, NgArpaSpan, number).words = span.words;
        if (!ok)
            fail(work, number, error);
    }
    pthread_mutex_unlock(&work->lock);
    ng_arpa_scratch_free(scratch);
    g_free(block.text);
}

/* Whether the blocks have links, and stand in order one behind another. */
static gboolean
is_ordered(const NgArpaReader *r, unsigned k)
{
    const GArray *spans = r->spans[k - 1];

    for (guint i = 0; i < spans->len; i++) {
        const NgArpaSpan *span = &g_array_index(spans, NgArpaSpan, i);
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
read_ngrams(NgArpaReader *r, unsigned k, GError **error)
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
    (void)NG_ERROR; /* makes the domain before several threads may */
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
read_section(NgArpaReader *r, unsigned k, GError **error)
{
    char title[32];

    g_snprintf(title, sizeof title, "\\%u-grams:", k);
    while (r->length == 0)
        if (!ng_arpa_next_line(r, title, error))
            return FALSE;
    if (!ng_arpa_line_is(r, title))
        return ng_fault_at(r->path, r->lines.line, error, "%s should come here", title);
    if (k == 1 ? !read_unigrams(r, error) : !read_ngrams(r, k, error))
        return FALSE;
    if (!ng_arpa_next_line(r, "\\end\\", error))
        return FALSE;
    if (r->length > 0 && r->line[0] != '\\')
        return ng_fault_at(r->path, r->lines.line, error,
                           "more %u-grams than the %" G_GUINT64_FORMAT " of the header", k,
                           r->declared[k - 1]);
    return TRUE;
}

static gboolean
read_end(NgArpaReader *r, GError **error)
{
    g_autoptr(GError) inner = NULL;

    while (r->length == 0)
        if (!ng_arpa_next_line(r, "\\end\\", error))
            return FALSE;
    if (!ng_arpa_line_is(r, "\\end\\"))
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
complete_unigrams(NgArpaReader *r)
{
    g_array_set_size(r->unigrams, (guint)ng_vocab_size(r->vocab));
    for (NgWord w = 0; w < NG_WORDS_FIXED; w++) {
        NgUnigram *u = &g_array_index(r->unigrams, NgUnigram, w);
        if (u->line == 0)
            u->prob = w == NG_WORD_UNKNOWN ? unknown_logprob : missing_logprob;
    }
}

static gboolean
read_all(NgArpaReader *r, GError **error)
{
    if (!ng_arpa_read_header(r, error))
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

static NgModel *
build_model(const NgArpaReader *r, GError **error)
{
    NgVoice *voice = ng_arpa_build_voice(r, error);
    if (voice == NULL)
        return NULL;
    NgModel *model = ng_model_new(r->vocab, &r->text);
    g_key_file_set_string(model->manifest, "model", "source", "ARPA");
    ng_model_add_voice(model, "", voice);
    return model;
}

static void
reader_clear(NgArpaReader *r)
{
    for (unsigned k = 0; k < NG_ORDER_MAX; k++) {
        for (guint i = 0; i < r->spans[k]->len; i++)
            g_free(g_array_index(r->spans[k], NgArpaSpan, i).words);
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

    NgArpaReader r = {.path = ng_input_path(input),
                      .ordered = TRUE,
                      .text = {.tokens = NG_TOKENS_SPACE, .unit = NG_UNIT_LINE}};
    ng_lines_init(&r.lines, input);
    r.vocab = ng_vocab_new();
    r.unigrams = g_array_new(FALSE, TRUE, sizeof(NgUnigram));
    g_array_set_size(r.unigrams, NG_WORDS_FIXED);
    for (unsigned k = 0; k < NG_ORDER_MAX; k++)
        r.spans[k] = g_array_new(FALSE, FALSE, sizeof(NgArpaSpan));
    NgModel *model = read_all(&r, error) ? build_model(&r, error) : NULL;
    reader_clear(&r);
    return model;
}

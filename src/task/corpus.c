/*
 * Corpora
 *
 * Text becomes one stream of word ids, 4 bytes a token, sequence after sequence
 * and document after document; who wrote a document is a span of the stream.
 * Nothing else of the text is kept.
 */
#include "corpus.h"

#include "ngram/document.h"
#include "ngram/error.h"
#include "ngram/input.h"
#include "ngram/tokenizer.h"

#include <string.h>

/**
 * Reading: where a corpus is being read from.
 * @closed: a word list was given: what is not in it is unknown
 */
typedef struct {
    NgCorpus *corpus;
    const NgTrainOptions *options;
    NgTokenizer *tokenizer;
    const char *path;
    gboolean closed;
} Reading;

/**
 * ng_corpus_free:
 * @self: (nullable) (transfer full): a corpus
 */
void
ng_corpus_free(NgCorpus *self)
{
    if (self == NULL)
        return;
    ng_vocab_unref(self->vocab);
    g_array_unref(self->stream);
    g_array_unref(self->documents);
    g_clear_pointer(&self->authors, g_ptr_array_unref);
    ng_truecase_free(self->truecase);
    g_free(self);
}

static gboolean
is_symbol(const NgToken *token)
{
    return token->text[0] == '<' && ((token->length == 3 && memcmp(token->text, "<s>", 3) == 0) ||
                                     (token->length == 4 && memcmp(token->text, "</s>", 4) == 0) ||
                                     (token->length == 5 && memcmp(token->text, "<unk>", 5) == 0));
}

static void
refuse_symbol(const Reading *r, const NgToken *token, guint64 line, GError **error)
{
    g_autofree char *text = g_strndup(token->text, token->length);
    const char *why = token->length == 5 ? "stands for unknown words" : "marks where text is cut";

    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                "%s:%" G_GUINT64_FORMAT ": the token '%s' %s and is no word (--skip-symbols "
                "passes over it)",
                g_str_equal(r->path, "-") ? "standard input" : r->path, line, text, why);
}

/* The id of a token; %NG_WORD_NONE for one that is passed over, or with @error set. */
static NgWord
word_of(const Reading *r, const NgToken *token, guint64 line, GError **error)
{
    if (is_symbol(token)) {
        if (r->options->skip_symbols)
            return NG_WORD_NONE;
        if (token->length == 5 && !r->options->smooth.lmplz)
            return NG_WORD_UNKNOWN;
        refuse_symbol(r, token, line, error);
        return NG_WORD_NONE;
    }
    if (r->closed)
        return ng_vocab_find(r->corpus->vocab, token->text, token->length);
    NgWord id = ng_vocab_add(r->corpus->vocab, token->text, token->length);
    if (id == NG_WORD_NONE)
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "more than 2^32 different words");
    return id;
}

static gboolean
read_sequence(Reading *r, const NgSequence *sequence, GError **error)
{
    NgCorpus *c = r->corpus;
    GError *inner = NULL;
    guint before = c->stream->len;
    NgWord mark = NG_WORD_BEGIN;
    NgToken token;

    g_array_append_val(c->stream, mark);
    ng_tokenizer_start(r->tokenizer, sequence->text, sequence->length);
    if (c->truecase != NULL)
        ng_truecase_start(c->truecase);
    while (ng_tokenizer_next(r->tokenizer, &token)) {
        NgWord id = word_of(r, &token, sequence->line, &inner);
        if (inner != NULL) {
            g_propagate_error(error, inner);
            return FALSE;
        }
        if (id == NG_WORD_NONE)
            continue;
        g_array_append_val(c->stream, id);
        if (c->truecase != NULL)
            ng_truecase_add(c->truecase, id, &token, sequence->text);
    }
    if (c->stream->len == before + 1 && !ng_tokens_keep_empty(r->options->tokens)) {
        g_array_set_size(c->stream, before);
        return TRUE;
    }
    mark = NG_WORD_END;
    g_array_append_val(c->stream, mark);
    c->sequences++;
    if (c->stream->len < UINT32_MAX - (1U << 20))
        return TRUE;
    g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                "%s: more than 2^32 tokens (count the parts with 'ngram count', then merge)",
                r->path);
    return FALSE;
}

static gboolean
read_document(Reading *r, guint author, guint64 *base, const NgProgress *progress, guint64 total,
              GError **error)
{
    g_autoptr(NgDocument) document = ng_document_open(r->path, r->options->unit, error);
    if (document == NULL)
        return FALSE;
    g_autoptr(GError) inner = NULL;
    NgCorpusDocument entry = {author, {r->corpus->stream->len, 0}};
    NgSequence sequence;
    guint64 told = 0;
    gboolean open_end = FALSE;

    ng_document_set_strict(document, r->options->strict_utf8);
    while (ng_document_next(document, &sequence, &inner)) {
        if (!read_sequence(r, &sequence, error))
            return FALSE;
        guint64 position = ng_document_position(document);
        if (position - told > 1 << 20) {
            told = position;
            ng_progress_report(progress, "reading", *base + position, total);
        }
        open_end = ng_document_is_open(document);
    }
    if (inner != NULL) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return FALSE;
    }
    /* lmplz does not count the end of a line that has none */
    GArray *stream = r->corpus->stream;
    if (open_end && r->options->smooth.lmplz && stream->len > 0)
        g_array_index(stream, NgWord, stream->len - 1) = NG_WORD_NONE;
    entry.span.end = stream->len;
    *base += ng_document_position(document);
    g_array_append_val(r->corpus->documents, entry);
    return TRUE;
}

/**
 * ng_corpus_word_list:
 * @options: with a word list
 *
 * Cuts the list's lines as text is cut, so a word may stand there as people
 * write it.
 *
 * Returns: (transfer full): the words of the list
 */
NgVocab *
ng_corpus_word_list(const NgTrainOptions *options, GError **error)
{
    g_autoptr(NgInput) input = ng_input_open(options->vocab, error);
    if (input == NULL)
        return NULL;
    g_autoptr(NgTokenizer) tokenizer =
        ng_tokenizer_new(options->tokens, options->pattern, options->fold, error);
    if (tokenizer == NULL)
        return NULL;
    g_autoptr(NgVocab) words = ng_vocab_new();
    g_autoptr(GError) inner = NULL;
    const char *line = NULL;
    size_t length = 0;
    NgToken token;

    while (ng_input_line(input, &line, &length, &inner)) {
        ng_tokenizer_start(tokenizer, line, length);
        while (ng_tokenizer_next(tokenizer, &token))
            ng_vocab_add(words, token.text, token.length);
    }
    if (inner != NULL) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return NULL;
    }
    if (ng_vocab_size(words) == NG_WORDS_FIXED) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s: no word in this list", options->vocab);
        return NULL;
    }
    return g_steal_pointer(&words);
}

static gboolean
read_files(Reading *r, const GPtrArray *files, const GPtrArray *authors, const NgProgress *progress,
           GError **error)
{
    NgCorpus *c = r->corpus;
    guint64 total = ng_document_list_size(files);
    guint64 base = 0;
    gboolean named = FALSE;

    for (guint i = 0; i < authors->len; i++)
        named = named || g_ptr_array_index(authors, i) != NULL;
    for (guint i = 0; i < files->len; i++) {
        const char *name = g_ptr_array_index(authors, i);
        guint author = NG_AUTHOR_NONE;
        r->path = g_ptr_array_index(files, i);
        if (name == NULL && named) {
            c->left_out++;
            continue;
        }
        if (name != NULL &&
            !g_ptr_array_find_with_equal_func(c->authors, name, g_str_equal, &author)) {
            author = c->authors->len;
            g_ptr_array_add(c->authors, g_strdup(name));
        }
        if (!read_document(r, author, &base, progress, total, error))
            return FALSE;
    }
    return TRUE;
}

/**
 * ng_corpus_read:
 * @paths: (nullable): files and folders; standard input where there are none
 * @options: how text is cut, and who wrote it
 * @progress: (nullable): told of the bytes read
 * @error: return location for a #GError, or %NULL
 *
 * Returns: (transfer full): the corpus, with words in order of appearance (or
 * those of the word list); %NULL with %NG_ERROR_FORMAT where it has no sequence
 */
NgCorpus *
ng_corpus_read(const char *const *paths, const NgTrainOptions *options, const NgProgress *progress,
               GError **error)
{
    g_autoptr(GPtrArray) files = ng_document_list(paths, error);
    if (files == NULL)
        return NULL;
    g_autoptr(GPtrArray) authors = ng_authors_of(paths, options->authors, files, error);
    if (authors == NULL)
        return NULL;
    g_autoptr(NgTokenizer) tokenizer =
        ng_tokenizer_new(options->tokens, options->pattern, options->fold, error);
    if (tokenizer == NULL)
        return NULL;
    g_autoptr(NgCorpus) self = g_new0(NgCorpus, 1);
    self->stream = g_array_new(FALSE, FALSE, sizeof(NgWord));
    self->documents = g_array_new(FALSE, FALSE, sizeof(NgCorpusDocument));
    self->authors = g_ptr_array_new_with_free_func(g_free);
    self->truecase = options->fold ? ng_truecase_new() : NULL;
    self->vocab = options->vocab != NULL ? ng_corpus_word_list(options, error) : ng_vocab_new();
    if (self->vocab == NULL)
        return NULL;
    Reading reading = {self, options, tokenizer, NULL, options->vocab != NULL};
    if (!read_files(&reading, files, authors, progress, error))
        return NULL;
    self->invalid = ng_tokenizer_invalid(tokenizer);
    if (self->sequences == 0) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                    "%s: no text to learn from (name files or folders that hold words)",
                    files->len == 1
                        ? (g_str_equal(reading.path, "-") ? "standard input" : reading.path)
                        : paths[0]);
        return NULL;
    }
    return g_steal_pointer(&self);
}

/**
 * ng_corpus_of_counts:
 * @counts: of a text
 * @vocab: their words
 * @fold: whether words were folded, and are to be written as they were before
 * @error: return location for a #GError, or %NULL
 *
 * Returns: (transfer full): what is left of the text: no documents, but how words were written, and
 * bytes that were no UTF-8, as far as the counts tell
 */
NgCorpus *
ng_corpus_of_counts(const NgCounts *counts, NgVocab *vocab, gboolean fold, GError **error)
{
    g_autoptr(NgCorpus) self = g_new0(NgCorpus, 1);
    g_autofree uint32_t *frequency = ng_counts_frequencies(counts);
    const NgLooks *looks = ng_counts_looks(counts);

    self->stream = g_array_new(FALSE, FALSE, sizeof(NgWord));
    self->documents = g_array_new(FALSE, FALSE, sizeof(NgCorpusDocument));
    self->authors = g_ptr_array_new_with_free_func(g_free);
    self->vocab = ng_vocab_ref(vocab);
    if (looks == NULL)
        return g_steal_pointer(&self);
    self->invalid = ng_looks_invalid(looks);
    if (fold) {
        self->truecase = ng_truecase_learn(looks, vocab, frequency, error);
        if (self->truecase == NULL)
            return NULL;
    }
    return g_steal_pointer(&self);
}

/**
 * ng_corpus_frequencies:
 *
 * Returns: (transfer full): [V] how often each word stands in the stream
 */
uint32_t *
ng_corpus_frequencies(const NgCorpus *self)
{
    uint32_t *count = g_new0(uint32_t, ng_vocab_size(self->vocab));

    for (guint i = 0; i < self->stream->len; i++) {
        NgWord word = g_array_index(self->stream, NgWord, i);
        if (word != NG_WORD_NONE)
            count[word]++;
    }
    return count;
}

/**
 * ng_corpus_rename:
 * @vocab: (transfer full): the words from now on
 * @map: [V] new id of each old word
 */
void
ng_corpus_rename(NgCorpus *self, NgVocab *vocab, const NgWord *map)
{
    for (guint i = 0; i < self->stream->len; i++) {
        NgWord *word = &g_array_index(self->stream, NgWord, i);
        if (*word != NG_WORD_NONE)
            *word = map[*word];
    }
    if (self->truecase != NULL)
        ng_truecase_rename(self->truecase, map, ng_vocab_size(self->vocab));
    ng_vocab_unref(self->vocab);
    self->vocab = vocab;
}

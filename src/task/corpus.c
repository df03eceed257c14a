/*
 * Corpora
 *
 * Text becomes one stream of word ids, 4 bytes a token, sequence after sequence
 * and document after document; who wrote a document is a span of the stream.
 * Nothing else of the text is kept.
 */
#include "corpus.h"

#include "reading.h"

#include "ngram/error.h"
#include "ngram/input.h"

#include <string.h>

enum { BREATH = 1 << 20, ROOM_AT_FIRST = 1 << 16 };

/** ng_corpus_new: Returns: (transfer full): a corpus without text, words or looks; its stream will
 * live in @store (nullable) */
NgCorpus *
ng_corpus_new(NgStore *store)
{
    NgCorpus *self = g_new0(NgCorpus, 1);

    self->store = store != NULL ? ng_store_ref(store) : ng_store_new(0, NULL);
    self->documents = g_array_new(FALSE, FALSE, sizeof(NgCorpusDocument));
    self->authors = g_ptr_array_new_with_free_func(g_free);
    return self;
}

/**
 * ng_corpus_append:
 * @words: [@n] ids
 *
 * Puts words behind the stream.
 *
 * Returns: whether there was room; else an error of the store
 */
gboolean
ng_corpus_append(NgCorpus *self, const NgWord *words, size_t n, GError **error)
{
    if (self->length + n > self->room) {
        size_t room = MAX(self->length + n + self->length / 2, ROOM_AT_FIRST);
        NgWord *stream = ng_store_resize(self->store, self->stream, room * sizeof *stream, error);
        if (stream == NULL)
            return FALSE;
        self->stream = stream;
        self->room = room;
        ng_store_breathe(self->store);
    }
    if (n > 0)
        memcpy(self->stream + self->length, words, n * sizeof *words);
    self->length += n;
    return TRUE;
}

/** ng_corpus_drop_stream: the text itself is not needed any more */
void
ng_corpus_drop_stream(NgCorpus *self)
{
    ng_store_give_back(self->store, self->stream);
    self->stream = NULL;
    self->length = self->room = 0;
}

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
    ng_corpus_drop_stream(self);
    ng_store_unref(self->store);
    g_array_unref(self->documents);
    g_clear_pointer(&self->authors, g_ptr_array_unref);
    ng_truecase_free(self->truecase);
    g_free(self);
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

/* The files with their authors, who get their numbers; those that are nobody's, where others
 * are somebody's, are left out. */
static GArray *
files_to_read(NgCorpus *self, const GPtrArray *files, const GPtrArray *authors)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(NgReadFile));
    g_autoptr(GHashTable) numbers = g_hash_table_new(g_str_hash, g_str_equal);
    gboolean named = FALSE;

    for (guint i = 0; i < authors->len; i++)
        named = named || g_ptr_array_index(authors, i) != NULL;
    for (guint i = 0; i < files->len; i++) {
        char *name = g_ptr_array_index(authors, i);
        NgReadFile file = {g_ptr_array_index(files, i), NG_AUTHOR_NONE};
        gpointer number = NULL;
        if (name == NULL && named) {
            self->left_out++;
            continue;
        }
        if (name != NULL && !g_hash_table_lookup_extended(numbers, name, NULL, &number)) {
            number = GUINT_TO_POINTER(self->authors->len);
            g_hash_table_insert(numbers, name, number);
            g_ptr_array_add(self->authors, g_strdup(name));
        }
        if (name != NULL)
            file.author = GPOINTER_TO_UINT(number);
        g_array_append_val(list, file);
    }
    return list;
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
    g_autoptr(NgCorpus) self = ng_corpus_new(options->store);
    self->truecase = options->fold ? ng_truecase_new() : NULL;
    self->vocab = options->vocab != NULL ? ng_corpus_word_list(options, error) : ng_vocab_new();
    if (self->vocab == NULL)
        return NULL;
    g_autoptr(GArray) list = files_to_read(self, files, authors);
    const NgReadText text = {list, options, tokenizer, ng_document_list_size(files)};
    if (!ng_read_all(self, &text, progress, error))
        return NULL;
    if (self->sequences == 0) {
        const char *first = g_ptr_array_index(files, 0);
        if (files->len > 1)
            first = paths[0];
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                    "%s: no text to learn from (name files or folders that hold words)",
                    g_str_equal(first, "-") && files->len == 1 ? "standard input" : first);
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
    g_autoptr(NgCorpus) self = ng_corpus_new(NULL);
    g_autofree uint32_t *frequency = ng_counts_frequencies(counts);
    const NgLooks *looks = ng_counts_looks(counts);

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

    for (size_t i = 0; i < self->length; i++) {
        if (self->stream[i] != NG_WORD_NONE)
            count[self->stream[i]]++;
        if (i % BREATH == 0)
            ng_store_breathe(self->store);
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
    for (size_t i = 0; i < self->length; i++) {
        if (self->stream[i] != NG_WORD_NONE)
            self->stream[i] = map[self->stream[i]];
        if (i % BREATH == 0)
            ng_store_breathe(self->store);
    }
    if (self->truecase != NULL)
        ng_truecase_rename(self->truecase, map, ng_vocab_size(self->vocab));
    ng_vocab_unref(self->vocab);
    self->vocab = vocab;
}

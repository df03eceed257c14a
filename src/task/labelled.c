/*
 * Labelled documents
 *
 * Texts are read once and kept: as text, which is tested just as any text is, and
 * as a stream of ids, of which corpora are made.  A corpus of some of the documents
 * has a vocabulary of its own and knows nothing of the others.  Memory: the text,
 * and 4 bytes a token.
 */
#include "labelled.h"

#include "reading.h"

#include "ngram/error.h"

#include <string.h>

#define FEW_FILES 5 /* as in attribution: a label with fewer has lines for documents */

/**
 * ng_labelled_free:
 * @self: (nullable) (transfer full): texts
 */
void
ng_labelled_free(NgLabelled *self)
{
    if (self == NULL)
        return;
    g_clear_pointer(&self->files, g_ptr_array_unref);
    g_ptr_array_unref(self->labels);
    g_array_unref(self->label_of);
    g_string_free(self->text, TRUE);
    g_array_unref(self->sequences);
    g_array_unref(self->documents);
    ng_vocab_unref(self->vocab);
    g_free(self->stream);
    g_free(self);
}

static NgLabelled *
make(void)
{
    NgLabelled *self = g_new0(NgLabelled, 1);

    self->labels = g_ptr_array_new_with_free_func(g_free);
    self->label_of = g_array_new(FALSE, FALSE, sizeof(guint));
    self->text = g_string_new(NULL);
    self->sequences = g_array_new(FALSE, FALSE, sizeof(NgLabelledSequence));
    self->documents = g_array_new(FALSE, FALSE, sizeof(NgLabelledDocument));
    return self;
}

/* ---- labels */

/* Numbers the labels as they come; %NG_AUTHOR_NONE for files that are nobody's. */
static gboolean
find_labels(NgLabelled *self, const char *const *paths, NgAuthors authors, GError **error)
{
    g_autoptr(GPtrArray) names = ng_authors_of(paths, authors, self->files, error);
    if (names == NULL)
        return FALSE;
    g_autoptr(GHashTable) numbers = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < names->len; i++) {
        char *name = g_ptr_array_index(names, i);
        guint label = NG_AUTHOR_NONE;
        gpointer number = NULL;
        if (name != NULL && g_hash_table_lookup_extended(numbers, name, NULL, &number)) {
            label = GPOINTER_TO_UINT(number);
        } else if (name != NULL) {
            label = self->labels->len;
            g_hash_table_insert(numbers, name, GUINT_TO_POINTER(label));
            g_ptr_array_add(self->labels, g_strdup(name));
        }
        self->left_out += label == NG_AUTHOR_NONE;
        g_array_append_val(self->label_of, label);
    }
    if (self->labels->len > 0)
        return TRUE;
    g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                "%s: no labels (name one folder that holds a folder for each, or take "
                "--authors file)",
                paths != NULL && paths[0] != NULL ? paths[0] : "standard input");
    return FALSE;
}

/* ---- reading */

static gboolean
read_file(NgLabelled *self, guint file, const NgTrainOptions *options, NgReader *reader,
          NgReadJob *job)
{
    const char *path = g_ptr_array_index(self->files, file);
    g_autoptr(NgDocument) document = ng_document_open(path, options->unit, &job->error);
    NgSequence sequence;

    if (document == NULL)
        return FALSE;
    ng_document_set_strict(document, options->strict_utf8);
    while (ng_document_next(document, &sequence, &job->error)) {
        NgLabelledSequence s = {self->text->len, sequence.length, {job->n, 0}, file, sequence.line};
        if (!ng_reader_sequence(reader, job, &sequence, path))
            return FALSE;
        s.span.end = job->n;
        g_string_append_len(self->text, sequence.text, (gssize)sequence.length);
        g_array_append_val(self->sequences, s);
    }
    if (job->error == NULL && job->n > UINT32_MAX - (1U << 20))
        g_set_error(&job->error, NG_ERROR, NG_ERROR_RANGE, "%s: more than 2^32 tokens", path);
    return job->error == NULL;
}

/* The words of the reader become those of the vocabulary, which may be closed. */
static void
take_ids(NgLabelled *self, NgReadJob *job)
{
    guint n = job->fresh_length->len;
    const size_t *length = (const size_t *)(const void *)job->fresh_length->data;
    const char *word = job->fresh->str;
    g_autofree NgWord *map = g_new(NgWord, n + NG_WORDS_FIXED);

    for (NgWord id = 0; id < NG_WORDS_FIXED; id++)
        map[id] = id;
    if (!self->closed)
        ng_vocab_add_all(self->vocab, word, length, n, map + NG_WORDS_FIXED);
    for (guint i = 0; i < n && self->closed; word += length[i++]) {
        NgWord id = ng_vocab_find(self->vocab, word, length[i]);
        map[NG_WORDS_FIXED + i] = id == NG_WORD_NONE ? NG_WORD_UNKNOWN : id;
    }
    self->stream = g_steal_pointer(&job->ids);
    self->length = job->n;
    for (size_t i = 0; i < self->length; i++)
        self->stream[i] = map[self->stream[i]];
    self->invalid = job->invalid;
}

static gboolean
read_files(NgLabelled *self, const NgTrainOptions *options, NgTokenizer *tokenizer,
           const NgProgress *progress, GError **error)
{
    NgTrainOptions plain = *options;
    NgReader reader;
    NgReadJob job;
    GError *trouble = NULL;

    plain.fold = FALSE; /* the tokenizer folds; how words were written is not asked */
    ng_reader_init(&reader, &plain, tokenizer);
    ng_read_job_init(&job);
    for (guint i = 0; i < self->files->len; i++) {
        if (g_array_index(self->label_of, guint, i) == NG_AUTHOR_NONE)
            continue;
        ng_progress_report(progress, "reading", i, self->files->len);
        if (!read_file(self, i, &plain, &reader, &job))
            break;
    }
    ng_reader_end(&reader, &job);
    trouble = g_steal_pointer(&job.error);
    if (trouble == NULL)
        take_ids(self, &job);
    ng_read_job_clear(&job);
    ng_reader_clear(&reader);
    if (trouble != NULL)
        g_propagate_error(error, trouble);
    return trouble == NULL;
}

/* ---- documents */

static guint64
words_of(const NgLabelled *self, NgSpan span)
{
    guint64 n = 0;

    for (size_t i = span.first; i < span.end; i++)
        n += self->stream[i] != NG_WORD_BEGIN && self->stream[i] != NG_WORD_END;
    return n;
}

/* Makes documents of files, or of sequences; those without a word are none. */
static void
make_documents(NgLabelled *self, gboolean files)
{
    const NgLabelledSequence *s = (const NgLabelledSequence *)(const void *)self->sequences->data;
    guint n = self->sequences->len;

    g_array_set_size(self->documents, 0);
    self->are_files = files;
    for (guint i = 0; i < n;) {
        NgLabelledDocument d = {i, i + 1, s[i].span, 0, 0};
        while (files && d.end < n && s[d.end].file == s[i].file)
            d.span.end = s[d.end++].span.end;
        d.label = g_array_index(self->label_of, guint, s[i].file);
        d.words = words_of(self, d.span);
        if (d.words > 0)
            g_array_append_val(self->documents, d);
        i = d.end;
    }
}

/* Whether each label that has documents has enough of them. */
static gboolean
are_enough(const NgLabelled *self)
{
    g_autofree guint *count = g_new0(guint, self->labels->len);
    gboolean enough = TRUE;

    for (guint i = 0; i < self->documents->len; i++)
        count[ng_labelled_document(self, i)->label]++;
    for (guint a = 0; a < self->labels->len; a++)
        enough = enough && (count[a] == 0 || count[a] >= FEW_FILES);
    return enough;
}

/**
 * ng_labelled_read:
 * @paths: (nullable): files and folders
 * @options: how text is cut, and where labels come from
 * @documents: what one document is
 * @progress: (nullable): told of the work
 * @error: return location for a #GError, or %NULL
 *
 * Returns: (transfer full): the texts
 */
NgLabelled *
ng_labelled_read(const char *const *paths, const NgTrainOptions *options, NgDocuments documents,
                 const NgProgress *progress, GError **error)
{
    g_autoptr(NgLabelled) self = make();
    g_autoptr(NgTokenizer) tokenizer =
        ng_tokenizer_new(options->tokens, options->pattern, options->fold, error);
    if (tokenizer == NULL)
        return NULL;
    self->files = ng_document_list(paths, error);
    if (self->files == NULL || !find_labels(self, paths, options->authors, error))
        return NULL;
    self->closed = options->vocab != NULL;
    self->vocab = self->closed ? ng_corpus_word_list(options, error) : ng_vocab_new();
    if (self->vocab == NULL || !read_files(self, options, tokenizer, progress, error))
        return NULL;
    make_documents(self, TRUE);
    self->empty = self->files->len - self->left_out - self->documents->len;
    if (documents == NG_DOCUMENTS_SEQUENCES ||
        (documents == NG_DOCUMENTS_AUTO && !are_enough(self)))
        make_documents(self, FALSE);
    if (self->documents->len > 0)
        return g_steal_pointer(&self);
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s: no text",
                paths != NULL && paths[0] != NULL ? paths[0] : "standard input");
    return NULL;
}

/* ---- corpora */

/* Copies a stretch of the stream, with words numbered by their first appearance in the corpus. */
static gboolean
append(const NgLabelled *self, NgCorpus *corpus, NgSpan span, NgWord *map, GError **error)
{
    g_autofree NgWord *ids = g_new(NgWord, span.end - span.first);

    for (size_t i = span.first; i < span.end; i++) {
        NgWord old = self->stream[i];
        if (map[old] == NG_WORD_NONE) {
            size_t length = 0;
            const char *word = ng_vocab_word(self->vocab, old, &length);
            map[old] = ng_vocab_add(corpus->vocab, word, length);
        }
        ids[i - span.first] = map[old];
    }
    return ng_corpus_append(corpus, ids, span.end - span.first, error);
}

/**
 * ng_labelled_corpus:
 * @keep: [documents] 0 for each document that the corpus must not know
 * @error: return location for a #GError, or %NULL
 *
 * Returns: (transfer full): a corpus of the others, as if they alone had been read
 */
NgCorpus *
ng_labelled_corpus(const NgLabelled *self, const guint8 *keep, GError **error)
{
    g_autoptr(NgCorpus) corpus = ng_corpus_new(NULL);
    size_t V = ng_vocab_size(self->vocab);
    g_autofree NgWord *map = g_new(NgWord, V);

    corpus->vocab = self->closed ? ng_vocab_ref(self->vocab) : ng_vocab_new();
    for (NgWord id = 0; id < V; id++)
        map[id] = self->closed || id < NG_WORDS_FIXED ? id : NG_WORD_NONE;
    for (guint a = 0; a < self->labels->len; a++)
        g_ptr_array_add(corpus->authors, g_strdup(g_ptr_array_index(self->labels, a)));
    for (guint i = 0; i < self->documents->len; i++) {
        const NgLabelledDocument *d = ng_labelled_document(self, i);
        NgCorpusDocument own = {d->label, {corpus->length, 0}};
        if (!keep[i])
            continue;
        if (!append(self, corpus, d->span, map, error))
            return NULL;
        own.span.end = corpus->length;
        g_array_append_val(corpus->documents, own);
    }
    return g_steal_pointer(&corpus);
}

/**
 * ng_labelled_cut:
 * @text: [@length] bytes
 * @characters: (inout): how many may be taken; less those that were
 *
 * Returns: bytes of the first characters; a byte that is no UTF-8 belongs to the one before it
 */
size_t
ng_labelled_cut(const char *text, size_t length, size_t *characters)
{
    size_t i = 0;

    for (; i < length; i++) {
        gboolean begins = ((guchar)text[i] & 0xC0U) != 0x80U;
        if (begins && *characters == 0)
            break;
        *characters -= begins ? 1 : 0;
    }
    return i;
}

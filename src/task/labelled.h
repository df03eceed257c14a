/* labelled.h - documents with labels, as text and as word ids. */
#pragma once

#include "corpus.h"

#include "ngram/evaluate.h"

/**
 * NgLabelledSequence:
 * @text, @length: where it stands in the text, in bytes
 * @span: its ids in the stream, none where it has no token
 * @file, @line: where it comes from
 */
typedef struct {
    size_t text, length;
    NgSpan span;
    guint file;
    guint64 line;
} NgLabelledSequence;

/**
 * NgLabelledDocument:
 * @first, @end: its sequences
 * @span: their ids
 * @words: its tokens, at least 1
 */
typedef struct {
    guint first, end;
    NgSpan span;
    guint label;
    guint64 words;
} NgLabelledDocument;

/**
 * NgLabelled: all texts, in the order read.
 * @files: (element-type filename): paths
 * @label_of: (element-type guint): [files] the label of each
 * @labels: (element-type utf8): names
 * @sequences: (element-type NgLabelledSequence)
 * @documents: (element-type NgLabelledDocument)
 * @are_files: whether a document is a file
 * @vocab: the words of the stream; the closed list of them where @closed
 * @stream: [length] ids
 */
typedef struct {
    GPtrArray *files;
    GArray *label_of;
    GPtrArray *labels;
    GString *text;
    GArray *sequences, *documents;
    gboolean are_files, closed;
    NgVocab *vocab;
    NgWord *stream;
    size_t length;
    guint64 empty, left_out, invalid;
} NgLabelled;

NgLabelled *ng_labelled_read(const char *const *paths, const NgTrainOptions *options,
                             NgDocuments documents, const NgProgress *progress, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void ng_labelled_free(NgLabelled *self);
NgCorpus *ng_labelled_corpus(const NgLabelled *self, const guint8 *keep, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
size_t ng_labelled_cut(const char *text, size_t length, size_t *characters);

static inline const NgLabelledDocument *
ng_labelled_document(const NgLabelled *self, guint index)
{
    return &g_array_index(self->documents, NgLabelledDocument, index);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgLabelled, ng_labelled_free)

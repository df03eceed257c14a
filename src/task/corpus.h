/* corpus.h - text read into a stream of word ids. */
#pragma once

#include "truecase.h"

#include "ngram/counts.h"
#include "ngram/progress.h"
#include "ngram/train.h"

#define NG_AUTHOR_NONE G_MAXUINT

/**
 * NgCorpusDocument: one file of the corpus.
 * @author: its author, an index into the corpus's names, or %NG_AUTHOR_NONE
 * @span: where its sequences stand in the stream
 */
typedef struct {
    guint author;
    NgSpan span;
} NgCorpusDocument;

/**
 * NgCorpus:
 * @vocab: its words
 * @stream: [length] `<s> w w w </s>` for each sequence; there is room for @room
 * @store: where it lives
 * @documents: (element-type NgCorpusDocument): in the order read
 * @authors: (element-type utf8): names
 * @truecase: (nullable): how words were written, where they were folded
 * @sequences: how many
 * @invalid: bytes that were no UTF-8
 * @left_out: files beside the authors' folders, which are nobody's
 */
typedef struct {
    NgVocab *vocab;
    NgWord *stream;
    size_t length, room;
    NgStore *store;
    GArray *documents;
    GPtrArray *authors;
    NgTruecase *truecase;
    guint64 sequences, invalid, left_out;
} NgCorpus;

NgCorpus *ng_corpus_read(const char *const *paths, const NgTrainOptions *options,
                         const NgProgress *progress, GError **error);
NgCorpus *ng_corpus_of_counts(const NgCounts *counts, NgVocab *vocab, gboolean fold,
                              GError **error);
void ng_corpus_free(NgCorpus *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgCorpus, ng_corpus_free)

NgCorpus *ng_corpus_new(NgStore *store);
gboolean ng_corpus_append(NgCorpus *self, const NgWord *words, size_t n, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void ng_corpus_drop_stream(NgCorpus *self);

static inline gboolean
ng_corpus_has_room(const NgCorpus *self, size_t n)
{
    return self->length + n < UINT32_MAX - (1U << 20);
}

uint32_t *ng_corpus_frequencies(const NgCorpus *self);
void ng_corpus_rename(NgCorpus *self, NgVocab *vocab, const NgWord *map);
NgVocab *ng_corpus_word_list(const NgTrainOptions *options, GError **error);

NgModel *ng_train_corpus(NgCorpus *corpus, const NgTrainOptions *options, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

GPtrArray *ng_authors_of(const char *const *paths, NgAuthors authors, const GPtrArray *files,
                         GError **error);

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
 * @stream: (element-type NgWord): `<s> w w w </s>` for each sequence
 * @documents: (element-type NgCorpusDocument): in the order read
 * @authors: (element-type utf8): names
 * @truecase: (nullable): how words were written, where they were folded
 * @sequences: how many
 * @invalid: bytes that were no UTF-8
 * @left_out: files beside the authors' folders, which are nobody's
 */
typedef struct {
    NgVocab *vocab;
    GArray *stream;
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

/* The stream is touched by these alone, whatever it is made of. */

static inline size_t
ng_corpus_length(const NgCorpus *self)
{
    return self->stream->len;
}

static inline NgWord *
ng_corpus_data(NgCorpus *self)
{
    return (NgWord *)(void *)self->stream->data;
}

static inline void
ng_corpus_set(NgCorpus *self, size_t place, NgWord word)
{
    g_array_index(self->stream, NgWord, place) = word;
}

static inline gboolean
ng_corpus_has_room(const NgCorpus *self, size_t n)
{
    return ng_corpus_length(self) + n < UINT32_MAX - (1U << 20);
}

static inline void
ng_corpus_append(NgCorpus *self, const NgWord *words, size_t n)
{
    g_array_append_vals(self->stream, words, (guint)n);
}

uint32_t *ng_corpus_frequencies(const NgCorpus *self);
void ng_corpus_rename(NgCorpus *self, NgVocab *vocab, const NgWord *map);
NgVocab *ng_corpus_word_list(const NgTrainOptions *options, GError **error);

GPtrArray *ng_authors_of(const char *const *paths, NgAuthors authors, const GPtrArray *files,
                         GError **error);

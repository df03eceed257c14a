/* reading.h - text into a corpus, on all threads. */
#pragma once

#include "corpus.h"

#include "ngram/document.h"
#include "ngram/lexicon.h"

#include "ngram/tokenizer.h"

/**
 * NgReadFile: a file to be read.
 * @path: borrowed
 * @author: its author, or %NG_AUTHOR_NONE
 */
typedef struct {
    const char *path;
    guint author;
} NgReadFile;

/**
 * NgReadText: what is to be read.
 * @files: (element-type NgReadFile): in order
 * @options: how it is cut
 * @tokenizer: made for @options
 * @bytes: of all files; 0 where not known
 */
typedef struct {
    const GArray *files;
    const NgTrainOptions *options;
    const NgTokenizer *tokenizer;
    guint64 bytes;
} NgReadText;

/**
 * NgReadPart: what of a file is in a job.
 * @file: which of the files
 * @begins, @ends: whether it is the file's first part, and its last
 * @open_end: whether the last line read has no line end
 * @first, @end: where its ids stand among the job's
 */
typedef struct {
    guint file;
    gboolean begins, ends, open_end;
    size_t first, end;
} NgReadPart;

/** NgReadSequence: a sequence of a job: text[first], @length bytes, and its line. */
typedef struct {
    size_t first, length;
    guint64 line;
} NgReadSequence;

/**
 * NgReadJob: a stretch of text on its way into the corpus.
 * @number: its place in the text
 * @first_file, @end_file: whole files, which the reader opens; or the same number twice, and
 * @sequences: of @text, which come from the file of the only part
 * @parts: (element-type NgReadPart)
 * @ids: [n] of @room: by the numbers of the reader's lexicon
 * @fresh, @fresh_length: the words that this job has brought into that lexicon, one behind
 *   another, and (element-type size_t) how long each is
 * @reader: whose lexicon
 * @anew: the lexicon was emptied before this job
 * @truecase: (nullable): what was seen before it was
 * @n_sequences, @invalid, @bytes: sequences that count, bytes that are no UTF-8, bytes of files
 * @error: (nullable): what ends the reading, behind all text before
 */
typedef struct {
    guint64 number;
    guint first_file, end_file;
    GString *text;
    GArray *sequences;
    GArray *parts;
    NgWord *ids;
    size_t n, room;
    GString *fresh;
    GArray *fresh_length;
    unsigned reader;
    gboolean anew;
    NgTruecase *truecase;
    guint64 n_sequences, invalid, bytes;
    GError *error;
} NgReadJob;

/**
 * NgReader: what one thread needs to make ids of text.
 * @lexicon: ids are its numbers
 * @truecase: (nullable): by these numbers
 * @known: words of @lexicon that jobs before told of
 * @invalid: bytes that were no UTF-8 in jobs before
 */
typedef struct {
    const NgTrainOptions *options;
    NgTokenizer *tokenizer;
    NgLexicon *lexicon;
    NgTruecase *truecase;
    size_t known;
    guint64 invalid;
} NgReader;

void ng_read_job_init(NgReadJob *self);
void ng_read_job_clear(NgReadJob *self);
void ng_read_job_empty(NgReadJob *self);
NgReadPart *ng_read_job_add_part(NgReadJob *self, guint file);

void ng_reader_init(NgReader *self, const NgTrainOptions *options, const NgTokenizer *tokenizer);
void ng_reader_clear(NgReader *self);
void ng_reader_begin(NgReader *self, NgReadJob *job);
gboolean ng_reader_sequence(NgReader *self, NgReadJob *job, const NgSequence *sequence,
                            const char *path);
void ng_reader_end(NgReader *self, NgReadJob *job);

gboolean ng_read_all(NgCorpus *corpus, const NgReadText *text, const NgProgress *progress,
                     GError **error);

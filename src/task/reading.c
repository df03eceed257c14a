/*
 * Reading
 *
 * All threads read one text.  Each takes a job, the next stretch of it: some small
 * files, which it opens itself, or a block of sequences from a larger one.  It makes
 * ids of the job by its own numbers, then hands it in.  Jobs that are handed in are
 * put together in the order of the text, by whoever finds the next one there: the
 * words new to a job's reader get their ids in the vocabulary, the job's ids are
 * renamed, and go behind the stream.  A word new to the text is new to its reader,
 * and its reader lists words as it met them; so ids are by first appearance, and
 * everything is as if one thread had read it all.
 *
 * Memory: four jobs a thread, each with its text and ids, and a lexicon for
 * each thread.
 */
#include "reading.h"

#include "ngram/error.h"
#include "ngram/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>

enum {
    BLOCK = 256 * 1024, /* bytes of text that make a job */
    FILES_MAX = 256,    /* files of a job */
    TOLD = 1 << 20      /* bytes between two reports of progress */
};

typedef struct {
    NgCorpus *corpus;
    const NgTrainOptions *options;
    const NgReadFile *files; /* [n_files] */
    guint n_files;
    gboolean closed; /* a word list was given: what is not in it is unknown */
    unsigned threads;
    NgReader *readers; /* [threads] */
    const NgProgress *progress;
    guint64 total;
    _Atomic guint64 done; /* bytes read */
    guint64 told;         /* bytes reported */

    pthread_mutex_t taking; /* guards what is needed to take a job: */
    guint next_file;
    NgDocument *document; /* (nullable) the file before `next_file`, which goes in blocks */
    NgSequence pending;   /* its next sequence, where @has_pending */
    gboolean has_pending;
    gboolean open_end; /* the last sequence taken ends without a line end */
    guint64 position;  /* bytes of it that earlier jobs counted */
    guint64 next_number;
    gboolean ended;

    pthread_mutex_t ordering; /* guards what puts jobs in order: */
    pthread_cond_t merged;
    NgReadJob *jobs; /* [window] job n is jobs[n % window] */
    gboolean *ready; /* [window] handed in, not yet merged */
    unsigned window;
    guint64 turn; /* the next to be merged */
    gboolean merging;
    gboolean stopped; /* by `error` */

    /* for whoever is merging */
    GArray **map;             /* [threads] (element-type NgWord): the id of each reader's words */
    NgCorpusDocument current; /* the document that the stream ends in */
    GError *error;            /* (nullable) */
} Reading;

/* -- taking --------------------------------------------------------------- */

static const char *
path_of(const Reading *r, guint file)
{
    return r->files[file].path;
}

/* Bytes of a file that a reader may open by itself; above BLOCK for every other. */
static guint64
size_of(const char *path)
{
    struct stat status;

    if (strcmp(path, "-") == 0 || stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return G_MAXUINT64;
    return (guint64)status.st_size;
}

/* Small files, as many as make a block; FALSE where the next one is none. */
static gboolean
take_files(Reading *r, NgReadJob *job)
{
    guint64 bytes = 0;

    job->first_file = job->end_file = r->next_file;
    while (job->end_file < r->n_files && job->end_file - job->first_file < FILES_MAX) {
        guint64 size = size_of(path_of(r, job->end_file));
        if (size > BLOCK || bytes + size > BLOCK)
            break;
        bytes += size;
        job->end_file++;
    }
    r->next_file = job->end_file;
    return job->end_file > job->first_file;
}

static NgDocument *
open_file(const Reading *r, guint file, NgReadJob *job)
{
    NgDocument *document = ng_document_open(path_of(r, file), r->options->unit, &job->error);

    if (document != NULL)
        ng_document_set_strict(document, r->options->strict_utf8);
    return document;
}

/* Ends the document that goes in blocks. */
static void
end_document(Reading *r, NgReadJob *job, NgReadPart *part)
{
    part->ends = TRUE;
    part->open_end = r->open_end;
    job->bytes += ng_document_position(r->document) - r->position;
    g_clear_pointer(&r->document, ng_document_free);
}

/*
 * Fills a job with sequences of the document, up to a block.  A longer sequence is
 * a job of its own, and is not copied: @reader makes ids of it here and now.
 */
static void
take_sequences(Reading *r, NgReadJob *job, NgReadPart *part, NgReader *reader)
{
    NgSequence s;

    for (;;) {
        if (!r->has_pending && !ng_document_next(r->document, &r->pending, &job->error))
            break;
        s = r->pending;
        r->has_pending = job->sequences->len > 0 && job->text->len + s.length > BLOCK;
        if (r->has_pending)
            return;
        r->open_end = ng_document_is_open(r->document);
        if (s.length > BLOCK) {
            if (ng_reader_sequence(reader, job, &s, path_of(r, part->file)))
                return;
            break;
        }
        const NgReadSequence own = {job->text->len, s.length, s.line};
        g_string_append_len(job->text, s.text, (gssize)s.length);
        g_array_append_val(job->sequences, own);
        if (job->sequences->len >= BLOCK / 16)
            return;
    }
    r->ended = job->error != NULL;
    end_document(r, job, part);
}

static void
take_block(Reading *r, NgReadJob *job, NgReader *reader)
{
    gboolean begins = r->document == NULL;

    if (begins) {
        r->document = open_file(r, r->next_file, job);
        r->ended = r->document == NULL;
        if (r->ended)
            return;
        r->next_file++;
        r->position = 0;
        r->open_end = FALSE;
    }
    NgReadPart *part = ng_read_job_add_part(job, r->next_file - 1);
    part->begins = begins;
    take_sequences(r, job, part, reader);
    if (r->document == NULL)
        return;
    guint64 position = ng_document_position(r->document);
    job->bytes += position - r->position;
    r->position = position;
}

/* Waits for the job's place to be free; FALSE where an error has stopped it all. */
static gboolean
wait_for_place(Reading *r, guint64 number)
{
    pthread_mutex_lock(&r->ordering);
    while (!r->stopped && number >= r->turn + r->window)
        pthread_cond_wait(&r->merged, &r->ordering);
    gboolean stopped = r->stopped;
    pthread_mutex_unlock(&r->ordering);
    return !stopped;
}

/* The next job for reader @thread; NULL where there is none. */
static NgReadJob *
take(Reading *r, unsigned thread)
{
    NgReadJob *job = NULL;
    NgReader *reader = &r->readers[thread];

    pthread_mutex_lock(&r->taking);
    gboolean more = !r->ended && (r->document != NULL || r->next_file < r->n_files);
    if (more && wait_for_place(r, r->next_number)) {
        job = &r->jobs[r->next_number % r->window];
        ng_read_job_empty(job);
        job->number = r->next_number++;
        job->reader = thread;
        ng_reader_begin(reader, job);
        if (r->document != NULL || !take_files(r, job))
            take_block(r, job, reader);
    }
    pthread_mutex_unlock(&r->taking);
    return job;
}

/* -- working -------------------------------------------------------------- */

static void
read_file(const Reading *r, NgReadJob *job, guint file, NgReader *reader)
{
    NgSequence sequence;
    g_autoptr(NgDocument) document = open_file(r, file, job);
    if (document == NULL)
        return;
    NgReadPart *part = ng_read_job_add_part(job, file);

    part->begins = part->ends = TRUE;
    while (ng_document_next(document, &sequence, &job->error)) {
        if (!ng_reader_sequence(reader, job, &sequence, path_of(r, file)))
            return;
        part->open_end = ng_document_is_open(document);
    }
    part->end = job->n;
    job->bytes += ng_document_position(document);
}

static void
work(const Reading *r, NgReadJob *job, NgReader *reader)
{
    for (guint file = job->first_file; file < job->end_file && job->error == NULL; file++)
        read_file(r, job, file, reader);
    for (guint i = 0; i < job->sequences->len; i++) {
        const NgReadSequence *s = &g_array_index(job->sequences, NgReadSequence, i);
        const NgSequence sequence = {job->text->str + s->first, s->length, s->line};
        const NgReadPart *part = &g_array_index(job->parts, NgReadPart, 0);
        GError *behind = g_steal_pointer(&job->error); /* of the file, behind these sequences */
        if (!ng_reader_sequence(reader, job, &sequence, path_of(r, part->file))) {
            g_clear_error(&behind);
            break;
        }
        job->error = behind;
    }
    if (job->first_file == job->end_file && job->parts->len > 0)
        g_array_index(job->parts, NgReadPart, 0).end = job->n;
    ng_reader_end(reader, job);
}

/* -- merging -------------------------------------------------------------- */

/* Gives the words that are new to a job's reader their ids. */
static gboolean
learn_words(Reading *r, const NgReadJob *job, GArray *map)
{
    const char *word = job->fresh->str;
    const size_t *length = (const size_t *)(const void *)job->fresh_length->data;
    guint n = job->fresh_length->len;

    g_array_set_size(map, map->len + n);
    NgWord *id = &g_array_index(map, NgWord, map->len - n);
    if (!r->closed)
        ng_vocab_add_all(r->corpus->vocab, word, length, n, id);
    for (guint i = 0; i < n; word += length[i++]) {
        if (r->closed)
            id[i] = ng_vocab_find(r->corpus->vocab, word, length[i]);
        if (id[i] != NG_WORD_NONE)
            continue;
        g_set_error(&r->error, NG_ERROR, NG_ERROR_RANGE, "more than 2^32 different words");
        return FALSE;
    }
    return TRUE;
}

static void
begin_map(GArray *map)
{
    g_array_set_size(map, 0);
    for (NgWord id = 0; id < NG_WORDS_FIXED; id++)
        g_array_append_val(map, id);
}

/* Ends of lines that have none are not counted by lmplz. */
static gboolean
add_part(Reading *r, const NgReadPart *part, const NgWord *ids)
{
    NgCorpus *c = r->corpus;

    if (part->begins)
        r->current = (NgCorpusDocument){r->files[part->file].author, {0, 0}};
    if (part->begins)
        r->current.span.first = c->length;
    if (!ng_corpus_append(c, ids + part->first, part->end - part->first, &r->error))
        return FALSE;
    if (!part->ends)
        return TRUE;
    if (part->open_end && r->options->smooth.lmplz && c->length > 0)
        c->stream[c->length - 1] = NG_WORD_NONE;
    r->current.span.end = c->length;
    g_array_append_val(c->documents, r->current);
    return TRUE;
}

/* Puts a job behind those before it. */
static gboolean
merge(Reading *r, NgReadJob *job)
{
    GArray *map = r->map[job->reader];

    if (job->truecase != NULL)
        ng_truecase_merge(r->corpus->truecase, job->truecase, (const NgWord *)(void *)map->data);
    g_clear_pointer(&job->truecase, ng_truecase_free);
    if (job->anew)
        begin_map(map);
    if (job->error != NULL) {
        r->error = g_steal_pointer(&job->error);
        return FALSE;
    }
    if (!learn_words(r, job, map))
        return FALSE;
    const NgWord *id = (const NgWord *)(void *)map->data;
    for (size_t i = 0; i < job->n; i++)
        job->ids[i] = id[job->ids[i]];
    for (guint i = 0; i < job->parts->len; i++) {
        const NgReadPart *part = &g_array_index(job->parts, NgReadPart, i);
        if (!ng_corpus_has_room(r->corpus, part->end - part->first)) {
            g_set_error(&r->error, NG_ERROR, NG_ERROR_RANGE,
                        "%s: more than 2^32 tokens (count the parts with 'ngram count', then "
                        "merge)",
                        path_of(r, part->file));
            return FALSE;
        }
        if (!add_part(r, part, job->ids))
            return FALSE;
    }
    r->corpus->sequences += job->n_sequences;
    r->corpus->invalid += job->invalid;
    r->done += job->bytes;
    return TRUE;
}

/* Hands a job in, and merges what is there in order unless somebody is at it. */
static void
hand_in(Reading *r, const NgReadJob *job)
{
    pthread_mutex_lock(&r->ordering);
    r->ready[job->number % r->window] = TRUE;
    if (!r->merging) {
        r->merging = TRUE;
        while (!r->stopped && r->ready[r->turn % r->window]) {
            pthread_mutex_unlock(&r->ordering);
            gboolean ok = merge(r, &r->jobs[r->turn % r->window]);
            pthread_mutex_lock(&r->ordering);
            r->ready[r->turn % r->window] = FALSE;
            r->turn++;
            r->stopped = !ok;
            pthread_cond_broadcast(&r->merged);
        }
        r->merging = FALSE;
    }
    pthread_mutex_unlock(&r->ordering);
}

/* The thread of the caller alone tells of progress. */
static void
report(Reading *r)
{
    guint64 done = r->done;

    if (done - r->told <= TOLD)
        return;
    r->told = done;
    ng_progress_report(r->progress, "reading", done, r->total);
}

static void
run_reader(size_t index G_GNUC_UNUSED, unsigned thread, gpointer data)
{
    Reading *r = data;
    NgReadJob *job = NULL;

    while ((job = take(r, thread)) != NULL) {
        work(r, job, &r->readers[thread]);
        hand_in(r, job);
        if (thread == 0)
            report(r);
    }
}

/* -- all of it ------------------------------------------------------------ */

static void
reading_init(Reading *r, const NgTokenizer *tokenizer)
{
    r->window = 4 * r->threads;
    r->readers = g_new0(NgReader, r->threads);
    r->map = g_new0(GArray *, r->threads);
    r->jobs = g_new0(NgReadJob, r->window);
    r->ready = g_new0(gboolean, r->window);
    for (unsigned i = 0; i < r->window; i++)
        ng_read_job_init(&r->jobs[i]);
    for (unsigned i = 0; i < r->threads; i++) {
        ng_reader_init(&r->readers[i], r->options, tokenizer);
        r->map[i] = g_array_new(FALSE, FALSE, sizeof(NgWord));
        begin_map(r->map[i]);
    }
    pthread_mutex_init(&r->taking, NULL);
    pthread_mutex_init(&r->ordering, NULL);
    pthread_cond_init(&r->merged, NULL);
}

static void
reading_clear(Reading *r)
{
    for (unsigned i = 0; i < r->window; i++)
        ng_read_job_clear(&r->jobs[i]);
    for (unsigned i = 0; i < r->threads; i++) {
        ng_reader_clear(&r->readers[i]);
        g_array_unref(r->map[i]);
    }
    g_free(r->readers);
    g_free(r->map);
    g_free(r->jobs);
    g_free(r->ready);
    g_clear_pointer(&r->document, ng_document_free);
    pthread_mutex_destroy(&r->taking);
    pthread_mutex_destroy(&r->ordering);
    pthread_cond_destroy(&r->merged);
}

/**
 * ng_read_all:
 * @corpus: with the words of a list, or none; gets the text
 * @text: where it is, and how it is cut
 * @progress: (nullable): told of the bytes read
 *
 * Returns: %FALSE with the first error in the order of the text
 */
gboolean
ng_read_all(NgCorpus *corpus, const NgReadText *text, const NgProgress *progress, GError **error)
{
    Reading r = {
        .corpus = corpus,
        .options = text->options,
        .files = (const NgReadFile *)(const void *)text->files->data,
        .n_files = text->files->len,
        .closed = text->options->vocab != NULL,
        .threads = MAX(text->options->threads, 1),
        .progress = progress,
        .total = text->bytes,
    };

    reading_init(&r, text->tokenizer);
    ng_parallel(r.threads, r.threads, run_reader, &r);
    for (unsigned i = 0; i < r.threads && corpus->truecase != NULL && r.error == NULL; i++)
        ng_truecase_merge(corpus->truecase, r.readers[i].truecase,
                          (const NgWord *)(void *)r.map[i]->data);
    reading_clear(&r);
    if (r.error != NULL)
        g_propagate_error(error, r.error);
    return r.error == NULL;
}

/*
 * Readers
 *
 * A reader makes word ids of the text of one job after another, on a thread of its
 * own.  It numbers words as it meets them, and tells with each job which ones were
 * new to it; so nothing is shared, and who puts the jobs together in the order of
 * the text knows what its numbers mean.  A lexicon that has grown large is given up
 * for an empty one, so memory does not follow the size of the vocabulary.
 */
#include "reading.h"

#include "ngram/error.h"

#include <string.h>

enum {
    WORDS_MAX = 1 << 19, /* of a lexicon, about; then it begins anew */
    KEEP_MAX = 4 << 20   /* bytes of a buffer that is kept for the next job */
};

/* -- jobs ----------------------------------------------------------------- */

void
ng_read_job_init(NgReadJob *self)
{
    *self = (NgReadJob){
        .text = g_string_new(NULL),
        .sequences = g_array_new(FALSE, FALSE, sizeof(NgReadSequence)),
        .parts = g_array_new(FALSE, TRUE, sizeof(NgReadPart)),
        .fresh = g_string_new(NULL),
        .fresh_length = g_array_new(FALSE, FALSE, sizeof(size_t)),
    };
}

void
ng_read_job_clear(NgReadJob *self)
{
    g_string_free(self->text, TRUE);
    g_array_unref(self->sequences);
    g_array_unref(self->parts);
    g_free(self->ids);
    g_string_free(self->fresh, TRUE);
    g_array_unref(self->fresh_length);
    ng_truecase_free(self->truecase);
    g_clear_error(&self->error);
}

/* Room for another stretch of text; what one of unusual size took is given back. */
void
ng_read_job_empty(NgReadJob *self)
{
    if (self->room * sizeof *self->ids > KEEP_MAX) {
        g_clear_pointer(&self->ids, g_free);
        self->room = 0;
    }
    g_string_truncate(self->text, 0);
    g_array_set_size(self->sequences, 0);
    g_array_set_size(self->parts, 0);
    g_string_truncate(self->fresh, 0);
    g_array_set_size(self->fresh_length, 0);
    self->first_file = self->end_file = 0;
    self->n = 0;
    self->anew = FALSE;
    self->n_sequences = self->invalid = self->bytes = 0;
}

/* A part that begins behind the ids there are. */
NgReadPart *
ng_read_job_add_part(NgReadJob *self, guint file)
{
    const NgReadPart part = {.file = file, .first = self->n, .end = self->n};

    g_array_append_val(self->parts, part);
    return &g_array_index(self->parts, NgReadPart, self->parts->len - 1);
}

/* Room for @n more ids, and where they go. */
static NgWord *
room_for(NgReadJob *self, size_t n)
{
    if (self->n + n > self->room) {
        self->room = MAX(2 * self->room, self->n + n + 4096);
        self->ids = g_renew(NgWord, self->ids, self->room);
    }
    return self->ids + self->n;
}

/* -- readers -------------------------------------------------------------- */

static void
begin_anew(NgReader *self)
{
    ng_lexicon_free(self->lexicon);
    self->lexicon = ng_lexicon_new();
    self->truecase = self->options->fold ? ng_truecase_new() : NULL;
    self->known = ng_lexicon_size(self->lexicon);
}

void
ng_reader_init(NgReader *self, const NgTrainOptions *options, const NgTokenizer *tokenizer)
{
    *self = (NgReader){.options = options, .tokenizer = ng_tokenizer_copy(tokenizer)};
    begin_anew(self);
}

void
ng_reader_clear(NgReader *self)
{
    ng_tokenizer_free(self->tokenizer);
    ng_lexicon_free(self->lexicon);
    ng_truecase_free(self->truecase);
}

/** ng_reader_begin: sets out on a job */
void
ng_reader_begin(NgReader *self, NgReadJob *job)
{
    if (ng_lexicon_size(self->lexicon) <= WORDS_MAX)
        return;
    job->anew = TRUE;
    job->truecase = g_steal_pointer(&self->truecase);
    begin_anew(self);
}

static void
refuse_symbol(NgReadJob *job, NgWord symbol, guint64 line, const char *path)
{
    static const char *const names[] = {"<unk>", "<s>", "</s>"};
    const char *why =
        symbol == NG_WORD_UNKNOWN ? "stands for unknown words" : "marks where text is cut";

    g_set_error(&job->error, NG_ERROR, NG_ERROR_FORMAT,
                "%s:%" G_GUINT64_FORMAT ": the token '%s' %s and is no word (--skip-symbols "
                "passes over it)",
                g_str_equal(path, "-") ? "standard input" : path, line, names[symbol], why);
}

/* Adds the words of a run some of which are symbols: passed over, unknown, or refused. */
static gboolean
add_with_symbols(NgReader *self, NgReadJob *job, const NgTokenRun *run, guint64 line,
                 const char *path)
{
    NgWord *ids = job->ids + job->n; /* [run->n] */

    for (size_t i = 0; i < run->n; i++) {
        NgWord id = ids[i];
        if (id < NG_WORDS_FIXED && self->options->skip_symbols)
            continue;
        if (id < NG_WORDS_FIXED && (id != NG_WORD_UNKNOWN || self->options->smooth.lmplz)) {
            refuse_symbol(job, id, line, path);
            return FALSE;
        }
        NgTokenRun one = *run;
        one.begin += i;
        one.end += i;
        one.n = 1;
        if (self->truecase != NULL)
            ng_truecase_add(self->truecase, &id, &one);
        job->ids[job->n++] = id; /* at or before ids[i] */
    }
    return TRUE;
}

static gboolean
add_run(NgReader *self, NgReadJob *job, const NgTokenRun *run, guint64 line, const char *path)
{
    NgWord *ids = room_for(job, run->n);
    gboolean symbols = FALSE;

    ng_lexicon_add_run(self->lexicon, run, ids);
    for (size_t i = 0; i < run->n; i++)
        symbols |= ids[i] < NG_WORDS_FIXED;
    if (symbols)
        return add_with_symbols(self, job, run, line, path);
    if (self->truecase != NULL)
        ng_truecase_add(self->truecase, ids, run);
    job->n += run->n;
    return TRUE;
}

/**
 * ng_reader_sequence:
 * @job: gets the ids, between the marks of a sequence; none for a sequence that is no text
 * @sequence: some text
 * @path: of its file, for messages
 *
 * Returns: %FALSE with the job's error set
 */
gboolean
ng_reader_sequence(NgReader *self, NgReadJob *job, const NgSequence *sequence, const char *path)
{
    size_t before = job->n;
    NgTokenRun run;

    *room_for(job, 1) = NG_WORD_BEGIN;
    job->n++;
    ng_tokenizer_start(self->tokenizer, sequence->text, sequence->length);
    if (self->truecase != NULL)
        ng_truecase_start(self->truecase);
    while (ng_tokenizer_next_run(self->tokenizer, &run))
        if (!add_run(self, job, &run, sequence->line, path))
            return FALSE;
    if (job->n == before + 1 && !ng_tokens_keep_empty(self->options->tokens)) {
        job->n = before;
        return TRUE;
    }
    *room_for(job, 1) = NG_WORD_END;
    job->n++;
    job->n_sequences++;
    return TRUE;
}

/** ng_reader_end: the job has all its ids; what else is to be known of them is added */
void
ng_reader_end(NgReader *self, NgReadJob *job)
{
    size_t size = ng_lexicon_size(self->lexicon);

    for (; self->known < size; self->known++) {
        size_t length = 0;
        const char *word = ng_lexicon_word(self->lexicon, (NgWord)self->known, &length);
        g_string_append_len(job->fresh, word, (gssize)length);
        g_array_append_val(job->fresh_length, length);
    }
    job->invalid = ng_tokenizer_invalid(self->tokenizer) - self->invalid;
    self->invalid += job->invalid;
}

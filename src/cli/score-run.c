/*
 * Scoring documents
 *
 * Sequences are read into a batch, scored by all threads, and written in the
 * order they came in.  Each has a sum of its own, and these are added up in
 * that order too: so a row does not depend on the number of threads.  Memory:
 * a batch, the longest sequence, and the scorer's own, which does not grow.
 */
#include "score-run.h"

#include "ngram/document.h"

enum {
    BATCH_BYTES = 4 << 20, /* of text between two writes; a longer sequence is a batch alone */
    BATCH_ITEMS = 1 << 16
};

typedef struct {
    NgScoreRun *run;
    NgScorer *scorer;
    GString *text;  /* of the sequences, one after the other */
    GArray *items;  /* (element-type NgSequence) */
    GArray *scores; /* (element-type NgScore), zeros at first */
    const char *path;
    GString *name; /* of the last row, empty where there is none of this path */
    guint64 name_line;
    NgScore document;
    guint64 done;  /* bytes of the documents before this one */
    GError *error; /* (nullable) of the first row that could not be written */
} Batch;

static void
batch_clear(Batch *self)
{
    if (self->scorer != NULL)
        self->run->invalid += ng_scorer_invalid(self->scorer);
    ng_scorer_free(self->scorer);
    g_string_free(self->text, TRUE);
    g_string_free(self->name, TRUE);
    g_array_unref(self->items);
    g_array_unref(self->scores);
    g_clear_error(&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Batch, batch_clear)

/* -- rows ----------------------------------------------------------------- */

/* The name of a row; made anew where it is not that of the row before. */
static void
write_name(Batch *self, guint64 line)
{
    if (self->name_line != line || self->name->len == 0) {
        g_string_assign(self->name, self->path);
        if (self->run->by_unit)
            g_string_append_printf(self->name, ":%" G_GUINT64_FORMAT, line);
        self->name_line = line;
    }
    ng_writer_text(self->run->writer, self->name->str, (gssize)self->name->len);
}

void
ng_score_write_bits(NgWriter *writer, const NgScore *score)
{
    ng_writer_double(writer, ng_score_bits_per_word(score));
    ng_writer_double(writer, ng_score_bits_per_character(score));
}

static gboolean
write_score(Batch *self, const NgScore *score, guint64 line, GError **error)
{
    NgWriter *writer = self->run->writer;

    write_name(self, line);
    ng_writer_count(writer, score->words);
    ng_writer_count(writer, score->oov);
    ng_writer_double(writer, score->logprob);
    ng_writer_double(writer, ng_score_perplexity(score));
    if (self->run->bits)
        ng_score_write_bits(writer, score);
    return ng_writer_end_row(writer, error);
}

static void
write_word(const NgScoredWord *word, gpointer data)
{
    Batch *self = data;
    NgWriter *writer = self->run->writer;

    if (self->error != NULL)
        return;
    write_name(self, g_array_index(self->items, NgSequence, word->sequence).line);
    ng_writer_text(writer, word->text, (gssize)word->length);
    ng_writer_count(writer, word->order);
    ng_writer_float(writer, word->logprob);
    if (!ng_writer_end_row(writer, &self->error))
        return; /* the error is kept, and no row follows */
}

/* -- batches -------------------------------------------------------------- */

/* Scores the batch, writes its rows, and empties it. */
static gboolean
finish_batch(Batch *self, GError **error)
{
    const NgScoreRun *run = self->run;
    gboolean words = run->words && run->writer != NULL;
    guint n = self->items->len;
    NgSequence *items = (NgSequence *)(gpointer)self->items->data;

    g_array_set_size(self->scores, 0);
    g_array_set_size(self->scores, n); /* zeros */
    NgScore *scores = (NgScore *)(gpointer)self->scores->data;
    ng_scorer_texts(self->scorer, items, n, scores, words ? write_word : NULL, self);
    for (guint i = 0; i < n && self->error == NULL; i++) {
        ng_score_add(&self->document, &scores[i]);
        if (run->by_unit && !run->words && run->writer != NULL &&
            !write_score(self, &scores[i], items[i].line, &self->error))
            break;
    }
    g_array_set_size(self->items, 0);
    g_string_truncate(self->text, 0);
    if (self->error == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&self->error));
    return FALSE;
}

/* -- reading -------------------------------------------------------------- */

static gboolean
is_full(const Batch *self)
{
    if (self->run->writer != NULL && ng_writer_is_prompt(self->run->writer))
        return self->items->len > 0;
    return self->text->len >= BATCH_BYTES || self->items->len >= BATCH_ITEMS;
}

/* A long sequence is scored where it stands; others are gathered. */
static gboolean
take_sequence(Batch *self, const NgSequence *sequence, GError **error)
{
    if (sequence->length >= BATCH_BYTES) {
        if (!finish_batch(self, error))
            return FALSE;
        g_array_append_val(self->items, *sequence);
        return finish_batch(self, error);
    }
    const NgSequence item = {self->text->str + self->text->len, sequence->length, sequence->line};
    g_string_append_len(self->text, sequence->text, (gssize)sequence->length);
    g_array_append_val(self->items, item);
    return !is_full(self) || finish_batch(self, error);
}

static gboolean
score_sequences(Batch *self, NgDocument *document, const NgProgress *progress, guint64 size,
                GError **error)
{
    NgSequence sequence;
    GError *trouble = NULL;

    while (ng_document_next(document, &sequence, &trouble)) {
        if (!take_sequence(self, &sequence, error))
            return FALSE;
        if (self->items->len == 0)
            ng_progress_report(progress, "scoring", self->done + ng_document_position(document),
                               size);
    }
    /* what could be read is scored, then the trouble is told */
    if (!finish_batch(self, trouble == NULL ? error : NULL)) {
        g_clear_error(&trouble);
        return FALSE;
    }
    if (trouble != NULL)
        g_propagate_error(error, trouble);
    return trouble == NULL;
}

static gboolean
score_document(Batch *self, const char *path, const NgProgress *progress, guint64 size,
               GError **error)
{
    NgScoreRun *run = self->run;
    g_autoptr(NgDocument) document = ng_document_open(path, run->unit, error);

    if (document == NULL)
        return FALSE;
    ng_document_set_strict(document, run->strict_utf8);
    self->path = path;
    g_string_truncate(self->name, 0);
    self->document = (NgScore){.documents = 1};
    if (!score_sequences(self, document, progress, size, error))
        return FALSE;
    self->done += ng_document_position(document);
    ng_score_add(&run->total, &self->document);
    if (run->words || run->by_unit || run->writer == NULL)
        return TRUE;
    return write_score(self, &self->document, 0, error);
}

/* Scores files and folders; rows go to the writer, sums to `total`. */
gboolean
ng_score_run(NgScoreRun *self, const char *const *paths, const NgProgress *progress, GError **error)
{
    g_autoptr(GPtrArray) files = ng_document_list(paths, error);
    if (files == NULL)
        return FALSE;

    g_auto(Batch) batch = {
        .run = self,
        .scorer = ng_scorer_new(self->model, self->voice, error),
        .text = g_string_sized_new(2 * BATCH_BYTES), /* items point into it: it must stay */
        .items = g_array_new(FALSE, FALSE, sizeof(NgSequence)),
        .name = g_string_new(NULL),
        .scores = g_array_new(FALSE, TRUE, sizeof(NgScore)),
    };
    if (batch.scorer == NULL)
        return FALSE;
    ng_scorer_set_threads(batch.scorer, self->threads);
    ng_scorer_set_eos(batch.scorer, !self->no_eos);
    guint64 size = ng_document_list_size(files);
    for (guint i = 0; i < files->len; i++)
        if (!score_document(&batch, files->pdata[i], progress, size, error))
            return FALSE;
    return TRUE;
}

/*
 * Scoring documents
 *
 * Sequences are read into a batch, scored by all threads, and written in the
 * order they came in.  Each has a sum of its own, and these are added up in
 * that order too: so a row does not depend on the number of threads.  Memory:
 * a batch, and its longest sequence.
 */
#include "score-run.h"

#include "ngram/document.h"
#include "ngram/parallel.h"

enum {
    BATCH_BYTES = 4 << 20,
    BATCH_ITEMS = 1 << 16,
    GROUP = 64 /* sequences that a thread takes at once */
};

/** Word: of a sequence, its text in the item's `spelling`. */
typedef struct {
    size_t first, length;
    unsigned order;
    float logprob;
} Word;

/** Item: one sequence of the batch. */
typedef struct {
    size_t first, length; /* in the batch's text */
    guint64 line;
    NgScore score;
    GArray *words;     /* (nullable) (element-type Word) */
    GString *spelling; /* (nullable) */
} Item;

typedef struct {
    NgScoreRun *run;
    NgScorer **scorers; /* [threads] */
    GString *text;
    GArray *items; /* (element-type Item) */
    const char *path;
    NgScore document;
    guint64 done; /* bytes of the documents before this one */
} Batch;

static void
clear_item(gpointer data)
{
    Item *item = data;

    if (item->words != NULL)
        g_array_unref(item->words);
    if (item->spelling != NULL)
        g_string_free(item->spelling, TRUE);
}

static void
batch_clear(Batch *self)
{
    for (unsigned i = 0; i < self->run->threads; i++) {
        if (self->scorers[i] != NULL)
            self->run->invalid += ng_scorer_invalid(self->scorers[i]);
        ng_scorer_free(self->scorers[i]);
    }
    g_free(self->scorers);
    g_string_free(self->text, TRUE);
    g_array_unref(self->items);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Batch, batch_clear)

/* -- scoring -------------------------------------------------------------- */

static void
keep_word(const NgScoredWord *word, gpointer data)
{
    Item *item = data;
    const Word kept = {item->spelling->len, word->length, word->order, word->logprob};

    g_string_append_len(item->spelling, word->text, (gssize)word->length);
    g_array_append_val(item->words, kept);
}

static void
score_group(size_t index, unsigned thread, gpointer data)
{
    Batch *self = data;
    size_t end = MIN((index + 1) * GROUP, self->items->len);

    for (size_t i = index * GROUP; i < end; i++) {
        Item *item = &g_array_index(self->items, Item, i);
        if (self->run->words) {
            item->words = g_array_new(FALSE, FALSE, sizeof(Word));
            item->spelling = g_string_new(NULL);
        }
        ng_scorer_text(self->scorers[thread], self->text->str + item->first, item->length,
                       &item->score, self->run->words ? keep_word : NULL, item);
    }
}

/* -- rows ----------------------------------------------------------------- */

static void
write_name(const Batch *self, guint64 line)
{
    g_autofree char *name = NULL;

    if (self->run->by_unit)
        name = g_strdup_printf("%s:%" G_GUINT64_FORMAT, self->path, line);
    ng_writer_text(self->run->writer, name != NULL ? name : self->path, -1);
}

void
ng_score_write_bits(NgWriter *writer, const NgScore *score)
{
    ng_writer_double(writer, ng_score_bits_per_word(score));
    ng_writer_double(writer, ng_score_bits_per_character(score));
}

static gboolean
write_score(const Batch *self, const NgScore *score, guint64 line, GError **error)
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

static gboolean
write_words(const Batch *self, const Item *item, GError **error)
{
    NgWriter *writer = self->run->writer;

    for (guint i = 0; i < item->words->len; i++) {
        const Word *word = &g_array_index(item->words, Word, i);
        write_name(self, item->line);
        ng_writer_text(writer, item->spelling->str + word->first, (gssize)word->length);
        ng_writer_count(writer, word->order);
        ng_writer_float(writer, word->logprob);
        if (!ng_writer_end_row(writer, error))
            return FALSE;
    }
    return TRUE;
}

/* Scores the batch, writes its rows, and empties it. */
static gboolean
finish_batch(Batch *self, GError **error)
{
    const NgScoreRun *run = self->run;
    gboolean ok = TRUE;

    ng_parallel((self->items->len + GROUP - 1) / GROUP, run->threads, score_group, self);
    for (guint i = 0; i < self->items->len && ok; i++) {
        const Item *item = &g_array_index(self->items, Item, i);
        ng_score_add(&self->document, &item->score);
        if (run->words && run->writer != NULL)
            ok = write_words(self, item, error);
        else if (run->by_unit && run->writer != NULL)
            ok = write_score(self, &item->score, item->line, error);
    }
    g_array_set_size(self->items, 0);
    g_string_truncate(self->text, 0);
    return ok;
}

/* -- reading -------------------------------------------------------------- */

static gboolean
is_full(const Batch *self)
{
    if (self->run->writer != NULL && ng_writer_is_prompt(self->run->writer))
        return self->items->len > 0;
    return self->text->len >= BATCH_BYTES || self->items->len >= BATCH_ITEMS;
}

static gboolean
score_sequences(Batch *self, NgDocument *document, const NgProgress *progress, guint64 size,
                GError **error)
{
    NgSequence sequence;
    GError *trouble = NULL;

    while (ng_document_next(document, &sequence, &trouble)) {
        const Item item = {
            .first = self->text->len, .length = sequence.length, .line = sequence.line};
        g_string_append_len(self->text, sequence.text, (gssize)sequence.length);
        g_array_append_val(self->items, item);
        if (!is_full(self))
            continue;
        if (!finish_batch(self, error))
            return FALSE;
        ng_progress_report(progress, "scoring", self->done + ng_document_position(document), size);
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
        .scorers = g_new0(NgScorer *, self->threads),
        .text = g_string_new(NULL),
        .items = g_array_new(FALSE, TRUE, sizeof(Item)),
    };
    g_array_set_clear_func(batch.items, clear_item);
    for (unsigned i = 0; i < self->threads; i++) {
        batch.scorers[i] = ng_scorer_new(self->model, self->voice, error);
        if (batch.scorers[i] == NULL)
            return FALSE;
        ng_scorer_set_eos(batch.scorers[i], !self->no_eos);
    }
    guint64 size = ng_document_list_size(files);
    for (guint i = 0; i < files->len; i++)
        if (!score_document(&batch, files->pdata[i], progress, size, error))
            return FALSE;
    return TRUE;
}

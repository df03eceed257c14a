/*
 * Scoring documents
 *
 * Sequences are read into a batch, scored by all threads, and written in the
 * order they came in.  Each has a sum of its own, and these are added up in
 * that order too: so a row does not depend on the number of threads.  A batch
 * holds many short documents, or a piece of a long one, whose sums are carried
 * on.  Memory: a batch, the longest sequence, and the scorers' own, which does
 * not grow; where authors are asked for, 8 bytes a token of the longest document.
 */
#include "score-run.h"

#include "ngram/document.h"

enum {
    BATCH_BYTES = 4 << 20, /* of text between two writes; a longer sequence is a batch alone */
    BATCH_ITEMS = 1 << 16
};

/**
 * Row: a document in the batch, or the piece of one.
 * @line: where it is a unit, its first line
 * @first, @n: its sequences in the batch
 * @begins, @ends: whether its first piece is here, its last
 */
typedef struct {
    const char *path;
    guint64 line;
    guint first, n;
    gboolean begins, ends;
} Row;

/**
 * Batch:
 * @scorer: [n_scorers] of the voice asked for; with a row for each author of all voices
 * @text: of the sequences, one after the other
 * @items: (element-type NgSequence)
 * @rows: (element-type Row)
 * @scores: (element-type NgScore): [n_scorers][items], zeros at first
 * @cases: (element-type NgCase), @answers: (element-type NgAnswer): of the rows
 * @sum: [n_scorers] of the row at hand
 * @name: of the last row, made of @name_path and @name_line
 * @done: bytes of the files before this one
 * @error: (nullable): of the first row that could not be written
 */
typedef struct {
    NgScoreRun *run;
    NgScorer **scorer;
    size_t n_scorers;
    GString *text;
    GArray *items, *rows, *scores, *cases, *answers;
    NgScore *sum;
    GString *name;
    const char *name_path;
    guint64 name_line;
    guint64 done;
    GError *error;
} Batch;

static void
batch_clear(Batch *self)
{
    for (size_t s = 0; s < self->n_scorers; s++) {
        if (s == 0 && self->scorer[s] != NULL)
            self->run->invalid += ng_scorer_invalid(self->scorer[s]);
        ng_scorer_free(self->scorer[s]);
    }
    g_free(self->scorer);
    g_free(self->sum);
    g_string_free(self->text, TRUE);
    g_string_free(self->name, TRUE);
    g_array_unref(self->items);
    g_array_unref(self->rows);
    g_array_unref(self->scores);
    g_array_unref(self->cases);
    g_array_unref(self->answers);
    g_clear_error(&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Batch, batch_clear)

static size_t
rows_of_document(const NgScoreRun *run)
{
    return run->judge != NULL ? ng_judge_rows(run->judge) : 1;
}

/* -- rows ----------------------------------------------------------------- */

/* The name of a row; made anew where it is not that of the row before. */
static void
write_name(Batch *self, const char *path, guint64 line)
{
    if (self->name_line != line || self->name_path != path) {
        g_string_assign(self->name, path);
        if (self->run->by_unit)
            g_string_append_printf(self->name, ":%" G_GUINT64_FORMAT, line);
        self->name_path = path;
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

/* Sums by the voice of a row. */
static const NgScore *
sum_of(const Batch *self, const NgAnswer *answer)
{
    if (answer == NULL || self->n_scorers == 1 || answer->author == NG_NOBODY)
        return &self->sum[0];
    return &self->sum[answer->author + 1];
}

/* One row; @answer is %NULL where authors are not asked for. */
static gboolean
write_score(Batch *self, const Row *row, const NgAnswer *answer, GError **error)
{
    NgWriter *writer = self->run->writer;
    const NgScore *sum = sum_of(self, answer);

    write_name(self, row->path, row->line);
    ng_writer_count(writer, sum->words);
    ng_writer_count(writer, sum->oov);
    ng_writer_double(writer, sum->logprob);
    ng_writer_double(writer, ng_score_perplexity(sum));
    if (self->run->bits)
        ng_score_write_bits(writer, sum);
    if (answer != NULL)
        ng_judge_write(self->run->judge, answer, writer);
    return ng_writer_end_row(writer, error);
}

static gboolean
write_document(Batch *self, guint index, GError **error)
{
    NgScoreRun *run = self->run;
    const Row *row = &g_array_index(self->rows, Row, index);
    size_t n = rows_of_document(run);

    if (run->judge == NULL)
        return write_score(self, row, NULL, error);
    for (size_t i = 0; i < n; i++) {
        const NgAnswer *answer = &g_array_index(self->answers, NgAnswer, index * n + i);
        run->denied += answer->is_author ? 0 : 1;
        if (!write_score(self, row, answer, error))
            return FALSE;
    }
    return TRUE;
}

/* The row that sequence @item belongs to: words come in order, so it is near the last. */
static const Row *
row_of(const Batch *self, size_t item)
{
    guint low = 0;
    guint high = self->rows->len;

    while (high - low > 1) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(self->rows, Row, middle).first <= item)
            low = middle;
        else
            high = middle;
    }
    return &g_array_index(self->rows, Row, low);
}

static void
write_word(const NgScoredWord *word, gpointer data)
{
    Batch *self = data;
    NgWriter *writer = self->run->writer;

    if (self->error != NULL)
        return;
    write_name(self, row_of(self, word->sequence)->path,
               g_array_index(self->items, NgSequence, word->sequence).line);
    ng_writer_text(writer, word->text, (gssize)word->length);
    ng_writer_count(writer, word->order);
    ng_writer_float(writer, word->logprob);
    if (!ng_writer_end_row(writer, &self->error))
        return; /* the error is kept, and no row follows */
}

/* -- batches -------------------------------------------------------------- */

static void
judge(Batch *self)
{
    const NgSequence *items = (const NgSequence *)(gpointer)self->items->data;

    g_array_set_size(self->cases, 0);
    for (guint i = 0; i < self->rows->len; i++) {
        const Row *row = &g_array_index(self->rows, Row, i);
        const NgCase c = {items + row->first, row->n, row->begins, row->ends};
        g_array_append_val(self->cases, c);
    }
    g_array_set_size(self->answers, (guint)(self->rows->len * rows_of_document(self->run)));
    ng_judge_answer(self->run->judge, (const NgCase *)(gpointer)self->cases->data, self->cases->len,
                    (NgAnswer *)(gpointer)self->answers->data);
}

static void
score_batch(Batch *self)
{
    const NgScoreRun *run = self->run;
    gboolean words = run->words && run->writer != NULL;
    guint n = self->items->len;
    const NgSequence *items = (const NgSequence *)(gpointer)self->items->data;

    g_array_set_size(self->scores, 0);
    g_array_set_size(self->scores, n * (guint)self->n_scorers); /* zeros */
    for (size_t s = 0; s < self->n_scorers; s++)
        ng_scorer_texts(self->scorer[s], items, n, (NgScore *)(gpointer)self->scores->data + s * n,
                        words ? write_word : NULL, self);
    if (run->judge != NULL)
        judge(self);
}

/* Adds up a row, and writes it where it ends. */
static void
finish_row(Batch *self, guint index)
{
    NgScoreRun *run = self->run;
    const Row *row = &g_array_index(self->rows, Row, index);
    guint n = self->items->len;

    for (size_t s = 0; s < self->n_scorers; s++)
        for (guint i = 0; i < row->n; i++)
            ng_score_add(&self->sum[s],
                         &g_array_index(self->scores, NgScore, s * n + row->first + i));
    if (!row->ends)
        return;
    ng_score_add(&run->total, &self->sum[0]);
    if (!run->words && run->writer != NULL && !write_document(self, index, &self->error))
        return; /* the error is kept, and no row follows */
    for (size_t s = 0; s < self->n_scorers; s++)
        self->sum[s] = (NgScore){0};
}

/* Scores the batch, writes its rows, and empties it but for a document that goes on. */
static gboolean
finish_batch(Batch *self, GError **error)
{
    Row last = {0};

    if (self->rows->len > 0) {
        score_batch(self);
        last = g_array_index(self->rows, Row, self->rows->len - 1);
    }
    for (guint i = 0; i < self->rows->len && self->error == NULL; i++)
        finish_row(self, i);
    g_array_set_size(self->items, 0);
    g_array_set_size(self->rows, 0);
    g_string_truncate(self->text, 0);
    if (last.path != NULL && !last.ends) {
        const Row rest = {.path = last.path};
        g_array_append_val(self->rows, rest);
    }
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
        return self->items->len > 0 || self->rows->len > 0;
    return self->text->len >= BATCH_BYTES ||
           self->items->len >= MAX(BATCH_ITEMS / self->n_scorers, 1) ||
           self->rows->len >= MAX(BATCH_ITEMS / rows_of_document(self->run), 1);
}

/* One sequence more, of a row of its own or of the last. */
static void
append(Batch *self, const char *path, const NgSequence *sequence)
{
    if (self->run->by_unit) {
        const Row row = {path, sequence->line, self->items->len, 0, TRUE, TRUE};
        g_array_append_val(self->rows, row);
    }
    g_array_index(self->rows, Row, self->rows->len - 1).n++;
    g_array_append_val(self->items, *sequence);
}

/* A long sequence is scored where it stands; others are gathered. */
static gboolean
take_sequence(Batch *self, const char *path, const NgSequence *sequence, GError **error)
{
    if (sequence->length >= BATCH_BYTES) {
        if (!finish_batch(self, error))
            return FALSE;
        append(self, path, sequence);
        return finish_batch(self, error);
    }
    const NgSequence item = {self->text->str + self->text->len, sequence->length, sequence->line};
    g_string_append_len(self->text, sequence->text, (gssize)sequence->length);
    append(self, path, &item);
    return !is_full(self) || finish_batch(self, error);
}

static gboolean
read_sequences(Batch *self, const char *path, NgDocument *document, const NgProgress *progress,
               guint64 size, GError **error)
{
    NgSequence sequence;
    GError *trouble = NULL;

    while (ng_document_next(document, &sequence, &trouble)) {
        if (!take_sequence(self, path, &sequence, error))
            return FALSE;
        if (self->items->len == 0)
            ng_progress_report(progress, "scoring", self->done + ng_document_position(document),
                               size);
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
    const Row row = {.path = path, .first = self->items->len, .begins = TRUE};

    if (document == NULL)
        return FALSE;
    ng_document_set_strict(document, run->strict_utf8);
    if (!run->by_unit)
        g_array_append_val(self->rows, row);
    if (!read_sequences(self, path, document, progress, size, error))
        return FALSE;
    if (!run->by_unit)
        g_array_index(self->rows, Row, self->rows->len - 1).ends = TRUE;
    self->done += ng_document_position(document);
    run->total.documents++;
    return !is_full(self) || finish_batch(self, error);
}

static gboolean
score_documents(Batch *self, const char *const *paths, const NgProgress *progress, GError **error)
{
    g_autoptr(GPtrArray) files = ng_document_list(paths, error);
    GError *trouble = NULL;
    if (files == NULL)
        return FALSE;

    guint64 size = ng_document_list_size(files);
    for (guint i = 0; i < files->len && trouble == NULL; i++)
        if (!score_document(self, files->pdata[i], progress, size, &trouble))
            break;
    /* what could be read is scored, then the trouble is told */
    if (!finish_batch(self, trouble == NULL ? error : NULL) && trouble == NULL)
        return FALSE;
    if (trouble != NULL)
        g_propagate_error(error, trouble);
    return trouble == NULL;
}

/* Scores files and folders; rows go to the writer, sums to `total`. */
gboolean
ng_score_run(NgScoreRun *self, const char *const *paths, const NgProgress *progress, GError **error)
{
    gboolean all = self->judge != NULL && ng_judge_is_all(self->judge);
    size_t n = all ? ng_model_voices(self->model) : 1;
    g_auto(Batch) batch = {
        .run = self,
        .scorer = g_new0(NgScorer *, n),
        .n_scorers = n,
        .text = g_string_sized_new(2 * BATCH_BYTES), /* items point into it: it must stay */
        .items = g_array_new(FALSE, FALSE, sizeof(NgSequence)),
        .rows = g_array_new(FALSE, FALSE, sizeof(Row)),
        .scores = g_array_new(FALSE, TRUE, sizeof(NgScore)),
        .cases = g_array_new(FALSE, FALSE, sizeof(NgCase)),
        .answers = g_array_new(FALSE, TRUE, sizeof(NgAnswer)),
        .sum = g_new0(NgScore, n),
        .name = g_string_new(NULL),
    };

    for (size_t s = 0; s < n; s++) {
        batch.scorer[s] = ng_scorer_new(self->model, all ? s : self->voice, error);
        if (batch.scorer[s] == NULL)
            return FALSE;
        ng_scorer_set_threads(batch.scorer[s], self->threads);
        ng_scorer_set_eos(batch.scorer[s], !self->no_eos);
    }
    return score_documents(&batch, paths, progress, error);
}

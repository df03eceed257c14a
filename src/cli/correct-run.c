/*
 * Correcting documents
 *
 * Sequences are read with their line ends into a batch, corrected by all
 * threads, and handed to the sink in the order they came in.  A sequence does
 * not depend on others, so neither does anything on the number of threads.
 */
#include "correct-run.h"

#include "cli.h"

#include "ngram/error.h"
#include "ngram/input.h"
#include "ngram/parallel.h"

#include <string.h>

enum {
    BATCH_BYTES = 1 << 20,
    PIECES_MAX = 1 << 14,
    SAMPLE = 64 /* pieces that are asked for their language */
};

#define DECIDED 3.0  /* log10 of odds that tell the language of a document, */
#define PRIOR   10.0 /* and of those that its lines begin with then */

typedef struct {
    NgCorrectRun *run;
    NgCorrector **correctors; /* [threads] the first is the run's own */
    GString *text;            /* of the pieces, one after the other */
    GArray *pieces;           /* NgCorrectPiece, `text` filled in when the batch is full */
    size_t begun;             /* where the piece that is read begins */
    guint64 begun_line;
    double language; /* log10 of the odds that it is the model's, before a piece is looked at */
    guint64 done;
} Batch;

static void
batch_clear(Batch *self)
{
    for (unsigned i = 1; i < self->run->threads; i++)
        if (self->correctors[i] != NULL) {
            self->run->invalid += ng_corrector_invalid(self->correctors[i]);
            ng_corrector_free(self->correctors[i]);
        }
    self->run->invalid += ng_corrector_invalid(self->run->corrector);
    g_free(self->correctors);
    g_string_free(self->text, TRUE);
    g_array_unref(self->pieces);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Batch, batch_clear)

static void
correct_piece(size_t index, unsigned thread, gpointer data)
{
    Batch *self = data;
    NgCorrectPiece *piece = &g_array_index(self->pieces, NgCorrectPiece, index);
    NgCorrector *corrector = self->correctors[thread];
    size_t k = self->run->suggestions;

    if (corrector == NULL)
        corrector = self->correctors[thread] = ng_corrector_copy(self->correctors[0]);
    ng_corrector_set_language(corrector, self->language);
    piece->found = k > 0 ? ng_corrector_words(corrector, piece->text, piece->length, k)
                         : ng_corrector_correct(corrector, piece->text, piece->length);
}

static void
count_changes(NgCorrectRun *run, const NgCorrectPiece *piece)
{
    for (guint i = 0; i < piece->found->len; i++)
        run->changes += ((const NgCorrection *)piece->found->pdata[i])->wrong ? 1 : 0;
    run->sequences++;
    run->bytes += piece->length;
}

/* What pieces of the batch say of its language, @corrected or as they are: -PRIOR, 0 or PRIOR. */
static double
judge_language(const Batch *self, gboolean corrected)
{
    NgCorrector *corrector = self->correctors[0];
    guint n = self->pieces->len, m = MIN(n, (guint)SAMPLE);
    g_autoptr(GString) text = g_string_new(NULL);
    double sum = 0.0;

    for (guint i = 0; i < m; i++) {
        guint at = (guint)((guint64)i * n / m);
        const NgCorrectPiece *piece = &g_array_index(self->pieces, NgCorrectPiece, at);
        g_string_truncate(text, 0);
        if (corrected)
            ng_corrections_apply(piece->found, piece->text, piece->length, text);
        sum += corrected ? ng_corrector_language(corrector, text->str, text->len)
                         : ng_corrector_language(corrector, piece->text, piece->length);
    }
    return sum >= DECIDED ? PRIOR : sum <= -DECIDED ? -PRIOR : 0.0;
}

static void
correct_pieces(Batch *self)
{
    ng_parallel(self->pieces->len, self->run->threads, correct_piece, self);
}

/*
 * Corrects all pieces.  Where the language was in doubt, the corrected text may tell it; then it
 * is done again, or a second run would find more than this one.
 */
static void
correct_batch(Batch *self)
{
    self->language = judge_language(self, FALSE);
    correct_pieces(self);
    if (self->language != 0.0 || self->run->suggestions > 0)
        return;
    self->language = judge_language(self, TRUE);
    if (self->language <= 0.0)
        return;
    for (guint i = 0; i < self->pieces->len; i++)
        g_ptr_array_unref(g_array_index(self->pieces, NgCorrectPiece, i).found);
    correct_pieces(self);
}

/* Corrects the batch, hands it on, and empties it. */
static gboolean
finish_batch(Batch *self, GError **error)
{
    NgCorrectSink *sink = self->run->sink;
    gboolean ok = TRUE;
    size_t at = 0;

    for (guint i = 0; i < self->pieces->len; i++) {
        NgCorrectPiece *piece = &g_array_index(self->pieces, NgCorrectPiece, i);
        piece->text = self->text->str + at;
        at += piece->length;
    }
    correct_batch(self);
    for (guint i = 0; i < self->pieces->len; i++) {
        NgCorrectPiece *piece = &g_array_index(self->pieces, NgCorrectPiece, i);
        count_changes(self->run, piece);
        ok = ok && sink->piece(sink, piece, error);
        g_ptr_array_unref(piece->found);
    }
    g_array_set_size(self->pieces, 0);
    g_string_erase(self->text, 0, (gssize)at);
    self->begun = 0;
    return ok && (!self->run->prompt || ng_cli_flush_output(error));
}

static gboolean
finish_piece(Batch *self, GError **error)
{
    const NgCorrectPiece piece = {.length = self->text->len - self->begun,
                                  .line = self->begun_line};

    if (piece.length == 0)
        return TRUE;
    g_array_append_val(self->pieces, piece);
    self->begun = self->text->len;
    if (!self->run->prompt && self->text->len < BATCH_BYTES && self->pieces->len < PIECES_MAX)
        return TRUE;
    return finish_batch(self, error);
}

static gboolean
is_blank(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
            return FALSE;
    return TRUE;
}

static gboolean
check_utf8(const NgInput *input, const char *line, size_t length, GError **error)
{
    const char *end = NULL;

    if (g_utf8_validate_len(line, length, &end))
        return TRUE;
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                "%s:%" G_GUINT64_FORMAT ": not UTF-8 at byte %zu (drop --strict-utf8 to keep such "
                "bytes)",
                ng_input_path(input), ng_input_line_number(input), (size_t)(end - line) + 1);
    return FALSE;
}

static gboolean
take_line(Batch *self, const NgInput *input, const char *line, size_t length, GError **error)
{
    NgUnit unit = self->run->unit;

    if (self->run->strict_utf8 && !check_utf8(input, line, length, error))
        return FALSE;
    if (self->text->len == self->begun)
        self->begun_line = ng_input_line_number(input);
    g_string_append_len(self->text, line, (gssize)length);
    if (!ng_input_line_is_open(input))
        g_string_append_c(self->text, '\n');
    if (unit == NG_UNIT_LINE || (unit == NG_UNIT_PARAGRAPH && is_blank(line, length)))
        return finish_piece(self, error);
    return TRUE;
}

static gboolean
correct_document(Batch *self, const char *path, const NgProgress *progress, guint64 size,
                 GError **error)
{
    NgCorrectSink *sink = self->run->sink;
    g_autoptr(NgInput) input = ng_input_open(path, error);
    GError *trouble = NULL;
    const char *line;
    size_t length;

    if (input == NULL || (sink->begin != NULL && !sink->begin(sink, path, error)))
        return FALSE;
    while (ng_input_raw_line(input, &line, &length, &trouble)) {
        if (!take_line(self, input, line, length, error))
            return FALSE;
        if (self->pieces->len == 0)
            ng_progress_report(progress, "correcting", self->done + ng_input_position(input), size);
    }
    if (trouble != NULL) {
        g_propagate_error(error, trouble);
        return FALSE;
    }
    self->done += ng_input_position(input);
    return finish_piece(self, error) && finish_batch(self, error) &&
           (sink->end == NULL || sink->end(sink, error));
}

/* Corrects files and folders. */
gboolean
ng_correct_run(NgCorrectRun *self, const char *const *paths, const NgProgress *progress,
               GError **error)
{
    g_autoptr(GPtrArray) files = ng_document_list(paths, error);
    if (files == NULL)
        return FALSE;

    g_auto(Batch) batch = {
        .run = self,
        .correctors = g_new0(NgCorrector *, self->threads),
        .text = g_string_new(NULL),
        .pieces = g_array_new(FALSE, FALSE, sizeof(NgCorrectPiece)),
    };
    batch.correctors[0] = self->corrector;
    guint64 size = ng_document_list_size(files);
    for (guint i = 0; i < files->len; i++)
        if (!correct_document(&batch, files->pdata[i], progress, size, error))
            return FALSE;
    return TRUE;
}

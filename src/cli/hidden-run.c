/*
 * complete --evaluate
 *
 * All sequences of all documents, cut as when the model was made, go through one
 * NgHidden; what comes out is a row for what stands before, and one for both sides.
 */
#include "hidden-run.h"

#include "writer.h"

#include "ngram/document.h"

#include <math.h>

static const NgColumn columns[] = {
    {"context", NG_CELL_TEXT},      {"words", NG_CELL_COUNT},
    {"oov", NG_CELL_COUNT},         {"accuracy1", NG_CELL_DOUBLE},
    {"accuracy5", NG_CELL_DOUBLE},  {"reciprocal_rank", NG_CELL_DOUBLE},
    {"keys_saved", NG_CELL_DOUBLE},
};

static gboolean
write_side(NgWriter *writer, const char *name, const NgHiddenScore *score, const NgHiddenSide *side,
           GError **error)
{
    double n = (double)score->words;

    ng_writer_text(writer, name, -1);
    ng_writer_count(writer, score->words);
    ng_writer_count(writer, score->oov);
    ng_writer_double(writer, (double)side->first / n);
    ng_writer_double(writer, (double)side->five / n);
    ng_writer_double(writer, side->reciprocal / n);
    ng_writer_double(writer, 1.0 - (double)side->keys / (double)score->keys);
    return ng_writer_end_row(writer, error);
}

static gboolean
read_document(NgHidden *hidden, const char *path, NgUnit unit, gboolean strict, GError **error)
{
    g_autoptr(NgDocument) document = ng_document_open(path, unit, error);
    GError *trouble = NULL;
    NgSequence sequence;

    if (document == NULL)
        return FALSE;
    ng_document_set_strict(document, strict);
    while (ng_document_next(document, &sequence, &trouble))
        ng_hidden_text(hidden, sequence.text, sequence.length);
    if (trouble == NULL)
        return TRUE;
    g_propagate_error(error, trouble);
    return FALSE;
}

/**
 * ng_hidden_run:
 * @model: a model
 * @voice: which voice of it
 * @options: what is hidden
 * @args: files, and how rows are written
 * @error: return location for a #GError, or %NULL
 *
 * Returns: whether all was read and written
 */
gboolean
ng_hidden_run(NgModel *model, size_t voice, const NgHiddenOptions *options, const NgArgs *args,
              GError **error)
{
    g_autoptr(NgHidden) hidden = ng_hidden_new(model, voice, options, error);
    if (hidden == NULL)
        return FALSE;
    g_autoptr(GPtrArray) files = ng_document_list(ng_args_paths(args), error);
    if (files == NULL)
        return FALSE;

    NgUnit unit = ng_model_text(model).unit;
    for (guint i = 0; i < files->len; i++)
        if (!read_document(hidden, files->pdata[i], unit, args->strict_utf8, error))
            return FALSE;
    NgHiddenScore score = ng_hidden_score(hidden);
    ng_cli_note_invalid(ng_hidden_invalid(hidden));
    if (!args->quiet && score.words > score.oov)
        ng_cli_note("perplexity of the known words, from the left: %.2f",
                    pow(10.0, -score.logprob / (double)(score.words - score.oov)));
    g_autoptr(NgWriter) writer = ng_writer_new(columns, G_N_ELEMENTS(columns), args);
    return write_side(writer, "left", &score, &score.left, error) &&
           write_side(writer, "both", &score, &score.both, error) && ng_writer_flush(writer, error);
}

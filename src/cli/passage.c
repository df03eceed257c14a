/*
 * Passages
 *
 * What is explained, or read in windows, is wanted as it stands: a document at a time
 * is in memory, all its sequences in one text.
 */
#include "passage.h"

/** Passages: offsets of the sequences are kept while the text grows. */
typedef struct {
    const NgPassageReading *reading;
    NgPassageFunc func;
    gpointer data;
    NgPassage passage;
    GArray *offset; /* (element-type gsize) */
} Passages;

static void
add(Passages *self, const NgSequence *sequence)
{
    NgPassage *p = &self->passage;

    if (p->sequences->len > 0)
        g_string_append_c(p->text, '\n');
    gsize offset = p->text->len;
    g_string_append_len(p->text, sequence->text, (gssize)sequence->length);
    g_array_append_val(self->offset, offset);
    g_array_append_val(p->sequences, *sequence);
}

static gboolean
tell(Passages *self, const char *name, GError **error)
{
    NgPassage *p = &self->passage;

    p->name = name;
    for (guint i = 0; i < p->sequences->len; i++)
        g_array_index(p->sequences, NgSequence, i).text =
            p->text->str + g_array_index(self->offset, gsize, i);
    gboolean done = self->func(p, self->data, error);
    g_string_truncate(p->text, 0);
    g_array_set_size(p->sequences, 0);
    g_array_set_size(self->offset, 0);
    return done;
}

static gboolean
read_document(Passages *self, const char *path, guint64 *done, guint64 size, GError **error)
{
    const NgPassageReading *r = self->reading;
    g_autoptr(NgDocument) document = ng_document_open(path, r->unit, error);
    GError *trouble = NULL;
    NgSequence sequence;

    if (document == NULL)
        return FALSE;
    ng_document_set_strict(document, r->strict_utf8);
    while (ng_document_next(document, &sequence, &trouble)) {
        add(self, &sequence);
        if (!r->by_unit)
            continue;
        g_autofree char *name = g_strdup_printf("%s:%" G_GUINT64_FORMAT, path, sequence.line);
        if (!tell(self, name, error))
            return FALSE;
    }
    if (trouble != NULL) {
        g_propagate_error(error, trouble);
        return FALSE;
    }
    ng_progress_report(r->progress, "reading", *done += ng_document_position(document), size);
    return r->by_unit || tell(self, path, error);
}

/**
 * ng_passages:
 * @paths: files and folders
 * @func: is told of each passage, in order, and may end it all with an error
 */
gboolean
ng_passages(const char *const *paths, const NgPassageReading *reading, NgPassageFunc func,
            gpointer data, GError **error)
{
    g_autoptr(GPtrArray) files = ng_document_list(paths, error);
    if (files == NULL)
        return FALSE;

    Passages self = {.reading = reading, .func = func, .data = data};
    guint64 size = ng_document_list_size(files);
    guint64 position = 0;
    gboolean done = TRUE;
    self.passage.text = g_string_new(NULL);
    self.passage.sequences = g_array_new(FALSE, FALSE, sizeof(NgSequence));
    self.offset = g_array_new(FALSE, FALSE, sizeof(gsize));
    for (guint i = 0; i < files->len && done; i++)
        done = read_document(&self, files->pdata[i], &position, size, error);
    g_string_free(self.passage.text, TRUE);
    g_array_unref(self.passage.sequences);
    g_array_unref(self.offset);
    return done;
}

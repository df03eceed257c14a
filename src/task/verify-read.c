/*
 * Reading for verification: a file is a document; in a folder that holds folders these
 * are the authors.
 */
#include "corpus.h"

#include "ngram/document.h"
#include "ngram/verify.h"

/* All lines of a file, each with its end. */
static GString *
read_file(const char *path, GError **error)
{
    g_autoptr(NgDocument) document = ng_document_open(path, NG_UNIT_LINE, error);
    GError *trouble = NULL;
    NgSequence line;

    if (document == NULL)
        return NULL;
    GString *text = g_string_new(NULL);
    while (ng_document_next(document, &line, &trouble)) {
        g_string_append_len(text, line.text, (gssize)line.length);
        g_string_append_c(text, '\n');
    }
    if (trouble == NULL)
        return text;
    g_propagate_error(error, trouble);
    g_string_free(text, TRUE);
    return NULL;
}

/**
 * ng_verifier_read:
 * @paths: files and folders
 * @known: they are by the author in question, not by others
 *
 * Errors: %G_FILE_ERROR; %NG_ERROR_FORMAT with path and line.
 */
gboolean
ng_verifier_read(NgVerifier *self, const char *const *paths, gboolean known, GError **error)
{
    g_return_val_if_fail(self != NULL && paths != NULL, FALSE);

    g_autoptr(GPtrArray) files = ng_document_list(paths, error);
    if (files == NULL)
        return FALSE;
    g_autoptr(GPtrArray) authors = ng_authors_of(paths, NG_AUTHORS_AUTO, files, error);
    if (authors == NULL)
        return FALSE;
    for (guint i = 0; i < files->len; i++) {
        GString *text = read_file(files->pdata[i], error);
        if (text == NULL)
            return FALSE;
        if (known)
            ng_verifier_add_known(self, text->str, text->len);
        else
            ng_verifier_add_reference(self, authors->pdata[i], text->str, text->len);
        g_string_free(text, TRUE);
    }
    return TRUE;
}

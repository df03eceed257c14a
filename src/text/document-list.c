/*
 * Lists of documents: lists of files, of texts.
 */
#include "ngram/document.h"
#include "ngram/file-list.h"

/**
 * ng_document_list:
 * @paths: (nullable) (array zero-terminated=1): files, folders, `-`
 * @error: return location for a #GError, or %NULL
 *
 * See ng_file_list().
 *
 * Returns: (transfer full) (element-type filename): the files, with a free
 *   function; %NULL with @error set
 */
GPtrArray *
ng_document_list(const char *const *paths, GError **error)
{
    return ng_file_list(paths, "texts", error);
}

/**
 * ng_document_list_size:
 * @files: (element-type filename): files and `-`
 *
 * Returns: see ng_file_list_size()
 */
guint64
ng_document_list_size(const GPtrArray *files)
{
    return ng_file_list_size(files);
}

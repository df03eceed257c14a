/*
 * Who wrote what: authors by folder or by file name
 */
#include "corpus.h"

#include "ngram/error.h"

#include <string.h>

/* The path that @file was listed under, and what of @file comes after it. */
static const char *
below(const char *const *paths, const char *file)
{
    for (; paths != NULL && *paths != NULL; paths++) {
        size_t n = strlen(*paths);
        while (n > 1 && (*paths)[n - 1] == '/')
            n--;
        if (strncmp(file, *paths, n) == 0 && file[n] == '/')
            return file + n + strspn(file + n, "/");
    }
    return NULL;
}

static char *
folder_of(const char *const *paths, const char *file)
{
    const char *rest = below(paths, file);
    const char *slash = rest != NULL ? strchr(rest, '/') : NULL;

    return slash != NULL ? g_strndup(rest, (gsize)(slash - rest)) : NULL;
}

/* The base name without its endings: `jane.txt.gz` is jane. */
static char *
stem_of(const char *file)
{
    char *name = g_path_get_basename(file);
    char *dot = strchr(name + 1, '.');

    if (dot != NULL)
        *dot = '\0';
    return name;
}

/* Whether the only path is a folder all of whose files lie in subfolders of it. */
static gboolean
has_subfolders(const char *const *paths, const GPtrArray *files)
{
    if (paths == NULL || paths[0] == NULL || paths[1] != NULL)
        return FALSE;
    for (guint i = 0; i < files->len; i++) {
        g_autofree char *folder = folder_of(paths, g_ptr_array_index(files, i));
        if (folder != NULL)
            return TRUE;
    }
    return FALSE;
}

/**
 * ng_authors_of:
 * @paths: (nullable): as the user gave them
 * @authors: where authors come from
 * @files: (element-type filename): what @paths were expanded to
 * @error: return location for a #GError, or %NULL
 *
 * Where a folder holds subfolders its loose files (a README) have no author.
 *
 * Returns: (transfer full) (element-type utf8): the author of each file, %NULL for none
 */
GPtrArray *
ng_authors_of(const char *const *paths, NgAuthors authors, const GPtrArray *files, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
    guint named = 0;

    if (authors == NG_AUTHORS_AUTO)
        authors = has_subfolders(paths, files) ? NG_AUTHORS_FOLDER : NG_AUTHORS_NONE;
    for (guint i = 0; i < files->len; i++) {
        const char *file = g_ptr_array_index(files, i);
        char *name = NULL;
        if (authors == NG_AUTHORS_FOLDER)
            name = folder_of(paths, file);
        else if (authors == NG_AUTHORS_FILE)
            name = stem_of(file);
        named += name != NULL;
        g_ptr_array_add(list, name);
    }
    if (authors == NG_AUTHORS_FOLDER && named == 0) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "%s: no subfolders that could be authors (--authors file or none)",
                    paths != NULL && paths[0] != NULL ? paths[0] : "standard input");
        return NULL;
    }
    return g_steal_pointer(&list);
}

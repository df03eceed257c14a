/*
 * Lists of files
 *
 * The files that a list of paths stands for, in an order that is the same
 * everywhere: that of the paths given, and inside a folder bytewise, name by
 * name along the path.
 */
#include "ngram/file-list.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/** Folder: one of those around the place a walk is at; kept on the stack. */
typedef struct Folder {
    const struct Folder *parent; /* (nullable) */
    dev_t device;
    ino_t inode;
} Folder;

static gboolean add_folder(GPtrArray *files, const char *path, const Folder *self, GError **error);

static int
compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* @path: MESSAGE, as the system words it. */
static void
set_file_error(GError **error, const char *path, int number)
{
    g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(number), "%s: %s", path,
                g_strerror(number));
}

static int
is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* The names in folder @path, sorted, without those that begin with a dot. */
static GPtrArray *
list_names(const char *path, GError **error)
{
    struct dirent **entries = NULL;
    int n = scandir(path, &entries, is_visible, compare_names);

    if (n < 0) {
        set_file_error(error, path, errno);
        return NULL;
    }
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; i < n; i++) {
        g_ptr_array_add(names, g_strdup(entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
    return names;
}

/* Whether the walk is inside the folder of @status already, by way of a link. */
static gboolean
is_loop(const Folder *around, const struct stat *status)
{
    for (; around != NULL; around = around->parent)
        if (around->device == status->st_dev && around->inode == status->st_ino)
            return TRUE;
    return FALSE;
}

/* Adds what stands in a folder under a name: pipes, sockets and devices do not count. */
static gboolean
add_entry(GPtrArray *files, const char *path, const Folder *parent, GError **error)
{
    struct stat status;

    if (stat(path, &status) != 0) {
        set_file_error(error, path, errno);
        return FALSE;
    }
    if (S_ISDIR(status.st_mode) && !is_loop(parent, &status)) {
        const Folder self = {parent, status.st_dev, status.st_ino};
        return add_folder(files, path, &self, error);
    }
    if (S_ISREG(status.st_mode))
        g_ptr_array_add(files, g_strdup(path));
    return TRUE;
}

/* Adds the files in and below the folder @self, whose path is @path. */
static gboolean
add_folder(GPtrArray *files, const char *path, const Folder *self, GError **error)
{
    g_autoptr(GPtrArray) names = list_names(path, error);

    if (names == NULL)
        return FALSE;
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *entry = g_build_filename(path, g_ptr_array_index(names, i), NULL);
        if (!add_entry(files, entry, self, error))
            return FALSE;
    }
    return TRUE;
}

/* Adds what a path of the user stands for. */
static gboolean
add_path(GPtrArray *files, const char *path, const char *kind, GError **error)
{
    struct stat status;
    guint before = files->len;

    if (strcmp(path, "-") == 0) {
        g_ptr_array_add(files, g_strdup(path));
        return TRUE;
    }
    if (stat(path, &status) != 0) {
        set_file_error(error, path, errno);
        return FALSE;
    }
    if (!S_ISDIR(status.st_mode)) {
        g_ptr_array_add(files, g_strdup(path));
        return TRUE;
    }
    const Folder self = {NULL, status.st_dev, status.st_ino};
    if (!add_folder(files, path, &self, error))
        return FALSE;
    if (files->len > before)
        return TRUE;
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
                "%s: no files in this folder (name one that holds %s; names that begin with "
                "a dot do not count)",
                path, kind);
    return FALSE;
}

/**
 * ng_file_list:
 * @paths: (nullable) (array zero-terminated=1): files, folders, `-`
 * @kind: what should be in them, as messages name it: `texts`
 * @error: return location for a #GError, or %NULL
 *
 * A file and `-` stand for themselves; a folder for the files in and below it,
 * in bytewise order of their names, but for those whose own name or folder
 * begins with a dot.  Links are followed, unless into a folder around them.  No
 * paths are `-`.
 *
 * Errors: %G_FILE_ERROR where a path or a folder below it cannot be read, or a
 * folder holds no file.
 *
 * Returns: (transfer full) (element-type filename): the files, with a free
 *   function; %NULL with @error set
 */
GPtrArray *
ng_file_list(const char *const *paths, const char *kind, GError **error)
{
    static const char *const standard_input[] = {"-", NULL};

    g_return_val_if_fail(kind != NULL, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);
    if (paths == NULL || *paths == NULL)
        paths = standard_input;
    for (; *paths != NULL; paths++)
        if (!add_path(files, *paths, kind, error))
            return NULL;
    return g_steal_pointer(&files);
}

/**
 * ng_file_list_size:
 * @files: (element-type filename): files and `-`
 *
 * Returns: the sum of their sizes in bytes, packed files as they are; 0 where
 *   one of them has no known size
 */
guint64
ng_file_list_size(const GPtrArray *files)
{
    guint64 sum = 0;

    g_return_val_if_fail(files != NULL, 0);

    for (guint i = 0; i < files->len; i++) {
        struct stat status;
        const char *path = g_ptr_array_index(files, i);
        if (strcmp(path, "-") == 0 || stat(path, &status) != 0 || !S_ISREG(status.st_mode))
            return 0;
        sum += (guint64)status.st_size;
    }
    return sum;
}

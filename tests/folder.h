/* folder.h - a folder for the files of one test. */
#pragma once

#include <check.h>
#include <glib.h>
#include <glib/gstdio.h>

static char *folder; /* of the test at hand */

static inline void
make_folder(void)
{
    folder = g_dir_make_tmp("ngram-test-XXXXXX", NULL);
    ck_assert_ptr_nonnull(folder);
}

/* What a link leads to stays. */
static inline void
remove_tree(const char *path)
{
    gboolean link = g_file_test(path, G_FILE_TEST_IS_SYMLINK);
    g_autoptr(GDir) dir = link ? NULL : g_dir_open(path, 0, NULL);
    const char *name = NULL;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *below = g_build_filename(path, name, NULL);
        remove_tree(below);
    }
    g_remove(path);
}

static inline void
remove_folder(void)
{
    remove_tree(folder);
    g_clear_pointer(&folder, g_free);
}

/* A file of @length bytes, -1 for a text, below the folder, in subfolders as its name says; returns
 * its path, which the caller frees. */
static inline char *
put_file(const char *name, const char *text, gssize length)
{
    char *path = g_build_filename(folder, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);

    ck_assert_int_eq(g_mkdir_with_parents(parent, 0700), 0);
    ck_assert(g_file_set_contents(path, text, length, NULL));
    return path;
}

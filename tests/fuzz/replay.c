/* replay FILE|FOLDER... - feeds a corpus to LLVMFuzzerTestOneInput() without libFuzzer. */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's own */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static gboolean
feed(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *data = NULL;
    gsize size = 0;

    if (!g_file_get_contents(path, &data, &size, &error)) {
        fprintf(stderr, "replay: %s\n", error->message);
        return FALSE;
    }
    /* a copy without the zero byte behind it, so that ASan sees who reads on */
    g_autofree uint8_t *exact = g_memdup2(data, size);
    LLVMFuzzerTestOneInput(exact, size);
    return TRUE;
}

/* Feeds a file, or every file of a folder; counts them. */
static gboolean
feed_all(const char *path, unsigned *fed)
{
    if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
        ++*fed;
        return feed(path);
    }

    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    gboolean ok = folder != NULL;
    for (const char *name = ok ? g_dir_read_name(folder) : NULL; name != NULL;
         name = g_dir_read_name(folder)) {
        g_autofree char *inner = g_build_filename(path, name, NULL);
        ++*fed;
        ok = feed(inner) && ok;
    }
    return ok;
}

int
main(int argc, char **argv)
{
    gboolean ok = TRUE;
    unsigned fed = 0;

    for (int i = 1; i < argc; i++)
        ok = feed_all(argv[i], &fed) && ok;
    printf("%u inputs\n", fed);
    return ok && fed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

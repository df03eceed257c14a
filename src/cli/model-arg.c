/* Which model, and whose voice: -m and --author. */
#include "args.h"

#include "suggest.h"

#include "ngram/number.h"

#include <stdlib.h>
#include <string.h>

#ifndef NG_DATADIR
#define NG_DATADIR "/usr/local/share"
#endif

/* Where a default model may lie, best first: a program that was moved with its data finds it. */
static GPtrArray *
default_places(void)
{
    static const char installed[] = NG_DATADIR "/ngram/default.ngram";
    GPtrArray *places = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);

    g_ptr_array_add(places,
                    g_build_filename(g_get_user_data_dir(), "ngram", "default.ngram", NULL));
    if (program != NULL) {
        g_autofree char *folder = g_path_get_dirname(program);
        g_autofree char *prefix = g_path_get_dirname(folder);
        g_ptr_array_add(places, g_build_filename(folder, "default.ngram", NULL));
        g_ptr_array_add(places, g_build_filename(prefix, "share", "ngram", "default.ngram", NULL));
    }
    if (!g_str_equal(places->pdata[places->len - 1], installed))
        g_ptr_array_add(places, g_strdup(installed));
    g_ptr_array_add(places, NULL);
    return places;
}

static char *
find_default(GError **error)
{
    g_autoptr(GPtrArray) places = default_places();

    for (guint i = 0; i + 1 < places->len; i++)
        if (g_file_test(places->pdata[i], G_FILE_TEST_EXISTS))
            return g_strdup(places->pdata[i]);
    g_autofree char *list = g_strjoinv(", ", (char **)places->pdata);
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
                "there is no model: name one with -m FILE or in $NGRAM_MODEL, or learn one with "
                "'ngram train -o FILE TEXT...' (looked for %s)",
                list);
    return NULL;
}

/* -m FILE=WEIGHT will mix models one day; until then it must not pass for a file's name. */
static gboolean
check_name(const char *path, GError **error)
{
    const char *equals = strrchr(path, '=');
    double weight;

    if (equals == NULL || g_file_test(path, G_FILE_TEST_EXISTS) ||
        !ng_number_to_double(equals + 1, strlen(equals + 1), &weight))
        return TRUE;
    return ng_cli_usage_error(error, "--model: '%s': models cannot be mixed by weights yet", path);
}

/* The path of the model that -m names, else $NGRAM_MODEL, else the default one. */
char *
ng_args_find_model(const NgArgs *self, GError **error)
{
    const char *named = self->model;

    if (named != NULL)
        return check_name(named, error) ? g_strdup(named) : NULL;
    named = getenv("NGRAM_MODEL");
    return named != NULL && *named != '\0' ? g_strdup(named) : find_default(error);
}

/**
 * ng_args_open_model:
 * @self: the command line
 * @error: return location for a #GError, or %NULL
 *
 * Opens what ng_args_find_model() finds; -v says which it is.
 *
 * Returns: (transfer full): free with ng_model_unref(); %NULL with @error set
 */
NgModel *
ng_args_open_model(const NgArgs *self, GError **error)
{
    g_autofree char *path = ng_args_find_model(self, error);
    NgModel *model = path != NULL ? ng_model_open(path, error) : NULL;

    if (model != NULL && self->verbose)
        ng_cli_note("model %s: order %u, %zu words, voices: %zu", path, ng_model_order(model),
                    ng_vocab_size(ng_model_vocab(model)), ng_model_voices(model));
    return model;
}

static gboolean
no_such_author(const NgModel *model, const char *author, GError **error)
{
    size_t n = ng_model_voices(model);

    if (n < 2)
        return ng_cli_usage_error(error,
                                  "no author '%s': the model knows no authors (see "
                                  "'ngram train --authors')",
                                  author);
    g_autofree const char **names = g_new0(const char *, n);
    g_autoptr(GString) list = g_string_new(NULL);
    for (size_t i = 1; i < n; i++) {
        names[i - 1] = ng_model_voice_name(model, i);
        g_string_append_printf(list, "%s%s", i > 1 ? ", " : "", names[i - 1]);
    }
    const char *near = ng_suggest(author, names, n - 1);
    if (near != NULL)
        return ng_cli_usage_error(error, "no author '%s'; did you mean '%s'? (there are: %s)",
                                  author, near, list->str);
    return ng_cli_usage_error(error, "no author '%s' (there are: %s)", author, list->str);
}

/* The voice of --author, or that of the whole corpus, which is the first. */
gboolean
ng_args_find_voice(const NgArgs *self, const NgModel *model, size_t *voice, GError **error)
{
    if (self->author == NULL) {
        *voice = 0;
        return TRUE;
    }
    return ng_model_find_voice(model, self->author, voice) ||
           no_such_author(model, self->author, error);
}

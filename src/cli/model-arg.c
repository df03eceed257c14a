/* Which model, and whose voice: -m and --author. */
#include "args.h"

#include "suggest.h"

#include "ngram/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#ifndef NG_DATADIR
#define NG_DATADIR "/usr/local/share"
#endif

#define WEIGHT_TOLERANCE 1e-6 /* how far from 1 weights may sum, as for ng_model_mix() */

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

/* What one -m says. */
typedef struct {
    char *path;
    double weight; /* NaN where it says none */
} Named;

static void
named_clear(gpointer data)
{
    g_free(((Named *)data)->path);
}

/* Takes FILE=WEIGHT apart; a file whose name looks like that is one all the same. */
static gboolean
read_named(const char *text, Named *named, GError **error)
{
    const char *equals = strrchr(text, '=');

    *named = (Named){NULL, (double)NAN};
    if (equals == NULL || g_file_test(text, G_FILE_TEST_EXISTS)) {
        named->path = g_strdup(text);
        return TRUE;
    }
    g_autofree char *path = g_strndup(text, (gsize)(equals - text));
    double weight = 0.0;
    if (!ng_number_to_double(equals + 1, strlen(equals + 1), &weight)) {
        if (g_file_test(path, G_FILE_TEST_EXISTS))
            return ng_cli_usage_error(error, "--model: '%s' in '%s' is no number", equals + 1,
                                      text);
        named->path = g_strdup(text);
        return TRUE;
    }
    if (*path == '\0')
        return ng_cli_usage_error(error, "--model: '%s' names no file before its weight", text);
    if (!(weight > 0.0 && isfinite(weight)))
        return ng_cli_usage_error(error,
                                  "--model: '%s': a weight is above 0 (leave the model out, or "
                                  "weigh it)",
                                  text);
    named->path = g_steal_pointer(&path);
    named->weight = weight;
    return TRUE;
}

/* The command line that would have been right: the models with equal weights. */
static char *
with_equal_weights(const GArray *all)
{
    g_autoptr(GString) line = g_string_new(NULL);

    for (guint i = 0; i < all->len; i++)
        g_string_append_printf(line, "%s-m %s=%.6g", i > 0 ? " " : "",
                               g_array_index(all, Named, i).path, 1.0 / all->len);
    return g_string_free(g_steal_pointer(&line), FALSE);
}

/* Gives the one model that has no weight the rest; all weights together are 1. */
static gboolean
share_weights(GArray *all, GError **error)
{
    Named *without = NULL;
    double sum = 0.0;

    for (guint i = 0; i < all->len; i++) {
        Named *named = &g_array_index(all, Named, i);
        if (!isnan(named->weight)) {
            sum += named->weight;
            continue;
        }
        if (without != NULL) {
            g_autofree char *line = with_equal_weights(all);
            return ng_cli_usage_error(error,
                                      "--model is given %u times, and more than one has no weight "
                                      "(such as: %s; 'ngram mix --tune' finds good weights)",
                                      all->len, line);
        }
        without = named;
    }
    if (without != NULL && !(sum < 1.0))
        return ng_cli_usage_error(error,
                                  "--model: the weights sum to %.9g, which leaves nothing for '%s'",
                                  sum, without->path);
    if (without != NULL)
        without->weight = 1.0 - sum;
    else if (fabs(sum - 1.0) > WEIGHT_TOLERANCE)
        return ng_cli_usage_error(error,
                                  "--model: the weights sum to %.9g, not to 1 (leave one weight "
                                  "out: that model gets the rest)",
                                  sum);
    return TRUE;
}

/* (element-type Named): what all -m say; NULL with @error set. */
static GArray *
read_all(const NgArgs *self, GError **error)
{
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Named));

    g_array_set_clear_func(all, named_clear);
    for (char **text = self->models; *text != NULL; text++) {
        Named named;
        if (!read_named(*text, &named, error))
            return NULL;
        g_array_append_val(all, named);
    }
    return share_weights(all, error) ? g_steal_pointer(&all) : NULL;
}

/* Whether -m names several models. */
gboolean
ng_args_mixes(const NgArgs *self)
{
    return self->models != NULL && self->models[0] != NULL && self->models[1] != NULL;
}

/* The path of the one model that is named, else $NGRAM_MODEL, else the default one. */
char *
ng_args_find_model(const NgArgs *self, GError **error)
{
    if (self->model != NULL)
        return g_strdup(self->model);
    if (self->models != NULL) {
        g_autoptr(GArray) all = read_all(self, error);
        return all != NULL ? g_strdup(g_array_index(all, Named, 0).path) : NULL;
    }
    const char *named = getenv("NGRAM_MODEL");
    return named != NULL && *named != '\0' ? g_strdup(named) : find_default(error);
}

static void
note_model(const char *what, const NgModel *model)
{
    ng_cli_note("%s: order %u, %zu words, voices: %zu", what, ng_model_order(model),
                ng_vocab_size(ng_model_vocab(model)), ng_model_voices(model));
}

static NgModel *
open_mixture(const NgArgs *self, GError **error)
{
    g_autoptr(GArray) all = read_all(self, error);
    if (all == NULL)
        return NULL;

    g_autoptr(GPtrArray) models = g_ptr_array_new_with_free_func((GDestroyNotify)ng_model_unref);
    g_autofree NgModelPart *parts = g_new0(NgModelPart, all->len);
    for (guint i = 0; i < all->len; i++) {
        const Named *named = &g_array_index(all, Named, i);
        NgModel *model = ng_model_open(named->path, error);
        if (model == NULL)
            return NULL;
        g_ptr_array_add(models, model);
        parts[i] = (NgModelPart){model, named->weight, named->path};
        if (self->verbose) {
            g_autofree char *what =
                g_strdup_printf("model %s, weight %.6g", named->path, named->weight);
            note_model(what, model);
        }
    }
    NgModel *mixture = ng_model_mix(parts, all->len, error);
    if (mixture != NULL && self->verbose)
        note_model("the mixture", mixture);
    return mixture;
}

/**
 * ng_args_open_model:
 * @self: the command line
 * @error: return location for a #GError, or %NULL
 *
 * Opens what ng_args_find_model() finds, or the mixture of several; -v says which it is.
 *
 * Returns: (transfer full): free with ng_model_unref(); %NULL with @error set
 */
NgModel *
ng_args_open_model(const NgArgs *self, GError **error)
{
    if (ng_args_mixes(self))
        return open_mixture(self, error);
    g_autofree char *path = ng_args_find_model(self, error);
    NgModel *model = path != NULL ? ng_model_open(path, error) : NULL;

    if (model != NULL && self->verbose) {
        g_autofree char *what = g_strdup_printf("model %s", path);
        note_model(what, model);
    }
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
    if (!ng_model_find_voice(model, self->author, voice))
        return no_such_author(model, self->author, error);
    for (size_t i = 0; i < ng_model_parts(model) && self->verbose; i++)
        if (ng_model_part_voice(model, *voice, i) == 0)
            ng_cli_note("%s does not know author '%s': the whole of it is mixed in",
                        ng_model_part(model, i).name, self->author);
    return TRUE;
}

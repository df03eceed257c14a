/*
 * Features in machines
 *
 * A machine that learned from text keeps the words as the names of its units, and
 * in the group `text` of its manifest: `kind` (sets, counts), `tokens`, `pattern`,
 * `case` and `unit` as a model of n-grams does, `marks`, `stop` (words left out,
 * escaped, parted by blanks) and `frequency` (tokens of each word in the training
 * text).
 */
#include "features-internal.h"

#include "ngram/error.h"

#include <string.h>

#define GROUP "text" /* of the manifest */

/* A word as the manifest can hold it: blanks part them. */
static char *
escaped(const char *word)
{
    static char high[129];

    for (int i = 0; i < 128; i++)
        high[i] = (char)(128 + i);
    return g_strescape(word, g_utf8_validate(word, -1, NULL) ? high : NULL);
}

static char *
join_stop_words(const NgFeatures *self)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < self->stop_words->len; i++) {
        g_autofree char *word = escaped(self->stop_words->pdata[i]);
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "", word);
    }
    return g_strdup(text->str);
}

static char *
join_frequencies(const NgFeatures *self)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < self->frequency->len; i++)
        g_string_append_printf(text, "%s%" G_GUINT64_FORMAT, i > 0 ? " " : "",
                               g_array_index(self->frequency, guint64, i));
    return g_strdup(text->str);
}

/**
 * ng_features_note:
 * @rbm: a machine whose first units are the words
 *
 * Names its units, and notes in its manifest how text was cut, so that ng_features_new_for_rbm()
 * cuts it the same way.
 */
void
ng_features_note(const NgFeatures *self, NgRbm *rbm)
{
    g_return_if_fail(self != NULL && rbm != NULL && ng_rbm_visible(rbm) >= self->words->len);

    const NgFeaturesOptions *o = &self->options;
    GKeyFile *manifest = ng_rbm_manifest(rbm);
    g_autofree const char **names = g_new(const char *, ng_rbm_visible(rbm));
    g_autofree char *stop = join_stop_words(self), *frequency = join_frequencies(self);

    for (guint i = 0; i < ng_rbm_visible(rbm); i++) {
        const char *old = ng_rbm_name(rbm, i);
        names[i] = i < self->words->len ? self->words->pdata[i] : old != NULL ? old : "";
    }
    ng_rbm_set_names(rbm, names);
    g_key_file_set_string(manifest, GROUP, "kind",
                          o->kind == NG_FEATURES_COUNTS ? "counts" : "sets");
    g_key_file_set_string(manifest, GROUP, "tokens", ng_tokens_name(o->tokens));
    if (o->pattern != NULL)
        g_key_file_set_string(manifest, GROUP, "pattern", o->pattern);
    g_key_file_set_string(manifest, GROUP, "case", o->fold ? "fold" : "keep");
    g_key_file_set_string(manifest, GROUP, "unit", ng_unit_name(o->unit));
    g_key_file_set_boolean(manifest, GROUP, "marks", o->marks);
    g_key_file_set_string(manifest, GROUP, "stop", stop);
    g_key_file_set_string(manifest, GROUP, "frequency", frequency);
}

/**
 * ng_features_fit:
 * @rbm: a machine
 *
 * Returns: whether its units are words, so that ng_features_new_for_rbm() may succeed
 */
gboolean
ng_features_fit(NgRbm *rbm)
{
    g_return_val_if_fail(rbm != NULL, FALSE);

    return g_key_file_has_group(ng_rbm_manifest(rbm), GROUP);
}

static gboolean
damaged(const char *what, GError **error)
{
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                "the machine's manifest does not say how text is cut: %s (train it anew)", what);
    return FALSE;
}

/* The pattern stays that of the caller's string. */
static gboolean
read_options(GKeyFile *manifest, char **pattern, NgFeaturesOptions *options, GError **error)
{
    g_autofree char *kind = g_key_file_get_string(manifest, GROUP, "kind", NULL);
    g_autofree char *tokens = g_key_file_get_string(manifest, GROUP, "tokens", NULL);
    g_autofree char *fold = g_key_file_get_string(manifest, GROUP, "case", NULL);
    g_autofree char *unit = g_key_file_get_string(manifest, GROUP, "unit", NULL);

    ng_features_options_init(options);
    if (kind == NULL || (!g_str_equal(kind, "counts") && !g_str_equal(kind, "sets")))
        return damaged("its kind", error);
    options->kind = g_str_equal(kind, "counts") ? NG_FEATURES_COUNTS : NG_FEATURES_SETS;
    if (tokens == NULL || !ng_tokens_from_name(tokens, &options->tokens))
        return damaged("its tokens", error);
    if (unit == NULL || !ng_unit_from_name(unit, &options->unit))
        return damaged("its unit", error);
    if (fold == NULL)
        return damaged("its case", error);
    options->fold = g_str_equal(fold, "fold");
    options->marks = g_key_file_get_boolean(manifest, GROUP, "marks", NULL);
    *pattern = g_key_file_get_string(manifest, GROUP, "pattern", NULL);
    options->pattern = *pattern;
    return TRUE;
}

static void
read_stop_words(NgFeatures *self, GKeyFile *manifest)
{
    g_autofree char *text = g_key_file_get_string(manifest, GROUP, "stop", NULL);
    g_auto(GStrv) words = g_strsplit(text != NULL ? text : "", " ", -1);

    for (char **word = words; *word != NULL; word++)
        if (**word != '\0')
            ng_features_add_stop_word(self, g_strcompress(*word));
}

/* Nothing where they do not fit: a machine without them lacks the unigrams alone. */
static void
read_frequencies(NgFeatures *self, GKeyFile *manifest)
{
    g_autofree char *text = g_key_file_get_string(manifest, GROUP, "frequency", NULL);
    const char *at = text != NULL ? text : "";

    while (g_ascii_isdigit(*at)) {
        char *end = NULL;
        guint64 tokens = g_ascii_strtoull(at, &end, 10);
        ng_features_add_frequency(self, tokens);
        at = *end == ' ' ? end + 1 : end;
    }
    if (*at != '\0' || self->frequency->len != self->words->len)
        g_array_set_size(self->frequency, 0);
}

/**
 * ng_features_new_for_rbm:
 * @rbm: a machine that learned from text
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where its units are no words, %NG_ERROR_FORMAT where the manifest is
 * damaged; those of ng_tokenizer_new().
 *
 * Returns: (transfer full): its words, and how its text was cut
 */
NgFeatures *
ng_features_new_for_rbm(NgRbm *rbm, GError **error)
{
    g_return_val_if_fail(rbm != NULL, NULL);

    GKeyFile *manifest = ng_rbm_manifest(rbm);
    guint n_groups = 0;
    const NgUnitGroup *groups = ng_rbm_groups(rbm, &n_groups);
    NgFeaturesOptions options;
    g_autofree char *pattern = NULL;

    if (!ng_features_fit(rbm) || ng_rbm_name(rbm, 0) == NULL) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "the machine was not trained on text (see 'ngram rbm train --text')");
        return NULL;
    }
    if (!read_options(manifest, &pattern, &options, error))
        return NULL;
    g_autoptr(NgFeatures) self = ng_features_new(&options, error);
    if (self == NULL)
        return NULL;
    for (guint i = 0; i < groups[0].size; i++) {
        const char *word = ng_rbm_name(rbm, i);
        if (*word == '\0' || !ng_features_add_word(self, word, strlen(word))) {
            damaged("two of its units have one name", error);
            return NULL;
        }
    }
    read_stop_words(self, manifest);
    read_frequencies(self, manifest);
    return g_steal_pointer(&self);
}

/*
 * What the manifest says of attribution
 *
 * Group "attribution": how it was learned.  Group "attribution-fallback": what could
 * not be done as it should, and why.
 */
#include "attribution-members.h"

/** Held: samples that were held out, and authors of whom none was. */
typedef struct {
    guint samples, silent;
} Held;

static Held
held_of(const NgAttributing *t)
{
    g_autofree guint *held = g_new0(guint, t->authors);
    Held sum = {0};

    for (guint i = 0; i < t->samples->len; i++) {
        const NgSample *s = &g_array_index(t->samples, NgSample, i);
        if (s->fold < 0 || g_array_index(t->pieces, NgPiece, i).tokens == 0)
            continue;
        held[s->author]++;
        sum.samples++;
    }
    for (size_t a = 0; a < t->authors; a++)
        sum.silent += held[a] == 0;
    return sum;
}

static void
note_fallbacks(const NgAttributing *t, Held held, gboolean files)
{
    static const char group[] = "attribution-fallback";
    GKeyFile *manifest = ng_model_manifest(t->model);

    if (!t->with_styles)
        g_key_file_set_string(manifest, group, "voices",
                              "left out, and styles too: too many authors for them");
    else if (!t->with_voices)
        g_key_file_set_string(manifest, group, "voices",
                              "left out: this smoothing gives words probability 0");
    if (!files)
        g_key_file_set_string(manifest, group, "documents",
                              "sequences for files: an author has too few files");
    if (t->repeats > 0) {
        g_autofree char *copies =
            g_strdup_printf("%u of %u are copies of others; copies were held out together",
                            t->repeats, t->samples->len);
        g_key_file_set_string(manifest, group, "copies", copies);
    }
    if (!t->knows_strangers)
        g_key_file_set_string(
            manifest, group, "strangers",
            t->groups == 0 ? "not known: nobody can be held out of two authors, so a text "
                             "is by none of them only where its words are unknown"
                           : "not known: authors who were held out looked like the others, "
                             "so a text is by none of them only where its words are unknown");
    if (held.samples == 0) {
        g_key_file_set_string(manifest, group, "combination",
                              "not fitted: no author has two documents, so none could be held out; "
                              "every answer stays near the prior");
        return;
    }
    if (held.silent == 0)
        return;
    g_autofree char *text =
        g_strdup_printf("%u of %" G_GSIZE_FORMAT " with a single document, which could not be held "
                        "out: they keep their share, whatever a text says",
                        held.silent, t->authors);
    g_key_file_set_string(manifest, group, "authors", text);
}

/**
 * ng_attributing_note_alone:
 * @model: with less than two authors
 * @open: whether "none of them" is an answer unasked
 */
void
ng_attributing_note_alone(NgModel *model, gboolean open)
{
    GKeyFile *manifest = ng_model_manifest(model);

    if (!open)
        return;
    g_key_file_set_boolean(manifest, "attribution", "open", TRUE);
    g_key_file_set_string(manifest, "attribution-fallback", "strangers",
                          "not known: there is nobody to tell a text's author from");
}

/**
 * ng_attributing_note:
 * @files: whether documents are files, else sequences
 * @open: whether "none of them" is an answer unasked
 */
void
ng_attributing_note(const NgAttributing *self, gboolean files, gboolean open)
{
    static const char *const names[] = {"words", "masks"};
    GKeyFile *manifest = ng_model_manifest(self->model);
    g_autoptr(GString) members = g_string_new(NULL);
    Held held = held_of(self);

    for (size_t i = 0; i < self->n_blocks; i++)
        g_string_append_printf(members, "%s;", names[self->block[i]]);
    g_string_append(members, self->with_voices ? "voices;" : "");
    g_string_append(members, self->with_styles ? "styles;" : "");
    g_key_file_set_string(manifest, "attribution", "members", members->str);
    g_key_file_set_boolean(manifest, "attribution", "voices", self->with_voices);
    g_key_file_set_string(manifest, "attribution", "documents", files ? "files" : "sequences");
    g_key_file_set_uint64(manifest, "attribution", "samples", self->samples->len);
    g_key_file_set_uint64(manifest, "attribution", "held-out", held.samples);
    g_key_file_set_integer(manifest, "attribution", "folds", self->folds);
    g_key_file_set_uint64(manifest, "attribution", "groups", self->groups);
    g_key_file_set_boolean(manifest, "attribution", "open", open);
    note_fallbacks(self, held, files);
}

/*
 * Model files
 *
 * A container (see ngram-model(5)) of these sections: `manifest`, a key file;
 * `vocab.text`, `vocab.offset`, `vocab.slot`; `surface.id`, `surface.offset`,
 * `surface.text`; `voices`, a zero-terminated name each; and for voice v and level k
 * `voice<v>.word<k>`, `voice<v>.sparse<k>` (which may be missing), `voice<v>.entry<k>`,
 * `voice<v>.leaf`.  In a packed model `vocab.packed` takes the place of two arrays of
 * the vocabulary, `voice<v>.packed` of all of a voice.  The same for `style<v>`; and `attr.<what>`, which
 * other floors add.  The arrays are used where they
 * are mapped: opening reads the manifest, the names and the offsets of the words.
 */
#include "compact.h"
#include "model-internal.h"
#include "sparse.h"

#include "ngram/arpa.h"
#include "ngram/compact.h"
#include "ngram/error.h"

#include <stdio.h>
#include <string.h>

/** Slot: whose arrays: voice or style number @index. */
typedef struct {
    const char *kind;
    size_t index;
} Slot;

static void
section_name(char out[NG_CONTAINER_NAME], Slot slot, const char *what, unsigned level)
{
    if (level > 0)
        g_snprintf(out, NG_CONTAINER_NAME, "%s%zu.%s%u", slot.kind, slot.index, what, level);
    else
        g_snprintf(out, NG_CONTAINER_NAME, "%s%zu.%s", slot.kind, slot.index, what);
}

static void
write_voice(NgContainerWriter *out, Slot slot, const NgVoice *voice)
{
    char name[NG_CONTAINER_NAME];

    if (voice->compact != NULL) {
        section_name(name, slot, "packed", 0);
        ng_container_writer_add(out, name, voice->compact->words,
                                voice->compact->n_words * sizeof(uint64_t));
        return;
    }
    ng_container_writer_set_store(out, voice->store);
    for (unsigned k = 1; k <= voice->order; k++) {
        size_t n = voice->n[k - 1];
        if (k > 1) {
            section_name(name, slot, "word", k);
            ng_container_writer_add(out, name, voice->word[k - 1], n * sizeof(NgWord));
            if (voice->sparse[k - 1] != NULL) {
                section_name(name, slot, "sparse", k);
                ng_container_writer_add(out, name, voice->sparse[k - 1],
                                        ng_sparse_size(n) * sizeof(NgWord));
            }
        }
        if (k < voice->order) {
            section_name(name, slot, "entry", k);
            ng_container_writer_add(out, name, voice->entry[k - 1], (n + 1) * sizeof(NgEntry));
        } else {
            section_name(name, slot, "leaf", 0);
            ng_container_writer_add(out, name, voice->leaf, n * sizeof(NgLeaf));
        }
    }
}

static void
write_vocab(NgContainerWriter *out, const NgVocab *vocab)
{
    NgVocabArrays v = ng_vocab_arrays(vocab);

    ng_container_writer_add(out, "vocab.text", v.text, v.n_text);
    if (v.packed != NULL) {
        ng_container_writer_add(out, "vocab.packed", v.packed, v.n_packed * sizeof *v.packed);
        return;
    }
    ng_container_writer_add(out, "vocab.offset", v.offset, v.n_offsets * sizeof *v.offset);
    ng_container_writer_add(out, "vocab.slot", v.slot, v.n_slots * sizeof *v.slot);
}

static void
write_surfaces(NgContainerWriter *out, const NgSurfaces *s)
{
    const uint64_t none = 0;

    ng_container_writer_add(out, "surface.id", s->id, s->n * sizeof *s->id);
    ng_container_writer_add(out, "surface.offset", s->n > 0 ? s->offset : &none,
                            (s->n + 1) * sizeof *s->offset);
    ng_container_writer_add(out, "surface.text", s->text, s->n_text);
}

static void
write_sections(NgContainerWriter *out, const NgModel *self)
{
    gsize length = 0;
    g_autofree char *manifest = g_key_file_to_data(self->manifest, &length, NULL);
    ng_container_writer_add(out, "manifest", manifest, length);
    write_vocab(out, self->vocab);
    write_surfaces(out, &self->surfaces);
    g_autoptr(GString) names = g_string_new(NULL);
    for (size_t i = 0; i < self->names->len; i++) {
        const char *name = g_ptr_array_index(self->names, i);
        g_string_append_len(names, name, (gssize)strlen(name) + 1);
    }
    ng_container_writer_add(out, "voices", names->str, names->len);
    for (size_t i = 0; i < self->voices->len; i++)
        write_voice(out, (Slot){"voice", i}, ng_model_voice(self, i));
    for (size_t i = 0; i < self->styles->len; i++)
        write_voice(out, (Slot){"style", i}, ng_model_style(self, i));
    ng_container_writer_set_store(out, NULL);
    for (guint i = 0; i < self->sections->len; i++) {
        const NgSection *section = g_ptr_array_index(self->sections, i);
        ng_container_writer_add(out, section->name, section->data, section->size);
    }
}

/**
 * ng_model_save:
 * @self: a model with at least one voice, and no mixture of models
 * @path: the file, replaced whole or not at all
 * @error: return location for a #GError, or %NULL
 *
 * Returns: whether it was written
 */
gboolean
ng_model_save(const NgModel *self, const char *path, GError **error)
{
    g_return_val_if_fail(self != NULL && path != NULL && self->voices->len > 0, FALSE);

    g_autoptr(NgContainerWriter) out = ng_container_writer_new(path, error);
    if (out == NULL)
        return FALSE;
    write_sections(out, self);
    return ng_container_writer_commit(out, error);
}

/**
 * ng_model_size:
 * @self: a model with at least one voice, and no mixture of models
 *
 * Returns: bytes of the file that ng_model_save() would write
 */
guint64
ng_model_size(const NgModel *self)
{
    g_return_val_if_fail(self != NULL && self->voices->len > 0, 0);

    g_autoptr(NgContainerWriter) out = ng_container_writer_new_measure();
    write_sections(out, self);
    return ng_container_writer_size(out);
}

static gboolean
damaged(const NgContainer *file, const char *what, GError **error)
{
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s: damaged model file: %s (train it anew)",
                ng_container_path(file), what);
    return FALSE;
}

static gboolean
has(const NgContainer *file, const char *name)
{
    size_t size = 0;

    return ng_container_find(file, name, &size) != NULL;
}

static NgVocab *
new_vocab(const NgContainer *file, const NgVocabArrays *arrays, GError **error)
{
    NgVocab *vocab = ng_vocab_new_mapped(arrays, NULL, NULL, error);

    if (vocab == NULL)
        g_prefix_error(error, "%s: ", ng_container_path(file));
    return vocab;
}

static NgVocab *
open_vocab(NgContainer *file, GError **error)
{
    NgVocabArrays a = {0};

    a.text = ng_container_array(file, "vocab.text", 1, &a.n_text, error);
    if (a.text == NULL)
        return NULL;
    if (has(file, "vocab.packed")) {
        a.packed = ng_container_array(file, "vocab.packed", sizeof *a.packed, &a.n_packed, error);
        if (a.packed == NULL)
            return NULL;
        return new_vocab(file, &a, error);
    }
    a.offset = ng_container_array(file, "vocab.offset", sizeof *a.offset, &a.n_offsets, error);
    if (a.offset == NULL)
        return NULL;
    a.slot = ng_container_array(file, "vocab.slot", sizeof *a.slot, &a.n_slots, error);
    if (a.slot == NULL)
        return NULL;
    return new_vocab(file, &a, error);
}

/* The index of long contexts, where the file has one. */
static gboolean
open_sparse(const NgContainer *file, Slot slot, NgVoice *voice, unsigned k, GError **error)
{
    char name[NG_CONTAINER_NAME];
    size_t size = 0;

    section_name(name, slot, "sparse", k);
    voice->sparse[k - 1] = ng_container_find(file, name, &size);
    if (voice->sparse[k - 1] == NULL)
        return TRUE;
    return size == ng_sparse_size(voice->n[k - 1]) * sizeof(NgWord) ||
           damaged(file, "an index does not fit its level", error);
}

/* The arrays of one level of @voice; the level below stands. */
static gboolean
open_level(const NgContainer *file, Slot slot, NgVoice *voice, unsigned k, GError **error)
{
    char name[NG_CONTAINER_NAME];
    size_t n = 0;

    if (k > 1) {
        section_name(name, slot, "word", k);
        voice->word[k - 1] =
            ng_container_array(file, name, sizeof(NgWord), &voice->n[k - 1], error);
        if (voice->word[k - 1] == NULL || !open_sparse(file, slot, voice, k, error))
            return FALSE;
    }
    if (k < voice->order) {
        section_name(name, slot, "entry", k);
        voice->entry[k - 1] = ng_container_array(file, name, sizeof(NgEntry), &n, error);
        if (voice->entry[k - 1] == NULL)
            return FALSE;
        n--;
    } else {
        section_name(name, slot, "leaf", 0);
        voice->leaf = ng_container_array(file, name, sizeof(NgLeaf), &n, error);
        if (voice->leaf == NULL)
            return FALSE;
    }
    if (n != voice->n[k - 1] || n >= UINT32_MAX)
        return damaged(file, "a voice's levels do not fit together", error);
    return TRUE;
}

static NgVoice *
open_packed(const NgContainer *file, const char *name, size_t V, GError **error)
{
    size_t n = 0;
    const uint64_t *words = ng_container_array(file, name, sizeof *words, &n, error);

    if (words == NULL)
        return NULL;
    NgCompact *compact = ng_compact_read(words, n, V);
    if (compact != NULL)
        return ng_voice_of_compact(compact);
    damaged(file, "a packed voice does not fit together", error);
    return NULL;
}

static NgVoice *
open_voice(const NgContainer *file, Slot slot, size_t V, GError **error)
{
    char name[NG_CONTAINER_NAME];
    unsigned order = 1;

    section_name(name, slot, "packed", 0);
    if (has(file, name))
        return open_packed(file, name, V, error);
    for (;; order++) {
        section_name(name, slot, "entry", order);
        if (order > NG_ORDER_MAX || !has(file, name))
            break;
    }
    section_name(name, slot, "word", order + 1);
    if (order > NG_ORDER_MAX || has(file, name)) {
        damaged(file, "a voice's levels do not fit together", error);
        return NULL;
    }
    g_autoptr(NgVoice) voice = ng_voice_new(order, V);
    voice->owned = FALSE;
    voice->n[0] = V;
    for (unsigned k = 1; k <= order; k++)
        if (!open_level(file, slot, voice, k, error))
            return NULL;
    return g_steal_pointer(&voice);
}

static gboolean
open_surfaces(NgModel *self, GError **error)
{
    NgSurfaces *s = &self->surfaces;
    size_t n = 0;

    s->id = ng_container_array(self->container, "surface.id", sizeof *s->id, &s->n, error);
    if (s->id == NULL)
        return FALSE;
    s->offset = ng_container_array(self->container, "surface.offset", sizeof *s->offset, &n, error);
    if (s->offset == NULL)
        return FALSE;
    s->text = ng_container_array(self->container, "surface.text", 1, &s->n_text, error);
    if (s->text == NULL)
        return FALSE;
    return n == s->n + 1 || damaged(self->container, "bad surface forms", error);
}

/* Takes how text is cut out of the manifest. */
static gboolean
read_text(GKeyFile *manifest, NgModelText *text, char **pattern)
{
    g_autofree char *tokens = g_key_file_get_string(manifest, "text", "tokens", NULL);
    g_autofree char *fold = g_key_file_get_string(manifest, "text", "case", NULL);
    g_autofree char *unit = g_key_file_get_string(manifest, "text", "unit", NULL);

    *pattern = g_key_file_get_string(manifest, "text", "pattern", NULL);
    text->pattern = *pattern;
    text->fold = g_strcmp0(fold, "fold") == 0;
    return tokens != NULL && unit != NULL && ng_tokens_from_name(tokens, &text->tokens) &&
           ng_unit_from_name(unit, &text->unit);
}

static gboolean
read_voices(NgModel *self, GError **error)
{
    size_t size = 0;
    const char *names = ng_container_find(self->container, "voices", &size);

    if (size == 0 || names[size - 1] != '\0')
        return damaged(self->container, "no voices", error);
    for (const char *name = names; name < names + size; name += strlen(name) + 1) {
        NgVoice *voice = open_voice(self->container, (Slot){"voice", self->voices->len},
                                    ng_vocab_size(self->vocab), error);
        if (voice == NULL)
            return FALSE;
        ng_model_add_voice(self, name, voice);
    }
    return TRUE;
}

/* Styles follow each other from number 0; all are over the same words. */
static gboolean
read_styles(NgModel *self, GError **error)
{
    for (;;) {
        Slot slot = {"style", self->styles->len};
        char name[2][NG_CONTAINER_NAME];
        section_name(name[0], slot, "entry", 1);
        section_name(name[1], slot, "packed", 0);
        if (!has(self->container, name[0]) && !has(self->container, name[1]))
            return TRUE;
        NgVoice *style = open_voice(self->container, slot, NG_STYLE_WORDS, error);
        if (style == NULL)
            return FALSE;
        g_ptr_array_add(self->styles, style);
        if ((style->compact != NULL) != ng_model_is_compact(self))
            return damaged(self->container, "some voices are packed, some are not", error);
    }
}

/* What other floors keep in the file comes along when the model is saved again. */
static void
read_sections(NgModel *self)
{
    for (size_t i = 0; i < ng_container_sections(self->container); i++) {
        uint64_t bytes = 0;
        const char *name = ng_container_section(self->container, i, &bytes);
        NgSection section = {.size = 0};
        if (!g_str_has_prefix(name, "attr.") && !g_str_has_prefix(name, "corpus."))
            continue;
        section.name = g_strdup(name);
        section.data = ng_container_find(self->container, name, &section.size);
        g_ptr_array_add(self->sections, g_memdup2(&section, sizeof section));
    }
}

static NgModel *
open_container(const char *path, GError **error)
{
    g_autoptr(NgContainer) file = ng_container_open(path, error);
    if (file == NULL)
        return NULL;
    size_t size = 0;
    const char *data = ng_container_find(file, "manifest", &size);
    g_autoptr(GKeyFile) manifest = g_key_file_new();
    NgModelText text = {0};
    g_autofree char *pattern = NULL;
    if (data == NULL ||
        !g_key_file_load_from_data(manifest, data, size, G_KEY_FILE_KEEP_COMMENTS, NULL) ||
        !read_text(manifest, &text, &pattern)) {
        damaged(file, "bad manifest", error);
        return NULL;
    }
    g_autoptr(NgVocab) vocab = open_vocab(file, error);
    if (vocab == NULL)
        return NULL;
    g_autoptr(NgModel) self = ng_model_new(vocab, &text);
    g_key_file_unref(self->manifest);
    self->manifest = g_steal_pointer(&manifest);
    self->container = g_steal_pointer(&file);
    read_sections(self);
    if (!read_voices(self, error) || !read_styles(self, error) || !open_surfaces(self, error))
        return NULL;
    return g_steal_pointer(&self);
}

/* Looks into regular files alone: what is read from a pipe is gone. */
static gboolean
is_container(const char *path)
{
    char head[8] = {0};
    FILE *file = g_file_test(path, G_FILE_TEST_IS_REGULAR) ? fopen(path, "rb") : NULL;

    if (file == NULL)
        return FALSE;
    size_t n = fread(head, 1, sizeof head, file);
    fclose(file);
    return ng_container_probe(head, n);
}

/**
 * ng_model_open:
 * @path: a model file, or ARPA text, told apart by content; `-` reads ARPA from standard input
 * @error: return location for a #GError, or %NULL
 *
 * A model file is mapped: this costs the same for any size, but for one pass
 * over the offsets of the words.
 *
 * Returns: (transfer full): the model
 */
NgModel *
ng_model_open(const char *path, GError **error)
{
    g_return_val_if_fail(path != NULL, NULL);

    if (is_container(path))
        return open_container(path, error);
    return ng_arpa_read(path, error);
}

/*
 * Models packed, and unpacked
 *
 * A packed model answers as the plain one does, to the last bit; it takes more
 * time for it.  Packing and unpacking give a new model and leave the old one be.
 */
#include "ngram/compact.h"

#include "compact.h"
#include "model-internal.h"
#include "quantize.h"

#include "ngram/error.h"

/* Whether each entry has a context: the successors of all contexts are the whole level. */
static gboolean
is_whole(const NgVoice *voice)
{
    for (unsigned k = 0; k + 1 < voice->order; k++)
        if (voice->entry[k][0].first != 0 || voice->entry[k][voice->n[k]].first != voice->n[k + 1])
            return FALSE;
    return TRUE;
}

/* @bits 0: as it is; else quantised first. */
static NgVoice *
pack_voice(const NgVoice *voice, unsigned bits, GError **error)
{
    if (!ng_voice_check(voice, 0.0, error))
        return NULL;
    if (!is_whole(voice)) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "some entries have no context");
        return NULL;
    }
    g_autoptr(NgQuantized) few = bits > 0 ? ng_quantize_voice(voice, bits) : NULL;
    GArray *words =
        few != NULL ? ng_compact_pack(few->voice, few->weight) : ng_compact_pack(voice, NULL);
    NgCompact *compact =
        ng_compact_read((const uint64_t *)(const void *)words->data, words->len, voice->V);
    g_assert(compact != NULL);
    compact->owned = words;
    return ng_voice_of_compact(compact);
}

/* A model without voices, otherwise as @self, over @vocab. */
static NgModel *
shell(NgModel *self, NgVocab *vocab)
{
    NgModel *model = ng_model_new(vocab, &self->text);
    const NgSurfaces *s = &self->surfaces;
    gsize length = 0;
    g_autofree char *manifest = g_key_file_to_data(self->manifest, &length, NULL);

    for (size_t i = 0; i < s->n; i++) {
        size_t n = 0;
        const char *text = ng_model_surface(self, s->id[i], &n);
        ng_model_add_surface(model, s->id[i], text, n);
    }
    g_key_file_load_from_data(model->manifest, manifest, length, G_KEY_FILE_KEEP_COMMENTS, NULL);
    if (self->sections->len > 0)
        ng_model_share(model, self);
    return model;
}

/**
 * ng_model_is_compact:
 *
 * Returns: whether the voices of @self are packed; a mixture's are not its own
 */
gboolean
ng_model_is_compact(const NgModel *self)
{
    g_return_val_if_fail(self != NULL, FALSE);

    return self->voices->len > 0 && ng_model_voice(self, 0)->compact != NULL;
}

/* The styles of @self packed, with nothing lost, in place of those that @model shares. */
static gboolean
pack_styles(const NgModel *self, NgModel *model, GError **error)
{
    g_autoptr(GPtrArray) styles = g_ptr_array_new_with_free_func((GDestroyNotify)ng_voice_free);

    for (size_t s = 0; s < self->styles->len; s++) {
        NgVoice *style = pack_voice(ng_model_style(self, s), 0, error);
        if (style == NULL) {
            g_prefix_error(error, "style %zu: ", s);
            return FALSE;
        }
        g_ptr_array_add(styles, style);
    }
    g_ptr_array_unref(model->styles);
    model->styles = g_steal_pointer(&styles);
    return TRUE;
}

/**
 * ng_model_unpack_styles:
 *
 * Puts plain styles in place of packed ones that @self shares.
 */
void
ng_model_unpack_styles(NgModel *self)
{
    if (self->styles->len == 0 || ng_model_style(self, 0)->compact == NULL)
        return;
    GPtrArray *styles = g_ptr_array_new_with_free_func((GDestroyNotify)ng_voice_free);
    for (size_t s = 0; s < self->styles->len; s++)
        g_ptr_array_add(styles, ng_compact_unpack(ng_model_style(self, s)->compact));
    g_ptr_array_unref(self->styles);
    self->styles = styles;
}

static NgModel *
pack_model(NgModel *self, unsigned bits, GError **error)
{
    g_autoptr(NgVocab) vocab = ng_vocab_packed(self->vocab);
    g_autoptr(NgModel) model = shell(self, vocab);

    for (size_t v = 0; v < self->voices->len; v++) {
        NgVoice *voice = pack_voice(ng_model_voice(self, v), bits, error);
        if (voice == NULL) {
            g_prefix_error(error, "voice %zu: ", v);
            return NULL;
        }
        ng_model_add_voice(model, ng_model_voice_name(self, v), voice);
    }
    if (!pack_styles(self, model, error))
        return NULL;
    return g_steal_pointer(&model);
}

/**
 * ng_model_compact:
 * @self: a model with at least one voice
 * @error: return location for a #GError, or %NULL
 *
 * Packs vocabulary and voices.  Nothing is lost: ng_model_plain() gives the same
 * model back, bit for bit.
 *
 * Errors: %NG_ERROR_FORMAT where the links of a voice are wrong, as in a damaged file.
 *
 * Returns: (transfer full): the packed model; @self again where it is packed
 */
NgModel *
ng_model_compact(NgModel *self, GError **error)
{
    g_return_val_if_fail(self != NULL && self->voices->len > 0, NULL);

    if (ng_model_is_compact(self))
        return ng_model_ref(self);
    return pack_model(self, 0, error);
}

/**
 * ng_model_quantize:
 * @self: a model with at least one voice
 * @bits: 2 .. 16: 2^@bits different values on each level for the weights that words get, and as
 *   many for back-off weights
 * @error: return location for a #GError, or %NULL
 *
 * Packs the model after its numbers were replaced by a few; see quantize.c.  The
 * group `quantize` of its manifest has the key `bits`.
 *
 * Returns: (transfer full): the packed model
 */
NgModel *
ng_model_quantize(NgModel *self, unsigned bits, GError **error)
{
    g_return_val_if_fail(self != NULL && self->voices->len > 0, NULL);
    g_return_val_if_fail(bits >= NG_QUANTIZE_LEAST && bits <= NG_QUANTIZE_MOST, NULL);

    g_autoptr(NgModel) plain = ng_model_plain(self);
    NgModel *model = pack_model(plain, bits, error);
    if (model == NULL)
        return NULL;
    double deviation = 0.0;
    for (size_t v = 0; v < model->voices->len; v++)
        deviation = MAX(deviation, ng_voice_deviation(ng_model_voice(model, v)));
    g_key_file_remove_group(model->manifest, "quantize", NULL);
    g_key_file_set_integer(model->manifest, "quantize", "bits", (int)bits);
    g_key_file_set_double(model->manifest, "quantize", "deviation", deviation);
    return model;
}

/**
 * ng_model_plain:
 * @self: a model with at least one voice
 *
 * Returns: (transfer full): the same with nothing packed; @self again where it is so
 */
NgModel *
ng_model_plain(NgModel *self)
{
    g_return_val_if_fail(self != NULL && self->voices->len > 0, NULL);

    if (!ng_model_is_compact(self))
        return ng_model_ref(self);
    g_autoptr(NgVocab) vocab = ng_vocab_unpacked(self->vocab);
    NgModel *model = shell(self, vocab);
    for (size_t v = 0; v < self->voices->len; v++)
        ng_model_add_voice(model, ng_model_voice_name(self, v),
                           ng_compact_unpack(ng_model_voice(self, v)->compact));
    ng_model_unpack_styles(model);
    return model;
}

/*
 * Models
 *
 * One vocabulary and one or more voices over it: voice 0 is the whole corpus
 * and has the name "", the others are its authors.  With them stand the manifest
 * (a key file: how text is cut, how the counts were smoothed) and, for words
 * that people mostly write otherwise than the model does ("paris"), the surface
 * form ("Paris").  A model does not change once it is shared.
 */
#include "model-internal.h"

#include "ngram/arpa.h"
#include "ngram/container.h"
#include "ngram/error.h"

#include <string.h>

static const char unknown_character[] = "\xEF\xBF\xBD";

static void
free_section(gpointer data)
{
    NgSection *section = data;

    g_free(section->name);
    g_free(section->owned);
    g_free(section);
}

/**
 * ng_model_new:
 * @vocab: its vocabulary; a reference is taken
 * @text: how text is cut
 *
 * Returns: (transfer full): a model without voices; free with ng_model_unref()
 */
NgModel *
ng_model_new(NgVocab *vocab, const NgModelText *text)
{
    g_return_val_if_fail(vocab != NULL && text != NULL, NULL);

    NgModel *self = g_new0(NgModel, 1);
    g_atomic_ref_count_init(&self->refs);
    self->vocab = ng_vocab_ref(vocab);
    self->voices = g_ptr_array_new_with_free_func((GDestroyNotify)ng_voice_free);
    self->names = g_ptr_array_new_with_free_func(g_free);
    self->styles = g_ptr_array_new_with_free_func((GDestroyNotify)ng_voice_free);
    self->sections = g_ptr_array_new_with_free_func(free_section);
    self->own_id = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    self->own_offset = g_array_new(FALSE, TRUE, sizeof(uint64_t));
    g_array_set_size(self->own_offset, 1);
    self->own_text = g_string_new(NULL);
    self->manifest = g_key_file_new();
    self->text = *text;
    self->text.pattern = self->pattern = g_strdup(text->pattern);
    g_key_file_set_string(self->manifest, "text", "tokens", ng_tokens_name(text->tokens));
    if (text->pattern != NULL)
        g_key_file_set_string(self->manifest, "text", "pattern", text->pattern);
    g_key_file_set_string(self->manifest, "text", "case", text->fold ? "fold" : "keep");
    g_key_file_set_string(self->manifest, "text", "unit", ng_unit_name(text->unit));
    return self;
}

/**
 * ng_model_ref:
 *
 * Returns: (transfer full): @self
 */
NgModel *
ng_model_ref(NgModel *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    g_atomic_ref_count_inc(&self->refs);
    return self;
}

/**
 * ng_model_unref:
 * @self: (nullable) (transfer full): a model
 */
void
ng_model_unref(NgModel *self)
{
    if (self == NULL || !g_atomic_ref_count_dec(&self->refs))
        return;
    ng_vocab_unref(self->vocab);
    g_ptr_array_unref(self->voices);
    g_ptr_array_unref(self->names);
    g_ptr_array_unref(self->styles);
    g_ptr_array_unref(self->sections);
    g_array_unref(self->own_id);
    g_array_unref(self->own_offset);
    g_string_free(self->own_text, TRUE);
    g_key_file_unref(self->manifest);
    g_free(self->pattern);
    ng_container_free(self->container);
    ng_model_unref(self->kin);
    ng_mixture_free(self->mixture);
    g_free(self);
}

/**
 * ng_model_add_voice:
 * @name: "" for the whole corpus, which comes first; else an author
 * @voice: (transfer full): over the model's vocabulary
 */
void
ng_model_add_voice(NgModel *self, const char *name, NgVoice *voice)
{
    g_return_if_fail(self != NULL && name != NULL && voice != NULL);
    g_return_if_fail(ng_voice_words(voice) == ng_vocab_size(self->vocab));

    if (voice->owned)
        ng_voice_index(voice);
    g_ptr_array_add(self->voices, voice);
    g_ptr_array_add(self->names, g_strdup(name));
}

/**
 * ng_model_add_style:
 * @style: (transfer full): a voice over masked words, %NG_STYLE_WORDS of them
 */
void
ng_model_add_style(NgModel *self, NgVoice *style)
{
    g_return_if_fail(self != NULL && style != NULL && ng_voice_words(style) == NG_STYLE_WORDS);

    g_ptr_array_add(self->styles, style);
}

/**
 * ng_model_share:
 * @self: a model without styles and sections
 * @kin: one over the same words; a reference is taken
 *
 * Gives @self what attribution keeps in @kin, as it lies there.  A combination that
 * was fitted to plain voices is then used with what became of them.
 */
void
ng_model_share(NgModel *self, NgModel *kin)
{
    g_return_if_fail(self != NULL && kin != NULL && self->kin == NULL);

    g_ptr_array_unref(self->styles);
    g_ptr_array_unref(self->sections);
    self->styles = g_ptr_array_ref(kin->styles);
    self->sections = g_ptr_array_ref(kin->sections);
    self->kin = ng_model_ref(kin);
}

/**
 * ng_model_add_section:
 * @name: `attr.` or `corpus.` and what it is, below %NG_CONTAINER_NAME bytes
 * @data: (transfer full): [@size] from g_malloc(), kept in the model and in its file
 */
void
ng_model_add_section(NgModel *self, const char *name, gpointer data, size_t size)
{
    g_return_if_fail(self != NULL && name != NULL && strlen(name) < NG_CONTAINER_NAME);

    NgSection *section = g_new(NgSection, 1);
    *section = (NgSection){g_strdup(name), data, data, size};
    g_ptr_array_add(self->sections, section);
}

/**
 * ng_model_section:
 * @name: of what ng_model_add_section() was given
 * @width: bytes of an element
 * @count: (out): number of elements
 *
 * Returns: (transfer none) (nullable): the array; %NULL where there is none, or none of whole
 *   elements
 */
const void *
ng_model_section(const NgModel *self, const char *name, size_t width, size_t *count)
{
    g_return_val_if_fail(self != NULL && name != NULL && width > 0 && count != NULL, NULL);

    size_t size = 0;
    const void *data = NULL;
    for (guint i = 0; i < self->sections->len; i++) {
        const NgSection *section = g_ptr_array_index(self->sections, i);
        if (!g_str_equal(section->name, name))
            continue;
        data = section->data;
        size = section->size;
    }
    if (data == NULL || size % width != 0)
        return NULL;
    *count = size / width;
    return data;
}

/**
 * ng_model_add_surface:
 * @id: a word, above those added before
 * @surface: [@length] how people mostly write it, without a zero byte
 */
void
ng_model_add_surface(NgModel *self, NgWord id, const char *surface, size_t length)
{
    g_return_if_fail(self != NULL && surface != NULL && id < ng_vocab_size(self->vocab));
    g_return_if_fail(self->surfaces.n == 0 || self->surfaces.id[self->surfaces.n - 1] < id);

    g_string_append_len(self->own_text, surface, (gssize)length);
    g_string_append_c(self->own_text, '\0');
    uint64_t end = self->own_text->len;
    g_array_append_val(self->own_id, id);
    g_array_append_val(self->own_offset, end);
    self->surfaces = (NgSurfaces){(const uint32_t *)(void *)self->own_id->data,
                                  (const uint64_t *)(void *)self->own_offset->data,
                                  self->own_text->str, self->own_id->len, self->own_text->len};
}

/**
 * ng_model_surface:
 * @id: a word
 * @length: (out) (nullable): bytes of the answer
 *
 * Among characters the unknown one is written as U+FFFD, since `<unk>` would be
 * read as five of them.
 *
 * Returns: (transfer none): how people write it, closed by a zero byte
 */
const char *
ng_model_surface(const NgModel *self, NgWord id, size_t *length)
{
    g_return_val_if_fail(self != NULL, NULL);

    const NgSurfaces *s = &self->surfaces;
    size_t low = 0;
    size_t high = s->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->id[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == s->n || s->id[low] != id) {
        if (id != NG_WORD_UNKNOWN || self->text.tokens != NG_TOKENS_CHARS)
            return ng_vocab_word(self->vocab, id, length);
        if (length != NULL)
            *length = strlen(unknown_character);
        return unknown_character;
    }
    uint64_t begin = s->offset[low];
    uint64_t end = s->offset[low + 1];
    if (begin >= end || end > s->n_text || s->text[end - 1] != '\0')
        return ng_vocab_word(self->vocab, id, length); /* a damaged file */
    if (length != NULL)
        *length = end - begin - 1;
    return s->text + begin;
}

/** ng_model_vocab: Returns: (transfer none): its words */
const NgVocab *
ng_model_vocab(const NgModel *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return self->vocab;
}

/** ng_model_order: Returns: N, the longest n-gram of voice 0 */
unsigned
ng_model_order(const NgModel *self)
{
    g_return_val_if_fail(self != NULL, 0);

    if (self->mixture != NULL)
        return ng_mix_order(ng_model_mixture(self, 0));
    return ng_voice_order(ng_model_voice(self, 0));
}

/** ng_model_voices: Returns: the number of voices, the whole among them */
size_t
ng_model_voices(const NgModel *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->names->len;
}

/**
 * ng_model_voice: Returns: (transfer none) (nullable): voice @index; %NULL where the model is a
 *   mixture, see ng_model_mixture()
 */
const NgVoice *
ng_model_voice(const NgModel *self, size_t index)
{
    g_return_val_if_fail(self != NULL && index < self->names->len, NULL);

    if (self->mixture != NULL)
        return NULL;
    return g_ptr_array_index(self->voices, index);
}

/** ng_model_voice_name: Returns: (transfer none): the author, "" for the whole */
const char *
ng_model_voice_name(const NgModel *self, size_t index)
{
    g_return_val_if_fail(self != NULL && index < self->names->len, NULL);

    return g_ptr_array_index(self->names, index);
}

/**
 * ng_model_find_voice:
 * @name: an author, "" for the whole
 * @index: (out): its voice, set where there is one
 *
 * Returns: whether there is one
 */
gboolean
ng_model_find_voice(const NgModel *self, const char *name, size_t *index)
{
    g_return_val_if_fail(self != NULL && name != NULL && index != NULL, FALSE);

    for (size_t i = 0; i < self->names->len; i++) {
        if (!g_str_equal(g_ptr_array_index(self->names, i), name))
            continue;
        *index = i;
        return TRUE;
    }
    return FALSE;
}

/** ng_model_styles: Returns: the number of voices that ng_model_add_style() was given */
size_t
ng_model_styles(const NgModel *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->styles->len;
}

/** ng_model_style: Returns: (transfer none): style @index */
const NgVoice *
ng_model_style(const NgModel *self, size_t index)
{
    g_return_val_if_fail(self != NULL && index < self->styles->len, NULL);

    return g_ptr_array_index(self->styles, index);
}

/** ng_model_text: Returns: how text is cut; the pattern lives as long as @self */
NgModelText
ng_model_text(const NgModel *self)
{
    g_return_val_if_fail(self != NULL, (NgModelText){0});

    return self->text;
}

/**
 * ng_model_tokenizer:
 *
 * Returns: (transfer full): a tokenizer that cuts text as the model's was cut
 */
NgTokenizer *
ng_model_tokenizer(const NgModel *self, GError **error)
{
    g_return_val_if_fail(self != NULL, NULL);

    return ng_tokenizer_new(self->text.tokens, self->text.pattern, self->text.fold, error);
}

/**
 * ng_model_keeps_empty:
 *
 * Returns: whether a sequence without a token counts; see ng_tokens_keep_empty()
 */
gboolean
ng_model_keeps_empty(const NgModel *self)
{
    g_return_val_if_fail(self != NULL, FALSE);

    return ng_tokens_keep_empty(self->text.tokens);
}

/** ng_model_manifest: Returns: (transfer none): what is known of how the model was made */
GKeyFile *
ng_model_manifest(const NgModel *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return self->manifest;
}

/** ng_model_is_mapped: Returns: whether it is a model file's, which may be damaged; else it was made */
gboolean
ng_model_is_mapped(const NgModel *self)
{
    g_return_val_if_fail(self != NULL, FALSE);

    return self->container != NULL;
}

/**
 * ng_model_verify:
 *
 * Reads all of it: the file's checksums, and the order and links of each voice.
 * What the probabilities sum to is for ng_voice_check() to say.
 *
 * Errors: %NG_ERROR_FORMAT with the file's path, where it came from a model file.
 *
 * Returns: whether it is sound
 */
gboolean
ng_model_verify(const NgModel *self, GError **error)
{
    g_return_val_if_fail(self != NULL, FALSE);

    if (self->mixture != NULL)
        return ng_mixture_verify(self->mixture, error);
    if (self->container != NULL && !ng_container_verify(self->container, error))
        return FALSE;
    for (size_t v = 0; v < self->voices->len; v++)
        if (!ng_voice_check(ng_model_voice(self, v), 0.0, error)) {
            if (self->container != NULL)
                g_prefix_error(error, "%s: voice %zu: ", ng_container_path(self->container), v);
            return FALSE;
        }
    for (size_t v = 0; v < self->styles->len; v++)
        if (!ng_voice_check(ng_model_style(self, v), 0.0, error)) {
            if (self->container != NULL)
                g_prefix_error(error, "%s: style %zu: ", ng_container_path(self->container), v);
            return FALSE;
        }
    return TRUE;
}

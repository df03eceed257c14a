/*
 * Looks
 *
 * Counts of folded words do not say which of them people write with capitals.
 * That follows from how often each word opened a sentence, where its look tells
 * nothing, and how often it looked otherwise than folded elsewhere.  Both are numbers
 * that add up over the parts of a text, so they go into its count file, as lines
 * that begin with a blank where an n-gram has its first word:
 *    ` word TAB count`        openings of sentences
 *    ` word look TAB count`   inside sentences, written so
 *    `  invalid-bytes TAB count`   bytes of the text that are no UTF-8
 * They are kept under these very keys.
 */
#include "looks-internal.h"

#include "ngram/vocab.h"

#include <string.h>

static const char invalid_key[] = "  invalid-bytes";

/**
 * NgLooks:
 * @keys: the lines, up to their TABs; the ids of the fixed words are not used
 * @count: (element-type guint64): [keys]
 */
struct NgLooks {
    NgVocab *keys;
    GArray *count;
};

NgLooks *
ng_looks_new(void)
{
    NgLooks *self = g_new0(NgLooks, 1);

    self->keys = ng_vocab_new();
    self->count = g_array_new(FALSE, TRUE, sizeof(guint64));
    g_array_set_size(self->count, NG_WORDS_FIXED);
    return self;
}

void
ng_looks_free(NgLooks *self)
{
    if (self == NULL)
        return;
    ng_vocab_unref(self->keys);
    g_array_unref(self->count);
    g_free(self);
}

/** ng_looks_is_key: Returns: whether @key, [@length], is of one of the three forms */
gboolean
ng_looks_is_key(const char *key, size_t length)
{
    if (length == strlen(invalid_key) && memcmp(key, invalid_key, length) == 0)
        return TRUE;
    if (length < 2 || key[0] != ' ' || key[1] == ' ' || key[length - 1] == ' ')
        return FALSE;
    const char *blank = memchr(key + 1, ' ', length - 1);
    return blank == NULL || memchr(blank + 1, ' ', (size_t)(key + length - blank - 1)) == NULL;
}

/* Adds to the count of @key; Returns: whether it was new. */
static gboolean
add(NgLooks *self, const char *key, size_t length, guint64 count)
{
    NgWord id = ng_vocab_add(self->keys, key, length);
    gboolean is_new = id >= self->count->len;

    if (is_new)
        g_array_set_size(self->count, id + 1);
    g_array_index(self->count, guint64, id) += count;
    return is_new;
}

/**
 * ng_looks_add_key:
 * @key: [@length] of one of the three forms
 *
 * Returns: whether it was not there before
 */
gboolean
ng_looks_add_key(NgLooks *self, const char *key, size_t length, guint64 count)
{
    return add(self, key, length, count);
}

/**
 * ng_looks_add:
 * @look: a word, or a word and a look, without a blank; its count is added
 */
void
ng_looks_add(NgLooks *self, const NgLook *look)
{
    g_return_if_fail(self != NULL && look != NULL && look->word != NULL && look->n_word > 0);

    g_autoptr(GString) key = g_string_new(" ");
    g_string_append_len(key, look->word, (gssize)look->n_word);
    if (look->look != NULL) {
        g_string_append_c(key, ' ');
        g_string_append_len(key, look->look, (gssize)look->n_look);
    }
    add(self, key->str, key->len, look->count);
}

/** ng_looks_add_invalid: @bytes more of the text are no UTF-8 */
void
ng_looks_add_invalid(NgLooks *self, guint64 bytes)
{
    g_return_if_fail(self != NULL);

    if (bytes > 0)
        add(self, invalid_key, strlen(invalid_key), bytes);
}

/** ng_looks_invalid: Returns: bytes that are no UTF-8 */
guint64
ng_looks_invalid(const NgLooks *self)
{
    g_return_val_if_fail(self != NULL, 0);

    NgWord id = ng_vocab_find(self->keys, invalid_key, strlen(invalid_key));
    return id >= NG_WORDS_FIXED && id < self->count->len ? g_array_index(self->count, guint64, id)
                                                         : 0;
}

/** ng_looks_size: Returns: how many ng_looks_get() gives */
size_t
ng_looks_size(const NgLooks *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->count->len - NG_WORDS_FIXED;
}

/**
 * ng_looks_get:
 * @index: below ng_looks_size()
 *
 * Returns: one of them, in the order in which they came; its texts are not owned.  Where it
 * stands for the invalid bytes there is no word.
 */
NgLook
ng_looks_get(const NgLooks *self, size_t index)
{
    NgLook look = {0};

    g_return_val_if_fail(self != NULL && index < ng_looks_size(self), look);

    NgWord id = (NgWord)(index + NG_WORDS_FIXED);
    size_t length = 0;
    const char *key = ng_vocab_word(self->keys, id, &length);
    look.count = g_array_index(self->count, guint64, id);
    look.word = key + 1;
    look.n_word = strcspn(look.word, " ");
    if (look.n_word > 0 && look.n_word + 1 < length) {
        look.look = look.word + look.n_word + 1;
        look.n_look = length - look.n_word - 2;
    }
    return look;
}

/** ng_looks_lines: Returns: (transfer full): all of them as a count file has them, sorted */
GString *
ng_looks_lines(const NgLooks *self)
{
    g_autofree NgWord *map = g_new(NgWord, ng_vocab_size(self->keys));
    g_autofree guint64 *count = g_new0(guint64, ng_vocab_size(self->keys));
    g_autoptr(NgVocab) sorted = ng_vocab_reordered(self->keys, NG_VOCAB_BY_BYTES, NULL, map);
    GString *lines = g_string_new(NULL);

    for (NgWord id = NG_WORDS_FIXED; id < self->count->len; id++)
        count[map[id]] = g_array_index(self->count, guint64, id);
    for (NgWord id = NG_WORDS_FIXED; id < ng_vocab_size(sorted); id++) {
        size_t length = 0;
        const char *key = ng_vocab_word(sorted, id, &length);
        g_string_append_len(lines, key, (gssize)length);
        g_string_append_printf(lines, "\t%" G_GUINT64_FORMAT "\n", count[id]);
    }
    return lines;
}

/*
 * Packed vocabularies
 *
 * The text of the words is as in a plain one.  Where each ends is a mark on its
 * zero byte, which takes 1.2 bits a byte of text; the table of hashes has three
 * slots a word that hold the id plus 1, or 0, as codes: an empty slot takes one
 * bit.  There are no tags, but the table is thin: a strange word is compared
 * with 0.4 words on average.
 *
 * Layout, in words: V; the marks; the slots.  A damaged file's numbers are cut
 * to the text.
 */
#include "vocab-packed.h"

#include "ngram/codes.h"
#include "ngram/marks.h"

#include <string.h>
#include <xxhash.h>

enum { SLOTS = 3 }; /* a word */

struct NgVocabPacked {
    const char *text; /* [n_text] */
    size_t n_text;
    const uint64_t *words; /* [n_words] marks and slots */
    size_t n_words;
    size_t V;
    NgMarks end;
    NgCodes slot;

    /* what is owned; NULL where it is mapped */
    char *own_text;
    GArray *own_words;
};

/* Where the search for a word begins among @n slots. */
static uint64_t
first_slot(const char *word, size_t length, uint64_t n)
{
    return (XXH3_64bits(word, length) >> 32) * n >> 32;
}

/* Takes the words apart; FALSE where they do not fit together. */
static gboolean
read_words(NgVocabPacked *self)
{
    NgWords from = {self->words, self->n_words};
    const uint64_t *V = ng_words_take(&from, 1);

    if (V == NULL || *V < NG_WORDS_FIXED || *V >= NG_WORD_NONE)
        return FALSE;
    self->V = *V;
    return ng_marks_read(&self->end, &from, TRUE) && ng_codes_read(&self->slot, &from) &&
           from.n == 0 && self->end.n == self->n_text && self->end.ones == self->V &&
           self->slot.n > 0 && self->n_text > 0 && self->text[self->n_text - 1] == '\0';
}

/* All words of @vocab, each with a zero byte; their ends. */
static uint64_t *
copy_text(NgVocabPacked *self, const NgVocab *vocab)
{
    GString *text = g_string_new(NULL);

    for (NgWord id = 0; id < self->V; id++) {
        size_t length = 0;
        const char *word = ng_vocab_word(vocab, id, &length);
        g_string_append_len(text, word, (gssize)length + 1);
    }
    self->n_text = text->len;
    self->text = self->own_text = g_string_free(text, FALSE);
    uint64_t *end = g_new0(uint64_t, self->n_text / 64 + 1);
    uint64_t at = 0;
    for (NgWord id = 0; id < self->V; id++) {
        size_t length = 0;
        ng_vocab_word(vocab, id, &length);
        ng_bits_set(end, at + length);
        at += length + 1;
    }
    return end;
}

/** ng_vocab_packed_new: Returns: (transfer full): the words of @vocab */
NgVocabPacked *
ng_vocab_packed_new(const NgVocab *vocab)
{
    NgVocabPacked *self = g_new0(NgVocabPacked, 1);
    uint64_t V = self->V = ng_vocab_size(vocab);
    uint64_t n = MIN(SLOTS * V, UINT32_MAX);
    g_autofree uint32_t *slot = g_new0(uint32_t, n);

    for (NgWord id = 0; id < V; id++) {
        size_t length = 0;
        const char *word = ng_vocab_word(vocab, id, &length);
        uint64_t i = first_slot(word, length, n);
        while (slot[i] != 0)
            i = (i + 1) % n;
        slot[i] = id + 1;
    }
    self->own_words = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    g_array_append_val(self->own_words, V);
    g_autofree uint64_t *end = copy_text(self, vocab);
    ng_marks_write(self->own_words, end, self->n_text, TRUE);
    ng_codes_write(self->own_words, slot, n);
    self->words = (const uint64_t *)(const void *)self->own_words->data;
    self->n_words = self->own_words->len;
    gboolean sound = read_words(self);
    g_assert(sound);
    return self;
}

/**
 * ng_vocab_packed_read:
 * @arrays: borrowed, as ng_vocab_packed_arrays() gives them
 *
 * Returns: (transfer full): their words; %NULL where they do not fit together
 */
NgVocabPacked *
ng_vocab_packed_read(const NgVocabArrays *arrays)
{
    NgVocabPacked *self = g_new0(NgVocabPacked, 1);

    self->text = arrays->text;
    self->n_text = arrays->n_text;
    self->words = arrays->packed;
    self->n_words = arrays->n_packed;
    if (!read_words(self))
        g_clear_pointer(&self, ng_vocab_packed_free);
    return self;
}

/** ng_vocab_packed_arrays: Returns: text and words, valid as long as @self */
NgVocabArrays
ng_vocab_packed_arrays(const NgVocabPacked *self)
{
    return (NgVocabArrays){.text = self->text,
                           .n_text = self->n_text,
                           .packed = self->words,
                           .n_packed = self->n_words};
}

/** ng_vocab_packed_word: as ng_vocab_word() */
const char *
ng_vocab_packed_word(const NgVocabPacked *self, NgWord id, size_t *length)
{
    uint64_t begin = id > 0 ? ng_marks_one(&self->end, (uint64_t)id - 1) + 1 : 0;
    uint64_t end = ng_marks_one(&self->end, id);

    if (end >= self->n_text || begin > end || self->text[end] != '\0')
        begin = end = self->n_text - 1; /* a damaged file */
    if (length != NULL)
        *length = end - begin;
    return self->text + begin;
}

/** ng_vocab_packed_find: as ng_vocab_find() */
NgWord
ng_vocab_packed_find(const NgVocabPacked *self, const char *word, size_t length)
{
    uint64_t n = self->slot.n;
    uint64_t i = first_slot(word, length, n);

    for (uint64_t tried = 0; tried < n; tried++) {
        uint32_t id = ng_codes_get(&self->slot, i);
        if (id == 0)
            break;
        size_t own = 0;
        const char *text = id <= self->V ? ng_vocab_packed_word(self, id - 1, &own) : "";
        if (own == length && id <= self->V && memcmp(text, word, length) == 0)
            return id - 1;
        i = (i + 1) % n;
    }
    return NG_WORD_UNKNOWN;
}

/** ng_vocab_packed_size: Returns: V */
size_t
ng_vocab_packed_size(const NgVocabPacked *self)
{
    return self->V;
}

/** ng_vocab_packed_free: frees @self, and its arrays if they are its own */
void
ng_vocab_packed_free(NgVocabPacked *self)
{
    if (self == NULL)
        return;
    g_free(self->own_text);
    if (self->own_words != NULL)
        g_array_unref(self->own_words);
    g_free(self);
}

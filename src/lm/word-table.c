/*
 * Words in a table of their own bytes
 *
 * ng_vocab_find() goes from a slot to an offset to the text of the word, three
 * places far apart.  Where millions of words are looked up, a copy of the short
 * words, beside their ids, needs one.  24 bytes a slot, at most half of them
 * used.  Words above 16 bytes are left to the vocabulary, and so are those that
 * find no place near where they belong: no set of words makes it slow.
 *
 * Invariant: what it finds, ng_vocab_find() finds.
 */
#include "word-table.h"

#include "large.h"

void
ng_word_table_init(NgWordTable *self, const NgVocab *vocab)
{
    size_t V = ng_vocab_size(vocab);
    uint64_t size = 64;

    while (size < 2 * V && size < UINT32_MAX)
        size *= 2;
    self->slot = ng_large_new(size, sizeof(NgWordSlot));
    memset(self->slot, 0, size * sizeof(NgWordSlot));
    self->mask = size - 1;
    for (size_t id = 0; id < V; id++) {
        size_t length = 0;
        const char *word = ng_vocab_word(vocab, (NgWord)id, &length);
        if (length == 0 || length > NG_WORD_KEY_MAX)
            continue;
        NgWordKey key = ng_word_key(word, length);
        uint64_t home = ng_word_table_home(self, &key);
        for (unsigned n = 0; n < NG_WORD_PROBES; n++) {
            NgWordSlot *s = &self->slot[(home + n) & self->mask];
            if (s->length != 0)
                continue;
            *s = (NgWordSlot){key.low, key.high, key.length, (NgWord)id};
            break;
        }
    }
}

void
ng_word_table_clear(NgWordTable *self)
{
    g_clear_pointer(&self->slot, g_free);
}

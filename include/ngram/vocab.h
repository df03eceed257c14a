/* vocab.h - words and the numbers that stand for them. */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

/** NgWord: index of a word in its #NgVocab, `0 .. ng_vocab_size() - 1`. */
typedef uint32_t NgWord;

#define NG_WORD_UNKNOWN ((NgWord)0) /* <unk> */
#define NG_WORD_BEGIN   ((NgWord)1) /* <s> */
#define NG_WORD_END     ((NgWord)2) /* </s> */
#define NG_WORDS_FIXED  3           /* the three above, in every vocabulary */
#define NG_WORD_NONE    ((NgWord)UINT32_MAX)

/** NgVocabSlot: a place of the hash table; @tag 0 where it is empty. */
typedef struct {
    uint32_t tag;
    NgWord id;
} NgVocabSlot;

/** NgVocabArrays: a vocabulary as it stands in a file; of a packed one @text and @packed alone. */
typedef struct {
    const char *text;
    size_t n_text;
    const uint64_t *offset;
    size_t n_offsets;
    const NgVocabSlot *slot;
    size_t n_slots;
    const uint64_t *packed;
    size_t n_packed;
} NgVocabArrays;

typedef struct NgVocab NgVocab;

NgVocab *ng_vocab_new(void);
NgVocab *ng_vocab_new_mapped(const NgVocabArrays *arrays, GDestroyNotify release, gpointer mapping,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
NgVocabArrays ng_vocab_arrays(const NgVocab *self);
NgVocab *ng_vocab_packed(const NgVocab *self);
NgVocab *ng_vocab_unpacked(const NgVocab *self);
NgVocab *ng_vocab_ref(NgVocab *self);
void ng_vocab_unref(NgVocab *self);

NgWord ng_vocab_add(NgVocab *self, const char *word, size_t length);
void ng_vocab_add_all(NgVocab *self, const char *text, const size_t *length, size_t n, NgWord *ids);
NgWord ng_vocab_find(const NgVocab *self, const char *word, size_t length);
const char *ng_vocab_word(const NgVocab *self, NgWord id, size_t *length);
size_t ng_vocab_size(const NgVocab *self);

/**
 * NgVocabOrder:
 * @NG_VOCAB_BY_FREQUENCY: the most frequent first, ties by bytes
 * @NG_VOCAB_BY_BYTES: as `LC_ALL=C sort` would
 */
typedef enum { NG_VOCAB_BY_FREQUENCY, NG_VOCAB_BY_BYTES } NgVocabOrder;

NgVocab *ng_vocab_reordered(const NgVocab *self, NgVocabOrder order, const uint32_t *count,
                            NgWord *map);
int ng_vocab_compare(const char *a, size_t length_a, const char *b, size_t length_b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgVocab, ng_vocab_unref)

G_END_DECLS

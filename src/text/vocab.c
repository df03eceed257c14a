/*
 * Vocabulary
 *
 * A word's id is its place in order of arrival.  The words stand one after
 * another in `text`, each closed by a zero byte; offset[id] .. offset[id + 1] - 1
 * is the word of an id, its zero byte excluded.  `slot` is an open-addressing
 * table, a power of two long and at most half full, of (tag, id): the tag is
 * the upper half of the word's XXH3 hash, so a strange word is told apart
 * without reading a byte of `text`.  Finding a word costs one hash and about
 * one and a half probes.
 *
 * The three arrays are the same in memory and in a model file, where they are
 * mapped and borrowed.  A mapped vocabulary is checked when it is made, so that
 * damaged numbers cannot lead outside the arrays.
 *
 * Invariant: ng_vocab_find(ng_vocab_word(id)) == id for each id; ids 0, 1, 2 are
 * `<unk>`, `<s>`, `</s>`.
 */
#include "ngram/vocab.h"

#include "lookup.h"
#include "vocab-packed.h"

#include "ngram/error.h"

#include <string.h>
/* a word is too short to be worth a call */
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { LOOKUPS = 64 }; /* words of a run that are looked up at once */

struct NgVocab {
    gatomicrefcount refs;
    const char *text;        /* [offset[V]] */
    const uint64_t *offset;  /* [V + 1] */
    const NgVocabSlot *slot; /* [mask + 1] */
    uint64_t mask;
    size_t V;
    size_t n_text;         /* bytes at `text` that may be read */
    NgVocabPacked *packed; /* in place of offset and slot */

    /* what is owned; NULL in a mapped vocabulary */
    char *own_text;
    size_t text_room;
    uint64_t *own_offset;
    uint32_t *own_hash; /* [V] the half of each word's hash that its tag lacks */
    size_t offset_room;
    NgVocabSlot *own_slot;
    GDestroyNotify release; /* lets go of the mapping */
    gpointer mapping;
};

static const char *const fixed_words[NG_WORDS_FIXED] = {"<unk>", "<s>", "</s>"};

/* The tag must not be 0, which marks an empty slot. */
static inline uint32_t
tag_of(uint64_t hash)
{
    uint32_t tag = (uint32_t)(hash >> 32);

    return tag != 0 ? tag : 1;
}

/* The slot that holds [@word, @length), or the empty one where it would go; the size of the
 * table where a damaged one has neither. */
static uint64_t
probe(const NgVocab *self, uint64_t hash, const char *word, size_t length)
{
    uint32_t tag = tag_of(hash);

    for (uint64_t n = 0, i = hash & self->mask; n <= self->mask; n++, i = (i + 1) & self->mask) {
        const NgVocabSlot *s = &self->slot[i];
        if (s->tag == 0)
            return i;
        if (s->tag != tag || s->id >= self->V)
            continue;
        uint64_t begin = self->offset[s->id];
        if (self->offset[s->id + 1] - begin - 1 == length &&
            memcmp(self->text + begin, word, length) == 0)
            return i;
    }
    return self->mask + 1;
}

static void
grow_slots(NgVocab *self)
{
    uint64_t size = self->own_slot == NULL ? 1024 : 2 * (self->mask + 1);
    NgVocabSlot *old = self->own_slot;
    uint64_t n_old = old == NULL ? 0 : self->mask + 1;

    self->own_slot = g_new0(NgVocabSlot, size);
    self->slot = self->own_slot;
    self->mask = size - 1;
    for (uint64_t i = 0; i < n_old; i++) {
        if (old[i].tag == 0)
            continue;
        uint64_t j = ((uint64_t)old[i].tag << 32 | self->own_hash[old[i].id]) & self->mask;
        if (old[i].tag == 1) { /* which may stand for 0 */
            uint64_t begin = self->offset[old[i].id];
            j = self->mask &
                XXH3_64bits(self->text + begin, self->offset[old[i].id + 1] - begin - 1);
        }
        while (self->own_slot[j].tag != 0)
            j = (j + 1) & self->mask;
        self->own_slot[j] = old[i];
    }
    g_free(old);
}

static void
append_text(NgVocab *self, const char *word, size_t length)
{
    uint64_t end = self->offset[self->V];

    if (end + length + 1 > self->text_room) {
        self->text_room = 2 * (end + length + 1);
        self->own_text = g_realloc(self->own_text, self->text_room);
        self->text = self->own_text;
        self->n_text = self->text_room;
    }
    if (self->V + 2 > self->offset_room) {
        self->offset_room *= 2;
        self->own_offset = g_renew(uint64_t, self->own_offset, self->offset_room);
        self->offset = self->own_offset;
        self->own_hash = g_renew(uint32_t, self->own_hash, self->offset_room);
    }
    memcpy(self->own_text + end, word, length);
    self->own_text[end + length] = '\0';
    self->own_offset[self->V + 1] = end + length + 1;
}

/**
 * ng_vocab_new:
 *
 * Makes a vocabulary that holds `<unk>`, `<s>` and `</s>` alone.
 *
 * Returns: (transfer full): free with ng_vocab_unref()
 */
NgVocab *
ng_vocab_new(void)
{
    NgVocab *self = g_new0(NgVocab, 1);

    g_atomic_ref_count_init(&self->refs);
    self->offset_room = 1024;
    self->own_offset = g_new0(uint64_t, self->offset_room);
    self->own_hash = g_new0(uint32_t, self->offset_room);
    self->offset = self->own_offset;
    grow_slots(self);
    for (size_t i = 0; i < NG_WORDS_FIXED; i++)
        ng_vocab_add(self, fixed_words[i], strlen(fixed_words[i]));
    return self;
}

/**
 * ng_vocab_ref:
 * @self: a vocabulary
 *
 * Returns: (transfer full): @self
 */
NgVocab *
ng_vocab_ref(NgVocab *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    g_atomic_ref_count_inc(&self->refs);
    return self;
}

/**
 * ng_vocab_unref:
 * @self: (nullable) (transfer full): a vocabulary
 */
void
ng_vocab_unref(NgVocab *self)
{
    if (self == NULL || !g_atomic_ref_count_dec(&self->refs))
        return;
    g_free(self->own_text);
    g_free(self->own_offset);
    g_free(self->own_hash);
    g_free(self->own_slot);
    if (self->release != NULL)
        self->release(self->mapping);
    ng_vocab_packed_free(self->packed);
    g_free(self);
}

/* A word about to be added: its slot is fetched. */
NgVocabEntry
ng_vocab_entry(const NgVocab *self, const char *word, size_t length)
{
    const NgVocabEntry entry = {word, length, XXH3_64bits(word, length)};

    __builtin_prefetch(&self->slot[entry.hash & self->mask], 1);
    return entry;
}

/* As ng_vocab_add(). */
NgWord
ng_vocab_add_entry(NgVocab *self, const NgVocabEntry *entry)
{
    uint64_t i = probe(self, entry->hash, entry->word, entry->length);

    if (self->slot[i].tag != 0)
        return self->slot[i].id;
    if (self->V >= NG_WORD_NONE - 1)
        return NG_WORD_NONE;
    NgWord id = (NgWord)self->V;
    append_text(self, entry->word, entry->length);
    self->own_hash[id] = (uint32_t)entry->hash;
    self->own_slot[i] = (NgVocabSlot){tag_of(entry->hash), id};
    self->V++;
    if (2 * self->V > self->mask)
        grow_slots(self);
    return id;
}

/**
 * ng_vocab_add:
 * @self: a vocabulary that was not mapped
 * @word: [@length] any bytes
 * @length: bytes of @word
 *
 * Returns: the id of @word, new or old; %NG_WORD_NONE where the vocabulary is
 * full (2^32 - 2 words)
 */
NgWord
ng_vocab_add(NgVocab *self, const char *word, size_t length)
{
    g_return_val_if_fail(self != NULL && self->own_slot != NULL, NG_WORD_NONE);
    g_return_val_if_fail(word != NULL, NG_WORD_NONE);

    const NgVocabEntry entry = ng_vocab_entry(self, word, length);
    return ng_vocab_add_entry(self, &entry);
}

/**
 * ng_vocab_add_all:
 * @self: a vocabulary that was not mapped
 * @text: words, one behind another
 * @length: [n] bytes of each
 * @n: how many words
 * @ids: (out): [n] the id of each, as of ng_vocab_add()
 *
 * Adds many words, which is faster than one by one: their slots are waited for at once.
 */
void
ng_vocab_add_all(NgVocab *self, const char *text, const size_t *length, size_t n, NgWord *ids)
{
    NgVocabEntry entry[LOOKUPS];

    g_return_if_fail(self != NULL && self->own_slot != NULL);
    g_return_if_fail((text != NULL && length != NULL && ids != NULL) || n == 0);

    for (size_t first = 0; first < n; first += LOOKUPS) {
        size_t end = MIN(first + LOOKUPS, n);
        for (size_t i = first; i < end; i++) {
            entry[i - first] = ng_vocab_entry(self, text, length[i]);
            text += length[i];
        }
        for (size_t i = first; i < end; i++)
            ids[i] = ng_vocab_add_entry(self, &entry[i - first]);
    }
}

static NgWord
find_hashed(const NgVocab *self, uint64_t hash, const char *word, size_t length)
{
    uint64_t i = probe(self, hash, word, length);

    return i <= self->mask && self->slot[i].tag != 0 ? self->slot[i].id : NG_WORD_UNKNOWN;
}

/**
 * ng_vocab_find:
 * @self: a vocabulary
 * @word: [@length] any bytes
 * @length: bytes of @word
 *
 * Returns: the id of @word, %NG_WORD_UNKNOWN if it has none
 */
NgWord
ng_vocab_find(const NgVocab *self, const char *word, size_t length)
{
    g_return_val_if_fail(self != NULL, NG_WORD_UNKNOWN);
    g_return_val_if_fail(word != NULL, NG_WORD_UNKNOWN);

    if (self->packed != NULL)
        return ng_vocab_packed_find(self->packed, word, length);
    return find_hashed(self, XXH3_64bits(word, length), word, length);
}

/** Looking: some words of a run on their way to their ids. */
typedef struct {
    const char *word[LOOKUPS];
    size_t length[LOOKUPS];
    uint64_t hash[LOOKUPS];
    const NgVocabSlot *slot[LOOKUPS];
} Looking;

/* Whether [@word, @length) is the word @id; @readable bytes may be read at @word. */
static inline gboolean
is_word(const NgVocab *self, NgWord id, const char *word, size_t length, size_t readable)
{
    uint64_t begin = self->offset[id];

    if (self->offset[id + 1] - begin - 1 != length)
        return FALSE;
    return ng_same_bytes(self->text + begin, self->n_text - begin, word, readable, length);
}

/* The first slot with the word's tag, or an empty one. */
static inline const NgVocabSlot *
first_slot(const NgVocab *self, uint64_t hash)
{
    uint32_t tag = tag_of(hash);
    uint64_t i = hash & self->mask;

    for (uint64_t n = 0; n < self->mask && self->slot[i].tag != 0; n++) {
        if (self->slot[i].tag == tag)
            break;
        i = (i + 1) & self->mask;
    }
    return &self->slot[i];
}

static void
find_some(const NgVocab *self, const NgTokenRun *run, const uint32_t *which, size_t n, NgWord *ids)
{
    Looking l;

    for (size_t i = 0; i < n; i++) {
        l.word[i] = run->text + run->begin[which[i]];
        l.length[i] = run->end[which[i]] - run->begin[which[i]];
        l.hash[i] = XXH3_64bits(l.word[i], l.length[i]);
        __builtin_prefetch(&self->slot[l.hash[i] & self->mask]);
    }
    for (size_t i = 0; i < n; i++) {
        l.slot[i] = first_slot(self, l.hash[i]);
        if (l.slot[i]->tag != 0 && l.slot[i]->id < self->V)
            __builtin_prefetch(&self->offset[l.slot[i]->id]);
    }
    for (size_t i = 0; i < n; i++)
        if (l.slot[i]->tag != 0 && l.slot[i]->id < self->V)
            __builtin_prefetch(self->text + self->offset[l.slot[i]->id]);
    for (size_t i = 0; i < n; i++) {
        const NgVocabSlot *s = l.slot[i];
        size_t readable = run->readable - run->begin[which[i]];
        NgWord *id = &ids[which[i]];
        if (s->tag == 0)
            *id = NG_WORD_UNKNOWN;
        else if (s->id < self->V && is_word(self, s->id, l.word[i], l.length[i], readable))
            *id = s->id;
        else /* another word with this tag */
            *id = find_hashed(self, l.hash[i], l.word[i], l.length[i]);
    }
}

/*
 * The ids of @n words of a run, those at the places @which, as ng_vocab_find()
 * gives them one by one: the slots of many are under way from memory at once, and
 * so are their words.  @ids has a place for each word of the run.
 */
void
ng_vocab_find_run(const NgVocab *self, const NgTokenRun *run, const uint32_t *which, size_t n,
                  NgWord *ids)
{
    for (size_t i = 0; i < n && self->packed != NULL; i++) {
        size_t begin = run->begin[which[i]];
        ids[which[i]] =
            ng_vocab_packed_find(self->packed, run->text + begin, run->end[which[i]] - begin);
    }
    for (size_t done = 0; done < n && self->packed == NULL; done += LOOKUPS)
        find_some(self, run, which + done, MIN(LOOKUPS, n - done), ids);
}

/**
 * ng_vocab_word:
 * @self: a vocabulary
 * @id: an id of @self
 * @length: (out) (nullable): bytes of the word
 *
 * Returns: (transfer none): the word, closed by a zero byte, valid as long as
 * @self and until the next ng_vocab_add()
 */
const char *
ng_vocab_word(const NgVocab *self, NgWord id, size_t *length)
{
    g_return_val_if_fail(self != NULL && id < self->V, NULL);

    if (self->packed != NULL)
        return ng_vocab_packed_word(self->packed, id, length);
    uint64_t begin = self->offset[id];
    if (length != NULL)
        *length = self->offset[id + 1] - begin - 1;
    return self->text + begin;
}

/**
 * ng_vocab_size:
 * @self: a vocabulary
 *
 * Returns: V, the number of words, the three fixed ones among them
 */
size_t
ng_vocab_size(const NgVocab *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->V;
}

/**
 * ng_vocab_arrays:
 * @self: a vocabulary
 *
 * Returns: its three arrays, as ng_vocab_new_mapped() takes them; valid like a word
 */
NgVocabArrays
ng_vocab_arrays(const NgVocab *self)
{
    g_return_val_if_fail(self != NULL, (NgVocabArrays){0});

    if (self->packed != NULL)
        return ng_vocab_packed_arrays(self->packed);
    return (NgVocabArrays){self->text, self->offset[self->V], self->offset, self->V + 1,
                           self->slot, self->mask + 1,        NULL,         0};
}

static gboolean
arrays_are_sound(const NgVocabArrays *a)
{
    if (a->n_offsets < NG_WORDS_FIXED + 1 || a->n_offsets > NG_WORD_NONE || a->offset[0] != 0 ||
        a->offset[a->n_offsets - 1] != a->n_text)
        return FALSE;
    /* a slot must stay empty, or a search for a strange word would not end */
    return a->n_slots >= 2 * (a->n_offsets - 1) && (a->n_slots & (a->n_slots - 1)) == 0;
}

static NgVocab *
new_packed(const NgVocabArrays *arrays, GDestroyNotify release, gpointer mapping, GError **error)
{
    NgVocabPacked *packed = ng_vocab_packed_read(arrays);

    for (NgWord id = 0; id < NG_WORDS_FIXED && packed != NULL; id++)
        if (!g_str_equal(ng_vocab_packed_word(packed, id, NULL), fixed_words[id]))
            g_clear_pointer(&packed, ng_vocab_packed_free);
    if (packed == NULL) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "the vocabulary is damaged");
        return NULL;
    }
    NgVocab *self = g_new0(NgVocab, 1);
    g_atomic_ref_count_init(&self->refs);
    self->packed = packed;
    self->V = ng_vocab_packed_size(packed);
    self->release = release;
    self->mapping = mapping;
    return self;
}

/**
 * ng_vocab_packed:
 *
 * Returns: (transfer full): the same words with the same ids, packed
 */
NgVocab *
ng_vocab_packed(const NgVocab *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    NgVocab *vocab = g_new0(NgVocab, 1);
    g_atomic_ref_count_init(&vocab->refs);
    vocab->packed = ng_vocab_packed_new(self);
    vocab->V = self->V;
    return vocab;
}

/**
 * ng_vocab_unpacked:
 *
 * Returns: (transfer full): the same words with the same ids in a vocabulary that can grow
 */
NgVocab *
ng_vocab_unpacked(const NgVocab *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    NgVocab *vocab = ng_vocab_new();
    for (NgWord id = NG_WORDS_FIXED; id < self->V; id++) {
        size_t length = 0;
        const char *word = ng_vocab_word(self, id, &length);
        if (ng_vocab_add(vocab, word, length) == id)
            continue;
        append_text(vocab, word, length); /* a damaged file's words may be the same */
        vocab->V++;
        if (2 * vocab->V > vocab->mask)
            grow_slots(vocab);
    }
    return vocab;
}

/**
 * ng_vocab_new_mapped:
 * @arrays: borrowed arrays, as ng_vocab_arrays() gives them
 * @release: (nullable): called with @mapping when the arrays are no longer wanted
 * @mapping: what keeps the arrays alive
 * @error: return location for a #GError, or %NULL
 *
 * Costs one pass over the offsets and the slots' ids, which is what keeps a
 * damaged file from leading outside the arrays.
 *
 * Returns: (transfer full): a vocabulary that cannot grow; %NULL with
 * %NG_ERROR_FORMAT, and @release not called, where the arrays do not fit together
 */
NgVocab *
ng_vocab_new_mapped(const NgVocabArrays *arrays, GDestroyNotify release, gpointer mapping,
                    GError **error)
{
    g_return_val_if_fail(arrays != NULL, NULL);

    if (arrays->packed != NULL)
        return new_packed(arrays, release, mapping, error);
    gboolean sound = arrays_are_sound(arrays);
    size_t V = sound ? arrays->n_offsets - 1 : 0;
    for (size_t id = 0; id < V && sound; id++)
        sound =
            arrays->offset[id] < arrays->offset[id + 1] && arrays->offset[id + 1] <= arrays->n_text;
    g_autoptr(NgVocab) self = g_new0(NgVocab, 1);
    g_atomic_ref_count_init(&self->refs);
    self->text = arrays->text;
    self->n_text = arrays->n_text;
    self->offset = arrays->offset;
    self->slot = arrays->slot;
    self->mask = arrays->n_slots - 1;
    self->V = V;
    for (size_t i = 0; i < NG_WORDS_FIXED && sound; i++) {
        size_t length = strlen(fixed_words[i]);
        sound = self->offset[i + 1] - self->offset[i] == length + 1 &&
                memcmp(self->text + self->offset[i], fixed_words[i], length + 1) == 0;
    }
    if (!sound) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "the vocabulary is damaged");
        return NULL;
    }
    self->release = release;
    self->mapping = mapping;
    return g_steal_pointer(&self);
}

/*
 * Lexicon
 *
 * What a thread that reads much text knows of its words: their numbers, in the
 * order they were first met.  A vocabulary is made to be kept, in memory and in a
 * file; this is made to be asked, once for each word of a text.  A word of up to
 * eight bytes stands in its slot as a number, so one place in memory tells its id;
 * of a longer one the slot has a hash, and its bytes are compared.
 *
 * Costs 32 to 64 bytes a word for the slots, and 8 and its length for the word.
 *
 * Invariant: the slots are a power of two, at most half full; ids 0, 1, 2 are
 * `<unk>`, `<s>`, `</s>`, as in a vocabulary.
 */
#include "ngram/lexicon.h"

#include "lookup.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
/* a word is too short to be worth a call */
#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
    SHORT = 8,      /* bytes of a word that is a number */
    SLOTS_LOG = 12, /* slots at first */
    LARGE_PAGE = 2 << 20,
    SOME = 64 /* words of a run that are looked up at once */
};

/** Slot: @length is that of the word, SHORT + 1 for all longer ones, 0 where it is empty. */
typedef struct {
    uint64_t key; /* the word, or its hash */
    uint32_t length;
    NgWord id;
} Slot;

/** Key: a word as the slots know it. */
typedef struct {
    uint64_t key;
    uint32_t length;
} Key;

struct NgLexicon {
    Slot *slot; /* [1 << log] */
    unsigned log;
    size_t n;       /* words */
    char *text;     /* [offset[n]] the words, one after another */
    size_t room;    /* of `text` */
    size_t *offset; /* [n + 1] */
    size_t offset_room;
};

/*
 * 1 << @log empty slots.  A large table is asked for in large pages, where the
 * system has them: words are all over it, and each look would want a page's address.
 */
static Slot *
new_slots(unsigned log)
{
    size_t bytes = sizeof(Slot) << log;
    void *slots = NULL;

    if (bytes < LARGE_PAGE || posix_memalign(&slots, LARGE_PAGE, bytes) != 0)
        return g_malloc0(bytes);
    (void)madvise(slots, bytes, MADV_HUGEPAGE);
    return memset(slots, 0, bytes);
}

/**
 * ng_lexicon_new:
 *
 * Returns: (transfer full): one that holds the three fixed words alone; free with
 * ng_lexicon_free()
 */
NgLexicon *
ng_lexicon_new(void)
{
    static const char *const fixed[NG_WORDS_FIXED] = {"<unk>", "<s>", "</s>"};
    NgLexicon *self = g_new0(NgLexicon, 1);

    self->log = SLOTS_LOG;
    self->slot = new_slots(self->log);
    self->offset_room = 1024;
    self->offset = g_new0(size_t, self->offset_room);
    for (size_t i = 0; i < NG_WORDS_FIXED; i++)
        ng_lexicon_add(self, fixed[i], strlen(fixed[i]));
    return self;
}

/**
 * ng_lexicon_free:
 * @self: (nullable) (transfer full): a lexicon
 */
void
ng_lexicon_free(NgLexicon *self)
{
    if (self == NULL)
        return;
    g_free(self->slot);
    g_free(self->text);
    g_free(self->offset);
    g_free(self);
}

static inline size_t
place_of(const NgLexicon *self, uint64_t key)
{
    return (size_t)(key * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) >> (64 - self->log));
}

/* What a word is to the slots; @readable bytes may be read at @word. */
static inline Key
key_of(const char *word, size_t length, size_t readable)
{
    uint64_t number = 0;

    if (length > SHORT)
        return (Key){XXH3_64bits(word, length), SHORT + 1};
    if (readable >= SHORT)
        number = ng_load64(word);
    else
        memcpy(&number, word, length);
    return (Key){length > 0 ? ng_first_bytes(number, length) : 0, (uint32_t)length};
}

static void
grow(NgLexicon *self)
{
    Slot *old = self->slot;
    size_t n_old = (size_t)1 << self->log;

    self->log++;
    self->slot = new_slots(self->log);
    size_t mask = ((size_t)1 << self->log) - 1;
    for (size_t i = 0; i < n_old; i++) {
        if (old[i].length == 0)
            continue;
        size_t j = place_of(self, old[i].key);
        while (self->slot[j].length != 0)
            j = (j + 1) & mask;
        self->slot[j] = old[i];
    }
    g_free(old);
}

static void
append(NgLexicon *self, const char *word, size_t length)
{
    size_t end = self->offset[self->n];

    if (end + length > self->room) {
        self->room = 2 * (end + length) + 1024;
        self->text = g_realloc(self->text, self->room);
    }
    if (self->n + 2 > self->offset_room) {
        self->offset_room *= 2;
        self->offset = g_renew(size_t, self->offset, self->offset_room);
    }
    memcpy(self->text + end, word, length);
    self->n++;
    self->offset[self->n] = end + length;
}

/* Whether a slot is that of a word. */
static inline gboolean
holds(const NgLexicon *self, const Slot *slot, Key key, const char *word, size_t length)
{
    if (slot->key != key.key || slot->length != key.length)
        return FALSE;
    if (length <= SHORT)
        return TRUE;
    size_t begin = self->offset[slot->id];
    return self->offset[slot->id + 1] - begin == length &&
           ng_same_bytes(self->text + begin, length, word, length, length);
}

static inline NgWord
add(NgLexicon *self, Key key, const char *word, size_t length)
{
    size_t mask = ((size_t)1 << self->log) - 1;
    size_t i = place_of(self, key.key);

    for (; self->slot[i].length != 0; i = (i + 1) & mask)
        if (holds(self, &self->slot[i], key, word, length))
            return self->slot[i].id;
    g_assert(self->n < NG_WORD_NONE);
    NgWord id = (NgWord)self->n;
    self->slot[i] = (Slot){key.key, key.length, id};
    append(self, word, length);
    if (2 * self->n > mask)
        grow(self);
    return id;
}

/**
 * ng_lexicon_add:
 * @self: a lexicon
 * @word: [@length] any bytes
 * @length: at least 1
 *
 * Returns: the id of @word, new or old
 */
NgWord
ng_lexicon_add(NgLexicon *self, const char *word, size_t length)
{
    g_return_val_if_fail(self != NULL && word != NULL && length > 0, NG_WORD_NONE);

    return add(self, key_of(word, length, length), word, length);
}

/* The word that a long one is likely to be, %NG_WORD_NONE where its slot is another's. */
static inline NgWord
likely_word(const NgLexicon *self, Key key)
{
    const Slot *slot = &self->slot[place_of(self, key.key)];

    return slot->key == key.key && slot->length == key.length ? slot->id : NG_WORD_NONE;
}

/* Gets the bytes of known long words on their way, of which no slot tells enough. */
static void
fetch_long_words(const NgLexicon *self, const Key *key, const uint32_t *which, size_t n)
{
    NgWord id[SOME];

    for (size_t i = 0; i < n; i++) {
        id[i] = likely_word(self, key[which[i]]);
        if (id[i] != NG_WORD_NONE)
            __builtin_prefetch(&self->offset[id[i]]);
    }
    for (size_t i = 0; i < n; i++)
        if (id[i] != NG_WORD_NONE)
            __builtin_prefetch(self->text + self->offset[id[i]]);
}

static void
add_some(NgLexicon *self, const NgTokenRun *run, size_t first, size_t n, NgWord *ids)
{
    Key key[SOME];
    uint32_t which[SOME]; /* [n_long] the long words */
    size_t n_long = 0;

    for (size_t i = 0; i < n; i++) {
        size_t begin = run->begin[first + i];
        key[i] = key_of(run->text + begin, run->end[first + i] - begin, run->readable - begin);
        __builtin_prefetch(&self->slot[place_of(self, key[i].key)]);
        which[n_long] = (uint32_t)i;
        n_long += key[i].length > SHORT;
    }
    fetch_long_words(self, key, which, n_long);
    for (size_t i = 0; i < n; i++) {
        size_t begin = run->begin[first + i];
        ids[i] = add(self, key[i], run->text + begin, run->end[first + i] - begin);
    }
}

/**
 * ng_lexicon_add_run:
 * @self: a lexicon
 * @run: tokens
 * @ids: (out): [run->n] the id of each, new or old
 *
 * As ng_lexicon_add() for one after the other; the slots of many are waited for at once.
 */
void
ng_lexicon_add_run(NgLexicon *self, const NgTokenRun *run, NgWord *ids)
{
    g_return_if_fail(self != NULL && run != NULL && ids != NULL);

    for (size_t first = 0; first < run->n; first += SOME)
        add_some(self, run, first, MIN(SOME, run->n - first), ids + first);
}

/**
 * ng_lexicon_word:
 * @self: a lexicon
 * @id: an id of @self
 * @length: (out): bytes of the word
 *
 * Returns: (transfer none): the word, with no zero byte behind it; valid until a
 * word is added
 */
const char *
ng_lexicon_word(const NgLexicon *self, NgWord id, size_t *length)
{
    g_return_val_if_fail(self != NULL && id < self->n && length != NULL, NULL);

    *length = self->offset[id + 1] - self->offset[id];
    return self->text + self->offset[id];
}

/**
 * ng_lexicon_size:
 * @self: a lexicon
 *
 * Returns: the number of words, the three fixed ones among them
 */
size_t
ng_lexicon_size(const NgLexicon *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->n;
}

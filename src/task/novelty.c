/*
 * Novelty
 *
 * A run of more than K words is copied from a text exactly where each K + 1 words in
 * a row of it stand in that text in a row at some place.  So it is enough to know
 * whether the last K + 1 words of what grows do: they are looked up in a table of
 * the places of the text, and compared there word by word.  Nothing is hit falsely.
 *
 * A text is numbers of words, sequences parted by `</s>`; no run goes over that.
 * `<unk>` is no word that could be copied.
 *
 * Stored: the text, 4 bytes a word, and an open table of places, 4 bytes a slot, at
 * most half full; of equal runs the first alone has a place in it.
 */
#include "ngram/novelty.h"

#include "ngram/document.h"
#include "ngram/encode.h"
#include "ngram/error.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

struct NgNovelty {
    const NgWord *text;
    NgWord *own; /* (nullable): where the text is not the model's */
    size_t n;
    guint run;      /* K */
    uint32_t *slot; /* [mask + 1] place + 1, or 0 */
    size_t mask;
};

/* The slot of K + 1 words, or the free one where they would go. */
static size_t
find(const NgNovelty *self, const NgWord *words)
{
    size_t bytes = ((size_t)self->run + 1) * sizeof(NgWord);
    size_t at = (size_t)XXH3_64bits(words, bytes) & self->mask;

    while (self->slot[at] != 0 && memcmp(self->text + (self->slot[at] - 1), words, bytes) != 0)
        at = (at + 1) & self->mask;
    return at;
}

static void
make_table(NgNovelty *self)
{
    size_t slots = 1024, length = 0;

    while (slots < 2 * self->n)
        slots *= 2;
    self->slot = g_new0(uint32_t, slots);
    self->mask = slots - 1;
    for (size_t i = 0; i < self->n; i++) {
        gboolean word = self->text[i] != NG_WORD_END && self->text[i] != NG_WORD_BEGIN &&
                        self->text[i] != NG_WORD_UNKNOWN;
        length = word ? length + 1 : 0;
        if (length <= self->run)
            continue;
        size_t first = i - self->run;
        size_t at = find(self, self->text + first);
        if (self->slot[at] == 0)
            self->slot[at] = (uint32_t)first + 1;
    }
}

static NgNovelty *
new_of(const NgWord *text, NgWord *own, size_t n, guint run)
{
    NgNovelty *self = g_new0(NgNovelty, 1);

    self->text = text;
    self->own = own;
    self->n = n;
    self->run = run;
    make_table(self);
    return self;
}

/**
 * ng_novelty_new:
 * @text: [@n] words; it outlives the new object
 * @n: how many, below 2^32 - 1
 * @run: K, the longest run that may be copied, at least 1
 *
 * Returns: (transfer full): free with ng_novelty_free(); for any number of threads
 */
NgNovelty *
ng_novelty_new(const NgWord *text, size_t n, guint run)
{
    g_return_val_if_fail((text != NULL || n == 0) && n < UINT32_MAX && run >= 1, NULL);

    return new_of(text, NULL, n, run);
}

static gboolean
set_missing(GError **error)
{
    g_set_error_literal(error, NG_ERROR, NG_ERROR_RANGE,
                        "the model does not hold its training text (name the text with --corpus, "
                        "or train with --keep-text)");
    return FALSE;
}

static gboolean
set_too_long(GError **error)
{
    g_set_error_literal(error, NG_ERROR, NG_ERROR_RANGE,
                        "the text has 2^32 words or more, too many to look for copies of it");
    return FALSE;
}

/* Adds the text that one model of a mixture holds, in the numbers of the mixture. */
static gboolean
add_part(const NgModel *model, size_t part, GArray *text, GError **error)
{
    const NgMixPart *voice = ng_mix_part(ng_model_mixture(model, 0), part);
    size_t n = 0;
    const NgWord *own =
        ng_model_section(ng_model_part(model, part).model, NG_NOVELTY_TEXT, sizeof(NgWord), &n);

    if (own == NULL)
        return set_missing(error);
    if (n >= UINT32_MAX - 1 - text->len)
        return set_too_long(error);
    for (size_t i = 0; i < n; i++) {
        NgWord word = own[i] < ng_voice_words(voice->voice) ? voice->from[own[i]] : NG_WORD_UNKNOWN;
        g_array_append_val(text, word);
    }
    return TRUE;
}

/**
 * ng_novelty_of_model:
 * @model: a model that outlives the new object
 * @run: K, the longest run that may be copied, at least 1
 * @error: return location for a #GError, or %NULL
 *
 * Goes by the training text that the model holds; of a mixture, by those of its models.
 *
 * Errors: %NG_ERROR_RANGE where it holds none.
 *
 * Returns: (transfer full): free with ng_novelty_free(); %NULL with @error set
 */
NgNovelty *
ng_novelty_of_model(const NgModel *model, guint run, GError **error)
{
    g_return_val_if_fail(model != NULL && run >= 1, NULL);

    if (ng_model_mixture(model, 0) == NULL) {
        size_t n = 0;
        const NgWord *text = ng_model_section(model, NG_NOVELTY_TEXT, sizeof(NgWord), &n);
        if (text == NULL || n >= UINT32_MAX - 1) {
            (void)(text == NULL ? set_missing(error) : set_too_long(error));
            return NULL;
        }
        return new_of(text, NULL, n, run);
    }
    g_autoptr(GArray) text = g_array_new(FALSE, FALSE, sizeof(NgWord));
    for (size_t i = 0; i < ng_model_parts(model); i++)
        if (!add_part(model, i, text, error))
            return NULL;
    size_t n = text->len;
    NgWord *own = (NgWord *)(void *)g_array_free(g_steal_pointer(&text), FALSE);
    return new_of(own, own, n, run);
}

/* Adds the sequences of a file, each with `</s>` behind it. */
static gboolean
add_file(const NgModel *model, NgTokenizer *tokenizer, const char *path, GArray *text,
         GError **error)
{
    const NgWord end = NG_WORD_END;
    g_autoptr(NgDocument) document = ng_document_open(path, ng_model_text(model).unit, error);
    GError *trouble = NULL;
    NgSequence sequence;

    if (document == NULL)
        return FALSE;
    while (ng_document_next(document, &sequence, &trouble)) {
        if (sequence.length >= UINT32_MAX / 2 - text->len)
            return set_too_long(error);
        (void)ng_encode(tokenizer, ng_model_vocab(model), sequence.text, sequence.length, text);
        g_array_append_val(text, end);
    }
    if (trouble != NULL)
        g_propagate_error(error, trouble);
    return trouble == NULL;
}

static gboolean
has_words(const GArray *text)
{
    for (guint i = 0; i < text->len; i++)
        if (g_array_index(text, NgWord, i) != NG_WORD_END)
            return TRUE;
    return FALSE;
}

/**
 * ng_novelty_of_files:
 * @model: whose words are meant
 * @paths: files and folders
 * @run: K, the longest run that may be copied, at least 1
 * @progress: (nullable): told of the work
 * @error: return location for a #GError, or %NULL
 *
 * Goes by a text that is cut as the model's own was.
 *
 * Errors: %G_FILE_ERROR, %NG_ERROR_FORMAT; %NG_ERROR_RANGE where there is too much text, or no
 * word.
 *
 * Returns: (transfer full): free with ng_novelty_free(); %NULL with @error set
 */
NgNovelty *
ng_novelty_of_files(const NgModel *model, const char *const *paths, guint run,
                    const NgProgress *progress, GError **error)
{
    g_return_val_if_fail(model != NULL && paths != NULL && run >= 1, NULL);

    g_autoptr(NgTokenizer) tokenizer = ng_model_tokenizer(model, error);
    g_autoptr(GPtrArray) files = tokenizer != NULL ? ng_document_list(paths, error) : NULL;
    g_autoptr(GArray) text = g_array_new(FALSE, FALSE, sizeof(NgWord));

    if (files == NULL)
        return NULL;
    for (guint i = 0; i < files->len; i++) {
        if (!add_file(model, tokenizer, g_ptr_array_index(files, i), text, error))
            return NULL;
        ng_progress_report(progress, "reading the corpus", i + 1, files->len);
    }
    if (!has_words(text)) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "%s: no word to guard (name the text that the model was trained from)",
                    paths[0]);
        return NULL;
    }
    size_t n = text->len;
    NgWord *own = (NgWord *)(void *)g_array_free(g_steal_pointer(&text), FALSE);
    return new_of(own, own, n, run);
}

/** ng_novelty_run: Returns: K, the longest run that may be copied */
guint
ng_novelty_run(const NgNovelty *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->run;
}

/**
 * ng_novelty_ends_copied:
 * @words: [@n] words that grow at their end
 * @n: how many
 *
 * Returns: whether the last K + 1 of them stand in the text in a row
 */
gboolean
ng_novelty_ends_copied(const NgNovelty *self, const NgWord *words, size_t n)
{
    g_return_val_if_fail(self != NULL && (words != NULL || n == 0), FALSE);

    return n > self->run && self->slot[find(self, words + (n - self->run - 1))] != 0;
}

/**
 * ng_novelty_free:
 * @self: (nullable) (transfer full): what was made here
 */
void
ng_novelty_free(NgNovelty *self)
{
    if (self == NULL)
        return;
    g_free(self->own);
    g_free(self->slot);
    g_free(self);
}

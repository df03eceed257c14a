/*
 * Spelling
 *
 * A trigram model of letters over the words of a vocabulary, each counted once:
 * new words look like rare ones, and most words are rare.  Letters are told
 * apart in 32 classes: a to z have one each.  Each order is interpolated with the
 * one below (Witten and Bell 1991), and the word ends with a mark.
 *
 * 128 KiB; made in one pass over the vocabulary.  Immutable.
 */
#include "ngram/spelling.h"

#include <math.h>
#include <string.h>

enum { C = 32, EDGE = 0 };

struct NgSpelling {
    float logprob[C][C][C]; /* [before last][last][letter] log10 */
};

static unsigned
class_of(uint16_t c)
{
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 1U;
    if (c == '\'' || c == '-')
        return c == '-' ? 30 : 31;
    return 27 + (c * 2654435761U >> 16) % 3;
}

static void
count_word(uint32_t (*count)[C][C], const uint16_t *letters, size_t n)
{
    unsigned a = EDGE, b = EDGE;

    for (size_t i = 0; i <= n; i++) {
        unsigned c = i < n ? class_of(letters[i]) : EDGE;
        count[a][b][c]++;
        a = b;
        b = c;
    }
}

/* p[c] becomes (count[c] + kinds p[c]) / (sum + kinds), where there are counts. */
static void
interpolate(const uint32_t count[C], double p[C])
{
    double sum = 0.0, kinds = 0.0;

    for (unsigned c = 0; c < C; c++) {
        sum += count[c];
        kinds += count[c] > 0;
    }
    if (kinds > 0.0)
        for (unsigned c = 0; c < C; c++)
            p[c] = (count[c] + kinds * p[c]) / (sum + kinds);
}

static void
estimate(NgSpelling *self, uint32_t (*count)[C][C])
{
    uint32_t one[C] = {0}, two[C][C] = {{0}};
    double p1[C], p2[C], p3[C];

    for (unsigned a = 0; a < C; a++)
        for (unsigned b = 0; b < C; b++)
            for (unsigned c = 0; c < C; c++) {
                two[b][c] += count[a][b][c];
                one[c] += count[a][b][c];
            }
    for (unsigned c = 0; c < C; c++)
        p1[c] = 1.0 / C;
    interpolate(one, p1);
    for (unsigned b = 0; b < C; b++) {
        memcpy(p2, p1, sizeof p2);
        interpolate(two[b], p2);
        for (unsigned a = 0; a < C; a++) {
            memcpy(p3, p2, sizeof p3);
            interpolate(count[a][b], p3);
            for (unsigned c = 0; c < C; c++)
                self->logprob[a][b][c] = (float)log10(p3[c]);
        }
    }
}

/**
 * ng_spelling_new:
 * @vocab: words; those that ng_letters() takes are learned from
 *
 * Returns: (transfer full): free with ng_spelling_unref()
 */
NgSpelling *
ng_spelling_new(const NgVocab *vocab)
{
    g_return_val_if_fail(vocab != NULL, NULL);

    NgSpelling *self = g_atomic_rc_box_new0(NgSpelling);
    g_autofree uint32_t(*count)[C][C] = g_malloc0(sizeof(uint32_t[C][C][C]));
    uint16_t letters[NG_LETTERS_MAX];

    for (NgWord id = NG_WORDS_FIXED; id < ng_vocab_size(vocab); id++) {
        size_t length = 0;
        const char *word = ng_vocab_word(vocab, id, &length);
        size_t n = ng_letters(word, length, letters);
        if (n > 0)
            count_word(count, letters, n);
    }
    estimate(self, count);
    return self;
}

/** ng_spelling_ref: Returns: (transfer full): @self */
NgSpelling *
ng_spelling_ref(NgSpelling *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return g_atomic_rc_box_acquire(self);
}

/**
 * ng_spelling_unref:
 * @self: (nullable) (transfer full): a model of letters
 */
void
ng_spelling_unref(NgSpelling *self)
{
    if (self != NULL)
        g_atomic_rc_box_release(self);
}

/**
 * ng_spelling_logprob:
 * @self: a model of letters
 * @letters: [@n] a word
 * @n: letters
 *
 * Returns: log10 P(@letters, end of the word)
 */
float
ng_spelling_logprob(const NgSpelling *self, const uint16_t *letters, size_t n)
{
    g_return_val_if_fail(self != NULL && (letters != NULL || n == 0), 0.0F);

    unsigned a = EDGE, b = EDGE;
    float sum = 0.0F;

    for (size_t i = 0; i <= n; i++) {
        unsigned c = i < n ? class_of(letters[i]) : EDGE;
        sum += self->logprob[a][b][c];
        a = b;
        b = c;
    }
    return sum;
}

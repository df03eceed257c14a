/* near.h - the words of a vocabulary that are written much like a given one. */
#pragma once

#include "ngram/vocab.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

#define NG_LETTERS_MAX 40 /* letters of the longest word that is looked at */

/**
 * NgNearWord: a word that was found.
 * @id: of the vocabulary; above its size, counted on, of the further words
 * @distance: letters put in, left out, replaced or exchanged with the next
 * @letters: [@n] its letters, owned by the index
 */
typedef struct {
    NgWord id;
    unsigned distance;
    const uint16_t *letters;
    size_t n;
} NgNearWord;

typedef struct NgNear NgNear;

size_t ng_letters(const char *word, size_t length, uint16_t out[NG_LETTERS_MAX]);
unsigned ng_letters_distance(const uint16_t *a, size_t n, const uint16_t *b, size_t m);

NgNear *ng_near_new(const NgVocab *vocab, const NgVocab *further);
NgNear *ng_near_ref(NgNear *self);
void ng_near_unref(NgNear *self);
size_t ng_near_size(const NgNear *self);
void ng_near_find(const NgNear *self, const uint16_t *letters, size_t n, unsigned most,
                  GArray *found);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgNear, ng_near_unref)

G_END_DECLS

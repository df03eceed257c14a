/* topics.h - what the hidden units of a machine of words stand for. */
#pragma once

#include "ngram/dataset.h"
#include "ngram/rbm.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * NgTopicsOrder: which words are the strongest of a hidden unit.
 * @NG_TOPICS_RELEVANCE: those that it makes more frequent by a great factor, and that are not rare
 * @NG_TOPICS_WEIGHT: those that it makes more frequent by the greatest factor, rare ones too
 * @NG_TOPICS_GAIN: those with the greatest part of the relative entropy
 * @NG_TOPICS_SHARE: those that are frequent where it is on
 */
typedef enum {
    NG_TOPICS_RELEVANCE,
    NG_TOPICS_WEIGHT,
    NG_TOPICS_GAIN,
    NG_TOPICS_SHARE,
} NgTopicsOrder;

/**
 * NgTopicWord: a word and a hidden unit.
 * @word: visible unit
 * @weight: between them
 * @on, @off: probability of the word with the unit on, and off, the others at their means
 * @gain: what the word has of the relative entropy between the two, in nats; below 0 where the
 *   unit makes it rarer
 */
typedef struct {
    guint word;
    double weight;
    double on, off;
    double gain;
} NgTopicWord;

void ng_topics_means(NgRbm *rbm, const NgDataset *rows, float *mean);
void ng_topics_note(NgRbm *rbm, const float *mean);
gboolean ng_topics_noted(NgRbm *rbm, float *mean);
guint ng_topics_of(NgRbm *rbm, guint unit, const float *mean, NgTopicsOrder order,
                   NgTopicWord *words);

G_END_DECLS

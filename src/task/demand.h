/* demand.h - what is asked of a generated text as a whole, and what came of drawing one. */
#pragma once

#include "ngram/generate.h"
#include "ngram/novelty.h"

#include <glib.h>

G_BEGIN_DECLS

/** NgOutcome: what came of one draw of a text. */
typedef enum {
    NG_OUTCOME_FITS,
    NG_OUTCOME_TOO_SHORT,
    NG_OUTCOME_TOO_LONG,
    NG_OUTCOME_LACKING, /* the words that it must end with or contain */
    NG_OUTCOME_COPIED,  /* too long a run from the training text */
    NG_OUTCOME_ENDLESS,
    NG_OUTCOME_STUCK, /* no word has a positive probability */
    NG_OUTCOME_GROWS, /* it has no end yet */
    NG_OUTCOMES
} NgOutcome;

/**
 * NgDemand:
 * @min_words, @max_words: bounds; no upper one where it is 0
 * @suffix, @infix: (element-type NgWord): how it ends, and what is in it; empty for anything
 * @novelty: (nullable): what may not be copied at length
 * @no_unk: `<unk>` is excluded
 * @greedy: there is no other text
 * @tries: texts drawn for one
 */
typedef struct {
    guint min_words, max_words;
    GArray *suffix, *infix;
    const NgNovelty *novelty;
    gboolean no_unk, greedy;
    guint tries;
} NgDemand;

gboolean ng_demand_init(NgDemand *self, const NgModel *model, const NgGenerateOptions *options,
                        size_t prefix, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ng_demand_clear(NgDemand *self);
NgOutcome ng_demand_of_end(const NgDemand *self, const NgWord *words, size_t n);
void ng_demand_set_hopeless(const NgDemand *self, NgOutcome outcome, const char *tail, size_t n,
                            GError **error);
void ng_demand_set_exhausted(const NgDemand *self, const guint *seen, GError **error);

G_END_DECLS

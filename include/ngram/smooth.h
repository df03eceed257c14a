/* smooth.h - from counts to probabilities. */
#pragma once

#include "ngram/counts.h"
#include "ngram/voice.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgSmoothing:
 * @NG_SMOOTHING_MKN: interpolated modified Kneser-Ney, Chen & Goodman 1998
 * @NG_SMOOTHING_KN: interpolated Kneser-Ney, one discount an order
 * @NG_SMOOTHING_WB: interpolated Witten-Bell
 * @NG_SMOOTHING_ABS: interpolated absolute discounting of the raw counts
 * @NG_SMOOTHING_ADD: K added to every count
 * @NG_SMOOTHING_MLE: ratios of raw counts, no smoothing at all
 */
typedef enum {
    NG_SMOOTHING_MKN,
    NG_SMOOTHING_KN,
    NG_SMOOTHING_WB,
    NG_SMOOTHING_ABS,
    NG_SMOOTHING_ADD,
    NG_SMOOTHING_MLE,
} NgSmoothing;

/**
 * NgSmoothOptions:
 * @method: which estimator
 * @add: K of @NG_SMOOTHING_ADD, > 0
 * @discount: [3] D1, D2, D3+ for every order, instead of the closed form; used where @fixed
 * @fixed: whether @discount holds
 * @prune: [NG_ORDER_MAX] n-grams of order k >= 2 with a raw count <= prune[k - 1] go; never falling
 * @keep: (nullable): [V] 0 for each word that goes, and all n-grams with it
 * @lmplz: reproduce the slips of KenLM's lmplz (kpu/kenlm#427)
 */
typedef struct {
    NgSmoothing method;
    double add;
    float discount[3];
    gboolean fixed;
    guint64 prune[NG_ORDER_MAX];
    const guint8 *keep;
    gboolean lmplz;
} NgSmoothOptions;

/**
 * NgDiscount: what one order was discounted by.
 * @d: [4] discount of an adjusted count of 0, 1, 2, 3 and more
 * @t: [5] n-grams whose adjusted count is 0 .. 4
 * @fallback: the closed form was undefined
 */
typedef struct {
    float d[4];
    guint64 t[5];
    gboolean fallback;
} NgDiscount;

NgVoice *ng_smooth(NgCounts *counts, const NgSmoothOptions *options,
                   NgDiscount discounts[NG_ORDER_MAX]);
gboolean ng_smoothing_parse(const char *text, NgSmoothing *method, double *add, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
char *ng_smoothing_format(NgSmoothing method, double add);

G_END_DECLS

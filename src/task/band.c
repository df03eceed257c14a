/*
 * Bands
 *
 * Typical, top-p and min-p leave all words whose probability lies between two
 * bounds.  The bounds are found by bisection: what lies above a bound follows from
 * sorted lists, see above.c, and from a correction for each of the words that are
 * penalised or left out.  No word is looked at.
 *
 * Bounds are floats, as the logarithms of the words are, so bisection ends at the
 * very probability of the last word to stay; words as likely as that one stay too.
 */
#include "band.h"

#include "ngram/mass.h"

#include <math.h>

/* A place, and the words that weigh otherwise than the model says. */
typedef struct {
    const NgAbove *above;
    const GArray *changes; /* NgChange */
} Place;

static NgShare
share_of(const Place *place, float bound)
{
    NgShare share = ng_above_share(place->above, bound);

    for (guint i = 0; i < place->changes->len; i++) {
        const NgChange *change = &g_array_index(place->changes, NgChange, i);
        if (change->before >= bound) {
            share.n--;
            share.mass -= ng_mass(change->before);
        }
        if (change->after >= bound) {
            share.n++;
            share.mass += ng_mass(change->after);
        }
    }
    return share;
}

static NgShare
share_between(const Place *place, float low, float high)
{
    NgShare share = share_of(place, low);
    NgShare above = share_of(place, nextafterf(high, HUGE_VALF));

    return (NgShare){share.n - above.n, share.mass - above.mass};
}

/* The greatest bound with at least @n words and @mass from it up to @high; the least one where
 * there is none. */
static float
bound_of(const Place *place, float high, int64_t n, double mass)
{
    NgShare above = share_of(place, nextafterf(high, HUGE_VALF));
    int64_t enough = ng_above_order(NG_MASS_ZERO), few = (int64_t)ng_above_order(high) + 1;

    while (few - enough > 1) {
        int64_t middle = enough + (few - enough) / 2;
        NgShare share = share_of(place, ng_above_float((int32_t)middle));
        if (share.n - above.n >= n && share.mass - above.mass >= mass)
            enough = middle;
        else
            few = middle;
    }
    return ng_above_float((int32_t)enough);
}

static float
float_from(double x)
{
    float f = (float)x;

    return (double)f >= x ? f : nextafterf(f, HUGE_VALF);
}

static float
float_to(double x)
{
    float f = (float)x;

    return (double)f <= x ? f : nextafterf(f, -HUGE_VALF);
}

/* The words whose surprise is no further than @distance from the entropy; in natural logarithms. */
static void
set_typical(float bound[2], double middle, double distance)
{
    bound[0] = MAX(float_from((middle - distance) / G_LN10), NG_MASS_ZERO);
    bound[1] = MIN(float_to((middle + distance) / G_LN10), 1.0F);
}

static void
find_typical(const Place *place, NgWhole whole, double part, float bound[2])
{
    double H = log(whole.mass) - whole.log / whole.mass, middle = log(whole.mass) - H;
    double few = 0.0, enough = 1.0;

    for (;; enough *= 2.0) {
        set_typical(bound, middle, enough);
        if (enough > 1000.0 || share_between(place, bound[0], bound[1]).mass >= part * whole.mass)
            break;
        few = enough;
    }
    for (double half = few + (enough - few) / 2.0; half > few && half < enough;
         half = few + (enough - few) / 2.0) {
        float before[2] = {bound[0], bound[1]};
        set_typical(bound, middle, half);
        if (share_between(place, bound[0], bound[1]).mass >= part * whole.mass) {
            enough = half;
        } else {
            few = half;
            bound[0] = before[0];
            bound[1] = before[1];
        }
        if (enough - few < 1e-13 * enough)
            break;
    }
}

/**
 * ng_band_find:
 * @above, @gather: gone to one place of one voice
 * @sampling: the options; top-k and the temperature do not matter
 * @decades: how much less likely than the likeliest a word may be besides; `INFINITY` for any
 *
 * Returns: the words that are left
 */
NgBand
ng_band_find(const NgAbove *above, NgGather *gather, const NgSampling *sampling, double decades)
{
    Place place = {above, ng_gather_changes(gather)};
    float bound[2] = {NG_MASS_ZERO, 1.0F};
    gboolean typical = sampling->typical > 0.0 && sampling->typical < 1.0;
    gboolean top_p = sampling->top_p > 0.0 && sampling->top_p < 1.0;
    NgWhole whole = {0};

    if (typical || top_p)
        whole = ng_gather_whole(gather);
    if (typical) {
        find_typical(&place, whole, sampling->typical, bound);
        whole.mass = share_between(&place, bound[0], bound[1]).mass;
    }
    if (top_p)
        bound[0] = MAX(bound[0], bound_of(&place, bound[1], 1, sampling->top_p * whole.mass));
    if (sampling->min_p > 0.0)
        decades = MIN(decades, -log10(sampling->min_p));
    NgBand band = {(double)bound[0], (double)bound[1]};
    if (decades < HUGE_VAL)
        band.low = MAX(band.low, (double)bound_of(&place, bound[1], 1, 0.0) - decades);
    return band;
}

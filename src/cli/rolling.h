/* rolling.h - `ngram score --rolling`: who wrote it, along a text. */
#pragma once

#include "args.h"
#include "judge.h"
#include "passage.h"

#include "ngram/attribute.h"

#include <glib.h>

/**
 * NgRolling: what is wanted.
 * @window, @step: tokens
 * @judge: who decides
 * @plot: (nullable): an SVG or PNG file
 */
typedef struct {
    NgModel *model;
    guint64 window, step;
    const NgJudge *judge;
    const char *plot;
} NgRolling;

/**
 * NgCurve: the answers along one passage.
 * @from, @to: [@n] first and last token of each window, from 1
 * @probability: [@n][@authors]; the last is nobody where that is a possible answer
 */
typedef struct {
    char *name;
    GArray *from, *to, *probability;
    size_t n, authors;
} NgCurve;

gboolean ng_rolling(const NgRolling *rolling, const NgArgs *args, const NgPassageReading *reading,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_plot(const char *path, const GPtrArray *curves, const char *const *names,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

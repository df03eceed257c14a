/* die.h - the biased die: one draw from a table of weights by inverse CDF. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

size_t ng_die_cumulate(double *cdf, const double *weight, size_t n);
size_t ng_die_find(const double *cdf, size_t n, double target);
size_t ng_die_roll(const double *cdf, size_t n, double coin);

G_END_DECLS

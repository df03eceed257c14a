/* chains.h - how well Markov chains have mixed, from a number that was followed along them. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

double ng_chains_rhat(const double *x, size_t chains, size_t draws);
double ng_chains_ess(const double *x, size_t chains, size_t draws);
double ng_chains_time(const double *x, size_t chains, size_t draws);
double ng_normal_quantile(double p);

G_END_DECLS

/* lbfgs.h - the least value of a smooth function. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/** NgObjective: value at @parameter; fills @gradient, of the same size. */
typedef double (*NgObjective)(gpointer data, const double *parameter, double *gradient);

double ng_lbfgs(NgObjective objective, gpointer data, double *parameter, size_t size,
                unsigned steps);

G_END_DECLS

/* sigmoid.h - sigmoids and exponentials of many floats. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

void ng_sigmoid_array(const float *x, float *p, size_t n);
void ng_exp_array(const float *x, float *e, size_t n);

G_END_DECLS

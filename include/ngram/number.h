/* number.h - numbers as text, the same in every locale. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

#define NG_NUMBER_SIZE 40 /* room for any number and its zero byte */

size_t ng_number_from_float(char out[NG_NUMBER_SIZE], float x);
size_t ng_number_from_double(char out[NG_NUMBER_SIZE], double x);
gboolean ng_number_to_float(const char *text, size_t length, float *x) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_number_to_double(const char *text, size_t length, double *x) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_number_to_uint64(const char *text, size_t length, guint64 *x) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

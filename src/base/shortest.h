/* shortest.h - the fewest digits that read back as a float. */
#pragma once

#include <glib.h>
#include <stdint.h>

gboolean ng_shortest_float(float a, uint32_t *m, int *exponent);

/* picture-internal.h - what a sheet is made of; for src/rbm/picture*.c alone. */
#pragma once

#include "ngram/picture.h"

struct NgPicture {
    guint width, height;
    guint channels; /* 1, or 3 for colour */
    guint8 *pixels; /* [height, width, channels] */
};

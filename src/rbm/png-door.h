/* png-door.h - pixels from and to PNG, without a word of libpng; for the files of this folder. */
#pragma once

#include "ngram/output.h"

#include <glib.h>

/**
 * NgPng: a picture that is read.
 * @channels: 1 grey, 2 with alpha, 3 colour, 4 with alpha
 * @depth: bits of a sample, 8 or 16
 * @data: [height, width, channels] samples, those of 16 bits with the greater byte first
 * @trouble: what is wrong, where something is
 * @door: libpng's part
 */
typedef struct {
    guint width, height;
    guint channels, depth;
    guint8 *data;
    char trouble[128];
    struct NgPngDoor *door;
} NgPng;

gboolean ng_png_open(NgPng *self, const guint8 *bytes, size_t size) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_png_decode(NgPng *self) G_GNUC_WARN_UNUSED_RESULT;
void ng_png_clear(NgPng *self);
gboolean ng_png_write(NgOutput *output, guint width, guint height, gboolean colour,
                      const guint8 *pixels) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(NgPng, ng_png_clear)

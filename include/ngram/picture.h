/* picture.h - sheets of small pictures, as files and as text for a terminal. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgPalette: what a value looks like.
 * @NG_PALETTE_GREY: 0 is black, 1 is white
 * @NG_PALETTE_SIGNED: 0 is grey, the largest absolute value black or white
 * @NG_PALETTE_DIVERGING: 0 is white, negative values are blue, positive ones orange
 */
typedef enum {
    NG_PALETTE_GREY,
    NG_PALETTE_SIGNED,
    NG_PALETTE_DIVERGING,
} NgPalette;

/**
 * NgTiles: how pictures are laid out; width and height must be set, the rest may be 0.
 * @width: of each picture
 * @height: of each picture
 * @columns: how many stand side by side; 0 for a sheet that is about square
 * @gap: pixels between them
 * @zoom: pixels a value, in both directions; 0 is 1
 * @palette: what a value looks like
 * @each: whether signed values are measured by the largest one of their own picture, not of all
 */
typedef struct {
    guint width, height;
    guint columns;
    guint gap;
    guint zoom;
    NgPalette palette;
    gboolean each;
} NgTiles;

/**
 * NgBlocks: how a picture becomes text.
 * @NG_BLOCKS_SHADES: signs alone, in five shades
 * @NG_BLOCKS_256: the colours of xterm-256color
 * @NG_BLOCKS_TRUE: 24 bits of colour
 */
typedef enum {
    NG_BLOCKS_SHADES,
    NG_BLOCKS_256,
    NG_BLOCKS_TRUE,
} NgBlocks;

typedef struct NgPicture NgPicture;

NgPicture *ng_picture_new(const NgTiles *how, const float *values, size_t n, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void ng_picture_free(NgPicture *self);
guint ng_picture_width(const NgPicture *self);
guint ng_picture_height(const NgPicture *self);
gboolean ng_picture_has_colour(const NgPicture *self);
const guint8 *ng_picture_pixels(const NgPicture *self);

gboolean ng_picture_check_path(const char *path, gboolean colour, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_picture_save(const NgPicture *self, const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void ng_picture_to_text(const NgPicture *self, NgBlocks blocks, GString *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgPicture, ng_picture_free)

G_END_DECLS

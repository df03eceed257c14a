/*
 * The one door to libpng
 *
 * libpng tells of errors by a jump: each function that calls it lands in one
 * place and has no variable that the jump could spoil.  Its warnings are not
 * wanted.  A picture may unpack to 1032 times its bytes and no more, as deflate
 * cannot do better: so a small file does not ask for much memory.
 */
#include "png-door.h"

#include <png.h>
#include <string.h>

enum { DEFLATE_MAX = 1032 };

typedef struct NgPngDoor {
    png_structp png;
    png_infop info;
    const guint8 *bytes;
    size_t size, at;
    size_t packed;   /* bytes of a line as the file has it, before deflate */
    png_bytep *line; /* [height] */
    char *trouble;   /* of the picture; not owned */
    size_t room;
} NgPngDoor;

static void
tell(png_structp png, png_const_charp message)
{
    NgPngDoor *door = png_get_error_ptr(png);

    g_strlcpy(door->trouble, message, door->room);
    png_longjmp(png, 1);
}

static void
pass(png_structp png G_GNUC_UNUSED, png_const_charp message G_GNUC_UNUSED)
{
}

static void
take(png_structp png, png_bytep to, size_t n)
{
    NgPngDoor *door = png_get_io_ptr(png);

    if (n > door->size - door->at)
        png_error(png, "truncated");
    memcpy(to, door->bytes + door->at, n);
    door->at += n;
}

/* Sizes, and what libpng is to make of the samples. */
static gboolean
read_info(NgPng *self)
{
    NgPngDoor *door = self->door;

    if (setjmp(png_jmpbuf(door->png)) != 0)
        return FALSE;
    png_read_info(door->png, door->info);
    door->packed = png_get_rowbytes(door->png, door->info);
    png_set_expand(door->png); /* palettes, less than 8 bits, a colour that is transparent */
    png_set_interlace_handling(door->png);
    png_read_update_info(door->png, door->info);
    self->width = png_get_image_width(door->png, door->info);
    self->height = png_get_image_height(door->png, door->info);
    self->channels = png_get_channels(door->png, door->info);
    self->depth = png_get_bit_depth(door->png, door->info);
    return TRUE;
}

/**
 * ng_png_open:
 * @self: all zero; ng_png_clear() it afterwards, whatever the result
 * @bytes: [@size] (transfer none): a file; must live as long as @self
 *
 * Returns: whether the sizes are known; %FALSE with `trouble` set
 */
gboolean
ng_png_open(NgPng *self, const guint8 *bytes, size_t size)
{
    NgPngDoor *door = g_new0(NgPngDoor, 1);

    self->door = door;
    door->bytes = bytes;
    door->size = size;
    door->trouble = self->trouble;
    door->room = sizeof self->trouble;
    door->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, door, tell, pass);
    if (door->png != NULL)
        door->info = png_create_info_struct(door->png);
    if (door->info == NULL) {
        g_strlcpy(self->trouble, "libpng does not start", sizeof self->trouble);
        return FALSE;
    }
    png_set_read_fn(door->png, door, take);
    return read_info(self);
}

static gboolean
read_lines(NgPng *self)
{
    NgPngDoor *door = self->door;

    if (setjmp(png_jmpbuf(door->png)) != 0)
        return FALSE;
    png_read_image(door->png, door->line);
    png_read_end(door->png, NULL);
    return TRUE;
}

/**
 * ng_png_decode:
 * @self: opened
 *
 * Returns: whether `data` is there; %FALSE with `trouble` set
 */
gboolean
ng_png_decode(NgPng *self)
{
    NgPngDoor *door = self->door;
    size_t stride = png_get_rowbytes(door->png, door->info);

    if (door->packed > (size_t)DEFLATE_MAX * door->size / self->height) {
        g_strlcpy(self->trouble, "truncated: too few bytes for so many pixels",
                  sizeof self->trouble);
        return FALSE;
    }
    self->data = g_malloc(stride * self->height);
    door->line = g_new(png_bytep, self->height);
    for (guint y = 0; y < self->height; y++)
        door->line[y] = self->data + y * stride;
    return read_lines(self);
}

/** ng_png_clear: frees what a picture has */
void
ng_png_clear(NgPng *self)
{
    NgPngDoor *door = self->door;

    if (door != NULL) {
        png_destroy_read_struct(&door->png, &door->info, NULL);
        g_free(door->line);
        g_free(door);
    }
    g_free(self->data);
    *self = (NgPng){0};
}

/* ---- writing */

static void
put(png_structp png, png_bytep from, size_t n)
{
    ng_output_write(png_get_io_ptr(png), from, n);
}

static void
flush(png_structp png G_GNUC_UNUSED)
{
}

static gboolean
write_lines(NgPngDoor *door, guint width, guint height, gboolean colour)
{
    if (setjmp(png_jmpbuf(door->png)) != 0)
        return FALSE;
    png_set_IHDR(door->png, door->info, width, height, 8,
                 colour ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(door->png, door->info);
    for (guint y = 0; y < height; y++)
        png_write_row(door->png, door->bytes + (size_t)y * width * (colour ? 3 : 1));
    png_write_end(door->png, NULL);
    return TRUE;
}

/**
 * ng_png_write:
 * @output: where; told of errors by ng_output_commit()
 * @width: at most 2^20
 * @height: at most 2^20
 * @colour: whether a pixel is red, green and blue, not grey
 * @pixels: [@height, @width, 1 or 3]
 *
 * Returns: whether libpng could write it
 */
gboolean
ng_png_write(NgOutput *output, guint width, guint height, gboolean colour, const guint8 *pixels)
{
    char trouble[128] = "";
    NgPngDoor door = {.bytes = pixels, .trouble = trouble, .room = sizeof trouble};
    gboolean done = FALSE;

    door.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &door, tell, pass);
    if (door.png != NULL)
        door.info = png_create_info_struct(door.png);
    if (door.info != NULL) {
        png_set_write_fn(door.png, output, put, flush);
        done = write_lines(&door, width, height, colour);
    }
    png_destroy_write_struct(&door.png, &door.info);
    return done;
}

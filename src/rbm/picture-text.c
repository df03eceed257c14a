/*
 * Pictures as text
 *
 * A sign stands for two pixels, one above the other, as signs are about twice as
 * high as wide.  With colours the sign is the upper half block: its colour is
 * the upper pixel, that of its ground the lower one.  Without, black and white
 * are half blocks, and anything else the shade of both.
 */
#include "ngram/picture.h"

#include "picture-internal.h"

enum { NONE = -1, WHITE = 255 };

/* Colour of a pixel, 0xRRGGBB; NONE below the last line. */
static int
colour_at(const NgPicture *self, guint x, guint y)
{
    if (y >= self->height)
        return NONE;
    const guint8 *at = self->pixels + ((size_t)y * self->width + x) * self->channels;
    return self->channels == 3 ? at[0] << 16 | at[1] << 8 | at[2] : at[0] * 0x010101;
}

/* 0 .. 255, how bright */
static int
grey_of(int colour)
{
    return ((colour >> 16) * 299 + (colour >> 8 & 255) * 587 + (colour & 255) * 114 + 500) / 1000;
}

/* ---- signs alone */

static const char *
sign_of(int upper, int lower)
{
    static const char *const halves[] = {" ", "▄", "▀", "█"};
    static const char *const shades[] = {" ", "░", "▒", "▓", "█"};
    int a = upper == NONE ? 0 : grey_of(upper);
    int b = lower == NONE ? 0 : grey_of(lower);

    if ((a == 0 || a == WHITE) && (b == 0 || b == WHITE))
        return halves[(a != 0) * 2 + (b != 0)];
    int mean = lower == NONE ? a : (a + b + 1) / 2;
    return shades[(mean * 4 + WHITE / 2) / WHITE];
}

/* ---- colours */

/* The nearest of 0, 95, 135, 175, 215, 255: the sides of xterm's cube. */
static int
cube_step(int x)
{
    return x < 48 ? 0 : x < 115 ? 1 : (x - 35) / 40;
}

static int
xterm_colour(int colour)
{
    int r = colour >> 16, g = colour >> 8 & 255, b = colour & 255;

    if (r != g || g != b)
        return 16 + 36 * cube_step(r) + 6 * cube_step(g) + cube_step(b);
    if (r < 4)
        return 16;
    if (r > 246)
        return 231;
    return 232 + CLAMP((r - 3) / 10, 0, 23); /* 8, 18, .. 238 */
}

/* @layer: 38 for the sign, 48 for its ground */
static void
set_colour(GString *out, int layer, int colour, NgBlocks blocks)
{
    if (colour == NONE)
        g_string_append_printf(out, "\033[%dm", layer + 1);
    else if (blocks == NG_BLOCKS_256)
        g_string_append_printf(out, "\033[%d;5;%dm", layer, xterm_colour(colour));
    else
        g_string_append_printf(out, "\033[%d;2;%d;%d;%dm", layer, colour >> 16, colour >> 8 & 255,
                               colour & 255);
}

static void
add_colour_line(const NgPicture *self, guint y, NgBlocks blocks, GString *out)
{
    int before[2] = {NONE, NONE};

    for (guint x = 0; x < self->width; x++) {
        int upper = colour_at(self, x, y), lower = colour_at(self, x, y + 1);
        if (upper != before[0])
            set_colour(out, 38, upper, blocks);
        if (lower != before[1])
            set_colour(out, 48, lower, blocks);
        before[0] = upper;
        before[1] = lower;
        g_string_append(out, "▀");
    }
    g_string_append(out, "\033[0m\n");
}

/**
 * ng_picture_to_text:
 * @blocks: what the terminal can show
 * @out: to which the text is added: a line for two lines of pixels, a sign a column
 */
void
ng_picture_to_text(const NgPicture *self, NgBlocks blocks, GString *out)
{
    g_return_if_fail(self != NULL && out != NULL);

    for (guint y = 0; y < self->height; y += 2) {
        if (blocks != NG_BLOCKS_SHADES) {
            add_colour_line(self, y, blocks, out);
            continue;
        }
        for (guint x = 0; x < self->width; x++)
            g_string_append(out, sign_of(colour_at(self, x, y), colour_at(self, x, y + 1)));
        g_string_append_c(out, '\n');
    }
}

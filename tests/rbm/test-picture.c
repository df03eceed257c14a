#include "../folder.h"
#include "parse.h"

#include "ngram/error.h"
#include "ngram/picture.h"

#include <math.h>

Suite *picture_suite(void);

/* The pixels in hexadecimal: blanks between them, `/` between lines. */
static char *
pixels_of(const NgPicture *self)
{
    GString *text = g_string_new(NULL);
    guint channels = ng_picture_has_colour(self) ? 3 : 1;
    const guint8 *at = ng_picture_pixels(self);

    for (guint y = 0; y < ng_picture_height(self); y++)
        for (guint x = 0; x < ng_picture_width(self); x++) {
            g_string_append(text, x > 0 ? " " : y > 0 ? "/" : "");
            for (guint c = 0; c < channels; c++)
                g_string_append_printf(text, "%02x", *at++);
        }
    return g_string_free(text, FALSE);
}

static void
assert_pixels(const NgTiles *how, const float *values, size_t n, const char *pixels)
{
    g_autoptr(NgPicture) self = ng_picture_new(how, values, n, NULL);

    ck_assert_ptr_nonnull(self);
    g_autofree char *got = pixels_of(self);
    ck_assert_str_eq(got, pixels);
}

START_TEST(tiles_stand_side_by_side_with_a_gap)
{
    const float values[] = {0.0F, 1.0F, 0.2F, 0.0F, 1.0F, 1.0F};
    const NgTiles two = {.width = 2, .height = 1, .columns = 2, .gap = 1};
    const NgTiles none = {.width = 2, .height = 1, .columns = 1};
    const NgTiles many = {.width = 2, .height = 1, .columns = 9, .gap = 1};
    const NgTiles zoom = {.width = 2, .height = 1, .columns = 3, .gap = 1, .zoom = 2};

    assert_pixels(&two, values, 3, "00 ff 50 33 00/50 50 50 50 50/ff ff 50 50 50");
    assert_pixels(&none, values, 3, "00 ff/33 00/ff ff");
    assert_pixels(&many, values, 2, "00 ff 50 33 00");
    assert_pixels(&zoom, values, 2, "00 00 ff ff 50 33 33 00 00/00 00 ff ff 50 33 33 00 00");
}
END_TEST

START_TEST(a_sheet_is_about_square_where_nobody_says)
{
    const float values[24] = {0};
    const NgTiles wide = {.width = 4, .height = 1}; /* 6: 2 columns of 4, 3 lines of 1 */
    const NgTiles unit = {.width = 1, .height = 1};
    g_autoptr(NgPicture) first = ng_picture_new(&wide, values, 6, NULL);
    g_autoptr(NgPicture) second = ng_picture_new(&unit, values, 24, NULL);

    ck_assert_uint_eq(ng_picture_width(first), 8);
    ck_assert_uint_eq(ng_picture_height(first), 3);
    ck_assert_uint_eq(ng_picture_width(second), 5);
    ck_assert_uint_eq(ng_picture_height(second), 5);
}
END_TEST

START_TEST(grey_is_cut_off_at_black_and_white)
{
    const float values[] = {-1.0F, 2.0F, 0.5F, NAN, INFINITY, -INFINITY};
    const NgTiles how = {.width = 6, .height = 1};

    assert_pixels(&how, values, 1, "00 ff 80 00 ff 00"); /* 127.5 goes to the even one */
}
END_TEST

START_TEST(signed_values_are_measured_by_the_largest)
{
    const float values[] = {0.0F, 1.0F, -2.0F, 4.0F};
    const NgTiles all = {.width = 2, .height = 1, .columns = 1, .palette = NG_PALETTE_SIGNED};
    const NgTiles each = {
        .width = 2, .height = 1, .columns = 1, .palette = NG_PALETTE_SIGNED, .each = TRUE};
    const NgTiles colour = {
        .width = 2, .height = 1, .columns = 1, .palette = NG_PALETTE_DIVERGING, .each = TRUE};
    const float zero[] = {0.0F, -0.0F};

    /* 128 + 127 / 4 = 159.75, 128 - 128 / 2 = 64 */
    assert_pixels(&all, values, 2, "80 a0/40 ff");
    assert_pixels(&each, values, 2, "80 ff/40 ff");
    /* orange d55e00; halfway from white to blue 0072b2: 127.5, 184.5, 216.5, to the even ones */
    assert_pixels(&colour, values, 2, "ffffff d55e00/80b8d8 d55e00");
    assert_pixels(&all, zero, 1, "80 80");
    assert_pixels(&colour, zero, 1, "ffffff ffffff");
}
END_TEST

START_TEST(a_sheet_may_be_too_large)
{
    const float value = 0.0F;
    const NgTiles how = {.width = 1, .height = 1, .zoom = 1 << 15};
    const NgTiles wide = {.width = 1, .height = 1, .zoom = G_MAXUINT};
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(ng_picture_new(&how, &value, 1, &error));
    ck_assert_str_eq(error->message, "a sheet of 32768 x 32768 pixels is too large (show fewer "
                                     "pictures, or zoom less)");
    ck_assert_ptr_null(ng_picture_new(&wide, &value, 1, NULL));
}
END_TEST

static NgPicture *
stripes(NgPalette palette)
{
    static const float values[] = {0.0F, 0.0F, 1.0F, 1.0F, 0.5F, 0.0F, 1.0F, 0.0F,
                                   1.0F, 0.5F, 0.0F, 0.5F, 1.0F, 0.2F, 0.0F};
    const NgTiles how = {.width = 5, .height = 3, .palette = palette};

    return ng_picture_new(&how, values, 1, NULL);
}

static void
assert_text(NgPalette palette, NgBlocks blocks, const char *text)
{
    g_autoptr(NgPicture) self = stripes(palette);
    g_autoptr(GString) out = g_string_new(NULL);

    ng_picture_to_text(self, blocks, out);
    ck_assert_str_eq(out->str, text);
}

START_TEST(a_picture_becomes_half_blocks_and_shades)
{
    assert_text(NG_PALETTE_GREY, NG_BLOCKS_SHADES, " ▄▀█▒\n ▒▀░ \n");
}
END_TEST

#define F(r, g, b) "\033[38;2;" #r ";" #g ";" #b "m"
#define B(r, g, b) "\033[48;2;" #r ";" #g ";" #b "m"

START_TEST(colours_change_where_they_must)
{
    assert_text(NG_PALETTE_GREY, NG_BLOCKS_TRUE,
                F(0, 0, 0) B(0, 0, 0) "▀" B(255, 255, 255) "▀" F(255, 255, 255)
                    B(0, 0, 0) "▀" B(255, 255, 255) "▀" F(128, 128, 128)
                        B(128, 128, 128) "▀\033[0m\n" F(0, 0, 0) "▀" F(128, 128, 128) "▀" F(
                            255, 255, 255) "▀" F(51, 51, 51) "▀" F(0, 0, 0) "▀\033[0m\n");
}
END_TEST

START_TEST(xterm_has_256_colours)
{
    /* black 16, white 231; 128 is (128 - 8) / 10 = 12 of the greys from 232; 51 is between 48 and 58 */
    assert_text(NG_PALETTE_GREY, NG_BLOCKS_256,
                "\033[38;5;16m\033[48;5;16m▀\033[48;5;231m▀\033[38;5;231m\033[48;5;16m▀"
                "\033[48;5;231m▀\033[38;5;244m\033[48;5;244m▀\033[0m\n"
                "\033[38;5;16m▀\033[38;5;244m▀\033[38;5;231m▀\033[38;5;236m▀\033[38;5;16m▀"
                "\033[0m\n");
}
END_TEST

START_TEST(pictures_are_saved_by_their_endings)
{
    static const char *const names[] = {"a.png", "a.PGM", "a.ppm"};
    g_autoptr(NgPicture) self = stripes(NG_PALETTE_GREY);
    g_autofree char *png = g_build_filename(folder, names[0], NULL);
    g_autofree char *pgm = g_build_filename(folder, names[1], NULL);
    g_autofree char *ppm = g_build_filename(folder, names[2], NULL);
    const char *const paths[] = {png, pgm};
    g_autofree char *data = NULL;
    gsize size = 0;

    ck_assert(ng_picture_save(self, png, NULL));
    ck_assert(ng_picture_save(self, pgm, NULL));
    ck_assert(ng_picture_save(self, ppm, NULL));
    g_autoptr(NgDataset) back = ng_dataset_read(paths, 2, &numbers, NULL);
    ck_assert_ptr_nonnull(back);
    ck_assert_mem_eq(ng_dataset_bytes(back, 0), ng_picture_pixels(self), 15);
    ck_assert_mem_eq(ng_dataset_bytes(back, 1), ng_picture_pixels(self), 15);
    ck_assert(g_file_get_contents(ppm, &data, &size, NULL));
    ck_assert_uint_eq(size, strlen("P6\n5 3\n255\n") + 45);
    ck_assert_mem_eq(data, "P6\n5 3\n255\n", 11);
    ck_assert_mem_eq(data + 11 + 12, "\x80\x80\x80", 3);
}
END_TEST

START_TEST(colour_comes_back_from_png)
{
    g_autoptr(NgPicture) self = stripes(NG_PALETTE_DIVERGING);
    g_autofree char *png = g_build_filename(folder, "a.png", NULL);
    const char *const paths[] = {png};

    ck_assert(ng_picture_save(self, png, NULL));
    g_autoptr(NgDataset) back = ng_dataset_read(paths, 1, &numbers, NULL);
    ck_assert_ptr_nonnull(back);
    /* d55e00 is 0.299 * 213 + 0.587 * 94 = 118.9 */
    ck_assert_uint_eq(ng_dataset_bytes(back, 0)[2], 119);
    ck_assert_uint_eq(ng_dataset_bytes(back, 0)[0], 255);
}
END_TEST

START_TEST(other_endings_are_refused)
{
    g_autoptr(NgPicture) grey = stripes(NG_PALETTE_GREY);
    g_autoptr(NgPicture) colour = stripes(NG_PALETTE_DIVERGING);
    g_autoptr(GError) first = NULL;
    g_autoptr(GError) second = NULL;

    ck_assert(!ng_picture_save(grey, "a.jpg", &first));
    ck_assert_str_eq(first->message, "a.jpg: a picture is .png, .pgm or .ppm (name such a file)");
    ck_assert(!ng_picture_save(colour, "a.pgm", &second));
    ck_assert_str_eq(second->message, "a.pgm: PGM has no colour (name a .png or .ppm file)");
    ck_assert(ng_picture_check_path("-", TRUE, NULL));
    ck_assert(!ng_picture_check_path("png", FALSE, NULL));
}
END_TEST

Suite *
picture_suite(void)
{
    Suite *suite = suite_create("picture");
    TCase *sheet = tcase_create("sheet");
    TCase *text = tcase_create("text");
    TCase *file = tcase_create("file");

    tcase_add_test(sheet, tiles_stand_side_by_side_with_a_gap);
    tcase_add_test(sheet, a_sheet_is_about_square_where_nobody_says);
    tcase_add_test(sheet, grey_is_cut_off_at_black_and_white);
    tcase_add_test(sheet, signed_values_are_measured_by_the_largest);
    tcase_add_test(sheet, a_sheet_may_be_too_large);
    tcase_add_test(text, a_picture_becomes_half_blocks_and_shades);
    tcase_add_test(text, colours_change_where_they_must);
    tcase_add_test(text, xterm_has_256_colours);
    tcase_add_checked_fixture(file, make_folder, remove_folder);
    tcase_add_test(file, pictures_are_saved_by_their_endings);
    tcase_add_test(file, colour_comes_back_from_png);
    tcase_add_test(file, other_endings_are_refused);
    suite_add_tcase(suite, sheet);
    suite_add_tcase(suite, text);
    suite_add_tcase(suite, file);
    return suite;
}

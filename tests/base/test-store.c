#include "ngram/store.h"

#include <check.h>
#include <string.h>

Suite *store_suite(void);

enum { MB = 1 << 20 };

static gboolean
is_zero(const char *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (data[i] != 0)
            return FALSE;
    return TRUE;
}

START_TEST(arrays_are_zero_and_their_own)
{
    g_autoptr(NgStore) store = ng_store_new(_i == 0 ? 0 : MB, NULL);
    char *array[8];

    for (int i = 0; i < 8; i++) {
        array[i] = ng_store_take(store, MB / 2 + (size_t)i, NULL);
        ck_assert(is_zero(array[i], MB / 2 + (size_t)i));
        memset(array[i], i + 1, MB / 2);
    }
    for (int i = 0; i < 8; i++) {
        ck_assert_int_eq(array[i][0], i + 1);
        ck_assert_int_eq(array[i][MB / 2 - 1], i + 1);
        ng_store_breathe(store); /* whatever leaves memory comes back as it was */
    }
    for (int i = 0; i < 8; i++)
        ng_store_give_back(store, array[i]);
    ck_assert_uint_eq(ng_store_disk_peak(store) > 0, _i != 0);
}
END_TEST

/* Beyond the budget an array that grows moves to a file with all that it holds. */
START_TEST(an_array_keeps_what_it_holds_when_it_grows)
{
    g_autoptr(NgStore) store = ng_store_new(_i == 0 ? 0 : MB, NULL);
    char *array = NULL;
    size_t held = 0;

    for (size_t size = 1000; size < 8 * MB; size *= 3) {
        array = ng_store_resize(store, array, size, NULL);
        ck_assert_ptr_nonnull(array);
        ck_assert(is_zero(array + held, size - held));
        for (size_t i = 0; i < held; i++)
            if (array[i] != (char)(i % 101))
                ck_abort_msg("byte %zu is lost at size %zu", i, size);
        for (size_t i = 0; i < size; i++)
            array[i] = (char)(i % 101);
        held = size;
    }
    array = ng_store_resize(store, array, MB, NULL);
    ck_assert_int_eq(array[MB - 1], (MB - 1) % 101);
}
END_TEST

START_TEST(a_folder_without_room_is_an_error)
{
    g_autoptr(NgStore) store = ng_store_new(MB, "/nowhere/at/all");
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_nonnull(ng_store_take(store, MB / 2, NULL));
    ck_assert_ptr_null(ng_store_take(store, MB, &error));
    ck_assert_ptr_nonnull(error);
    ck_assert_ptr_nonnull(strstr(error->message, "/nowhere/at/all"));
    ck_assert_ptr_nonnull(strstr(error->message, "--temp"));
}
END_TEST

Suite *
store_suite(void)
{
    Suite *s = suite_create("store");
    TCase *core = tcase_create("core");

    tcase_add_loop_test(core, arrays_are_zero_and_their_own, 0, 2);
    tcase_add_loop_test(core, an_array_keeps_what_it_holds_when_it_grows, 0, 2);
    tcase_add_test(core, a_folder_without_room_is_an_error);
    suite_add_tcase(s, core);
    return s;
}

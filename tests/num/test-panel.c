#include "ngram/panel.h"
#include "ngram/rng.h"

#include <check.h>
#include <string.h>

Suite *panel_suite(void);

enum { ROWS = 21, MOST = 150 };

static float
any(NgRng *rng)
{
    return (float)(ng_rng_coin(rng) * 2.0 - 1.0);
}

/* Random bits of @units units, of which about @share are 1, as words and as lists. */
typedef struct {
    uint16_t bits[ROWS * NG_BIT_STRIDE(MOST)];
    uint32_t index[ROWS][MOST];
    NgSparse list[ROWS];
} Rows;

static Rows *
some_rows(NgRng *rng, size_t units, double share)
{
    Rows *rows = g_new0(Rows, 1);

    for (size_t r = 0; r < ROWS; r++) {
        rows->list[r].index = rows->index[r];
        for (size_t i = 0; i < units; i++) {
            if (ng_rng_coin(rng) >= share)
                continue;
            rows->bits[r * NG_BIT_STRIDE(units) + i / 16] |= (uint16_t)(1U << i % 16);
            rows->index[r][rows->list[r].n++] = (uint32_t)i;
        }
    }
    return rows;
}

/* In four sums side by side, as panel.c says, number by number: the same bits. */
static float
sum_of_list(const float *m, const NgSparse *list, float start)
{
    float sum[4] = {start, 0.0F, 0.0F, 0.0F};
    const uint32_t whole = list->n / 4 * 4;

    for (uint32_t e = 0; e < list->n; e++)
        sum[e < whole ? e % 4 : 0] += m[list->index[e] * NG_PANEL];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

START_TEST(sums_of_lists_are_those_of_a_plain_loop)
{
    NgRng rng = ng_rng_new(1, (guint64)_i);
    const size_t units = 1 + ng_rng_u32(&rng) % MOST;
    g_autofree Rows *rows = some_rows(&rng, units, 0.02 * _i);
    g_autofree float *m = g_new(float, 2 * MOST * NG_PANEL);
    float out[2 * ROWS * NG_PANEL], start[2 * ROWS * NG_PANEL];

    for (size_t i = 0; i < (size_t)2 * MOST * NG_PANEL; i++)
        m[i] = any(&rng);
    for (size_t i = 0; i < G_N_ELEMENTS(start); i++)
        out[i] = start[i] = any(&rng);
    const NgPanels panels = {
        .n = 1 + _i % 2,
        .m = m,
        .apart = (size_t)MOST * NG_PANEL,
        .out = out,
        .out_apart = (size_t)ROWS * NG_PANEL,
    };
    ng_panel_add_lists(&panels, rows->list, ROWS);
    for (size_t i = 0; i < G_N_ELEMENTS(out); i++) {
        const size_t panel = i / (ROWS * NG_PANEL), r = i / NG_PANEL % ROWS;
        float sum = start[i];
        if (panel < (size_t)panels.n)
            sum = sum_of_list(m + panel * panels.apart + i % NG_PANEL, &rows->list[r], start[i]);
        ck_assert(out[i] == sum);
    }
}
END_TEST

/* A sum that the bits of @choice choose: the highest row comes last. */
static float
choose(const float *m, size_t units, size_t first, unsigned choice)
{
    float sum = 0.0F;
    gboolean some = FALSE;

    for (size_t i = 0; i < 4 && first + i < units; i++)
        if ((choice >> i & 1) != 0) {
            const float x = m[(first + i) * NG_PANEL];
            sum = some ? sum + x : x;
            some = TRUE;
        }
    return sum;
}

START_TEST(sums_by_tables_are_those_of_a_plain_loop)
{
    NgRng rng = ng_rng_new(2, (guint64)_i);
    const size_t units = 1 + ng_rng_u32(&rng) % MOST, stride = NG_BIT_STRIDE(units);
    g_autofree Rows *rows = some_rows(&rng, units, 0.03 * _i);
    g_autofree float *m = g_new(float, units *NG_PANEL);
    float out[ROWS * NG_PANEL], start[ROWS * NG_PANEL];

    for (size_t i = 0; i < units * NG_PANEL; i++)
        m[i] = any(&rng);
    for (size_t i = 0; i < G_N_ELEMENTS(start); i++)
        out[i] = start[i] = any(&rng);
    const NgBitRows bits = {.bits = rows->bits, .stride = stride, .rows = ROWS, .units = units};
    ng_panel_add_bits(m, &bits, out);
    for (size_t i = 0; i < G_N_ELEMENTS(out); i++) {
        const uint16_t *word = rows->bits + i / NG_PANEL * stride;
        float total = start[i];
        for (size_t block = 0; block < units; block += 64) {
            float sum[4] = {total, 0.0F, 0.0F, 0.0F};
            for (size_t group = block; group < block + 64; group += 4)
                sum[group / 4 % 4] += choose(m + i % NG_PANEL, units, group,
                                             (unsigned)(word[group / 16] >> group % 16) & 15);
            total = (sum[0] + sum[1]) + (sum[2] + sum[3]);
        }
        ck_assert(out[i] == total);
    }
}
END_TEST

START_TEST(a_bit_is_one_where_the_coin_is_below)
{
    NgRng rng = ng_rng_new(4, 0);
    float u[NG_PANEL], p[NG_PANEL];

    for (int trial = 0; trial < 100; trial++) {
        for (int i = 0; i < NG_PANEL; i++) {
            u[i] = (float)(ng_rng_u32(&rng) % 4) / 4.0F;
            p[i] = (float)(ng_rng_u32(&rng) % 4) / 4.0F;
        }
        for (int i = 0; i < NG_PANEL; i++)
            ck_assert_int_eq(ng_panel_below(u, p) >> i & 1, u[i] < p[i]);
    }
}
END_TEST

START_TEST(panels_are_turned)
{
    enum { PANELS = 5, APART = 300 };
    float from[PANELS * APART], to[PANELS * NG_PANEL * NG_PANEL];

    for (size_t i = 0; i < G_N_ELEMENTS(from); i++)
        from[i] = (float)i;
    ng_panel_turn_all(from, APART, PANELS, to);
    for (size_t p = 0; p < PANELS; p++)
        for (size_t i = 0; i < NG_PANEL; i++)
            for (size_t j = 0; j < NG_PANEL; j++)
                ck_assert(to[(p * NG_PANEL + j) * NG_PANEL + i] ==
                          from[p * APART + i * NG_PANEL + j]);
    ng_panel_turn(from, 20, to, 9);
    for (size_t i = 0; i < 8; i++)
        for (size_t j = 0; j < 8; j++)
            ck_assert(to[j * 9 + i] == from[i * 20 + j]);
}
END_TEST

Suite *
panel_suite(void)
{
    Suite *suite = suite_create("panel");
    TCase *tcase = tcase_create("panel");

    tcase_add_loop_test(tcase, sums_of_lists_are_those_of_a_plain_loop, 0, 50);
    tcase_add_loop_test(tcase, sums_by_tables_are_those_of_a_plain_loop, 0, 34);
    tcase_add_test(tcase, a_bit_is_one_where_the_coin_is_below);
    tcase_add_test(tcase, panels_are_turned);
    suite_add_tcase(suite, tcase);
    return suite;
}

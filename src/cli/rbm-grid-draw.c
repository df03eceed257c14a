/*
 * Pictures by a pixel network: drawn, without noise, whole
 *
 * All three are chains of Gibbs sampling, of the network itself, of what it is after a picture was
 * seen, or with pixels that stay.  Each picture has a chain and random numbers of its own, so that
 * threads change nothing.
 */
#include "rbm-given.h"
#include "rbm-grid.h"

#include "ngram/parallel.h"

#include <string.h>

NgRbm *
ng_grid_shape(const NgGrid *grid)
{
    NgRbm *shape = ng_rbm_new_binary(grid->width * grid->height, 1);

    ng_rbm_set_picture(shape, grid->width, grid->height);
    return shape;
}

/* Pictures that are worked on at once. */
typedef struct {
    const NgGrid *grid;
    const NgGridLine *line;
    guint64 seed;
    double flip;         /* 0 where nothing is seen through noise */
    const guint8 *given; /* (nullable): [N, D] */
    float *v;            /* [N, D] in and out */
} Chains;

static NgNoise
noise_at(const Chains *chains, guint64 step)
{
    return (NgNoise){.seed = chains->seed, .epoch = (guint32)(step >> 32), .step = (guint32)step};
}

/* Free pixels begin by the toss of a coin. */
static void
begin(const Chains *chains, size_t row, const guint8 *given, size_t size, guint8 *x)
{
    g_autofree float *u = g_new(float, size);
    const NgNoise noise = noise_at(chains, 0);

    ng_noise_fill(&noise, 1, (guint32)row, u, size);
    for (size_t i = 0; i < size; i++)
        x[i] = given == NULL || given[i] == 0 ? u[i] < 0.5F : chains->v[row * size + i] >= 0.5F;
}

/* The means of a chain's pixels, by the chances they are drawn with; what is given stays. */
static void
run_means(const Chains *chains, const NgGrid *grid, size_t row, const guint8 *given, guint8 *x)
{
    size_t size = (size_t)grid->width * grid->height;
    g_autofree double *sum = g_new0(double, size);

    for (guint64 step = 0; step < chains->line->burn_in + chains->line->sweeps; step++) {
        const NgNoise noise = noise_at(chains, 1 + step);
        ng_grid_sweep(grid, given, &noise, (guint32)row, x);
        for (size_t i = 0; i < size && step >= chains->line->burn_in; i++)
            sum[i] += ng_sigmoid(ng_grid_log_odds(grid, x, i));
    }
    for (size_t i = 0; i < size; i++) {
        double mean = sum[i] / (double)chains->line->sweeps;
        float *out = &chains->v[row * size + i];
        if (given == NULL || given[i] == 0)
            *out = chains->line->means ? (float)mean : (mean > 0.5 ? 1.0F : 0.0F);
    }
}

static void
mend(size_t row, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Chains *chains = data;
    size_t size = (size_t)chains->grid->width * chains->grid->height;
    const guint8 *given = chains->given != NULL ? chains->given + row * size : NULL;
    g_autofree guint8 *x = g_new(guint8, size);
    g_autoptr(NgGrid) seen = NULL;

    if (chains->flip > 0.0) {
        for (size_t i = 0; i < size; i++)
            x[i] = chains->v[row * size + i] >= 0.5F;
        seen = ng_grid_observe(chains->grid, x, chains->flip);
    } else {
        begin(chains, row, given, size, x);
    }
    const NgGrid *grid = seen != NULL ? seen : chains->grid;
    gboolean climb = chains->line->method == 0 ? seen != NULL && !chains->line->means
                                               : chains->line->method == 2;
    if (!climb) {
        run_means(chains, grid, row, given, x);
        return;
    }
    ng_grid_climb(grid, given, x);
    for (size_t i = 0; i < size; i++)
        chains->v[row * size + i] = x[i];
}

static void
draw(size_t row, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Chains *chains = data;
    size_t size = (size_t)chains->grid->width * chains->grid->height;
    g_autofree guint8 *x = g_new(guint8, size);

    begin(chains, row, NULL, size, x);
    for (guint64 step = 0; step < chains->line->burn_in; step++) {
        const NgNoise noise = noise_at(chains, 1 + step);
        ng_grid_sweep(chains->grid, NULL, &noise, (guint32)row, x);
    }
    for (size_t i = 0; i < size; i++)
        chains->v[row * size + i] = x[i];
}

gboolean
ng_grid_sample(const NgGrid *grid, const NgGridLine *line, const NgArgs *args, GError **error)
{
    g_autoptr(NgRbm) shape = ng_grid_shape(grid);
    if (!ng_rbm_check_sheet(shape, &line->sheet, error))
        return FALSE;
    g_autofree float *v = g_new0(float, line->number *ng_rbm_visible(shape));
    Chains chains = {.grid = grid, .line = line, .seed = args->seed, .v = v};
    ng_parallel(line->number, (unsigned)args->threads, draw, &chains);
    return ng_rbm_show_rows(shape, &line->sheet, v, line->number, args, error);
}

gboolean
ng_grid_denoise(const NgGrid *grid, const NgGridLine *line, const NgArgs *args, GError **error)
{
    g_autoptr(NgRbm) shape = ng_grid_shape(grid);
    double flip = 0.1;
    guint n = 1;

    if (line->flip != NULL && !ng_args_numbers("flip", line->flip, &flip, 1, &n, error))
        return FALSE;
    if (n != 1 || !(flip > 0.0 && flip < 0.5))
        return ng_cli_usage_error(error, "--flip is above 0 and below 0.5");
    if (!ng_rbm_check_sheet(shape, &line->sheet, error))
        return FALSE;
    g_autoptr(NgDataset) rows =
        ng_rbm_read_rows(shape, &line->data, ng_args_paths(args), args, error);
    if (rows == NULL)
        return FALSE;
    g_autofree float *v = ng_rbm_all_rows(shape, rows);
    Chains chains = {.grid = grid, .line = line, .seed = args->seed, .flip = flip, .v = v};
    ng_parallel(ng_dataset_rows(rows), (unsigned)args->threads, mend, &chains);
    return ng_rbm_show_rows(shape, &line->sheet, v, ng_dataset_rows(rows), args, error);
}

/* Rows with question marks, or whole rows of which a rectangle is hidden. */
static gboolean
read_given(const NgGridLine *line, NgRbm *shape, const NgArgs *args, NgGiven *given, GError **error)
{
    const char *const *paths = ng_args_paths(args);

    if (line->hide == NULL)
        return ng_given_read(given, shape, paths[0], error);
    g_autoptr(NgDataset) rows = ng_rbm_read_rows(shape, &line->data, paths, args, error);
    if (rows == NULL)
        return FALSE;
    gsize size = ng_dataset_rows(rows) * ng_rbm_visible(shape);
    given->rows = ng_dataset_rows(rows);
    given->value = ng_rbm_all_rows(shape, rows);
    given->given = g_malloc(size);
    memset(given->given, 1, size);
    return ng_given_hide(given, shape, line->hide, error);
}

gboolean
ng_grid_complete(const NgGrid *grid, const NgGridLine *line, const NgArgs *args, GError **error)
{
    g_autoptr(NgRbm) shape = ng_grid_shape(grid);
    g_auto(NgGiven) given = {0};

    if (!ng_rbm_check_sheet(shape, &line->sheet, error) ||
        !read_given(line, shape, args, &given, error))
        return FALSE;
    Chains chains = {
        .grid = grid, .line = line, .seed = args->seed, .given = given.given, .v = given.value};
    ng_parallel(given.rows, (unsigned)args->threads, mend, &chains);
    return ng_rbm_show_rows(shape, &line->sheet, given.value, given.rows, args, error);
}

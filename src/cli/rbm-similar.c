/* ngram rbm similar - which rows are alike, to the hidden units and to the eye. */
#include "rbm-data.h"
#include "writer.h"

#include "ngram/nearest.h"
#include "ngram/parallel.h"
#include "ngram/rbm-labels.h"

#include <math.h>
#include <string.h>

enum { BLOCK = 64 }; /* queries that are looked up at once */

typedef struct {
    const char *model, *labels, *query_labels;
    char **among;
    guint64 k, queries;
    int distance;
    NgRbmDataLine data;
} SimilarLine;

/** Space: rows and queries as one sees them. */
typedef struct {
    const char *name;
    NgRows among;
    double *square; /* [rows] */
    float *query;   /* [queries, columns] */
} Space;

/** Search: what all queries share. @found: [spaces, queries, k]; @skip: (nullable): [queries] */
typedef struct {
    Space space[2];
    NgDistance distance;
    size_t queries, k, blocks;
    size_t *skip;
    NgNeighbour *found;
    size_t *n;
} Search;

static void
search_clear(Search *s)
{
    for (int i = 0; i < 2; i++) {
        g_free((gpointer)(guintptr)s->space[i].among.x);
        g_free(s->space[i].query);
        g_free(s->space[i].square);
    }
    g_free(s->skip);
    g_free(s->found);
    g_free(s->n);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Search, search_clear)

static void
search_block(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    Search *s = data;
    const Space *space = &s->space[index / s->blocks];
    size_t first = index % s->blocks * BLOCK, width = space->among.columns;
    size_t at = index / s->blocks * s->queries + first;
    const NgNearestSearch search = {s->distance, &space->among, space->square, s->k};
    const NgRows queries = {space->query + first * width, MIN(s->queries - first, BLOCK), width};

    ng_nearest_many(&search, &queries, s->skip != NULL ? s->skip + first : NULL,
                    s->found + at * s->k, s->n + at);
}

/* What the hidden units make of rows whose label they are not told. */
static float *
codes_of(const NgRbm *rbm, float *v, size_t n)
{
    const size_t D = ng_rbm_visible(rbm), K = ng_rbm_labels(rbm);
    float *h = g_new(float, n *ng_rbm_hidden(rbm));

    for (size_t r = 0; K > 0 && r < n; r++)
        memset(v + (r + 1) * D - K, 0, K * sizeof *v);
    ng_rbm_codes(rbm, v, n, h);
    return h;
}

/* 0 and 1, as the distance wants them. */
static void
round_all(float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = x[i] >= 0.5F ? 1.0F : 0.0F;
}

static Space
make_space(const char *name, NgDistance distance, float *among, float *query, const size_t shape[3])
{
    Space space = {name, {among, shape[0], shape[2]}, g_new(double, shape[0]), query};

    if (distance == NG_DISTANCE_HAMMING) {
        round_all(among, shape[0] * shape[2]);
        round_all(query, shape[1] * shape[2]);
    }
    ng_nearest_squares(&space.among, space.square);
    return space;
}

/* What hidden units make of rows, and the rows themselves without their label. */
static void
fill(Search *s, const NgRbm *rbm, const NgDataset *among, const NgDataset *queries)
{
    const size_t n = ng_dataset_rows(among), wanted = ng_dataset_rows(queries);
    const size_t D = ng_rbm_visible(rbm), seen = D - ng_rbm_labels(rbm);
    float *v = ng_rbm_all_rows(rbm, among), *q = ng_rbm_all_rows(rbm, queries);
    float *codes = codes_of(rbm, v, n), *query_codes = codes_of(rbm, q, wanted);

    for (size_t r = 0; seen < D && r < n; r++)
        memmove(v + r * seen, v + r * D, seen * sizeof *v);
    for (size_t r = 0; seen < D && r < wanted; r++)
        memmove(q + r * seen, q + r * D, seen * sizeof *q);
    s->space[0] = make_space("latent", s->distance, codes, query_codes,
                             (const size_t[]){n, wanted, ng_rbm_hidden(rbm)});
    s->space[1] = make_space("visible", s->distance, v, q, (const size_t[]){n, wanted, seen});
    s->queries = wanted;
    s->blocks = (wanted + BLOCK - 1) / BLOCK;
    s->found = g_new(NgNeighbour, 2 * wanted * s->k);
    s->n = g_new0(size_t, 2 * wanted);
}

static const NgColumn columns[] = {
    {"query", NG_CELL_TEXT}, {"space", NG_CELL_TEXT},      {"rank", NG_CELL_COUNT},
    {"name", NG_CELL_TEXT},  {"distance", NG_CELL_DOUBLE}, {"label", NG_CELL_TEXT},
};

/** Place: where in the answer a neighbour stands. */
typedef struct {
    const char *query, *space;
    size_t rank;
    gboolean labelled;
} Place;

static gboolean
write_neighbour(NgWriter *writer, const Place *place, const NgNeighbour *found,
                const NgDataset *among, GError **error)
{
    g_autofree char *name = ng_rbm_row_name(among, found->row);

    ng_writer_text(writer, place->query, -1);
    ng_writer_text(writer, place->space, -1);
    ng_writer_count(writer, place->rank);
    ng_writer_text(writer, name, -1);
    ng_writer_double(writer, found->distance);
    if (place->labelled) {
        g_autofree char *label = g_strdup_printf("%d", ng_dataset_label(among, found->row));
        ng_writer_text(writer, label, -1);
    }
    return ng_writer_end_row(writer, error);
}

static gboolean
write_all(const Search *s, const NgDataset *among, const NgDataset *queries, const NgArgs *args,
          GError **error)
{
    const gboolean labelled = ng_dataset_labels(among) > 0;
    g_autoptr(NgWriter) writer =
        ng_writer_new(columns, G_N_ELEMENTS(columns) - (labelled ? 0 : 1), args);

    for (size_t q = 0; q < s->queries; q++) {
        g_autofree char *query = ng_rbm_row_name(queries, q);
        for (size_t i = 0; i < 2; i++) {
            size_t at = i * s->queries + q;
            for (size_t k = 0; k < s->n[at]; k++) {
                const Place place = {query, s->space[i].name, k + 1, labelled};
                if (!write_neighbour(writer, &place, &s->found[at * s->k + k], among, error))
                    return FALSE;
            }
        }
    }
    return ng_writer_flush(writer, error);
}

/* How many neighbours have the label of their query, in each space. */
static void
note_agreement(const Search *s, const NgDataset *among, const NgDataset *queries)
{
    for (size_t i = 0; i < 2; i++) {
        size_t same = 0, all = 0;
        for (size_t q = 0; q < s->queries; q++)
            for (size_t k = 0; k < s->n[i * s->queries + q]; k++) {
                const NgNeighbour *found = &s->found[(i * s->queries + q) * s->k + k];
                same += ng_dataset_label(among, found->row) == ng_dataset_label(queries, q);
                all++;
            }
        ng_cli_note("%s: %zu of %zu neighbours have the label of the query (%.2f %%)",
                    s->space[i].name, same, all, 100.0 * (double)same / (double)MAX(all, 1));
    }
}

/* Whether the queries are the rows among which to look. */
static gboolean
same_paths(const NgArgs *args, char **among)
{
    size_t n = 0;

    while (n < args->n_rest && among[n] != NULL && g_str_equal(args->rest[n], among[n]))
        n++;
    return n > 0 && n == args->n_rest && among[n] == NULL;
}

static void
skip_themselves(Search *s)
{
    s->skip = g_new(size_t, s->queries);
    for (size_t q = 0; q < s->queries; q++)
        s->skip[q] = q;
}

static gboolean
run(const SimilarLine *line, const NgArgs *args, GError **error)
{
    g_autoptr(NgRbm) rbm = ng_rbm_open_machine(line->model, error);
    if (rbm == NULL)
        return FALSE;
    NgRbmDataLine with_labels = line->data, query_labels = line->data;
    with_labels.labels = line->labels;
    query_labels.labels = line->query_labels;
    query_labels.limit = line->queries;
    if (line->query_labels == NULL && same_paths(args, line->among))
        query_labels.labels = line->labels;
    g_autoptr(NgDataset) queries =
        ng_rbm_read_rows(rbm, &query_labels, ng_args_paths(args), args, error);
    if (queries == NULL)
        return FALSE;
    g_autoptr(NgDataset) among =
        ng_rbm_read_rows(rbm, &with_labels, (const char *const *)line->among, args, error);
    if (among == NULL)
        return FALSE;
    g_auto(Search) search = {.distance = (NgDistance)line->distance, .k = line->k};
    search.k = MIN(search.k, ng_dataset_rows(among));
    fill(&search, rbm, among, queries);
    if (same_paths(args, line->among))
        skip_themselves(&search);
    ng_parallel(2 * search.blocks, (unsigned)args->threads, search_block, &search);
    if (!write_all(&search, among, queries, args, error))
        return FALSE;
    if (ng_dataset_labels(among) > 0 && ng_dataset_labels(queries) > 0 && !args->quiet)
        note_agreement(&search, among, queries);
    return TRUE;
}

static const char examples[] =
    "  ngram rbm similar -m digits.rbm --threshold 0.5 --among train-images.gz seven.png\n"
    "  ngram rbm similar -m reviews.rbm --among reviews/ review.txt\n";

NgStatus
ng_rbm_similar(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    SimilarLine line = {.k = 5, .data = NG_RBM_DATA_LINE_NONE};
    const NgOption options[] = {
        NG_RBM_MODEL(&line.model),
        NG_FILES(0, "among", &line.among, "FILE", "The rows among which to look"),
        NG_COUNT('k', "neighbours", &line.k, 1, 1000000, "K", "How many neighbours (5)"),
        NG_COUNT(0, "queries", &line.queries, 1, G_MAXINT64, "N", "The first N rows of FILE alone"),
        NG_CHOICE(0, "distance", &line.distance, "cosine|euclidean|hamming",
                  "How distance is measured (cosine)"),
        NG_FILE(0, "labels", &line.labels, "FILE", "Labels of the rows of --among"),
        NG_FILE(0, "query-labels", &line.query_labels, "FILE",
                "Labels of the queries: says how many neighbours share them"),
        NG_RBM_DATA_TABLE(&line.data),
        NG_RBM_GREY(&line.data),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[FILE...]",
        .about = "Prints for each row of FILE the rows of --among that are nearest: by their\n"
                 "hidden units (latent), and by the rows themselves (visible).  Where both are the "
                 "same\n"
                 "files, a row is no neighbour of itself.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_OUTPUT | NG_SHARED_SEED | NG_SHARED_THREADS | NG_SHARED_STRICT |
                  NG_SHARED_QUIET | NG_SHARED_VERBOSE,
        .most = G_MAXUINT,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    if (line.among == NULL) {
        ng_cli_usage_error(error, "--among FILE names the rows among which to look");
        return NG_STATUS_TROUBLE;
    }
    if (line.query_labels != NULL && line.labels == NULL) {
        ng_cli_usage_error(error, "--query-labels goes with --labels, those of --among");
        return NG_STATUS_TROUBLE;
    }
    return run(&line, &args, error) ? NG_STATUS_DONE : NG_STATUS_TROUBLE;
}

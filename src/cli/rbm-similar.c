/* ngram rbm similar - which rows are alike, to the hidden units and to the eye. */
#include "rbm-data.h"
#include "writer.h"

#include "ngram/nearest.h"
#include "ngram/parallel.h"

#include <math.h>
#include <string.h>

typedef struct {
    const char *model, *labels, *query_labels;
    char **among;
    guint64 k;
    int distance;
    NgRbmDataLine data;
} SimilarLine;

/** Space: rows and queries as one sees them. */
typedef struct {
    const char *name;
    NgRows among;
    float *query; /* [queries, columns] */
} Space;

/** Search: what all queries share. @found: [spaces, queries, k] */
typedef struct {
    Space space[2];
    NgDistance distance;
    size_t queries, k;
    NgNeighbour *found;
    size_t *n;
} Search;

static void
search_clear(Search *s)
{
    for (int i = 0; i < 2; i++) {
        g_free((gpointer)(guintptr)s->space[i].among.x);
        g_free(s->space[i].query);
    }
    g_free(s->found);
    g_free(s->n);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Search, search_clear)

static void
search_one(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    Search *s = data;
    const Space *space = &s->space[index / s->queries];
    size_t query = index % s->queries;

    s->n[index] =
        ng_nearest(s->distance, &space->among, space->query + query * space->among.columns, s->k,
                   s->found + index * s->k);
}

static float *
codes_of(const NgRbm *rbm, const float *v, size_t n)
{
    float *h = g_new(float, n *ng_rbm_hidden(rbm));

    ng_rbm_hidden_mean(rbm, v, n, h);
    return h;
}

/* What hidden units make of rows, and the rows themselves without their label. */
static void
fill(Search *s, const NgRbm *rbm, const NgDataset *among, const NgDataset *queries)
{
    const size_t n = ng_dataset_rows(among), D = ng_rbm_visible(rbm);
    const size_t seen = D - ng_rbm_labels(rbm);
    float *v = ng_rbm_all_rows(rbm, among), *q = ng_rbm_all_rows(rbm, queries);

    s->queries = ng_dataset_rows(queries);
    s->space[0] = (Space){
        .name = "latent",
        .among = {codes_of(rbm, v, n), n, ng_rbm_hidden(rbm)},
        .query = codes_of(rbm, q, s->queries),
    };
    for (size_t r = 0; seen < D && r < n; r++)
        memmove(v + r * seen, v + r * D, seen * sizeof *v);
    for (size_t r = 0; seen < D && r < s->queries; r++)
        memmove(q + r * seen, q + r * D, seen * sizeof *q);
    s->space[1] = (Space){.name = "visible", .among = {v, n, seen}, .query = q};
    s->found = g_new(NgNeighbour, 2 * s->queries * s->k);
    s->n = g_new0(size_t, 2 * s->queries);
}

static const NgColumn columns[] = {
    {"query", NG_CELL_TEXT}, {"space", NG_CELL_TEXT},      {"rank", NG_CELL_COUNT},
    {"name", NG_CELL_TEXT},  {"distance", NG_CELL_DOUBLE}, {"label", NG_CELL_TEXT},
};

static gboolean
write_neighbour(NgWriter *writer, const char *query, const char *space, size_t rank,
                const NgNeighbour *found, const NgDataset *among, gboolean labelled, GError **error)
{
    g_autofree char *name = ng_rbm_row_name(among, found->row);

    ng_writer_text(writer, query, -1);
    ng_writer_text(writer, space, -1);
    ng_writer_count(writer, rank);
    ng_writer_text(writer, name, -1);
    ng_writer_double(writer, found->distance);
    if (labelled) {
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
            for (size_t k = 0; k < s->n[at]; k++)
                if (!write_neighbour(writer, query, s->space[i].name, k + 1,
                                     &s->found[at * s->k + k], among, labelled, error))
                    return FALSE;
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

static gboolean
run(const SimilarLine *line, const NgArgs *args, GError **error)
{
    g_autoptr(NgRbm) rbm = ng_rbm_open_machine(line->model, error);
    if (rbm == NULL)
        return FALSE;
    NgRbmDataLine with_labels = line->data, query_labels = line->data;
    with_labels.labels = line->labels;
    query_labels.labels = line->query_labels;
    query_labels.limit = 0;
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
    ng_parallel(2 * search.queries, (unsigned)args->threads, search_one, &search);
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
        NG_CHOICE(0, "distance", &line.distance, "cosine|euclidean|hamming",
                  "How distance is measured (cosine)"),
        NG_FILE(0, "labels", &line.labels, "FILE", "Labels of the rows of --among"),
        NG_FILE(0, "query-labels", &line.query_labels, "FILE",
                "Labels of the queries: says how many neighbours share them"),
        NG_RBM_DATA_TABLE(&line.data),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[FILE...]",
        .about = "Prints for each row of FILE the rows of --among that are nearest: by their\n"
                 "hidden units (latent), and by the rows themselves (visible).",
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
    return run(&line, &args, error) ? NG_STATUS_DONE : NG_STATUS_TROUBLE;
}

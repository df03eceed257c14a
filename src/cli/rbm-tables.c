/* ngram rbm tables - tables of potentials: products, Z and probabilities by enumeration. */
#include "rbm-cli.h"
#include "writer.h"

#include "ngram/potential.h"

#include <math.h>
#include <string.h>

/* Tables with more units have too many configurations to print. */
#define ALL_UNITS 20

/** Query: what is asked of the tables. */
typedef struct {
    const char *v, *h; /* (nullable): as given */
    gboolean all, explain;
    const char *to, *from; /* (nullable): machines */
} Query;

/** Amount: a product or a sum of products. */
typedef struct {
    double value; /* 0 or infinite where a double holds it no more */
    double log;
} Amount;

/** Tables: what is read, and what follows from it. */
typedef struct {
    NgPotential *p;
    Amount z;
    guint8 *v, *h; /* (nullable): [D], [H] */
} Tables;

static void
tables_clear(Tables *self)
{
    ng_potential_free(self->p);
    g_free(self->v);
    g_free(self->h);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Tables, tables_clear)

/* 0,0,0 or 000 or <0, 0, 0>; NULL where nothing is given. */
static gboolean
parse_bits(const char *option, const char *text, guint units, guint8 **bits, GError **error)
{
    g_autofree guint8 *x = g_new0(guint8, units);
    guint n = 0;

    if (text == NULL)
        return TRUE;
    for (const char *c = text; *c != '\0'; c++) {
        if (strchr(", <>", *c) != NULL)
            continue;
        if (*c != '0' && *c != '1')
            return ng_cli_usage_error(error, "--%s %s: units are 0 or 1, as in %.*s", option, text,
                                      (int)MIN(2 * units - 1, 19), "0,0,0,0,0,0,0,0,0,0");
        if (n < units)
            x[n] = *c == '1';
        n++;
    }
    if (n != units)
        return ng_cli_usage_error(error, "--%s %s: %u units, where the tables have %u", option,
                                  text, n, units);
    *bits = g_steal_pointer(&x);
    return TRUE;
}

static char *
show_bits(const guint8 *x, guint n)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < n; i++)
        g_string_append_printf(text, "%s%u", i > 0 ? "," : "", x[i]);
    return g_string_free(text, FALSE);
}

/* -- what is printed ------------------------------------------------------- */

/* A number by plain arithmetic where that holds it, for whole numbers to stay whole. */
static Amount
amount(double plain, double log_value)
{
    gboolean fine = isfinite(plain) && plain >= G_MINDOUBLE;

    return (Amount){fine ? plain : exp(log_value), log_value};
}

/* The sum over what is not given; all is given or a layer. */
static Amount
weight(const NgPotential *p, const guint8 *v, const guint8 *h)
{
    double plain = ng_potential_weight(p, v, h);

    if (v == NULL)
        return amount(plain, ng_potential_log_hidden(p, h));
    return amount(plain,
                  h == NULL ? ng_potential_log_visible(p, v) : ng_potential_log_product(p, v, h));
}

/* NaN where that has no probability which is given. */
static Amount
ratio(Amount a, Amount b)
{
    if (isinf(b.log))
        return (Amount){NAN, NAN};
    return amount(isfinite(b.value) ? a.value / b.value : 0.0, a.log - b.log);
}

static gboolean
put(NgWriter *writer, const char *quantity, Amount x, GError **error)
{
    ng_writer_text(writer, quantity, -1);
    ng_writer_double(writer, x.value);
    ng_writer_double(writer, x.log);
    return ng_writer_end_row(writer, error);
}

/* P(unit = 1) of each unit of the layer that is not given. */
static gboolean
put_means(NgWriter *writer, const Tables *t, GError **error)
{
    gboolean hidden = t->v != NULL;
    guint n = hidden ? t->p->hidden : t->p->visible;
    g_autofree double *mean = g_new(double, n);

    if (hidden)
        ng_potential_hidden_mean(t->p, t->v, mean);
    else
        ng_potential_visible_mean(t->p, t->h, mean);
    for (guint i = 0; i < n; i++) {
        g_autofree char *name = g_strdup_printf(hidden ? "P(h%u=1|V)" : "P(v%u=1|H)", i + 1);
        if (!put(writer, name, (Amount){mean[i], log(mean[i])}, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
put_quantities(const Tables *t, const NgArgs *args, GError **error)
{
    static const NgColumn columns[] = {
        {"quantity", NG_CELL_TEXT}, {"value", NG_CELL_DOUBLE}, {"log", NG_CELL_DOUBLE}};
    g_autoptr(NgWriter) writer = ng_writer_new(columns, G_N_ELEMENTS(columns), args);
    Amount v = {0}, h = {0};

    if (!put(writer, "Z", t->z, error))
        return FALSE;
    if (t->v != NULL) {
        v = weight(t->p, t->v, NULL);
        if (!put(writer, "P(V)", ratio(v, t->z), error))
            return FALSE;
    }
    if (t->h != NULL) {
        h = weight(t->p, NULL, t->h);
        if (!put(writer, "P(H)", ratio(h, t->z), error))
            return FALSE;
    }
    if (t->v != NULL && t->h != NULL) {
        Amount both = weight(t->p, t->v, t->h);
        if (!put(writer, "product(V,H)", both, error) ||
            !put(writer, "P(V,H)", ratio(both, t->z), error) ||
            !put(writer, "P(H|V)", ratio(both, v), error) ||
            !put(writer, "P(V|H)", ratio(both, h), error))
            return FALSE;
    } else if ((t->v != NULL || t->h != NULL) && !put_means(writer, t, error)) {
        return FALSE;
    }
    return ng_writer_flush(writer, error);
}

/* Each configuration; where a layer is given, each that has it. */
static gboolean
put_all(const Tables *t, const NgArgs *args, GError **error)
{
    static const NgColumn columns[] = {{"v", NG_CELL_TEXT},
                                       {"h", NG_CELL_TEXT},
                                       {"product", NG_CELL_DOUBLE},
                                       {"log", NG_CELL_DOUBLE},
                                       {"probability", NG_CELL_DOUBLE}};
    guint visible = t->p->visible, hidden = t->p->hidden, n = visible + hidden;

    if (n > ALL_UNITS)
        return ng_cli_usage_error(error,
                                  "--all would print 2^%u configurations (up to %d units; "
                                  "--v and --h ask for one)",
                                  n, ALL_UNITS);
    g_autoptr(NgWriter) writer = ng_writer_new(columns, G_N_ELEMENTS(columns), args);
    g_autofree guint8 *x = g_new0(guint8, n);
    for (guint state = 0; state < 1U << n; state++) {
        for (guint i = 0; i < n; i++) /* the last unit changes fastest, as one counts */
            x[i] = state >> (n - 1 - i) & 1;
        if ((t->v != NULL && memcmp(x, t->v, visible) != 0) ||
            (t->h != NULL && memcmp(x + visible, t->h, hidden) != 0))
            continue;
        Amount product = weight(t->p, x, x + visible);
        g_autofree char *v = show_bits(x, visible), *h = show_bits(x + visible, hidden);
        ng_writer_text(writer, v, -1);
        ng_writer_text(writer, h, -1);
        ng_writer_double(writer, product.value);
        ng_writer_double(writer, product.log);
        ng_writer_double(writer, ratio(product, t->z).value);
        if (!ng_writer_end_row(writer, error))
            return FALSE;
    }
    return ng_writer_flush(writer, error);
}

/** Factors: rows of --explain. */
typedef struct {
    NgWriter *writer;
    double plain, log; /* product of the factors so far */
} Factors;

/* A factor; its name is the writer's own, and freed here. */
static gboolean
put_factor(Factors *f, char *name, double value, GError **error)
{
    g_autofree char *owned = name;

    f->plain *= value;
    f->log += log(value);
    ng_writer_text(f->writer, owned, -1);
    ng_writer_double(f->writer, value);
    ng_writer_double(f->writer, amount(f->plain, f->log).value);
    return ng_writer_end_row(f->writer, error);
}

static gboolean
put_factors(const Tables *t, Factors *f, GError **error)
{
    const NgPotential *p = t->p;

    g_assert(t->v != NULL && t->h != NULL); /* see check() */
    for (guint i = 0; i < p->visible; i++)
        for (guint j = 0; j < p->hidden; j++) {
            guint at = 2 * (guint)t->v[i] + t->h[j];
            if (!put_factor(f, g_strdup_printf("phi%u,%u(%u,%u)", i + 1, j + 1, t->v[i], t->h[j]),
                            p->phi[((gsize)i * p->hidden + j) * 4 + at], error))
                return FALSE;
        }
    for (guint i = 0; i < p->visible; i++)
        if (!put_factor(f, g_strdup_printf("psi%u(%u)", i + 1, t->v[i]), p->psi[2 * i + t->v[i]],
                        error))
            return FALSE;
    for (guint j = 0; j < p->hidden; j++)
        if (!put_factor(f, g_strdup_printf("xi%u(%u)", j + 1, t->h[j]), p->xi[2 * j + t->h[j]],
                        error))
            return FALSE;
    return TRUE;
}

/* The clique product of one configuration factor by factor, with 1/Z as the last. */
static gboolean
put_explanation(const Tables *t, const NgArgs *args, GError **error)
{
    static const NgColumn columns[] = {
        {"factor", NG_CELL_TEXT}, {"value", NG_CELL_DOUBLE}, {"product", NG_CELL_DOUBLE}};
    g_autoptr(NgWriter) writer = ng_writer_new(columns, G_N_ELEMENTS(columns), args);
    Factors f = {.writer = writer, .plain = 1.0};

    if (!put_factors(t, &f, error))
        return FALSE;
    ng_writer_text(writer, "1/Z", -1);
    ng_writer_double(writer, ratio((Amount){1.0, 0.0}, t->z).value);
    ng_writer_double(writer, ratio(amount(f.plain, f.log), t->z).value);
    return ng_writer_end_row(writer, error) && ng_writer_flush(writer, error);
}

/* -- machines -------------------------------------------------------------- */

static gboolean
write_machine(const NgPotential *p, const char *path, const NgArgs *args, GError **error)
{
    double constant = 0.0;
    g_autoptr(NgRbm) rbm = ng_potential_to_rbm(p, &constant, error);

    if (rbm == NULL)
        return FALSE;
    g_key_file_set_string(ng_rbm_manifest(rbm), "tables", "from", ng_args_paths(args)[0]);
    g_key_file_set_double(ng_rbm_manifest(rbm), "tables", "constant", constant);
    return ng_rbm_save(rbm, path, error);
}

static gboolean
print_machine(const char *path, GError **error)
{
    g_autoptr(NgRbm) rbm = ng_rbm_open(path, error);
    if (rbm == NULL)
        return FALSE;
    g_autoptr(NgPotential) p = ng_potential_from_rbm(rbm, error);
    if (p == NULL) {
        g_prefix_error(error, "%s: ", path);
        return FALSE;
    }
    g_autofree char *text = ng_potential_to_text(p);
    g_autoptr(GString) out = g_string_new(text);
    return ng_cli_write(out, error) && ng_cli_flush_output(error);
}

/* -- the command ----------------------------------------------------------- */

static gboolean
tables(const Query *query, const NgArgs *args, GError **error)
{
    g_auto(Tables) t = {0};
    const char *path = ng_args_paths(args)[0];

    t.p = ng_potential_read(path, error);
    if (t.p == NULL || !parse_bits("v", query->v, t.p->visible, &t.v, error) ||
        !parse_bits("h", query->h, t.p->hidden, &t.h, error))
        return FALSE;
    double log_z = 0.0;
    if (!ng_potential_log_z(t.p, &log_z, error)) {
        g_prefix_error(error, "%s: ", path);
        return FALSE;
    }
    t.z = amount(ng_potential_weight(t.p, NULL, NULL), log_z);
    if (query->to != NULL && !write_machine(t.p, query->to, args, error))
        return FALSE;
    if (query->all)
        return put_all(&t, args, error);
    return query->explain ? put_explanation(&t, args, error) : put_quantities(&t, args, error);
}

static gboolean
check(const Query *query, const NgArgs *args, GError **error)
{
    static const char *const asked[] = {"v", "h", "all", "explain", "to"};

    if (query->from != NULL) {
        if (args->n_rest > 0)
            return ng_cli_usage_error(error, "--from prints the tables of a machine, not of %s",
                                      args->rest[0]);
        return ng_args_refuse(args, asked, G_N_ELEMENTS(asked), "--from prints tables alone",
                              error);
    }
    if (query->explain && query->all)
        return ng_cli_usage_error(error, "--explain is for one configuration, --all for every one");
    if (query->explain && (query->v == NULL || query->h == NULL))
        return ng_cli_usage_error(error, "--explain wants a configuration: --v and --h");
    return TRUE;
}

static const char examples[] =
    "  ngram rbm tables lecture.potentials                       Z\n"
    "  ngram rbm tables lecture.potentials --v 0,0,0 --h 1,1     P(V,H), P(V), P(H|V)\n"
    "  ngram rbm tables lecture.potentials --v 0,0,0 --h 1,1 --explain\n"
    "  ngram rbm tables lecture.potentials --all                 every configuration\n"
    "  ngram rbm tables lecture.potentials --to lecture.rbm      as a machine\n"
    "  ngram rbm tables --from small.rbm >small.potentials       and back\n";

NgStatus
ng_rbm_tables(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    Query query = {0};
    const NgOption options[] = {
        NG_TEXT(0, "v", &query.v, "BITS", "The visible units, as in 0,0,0 or 000"),
        NG_TEXT(0, "h", &query.h, "BITS", "The hidden units"),
        NG_FLAG(0, "all", &query.all, "A row for each configuration"),
        NG_FLAG(0, "explain", &query.explain, "The product of one configuration, factor by factor"),
        NG_FILE(0, "to", &query.to, "FILE", "Write the machine of the tables"),
        NG_FILE(0, "from", &query.from, "FILE", "Print the tables of a machine"),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[FILE]",
        .about =
            "Sums tables of clique potentials over all configurations: Z, and the probabilities "
            "of\nvisible and hidden units.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_OUTPUT | NG_SHARED_QUIET,
        .most = 1,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    if (!check(&query, &args, error))
        return NG_STATUS_TROUBLE;
    gboolean done =
        query.from != NULL ? print_machine(query.from, error) : tables(&query, &args, error);
    return done ? NG_STATUS_DONE : NG_STATUS_TROUBLE;
}

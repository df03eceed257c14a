/*
 * Windows along a text
 *
 * A passage is cut into tokens once; a window is the text from its first token to its
 * last, and is answered like a document.  The last window ends with the text, so it may
 * lie over the one before by more than the step.
 */
#include "rolling.h"

#include "writer.h"

static const NgColumn columns[] = {
    {"name", NG_CELL_TEXT},  {"from", NG_CELL_COUNT},  {"to", NG_CELL_COUNT},
    {"line", NG_CELL_COUNT}, {"author", NG_CELL_TEXT}, {"probability", NG_CELL_DOUBLE},
    {"llr", NG_CELL_DOUBLE}, {"answer", NG_CELL_TEXT}, /* in JSON alone */
};

/**
 * Rolling:
 * @whole: knows where the tokens of the passage are; @part: answers for a window
 * @curves: (nullable) (element-type NgCurve): for the plot; the last is of the passage at hand
 * @unwritten: (nullable): why rows cannot be written, where the plot wants the rest all the same
 */
typedef struct {
    const NgRolling *wanted;
    NgAttributor *whole, *part;
    NgWriter *writer;
    GPtrArray *curves;
    GError *unwritten;
} Rolling;

static void
curve_free(gpointer data)
{
    NgCurve *curve = data;

    g_free(curve->name);
    g_array_unref(curve->from);
    g_array_unref(curve->to);
    g_array_unref(curve->probability);
    g_free(curve);
}

static NgCurve *
curve_new(const Rolling *self, const char *name)
{
    NgCurve *curve = g_new0(NgCurve, 1);

    curve->name = g_strdup(name);
    curve->from = g_array_new(FALSE, FALSE, sizeof(guint64));
    curve->to = g_array_new(FALSE, FALSE, sizeof(guint64));
    curve->probability = g_array_new(FALSE, FALSE, sizeof(double));
    curve->authors =
        ng_attributor_authors(self->whole) + (ng_judge_is_open(self->wanted->judge) ? 1 : 0);
    return curve;
}

static void
add_point(NgCurve *curve, guint64 from, guint64 to, const NgAttribution *a)
{
    double none = curve->authors > a->authors ? a->none : 0.0;

    g_array_append_val(curve->from, from);
    g_array_append_val(curve->to, to);
    for (size_t i = 0; i < curve->authors; i++) {
        double p = i < a->authors ? (1.0 - none) * a->posterior[i] : none;
        g_array_append_val(curve->probability, p);
    }
    curve->n++;
}

/* Answers for tokens @first .. @end - 1. */
static void
ask(Rolling *self, const NgPassage *passage, const NgEvidence *token, size_t first, size_t end,
    NgAttribution *answer)
{
    const NgSequence *s = (const NgSequence *)(const void *)passage->sequences->data;
    const NgEvidence *last = &token[end - 1];

    ng_attributor_begin(self->part);
    for (guint64 q = token[first].sequence; q <= last->sequence; q++) {
        size_t from = q == token[first].sequence ? token[first].offset : 0;
        size_t to = q == last->sequence ? last->offset + last->length : s[q].length;
        ng_attributor_add(self->part, s[q].text + from, to - from);
    }
    ng_attributor_end(self->part, answer);
}

static gboolean
write_row(Rolling *self, const NgPassage *passage, const NgEvidence *token, size_t first,
          size_t end, GError **error)
{
    const NgSequence *s = (const NgSequence *)(const void *)passage->sequences->data;
    NgAttribution a;
    NgAnswer answer;

    ask(self, passage, token, first, end, &a);
    ng_judge_decide(self->wanted->judge, &a, &answer);
    if (self->curves != NULL)
        add_point(self->curves->pdata[self->curves->len - 1], first + 1, end, &a);
    if (self->unwritten != NULL)
        return TRUE;
    ng_writer_text(self->writer, passage->name, -1);
    ng_writer_count(self->writer, first + 1);
    ng_writer_count(self->writer, end);
    ng_writer_count(self->writer, s[token[first].sequence].line);
    ng_judge_write(self->wanted->judge, &answer, self->writer);
    return ng_writer_end_row(self->writer, self->curves != NULL ? &self->unwritten : error) ||
           self->curves != NULL;
}

static gboolean
roll(const NgPassage *passage, gpointer data, GError **error)
{
    Rolling *self = data;
    const NgSequence *s = (const NgSequence *)(const void *)passage->sequences->data;
    size_t n = 0;

    if (self->curves != NULL)
        g_ptr_array_add(self->curves, curve_new(self, passage->name));
    ng_attributor_begin(self->whole);
    for (guint i = 0; i < passage->sequences->len; i++)
        ng_attributor_add(self->whole, s[i].text, s[i].length);
    const NgEvidence *token = ng_attributor_tokens(self->whole, &n);
    size_t window = (size_t)MIN(self->wanted->window, n);
    for (size_t first = 0; n > 0;) {
        if (!write_row(self, passage, token, first, first + window, error))
            return FALSE;
        if (first + window == n)
            break;
        first = MIN(first + (size_t)MIN(self->wanted->step, n), n - window);
    }
    return TRUE;
}

static gboolean
draw(const Rolling *self, GError **error)
{
    size_t authors = ng_attributor_authors(self->whole);
    g_autofree const char **names = g_new0(const char *, authors + 1);

    for (size_t a = 0; a <= authors; a++) {
        const NgAnswer answer = {.author = a < authors ? a : NG_NOBODY};
        names[a] = ng_judge_name(self->wanted->judge, &answer);
    }
    return ng_plot(self->wanted->plot, self->curves, names, error);
}

/** ng_rolling: a row for each window of each passage, and a plot where that is wanted, also where
 *   nobody reads the rows */
gboolean
ng_rolling(const NgRolling *rolling, const NgArgs *args, const NgPassageReading *reading,
           GError **error)
{
    g_autoptr(NgAttributor) whole = ng_attributor_new(rolling->model, error);
    if (whole == NULL)
        return FALSE;
    g_autoptr(NgAttributor) part = ng_attributor_copy(whole);
    size_t n = G_N_ELEMENTS(columns) - (args->format == NG_FORMAT_JSON ? 0 : 1);
    g_autoptr(NgWriter) writer = ng_writer_new(columns, n, args);
    g_autoptr(GPtrArray) curves =
        rolling->plot != NULL ? g_ptr_array_new_with_free_func(curve_free) : NULL;
    Rolling self = {
        .wanted = rolling, .whole = whole, .part = part, .writer = writer, .curves = curves};

    ng_attributor_set_evidence(part, FALSE);
    gboolean done = ng_passages(ng_args_paths(args), reading, roll, &self, error);
    ng_cli_note_invalid(ng_attributor_invalid(whole));
    g_autoptr(GError) unwritten = g_steal_pointer(&self.unwritten);
    if (!done)
        return FALSE;
    gboolean written = unwritten == NULL && ng_writer_flush(writer, &unwritten);
    if (curves != NULL && !draw(&self, error))
        return FALSE;
    if (!written)
        g_propagate_error(error, g_steal_pointer(&unwritten));
    return written;
}

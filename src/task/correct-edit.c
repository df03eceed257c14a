/*
 * Corrections
 *
 * A list of places of a text with what is to stand there, in its order.  A text
 * that was corrected may be corrected again; compose() tells both in places of
 * the first.
 */
#include "correct-edit.h"

#include "ngram/input.h"

#include "ngram/error.h"

/**
 * ng_correction_free:
 * @self: (nullable) (transfer full): a correction
 */
void
ng_correction_free(NgCorrection *self)
{
    if (self == NULL)
        return;
    for (size_t i = 0; i < self->n; i++)
        g_free(self->suggestion[i].text);
    g_free(self->suggestion);
    g_free(self);
}

/* A change to be made.  Takes @right. */
NgCorrection *
ng_correction_new(size_t start, size_t length, char *right, double probability)
{
    NgCorrection *self = g_new0(NgCorrection, 1);

    self->start = start;
    self->length = length;
    self->wrong = TRUE;
    self->suggestion = g_new0(NgSuggestion, 1);
    self->suggestion->text = right;
    self->suggestion->probability = probability;
    self->n = 1;
    return self;
}

/**
 * ng_corrections_apply:
 * @corrections: (element-type NgCorrection): of @text, in its order
 * @text: [@length]
 * @length: bytes
 * @out: the corrected text is appended here; everything but what is wrong byte for byte
 */
void
ng_corrections_apply(const GPtrArray *corrections, const char *text, size_t length, GString *out)
{
    size_t at = 0;

    g_return_if_fail(corrections != NULL && (text != NULL || length == 0) && out != NULL);

    for (guint i = 0; i < corrections->len; i++) {
        const NgCorrection *c = corrections->pdata[i];
        if (!c->wrong)
            continue;
        g_return_if_fail(c->start >= at && c->start + c->length <= length);
        g_string_append_len(out, text + at, (gssize)(c->start - at));
        g_string_append(out, c->suggestion[0].text);
        at = c->start + c->length;
    }
    if (at < length)
        g_string_append_len(out, text + at, (gssize)(length - at));
}

/* -- composition ---------------------------------------------------------- */

/**
 * Shift: where places of the corrected text are in the first.
 * @moved: bytes that the changes before @next have added
 */
typedef struct {
    guint next;
    gssize moved;
} Shift;

static gssize
growth(const NgCorrection *c)
{
    return (gssize)strlen(c->suggestion[0].text) - (gssize)c->length;
}

/* One change for all of `first` that touch start .. end - 1 of the corrected text, and @later. */
static NgCorrection *
merge(const GPtrArray *first, Shift *shift, const NgCorrection *later, const char *middle,
      GPtrArray *out)
{
    size_t start = later->start, end = later->start + later->length;
    size_t from = 0, to = 0;
    gboolean touched = FALSE;
    gssize moved = shift->moved;

    while (shift->next < first->len) {
        const NgCorrection *c = first->pdata[shift->next];
        size_t begin = (size_t)((gssize)c->start + moved);
        size_t stop = begin + strlen(c->suggestion[0].text);
        if (begin >= end)
            break;
        shift->next++;
        if (stop <= start) { /* wholly before: it stays as it is */
            g_ptr_array_add(out,
                            ng_correction_new(c->start, c->length, g_strdup(c->suggestion[0].text),
                                              c->suggestion[0].probability));
            moved += growth(c);
            continue;
        }
        if (!touched) {
            start = MIN(start, begin);
            from = (size_t)((gssize)start - moved);
        }
        moved += growth(c);
        end = MAX(end, stop);
        touched = TRUE;
    }
    if (!touched)
        from = (size_t)((gssize)start - moved);
    to = (size_t)((gssize)end - moved);
    shift->moved = moved;
    g_autoptr(GString) right = g_string_new_len(middle + start, (gssize)(later->start - start));
    g_string_append(right, later->suggestion[0].text);
    g_string_append_len(right, middle + later->start + later->length,
                        (gssize)(end - later->start - later->length));
    return ng_correction_new(from, to - from, g_string_free(g_steal_pointer(&right), FALSE),
                             later->suggestion[0].probability);
}

/*
 * @first made @middle of a text, @later is to be made in that: both as corrections of the text.
 * What is as it was in the end, is none.
 */
GPtrArray *
ng_corrections_compose(const GPtrArray *first, const GPtrArray *later, const char *text,
                       const char *middle)
{
    GPtrArray *out = g_ptr_array_new_with_free_func((GDestroyNotify)ng_correction_free);
    Shift shift = {0};

    for (guint i = 0; i < later->len; i++) {
        NgCorrection *c = merge(first, &shift, later->pdata[i], middle, out);
        if (strlen(c->suggestion[0].text) == c->length &&
            memcmp(c->suggestion[0].text, text + c->start, c->length) == 0)
            ng_correction_free(c);
        else
            g_ptr_array_add(out, c);
    }
    for (; shift.next < first->len; shift.next++) {
        const NgCorrection *c = first->pdata[shift.next];
        g_ptr_array_add(out, ng_correction_new(c->start, c->length, g_strdup(c->suggestion[0].text),
                                               c->suggestion[0].probability));
    }
    return out;
}

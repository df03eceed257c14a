/*
 * Bags of words
 *
 * Texts are read once, and which words will matter is known only behind the last
 * of them.  So each text is kept as the numbers that a lexicon gave its words, each
 * with its count: 8 bytes for each different word of a text.
 */
#include "bags.h"

#include "corpus.h"

#include <stdlib.h>

enum { REPORT_EVERY = 256 }; /* texts */

/**
 * ng_bags_new:
 * @tokenizer: cuts the texts; must outlive the bags
 * @unit: what one bag is
 * @strict_utf8: whether invalid UTF-8 is an error
 *
 * Returns: (transfer full): no bags; free with ng_bags_free()
 */
NgBags *
ng_bags_new(NgTokenizer *tokenizer, NgUnit unit, gboolean strict_utf8)
{
    NgBags *self = g_new0(NgBags, 1);
    const guint64 none = 0;

    self->tokenizer = tokenizer;
    self->unit = unit;
    self->strict_utf8 = strict_utf8;
    self->lexicon = ng_lexicon_new();
    self->entries = g_array_new(FALSE, FALSE, sizeof(NgBagEntry));
    self->starts = g_array_new(FALSE, FALSE, sizeof(guint64));
    self->names = g_ptr_array_new_with_free_func(g_free);
    self->ids = g_array_new(FALSE, FALSE, sizeof(NgWord));
    g_array_append_val(self->starts, none);
    return self;
}

/**
 * ng_bags_free:
 * @self: (nullable) (transfer full): bags
 */
void
ng_bags_free(NgBags *self)
{
    if (self == NULL)
        return;
    ng_lexicon_free(self->lexicon);
    g_array_unref(self->entries);
    g_array_unref(self->starts);
    g_ptr_array_unref(self->names);
    g_array_unref(self->ids);
    g_free(self);
}

static int
compare_words(const void *a, const void *b)
{
    NgWord x = *(const NgWord *)a, y = *(const NgWord *)b;

    return (x > y) - (x < y);
}

/* The ids of the text at hand become a bag. */
static void
close_bag(NgBags *self, const char *name)
{
    const NgWord *id = (const NgWord *)(const void *)self->ids->data;
    guint n = self->ids->len;

    if (n > 0)
        qsort(self->ids->data, n, sizeof *id, compare_words);
    for (guint i = 0; i < n;) {
        NgBagEntry entry = {id[i], 0};
        for (; i < n && id[i] == entry.word; i++)
            entry.count++;
        g_array_append_val(self->entries, entry);
    }
    const guint64 end = self->entries->len;
    g_array_append_val(self->starts, end);
    g_ptr_array_add(self->names, g_strdup(name));
}

/**
 * ng_bags_add:
 * @text: [@length]
 * @name: what it is called
 *
 * One bag more, which may be empty.
 */
void
ng_bags_add(NgBags *self, const char *text, size_t length, const char *name)
{
    guint64 invalid = ng_tokenizer_invalid(self->tokenizer);
    NgTokenRun run;

    g_array_set_size(self->ids, 0);
    ng_tokenizer_start(self->tokenizer, text, length);
    while (ng_tokenizer_next_run(self->tokenizer, &run)) {
        guint before = self->ids->len;
        g_array_set_size(self->ids, before + (guint)run.n);
        ng_lexicon_add_run(self->lexicon, &run, &g_array_index(self->ids, NgWord, before));
    }
    self->invalid += ng_tokenizer_invalid(self->tokenizer) - invalid;
    close_bag(self, name);
}

/* What a sequence of a file is called: by its line, where the file has several. */
static char *
name_of(const char *path, NgUnit unit, guint64 line)
{
    return unit == NG_UNIT_FILE ? g_strdup(path)
                                : g_strdup_printf("%s:%" G_GUINT64_FORMAT, path, line);
}

/* A line or paragraph without a token is no text; a file is one all the same. */
static void
drop_if_empty(NgBags *self)
{
    guint n = self->names->len;

    if (self->unit == NG_UNIT_FILE || self->ids->len > 0)
        return;
    g_array_set_size(self->starts, n);
    g_ptr_array_set_size(self->names, (gint)n - 1);
}

/** Reading: the bytes of files before the one at hand, and of all. */
typedef struct {
    const NgProgress *progress;
    guint64 before, total;
} Reading;

static gboolean
is_full(const NgBags *self)
{
    return self->limit > 0 && ng_bags_size(self) >= self->limit;
}

static gboolean
read_file(NgBags *self, NgDocument *document, const char *path, const Reading *r, GError **error)
{
    GError *trouble = NULL;
    NgSequence sequence;

    for (guint n = 1; !is_full(self) && ng_document_next(document, &sequence, &trouble); n++) {
        g_autofree char *name = name_of(path, self->unit, sequence.line);
        ng_bags_add(self, sequence.text, sequence.length, name);
        drop_if_empty(self);
        if (n % REPORT_EVERY == 0)
            ng_progress_report(r->progress, "reading", r->before + ng_document_position(document),
                               r->total);
    }
    if (trouble != NULL)
        g_propagate_error(error, trouble);
    return trouble == NULL;
}

static gboolean
has_some(const GPtrArray *names)
{
    for (guint i = 0; i < names->len; i++)
        if (names->pdata[i] != NULL)
            return TRUE;
    return FALSE;
}

/**
 * ng_bags_read:
 * @paths: (nullable): files and folders, %NULL for standard input
 * @progress: (nullable): told of the bytes read
 * @error: return location for a #GError, or %NULL
 *
 * As in training of n-grams, files beside the subfolders of a folder that stands alone (a README)
 * are no texts.
 *
 * Errors: those of ng_document_list() and ng_document_next().
 *
 * Returns: whether all was read, or as many bags as are wanted
 */
gboolean
ng_bags_read(NgBags *self, const char *const *paths, const NgProgress *progress, GError **error)
{
    g_autoptr(GPtrArray) files = ng_document_list(paths, error);
    if (files == NULL)
        return FALSE;

    g_autoptr(GPtrArray) folders = ng_authors_of(paths, NG_AUTHORS_AUTO, files, error);
    if (folders == NULL)
        return FALSE;
    gboolean parted = has_some(folders);
    Reading r = {progress, 0, ng_document_list_size(files)};
    for (guint i = 0; i < files->len && !is_full(self); i++) {
        const char *path = g_ptr_array_index(files, i);
        if (parted && g_ptr_array_index(folders, i) == NULL) {
            self->left_out++;
            continue;
        }
        g_autoptr(NgDocument) document = ng_document_open(path, self->unit, error);
        if (document == NULL)
            return FALSE;
        ng_document_set_strict(document, self->strict_utf8);
        if (!read_file(self, document, path, &r, error))
            return FALSE;
        r.before += ng_document_position(document);
        ng_progress_report(progress, "reading", r.before, r.total);
    }
    return TRUE;
}

/*
 * Dictionaries of n-grams
 *
 * An n-gram that at least two documents have gets a column; a document becomes a
 * row of (1 + log count) idf, of length 1.  While the dictionary is built every
 * n-gram has a number in order of appearance, 20 bytes each; what is rare is then
 * dropped and the rest numbered anew.  The table holds 32 bits of the hash beside
 * the place that the others point to: a wrong match is a matter of 1 in 2^31.
 */
#include "dictionary.h"

#include <math.h>
#include <string.h>

/**
 * NgDictionaryBuilder:
 * @hash: (element-type guint64), @df: (element-type guint32): of each n-gram so far; 0 is none
 * @offset, @column, @count: rows so far, by those numbers
 */
struct NgDictionaryBuilder {
    NgBlock block;
    NgVocabSlot *slot;
    size_t n_slots;
    GArray *hash, *df;
    NgTally tally;
    NgRows rows;
};

/** ng_rows_init: no rows; end with ng_rows_destroy() */
void
ng_rows_init(NgRows *self)
{
    gsize zero = 0;

    self->offset = g_array_new(FALSE, FALSE, sizeof(gsize));
    self->column = g_array_new(FALSE, FALSE, sizeof(guint32));
    self->value = g_array_new(FALSE, FALSE, sizeof(gfloat));
    g_array_append_val(self->offset, zero);
}

/** ng_rows_destroy: frees what it holds */
void
ng_rows_destroy(NgRows *self)
{
    g_clear_pointer(&self->offset, g_array_unref);
    g_clear_pointer(&self->column, g_array_unref);
    g_clear_pointer(&self->value, g_array_unref);
}

/** ng_rows_sparse: Returns: the same as a matrix, which points into @self */
NgSparse
ng_rows_sparse(const NgRows *self, size_t columns)
{
    return (NgSparse){self->offset->len - 1, columns,
                      (const size_t *)(const void *)self->offset->data,
                      (const uint32_t *)(const void *)self->column->data,
                      (const float *)(const void *)self->value->data};
}

static void
end_row(NgRows *rows)
{
    gsize end = rows->column->len;

    g_array_append_val(rows->offset, end);
}

/** ng_tally_init: nothing counted; end with ng_tally_destroy() */
void
ng_tally_init(NgTally *self)
{
    self->count = g_array_new(FALSE, TRUE, sizeof(guint32));
    self->seen = g_array_new(FALSE, FALSE, sizeof(guint32));
    self->grams = g_array_new(FALSE, FALSE, sizeof(NgGram));
}

/** ng_tally_destroy: frees what it holds */
void
ng_tally_destroy(NgTally *self)
{
    g_clear_pointer(&self->count, g_array_unref);
    g_clear_pointer(&self->seen, g_array_unref);
    g_clear_pointer(&self->grams, g_array_unref);
}

static void
add_one(NgTally *self, uint32_t column)
{
    guint32 *count = &g_array_index(self->count, guint32, column);

    if ((*count)++ == 0)
        g_array_append_val(self->seen, column);
}

static void
forget(NgTally *self)
{
    for (guint i = 0; i < self->seen->len; i++)
        g_array_index(self->count, guint32, g_array_index(self->seen, guint32, i)) = 0;
    g_array_set_size(self->seen, 0);
}

static inline uint32_t
tag_of(uint64_t hash)
{
    return MAX((uint32_t)(hash >> 32), 1);
}

/* The slot of a hash, or the empty one where it would go. */
static inline size_t
find_slot(const NgVocabSlot *slot, size_t n, uint64_t hash)
{
    size_t i = hash & (n - 1);
    size_t tries = 0;

    while (slot[i].tag != 0 && slot[i].tag != tag_of(hash) && ++tries < n)
        i = (i + 1) & (n - 1);
    return i;
}

/**
 * ng_dictionary_find:
 *
 * Returns: the column of an n-gram, 0 where it has none
 */
uint32_t
ng_dictionary_find(const NgDictionary *self, uint64_t hash)
{
    const NgVocabSlot *s = &self->slot[find_slot(self->slot, self->n_slots, hash)];

    return s->tag == tag_of(hash) && s->id < self->columns ? s->id : 0;
}

static NgVocabSlot *
new_slots(const guint64 *hash, const guint32 *id, size_t n, size_t n_slots)
{
    NgVocabSlot *slot = g_new0(NgVocabSlot, n_slots);

    for (size_t i = 1; i < n; i++) {
        if (id != NULL && id[i] == 0)
            continue;
        slot[find_slot(slot, n_slots, hash[i])] =
            (NgVocabSlot){tag_of(hash[i]), id != NULL ? id[i] : (guint32)i};
    }
    return slot;
}

/** ng_dictionary_builder_new: Returns: (transfer full): end with ng_dictionary_builder_finish() */
NgDictionaryBuilder *
ng_dictionary_builder_new(NgBlock block)
{
    NgDictionaryBuilder *self = g_new0(NgDictionaryBuilder, 1);

    self->block = block;
    self->n_slots = 1 << 12;
    self->slot = g_new0(NgVocabSlot, self->n_slots);
    self->hash = g_array_new(FALSE, TRUE, sizeof(guint64));
    self->df = g_array_new(FALSE, TRUE, sizeof(guint32));
    g_array_set_size(self->hash, 1);
    g_array_set_size(self->df, 1);
    ng_tally_init(&self->tally);
    g_array_set_size(self->tally.count, 1);
    ng_rows_init(&self->rows);
    return self;
}

static uint32_t
number_of(NgDictionaryBuilder *self, uint64_t hash)
{
    size_t i = find_slot(self->slot, self->n_slots, hash);

    if (self->slot[i].tag != 0)
        return self->slot[i].id;
    guint32 id = self->hash->len;
    self->slot[i] = (NgVocabSlot){tag_of(hash), id};
    g_array_append_val(self->hash, hash);
    g_array_set_size(self->df, id + 1);
    g_array_set_size(self->tally.count, id + 1);
    if ((size_t)id * 2 > self->n_slots) {
        g_free(self->slot);
        self->n_slots *= 2;
        self->slot = new_slots((const guint64 *)(const void *)self->hash->data, NULL,
                               self->hash->len, self->n_slots);
    }
    return id;
}

/** ng_dictionary_builder_add: one document more */
void
ng_dictionary_builder_add(NgDictionaryBuilder *self, const NgTrace *trace)
{
    ng_trace_grams(trace, self->block, self->tally.grams);
    for (guint i = 0; i < self->tally.grams->len; i++)
        add_one(&self->tally, number_of(self, g_array_index(self->tally.grams, NgGram, i).hash));
    for (guint i = 0; i < self->tally.seen->len; i++) {
        guint32 id = g_array_index(self->tally.seen, guint32, i);
        gfloat count = (gfloat)g_array_index(self->tally.count, guint32, id);
        g_array_append_val(self->rows.column, id);
        g_array_append_val(self->rows.value, count);
        g_array_index(self->df, guint32, id)++;
    }
    end_row(&self->rows);
    forget(&self->tally);
}

/* The least number of documents, from 2, that leaves at most @most n-grams. */
static guint32
least_df(const GArray *df, size_t most)
{
    for (guint32 least = 2;; least++) {
        size_t n = 0;
        for (guint i = 1; i < df->len; i++)
            n += g_array_index(df, guint32, i) >= least;
        if (n <= most)
            return least;
    }
}

/* Columns for what is common enough: @map [n-grams] from numbers to columns. */
static void
choose_columns(NgDictionaryBuilder *self, size_t most, guint32 *map, NgDictionary *out)
{
    guint32 least = least_df(self->df, most);
    size_t documents = self->rows.offset->len - 1;
    g_autoptr(GArray) idf = g_array_new(FALSE, TRUE, sizeof(gfloat));

    g_array_set_size(idf, 1);
    map[0] = 0;
    for (guint i = 1; i < self->df->len; i++) {
        guint32 df = g_array_index(self->df, guint32, i);
        map[i] = df >= least ? idf->len : 0;
        if (map[i] == 0)
            continue;
        gfloat value = (gfloat)(1.0 + log((1.0 + (double)documents) / (1.0 + (double)df)));
        g_array_append_val(idf, value);
    }
    out->columns = idf->len;
    for (out->n_slots = 16; out->n_slots < out->columns + out->columns / 3;)
        out->n_slots *= 2;
    out->slot = new_slots((const guint64 *)(const void *)self->hash->data, map, self->hash->len,
                          out->n_slots);
    out->idf = (const float *)(void *)g_array_free(g_steal_pointer(&idf), FALSE);
}

static void
scale_row(float *value, size_t n)
{
    float square = 0.0F;

    for (size_t i = 0; i < n; i++)
        square += value[i] * value[i];
    for (size_t i = 0; i < n && square > 0.0F; i++)
        value[i] /= sqrtf(square);
}

/* Rows by columns in place of numbers, closed up. */
static void
renumber_rows(NgRows *rows, const guint32 *map, const NgDictionary *dictionary)
{
    guint32 *column = (guint32 *)(void *)rows->column->data;
    gfloat *value = (gfloat *)(void *)rows->value->data;
    gsize *offset = (gsize *)(void *)rows->offset->data;
    gsize to = 0;
    gsize begin = 0;

    for (guint r = 0; r + 1 < rows->offset->len; r++) {
        gsize end = offset[r + 1];
        gsize first = to;
        for (gsize j = begin; j < end; j++) {
            guint32 c = map[column[j]];
            if (c == 0)
                continue;
            column[to] = c;
            value[to++] = ng_tally_value((uint32_t)value[j], dictionary->idf[c]);
        }
        scale_row(value + first, to - first);
        offset[r + 1] = to;
        begin = end;
    }
    g_array_set_size(rows->column, (guint)to);
    g_array_set_size(rows->value, (guint)to);
}

/**
 * ng_dictionary_builder_finish:
 * @self: (transfer full): a builder
 * @most: columns, at most
 * @out: (out): the dictionary; the caller frees its arrays
 * @rows: (out): a row for each document added
 */
void
ng_dictionary_builder_finish(NgDictionaryBuilder *self, size_t most, NgDictionary *out,
                             NgRows *rows)
{
    g_autofree guint32 *map = g_new0(guint32, self->hash->len);

    choose_columns(self, most, map, out);
    renumber_rows(&self->rows, map, out);
    *rows = self->rows;
    g_free(self->slot);
    g_array_unref(self->hash);
    g_array_unref(self->df);
    ng_tally_destroy(&self->tally);
    g_free(self);
}

/**
 * ng_dictionary_count:
 * @tally: (inout): what was there is forgotten; @tally->count then holds this document's counts
 *
 * Table and counts are larger than the cache: memory is asked for a few dozen n-grams ahead.
 */
void
ng_dictionary_count(const NgDictionary *self, const NgTrace *trace, NgBlock block, NgTally *tally)
{
    NgGram gram[NG_TRACE_CHUNK];
    uint32_t column[NG_TRACE_CHUNK];
    size_t at = 0;
    size_t n = 0;

    forget(tally);
    if (tally->count->len < self->columns)
        g_array_set_size(tally->count, (guint)self->columns);
    while ((n = ng_trace_some_grams(trace, block, &at, gram)) > 0) {
        for (size_t i = 0; i < n; i++)
            __builtin_prefetch(&self->slot[gram[i].hash & (self->n_slots - 1)]);
        for (size_t i = 0; i < n; i++) {
            column[i] = ng_dictionary_find(self, gram[i].hash);
            __builtin_prefetch(&g_array_index(tally->count, guint32, column[i]), 1);
        }
        for (size_t i = 0; i < n; i++)
            if (column[i] > 0)
                add_one(tally, column[i]);
    }
}

/** ng_dictionary_norm: Returns: what makes the row of @tally one of length 1; 0 if it is empty */
float
ng_dictionary_norm(const NgDictionary *self, const NgTally *tally)
{
    float square = 0.0F;

    for (guint i = 0; i < tally->seen->len; i++) {
        guint32 c = g_array_index(tally->seen, guint32, i);
        float v = ng_tally_value(g_array_index(tally->count, guint32, c), self->idf[c]);
        square += v * v;
    }
    return square > 0.0F ? 1.0F / sqrtf(square) : 0.0F;
}

/** ng_dictionary_row: adds the row of a document to @rows */
void
ng_dictionary_row(const NgDictionary *self, const NgTrace *trace, NgBlock block, NgTally *tally,
                  NgRows *rows)
{
    ng_dictionary_count(self, trace, block, tally);
    float norm = ng_dictionary_norm(self, tally);
    for (guint i = 0; i < tally->seen->len; i++) {
        guint32 c = g_array_index(tally->seen, guint32, i);
        gfloat v = norm * ng_tally_value(g_array_index(tally->count, guint32, c), self->idf[c]);
        g_array_append_val(rows->column, c);
        g_array_append_val(rows->value, v);
    }
    end_row(rows);
}

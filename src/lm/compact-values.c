/*
 * The floats of a packed level
 *
 * Three ways, whichever is smallest for the level at hand.  A few different
 * numbers stand in a table, the most frequent first.  Probabilities of an
 * interpolated model are predicted: P(w | h) = u + gamma(h) P(w | h'), and contexts
 * of one back-off weight have seen the same numbers of words, so that few
 * different u come with each; what is stored is which, and by how many last places
 * the float differs from what that sum gives, mostly none or one.  What is
 * left is the difference to the least.
 *
 * Nothing is lost in any of them: a bad prediction costs space alone.
 */
#include "compact.h"

#include "predict.h"

/** ng_values_plain: Returns: bits of value @i where it is not predicted */
uint32_t
ng_values_plain(const NgValues *self, uint64_t i)
{
    uint32_t code = ng_codes_get(&self->code, i);

    if (self->kind == NG_VALUES_TABLE)
        return self->table[MIN(code, self->tables - 1)];
    return self->least + code;
}

/** ng_values_group: Returns: the place of value @i in the table; 0 where there is none */
uint32_t
ng_values_group(const NgValues *self, uint64_t i)
{
    if (self->kind != NG_VALUES_TABLE)
        return 0;
    return (uint32_t)MIN(ng_codes_get(&self->code, i), self->tables - 1);
}

/**
 * ng_values_predicted:
 * @group: place of the context's back-off weight in its table
 * @backoff: log10 of that weight
 * @shorter: log10 of the probability that the shorter context gives
 *
 * Returns: bits of the magnitude of value @i
 */
uint32_t
ng_values_predicted(const NgValues *self, uint64_t i, uint32_t group, float backoff, float shorter)
{
    uint64_t at = (uint64_t)self->begin[MIN(group, self->tables)] + ng_codes_get(&self->code, i);
    float u = at < self->weights ? self->weight[at] : 0.0F;
    uint32_t rest = ng_codes_get(&self->rest, i);
    uint32_t bits = ng_predict(u, (float)ng_predict_power(backoff), shorter);

    return (bits + (rest >> 1 ^ (0U - (rest & 1)))) & 0x7FFFFFFF;
}

/* The table of NG_VALUES_TABLE, or the lists of NG_VALUES_PREDICTED. */
static gboolean
read_tables(NgValues *self, NgWords *from)
{
    const uint64_t *size = ng_words_take(from, self->kind == NG_VALUES_TABLE ? 1 : 2);

    if (size == NULL || size[0] > UINT32_MAX)
        return FALSE;
    self->tables = size[0];
    if (self->kind == NG_VALUES_TABLE) {
        self->table = ng_words_take_u32(from, self->tables);
        return self->table != NULL && self->tables > 0;
    }
    self->weights = size[1];
    if (self->weights > UINT32_MAX)
        return FALSE;
    self->begin = ng_words_take_u32(from, self->tables + 1);
    if (self->begin == NULL)
        return FALSE;
    self->weight = (const float *)(const void *)ng_words_take_u32(from, self->weights);
    return self->weight != NULL;
}

/**
 * ng_values_read:
 * @self: (out): the values, borrowed from @from
 * @from: (inout): words that begin with them
 * @n: how many they must be
 * @context: (nullable): the back-off weights of the level below, which predictions need
 *
 * Returns: whether they lie inside @from, and fit
 */
gboolean
ng_values_read(NgValues *self, NgWords *from, uint64_t n, const NgValues *context)
{
    const uint64_t *kind = ng_words_take(from, 2);

    if (kind == NULL || kind[0] > NG_VALUES_PREDICTED || kind[1] > UINT32_MAX)
        return FALSE;
    self->kind = (NgValuesKind)kind[0];
    self->least = (uint32_t)kind[1];
    if (self->kind != NG_VALUES_OFFSET && !read_tables(self, from))
        return FALSE;
    if (!ng_codes_read(&self->code, from) || self->code.n != n)
        return FALSE;
    if (self->kind != NG_VALUES_PREDICTED)
        return TRUE;
    return context != NULL && context->kind == NG_VALUES_TABLE && context->tables == self->tables &&
           ng_codes_read(&self->rest, from) && self->rest.n == n;
}

/** ng_values_check: Returns: whether every count that @self keeps is right */
gboolean
ng_values_check(const NgValues *self)
{
    return ng_codes_check(&self->code) &&
           (self->kind != NG_VALUES_PREDICTED || ng_codes_check(&self->rest));
}

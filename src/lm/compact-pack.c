/*
 * Packed voices: making them from plain ones
 *
 * One pass a level.  What a level needs of those below is their arrays in the
 * plain voice and, for the probabilities, which of the different back-off
 * weights each context has.
 */
#include "compact.h"

#include "predict.h"

/* For each entry a one, then a zero for each of its successors; a one at the end. */
static void
write_tree(GArray *out, const NgVoice *voice, unsigned k)
{
    uint64_t n = voice->n[k] + 1 + voice->n[k + 1];
    g_autofree uint64_t *bits = g_new0(uint64_t, n / 64 + 1);

    for (uint64_t e = 0; e <= voice->n[k]; e++)
        ng_bits_set(bits, e + voice->entry[k][e].first);
    ng_marks_write(out, bits, n, TRUE);
}

static inline uint32_t
suffix_in(const NgVoice *voice, unsigned k, uint32_t e)
{
    return k + 1 < voice->order ? voice->entry[k][e].suffix : voice->leaf[e].suffix;
}

static inline float
prob_in(const NgVoice *voice, unsigned k, uint32_t e)
{
    return k + 1 < voice->order ? voice->entry[k][e].prob : voice->leaf[e].prob;
}

static void
write_ranks(GArray *out, const NgVoice *voice, unsigned k)
{
    g_autofree uint32_t *rank = g_new(uint32_t, voice->n[k]);
    const NgEntry *context = voice->entry[k - 1];

    for (uint32_t c = 0; c < voice->n[k - 1]; c++) {
        uint32_t first = k > 1 ? voice->entry[k - 2][context[c].suffix].first : 0;
        for (uint32_t e = context[c].first; e < context[c + 1].first; e++)
            rank[e] = suffix_in(voice, k, e) - first;
    }
    ng_codes_write(out, rank, voice->n[k]);
}

static void
write_backoffs(GArray *out, const NgVoice *voice, unsigned k)
{
    g_autofree uint32_t *bits = g_new(uint32_t, voice->n[k]);

    for (uint32_t e = 0; e < voice->n[k]; e++)
        bits[e] = ng_float_bits(voice->entry[k][e].backoff);
    ng_values_write(out, bits, voice->n[k]);
}

static void
write_blanks(GArray *out, const NgVoice *voice, unsigned k)
{
    g_autofree uint64_t *bits = g_new0(uint64_t, voice->n[k] / 64 + 1);
    uint64_t blanks = 0;

    for (uint32_t e = 0; e < voice->n[k]; e++)
        if (!signbit(prob_in(voice, k, e))) {
            ng_bits_set(bits, e);
            blanks = 1;
        }
    g_array_append_val(out, blanks);
    if (blanks > 0)
        ng_marks_write(out, bits, voice->n[k], FALSE);
}

/* The probabilities of a level; @below (nullable) holds the back-off weights of its contexts,
 * @weight (nullable) what they are made of. */
static void
write_probs(GArray *out, const NgVoice *voice, unsigned k, const NgValues *below,
            const float *weight)
{
    size_t n = voice->n[k];
    g_autofree uint32_t *bits = g_new(uint32_t, n);

    for (uint32_t e = 0; e < n; e++)
        bits[e] = ng_float_bits(fabsf(prob_in(voice, k, e)));
    if (below == NULL || below->kind != NG_VALUES_TABLE) {
        ng_values_write(out, bits, n);
        return;
    }
    g_autofree uint32_t *group = g_new(uint32_t, n);
    g_autofree float *shorter = g_new(float, n);
    for (uint32_t c = 0; c < voice->n[k - 1]; c++) {
        uint32_t own = ng_values_group(below, c);
        for (uint32_t e = voice->entry[k - 1][c].first; e < voice->entry[k - 1][c + 1].first; e++) {
            group[e] = own;
            shorter[e] = -fabsf(voice->entry[k - 1][suffix_in(voice, k, e)].prob);
        }
    }
    const NgParts parts = {bits, group, shorter, below->table, weight, n, below->tables};
    ng_values_write_probs(out, &parts);
}

/**
 * ng_compact_pack:
 * @voice: a plain voice that ng_voice_check() finds sound
 * @weight: (nullable): [N][n] what its probabilities are made of, where that is known; see
 *   #NgQuantized
 *
 * Returns: (transfer full) (element-type guint64): what ng_compact_read() takes
 */
GArray *
ng_compact_pack(const NgVoice *voice, float *const *weight)
{
    GArray *out = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    uint64_t order = voice->order;
    g_autoptr(GArray) below = NULL; /* back-off weights */

    g_array_append_val(out, order);
    for (unsigned k = 0; k < voice->order; k++) {
        uint64_t n = voice->n[k];
        g_array_append_val(out, n);
        if (k + 1 < voice->order)
            write_tree(out, voice, k);
        if (k > 0)
            write_ranks(out, voice, k);
        NgValues contexts = {0};
        NgWords words = {below != NULL ? (const uint64_t *)(const void *)below->data : NULL,
                         below != NULL ? below->len : 0};
        gboolean read = below != NULL && ng_values_read(&contexts, &words, voice->n[k - 1], NULL);
        g_assert(read == (below != NULL));
        write_probs(out, voice, k, read ? &contexts : NULL, weight != NULL ? weight[k] : NULL);
        g_clear_pointer(&below, g_array_unref);
        if (k + 1 < voice->order) {
            below = g_array_new(FALSE, FALSE, sizeof(uint64_t));
            write_backoffs(below, voice, k);
            g_array_append_vals(out, below->data, below->len);
        }
        write_blanks(out, voice, k);
    }
    return out;
}

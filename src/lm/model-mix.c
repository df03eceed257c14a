/*
 * Mixtures of models
 *
 * A model that stands for several: its vocabulary is the union of theirs, and
 * in the place of each voice it has a mixture.  Voice 0 mixes the wholes.  For
 * every author that one of the parts knows there is a voice that mixes the
 * author's in the parts that know him with the wholes of those that do not.
 *
 * The first part's words keep their ids, those that it lacks follow in the
 * order of the parts.  Stored: 4 bytes a word of the union and of the part, for
 * each part, and the union itself unless the first part knows every word.
 * Opening costs a look-up for each word of each part.
 */
#include "model-internal.h"

#include "ngram/error.h"

#include <math.h>
#include <string.h>

#define TOLERANCE 1e-6 /* how far from 1 the weights may sum */

/**
 * NgMixture:
 * @K: parts
 * @part: [K] references are held
 * @name: [K] of the parts
 * @to: [K][V] words of the union to those of the part
 * @from: [K][words of the part] and back
 * @mixes: (element-type NgMix): one for each voice
 * @voice: (element-type size_t): [voices][K] which voice of each part it is
 */
struct NgMixture {
    size_t K;
    NgModelPart part[NG_MIX_MAX];
    char *name[NG_MIX_MAX];
    NgWord *to[NG_MIX_MAX];
    NgWord *from[NG_MIX_MAX];
    GPtrArray *mixes;
    GArray *voice;
};

/* Frees a mixture's own part of a model; NULL is none. */
void
ng_mixture_free(NgMixture *self)
{
    if (self == NULL)
        return;
    for (size_t i = 0; i < self->K; i++) {
        ng_model_unref(self->part[i].model);
        g_free(self->name[i]);
        g_free(self->to[i]);
        g_free(self->from[i]);
    }
    g_ptr_array_unref(self->mixes);
    g_array_unref(self->voice);
    g_free(self);
}

/* Whether each part is sound; an error names it. */
gboolean
ng_mixture_verify(const NgMixture *self, GError **error)
{
    for (size_t i = 0; i < self->K; i++)
        if (!ng_model_verify(self->part[i].model, error))
            return FALSE;
    return TRUE;
}

/* -- what can be mixed ------------------------------------------------------ */

static gboolean
check_weights(const NgModelPart *parts, size_t n, double *sum, GError **error)
{
    *sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (!(parts[i].weight > 0.0 && isfinite(parts[i].weight))) {
            g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                        "%s: weight %g is not above 0 (leave the model out, or weigh it)",
                        parts[i].name, parts[i].weight);
            return FALSE;
        }
        *sum += parts[i].weight;
    }
    if (fabs(*sum - 1.0) <= TOLERANCE)
        return TRUE;
    g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                "the weights of the models sum to %.9g, not to 1 (leave one weight out: that model "
                "gets the rest)",
                *sum);
    return FALSE;
}

static gboolean
differ(const NgModelPart *a, const NgModelPart *b, const char *option, const char *of_a,
       const char *of_b, GError **error)
{
    g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                "%s and %s cut text differently, by --%s %s and --%s %s (train both alike, or give "
                "two that were)",
                a->name, b->name, option, of_a, option, of_b);
    return FALSE;
}

/* Whether both cut text alike: else a word of one is no word of the other. */
static gboolean
check_text(const NgModelPart *a, const NgModelPart *b, GError **error)
{
    NgModelText x = ng_model_text(a->model), y = ng_model_text(b->model);

    if (x.tokens != y.tokens)
        return differ(a, b, "tokens", ng_tokens_name(x.tokens), ng_tokens_name(y.tokens), error);
    if (g_strcmp0(x.pattern, y.pattern) != 0)
        return differ(a, b, "pattern", x.pattern != NULL ? x.pattern : "(none)",
                      y.pattern != NULL ? y.pattern : "(none)", error);
    if (x.fold != y.fold)
        return differ(a, b, "case", x.fold ? "fold" : "keep", y.fold ? "fold" : "keep", error);
    if (x.unit != y.unit)
        return differ(a, b, "unit", ng_unit_name(x.unit), ng_unit_name(y.unit), error);
    return TRUE;
}

static gboolean
check_parts(const NgModelPart *parts, size_t n, GError **error)
{
    if (n > NG_MIX_MAX) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "%zu models are to be mixed, %d at most can be (leave out those of least "
                    "weight)",
                    n, NG_MIX_MAX);
        return FALSE;
    }
    for (size_t i = 1; i < n; i++)
        if (!check_text(&parts[0], &parts[i], error))
            return FALSE;
    return TRUE;
}

/* -- the union -------------------------------------------------------------- */

/* Looks the words of all parts up among those of the first; FALSE where one is not there. */
static gboolean
find_words(NgMixture *self)
{
    const NgVocab *first = ng_model_vocab(self->part[0].model);

    for (size_t i = 0; i < self->K; i++) {
        const NgVocab *vocab = ng_model_vocab(self->part[i].model);
        for (NgWord w = NG_WORDS_FIXED; w < ng_vocab_size(vocab); w++) {
            size_t length = 0;
            const char *word = ng_vocab_word(vocab, w, &length);
            self->from[i][w] = i == 0 ? w : ng_vocab_find(first, word, length);
            if (self->from[i][w] == NG_WORD_UNKNOWN)
                return FALSE;
        }
    }
    return TRUE;
}

/* Adds the words of all parts, those of the first part first. */
static NgVocab *
add_words(NgMixture *self)
{
    NgVocab *all = ng_vocab_new();

    for (size_t i = 0; i < self->K; i++) {
        const NgVocab *vocab = ng_model_vocab(self->part[i].model);
        for (NgWord w = NG_WORDS_FIXED; w < ng_vocab_size(vocab); w++) {
            size_t length = 0;
            const char *word = ng_vocab_word(vocab, w, &length);
            self->from[i][w] = ng_vocab_add(all, word, length);
        }
    }
    return all;
}

/* The union of the parts' vocabularies, which is the first where that has every word; fills
 * in @from and @to. */
static NgVocab *
unite(NgMixture *self)
{
    for (size_t i = 0; i < self->K; i++) {
        self->from[i] = g_new0(NgWord, ng_vocab_size(ng_model_vocab(self->part[i].model)));
        for (NgWord w = 0; w < NG_WORDS_FIXED; w++)
            self->from[i][w] = w;
    }
    NgVocab *all = find_words(self) ? ng_vocab_ref(self->part[0].model->vocab) : add_words(self);
    size_t V = ng_vocab_size(all);
    for (size_t i = 0; i < self->K; i++) {
        self->to[i] = g_new(NgWord, V);
        for (size_t u = 0; u < V; u++)
            self->to[i][u] = NG_WORD_NONE;
        for (NgWord w = 0; w < ng_vocab_size(ng_model_vocab(self->part[i].model)); w++)
            self->to[i][self->from[i][w]] = w;
    }
    return all;
}

/* The usual form of a word is that of the first part that has one. */
static void
copy_surfaces(NgModel *self, const NgMixture *mixture)
{
    size_t V = ng_vocab_size(self->vocab);
    g_autofree const char **form = g_new0(const char *, V);

    for (size_t i = 0; i < mixture->K; i++) {
        const NgModel *part = mixture->part[i].model;
        for (size_t s = 0; s < part->surfaces.n; s++) {
            NgWord w = part->surfaces.id[s];
            if (w < ng_vocab_size(part->vocab) && form[mixture->from[i][w]] == NULL)
                form[mixture->from[i][w]] = ng_model_surface(part, w, NULL);
        }
    }
    for (NgWord u = NG_WORDS_FIXED; u < V; u++)
        if (form[u] != NULL)
            ng_model_add_surface(self, u, form[u], strlen(form[u]));
}

/* -- voices ----------------------------------------------------------------- */

/* Adds the voice that mixes @name of each part, or the whole where a part has no such. */
static void
add_mix(NgModel *self, const char *name)
{
    NgMixture *mixture = self->mixture;
    NgMixPart parts[NG_MIX_MAX];

    for (size_t i = 0; i < mixture->K; i++) {
        size_t voice = 0;
        if (!ng_model_find_voice(mixture->part[i].model, name, &voice))
            voice = 0;
        g_array_append_val(mixture->voice, voice);
        parts[i] = (NgMixPart){ng_model_voice(mixture->part[i].model, voice),
                               mixture->part[i].weight, mixture->to[i], mixture->from[i]};
    }
    g_ptr_array_add(mixture->mixes, ng_mix_new(parts, mixture->K, ng_vocab_size(self->vocab)));
    g_ptr_array_add(self->names, g_strdup(name));
}

static void
add_voices(NgModel *self)
{
    const NgMixture *mixture = self->mixture;

    add_mix(self, "");
    for (size_t i = 0; i < mixture->K; i++)
        for (size_t v = 1; v < ng_model_voices(mixture->part[i].model); v++) {
            const char *name = ng_model_voice_name(mixture->part[i].model, v);
            size_t index = 0;
            if (!ng_model_find_voice(self, name, &index))
                add_mix(self, name);
        }
}

/**
 * ng_model_mix:
 * @parts: [@n] models, none of them a mixture itself; references are taken
 * @n: from 1 to %NG_MIX_MAX
 * @error: return location for a #GError, or %NULL
 *
 * The linear interpolation of models: P(w | h) is the sum of the parts', each
 * times its weight.  What scores, generates or completes takes the result as
 * any other model; it cannot be saved, since it is no n-gram model.
 *
 * Errors: %NG_ERROR_RANGE where a weight is not above 0, the weights do not sum
 * to 1 within 0.000001, the parts cut text differently, or they are too many.
 *
 * Returns: (transfer full): a model whose voices are mixtures
 */
NgModel *
ng_model_mix(const NgModelPart *parts, size_t n, GError **error)
{
    g_return_val_if_fail(parts != NULL && n > 0, NULL);
    for (size_t i = 0; i < n; i++)
        g_return_val_if_fail(parts[i].model != NULL && parts[i].model->mixture == NULL, NULL);

    double sum = 0.0;
    if (!check_parts(parts, n, error) || !check_weights(parts, n, &sum, error))
        return NULL;
    NgMixture *mixture = g_new0(NgMixture, 1);
    mixture->K = n;
    mixture->mixes = g_ptr_array_new_with_free_func((GDestroyNotify)ng_mix_free);
    mixture->voice = g_array_new(FALSE, FALSE, sizeof(size_t));
    for (size_t i = 0; i < n; i++) {
        mixture->name[i] = g_strdup(parts[i].name != NULL ? parts[i].name : "");
        mixture->part[i] =
            (NgModelPart){ng_model_ref(parts[i].model), parts[i].weight / sum, mixture->name[i]};
    }
    NgModelText text = ng_model_text(parts[0].model);
    g_autoptr(NgVocab) all = unite(mixture);
    NgModel *self = ng_model_new(all, &text);
    self->mixture = mixture;
    add_voices(self);
    copy_surfaces(self, mixture);
    return self;
}

/** ng_model_mixture: Returns: (transfer none) (nullable): voice @voice where the model is a
 *   mixture, else %NULL */
const NgMix *
ng_model_mixture(const NgModel *self, size_t voice)
{
    g_return_val_if_fail(self != NULL && voice < self->names->len, NULL);

    return self->mixture != NULL ? g_ptr_array_index(self->mixture->mixes, voice) : NULL;
}

/** ng_model_parts: Returns: how many models are mixed; 0 where it is no mixture */
size_t
ng_model_parts(const NgModel *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->mixture != NULL ? self->mixture->K : 0;
}

/** ng_model_part: Returns: part @index of a mixture; what it points to lives as long as @self */
NgModelPart
ng_model_part(const NgModel *self, size_t index)
{
    g_return_val_if_fail(self != NULL && index < ng_model_parts(self), (NgModelPart){0});

    return self->mixture->part[index];
}

/**
 * ng_model_part_voice:
 * @voice: a voice of a mixture
 * @index: a part of it
 *
 * Returns: which voice of the part is mixed there; 0 where the part does not know the author
 */
size_t
ng_model_part_voice(const NgModel *self, size_t voice, size_t index)
{
    g_return_val_if_fail(self != NULL && index < ng_model_parts(self), 0);
    g_return_val_if_fail(voice < self->names->len, 0);

    return g_array_index(self->mixture->voice, size_t, voice * self->mixture->K + index);
}

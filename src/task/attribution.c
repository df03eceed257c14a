/*
 * What attribution keeps in a model file
 *
 * `attr.mask` uint16 [V]; for each block b of n-grams `attr.slot<b>`, `attr.idf<b>`
 * float [C], `attr.scale<b>` float [C], `attr.weight<b>` int8 [C][W]; `attr.prior`,
 * `attr.rms`, `attr.fit`, `attr.range` and, where strangers can be told, `attr.open`,
 * double.  The voices of the authors are the model's own, the styles (masked words) stand beside
 * them.  All sizes are checked here, once; what the numbers say is believed.
 */
#include "attribution.h"

#include "ngram/container.h"

#include <math.h>

/**
 * ng_attribution_place:
 * @tokens: of a document, at least 1
 *
 * Returns: where its length stands among the knots: 0 for 1, 1 for 4, 2 for 16, ...
 */
double
ng_attribution_place(size_t tokens)
{
    return fmin(0.5 * log2((double)MAX(tokens, 1)), NG_ATTRIBUTION_KNOTS - 1.0);
}

/** ng_attribution_shape: Returns: of the combination */
NgLogistic
ng_attribution_shape(const NgAttributionData *self)
{
    return (NgLogistic){self->authors, self->members, NG_ATTRIBUTION_KNOTS, self->prior};
}

/** ng_attribution_open_shape: Returns: of "one of them, or none" */
NgLogistic
ng_attribution_open_shape(const NgAttributionData *self)
{
    static const double even[2] = {-M_LN2, -M_LN2};

    return (NgLogistic){2, self->members + 1, NG_ATTRIBUTION_KNOTS, even};
}

/** ng_attribution_centre: takes the mean of [@authors] scores off each */
void
ng_attribution_centre(float *score, size_t authors)
{
    double mean = 0.0;

    for (size_t a = 0; a < authors; a++)
        mean += (double)score[a] / (double)authors;
    for (size_t a = 0; a < authors; a++)
        score[a] -= (float)mean;
}

/** ng_attribution_divide: divides [@members][@authors] scores by what each member's usually are */
void
ng_attribution_divide(float *score, const double *rms, size_t members, size_t authors)
{
    for (size_t m = 0; m < members; m++)
        for (size_t a = 0; a < authors; a++)
            score[m * authors + a] = (float)((double)score[m * authors + a] / rms[m]);
}

/**
 * ng_attribution_typical:
 * @raw: [@members][@authors] scores before centring
 * @posterior: [@authors] log probabilities
 * @typical: (out): [@members + 1] what tells whether any of the authors wrote it: how each member
 *   sees the best one, and how sure all are together
 */
void
ng_attribution_typical(const float *raw, size_t members, size_t authors, size_t best,
                       const double *posterior, float *typical)
{
    double rest = 0.0;

    for (size_t m = 0; m < members; m++)
        typical[m] = raw[m * authors + best];
    for (size_t a = 0; a < authors; a++)
        if (a != best)
            rest += exp(posterior[a]);
    typical[members] = (float)(posterior[best] - log(fmax(rest, 1e-12)));
}

/** Finder: looks for sections; @sound turns FALSE for good at the first that does not fit. */
typedef struct {
    const NgModel *model;
    gboolean sound;
} Finder;

/* An array of @wanted elements, or of any number where @wanted is 0. */
static const void *
find(Finder *f, const char *what, int block, size_t width, size_t wanted, size_t *count)
{
    char name[NG_CONTAINER_NAME];
    size_t n = 0;

    if (block < 0)
        g_snprintf(name, sizeof name, "attr.%s", what);
    else
        g_snprintf(name, sizeof name, "attr.%s%d", what, block);
    const void *data = ng_model_section(f->model, name, width, &n);
    f->sound = f->sound && data != NULL && (wanted == 0 || n == wanted);
    if (count != NULL)
        *count = n;
    return data;
}

static void
find_linear(Finder *f, NgAttributionData *d, int b)
{
    NgLinearMember *l = &d->linear[d->n_linear++];
    size_t columns = 0;

    l->block = (NgBlock)b;
    l->width = ng_linear_width(d->authors);
    l->dictionary.slot = find(f, "slot", b, sizeof(NgVocabSlot), 0, &l->dictionary.n_slots);
    l->dictionary.idf = find(f, "idf", b, sizeof(float), 0, &columns);
    l->dictionary.columns = columns;
    l->scale = find(f, "scale", b, sizeof(float), columns, NULL);
    l->weight = find(f, "weight", b, sizeof(int8_t), columns * l->width, NULL);
    f->sound = f->sound && columns > 0 && columns < UINT32_MAX && l->dictionary.n_slots > 0 &&
               (l->dictionary.n_slots & (l->dictionary.n_slots - 1)) == 0;
}

static void
find_fit(Finder *f, NgAttributionData *d)
{
    size_t n = 0;

    d->prior = find(f, "prior", -1, sizeof(double), d->authors, NULL);
    d->rms = find(f, "rms", -1, sizeof(double), d->members, NULL);
    d->range = find(f, "range", -1, sizeof(double), NG_ATTRIBUTION_RANGE, NULL);
    NgLogistic shape = ng_attribution_shape(d);
    d->parameter = find(f, "fit", -1, sizeof(double), ng_logistic_size(&shape), NULL);
    NgLogistic open = ng_attribution_open_shape(d);
    if (ng_model_section(f->model, "attr.open", sizeof(double), &n) != NULL)
        d->open = find(f, "open", -1, sizeof(double),
                       ng_logistic_size(&open) + 2 * (d->members + 1), NULL);
}

/**
 * ng_attribution_find:
 * @out: (out): set on success
 *
 * Returns: whether the model has what attribution needs, in the right sizes
 */
gboolean
ng_attribution_find(const NgModel *model, NgAttributionData *out)
{
    NgAttributionData d = {.authors = ng_model_voices(model) - 1};
    Finder f = {model, TRUE};
    char name[NG_CONTAINER_NAME];
    size_t n = 0;
    GKeyFile *manifest = ng_model_manifest(model);

    if (d.authors < 2)
        return FALSE;
    d.mask = find(&f, "mask", -1, sizeof(uint16_t), ng_vocab_size(ng_model_vocab(model)), NULL);
    for (int b = 0; b < NG_BLOCKS && f.sound; b++) {
        g_snprintf(name, sizeof name, "attr.slot%d", b);
        if (ng_model_section(model, name, 1, &n) != NULL)
            find_linear(&f, &d, b);
    }
    d.with_voices = g_key_file_get_boolean(manifest, "attribution", "voices", NULL);
    d.with_styles = ng_model_styles(model) == d.authors;
    for (size_t s = 0; s < ng_model_styles(model); s++)
        f.sound = f.sound && ng_voice_words(ng_model_style(model, s)) == NG_MASK_WORDS;
    d.members = d.n_linear + (d.with_voices ? 1U : 0U) + (d.with_styles ? 1U : 0U);
    if (!f.sound || d.members == 0)
        return FALSE;
    find_fit(&f, &d);
    if (f.sound)
        *out = d;
    return f.sound;
}

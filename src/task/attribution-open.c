/*
 * Training "none of them"
 *
 * Authors are held out whole, in groups: what the best of the others looks like then,
 * beside what an author looks like at home while others are missing, makes a logistic
 * regression with two classes; both are seen by the same members.  How much of it holds for authors that it has not seen is learned by
 * holding groups out once more: the ridge is the one that does best there, and where
 * none does better than saying nothing, nothing is said.
 */
#include "attribution-members.h"

#include "ngram/parallel.h"

#include <math.h>
#include <string.h>

/* What a parameter may cost. */
static const double ridges[] = {1.0, 10.0, 100.0, 1000.0};

/**
 * Open: samples of "one of them" and "none of them" in the making.
 * @value: (element-type gfloat): [n][M + 1]
 * @label: (element-type guint32): 1 where the author is held out
 * @group: (element-type guint32): of the author
 */
typedef struct {
    const NgAttributing *t;
    const NgLogistic *shape;
    const double *parameter, *rms;
    GArray *value, *place, *label, *group;
    double *posterior;
    float *score, *raw, *typical;
} Open;

/* One text whose author's group is held out, or another one is. */
static void
add_open(Open *o, guint piece, gboolean without)
{
    const NgAttributing *t = o->t;
    const NgPiece *p = &g_array_index(t->pieces, NgPiece, piece);
    const NgSample *sample = &g_array_index(t->samples, NgSample, p->sample);
    int home = ng_attributing_home(t, sample);
    const float *scores = without ? t->away_score : t->home_score;
    size_t authors = t->authors;
    size_t B = 0;
    g_autofree size_t *kept = g_new(size_t, authors);
    guint32 label = without ? 1 : 0;
    guint32 group = sample->author % t->groups;
    guint32 missing = without ? group : (guint32)home % t->groups;
    gfloat place = (gfloat)ng_attribution_place(p->tokens);
    g_autofree double *weight = g_new(double, t->members + authors);

    if (!without && home < 0)
        return;
    for (size_t a = 0; a < authors; a++)
        if (a % t->groups != missing)
            kept[B++] = a;
    ng_logistic_weights(o->shape, o->parameter, (double)place, weight);
    for (size_t m = 0; m < t->members; m++) {
        for (size_t b = 0; b < B; b++)
            o->raw[m * B + b] = scores[((size_t)piece * t->members + m) * authors + kept[b]];
        memcpy(o->score + m * B, o->raw + m * B, B * sizeof(float));
        ng_attribution_centre(o->score + m * B, B);
    }
    ng_attribution_divide(o->score, o->rms, t->members, B);
    double top = -HUGE_VAL;
    size_t best = 0;
    for (size_t b = 0; b < B; b++) {
        double z = o->shape->prior[kept[b]] + weight[t->members + kept[b]];
        for (size_t m = 0; m < t->members; m++)
            z += weight[m] * (double)o->score[m * B + b];
        o->posterior[b] = z;
        if (z > top) {
            top = z;
            best = b;
        }
    }
    double sum = 0.0;
    for (size_t b = 0; b < B; b++)
        sum += exp(o->posterior[b] - top);
    for (size_t b = 0; b < B; b++)
        o->posterior[b] -= top + log(sum);
    ng_attribution_typical(o->raw, t->members, B, best, o->posterior, o->typical);
    g_array_append_vals(o->value, o->typical, (guint)t->members + 1);
    g_array_append_val(o->place, place);
    g_array_append_val(o->label, label);
    g_array_append_val(o->group, group);
}

/**
 * ng_attributing_home:
 *
 * Returns: the set by which a sample is seen held out, while its author is not; -1 for none
 */
int
ng_attributing_home(const NgAttributing *self, const NgSample *sample)
{
    unsigned own = self->sets > 0 ? sample->author % self->groups : 0;

    for (unsigned i = 1; i <= self->sets; i++) {
        unsigned set = (own + i) % self->sets;
        if ((int)(set % (unsigned)self->folds) == sample->fold && set % self->groups != own)
            return (int)set;
    }
    return -1;
}

/**
 * Samples: the same, standardised.
 * @n: S
 * @score: [S][M + 1][2]; the first class has 0
 */
typedef struct {
    NgLogistic shape;
    size_t n;
    float *score;
    const float *place;
    const uint32_t *label, *group;
} Samples;

/* Centres and spreads go to @open: [2][M + 1]. */
static Samples
standardise(const Open *o, double *open)
{
    NgAttributionData d = {.members = o->t->members};
    size_t values = d.members + 1;
    size_t n = o->label->len;
    const gfloat *value = (const gfloat *)(const void *)o->value->data;
    Samples s = {ng_attribution_open_shape(&d),
                 n,
                 g_new0(float, n *values * 2 + 1),
                 (const float *)(const void *)o->place->data,
                 (const uint32_t *)(const void *)o->label->data,
                 (const uint32_t *)(const void *)o->group->data};

    for (size_t x = 0; x < values; x++) {
        double mean = 0.0;
        double square = 0.0;
        for (size_t i = 0; i < n; i++)
            mean += (double)value[i * values + x] / (double)n;
        for (size_t i = 0; i < n; i++)
            square += pow((double)value[i * values + x] - mean, 2.0) / (double)n;
        open[x] = mean;
        open[values + x] = square > 0.0 ? sqrt(square) : 1.0;
        for (size_t i = 0; i < n; i++)
            s.score[(i * values + x) * 2 + 1] =
                (float)(((double)value[i * values + x] - mean) / open[values + x]);
    }
    return s;
}

/* Either answer counts half; what is in group @without, nothing. */
static void
weigh(const Samples *s, int without, float *weight)
{
    size_t count[2] = {0};

    for (size_t i = 0; i < s->n; i++)
        count[s->label[i]] += (int)s->group[i] != without;
    for (size_t i = 0; i < s->n; i++)
        weight[i] = (int)s->group[i] == without
                        ? 0.0F
                        : 0.5F * (float)(count[0] + count[1]) / (float)count[s->label[i]];
}

static void
fit(const Samples *s, int without, double ridge, double *parameter)
{
    g_autofree float *weight = g_new(float, s->n + 1);

    weigh(s, without, weight);
    const NgLogisticData data = {s->n, s->score, s->place, s->label, weight};
    ng_logistic_fit(&s->shape, &data, ridge, parameter);
}

/** Search: losses of group by group for each ridge, [ridges][groups]. */
typedef struct {
    const Samples *samples;
    unsigned groups;
    double *loss;
} Search;

/* Mean log loss in the group held out, either answer counting half. */
static void
try_ridge(size_t job, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    Search *search = data;
    const Samples *s = search->samples;
    int group = (int)(job % search->groups);
    g_autofree double *parameter = g_new0(double, ng_logistic_size(&s->shape));
    double loss[2] = {0};
    size_t count[2] = {0};
    double answer[2];

    fit(s, group, ridges[job / search->groups], parameter);
    for (size_t i = 0; i < s->n; i++) {
        if ((int)s->group[i] != group)
            continue;
        ng_logistic_posterior(&s->shape, parameter, s->score + i * s->shape.members * 2,
                              (double)s->place[i], answer);
        loss[s->label[i]] -= answer[s->label[i]];
        count[s->label[i]]++;
    }
    search->loss[job] =
        0.5 * (loss[0] / (double)MAX(count[0], 1) + loss[1] / (double)MAX(count[1], 1));
}

/* Mean of the groups' losses, and what it may be off: its standard error. */
static double
mean_of(const double *loss, unsigned groups, double *off)
{
    double mean = 0.0;
    double square = 0.0;

    for (unsigned g = 0; g < groups; g++)
        mean += loss[g] / groups;
    for (unsigned g = 0; g < groups; g++)
        square += pow(loss[g] - mean, 2.0);
    *off = sqrt(square / (groups * fmax(groups - 1.0, 1.0)));
    return mean;
}

/* The greatest ridge that is no worse on groups held out than the best one, as far as so few of
 * them can tell (Breiman et al. 1984: one standard error); 0 where saying nothing does better. */
static double
choose_ridge(const Samples *s, unsigned groups, unsigned threads)
{
    g_autofree double *loss = g_new0(double, G_N_ELEMENTS(ridges) * groups);
    Search search = {s, groups, loss};
    double least = M_LN2;
    double bound = M_LN2;
    double chosen = 0.0;
    double off = 0.0;

    ng_parallel(G_N_ELEMENTS(ridges) * groups, threads, try_ridge, &search);
    for (size_t r = 0; r < G_N_ELEMENTS(ridges); r++) {
        double mean = mean_of(loss + r * groups, groups, &off);
        if (mean < least) {
            least = mean;
            bound = fmin(mean + off, M_LN2);
        }
    }
    for (size_t r = 0; r < G_N_ELEMENTS(ridges) && least < M_LN2; r++)
        chosen = mean_of(loss + r * groups, groups, &off) <= bound ? ridges[r] : chosen;
    return chosen;
}

/**
 * ng_attributing_open:
 * @shape, @parameter: the combination
 * @rms: [M] what a member's scores are divided by
 *
 * Puts `attr.open` into the model where strangers can be told from the authors: not
 * with two of them, since nobody can be held out, nor where no fit does better on
 * authors it has not seen than none.
 *
 * Returns: whether it did
 */
gboolean
ng_attributing_open(NgAttributing *self, const NgLogistic *shape, const double *parameter,
                    const double *rms)
{
    Open o = {.t = self, .shape = shape, .parameter = parameter, .rms = rms};
    size_t values = self->members + 1;

    if (self->groups == 0)
        return FALSE;
    o.value = g_array_new(FALSE, FALSE, sizeof(gfloat));
    o.place = g_array_new(FALSE, FALSE, sizeof(gfloat));
    o.label = g_array_new(FALSE, FALSE, sizeof(guint32));
    o.group = g_array_new(FALSE, FALSE, sizeof(guint32));
    o.posterior = g_new(double, self->authors);
    o.score = g_new(float, self->members * self->authors);
    o.raw = g_new(float, self->members * self->authors);
    o.typical = g_new(float, values);
    for (guint i = 0; i < self->pieces->len; i++)
        for (int without = 0; without < 2 && ng_attributing_is_scored(self, i); without++)
            add_open(&o, i, without);
    NgAttributionData d = {.members = self->members};
    NgLogistic open_shape = ng_attribution_open_shape(&d);
    size_t size = 2 * values + ng_logistic_size(&open_shape);
    double *open = g_new0(double, size);
    Samples s = standardise(&o, open);
    double ridge = choose_ridge(&s, self->groups, self->threads);
    if (ridge > 0.0) {
        fit(&s, -1, ridge, open + 2 * values);
        ng_model_add_section(self->model, "attr.open", open, size * sizeof *open);
    } else {
        g_free(open);
    }
    g_free(s.score);
    g_array_unref(o.value);
    g_array_unref(o.place);
    g_array_unref(o.label);
    g_array_unref(o.group);
    g_free(o.posterior);
    g_free(o.score);
    g_free(o.raw);
    g_free(o.typical);
    return ridge > 0.0;
}

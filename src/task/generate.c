/*
 * Generation
 *
 * A text is drawn word by word from P(word | state), see draw.c and mix-draw.c,
 * until `</s>` comes; greedily, it is the likeliest word each time, see rank.c
 * and mix-rank.c; bent by options of sampling, see sift.c.  What is asked of the
 * whole text, see demand.c, is drawn towards, see goal.c, where the law is a
 * voice's own; else it is had by rejection: texts are drawn until one fits.  Either
 * way what comes out follows the law given that it fits.
 *
 * Drawing starts in the state behind the prefix, see prefix.c.
 *
 * Invariant: the logarithm of a text is the sum, in order and in double, of
 * what ng_walk_step() gives, as a scorer sums it.
 */
#include "ngram/generate.h"

#include "generator.h"

#include "ngram/error.h"
#include "ngram/join.h"

#include <string.h>

#define OFTEN 0.1 /* lengths that come as often as that are had by rejection, which is faster */

enum {
    DEFAULT_TRIES = 10000,
    AHEAD = 8 /* words whose form is asked for before it is written */
};

static gboolean
is_part(double x)
{
    return x >= 0.0 && x <= 1.0;
}

static gboolean
check_sampling(const NgGenerateOptions *options, GError **error)
{
    const NgSampling *s = &options->sampling;
    const char *wrong = NULL;

    if (!(s->temperature >= 0.0 && s->temperature <= 1e6))
        wrong = "the temperature must be above 0 and at most 1,000,000";
    else if (s->temperature > 0.0 && s->temperature < 1e-6)
        wrong = "the temperature must be at least 0.000001 (take the likeliest word each time)";
    else if (!is_part(s->top_p) || !is_part(s->min_p) || !is_part(s->typical))
        wrong = "top-p, min-p and typical are parts of 1";
    else if (!(s->repeat_penalty == 0.0 || (s->repeat_penalty >= 1.0 && s->repeat_penalty <= 1e6)))
        wrong = "the penalty of repeated words must be from 1 to 1,000,000";
    else if (options->greedy && ng_generator_bends(s))
        wrong = "the likeliest word each time is no matter of sampling (choose one of the two)";
    if (wrong != NULL)
        g_set_error_literal(error, NG_ERROR, NG_ERROR_RANGE, wrong);
    return wrong == NULL;
}

/**
 * ng_generator_bends:
 * @sampling: options
 *
 * Returns: whether they change the law at all
 */
gboolean
ng_generator_bends(const NgSampling *sampling)
{
    const NgSampling *s = sampling;

    return s->repeat_penalty > 1.0 || s->top_k > 0 || (s->typical > 0.0 && s->typical < 1.0) ||
           (s->top_p > 0.0 && s->top_p < 1.0) || s->min_p > 0.0 ||
           (s->temperature > 0.0 && s->temperature != 1.0);
}

/* A temperature that is not too low is a matter of the dice of a voice. */
static gboolean
needs_sift(const NgSampling *sampling, gboolean mixes)
{
    NgSampling rest = *sampling;

    if (!mixes && rest.temperature >= NG_SIFT_COLD)
        rest.temperature = 0.0;
    return ng_generator_bends(&rest);
}

/* Sees to it that texts are drawn towards what is asked of them, where that helps. */
static gboolean
set_goal(NgGenerator *self, GError **error)
{
    const NgGenerateOptions *o = &self->options;
    gboolean words = o->suffix != NULL || o->containing != NULL;

    if (o->greedy || ng_generator_bends(&o->sampling) || self->draw == NULL ||
        (!words && o->max_words == 0 && o->min_words <= 1))
        return TRUE;
    g_autoptr(NgGoal) goal = ng_goal_new(ng_model_voice(self->model, self->voice), &self->demand,
                                         self->prefix->words, self->prefix->walk.state[0]);
    if (goal == NULL)
        return TRUE;
    goal->threads = MAX(o->threads, 1);
    if (!ng_goal_solve(goal))
        return TRUE;
    double chance = ng_goal_chance(goal);
    if (chance > 0.0 && (words || chance < OFTEN))
        self->goal = g_steal_pointer(&goal);
    if (!(chance > 0.0))
        g_set_error_literal(error, NG_ERROR, NG_ERROR_RANGE,
                            "no text that meets what is asked has a probability above 1e-300 (ask "
                            "for less, or train the model with smoothing)");
    return chance > 0.0;
}

static void
set_draws(NgGenerator *self)
{
    const NgGenerateOptions *o = &self->options;
    const NgMix *mix = ng_model_mixture(self->model, self->voice);
    const NgVoice *voice = ng_model_voice(self->model, self->voice);
    double temperature = o->sampling.temperature;

    if (mix != NULL) {
        self->mix_draw = ng_mix_draw_new(mix, o->no_unk);
        self->mix_rank = ng_mix_rank_new(mix);
    } else {
        self->draw = ng_draw_new(voice, o->no_unk, temperature > 0.0 ? 1.0 / temperature : 1.0);
        self->rank = ng_rank_new(voice);
    }
    if (needs_sift(&o->sampling, mix != NULL))
        self->sift = ng_sift_new(&self->prefix->walk, &o->sampling, o->no_unk);
}

/* What the prefix copies by itself; no drawing changes that. */
static void
look_at_prefix(NgGenerator *self)
{
    const NgNovelty *novelty = self->demand.novelty;
    const NgWord *words = (const NgWord *)(const void *)self->prefix->words->data;

    for (guint n = 1; novelty != NULL && n <= self->prefix->words->len; n++) {
        gboolean copied = ng_novelty_ends_copied(novelty, words, n);
        self->prefix_hits = copied ? self->prefix_hits + 1 : 0;
        if (copied)
            self->prefix_copied =
                MAX(self->prefix_copied, ng_novelty_run(novelty) + self->prefix_hits);
    }
}

/* All but the goal. */
static NgGenerator *
new_without_goal(NgModel *model, size_t voice, const NgGenerateOptions *options, GError **error)
{
    g_autoptr(NgGenerator) self = g_new0(NgGenerator, 1);

    self->model = ng_model_ref(model);
    self->voice = voice;
    self->options = *options;
    self->options.prefix = g_strdup(options->prefix);
    self->options.suffix = g_strdup(options->suffix);
    self->options.containing = g_strdup(options->containing);
    self->tokenizer = ng_model_tokenizer(model, error);
    if (self->tokenizer == NULL)
        return NULL;
    self->prefix = ng_prefix_new(model, voice, options->prefix, error);
    if (self->prefix == NULL || !check_sampling(options, error) ||
        !ng_demand_init(&self->demand, model, options, self->prefix->words->len, error))
        return NULL;
    look_at_prefix(self);
    self->demand.tries = options->tries > 0 ? options->tries : DEFAULT_TRIES;
    self->greedy = options->greedy;
    self->no_unk = options->no_unk;
    set_draws(self);
    self->surface = g_new0(NgForm, ng_vocab_size(ng_model_vocab(model)));
    self->token = g_new0(NgForm, ng_vocab_size(ng_model_vocab(model)));
    return g_steal_pointer(&self);
}

/**
 * ng_generator_new:
 * @model: a model
 * @voice: which voice of it
 * @options: what is wanted; @tries 0 means 10,000; the bounds count the words of
 *   the prefix too
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where the demands exclude each other or the prefix, an
 * option of sampling is out of its range, the prefix holds `<s>` or `</s>`, the
 * model does not know a word that is demanded, or no text meets the demands.
 *
 * Returns: (transfer full): free with ng_generator_free(); for one thread; %NULL
 * with @error set
 */
NgGenerator *
ng_generator_new(NgModel *model, size_t voice, const NgGenerateOptions *options, GError **error)
{
    g_return_val_if_fail(model != NULL && options != NULL, NULL);
    g_return_val_if_fail(voice < ng_model_voices(model), NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    g_autoptr(NgGenerator) self = new_without_goal(model, voice, options, error);
    if (self == NULL || !set_goal(self, error))
        return NULL;
    if (self->goal != NULL)
        self->steer = ng_steer_new(self->goal);
    return g_steal_pointer(&self);
}

/**
 * ng_generator_copy:
 * @self: a generator
 * @error: return location for a #GError, or %NULL
 *
 * What @self found out once for all texts is shared.
 *
 * Returns: (transfer full): the same for another thread; %NULL with @error set
 */
NgGenerator *
ng_generator_copy(const NgGenerator *self, GError **error)
{
    g_return_val_if_fail(self != NULL, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    NgGenerator *copy = new_without_goal(self->model, self->voice, &self->options, error);
    if (copy != NULL && self->goal != NULL) {
        copy->goal = ng_goal_ref(self->goal);
        copy->steer = ng_steer_new(copy->goal);
    }
    return copy;
}

/**
 * ng_generator_chance:
 * @self: a generator
 *
 * Returns: the probability that a text with the prefix meets what is asked of it, copies aside, where
 *   that is known; of words that must stand in it, how often they do, on average; else 0
 */
double
ng_generator_chance(const NgGenerator *self)
{
    g_return_val_if_fail(self != NULL, 0.0);

    return self->goal != NULL ? ng_goal_chance(self->goal) : 0.0;
}

/**
 * ng_generator_prefix_copied:
 * @self: a generator
 *
 * A run that ends in the prefix is there whatever is drawn, so no text is refused for it; one that
 * goes on behind the prefix counts as a whole.
 *
 * Returns: the words of the longest run in the prefix that copies more than the options allow; 0
 *   where there is none
 */
guint
ng_generator_prefix_copied(const NgGenerator *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->prefix_copied;
}

/**
 * ng_generator_free:
 * @self: (nullable) (transfer full): a generator
 */
void
ng_generator_free(NgGenerator *self)
{
    if (self == NULL)
        return;
    ng_model_unref(self->model);
    ng_tokenizer_free(self->tokenizer);
    ng_draw_free(self->draw);
    ng_rank_free(self->rank);
    ng_mix_draw_free(self->mix_draw);
    ng_mix_rank_free(self->mix_rank);
    ng_sift_free(self->sift);
    ng_steer_free(self->steer);
    ng_goal_unref(self->goal);
    g_free((gpointer)(uintptr_t)self->options.prefix); /* its own copies */
    g_free((gpointer)(uintptr_t)self->options.suffix);
    g_free((gpointer)(uintptr_t)self->options.containing);
    ng_prefix_free(self->prefix);
    ng_demand_clear(&self->demand);
    g_free(self->surface);
    g_free(self->token);
    g_free(self);
}

/* A word as it is in @forms, which are asked for when they are needed. */
static const char *
form_of(const NgGenerator *self, NgForm *forms, NgWord word, size_t *length)
{
    NgForm *form = &forms[word];

    if (form->size != 0 && form->size <= NG_FORM_SHORT + 1) {
        *length = form->size - 1;
        return form->text;
    }
    const char *text = forms == self->surface
                           ? ng_model_surface(self->model, word, length)
                           : ng_vocab_word(ng_model_vocab(self->model), word, length);
    form->size = (uint32_t)MIN(*length, NG_FORM_SHORT + 1) + 1;
    if (*length <= NG_FORM_SHORT)
        memcpy(form->text, text, *length); /* the 0 behind is there */
    return text;
}

/* Adds one word behind @at, and a blank before it if it is not the first; there is room for a long
 * word's short copy. */
static void
add_form(GString *out, const char *text, size_t length)
{
    size_t at = out->len;

    g_string_set_size(out, at + length + 1);
    memcpy(out->str + at, text, length);
    out->str[at + length] = ' ';
}

/* The forms with a blank between each two; those of the prefix as they stand in @prefix. */
static char *
join_blanks(const NgGenerator *self, const NgGenerated *text, const GPtrArray *prefix,
            NgForm *forms)
{
    GString *out = g_string_sized_new(8 * text->n + 2 * sizeof(NgForm));
    size_t i = 0;

    for (; i < MIN(prefix->len, text->n); i++)
        add_form(out, g_ptr_array_index(prefix, i), strlen(g_ptr_array_index(prefix, i)));
    for (; i < text->n; i++) {
        const NgForm *form = &forms[text->words[i]];
        __builtin_prefetch(&forms[text->words[MIN(i + AHEAD, text->n - 1)]]);
        if (form->size == 0 || form->size > NG_FORM_SHORT + 1 ||
            out->allocated_len - out->len < 2 * sizeof(NgForm)) {
            size_t length;
            const char *word = form_of(self, forms, text->words[i], &length);
            add_form(out, word, length);
            continue;
        }
        memcpy(out->str + out->len, form->text, sizeof form->text); /* of a known size: no call */
        out->len += form->size;
        out->str[out->len - 1] = ' ';
    }
    g_string_set_size(out, out->len > 0 ? out->len - 1 : 0);
    return g_string_free(out, FALSE);
}

/**
 * ng_generator_text:
 * @self: a generator
 * @text: a text of its
 *
 * Returns: (transfer full): the text as people write it
 */
char *
ng_generator_text(const NgGenerator *self, const NgGenerated *text)
{
    g_return_val_if_fail(self != NULL && text != NULL, NULL);

    NgTokens kind = ng_tokenizer_kind(self->tokenizer);
    if (kind != NG_TOKENS_WORDS && kind != NG_TOKENS_CHARS)
        return join_blanks(self, text, self->prefix->surface, self->surface);
    g_autofree const char **forms = g_new(const char *, text->n + 1);
    for (size_t i = 0; i < text->n; i++) {
        size_t length;
        forms[i] = i < self->prefix->surface->len
                       ? g_ptr_array_index(self->prefix->surface, i)
                       : form_of(self, self->surface, text->words[i], &length);
    }
    return ng_join(forms, text->n, kind, ng_tokenizer_folds(self->tokenizer));
}

/**
 * ng_generator_tokens:
 * @self: a generator
 * @text: a text of its
 *
 * Returns: (transfer full): the words as the model knows them, a blank between each two
 */
char *
ng_generator_tokens(const NgGenerator *self, const NgGenerated *text)
{
    g_return_val_if_fail(self != NULL && text != NULL, NULL);

    return join_blanks(self, text, self->prefix->token, self->token);
}

/**
 * ng_generated_clear:
 * @text: (nullable): a text; what it owns is freed, and it is empty
 */
void
ng_generated_clear(NgGenerated *text)
{
    if (text == NULL)
        return;
    g_free(text->words);
    *text = (NgGenerated){0};
}

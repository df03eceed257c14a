/* Sampling: the options that bend the law, from text to numbers. */
#include "sampling-options.h"

/* A number from above @least, or from it where @closed, up to @most. */
static gboolean
read_number(const char *option, const char *text, const double bounds[2], gboolean closed,
            double *out, GError **error)
{
    guint n;
    double value;

    if (text == NULL)
        return TRUE;
    if (!ng_args_numbers(option, text, &value, 1, &n, error))
        return FALSE;
    if (!(value <= bounds[1]) || !(closed ? value >= bounds[0] : value > bounds[0]))
        return ng_cli_usage_error(error, "--%s: %s is not %s %g %s %g", option, text,
                                  closed ? "from" : "above", bounds[0],
                                  closed ? "to" : "and at most", bounds[1]);
    *out = value;
    return TRUE;
}

/* Reads what was given into @wanted; a temperature of 0 makes it greedy. */
gboolean
ng_sampling_options_read(const NgSamplingOptions *self, const NgArgs *args,
                         NgGenerateOptions *wanted, GError **error)
{
    static const double part[] = {0.0, 1.0}, factor[] = {0.0, 1e6}, penalty[] = {1.0, 1e6};
    NgSampling *s = &wanted->sampling;

    if (!read_number("temperature", self->temperature, factor, TRUE, &s->temperature, error) ||
        !read_number("top-p", self->top_p, part, FALSE, &s->top_p, error) ||
        !read_number("min-p", self->min_p, part, TRUE, &s->min_p, error) ||
        !read_number("typical", self->typical, part, FALSE, &s->typical, error) ||
        !read_number("repeat-penalty", self->repeat_penalty, penalty, TRUE, &s->repeat_penalty,
                     error))
        return FALSE;
    s->top_k = (guint)self->top_k;
    s->repeat_last = (guint)self->repeat_last;
    if (ng_args_given(args, "repeat-last") && !ng_args_given(args, "repeat-penalty"))
        return ng_cli_usage_error(error, "--repeat-last goes with --repeat-penalty alone");
    if (self->temperature != NULL && !(s->temperature > 0.0))
        wanted->greedy = TRUE;
    if (wanted->greedy && ng_generator_bends(s))
        return ng_cli_usage_error(
            error,
            "%s takes the likeliest word each time: leave out the other "
            "options of sampling",
            self->temperature != NULL && !(s->temperature > 0.0) ? "--temperature 0" : "--greedy");
    return TRUE;
}

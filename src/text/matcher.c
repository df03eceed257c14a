/*
 * Matcher
 *
 * A regular expression and the room to match it in.  The compiled code is
 * constant and shared, counted, by the copies of a matcher; the room belongs
 * to one thread.  Subjects are well-formed UTF-8 by contract, so PCRE2 never
 * looks at them twice: its own check costs a pass over the rest of the text at
 * each call where there is no JIT compiler, which a long line would feel.
 */
#include "matcher.h"

#include "ngram/error.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define JIT_STACK_MIN ((size_t)32 * 1024)
#define JIT_STACK_MAX ((size_t)8 * 1024 * 1024)
#define MESSAGE_SIZE  256 /* PCRE2 promises that 120 suffice */

typedef struct {
    pcre2_code *code; /* (owned) */
    char *pattern;    /* (owned) */
} Program;

struct NgMatcher {
    Program *program;             /* shared, an atomic rc box */
    pcre2_match_data *match;      /* (owned) one pair of offsets */
    pcre2_match_context *context; /* (owned) */
    pcre2_jit_stack *stack;       /* (owned) (nullable) none without JIT */
};

static void
program_clear(gpointer data)
{
    Program *self = data;

    pcre2_code_free(self->code);
    g_free(self->pattern);
}

/* The code of @pattern; JIT-compiled where that can be had, good without. */
static pcre2_code *
compile(const char *pattern, GError **error)
{
    int number = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
                      PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &number, &offset, NULL);

    if (code == NULL) {
        PCRE2_UCHAR message[MESSAGE_SIZE] = "";
        pcre2_get_error_message(number, message, sizeof message);
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "pattern '%s': %s at offset %" G_GSIZE_FORMAT,
                    pattern, (const char *)message, (gsize)offset);
        return NULL;
    }
    (void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    return code;
}

/* A matcher of @program, whose reference it takes. */
static NgMatcher *
matcher_for_program(Program *program)
{
    NgMatcher *self = g_new0(NgMatcher, 1);

    self->program = program;
    self->match = pcre2_match_data_create(1, NULL);
    self->context = pcre2_match_context_create(NULL);
    g_assert(self->match != NULL && self->context != NULL);
    if (ng_matcher_jit_size(self) > 0) {
        self->stack = pcre2_jit_stack_create(JIT_STACK_MIN, JIT_STACK_MAX, NULL);
        pcre2_jit_stack_assign(self->context, NULL, self->stack);
    }
    return self;
}

/**
 * ng_matcher_new:
 * @pattern: a PCRE2 pattern; it is in UTF and UCP mode, `\C` is not allowed
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_FORMAT, with PCRE2's message and the place, where @pattern
 * is no regular expression.
 *
 * Returns: (transfer full): free with ng_matcher_free(); %NULL with @error set
 */
NgMatcher *
ng_matcher_new(const char *pattern, GError **error)
{
    g_return_val_if_fail(pattern != NULL, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    pcre2_code *code = compile(pattern, error);
    if (code == NULL)
        return NULL;
    Program *program = g_atomic_rc_box_new0(Program);
    program->code = code;
    program->pattern = g_strdup(pattern);
    return matcher_for_program(program);
}

/**
 * ng_matcher_copy:
 * @self: a matcher
 *
 * Returns: (transfer full): one for another thread, with the same code
 */
NgMatcher *
ng_matcher_copy(const NgMatcher *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return matcher_for_program(g_atomic_rc_box_acquire(self->program));
}

/**
 * ng_matcher_free:
 * @self: (nullable) (transfer full): a matcher
 */
void
ng_matcher_free(NgMatcher *self)
{
    if (self == NULL)
        return;
    pcre2_match_data_free(self->match);
    pcre2_match_context_free(self->context);
    pcre2_jit_stack_free(self->stack);
    g_atomic_rc_box_release_full(self->program, program_clear);
    g_free(self);
}

/**
 * ng_matcher_find:
 * @self: a matcher
 * @subject: where to look
 * @start: (inout): where to begin, the boundary of a character; where the match
 *   begins on return
 * @end: (out): where the match ends
 *
 * Looks for the first match that is not empty.  @start and @end are left alone
 * where there is none.
 *
 * Returns: what came of it
 */
NgMatch
ng_matcher_find(NgMatcher *self, const NgSubject *subject, size_t *start, size_t *end)
{
    const pcre2_code *code = self->program->code;
    PCRE2_SPTR text = (PCRE2_SPTR)subject->text;
    uint32_t options = PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY;

    if (!subject->begins)
        options |= PCRE2_NOTBOL;
    if (!subject->ends)
        options |= PCRE2_NOTEOL;
    int rc = self->stack != NULL ? pcre2_jit_match(code, text, subject->length, *start, options,
                                                   self->match, self->context)
                                 : pcre2_match(code, text, subject->length, *start, options,
                                               self->match, self->context);
    if (rc == PCRE2_ERROR_NOMATCH)
        return NG_MATCH_NONE;
    const PCRE2_SIZE *span = pcre2_get_ovector_pointer(self->match);
    if (rc < 0 || span[0] < *start || span[1] <= span[0]) /* old versions let \K walk back */
        return NG_MATCH_FAILED;
    *start = span[0];
    *end = span[1];
    return NG_MATCH_FOUND;
}

/**
 * ng_matcher_pattern:
 * @self: a matcher
 *
 * Returns: (transfer none): its pattern
 */
const char *
ng_matcher_pattern(const NgMatcher *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return self->program->pattern;
}

/**
 * ng_matcher_jit_size:
 * @self: a matcher
 *
 * Returns: bytes of machine code; 0 where the pattern is interpreted
 */
size_t
ng_matcher_jit_size(const NgMatcher *self)
{
    size_t size = 0;

    g_return_val_if_fail(self != NULL, 0);

    (void)pcre2_pattern_info(self->program->code, PCRE2_INFO_JITSIZE, &size);
    return size;
}

/**
 * ng_matcher_jit_available:
 *
 * Returns: whether this PCRE2 has a JIT compiler
 */
gboolean
ng_matcher_jit_available(void)
{
    uint32_t available = 0;

    (void)pcre2_config(PCRE2_CONFIG_JIT, &available);
    return available != 0;
}

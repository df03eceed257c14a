/* matcher.h - the one door to PCRE2; private to src/text. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgMatch: what a search came to.
 * @NG_MATCH_NONE: there is no further match
 * @NG_MATCH_FOUND: there is one, and it is not empty
 * @NG_MATCH_FAILED: PCRE2 gave up, at a limit on steps or memory
 */
typedef enum { NG_MATCH_NONE, NG_MATCH_FOUND, NG_MATCH_FAILED } NgMatch;

/**
 * NgSubject:
 * @text: [length] well-formed UTF-8
 * @begins: whether `^` may match at its start
 * @ends: whether `$` may match at its end
 */
typedef struct {
    const char *text;
    size_t length;
    gboolean begins;
    gboolean ends;
} NgSubject;

typedef struct NgMatcher NgMatcher;

NgMatcher *ng_matcher_new(const char *pattern, GError **error) G_GNUC_WARN_UNUSED_RESULT;
NgMatcher *ng_matcher_copy(const NgMatcher *self);
void ng_matcher_free(NgMatcher *self);

NgMatch ng_matcher_find(NgMatcher *self, const NgSubject *subject, size_t *start, size_t *end);
const char *ng_matcher_pattern(const NgMatcher *self);
size_t ng_matcher_jit_size(const NgMatcher *self);
gboolean ng_matcher_jit_available(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgMatcher, ng_matcher_free)

G_END_DECLS

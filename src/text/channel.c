/*
 * The channel
 *
 * P(wrong | right): how likely it is that who meant one word wrote another.  The
 * right word is cut into pieces of up to three letters, each is written as it
 * is or as something else, and the likeliest way counts (Brill & Moore 2000, "An
 * improved error model for noisy channel spelling correction").
 *
 * Weights are log10 P(what was written | a mistake at this letter), so that the
 * rate of mistakes is the caller's.  What the built-in ones rest on: a letter
 * is taken for a vowel's or a consonant's neighbour, typed one key beside,
 * doubled or not, left out, or exchanged with the next; a part of the mass is
 * spread over all letters, for anything may happen.  Learned rules stand beside
 * them, and the more pairs there were, the less the built-in ones weigh.
 *
 * Immutable once made.
 */
#include "channel-rules.h"

#include <math.h>
#include <string.h>

#define FURTHER    (-1.3F)
#define IMPOSSIBLE (-1e9F)

enum {
    LETTERS = 28,
    MARK = 27,
    OTHER = 0,
    BAND = 4,
    ENDS = 64
}; /* classes: a to z, marks, all others */

/** Ending: a rule, its lengths and its weight. */
typedef struct {
    NgRule rule;
    uint8_t a, b;
    float weight;
} Ending;

struct NgChannel {
    float replaced[LETTERS][LETTERS]; /* [right][wrong] */
    float added[LETTERS][LETTERS];    /* [letter beside it][added] */
    float doubled;                    /* a letter written twice */
    float missed[LETTERS];            /* a letter left out */
    float halved;                     /* one of two like letters left out */
    float swapped;
    float built_in;                 /* weight of all of the above */
    GHashTable *rules;              /* NgRule to its weight */
    GArray *ending[ENDS][ENDS + 1]; /* (nullable): Ending: by the last letters of either side; the
                                       last of a row are those that leave all out */
    size_t pairs;
};

/* -- built-in weights ----------------------------------------------------- */

static unsigned
class_of(uint16_t c)
{
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 1U;
    return c == '\'' || c == '-' ? MARK : OTHER;
}

static gboolean
is_vowel(unsigned class)
{
    return class > OTHER && class < MARK && strchr("aeiouy", (int)('a' + class - 1)) != NULL;
}

/* Whether keys lie side by side, on the keyboard most have. */
static gboolean
are_neighbours(unsigned a, unsigned b)
{
    static const char *const rows[] = {"qwertyuiop", "asdfghjkl", "zxcvbnm"};
    static const float shift[] = {0.0F, 0.25F, 0.75F};
    float x[2] = {0}, y[2] = {0};
    const unsigned key[2] = {a, b};

    for (int k = 0; k < 2; k++) {
        if (key[k] == OTHER || key[k] == MARK)
            return FALSE;
        for (int row = 0; row < 3; row++) {
            const char *at = strchr(rows[row], (int)('a' + key[k] - 1));
            if (at != NULL) {
                x[k] = (float)(at - rows[row]) + shift[row];
                y[k] = (float)row;
            }
        }
    }
    return a != b && fabsf(x[0] - x[1]) <= 1.0F && fabsf(y[0] - y[1]) <= 1.0F;
}

static gboolean
sound_alike(unsigned a, unsigned b)
{
    static const char *const alike[] = {"cs", "ck", "sz", "mn", "dt", "bp", "gj",
                                        "fv", "kq", "uw", "cq", "vw", "iy"};

    for (size_t i = 0; i < G_N_ELEMENTS(alike); i++) {
        unsigned x = class_of((uint16_t)alike[i][0]), y = class_of((uint16_t)alike[i][1]);
        if ((a == x && b == y) || (a == y && b == x))
            return TRUE;
    }
    return FALSE;
}

static void
fill_tables(NgChannel *self)
{
    for (unsigned a = 0; a < LETTERS; a++) {
        for (unsigned b = 0; b < LETTERS; b++) {
            gboolean near = are_neighbours(a, b);
            double replaced = 0.02 + (near ? 0.02 : 0.0) + (sound_alike(a, b) ? 0.03 : 0.0) +
                              (is_vowel(a) && is_vowel(b) ? 0.06 : 0.0);
            double added = 0.005 + (near ? 0.006 : 0.0) + (is_vowel(b) ? 0.004 : 0.0);
            self->replaced[a][b] = (float)log10(replaced);
            self->added[a][b] = (float)log10(added);
        }
        self->missed[a] = (float)log10(a == MARK ? 2.0 : is_vowel(a) ? 0.2 : 0.12);
    }
    self->doubled = (float)log10(0.08);
    self->halved = (float)log10(0.4);
    self->swapped = (float)log10(0.12);
}

static void
add_spellings(NgChannel *self)
{
    static const char *const spellings[][2] = {
        {"ph", "f"},  {"f", "ph"},  {"gh", "f"},   {"ck", "k"},   {"k", "ck"},   {"c", "ck"},
        {"sc", "s"},  {"s", "sc"},  {"sc", "c"},   {"c", "sc"},   {"x", "ks"},   {"x", "cs"},
        {"xc", "x"},  {"x", "xc"},  {"qu", "kw"},  {"wr", "r"},   {"kn", "n"},   {"wh", "w"},
        {"w", "wh"},  {"que", "k"}, {"igh", "i"},  {"ch", "k"},   {"ch", "tch"}, {"tch", "ch"},
        {"dg", "g"},  {"g", "dg"},  {"ti", "sh"},  {"ci", "sh"},  {"ss", "c"},   {"c", "ss"},
        {"ea", "ee"}, {"ee", "ea"}, {"ai", "ay"},  {"ou", "u"},   {"oo", "u"},   {"our", "or"},
        {"eau", "u"}, {"eau", "o"}, {"cqu", "qu"}, {"qu", "cqu"}, {"cc", "x"},   {"y", "ie"},
        {"ie", "y"},  {"ey", "y"},  {"y", "ey"},   {"er", "re"},  {"tt", "t"},   {"dge", "ge"},
    };

    for (size_t k = 0; k < G_N_ELEMENTS(spellings); k++) {
        NgRule rule = {0};
        for (size_t i = 0; spellings[k][0][i] != '\0'; i++)
            rule.from[i] = (uint16_t)spellings[k][0][i];
        for (size_t i = 0; spellings[k][1][i] != '\0'; i++)
            rule.to[i] = (uint16_t)spellings[k][1][i];
        ng_channel_add_rule(self, &rule, (float)log10(0.15));
    }
}

/* -- rules ---------------------------------------------------------------- */

static guint
rule_hash(gconstpointer data)
{
    const NgRule *rule = data;
    uint64_t hash = 0;

    for (unsigned i = 0; i < NG_RULE_MAX; i++)
        hash =
            (hash ^ (rule->from[i] + (uint64_t)rule->to[i] * 65537)) * UINT64_C(0x9e3779b97f4a7c15);
    return (guint)(hash >> 32);
}

static gboolean
rule_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(NgRule)) == 0;
}

static unsigned
rule_length(const uint16_t letters[NG_RULE_MAX])
{
    unsigned n = 0;

    while (n < NG_RULE_MAX && letters[n] != 0)
        n++;
    return n;
}

static inline unsigned
end_of(uint16_t letter)
{
    return letter & (ENDS - 1U);
}

/* Puts a rule in its place, the shorter first; or its weight, where it is there. */
static void
list_rule(GArray **list, const Ending *ending)
{
    guint i = 0;

    if (*list == NULL)
        *list = g_array_new(FALSE, FALSE, sizeof(Ending));
    for (; i < (*list)->len; i++) {
        Ending *other = &g_array_index(*list, Ending, i);
        if (rule_equal(&other->rule, &ending->rule)) {
            other->weight = ending->weight;
            return;
        }
        if (other->a > ending->a || (other->a == ending->a && other->b > ending->b))
            break;
    }
    g_array_insert_val(*list, i, *ending);
}

/* Adds to what letters become; the greater weight stays where a rule is there already. */
void
ng_channel_add_rule(NgChannel *self, const NgRule *rule, float logprob)
{
    unsigned a = rule_length(rule->from), b = rule_length(rule->to);
    const float *old = g_hash_table_lookup(self->rules, rule);

    if (a == 0 || (old != NULL && *old >= logprob))
        return;
    g_hash_table_insert(self->rules, g_memdup2(rule, sizeof *rule),
                        g_memdup2(&logprob, sizeof logprob));
    const Ending ending = {*rule, (uint8_t)a, (uint8_t)b, logprob};
    list_rule(&self->ending[end_of(rule->from[a - 1])][b > 0 ? end_of(rule->to[b - 1]) : ENDS],
              &ending);
}

/* Multiplies the built-in weights, since @pairs pairs speak beside them. */
void
ng_channel_scale(NgChannel *self, float logprob, size_t pairs)
{
    self->built_in = logprob;
    self->pairs = pairs;
}

/* -- making --------------------------------------------------------------- */

/**
 * ng_channel_new:
 *
 * Returns: (transfer full): the built-in channel; free with ng_channel_unref()
 */
NgChannel *
ng_channel_new(void)
{
    NgChannel *self = g_atomic_rc_box_new0(NgChannel);

    self->rules = g_hash_table_new_full(rule_hash, rule_equal, g_free, g_free);
    fill_tables(self);
    add_spellings(self);
    return self;
}

/** ng_channel_ref: Returns: (transfer full): @self */
NgChannel *
ng_channel_ref(NgChannel *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return g_atomic_rc_box_acquire(self);
}

static void
channel_clear(gpointer data)
{
    NgChannel *self = data;

    g_hash_table_unref(self->rules);
    for (unsigned from = 0; from < ENDS; from++)
        for (unsigned to = 0; to <= ENDS; to++)
            if (self->ending[from][to] != NULL)
                g_array_unref(self->ending[from][to]);
}

/**
 * ng_channel_unref:
 * @self: (nullable) (transfer full): a channel
 */
void
ng_channel_unref(NgChannel *self)
{
    if (self != NULL)
        g_atomic_rc_box_release_full(self, channel_clear);
}

/** ng_channel_pairs: Returns: how many pairs it was learned from; 0 for the built-in one */
size_t
ng_channel_pairs(const NgChannel *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->pairs;
}

/* -- alignment ------------------------------------------------------------ */

/**
 * Table: the best way to write the first letters.
 * @best: [i][j] weight of the first i letters of the right word written as the first j of the wrong
 * @edit: [i][j] the last step of it; only where it is asked for
 * @right, @wrong: [n + 1], [m + 1] the words, a letter of no word before each
 * @x, @y: their classes
 */
typedef struct {
    float best[NG_LETTERS_MAX + 1][NG_LETTERS_MAX + 1];
    NgEdit edit[NG_LETTERS_MAX + 1][NG_LETTERS_MAX + 1];
    uint16_t right[NG_LETTERS_MAX + 1], wrong[NG_LETTERS_MAX + 1];
    uint8_t x[NG_LETTERS_MAX + 1], y[NG_LETTERS_MAX + 1];
} Table;

/** Cell: the best way to one place, while it is looked for. */
typedef struct {
    float best;
    uint8_t a, b;
} Cell;

static inline __attribute__((always_inline)) void
consider(Cell *cell, float before, unsigned a, unsigned b, float weight)
{
    float sum = before + weight;

    if (sum > cell->best)
        *cell = (Cell){sum, (uint8_t)a, (uint8_t)b};
}

static inline __attribute__((always_inline)) void
consider_list(const GArray *list, const Table *t, unsigned i, unsigned j, Cell *cell)
{
    for (guint k = 0; list != NULL && k < list->len; k++) {
        const Ending *e = &g_array_index(list, Ending, k);
        if (e->a > i || e->b > j || t->best[i - e->a][j - e->b] <= IMPOSSIBLE ||
            memcmp(e->rule.from, t->right + i + 1 - e->a, e->a * sizeof(uint16_t)) != 0 ||
            memcmp(e->rule.to, t->wrong + j + 1 - e->b, e->b * sizeof(uint16_t)) != 0)
            continue;
        consider(cell, t->best[i - e->a][j - e->b], e->a, e->b, e->weight + FURTHER);
    }
}

static inline void
consider_rules(const NgChannel *self, const Table *t, unsigned i, unsigned j, Cell *cell)
{
    GArray *const *row = self->ending[end_of(t->right[i])];

    consider_list(row[ENDS], t, i, j, cell);
    if (j > 0)
        consider_list(row[end_of(t->wrong[j])], t, i, j, cell);
}

/* Built-in steps that end at letter i of the right word and letter j of the wrong one. */
static inline __attribute__((always_inline)) void
consider_edits(const NgChannel *self, const Table *t, unsigned i, unsigned j, Cell *cell)
{
    float every = self->built_in + FURTHER;
    const uint16_t *right = t->right, *wrong = t->wrong;
    unsigned x = t->x[i], y = t->y[j];

    if (i > 0 && j > 0)
        consider(cell, t->best[i - 1][j - 1], 1, 1,
                 right[i] == wrong[j] ? 0.0F : self->replaced[x][y] + every);
    if (i > 0) {
        gboolean twin = i > 1 && right[i] == right[i - 1];
        consider(cell, t->best[i - 1][j], 1, 0, (twin ? self->halved : self->missed[x]) + every);
    }
    if (j > 0) {
        gboolean twin = j > 1 && wrong[j] == wrong[j - 1];
        consider(cell, t->best[i][j - 1], 0, 1, (twin ? self->doubled : self->added[x][y]) + every);
    }
    if (i > 1 && j > 1 && right[i] == wrong[j - 1] && right[i - 1] == wrong[j] &&
        right[i] != right[i - 1])
        consider(cell, t->best[i - 2][j - 2], 2, 2, self->swapped + every);
}

static void
set_letters(const uint16_t *letters, unsigned n, uint16_t *out, uint8_t *class)
{
    out[0] = 0;
    class[0] = OTHER;
    for (unsigned i = 1; i <= n; i++) {
        out[i] = letters[i - 1];
        class[i] = (uint8_t)class_of(letters[i - 1]);
    }
}

/* Places further apart than BAND are impossible. */
static inline __attribute__((always_inline)) void
fill_table(const NgChannel *self, Table *t, unsigned n, unsigned m, gboolean steps)
{
    for (unsigned i = 0; i <= n; i++) {
        for (unsigned j = 0; j <= m; j++)
            t->best[i][j] = IMPOSSIBLE;
        for (unsigned j = i > BAND ? i - BAND : 0; j <= MIN(m, i + BAND); j++) {
            Cell cell = {i == 0 && j == 0 ? 0.0F : IMPOSSIBLE, 0, 0};
            consider_edits(self, t, i, j, &cell);
            if (i > 0)
                consider_rules(self, t, i, j, &cell);
            t->best[i][j] = cell.best;
            if (steps)
                t->edit[i][j] = (NgEdit){(uint8_t)i, (uint8_t)j, cell.a, cell.b};
        }
    }
}

/**
 * ng_channel_logprob:
 * @self: a channel
 * @right: [@n] what was meant, by ng_letters()
 * @n: letters, at least 1
 * @wrong: [@m] what was written
 * @m: letters, at least 1
 *
 * Returns: log10 P(@wrong | @right, a mistake at some letter), to be multiplied with the rate of
 *   mistakes a letter; 0 where both are the same, and very low where they are far apart
 */
float
ng_channel_logprob(const NgChannel *self, const uint16_t *right, size_t n, const uint16_t *wrong,
                   size_t m)
{
    Table t;

    g_return_val_if_fail(self != NULL && n >= 1 && m >= 1, IMPOSSIBLE);
    g_return_val_if_fail(n <= NG_LETTERS_MAX && m <= NG_LETTERS_MAX, IMPOSSIBLE);

    if (n == m && memcmp(right, wrong, n * sizeof *right) == 0)
        return 0.0F;
    set_letters(right, (unsigned)n, t.right, t.x);
    set_letters(wrong, (unsigned)m, t.wrong, t.y);
    fill_table(self, &t, (unsigned)n, (unsigned)m, FALSE);
    return t.best[n][m] - FURTHER; /* the first mistake is not a further one */
}

/* The steps of the likeliest way, last one first, those that change nothing among them. */
size_t
ng_channel_align(const NgChannel *self, const uint16_t *right, size_t n, const uint16_t *wrong,
                 size_t m, NgEdit edits[2 * NG_LETTERS_MAX])
{
    Table t;
    size_t found = 0;
    unsigned i = (unsigned)n, j = (unsigned)m;

    set_letters(right, i, t.right, t.x);
    set_letters(wrong, j, t.wrong, t.y);
    fill_table(self, &t, i, j, TRUE);
    if (t.best[n][m] <= IMPOSSIBLE)
        return 0;
    while (i > 0 || j > 0) {
        NgEdit edit = t.edit[i][j];
        edits[found++] = edit;
        i -= edit.a;
        j -= edit.b;
    }
    return found;
}

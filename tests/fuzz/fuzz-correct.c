/* Feeds any bytes to a corrector, after a list of words that is read from the first half of them:
 * changes lie in the text and in order, and correcting twice changes nothing more. */
#include "ngram/correct.h"
#include "ngram/train.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's own */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char corpus[] = "the movie was good and the music was good too\n"
                             "they went to their house and sat there\n"
                             "we don't know what the movie was about\n"
                             "he was in Paris when the film was made\n";

/* A file with some bytes in it.  Returns: (transfer full): its path, or NULL */
static char *
file_with(const char *what, const char *data, size_t size)
{
    g_autofree char *path = g_strdup_printf("/dev/shm/fuzz-%s-%d", what, (int)getpid());

    return g_file_set_contents(path, data, (gssize)size, NULL) ? g_steal_pointer(&path) : NULL;
}

static NgModel *
train_model(void)
{
    g_autofree char *path = file_with("corpus", corpus, sizeof corpus - 1);
    const char *const paths[] = {path, NULL};
    NgTrainOptions options;

    ng_train_options_init(&options);
    options.threads = 1;
    NgModel *model = ng_train(paths, &options, NULL, NULL);
    unlink(path);
    return model;
}

static NgVocab *
read_words(const NgModel *model, const char *data, size_t size)
{
    g_autofree char *path = file_with("words", data, size);
    NgVocab *words = path != NULL ? ng_words_read(model, path, NULL) : NULL;

    if (path != NULL)
        unlink(path);
    return words;
}

/* What a text is corrected to; every change lies behind the one before. */
static GString *
correct(NgCorrector *corrector, const char *text, size_t length, guint *changes)
{
    g_autoptr(GPtrArray) found = ng_corrector_correct(corrector, text, length);
    GString *out = g_string_new(NULL);
    size_t at = 0;

    for (guint i = 0; i < found->len; i++) {
        const NgCorrection *c = found->pdata[i];
        g_assert(c->wrong && c->n >= 1 && c->start >= at && c->start + c->length <= length);
        g_assert(c->suggestion[0].probability >= 0.0 && c->suggestion[0].probability < 1.000001);
        at = c->start + c->length;
    }
    ng_corrections_apply(found, text, length, out);
    *changes = found->len;
    return out;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static NgModel *model = NULL;
    const char *text = (const char *)data;
    size_t cut = size / 2;
    guint changes = 0;

    if (model == NULL)
        model = train_model();
    g_assert(model != NULL);
    g_autoptr(NgVocab) words = read_words(model, text, cut);
    const NgCorrectOptions options = {.caution = 1.0, .words = words};
    g_autoptr(NgCorrector) corrector = ng_corrector_new(model, 0, &options, NULL);
    g_autoptr(GString) once = correct(corrector, text + cut, size - cut, &changes);
    g_autoptr(GString) twice = correct(corrector, once->str, once->len, &changes);
    g_assert(changes == 0 && once->len == twice->len);
    g_autoptr(GPtrArray) all = ng_corrector_words(corrector, text, size, 3);
    g_assert(all != NULL);
    return 0;
}

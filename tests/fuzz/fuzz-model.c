/* Feeds any bytes to ng_model_open() as a model file, with its checksums put right first, and uses
 * what opens: wrong numbers may give wrong answers, but never a read outside. */
#include "mend.h"

#include "ngram/model.h"

#include <unistd.h>

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's own */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Walks every entry of @voice and scores a few words from each context. */
static void
use(const NgVoice *voice)
{
    g_autofree double *p = g_new(double, ng_voice_words(voice));

    for (unsigned level = 1; level <= ng_voice_order(voice); level++)
        for (uint32_t e = 0; e < ng_voice_level_size(voice, level); e++) {
            NgState state = ng_voice_entry_state(voice, level, e);
            g_assert(ng_voice_entry_word(voice, level, e) < ng_voice_words(voice));
            for (NgWord w = 0; w < ng_voice_words(voice) && w < 8; w++) {
                NgState s = state;
                unsigned order = 0;
                ng_voice_step(voice, &s, w, &order);
            }
            if (e < 8)
                ng_voice_distribution(voice, state, p, NULL);
        }
    if (!ng_voice_check(voice, 0.0, NULL))
        return;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *path = g_strdup_printf("/dev/shm/fuzz-model-%d", (int)getpid());

    g_autofree uint8_t *copy = g_malloc0(size + 1);

    if (size > 0)
        memcpy(copy, data, size);
    ng_fuzz_mend(copy, size);
    if (!g_file_set_contents(path, (const char *)copy, (gssize)size, NULL))
        return 0;
    g_autoptr(NgModel) model = ng_model_open(path, NULL);
    for (size_t v = 0; model != NULL && v < ng_model_voices(model); v++)
        use(ng_model_voice(model, v));
    for (NgWord id = 0; model != NULL && id < ng_vocab_size(ng_model_vocab(model)); id++)
        ng_model_surface(model, id, NULL);
    unlink(path);
    return 0;
}

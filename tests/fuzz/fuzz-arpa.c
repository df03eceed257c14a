/* Feeds any bytes to ng_arpa_parse(); what it takes must be sound and come back from ng_arpa_write()
 * as it was. */
#include "ngram/arpa.h"

#include <string.h>
#include <unistd.h>

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's own */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(NgInput) input = ng_input_new_for_data(data, size, "fuzz");
    g_autoptr(NgModel) model = ng_arpa_parse(input, NULL);
    g_autoptr(GError) error = NULL;
    if (model == NULL)
        return 0;
    const NgVoice *voice = ng_model_voice(model, 0);
    if (!ng_voice_check(voice, 0.0, &error))
        g_error("%s", error->message);

    g_autofree char *path = g_strdup_printf("/dev/shm/fuzz-arpa-%d", (int)getpid());
    if (!ng_arpa_write(model, 0, path, &error))
        g_error("%s", error->message);
    g_autoptr(NgModel) again = ng_arpa_read(path, &error);
    unlink(path);
    if (again == NULL)
        g_error("%s", error->message);
    for (unsigned k = 1; k <= ng_voice_order(voice); k++)
        g_assert(ng_voice_level_ngrams(voice, k) ==
                 ng_voice_level_ngrams(ng_model_voice(again, 0), k));
    return 0;
}

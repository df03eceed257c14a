/* Text for the commands of ngram rbm, read as a machine's training text was. */
#include "rbm-text.h"

#include "meter.h"

NgFeatures *
ng_rbm_open_text(NgRbm *rbm, int unit, const NgArgs *args, GError **error)
{
    static const NgUnit units[] = {NG_UNIT_LINE, NG_UNIT_PARAGRAPH, NG_UNIT_FILE};
    NgFeatures *features = ng_features_new_for_rbm(rbm, error);

    if (features == NULL)
        return NULL;
    if (unit >= 0)
        ng_features_set_unit(features, units[unit]);
    ng_features_set_strict(features, args->strict_utf8);
    return features;
}

/* What was read, and what of it the machine does not see. */
static void
note_report(const NgFeaturesReport *report)
{
    guint64 tokens = report->words + report->stop + report->unknown;
    double share = tokens > 0 ? 100.0 * (double)report->unknown / (double)tokens : 0.0;

    ng_cli_note_invalid(report->invalid);
    ng_cli_note("%" G_GUINT64_FORMAT " texts, %" G_GUINT64_FORMAT " words of the vocabulary, "
                "%" G_GUINT64_FORMAT " left out as too frequent, %" G_GUINT64_FORMAT
                " out of the vocabulary (%.1f %%)",
                report->documents, report->words, report->stop, report->unknown, share);
    if (report->empty > 0)
        ng_cli_note("%" G_GUINT64_FORMAT " texts have no word of the vocabulary", report->empty);
}

NgDataset *
ng_rbm_read_text(NgFeatures *features, const NgArgs *args, GError **error)
{
    g_auto(NgMeter) meter = ng_meter_new(args);
    NgProgress progress = ng_meter_progress(&meter);
    NgDataset *rows = ng_features_read(features, ng_args_paths(args), &progress, error);

    ng_meter_clear(&meter);
    if (rows != NULL && !args->quiet)
        note_report(ng_features_report(features));
    return rows;
}

/* rbm-data.h - rows of numbers or text for the commands of ngram rbm. */
#pragma once

#include "rbm-cli.h"
#include "rbm-text.h"

#include "ngram/dataset-read.h"

/**
 * NgRbmDataLine: how the command line says rows are read.
 * @labels: (nullable): a file of labels
 * @threshold: (nullable): as text
 * @binarise: an #NgBinarise
 * @unit: what a text is, -1 as in training
 * @grey: values from 0 to 1 are taken as they are
 * @limit: rows; 0 for all
 */
typedef struct {
    const char *labels, *threshold;
    int binarise, unit;
    guint64 limit;
    gboolean grey;
} NgRbmDataLine;

#define NG_RBM_DATA_LINE_NONE                                                                      \
    {                                                                                              \
        .unit = -1                                                                                 \
    }

#define NG_RBM_DATA_TABLE(o)                                                                       \
    NG_COUNT(0, "limit", &(o)->limit, 1, G_MAXINT64, "N", "The first N rows"),                     \
        NG_CHOICE(0, "binarise", &(o)->binarise, "none|threshold|stochastic",                      \
                  "How grey becomes 0 and 1 (none: grey is an error)"),                            \
        NG_TEXT(0, "threshold", &(o)->threshold, "X", "1 from X on, where white is 1 (0.5)"),      \
        NG_RBM_UNIT(&(o)->unit)

/* For commands that ask what the hidden units make of rows, which grey has an answer to. */
#define NG_RBM_GREY(o)                                                                             \
    NG_FLAG(0, "grey", &(o)->grey, "Values between 0 and 1 are taken as they are")

/* Rows as a machine reads them: text where it learned text, else numbers. */
NgDataset *ng_rbm_read_any(NgRbm *rbm, const NgRbmDataLine *line, const char *const *paths,
                           const NgArgs *args, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same; at least one, of the machine's size. */
NgDataset *ng_rbm_read_rows(NgRbm *rbm, const NgRbmDataLine *line, const char *const *paths,
                            const NgArgs *args, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Refuses options of rows where none are read: "--limit goes with ...". */
gboolean ng_rbm_refuse_rows(const NgRbmDataLine *line, const char *why, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* All of them at once, [N, D]. */
float *ng_rbm_all_rows(const NgRbm *rbm, const NgDataset *data);
/* A row's name, or its number from 1; free it. */
char *ng_rbm_row_name(const NgDataset *data, size_t row);

/**
 * NgRbmSheet: where rows go.
 * @path: (nullable): a file: a sheet of pictures (.png, .pgm, .ppm), or rows (.csv, .npy)
 * @columns: pictures side by side; 0 for about a square
 * @scale: how many times larger a file of pictures is, in both directions; 0 for as it is
 * @palette: an #NgPalette
 */
typedef struct {
    const char *path;
    guint64 columns, scale;
    int palette;
} NgRbmSheet;

#define NG_RBM_SCALE(o)                                                                            \
    NG_COUNT(0, "scale", &(o)->scale, 1, 1000, "N",                                                \
             "Each pixel of a sheet in a file as N by N pixels (1)")

#define NG_RBM_SHEET_TABLE(o)                                                                      \
    NG_FILE('o', "output", &(o)->path, "FILE",                                                     \
            "A sheet of pictures (.png, .pgm, .ppm), or rows (.csv, .npy)"),                       \
        NG_COUNT(0, "columns", &(o)->columns, 1, 10000, "N", "Pictures side by side (a square)"),  \
        NG_RBM_SCALE(o)

/* Says before the work what would go wrong after it. */
gboolean ng_rbm_check_sheet(const NgRbm *rbm, const NgRbmSheet *sheet, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
/* Rows of D values: to the file; on a terminal as pictures, where they are; else as lines of numbers
 * parted by commas (TABs, or JSON, where asked for), which ngram rbm reads; of a machine of words, the words. */
gboolean ng_rbm_show_rows(NgRbm *rbm, const NgRbmSheet *sheet, const float *v, size_t rows,
                          const NgArgs *args, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_rbm_print_codes(const float *x, size_t rows, size_t columns, const NgArgs *args,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

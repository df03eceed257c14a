/* train-report.h - what is said after a training. */
#pragma once

#include "args.h"

#include "ngram/model.h"

void ng_train_report(const NgArgs *args, const NgModel *model, double seconds);

/* predict.h - what a probability is by its parts, the same on every machine. */
#pragma once

#include <stdint.h>

double ng_predict_power(float log10_x);
uint32_t ng_predict_bits(double p);
uint32_t ng_predict(float u, float gamma, float shorter);

/* The bits of the magnitude of a float. */
static inline uint32_t
ng_float_bits(float x)
{
    union {
        float x;
        uint32_t bits;
    } u = {.x = x};

    return u.bits;
}

static inline float
ng_float_of(uint32_t bits)
{
    union {
        uint32_t bits;
        float x;
    } u = {.bits = bits};

    return u.x;
}

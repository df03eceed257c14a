/*
 * Shortest decimals of floats
 *
 * Raffaello Giulietti, "The Schubfach way to render doubles" (2020), for
 * binary32.  A float is c 2^q; 10^k is the power of ten below the distance of
 * its neighbours, so the interval that reads as it holds at least one multiple
 * of 10^k and at most one of 10^(k + 1).  The interval's ends and middle, times
 * 4 and 10^-k, are had from one multiplication each by 10^-k in 64 bits, rounded
 * to odd, which leaves all comparisons with integers exact (sections 9.5 and 9.6).
 * Integers alone: no rounding mode and no locale plays a part.
 */
#include "shortest.h"

#include <float.h>
#include <string.h>

enum { POWER_MIN = -31, POWER_MAX = 45 };

/* 10^i 2^(63 - floor(log2 10^i)), rounded down, + 1, for i = POWER_MIN .. POWER_MAX */
static const uint64_t power[POWER_MAX - POWER_MIN + 1] = {
    0x81CEB32C4B43FCF5U, 0xA2425FF75E14FC32U, 0xCAD2F7F5359A3B3FU, 0xFD87B5F28300CA0EU,
    0x9E74D1B791E07E49U, 0xC612062576589DDBU, 0xF79687AED3EEC552U, 0x9ABE14CD44753B53U,
    0xC16D9A0095928A28U, 0xF1C90080BAF72CB2U, 0x971DA05074DA7BEFU, 0xBCE5086492111AEBU,
    0xEC1E4A7DB69561A6U, 0x9392EE8E921D5D08U, 0xB877AA3236A4B44AU, 0xE69594BEC44DE15CU,
    0x901D7CF73AB0ACDAU, 0xB424DC35095CD810U, 0xE12E13424BB40E14U, 0x8CBCCC096F5088CCU,
    0xAFEBFF0BCB24AAFFU, 0xDBE6FECEBDEDD5BFU, 0x89705F4136B4A598U, 0xABCC77118461CEFDU,
    0xD6BF94D5E57A42BDU, 0x8637BD05AF6C69B6U, 0xA7C5AC471B478424U, 0xD1B71758E219652CU,
    0x83126E978D4FDF3CU, 0xA3D70A3D70A3D70BU, 0xCCCCCCCCCCCCCCCDU, 0x8000000000000001U,
    0xA000000000000001U, 0xC800000000000001U, 0xFA00000000000001U, 0x9C40000000000001U,
    0xC350000000000001U, 0xF424000000000001U, 0x9896800000000001U, 0xBEBC200000000001U,
    0xEE6B280000000001U, 0x9502F90000000001U, 0xBA43B74000000001U, 0xE8D4A51000000001U,
    0x9184E72A00000001U, 0xB5E620F480000001U, 0xE35FA931A0000001U, 0x8E1BC9BF04000001U,
    0xB1A2BC2EC5000001U, 0xDE0B6B3A76400001U, 0x8AC7230489E80001U, 0xAD78EBC5AC620001U,
    0xD8D726B7177A8001U, 0x878678326EAC9001U, 0xA968163F0A57B401U, 0xD3C21BCECCEDA101U,
    0x84595161401484A1U, 0xA56FA5B99019A5C9U, 0xCECB8F27F4200F3BU, 0x813F3978F8940985U,
    0xA18F07D736B90BE6U, 0xC9F2C9CD04674EDFU, 0xFC6F7C4045812297U, 0x9DC5ADA82B70B59EU,
    0xC5371912364CE306U, 0xF684DF56C3E01BC7U, 0x9A130B963A6C115DU, 0xC097CE7BC90715B4U,
    0xF0BDC21ABB48DB21U, 0x96769950B50D88F5U, 0xBC143FA4E250EB32U, 0xEB194F8E1AE525FEU,
    0x92EFD1B8D0CF37BFU, 0xB7ABC627050305AEU, 0xE596B7B0C643C71AU, 0x8F7E32CE7BEA5C70U,
    0xB35DBF821AE4F38CU,
};

/* floor(log10 2^q), floor(log10 (3/4) 2^q) and floor(log2 10^i); right shifts round down */
static inline int
log10_of_power2(int q)
{
    return (q * 1262611) >> 22;
}
static inline int
log10_of_narrow(int q)
{
    return (q * 1262611 - 524031) >> 22;
}
static inline int
log2_of_power10(int i)
{
    return (i * 1741647) >> 19;
}

/* g c 2^-64 rounded to odd: the last bit is set where anything was cut off.  As g is above the
 * power by up to 1 the lowest bit of what was cut off says nothing. */
static inline uint32_t
multiply_to_odd(uint64_t g, uint32_t c)
{
    uint64_t low = (g & UINT32_MAX) * c;
    uint64_t sum = (g >> 32) * c + (low >> 32);

    return (uint32_t)(sum >> 32) | ((uint32_t)sum > 1);
}

/**
 * ng_shortest_float:
 * @a: above 0 and finite
 * @m: (out): digits, which may end in zeros
 * @exponent: (out): of ten; @m 10^@exponent reads as @a, is the shortest that does, and the nearest
 *   to @a of these
 *
 * Returns: FALSE for numbers below %FLT_MIN, where the interval may hold more short ones
 */
gboolean
ng_shortest_float(float a, uint32_t *m, int *exponent)
{
    if (!(a >= FLT_MIN))
        return FALSE;

    uint32_t bits;
    memcpy(&bits, &a, sizeof bits);
    uint32_t c = (bits & 0x7fffff) | 0x800000;
    int q = (int)(bits >> 23) - 150;
    gboolean narrow = c == 0x800000 && q > -149; /* the number below is nearer */
    int k = narrow ? log10_of_narrow(q) : log10_of_power2(q);
    int h = q + log2_of_power10(-k) + 1;
    uint64_t g = power[-k - POWER_MIN];
    uint32_t odd = c & 1; /* then the ends of the interval read as the neighbours */
    uint32_t lower = multiply_to_odd(g, (4 * c - 2 + (narrow ? 1 : 0)) << h) + odd;
    uint32_t middle = multiply_to_odd(g, (4 * c) << h);
    uint32_t upper = multiply_to_odd(g, (4 * c + 2) << h) - odd;

    uint32_t s = middle / 4;
    uint32_t tens = s / 10;
    gboolean below = lower <= 40 * tens;
    gboolean above = 40 * tens + 40 <= upper;
    if (below != above) {
        *m = tens + (above ? 1 : 0);
        *exponent = k + 1;
        return TRUE;
    }
    below = lower <= 4 * s;
    above = 4 * s + 4 <= upper;
    if (below != above)
        *m = s + (above ? 1 : 0);
    else
        *m = s + (middle > 4 * s + 2 || (middle == 4 * s + 2 && (s & 1) == 1) ? 1 : 0);
    *exponent = k;
    return TRUE;
}

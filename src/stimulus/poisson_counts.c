/* SPDX-License-Identifier: Apache-2.0 */
/* Poisson counts, many neurons at once, each a pure function of (seed, stream, gid, step). */
#include "stimulus/stimuli.h"

#include "base/isa.h"
#include "base/math.h"

#include <Random123/philox.h>
#include <string.h>

#define STEPS_A_CALL 8 /* 16-bit draws in the 128 bits of one call */
#define CERTAIN ((uint64_t)1 << 48)

void ph_poisson_prepare(double mean, ph_poisson_table *table)
{
    double p = ph_exp(-mean), below = p;
    table->n = 0;
    for (int k = 0; k <= PH_POISSON_MOST; k++) {
        uint64_t threshold = (uint64_t)(below * 0x1p48 + 0.5);
        table->below[k] = threshold < CERTAIN ? threshold : CERTAIN;
        if (table->below[k] < CERTAIN)
            table->n = k + 1;
        p *= mean / (k + 1);
        below += p;
    }
}

/* Fill the buffer, n words of each of the four, with the draws of an interval. */
PH_INLINE int fill_body(uint64_t seed, uint32_t stream, int64_t interval, ph_gid gid,
                         ph_gid stride, int n, uint32_t *buffer)
{
    const philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32) << 16 |
                                                       (uint32_t)PH_PURPOSE_POISSON}};
    const uint32_t low = (uint32_t)interval, high = (uint32_t)((uint64_t)interval >> 32) << 24;
    uint32_t *b0 = buffer, *b1 = buffer + n, *b2 = buffer + 2 * n, *b3 = buffer + 3 * n;
#pragma GCC ivdep
    for (int i = 0; i < n; i++) {
        uint64_t id = (uint64_t)(gid + i * stride);
        uint32_t c0 = (uint32_t)id, c1 = (uint32_t)(id >> 32) << 24 | stream, c2 = low, c3 = high;
        uint32_t k0 = key.v[0], k1 = key.v[1];
        /* Philox 4x32-10 written out, since the library's structs do not become vectors; a test
         * holds it equal to the library's. */
        for (int round = 0; round < 10; round++) {
            uint64_t product0 = (uint64_t)PHILOX_M4x32_0 * c0;
            uint64_t product1 = (uint64_t)PHILOX_M4x32_1 * c2;
            uint32_t next0 = (uint32_t)(product1 >> 32) ^ c1 ^ k0;
            uint32_t next2 = (uint32_t)(product0 >> 32) ^ c3 ^ k1;
            c1 = (uint32_t)product1;
            c3 = (uint32_t)product0;
            c0 = next0;
            c2 = next2;
            k0 += PHILOX_W32_0;
            k1 += PHILOX_W32_1;
        }
        b0[i] = c0;
        b1[i] = c1;
        b2[i] = c2;
        b3[i] = c3;
    }
    return n;
}

PH_KERNEL(int, fill,
          (uint64_t seed, uint32_t stream, int64_t interval, ph_gid gid, ph_gid stride, int n,
           uint32_t *buffer),
          (seed, stream, interval, gid, stride, n, buffer))

/* Counts decided by 16 bits: how many of the thresholds' upper halves lie below u. Returns whether
 * some u lies on one. */
PH_INLINE int32_t add_body(const int32_t *upper, int n_upper, const uint32_t *bits, int shift,
                           ph_sum weight, int n, ph_sum *in)
{
    int32_t unsure = 0;
    const int32_t h0 = upper[0], h1 = upper[1], h2 = upper[2], h3 = upper[3];
    if (n_upper <= 4) {
#pragma GCC ivdep
        for (int i = 0; i < n; i++) {
            int32_t u = (int32_t)(bits[i] >> shift & 0xffff);
            in[i] += weight * ((u > h0) + (u > h1) + (u > h2) + (u > h3));
            unsure |= (u == h0) | (u == h1) | (u == h2) | (u == h3) | (u == 0xffff);
        }
        return unsure;
    }
#pragma GCC ivdep
    for (int i = 0; i < n; i++) {
        int32_t u = (int32_t)(bits[i] >> shift & 0xffff), count = 0;
        for (int k = 0; k < PH_POISSON_MOST + 1; k++) {
            count += u > upper[k];
            unsure |= u == upper[k];
        }
        in[i] += weight * count;
        unsure |= u == 0xffff;
    }
    return unsure;
}

PH_KERNEL(int32_t, add,
          (const int32_t *upper, int n_upper, const uint32_t *bits, int shift, ph_sum weight,
           int n, ph_sum *in),
          (upper, n_upper, bits, shift, weight, n, in))

/* The draws that 16 bits leave open: count all 48 bits and add what is missing. */
static void settle(const ph_poisson_table *table, const int32_t *upper, int n_upper,
                   const uint32_t *bits, int shift, const ph_stimulus_step *s)
{
    for (int i = 0; i < s->n; i++) {
        int32_t u = (int32_t)(bits[i] >> shift & 0xffff);
        int on_threshold = u == 0xffff, counted = 0, count = 0;
        for (int k = 0; k < n_upper; k++)
            on_threshold |= u == upper[k];
        if (!on_threshold)
            continue;
        for (int k = 0; k < n_upper; k++)
            counted += u > upper[k];
        uint32_t more = ph_random(s->seed, PH_PURPOSE_POISSON, s->gid + i * s->stride, s->stream,
                                  s->step, 1)
                            .v[0];
        uint64_t u48 = (uint64_t)u << 32 | more;
        for (int k = 0; k < table->n; k++)
            count += u48 >= table->below[k];
        s->in[i] += s->weight * (count - counted);
    }
}

void ph_poisson_add(const ph_poisson_table *table, const ph_stimulus_step *s)
{
    int64_t interval = s->step / STEPS_A_CALL;
    if (*s->drawn != interval) {
        fill(s->seed, s->stream, interval, s->gid, s->stride, s->n, s->buffer);
        *s->drawn = interval;
    }
    int32_t upper[PH_POISSON_MOST + 1];
    int n_upper = 0;
    for (int k = 0; k <= PH_POISSON_MOST; k++) {
        upper[k] = k < table->n ? (int32_t)(table->below[k] >> 32) : 0xffff;
        n_upper += upper[k] < 0xffff;
    }
    int within = (int)(s->step % STEPS_A_CALL);
    const uint32_t *bits = s->buffer + (within / 2) * s->n;
    int shift = within % 2 ? 16 : 0;
    if (add(upper, n_upper, bits, shift, s->weight, s->n, s->in))
        settle(table, upper, n_upper, bits, shift, s);
}

void ph_poisson_add_each(const ph_poisson_cell *cells, int n, ph_purpose purpose,
                         const ph_stimulus_step *s)
{
    int64_t interval = s->step / 4;
    if (*s->drawn != interval) {
        for (int i = 0; i < n; i++) {
            ph_random4 bits = ph_random(s->seed, purpose, s->gid + cells[i].index * s->stride,
                                        s->stream, interval, 0);
            memcpy(s->buffer + 4 * i, bits.v, sizeof bits.v);
        }
        *s->drawn = interval;
    }
    const uint32_t *bits = s->buffer + s->step % 4;
    for (int i = 0; i < n; i++) {
        double u = ph_random_unit(bits[4 * i]), p = (double)cells[i].zero;
        /* Inversion: most draws end before the loop begins. */
        for (int k = 1; u >= p && k <= 64; k++) {
            s->in[cells[i].index] += s->weight;
            u -= p;
            p *= (double)cells[i].mean / k;
        }
    }
}

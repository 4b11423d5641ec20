/* SPDX-License-Identifier: Apache-2.0 */
/* Poisson counts, many neurons at once, each a pure function of (seed, stream, gid, step). */
#include "stimulus/stimuli.h"

#include "base/isa.h"
#include <phasic/math.h>

#include <string.h>

#define STEPS_A_CALL 8 /* 16-bit draws in the 128 bits of one call */
#define CERTAIN ((uint64_t)1 << 48)
#define TILE 256 /* neurons at once: few enough that most tiles have no draw on a threshold */

/* 16 of the bits, shifted so that they compare as signed numbers. */
#define SIGNED(bits) ((int16_t)(uint16_t)((bits) ^ 0x8000))

/* The upper 16 bits of a 48-bit number, shifted so that they compare as signed ones. */
static int16_t upper_bits(uint64_t u48)
{
    return (int16_t)((int32_t)(u48 >> 32) - 0x8000);
}

void ph_poisson_prepare(double mean, ph_poisson_table *table)
{
    double p = ph_exp(-mean), below = p;
    *table = (ph_poisson_table){.n = 0};
    for (int k = 0; k <= PH_POISSON_MOST; k++) {
        uint64_t threshold = (uint64_t)(below * 0x1p48 + 0.5);
        table->below[k] = threshold < CERTAIN ? threshold : CERTAIN;
        if (table->below[k] < CERTAIN)
            table->n = k + 1;
        if (table->below[k] >> 32 < 0xffff)
            table->upper[table->n_upper++] = upper_bits(table->below[k]);
        p *= mean / (k + 1);
        below += p;
    }
}

/* The 16-bit draws of a tile, n for each step of an interval; stride: from one step to the next. */
static void split(const uint32_t *words, int n, int16_t *buffer, int stride)
{
    for (int k = 0; k < STEPS_A_CALL / 2; k++)
#pragma GCC ivdep
        for (int i = 0; i < n; i++) {
            buffer[2 * k * stride + i] = SIGNED(words[k * n + i]);
            buffer[(2 * k + 1) * stride + i] = SIGNED(words[k * n + i] >> 16);
        }
}

/* Fill the buffer with the draws of an interval: those of its first step, of its second ... */
static void fill(const ph_stimulus_step *s, int64_t interval, int16_t *buffer)
{
    uint32_t words[4 * TILE];
    for (int first = 0; first < s->n; first += TILE) {
        int n = s->n - first < TILE ? s->n - first : TILE;
        ph_random_many(s->seed, PH_PURPOSE_POISSON, s->gid + first * s->stride, s->stride,
                       s->stream, interval, 0, 0, n, words);
        split(words, n, buffer + first, s->n);
    }
}

/* Counts decided by 16 bits: how many of the thresholds' upper halves lie below u. Threshold by
 * threshold, since a vector holds twice as many 16-bit numbers as inputs. Returns whether some u
 * lies on a threshold. */
PH_INLINE int add_body(const ph_poisson_table *table, const int16_t *u, ph_sum weight, int n,
                       ph_sum *in)
{
    int16_t count[TILE], unsure = 0;
#pragma GCC ivdep
    for (int i = 0; i < n; i++) {
        count[i] = 0;
        unsure |= u[i] == INT16_MAX;
    }
    for (int k = 0; k < table->n_upper; k++) {
        const int16_t upper = table->upper[k];
#pragma GCC ivdep
        for (int i = 0; i < n; i++) {
            count[i] = (int16_t)(count[i] + (u[i] > upper));
            unsure |= u[i] == upper;
        }
    }
#pragma GCC ivdep
    for (int i = 0; i < n; i++)
        in[i] += weight * count[i];
    return unsure;
}

PH_KERNEL(int, add,
          (const ph_poisson_table *table, const int16_t *u, ph_sum weight, int n, ph_sum *in),
          (table, u, weight, n, in))

/* The draws of a tile that 16 bits leave open: count all 48 bits and add what is missing. */
static void settle(const ph_poisson_table *table, const int16_t *u, const ph_stimulus_step *s,
                   int first, int n)
{
    for (int i = 0; i < n; i++) {
        int unsure = u[i] == INT16_MAX, counted = 0, count = 0;
        for (int k = 0; k < table->n_upper; k++) {
            unsure |= u[i] == table->upper[k];
            counted += u[i] > table->upper[k];
        }
        if (!unsure)
            continue;
        uint32_t more = ph_random(s->seed, PH_PURPOSE_POISSON, s->gid + (first + i) * s->stride,
                                  s->stream, s->step, 1)
                            .v[0];
        uint64_t u48 = (uint64_t)(u[i] + 0x8000) << 32 | more;
        for (int k = 0; k < table->n; k++)
            count += u48 >= table->below[k];
        s->in[first + i] += s->weight * (count - counted);
    }
}

void ph_poisson_add(const ph_poisson_table *table, const ph_stimulus_step *s)
{
    int64_t interval = s->step / STEPS_A_CALL;
    int16_t *buffer = (int16_t *)s->buffer;
    if (*s->drawn != interval) {
        fill(s, interval, buffer);
        *s->drawn = interval;
    }
    const int16_t *u = buffer + (s->step % STEPS_A_CALL) * s->n;
    for (int first = 0; first < s->n; first += TILE) {
        int n = s->n - first < TILE ? s->n - first : TILE;
        if (add(table, u + first, s->weight, n, s->in + first))
            settle(table, u + first, s, first, n);
    }
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

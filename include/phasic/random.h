/* SPDX-License-Identifier: Apache-2.0 */
/* Counter-based random numbers (Philox 4x32-10): the one way to draw. A number is a function of
 * (seed, purpose, id, counter), so it does not depend on the layout.
 *
 * Bit layout:
 *   key[0]  seed bits 0..31
 *   key[1]  seed bits 32..47 << 16 | purpose (16 bits)
 *   ctr[0]  id bits 0..31
 *   ctr[1]  id bits 32..39 << 24 | stream (24 bits: projection, stimulus, input ...)
 *   ctr[2]  counter bits 0..31       (step, beat, trial, ordinal)
 *   ctr[3]  counter bits 32..39 << 24 | sub (24 bits: redraws, parts of a draw)
 */
#ifndef PHASIC_RANDOM_H
#define PHASIC_RANDOM_H

#include <phasic/types.h>

/* What a number is drawn for; the numbers of this list are never reused. */
typedef enum ph_purpose {
    PH_PURPOSE_SYNAPSE = 1,      /* source, weight and delay of a synapse */
    PH_PURPOSE_WEIGHT = 2,       /* a weight drawn again, being out of bounds */
    PH_PURPOSE_DELAY = 3,        /* a delay drawn again */
    PH_PURPOSE_V_INIT = 4,       /* membrane potential at the start */
    PH_PURPOSE_POISSON = 5,      /* Poisson stimuli */
    PH_PURPOSE_NOISE = 6,        /* noise currents */
    PH_PURPOSE_TASK_INPUT = 7,   /* spikes of the task's inputs */
    PH_PURPOSE_TASK = 8,         /* trials: order of stimuli, forced choices */
    PH_PURPOSE_TASK_FIELDS = 9,  /* receptive fields */
    PH_PURPOSE_NUCLEUS = 10,     /* spikes that drive the nuclei */
    PH_PURPOSE_BINOMIAL = 11,    /* splits of a total number of synapses */
    PH_PURPOSE_BENCH = 12,       /* benchmarks */
    PH_PURPOSE_PLASTICITY = 13,  /* noise of plasticity rules */
    PH_PURPOSE_ESCAPE = 14,      /* spikes of neurons with escape noise */
    PH_PURPOSE_INTERVENTION = 15,/* what interventions draw: noise, lesions, shuffles */
    PH_PURPOSE_END = 16
} ph_purpose;

typedef struct ph_random4 {
    uint32_t v[4];
} ph_random4;

/** @brief Four independent 32-bit numbers of a key.
 *  Not collective.
 *  @param seed below 2^48 @param id below 2^40 @param stream below 2^24 @param counter below 2^40
 *  @param sub below 2^24 */
PH_API ph_random4 ph_random(uint64_t seed, ph_purpose purpose, int64_t id, uint32_t stream,
                            int64_t counter, uint32_t sub);

/** @brief Uniform double in (0, 1) from 32 bits (never 0 or 1). Not collective. */
static inline double ph_random_unit(uint32_t bits)
{
    return ((double)bits + 0.5) * 0x1p-32;
}

/** @brief Uniform integer in [0, n) from 64 bits, n below 2^32: bias below 2^-32.
 *  Not collective. */
static inline uint32_t ph_random_below(uint32_t low, uint32_t high, uint32_t n)
{
    uint64_t carry = (uint64_t)low * n >> 32;
    return (uint32_t)(((uint64_t)high * n + carry) >> 32);
}

/** @brief Standard normal variate from one uniform: inverse distribution function (Wichura 1988,
 *  AS 241, algorithm PPND16), without libm. Not collective. @param u in (0, 1) */
PH_API double ph_random_normal(double u);

#endif

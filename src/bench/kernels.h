/* SPDX-License-Identifier: Apache-2.0 */
/* Scatter-add kernels: what delivery does with static synapses, in every form worth a try. They
 * measure the machine; delivery itself is in synapse/deliver.c. */
#ifndef PHASIC_BENCH_KERNELS_H
#define PHASIC_BENCH_KERNELS_H

#include "base/isa.h"
#include "network/rows.h"

/* Consecutive synapses: a bucket of delivery, or the whole buffer in one. */
typedef struct ph_scatter_run {
    size_t first, count;
} ph_scatter_run;

typedef struct ph_scatter_kernel {
    const char *name;
    ph_isa needs;    /* instruction set without which it cannot run */
    int is_fast;     /* 1: the best on some processor seen; the others show what was tried */
    /* Add the synapses of n runs to input, as unsigned. Any thread. */
    void (*add)(const ph_synapse *synapses, const ph_scatter_run *runs, size_t n, ph_sum *input);
} ph_scatter_kernel;

#define PH_SCATTER_KERNELS_MOST 16

/** @brief All kernels of this build, the plain loop first. Not collective. @param n out: how many,
 *  at most PH_SCATTER_KERNELS_MOST */
const ph_scatter_kernel *ph_scatter_kernels(int *n);

#endif

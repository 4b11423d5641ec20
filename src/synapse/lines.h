/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of cache of static synapses, and adding several synapses at once: what delivery and the
 * kernels that measure its limit share. */
#ifndef PHASIC_SYNAPSE_LINES_H
#define PHASIC_SYNAPSE_LINES_H

#include "base/isa.h"
#include "network/rows.h"

#include <string.h>

#define PH_LINE 64 /* bytes of a cache line */
#define PH_LINE_SYNAPSES (PH_LINE / sizeof(ph_synapse))

/* Two synapses by one 8-byte load, where a synapse is 4 bytes and the slot its lower half. */
#if !defined(PH_DOUBLE) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define PH_HAS_PAIRS 1
#else
#define PH_HAS_PAIRS 0
#endif

/** @brief Where the line of a place begins. Not collective. */
PH_INLINE const char *ph_line_of(const void *place)
{
    return (const char *)((uintptr_t)place & ~(uintptr_t)(PH_LINE - 1));
}

/** @brief Lines that n > 0 synapses touch. Not collective. */
PH_INLINE size_t ph_lines_of(const ph_synapse *synapse, size_t n)
{
    return (size_t)(ph_line_of(synapse + n - 1) - ph_line_of(synapse)) / PH_LINE + 1;
}

/** @brief Add one synapse. Not collective. */
PH_INLINE void ph_add_one(const ph_synapse *synapse, ph_usum *input)
{
    input[synapse->slot] += (ph_usum)(ph_sum)synapse->weight;
}

#if PH_HAS_PAIRS
/** @brief Add two synapses that lie in one word. Not collective. */
PH_INLINE void ph_add_packed(uint64_t pair, ph_usum *input)
{
    input[pair & 0xffff] += (uint32_t)((int32_t)(uint32_t)pair >> 16);
    input[pair >> 32 & 0xffff] += (uint32_t)((int64_t)pair >> 48);
}
#endif

/** @brief Add two neighbours. Not collective. */
PH_INLINE void ph_add_pair(const ph_synapse *synapse, ph_usum *input)
{
#if PH_HAS_PAIRS
    uint64_t pair;
    memcpy(&pair, synapse, sizeof pair);
    ph_add_packed(pair, input);
#else
    ph_add_one(synapse, input);
    ph_add_one(synapse + 1, input);
#endif
}

#define PH_GROUP PH_SYNAPSE_PADDING /* synapses that are added together */

/** @brief Add eight neighbours. Not collective. */
PH_INLINE void ph_add_group(const ph_synapse *synapse, ph_usum *input)
{
    for (size_t i = 0; i < PH_GROUP; i += 2)
        ph_add_pair(synapse + i, input);
}

#if PH_HAS_PAIRS
/* For 0 to 7 synapses of a group, pair by pair: all slots, and the weights of so many. */
#define PH_SLOTS(weights) (0x0000ffff0000ffffu | (weights))
#define PH_NO_W PH_SLOTS(0u)
#define PH_ONE_W PH_SLOTS(0xffff0000u)
#define PH_TWO_W PH_SLOTS(0xffff0000ffff0000u)
static const uint64_t ph_rest_masks[PH_GROUP][PH_GROUP / 2] = {
    {PH_NO_W, PH_NO_W, PH_NO_W, PH_NO_W},    {PH_ONE_W, PH_NO_W, PH_NO_W, PH_NO_W},
    {PH_TWO_W, PH_NO_W, PH_NO_W, PH_NO_W},   {PH_TWO_W, PH_ONE_W, PH_NO_W, PH_NO_W},
    {PH_TWO_W, PH_TWO_W, PH_NO_W, PH_NO_W},  {PH_TWO_W, PH_TWO_W, PH_ONE_W, PH_NO_W},
    {PH_TWO_W, PH_TWO_W, PH_TWO_W, PH_NO_W}, {PH_TWO_W, PH_TWO_W, PH_TWO_W, PH_ONE_W},
};

/** @brief Add the first n < PH_GROUP of eight neighbours, the others with weight 0: how many they
 *  are is as good as random, and a wrong guess costs more than eight additions. Not collective. */
PH_INLINE void ph_add_rest(const ph_synapse *synapse, size_t n, ph_usum *input)
{
    const uint64_t *mask = ph_rest_masks[n];
    for (size_t i = 0; i < PH_GROUP; i += 2) {
        uint64_t pair;
        memcpy(&pair, synapse + i, sizeof pair);
        ph_add_packed(pair & mask[i / 2], input);
    }
}
#else
PH_INLINE void ph_add_rest(const ph_synapse *synapse, size_t n, ph_usum *input)
{
    for (size_t i = 0; i < n; i++)
        ph_add_one(synapse + i, input);
}
#endif

#endif

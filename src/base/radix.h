/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting many 64-bit keys without memory beside them. */
#ifndef PHASIC_BASE_RADIX_H
#define PHASIC_BASE_RADIX_H

#include <stddef.h>
#include <stdint.h>

/** @brief Sort keys in ascending order, in place, in O(n) passes over the bytes in use.
 *  Not collective. */
void ph_radix_sort(uint64_t *keys, size_t n);

#endif

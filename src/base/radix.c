/* SPDX-License-Identifier: Apache-2.0 */
/* American flag sort: by the highest byte in place, then each part by the next (P. M. McIlroy,
 * K. Bostic, M. D. McIlroy, Computing Systems 6:5, 1993). */
#include "base/radix.h"

#define PARTS 256
#define FEW 32 /* keys that are sorted by insertion */

static void insertion_sort(uint64_t *keys, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint64_t key = keys[i];
        size_t j = i;
        for (; j > 0 && keys[j - 1] > key; j--)
            keys[j] = keys[j - 1];
        keys[j] = key;
    }
}

/* Bring each key into its part, by exchanging it with what lies there. */
static void permute(uint64_t *keys, size_t n, int shift, size_t *end)
{
    size_t count[PARTS] = {0}, next[PARTS], at = 0;
    for (size_t i = 0; i < n; i++)
        count[keys[i] >> shift & (PARTS - 1)]++;
    for (int p = 0; p < PARTS; p++) {
        next[p] = at;
        end[p] = at += count[p];
    }
    for (int p = 0; p < PARTS; p++)
        while (next[p] < end[p]) {
            uint64_t key = keys[next[p]];
            int part;
            while ((part = (int)(key >> shift & (PARTS - 1))) != p) {
                uint64_t other = keys[next[part]];
                keys[next[part]++] = key;
                key = other;
            }
            keys[next[p]++] = key;
        }
}

static void sort(uint64_t *keys, size_t n, int shift)
{
    if (n <= FEW) {
        insertion_sort(keys, n);
        return;
    }
    size_t end[PARTS], begin = 0;
    permute(keys, n, shift, end);
    for (int p = 0; shift > 0 && p < PARTS; begin = end[p++])
        sort(keys + begin, end[p] - begin, shift - 8);
}

void ph_radix_sort(uint64_t *keys, size_t n)
{
    uint64_t used = 0;
    for (size_t i = 0; i < n; i++)
        used |= keys[i];
    int shift = 0;
    while (shift < 56 && used >> shift >= PARTS)
        shift += 8;
    sort(keys, n, shift);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Memory: aligned to cache lines, zeroed, counted, and never without a check. */
#ifndef PHASIC_BASE_MEMORY_H
#define PHASIC_BASE_MEMORY_H

#include <phasic/status.h>
#include <stddef.h>
#include <stdint.h>

/** @brief Allocate n * size zeroed bytes aligned to 64 bytes; large ones ask for huge pages.
 *  Not collective. @return NULL when there is no memory; a valid pointer for n = 0 */
void *ph_calloc(size_t n, size_t size);

/** @brief Change the size of memory from ph_calloc; new bytes are not zeroed. Not collective.
 *  @return NULL when there is no memory, the old memory then stays */
void *ph_realloc(void *memory, size_t old_bytes, size_t new_bytes);

/** @brief Free memory of ph_calloc or ph_realloc; NULL is allowed. Not collective. */
void ph_free(void *memory);

/** @brief Give the system what has been freed, as far as the C library keeps it. Not collective. */
void ph_memory_trim(void);

/** @brief Blocks allocated and not freed, for tests. Not collective. */
int64_t ph_memory_blocks(void);

/** @brief Copy of a string, freed with ph_free; NULL when there is no memory. Not collective. */
char *ph_strdup(const char *text);

/** Allocate n zeroed elements into pointer, or return PH_RESOURCE. */
#define PH_ALLOC(pointer, n)                                                                       \
    do {                                                                                           \
        (pointer) = ph_calloc((size_t)(n), sizeof *(pointer));                                     \
        if (!(pointer))                                                                            \
            return ph_error(PH_RESOURCE, "out of memory: %zu bytes for " #pointer,                 \
                            (size_t)(n) * sizeof *(pointer));                                      \
    } while (0)

/** Make room for at least `need` elements in pointer (capacity elements now), doubling. */
#define PH_GROW(pointer, capacity, need)                                                           \
    do {                                                                                           \
        size_t ph_need_ = (size_t)(need);                                                          \
        if (ph_need_ > (size_t)(capacity)) {                                                       \
            size_t ph_new_ = (size_t)(capacity) ? (size_t)(capacity) * 2 : 16;                     \
            if (ph_new_ < ph_need_)                                                                \
                ph_new_ = ph_need_;                                                                \
            void *ph_grown_ = ph_realloc((pointer), (size_t)(capacity) * sizeof *(pointer),        \
                                         ph_new_ * sizeof *(pointer));                             \
            PH_CHECK(ph_grown_, PH_RESOURCE, "out of memory: %zu bytes for " #pointer,             \
                     ph_new_ * sizeof *(pointer));                                                 \
            (pointer) = ph_grown_;                                                                 \
            (capacity) = ph_new_;                                                                  \
        }                                                                                          \
    } while (0)

#endif

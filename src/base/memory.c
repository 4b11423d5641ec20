/* SPDX-License-Identifier: Apache-2.0 */
/* Aligned, zeroed and counted memory. */
#include "base/memory.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ALIGNMENT 64
#define HUGE_PAGE ((size_t)2 << 20)

static atomic_llong blocks;

static void *take(size_t bytes)
{
    size_t alignment = bytes >= 2 * HUGE_PAGE ? HUGE_PAGE : ALIGNMENT;
    if (bytes > SIZE_MAX - alignment)
        return NULL;
    size_t rounded = (bytes + alignment - 1) / alignment * alignment;
    if (rounded == 0)
        rounded = alignment;
    void *memory = aligned_alloc(alignment, rounded);
    if (!memory)
        return NULL;
    /* Only advice: a kernel without huge pages runs on, slower. */
    if (alignment == HUGE_PAGE)
        (void)madvise(memory, rounded, MADV_HUGEPAGE);
    atomic_fetch_add(&blocks, 1);
    return memory;
}

void *ph_calloc(size_t n, size_t size)
{
    if (size && n > SIZE_MAX / size)
        return NULL;
    void *memory = take(n * size);
    if (memory)
        memset(memory, 0, n * size);
    return memory;
}

void *ph_realloc(void *memory, size_t old_bytes, size_t new_bytes)
{
    void *grown = take(new_bytes);
    if (!grown)
        return NULL;
    if (memory)
        memcpy(grown, memory, old_bytes < new_bytes ? old_bytes : new_bytes);
    ph_free(memory);
    return grown;
}

void ph_free(void *memory)
{
    if (!memory)
        return;
    atomic_fetch_sub(&blocks, 1);
    free(memory);
}

void ph_memory_trim(void)
{
#ifdef __GLIBC__
    (void)malloc_trim(0); /* 0: there was nothing to give */
#endif
}

int64_t ph_memory_blocks(void)
{
    return atomic_load(&blocks);
}

char *ph_strdup(const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = ph_calloc(bytes, 1);
    if (copy)
        memcpy(copy, text, bytes);
    return copy;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of memory, filled from the front. */
#include "config/arena.h"

#include "base/memory.h"

#include <string.h>

#define BLOCK_BYTES ((size_t)1 << 16)
#define HEADER 16
#define ALIGNMENT 16

struct ph_arena_block {
    ph_arena_block *next;
};

void *ph_arena_alloc(ph_arena *arena, size_t bytes)
{
    if (bytes > SIZE_MAX / 2)
        return NULL;
    bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (!arena->blocks || arena->room - arena->used < bytes) {
        size_t room = bytes + HEADER > BLOCK_BYTES ? bytes + HEADER : BLOCK_BYTES;
        ph_arena_block *block = ph_calloc(room, 1);
        if (!block)
            return NULL;
        block->next = arena->blocks;
        arena->blocks = block;
        arena->used = HEADER;
        arena->room = room;
    }
    void *memory = (char *)arena->blocks + arena->used;
    arena->used += bytes;
    return memory;
}

char *ph_arena_text(ph_arena *arena, const char *text, size_t n)
{
    char *copy = n < SIZE_MAX ? ph_arena_alloc(arena, n + 1) : NULL;
    if (copy)
        memcpy(copy, text, n);
    return copy;
}

void ph_arena_free(ph_arena *arena)
{
    while (arena->blocks) {
        ph_arena_block *next = arena->blocks->next;
        ph_free(arena->blocks);
        arena->blocks = next;
    }
    arena->used = arena->room = 0;
}

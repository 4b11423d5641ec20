/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that is freed all at once: nodes, strings and structs of a configuration. */
#ifndef PHASIC_CONFIG_ARENA_H
#define PHASIC_CONFIG_ARENA_H

#include <stddef.h>

typedef struct ph_arena_block ph_arena_block;

typedef struct ph_arena {
    ph_arena_block *blocks; /* newest first */
    size_t used, room;      /* bytes of the newest block */
} ph_arena;

/** @brief Allocate zeroed bytes, aligned to 16. Not collective.
 *  @return NULL when there is no memory; borrowed until ph_arena_free */
void *ph_arena_alloc(ph_arena *arena, size_t bytes);

/** @brief Copy n bytes and end them with a 0. Not collective. @return NULL without memory */
char *ph_arena_text(ph_arena *arena, const char *text, size_t n);

/** @brief Free everything. Not collective. */
void ph_arena_free(ph_arena *arena);

#endif

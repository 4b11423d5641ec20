/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of state, one behind the other in memory. */
#include <phasic/state.h>

#include "base/memory.h"

#include <stdint.h>
#include <string.h>

/* What stands before a piece. */
typedef struct mark {
    uint64_t name, bytes;
} mark;

static uint64_t hash_of(const char *name)
{
    uint64_t hash = 0xCBF29CE484222325u; /* FNV-1a */
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001B3u;
    return hash;
}

ph_state ph_state_of(const void *bytes, size_t n)
{
    return (ph_state){.is_loading = 1, .bytes = (char *)(uintptr_t)bytes, .room = n};
}

static ph_status save(ph_state *state, const void *memory, size_t n)
{
    if (n == 0)
        return PH_OK;
    PH_GROW(state->bytes, state->room, state->used + n);
    memcpy(state->bytes + state->used, memory, n);
    state->used += n;
    return PH_OK;
}

static ph_status load(ph_state *state, const char *name, void *memory, size_t n)
{
    PH_CHECK(state->room - state->used >= n, PH_FILE,
             "the state ends before '%s': it was written by another version", name);
    if (n > 0)
        memcpy(memory, state->bytes + state->used, n);
    state->used += n;
    return PH_OK;
}

ph_status ph_state_bytes(ph_state *state, const char *name, void *memory, size_t n)
{
    mark here = {hash_of(name), n}, there;
    if (!state->is_loading) {
        PH_TRY(save(state, &here, sizeof here));
        return save(state, memory, n);
    }
    PH_TRY(load(state, name, &there, sizeof there));
    PH_CHECK(there.name == here.name, PH_FILE,
             "the state has something else in the place of '%s': it was written by another version",
             name);
    PH_CHECK(there.bytes == here.bytes, PH_FILE,
             "the state has %llu bytes of '%s' instead of %zu: the configuration differs",
             (unsigned long long)there.bytes, name, n);
    return load(state, name, memory, n);
}

ph_status ph_state_count(ph_state *state, const char *name, size_t *n, size_t most)
{
    uint64_t count = *n;
    PH_TRY(ph_state_bytes(state, name, &count, sizeof count));
    PH_CHECK(!state->is_loading || count <= most, PH_FILE,
             "the state has %llu of '%s'; at most %zu are possible", (unsigned long long)count,
             name, most);
    *n = (size_t)count;
    return PH_OK;
}

void ph_state_free(ph_state *state)
{
    if (!state->is_loading)
        ph_free(state->bytes);
    *state = (ph_state){0};
}

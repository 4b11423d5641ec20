/* SPDX-License-Identifier: Apache-2.0 */
/* Saving and loading of what a run changes: one function of each owner visits its members, in the
 * same order for both, so that saving and loading cannot disagree. */
#ifndef PHASIC_STATE_H
#define PHASIC_STATE_H

#include <phasic/status.h>

#include <stddef.h>

/* Bytes that are being written, or read again. Each piece is kept with its name's hash and its
 * length, so that what does not fit is found where it begins. */
typedef struct ph_state {
    int is_loading;
    char *bytes;  /* saving: owned, ph_state_free; loading: borrowed */
    size_t used;  /* written or read so far */
    size_t room;  /* saving: allocated; loading: there are so many */
} ph_state;

/** @brief Begin to load what was saved. Not collective. @param bytes borrowed */
PH_API ph_state ph_state_of(const void *bytes, size_t n);

/** @brief Save n bytes, or load them. Not collective.
 *  @param name of the piece, for messages @param memory read or written
 *  @return PH_FILE when another piece is there, PH_RESOURCE */
PH_API ph_status ph_state_bytes(ph_state *state, const char *name, void *memory, size_t n);

/** @brief Save and load a number of elements. Not collective.
 *  @param n in/out @param most loading: more is an error */
PH_API ph_status ph_state_count(ph_state *state, const char *name, size_t *n, size_t most);

/** @brief Free what was saved. Not collective. */
PH_API void ph_state_free(ph_state *state);

/** Save or load a variable that is no pointer. */
#define PH_STATE(state, variable) ph_state_bytes((state), #variable, &(variable), sizeof(variable))

#endif

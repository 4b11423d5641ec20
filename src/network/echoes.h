/* SPDX-License-Identifier: Apache-2.0 */
/* Echoes that are to come for the rows of a plastic projection: a spike's synapses are visited a
 * second time, a fixed number of steps after the first (calcium flows in late). */
#ifndef PHASIC_NETWORK_ECHOES_H
#define PHASIC_NETWORK_ECHOES_H

#include <phasic/status.h>
#include <phasic/types.h>

/* An echo to come; those of a row are a list, in order of time. */
typedef struct ph_echo {
    ph_step due;
    int32_t next; /* of the row, or of those that are free; -1: none */
} ph_echo;

/* Rows with an echo at one step. */
typedef struct ph_echo_step {
    int64_t *rows;
    size_t count, room;
} ph_echo_step;

typedef struct ph_echoes {
    ph_step delay;       /* steps after the spike, > 0 */
    ph_step mask;        /* the ring holds mask + 1 steps */
    ph_echo_step *steps; /* by step of the echo */
    ph_step done;        /* all up to this step have been taken */
    int32_t *first, *last; /* of each row; -1: none */
    ph_echo *pool;
    size_t used, room;   /* of the pool */
    int32_t free;        /* first of the pool's that are free; -1: none */
} ph_echoes;

/** @brief No echoes yet. Not collective.
 *  @param delay steps @param window steps that may be added before the first of them is taken */
ph_status ph_echoes_create(int64_t n_rows, ph_step delay, ph_step window, ph_echoes **echoes);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_echoes_destroy(ph_echoes **echoes);

/** @brief Note a spike of a row. Not collective. @param step of the spike, in order for each row */
ph_status ph_echoes_add(ph_echoes *echoes, int64_t row, ph_step step);

/** @brief When the next echo of a row is due; INT64_MAX when there is none. Not collective. */
static inline ph_step ph_echoes_next(const ph_echoes *echoes, int64_t row)
{
    int32_t first = echoes->first[row];
    return first < 0 ? INT64_MAX : echoes->pool[first].due;
}

/** @brief The next echo of a row, which there is, has been entered. Not collective. */
void ph_echoes_take(ph_echoes *echoes, int64_t row);

#endif

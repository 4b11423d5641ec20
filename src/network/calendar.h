/* SPDX-License-Identifier: Apache-2.0 */
/* The calendar of a block: for each coming step, the buckets (synapses of one spike with one delay)
 * that arrive at it. A spike is resolved to its row once, when it is handed over. */
#ifndef PHASIC_NETWORK_CALENDAR_H
#define PHASIC_NETWORK_CALENDAR_H

#include <phasic/plasticity.h>
#include <phasic/status.h>
#include <phasic/types.h>

/* A bucket of static synapses in 8 bytes, since a step has thousands: number of the first synapse
 * (40 bits), how many there are (16) and the index of the rows in the block (8). */
typedef uint64_t ph_bucket;

/** @brief Pack a bucket. Not collective. */
static inline ph_bucket ph_bucket_of(uint64_t first, uint16_t count, int rows)
{
    return first << 24 | (uint64_t)count << 8 | (uint64_t)rows;
}

/** @brief Number of its first synapse. Not collective. */
static inline uint64_t ph_bucket_first(ph_bucket bucket)
{
    return bucket >> 24;
}

/** @brief How many synapses it has. Not collective. */
static inline uint32_t ph_bucket_count(ph_bucket bucket)
{
    return (uint32_t)(bucket >> 8) & 0xffff;
}

/** @brief Index of its rows in the block. Not collective. */
static inline uint32_t ph_bucket_rows(ph_bucket bucket)
{
    return (uint32_t)bucket & 0xff;
}

/* A bucket of plastic synapses, with what belongs to the source. */
typedef struct ph_plastic_bucket {
    ph_bucket bucket;
    int32_t interval; /* steps since the visit before: no more than between two sweeps */
    ph_real x[PH_TRACES]; /* presynaptic traces just after the visit before */
    ph_real released; /* by short-term plasticity: the share of the weights to be delivered */
    int32_t row;      /* which it belongs to */
} ph_plastic_bucket;

/* No synapse is twice in one list: a source spikes once in a step, is swept once and has one
 * echo. */
typedef struct ph_plastic_list {
    ph_plastic_bucket *buckets;
    size_t count, room;
} ph_plastic_list;

typedef struct ph_calendar_step {
    ph_bucket *buckets;
    size_t count, room;
    ph_plastic_list visits[PH_VISIT_KINDS]; /* by kind, delivered in this order */
} ph_calendar_step;

typedef struct ph_calendar {
    ph_step mask;            /* steps held - 1, a power of two - 1 */
    ph_calendar_step *steps;
} ph_calendar;

/** @brief Steps that a calendar holds, a power of two. Not collective. */
ph_step ph_calendar_steps(ph_step longest, ph_step window);

/** @brief Make a calendar for delays up to `longest` steps, filled up to `window` steps late.
 *  Not collective. */
ph_status ph_calendar_create(ph_step longest, ph_step window, ph_calendar *calendar);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_calendar_destroy(ph_calendar *calendar);

struct ph_block;

/** @brief Enter a spike of a row. Not collective. @param rows index of the rows in the block
 *  @param row within them @param step of emission */
ph_status ph_calendar_spike(struct ph_block *block, int rows, int64_t row, ph_step step);

/** @brief Enter the sweeps and echoes that are due up to a step, whose spikes have been entered.
 *  Not collective. */
ph_status ph_calendar_sweeps(struct ph_block *block, int rows, ph_step until);

/* A visit of a row of which some buckets are still to arrive. */
typedef struct ph_pending {
    int rows;                 /* index in the block */
    ph_visit_kind kind;
    int64_t row;
    ph_step step;             /* of emission */
    ph_plastic_bucket bucket; /* one of its buckets */
} ph_pending;

/** @brief Called with each of them. Not collective. */
typedef ph_status ph_pending_visit(void *context, const struct ph_block *block,
                                   const ph_pending *pending);

/** @brief Visits of plastic rows of which some buckets arrive after a step. Not collective. */
ph_status ph_calendar_each_pending(const struct ph_block *block, ph_step now,
                                   ph_pending_visit *visit, void *context);

/** @brief Enter the buckets of such a visit that arrive after a step, once more. Not collective. */
ph_status ph_calendar_restore_visit(struct ph_block *block, const ph_pending *pending, ph_step now);

/** @brief The same of a spike of a static row. Not collective. */
ph_status ph_calendar_restore_spike(struct ph_block *block, int rows, int64_t row, ph_step step,
                                    ph_step now);

struct ph_rows;

/** @brief Let the sweeps of rows be as they are when all up to a step have been made.
 *  Not collective. */
void ph_calendar_restore_sweeps(struct ph_rows *rows, ph_step now);

/** @brief First step (1 .. period) at which a source is swept: spread over the period by its global
 *  id. Not collective. */
static inline ph_step ph_sweep_phase(ph_gid source, ph_step period)
{
    return 1 + (ph_step)((uint64_t)source * 0x9E3779B1u % (uint64_t)period);
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Private to io: the part files of a run while they are merged, and the writers of what they
 * become. Nothing here is collective. */
#ifndef PHASIC_IO_MERGE_H
#define PHASIC_IO_MERGE_H

#include "io/h5.h"
#include "io/part.h"
#include "io/sort.h"
#include "model/brain.h"

/* A length of time between two steps. */
typedef struct ph_rest_time {
    ph_step at, length; /* after step `at`; in steps */
} ph_rest_time;

/* The parts of a run and all that the writers need to know. */
typedef struct ph_parts {
    const char *out_folder;
    char *folder;             /* OUT/parts */
    char **paths;             /* n */
    size_t n, paths_room, extents_room;
    ph_part_extent *extents;  /* n */
    int64_t records[PH_STREAMS];
    int broken;               /* parts that end in a broken block */
    const ph_brain *brain;    /* borrowed */
    const char *provenance;   /* borrowed */
    size_t memory;            /* bytes for sorting */
    int64_t *spikes;          /* per population, filled in by ph_write_spikes */
    ph_rest_time *rests;      /* n_rests */
    int n_rests;
} ph_parts;

/** @brief Turn a record into the words that are sorted, and count what will be written. */
typedef ph_status ph_pack(void *context, const void *record, uint64_t *words);

/** @brief Sort the records of one stream from all parts, ready to be read.
 *  @param sorter out: owned by the caller, also after an error */
ph_status ph_parts_sort(const ph_parts *parts, ph_stream stream, int words, int keys,
                        ph_pack *pack, void *context, ph_sorter **sorter);

/** @brief Copy the next sorted record, which stands behind one word of key.
 *  @return PH_FAILURE when there is none: fewer were sorted than counted */
ph_status ph_next_record(ph_sorter *sorter, void *record, size_t bytes);

/** @brief The time of a step, ms: the double nearest to it where a ms has a whole number of
 *  steps. */
double ph_ms(const ph_brain *brain, ph_step step);

/** @brief Find the rests of the run. */
ph_status ph_rests_read(ph_parts *parts);

/** @brief The time of what happened in a step, ms, rests included. */
double ph_time_ms(const ph_parts *parts, ph_step step);

/** @brief The time of what began with the end of a step, ms, rests included. */
double ph_begin_ms(const ph_parts *parts, ph_step step);

/** @brief The population of a global id; -1 when there is none. */
int ph_population_of(const ph_brain *brain, ph_gid gid);

/** @brief A sorted key of an index and a step. @return PH_FILE when either does not fit */
ph_status ph_key(int64_t index, int64_t n_indices, int64_t step, uint64_t *key);
#define PH_KEY_STEP(key) ((int64_t)((key) & ((UINT64_C(1) << 40) - 1)))
#define PH_KEY_INDEX(key) ((int)((key) >> 40))

/* Writers: each fills one file, or one group of it. */
ph_status ph_write_spikes(const char *path, ph_parts *parts);
ph_status ph_write_run(const char *path, const ph_parts *parts);
ph_status ph_write_trials(hid_t file, const ph_parts *parts);
ph_status ph_write_phases(hid_t file, const ph_parts *parts);
ph_status ph_write_neuromodulators(hid_t file, const ph_parts *parts);
ph_status ph_write_controllers(hid_t file, const ph_parts *parts);
ph_status ph_write_rates(hid_t file, const ph_parts *parts);
ph_status ph_write_V_m(hid_t file, const ph_parts *parts);
ph_status ph_write_weights(hid_t file, const ph_parts *parts);

#endif

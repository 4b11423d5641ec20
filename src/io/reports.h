/* SPDX-License-Identifier: Apache-2.0 */
/* Private to io: SONATA's reports, each a file of its own, written when the parts are merged.
 * Nothing here is collective. */
#ifndef PHASIC_IO_REPORTS_H
#define PHASIC_IO_REPORTS_H

#include "io/merge.h"

/* Times of the rows, ms: row i is of start + i step. */
typedef struct ph_report_times {
    double start, stop, step;
} ph_report_times;

/* What columns of data are: elements of nodes. */
typedef struct ph_report_mapping {
    int64_t n_nodes, n;       /* nodes, elements of all */
    int64_t *nodes;           /* n_nodes, ascending */
    int64_t *first;           /* n_nodes + 1: first element of each */
    const uint64_t *elements; /* n: their ids; NULL: each node has one, number 0 */
    ph_report_times times;
} ph_report_mapping;

/** @brief Name of a population in reports, as in spikes.h5. */
static inline const char *ph_report_name(const ph_population *population)
{
    return population->recorded_as ? population->recorded_as : population->address;
}

/** @brief Steps between two rows of a report of potentials. */
ph_step ph_report_steps(const ph_brain *brain, const ph_report *report);

/** @brief Write the group `mapping` of a population. */
ph_status ph_report_write_mapping(hid_t group, const ph_report_mapping *mapping);

/** @brief Write the populations of a report of potentials, of weights.
 *  @param parent its group `report` */
ph_status ph_report_write_V_m(hid_t parent, const ph_parts *parts, const ph_report *report);
ph_status ph_report_write_weights(hid_t parent, const ph_parts *parts, const ph_report *report);

/** @brief Write all reports of a run: each appears whole or not at all. */
ph_status ph_write_reports(const ph_parts *parts);

/** @brief Remove reports that an earlier run left: files that have a group `report`. */
ph_status ph_reports_clear(const char *out_folder);

#endif

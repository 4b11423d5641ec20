/* SPDX-License-Identifier: Apache-2.0 */
/* Private to io: numbers that lie in a file as they lie in memory are read past HDF5, which would
 * copy them several times and one thread after the other. Nothing here is collective. */
#ifndef PHASIC_IO_RAW_H
#define PHASIC_IO_RAW_H

#include <hdf5.h>
#include <phasic/status.h>
#include <phasic/types.h>

typedef enum ph_raw_kind { PH_RAW_NONE, PH_RAW_SIGNED, PH_RAW_UNSIGNED, PH_RAW_REAL } ph_raw_kind;

typedef struct ph_raw {
    ph_raw_kind kind; /* NONE: HDF5 must read them */
    int bytes;        /* of a number */
    int64_t offset;   /* of the first in the file */
} ph_raw;

/** @brief Where a dataset's numbers lie, if they can be read so: behind one another, in a type of
 *  this machine, and in the very file, not in one that a link leads to.
 *  @param file descriptor of the file */
ph_raw ph_raw_of(int file, hid_t dataset);

/** @brief Read numbers as integers, or as real ones. Any thread.
 *  @param file descriptor of the file @param first,n numbers, not rows
 *  @return PH_FILE with the system's reason, without a name */
ph_status ph_raw_ints(int file, const ph_raw *raw, int64_t first, int64_t n, int64_t *out);
ph_status ph_raw_reals(int file, const ph_raw *raw, int64_t first, int64_t n, double *out);

#endif

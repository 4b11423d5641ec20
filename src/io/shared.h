/* SPDX-License-Identifier: Apache-2.0 */
/* HDF5 files that all ranks write: one makes the file, in which every dataset is one piece; then
 * each writes its rows into their place, past HDF5. Nothing here is collective. */
#ifndef PHASIC_IO_SHARED_H
#define PHASIC_IO_SHARED_H

#include <phasic/status.h>
#include <phasic/types.h>

typedef struct ph_shared ph_shared;           /* a file that is being made */
typedef struct ph_shared_file ph_shared_file; /* one that is being filled */

typedef enum ph_cell { PH_CELL_U8, PH_CELL_U32, PH_CELL_U64, PH_CELL_F32, PH_CELL_F64 } ph_cell;

/* Where a dataset lies. */
typedef struct ph_place {
    int64_t offset; /* in the file, of the first row */
    int64_t bytes;  /* of a row */
    ph_cell cell;   /* of its numbers */
} ph_place;

/** @brief Begin a file with SONATA's magic number and version.
 *  @param shared out: owned by the caller */
ph_status ph_shared_create(const char *path, ph_shared **shared);

/** @brief Make a dataset, and the groups on the way. @param width numbers of a row */
ph_status ph_shared_column(ph_shared *shared, const char *name, ph_cell cell, int64_t rows,
                           int width, ph_place *place);

/** @brief Make a group, and those on the way. */
ph_status ph_shared_group(ph_shared *shared, const char *name);

/** @brief Attach a text to a dataset or a group. */
ph_status ph_shared_text(ph_shared *shared, const char *name, const char *attribute,
                         const char *text);

/** @brief Give a dataset a second name. */
ph_status ph_shared_alias(ph_shared *shared, const char *name, const char *other);

/** @brief End making the file, and null the handle; what its datasets hold is still to be written.
 *  @param status of what was done with it: an error gives it up */
ph_status ph_shared_finish(ph_shared **shared, ph_status status);

/** @brief Open a file that was made, to fill it in. @param file out: owned by the caller */
ph_status ph_shared_open(const char *path, ph_shared_file **file);

/** @brief Write n rows of a dataset. @param rows of the cell's type in memory */
ph_status ph_shared_write(const ph_shared_file *file, const ph_place *place, int64_t first,
                          int64_t n, const void *rows);

/** @brief Read n rows of a dataset. */
ph_status ph_shared_read(const ph_shared_file *file, const ph_place *place, int64_t first,
                         int64_t n, void *rows);

/** @brief Wait until all is on the disk, close, and null the handle; NULL inside is allowed. */
ph_status ph_shared_close(ph_shared_file **file);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Private to io: HDF5 calls that are always checked, and columns that are written in pieces.
 * Nothing here is collective. */
#ifndef PHASIC_IO_H5_H
#define PHASIC_IO_H5_H

#include <hdf5.h>
#if H5_VERSION_GE(1, 13, 2)
#include <H5FDdevelop.h>
#endif
#include <phasic/status.h>
#include <phasic/types.h>

/** Check a call of HDF5: a negative result becomes PH_FILE with HDF5's own reason. The words say
 *  what was being done: PH_H5(H5Fflush(file, scope), "write %s", path). */
#define PH_H5(expression, ...)                                                                     \
    do {                                                                                           \
        if ((expression) < 0)                                                                      \
            return ph_h5_error(__VA_ARGS__);                                                       \
    } while (0)

/** @brief Raise PH_FILE with words and the innermost reason on HDF5's error stack. */
ph_status ph_h5_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** @brief Have files opened with this access property written by io/disk.c, and forget the former
 *  error. */
ph_status ph_disk_begin(hid_t access);

/** @brief errno of the first failure since then; 0: none. */
int ph_disk_error(void);

/** @brief Create a file (serial driver, no times, all that is open in it closes with it). */
ph_status ph_h5_create(const char *path, hid_t *file);

/** @brief Open an existing file for reading. */
ph_status ph_h5_open(const char *path, hid_t *file);

/** @brief Close a file and wait until its bytes are on the disk. Nulls the handle to -1.
 *  @param path the same path; NULL: a file that was only read, or is given up */
ph_status ph_h5_close(hid_t *file, const char *path);

/** @brief Create a group, without times. Closed with the file, or by H5Gclose. */
ph_status ph_h5_group(hid_t parent, const char *name, hid_t *group);

/** @brief Attach a text attribute of fixed length. */
ph_status ph_h5_text(hid_t object, const char *name, const char *value);

/** @brief The same with variable length, as older readers of SONATA want it; not for files that
 *  ranks write together. */
ph_status ph_h5_variable_text(hid_t object, const char *name, const char *value);
ph_status ph_h5_int(hid_t object, const char *name, int64_t value);
ph_status ph_h5_real(hid_t object, const char *name, double value);

/** @brief Attach what SONATA has at the root of a file: its magic number and its version. */
ph_status ph_h5_version(hid_t file);

/** @brief Write a text as a scalar dataset of fixed length, for texts too long for an attribute. */
ph_status ph_h5_long_text(hid_t parent, const char *name, const char *value,
                          const char *description);

/** @brief Write n texts as a dataset of fixed-length strings. */
ph_status ph_h5_texts(hid_t parent, const char *name, const char *const *values, int n,
                      const char *description);

typedef enum ph_type { PH_F32, PH_F64, PH_I8, PH_I32, PH_I64, PH_U32, PH_U64 } ph_type;

/* What a column is: its name, type in the file, unit and what it holds. */
typedef struct ph_column_info {
    const char *name;
    ph_type type;
    const char *unit;
    const char *description;
} ph_column_info;

#define PH_COLUMN_BYTES 32768

/* One dataset of known length, written front to back. */
typedef struct ph_column {
    hid_t dataset;
    ph_type type;
    hsize_t length;      /* elements of the dataset */
    hsize_t written;     /* elements that have left the buffer */
    size_t filled;       /* elements in the buffer */
    const char *name;    /* borrowed */
    char buffer[PH_COLUMN_BYTES];
} ph_column;

/** @brief Create the dataset of a column. @param length elements in all
 *  @param row 0, or the elements of a row: the dataset is then [length / row, row] */
ph_status ph_column_open(hid_t parent, const ph_column_info *info, int64_t length, int64_t row,
                         ph_column *column);

/** @brief The same without rows, packed where it is long: for numbers that hardly change. */
ph_status ph_column_open_packed(hid_t parent, const ph_column_info *info, int64_t length,
                                ph_column *column);

/** @brief Append a value, turned into the column's type. */
ph_status ph_column_real(ph_column *column, double value);
ph_status ph_column_int(ph_column *column, int64_t value);

/** @brief Write what is left and close the dataset; it must have all its values. */
ph_status ph_column_close(ph_column *column);

#endif

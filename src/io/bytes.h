/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes of a file: all that are asked for, whatever the system takes or gives at once. */
#ifndef PHASIC_IO_BYTES_H
#define PHASIC_IO_BYTES_H

#include <stddef.h>
#include <stdint.h>

#define PH_BYTES_NEXT (-1) /* where the file stands */

/** @brief Read n bytes from a place on. Not collective.
 *  @param got out: bytes read, or NULL
 *  @return 0; errno's number; or -1 where the file ends before */
int ph_bytes_read(int file, void *bytes, size_t n, int64_t at, size_t *got);

/** @brief Write n bytes from a place on, or PH_BYTES_NEXT. Not collective.
 *  @return 0 or errno's number; ENOSPC where the system takes nothing more */
int ph_bytes_write(int file, const void *bytes, size_t n, int64_t at);

/** @brief What such a number says, in words that last until the next call. Not collective. */
const char *ph_bytes_error(int error);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A file that is written by a thread of its own, while the next bytes are being gathered: copying
 * into the system's cache takes as long as gathering does. */
#ifndef PHASIC_IO_BACKGROUND_H
#define PHASIC_IO_BACKGROUND_H

#include <phasic/status.h>
#include <stddef.h>

typedef struct ph_background ph_background;

/** @brief Start the thread. Not collective.
 *  @param file descriptor, owned by the caller, who leaves it alone until the end
 *  @param path its name, for messages
 *  @param writer out: owned by the caller, also after an error; ph_background_end
 *  @return PH_RESOURCE without memory or a thread */
ph_status ph_background_start(int file, const char *path, ph_background **writer);

/** @brief Hand over bytes, which are copied; waits for room. Not collective.
 *  @return PH_FILE with the file and the reason when something could not be written, perhaps
 *  earlier */
ph_status ph_background_write(ph_background *writer, const void *bytes, size_t n);

/** @brief Wait until all is written, end the thread, free what the handle holds and null it; NULL
 *  inside is allowed. Not collective. @return PH_FILE as above */
ph_status ph_background_end(ph_background **writer);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Images of handwritten digits, 8 x 8 pixels, from a CSV file (may be gzipped). */
#ifndef PHASIC_TASK_IMAGES_H
#define PHASIC_TASK_IMAGES_H

#include <phasic/status.h>
#include <stdint.h>

#define PH_IMAGE_SIDE 8
#define PH_IMAGE_PIXELS 64
#define PH_IMAGE_CLASSES 10

typedef struct ph_images {
    int n;
    uint8_t (*pixels)[PH_IMAGE_PIXELS]; /* n, grey levels 0 .. 16, in rows */
    uint8_t *label;                     /* n, class 0 .. 9 */
    uint8_t *held_out;                  /* n, 1: never shown in training */
} ph_images;

/** @brief Read a file of lines with 64 pixels and the class.
 *  Not collective.
 *  @param every of each class, each so-many-th image in file order is held out
 *  @return PH_FILE when it cannot be read or a line is not as it must be */
ph_status ph_images_read(const char *path, int every, ph_images *images);

/** @brief Free what ph_images_read took. Not collective. */
void ph_images_free(ph_images *images);

#endif

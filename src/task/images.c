/* SPDX-License-Identifier: Apache-2.0 */
/* Reading images of digits from CSV through zlib, which reads plain files too. */
#include "task/images.h"

#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define LINE_BYTES 1024
#define MOST_IMAGES 1000000

/* "p,p,...,p,class": 64 numbers 0 .. 16 and one 0 .. 9. */
static int read_line(const char *line, uint8_t *pixels, uint8_t *label)
{
    for (int i = 0; i <= PH_IMAGE_PIXELS; i++) {
        char *end;
        long value = strtol(line, &end, 10);
        int last = i == PH_IMAGE_PIXELS;
        if (end == line || value < 0 || value > (last ? PH_IMAGE_CLASSES - 1 : 16))
            return 0;
        if (last) {
            *label = (uint8_t)value;
            return *end == '\n' || *end == '\r' || *end == '\0';
        }
        if (*end != ',')
            return 0;
        pixels[i] = (uint8_t)value;
        line = end + 1;
    }
    return 0;
}

static ph_status add(ph_images *images, size_t *room, const char *line, const char *path)
{
    size_t pixels_room = *room, label_room = *room;
    PH_GROW(images->pixels, pixels_room, images->n + 1);
    PH_GROW(images->label, label_room, images->n + 1);
    *room = pixels_room;
    PH_CHECK(read_line(line, images->pixels[images->n], &images->label[images->n]), PH_FILE,
             "%s:%d: not 64 grey levels 0 to 16 and a class 0 to 9", path, images->n + 1);
    images->n++;
    return PH_OK;
}

ph_status ph_images_read(const char *path, int every, ph_images *images)
{
    memset(images, 0, sizeof *images);
    errno = 0;
    gzFile file = gzopen(path, "rb");
    PH_CHECK(file, PH_FILE, "%s: cannot be read: %s", path, strerror(errno ? errno : ENOMEM));
    char line[LINE_BYTES];
    size_t room = 0;
    ph_status status = PH_OK;
    while (status == PH_OK && images->n < MOST_IMAGES && gzgets(file, line, sizeof line))
        status = add(images, &room, line, path);
    int code;
    const char *reason = gzerror(file, &code);
    if (status == PH_OK && code != Z_OK && code != Z_STREAM_END)
        status = ph_error(PH_FILE, "%s: cannot be read: %s", path, reason);
    (void)gzclose(file); /* read only: nothing can be lost */
    PH_TRY(status);
    PH_CHECK(images->n > 0, PH_FILE, "%s: holds no image", path);
    PH_ALLOC(images->held_out, images->n);
    int seen[PH_IMAGE_CLASSES] = {0};
    for (int i = 0; i < images->n; i++)
        images->held_out[i] = ++seen[images->label[i]] % every == 0;
    return PH_OK;
}

void ph_images_free(ph_images *images)
{
    ph_free(images->pixels);
    ph_free(images->label);
    ph_free(images->held_out);
    memset(images, 0, sizeof *images);
}

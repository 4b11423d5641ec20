/* SPDX-License-Identifier: Apache-2.0 */
/* Files: read whole, with a bound on their size. */
#include "config/tree.h"

#include "base/memory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

size_t ph_path_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

static ph_status read_stream(FILE *file, ph_tree *tree, const char *path, size_t most,
                             char **text, size_t *bytes)
{
    char *buffer = NULL;
    size_t room = 0, used = 0;
    for (;;) {
        if (used == room) {
            size_t more = room ? room * 2 : 1 << 14;
            char *grown = ph_realloc(buffer, room, more);
            if (!grown) {
                ph_free(buffer);
                return ph_error(PH_RESOURCE, "%s: out of memory", path);
            }
            buffer = grown;
            room = more;
        }
        errno = 0;
        size_t n = fread(buffer + used, 1, room - used, file);
        used += n;
        if (n == 0 || used > most)
            break;
    }
    ph_status status = PH_OK;
    if (ferror(file))
        status = ph_error(PH_FILE, "%s: %s", path, strerror(errno));
    else if (used > most)
        status = ph_error(PH_FILE, "%s: larger than %zu MB; this is no %s", path, most >> 20,
                          most == PH_CONFIG_BYTES ? "configuration" : "file of SONATA's");
    else if (!(*text = ph_arena_text(&tree->arena, buffer, used)))
        status = ph_error(PH_RESOURCE, "%s: out of memory", path);
    *bytes = used;
    ph_free(buffer);
    return status;
}

ph_status ph_file_read(ph_tree *tree, const char *path, size_t most, char **text, size_t *bytes)
{
    FILE *file = fopen(path, "rb");
    PH_CHECK(file, PH_FILE, "%s: %s", path, strerror(errno));
    ph_status status = read_stream(file, tree, path, most, text, bytes);
    if (fclose(file) != 0 && status == PH_OK)
        status = ph_error(PH_FILE, "%s: %s", path, strerror(errno));
    return status;
}

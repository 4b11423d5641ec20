/* SPDX-License-Identifier: Apache-2.0 */
/* Part files of a run that goes on from a checkpoint: cut to what they were then. */
#include "io/checkpoint.h"
#include "io/part.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES 4096

static int is_kept(const char *name, const ph_part_end *ends, int n)
{
    char part[PH_PART_NAME];
    for (int i = 0; i < n; i++) {
        ph_part_name(part, ends[i].rank, ends[i].segment);
        if (!strcmp(name, part))
            return 1;
    }
    return 0;
}

/* Parts begun after the checkpoint, and what a merge has left. */
static ph_status remove_others(const char *path, const ph_part_end *ends, int n)
{
    DIR *folder = opendir(path);
    PH_CHECK(folder, PH_FILE, "cannot open %s: %s", path, strerror(errno));
    ph_status status = PH_OK;
    for (struct dirent *entry; status == PH_OK && (entry = readdir(folder));)
        if (entry->d_name[0] != '.' && !is_kept(entry->d_name, ends, n) &&
            unlinkat(dirfd(folder), entry->d_name, 0) != 0)
            status = ph_error(PH_FILE, "cannot remove %s/%s: %s", path, entry->d_name,
                              strerror(errno));
    (void)closedir(folder); /* only read */
    return status;
}

static ph_status cut(const char *folder, const ph_part_end *end)
{
    char name[PH_PART_NAME], path[PATH_BYTES + PH_PART_NAME];
    struct stat info;
    ph_part_name(name, end->rank, end->segment);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    PH_CHECK(stat(path, &info) == 0, PH_FILE, "cannot open %s: %s", path, strerror(errno));
    PH_CHECK((int64_t)info.st_size >= end->bytes, PH_FILE,
             "%s has %lld bytes; at the checkpoint it had %lld: what was recorded is lost", path,
             (long long)info.st_size, (long long)end->bytes);
    PH_CHECK(truncate(path, (off_t)end->bytes) == 0, PH_FILE, "cannot write %s: %s", path,
             strerror(errno));
    return PH_OK;
}

ph_status ph_parts_cut(const char *out_folder, const ph_part_end *ends, int n)
{
    char folder[PATH_BYTES];
    int length = snprintf(folder, sizeof folder, "%s/parts", out_folder);
    PH_CHECK(length > 0 && (size_t)length < sizeof folder, PH_FILE, "the name %s is too long",
             out_folder);
    for (int i = 0; i < n; i++)
        PH_TRY(cut(folder, &ends[i]));
    return remove_others(folder, ends, n);
}

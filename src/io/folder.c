/* SPDX-License-Identifier: Apache-2.0 */
/* Making the folder of a run and writing small files into it. */
#include "io/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES 4096

static ph_status make(const char *path)
{
    PH_CHECK(mkdir(path, 0777) == 0 || errno == EEXIST, PH_FILE,
             "%s: the folder cannot be made: %s", path, strerror(errno));
    return PH_OK;
}

static ph_status make_with_parents(const char *path)
{
    char part[PATH_BYTES];
    snprintf(part, sizeof part, "%s", path);
    for (char *c = part + 1; *c; c++)
        if (*c == '/') {
            *c = '\0';
            PH_TRY(make(part));
            *c = '/';
        }
    return make(part);
}

static ph_status drop(const char *folder, const char *name)
{
    char path[2 * PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    PH_CHECK(unlink(path) == 0 || errno == ENOENT, PH_FILE, "%s: cannot be removed: %s", path,
             strerror(errno));
    return PH_OK;
}

ph_status ph_folder_remove_parts(const char *folder)
{
    char parts[PATH_BYTES];
    snprintf(parts, sizeof parts, "%s/parts", folder);
    DIR *directory = opendir(parts);
    if (!directory)
        return PH_OK;
    ph_status status = PH_OK;
    for (struct dirent *entry; status == PH_OK && (entry = readdir(directory));)
        if (!strncmp(entry->d_name, "rank-", 5))
            status = drop(parts, entry->d_name);
    (void)closedir(directory);
    PH_TRY(status);
    PH_CHECK(rmdir(parts) == 0 || errno == ENOENT, PH_FILE, "%s: cannot be removed: %s", parts,
             strerror(errno));
    return PH_OK;
}

ph_status ph_folder_create(const char *folder, int force)
{
    static const char *const results[] = {"summary.json", "spikes.h5", "run.h5", "report.html"};
    struct stat info;
    int there = stat(folder, &info) == 0;
    PH_CHECK(!there || force, PH_FILE,
             "%s exists; give another folder with --out, or --force to write over it", folder);
    PH_TRY(make_with_parents(folder));
    for (size_t i = 0; there && i < sizeof results / sizeof results[0]; i++)
        PH_TRY(drop(folder, results[i]));
    if (there)
        PH_TRY(ph_folder_remove_parts(folder));
    char parts[PATH_BYTES];
    snprintf(parts, sizeof parts, "%s/parts", folder);
    return make(parts);
}

ph_status ph_folder_write(const char *folder, const char *name, const char *text)
{
    char path[PATH_BYTES], temporary[PATH_BYTES + 8];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(temporary, sizeof temporary, "%s.tmp", path);
    FILE *file = fopen(temporary, "wb");
    PH_CHECK(file, PH_FILE, "%s: cannot be written: %s", path, strerror(errno));
    int failed = fputs(text, file) == EOF || fflush(file) != 0;
    failed |= fclose(file) != 0;
    PH_CHECK(!failed && rename(temporary, path) == 0, PH_FILE, "%s: cannot be written: %s", path,
             strerror(errno));
    return PH_OK;
}

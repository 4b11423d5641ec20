/* SPDX-License-Identifier: Apache-2.0 */
/* Making the folder of a run and writing small files into it. */
#include "io/folder.h"
#include "io/stream.h"

#include <errno.h>
#include <fcntl.h>
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

ph_status ph_folder_create(const char *folder, int force, ph_lock **lock)
{
    struct stat info;
    int there = stat(folder, &info) == 0;
    PH_CHECK(!there || force, PH_FILE,
             "%s exists; give another folder with --out, or --force to write over it", folder);
    PH_TRY(make_with_parents(folder));
    PH_TRY(ph_lock_take(folder, lock));
    if (there)
        PH_TRY(ph_output_clear(folder));
    char parts[PATH_BYTES];
    snprintf(parts, sizeof parts, "%s/parts", folder);
    return make(parts);
}

void ph_folder_abandon(const char *folder, ph_lock **lock)
{
    char config[PATH_BYTES];
    snprintf(config, sizeof config, "%s/config.yaml", folder);
    (void)ph_output_clear(folder); /* there was an error before, which is what is told */
    (void)remove(config);
    ph_lock_give_back(lock);
    (void)rmdir(folder); /* stays while something is in it */
}

ph_status ph_folder_begin(const char *folder, int force)
{
    struct stat info;
    PH_CHECK(stat(folder, &info) != 0 || force, PH_FILE,
             "%s exists; give another folder, or --force to write over its files", folder);
    return make_with_parents(folder);
}

ph_status ph_folder_make(const char *folder, const char *name)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return make(path);
}

ph_status ph_folder_rename(const char *from, const char *to)
{
    PH_CHECK(rename(from, to) == 0, PH_FILE, "%s: cannot be renamed: %s", from, strerror(errno));
    return PH_OK;
}

ph_status ph_folder_write(const char *folder, const char *name, const char *text)
{
    char path[PATH_BYTES], temporary[PATH_BYTES + 8];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(temporary, sizeof temporary, "%s.tmp", path);
    FILE *file = fopen(temporary, "wb");
    PH_CHECK(file, PH_FILE, "%s: cannot be written: %s", path, strerror(errno));
    int failed = fputs(text, file) == EOF || fflush(file) != 0 || fsync(fileno(file)) != 0;
    failed |= fclose(file) != 0;
    PH_CHECK(!failed && rename(temporary, path) == 0, PH_FILE, "%s: cannot be written: %s", path,
             strerror(errno));
    return PH_OK;
}

ph_status ph_folder_sync(const char *folder, const char *within)
{
    char path[PATH_BYTES];
    int length = snprintf(path, sizeof path, "%s/%s", folder, within);
    PH_CHECK(length > 0 && length < PATH_BYTES, PH_FILE, "the name %s is too long", folder);
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    PH_CHECK(descriptor >= 0, PH_FILE, "cannot open %s: %s", path, strerror(errno));
    /* Some file systems do not sync folders, and say so. */
    int failed = fsync(descriptor) != 0 && errno != EINVAL, error = errno;
    (void)close(descriptor);
    PH_CHECK(!failed, PH_FILE, "cannot write %s: %s", path, strerror(error));
    return PH_OK;
}

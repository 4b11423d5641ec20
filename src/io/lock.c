/* SPDX-License-Identifier: Apache-2.0 */
/* A POSIX record lock on the file `lock` of the folder: it ends with the process, whatever ends
 * that, and holds between hosts on NFS, Lustre and GPFS. */
#include "io/lock.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PATH_BYTES 4096
#define TRIES 100 /* of opening the file while others take it away */

struct ph_lock {
    int file;
    char path[PATH_BYTES];
};

/* Who has it, in words of theirs. */
static ph_status refuse(const char *folder, int file)
{
    char words[256];
    ssize_t n = pread(file, words, sizeof words - 1, 0);
    words[n > 0 ? n : 0] = '\0';
    words[strcspn(words, "\n")] = '\0';
    return ph_error(PH_FILE,
                    "%s: another run writes into this folder%s%s; wait until it has ended, or give "
                    "another folder with --out",
                    folder, *words ? ": " : "", words);
}

/* Only to be read by people: whether it can be written does not matter. */
static void sign(int file)
{
    char host[65] = "", words[256], when[32] = "";
    time_t now = time(NULL);
    struct tm local;
    (void)gethostname(host, sizeof host - 1);
    if (localtime_r(&now, &local))
        (void)strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", &local);
    int n = snprintf(words, sizeof words, "process %ld on %s, since %s\n", (long)getpid(), host,
                     when);
    if (ftruncate(file, 0) != 0 || pwrite(file, words, (size_t)n, 0) != n)
        return;
}

static int has_no_locks(int error)
{
    return error == ENOLCK || error == ENOSYS || error == EOPNOTSUPP || error == EINVAL;
}

/* The file may have been taken away by whom it belonged to between open and lock. */
static int is_still_there(const ph_lock *lock)
{
    struct stat opened, there;
    return fstat(lock->file, &opened) == 0 && stat(lock->path, &there) == 0 &&
           opened.st_ino == there.st_ino && opened.st_dev == there.st_dev;
}

/* @param taken out: 1: it is ours, or there are no locks; 0: to be tried again */
static ph_status try_once(const char *folder, ph_lock *lock, int *taken)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    lock->file = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    PH_CHECK(lock->file >= 0, PH_FILE, "%s: cannot be written: %s", lock->path, strerror(errno));
    int failed = fcntl(lock->file, F_SETLK, &whole) != 0, error = errno;
    *taken = failed ? has_no_locks(error) : is_still_there(lock);
    if (*taken)
        return PH_OK;
    ph_status status = PH_OK;
    if (failed && (error == EACCES || error == EAGAIN))
        status = refuse(folder, lock->file);
    else if (failed)
        status = ph_error(PH_FILE, "%s: %s", lock->path, strerror(error));
    (void)close(lock->file);
    return status;
}

ph_status ph_lock_take(const char *folder, ph_lock **out)
{
    ph_lock *lock;
    PH_ALLOC(lock, 1);
    int n = snprintf(lock->path, sizeof lock->path, "%s/lock", folder), taken = 0;
    ph_status status = n < PATH_BYTES ? PH_OK : ph_error(PH_FILE, "%s: too long a name", folder);
    for (int i = 0; status == PH_OK && !taken && i < TRIES; i++)
        status = try_once(folder, lock, &taken);
    if (status == PH_OK && !taken)
        status = ph_error(PH_FILE, "%s: other runs begin in this folder again and again", folder);
    if (status != PH_OK) {
        ph_free(lock);
        return status;
    }
    sign(lock->file);
    *out = lock;
    return PH_OK;
}

int ph_lock_is_taken(const char *folder)
{
    char path[PATH_BYTES];
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int n = snprintf(path, sizeof path, "%s/lock", folder);
    int file = n < PATH_BYTES ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0)
        return 0;
    int taken = fcntl(file, F_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
    (void)close(file); /* only read; this process has no lock on it that would end */
    return taken;
}

void ph_lock_give_back(ph_lock **out)
{
    ph_lock *lock = *out;
    if (!lock)
        return;
    (void)unlink(lock->path);
    (void)close(lock->file);
    ph_free(lock);
    *out = NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing until all is done. */
#include "io/bytes.h"

#include <errno.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

int ph_bytes_read(int file, void *bytes, size_t n, int64_t at, size_t *got)
{
    size_t done = 0;
    int error = 0;
    while (done < n && !error) {
        ssize_t more = pread(file, (char *)bytes + done, n - done, (off_t)at + (off_t)done);
        if (more > 0)
            done += (size_t)more;
        else if (more == 0 || errno != EINTR)
            error = more < 0 ? errno : -1;
    }
    if (got)
        *got = done;
    return error;
}

int ph_bytes_write(int file, const void *bytes, size_t n, int64_t at)
{
    for (size_t done = 0; done < n;) {
        const char *from = (const char *)bytes + done;
        ssize_t more = at < 0 ? write(file, from, n - done)
                              : pwrite(file, from, n - done, (off_t)at + (off_t)done);
        if (more > 0)
            done += (size_t)more;
        else if (more == 0 || errno != EINTR)
            return more < 0 ? errno : ENOSPC;
    }
    return 0;
}

const char *ph_bytes_error(int error)
{
    return error < 0 ? "the file ends too early" : strerror(error);
}

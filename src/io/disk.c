/* SPDX-License-Identifier: Apache-2.0 */
/* The way of HDF5's bytes to the disk. HDF5 cannot close a file after a failed write (it keeps it
 * open and crashes when the program ends), so this driver notes the first failure, takes all that
 * follows in name only, and ph_h5_close raises the error. It takes no locks, which some network
 * file systems do not have. */
#include "io/h5.h"

#include "base/memory.h"
#include "io/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

typedef struct disk {
    H5FD_t base;
    int descriptor;
    haddr_t end_of_address, end_of_file;
} disk;

static int first_error; /* errno of the first failure since ph_disk_begin; HDF5 has one thread */

static H5FD_t *open_disk(const char *name, unsigned flags, hid_t access, haddr_t largest)
{
    (void)access, (void)largest;
    disk *d = ph_calloc(1, sizeof *d);
    if (!d)
        return NULL;
    int how = (flags & H5F_ACC_RDWR ? O_RDWR : O_RDONLY) | O_CLOEXEC |
              (flags & H5F_ACC_TRUNC ? O_TRUNC : 0) | (flags & H5F_ACC_CREAT ? O_CREAT : 0) |
              (flags & H5F_ACC_EXCL ? O_EXCL : 0);
    d->descriptor = open(name, how, 0666);
    off_t end = d->descriptor < 0 ? -1 : lseek(d->descriptor, 0, SEEK_END);
    if (end < 0) {
        first_error = first_error ? first_error : errno;
        if (d->descriptor >= 0)
            (void)close(d->descriptor);
        ph_free(d);
        return NULL;
    }
    d->end_of_file = (haddr_t)end;
    return &d->base;
}

/* @param error errno's number, or 0 */
static void note(int error)
{
    if (!first_error)
        first_error = error;
}

static herr_t close_disk(H5FD_t *file)
{
    disk *d = (disk *)file;
    note(close(d->descriptor) != 0 ? errno : 0);
    ph_free(d);
    return 0;
}

static herr_t query(const H5FD_t *file, unsigned long *flags)
{
    (void)file;
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
}

static haddr_t get_end_of_address(const H5FD_t *file, H5FD_mem_t type)
{
    (void)type;
    return ((const disk *)file)->end_of_address;
}

static herr_t set_end_of_address(H5FD_t *file, H5FD_mem_t type, haddr_t address)
{
    (void)type;
    ((disk *)file)->end_of_address = address;
    return 0;
}

static haddr_t get_end_of_file(const H5FD_t *file, H5FD_mem_t type)
{
    (void)type;
    return ((const disk *)file)->end_of_file;
}

/* What lies beyond the end reads as zeros. */
static herr_t read_disk(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t size,
                        void *buffer)
{
    (void)type, (void)transfer;
    size_t got;
    int error = ph_bytes_read(((disk *)file)->descriptor, buffer, size, (int64_t)at, &got);
    note(error > 0 ? error : 0);
    memset((char *)buffer + got, 0, size - got);
    return 0;
}

static herr_t write_disk(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t size,
                         const void *buffer)
{
    (void)type, (void)transfer;
    disk *d = (disk *)file;
    haddr_t end = at + size;
    if (!first_error)
        note(ph_bytes_write(d->descriptor, buffer, size, (int64_t)at));
    if (end > d->end_of_file)
        d->end_of_file = end;
    return 0;
}

static herr_t truncate_disk(H5FD_t *file, hid_t transfer, hbool_t closing)
{
    (void)transfer, (void)closing;
    disk *d = (disk *)file;
    if (d->end_of_address != d->end_of_file) {
        note(ftruncate(d->descriptor, (off_t)d->end_of_address) != 0 ? errno : 0);
        d->end_of_file = d->end_of_address;
    }
    return 0;
}

static const H5FD_class_t driver = {
#if H5_VERSION_GE(1, 13, 2)
    .version = H5FD_CLASS_VERSION,
    .value = 600,
#endif
    .name = "phasic_disk",
    .maxaddr = INT64_MAX,
    .fc_degree = H5F_CLOSE_STRONG,
    .open = open_disk,
    .close = close_disk,
    .query = query,
    .get_eoa = get_end_of_address,
    .set_eoa = set_end_of_address,
    .get_eof = get_end_of_file,
    .read = read_disk,
    .write = write_disk,
    .truncate = truncate_disk,
    .fl_map = H5FD_FLMAP_DICHOTOMY};

int ph_disk_error(void)
{
    return first_error;
}

ph_status ph_disk_begin(hid_t access)
{
    /* Kept until the program ends: HDF5 uses a driver's functions after the last file's reference
     * to it is gone. */
    static hid_t id = -1;
    first_error = 0;
    if (id < 0 || H5Iget_type(id) != H5I_VFL)
        id = H5FDregister(&driver);
    PH_H5(id, "start HDF5");
    PH_H5(H5Pset_driver(access, id, NULL), "start HDF5");
    return PH_OK;
}

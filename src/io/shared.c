/* SPDX-License-Identifier: Apache-2.0 */
/* Making files by HDF5, filling them in by number and place. */
#include "io/shared.h"

#include "base/memory.h"
#include "io/bytes.h"
#include "io/h5.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct ph_shared {
    hid_t file;
    char *path;
};

struct ph_shared_file {
    int descriptor;
    char *path;
};

/* --- making ----------------------------------------------------------------------------------- */

ph_status ph_shared_create(const char *path, ph_shared **out)
{
    ph_shared *shared;
    PH_ALLOC(shared, 1);
    *out = shared;
    shared->file = -1;
    shared->path = ph_strdup(path);
    PH_CHECK(shared->path, PH_RESOURCE, "out of memory: %s", path);
    PH_TRY(ph_h5_create(path, &shared->file));
    return ph_h5_version(shared->file);
}

static hid_t type_of(ph_cell cell)
{
    hid_t types[] = {H5T_STD_U8LE, H5T_STD_U32LE, H5T_STD_U64LE, H5T_IEEE_F32LE, H5T_IEEE_F64LE};
    return types[cell];
}

static int64_t bytes_of(ph_cell cell)
{
    static const int bytes[] = {1, 4, 8, 4, 8};
    return bytes[cell];
}

/* Links whose groups are made on the way. */
static hid_t on_the_way(void)
{
    hid_t links = H5Pcreate(H5P_LINK_CREATE);
    if (links >= 0 && H5Pset_create_intermediate_group(links, 1) < 0) {
        H5Pclose(links);
        return -1;
    }
    return links;
}

/* All of it gets its place at once, and nothing is written there. */
static hid_t make_dataset(hid_t file, const char *name, ph_cell cell, hid_t space)
{
    hid_t create = H5Pcreate(H5P_DATASET_CREATE), links = on_the_way(), dataset = -1;
    if (create >= 0 && links >= 0 && H5Pset_obj_track_times(create, 0) >= 0 &&
        H5Pset_layout(create, H5D_CONTIGUOUS) >= 0 &&
        H5Pset_alloc_time(create, H5D_ALLOC_TIME_EARLY) >= 0 &&
        H5Pset_fill_time(create, H5D_FILL_TIME_NEVER) >= 0)
        dataset = H5Dcreate2(file, name, type_of(cell), space, links, create, H5P_DEFAULT);
    if (create >= 0)
        H5Pclose(create);
    if (links >= 0)
        H5Pclose(links);
    return dataset;
}

ph_status ph_shared_column(ph_shared *shared, const char *name, ph_cell cell, int64_t rows,
                           int width, ph_place *place)
{
    hsize_t shape[2] = {(hsize_t)rows, (hsize_t)width};
    hid_t space = H5Screate_simple(width > 1 ? 2 : 1, shape, NULL);
    hid_t dataset = space < 0 ? -1 : make_dataset(shared->file, name, cell, space);
    haddr_t offset = dataset < 0 || rows == 0 ? 0 : H5Dget_offset(dataset);
    int failed = dataset < 0 || offset == HADDR_UNDEF;
    ph_status status = failed ? ph_h5_error("make %s of %s", name, shared->path) : PH_OK;
    if (dataset >= 0)
        H5Dclose(dataset);
    if (space >= 0)
        H5Sclose(space);
    *place = (ph_place){(int64_t)offset, width * bytes_of(cell), cell};
    return status;
}

ph_status ph_shared_group(ph_shared *shared, const char *name)
{
    hid_t links = on_the_way(), group = -1;
    if (links >= 0)
        group = H5Gcreate2(shared->file, name, links, H5P_DEFAULT, H5P_DEFAULT);
    ph_status status = group < 0 ? ph_h5_error("make %s of %s", name, shared->path) : PH_OK;
    if (group >= 0)
        H5Gclose(group);
    if (links >= 0)
        H5Pclose(links);
    return status;
}

ph_status ph_shared_text(ph_shared *shared, const char *name, const char *attribute,
                         const char *text)
{
    hid_t object = H5Oopen(shared->file, name, H5P_DEFAULT);
    PH_H5(object, "open %s of %s", name, shared->path);
    ph_status status = ph_h5_variable_text(object, attribute, text);
    H5Oclose(object);
    return status;
}

ph_status ph_shared_alias(ph_shared *shared, const char *name, const char *other)
{
    PH_H5(H5Lcreate_hard(shared->file, name, shared->file, other, H5P_DEFAULT, H5P_DEFAULT),
          "link %s of %s", other, shared->path);
    return PH_OK;
}

ph_status ph_shared_finish(ph_shared **out, ph_status status)
{
    ph_shared *shared = *out;
    if (!shared)
        return status;
    ph_status closed = ph_h5_close(&shared->file, status == PH_OK ? shared->path : NULL);
    ph_free(shared->path);
    ph_free(shared);
    *out = NULL;
    return status == PH_OK ? closed : status;
}

/* --- filling ---------------------------------------------------------------------------------- */

ph_status ph_shared_open(const char *path, ph_shared_file **out)
{
    ph_shared_file *file;
    PH_ALLOC(file, 1);
    *out = file;
    file->path = ph_strdup(path);
    file->descriptor = open(path, O_RDWR | O_CLOEXEC);
    PH_CHECK(file->descriptor >= 0, PH_FILE, "%s: cannot be written: %s", path, strerror(errno));
    PH_CHECK(file->path, PH_RESOURCE, "out of memory: %s", path);
    return PH_OK;
}

ph_status ph_shared_write(const ph_shared_file *file, const ph_place *place, int64_t first,
                          int64_t n, const void *rows)
{
    int error = ph_bytes_write(file->descriptor, rows, (size_t)(n * place->bytes),
                               place->offset + first * place->bytes);
    PH_CHECK(!error, PH_FILE, "%s: cannot be written: %s", file->path, ph_bytes_error(error));
    return PH_OK;
}

ph_status ph_shared_read(const ph_shared_file *file, const ph_place *place, int64_t first,
                         int64_t n, void *rows)
{
    int error = ph_bytes_read(file->descriptor, rows, (size_t)(n * place->bytes),
                              place->offset + first * place->bytes, NULL);
    PH_CHECK(!error, PH_FILE, "%s: cannot be read: %s", file->path, ph_bytes_error(error));
    return PH_OK;
}

ph_status ph_shared_close(ph_shared_file **out)
{
    ph_shared_file *file = *out;
    ph_status status = PH_OK;
    if (!file)
        return PH_OK;
    int failed = file->descriptor >= 0 && fsync(file->descriptor) != 0 && errno != EINVAL;
    failed |= file->descriptor >= 0 && close(file->descriptor) != 0;
    if (failed)
        status = ph_error(PH_FILE, "%s: cannot be written: %s", file->path, strerror(errno));
    ph_free(file->path);
    ph_free(file);
    *out = NULL;
    return status;
}

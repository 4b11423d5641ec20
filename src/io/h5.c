/* SPDX-License-Identifier: Apache-2.0 */
/* HDF5 files, groups, attributes and texts, with every result checked. */
#include "io/h5.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* --- errors ---------------------------------------------------------------------------------- */

static herr_t note_reason(unsigned n, const H5E_error2_t *error, void *out)
{
    (void)n;
    char *reason = out;
    if (reason[0] == '\0' && error->desc)
        snprintf(reason, 512, "%s", error->desc);
    return 0;
}

/* HDF5 hides the system's reason in a long line: "..., error message = 'No space left', ...". */
static void shorten(char *reason)
{
    char *begin = strstr(reason, "error message = '");
    if (!begin)
        return;
    begin += strlen("error message = '");
    char *end = strchr(begin, '\'');
    if (end)
        *end = '\0';
    memmove(reason, begin, strlen(begin) + 1);
}

ph_status ph_h5_error(const char *format, ...)
{
    char what[512], reason[512] = "";
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    (void)H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, note_reason, reason);
    (void)H5Eclear2(H5E_DEFAULT);
    shorten(reason);
    if (ph_disk_error())
        snprintf(reason, sizeof reason, "%s", strerror(ph_disk_error()));
    return ph_error(PH_FILE, "cannot %s: %s", what, reason[0] ? reason : "HDF5 failed");
}

/* --- files ----------------------------------------------------------------------------------- */

/* Errors are shown in the user's words, not as HDF5's stack. */
static ph_status quiet(void)
{
    PH_H5(H5Eset_auto2(H5E_DEFAULT, NULL, NULL), "start HDF5");
    return PH_OK;
}

ph_status ph_h5_create(const char *path, hid_t *file)
{
    *file = -1;
    PH_TRY(quiet());
    hid_t create = H5Pcreate(H5P_FILE_CREATE), access = H5Pcreate(H5P_FILE_ACCESS);
    int bad = create < 0 || access < 0 || H5Pset_obj_track_times(create, 0) < 0 ||
              H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) < 0 ||
              ph_disk_begin(access) != PH_OK;
    if (!bad)
        *file = H5Fcreate(path, H5F_ACC_TRUNC, create, access);
    ph_status status = *file < 0 ? ph_h5_error("create %s", path) : PH_OK;
    if (create >= 0)
        H5Pclose(create);
    if (access >= 0)
        H5Pclose(access);
    return status;
}

ph_status ph_h5_open(const char *path, hid_t *file)
{
    *file = -1;
    PH_TRY(quiet());
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (access >= 0 && H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0 &&
        ph_disk_begin(access) == PH_OK)
        *file = H5Fopen(path, H5F_ACC_RDONLY, access);
    ph_status status = *file < 0 ? ph_h5_error("open %s", path) : PH_OK;
    if (access >= 0)
        H5Pclose(access);
    return status;
}

static ph_status sync_file(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    PH_CHECK(descriptor >= 0, PH_FILE, "cannot open %s: %s", path, strerror(errno));
    int failed = fsync(descriptor) != 0 && errno != EINVAL;
    int error = errno;
    if (close(descriptor) != 0 && !failed) {
        failed = 1;
        error = errno;
    }
    PH_CHECK(!failed, PH_FILE, "cannot write %s: %s", path, strerror(error));
    return PH_OK;
}

ph_status ph_h5_close(hid_t *file, const char *path)
{
    if (*file < 0)
        return PH_OK;
    int failed = path && (H5Fflush(*file, H5F_SCOPE_GLOBAL) < 0 || ph_disk_error());
    ph_status status = failed ? ph_h5_error("write %s", path) : PH_OK;
    failed = H5Fclose(*file) < 0;
    *file = -1;
    if ((failed || ph_disk_error()) && status == PH_OK && path)
        status = ph_h5_error("write %s", path);
    (void)H5Eclear2(H5E_DEFAULT);
    if (status == PH_OK && path)
        status = sync_file(path);
    return status;
}

ph_status ph_h5_group(hid_t parent, const char *name, hid_t *group)
{
    hid_t create = H5Pcreate(H5P_GROUP_CREATE);
    *group = -1;
    if (create >= 0 && H5Pset_obj_track_times(create, 0) >= 0)
        *group = H5Gcreate2(parent, name, H5P_DEFAULT, create, H5P_DEFAULT);
    ph_status status = *group < 0 ? ph_h5_error("create the group %s", name) : PH_OK;
    if (create >= 0)
        H5Pclose(create);
    return status;
}

/* --- attributes ------------------------------------------------------------------------------ */

static ph_status scalar_attribute(hid_t object, const char *name, hid_t file_type, hid_t type,
                                  const void *value)
{
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute =
        space < 0 ? -1 : H5Acreate2(object, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT);
    int failed = attribute < 0 || H5Awrite(attribute, type, value) < 0;
    ph_status status = failed ? ph_h5_error("write the attribute %s", name) : PH_OK;
    if (attribute >= 0)
        H5Aclose(attribute);
    if (space >= 0)
        H5Sclose(space);
    return status;
}

ph_status ph_h5_version(hid_t file)
{
    uint32_t magic = 0x0A7A, version[2] = {0, 1};
    hsize_t two = 2;
    hid_t scalar = H5Screate(H5S_SCALAR), pair = H5Screate_simple(1, &two, NULL);
    PH_H5(scalar, "write the attribute version");
    PH_H5(pair, "write the attribute version");
    hid_t a = H5Acreate2(file, "magic", H5T_STD_U32LE, scalar, H5P_DEFAULT, H5P_DEFAULT);
    PH_H5(a, "write the attribute magic");
    hid_t b = H5Acreate2(file, "version", H5T_STD_U32LE, pair, H5P_DEFAULT, H5P_DEFAULT);
    PH_H5(b, "write the attribute version");
    PH_H5(H5Awrite(a, H5T_NATIVE_UINT32, &magic), "write the attribute magic");
    PH_H5(H5Awrite(b, H5T_NATIVE_UINT32, version), "write the attribute version");
    H5Aclose(a);
    H5Aclose(b);
    H5Sclose(scalar);
    H5Sclose(pair);
    return PH_OK;
}

/* A string of fixed length (at least one byte), padded with zeros. */
static hid_t text_type(size_t bytes)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type < 0 || H5Tset_size(type, bytes ? bytes : 1) < 0 ||
        H5Tset_strpad(type, H5T_STR_NULLPAD) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0)
        return -1;
    return type;
}

ph_status ph_h5_text(hid_t object, const char *name, const char *value)
{
    hid_t type = text_type(strlen(value));
    PH_H5(type, "make the type of the attribute %s", name);
    ph_status status = scalar_attribute(object, name, type, type, value);
    H5Tclose(type);
    return status;
}

ph_status ph_h5_variable_text(hid_t object, const char *name, const char *value)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    int failed = type < 0 || H5Tset_size(type, H5T_VARIABLE) < 0 ||
                 H5Tset_cset(type, H5T_CSET_UTF8) < 0;
    ph_status status = failed ? ph_h5_error("make the type of the attribute %s", name)
                              : scalar_attribute(object, name, type, type, &value);
    if (type >= 0)
        H5Tclose(type);
    return status;
}

ph_status ph_h5_int(hid_t object, const char *name, int64_t value)
{
    return scalar_attribute(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, &value);
}

ph_status ph_h5_real(hid_t object, const char *name, double value)
{
    return scalar_attribute(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value);
}

/* --- texts as datasets ----------------------------------------------------------------------- */

static ph_status text_dataset(hid_t parent, const char *name, hid_t type, hid_t space,
                              const void *bytes, const char *description)
{
    hid_t create = H5Pcreate(H5P_DATASET_CREATE);
    hid_t dataset = -1;
    if (create >= 0 && type >= 0 && space >= 0 && H5Pset_obj_track_times(create, 0) >= 0)
        dataset = H5Dcreate2(parent, name, type, space, H5P_DEFAULT, create, H5P_DEFAULT);
    int failed =
        dataset < 0 || H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes) < 0;
    ph_status status = failed ? ph_h5_error("write the dataset %s", name) : PH_OK;
    if (status == PH_OK)
        status = ph_h5_text(dataset, "unit", "1");
    if (status == PH_OK)
        status = ph_h5_text(dataset, "description", description);
    if (dataset >= 0)
        H5Dclose(dataset);
    if (create >= 0)
        H5Pclose(create);
    return status;
}

ph_status ph_h5_long_text(hid_t parent, const char *name, const char *value,
                          const char *description)
{
    hid_t type = text_type(strlen(value)), space = H5Screate(H5S_SCALAR);
    ph_status status = text_dataset(parent, name, type, space, value, description);
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    return status;
}

ph_status ph_h5_texts(hid_t parent, const char *name, const char *const *values, int n,
                      const char *description)
{
    size_t width = 1;
    for (int i = 0; i < n; i++)
        width = strlen(values[i]) > width ? strlen(values[i]) : width;
    char *bytes;
    PH_ALLOC(bytes, (size_t)n * width);
    for (int i = 0; i < n; i++)
        memcpy(bytes + (size_t)i * width, values[i], strlen(values[i]));
    hsize_t length = (hsize_t)n;
    hid_t type = text_type(width), space = H5Screate_simple(1, &length, NULL);
    ph_status status = text_dataset(parent, name, type, space, bytes, description);
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    ph_free(bytes);
    return status;
}

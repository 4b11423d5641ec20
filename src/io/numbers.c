/* SPDX-License-Identifier: Apache-2.0 */
/* Reading HDF5 files of others: nothing is taken for granted about types and shapes. */
#include "io/numbers.h"

#include "base/memory.h"
#include "io/h5.h"
#include "io/raw.h"

#include <fcntl.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME_BYTES 1024

struct ph_h5_source {
    hid_t file;
    int descriptor; /* the same file, for numbers that are read past HDF5; -1: none are */
    char *path;
};

struct ph_numbers {
    hid_t dataset;
    int64_t rows, width;
    int dimensions;
    int is_integer, is_float; /* float: real, of 4 bytes */
    int descriptor; /* borrowed from the source */
    ph_raw raw;
    const char *path; /* of the file; borrowed from the source */
    char name[NAME_BYTES];
};

/* --- files ------------------------------------------------------------------------------------ */

static ph_status open_source(const char *path, ph_h5_source *source)
{
    source->file = source->descriptor = -1;
    source->path = ph_strdup(path);
    PH_CHECK(source->path, PH_RESOURCE, "out of memory: %s", path);
    PH_TRY(ph_h5_open(path, &source->file));
    source->descriptor = open(path, O_RDONLY | O_CLOEXEC);
    return PH_OK;
}

ph_status ph_h5_source_open(const char *path, ph_h5_source **out)
{
    ph_status status;
    *out = NULL;
    ph_h5_source *source;
    PH_ALLOC(source, 1);
#pragma omp critical(ph_hdf5)
    status = open_source(path, source);
    *out = source;
    if (status != PH_OK)
        ph_h5_source_close(out);
    return status;
}

void ph_h5_source_close(ph_h5_source **source)
{
    if (!*source)
        return;
#pragma omp critical(ph_hdf5)
    (void)ph_h5_close(&(*source)->file, NULL); /* only read */
    if ((*source)->descriptor >= 0)
        (void)close((*source)->descriptor); /* only read */
    ph_free((*source)->path);
    ph_free(*source);
    *source = NULL;
}

/* HDF5 wants every group on the way to be there before it answers for the last. */
static int has(hid_t file, const char *name)
{
    char part[NAME_BYTES];
    size_t n = strlen(name);
    if (n == 0 || n >= sizeof part)
        return 0;
    for (size_t i = 1; i <= n; i++) {
        if (name[i] != '/' && name[i] != '\0')
            continue;
        memcpy(part, name, i);
        part[i] = '\0';
        if (H5Lexists(file, part, H5P_DEFAULT) <= 0)
            return 0;
    }
    return H5Oexists_by_name(file, name, H5P_DEFAULT) > 0;
}

int ph_h5_source_has(const ph_h5_source *source, const char *name)
{
    int found;
#pragma omp critical(ph_hdf5)
    found = has(source->file, name);
    return found;
}

/* n texts of at most `width` bytes behind as many pointers, in one piece of memory. */
static ph_status allocate_texts(int64_t n, size_t width, char ***texts)
{
    char *memory;
    PH_ALLOC(memory, (size_t)n * (sizeof(char *) + width + 1) + 1);
    *texts = (char **)(void *)memory;
    for (int64_t i = 0; i < n; i++)
        (*texts)[i] = memory + (size_t)n * sizeof(char *) + (size_t)i * (width + 1);
    return PH_OK;
}

static ph_status list_members(hid_t file, const char *path, const char *group, char ***names,
                              int *n)
{
    H5G_info_t info;
    *n = 0;
    if (!has(file, group))
        return allocate_texts(0, 0, names);
    PH_H5(H5Gget_info_by_name(file, group, &info, H5P_DEFAULT), "list %s of %s", group, path);
    PH_CHECK(info.nlinks < 1000000, PH_FILE, "%s: %s has too many members", path, group);
    PH_TRY(allocate_texts((int64_t)info.nlinks, NAME_BYTES, names));
    for (hsize_t i = 0; i < info.nlinks; i++)
        PH_H5(H5Lget_name_by_idx(file, group, H5_INDEX_NAME, H5_ITER_INC, i, (*names)[i],
                                 NAME_BYTES, H5P_DEFAULT),
              "list %s of %s", group, path);
    *n = (int)info.nlinks;
    return PH_OK;
}

ph_status ph_h5_source_members(const ph_h5_source *source, const char *group, char ***names,
                               int *n)
{
    ph_status status;
    *names = NULL;
#pragma omp critical(ph_hdf5)
    status = list_members(source->file, source->path, group, names, n);
    if (status != PH_OK) {
        ph_free(*names);
        *names = NULL;
    }
    return status;
}

/* --- texts ------------------------------------------------------------------------------------ */

static ph_status read_text(hid_t attribute, hid_t type, char *text, size_t room)
{
    if (H5Tis_variable_str(type) > 0) {
        char *value = NULL;
        PH_H5(H5Aread(attribute, type, &value), "read an attribute");
        snprintf(text, room, "%s", value ? value : "");
        (void)H5free_memory(value);
        return PH_OK;
    }
    size_t bytes = H5Tget_size(type);
    char *value;
    PH_ALLOC(value, bytes + 1);
    ph_status status =
        H5Aread(attribute, type, value) < 0 ? ph_h5_error("read an attribute") : PH_OK;
    snprintf(text, room, "%s", value);
    ph_free(value);
    return status;
}

static ph_status read_attribute(const ph_h5_source *source, const char *name,
                                const char *attribute, char *text, size_t room)
{
    text[0] = '\0';
    if (!has(source->file, name) ||
        H5Aexists_by_name(source->file, name, attribute, H5P_DEFAULT) <= 0)
        return PH_OK;
    hid_t opened = H5Aopen_by_name(source->file, name, attribute, H5P_DEFAULT, H5P_DEFAULT);
    PH_H5(opened, "read the attribute %s of %s", attribute, source->path);
    hid_t type = H5Aget_type(opened), space = H5Aget_space(opened);
    ph_status status = PH_OK;
    if (type >= 0 && space >= 0 && H5Tget_class(type) == H5T_STRING &&
        H5Sget_simple_extent_npoints(space) == 1)
        status = read_text(opened, type, text, room);
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    H5Aclose(opened);
    return status == PH_OK ? PH_OK
                           : ph_error_context(status, "%s: %s: ", source->path, name);
}

ph_status ph_h5_source_attribute(const ph_h5_source *source, const char *name,
                                 const char *attribute, char *text, size_t room)
{
    ph_status status;
#pragma omp critical(ph_hdf5)
    status = read_attribute(source, name, attribute, text, room);
    return status;
}

/* The strings of variable length of a dataset, copied. */
static ph_status copy_variable(hid_t dataset, hid_t type, hid_t space, int64_t n, char ***texts)
{
    char **values;
    size_t width = 0;
    PH_ALLOC(values, n + 1);
    ph_status status = H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0
                           ? ph_h5_error("read texts")
                           : PH_OK;
    for (int64_t i = 0; status == PH_OK && i < n; i++)
        width = values[i] && strlen(values[i]) > width ? strlen(values[i]) : width;
    if (status == PH_OK)
        status = allocate_texts(n, width, texts);
    for (int64_t i = 0; status == PH_OK && i < n; i++)
        snprintf((*texts)[i], width + 1, "%s", values[i] ? values[i] : "");
    (void)H5Dvlen_reclaim(type, space, H5P_DEFAULT, values);
    ph_free(values);
    return status;
}

static ph_status copy_fixed(hid_t dataset, hid_t type, int64_t n, char ***texts)
{
    size_t width = H5Tget_size(type);
    char *bytes;
    PH_ALLOC(bytes, (size_t)n * width + 1);
    ph_status status = H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes) < 0
                           ? ph_h5_error("read texts")
                           : PH_OK;
    if (status == PH_OK)
        status = allocate_texts(n, width, texts);
    for (int64_t i = 0; status == PH_OK && i < n; i++)
        memcpy((*texts)[i], bytes + (size_t)i * width, width);
    ph_free(bytes);
    return status;
}

static ph_status read_texts(const ph_h5_source *source, const char *name, char ***texts, int *n)
{
    hid_t dataset = H5Dopen2(source->file, name, H5P_DEFAULT);
    PH_H5(dataset, "read %s of %s", name, source->path);
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    ph_status status = PH_OK;
    if (type < 0 || space < 0 || H5Tget_class(type) != H5T_STRING)
        status = ph_error(PH_FILE, "%s: %s holds no texts", source->path, name);
    int64_t count = status == PH_OK ? (int64_t)H5Sget_simple_extent_npoints(space) : 0;
    if (status == PH_OK && (count < 0 || count > 10000000))
        status = ph_error(PH_FILE, "%s: %s has too many texts", source->path, name);
    *n = (int)count;
    if (status == PH_OK)
        status = H5Tis_variable_str(type) > 0 ? copy_variable(dataset, type, space, count, texts)
                                              : copy_fixed(dataset, type, count, texts);
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    H5Dclose(dataset);
    return status;
}

ph_status ph_h5_source_texts(const ph_h5_source *source, const char *name, char ***texts, int *n)
{
    ph_status status;
    *texts = NULL;
#pragma omp critical(ph_hdf5)
    status = read_texts(source, name, texts, n);
    return status;
}

/* --- numbers ---------------------------------------------------------------------------------- */

static ph_status look_at(ph_numbers *numbers)
{
    hsize_t shape[2] = {1, 1};
    hid_t type = H5Dget_type(numbers->dataset), space = H5Dget_space(numbers->dataset);
    H5T_class_t class = type < 0 ? H5T_NO_CLASS : H5Tget_class(type);
    numbers->dimensions = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
    int is_known = numbers->dimensions == 1 || numbers->dimensions == 2;
    if (is_known)
        is_known = H5Sget_simple_extent_dims(space, shape, NULL) >= 0;
    size_t bytes = type < 0 ? 0 : H5Tget_size(type);
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    PH_CHECK(class == H5T_INTEGER || class == H5T_ENUM || class == H5T_FLOAT, PH_FILE,
             "%s: %s holds no numbers", numbers->path, numbers->name);
    PH_CHECK(is_known, PH_FILE, "%s: %s is no list of numbers", numbers->path, numbers->name);
    numbers->is_integer = class != H5T_FLOAT;
    numbers->is_float = class == H5T_FLOAT && bytes == 4;
    numbers->rows = (int64_t)shape[0];
    numbers->width = (int64_t)shape[1];
    return PH_OK;
}

static ph_status open_numbers(const ph_h5_source *source, const char *name, ph_numbers *numbers)
{
    numbers->dataset = -1;
    numbers->path = source->path;
    snprintf(numbers->name, sizeof numbers->name, "%s", name);
    PH_CHECK(has(source->file, name), PH_FILE, "%s: there is no %s", source->path, name);
    numbers->dataset = H5Dopen2(source->file, name, H5P_DEFAULT);
    PH_H5(numbers->dataset, "read %s of %s", name, source->path);
    PH_TRY(look_at(numbers));
    numbers->descriptor = source->descriptor;
    if (numbers->descriptor >= 0)
        numbers->raw = ph_raw_of(numbers->descriptor, numbers->dataset);
    return PH_OK;
}

ph_status ph_numbers_open(const ph_h5_source *source, const char *name, ph_numbers **out)
{
    ph_status status;
    *out = NULL;
    ph_numbers *numbers;
    PH_ALLOC(numbers, 1);
#pragma omp critical(ph_hdf5)
    status = open_numbers(source, name, numbers);
    *out = numbers;
    if (status != PH_OK)
        ph_numbers_close(out);
    return status;
}

static ph_status check_column(const ph_numbers *numbers, int64_t rows)
{
    PH_CHECK(numbers->width == 1, PH_FILE, "%s: %s has %lld numbers in each row; 1 is expected",
             numbers->path, numbers->name, (long long)numbers->width);
    PH_CHECK(rows < 0 || numbers->rows == rows, PH_FILE,
             "%s: %s has %lld rows; %lld are expected", numbers->path, numbers->name,
             (long long)numbers->rows, (long long)rows);
    return PH_OK;
}

ph_status ph_numbers_open_column(const ph_h5_source *source, const char *name, int64_t rows,
                                 ph_numbers **numbers)
{
    PH_TRY(ph_numbers_open(source, name, numbers));
    ph_status status = check_column(*numbers, rows);
    if (status != PH_OK)
        ph_numbers_close(numbers);
    return status;
}

void ph_numbers_close(ph_numbers **numbers)
{
    if (!*numbers)
        return;
#pragma omp critical(ph_hdf5)
    if ((*numbers)->dataset >= 0)
        H5Dclose((*numbers)->dataset);
    ph_free(*numbers);
    *numbers = NULL;
}

int64_t ph_numbers_rows(const ph_numbers *numbers)
{
    return numbers->rows;
}

int64_t ph_numbers_width(const ph_numbers *numbers)
{
    return numbers->width;
}

int ph_numbers_are_floats(const ph_numbers *numbers)
{
    return numbers->is_float;
}

static ph_status check_rows(const ph_numbers *numbers, int64_t first, int64_t n)
{
    int is_in = first >= 0 && first < numbers->rows;
    PH_CHECK(n == 0 || (is_in && n > 0 && n <= numbers->rows - first), PH_FILE,
             "%s: %s has %lld rows; row %lld is asked for", numbers->path, numbers->name,
             (long long)numbers->rows, (long long)(is_in ? numbers->rows : first));
    return PH_OK;
}

static ph_status read_rows(const ph_numbers *numbers, int64_t first, int64_t n, hid_t type,
                           void *out)
{
    if (n == 0)
        return PH_OK;
    hsize_t start[2] = {(hsize_t)first, 0}, count[2] = {(hsize_t)n, (hsize_t)numbers->width};
    hid_t space = H5Dget_space(numbers->dataset);
    hid_t memory = H5Screate_simple(numbers->dimensions, count, NULL);
    int failed = space < 0 || memory < 0 ||
                 H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) < 0 ||
                 H5Dread(numbers->dataset, type, memory, space, H5P_DEFAULT, out) < 0;
    ph_status status =
        failed ? ph_h5_error("read %s of %s", numbers->name, numbers->path) : PH_OK;
    if (space >= 0)
        H5Sclose(space);
    if (memory >= 0)
        H5Sclose(memory);
    return status;
}

static ph_status in_words(const ph_numbers *numbers, ph_status status)
{
    return status == PH_OK ? PH_OK
                           : ph_error_context(status, "%s: cannot read %s: ", numbers->path,
                                              numbers->name);
}

ph_status ph_numbers_ints(const ph_numbers *numbers, int64_t first, int64_t n, int64_t *out)
{
    ph_status status;
    PH_CHECK(numbers->is_integer, PH_FILE, "%s: %s holds real numbers; integers are expected",
             numbers->path, numbers->name);
    PH_TRY(check_rows(numbers, first, n));
    if (numbers->raw.kind != PH_RAW_NONE)
        return in_words(numbers, ph_raw_ints(numbers->descriptor, &numbers->raw,
                                             first * numbers->width, n * numbers->width, out));
#pragma omp critical(ph_hdf5)
    status = read_rows(numbers, first, n, H5T_NATIVE_INT64, out);
    return status;
}

ph_status ph_numbers_reals(const ph_numbers *numbers, int64_t first, int64_t n, double *out)
{
    ph_status status;
    PH_TRY(check_rows(numbers, first, n));
    if (numbers->raw.kind != PH_RAW_NONE)
        return in_words(numbers, ph_raw_reals(numbers->descriptor, &numbers->raw,
                                              first * numbers->width, n * numbers->width, out));
#pragma omp critical(ph_hdf5)
    status = read_rows(numbers, first, n, H5T_NATIVE_DOUBLE, out);
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Columns: datasets that are written front to back through a small buffer. */
#include "io/h5.h"

#include <string.h>

#define PACKED_PIECE 65536 /* elements */

static size_t size_of(ph_type type)
{
    switch (type) {
    case PH_I8:
        return 1;
    case PH_F32:
    case PH_I32:
    case PH_U32:
        return 4;
    default:
        return 8;
    }
}

static hid_t in_memory(ph_type type)
{
    hid_t types[] = {H5T_NATIVE_FLOAT, H5T_NATIVE_DOUBLE, H5T_NATIVE_INT8,  H5T_NATIVE_INT32,
                     H5T_NATIVE_INT64, H5T_NATIVE_UINT32, H5T_NATIVE_UINT64};
    return types[type];
}

static hid_t in_file(ph_type type)
{
    hid_t types[] = {H5T_IEEE_F32LE, H5T_IEEE_F64LE, H5T_STD_I8LE,  H5T_STD_I32LE,
                     H5T_STD_I64LE,  H5T_STD_U32LE,  H5T_STD_U64LE};
    return types[type];
}

/* Pieces fit HDF5's cache; what is shorter than one, or has no filter, stays contiguous. */
static int pack(hid_t create, int64_t length)
{
    hsize_t piece = PACKED_PIECE;
    if (length <= PACKED_PIECE || H5Zfilter_avail(H5Z_FILTER_DEFLATE) <= 0)
        return 1;
    return H5Pset_chunk(create, 1, &piece) >= 0 && H5Pset_shuffle(create) >= 0 &&
           H5Pset_deflate(create, 1) >= 0;
}

static ph_status open_column(hid_t parent, const ph_column_info *info, int64_t length, int64_t row,
                             int packed, ph_column *column)
{
    *column = (ph_column){.dataset = -1,
                          .type = info->type,
                          .length = (hsize_t)length,
                          .name = info->name};
    hsize_t shape[2] = {(hsize_t)(row ? length / row : length), (hsize_t)row};
    hid_t space = H5Screate_simple(row ? 2 : 1, shape, NULL);
    hid_t create = H5Pcreate(H5P_DATASET_CREATE);
    if (space >= 0 && create >= 0 && H5Pset_obj_track_times(create, 0) >= 0 &&
        H5Pset_fill_time(create, H5D_FILL_TIME_NEVER) >= 0 &&
        (!packed || pack(create, length)))
        column->dataset = H5Dcreate2(parent, info->name, in_file(info->type), space, H5P_DEFAULT,
                                     create, H5P_DEFAULT);
    ph_status status =
        column->dataset < 0 ? ph_h5_error("create the dataset %s", info->name) : PH_OK;
    if (space >= 0)
        H5Sclose(space);
    if (create >= 0)
        H5Pclose(create);
    PH_TRY(status);
    PH_TRY(ph_h5_text(column->dataset, "unit", info->unit));
    return ph_h5_text(column->dataset, "description", info->description);
}

ph_status ph_column_open(hid_t parent, const ph_column_info *info, int64_t length, int64_t row,
                         ph_column *column)
{
    return open_column(parent, info, length, row, 0, column);
}

ph_status ph_column_open_packed(hid_t parent, const ph_column_info *info, int64_t length,
                                ph_column *column)
{
    return open_column(parent, info, length, 0, 1, column);
}

/* The buffer as the next elements; a matrix is written as whole rows or parts of one. */
static ph_status select_next(hid_t space, const ph_column *column, hsize_t begin, hsize_t *count)
{
    hsize_t shape[2] = {0, 1};
    int rank = H5Sget_simple_extent_dims(space, shape, NULL);
    PH_H5(rank, "select from %s", column->name);
    hsize_t row = rank == 2 ? shape[1] : 1;
    hsize_t start[2] = {begin / row, begin % row}, extent[2] = {1, row};
    if (start[1] == 0 && *count >= row)
        extent[0] = *count / row;
    else
        extent[1] = *count < row - start[1] ? *count : row - start[1];
    *count = extent[0] * extent[1];
    PH_H5(H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, extent, NULL),
          "select from %s", column->name);
    return PH_OK;
}

static ph_status write_piece(ph_column *column, const char *bytes, hsize_t left, hsize_t *count)
{
    hid_t space = H5Dget_space(column->dataset);
    PH_H5(space, "select from %s", column->name);
    *count = left;
    ph_status status = select_next(space, column, column->written, count);
    hid_t memory = status == PH_OK ? H5Screate_simple(1, count, NULL) : -1;
    if (status == PH_OK &&
        (memory < 0 || H5Dwrite(column->dataset, in_memory(column->type), memory, space,
                                H5P_DEFAULT, bytes) < 0))
        status = ph_h5_error("write the dataset %s", column->name);
    if (memory >= 0)
        H5Sclose(memory);
    H5Sclose(space);
    PH_CHECK(status != PH_OK || !ph_disk_error(), PH_FILE, "cannot write the dataset %s: %s",
             column->name, strerror(ph_disk_error()));
    return status;
}

static ph_status write_buffer(ph_column *column)
{
    const char *bytes = column->buffer;
    while (column->filled > 0) {
        hsize_t count;
        PH_TRY(write_piece(column, bytes, column->filled, &count));
        bytes += (size_t)count * size_of(column->type);
        column->written += count;
        column->filled -= (size_t)count;
    }
    return PH_OK;
}

static ph_status append(ph_column *column, const void *element)
{
    size_t size = size_of(column->type);
    if (column->filled == PH_COLUMN_BYTES / size)
        PH_TRY(write_buffer(column));
    PH_CHECK(column->written + column->filled < column->length, PH_FAILURE,
             "the dataset %s has more values than were counted", column->name);
    memcpy(column->buffer + column->filled++ * size, element, size);
    return PH_OK;
}

ph_status ph_column_real(ph_column *column, double value)
{
    float narrow = (float)value;
    return column->type == PH_F32 ? append(column, &narrow) : append(column, &value);
}

ph_status ph_column_int(ph_column *column, int64_t value)
{
    int8_t byte = (int8_t)value;
    uint32_t word = (uint32_t)value;
    switch (size_of(column->type)) {
    case 1:
        return append(column, &byte);
    case 4:
        return append(column, &word);
    default:
        return append(column, &value);
    }
}

ph_status ph_column_close(ph_column *column)
{
    PH_TRY(write_buffer(column));
    PH_CHECK(column->written == column->length, PH_FAILURE,
             "the dataset %s has fewer values than were counted", column->name);
    hid_t dataset = column->dataset;
    column->dataset = -1;
    PH_H5(H5Dclose(dataset), "close the dataset %s", column->name);
    return PH_OK;
}

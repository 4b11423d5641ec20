/* SPDX-License-Identifier: Apache-2.0 */
/* Reading numbers of a file in pieces that stay in cache, and widening them. */
#include "io/raw.h"

#include "io/bytes.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE_BYTES 65536
#define AHEAD_BYTES ((off_t)8 << 20) /* that the system is asked to read while this is looked at */

static ph_raw_kind kind_of(hid_t type)
{
    static const int sizes[] = {1, 2, 4, 8};
    hid_t native = H5Tget_native_type(type, H5T_DIR_ASCEND);
    ph_raw_kind kind = PH_RAW_NONE;
    int is_known = 0;
    for (int i = 0; i < 4; i++)
        is_known |= H5Tget_size(type) == (size_t)sizes[i];
    if (is_known && native >= 0 && H5Tequal(native, type) > 0) {
        if (H5Tget_class(type) == H5T_INTEGER)
            kind = H5Tget_sign(type) == H5T_SGN_NONE ? PH_RAW_UNSIGNED : PH_RAW_SIGNED;
        else if (H5Tget_class(type) == H5T_FLOAT && H5Tget_size(type) >= 4)
            kind = PH_RAW_REAL;
    }
    if (native >= 0)
        H5Tclose(native);
    return kind;
}

static int is_contiguous(hid_t dataset)
{
    hid_t create = H5Dget_create_plist(dataset);
    int is = create >= 0 && H5Pget_layout(create) == H5D_CONTIGUOUS &&
             H5Pget_external_count(create) == 0;
    if (create >= 0)
        H5Pclose(create);
    return is;
}

/* Links may lead to other files, where the dataset has its place. */
static int is_in_file(int file, hid_t dataset)
{
    char name[PATH_MAX];
    struct stat own, other;
    ssize_t n = H5Fget_name(dataset, name, sizeof name);
    return n > 0 && (size_t)n < sizeof name && fstat(file, &own) == 0 && stat(name, &other) == 0 &&
           own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

ph_raw ph_raw_of(int file, hid_t dataset)
{
    ph_raw raw = {PH_RAW_NONE, 0, 0};
    haddr_t offset = H5Dget_offset(dataset);
    hid_t type = H5Dget_type(dataset);
    if (type >= 0 && offset != HADDR_UNDEF && is_contiguous(dataset) &&
        is_in_file(file, dataset))
        raw = (ph_raw){kind_of(type), (int)H5Tget_size(type), (int64_t)offset};
    if (type >= 0)
        H5Tclose(type);
    (void)H5Eclear2(H5E_DEFAULT); /* of datasets that have no place */
    return raw;
}

static ph_status read_bytes(int file, int64_t offset, size_t bytes, char *out)
{
    int error = ph_bytes_read(file, out, bytes, offset, NULL);
    PH_CHECK(!error, PH_FILE, "%s",
             error < 0 ? "the file ends before its numbers do" : ph_bytes_error(error));
    return PH_OK;
}

/* A piece of a column; what lies behind it will be asked for next. */
static ph_status read_piece(int file, const ph_raw *raw, int64_t first, int64_t n, char *out)
{
    off_t begin = (off_t)(raw->offset + first * raw->bytes);
    off_t end = begin + (off_t)(n * raw->bytes);
    if (begin / AHEAD_BYTES != end / AHEAD_BYTES || first == 0)
        (void)posix_fadvise(file, end, AHEAD_BYTES, POSIX_FADV_WILLNEED); /* a wish */
    return read_bytes(file, begin, (size_t)(n * raw->bytes), out);
}

/* Numbers of one type of the file as those of another. */
#define WIDEN(type)                                                                                \
    do {                                                                                           \
        for (int64_t i = 0; i < n; i++) {                                                          \
            type value;                                                                            \
            memcpy(&value, piece + (size_t)i * sizeof value, sizeof value);                        \
            out[i] = (target)value;                                                                \
        }                                                                                          \
    } while (0)


static void widen_ints(const ph_raw *raw, const char *piece, int64_t n, int64_t *out)
{
    typedef int64_t target;
    int is_signed = raw->kind == PH_RAW_SIGNED;
    if (raw->bytes == 1 && is_signed)
        WIDEN(int8_t);
    else if (raw->bytes == 1)
        WIDEN(uint8_t);
    else if (raw->bytes == 2 && is_signed)
        WIDEN(int16_t);
    else if (raw->bytes == 2)
        WIDEN(uint16_t);
    else if (raw->bytes == 4 && is_signed)
        WIDEN(int32_t);
    else if (raw->bytes == 4)
        WIDEN(uint32_t);
    else
        WIDEN(int64_t); /* what is beyond is below 0 then, and no number of a node */
}

static void widen_reals(const ph_raw *raw, const char *piece, int64_t n, double *out)
{
    typedef double target;
    if (raw->kind == PH_RAW_REAL && raw->bytes == 4)
        WIDEN(float);
    else if (raw->kind == PH_RAW_REAL)
        WIDEN(double);
    else if (raw->kind == PH_RAW_UNSIGNED && raw->bytes == 8)
        WIDEN(uint64_t);
    else if (raw->bytes == 1 && raw->kind == PH_RAW_UNSIGNED)
        WIDEN(uint8_t);
    else if (raw->bytes == 1)
        WIDEN(int8_t);
    else if (raw->bytes == 2 && raw->kind == PH_RAW_UNSIGNED)
        WIDEN(uint16_t);
    else if (raw->bytes == 2)
        WIDEN(int16_t);
    else if (raw->bytes == 4 && raw->kind == PH_RAW_UNSIGNED)
        WIDEN(uint32_t);
    else if (raw->bytes == 4)
        WIDEN(int32_t);
    else
        WIDEN(int64_t);
}

ph_status ph_raw_ints(int file, const ph_raw *raw, int64_t first, int64_t n, int64_t *out)
{
    char piece[PIECE_BYTES];
    for (int64_t at = 0, here; at < n; at += here) {
        here = n - at < PIECE_BYTES / raw->bytes ? n - at : PIECE_BYTES / raw->bytes;
        PH_TRY(read_piece(file, raw, first + at, here, piece));
        widen_ints(raw, piece, here, out + at);
    }
    return PH_OK;
}

ph_status ph_raw_reals(int file, const ph_raw *raw, int64_t first, int64_t n, double *out)
{
    char piece[PIECE_BYTES];
    for (int64_t at = 0, here; at < n; at += here) {
        here = n - at < PIECE_BYTES / raw->bytes ? n - at : PIECE_BYTES / raw->bytes;
        PH_TRY(read_piece(file, raw, first + at, here, piece));
        widen_reals(raw, piece, here, out + at);
    }
    return PH_OK;
}

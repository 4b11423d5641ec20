/* SPDX-License-Identifier: Apache-2.0 */
/* Private to io: the layout of part files, and their reader. A part is a header, then blocks of
 * records of one stream each, every one with its own checksum. Nothing here is collective. */
#ifndef PHASIC_IO_PART_H
#define PHASIC_IO_PART_H

#include "io/checksum.h"
#include "io/stream.h"

#define PH_PART_MAGIC 0x5452415043495348u /* reads otherwise on a machine of other byte order */
#define PH_PART_VERSION 3
#define PH_BLOCK_MAGIC 0x4b434c42u

typedef struct ph_part_header {
    uint64_t magic;
    uint32_t version;
    int32_t rank;
    uint32_t record_bytes[PH_STREAMS]; /* sizes of the records */
    uint64_t checksum;                 /* of all that comes before */
} ph_part_header;

typedef struct ph_part_block {
    uint32_t magic;
    uint32_t stream;
    uint64_t records;
    uint64_t bytes;    /* of the records, which follow */
    uint64_t checksum; /* of the four fields above, then of the records */
} ph_part_block;

#define PH_PART_NAME 64

/** @brief The name of a part file within OUT/parts. */
void ph_part_name(char name[PH_PART_NAME], int rank, int segment);

/** @brief Bytes of a record of a stream. */
size_t ph_record_bytes(ph_stream stream);

/* What a scan found in a part file. */
typedef struct ph_part_extent {
    int64_t records[PH_STREAMS]; /* in whole blocks */
    int64_t end;                 /* bytes up to the first broken block */
    int broken;                  /* 1 when something follows it */
} ph_part_extent;

/** @brief Read a whole part file and find how much of it is sound.
 *  @return PH_FILE when it cannot be read or was written by another version; a header cut short
 *  by a kill is no error: the extent is then empty and broken */
ph_status ph_part_scan(const char *path, ph_part_extent *extent);

/** @brief Called with the records of each block, in order. */
typedef ph_status ph_part_visit(void *context, const void *records, size_t n);

/** @brief Hand the records of one stream to a function, up to the end that a scan has found. */
ph_status ph_part_read(const char *path, const ph_part_extent *extent, ph_stream stream,
                       ph_part_visit *visit, void *context);

/** @brief Called with the records of a block of any stream, in order. */
typedef ph_status ph_part_follow_visit(void *context, ph_stream stream, const void *records,
                                       size_t n);

/** @brief Hand on what has been written to a part file since the last time, while its run goes on.
 *  @param at in, out: bytes of it that have been handed on; 0 at first
 *  @return PH_FILE as ph_part_scan; a block that is not whole yet is no error */
ph_status ph_part_follow(const char *path, int64_t *at, ph_part_follow_visit *visit,
                         void *context);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of part files: it goes forward block by block and stops before a broken one. */
#include "io/part.h"

#include "base/memory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BLOCK_BYTES_MAX ((uint64_t)64 << 20) /* far above what is ever written */

typedef struct reader {
    FILE *file;
    const char *path;
    int64_t at;       /* bytes of the file up to here */
    char *records;    /* of the present block */
    size_t capacity;  /* bytes */
} reader;

/* Read n bytes. @param whole out: 0 when the file ends before */
static ph_status take(reader *r, void *bytes, size_t n, int *whole)
{
    size_t got = fread(bytes, 1, n, r->file);
    PH_CHECK(got == n || !ferror(r->file), PH_FILE, "cannot read %s: %s", r->path,
             strerror(errno));
    r->at += (int64_t)got;
    *whole = got == n;
    return PH_OK;
}

static ph_status read_header(reader *r, int *sound)
{
    ph_part_header header;
    PH_TRY(take(r, &header, sizeof header, sound));
    if (!*sound)
        return PH_OK;
    PH_CHECK(header.magic == PH_PART_MAGIC, PH_FILE, "%s is not a part file of phasic", r->path);
    PH_CHECK(header.version == PH_PART_VERSION, PH_FILE,
             "%s was written by another version of phasic (part files %u, here %d)", r->path,
             header.version, PH_PART_VERSION);
    *sound = header.checksum == ph_checksum(0, &header, offsetof(ph_part_header, checksum));
    for (int s = 0; s < PH_STREAMS && *sound; s++)
        PH_CHECK(header.record_bytes[s] == ph_record_bytes((ph_stream)s), PH_FILE,
                 "%s was written by another build of phasic (records of %u bytes, here %zu)",
                 r->path, header.record_bytes[s], ph_record_bytes((ph_stream)s));
    return PH_OK;
}

/* The next block's head. @param sound out: 0 at the end or when it makes no sense */
static ph_status read_head(reader *r, ph_part_block *block, int *sound)
{
    PH_TRY(take(r, block, sizeof *block, sound));
    *sound = *sound && block->magic == PH_BLOCK_MAGIC && block->stream < PH_STREAMS &&
             block->bytes <= BLOCK_BYTES_MAX &&
             block->bytes == block->records * ph_record_bytes((ph_stream)block->stream);
    return PH_OK;
}

static ph_status read_records(reader *r, const ph_part_block *block, int *whole)
{
    PH_GROW(r->records, r->capacity, block->bytes);
    return take(r, r->records, (size_t)block->bytes, whole);
}

static int is_sound(const reader *r, const ph_part_block *block)
{
    uint64_t sum = ph_checksum(0, block, offsetof(ph_part_block, checksum));
    return block->checksum == ph_checksum(sum, r->records, (size_t)block->bytes);
}

static ph_status scan(reader *r, ph_part_extent *extent)
{
    int sound;
    PH_TRY(read_header(r, &sound));
    while (sound) {
        extent->end = r->at;
        ph_part_block block;
        PH_TRY(read_head(r, &block, &sound));
        if (sound)
            PH_TRY(read_records(r, &block, &sound));
        sound = sound && is_sound(r, &block);
        if (sound)
            extent->records[block.stream] += (int64_t)block.records;
    }
    extent->broken = extent->end == 0 || r->at != extent->end || !feof(r->file);
    return PH_OK;
}

static ph_status visit_blocks(reader *r, const ph_part_extent *extent, ph_stream stream,
                              ph_part_visit *visit, void *context)
{
    if (extent->records[stream] == 0)
        return PH_OK;
    int sound;
    PH_TRY(read_header(r, &sound));
    while (sound && r->at < extent->end) {
        ph_part_block block;
        PH_TRY(read_head(r, &block, &sound));
        if (!sound)
            break;
        if (block.stream != (uint32_t)stream) {
            PH_CHECK(fseeko(r->file, (off_t)block.bytes, SEEK_CUR) == 0, PH_FILE,
                     "cannot read %s: %s", r->path, strerror(errno));
            r->at += (int64_t)block.bytes;
            continue;
        }
        PH_TRY(read_records(r, &block, &sound));
        if (sound)
            PH_TRY(visit(context, r->records, (size_t)block.records));
    }
    PH_CHECK(sound, PH_FILE, "%s has changed while it was read", r->path);
    return PH_OK;
}

static ph_status open_reader(const char *path, reader *r)
{
    *r = (reader){.file = fopen(path, "rb"), .path = path};
    PH_CHECK(r->file, PH_FILE, "cannot open %s: %s", path, strerror(errno));
    return PH_OK;
}

static void close_reader(reader *r)
{
    (void)fclose(r->file); /* only read: nothing can be lost */
    ph_free(r->records);
}

static ph_status follow(reader *r, int64_t *at, ph_part_follow_visit *visit, void *context)
{
    int sound = 1;
    if (*at == 0)
        PH_TRY(read_header(r, &sound));
    else
        PH_CHECK(fseeko(r->file, (off_t)*at, SEEK_SET) == 0, PH_FILE, "cannot read %s: %s",
                 r->path, strerror(errno));
    while (sound) {
        ph_part_block block;
        PH_TRY(read_head(r, &block, &sound));
        if (sound)
            PH_TRY(read_records(r, &block, &sound));
        sound = sound && is_sound(r, &block);
        if (!sound)
            break;
        PH_TRY(visit(context, (ph_stream)block.stream, r->records, (size_t)block.records));
        *at = ftello(r->file);
    }
    return PH_OK;
}

ph_status ph_part_follow(const char *path, int64_t *at, ph_part_follow_visit *visit,
                         void *context)
{
    reader r;
    PH_TRY(open_reader(path, &r));
    ph_status status = follow(&r, at, visit, context);
    close_reader(&r);
    return status;
}

ph_status ph_part_scan(const char *path, ph_part_extent *extent)
{
    reader r;
    *extent = (ph_part_extent){0};
    PH_TRY(open_reader(path, &r));
    ph_status status = scan(&r, extent);
    close_reader(&r);
    return status;
}

ph_status ph_part_read(const char *path, const ph_part_extent *extent, ph_stream stream,
                       ph_part_visit *visit, void *context)
{
    reader r;
    PH_TRY(open_reader(path, &r));
    ph_status status = visit_blocks(&r, extent, stream, visit, context);
    close_reader(&r);
    return status;
}

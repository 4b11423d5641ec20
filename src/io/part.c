/* SPDX-License-Identifier: Apache-2.0 */
/* The writer of a rank's part file: buffers per stream, written as checksummed blocks. */
#include "io/part.h"

#include "base/clock.h"
#include "base/memory.h"
#include "io/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_BYTES ((size_t)1 << 20)
#define FLUSH_SECONDS 1.0

typedef struct buffer {
    char *bytes;
    size_t capacity, filled; /* bytes */
} buffer;

struct ph_writer {
    int descriptor;
    int failed;         /* 1 after an error: what follows it in the file could not be read */
    double flushed_at;  /* ph_clock */
    char *path;
    buffer buffers[PH_STREAMS];
};

size_t ph_record_bytes(ph_stream stream)
{
    static const size_t bytes[PH_STREAMS] = {
        [PH_STREAM_SPIKES] = sizeof(ph_spike_record),
        [PH_STREAM_RATES] = sizeof(ph_rate_record),
        [PH_STREAM_V_M] = sizeof(ph_V_m_record),
        [PH_STREAM_WEIGHTS] = sizeof(ph_weight_record),
        [PH_STREAM_TRIALS] = sizeof(ph_trial),
        [PH_STREAM_MODULATORS] = sizeof(ph_modulator_record),
        [PH_STREAM_RECEPTORS] = sizeof(ph_receptor_record),
        [PH_STREAM_NUCLEI] = sizeof(ph_nucleus_record),
        [PH_STREAM_CONTROLLERS] = sizeof(ph_controller_record),
        [PH_STREAM_SOURCES] = sizeof(ph_source_record),
        [PH_STREAM_PHASES] = sizeof(ph_phase_record)};
    return bytes[stream];
}

/* Every byte, or an error in the user's words. */
static ph_status write_all(ph_writer *writer, const void *bytes, size_t n)
{
    PH_CHECK(!writer->failed, PH_FILE, "cannot write %s: it failed before", writer->path);
    int error = ph_bytes_write(writer->descriptor, bytes, n, PH_BYTES_NEXT);
    writer->failed = error != 0;
    PH_CHECK(!error, PH_FILE, "cannot write %s: %s", writer->path, ph_bytes_error(error));
    return PH_OK;
}

static ph_status write_block(ph_writer *writer, ph_stream stream, const void *records,
                             size_t bytes)
{
    ph_part_block block = {.magic = PH_BLOCK_MAGIC,
                           .stream = stream,
                           .records = bytes / ph_record_bytes(stream),
                           .bytes = bytes};
    block.checksum = ph_checksum(0, &block, offsetof(ph_part_block, checksum));
    block.checksum = ph_checksum(block.checksum, records, bytes);
    PH_TRY(write_all(writer, &block, sizeof block));
    return write_all(writer, records, bytes);
}

static ph_status write_buffer(ph_writer *writer, ph_stream stream)
{
    buffer *b = &writer->buffers[stream];
    if (b->filled == 0)
        return PH_OK;
    PH_TRY(write_block(writer, stream, b->bytes, b->filled));
    b->filled = 0;
    return PH_OK;
}

static ph_status write_header(ph_writer *writer, int rank)
{
    ph_part_header header = {
        .magic = PH_PART_MAGIC, .version = PH_PART_VERSION, .rank = rank};
    for (int s = 0; s < PH_STREAMS; s++)
        header.record_bytes[s] = (uint32_t)ph_record_bytes((ph_stream)s);
    header.checksum = ph_checksum(0, &header, offsetof(ph_part_header, checksum));
    return write_all(writer, &header, sizeof header);
}

void ph_part_name(char name[PH_PART_NAME], int rank, int segment)
{
    if (segment == 0)
        snprintf(name, PH_PART_NAME, "rank-%05d.part", rank);
    else
        snprintf(name, PH_PART_NAME, "rank-%05d.%03d.part", rank, segment);
}

static ph_status open_part(const char *out_folder, int rank, int segment, ph_writer *writer)
{
    char name[PH_PART_NAME];
    ph_part_name(name, rank, segment);
    size_t room = strlen(out_folder) + PH_PART_NAME + 10;
    PH_ALLOC(writer->path, room);
    snprintf(writer->path, room, "%s/parts", out_folder);
    PH_CHECK(mkdir(writer->path, 0777) == 0 || errno == EEXIST, PH_FILE,
             "cannot make the folder %s: %s", writer->path, strerror(errno));
    snprintf(writer->path, room, "%s/parts/%s", out_folder, name);
    writer->descriptor = open(writer->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    PH_CHECK(writer->descriptor >= 0, PH_FILE, "cannot create %s: %s", writer->path,
             strerror(errno));
    writer->flushed_at = ph_clock();
    return write_header(writer, rank);
}

static void free_writer(ph_writer *writer)
{
    for (int s = 0; s < PH_STREAMS; s++)
        ph_free(writer->buffers[s].bytes);
    ph_free(writer->path);
    ph_free(writer);
}

ph_status ph_writer_open(const char *out_folder, int rank, ph_writer **writer)
{
    return ph_writer_open_segment(out_folder, rank, 0, writer);
}

ph_status ph_writer_open_segment(const char *out_folder, int rank, int segment, ph_writer **writer)
{
    *writer = NULL;
    ph_writer *w;
    PH_ALLOC(w, 1);
    w->descriptor = -1;
    ph_status status = open_part(out_folder, rank, segment, w);
    if (status == PH_OK) {
        *writer = w;
        return PH_OK;
    }
    if (w->descriptor >= 0)
        (void)close(w->descriptor); /* the first error is the one to tell */
    free_writer(w);
    return status;
}

ph_status ph_writer_append(ph_writer *writer, ph_stream stream, const void *records, size_t n)
{
    if (!writer)
        return PH_OK;
    buffer *b = &writer->buffers[stream];
    size_t size = ph_record_bytes(stream), room = BUFFER_BYTES / size * size;
    const char *p = records;
    for (size_t left = n * size; left > 0;) {
        if (b->filled == room)
            PH_TRY(write_buffer(writer, stream));
        size_t step = left < room - b->filled ? left : room - b->filled;
        PH_GROW(b->bytes, b->capacity, b->filled + step);
        memcpy(b->bytes + b->filled, p, step);
        b->filled += step;
        p += step;
        left -= step;
    }
    return PH_OK;
}

ph_status ph_writer_flush(ph_writer *writer)
{
    for (int s = 0; s < PH_STREAMS; s++)
        PH_TRY(write_buffer(writer, (ph_stream)s));
    writer->flushed_at = ph_clock();
    return PH_OK;
}

ph_status ph_writer_flush_when_due(ph_writer *writer)
{
    /* Full buffers were written by append; what is left waits for its second. */
    if (!writer || ph_clock() - writer->flushed_at < FLUSH_SECONDS)
        return PH_OK;
    return ph_writer_flush(writer);
}

ph_status ph_writer_sync(ph_writer *writer, int64_t *bytes)
{
    PH_TRY(ph_writer_flush(writer));
    off_t end = lseek(writer->descriptor, 0, SEEK_CUR);
    PH_CHECK(end >= 0 && fsync(writer->descriptor) == 0, PH_FILE, "cannot write %s: %s",
             writer->path, strerror(errno));
    *bytes = (int64_t)end;
    return PH_OK;
}

ph_status ph_writer_close(ph_writer **out)
{
    ph_writer *writer = *out;
    *out = NULL;
    if (!writer)
        return PH_OK;
    /* After a failure that was told before, only the memory and the descriptor are given back. */
    ph_status status = writer->failed ? PH_OK : ph_writer_flush(writer);
    if (close(writer->descriptor) != 0 && status == PH_OK && !writer->failed)
        status = ph_error(PH_FILE, "cannot close %s: %s", writer->path, strerror(errno));
    free_writer(writer);
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of a checkpoint: written by each rank into its own file, and read from any. */
#include "io/checkpoint_files.h"

#include "base/memory.h"
#include "io/bytes.h"
#include "io/part.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const section_names[PH_SECTIONS] = {
    [PH_SECTION_ROOT] = "root",       [PH_SECTION_FIGURES] = "figures",
    [PH_SECTION_CONTEXT] = "context", [PH_SECTION_NEURON] = "neuron",
    [PH_SECTION_TRAIN] = "train",     [PH_SECTION_TARGET] = "target",
    [PH_SECTION_SYNAPSE] = "synapse", [PH_SECTION_ROW] = "row",
    [PH_SECTION_VISIT] = "visit",     [PH_SECTION_ECHO] = "echo",
    [PH_SECTION_SPIKE] = "spike"};

/* --- writing ---------------------------------------------------------------------------------- */

ph_status ph_checkpoint_write_block(ph_checkpoint *c, const ph_piece *piece,
                                    const ph_checkpoint_span *parts, int n_parts)
{
    ph_check_sum sum = ph_check_sum_begin(0);
    int64_t offset = c->written;
    for (int k = 0; k < n_parts; k++) {
        ph_check_sum_add(&sum, parts[k].bytes, parts[k].n);
        PH_TRY(ph_background_write(c->writer, parts[k].bytes, parts[k].n));
        c->written += (int64_t)parts[k].n;
    }
    PH_GROW(c->blocks, c->blocks_room, c->n_blocks + 1);
    c->blocks[c->n_blocks++] = (ph_checkpoint_block){.section = (int32_t)piece->section,
                                                     .index = piece->index,
                                                     .column = piece->column,
                                                     .file = c->rank,
                                                     .first = piece->first,
                                                     .count = piece->count,
                                                     .offset = offset,
                                                     .bytes = c->written - offset,
                                                     .checksum = ph_check_sum_end(&sum)};
    return PH_OK;
}

ph_status ph_checkpoint_write(ph_checkpoint *c, const ph_piece *piece, const void *bytes, size_t n)
{
    return ph_checkpoint_write_block(c, piece, &(ph_checkpoint_span){bytes, n}, 1);
}

/* --- reading ---------------------------------------------------------------------------------- */

static ph_status open_file(ph_checkpoint *c, int rank)
{
    if (c->file >= 0 && c->file_rank == rank)
        return PH_OK;
    if (c->file >= 0)
        (void)close(c->file); /* only read */
    char path[PH_CHECKPOINT_PATH];
    PH_TRY(ph_checkpoint_file(path, c->path, rank));
    c->file = open(path, O_RDONLY | O_CLOEXEC);
    PH_CHECK(c->file >= 0, PH_FILE, "cannot open %s: %s", path, strerror(errno));
    c->file_rank = rank;
    return PH_OK;
}

/* What a user can do about it. */
static ph_status damaged(const ph_checkpoint *c, const ph_checkpoint_block *block, const char *how)
{
    return ph_error(PH_FILE,
                    "the checkpoint %s is damaged: rank-%05d.state, at byte %lld (%s): %s; remove "
                    "the folder to go on from the checkpoint before it",
                    c->path, block->file, (long long)block->offset,
                    section_names[block->section], how);
}

static ph_status read_block(ph_checkpoint *c, const ph_checkpoint_block *block)
{
    PH_TRY(open_file(c, block->file));
    PH_GROW(c->buffer, c->buffer_room, block->bytes);
    int error = ph_bytes_read(c->file, c->buffer, (size_t)block->bytes, block->offset, NULL);
    if (error)
        return damaged(c, block, ph_bytes_error(error));
    if (ph_checksum(0, c->buffer, (size_t)block->bytes) != block->checksum)
        return damaged(c, block, "its checksum is wrong");
    return PH_OK;
}

/* By section, index and column. */
static int compare(const ph_checkpoint_block *block, const ph_piece *piece)
{
    if (block->section != (int32_t)piece->section)
        return block->section < (int32_t)piece->section ? -1 : 1;
    if (block->index != piece->index)
        return block->index < piece->index ? -1 : 1;
    return block->column < piece->column ? -1 : block->column > piece->column;
}

/* The first block of the piece's section, index and column, or beyond. Blocks are in order. */
static size_t first_of(const ph_checkpoint *c, const ph_piece *piece)
{
    size_t low = 0, high = c->n_blocks;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&c->blocks[middle], piece) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

ph_status ph_checkpoint_each(ph_checkpoint *c, const ph_piece *piece, ph_checkpoint_visit *visit,
                             void *context)
{
    for (size_t b = first_of(c, piece); b < c->n_blocks; b++) {
        const ph_checkpoint_block *block = &c->blocks[b];
        if (compare(block, piece) != 0)
            return PH_OK;
        if (block->first >= piece->first + piece->count ||
            piece->first >= block->first + block->count)
            continue;
        PH_TRY(read_block(c, block));
        ph_piece found = {piece->section, block->index, block->column, block->first, block->count};
        PH_TRY(visit(context, &found, c->buffer, (size_t)block->bytes));
    }
    return PH_OK;
}

/* --- both ------------------------------------------------------------------------------------- */

int ph_checkpoint_is_loading(const ph_checkpoint *c)
{
    return c->is_loading;
}

ph_status ph_checkpoint_misfit(const ph_checkpoint *c, const ph_piece *piece)
{
    return ph_error(PH_FILE,
                    "the checkpoint %s is of another brain: what it holds of '%s' (%d, column %d) "
                    "does not fit",
                    c->path, section_names[piece->section], piece->index, piece->column);
}

/* Elements that are being read. */
typedef struct elements {
    const ph_checkpoint *checkpoint;
    const ph_piece *piece;
    size_t size;
    char *to;
    int64_t found;
} elements;

static ph_status take_elements(void *context, const ph_piece *block, const void *bytes, size_t n)
{
    elements *e = context;
    const ph_piece *piece = e->piece;
    if (n != (size_t)block->count * e->size)
        return ph_checkpoint_misfit(e->checkpoint, piece);
    int64_t begin = block->first > piece->first ? block->first : piece->first;
    int64_t end = block->first + block->count < piece->first + piece->count
                      ? block->first + block->count
                      : piece->first + piece->count;
    memcpy(e->to + (size_t)(begin - piece->first) * e->size,
           (const char *)bytes + (size_t)(begin - block->first) * e->size,
           (size_t)(end - begin) * e->size);
    e->found += end - begin;
    return PH_OK;
}

ph_status ph_checkpoint_move(ph_checkpoint *c, const ph_piece *piece, size_t size, void *memory)
{
    if (c->is_loading) {
        elements e = {c, piece, size, memory, 0};
        PH_TRY(ph_checkpoint_each(c, piece, take_elements, &e));
        return e.found == piece->count ? PH_OK : ph_checkpoint_misfit(c, piece);
    }
    int64_t most = (int64_t)(PH_CHECKPOINT_BLOCK / size) + 1;
    for (int64_t done = 0; done < piece->count; done += most) {
        int64_t left = piece->count - done;
        ph_piece part = *piece;
        part.first += done;
        part.count = left < most ? left : most;
        PH_TRY(ph_checkpoint_write(c, &part, (const char *)memory + (size_t)done * size,
                                   (size_t)part.count * size));
    }
    return PH_OK;
}

ph_step ph_checkpoint_step(const ph_checkpoint *c)
{
    return c->step;
}

int ph_checkpoint_parts(const ph_checkpoint *c, const ph_part_end **ends)
{
    *ends = c->ends;
    return (int)c->n_ends;
}

void ph_checkpoint_close(ph_checkpoint **out)
{
    ph_checkpoint *c = *out;
    if (!c)
        return;
    (void)ph_background_end(&c->writer); /* there is one only after an error */
    if (c->file >= 0)
        (void)close(c->file); /* what was written is synced by the commit */
    ph_free(c->blocks);
    ph_free(c->buffer);
    ph_free(c->ends);
    ph_free(c->config);
    ph_free(c);
    *out = NULL;
}

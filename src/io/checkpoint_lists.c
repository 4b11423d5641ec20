/* SPDX-License-Identifier: Apache-2.0 */
/* Lists in a checkpoint: a block holds the lengths of its lists, then their items. */
#include "io/checkpoint_files.h"

#include "base/memory.h"

#include <string.h>

/* Bytes of the lengths, filled up so that the items go on where the checksum's strides do. */
static size_t head_bytes(int64_t n)
{
    return ((size_t)n * sizeof(uint32_t) + PH_SUM_STRIDE - 1) / PH_SUM_STRIDE * PH_SUM_STRIDE;
}

/* Lists from `from` on that make a block: at least one. */
static int64_t lists_of_block(const uint32_t *counts, int64_t from, int64_t n, size_t size,
                              size_t *bytes)
{
    int64_t to = from;
    size_t items = 0;
    while (to < n && (to == from || items + counts[to] * size <= PH_CHECKPOINT_BLOCK))
        items += counts[to++] * size;
    *bytes = items;
    return to - from;
}

ph_status ph_checkpoint_write_lists(ph_checkpoint *c, const ph_piece *piece,
                                    const uint32_t *counts, size_t size, const void *items)
{
    const char *next = items;
    for (int64_t from = 0, n; from < piece->count; from += n) {
        size_t bytes;
        n = lists_of_block(counts, from, piece->count, size, &bytes);
        size_t head = head_bytes(n);
        PH_GROW(c->buffer, c->buffer_room, head);
        memset(c->buffer, 0, head);
        memcpy(c->buffer, counts + from, (size_t)n * sizeof *counts);
        ph_piece block = *piece;
        block.first += from;
        block.count = n;
        const ph_checkpoint_span parts[] = {{c->buffer, head}, {next, bytes}};
        PH_TRY(ph_checkpoint_write_block(c, &block, parts, 2));
        next += bytes;
    }
    return PH_OK;
}

/* Lists that are being read. */
typedef struct lists {
    const ph_checkpoint *checkpoint;
    const ph_piece *piece;
    size_t size;
    ph_list_visit *visit;
    void *context;
    int64_t found;
} lists;

static ph_status take_lists(void *context, const ph_piece *block, const void *bytes, size_t n)
{
    lists *l = context;
    const ph_piece *piece = l->piece;
    const uint32_t *counts = bytes;
    size_t head = head_bytes(block->count), items = 0, at = head;
    for (int64_t i = 0; i < block->count && head <= n; i++)
        items += counts[i];
    if (head + items * l->size != n)
        return ph_checkpoint_misfit(l->checkpoint, piece);
    for (int64_t i = 0; i < block->count; at += counts[i++] * l->size) {
        int64_t element = block->first + i;
        if (element < piece->first || element >= piece->first + piece->count)
            continue;
        PH_TRY(l->visit(l->context, element, (const char *)bytes + at, counts[i]));
        l->found++;
    }
    return PH_OK;
}

ph_status ph_checkpoint_read_lists(ph_checkpoint *c, const ph_piece *piece, size_t size,
                                   ph_list_visit *visit, void *context)
{
    lists l = {c, piece, size, visit, context, 0};
    PH_TRY(ph_checkpoint_each(c, piece, take_lists, &l));
    return l.found == piece->count ? PH_OK : ph_checkpoint_misfit(c, piece);
}

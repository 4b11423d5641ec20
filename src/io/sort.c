/* SPDX-License-Identifier: Apache-2.0 */
/* External sort: radix sort of what fits into memory, a merge of the runs that were spilled. */
#include "io/sort.h"

#include "base/memory.h"
#include "io/bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RUN_RECORDS_MIN 16

/* A sorted run in the file, read through a buffer. */
typedef struct run {
    int64_t next, end;    /* records of the file: what is not yet in the buffer */
    int64_t begin;
    uint64_t *buffer;     /* borrowed from the sorter's chunk */
    size_t at, filled;    /* records of the buffer */
} run;

struct ph_sorter {
    int words, keys;
    size_t limit;         /* records in memory */
    uint64_t *chunk;      /* records that are collected; later the buffers of the runs */
    size_t capacity, n;   /* of chunk: words, records */
    int reading;          /* 1: nothing is added any more */
    size_t at;            /* next record of chunk, when nothing was spilled */
    const char *folder;
    int descriptor;       /* of the spilled runs; -1: none */
    int64_t spilled;      /* records in the file */
    run *runs;
    size_t n_runs, runs_room;
    size_t buffer;        /* records of a run's buffer */
    size_t *heap;         /* runs by their present record, smallest first */
    size_t n_heap;
    int advance;          /* 1: the record on top was handed out */
};

ph_status ph_sorter_create(const char *folder, int words, int keys, size_t memory,
                           ph_sorter **sorter)
{
    ph_sorter *s;
    *sorter = NULL;
    PH_ALLOC(s, 1);
    s->words = words;
    s->keys = keys;
    /* One half for the records, one for the other side of the radix sort. */
    s->limit = memory / 2 / ((size_t)words * sizeof(uint64_t));
    if (s->limit < RUN_RECORDS_MIN)
        s->limit = RUN_RECORDS_MIN;
    s->folder = folder;
    s->descriptor = -1;
    *sorter = s;
    return PH_OK;
}

void ph_sorter_destroy(ph_sorter **sorter)
{
    ph_sorter *s = *sorter;
    *sorter = NULL;
    if (!s)
        return;
    if (s->descriptor >= 0)
        (void)close(s->descriptor); /* unlinked when it was made */
    ph_free(s->chunk);
    ph_free(s->runs);
    ph_free(s->heap);
    ph_free(s);
}

/* --- in memory ------------------------------------------------------------------------------- */

/* Move records from one array to another in the order of one byte of a key word. */
static void scatter(const ph_sorter *s, const uint64_t *from, uint64_t *to, int key, int shift,
                    size_t *place)
{
    size_t words = (size_t)s->words;
    for (size_t i = 0; i < s->n; i++) {
        const uint64_t *record = from + i * words;
        uint64_t *slot = to + place[record[key] >> shift & 255]++ * words;
        for (size_t w = 0; w < words; w++)
            slot[w] = record[w];
    }
}

/* Counts of each byte of a key word, turned into first places. @return 0: all records agree */
static int count_byte(const size_t *count, size_t n, size_t *place)
{
    size_t sum = 0;
    for (int v = 0; v < 256; v++) {
        if (count[v] == n)
            return 0;
        place[v] = sum;
        sum += count[v];
    }
    return 1;
}

/* Least significant byte first; bytes in which all records agree cost nothing. */
static ph_status sort_chunk(ph_sorter *s)
{
    uint64_t *other = NULL;
    if (s->n < 2)
        return PH_OK;
    for (int key = s->keys - 1; key >= 0; key--) {
        size_t count[8][256] = {{0}}, place[256];
        for (size_t i = 0; i < s->n; i++) {
            uint64_t word = s->chunk[i * (size_t)s->words + (size_t)key];
            for (int b = 0; b < 8; b++)
                count[b][word >> (8 * b) & 255]++;
        }
        for (int b = 0; b < 8; b++) {
            if (!count_byte(count[b], s->n, place))
                continue;
            if (!other)
                PH_ALLOC(other, s->capacity);
            scatter(s, s->chunk, other, key, 8 * b, place);
            uint64_t *sorted = other;
            other = s->chunk;
            s->chunk = sorted;
        }
    }
    ph_free(other);
    return PH_OK;
}

/* --- the file of runs ------------------------------------------------------------------------ */

static ph_status open_file(ph_sorter *s)
{
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/sort.tmp", s->folder);
    PH_CHECK(length > 0 && (size_t)length < sizeof path, PH_FILE, "the name %s is too long",
             s->folder);
    s->descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    PH_CHECK(s->descriptor >= 0, PH_FILE, "cannot create %s: %s", path, strerror(errno));
    PH_CHECK(unlink(path) == 0, PH_FILE, "cannot remove %s: %s", path, strerror(errno));
    return PH_OK;
}

static ph_status move_bytes(ph_sorter *s, int writing, void *bytes, size_t n, int64_t at)
{
    int error = writing ? ph_bytes_write(s->descriptor, bytes, n, at)
                        : ph_bytes_read(s->descriptor, bytes, n, at, NULL);
    PH_CHECK(!error, PH_FILE, "cannot %s the file for sorting in %s: %s",
             writing ? "write" : "read", s->folder, ph_bytes_error(error));
    return PH_OK;
}

static ph_status spill(ph_sorter *s)
{
    if (s->n == 0)
        return PH_OK;
    PH_TRY(sort_chunk(s));
    if (s->descriptor < 0)
        PH_TRY(open_file(s));
    size_t bytes = (size_t)s->words * sizeof(uint64_t);
    PH_TRY(move_bytes(s, 1, s->chunk, s->n * bytes, s->spilled * (int64_t)bytes));
    PH_GROW(s->runs, s->runs_room, s->n_runs + 1);
    s->runs[s->n_runs++] = (run){.begin = s->spilled, .end = s->spilled + (int64_t)s->n};
    s->spilled += (int64_t)s->n;
    s->n = 0;
    return PH_OK;
}

ph_status ph_sorter_add(ph_sorter *s, const uint64_t *record)
{
    size_t words = (size_t)s->words;
    PH_CHECK(!s->reading, PH_FAILURE, "a record was added after the sort");
    if (s->n == s->limit)
        PH_TRY(spill(s));
    PH_GROW(s->chunk, s->capacity, (s->n + 1) * words);
    for (size_t w = 0; w < words; w++)
        s->chunk[s->n * words + w] = record[w];
    s->n++;
    return PH_OK;
}

/* --- the merge ------------------------------------------------------------------------------- */

static ph_status fill(ph_sorter *s, run *r)
{
    size_t bytes = (size_t)s->words * sizeof(uint64_t);
    size_t n = s->buffer;
    if ((int64_t)n > r->end - r->next)
        n = (size_t)(r->end - r->next);
    PH_TRY(move_bytes(s, 0, r->buffer, n * bytes, r->next * (int64_t)bytes));
    r->next += (int64_t)n;
    r->at = 0;
    r->filled = n;
    return PH_OK;
}

static const uint64_t *front(const ph_sorter *s, size_t index)
{
    const run *r = &s->runs[index];
    return r->buffer + r->at * (size_t)s->words;
}

/* Whether run a comes before run b; at equal keys the earlier run. */
static int before(const ph_sorter *s, size_t a, size_t b)
{
    const uint64_t *x = front(s, a), *y = front(s, b);
    for (int k = 0; k < s->keys; k++)
        if (x[k] != y[k])
            return x[k] < y[k];
    return a < b;
}

static void sift_down(ph_sorter *s, size_t at)
{
    for (;;) {
        size_t least = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++)
            if (child < s->n_heap && before(s, s->heap[child], s->heap[least]))
                least = child;
        if (least == at)
            return;
        size_t run_index = s->heap[at];
        s->heap[at] = s->heap[least];
        s->heap[least] = run_index;
        at = least;
    }
}

/* Buffers for the runs in place of the chunk. */
static ph_status share_buffers(ph_sorter *s)
{
    size_t words = (size_t)s->words;
    s->buffer = 2 * s->limit / s->n_runs;
    if (s->buffer < RUN_RECORDS_MIN)
        s->buffer = RUN_RECORDS_MIN;
    ph_free(s->chunk);
    s->chunk = NULL;
    s->capacity = s->n_runs * s->buffer * words;
    PH_ALLOC(s->chunk, s->capacity);
    for (size_t i = 0; i < s->n_runs; i++)
        s->runs[i].buffer = s->chunk + i * s->buffer * words;
    PH_ALLOC(s->heap, s->n_runs);
    return PH_OK;
}

static ph_status begin_reading(ph_sorter *s)
{
    s->reading = 1;
    if (s->n_runs == 0)
        return sort_chunk(s);
    PH_TRY(spill(s));
    return share_buffers(s);
}

ph_status ph_sorter_rewind(ph_sorter *s)
{
    if (!s->reading)
        PH_TRY(begin_reading(s));
    s->at = 0;
    s->advance = 0;
    s->n_heap = 0;
    for (size_t i = 0; i < s->n_runs; i++) {
        s->runs[i].next = s->runs[i].begin;
        PH_TRY(fill(s, &s->runs[i]));
        s->heap[s->n_heap++] = i;
    }
    for (size_t i = s->n_heap / 2; i-- > 0;)
        sift_down(s, i);
    return PH_OK;
}

/* Take the record on top away. */
static ph_status drop_top(ph_sorter *s)
{
    run *top = &s->runs[s->heap[0]];
    if (++top->at == top->filled) {
        if (top->next == top->end)
            s->heap[0] = s->heap[--s->n_heap];
        else
            PH_TRY(fill(s, top));
    }
    sift_down(s, 0);
    return PH_OK;
}

ph_status ph_sorter_next(ph_sorter *s, const uint64_t **record)
{
    *record = NULL;
    if (s->n_runs == 0) {
        if (s->at < s->n)
            *record = s->chunk + s->at++ * (size_t)s->words;
        return PH_OK;
    }
    if (s->advance)
        PH_TRY(drop_top(s));
    s->advance = s->n_heap > 0;
    if (s->n_heap > 0)
        *record = front(s, s->heap[0]);
    return PH_OK;
}

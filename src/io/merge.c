/* SPDX-License-Identifier: Apache-2.0 */
/* From the part files of a run to spikes.h5 and run.h5, which appear whole or not at all. */
#include "io/checkpoint.h"
#include "io/merge.h"
#include "io/reports.h"

#include "base/memory.h"
#include "io/folder.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES 4096

static ph_status join(char path[PATH_BYTES], const char *folder, const char *name)
{
    int length = snprintf(path, PATH_BYTES, "%s/%s", folder, name);
    PH_CHECK(length > 0 && length < PATH_BYTES, PH_FILE, "the name %s/%s is too long", folder,
             name);
    return PH_OK;
}

static ph_status remove_file(const char *folder, const char *name)
{
    char path[PATH_BYTES];
    PH_TRY(join(path, folder, name));
    PH_CHECK(unlink(path) == 0 || errno == ENOENT, PH_FILE, "cannot remove %s: %s", path,
             strerror(errno));
    return PH_OK;
}

/* Remove a folder of files. */
static ph_status remove_folder(const char *out_folder, const char *name)
{
    char path[PATH_BYTES];
    PH_TRY(join(path, out_folder, name));
    DIR *folder = opendir(path);
    if (!folder) {
        PH_CHECK(errno == ENOENT, PH_FILE, "cannot open %s: %s", path, strerror(errno));
        return PH_OK;
    }
    ph_status status = PH_OK;
    for (struct dirent *entry; status == PH_OK && (entry = readdir(folder));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            status = remove_file(path, entry->d_name);
    (void)closedir(folder); /* only read */
    PH_TRY(status);
    PH_CHECK(rmdir(path) == 0, PH_FILE, "cannot remove %s: %s", path, strerror(errno));
    return PH_OK;
}

ph_status ph_output_clear(const char *out_folder)
{
    static const char *const files[] = {"spikes.h5",     "run.h5",     "summary.json",
                                        "spikes.h5.tmp", "run.h5.tmp", "summary.json.tmp",
                                        "report.html"};
    PH_TRY(remove_folder(out_folder, "parts"));
    PH_TRY(remove_folder(out_folder, "parts.merged"));
    PH_TRY(ph_checkpoints_clear(out_folder));
    PH_TRY(ph_reports_clear(out_folder));
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        PH_TRY(remove_file(out_folder, files[i]));
    return PH_OK;
}

/* --- the parts ------------------------------------------------------------------------------- */

static int is_part(const char *name)
{
    size_t length = strlen(name);
    return strncmp(name, "rank-", 5) == 0 && length > 10 &&
           strcmp(name + length - 5, ".part") == 0;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static ph_status list_parts(ph_parts *parts, DIR *folder)
{
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (!is_part(entry->d_name))
            continue;
        char path[PATH_BYTES];
        PH_TRY(join(path, parts->folder, entry->d_name));
        PH_GROW(parts->paths, parts->paths_room, parts->n + 1);
        parts->paths[parts->n] = ph_strdup(path);
        PH_CHECK(parts->paths[parts->n], PH_RESOURCE, "out of memory");
        parts->n++;
    }
    if (parts->n > 1)
        qsort(parts->paths, parts->n, sizeof *parts->paths, compare_paths);
    return PH_OK;
}

static ph_status scan_parts(ph_parts *parts)
{
    PH_ALLOC(parts->extents, parts->n);
    for (size_t i = 0; i < parts->n; i++) {
        PH_TRY(ph_part_scan(parts->paths[i], &parts->extents[i]));
        parts->broken += parts->extents[i].broken;
        for (int s = 0; s < PH_STREAMS; s++)
            parts->records[s] += parts->extents[i].records[s];
    }
    return PH_OK;
}

static ph_status open_parts(ph_parts *parts)
{
    char path[PATH_BYTES];
    PH_TRY(join(path, parts->out_folder, "parts"));
    parts->folder = ph_strdup(path);
    PH_CHECK(parts->folder, PH_RESOURCE, "out of memory");
    DIR *folder = opendir(path);
    PH_CHECK(folder, PH_FILE, "cannot open %s: %s", path, strerror(errno));
    ph_status status = list_parts(parts, folder);
    (void)closedir(folder); /* only read */
    PH_TRY(status);
    PH_CHECK(parts->n > 0, PH_FILE, "%s holds no part files", path);
    PH_ALLOC(parts->spikes, parts->brain->n_populations);
    PH_TRY(scan_parts(parts));
    return ph_rests_read(parts);
}

static void close_parts(ph_parts *parts)
{
    for (size_t i = 0; i < parts->n; i++)
        ph_free(parts->paths[i]);
    ph_free(parts->paths);
    ph_free(parts->extents);
    ph_free(parts->folder);
    ph_free(parts->spikes);
    ph_free(parts->rests);
}

typedef struct packing {
    ph_sorter *sorter;
    ph_pack *pack;
    void *context;
    size_t bytes; /* of a record */
} packing;

static ph_status pack_records(void *context, const void *records, size_t n)
{
    packing *p = context;
    const char *record = records;
    uint64_t words[32] = {0};
    for (size_t i = 0; i < n; i++, record += p->bytes) {
        PH_TRY(p->pack(p->context, record, words));
        PH_TRY(ph_sorter_add(p->sorter, words));
    }
    return PH_OK;
}

ph_status ph_parts_sort(const ph_parts *parts, ph_stream stream, int words, int keys,
                        ph_pack *pack, void *context, ph_sorter **sorter)
{
    PH_TRY(ph_sorter_create(parts->folder, words, keys, parts->memory, sorter));
    packing p = {*sorter, pack, context, ph_record_bytes(stream)};
    for (size_t i = 0; i < parts->n; i++)
        PH_TRY(ph_part_read(parts->paths[i], &parts->extents[i], stream, pack_records, &p));
    return ph_sorter_rewind(*sorter);
}

ph_status ph_next_record(ph_sorter *sorter, void *record, size_t bytes)
{
    const uint64_t *words;
    PH_TRY(ph_sorter_next(sorter, &words));
    PH_CHECK(words, PH_FAILURE, "fewer records were sorted than counted");
    memcpy(record, &words[1], bytes);
    return PH_OK;
}

/* --- what the writers share ------------------------------------------------------------------ */

double ph_ms(const ph_brain *brain, ph_step step)
{
    double h = brain->simulation.resolution, per_ms = floor(1 / h + 0.5);
    return fabs(per_ms * h - 1) < 1e-9 ? (double)step / per_ms : (double)step * h;
}

int ph_population_of(const ph_brain *brain, ph_gid gid)
{
    int low = 0, high = brain->n_populations;
    while (low < high) {
        int middle = low + (high - low) / 2;
        const ph_population *population = brain->populations[middle];
        if (gid < population->gid)
            high = middle;
        else if (gid >= population->gid + population->size)
            low = middle + 1;
        else
            return middle;
    }
    return -1;
}

ph_status ph_key(int64_t index, int64_t n_indices, int64_t step, uint64_t *key)
{
    PH_CHECK(index >= 0 && index < n_indices && step >= 0 && step < INT64_C(1) << 40, PH_FILE,
             "the part files do not belong to this configuration (index %lld of %lld at step "
             "%lld)",
             (long long)index, (long long)n_indices, (long long)step);
    *key = (uint64_t)index << 40 | (uint64_t)step;
    return PH_OK;
}

/* --- the merge ------------------------------------------------------------------------------- */

static ph_status write_files(ph_parts *parts, const char *spikes, const char *run)
{
    PH_TRY(ph_write_spikes(spikes, parts));
    return ph_write_run(run, parts);
}

static ph_status give_names(const char *const from[2], const char *const to[2])
{
    for (int i = 0; i < 2; i++)
        if (rename(from[i], to[i]) != 0) {
            ph_status status =
                ph_error(PH_FILE, "cannot rename %s: %s", from[i], strerror(errno));
            if (i > 0)
                (void)unlink(to[0]); /* one file alone would look like a result */
            return status;
        }
    return PH_OK;
}

static ph_status merge_parts(ph_parts *parts)
{
    char spikes[PATH_BYTES], run[PATH_BYTES], old[2][PATH_BYTES];
    PH_TRY(open_parts(parts));
    PH_TRY(join(old[0], parts->out_folder, "spikes.h5.tmp"));
    PH_TRY(join(old[1], parts->out_folder, "run.h5.tmp"));
    PH_TRY(join(spikes, parts->out_folder, "spikes.h5"));
    PH_TRY(join(run, parts->out_folder, "run.h5"));
    /* Files of an earlier attempt: the parts are still here and hold all of it. */
    PH_TRY(remove_file(parts->out_folder, "spikes.h5"));
    PH_TRY(remove_file(parts->out_folder, "run.h5"));
    ph_status status = write_files(parts, old[0], old[1]);
    if (status == PH_OK)
        status = ph_write_reports(parts);
    if (status == PH_OK)
        status = give_names((const char *const[2]){old[0], old[1]},
                            (const char *const[2]){spikes, run});
    if (status != PH_OK) {
        (void)unlink(old[0]); /* the first error is the one to tell */
        (void)unlink(old[1]);
    }
    return status;
}

/* Renamed first, so that a kill while they are deleted leaves no half of them that could be merged
 * a second time. */
ph_status ph_parts_discard(const char *out_folder)
{
    char from[PATH_BYTES], to[PATH_BYTES];
    PH_TRY(join(from, out_folder, "parts"));
    PH_TRY(join(to, out_folder, "parts.merged"));
    PH_TRY(ph_folder_sync(out_folder, "")); /* from here on its files are all there is */
    PH_CHECK(rename(from, to) == 0, PH_FILE, "cannot rename %s: %s", from, strerror(errno));
    /* Left-over files of a slow file system harm nobody and go with the next merge. */
    (void)remove_folder(out_folder, "parts.merged");
    return PH_OK;
}

ph_status ph_merge_within(const char *out_folder, const ph_brain *brain, const char *provenance,
                          int64_t *counts, size_t memory)
{
    ph_parts parts = {
        .out_folder = out_folder, .brain = brain, .provenance = provenance, .memory = memory};
    PH_TRY(remove_folder(out_folder, "parts.merged"));
    ph_status status = merge_parts(&parts);
    if (status == PH_OK && counts)
        memcpy(counts, parts.records, sizeof parts.records);
    close_parts(&parts);
    return status;
}

ph_status ph_merge(const char *out_folder, const ph_brain *brain, const char *provenance,
                   int64_t *counts)
{
    return ph_merge_within(out_folder, brain, provenance, counts, PH_MERGE_MEMORY);
}

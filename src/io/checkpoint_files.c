/* SPDX-License-Identifier: Apache-2.0 */
/* The folders of checkpoints, their names and their index: found by number, the newest first. */
#include "io/checkpoint_files.h"

#include "base/memory.h"
#include "base/version.h"
#include "io/part.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC 0x54504B4353494850u /* reads otherwise on a machine of other byte order */
#define BLOCKS_MOST ((size_t)1 << 24)

/* --- names ------------------------------------------------------------------------------------ */

static ph_status name(char path[PH_CHECKPOINT_PATH], const char *folder, const char *rest)
{
    int length = snprintf(path, PH_CHECKPOINT_PATH, "%s/%s", folder, rest);
    PH_CHECK(length > 0 && length < PH_CHECKPOINT_PATH, PH_FILE, "the name %s is too long", folder);
    return PH_OK;
}

ph_status ph_checkpoint_file(char path[PH_CHECKPOINT_PATH], const char *folder, int rank)
{
    char rest[32];
    snprintf(rest, sizeof rest, "rank-%05d.state", rank);
    return name(path, folder, rest);
}

ph_status ph_checkpoint_index(char path[PH_CHECKPOINT_PATH], const char *folder)
{
    return name(path, folder, "index");
}

ph_status ph_checkpoint_folder(char path[PH_CHECKPOINT_PATH], const char *out_folder, ph_step step,
                               const char *ending)
{
    char rest[64];
    snprintf(rest, sizeof rest, "checkpoints/%015lld%s", (long long)step, ending);
    return name(path, out_folder, rest);
}

void ph_checkpoint_remove(const char *path)
{
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        (void)unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder)
        (void)closedir(folder);
    (void)rmdir(path); /* what stays is in nobody's way */
}

/* --- the index -------------------------------------------------------------------------------- */

static ph_status move_array(ph_state *state, const char *what, void *array, size_t n, size_t size)
{
    return ph_state_bytes(state, what, array, n * size);
}

static ph_status move_head(ph_checkpoint *c, ph_state *state)
{
    uint64_t magic = MAGIC;
    int32_t version = PH_CHECKPOINT_VERSION, real_bytes = (int32_t)sizeof(ph_real);
    PH_TRY(PH_STATE(state, magic));
    PH_TRY(PH_STATE(state, version));
    PH_TRY(PH_STATE(state, real_bytes));
    PH_CHECK(real_bytes == (int32_t)sizeof(ph_real), PH_FILE,
             "checkpoint %s was written by a build whose state has %d bytes; this one's is %s",
             c->path, real_bytes, PH_PRECISION);
    return PH_STATE(state, c->step);
}

/* The resolved configuration, with its final 0. */
static ph_status move_config(ph_checkpoint *c, ph_state *state)
{
    size_t n = c->config ? strlen(c->config) + 1 : 0, room = 0;
    PH_TRY(ph_state_count(state, "configuration", &n, INT32_MAX));
    if (state->is_loading)
        PH_GROW(c->config, room, n + 1);
    PH_TRY(ph_state_bytes(state, "configuration", c->config, n));
    PH_CHECK(n > 0 && c->config[n - 1] == '\0', PH_FILE, "checkpoint %s has no configuration",
             c->path);
    return PH_OK;
}

ph_status ph_checkpoint_move_index(ph_checkpoint *c, ph_state *state)
{
    PH_TRY(move_head(c, state));
    PH_CHECK(c->n_blocks <= BLOCKS_MOST, PH_FILE, /* nobody could read it */
             "checkpoint %s would have %zu blocks; at most %zu are possible", c->path, c->n_blocks,
             BLOCKS_MOST);
    PH_TRY(ph_state_count(state, "blocks", &c->n_blocks, BLOCKS_MOST));
    PH_GROW(c->blocks, c->blocks_room, c->n_blocks);
    PH_TRY(move_array(state, "blocks", c->blocks, c->n_blocks, sizeof *c->blocks));
    PH_TRY(ph_state_count(state, "parts", &c->n_ends, BLOCKS_MOST));
    PH_GROW(c->ends, c->ends_room, c->n_ends);
    PH_TRY(move_array(state, "parts", c->ends, c->n_ends, sizeof *c->ends));
    return move_config(c, state);
}

/* --- those that there are --------------------------------------------------------------------- */

static int compare_steps(const void *a, const void *b)
{
    long long left = *(const long long *)a, right = *(const long long *)b;
    return left > right ? -1 : left < right;
}

static ph_status list_steps(DIR *folder, ph_checkpoint_steps *f)
{
    for (struct dirent *entry; (entry = readdir(folder));) {
        char *end;
        long long step = strtoll(entry->d_name, &end, 10);
        if (end == entry->d_name || *end != '\0')
            continue;
        PH_GROW(f->steps, f->room, f->n + 1);
        f->steps[f->n++] = step;
    }
    return PH_OK;
}

ph_status ph_checkpoint_list(const char *out_folder, ph_checkpoint_steps *f)
{
    char path[PH_CHECKPOINT_PATH + 16];
    snprintf(path, sizeof path, "%s/checkpoints", out_folder);
    DIR *folder = opendir(path);
    if (!folder)
        return PH_OK;
    ph_status status = list_steps(folder, f);
    (void)closedir(folder); /* only read */
    if (f->n > 1)
        qsort(f->steps, f->n, sizeof *f->steps, compare_steps);
    return status;
}

/* Those whose name has an ending. @param parent OUT/checkpoints */
static void remove_ending(const char *parent, const char *ending)
{
    char path[PH_CHECKPOINT_PATH + 256];
    DIR *folder = opendir(parent);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        size_t length = strlen(entry->d_name), end = strlen(ending);
        if (entry->d_name[0] == '.' || length < end ||
            strcmp(entry->d_name + length - end, ending) != 0)
            continue;
        snprintf(path, sizeof path, "%s/%.255s", parent, entry->d_name);
        ph_checkpoint_remove(path);
    }
    if (folder)
        (void)closedir(folder); /* only read */
}

void ph_checkpoints_tidy(const char *out_folder)
{
    char parent[PH_CHECKPOINT_PATH];
    snprintf(parent, sizeof parent, "%s/checkpoints", out_folder);
    remove_ending(parent, ".tmp");
}

void ph_checkpoints_remove_after(const char *out_folder, ph_step step)
{
    ph_checkpoint_steps f = {0};
    char path[PH_CHECKPOINT_PATH];
    ph_status status = ph_checkpoint_list(out_folder, &f);
    for (size_t i = 0; status == PH_OK && i < f.n && f.steps[i] > step; i++)
        if (ph_checkpoint_folder(path, out_folder, f.steps[i], "") == PH_OK)
            ph_checkpoint_remove(path);
    ph_free(f.steps);
}

ph_status ph_checkpoints_clear(const char *out_folder)
{
    char parent[PH_CHECKPOINT_PATH];
    snprintf(parent, sizeof parent, "%s/checkpoints", out_folder);
    remove_ending(parent, "");
    PH_CHECK(rmdir(parent) == 0 || errno == ENOENT, PH_FILE, "cannot remove %s: %s", parent,
             strerror(errno));
    return PH_OK;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* What is not there is a fault of the checkpoint; what the system cannot read now may be whole. */
static ph_status unreadable(const char *path)
{
    ph_status status = errno == ENOENT ? PH_FILE : PH_RESOURCE;
    return ph_error(status, "cannot read %s: %s", path, strerror(errno));
}

static ph_status read_file(const char *path, char **bytes, size_t *n)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return unreadable(path);
    ph_status status = PH_OK;
    char piece[65536];
    size_t room = 0, got;
    *n = 0;
    while ((got = fread(piece, 1, sizeof piece, file)) > 0) {
        if (*n + got > room) {
            char *grown = ph_realloc(*bytes, room, 2 * (*n + got));
            if (!grown) {
                status = ph_error(PH_RESOURCE, "out of memory: %s", path);
                break;
            }
            *bytes = grown;
            room = 2 * (*n + got);
        }
        memcpy(*bytes + *n, piece, got);
        *n += got;
    }
    if (status == PH_OK && ferror(file))
        status = unreadable(path);
    (void)fclose(file); /* only read */
    return status;
}

static ph_status check_sizes(const ph_checkpoint *c)
{
    for (size_t b = 0; b < c->n_blocks; b++) {
        const ph_checkpoint_block *block = &c->blocks[b];
        int is_last = b + 1 == c->n_blocks || c->blocks[b + 1].file != block->file;
        if (!is_last)
            continue;
        char path[PH_CHECKPOINT_PATH];
        struct stat info;
        PH_TRY(ph_checkpoint_file(path, c->path, block->file));
        if (stat(path, &info) != 0)
            return unreadable(path);
        PH_CHECK((int64_t)info.st_size == block->offset + block->bytes, PH_FILE,
                 "%s has %lld bytes instead of %lld", path, (long long)info.st_size,
                 (long long)(block->offset + block->bytes));
    }
    return PH_OK;
}

/* Before the checksum, which another version may form otherwise. */
static ph_status check_version(const ph_checkpoint *c, const char *bytes, size_t n)
{
    ph_state state = ph_state_of(bytes, n);
    uint64_t magic = 0;
    int32_t version = 0;
    int is_index = PH_STATE(&state, magic) == PH_OK && PH_STATE(&state, version) == PH_OK &&
                   magic == MAGIC;
    PH_CHECK(!is_index || version == PH_CHECKPOINT_VERSION, PH_FILE,
             "checkpoint %s is of version %d, here is %d", c->path, version,
             PH_CHECKPOINT_VERSION);
    return PH_OK;
}

static ph_status parse_index(ph_checkpoint *c, const char *bytes, size_t n)
{
    uint64_t checksum;
    size_t before = n - sizeof checksum;
    PH_TRY(check_version(c, bytes, n));
    if (n >= sizeof checksum)
        memcpy(&checksum, bytes + before, sizeof checksum);
    PH_CHECK(n >= sizeof checksum && checksum == ph_checksum(0, bytes, before), PH_FILE,
             "the index of the checkpoint %s is damaged: its checksum is wrong", c->path);
    ph_state state = ph_state_of(bytes, before);
    return ph_checkpoint_move_index(c, &state);
}

/* By section, index, column and first element. */
static int compare_blocks(const void *a, const void *b)
{
    const ph_checkpoint_block *left = a, *right = b;
    if (left->section != right->section)
        return left->section < right->section ? -1 : 1;
    if (left->index != right->index)
        return left->index < right->index ? -1 : 1;
    if (left->column != right->column)
        return left->column < right->column ? -1 : 1;
    if (left->first != right->first)
        return left->first < right->first ? -1 : 1;
    return left->file < right->file ? -1 : left->file > right->file;
}

/* Rank 0. @param bytes,n out: the index, owned by the caller also after an error */
static ph_status read_index(ph_checkpoint *c, char **bytes, size_t *n)
{
    char path[PH_CHECKPOINT_PATH];
    PH_TRY(ph_checkpoint_index(path, c->path));
    PH_TRY(read_file(path, bytes, n));
    PH_TRY(parse_index(c, *bytes, *n));
    return check_sizes(c);
}

/* Path and configuration of a checkpoint, if its index and the lengths of its files are right. */
static ph_status look_into(const char *folder, char **path, char **config)
{
    ph_checkpoint *c;
    char *bytes = NULL;
    size_t n;
    PH_ALLOC(c, 1);
    c->file = -1;
    int length = snprintf(c->path, sizeof c->path, "%s", folder);
    ph_status status = length < PH_CHECKPOINT_PATH
                           ? read_index(c, &bytes, &n)
                           : ph_error(PH_FILE, "the name %s is too long", folder);
    if (status == PH_OK) {
        *path = ph_strdup(c->path);
        *config = ph_strdup(c->config);
        if (!*path || !*config)
            status = ph_error(PH_RESOURCE, "out of memory: the configuration of a checkpoint");
    }
    ph_free(bytes);
    ph_checkpoint_close(&c);
    return status;
}

int ph_checkpoint_is(const char *folder)
{
    char path[PH_CHECKPOINT_PATH];
    return ph_checkpoint_index(path, folder) == PH_OK && access(path, F_OK) == 0;
}

/* The newest one that is whole; what is no fault of a checkpoint is not made good by another. */
static ph_status look_through(const char *out_folder, const ph_checkpoint_steps *f, char **path,
                              char **config)
{
    ph_status status = ph_error(PH_FILE, "%s holds no checkpoint to go on from", out_folder);
    for (size_t i = 0; status == PH_FILE && i < f->n; i++) {
        char folder[PH_CHECKPOINT_PATH];
        status = ph_checkpoint_folder(folder, out_folder, f->steps[i], "");
        if (status == PH_OK)
            status = look_into(folder, path, config);
        if (status == PH_FILE && i + 1 < f->n)
            fprintf(stderr, "phasic: %s; the checkpoint before it is taken\n",
                    ph_error_message());
    }
    return status;
}

ph_status ph_checkpoint_find(const char *folder, char **path, char **config)
{
    ph_checkpoint_steps f = {0};
    if (ph_checkpoint_is(folder))
        return look_into(folder, path, config);
    ph_status status = ph_checkpoint_list(folder, &f);
    if (status == PH_OK)
        status = look_through(folder, &f, path, config);
    ph_free(f.steps);
    return status;
}

ph_status ph_checkpoint_open(const char *path, ph_comm *comm, ph_checkpoint **out)
{
    ph_checkpoint *c = ph_calloc(1, sizeof *c);
    *out = c;
    if (c)
        c->file = -1;
    PH_TRY(ph_comm_agree(comm, c ? PH_OK : ph_error(PH_RESOURCE, "out of memory")));
    c->is_loading = 1;
    c->comm = comm;
    c->rank = ph_comm_rank(comm);
    char *bytes = NULL, *folder = NULL;
    size_t n = 0;
    ph_status status = PH_OK;
    if (c->rank == 0) {
        snprintf(c->path, sizeof c->path, "%s", path);
        status = read_index(c, &bytes, &n);
    }
    status = ph_comm_agree(comm, status);
    int64_t size = (int64_t)n;
    void *index = bytes;
    if (status == PH_OK)
        status = ph_comm_spread_bytes(comm, 0, &index, &size);
    folder = c->path;
    if (status == PH_OK)
        status = ph_comm_spread(comm, 0, &folder);
    if (status == PH_OK && c->rank != 0) {
        snprintf(c->path, sizeof c->path, "%s", folder);
        ph_free(folder);
        status = parse_index(c, index, (size_t)size);
    }
    ph_free(index);
    if (status == PH_OK && c->n_blocks > 1)
        qsort(c->blocks, c->n_blocks, sizeof *c->blocks, compare_blocks);
    return ph_comm_agree(comm, status);
}

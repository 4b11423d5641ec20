/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a checkpoint's files: under a temporary name, which is changed when all of it is on the
 * disk. */
#include "io/checkpoint_files.h"

#include "base/memory.h"
#include "io/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEPT 2 /* the newest, and the one before it */

static ph_status sync_and_close(int descriptor, const char *path, ph_status status)
{
    if (status == PH_OK && fsync(descriptor) != 0)
        status = ph_error(PH_FILE, "cannot write %s: %s", path, strerror(errno));
    if (close(descriptor) != 0 && status == PH_OK)
        status = ph_error(PH_FILE, "cannot write %s: %s", path, strerror(errno));
    return status;
}

static ph_status make_folder(ph_checkpoint *c)
{
    char parent[PH_CHECKPOINT_PATH];
    int length = snprintf(parent, sizeof parent, "%s/checkpoints", c->out_folder);
    PH_CHECK(length > 0 && length < PH_CHECKPOINT_PATH, PH_FILE, "the name %s is too long",
             c->out_folder);
    PH_CHECK(mkdir(parent, 0777) == 0 || errno == EEXIST, PH_FILE,
             "cannot make the folder %s: %s", parent, strerror(errno));
    ph_checkpoint_remove(c->path);
    PH_CHECK(mkdir(c->path, 0777) == 0, PH_FILE, "cannot make the folder %s: %s", c->path,
             strerror(errno));
    return PH_OK;
}

static ph_status create_file(ph_checkpoint *c)
{
    char path[PH_CHECKPOINT_PATH];
    PH_TRY(ph_checkpoint_file(path, c->path, c->rank));
    c->file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    PH_CHECK(c->file >= 0, PH_FILE, "cannot create %s: %s", path, strerror(errno));
    return ph_background_start(c->file, path, &c->writer);
}

ph_status ph_checkpoint_create(const char *out_folder, ph_step step, ph_comm *comm,
                               ph_checkpoint **out)
{
    ph_checkpoint *c = ph_calloc(1, sizeof *c);
    *out = c;
    if (c)
        c->file = -1;
    ph_status status = PH_OK;
    if (!c)
        status = ph_error(PH_RESOURCE, "out of memory: a checkpoint");
    PH_TRY(ph_comm_agree(comm, status));
    c->comm = comm;
    c->rank = ph_comm_rank(comm);
    c->step = step;
    snprintf(c->out_folder, sizeof c->out_folder, "%s", out_folder);
    status = ph_checkpoint_folder(c->path, out_folder, step, ".tmp");
    if (status == PH_OK && c->rank == 0)
        status = make_folder(c);
    PH_TRY(ph_comm_agree(comm, status));
    status = ph_comm_agree(comm, create_file(c));
    if (status != PH_OK && c->rank == 0)
        ph_checkpoint_remove(c->path);
    return status;
}

static ph_status close_file(ph_checkpoint *c, ph_status status)
{
    char path[PH_CHECKPOINT_PATH];
    ph_status ended = ph_background_end(&c->writer);
    if (status == PH_OK)
        status = ended;
    PH_TRY(ph_checkpoint_file(path, c->path, c->rank));
    status = sync_and_close(c->file, path, status);
    c->file = -1;
    return status;
}

static ph_status write_index(ph_checkpoint *c)
{
    ph_state state = {0};
    char path[PH_CHECKPOINT_PATH];
    ph_status status = ph_checkpoint_move_index(c, &state);
    uint64_t checksum = ph_checksum(0, state.bytes, state.used);
    if (status == PH_OK)
        status = ph_checkpoint_index(path, c->path);
    if (status == PH_OK) {
        FILE *file = fopen(path, "wb");
        int failed = !file || fwrite(state.bytes, 1, state.used, file) != state.used ||
                     fwrite(&checksum, sizeof checksum, 1, file) != 1 || fflush(file) != 0 ||
                     fsync(fileno(file)) != 0;
        if (failed)
            status = ph_error(PH_FILE, "cannot write %s: %s", path, strerror(errno));
        if (file && fclose(file) != 0 && status == PH_OK)
            status = ph_error(PH_FILE, "cannot write %s: %s", path, strerror(errno));
    }
    ph_state_free(&state);
    return status;
}

static void remove_old(const char *out_folder)
{
    ph_checkpoint_steps f = {0};
    char path[PH_CHECKPOINT_PATH];
    ph_status status = ph_checkpoint_list(out_folder, &f);
    for (size_t i = KEPT; status == PH_OK && i < f.n; i++)
        if (ph_checkpoint_folder(path, out_folder, f.steps[i], "") == PH_OK)
            ph_checkpoint_remove(path);
    ph_free(f.steps);
}

static ph_status give_name(ph_checkpoint *c)
{
    char path[PH_CHECKPOINT_PATH];
    PH_TRY(write_index(c));
    PH_TRY(ph_folder_sync(c->path, ""));
    PH_TRY(ph_folder_sync(c->out_folder, "parts")); /* which it refers to */
    PH_TRY(ph_checkpoint_folder(path, c->out_folder, c->step, ""));
    ph_checkpoint_remove(path); /* of the same step, after a resume from the one before */
    PH_CHECK(rename(c->path, path) == 0, PH_FILE, "cannot rename %s: %s", c->path,
             strerror(errno));
    PH_TRY(ph_folder_sync(c->out_folder, "checkpoints"));
    PH_TRY(ph_folder_sync(c->out_folder, ""));
    remove_old(c->out_folder);
    return PH_OK;
}

/* On rank 0, those of all ranks. */
static ph_status gather(ph_checkpoint *c, const ph_part_end *ends, int n_ends)
{
    void *all;
    int64_t n;
    PH_TRY(ph_comm_gather(c->comm, c->blocks, (int64_t)(c->n_blocks * sizeof *c->blocks), &all,
                          &n));
    if (c->rank == 0) {
        ph_free(c->blocks);
        c->blocks = all;
        c->n_blocks = (size_t)n / sizeof *c->blocks;
        c->blocks_room = c->n_blocks;
    }
    PH_TRY(ph_comm_gather(c->comm, ends, (int64_t)n_ends * (int64_t)sizeof *ends, &all, &n));
    if (c->rank == 0) {
        c->ends = all;
        c->n_ends = (size_t)n / sizeof *c->ends;
        c->ends_room = c->n_ends;
    }
    return PH_OK;
}

ph_status ph_checkpoint_commit(ph_checkpoint *c, ph_status mine, const ph_part_end *ends,
                               int n_ends, const char *config)
{
    ph_status status = ph_comm_agree(c->comm, close_file(c, mine));
    if (status == PH_OK)
        status = gather(c, ends, n_ends);
    if (status == PH_OK && c->rank == 0) {
        c->config = ph_strdup(config);
        status = c->config ? give_name(c) : ph_error(PH_RESOURCE, "out of memory");
    }
    if (status != PH_OK && c->rank == 0)
        ph_checkpoint_remove(c->path);
    return ph_comm_agree(c->comm, status);
}

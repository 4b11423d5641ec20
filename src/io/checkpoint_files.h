/* SPDX-License-Identifier: Apache-2.0 */
/* Private to io: the index of a checkpoint and the names of its files. */
#ifndef PHASIC_IO_CHECKPOINT_FILES_H
#define PHASIC_IO_CHECKPOINT_FILES_H

#include "io/background.h"
#include "io/checkpoint.h"

#define PH_CHECKPOINT_PATH 4096
#define PH_CHECKPOINT_VERSION 6
#define PH_CHECKPOINT_BLOCK ((size_t)4 << 20) /* bytes of elements: a reader reads whole blocks */

/* Where a block lies. */
typedef struct ph_checkpoint_block {
    int32_t section, index, column;
    int32_t file;          /* rank that wrote it */
    int64_t first, count;
    int64_t offset, bytes;
    uint64_t checksum;
} ph_checkpoint_block;

struct ph_checkpoint {
    int is_loading;
    ph_comm *comm;
    int rank;
    char out_folder[PH_CHECKPOINT_PATH]; /* writing */
    char path[PH_CHECKPOINT_PATH];       /* its folder; writing: under its temporary name */
    ph_step step;
    int file;              /* descriptor; -1: none is open */
    int file_rank;         /* reading: whose it is */
    ph_background *writer; /* writing: of the file */
    int64_t written;       /* bytes of this rank's file */
    ph_checkpoint_block *blocks; /* writing: this rank's, of all on rank 0 when they are gathered */
    size_t n_blocks, blocks_room;
    ph_part_end *ends;
    size_t n_ends, ends_room;
    char *config;          /* reading */
    char *buffer;          /* reading: of a block; writing: of the lengths of its lists */
    size_t buffer_room;
};

/** @brief The name of a rank's file. Not collective. */
ph_status ph_checkpoint_file(char path[PH_CHECKPOINT_PATH], const char *folder, int rank);

/** @brief The name of a checkpoint's index. Not collective. */
ph_status ph_checkpoint_index(char path[PH_CHECKPOINT_PATH], const char *folder);

/** @brief The folder of a checkpoint of OUT. Not collective. @param ending "" or ".tmp" */
ph_status ph_checkpoint_folder(char path[PH_CHECKPOINT_PATH], const char *out_folder, ph_step step,
                               const char *ending);

/** @brief Remove a folder with its files, as far as that can be done. Not collective. */
void ph_checkpoint_remove(const char *path);

/** @brief Save the index, or load it. Not collective. */
ph_status ph_checkpoint_move_index(ph_checkpoint *checkpoint, ph_state *state);

/* Checkpoints of an out folder, the newest first. */
typedef struct ph_checkpoint_steps {
    long long *steps; /* n; owned by who asked, ph_free */
    size_t n, room;
} ph_checkpoint_steps;

/** @brief List them. Not collective. @param steps in: zeroed */
ph_status ph_checkpoint_list(const char *out_folder, ph_checkpoint_steps *steps);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints: OUT/checkpoints/STEP/ with a file of blocks from each rank, and an index of all
 * blocks, where they lie and their checksums. It is written under another name and renamed when all
 * of it is on the disk, so that a kill leaves the former one whole. A block belongs to a section
 * and to numbers that do not depend on the layout, so that any rank can find what it needs. */
#ifndef PHASIC_IO_CHECKPOINT_H
#define PHASIC_IO_CHECKPOINT_H

#include "comm/comm.h"
#include "io/checksum.h"
#include <phasic/state.h>

typedef enum ph_section {
    PH_SECTION_ROOT,      /* what the root keeps, and what is the same on all ranks */
    PH_SECTION_FIGURES,   /* sums over ranks */
    PH_SECTION_CONTEXT,   /* by projection: gates and sampled parameters */
    PH_SECTION_NEURON,    /* by population and column: an element a neuron */
    PH_SECTION_TRAIN,     /* by population and history: spikes of each neuron */
    PH_SECTION_TARGET,    /* by projection and column: an element a neuron of the target */
    PH_SECTION_SYNAPSE,   /* by projection: rows onto neurons of the target */
    PH_SECTION_ROW,       /* by projection: sources of neurons of the target, in any order */
    PH_SECTION_VISIT,     /* by projection: visits to them that are still to come, in any order */
    PH_SECTION_ECHO,      /* by projection: the same of echoes */
    PH_SECTION_SPIKE,     /* spikes of which some may still arrive, in any order */
    PH_SECTIONS
} ph_section;

/* Elements of a section. */
typedef struct ph_piece {
    ph_section section;
    int index, column;    /* as the section says; else 0 */
    int64_t first, count; /* neurons of a population, or just how many there are */
} ph_piece;

/* How far a part file had been written. */
typedef struct ph_part_end {
    int32_t segment, rank;
    int64_t bytes;
} ph_part_end;

typedef struct ph_checkpoint ph_checkpoint;

/* Bytes that one block is made of. */
typedef struct ph_checkpoint_span {
    const void *bytes;
    size_t n; /* a multiple of PH_SUM_STRIDE, unless these are the block's last */
} ph_checkpoint_span;

/* --- writing --------------------------------------------------------------------------------- */

/** @brief Begin a checkpoint of OUT. Collective on comm. Errors are agreed.
 *  @param step at which it is taken
 *  @param checkpoint out: owned by the caller, also after an error; ph_checkpoint_close */
ph_status ph_checkpoint_create(const char *out_folder, ph_step step, ph_comm *comm,
                               ph_checkpoint **checkpoint);

/** @brief Write a block. Not collective. @param piece what it holds */
ph_status ph_checkpoint_write(ph_checkpoint *checkpoint, const ph_piece *piece, const void *bytes,
                              size_t n);

/** @brief A block of bytes that lie in several places. Not collective. */
ph_status ph_checkpoint_write_block(ph_checkpoint *checkpoint, const ph_piece *piece,
                                    const ph_checkpoint_span *parts, int n_parts);

/** @brief Put it on the disk, write the index, give it its name and remove all but the one before.
 *  Collective on comm. Errors are agreed.
 *  @param mine this rank's status so far: where any has failed, nothing is left of the checkpoint
 *  @param ends,n_ends of part files: this rank's; rank 0's with those of former segments
 *  @param config resolved configuration, read on rank 0 */
ph_status ph_checkpoint_commit(ph_checkpoint *checkpoint, ph_status mine, const ph_part_end *ends,
                               int n_ends, const char *config);

/* --- reading --------------------------------------------------------------------------------- */

/** @brief Remove all checkpoints of OUT. Not collective.
 *  @return PH_FILE with the system's reason */
ph_status ph_checkpoints_clear(const char *out_folder);

/** @brief Remove what checkpoints of OUT that were not finished have left. Not collective: by who
 *  has its lock. */
void ph_checkpoints_tidy(const char *out_folder);

/** @brief Remove checkpoints of OUT that are later than a step. Not collective. */
void ph_checkpoints_remove_after(const char *out_folder, ph_step step);

/** @brief Whether a folder is that of a checkpoint. Not collective. */
int ph_checkpoint_is(const char *folder);

/** @brief Find the newest whole checkpoint of OUT and read its configuration. Not collective.
 *  @param folder OUT, or that of a checkpoint
 *  @param path,config out: owned by the caller, freed with ph_free
 *  @return PH_FILE when there is none */
ph_status ph_checkpoint_find(const char *folder, char **path, char **config);

/** @brief Open a checkpoint. Collective on comm. Errors are agreed.
 *  @param path its folder, known on rank 0
 *  @param checkpoint out: owned by the caller, also after an error; ph_checkpoint_close */
ph_status ph_checkpoint_open(const char *path, ph_comm *comm, ph_checkpoint **checkpoint);

/** @brief The step at which it was taken. Not collective. */
ph_step ph_checkpoint_step(const ph_checkpoint *checkpoint);

/** @brief The part files of the run up to then. Not collective. @param ends out: borrowed
 *  @return how many */
int ph_checkpoint_parts(const ph_checkpoint *checkpoint, const ph_part_end **ends);

/** @brief Called with a block that holds some of what was asked for. Not collective. */
typedef ph_status ph_checkpoint_visit(void *context, const ph_piece *piece, const void *bytes,
                                      size_t n);

/** @brief Read every block that has elements in common with a piece, and check it.
 *  Not collective. @return PH_FILE with the block that is damaged */
ph_status ph_checkpoint_each(ph_checkpoint *checkpoint, const ph_piece *piece,
                             ph_checkpoint_visit *visit, void *context);

/** @brief Cut the part files of OUT to what they were when a checkpoint was taken, and remove those
 *  begun later. Called on rank 0 before any rank opens another. Not collective.
 *  @return PH_FILE when one is missing or shorter */
ph_status ph_parts_cut(const char *out_folder, const ph_part_end *ends, int n);

/* --- both ------------------------------------------------------------------------------------ */

/** @brief Whether it is being read. Not collective. */
int ph_checkpoint_is_loading(const ph_checkpoint *checkpoint);

/** @brief Words for a piece that is not there or does not fit. Not collective. @return PH_FILE */
ph_status ph_checkpoint_misfit(const ph_checkpoint *checkpoint, const ph_piece *piece);

/** @brief Write the elements of a piece, in blocks, or read all of them. Not collective.
 *  @param size bytes of an element @param elements piece->count of them
 *  @return PH_FILE when some are not there, or of another size */
ph_status ph_checkpoint_move(ph_checkpoint *checkpoint, const ph_piece *piece, size_t size,
                             void *elements);

/** @brief Write a list of items for each element of a piece, in blocks. Not collective.
 *  @param counts piece->count: items of each @param size bytes of an item
 *  @param items of all lists, one behind the other */
ph_status ph_checkpoint_write_lists(ph_checkpoint *checkpoint, const ph_piece *piece,
                                    const uint32_t *counts, size_t size, const void *items);

/** @brief Called with the n items of an element. Not collective. */
typedef ph_status ph_list_visit(void *context, int64_t element, const void *items, uint32_t n);

/** @brief Read the list of every element of a piece. Not collective.
 *  @return PH_FILE when some are not there, or items are of another size */
ph_status ph_checkpoint_read_lists(ph_checkpoint *checkpoint, const ph_piece *piece, size_t size,
                                   ph_list_visit *visit, void *context);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_checkpoint_close(ph_checkpoint **checkpoint);

#endif

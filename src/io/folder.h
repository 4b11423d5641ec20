/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of a run. */
#ifndef PHASIC_IO_FOLDER_H
#define PHASIC_IO_FOLDER_H

#include "io/lock.h"

/** @brief Make the folder of a run and its folder of parts, parents too; refuse one that exists
 *  unless forced, and then take away what an older run left that would look complete.
 *  Not collective.
 *  @param lock out: the folder's lock, owned by the caller */
ph_status ph_folder_create(const char *folder, int force, ph_lock **lock);

/** @brief Take away what a run has written that did not come to its first step, so that the folder
 *  can be asked for again; what else lies in it stays, and then the folder. Not collective.
 *  @param lock given back, and null: the folder goes with it */
void ph_folder_abandon(const char *folder, ph_lock **lock);

/** @brief Make a folder of files that are written by name, parents too; refuse one that exists
 *  unless forced. Not collective. */
ph_status ph_folder_begin(const char *folder, int force);

/** @brief Make a folder within one; it may be there. Not collective. */
ph_status ph_folder_make(const char *folder, const char *name);

/** @brief Give a file the name that it is to have. Not collective. */
ph_status ph_folder_rename(const char *from, const char *to);

/** @brief Write a text file into it: temporary name, on the disk, then renamed. Not collective. */
ph_status ph_folder_write(const char *folder, const char *name, const char *text);

/** @brief Wait until a folder's entries are on the disk. Not collective.
 *  @param within a folder in it, or "" */
ph_status ph_folder_sync(const char *folder, const char *within);

#endif

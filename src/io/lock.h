/* SPDX-License-Identifier: Apache-2.0 */
/* One run writes into a folder at a time. */
#ifndef PHASIC_IO_LOCK_H
#define PHASIC_IO_LOCK_H

#include <phasic/status.h>

typedef struct ph_lock ph_lock;

/** @brief Take a folder's lock, the file `lock` in it, which says who has it; the lock of a process
 *  that is gone, killed or not, is free. A file system without locks is gone on without.
 *  Not collective: rank 0 of a run takes it for all.
 *  @param lock out: owned by the caller, of ph_lock_give_back
 *  @return PH_FILE when another process has it */
ph_status ph_lock_take(const char *folder, ph_lock **lock);

/** @brief Whether another process has a folder's lock; 0 where there are no locks.
 *  Not collective. */
int ph_lock_is_taken(const char *folder);

/** @brief Give it back and take the file away; *lock may be NULL. Not collective. */
void ph_lock_give_back(ph_lock **lock);

#endif

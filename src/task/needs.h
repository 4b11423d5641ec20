/* SPDX-License-Identifier: Apache-2.0 */
/* What the task of a brain needs of it, in all phases alike. */
#ifndef PHASIC_TASK_NEEDS_H
#define PHASIC_TASK_NEEDS_H

#include "model/brain.h"
#include <phasic/task.h>

/** @brief Inputs, readouts and channels of a brain's task; nothing without a task.
 *  Not collective.
 *  @param layout out @return PH_CONFIG where the task is not as it must be in some phase, or where
 *  a phase would change what is laid out once */
ph_status ph_task_needs(const ph_brain *brain, ph_task_layout *layout);

#endif

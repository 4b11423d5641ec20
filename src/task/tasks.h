/* SPDX-License-Identifier: Apache-2.0 */
/* The tasks, one file each. */
#ifndef PHASIC_TASK_TASKS_H
#define PHASIC_TASK_TASKS_H

#include <phasic/task.h>

extern const ph_task_type ph_task_digits;
extern const ph_task_type ph_task_coincidence;
extern const ph_task_type ph_task_conditioning;
extern const ph_task_type ph_task_reversal;
extern const ph_task_type ph_task_bandit;
extern const ph_task_type ph_task_novelty;
extern const ph_task_type ph_task_navigation;
extern const ph_task_type ph_task_continual;

#endif

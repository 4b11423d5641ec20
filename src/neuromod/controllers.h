/* SPDX-License-Identifier: Apache-2.0 */
/* The controllers, one file each. */
#ifndef PHASIC_NEUROMOD_CONTROLLERS_H
#define PHASIC_NEUROMOD_CONTROLLERS_H

#include <phasic/controller.h>

extern const ph_controller_type ph_controller_reward_prediction_error;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The controllers, one file each in controllers/. */
#ifndef PHASIC_NEUROMOD_CONTROLLERS_H
#define PHASIC_NEUROMOD_CONTROLLERS_H

#include <phasic/controller.h>

extern const ph_controller_type ph_controller_reward_prediction_error;
extern const ph_controller_type ph_controller_td_error;
extern const ph_controller_type ph_controller_expected_uncertainty;
extern const ph_controller_type ph_controller_unexpected_uncertainty;
extern const ph_controller_type ph_controller_average_reward;
extern const ph_controller_type ph_controller_conflict;
extern const ph_controller_type ph_controller_novelty;

#endif

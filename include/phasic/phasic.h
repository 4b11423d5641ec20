/* SPDX-License-Identifier: Apache-2.0 */
/* phasic within a program of your own: add types to what a configuration can name, then do what the
 * program phasic does. examples/embedding is one. */
#ifndef PHASIC_PHASIC_H
#define PHASIC_PHASIC_H

#include <phasic/controller.h>
#include <phasic/math.h>
#include <phasic/neuron.h>
#include <phasic/plasticity.h>
#include <phasic/random.h>
#include <phasic/stimulus.h>
#include <phasic/task.h>

/** @brief Let a configuration name a type of your own: a neuron model, plasticity rule, stimulus,
 *  controller or task. Before ph_main, in the same order on every rank. Not collective.
 *  @param type the `base` of a ph_neuron_model, ph_rule, ph_stimulus_type, ph_controller_type or
 *  ph_task_type; borrowed for the life of the process
 *  @return PH_CONFIG when the name is taken or the registry takes none from outside (connection
 *  rules, interventions), PH_RESOURCE when there are too many */
PH_API ph_status ph_register(ph_registry_id registry, const ph_descriptor *type);

/** @brief Do what the program phasic does with these arguments; errors go to standard error.
 *  Collective on all processes for the commands that run, else not. It starts and stops MPI: call
 *  it once. @return the exit status */
PH_API int ph_main(int argc, char **argv);

/** @brief The version of the library that is linked; PH_VERSION is that of the headers.
 *  Not collective. */
PH_API const char *ph_version(void);

#endif

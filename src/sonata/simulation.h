/* SPDX-License-Identifier: Apache-2.0 */
/* Private to sonata: a simulation_config.json as a configuration of phasic. */
#ifndef PHASIC_SONATA_SIMULATION_H
#define PHASIC_SONATA_SIMULATION_H

#include "sonata/circuit.h"

/* Name of the region that takes in the circuit of a simulation. */
#define PH_SONATA_REGION "circuit"

/** @brief Whether a file is SONATA's: a simulation, or the file that names one and its circuit.
 *  Not collective. */
int ph_is_simulation(const ph_node *root);

/** @brief The configuration of a simulation: the one of phasic that it names, or one region with
 *  the key `sonata`. Not collective.
 *  @param root in: of the JSON file, out: of the configuration */
ph_status ph_simulation_begin(ph_tree *tree, const char *path, ph_node **root);

/** @brief What is recorded of it, where nothing was said, once the circuit is known.
 *  Not collective. @param circuits,n of all regions @param root of the configuration */
ph_status ph_simulation_end(ph_circuit *circuits, int n, const char *path, ph_node *root);

/** @brief Read the JSON of the simulation that a file is, or names. Not collective.
 *  @param outer out: the file that names it; its root is NULL where the file is the simulation */
ph_status ph_simulation_read(ph_tree *tree, const char *path, ph_json *json, ph_json *outer);

#endif

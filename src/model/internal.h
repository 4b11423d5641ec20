/* SPDX-License-Identifier: Apache-2.0 */
/* Private to model: the steps from what was read to a brain. Each collects the user's errors and
 * returns others. */
#ifndef PHASIC_MODEL_INTERNAL_H
#define PHASIC_MODEL_INTERNAL_H

#include "config/read.h"
#include "model/tables.h"
#include <phasic/controller.h>
#include <phasic/plasticity.h>
#include <phasic/stimulus.h>

typedef struct ph_builder {
    ph_brain *brain;
    ph_reader reader;
} ph_builder;

/** @brief Read a mapping into a brain and do all steps but the phases. Not collective. */
ph_status ph_build(ph_tree *tree, const ph_registry *registries, ph_errors *errors, ph_node *root,
                   ph_brain *brain);

/** @brief Number populations and projections, sizes by channel and scale. Not collective. */
ph_status ph_build_index(ph_builder *builder);

/** @brief Read the parameters that populations have by neuron. Not collective. */
ph_status ph_build_nodes(ph_builder *builder);

/** @brief Find every address, port and receptor. Not collective. */
ph_status ph_build_resolve(ph_builder *builder);

/** @brief What an address means. Not collective. @param region that it is relative to; -1: none
 *  @param address its span is filled in; an error when it names nothing */
void ph_build_address(ph_builder *builder, int region, ph_address *address);

/** @brief The region that an entry of a map is named after; an error when there is none.
 *  Not collective. @return its index, or -1 */
int ph_build_region(ph_builder *builder, const ph_item *item);

/** @brief Ports, units and signs of weights, bounds of plastic ones. Not collective. */
ph_status ph_build_projections(ph_builder *builder);

/** @brief List the controllers of all transmitters; find what they read and the ports that they
 *  drive. Not collective. */
ph_status ph_build_controllers(ph_builder *builder);

/** @brief Check the unit and sign of a weight onto a port; errors at node. Not collective. */
void ph_build_weight(ph_builder *builder, const ph_node *node, double weight, int population,
                     int port);

/** @brief Nuclei, innervation, and which receptor moves which parameter. Not collective. */
ph_status ph_build_modulation(ph_builder *builder);

/** @brief Which receptors move which parameters of a table (those marked PH_PARAM_MODULATED), by
 *  which curves and after which delays. Not collective. @param modulation of ph_modulation
 *  @param more a second table; may be NULL */
void ph_build_modulations(ph_builder *builder, ph_map *modulation, const ph_table *table,
                          const ph_table *more);

/** @brief Local readouts of the transmitters. Not collective. */
void ph_build_locals(ph_builder *builder);

/** @brief Check what interventions name, and mark the projections that they cut. Not collective. */
void ph_build_interventions(ph_builder *builder);

/** @brief Apply the regions' scale to indegrees and weights. Not collective. */
ph_status ph_build_scale(ph_builder *builder);

/** @brief Delays in steps; slice, epoch and beat. Not collective. */
ph_status ph_build_times(ph_builder *builder);

/** @brief Which populations, cells and projections are recorded. Not collective. */
ph_status ph_build_recording(ph_builder *builder);

/** @brief Which ranks regions are to be on. Not collective. */
void ph_build_seats(ph_builder *builder);

/** @brief The run's phases, groups and repetitions written out. Not collective. */
ph_status ph_build_protocol(ph_builder *builder);

/** @brief An error when a `set` is no mapping. Not collective. @param set may be NULL */
void ph_build_check_set(ph_builder *builder, const ph_node *set);

/** @brief The brain of each phase. Not collective. */
ph_status ph_build_phases(ph_builder *builder);

/** @brief Index of a port by name; an error at node when there is none. Not collective.
 *  @return -1 */
int ph_build_port(ph_builder *builder, const ph_node *node, int population, const char *receptor);

/** @brief Ask the task for what it drives and counts: once nothing else is wrong.
 *  Not collective. */
ph_status ph_build_task(ph_builder *builder);

/** @brief Whether the tasks of two phases drive and count the same, by the same weights.
 *  Not collective. */
int ph_same_task(const ph_brain *a, const ph_brain *b);

/** @brief The region of an index. Not collective. */
static inline ph_region *ph_region_at(const ph_brain *brain, int region)
{
    return (ph_region *)brain->regions.items + region;
}

/** @brief The model of a population. Not collective. */
static inline const ph_neuron_model *ph_model_of(const ph_population *population)
{
    return (const ph_neuron_model *)(const void *)population->neuron.type;
}

/** @brief The type of a controller. Not collective. */
static inline const ph_controller_type *ph_controller_type_of(const ph_controller *controller)
{
    return (const ph_controller_type *)(const void *)controller->variant->type;
}

/** @brief The rule of a projection; NULL for static. Not collective. */
const ph_rule *ph_rule_of(const ph_projection *projection);

/** @brief Where a rule's parameter lies; NULL when there is none. Not collective. */
double *ph_rule_parameter(const ph_projection *projection, const char *name,
                          const ph_param **param);

#endif

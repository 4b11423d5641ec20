/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes of nodes, from the table of types and from the groups of the file. */
#ifndef PHASIC_SONATA_ATTRIBUTES_H
#define PHASIC_SONATA_ATTRIBUTES_H

#include "sonata/circuit.h"

/** @brief Leave those nodes alone whose attribute has one of some values. A value in the file beats
 *  that of the type. Not collective.
 *  @param values its key is the attribute's name; a scalar, a list, or bounds {"$gt": 1}
 *  @param has in, out: by node, cleared where the value is another, or there is none */
ph_status ph_attribute_filter(ph_tree *tree, const ph_node_population *population,
                              const ph_node *values, uint8_t *has);

#endif

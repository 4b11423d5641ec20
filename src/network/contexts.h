/* SPDX-License-Identifier: Apache-2.0 */
/* What the rules of a rank's plastic projections read: decays, gates, sampled parameters. */
#ifndef PHASIC_NETWORK_CONTEXTS_H
#define PHASIC_NETWORK_CONTEXTS_H

#include "model/brain.h"
#include <phasic/plasticity.h>

/* What contexts are made of. */
typedef struct ph_build_contexts {
    const ph_brain *brain;
    uint64_t seed;
    ph_step keep; /* steps back that visits may reach */
} ph_build_contexts;

/** @brief The rule of a projection whose synapses are visited; NULL: they are delivered as they
 *  are. Not collective. */
const ph_rule *ph_projection_rule(const ph_projection *projection);

/** @brief Make the contexts of all plastic projections. Not collective.
 *  @param contexts out: one for each projection; ph_contexts_destroy */
ph_status ph_contexts_create(const ph_build_contexts *build, ph_rule_context **contexts);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_contexts_destroy(const ph_brain *brain, ph_rule_context **contexts);

/** @brief A parameter of kind REAL by its name; NaN when the table has none. Not collective. */
double ph_param_value(const ph_variant *variant, const char *name);

/** @brief A parameter of kind CHOICE by its name; 0 when the table has none. Not collective. */
int ph_param_choice(const ph_variant *variant, const char *name);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The rules, and the end of small traces. */
#ifndef PHASIC_PLASTICITY_RULES_H
#define PHASIC_PLASTICITY_RULES_H

#include <phasic/plasticity.h>
#include <phasic/types.h>

extern const ph_rule ph_rule_static;
extern const ph_rule ph_rule_stdp;
extern const ph_rule ph_rule_stdp_triplet;
extern const ph_rule ph_rule_stdp_reward;
extern const ph_rule ph_rule_stdp_reward_rise;
extern const ph_rule ph_rule_sequential;
extern const ph_rule ph_rule_istdp;
extern const ph_rule ph_rule_calcium;
extern const ph_rule ph_rule_stc;

/** @brief A trace, or 0 once it is below 1e-30: no subnormal numbers. Not collective. */
static inline ph_real ph_flushed(ph_real trace)
{
    return trace < (ph_real)1e-30 && trace > (ph_real)-1e-30 ? 0 : trace;
}

#endif

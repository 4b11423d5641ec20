/* SPDX-License-Identifier: Apache-2.0 */
/* The rules, and what they share: bounds of the weight, and the end of small traces. */
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

enum { PH_BOUNDS_SOFT, PH_BOUNDS_HARD };
extern const char *const ph_bounds_choices[];
extern const char *const ph_pairing_choices[]; /* of PH_PAIRING_* */

/* Parameters that most rules have. */
#define PH_RULE_W_MAX(type) PH_REAL(type, w_max, "pA|nS", NULL, 0, 1e9, "largest weight")
#define PH_RULE_BOUNDS(type, value)                                                                \
    PH_CHOICE(type, bounds, ph_bounds_choices, value, "how the weight is kept within 0 and w_max")
#define PH_RULE_PAIRING(type)                                                                      \
    PH_CHOICE(type, pairing, ph_pairing_choices, "all_to_all",                                     \
              "which earlier spikes a spike is paired with: all, or the nearest of a neuron")

/** @brief w + dw within [0, w_max]; soft bounds scale dw by the room that is left.
 *  Not collective. */
static inline ph_real ph_bounded(ph_real w, double dw, double w_max, int bounds)
{
    double old = (double)w;
    if (bounds == PH_BOUNDS_SOFT)
        dw *= dw > 0 ? 1.0 - old / w_max : old / w_max;
    double next = old + dw;
    return (ph_real)(next < 0 ? 0 : next > w_max ? w_max : next);
}

/** @brief A trace, or 0 once it is below 1e-30: no subnormal numbers. Not collective. */
static inline ph_real ph_flushed(ph_real trace)
{
    return trace < (ph_real)1e-30 && trace > (ph_real)-1e-30 ? 0 : trace;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the configuration's keys, from which it is read, explained and validated. */
#ifndef PHASIC_MODEL_TABLES_H
#define PHASIC_MODEL_TABLES_H

#include "model/brain.h"

/** The whole configuration; its struct is ph_brain. */
extern const ph_table ph_brain_table;

extern const ph_table ph_region_table;
extern const ph_table ph_projection_table;
extern const ph_table ph_sonata_table; /* its struct is ph_sonata */
extern const ph_table ph_neuromodulation_table;

/** An entry of a map of modulations: which receptor moves what, and how. */
extern const ph_table ph_modulation_table;
/** What receptors may move of a transmitter's release and uptake: `release` and `V_max`. */
extern const ph_table ph_terminal_table;
/** Short-term plasticity; its first key is U. */
extern const ph_table ph_short_term_table;

/** The rule that changes nothing. */

#endif

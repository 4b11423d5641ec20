/* SPDX-License-Identifier: Apache-2.0 */
/* The rule that changes nothing, and the words for bounds and pairings. */
#include "plasticity/rules.h"

#include <stddef.h>

const char *const ph_bounds_choices[] = {"soft", "hard", NULL};
const char *const ph_pairing_choices[] = {"all_to_all", "nearest", NULL};

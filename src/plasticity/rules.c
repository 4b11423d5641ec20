/* SPDX-License-Identifier: Apache-2.0 */
/* The rule that changes nothing, and the words for bounds and pairings. */
#include "plasticity/rules.h"

#include <stddef.h>

const char *const ph_bounds_choices[] = {"soft", "hard", NULL};
const char *const ph_pairing_choices[] = {"all_to_all", "nearest", NULL};

static const ph_param no_keys[] = {{.name = NULL}};
static const ph_table table = {"static", "weights that stay", 0, no_keys, 0};

static void visit(const ph_rule_context *c, const ph_visit *v)
{
    (void)c;
    for (int i = 0; i < v->n_ahead; i++)
        __builtin_prefetch(v->ahead[i], 1);
}

const ph_rule ph_rule_static = {
    .base = {"static", "weights that stay as they were drawn", &table},
    .visit = visit,
};

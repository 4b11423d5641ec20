/* SPDX-License-Identifier: Apache-2.0 */
/* The rates that a run had, for the plan of another. */
#include "cli/length.h"

#include "config/tree.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static ph_status set_rates(ph_brain *brain, const char *path, const ph_node *root)
{
    const ph_node *populations =
        root->kind == PH_NODE_MAPPING ? ph_node_get(root, "populations") : NULL;
    PH_CHECK(populations && populations->kind == PH_NODE_MAPPING, PH_CONFIG,
             "--rates: %s has no rates of populations", path);
    int found = 0;
    for (int p = 0; p < brain->n_populations; p++) {
        const ph_node *node = ph_node_get(populations, brain->populations[p]->address);
        const ph_node *rate =
            node && node->kind == PH_NODE_MAPPING ? ph_node_get(node, "rate_Hz") : NULL;
        char *end;
        if (!rate || !rate->text)
            continue;
        double value = strtod(rate->text, &end);
        if (*end || end == rate->text || !isfinite(value) || value < 0)
            continue;
        brain->populations[p]->rate = value;
        found++;
    }
    PH_CHECK(found > 0, PH_CONFIG, "--rates: %s is of a brain with other populations", path);
    return PH_OK;
}

ph_status ph_rates_read(const char *folder, ph_brain *brain)
{
    char path[4096];
    ph_tree *tree = NULL;
    int length = snprintf(path, sizeof path, "%s/summary.json", folder);
    PH_CHECK(length > 0 && (size_t)length < sizeof path, PH_FILE,
             "--rates: the name %s is too long", folder);
    ph_status status = ph_config_load(path, NULL, 0, &tree);
    if (status == PH_FILE)
        return ph_error_context(status, "--rates: cannot open ");
    if (status == PH_OK)
        status = set_rates(brain, path, tree->root);
    ph_tree_destroy(&tree);
    return status;
}

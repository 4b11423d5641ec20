/* SPDX-License-Identifier: Apache-2.0 */
/* Making and freeing the description of a brain. */
#include "model/internal.h"

#include "base/memory.h"

ph_status ph_build(ph_tree *tree, const ph_registry *registries, ph_errors *errors, ph_node *root,
                   ph_brain *brain)
{
    ph_builder builder = {brain, {tree, registries, errors}};
    int before = errors->count;
    brain->tree = tree;
    PH_TRY(ph_read_table(&builder.reader, &ph_brain_table, root, brain));
    PH_TRY(ph_build_index(&builder));
    PH_TRY(ph_build_nodes(&builder));
    PH_TRY(ph_build_resolve(&builder));
    PH_TRY(ph_build_projections(&builder));
    PH_TRY(ph_build_modulation(&builder));
    PH_TRY(ph_build_controllers(&builder));
    ph_build_locals(&builder);
    PH_TRY(ph_build_protocol(&builder));
    ph_build_interventions(&builder);
    ph_build_seats(&builder);
    PH_TRY(ph_build_times(&builder));
    if (errors->count == before) {
        PH_TRY(ph_build_task(&builder));
        PH_TRY(ph_build_scale(&builder));
    }
    return ph_build_recording(&builder);
}

static ph_status create(ph_tree *tree, const ph_registry *registries, ph_errors *errors,
                        ph_brain *brain)
{
    PH_CHECK(tree->root && tree->root->kind == PH_NODE_MAPPING, PH_CONFIG,
             "a configuration is a mapping of keys to values");
    PH_TRY(ph_build(tree, registries, errors, tree->root, brain));
    ph_builder builder = {brain, {tree, registries, errors}};
    if (!errors->count)
        PH_TRY(ph_build_phases(&builder));
    return ph_errors_raise(errors);
}

ph_status ph_brain_create(ph_tree *tree, const ph_registry *registries, ph_brain **out)
{
    ph_brain *brain;
    ph_errors errors = {0};
    *out = NULL;
    PH_ALLOC(brain, 1);
    ph_status status = create(tree, registries, &errors, brain);
    ph_errors_free(&errors);
    if (status != PH_OK)
        ph_brain_destroy(&brain);
    *out = brain;
    return status;
}

void ph_brain_destroy(ph_brain **brain)
{
    ph_free(*brain); /* everything else is in the tree's memory */
    *brain = NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Finding a descriptor by its name. */
#include "base/registries.h"

#include <string.h>

const ph_descriptor *ph_registry_find(const ph_registry *registry, const char *name)
{
    for (int i = 0; i < registry->count; i++)
        if (!strcmp(registry->items[i]->name, name))
            return registry->items[i];
    return NULL;
}

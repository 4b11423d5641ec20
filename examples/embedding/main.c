/* SPDX-License-Identifier: Apache-2.0 */
/* phasic with a plasticity rule and a task of one's own. Everything else is the program: this one
 * has its commands and options too, and `explain`, `check` and `schema` know the new types. */
#include "types.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    if (ph_register(PH_REGISTRY_PLASTICITY, &hebb_toll.base) != PH_OK ||
        ph_register(PH_REGISTRY_TASK, &knock.base) != PH_OK) {
        fprintf(stderr, "embedding: %s\n", ph_error_message());
        return PH_FAILURE;
    }
    return ph_main(argc, argv);
}

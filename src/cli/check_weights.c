/* SPDX-License-Identifier: Apache-2.0 */
/* By how much fixed-point quanta round the weights of each receptor. */
#include "cli/run.h"
#include "network/quanta.h"
#include "sim/sim.h"

#include <math.h>
#include <stdio.h>

static void print_rounding(const ph_brain *brain, const ph_quanta *quanta)
{
    double worst = 0;
    const char *where = "";
    for (int p = 0; p < brain->n_projections; p++) {
        const ph_projection *projection = brain->projections[p];
        double quantum = quanta->quantum[projection->target.span.population * PH_NEURON_PORTS +
                                         projection->port];
        double mean = fabs(projection->weight.mean);
        double error = mean > 0 ? fabs((double)ph_round(mean / quantum) * quantum / mean - 1) : 0;
        if (error > worst) {
            worst = error;
            where = projection->address;
        }
    }
    if (worst > 0)
        printf("weights are rounded by at most %.3g %% (%s)\n", 100 * worst, where);
}

ph_status ph_check_weights(const ph_brain *brain)
{
    ph_quanta quanta = {NULL};
    ph_task_layout layout = {.n_inputs = 0};
    ph_inputs inputs;
    PH_TRY(ph_inputs_list(brain, &layout, &inputs));
    ph_status status = ph_quanta_create(brain, inputs.of, inputs.n, &quanta);
    if (status == PH_OK)
        print_rounding(brain, &quanta);
    ph_quanta_destroy(&quanta);
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Closed forms from one spike of a source to its next. */
#include "plasticity/release.h"

#include <phasic/math.h>

static double left_after(double ms, double tau)
{
    return tau > 0 ? ph_exp(-ms / tau) : 0;
}

double ph_release_at(const ph_release_constants *constants, double U, double h, ph_step step,
                     ph_release *release)
{
    double ms = (double)(step - release->last) * h;
    int is_first = release->R <= 0;
    double R = release->R * (1 - release->u);
    release->R = is_first ? 1 : 1 + (R - 1) * left_after(ms, constants->tau_rec);
    release->u = is_first ? U : U + release->u * (1 - U) * left_after(ms, constants->tau_facil);
    release->last = step;
    return release->u * release->R;
}

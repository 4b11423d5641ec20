/* SPDX-License-Identifier: Apache-2.0 */
/* Integrals behind the propagators, without what cancels where two time constants are alike. */
#include "neuron/alpha.h"

#include <phasic/math.h>

#include <math.h>

double ph_moment(double x, int power)
{
    if (fabs(x) > 0.5)
        return power == 0 ? ph_expm1(x) / x : (ph_exp(x) * (x - 1) + 1) / (x * x);
    double sum = 0, term = 1; /* x^n / n!: what is above cancels for small x */
    for (int n = 0; n < 16; n++) {
        sum += term / (n + 1 + power);
        term *= x / (n + 1);
    }
    return sum;
}

ph_alpha ph_alpha_of(double h, double tau_m, double C_m, double tau_syn)
{
    double decay = ph_exp(-h / tau_m), x = h * (1 / tau_m - 1 / tau_syn);
    return (ph_alpha){.P31 = decay * h * h / C_m * ph_moment(x, 1),
                      .P32 = decay * h / C_m * ph_moment(x, 0),
                      .P11 = ph_exp(-h / tau_syn),
                      .jump = ph_exp(1) / tau_syn};
}

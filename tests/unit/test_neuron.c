/* SPDX-License-Identifier: Apache-2.0 */
/* The exponential functions of the update kernels against libm; NMDA receptors against closed forms
 * and against the gates of their paper. */
#include "one_neuron.h"
#include "suite.h"

#include "base/random.h"
#include "cli/registries.h"
#include "neuron/exp.h"
#include "neuron/models.h"
#include "plasticity/release.h"

#include <math.h>

static void exponentials_of_kernels_agree_with_libm(void)
{
    double worst = 0, worst_f = 0;
    for (int i = -1000000; i <= 1000000; i++) {
        double x = i * 708e-6, near = i * 1e-6;
        worst = fmax(worst, fabs(ph_exp_inline(x) / exp(x) - 1));
        worst = fmax(worst, fabs(ph_exp_inline(near) / exp(near) - 1));
        float y = (float)(i * 87e-6), near_f = (float)near;
        worst_f = fmax(worst_f, fabs(ph_expf_inline(y) / exp(y) - 1));
        worst_f = fmax(worst_f, fabs(ph_expf_inline(near_f) / exp(near_f) - 1));
    }
    CU_ASSERT(worst < 0x1p-51);
    CU_ASSERT(worst_f < 0x1p-22);
    CU_ASSERT(ph_exp_inline(0) == 1 && ph_expf_inline(0) == 1);
}

static void exponentials_of_kernels_end_in_normal_numbers(void)
{
    CU_ASSERT(ph_exp_inline(-HUGE_VAL) == ph_exp_inline(-708) && isnormal(ph_exp_inline(-708)));
    CU_ASSERT(ph_exp_inline(HUGE_VAL) == ph_exp_inline(709) && isnormal(ph_exp_inline(709)));
    CU_ASSERT(ph_expf_inline(-HUGE_VALF) == ph_expf_inline(-87) && isnormal(ph_expf_inline(-87)));
    CU_ASSERT(ph_expf_inline(HUGE_VALF) == ph_expf_inline(88) && isnormal(ph_expf_inline(88)));
    CU_ASSERT(isnan(ph_exp_inline(NAN)) && isnan(ph_expf_inline(NAN)));
}

#define H 0.1 /* ms */

/* Whichever is the slower, and however long the step. */
static void a_current_moves_the_membrane_by_its_closed_form(void)
{
    const double cases[][3] = {{10, 0.5, 0.1}, {2, 5, 0.1}, {2, 2, 0.1}, {0.01, 0.5, 10},
                               {0.5, 0.01, 10}, {0.01, 20, 10}};
    for (int i = 0; i < 6; i++) {
        const double tau_m = cases[i][0], tau_s = cases[i][1], h = cases[i][2], C_m = 250;
        const double arriving[] = {100, 0}; /* pA */
        one_neuron neuron;
        one_neuron_lay(&ph_iaf_psc_exp, &neuron);
        one_neuron_set(&neuron, "tau_m", tau_m);
        one_neuron_set(&neuron, "tau_syn_exc", tau_s);
        one_neuron_set(&neuron, "tau_syn_inh", tau_s);
        one_neuron_set(&neuron, "C_m", C_m);
        one_neuron_prepare(&neuron, h);
        one_neuron_step(&neuron, arriving, 0);
        one_neuron_step(&neuron, NULL, 0);
        double V = 100 * h / C_m * exp(-h / tau_m);
        if (tau_s != tau_m)
            V = 100 * tau_s * tau_m / (C_m * (tau_m - tau_s)) * (exp(-h / tau_m) - exp(-h / tau_s));
        CU_ASSERT_DOUBLE_EQUAL((double)neuron.state[0][0], V, 1e-6 * fabs(V) + 1e-30);
    }
}

static double block_at(double V)
{
    return 1 / (1 + exp(-0.062 * V) / 3.57);
}

static void an_NMDA_conductance_rises_and_decays(void)
{
    one_neuron neuron;
    one_neuron_lay(&ph_iaf_cond_nmda, &neuron);
    one_neuron_set(&neuron, "tau_rise_nmda", 4);
    one_neuron_prepare(&neuron, H);
    const double arriving[] = {0, 0, 0.25};
    double sum = 0;
    one_neuron_step(&neuron, arriving, 0);
    for (int k = 1; k <= 10000; k++) {
        CU_ASSERT(!one_neuron_step(&neuron, NULL, 0));
        double t = k * H, g = (double)neuron.state[3][0];
        CU_ASSERT_DOUBLE_EQUAL(g, 0.25 / (1 - 0.04) * (exp(-t / 100) - exp(-t / 4)), 1e-6);
        sum += g * H;
    }
    CU_ASSERT_DOUBLE_EQUAL(sum, 0.25 * 100, 0.01); /* as if it had jumped by 0.25 nS */
    /* Equal times make an alpha function. */
    one_neuron_set(&neuron, "tau_rise_nmda", 100);
    one_neuron_prepare(&neuron, H);
    memset(neuron.state, 0, sizeof neuron.state);
    one_neuron_step(&neuron, arriving, 0);
    for (int k = 1; k <= 500; k++)
        one_neuron_step(&neuron, NULL, 0);
    CU_ASSERT_DOUBLE_EQUAL((double)neuron.state[3][0], 0.25 * 0.5 * exp(-0.5), 1e-6);
}

/* Where a conductance hardly decays, V follows the place at which the currents balance. */
static void magnesium_blocks_NMDA_receptors_at_rest(void)
{
    const double weights[] = {2, 20, 60, 200, 1000};
    for (int w = 0; w < 5; w++) {
        one_neuron neuron;
        one_neuron_lay(&ph_iaf_cond_nmda, &neuron);
        one_neuron_set(&neuron, "tau_rise_nmda", 0.1);
        one_neuron_set(&neuron, "tau_decay_nmda", 1e4);
        one_neuron_set(&neuron, "V_th", 100);
        one_neuron_prepare(&neuron, H);
        const double arriving[] = {0, 0, weights[w]};
        one_neuron_step(&neuron, arriving, 0);
        for (int k = 0; k < 5000; k++)
            one_neuron_step(&neuron, NULL, 0);
        double V = (double)neuron.state[0][0] - 70, g = (double)neuron.state[3][0];
        double low = -70, high = 0; /* mV: the current inward is larger at the lower */
        for (int k = 0; k < 60; k++) {
            double at = 0.5 * (low + high);
            if (-g * block_at(at) * at > 25 * (at + 70))
                low = at;
            else
                high = at;
        }
        CU_ASSERT(g > 0.9 * weights[w]);
        CU_ASSERT_DOUBLE_EQUAL(V, low, 0.3);
    }
}

/* Brunel & Wang (2001): s' = -s / tau_decay + alpha x (1 - s), x' = -x / tau_rise, x += 1 at a
 * spike, for one source at several rates; and what depression leaves of the spikes, through the
 * linear conductance. */
static void depression_saturates_NMDA_receptors_as_their_gates_do(void)
{
    const double U = 1 - exp(-0.5 * 2), rates[] = {5, 20, 60, 120};
    for (int r = 0; r < 4; r++) {
        const ph_release_constants constants = {U, 100, 0};
        ph_release release = {0};
        one_neuron neuron;
        one_neuron_lay(&ph_iaf_cond_nmda, &neuron);
        one_neuron_prepare(&neuron, H);
        double s = 0, x = 0, gates = 0, conductance = 0, apart = 0;
        for (int64_t k = 1; k <= 200000; k++) {
            double arriving[] = {0, 0, 0};
            double drawn = ph_random_unit(ph_random(7, PH_PURPOSE_BENCH, r, 0, k, 0).v[0]);
            for (int part = 0; part < 10; part++) {
                s += H / 10 * (-s / 100 + 0.5 * x * (1 - s));
                x -= H / 10 * x / 2;
            }
            if (drawn < rates[r] * H * 1e-3) {
                arriving[2] = ph_release_at(&constants, U, H, k, &release);
                x += 1;
            }
            one_neuron_step(&neuron, arriving, 0);
            gates += s;
            conductance += (double)neuron.state[3][0];
            apart += fabs(s - (double)neuron.state[3][0]);
        }
CU_ASSERT_DOUBLE_EQUAL(conductance / gates, 1, 0.015);
        CU_ASSERT(apart < 0.02 * gates);
        CU_ASSERT(gates / 200000 < 0.95);
    }
}

/* --- excitability ----------------------------------------------------------------------------- */

static const ph_neuron_model *model_at(int i)
{
    return (const ph_neuron_model *)(const void *)ph_registries()[PH_REGISTRY_NEURON].items[i];
}

/* Spikes, and the sum of V_m, in 300 ms of input that makes any of the models fire. */
static double response(one_neuron *neuron, int *spikes)
{
    double sum = 0;
    const int is_dimensionless = neuron->model == &ph_izhikevich || neuron->model == &ph_srm0;
    const double current = is_dimensionless ? 20 : 900;
    for (int k = 0; k < 3000; k++) {
        double arriving[PH_NEURON_PORTS];
        for (int p = 0; p < PH_NEURON_PORTS; p++)
            arriving[p] = k % 40 == 10 * p ? 2 : 0;
        *spikes += one_neuron_step(neuron, arriving, current);
        sum += (double)neuron->state[0][0];
    }
    return sum;
}

/* A parameter that receptors may move has a range, and is one of those that .prepare makes
 * constants of: none of them is a part of what the state is relative to. */
static void parameters_that_receptors_move_act_through_the_constants(void)
{
    int n_moved = 0;
    for (int m = 0; m < ph_registries()[PH_REGISTRY_NEURON].count; m++) {
        const ph_table *table = model_at(m)->base.params;
        for (int i = 0; i < table->count; i++) {
            const ph_param *param = &table->params[i];
            if (!(param->flags & PH_PARAM_MODULATED))
                continue;
            n_moved++;
            CU_ASSERT(param->flags & PH_PARAM_MODULATED_HELD);
            CU_ASSERT(param->kind == PH_KIND_REAL && param->min < param->max);
            one_neuron before, after;
            int spikes = 0, moved = 0;
            one_neuron_lay(model_at(m), &before);
            one_neuron_prepare(&before, H);
            double rest = model_at(m)->rest(before.params);
            double sum = response(&before, &spikes), value;
            one_neuron_lay(model_at(m), &after);
            memcpy(&value, (char *)after.params + param->offset, sizeof value);
            one_neuron_set(&after, param->name, value * 0.9 - 1e-3);
            one_neuron_prepare(&after, H);
            CU_ASSERT(spikes > 3);
            CU_ASSERT_EQUAL(model_at(m)->rest(after.params), rest);
            CU_ASSERT(response(&after, &moved) != sum);
        }
    }
    CU_ASSERT(n_moved > 25);
}

int main(void)
{
    static const suite_test tests[] = {
        {"exponentials of kernels agree with libm", exponentials_of_kernels_agree_with_libm},
        {"exponentials of kernels end in normal numbers",
         exponentials_of_kernels_end_in_normal_numbers},
        {"a current moves the membrane by its closed form",
         a_current_moves_the_membrane_by_its_closed_form},
        {"an NMDA conductance rises and decays", an_NMDA_conductance_rises_and_decays},
        {"magnesium blocks NMDA receptors at rest", magnesium_blocks_NMDA_receptors_at_rest},
        {"parameters that receptors move act through the constants",
         parameters_that_receptors_move_act_through_the_constants},
        {"depression saturates NMDA receptors as their gates do",
         depression_saturates_NMDA_receptors_as_their_gates_do},
    };
    return suite_run("neuron", tests, (int)(sizeof tests / sizeof tests[0]));
}

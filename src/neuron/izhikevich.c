/* SPDX-License-Identifier: Apache-2.0 */
/* The simple model of spiking neurons of E. M. Izhikevich, IEEE Trans Neural Netw 14:1569 (2003).
 *
 *     v' = 0.04 v^2 + 5 v + 140 - u + I,  u' = a (b v - u)     (v in mV, t in ms; eqs. 1 and 2)
 *     v >= V_th (30 mV): spike, v = c, u = u + d               (eq. 3)
 *     v += w at an arrival (w < 0 on inh)
 * The paper's I has no unit: 1 pA counts as 1 mV/ms, and an arriving w (pA) as w during 1 ms, the
 * step of the paper's network, which moves v by w mV. The variables begin at v = c (or V_init) and
 * u = b c. The model is its difference equations: forward Euler in steps of the resolution, or,
 * with `consistent_integration: false` (NEST's name), the scheme of the paper's programs: v in two
 * halves of a step, each with half of what arrives, then u with the new v (its peak, at a spike).
 * Another resolution makes another neuron. In double in either build and kept as pairs: the
 * upstroke makes rounding grow a thousandfold. */
#include "neuron/models.h"

#include "neuron/kernel.h"

#include <string.h>

typedef struct params {
    double a;    /* 1/ms */
    double b;    /* 1/ms */
    double c;    /* mV */
    double d;    /* mV/ms */
    double V_th; /* mV */
    double I_e;  /* pA */
    int consistent_integration;
} params;

static const ph_param keys[] = {
    PH_REAL_FLAG(params, a, "1", "0.02", 0, 10, PH_PARAM_MODULATED_HELD,
                 "rate of the recovery variable u, 1/ms"),
    PH_REAL(params, b, "1", "0.2", -10, 10, "sensitivity of u to v, 1/ms"),
    PH_REAL(params, c, "mV", "-65 mV", -200, 25, "v after a spike"),
    PH_REAL_FLAG(params, d, "1", "8", -1000, 1000, PH_PARAM_MODULATED_HELD,
                 "what a spike adds to u, mV/ms"),
    PH_REAL(params, V_th, "mV", "30 mV", -50, 200, "peak of v: the spike"),
    PH_REAL_FLAG(params, I_e, "pA", "0 pA", -1e6, 1e6, PH_PARAM_MODULATED_HELD,
                 "constant current; 1 pA moves v by 1 mV/ms"),
    PH_CHOICE(params, consistent_integration, ph_false_true, "true",
              "forward Euler; false: v in two halves of a step, then u with the new v"),
};

static const ph_table table =
    PH_TABLE("izhikevich", params, keys, "parameters of izhikevich; weights in pA, for 1 ms");

/* With U = v - c and W = u - b c: U' = (0.04 U + SLOPE) U + OFFSET - W + I, W' = a (b U - W). */
enum { STEP, SLOPE, OFFSET, STEP_A, B, D, THETA, CURRENT, CONSISTENT, CONSTANTS };

static void prepare(const void *parameters, double h, ph_real *constants)
{
    const params *p = parameters;
    const double k[CONSTANTS] = {
        [STEP] = h,
        [SLOPE] = 5 + 0.08 * p->c,
        [OFFSET] = (0.04 * p->c + 5) * p->c + 140 - p->b * p->c,
        [STEP_A] = h * p->a,
        [B] = p->b,
        [D] = p->d,
        [THETA] = p->V_th - p->c,
        [CURRENT] = p->I_e,
        [CONSISTENT] = p->consistent_integration,
    };
    memcpy(constants, k, sizeof k);
}

PH_INLINE int integrate(const ph_neuron_step *step, int consistent)
{
    double k[CONSTANTS];
    memcpy(k, step->k, sizeof k);
    const double h = k[STEP], slope = k[SLOPE], offset = k[OFFSET], step_a = k[STEP_A];
    const double b = k[B], d = k[D], theta = k[THETA], I_e = k[CURRENT];
    ph_real *restrict U = __builtin_assume_aligned(step->state[0], 64);
    ph_real *restrict U_low = __builtin_assume_aligned(step->state[1], 64);
    ph_real *restrict W = __builtin_assume_aligned(step->state[2], 64);
    ph_real *restrict W_low = __builtin_assume_aligned(step->state[3], 64);
    int32_t *restrict spiked = __builtin_assume_aligned(step->spiked, 64);
    const ph_real *restrict in_exc = __builtin_assume_aligned(step->in[0], 64);
    const ph_real *restrict in_inh = __builtin_assume_aligned(step->in[1], 64);
    const ph_real *restrict I = __builtin_assume_aligned(step->I, 64);
    const int n = step->n & ~(PH_PAD - 1);
    /* No branch and no call: every line is a blend, so that the loop becomes vectors; ivdep,
     * because gcc does not believe `restrict` of pointers that come out of a struct. */
#pragma GCC ivdep
    for (int i = 0; i < n; i++) {
        const double u = ph_joined(U[i], U_low[i]), w = ph_joined(W[i], W_low[i]);
        double in = in_exc[i] + in_inh[i], drive = offset - w + I[i] + I_e, next, recovery;
        if (consistent) {
            next = u + (h * ((0.04 * u + slope) * u + drive) + in);
            recovery = w + step_a * (b * u - w);
        } else {
            double half = u + 0.5 * (h * ((0.04 * u + slope) * u + drive) + in);
            next = half + 0.5 * (h * ((0.04 * half + slope) * half + drive) + in);
            recovery = w + step_a * (b * next - w);
        }
        spiked[i] = next >= theta;
        ph_split(spiked[i] ? 0 : next, &U[i], &U_low[i]);
        ph_split(spiked[i] ? recovery + d : recovery, &W[i], &W_low[i]);
        U_low[i] = ph_flush(U_low[i]);
        W_low[i] = ph_flush(W_low[i]);
    }
    return ph_compact(spiked, n, step->n_neurons);
}

PH_INLINE int update_body(const ph_neuron_step *step)
{
    double k[CONSTANTS];
    memcpy(k, step->k, sizeof k);
    return k[CONSISTENT] != 0 ? integrate(step, 1) : integrate(step, 0);
}

PH_KERNEL(int, update, (const ph_neuron_step *step), (step))

/* c takes the place of E_L: what the first state is relative to, and where v begins. */
static double rest(const void *parameters)
{
    return ((const params *)parameters)->c;
}

static double mean_current(const void *parameters, int port, double weight_rate)
{
    (void)parameters, (void)port;
    return weight_rate; /* times 1 ms */
}

const ph_neuron_model ph_izhikevich = {
    .base = {"izhikevich",
             "quadratic integrate-and-fire with recovery, in steps; an arriving weight of 1 pA "
             "moves v by 1 mV (Izhikevich 2003, doi 10.1109/TNN.2003.820440)",
             &table},
    .n_ports = 2,
    .ports = {{"exc", "pA", 1}, {"inh", "pA", -1}},
    .n_states = 4,
    .states = {"V_m", "V_m_low", "u", "u_low"},
    .prepare = prepare,
    .update = update,
    .rest = rest,
    .mean_current = mean_current,
};

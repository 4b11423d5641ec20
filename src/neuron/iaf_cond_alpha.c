/* SPDX-License-Identifier: Apache-2.0 */
/* Leaky integrate-and-fire neuron with alpha-shaped postsynaptic conductances.
 *
 *     C_m V' = -g_L (V - E_L) - g_exc (V - E_exc) - g_inh (V - E_inh) + I_e + I
 *     g_X(t) = w (e / tau_syn_X) t exp(-t / tau_syn_X) after an arrival     (w in nS, >= 0)
 *     V >= V_th: spike, V = V_reset for t_ref
 * As in A. Kuhn, A. Aertsen, S. Rotter, J Neurosci 24:2345 (2004); w is the peak of the
 * conductance, at t = tau_syn_X. As a linear system, with y the slope's part:
 *     y_X' = -y_X / tau_syn_X,  g_X' = y_X - g_X / tau_syn_X,  y_X += w e / tau_syn_X at an arrival
 * y and g are advanced exactly, V by the classical Runge-Kutta method (order 4), a step in one or
 * more parts, with U = V - E_L. */
#include "neuron/models.h"

#include <phasic/math.h>
#include "neuron/kernel.h"

#include <math.h>
#include <string.h>

typedef struct params {
    double C_m;                          /* pF */
    double g_L;                          /* nS */
    double E_L, V_th, V_reset;           /* mV */
    double t_ref;                        /* ms */
    double E_exc, E_inh;                 /* mV */
    double tau_syn_exc, tau_syn_inh;     /* ms */
    double I_e;                          /* pA */
} params;

static const ph_param keys[] = {
    PH_REAL(params, C_m, "pF", "250 pF", 1e-3, 1e6, "membrane capacitance"),
    PH_REAL_FLAG(params, g_L, "nS", "16.7 nS", 1e-6, 1e6, PH_PARAM_MODULATED_HELD,
                 "leak conductance"),
    PH_REAL(params, E_L, "mV", "-70 mV", -200, 100, "leak reversal (resting) potential"),
    PH_REAL_FLAG(params, V_th, "mV", "-55 mV", -200, 100, PH_PARAM_MODULATED_HELD,
                 "spike threshold"),
    PH_REAL(params, V_reset, "mV", "-60 mV", -200, 100, "potential after a spike"),
    PH_REAL(params, t_ref, "ms", "2 ms", 0, 1e4, "absolute refractory time"),
    PH_REAL(params, E_exc, "mV", "0 mV", -200, 200, "excitatory reversal potential"),
    PH_REAL(params, E_inh, "mV", "-85 mV", -200, 200, "inhibitory reversal potential"),
    PH_REAL(params, tau_syn_exc, "ms", "2 ms", 0.05, 1e4,
            "time from arrival to peak of the excitatory conductance"),
    PH_REAL(params, tau_syn_inh, "ms", "2 ms", 0.05, 1e4,
            "time from arrival to peak of the inhibitory conductance"),
    PH_REAL_FLAG(params, I_e, "pA", "0 pA", -1e6, 1e6, PH_PARAM_MODULATED_HELD,
                 "constant current"),
};

static const ph_table table =
    PH_TABLE("iaf_cond_alpha", params, keys, "parameters of iaf_cond_alpha; weights in nS");

enum {
    PARTS,     /* of a step */
    DT,        /* ms, of a part */
    HALF_EXC,  /* decay of y_exc over half a part */
    HALF_INH,
    PART_EXC,  /* decay of y_exc over a part */
    PART_INH,
    JUMP_EXC,  /* e / tau_syn_exc, 1/ms */
    JUMP_INH,
    INV_C,     /* 1 / C_m, 1/pF */
    LEAK,      /* g_L / C_m, 1/ms */
    U_EXC,     /* E_exc - E_L, mV */
    U_INH,
    THETA,     /* V_th - E_L, mV */
    RESET,
    REFRACTORY,
    CURRENT,
    CONSTANTS
};

static void prepare(const void *parameters, double h, ph_real *k)
{
    const params *p = parameters;
    double tau = 0.5 * fmin(p->tau_syn_exc, p->tau_syn_inh); /* an alpha function bends twice */
    int parts = ph_parts(h, fmin(tau, p->C_m / (PH_HIGH_CONDUCTANCE * p->g_L)));
    double dt = h / parts;
    k[PARTS] = (ph_real)parts;
    k[DT] = (ph_real)dt;
    k[HALF_EXC] = (ph_real)ph_exp(-0.5 * dt / p->tau_syn_exc);
    k[HALF_INH] = (ph_real)ph_exp(-0.5 * dt / p->tau_syn_inh);
    k[PART_EXC] = (ph_real)ph_exp(-dt / p->tau_syn_exc);
    k[PART_INH] = (ph_real)ph_exp(-dt / p->tau_syn_inh);
    k[JUMP_EXC] = (ph_real)(ph_exp(1) / p->tau_syn_exc);
    k[JUMP_INH] = (ph_real)(ph_exp(1) / p->tau_syn_inh);
    k[INV_C] = (ph_real)(1.0 / p->C_m);
    k[LEAK] = (ph_real)(p->g_L / p->C_m);
    k[U_EXC] = (ph_real)(p->E_exc - p->E_L);
    k[U_INH] = (ph_real)(p->E_inh - p->E_L);
    k[THETA] = (ph_real)(p->V_th - p->E_L);
    k[RESET] = (ph_real)(p->V_reset - p->E_L);
    k[REFRACTORY] = (ph_real)floor(p->t_ref / h + 0.5);
    k[CURRENT] = (ph_real)p->I_e;
}

/* U at the end of a part, from its beginning: U, x = g_exc / C_m and y = g_inh / C_m (1/ms) and the
 * slopes' parts of both (1/ms^2); b is the current over C_m, mV/ms. */
PH_INLINE ph_real advance(const ph_real *k, ph_real U, ph_real x, ph_real x_slope, ph_real y,
                          ph_real y_slope, ph_real b)
{
    const ph_real dt = k[DT], half = dt * (ph_real)0.5, sixth = dt / 6, leak = k[LEAK];
    ph_real x_mid = (x + half * x_slope) * k[HALF_EXC], x_end = (x + dt * x_slope) * k[PART_EXC];
    ph_real y_mid = (y + half * y_slope) * k[HALF_INH], y_end = (y + dt * y_slope) * k[PART_INH];
    ph_real a_mid = leak + x_mid + y_mid, b_mid = b + x_mid * k[U_EXC] + y_mid * k[U_INH];
    ph_real k1 = b + x * k[U_EXC] + y * k[U_INH] - (leak + x + y) * U;
    ph_real k2 = b_mid - a_mid * (U + half * k1);
    ph_real k3 = b_mid - a_mid * (U + half * k2);
    ph_real k4 = b + x_end * k[U_EXC] + y_end * k[U_INH] - (leak + x_end + y_end) * (U + dt * k3);
    return U + sixth * (k1 + 2 * (k2 + k3) + k4);
}

PH_INLINE int update_body(const ph_neuron_step *step)
{
    ph_real k[CONSTANTS]; /* a copy, which stores into the arrays cannot change */
    memcpy(k, step->k, sizeof k);
    const ph_real inv_C = k[INV_C], theta = k[THETA], reset = k[RESET], I_e = k[CURRENT];
    const int32_t t_ref = (int32_t)k[REFRACTORY];
    ph_real *restrict V = __builtin_assume_aligned(step->state[0], 64);
    ph_real *restrict g_exc = __builtin_assume_aligned(step->state[1], 64);
    ph_real *restrict g_inh = __builtin_assume_aligned(step->state[2], 64);
    ph_real *restrict y_exc = __builtin_assume_aligned(step->state[3], 64);
    ph_real *restrict y_inh = __builtin_assume_aligned(step->state[4], 64);
    int32_t *restrict r = __builtin_assume_aligned(step->refractory, 64);
    int32_t *restrict spiked = __builtin_assume_aligned(step->spiked, 64);
    const ph_real *restrict in_exc = __builtin_assume_aligned(step->in[0], 64);
    const ph_real *restrict in_inh = __builtin_assume_aligned(step->in[1], 64);
    const ph_real *restrict I = __builtin_assume_aligned(step->I, 64);
    const int n = step->n & ~(PH_PAD - 1), parts = (int)k[PARTS];
    /* No branch and no call: every line is a blend, so that the loops become vectors; ivdep,
     * because gcc does not believe `restrict` of pointers that come out of a struct. All parts of
     * a step but the last, most often none, have a loop of their own, as they only move state. */
    for (int part = 1; part < parts; part++)
#pragma GCC ivdep
        for (int i = 0; i < n; i++) {
            ph_real U = advance(k, V[i], g_exc[i] * inv_C, y_exc[i] * inv_C, g_inh[i] * inv_C,
                                y_inh[i] * inv_C, (I[i] + I_e) * inv_C);
            V[i] = r[i] == 0 ? U : V[i];
            g_exc[i] = (g_exc[i] + k[DT] * y_exc[i]) * k[PART_EXC];
            g_inh[i] = (g_inh[i] + k[DT] * y_inh[i]) * k[PART_INH];
            y_exc[i] = y_exc[i] * k[PART_EXC];
            y_inh[i] = y_inh[i] * k[PART_INH];
        }
#pragma GCC ivdep
    for (int i = 0; i < n; i++) {
        ph_real U = advance(k, V[i], g_exc[i] * inv_C, y_exc[i] * inv_C, g_inh[i] * inv_C,
                            y_inh[i] * inv_C, (I[i] + I_e) * inv_C);
        g_exc[i] = ph_flush((g_exc[i] + k[DT] * y_exc[i]) * k[PART_EXC]);
        g_inh[i] = ph_flush((g_inh[i] + k[DT] * y_inh[i]) * k[PART_INH]);
        y_exc[i] = ph_flush(y_exc[i] * k[PART_EXC]) + in_exc[i] * k[JUMP_EXC];
        y_inh[i] = ph_flush(y_inh[i] * k[PART_INH]) + in_inh[i] * k[JUMP_INH];
        V[i] = r[i] == 0 ? ph_flush(U) : V[i];
        spiked[i] = (r[i] == 0) & (V[i] >= theta);
        r[i] = r[i] > 0 ? r[i] - 1 : 0;
        r[i] = spiked[i] ? t_ref : r[i];
        V[i] = spiked[i] ? reset : V[i];
    }
    return ph_compact(spiked, n, step->n_neurons);
}

PH_KERNEL(int, update, (const ph_neuron_step *step), (step))

static double rest(const void *parameters)
{
    return ((const params *)parameters)->E_L;
}

const ph_neuron_model ph_iaf_cond_alpha = {
    .base = {"iaf_cond_alpha",
             "leaky integrate-and-fire, alpha-shaped conductances whose peak is the weight (Kuhn, "
             "Aertsen & Rotter 2004, doi 10.1523/JNEUROSCI.3349-03.2004)",
             &table},
    .n_ports = 2,
    .ports = {{"exc", "nS", 1}, {"inh", "nS", 1}},
    .n_states = 5,
    .states = {"V_m", "g_exc", "g_inh", "dg_exc", "dg_inh"},
    .prepare = prepare,
    .update = update,
    .rest = rest,
};

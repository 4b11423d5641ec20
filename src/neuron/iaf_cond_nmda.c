/* SPDX-License-Identifier: Apache-2.0 */
/* Leaky integrate-and-fire neuron with fast conductances and a slow one of NMDA receptors.
 *
 *     C_m V' = -g_L (V - E_L) - g_exc (V - E_exc) - g_inh (V - E_inh)
 *              - g_nmda B(V) (V - E_exc) + I_e + I
 *     B(V) = 1 / (1 + [Mg] exp(-0.062 V / mV) / 3.57 mM)    (C. E. Jahr, C. F. Stevens, J Neurosci
 *                                                            10:3178 (1990): block by magnesium)
 *     g_X' = -g_X / tau_syn_X,  g_X += w at an arrival      (w in nS, >= 0)
 *     g_nmda' = y - g_nmda / tau_decay_nmda,  y' = -y / tau_rise_nmda,  y += w / tau_rise_nmda
 *     V >= V_th: spike, V = V_reset for t_ref
 * so that g_nmda rises, and has the integral of one that jumps by w. Cell and constants are those
 * of N. Brunel, X.-J. Wang, J Comput Neurosci 11:63 (2001), after X.-J. Wang, J Neurosci 19:9587
 * (1999).
 *
 * There a source's gate s saturates: s' = -s / tau_decay + alpha x (1 - s), x' = -x / tau_rise, x
 * += 1 at a spike. Here g_nmda is a sum over all sources, and linear. What a spike adds to s is a
 * matter of its source alone, s += U (1 - s) with U = 1 - exp(-alpha tau_rise) = 0.63 (so in NEST's
 * iaf_bw_2001, whose cells send it along with the spike; Brian's example integrates s for each
 * source). It is what short-term depression of that U and tau_rec = tau_decay_nmda releases:
 * `short_term: {U: 0.63, tau_rec: 100 ms}` on a projection onto nmda makes it saturate, w being the
 * conductance at s = 1 (to 1 % of s, at any rate: tests/unit/test_neuron.c).
 *
 * The conductances are advanced exactly, V by the classical Runge-Kutta method (order 4), a step in
 * one or more parts, with U = V - E_L. */
#include "neuron/models.h"

#include <phasic/math.h>
#include "neuron/exp.h"
#include "neuron/kernel.h"

#include <math.h>
#include <string.h>

#define BLOCK_SLOPE 0.062 /* 1/mV */
#define BLOCK_MG 3.57     /* mM */

typedef struct params {
    double C_m;                            /* pF */
    double g_L;                            /* nS */
    double E_L, V_th, V_reset;             /* mV */
    double t_ref;                          /* ms */
    double E_exc, E_inh;                   /* mV */
    double tau_syn_exc, tau_syn_inh;       /* ms */
    double tau_rise_nmda, tau_decay_nmda;  /* ms */
    double Mg;                             /* mM */
    double I_e;                            /* pA */
} params;

static const ph_param keys[] = {
    PH_REAL(params, C_m, "pF", "500 pF", 1e-3, 1e6, "membrane capacitance"),
    PH_REAL_FLAG(params, g_L, "nS", "25 nS", 1e-6, 1e6, PH_PARAM_MODULATED_HELD,
                 "leak conductance"),
    PH_REAL(params, E_L, "mV", "-70 mV", -200, 100, "leak reversal (resting) potential"),
    PH_REAL_FLAG(params, V_th, "mV", "-50 mV", -200, 100, PH_PARAM_MODULATED_HELD,
                 "spike threshold"),
    PH_REAL(params, V_reset, "mV", "-55 mV", -200, 100, "potential after a spike"),
    PH_REAL(params, t_ref, "ms", "2 ms", 0, 1e4, "absolute refractory time"),
    PH_REAL(params, E_exc, "mV", "0 mV", -200, 200,
            "reversal potential of exc (AMPA) and nmda"),
    PH_REAL(params, E_inh, "mV", "-70 mV", -200, 200, "reversal potential of inh (GABA)"),
    PH_REAL(params, tau_syn_exc, "ms", "2 ms", 0.05, 1e4,
            "decay time of the fast excitatory conductance"),
    PH_REAL(params, tau_syn_inh, "ms", "10 ms", 0.05, 1e4,
            "decay time of the inhibitory conductance"),
    PH_REAL(params, tau_rise_nmda, "ms", "2 ms", 0.05, 1e4, "rise time of the NMDA conductance"),
    PH_REAL(params, tau_decay_nmda, "ms", "100 ms", 0.05, 1e4,
            "decay time of the NMDA conductance"),
    PH_REAL(params, Mg, "mM", "1 mM", 0, 1e3, "magnesium outside, which blocks NMDA receptors"),
    PH_REAL_FLAG(params, I_e, "pA", "0 pA", -1e6, 1e6, PH_PARAM_MODULATED_HELD,
                 "constant current"),
};

static const ph_table table =
    PH_TABLE("iaf_cond_nmda", params, keys, "parameters of iaf_cond_nmda; weights in nS");

enum {
    PARTS,     /* of a step */
    DT,        /* ms, of a part */
    HALF_EXC,  /* decay of g_exc over half a part */
    HALF_INH,
    HALF_NMDA, /* of g_nmda without y, minus 1: near 1 too much would be rounded off */
    HALF_Y,    /* of y */
    RISE_HALF, /* what y adds to g_nmda over half a part, ms */
    PART_EXC,  /* the same over a part */
    PART_INH,
    PART_NMDA,
    PART_Y,
    RISE_PART,
    JUMP,      /* 1 / tau_rise_nmda, 1/ms */
    INV_C,     /* 1 / C_m, 1/pF */
    LEAK,      /* g_L / C_m, 1/ms */
    BLOCK,     /* [Mg] exp(-0.062 E_L) / 3.57 */
    U_EXC,     /* E_exc - E_L, mV */
    U_INH,
    THETA,     /* V_th - E_L, mV */
    RESET,
    REFRACTORY,
    CURRENT,
    CONSTANTS
};

/* (exp(-t / decay) - exp(-t / rise)) / (1 / rise - 1 / decay), also near rise = decay. */
static double risen(double t, double rise, double decay)
{
    double x = t * (1 / decay - 1 / rise);
    return t * ph_exp(-t / decay) * (fabs(x) < 1e-12 ? 1 : ph_expm1(x) / x);
}

static void prepare(const void *parameters, double h, ph_real *k)
{
    const params *p = parameters;
    double tau = fmin(fmin(p->tau_syn_exc, p->tau_syn_inh),
                      fmin(p->tau_rise_nmda, p->tau_decay_nmda));
    int parts = ph_parts(h, fmin(tau, p->C_m / (PH_HIGH_CONDUCTANCE * p->g_L)));
    double dt = h / parts;
    k[PARTS] = (ph_real)parts;
    k[DT] = (ph_real)dt;
    k[HALF_EXC] = (ph_real)ph_exp(-0.5 * dt / p->tau_syn_exc);
    k[HALF_INH] = (ph_real)ph_exp(-0.5 * dt / p->tau_syn_inh);
    k[HALF_NMDA] = (ph_real)ph_expm1(-0.5 * dt / p->tau_decay_nmda);
    k[HALF_Y] = (ph_real)ph_exp(-0.5 * dt / p->tau_rise_nmda);
    k[RISE_HALF] = (ph_real)risen(0.5 * dt, p->tau_rise_nmda, p->tau_decay_nmda);
    k[PART_EXC] = (ph_real)ph_exp(-dt / p->tau_syn_exc);
    k[PART_INH] = (ph_real)ph_exp(-dt / p->tau_syn_inh);
    k[PART_NMDA] = (ph_real)ph_expm1(-dt / p->tau_decay_nmda);
    k[PART_Y] = (ph_real)ph_exp(-dt / p->tau_rise_nmda);
    k[RISE_PART] = (ph_real)risen(dt, p->tau_rise_nmda, p->tau_decay_nmda);
    k[JUMP] = (ph_real)(1.0 / p->tau_rise_nmda);
    k[INV_C] = (ph_real)(1.0 / p->C_m);
    k[LEAK] = (ph_real)(p->g_L / p->C_m);
    k[BLOCK] = (ph_real)(p->Mg / BLOCK_MG * ph_exp(-BLOCK_SLOPE * p->E_L));
    k[U_EXC] = (ph_real)(p->E_exc - p->E_L);
    k[U_INH] = (ph_real)(p->E_inh - p->E_L);
    k[THETA] = (ph_real)(p->V_th - p->E_L);
    k[RESET] = (ph_real)(p->V_reset - p->E_L);
    k[REFRACTORY] = (ph_real)floor(p->t_ref / h + 0.5);
    k[CURRENT] = (ph_real)p->I_e;
}

/* What drives a cell: conductances over C_m (1/ms), y of NMDA over C_m (1/ms^2), current over C_m
 * (mV/ms). */
typedef struct drive {
    ph_real exc, inh, nmda, y, I;
} drive;

/* The drive half a part later. */
PH_INLINE drive later(const ph_real *k, drive in)
{
    ph_real change = in.nmda * k[HALF_NMDA] + in.y * k[RISE_HALF];
    return (drive){in.exc * k[HALF_EXC], in.inh * k[HALF_INH], in.nmda + change, in.y * k[HALF_Y],
                   in.I};
}

PH_INLINE ph_real slope_of(const ph_real *k, ph_real U, drive in)
{
    ph_real open = 1 / (1 + k[BLOCK] * ph_exp_real((ph_real)-BLOCK_SLOPE * U));
    ph_real exc = in.exc + in.nmda * open;
    return in.I + exc * (k[U_EXC] - U) + in.inh * (k[U_INH] - U) - k[LEAK] * U;
}

/* U at the end of a part. */
PH_INLINE ph_real advance(const ph_real *k, ph_real U, drive in)
{
    const ph_real dt = k[DT], half = dt * (ph_real)0.5, sixth = dt / 6;
    drive mid = later(k, in), end = later(k, mid);
    ph_real k1 = slope_of(k, U, in);
    ph_real k2 = slope_of(k, U + half * k1, mid);
    ph_real k3 = slope_of(k, U + half * k2, mid);
    ph_real k4 = slope_of(k, U + dt * k3, end);
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
    ph_real *restrict g_nmda = __builtin_assume_aligned(step->state[3], 64);
    ph_real *restrict y = __builtin_assume_aligned(step->state[4], 64);
    int32_t *restrict r = __builtin_assume_aligned(step->refractory, 64);
    int32_t *restrict spiked = __builtin_assume_aligned(step->spiked, 64);
    const ph_real *restrict in_exc = __builtin_assume_aligned(step->in[0], 64);
    const ph_real *restrict in_inh = __builtin_assume_aligned(step->in[1], 64);
    const ph_real *restrict in_nmda = __builtin_assume_aligned(step->in[2], 64);
    const ph_real *restrict I = __builtin_assume_aligned(step->I, 64);
    const int n = step->n & ~(PH_PAD - 1), parts = (int)k[PARTS];
    /* No branch and no call: every line is a blend, so that the loops become vectors; ivdep,
     * because gcc does not believe `restrict` of pointers that come out of a struct. */
    for (int part = 0; part < parts; part++)
#pragma GCC ivdep
        for (int i = 0; i < n; i++) {
            drive in = {g_exc[i] * inv_C, g_inh[i] * inv_C, g_nmda[i] * inv_C, y[i] * inv_C,
                        (I[i] + I_e) * inv_C};
            ph_real U = advance(k, V[i], in);
            V[i] = r[i] == 0 ? U : V[i];
            g_exc[i] = g_exc[i] * k[PART_EXC];
            g_inh[i] = g_inh[i] * k[PART_INH];
            ph_real change = g_nmda[i] * k[PART_NMDA] + y[i] * k[RISE_PART];
            g_nmda[i] = g_nmda[i] + change;
            y[i] = y[i] * k[PART_Y];
        }
#pragma GCC ivdep
    for (int i = 0; i < n; i++) {
        g_exc[i] = ph_flush(g_exc[i]) + in_exc[i];
        g_inh[i] = ph_flush(g_inh[i]) + in_inh[i];
        g_nmda[i] = ph_flush(g_nmda[i]);
        y[i] = ph_flush(y[i]) + in_nmda[i] * k[JUMP];
        const ph_real U = V[i];
        const int32_t left = r[i], mark = (left == 0) & (U >= theta);
        const int32_t less = left > 0 ? left - 1 : 0;
        spiked[i] = mark;
        r[i] = mark ? t_ref : less;
        V[i] = mark ? reset : ph_flush(U);
    }
    return ph_compact(spiked, n, step->n_neurons);
}

PH_KERNEL(int, update, (const ph_neuron_step *step), (step))

static double rest(const void *parameters)
{
    return ((const params *)parameters)->E_L;
}

const ph_neuron_model ph_iaf_cond_nmda = {
    .base = {"iaf_cond_nmda",
             "leaky integrate-and-fire, exponential conductances, and NMDA receptors: slow, and "
             "blocked by magnesium at rest (Brunel & Wang 2001, doi 10.1023/A:1011204814320)",
             &table},
    .n_ports = 3,
    .ports = {{"exc", "nS", 1}, {"inh", "nS", 1}, {"nmda", "nS", 1}},
    .n_states = 5,
    .states = {"V_m", "g_exc", "g_inh", "g_nmda", "dg_nmda"},
    .prepare = prepare,
    .update = update,
    .rest = rest,
};

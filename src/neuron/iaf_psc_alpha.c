/* SPDX-License-Identifier: Apache-2.0 */
/* Leaky integrate-and-fire neuron with alpha-shaped postsynaptic currents, integrated exactly.
 *
 *     C_m V' = -C_m (V - E_L) / tau_m + I_exc + I_inh + I_e + I
 *     I_X(t) = w (e / tau_syn_X) t exp(-t / tau_syn_X) after an arrival     (w in pA; w < 0 on inh)
 *     V >= V_th: spike, V = V_reset for t_ref
 * w is the peak of the current, at t = tau_syn_X. As a linear system, with y the slope's part:
 *     y_X' = -y_X / tau_syn_X,  I_X' = y_X - I_X / tau_syn_X,  y_X += w e / tau_syn_X at an arrival
 * Propagators of S. Rotter, M. Diesmann, Biol Cybern 81:381 (1999); a spike that arrives at step s
 * acts on V from s + 1 on. */
#include "neuron/models.h"

#include <phasic/math.h>
#include "neuron/alpha.h"
#include "neuron/kernel.h"

#include <math.h>

typedef struct params {
    double C_m;                  /* pF */
    double tau_m;                /* ms */
    double E_L, V_th, V_reset;   /* mV */
    double t_ref;                /* ms */
    double tau_syn_exc, tau_syn_inh; /* ms */
    double I_e;                  /* pA */
} params;

static const ph_param keys[] = {
    PH_REAL(params, C_m, "pF", "250 pF", 1e-3, 1e6, "membrane capacitance"),
    PH_REAL_FLAG(params, tau_m, "ms", "10 ms", 0.01, 1e5, PH_PARAM_MODULATED_HELD,
                 "membrane time constant"),
    PH_REAL(params, E_L, "mV", "-65 mV", -200, 100, "leak reversal (resting) potential"),
    PH_REAL_FLAG(params, V_th, "mV", "-50 mV", -200, 100, PH_PARAM_MODULATED_HELD,
                 "spike threshold"),
    PH_REAL(params, V_reset, "mV", "-65 mV", -200, 100, "potential after a spike"),
    PH_REAL(params, t_ref, "ms", "2 ms", 0, 1e4, "absolute refractory time"),
    PH_REAL(params, tau_syn_exc, "ms", "2 ms", 0.01, 1e4,
            "time from arrival to peak of the excitatory current"),
    PH_REAL(params, tau_syn_inh, "ms", "2 ms", 0.01, 1e4,
            "time from arrival to peak of the inhibitory current"),
    PH_REAL_FLAG(params, I_e, "pA", "0 pA", -1e6, 1e6, PH_PARAM_MODULATED_HELD,
                 "constant current"),
};

static const ph_table table =
    PH_TABLE("iaf_psc_alpha", params, keys, "parameters of iaf_psc_alpha; weights in pA");

enum {
    P33,      /* V to V */
    P32_EXC,  /* I to V, mV/pA */
    P32_INH,
    P31_EXC,  /* y to V, mV ms/pA */
    P31_INH,
    P30,      /* constant current to V, mV/pA */
    P21,      /* y to I without the decay: the step, ms */
    P11_EXC,  /* decay of y and I */
    P11_INH,
    JUMP_EXC, /* e / tau_syn_exc, 1/ms */
    JUMP_INH,
    THETA,    /* V_th - E_L, mV */
    RESET,
    REFRACTORY,
    CURRENT,
    CONSTANTS
};

static void prepare(const void *parameters, double h, ph_real *k)
{
    const params *p = parameters;
    const double taus[] = {p->tau_syn_exc, p->tau_syn_inh};
    double decay = ph_exp(-h / p->tau_m);
    for (int X = 0; X < 2; X++) {
        ph_alpha alpha = ph_alpha_of(h, p->tau_m, p->C_m, taus[X]);
        k[P32_EXC + X] = (ph_real)alpha.P32;
        k[P31_EXC + X] = (ph_real)alpha.P31;
        k[P11_EXC + X] = (ph_real)alpha.P11;
        k[JUMP_EXC + X] = (ph_real)alpha.jump;
    }
    k[P33] = (ph_real)decay;
    k[P30] = (ph_real)(-p->tau_m / p->C_m * ph_expm1(-h / p->tau_m));
    k[P21] = (ph_real)h;
    k[THETA] = (ph_real)(p->V_th - p->E_L);
    k[RESET] = (ph_real)(p->V_reset - p->E_L);
    k[REFRACTORY] = (ph_real)floor(p->t_ref / h + 0.5);
    k[CURRENT] = (ph_real)p->I_e;
}

PH_INLINE int advance(const ph_neuron_step *step, int each)
{
    PH_CONSTANTS_OF(CONSTANTS);
    ph_real *restrict V = __builtin_assume_aligned(step->state[0], 64);
    ph_real *restrict exc = __builtin_assume_aligned(step->state[1], 64);
    ph_real *restrict inh = __builtin_assume_aligned(step->state[2], 64);
    ph_real *restrict y_exc = __builtin_assume_aligned(step->state[3], 64);
    ph_real *restrict y_inh = __builtin_assume_aligned(step->state[4], 64);
    int32_t *restrict r = __builtin_assume_aligned(step->refractory, 64);
    int32_t *restrict spiked = __builtin_assume_aligned(step->spiked, 64);
    const ph_real *restrict in_exc = __builtin_assume_aligned(step->in[0], 64);
    const ph_real *restrict in_inh = __builtin_assume_aligned(step->in[1], 64);
    const ph_real *restrict I = __builtin_assume_aligned(step->I, 64);
    const int n = step->n & ~(PH_PAD - 1);
    /* No branch and no call: every line is a blend, so that the loop becomes vectors; ivdep,
     * because gcc does not believe `restrict` of pointers that come out of a struct. */
#pragma GCC ivdep
    for (int i = 0; i < n; i++) {
        const ph_real p11e = PH_OF(P11_EXC), p11i = PH_OF(P11_INH), h = PH_OF(P21);
        const ph_real slope_exc = y_exc[i], slope_inh = y_inh[i], I_exc = exc[i], I_inh = inh[i];
        ph_real next = V[i] * PH_OF(P33) + I_exc * PH_OF(P32_EXC) + I_inh * PH_OF(P32_INH) +
                       slope_exc * PH_OF(P31_EXC) + slope_inh * PH_OF(P31_INH) +
                       (I[i] + PH_OF(CURRENT)) * PH_OF(P30);
        exc[i] = ph_flush((I_exc + h * slope_exc) * p11e);
        inh[i] = ph_flush((I_inh + h * slope_inh) * p11i);
        y_exc[i] = ph_flush(slope_exc * p11e) + in_exc[i] * PH_OF(JUMP_EXC);
        y_inh[i] = ph_flush(slope_inh * p11i) + in_inh[i] * PH_OF(JUMP_INH);
        const int32_t held = r[i];
        ph_real v = held == 0 ? ph_flush(next) : V[i];
        const int32_t spikes = (held == 0) & (v >= PH_OF(THETA)), left = held > 0 ? held - 1 : 0;
        spiked[i] = spikes;
        r[i] = spikes ? (int32_t)PH_OF(REFRACTORY) : left;
        V[i] = spikes ? PH_OF(RESET) : v;
    }
    return ph_compact(spiked, n, step->n_neurons);
}

PH_UPDATES(advance)

static double rest(const void *parameters)
{
    return ((const params *)parameters)->E_L;
}

/* The integral of an alpha function of peak w is w e tau. */
static double mean_current(const void *parameters, int port, double weight_rate)
{
    const params *p = parameters;
    return weight_rate * ph_exp(1) * (port == 0 ? p->tau_syn_exc : p->tau_syn_inh);
}

const ph_neuron_model ph_iaf_psc_alpha = {
    .base = {"iaf_psc_alpha",
             "leaky integrate-and-fire, alpha-shaped currents whose peak is the weight, exact "
             "integration (Rotter & Diesmann 1999, doi 10.1007/s004220050570)",
             &table},
    .n_ports = 2,
    .ports = {{"exc", "pA", 1}, {"inh", "pA", -1}},
    .n_states = 5,
    .states = {"V_m", "I_syn_exc", "I_syn_inh", "dI_syn_exc", "dI_syn_inh"},
    .prepare = prepare,
    .update = update,
    .update_each = update_each,
    .n_constants = CONSTANTS,
    .rest = rest,
    .mean_current = mean_current,
};

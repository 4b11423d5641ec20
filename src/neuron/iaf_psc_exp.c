/* SPDX-License-Identifier: Apache-2.0 */
/* Leaky integrate-and-fire neuron with exponential postsynaptic currents, integrated exactly.
 *
 *     C_m V' = -C_m (V - E_L) / tau_m + I_exc + I_inh + I_e + I
 *     I_X' = -I_X / tau_syn_X,  I_X += w at an arrival     (w in pA; w < 0 on inh)
 *     V >= V_th: spike, V = V_reset for t_ref
 * Propagators of S. Rotter, M. Diesmann, Biol Cybern 81:381 (1999), eq. 2 and appendix:
 *     V(s) = P22 (V(s-1) - E_L) + P21 I_X(s-1) + P20 (I_e + I),  then I_X(s) = P11 I_X(s-1) + w
 * so that a spike that arrives at step s acts on V from s + 1 on. */
#include "neuron/models.h"

#include <phasic/math.h>
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
    PH_REAL(params, tau_syn_exc, "ms", "0.5 ms", 0.01, 1e4,
            "decay time of the excitatory current"),
    PH_REAL(params, tau_syn_inh, "ms", "0.5 ms", 0.01, 1e4,
            "decay time of the inhibitory current"),
    PH_REAL_FLAG(params, I_e, "pA", "0 pA", -1e6, 1e6, PH_PARAM_MODULATED_HELD,
                 "constant current"),
};

static const ph_table table =
    PH_TABLE("iaf_psc_exp", params, keys, "parameters of iaf_psc_exp; weights in pA");

enum { P22, P21_EXC, P21_INH, P20, P11_EXC, P11_INH, THETA, RESET, REFRACTORY, CURRENT,
       CONSTANTS };

/* tau_s tau_m / (C (tau_m - tau_s)) (exp(-h/tau_m) - exp(-h/tau_s)), also near tau_m = tau_s; by
 * the slower of the two, as the other's share may be beyond all numbers. */
static double propagator_21(double C_m, double tau_m, double tau_s, double h)
{
    double rate = fabs(1.0 / tau_s - 1.0 / tau_m); /* 1/ms */
    double x = -h * rate;
    double relative = fabs(x) < 1e-12 ? 1.0 : ph_expm1(x) / x;
    return h / C_m * ph_exp(-h / fmax(tau_m, tau_s)) * relative;
}

static void prepare(const void *parameters, double h, ph_real *k)
{
    const params *p = parameters;
    k[P22] = (ph_real)ph_exp(-h / p->tau_m);
    k[P21_EXC] = (ph_real)propagator_21(p->C_m, p->tau_m, p->tau_syn_exc, h);
    k[P21_INH] = (ph_real)propagator_21(p->C_m, p->tau_m, p->tau_syn_inh, h);
    k[P20] = (ph_real)(-p->tau_m / p->C_m * ph_expm1(-h / p->tau_m));
    k[P11_EXC] = (ph_real)ph_exp(-h / p->tau_syn_exc);
    k[P11_INH] = (ph_real)ph_exp(-h / p->tau_syn_inh);
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
    int32_t *restrict r = __builtin_assume_aligned(step->refractory, 64);
    int32_t *restrict spiked = __builtin_assume_aligned(step->spiked, 64);
    const ph_real *restrict in_exc = __builtin_assume_aligned(step->in[0], 64);
    const ph_real *restrict in_inh = __builtin_assume_aligned(step->in[1], 64);
    const ph_real *restrict I = __builtin_assume_aligned(step->I, 64);
    const int n = step->n & ~(PH_PAD - 1);
    /* No branch and no call: every line is a blend, so that the loop becomes vectors; ivdep,
     * because gcc does not believe `restrict` of pointers that come out of a struct. Nor does it
     * keep in a register what it has stored, so each place is written once, last. */
#pragma GCC ivdep
    for (int i = 0; i < n; i++) {
        ph_real next = V[i] * PH_OF(P22) + exc[i] * PH_OF(P21_EXC) + inh[i] * PH_OF(P21_INH) +
                       (I[i] + PH_OF(CURRENT)) * PH_OF(P20);
        exc[i] = ph_flush(exc[i] * PH_OF(P11_EXC)) + in_exc[i];
        inh[i] = ph_flush(inh[i] * PH_OF(P11_INH)) + in_inh[i];
        ph_real v = r[i] == 0 ? ph_flush(next) : V[i];
        int32_t left = r[i] > 0 ? r[i] - 1 : 0, spikes = (r[i] == 0) & (v >= PH_OF(THETA));
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

static double mean_current(const void *parameters, int port, double weight_rate)
{
    const params *p = parameters;
    return weight_rate * (port == 0 ? p->tau_syn_exc : p->tau_syn_inh);
}

const ph_neuron_model ph_iaf_psc_exp = {
    .base = {"iaf_psc_exp",
             "leaky integrate-and-fire, exponential currents, exact integration (Rotter & "
             "Diesmann 1999, doi 10.1007/s004220050570)",
             &table},
    .n_ports = 2,
    .ports = {{"exc", "pA", 1}, {"inh", "pA", -1}},
    .n_states = 3,
    .states = {"V_m", "I_syn_exc", "I_syn_inh"},
    .prepare = prepare,
    .update = update,
    .update_each = update_each,
    .n_constants = CONSTANTS,
    .rest = rest,
    .mean_current = mean_current,
};

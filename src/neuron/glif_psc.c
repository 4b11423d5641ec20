/* SPDX-License-Identifier: Apache-2.0 */
/* Generalised leaky integrate-and-fire neurons of the Allen Institute (C. Teeter et al., Nat Commun
 * 9:709, 2018, doi 10.1038/s41467-017-02717-4), GLIF 1 to 5, as NEST's glif_psc has them: with
 * alpha-shaped postsynaptic currents on four ports.
 *
 *     C_m V' = -g_L (V - E_L) + I_e + I + sum of I_j + sum of I_syn
 *     I_j' = -k_j I_j,  Theta_s' = -b_s Theta_s,  Theta_v' = a_v (V - E_L) - b_v Theta_v
 *     I_syn(t) = w (e / tau_syn) t exp(-t / tau_syn) after an arrival           (w in pA, its peak)
 *     V > V_th + Theta_s + Theta_v: spike, and for t_ref nothing changes but I_syn; then
 *     I_j = r_j exp(-k_j t_ref) I_j + dI_j,  Theta_s = exp(-b_s t_ref) Theta_s + dTheta_s,
 *     V = E_L + f_v (V - E_L) + dV,  or V_reset without dTheta_s
 * Keys are NEST's: k_j asc_decay, dI_j asc_amps, r_j asc_r, b_s th_spike_decay, dTheta_s
 * th_spike_add, a_v th_voltage_index, b_v th_voltage_decay, f_v voltage_reset_fraction, dV
 * voltage_reset_add; g_L is its g. The reset takes the V of before the step with the spike.
 * Integrated exactly, with I_j as its mean over the step, and in Theta_v' with V as it would go
 * without I_syn in the step. */
#include "neuron/models.h"

#include <phasic/math.h>
#include "neuron/alpha.h"
#include "neuron/kernel.h"

#include <math.h>

#define RECEPTORS 4
#define CURRENTS 2 /* after a spike */

typedef struct params {
    double C_m;                /* pF */
    double g_L;                /* nS */
    double E_L, V_th, V_reset; /* mV */
    double t_ref;              /* ms */
    double I_e;                /* pA */
    double tau_syn[RECEPTORS]; /* ms */
    int spike_dependent_threshold, after_spike_currents, adapting_threshold; /* 0 or 1 */
    double th_spike_add;       /* mV */
    double th_spike_decay;     /* 1/ms */
    double voltage_reset_fraction; /* pure number */
    double voltage_reset_add;  /* mV */
    double th_voltage_index, th_voltage_decay; /* 1/ms */
    double asc_decay[CURRENTS]; /* 1/ms */
    double asc_amps[CURRENTS];  /* pA */
    double asc_r[CURRENTS];     /* pure numbers */
} params;

/* A key of one port or current, counted from 1. */
#define ONE_OF(j, field, unit_, value_, min_, max_, doc_)                                          \
    {.name = #field "_" #j, .kind = PH_KIND_REAL,                                                  \
     .offset = offsetof(params, field) + ((j) - 1) * sizeof(double), .unit = (unit_),              \
     .value = (value_), .min = (min_), .max = (max_), .doc = (doc_)}
#define TAU_SYN(j)                                                                                 \
    ONE_OF(j, tau_syn, "ms", "2 ms", 0.01, 1e4,                                                    \
           "time from arrival to peak of the current of port syn_" #j)
#define AFTER_SPIKE(j, decay, amps)                                                                \
    ONE_OF(j, asc_decay, "/ms", decay, 1e-9, 1e3, "rate at which after-spike current " #j          \
           " decays"),                                                                             \
    ONE_OF(j, asc_amps, "pA", amps, -1e6, 1e6, "what a spike adds to after-spike current " #j),    \
    ONE_OF(j, asc_r, "1", "1.0", 0, 1, "share of after-spike current " #j " that a spike leaves")

static const ph_param keys[] = {
    PH_REAL(params, C_m, "pF", "58.72 pF", 1e-3, 1e6, "membrane capacitance"),
    PH_REAL_FLAG(params, g_L, "nS", "9.43 nS", 1e-6, 1e6, PH_PARAM_MODULATED_HELD,
                 "leak conductance"),
    PH_REAL(params, E_L, "mV", "-78.85 mV", -200, 100, "leak reversal (resting) potential"),
    PH_REAL_FLAG(params, V_th, "mV", "-51.68 mV", -200, 100, PH_PARAM_MODULATED_HELD,
                 "spike threshold of a neuron that has not fired"),
    PH_REAL(params, V_reset, "mV", "-78.85 mV", -200, 100,
            "potential after a spike, where the threshold does not depend on spikes"),
    PH_REAL(params, t_ref, "ms", "3.75 ms", 0, 1e4, "absolute refractory time"),
    PH_REAL_FLAG(params, I_e, "pA", "0 pA", -1e6, 1e6, PH_PARAM_MODULATED_HELD,
                 "constant current"),
    TAU_SYN(1), TAU_SYN(2), TAU_SYN(3), TAU_SYN(4),
    PH_CHOICE(params, spike_dependent_threshold, ph_false_true, "false",
              "GLIF 2, 4 and 5: a spike raises the threshold, and the reset depends on V"),
    PH_CHOICE(params, after_spike_currents, ph_false_true, "false",
              "GLIF 3, 4 and 5: a spike starts two currents"),
    PH_CHOICE(params, adapting_threshold, ph_false_true, "false",
              "GLIF 5: the threshold follows V"),
    PH_REAL(params, th_spike_add, "mV", "0.37 mV", -1e3, 1e3, "what a spike adds to the threshold"),
    PH_REAL(params, th_spike_decay, "/ms", "0.009 /ms", 1e-9, 1e3, "rate at which that decays"),
    PH_REAL(params, voltage_reset_fraction, "1", "0.2", 0, 1,
            "share of V - E_L that a reset leaves"),
    PH_REAL(params, voltage_reset_add, "mV", "18.51 mV", -200, 200, "what it adds"),
    PH_REAL(params, th_voltage_index, "/ms", "0.005 /ms", -1e3, 1e3,
            "rate at which the threshold follows V - E_L"),
    PH_REAL(params, th_voltage_decay, "/ms", "0.09 /ms", 1e-9, 1e3, "rate at which that decays"),
    AFTER_SPIKE(1, "0.003 /ms", "-9.18 pA"),
    AFTER_SPIKE(2, "0.1 /ms", "-198.94 pA"),
};

static const ph_table table =
    PH_TABLE("glif_psc", params, keys, "parameters of glif_psc; weights in pA");

/* Of a port, and of an after-spike current. What decays within seconds does so by the share that it
 * loses in a step: a factor close to 1 has few digits for it in float. */
enum { P31, P32, P11, JUMP, OF_PORT };
enum { MEAN, LOSS, LEFT, ADDED, OF_CURRENT };

enum {
    P33 = RECEPTORS * OF_PORT + CURRENTS * OF_CURRENT, /* V to V */
    P30,        /* constant current to V, mV/pA */
    STEP,       /* ms */
    PER_G,      /* mV/pA */
    THETA,      /* V_th - E_L, mV */
    SPIKE_LOSS, SPIKE_LEFT, SPIKE_ADDED,       /* of Theta_s: in a step, over t_ref; mV */
    VOLTAGE_DECAY, VOLTAGE_BY_V, VOLTAGE_BY_I,  /* of Theta_v: by what V is above where it tends to,
                                                   and by that */
    RESET_SHARE, RESET,
    REFRACTORY,
    CURRENT,
    CONSTANTS
};

_Static_assert((int)CONSTANTS <= PH_NEURON_CONSTANTS, "constants of glif_psc");

static void prepare_currents(const params *p, double h, ph_real *k)
{
    for (int j = 0; j < CURRENTS; j++, k += OF_CURRENT) {
        double decay = p->asc_decay[j], on = p->after_spike_currents;
        k[MEAN] = (ph_real)(on * ph_moment(-decay * h, 0));
        k[LOSS] = (ph_real)ph_expm1(-decay * h);
        k[LEFT] = (ph_real)(p->asc_r[j] * ph_exp(-decay * p->t_ref));
        k[ADDED] = (ph_real)(on * p->asc_amps[j]);
    }
}

static void prepare_threshold(const params *p, double h, ph_real *k)
{
    double b = p->th_voltage_decay, index = p->adapting_threshold ? p->th_voltage_index : 0;
    double left = ph_exp(-b * h);
    int rises = p->spike_dependent_threshold;
    k[THETA] = (ph_real)(p->V_th - p->E_L);
    k[SPIKE_LOSS] = (ph_real)ph_expm1(-p->th_spike_decay * h);
    k[SPIKE_LEFT] = (ph_real)ph_exp(-p->th_spike_decay * p->t_ref);
    k[SPIKE_ADDED] = (ph_real)(rises ? p->th_spike_add : 0);
    k[VOLTAGE_DECAY] = (ph_real)left;
    k[VOLTAGE_BY_V] = (ph_real)(index * left * h * ph_moment((b - p->g_L / p->C_m) * h, 0));
    k[VOLTAGE_BY_I] = (ph_real)(index / b * (1 - left));
    k[RESET_SHARE] = (ph_real)(rises ? p->voltage_reset_fraction : 0);
    k[RESET] = (ph_real)(rises ? p->voltage_reset_add : p->V_reset - p->E_L);
}

static void prepare(const void *parameters, double h, ph_real *k)
{
    const params *p = parameters;
    double tau_m = p->C_m / p->g_L;
    for (int j = 0; j < RECEPTORS; j++) {
        ph_alpha alpha = ph_alpha_of(h, tau_m, p->C_m, p->tau_syn[j]);
        k[j * OF_PORT + P31] = (ph_real)alpha.P31;
        k[j * OF_PORT + P32] = (ph_real)alpha.P32;
        k[j * OF_PORT + P11] = (ph_real)alpha.P11;
        k[j * OF_PORT + JUMP] = (ph_real)alpha.jump;
    }
    prepare_currents(p, h, k + RECEPTORS * OF_PORT);
    prepare_threshold(p, h, k);
    k[P33] = (ph_real)ph_exp(-h / tau_m);
    k[P30] = (ph_real)(-ph_expm1(-h / tau_m) / p->g_L);
    k[STEP] = (ph_real)h;
    k[PER_G] = (ph_real)(1 / p->g_L);
    k[REFRACTORY] = (ph_real)floor(p->t_ref / h + 0.5);
    k[CURRENT] = (ph_real)p->I_e;
}

/* What the current of a port moves V by in the step; then the current after it, with arrivals. */
PH_INLINE ph_real receive(ph_real p31, ph_real p32, ph_real p11, ph_real jump, ph_real h,
                          ph_real in, ph_real *I, ph_real *y)
{
    ph_real moved = p31 * *y + p32 * *I;
    *I = ph_flush((*I + h * *y) * p11);
    *y = ph_flush(*y * p11) + in * jump;
    return moved;
}

#define RECEIVE(j)                                                                                 \
    receive(PH_OF((j - 1) * OF_PORT + P31), PH_OF((j - 1) * OF_PORT + P32),                        \
            PH_OF((j - 1) * OF_PORT + P11), PH_OF((j - 1) * OF_PORT + JUMP), PH_OF(STEP),          \
            in_##j[i], &I_##j[i], &y_##j[i])

PH_INLINE int advance(const ph_neuron_step *step, int each)
{
    enum { FIRST = RECEPTORS * OF_PORT, SECOND = FIRST + OF_CURRENT }; /* after-spike current */
    PH_CONSTANTS_OF(CONSTANTS);
    ph_real *restrict V = __builtin_assume_aligned(step->state[0], 64);
    ph_real *restrict I_1 = __builtin_assume_aligned(step->state[1], 64);
    ph_real *restrict I_2 = __builtin_assume_aligned(step->state[2], 64);
    ph_real *restrict I_3 = __builtin_assume_aligned(step->state[3], 64);
    ph_real *restrict I_4 = __builtin_assume_aligned(step->state[4], 64);
    ph_real *restrict y_1 = __builtin_assume_aligned(step->state[5], 64);
    ph_real *restrict y_2 = __builtin_assume_aligned(step->state[6], 64);
    ph_real *restrict y_3 = __builtin_assume_aligned(step->state[7], 64);
    ph_real *restrict y_4 = __builtin_assume_aligned(step->state[8], 64);
    ph_real *restrict asc_1 = __builtin_assume_aligned(step->state[9], 64);
    ph_real *restrict asc_2 = __builtin_assume_aligned(step->state[10], 64);
    ph_real *restrict theta_s = __builtin_assume_aligned(step->state[11], 64);
    ph_real *restrict theta_v = __builtin_assume_aligned(step->state[12], 64);
    int32_t *restrict r = __builtin_assume_aligned(step->refractory, 64);
    int32_t *restrict spiked = __builtin_assume_aligned(step->spiked, 64);
    const ph_real *restrict in_1 = __builtin_assume_aligned(step->in[0], 64);
    const ph_real *restrict in_2 = __builtin_assume_aligned(step->in[1], 64);
    const ph_real *restrict in_3 = __builtin_assume_aligned(step->in[2], 64);
    const ph_real *restrict in_4 = __builtin_assume_aligned(step->in[3], 64);
    const ph_real *restrict I = __builtin_assume_aligned(step->I, 64);
    const int n = step->n & ~(PH_PAD - 1);
#pragma GCC ivdep
    for (int i = 0; i < n; i++) {
        const int32_t held = r[i] > 0;
        const ph_real before = V[i], one = asc_1[i], two = asc_2[i];
        const ph_real current =
            I[i] + PH_OF(CURRENT) + one * PH_OF(FIRST + MEAN) + two * PH_OF(SECOND + MEAN);
        const ph_real tends = current * PH_OF(PER_G);
        ph_real next = before * PH_OF(P33) + current * PH_OF(P30) + RECEIVE(1) + RECEIVE(2) +
                       RECEIVE(3) + RECEIVE(4);
        ph_real s = ph_flush(theta_s[i] + theta_s[i] * PH_OF(SPIKE_LOSS));
        ph_real v = ph_flush(theta_v[i] * PH_OF(VOLTAGE_DECAY) +
                             (before - tends) * PH_OF(VOLTAGE_BY_V) + tends * PH_OF(VOLTAGE_BY_I));
        ph_real left_1 = held ? one : ph_flush(one + one * PH_OF(FIRST + LOSS));
        ph_real left_2 = held ? two : ph_flush(two + two * PH_OF(SECOND + LOSS));
        s = held ? theta_s[i] : s;
        v = held ? theta_v[i] : v;
        const int32_t spikes = !held & (next > PH_OF(THETA) + s + v);
        next = held ? before : ph_flush(next);
        V[i] = spikes ? before * PH_OF(RESET_SHARE) + PH_OF(RESET) : next;
        theta_s[i] = spikes ? s * PH_OF(SPIKE_LEFT) + PH_OF(SPIKE_ADDED) : s;
        theta_v[i] = v;
        asc_1[i] = spikes ? left_1 * PH_OF(FIRST + LEFT) + PH_OF(FIRST + ADDED) : left_1;
        asc_2[i] = spikes ? left_2 * PH_OF(SECOND + LEFT) + PH_OF(SECOND + ADDED) : left_2;
        spiked[i] = spikes;
        r[i] = spikes ? (int32_t)PH_OF(REFRACTORY) : r[i] - held;
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
    return weight_rate * ph_exp(1) * ((const params *)parameters)->tau_syn[port];
}

const ph_neuron_model ph_glif_psc = {
    .base = {"glif_psc",
             "generalised leaky integrate-and-fire, GLIF 1 to 5, alpha-shaped currents on four "
             "ports (Teeter et al. 2018, doi 10.1038/s41467-017-02717-4)",
             &table},
    .n_ports = RECEPTORS,
    .ports = {{"syn_1", "pA", 0}, {"syn_2", "pA", 0}, {"syn_3", "pA", 0}, {"syn_4", "pA", 0}},
    .n_states = 13,
    .states = {"V_m", "I_syn_1", "I_syn_2", "I_syn_3", "I_syn_4", "dI_syn_1", "dI_syn_2",
               "dI_syn_3", "dI_syn_4", "asc_1", "asc_2", "threshold_spike", "threshold_voltage"},
    .prepare = prepare,
    .update = update,
    .update_each = update_each,
    .n_constants = CONSTANTS,
    .rest = rest,
    .mean_current = mean_current,
};

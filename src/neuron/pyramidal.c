/* SPDX-License-Identifier: Apache-2.0 */
/* Pyramidal cell of layer 5 in two compartments: soma, and apical dendrite with a calcium plateau.
 *
 *     C_s V_s' = -C_s (V_s - E_L) / tau_s + g_s f(V_d) - w_s + I_s
 *     C_d V_d' = -C_d (V_d - E_L) / tau_d + g_d f(V_d) + c_d K(t - t_spike) - w_d + I_d
 *     tau_ws w_s' = -w_s,  tau_wd w_d' = a_d (V_d - E_L) - w_d,  tau_th theta' = -theta
 *     f(V) = 1 / (1 + exp(-(V - E_d) / D_d)),  K = 1 from t_K to t_K + T_K after a spike, else 0
 *     V_s >= V_th + theta: spike, V_s = V_reset for t_ref, w_s += b_s, theta += d_th
 * R. Naud, H. Sprekeler, PNAS 115:E6329 (2018), supplement (there w has the opposite sign). f is
 * the regenerative calcium current of the dendrite, w_d ends its plateau, K is the action potential
 * that runs back; a plateau keeps the soma firing: a burst. Inputs are conductances,
 *     I_s = -g_exc (V_s - E_exc) - g_inh (V_s - E_inh) + I_e + I
 *     I_d = -g_exc_apical (V_d - E_exc) - g_inh_apical (V_d - E_inh) + I_e_d
 *     g_X' = -g_X / tau_syn_X,  g_X += w at an arrival     (w in nS, >= 0)
 * What decays by itself is advanced exactly; V_s, V_d and w_d by the classical Runge-Kutta method
 * (order 4), a step in one or more parts, with U = V_s - E_L, D = V_d - E_L. */
#include "neuron/models.h"

#include <phasic/math.h>
#include "neuron/exp.h"
#include "neuron/kernel.h"

#include <math.h>
#include <string.h>

typedef struct params {
    double E_L;                      /* mV */
    double C_s, tau_s;               /* pF, ms */
    double V_th, V_reset;            /* mV */
    double t_ref;                    /* ms */
    double d_th, tau_th;             /* mV, ms */
    double b_s, tau_ws;              /* pA, ms */
    double g_s;                      /* pA */
    double C_d, tau_d;               /* pF, ms */
    double g_d, E_d, D_d;            /* pA, mV, mV */
    double a_d, tau_wd;              /* nS, ms */
    double c_d, t_K, T_K;            /* pA, ms, ms */
    double E_exc, E_inh;             /* mV */
    double tau_syn_exc, tau_syn_inh; /* ms */
    double I_e, I_e_d;               /* pA */
} params;

static const ph_param keys[] = {
    PH_REAL(params, E_L, "mV", "-70 mV", -200, 100, "leak reversal potential, soma and dendrite"),
    PH_REAL(params, C_s, "pF", "370 pF", 1e-3, 1e6, "capacitance of the soma"),
    PH_REAL_FLAG(params, tau_s, "ms", "16 ms", 0.01, 1e5, PH_PARAM_MODULATED_HELD,
                 "membrane time constant of the soma"),
    PH_REAL_FLAG(params, V_th, "mV", "-50 mV", -200, 100, PH_PARAM_MODULATED_HELD,
                 "spike threshold of a soma long at rest"),
    PH_REAL(params, V_reset, "mV", "-70 mV", -200, 100, "somatic potential after a spike"),
    PH_REAL(params, t_ref, "ms", "3 ms", 0, 1e4, "absolute refractory time of the soma"),
    PH_REAL(params, d_th, "mV", "2 mV", 0, 100, "what a spike adds to the threshold"),
    PH_REAL(params, tau_th, "ms", "27 ms", 0.01, 1e5, "time in which the threshold comes back"),
    PH_REAL_FLAG(params, b_s, "pA", "200 pA", -1e6, 1e6, PH_PARAM_MODULATED_HELD,
                 "what a spike adds to the soma's adaptation"),
    PH_REAL(params, tau_ws, "ms", "100 ms", 0.01, 1e6, "decay time of the soma's adaptation"),
    PH_REAL(params, g_s, "pA", "1300 pA", 0, 1e6, "current of a full plateau into the soma"),
    PH_REAL(params, C_d, "pF", "170 pF", 1e-3, 1e6, "capacitance of the apical dendrite"),
    PH_REAL_FLAG(params, tau_d, "ms", "7 ms", 0.01, 1e5, PH_PARAM_MODULATED_HELD,
                 "membrane time constant of the dendrite"),
    PH_REAL_FLAG(params, g_d, "pA", "1200 pA", 0, 1e6, PH_PARAM_MODULATED_HELD,
                 "calcium current of a full plateau"),
    PH_REAL(params, E_d, "mV", "-38 mV", -200, 100, "dendritic potential of half a plateau"),
    PH_REAL(params, D_d, "mV", "6 mV", 0.5, 100, "slope factor of the calcium current"),
    PH_REAL(params, a_d, "nS", "13 nS", -1e6, 1e6, "adaptation of the dendrite"),
    PH_REAL(params, tau_wd, "ms", "30 ms", 0.1, 1e6,
            "time constant of the dendrite's adaptation, which ends a plateau"),
    PH_REAL(params, c_d, "pA", "2600 pA", 0, 1e6,
            "current into the dendrite of an action potential that runs back"),
    PH_REAL(params, t_K, "ms", "0.5 ms", 0, 1e3, "delay of that current after a spike"),
    PH_REAL(params, T_K, "ms", "2 ms", 0, 1e3, "duration of that current"),
    PH_REAL(params, E_exc, "mV", "0 mV", -200, 200, "excitatory reversal potential"),
    PH_REAL(params, E_inh, "mV", "-80 mV", -200, 200, "inhibitory reversal potential"),
    PH_REAL(params, tau_syn_exc, "ms", "5 ms", 0.05, 1e4,
            "decay time of the excitatory conductances"),
    PH_REAL(params, tau_syn_inh, "ms", "10 ms", 0.05, 1e4,
            "decay time of the inhibitory conductances"),
    PH_REAL_FLAG(params, I_e, "pA", "0 pA", -1e6, 1e6, PH_PARAM_MODULATED_HELD,
                 "constant current into the soma"),
    PH_REAL_FLAG(params, I_e_d, "pA", "0 pA", -1e6, 1e6, PH_PARAM_MODULATED_HELD,
                 "constant current into the dendrite"),
};

static const ph_table table =
    PH_TABLE("pyramidal", params, keys,
             "parameters of pyramidal; weights in nS onto exc, inh, exc_apical or inh_apical");

enum {
    PARTS,     /* of a step */
    DT,        /* ms, of a part */
    HALF_EXC,  /* decay of g_exc over half a part */
    HALF_INH,
    PART_EXC,  /* decay of g_exc over a part */
    PART_INH,
    HALF_W,    /* decay of w_s over half a part, minus 1: near 1 too much would be rounded off */
    PART_W,    /* over a part */
    STEP_TH,   /* decay of theta over a step, minus 1 */
    INV_CS,    /* 1 / C_s, 1/pF */
    INV_CD,
    LEAK_S,    /* 1 / tau_s, 1/ms */
    LEAK_D,
    U_EXC,     /* E_exc - E_L, mV */
    U_INH,
    PLATEAU_S, /* g_s / C_s, mV/ms */
    PLATEAU_D, /* g_d / C_d, mV/ms */
    D_HALF,    /* E_d - E_L, mV */
    INV_SLOPE, /* 1 / D_d, 1/mV */
    A_D,       /* a_d, nS */
    RATE_WD,   /* 1 / tau_wd, 1/ms */
    BACK,      /* c_d, pA */
    BACK_END,  /* steps from a spike to the end of K */
    BACK_LONG, /* steps that K lasts */
    THETA,     /* V_th - E_L, mV */
    JUMP_TH,   /* d_th, mV */
    RESET,
    REFRACTORY,
    JUMP_W,    /* b_s, pA */
    CURRENT,
    CURRENT_D,
    CONSTANTS
};

/* The shortest time constant that a part must follow, ms. */
static double shortest(const params *p)
{
    double tau = fmin(fmin(p->tau_syn_exc, p->tau_syn_inh), fmin(p->tau_ws, p->tau_wd));
    tau = fmin(tau, fmin(p->tau_s, p->tau_d) / PH_HIGH_CONDUCTANCE);
    return p->g_d > 0 ? fmin(tau, 4 * p->C_d * p->D_d / p->g_d) : tau;
}

static void prepare(const void *parameters, double h, ph_real *k)
{
    const params *p = parameters;
    int parts = ph_parts(h, shortest(p));
    double dt = h / parts;
    k[PARTS] = (ph_real)parts;
    k[DT] = (ph_real)dt;
    k[HALF_EXC] = (ph_real)ph_exp(-0.5 * dt / p->tau_syn_exc);
    k[HALF_INH] = (ph_real)ph_exp(-0.5 * dt / p->tau_syn_inh);
    k[PART_EXC] = (ph_real)ph_exp(-dt / p->tau_syn_exc);
    k[PART_INH] = (ph_real)ph_exp(-dt / p->tau_syn_inh);
    k[HALF_W] = (ph_real)ph_expm1(-0.5 * dt / p->tau_ws);
    k[PART_W] = (ph_real)ph_expm1(-dt / p->tau_ws);
    k[STEP_TH] = (ph_real)ph_expm1(-h / p->tau_th);
    k[INV_CS] = (ph_real)(1.0 / p->C_s);
    k[INV_CD] = (ph_real)(1.0 / p->C_d);
    k[LEAK_S] = (ph_real)(1.0 / p->tau_s);
    k[LEAK_D] = (ph_real)(1.0 / p->tau_d);
    k[U_EXC] = (ph_real)(p->E_exc - p->E_L);
    k[U_INH] = (ph_real)(p->E_inh - p->E_L);
    k[PLATEAU_S] = (ph_real)(p->g_s / p->C_s);
    k[PLATEAU_D] = (ph_real)(p->g_d / p->C_d);
    k[D_HALF] = (ph_real)(p->E_d - p->E_L);
    k[INV_SLOPE] = (ph_real)(1.0 / p->D_d);
    k[A_D] = (ph_real)p->a_d;
    k[RATE_WD] = (ph_real)(1.0 / p->tau_wd);
    k[BACK] = (ph_real)p->c_d;
    k[BACK_LONG] = (ph_real)floor(p->T_K / h + 0.5);
    k[BACK_END] = k[BACK_LONG] + (ph_real)floor(p->t_K / h + 0.5);
    k[THETA] = (ph_real)(p->V_th - p->E_L);
    k[JUMP_TH] = (ph_real)p->d_th;
    k[RESET] = (ph_real)(p->V_reset - p->E_L);
    k[REFRACTORY] = (ph_real)floor(p->t_ref / h + 0.5);
    k[JUMP_W] = (ph_real)p->b_s;
    k[CURRENT] = (ph_real)p->I_e;
    k[CURRENT_D] = (ph_real)p->I_e_d;
}

/* What is advanced by Runge-Kutta, or its slope per ms. */
typedef struct cell {
    ph_real U, D; /* V_s - E_L, V_d - E_L, mV */
    ph_real w;    /* w_d, pA */
} cell;

/* What drives it: conductances (nS) and currents (pA, adaptation of the soma included). */
typedef struct drive {
    ph_real g_exc, g_inh, I;             /* of the soma */
    ph_real g_exc_apical, g_inh_apical, I_d; /* of the dendrite */
} drive;

PH_INLINE cell slope_of(const ph_real *k, cell at, drive in, int32_t held)
{
    ph_real f = 1 / (1 + ph_exp_real((k[D_HALF] - at.D) * k[INV_SLOPE]));
    ph_real I_s = in.I + in.g_exc * (k[U_EXC] - at.U) + in.g_inh * (k[U_INH] - at.U);
    ph_real I_d = in.I_d + in.g_exc_apical * (k[U_EXC] - at.D) +
                  in.g_inh_apical * (k[U_INH] - at.D) - at.w;
    ph_real U = I_s * k[INV_CS] - k[LEAK_S] * at.U + k[PLATEAU_S] * f;
    ph_real D = I_d * k[INV_CD] - k[LEAK_D] * at.D + k[PLATEAU_D] * f;
    return (cell){held ? 0 : U, D, k[RATE_WD] * (k[A_D] * at.D - at.w)};
}

PH_INLINE cell moved(cell from, ph_real dt, cell slope)
{
    return (cell){from.U + dt * slope.U, from.D + dt * slope.D, from.w + dt * slope.w};
}

/* The conductances half a part later; I is the soma's current then. */
PH_INLINE drive later(const ph_real *k, drive in, ph_real I)
{
    return (drive){in.g_exc * k[HALF_EXC],        in.g_inh * k[HALF_INH],        I,
                   in.g_exc_apical * k[HALF_EXC], in.g_inh_apical * k[HALF_INH], in.I_d};
}

/* A part of a step; a soma that is held (refractory) keeps its U. in.I is without w_s. */
PH_INLINE cell advance(const ph_real *k, cell at, drive in, ph_real w_s, int32_t held)
{
    const ph_real dt = k[DT], half = dt * (ph_real)0.5, sixth = dt / 6;
    in.I = in.I - w_s;
    drive mid = later(k, in, in.I - w_s * k[HALF_W]);
    drive end = later(k, mid, in.I - w_s * k[PART_W]);
    cell k1 = slope_of(k, at, in, held);
    cell k2 = slope_of(k, moved(at, half, k1), mid, held);
    cell k3 = slope_of(k, moved(at, half, k2), mid, held);
    cell k4 = slope_of(k, moved(at, dt, k3), end, held);
    return (cell){at.U + sixth * (k1.U + 2 * (k2.U + k3.U) + k4.U),
                  at.D + sixth * (k1.D + 2 * (k2.D + k3.D) + k4.D),
                  at.w + sixth * (k1.w + 2 * (k2.w + k3.w) + k4.w)};
}

PH_INLINE int update_body(const ph_neuron_step *step)
{
    ph_real k[CONSTANTS]; /* a copy, which stores into the arrays cannot change */
    memcpy(k, step->k, sizeof k);
    const int32_t t_ref = (int32_t)k[REFRACTORY];
    ph_real *restrict V_s = __builtin_assume_aligned(step->state[0], 64);
    ph_real *restrict V_d = __builtin_assume_aligned(step->state[1], 64);
    ph_real *restrict w_s = __builtin_assume_aligned(step->state[2], 64);
    ph_real *restrict w_d = __builtin_assume_aligned(step->state[3], 64);
    ph_real *restrict theta = __builtin_assume_aligned(step->state[4], 64);
    ph_real *restrict back = __builtin_assume_aligned(step->state[5], 64);
    ph_real *restrict g_exc = __builtin_assume_aligned(step->state[6], 64);
    ph_real *restrict g_inh = __builtin_assume_aligned(step->state[7], 64);
    ph_real *restrict g_exc_apical = __builtin_assume_aligned(step->state[8], 64);
    ph_real *restrict g_inh_apical = __builtin_assume_aligned(step->state[9], 64);
    int32_t *restrict r = __builtin_assume_aligned(step->refractory, 64);
    int32_t *restrict spiked = __builtin_assume_aligned(step->spiked, 64);
    const ph_real *restrict in_exc = __builtin_assume_aligned(step->in[0], 64);
    const ph_real *restrict in_inh = __builtin_assume_aligned(step->in[1], 64);
    const ph_real *restrict in_exc_apical = __builtin_assume_aligned(step->in[2], 64);
    const ph_real *restrict in_inh_apical = __builtin_assume_aligned(step->in[3], 64);
    const ph_real *restrict I = __builtin_assume_aligned(step->I, 64);
    const int n = step->n & ~(PH_PAD - 1), parts = (int)k[PARTS];
    /* No branch and no call: every line is a blend, so that the loops become vectors; ivdep,
     * because gcc does not believe `restrict` of pointers that come out of a struct. */
    for (int part = 0; part < parts; part++)
#pragma GCC ivdep
        for (int i = 0; i < n; i++) {
            ph_real K = back[i] > 0 && back[i] <= k[BACK_LONG] ? k[BACK] : 0;
            cell at = {V_s[i], V_d[i], w_d[i]};
            drive in = {g_exc[i],        g_inh[i],        I[i] + k[CURRENT],
                        g_exc_apical[i], g_inh_apical[i], k[CURRENT_D] + K};
            at = advance(k, at, in, w_s[i], r[i]);
            V_s[i] = at.U;
            V_d[i] = at.D;
            w_d[i] = at.w;
            w_s[i] = w_s[i] + w_s[i] * k[PART_W];
            g_exc[i] = g_exc[i] * k[PART_EXC];
            g_inh[i] = g_inh[i] * k[PART_INH];
            g_exc_apical[i] = g_exc_apical[i] * k[PART_EXC];
            g_inh_apical[i] = g_inh_apical[i] * k[PART_INH];
        }
#pragma GCC ivdep
    for (int i = 0; i < n; i++) {
        g_exc[i] = ph_flush(g_exc[i]) + in_exc[i];
        g_inh[i] = ph_flush(g_inh[i]) + in_inh[i];
        g_exc_apical[i] = ph_flush(g_exc_apical[i]) + in_exc_apical[i];
        g_inh_apical[i] = ph_flush(g_inh_apical[i]) + in_inh_apical[i];
        ph_real threshold = ph_flush(theta[i] + theta[i] * k[STEP_TH]);
        spiked[i] = r[i] == 0 && V_s[i] >= k[THETA] + threshold;
        theta[i] = spiked[i] ? threshold + k[JUMP_TH] : threshold;
        V_s[i] = spiked[i] ? k[RESET] : ph_flush(V_s[i]);
        V_d[i] = ph_flush(V_d[i]);
        w_d[i] = ph_flush(w_d[i]);
        w_s[i] = spiked[i] ? w_s[i] + k[JUMP_W] : ph_flush(w_s[i]);
        back[i] = back[i] > 0 ? back[i] - 1 : 0;
        back[i] = spiked[i] ? k[BACK_END] : back[i];
        r[i] = r[i] > 0 ? r[i] - 1 : 0;
        r[i] = spiked[i] ? t_ref : r[i];
    }
    return ph_compact(spiked, n, step->n_neurons);
}

PH_KERNEL(int, update, (const ph_neuron_step *step), (step))

static double rest(const void *parameters)
{
    return ((const params *)parameters)->E_L;
}

const ph_neuron_model ph_pyramidal = {
    .base = {"pyramidal",
             "two-compartment pyramidal cell: soma, and apical dendrite with a calcium plateau and "
             "receptors of its own, exc_apical and inh_apical (Naud & Sprekeler 2018, doi "
             "10.1073/pnas.1720995115)",
             &table},
    .n_ports = 4,
    .ports = {{"exc", "nS", 1, 0},
              {"inh", "nS", 1, 0},
              {"exc_apical", "nS", 1, 1},
              {"inh_apical", "nS", 1, 1}},
    .potential = {0, 1},
    .n_states = 10,
    .states = {"V_m", "V_d", "w_s", "w_d", "theta", "back", "g_exc", "g_inh", "g_exc_apical",
               "g_inh_apical"},
    .prepare = prepare,
    .update = update,
    .rest = rest,
};

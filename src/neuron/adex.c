/* SPDX-License-Identifier: Apache-2.0 */
/* Adaptive exponential integrate-and-fire neuron (AdEx) with exponential conductances.
 *
 *     C_m V' = -g_L (V - E_L) + g_L Delta_T exp((V - V_th) / Delta_T) - w
 *              - g_exc (V - E_exc) - g_inh (V - E_inh) + I_e + I
 *     tau_w w' = a (V - E_L) - w
 *     g_X' = -g_X / tau_syn_X,  g_X += w_syn at an arrival     (in nS, >= 0)
 *     V >= V_peak: spike, V = V_reset for t_ref, w += b
 * R. Brette, W. Gerstner, J Neurophysiol 94:3637 (2005), eqs. 1 to 3; V_th is their V_T, V_peak
 * their 20 mV. As in NEST the reset falls where V reaches V_peak, within a step, and the spike is
 * of that step's end; t_ref counts from there.
 *
 * V and w are advanced by the classical Runge-Kutta method (order 4), a step in one or more parts,
 * with U = V - E_L; the conductances decay exactly. A part that would end above V_high (the
 * upstroke) is not taken: a cell stays where it is, and `upstroke` takes the rest of its step. V
 * and w are advanced in double in either build and kept as pairs: when V passes V_th slowly, near
 * rheobase, the neuron makes rounding grow a thousandfold. */
#include "neuron/models.h"

#include <phasic/math.h>
#include "neuron/exp.h"
#include "neuron/kernel.h"

#include <math.h>
#include <string.h>

/* How finely the upstroke is followed. HIGH: V_high - V_th in Delta_T, where a part is still short
 * against the exponential's growth. MOST_OF_Z, MOST_OF_DELTA: of z (below) and, by what is not the
 * exponential, of Delta_T crossed in a step. SHORT: ms to V_peak taken in a straight line. */
#ifdef PH_DOUBLE
#define HIGH 1
#define MOST_OF_Z 0.03125
#define MOST_OF_DELTA 0.004
#define SHORT 1e-8
#else
#define HIGH 1
#define MOST_OF_Z 0.25
#define MOST_OF_DELTA 0.1
#define SHORT 1e-5
#endif

typedef struct params {
    double C_m;                      /* pF */
    double g_L;                      /* nS */
    double E_L, V_th, Delta_T;       /* mV */
    double V_peak, V_reset;          /* mV */
    double t_ref;                    /* ms */
    double tau_w;                    /* ms */
    double a;                        /* nS */
    double b;                        /* pA */
    double E_exc, E_inh;             /* mV */
    double tau_syn_exc, tau_syn_inh; /* ms */
    double I_e;                      /* pA */
} params;

static const ph_param keys[] = {
    PH_REAL(params, C_m, "pF", "281 pF", 1e-3, 1e6, "membrane capacitance"),
    PH_REAL_FLAG(params, g_L, "nS", "30 nS", 1e-6, 1e6, PH_PARAM_MODULATED_HELD,
                 "leak conductance"),
    PH_REAL(params, E_L, "mV", "-70.6 mV", -200, 100, "leak reversal potential"),
    PH_REAL_FLAG(params, V_th, "mV", "-50.4 mV", -200, 100, PH_PARAM_MODULATED_HELD,
                 "threshold of spike initiation, where the exponential takes over"),
    PH_REAL(params, Delta_T, "mV", "2 mV", 0.5, 100, "slope factor of spike initiation"),
    PH_REAL(params, V_peak, "mV", "20 mV", -200, 200, "peak of V: the spike"),
    PH_REAL(params, V_reset, "mV", "-70.6 mV", -200, 100, "potential after a spike"),
    PH_REAL(params, t_ref, "ms", "0 ms", 0, 1e4, "absolute refractory time"),
    PH_REAL(params, tau_w, "ms", "144 ms", 0.1, 1e6, "time constant of adaptation"),
    PH_REAL_FLAG(params, a, "nS", "4 nS", -1e6, 1e6, PH_PARAM_MODULATED_HELD,
                 "subthreshold adaptation"),
    PH_REAL_FLAG(params, b, "pA", "80.5 pA", -1e6, 1e6, PH_PARAM_MODULATED_HELD,
                 "what a spike adds to the adaptation"),
    PH_REAL(params, E_exc, "mV", "0 mV", -200, 200, "excitatory reversal potential"),
    PH_REAL(params, E_inh, "mV", "-85 mV", -200, 200, "inhibitory reversal potential"),
    PH_REAL(params, tau_syn_exc, "ms", "5 ms", 0.05, 1e4,
            "decay time of the excitatory conductance"),
    PH_REAL(params, tau_syn_inh, "ms", "10 ms", 0.05, 1e4,
            "decay time of the inhibitory conductance"),
    PH_REAL_FLAG(params, I_e, "pA", "0 pA", -1e6, 1e6, PH_PARAM_MODULATED_HELD,
                 "constant current"),
};

static const ph_table table =
    PH_TABLE("adex", params, keys, "parameters of adex; weights in nS");

enum {
    PARTS,     /* of a step */
    DT,        /* ms, of a part */
    HALF_EXC,  /* decay of g_exc over half a part */
    HALF_INH,
    PART_EXC,  /* decay of g_exc over a part */
    PART_INH,
    RATE_EXC,  /* 1 / tau_syn_exc, 1/ms */
    RATE_INH,
    INV_C,     /* 1 / C_m, 1/pF */
    LEAK,      /* g_L / C_m, 1/ms */
    SLOPE,     /* g_L Delta_T / C_m, mV/ms */
    DELTA,     /* Delta_T, mV */
    INV_DELTA, /* 1 / Delta_T, 1/mV */
    U_EXC,     /* E_exc - E_L, mV */
    U_INH,
    U_TH,      /* V_th - E_L, mV */
    U_HIGH,
    U_PEAK,
    RESET,
    REFRACTORY,
    RATE_W,    /* 1 / tau_w, 1/ms */
    A,         /* a, nS */
    B,         /* b, pA */
    CURRENT,
    CONSTANTS
};

_Static_assert(CONSTANTS * sizeof(double) <= PH_NEURON_CONSTANTS * sizeof(ph_real),
               "constants in double take two places each");

static void prepare(const void *parameters, double h, ph_real *constants)
{
    const params *p = parameters;
    double k[CONSTANTS];
    double tau = fmin(fmin(p->tau_syn_exc, p->tau_syn_inh), p->tau_w);
    double membrane = p->C_m / (p->g_L * fmax(PH_HIGH_CONDUCTANCE, ph_exp(HIGH)));
    int parts = ph_parts(h, fmin(tau, membrane));
    double dt = h / parts;
    k[PARTS] = parts;
    k[DT] = dt;
    k[HALF_EXC] = ph_exp(-0.5 * dt / p->tau_syn_exc);
    k[HALF_INH] = ph_exp(-0.5 * dt / p->tau_syn_inh);
    k[PART_EXC] = ph_exp(-dt / p->tau_syn_exc);
    k[PART_INH] = ph_exp(-dt / p->tau_syn_inh);
    k[INV_C] = 1.0 / p->C_m;
    k[LEAK] = p->g_L / p->C_m;
    k[U_EXC] = p->E_exc - p->E_L;
    k[U_INH] = p->E_inh - p->E_L;
    k[U_TH] = p->V_th - p->E_L;
    k[DELTA] = p->Delta_T;
    k[INV_DELTA] = 1.0 / p->Delta_T;
    k[SLOPE] = p->g_L * p->Delta_T / p->C_m;
    k[U_PEAK] = p->V_peak - p->E_L;
    k[U_HIGH] = fmin(p->V_th + HIGH * p->Delta_T, p->V_peak) - p->E_L;
    k[RESET] = p->V_reset - p->E_L;
    k[REFRACTORY] = floor(p->t_ref / h + 0.5);
    k[RATE_W] = 1.0 / p->tau_w;
    k[A] = p->a;
    k[B] = p->b;
    k[RATE_EXC] = 1.0 / p->tau_syn_exc;
    k[RATE_INH] = 1.0 / p->tau_syn_inh;
    k[CURRENT] = p->I_e;
    memcpy(constants, k, sizeof k);
}

/* --- the upstroke ----------------------------------------------------------------------------- */

/* Above V_th the exponential is followed by z = exp(-(V - V_th) / Delta_T): it falls to that of
 * V_peak at the nearly constant rate g_L / C_m, where V runs away. */
enum { Z, W, X, Y, VARIABLES }; /* z, w (pA), g_exc / C_m, g_inh / C_m (1/ms) */

/* Time derivatives of s. @return V' without the exponential, mV/ms */
static double rates(const double *k, double I, const double *s, double *slope)
{
    double z = s[Z] > 1e-30 ? s[Z] : 1e-30;
    double U = k[U_TH] - k[DELTA] * ph_log(z);
    double passive = I + s[X] * k[U_EXC] + s[Y] * k[U_INH] - (k[LEAK] + s[X] + s[Y]) * U -
                     s[W] * k[INV_C];
    slope[Z] = -k[LEAK] - z * passive * k[INV_DELTA];
    slope[W] = (k[A] * U - s[W]) * k[RATE_W];
    slope[X] = -s[X] * k[RATE_EXC];
    slope[Y] = -s[Y] * k[RATE_INH];
    return passive;
}

/* One step of Runge-Kutta, of dt ms, from the slope k1 at its beginning. */
static void runge_kutta(const double *k, double I, double dt, const double *k1, double *s)
{
    double at[VARIABLES], k2[VARIABLES], k3[VARIABLES], k4[VARIABLES];
    for (int j = 0; j < VARIABLES; j++)
        at[j] = s[j] + 0.5 * dt * k1[j];
    rates(k, I, at, k2);
    for (int j = 0; j < VARIABLES; j++)
        at[j] = s[j] + 0.5 * dt * k2[j];
    rates(k, I, at, k3);
    for (int j = 0; j < VARIABLES; j++)
        at[j] = s[j] + dt * k3[j];
    rates(k, I, at, k4);
    for (int j = 0; j < VARIABLES; j++)
        s[j] += dt / 6 * (k1[j] + 2 * (k2[j] + k3[j]) + k4[j]);
}

/* U stays at its reset value for `left` ms. */
static void hold(const double *k, double left, double *s)
{
    double target = k[A] * k[RESET];
    s[W] = target + (s[W] - target) * ph_exp(-left * k[RATE_W]);
    s[X] *= ph_exp(-left * k[RATE_EXC]);
    s[Y] *= ph_exp(-left * k[RATE_INH]);
}

static double z_of(const double *k, double U)
{
    return ph_exp(-(U - k[U_TH]) / k[DELTA]);
}

/* Follow s for `left` ms. A step has one spike at most: at a second one U stays at its reset value.
 * @return whether it spiked */
static int32_t follow(const double *k, double I, double left, double *s)
{
    const double z_peak = fmax(z_of(k, k[U_PEAK]), 1e-15), z_reset = z_of(k, k[RESET]);
    int32_t spiked = 0;
    while (left > 0) {
        double slope[VARIABLES], passive = rates(k, I, s, slope);
        double to_peak = s[Z] <= z_peak ? 0 : slope[Z] < 0 ? (z_peak - s[Z]) / slope[Z] : HUGE_VAL;
        if (to_peak <= fmin(left, SHORT)) {
            left -= to_peak;
            for (int j = 0; j < VARIABLES; j++)
                s[j] += to_peak * slope[j];
            s[Z] = z_reset;
            s[W] += spiked ? 0 : k[B];
            if (spiked || k[REFRACTORY] > 0) {
                hold(k, left, s);
                return 1;
            }
            spiked = 1;
            continue;
        }
        double dt = fmin(k[DT], MOST_OF_Z * s[Z] / fabs(slope[Z]));
        dt = fmin(dt, MOST_OF_DELTA * k[DELTA] / fabs(passive));
        dt = fmin(dt, 0.9 * to_peak); /* and no farther: the slope may change on the way */
        dt = fmin(left, fmax(dt, SHORT));
        runge_kutta(k, I, dt, slope, s);
        left -= dt;
    }
    return spiked;
}

/* Take the last `left` parts of a step of cell i. Compiled once, for no vectors: it is rare.
 * @return whether it spiked */
static __attribute__((noinline)) int32_t upstroke(const ph_neuron_step *step, const double *k,
                                                  int i, int32_t left)
{
    ph_real *const *state = step->state;
    const double inv_C = k[INV_C];
    double s[VARIABLES] = {z_of(k, ph_joined(state[0][i], state[1][i])),
                           ph_joined(state[2][i], state[3][i]), state[4][i] * inv_C,
                           state[5][i] * inv_C};
    int32_t spiked = follow(k, (step->I[i] + k[CURRENT]) * inv_C, left * k[DT], s);
    ph_split(k[U_TH] - k[DELTA] * ph_log(s[Z]), &state[0][i], &state[1][i]);
    ph_split(s[W], &state[2][i], &state[3][i]);
    state[4][i] = (ph_real)(s[X] / inv_C);
    state[5][i] = (ph_real)(s[Y] / inv_C);
    return spiked;
}

/* The cells whose `left` parts were not taken; afterwards `left` marks those that spiked. */
static void take_upstrokes(const ph_neuron_step *step, const double *k, int n, int32_t *left)
{
    for (int i = 0; i < n; i += PH_PAD) {
        int32_t any = 0;
        for (int j = 0; j < PH_PAD; j++)
            any |= left[i + j];
        for (int j = i; any && j < i + PH_PAD; j++)
            if (left[j])
                left[j] = upstroke(step, k, j, left[j]);
    }
}

/* --- all else --------------------------------------------------------------------------------- */

/* U' (mV/ms) with conductances over C_m x and y (1/ms), current over C_m I (mV/ms) and adaptation
 * w (pA). */
PH_INLINE double slope_of(const double *k, double U, double w, double x, double y, double I)
{
    return I - w * k[INV_C] + x * k[U_EXC] + y * k[U_INH] - (k[LEAK] + x + y) * U +
           k[SLOPE] * ph_exp_inline((U - k[U_TH]) * k[INV_DELTA]);
}

/* Advance U and w over a part; a cell that is held (refractory) keeps its U. */
PH_INLINE void advance(const double *k, double *U, double *w, double x, double y, double I,
                       int32_t held)
{
    const double dt = k[DT], half = dt * 0.5, sixth = dt / 6;
    const double a = k[A], rate = k[RATE_W], U_0 = *U, w_0 = *w;
    double x_mid = x * k[HALF_EXC], y_mid = y * k[HALF_INH];
    double U_1 = held ? 0 : slope_of(k, U_0, w_0, x, y, I);
    double w_1 = rate * (a * U_0 - w_0);
    double U_a = U_0 + half * U_1, w_a = w_0 + half * w_1;
    double U_2 = held ? 0 : slope_of(k, U_a, w_a, x_mid, y_mid, I);
    double w_2 = rate * (a * U_a - w_a);
    double U_b = U_0 + half * U_2, w_b = w_0 + half * w_2;
    double U_3 = held ? 0 : slope_of(k, U_b, w_b, x_mid, y_mid, I);
    double w_3 = rate * (a * U_b - w_b);
    double U_c = U_0 + dt * U_3, w_c = w_0 + dt * w_3;
    double U_4 = held ? 0 : slope_of(k, U_c, w_c, x_mid * k[HALF_EXC], y_mid * k[HALF_INH], I);
    double w_4 = rate * (a * U_c - w_c);
    *U = U_0 + sixth * (U_1 + 2 * (U_2 + U_3) + U_4);
    *w = w_0 + sixth * (w_1 + 2 * (w_2 + w_3) + w_4);
}

PH_INLINE int update_body(const ph_neuron_step *step)
{
    double k[CONSTANTS]; /* a copy, which stores into the arrays cannot change */
    memcpy(k, step->k, sizeof k);
    const double inv_C = k[INV_C], high = k[U_HIGH], I_e = k[CURRENT];
    const ph_real part_exc = (ph_real)k[PART_EXC], part_inh = (ph_real)k[PART_INH];
    const int32_t t_ref = (int32_t)k[REFRACTORY];
    ph_real *restrict V = __builtin_assume_aligned(step->state[0], 64);
    ph_real *restrict V_low = __builtin_assume_aligned(step->state[1], 64);
    ph_real *restrict w = __builtin_assume_aligned(step->state[2], 64);
    ph_real *restrict w_low = __builtin_assume_aligned(step->state[3], 64);
    ph_real *restrict g_exc = __builtin_assume_aligned(step->state[4], 64);
    ph_real *restrict g_inh = __builtin_assume_aligned(step->state[5], 64);
    int32_t *restrict r = __builtin_assume_aligned(step->refractory, 64);
    int32_t *restrict left = __builtin_assume_aligned(step->spiked, 64);
    const ph_real *restrict in_exc = __builtin_assume_aligned(step->in[0], 64);
    const ph_real *restrict in_inh = __builtin_assume_aligned(step->in[1], 64);
    const ph_real *restrict I = __builtin_assume_aligned(step->I, 64);
    const int n = step->n & ~(PH_PAD - 1), parts = (int)k[PARTS];
    memset(left, 0, (size_t)n * sizeof *left);
    /* No branch and no call: every line is a blend, so that the loops become vectors; ivdep,
     * because gcc does not believe `restrict` of pointers that come out of a struct. */
    for (int part = parts; part > 0; part--)
#pragma GCC ivdep
        for (int i = 0; i < n; i++) {
            const double U_0 = ph_joined(V[i], V_low[i]), w_0 = ph_joined(w[i], w_low[i]);
            double U = U_0, adaptation = w_0;
            advance(k, &U, &adaptation, g_exc[i] * inv_C, g_inh[i] * inv_C, (I[i] + I_e) * inv_C,
                    r[i]);
            /* "not below" also holds for what ran away until it was no number. */
            int32_t stays = left[i] ? left[i] : !(U < high) && r[i] == 0 ? part : 0;
            left[i] = stays;
            ph_split(stays ? U_0 : U, &V[i], &V_low[i]);
            ph_split(stays ? w_0 : adaptation, &w[i], &w_low[i]);
            g_exc[i] = stays ? g_exc[i] : g_exc[i] * part_exc;
            g_inh[i] = stays ? g_inh[i] : g_inh[i] * part_inh;
        }
    take_upstrokes(step, k, n, left);
#pragma GCC ivdep
    for (int i = 0; i < n; i++) {
        g_exc[i] = ph_flush(g_exc[i]) + in_exc[i];
        g_inh[i] = ph_flush(g_inh[i]) + in_inh[i];
        V[i] = ph_flush(V[i]);
        V_low[i] = ph_flush(V_low[i]);
        w[i] = ph_flush(w[i]);
        w_low[i] = ph_flush(w_low[i]);
        r[i] = r[i] > 0 ? r[i] - 1 : 0;
        r[i] = left[i] ? t_ref : r[i];
    }
    return ph_compact(left, n, step->n_neurons);
}

PH_KERNEL(int, update, (const ph_neuron_step *step), (step))

static double rest(const void *parameters)
{
    return ((const params *)parameters)->E_L;
}

const ph_neuron_model ph_adex = {
    .base = {"adex",
             "adaptive exponential integrate-and-fire, exponential conductances (Brette & Gerstner "
             "2005, doi 10.1152/jn.00686.2005)",
             &table},
    .n_ports = 2,
    .ports = {{"exc", "nS", 1}, {"inh", "nS", 1}},
    .n_states = 6,
    .states = {"V_m", "V_m_low", "w", "w_low", "g_exc", "g_inh"},
    .prepare = prepare,
    .update = update,
    .rest = rest,
};

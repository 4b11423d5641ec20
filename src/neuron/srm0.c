/* SPDX-License-Identifier: Apache-2.0 */
/* Spike response model with escape noise, SRM0 (W. Gerstner, W. M. Kistler, Spiking Neuron Models,
 * 2002, ch. 4.2 and 5.3), as in Brzosko et al., eLife 6:e27756 (2017).
 *
 *     u(t) = sum over inputs j, their spikes s: w_j eps(t - s) + chi exp(-(t - t_own) / tau_m)
 *     eps(t) = eps_0 / (tau_m - tau_s) (exp(-t / tau_m) - exp(-t / tau_s))
 *     rate(u) = rho_0 exp((u - (V_th - E_L)) / Delta_u)
 * with t_own the last own spike, which also puts an end to the postsynaptic potentials begun before
 * it; what arrives within t_lost of it has no effect. 1 pA of a weight counts as 1 mV, so that a
 * spike's potential has the area w eps_0. Currents from stimuli move u by 1 mV/pA, with tau_m. u is
 * a sum of what spikes and currents have left, so V_init has nothing to act on.
 * A step from s - 1 to s takes what arrives at s; then the neuron spikes with the probability
 * 1 - exp(-rate h), drawn by (seed, id, step). */
#include "neuron/models.h"

#include <phasic/math.h>
#include "base/math_inline.h"
#include "base/random.h"
#include "neuron/kernel.h"

#include <math.h>

#define TILE 256 /* neurons whose numbers are drawn together */

typedef struct params {
    double tau_m, tau_s;  /* ms */
    double eps_0;         /* ms */
    double E_L, V_th;     /* mV */
    double rho_0;         /* Hz */
    double Delta_u;       /* mV */
    double chi;           /* mV */
    double t_lost;        /* ms */
    double I_e;           /* pA */
} params;

static const ph_param keys[] = {
    PH_REAL(params, tau_m, "ms", "20 ms", 0.01, 1e5, "membrane time constant"),
    PH_REAL(params, tau_s, "ms", "5 ms", 0.01, 1e5,
            "rise time of postsynaptic potentials; held 0.1 % off tau_m"),
    PH_REAL(params, eps_0, "ms", "20 ms", 0, 1e6,
            "area of the potential (mV ms) that a spike of weight 1 pA brings"),
    PH_REAL(params, E_L, "mV", "-70 mV", -200, 100, "resting potential"),
    PH_REAL_FLAG(params, V_th, "mV", "-54 mV", -200, 100, PH_PARAM_MODULATED_HELD,
                 "potential at which the rate is rho_0"),
    PH_REAL(params, rho_0, "Hz", "60 Hz", 0, 1e5, "rate at V_th"),
    PH_REAL_FLAG(params, Delta_u, "mV", "2 mV", 0.001, 1e3, PH_PARAM_MODULATED_HELD,
                 "depolarisation that makes the rate e times larger"),
    PH_REAL(params, chi, "mV", "-5 mV", -1e3, 0, "after-potential just after an own spike"),
    PH_REAL(params, t_lost, "ms", "1 ms", 0, 1e4,
            "time after an own spike in which what arrives has no effect"),
    PH_REAL_FLAG(params, I_e, "pA", "0 pA", -1e6, 1e6, PH_PARAM_MODULATED_HELD,
                 "constant current; 1 pA moves u by 1 mV"),
};

static const ph_table table =
    PH_TABLE("srm0", params, keys, "parameters of srm0; weights in pA, each for 1 mV");

enum { P_M, P_S, SCALE, THETA, SLOPE, SPIKES, CHI, LOST, CURRENT }; /* SPIKES: per step at V_th */
enum { U, DECAY, RISE, AFTER, DRIVE, STATES };

static void prepare(const void *parameters, double h, ph_real *k)
{
    const params *p = parameters;
    double nearest = 1e-3 * p->tau_m, tau_s = p->tau_s;
    if (fabs(p->tau_m - tau_s) < nearest)
        tau_s = p->tau_m - nearest;
    k[P_M] = (ph_real)ph_exp(-h / p->tau_m);
    k[P_S] = (ph_real)ph_exp(-h / tau_s);
    k[SCALE] = (ph_real)(p->eps_0 / (p->tau_m - tau_s));
    k[THETA] = (ph_real)(p->V_th - p->E_L);
    k[SLOPE] = (ph_real)(1 / p->Delta_u);
    k[SPIKES] = (ph_real)(p->rho_0 * 1e-3 * h);
    k[CHI] = (ph_real)p->chi;
    k[LOST] = (ph_real)floor(p->t_lost / h + 0.5);
    k[CURRENT] = (ph_real)p->I_e;
}

/* All but the draw: potentials at the step, and in `spiked` whether the number is below the
 * probability of a spike. */
PH_INLINE int advance_body(const ph_neuron_step *step, const uint32_t *bits, int first, int n)
{
    const ph_real *k = step->k;
    const ph_real p_m = k[P_M], p_s = k[P_S], scale = k[SCALE], theta = k[THETA];
    const ph_real slope = k[SLOPE], at_threshold = k[SPIKES], chi = k[CHI], I_e = k[CURRENT];
    const int32_t lost = (int32_t)k[LOST];
    ph_real *restrict u = step->state[U] + first, *restrict drive = step->state[DRIVE] + first;
    ph_real *restrict decay = step->state[DECAY] + first;
    ph_real *restrict rise = step->state[RISE] + first;
    ph_real *restrict after = step->state[AFTER] + first;
    int32_t *restrict r = step->refractory + first, *restrict spiked = step->spiked + first;
    const ph_real *restrict in_exc = step->in[0] + first, *restrict in_inh = step->in[1] + first;
    const ph_real *restrict I = step->I + first;
#pragma GCC ivdep
    for (int i = 0; i < n; i++) {
        ph_real in = r[i] > 0 ? 0 : in_exc[i] + in_inh[i];
        ph_real d = ph_flush(decay[i] * p_m) + in, s = ph_flush(rise[i] * p_s) + in;
        ph_real a = ph_flush(after[i] * p_m);
        ph_real c = ph_flush(drive[i] * p_m) + (1 - p_m) * (I[i] + I_e);
        ph_real v = scale * (d - s) + a + c;
        double expected = (double)at_threshold * ph_exp_inline((double)((v - theta) * slope));
        double p = -ph_expm1_inline(-expected);
        int32_t left = r[i] > 0 ? r[i] - 1 : 0;
        int32_t spikes = ((double)bits[i] + 0.5) * 0x1p-32 < p;
        spiked[i] = spikes;
        r[i] = spikes ? lost : left;
        decay[i] = spikes ? 0 : d;
        rise[i] = spikes ? 0 : s;
        after[i] = spikes ? chi : a;
        drive[i] = c;
        u[i] = v;
    }
    return 0;
}

PH_KERNEL(int, advance, (const ph_neuron_step *step, const uint32_t *bits, int first, int n),
          (step, bits, first, n))

static int update(const ph_neuron_step *step)
{
    uint32_t bits[4 * TILE];
    for (int first = 0; first < step->n; first += TILE) {
        int n = step->n - first < TILE ? step->n - first : TILE;
        ph_random_many(step->seed, PH_PURPOSE_ESCAPE, step->gid + first * step->stride,
                       step->stride, 0, step->step, 0, 0, n, bits);
        advance(step, bits, first, n);
    }
    return ph_compact(step->spiked, step->n, step->n_neurons);
}

static double rest(const void *parameters)
{
    return ((const params *)parameters)->E_L;
}

const ph_neuron_model ph_srm0 = {
    .base = {"srm0",
             "spike response model with escape noise; its own spike ends postsynaptic potentials "
             "(Gerstner & Kistler 2002; Brzosko et al. 2017, doi 10.7554/eLife.27756)",
             &table},
    .draws = 1,
    .n_ports = 2,
    .ports = {{"exc", "pA", 1}, {"inh", "pA", -1}},
    .n_states = STATES,
    .states = {"V_m", "PSP_decay", "PSP_rise", "after_potential", "V_current"},
    .prepare = prepare,
    .update = update,
    .rest = rest,
};

/* SPDX-License-Identifier: Apache-2.0 */
/* Calcium-based plasticity with two thresholds.
 *
 * M. Graupner, N. Brunel, PNAS 109:3991 (2012), doi 10.1073/pnas.1109359109; noise as corrected in
 * doi 10.1073/pnas.1220044110:
 *     tau_Ca c' = -c,   c += C_pre at D after an arrival,   c += C_post at a postsynaptic spike
 *     tau rho' = -rho (1 - rho) (1/2 - rho) + gamma_p (1 - rho) H(c - theta_p)
 *                - gamma_d rho H(c - theta_d)
 *                + sigma sqrt(tau) sqrt(H(c - theta_d) + H(c - theta_p)) xi
 *     w = rho w_max, held within 0 and w_max
 * learning_rate divides tau: 2 learns as in half the time constant, 0 not at all (c goes on).
 * rho is as in the paper: without noise it stays within 0 and 1, with noise it may leave them. The
 * second state is what bounds and rounding take off the weight, so that drifts of 1e-9 add up.
 * At equal steps the calcium of the arrival comes first, then that of the postsynaptic spike.
 * gamma_p, gamma_d and learning_rate hold from event to event as they were at the first; C_pre and
 * C_post count as they are when calcium flows; theta_p and theta_d count beat by beat. */
#include "plasticity/rules.h"

#include <phasic/math.h>
#include "plasticity/calcium_lanes.h"

typedef struct params {
    double tau_Ca;           /* ms */
    double C_pre, C_post;    /* of theta_d's unit */
    double D;                /* ms */
    double theta_d, theta_p; /* calcium */
    double gamma_d, gamma_p; /* pure numbers */
    double sigma;            /* pure number */
    double tau;              /* ms */
    double learning_rate;    /* pure number */
    int bistable;            /* 1: the double well */
    double w_max;            /* in the unit of the weight */
} params;

static const ph_param keys[] = {
    PH_REAL(params, tau_Ca, "ms", "20 ms", 0.1, 1e4, "time constant of calcium c"),
    PH_REAL_FLAG(params, C_pre, "1", "1.0", 0, 1e3, PH_PARAM_MODULATED_SAMPLED,
                 "calcium of a presynaptic spike"),
    PH_REAL_FLAG(params, C_post, "1", "2.0", 0, 1e3, PH_PARAM_MODULATED_SAMPLED,
                 "calcium of a postsynaptic spike"),
    PH_REAL(params, D, "ms", "13.7 ms", 0, 1e3,
            "how long after its arrival the calcium of a presynaptic spike flows"),
    PH_REAL_FLAG(params, theta_d, "1", "1.0", PH_CALCIUM_THETA_LEAST, 1e3,
                 PH_PARAM_MODULATED_SEGMENTED, "calcium above which the weight falls"),
    PH_REAL_FLAG(params, theta_p, "1", "1.3", PH_CALCIUM_THETA_LEAST, 1e3,
                 PH_PARAM_MODULATED_SEGMENTED, "calcium above which the weight grows"),
    PH_REAL_FLAG(params, gamma_d, "1", "200", 0, 1e6, PH_PARAM_MODULATED_SAMPLED,
                 "rate of depression, in units of 1 / tau"),
    PH_REAL_FLAG(params, gamma_p, "1", "321.808", 0, 1e6, PH_PARAM_MODULATED_SAMPLED,
                 "rate of potentiation, in units of 1 / tau"),
    PH_REAL(params, sigma, "1", "2.8284", 0, 1e3, "amplitude of the noise above the thresholds"),
    PH_REAL(params, tau, "ms", "150 s", 1, 1e12, "time constant of the efficacy rho"),
    PH_REAL_FLAG(params, learning_rate, "1", "1.0", 0, 1e6, PH_PARAM_MODULATED_SAMPLED,
                 "factor on the speed of rho, dividing tau"),
    PH_CHOICE(params, bistable, ph_false_true, "true",
              "whether rho drifts to 0 or 1 in a double well while calcium is low"),
    PH_REAL(params, w_max, "pA|nS", NULL, 0, 1e9, "weight at rho = 1"),
};

static const ph_table table = PH_TABLE("calcium", params, keys,
                                       "parameters of calcium; the defaults are set DP of the "
                                       "paper");

/* Of one visit. */
typedef struct constants {
    double h, tau_Ca;              /* ms */
    double per_tau;                /* 1 / tau, per ms */
    double variance;               /* sigma^2 */
    double ln_theta_p, ln_theta_d; /* of the newest beat */
    ph_step since;                 /* from here on they have not changed */
    int bistable;
} constants;

/* Beside what ph_lanes holds of them. */
typedef struct more_lanes {
    double rho[PH_LANES];
    ph_calcium_lanes of;
} more_lanes;

static constants constants_of(const ph_rule_context *c)
{
    const params *p = c->params;
    return (constants){
        .h = c->h,
        .tau_Ca = p->tau_Ca,
        .per_tau = 1 / p->tau,
        .variance = p->sigma * p->sigma,
        .ln_theta_p = ph_log(c->sampled[PH_CALCIUM_THETA_P]->latest),
        .ln_theta_d = ph_log(c->sampled[PH_CALCIUM_THETA_D]->latest),
        .since = ph_calcium_since(c),
        .bistable = p->bistable,
    };
}

PH_INLINE double rho_of(const ph_rule_context *c, ph_real w, ph_real rest)
{
    return ((double)w + (double)rest) / c->w_max;
}

PH_INLINE ph_real weight_of(const ph_rule_context *c, double rho, ph_real *rest)
{
    return ph_calcium_bounded(rho * c->w_max, c->w_max, rest);
}

/* --- one lane at a time: old spikes, and thresholds that change ------------------------------- */

/* Where a lane is in its interval. */
typedef struct walker {
    ph_calcium_rates rates;
    double noise;        /* squared, per threshold and ms */
    ph_calcium_rho rho;
    double below;        /* ms behind it in which there was nothing but drift, still to be done */
} walker;

static void do_drift(const constants *k, walker *w)
{
    if (k->bistable)
        w->rho.mean = ph_calcium_drift(w->rho.mean, w->rates.drift * w->below);
    w->below = 0;
}

/* t ms during which the thresholds stay. */
static void walk_piece(const constants *k, double c, double theta_p, double theta_d, double t,
                       walker *w)
{
    if (c <= theta_p && c <= theta_d) {
        w->below += t;
        return;
    }
    ph_calcium_times times =
        ph_calcium_times_of(k->tau_Ca, ph_log(c), ph_log(theta_p), ph_log(theta_d), t);
    do_drift(k, w);
    w->below = ph_calcium_climb(&w->rates, k->bistable, w->noise, t, &times, &w->rho);
}

/* A lane from one event to the next, beat by beat while calcium may be above a threshold. */
static void walk_lane(const ph_rule_context *c, const ph_visit *v, const void *of_visit,
                      void *lanes, int32_t s, const ph_calcium_walk *walk)
{
    (void)v;
    const constants *k = of_visit;
    double *rho = &((more_lanes *)lanes)->rho[s];
    walker w = {.rates = ph_calcium_rates_at(c, k->per_tau, walk->begin), .rho = {.mean = *rho}};
    w.noise = k->variance * w.rates.drift;
    for (ph_step step = walk->begin, stop; step < walk->end; step = stop) {
        double now =
            (double)(walk->calcium * ph_decay_factor(c->decay[0], step - walk->begin));
        stop = ph_calcium_piece_end(c, walk, k->since, now, step);
        walk_piece(k, now, ph_sampled_at(c->sampled[PH_CALCIUM_THETA_P], step + 1),
                   ph_sampled_at(c->sampled[PH_CALCIUM_THETA_D], step + 1),
                   (double)(stop - step) * k->h, &w);
    }
    w.rho.mean += sqrt(w.rho.variance) * walk->normal;
    do_drift(k, &w);
    *rho = w.rho.mean;
}

/* --- all lanes -------------------------------------------------------------------------------- */

/* Lanes 0 .. n - 1 up to the end of their interval. */
PH_INLINE void advance(const ph_rule_context *c, const constants *k, int bistable, int noisy, int n,
                       const int32_t *restrict to, const double *restrict normal,
                       ph_lanes *restrict l, more_lanes *restrict m)
{
    const ph_real *restrict decay = c->decay[0]->table;
    int32_t last = (int32_t)c->decay[0]->n;
    const constants of = *k;
    for (int first = 0; first < n; first += PH_PAD)
        for (int s = first; s < first + PH_PAD; s++) {
            int32_t steps = l->from[s] - to[s], since = steps < last ? steps : last;
            ph_real calcium = l->state[0][s];
            ph_calcium_rates r = {m->of.p[s], m->of.d[s], m->of.drift[s]};
            ph_calcium_rho rho = {m->rho[s], 0};
            double t = steps * of.h, least = 1e-30;
            double ln_c = ph_log_inline((double)calcium > least ? (double)calcium : least);
            ph_calcium_times times =
                ph_calcium_times_of(of.tau_Ca, ln_c, of.ln_theta_p, of.ln_theta_d, t);
            double below =
                ph_calcium_climb(&r, bistable, of.variance * r.drift, t, &times, &rho);
            if (noisy)
                rho.mean += sqrt(rho.variance) * normal[s];
            if (bistable)
                rho.mean = ph_calcium_drift(rho.mean, r.drift * below);
            m->rho[s] = rho.mean;
            l->state[0][s] = ph_flushed(calcium * decay[since] + (ph_real)m->of.jump[s]);
            l->from[s] = to[s];
        }
}

PH_INLINE int visit_lanes_body(const ph_rule_context *c, const ph_visit *v)
{
    static const int32_t arrival[PH_LANES]; /* ages of it: 0 */
    const ph_lanes_use use = {.states = 2};
    const constants k = constants_of(c);
    ph_lanes l; /* not cleared: they are large */
    more_lanes m;
    ph_lanes_fill(c, v, use, &l);
    for (int s = 0; s < l.end[0]; s++)
        m.rho[s] = rho_of(c, l.w[s], l.state[1][s]);
    const ph_calcium_way way = {walk_lane, &k, &m, k.variance > 0, k.since};
    if (way.noisy)
        ph_calcium_draw(c, v, &l, &m.of);
    ph_calcium_catch_up(c, v, &way, &l, &m.of);
    for (int q = 0; q <= PH_RECENT; q++) {
        int is_arrival = q == PH_RECENT, n = l.end[is_arrival ? 0 : q + 1];
        const int32_t *to = is_arrival ? arrival : l.post[q];
        const double *normal = m.of.normal[q];
        ph_calcium_prepare(c, v, k.per_tau, n, to, is_arrival, &l, &m.of);
        ph_calcium_walk_changing(c, v, &way, n, to, normal, &l);
        if (k.bistable && k.variance > 0)
            advance(c, &k, 1, 1, n, to, normal, &l, &m);
        else if (k.bistable)
            advance(c, &k, 1, 0, n, to, normal, &l, &m);
        else if (k.variance > 0)
            advance(c, &k, 0, 1, n, to, normal, &l, &m);
        else
            advance(c, &k, 0, 0, n, to, normal, &l, &m);
    }
    for (int s = 0; s < l.end[0]; s++)
        l.w[s] = weight_of(c, m.rho[s], &l.state[1][s]);
    ph_lanes_store(v, use, &l);
    return l.end[0];
}

PH_KERNEL(int, visit_lanes, (const ph_rule_context *c, const ph_visit *v), (c, v))

static void visit(const ph_rule_context *c, const ph_visit *v)
{
    visit_lanes(c, v);
}

/* A step of silence. Calcium may still be high where tau_Ca is long; its noise is left out. */
static void rest(const ph_rule_context *c, const ph_rest *r)
{
    const constants k = constants_of(c);
    const ph_calcium_rates now = ph_calcium_rates_of_rest(c, k.per_tau);
    const double theta_p = c->sampled[PH_CALCIUM_THETA_P]->rest;
    const double theta_d = c->sampled[PH_CALCIUM_THETA_D]->rest;
    const ph_real left = (ph_real)ph_exp(-r->ms / k.tau_Ca);
    for (int i = 0; i < r->n; i++) {
        walker w = {.rates = now};
        w.rho.mean = rho_of(c, r->w[i], r->state[1][i]);
        walk_piece(&k, (double)r->state[0][i], theta_p, theta_d, r->ms, &w);
        do_drift(&k, &w);
        r->w[i] = weight_of(c, w.rho.mean, &r->state[1][i]);
        r->state[0][i] = ph_flushed(r->state[0][i] * left);
    }
}

static int draws(const void *parameters)
{
    const params *p = parameters;
    return p->sigma > 0;
}

const ph_rule ph_rule_calcium = {
    .base = {"calcium",
             "calcium against thresholds of potentiation and depression (Graupner & Brunel 2012, "
             "doi 10.1073/pnas.1109359109)",
             &table},
    .n_states = 2,
    .states = {"calcium", "rest"},
    .decays = {"tau_Ca", NULL},
    .sampled = {"learning_rate", "gamma_p", "gamma_d", "C_pre", "C_post", "theta_p", "theta_d",
                NULL},
    .echo = "D",
    .draws = draws,
    .w_max = "w_max",
    .visit = visit,
    .rest = rest,
};

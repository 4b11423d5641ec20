/* SPDX-License-Identifier: Apache-2.0 */
/* Synaptic tagging and capture: an early phase by calcium, a late phase that proteins consolidate.
 *
 * J. Luboeinski, C. Tetzlaff, Commun Biol 4:275 (2021), doi 10.1038/s42003-021-01778-y. Early-phase
 * weight h, late-phase weight z (a pure number), proteins p of each postsynaptic neuron:
 *     tau_Ca c' = -c,   c += C_pre at D after an arrival,   c += C_post at a postsynaptic spike
 *     tau_h h' = 0.1 (h_0 - h) + gamma_p (h_max - h) H(c - theta_p) - gamma_d h H(c - theta_d)
 *                + sigma sqrt(tau_h) sqrt(H(c - theta_p) + H(c - theta_d)) xi
 *     tau_z z' = p (z_max - z) H(h - h_0 - theta_tag) - p (z + 1/2) H(h_0 - h - theta_tag)
 *     tau_p p' = -p + alpha H(sum of |h - h_0| over the neuron's synapses - theta_pro)
 *     w = h + h_0 z, held within 0 and w_max
 * All weights are in units of h_0 here, so h_0 is 1, but for w itself. A synapse begins with z = 0
 * and h as its weight is given. The third state is what bounds and rounding take off w, so that h,
 * which is w + rest - h_0 z, keeps what decays by 1e-9 of it.
 * learning_rate divides tau_h and tau_z: 0 leaves the weight alone (c and p go on).
 * At equal steps the calcium of the arrival comes first, then that of the postsynaptic spike.
 * gamma_p, gamma_d, theta_tag and learning_rate hold from event to event as they were at the first;
 * C_pre and C_post count as they are when calcium flows; theta_p and theta_d count beat by beat.
 * The sum for p is over all projections onto the neuron that have this rule, each in its h_0: that
 * of the sweeps of the second before, with theta_pro as the second begins. A
 * tag counts by the mean of h, noise apart; while c is above a threshold, which is short against
 * tau_z, the moment at which a tag is set is found on a straight line. In a rest all of it is in
 * closed form: the sum decays as every h does, and parameters stay through a step of it. Noise of
 * calcium that is left then is left out. */
#include "plasticity/rules.h"

#include <phasic/math.h>
#include "plasticity/calcium_lanes.h"
#include "plasticity/targets.h"

#define LEAK 0.1   /* of h, in units of 1 / tau_h */
#define Z_MIN -0.5 /* the least late-phase weight */
#define TINY 1e-30

typedef struct params {
    double tau_Ca;               /* ms */
    double C_pre, C_post;        /* of theta_d's unit */
    double D;                    /* ms */
    double theta_d, theta_p;     /* calcium */
    double gamma_d, gamma_p;     /* pure numbers */
    double sigma;                /* h_0 */
    double tau_h, tau_p, tau_z;  /* ms */
    double theta_tag, theta_pro; /* h_0 */
    double alpha, z_max;         /* pure numbers */
    double h_max;                /* h_0 */
    double learning_rate;        /* pure number */
    double h_0, w_max;           /* in the unit of the weight */
} params;

static const ph_param keys[] = {
    PH_REAL(params, tau_Ca, "ms", "48.8 ms", 0.1, 1e4, "time constant of calcium c"),
    PH_REAL_FLAG(params, C_pre, "1", "1.0", 0, 1e3, PH_PARAM_MODULATED_SAMPLED,
                 "calcium of a presynaptic spike"),
    PH_REAL_FLAG(params, C_post, "1", "0.2758", 0, 1e3, PH_PARAM_MODULATED_SAMPLED,
                 "calcium of a postsynaptic spike"),
    PH_REAL(params, D, "ms", "18.8 ms", 0, 1e3,
            "how long after its arrival the calcium of a presynaptic spike flows"),
    PH_REAL_FLAG(params, theta_d, "1", "1.2", PH_CALCIUM_THETA_LEAST, 1e3,
                 PH_PARAM_MODULATED_SEGMENTED, "calcium above which h falls"),
    PH_REAL_FLAG(params, theta_p, "1", "3.0", PH_CALCIUM_THETA_LEAST, 1e3,
                 PH_PARAM_MODULATED_SEGMENTED, "calcium above which h grows"),
    PH_REAL_FLAG(params, gamma_d, "1", "313.1", 0, 1e6, PH_PARAM_MODULATED_SAMPLED,
                 "rate of depression, in units of 1 / tau_h"),
    PH_REAL_FLAG(params, gamma_p, "1", "1645.6", 0, 1e6, PH_PARAM_MODULATED_SAMPLED,
                 "rate of potentiation, in units of 1 / tau_h"),
    PH_REAL(params, sigma, "1", "0.69139", 0, 1e3,
            "amplitude of the noise above the thresholds, in units of h_0"),
    PH_REAL(params, tau_h, "ms", "688.4 s", 1, 1e12, "time constant of the early-phase weight h"),
    PH_REAL(params, tau_p, "ms", "60 min", 1, 1e12, "time constant of proteins p"),
    PH_REAL(params, tau_z, "ms", "60 min", 1, 1e12, "time constant of the late-phase weight z"),
    PH_REAL_FLAG(params, theta_tag, "1", "0.2", 1e-6, 1e6, PH_PARAM_MODULATED_SAMPLED,
                 "change of h above which a synapse is tagged, in units of h_0"),
    PH_REAL_FLAG(params, theta_pro, "1", "0.5", 1e-6, 1e9, PH_PARAM_MODULATED_SAMPLED,
                 "sum of a neuron's changes of h, over its projections with this rule, above which "
                 "proteins are made, in units of h_0"),
    PH_REAL(params, alpha, "1", "1.0", 0, 1e3, "proteins that a neuron comes to have"),
    PH_REAL(params, z_max, "1", "1.0", 0, 1e3, "largest late-phase weight, in units of h_0"),
    PH_REAL(params, h_max, "1", "2.38053", 1, 1e3,
            "h that potentiation tends to (10 mV), in units of h_0 (4.20075 mV)"),
    PH_REAL_FLAG(params, learning_rate, "1", "1.0", 0, 1e6, PH_PARAM_MODULATED_SAMPLED,
                 "factor on the speed of h and z, dividing tau_h and tau_z"),
    {.name = "h_0", .kind = PH_KIND_REAL, .offset = offsetof(params, h_0), .unit = "pA|nS",
     .max = 1e9, .flags = PH_PARAM_POSITIVE, .doc = "early-phase weight at rest"},
    PH_RULE_W_MAX(params),
};

static const ph_table table = PH_TABLE("stc", params, keys,
                                       "parameters of stc; the defaults are those of the paper for "
                                       "a single synapse");

/* The rule's .sampled beyond those of calcium. */
enum { THETA_TAG = PH_CALCIUM_SAMPLED, THETA_PRO };

/* Of one visit. */
typedef struct constants {
    double h, tau_Ca;              /* ms */
    double per_tau_h;              /* 1 / tau_h, per ms */
    double slowness;               /* tau_h / tau_z */
    double variance;               /* sigma^2 */
    double ln_theta_p, ln_theta_d; /* of the newest beat */
    double range;                  /* h_max - h_0 */
    double z_max;
    double h_0, w_max;             /* in the unit of the weight */
    ph_step since;                 /* from here on the thresholds of calcium have not changed */
    ph_levels proteins;
} constants;

/* Beside what ph_lanes holds of them. */
typedef struct more_lanes {
    ph_calcium_lanes of;
    double u[PH_LANES];                      /* h - h_0 */
    double z[PH_LANES];
    double now[PH_LANES], before[PH_LANES];  /* proteins, see ph_levels */
    double tag[PH_LANES];                    /* theta_tag of the interval */
    double p[PH_LANES];                      /* proteins: their mean over the interval */
} more_lanes;

/* A synapse on its way through an interval. */
typedef struct synapse {
    ph_calcium_rho u;  /* as a random variable, see plasticity/calcium_segments.h */
    double up, down;   /* ms for which it was tagged, for potentiation and for depression */
} synapse;

static constants constants_of(const ph_rule_context *c)
{
    const params *p = c->params;
    return (constants){
        .h = c->h,
        .tau_Ca = p->tau_Ca,
        .per_tau_h = 1 / p->tau_h,
        .slowness = p->tau_h / p->tau_z,
        .variance = p->sigma * p->sigma,
        .ln_theta_p = ph_log(c->sampled[PH_CALCIUM_THETA_P]->latest),
        .ln_theta_d = ph_log(c->sampled[PH_CALCIUM_THETA_D]->latest),
        .range = p->h_max - 1,
        .z_max = p->z_max,
        .h_0 = p->h_0,
        .w_max = c->w_max,
        .since = ph_calcium_since(c),
    };
}

/* --- an interval ------------------------------------------------------------------------------ */

/* Share of a way from a to b, taken as straight, that lies above theta. */
PH_INLINE double share_above(double a, double b, double theta)
{
    double high = a > b ? a : b, low = a > b ? b : a;
    double share = (high - theta) / (high - low + TINY);
    share = share > 0 ? share : 0;
    return share < 1 ? share : 1;
}

/* A segment in which calcium stays above what it is above. */
PH_INLINE void segment(double rate, double goal, double noise, double tag, int tagging, double t,
                       synapse *y)
{
    double before = y->u.mean;
    ph_calcium_relax(rate, goal, noise, t, &y->u);
    if (tagging) {
        y->up += t * share_above(before, y->u.mean, tag);
        y->down += t * share_above(-before, -y->u.mean, tag);
    }
}

/* The segments above a threshold of calcium. */
PH_INLINE void climb(const constants *k, const ph_calcium_rates *r, double noise, double tag,
                     int tagging, const ph_calcium_times *times, synapse *y)
{
    double leak = LEAK * r->drift, least = TINY; /* rates of 0 have no goal */
    int p_alone = times->p_alone > 0;
    double both = r->p + r->d + leak, alone = (p_alone ? r->p : r->d) + leak;
    double goal_both = (r->p * k->range - r->d) / (both + least);
    double goal_alone = (p_alone ? r->p * k->range : -r->d) / (alone + least);
    segment(both, goal_both, 2 * noise, tag, tagging, times->both, y);
    segment(alone, goal_alone, noise, tag, tagging, times->p_alone + times->d_alone, y);
}

/* Decay below the thresholds: u crosses that of the tag after ln(u / tag) of its time constant. */
PH_INLINE void decay(double rate, double tag, int tagging, double t, synapse *y)
{
    if (tagging) {
        double size = y->u.mean < 0 ? -y->u.mean : y->u.mean;
        double ratio = size / tag, most = ratio > 1 ? t : 0;
        double tagged = ph_log_inline(ratio > 1 ? ratio : 1) / (rate + TINY);
        tagged = tagged < most ? tagged : most;
        y->up += y->u.mean > 0 ? tagged : 0;
        y->down += y->u.mean < 0 ? tagged : 0;
    }
    ph_calcium_relax(rate, 0, 0, t, &y->u);
}

/* z after it has been tagged while proteins were p for up and down ms. */
PH_INLINE double captured(const constants *k, double speed, double p_up, double p_down, double z)
{
    z += (z - k->z_max) * ph_expm1_inline(-p_up * speed * k->slowness);
    z += (z - Z_MIN) * ph_expm1_inline(-p_down * speed * k->slowness);
    return z;
}

/* --- weights ---------------------------------------------------------------------------------- */

PH_INLINE double u_of(const constants *k, ph_real w, ph_real z, ph_real rest)
{
    return ((double)w + (double)rest) / k->h_0 - (double)z - 1;
}

PH_INLINE ph_real weight_of(const constants *k, double u, double z, ph_real *rest)
{
    return ph_calcium_bounded((1 + u + z) * k->h_0, k->w_max, rest);
}

/* --- one lane at a time ----------------------------------------------------------------------- */

/* t ms during which the thresholds of calcium stay. */
static void walk_piece(const constants *k, const ph_calcium_rates *r, double c, double theta_p,
                       double theta_d, double tag, double t, synapse *y)
{
    double above = 0;
    if (c > theta_p || c > theta_d) {
        ph_calcium_times times =
            ph_calcium_times_of(k->tau_Ca, ph_log(c), ph_log(theta_p), ph_log(theta_d), t);
        climb(k, r, k->variance * r->drift, tag, 1, &times, y);
        above = times.both + times.p_alone + times.d_alone;
    }
    decay(LEAK * r->drift, tag, 1, t - above, y);
}

/* A lane from one event to the next, beat by beat while calcium may be above a threshold. */
static void walk_lane(const ph_rule_context *c, const ph_visit *v, const void *of_visit,
                      void *lanes, int32_t s, const ph_calcium_walk *walk)
{
    const constants *k = of_visit;
    more_lanes *m = lanes;
    ph_calcium_rates rates = ph_calcium_rates_at(c, k->per_tau_h, walk->begin);
    double tag = ph_sampled_at(c->sampled[THETA_TAG], walk->begin);
    synapse y = {.u = {.mean = m->u[s]}};
    for (ph_step step = walk->begin, stop; step < walk->end; step = stop) {
        double now =
            (double)(walk->calcium * ph_decay_factor(c->decay[0], step - walk->begin));
        stop = ph_calcium_piece_end(c, walk, k->since, now, step);
        walk_piece(k, &rates, now, ph_sampled_at(c->sampled[PH_CALCIUM_THETA_P], step + 1),
                   ph_sampled_at(c->sampled[PH_CALCIUM_THETA_D], step + 1), tag,
                   (double)(stop - step) * k->h, &y);
    }
    double p = ph_level_between(k->proteins.age, m->now[s], m->before[s],
                                (int32_t)(v->arrival - walk->begin),
                                (int32_t)(v->arrival - walk->end));
    m->u[s] = y.u.mean + sqrt(y.u.variance) * walk->normal;
    m->z[s] = captured(k, rates.drift, p * y.up, p * y.down, m->z[s]);
}

/* --- all lanes -------------------------------------------------------------------------------- */

/* @return whether any lane has proteins */
PH_INLINE int load(const constants *k, const ph_visit *v, const ph_lanes *l, more_lanes *m)
{
    int any = 0;
    for (int s = 0; s < l->end[0]; s++) {
        m->u[s] = u_of(k, l->w[s], l->state[1][s], l->state[2][s]);
        m->z[s] = (double)l->state[1][s];
        m->now[s] = m->before[s] = 0;
    }
    for (int i = 0; i < v->n; i++) {
        double now = (double)k->proteins.now[v->target[i]];
        double before = (double)k->proteins.before[v->target[i]];
        m->now[l->place[i]] = now;
        m->before[l->place[i]] = before;
        any |= now > 0 || before > 0;
    }
    return any;
}

PH_INLINE void store(const constants *k, const ph_visit *v, const more_lanes *m, ph_lanes *l)
{
    for (int s = 0; s < l->end[0]; s++) {
        l->w[s] = weight_of(k, m->u[s], m->z[s], &l->state[2][s]);
        l->state[1][s] = (ph_real)m->z[s];
    }
    if (v->kind != PH_VISIT_SWEEP)
        return;
    for (int i = 0; i < v->n; i++) {
        double u = m->u[l->place[i]];
        ph_targets_add(v->targets, v->target[i], u < 0 ? -u : u);
    }
}

/* Lanes 0 .. n - 1 up to the end of their interval. */
PH_INLINE void advance(const ph_rule_context *c, const constants *k, int noisy, int tagging, int n,
                       const int32_t *restrict to, const double *restrict normal,
                       ph_lanes *restrict l, more_lanes *restrict m)
{
    const ph_real *restrict table_of = c->decay[0]->table;
    int32_t last = (int32_t)c->decay[0]->n;
    const constants of = *k;
    for (int first = 0; first < n; first += PH_PAD)
        for (int s = first; s < first + PH_PAD; s++) {
            int32_t steps = l->from[s] - to[s], since = steps < last ? steps : last;
            ph_real calcium = l->state[0][s];
            ph_calcium_rates r = {m->of.p[s], m->of.d[s], m->of.drift[s]};
            synapse y = {.u = {m->u[s], 0}};
            double t = steps * of.h, least = TINY;
            double ln_c = ph_log_inline((double)calcium > least ? (double)calcium : least);
            ph_calcium_times times =
                ph_calcium_times_of(of.tau_Ca, ln_c, of.ln_theta_p, of.ln_theta_d, t);
            climb(&of, &r, of.variance * r.drift, m->tag[s], tagging, &times, &y);
            if (noisy)
                y.u.mean += sqrt(y.u.variance) * normal[s];
            decay(LEAK * r.drift, m->tag[s], tagging,
                  t - times.both - times.p_alone - times.d_alone, &y);
            m->u[s] = y.u.mean;
            if (tagging)
                m->z[s] = captured(&of, r.drift, m->p[s] * y.up, m->p[s] * y.down, m->z[s]);
            l->state[0][s] = ph_flushed(calcium * table_of[since] + (ph_real)m->of.jump[s]);
            l->from[s] = to[s];
        }
}

PH_INLINE void prepare_tags(const ph_rule_context *c, const ph_visit *v, const constants *k, int n,
                            const int32_t *to, const ph_lanes *l, more_lanes *m)
{
    ph_calcium_sample(c->sampled[THETA_TAG], v, l->from, n, l->longest, m->tag);
    for (int s = 0; s < n; s++)
        m->p[s] = ph_level_between(k->proteins.age, m->now[s], m->before[s], l->from[s], to[s]);
}

PH_INLINE int visit_lanes_body(const ph_rule_context *c, const ph_visit *v)
{
    static const int32_t arrival[PH_LANES]; /* ages of it: 0 */
    const ph_lanes_use use = {.states = 3};
    constants k = constants_of(c);
    ph_lanes l; /* not cleared: they are large */
    more_lanes m;
    k.proteins = ph_targets_levels(v->targets, v->arrival);
    ph_lanes_fill(c, v, use, &l);
    int tagging = load(&k, v, &l, &m);
    const ph_calcium_way way = {walk_lane, &k, &m, k.variance > 0, k.since};
    if (way.noisy)
        ph_calcium_draw(c, v, &l, &m.of);
    ph_calcium_catch_up(c, v, &way, &l, &m.of);
    for (int q = 0; q <= PH_RECENT; q++) {
        int is_arrival = q == PH_RECENT, n = l.end[is_arrival ? 0 : q + 1];
        const int32_t *to = is_arrival ? arrival : l.post[q];
        const double *normal = m.of.normal[q];
        ph_calcium_prepare(c, v, k.per_tau_h, n, to, is_arrival, &l, &m.of);
        if (tagging)
            prepare_tags(c, v, &k, n, to, &l, &m);
        ph_calcium_walk_changing(c, v, &way, n, to, normal, &l);
        if (way.noisy && tagging)
            advance(c, &k, 1, 1, n, to, normal, &l, &m);
        else if (way.noisy)
            advance(c, &k, 1, 0, n, to, normal, &l, &m);
        else if (tagging)
            advance(c, &k, 0, 1, n, to, normal, &l, &m);
        else
            advance(c, &k, 0, 0, n, to, normal, &l, &m);
    }
    store(&k, v, &m, &l);
    ph_lanes_store(v, use, &l);
    return l.end[0];
}

PH_KERNEL(int, visit_lanes, (const ph_rule_context *c, const ph_visit *v), (c, v))

static void visit(const ph_rule_context *c, const ph_visit *v)
{
    visit_lanes(c, v);
}

/* --- proteins, and rests ---------------------------------------------------------------------- */

/* While h decays, all of it decays alike, and so does the sum. */
static double rate_of_rest(const ph_rule_context *c)
{
    const params *p = c->params;
    return LEAK * c->sampled[PH_CALCIUM_LEARNING_RATE]->rest / p->tau_h;
}

static ph_real follow(const ph_rule_context *c, double sum, double ms, int resting, double *state)
{
    const params *p = c->params;
    const ph_sampled *sampled = c->sampled[THETA_PRO];
    double theta = resting ? sampled->rest : sampled->latest, rises = 0;
    if (sum > theta)
        rises = ms;
    if (rises > 0 && resting && rate_of_rest(c) > 0) {
        double crossing = ph_log(sum / theta) / rate_of_rest(c);
        rises = crossing < ms ? crossing : ms;
    }
    double risen = *state + (*state - p->alpha) * ph_expm1(-rises / p->tau_p);
    double fallen = risen * ph_exp(-(ms - rises) / p->tau_p);
    /* p' integrated: tau_p times the change is what was made less the integral of p. */
    double mean = (p->alpha * rises - p->tau_p * (fallen - *state)) / ms;
    *state = fallen;
    return (ph_real)mean;
}

/* Integral over the first t ms of a step, p as a straight line by its mean and its end. */
static double proteins_until(double mean, double end, double t, double ms)
{
    double s = ms > 0 ? t / ms : 0;
    return ms * (mean * s + (end - mean) * (s * s - s));
}

static void rest_one(const ph_rule_context *c, const constants *k, const ph_rest *r, int i)
{
    const ph_calcium_rates rates = ph_calcium_rates_of_rest(c, k->per_tau_h);
    double mean = (double)r->targets->rest_level[r->target[i]];
    double end = r->targets->state[r->target[i]];
    synapse y = {.u = {.mean = u_of(k, r->w[i], r->state[1][i], r->state[2][i])}};
    walk_piece(k, &rates, (double)r->state[0][i], c->sampled[PH_CALCIUM_THETA_P]->rest,
               c->sampled[PH_CALCIUM_THETA_D]->rest, c->sampled[THETA_TAG]->rest, r->ms, &y);
    double z = captured(k, rates.drift, proteins_until(mean, end, y.up, r->ms),
                        proteins_until(mean, end, y.down, r->ms), (double)r->state[1][i]);
    r->w[i] = weight_of(k, y.u.mean, z, &r->state[2][i]);
    r->state[1][i] = (ph_real)z;
    double size = y.u.mean < 0 ? -y.u.mean : y.u.mean;
    ph_targets_add(r->targets, r->target[i], size);
}

static void rest(const ph_rule_context *c, const ph_rest *r)
{
    const constants k = constants_of(c);
    const ph_real left = (ph_real)ph_exp(-r->ms / k.tau_Ca);
    for (int i = 0; i < r->n; i++) {
        rest_one(c, &k, r, i);
        r->state[0][i] = ph_flushed(r->state[0][i] * left);
    }
}

static int draws(const void *parameters)
{
    const params *p = parameters;
    return p->sigma > 0;
}

static const char *check(const void *parameters)
{
    const params *p = parameters;
    return p->w_max < (p->h_max + p->z_max) * p->h_0
               ? "w_max must be at least (h_max + z_max) h_0"
               : NULL;
}

const ph_rule ph_rule_stc = {
    .base = {"stc",
             "synaptic tagging and capture: early and late phase (Luboeinski & Tetzlaff 2021, "
             "doi 10.1038/s42003-021-01778-y)",
             &table},
    .n_states = 3,
    .states = {"calcium", "z", "rest"},
    .decays = {"tau_Ca", NULL},
    .sampled = {"learning_rate", "gamma_p", "gamma_d", "C_pre", "C_post", "theta_p", "theta_d",
                "theta_tag", "theta_pro", NULL},
    .echo = "D",
    .draws = draws,
    .w_max = "w_max",
    .fixed = "h_0",
    .check = check,
    .visit = visit,
    .rest = rest,
    .follow = follow,
};

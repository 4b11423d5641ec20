/* SPDX-License-Identifier: Apache-2.0 */
/* Reward-modulated STDP: pairing leaves an eligibility that a neuromodulator turns into change.
 *
 * E. M. Izhikevich, Cereb Cortex 17:2443 (2007), with all-to-all pair traces:
 *     x' = -x / tau_plus,   x += 1 at a presynaptic arrival
 *     y' = -y / tau_minus,  y += 1 at a postsynaptic spike
 *     e' = -e / tau_e,      e += A_plus x at a postsynaptic spike, e -= A_minus y at an arrival
 *     w' = learning_rate M(t) w_max e      (M: what the receptors make of it; see `modulation`)
 * Bounds are applied at arrivals, postsynaptic spikes and sweeps: soft multiplies an increase by
 * (1 - w / w_max) and a decrease by w / w_max (factors at the interval's start); both keep w in
 * [0, w_max]. At equal steps the arrival comes first, then the postsynaptic spike. */
#include "plasticity/rules.h"

#include "base/isa.h"
#include "plasticity/gate.h"
#include "plasticity/history.h"
#include "plasticity/sampled.h"

typedef struct params {
    double tau_plus, tau_minus, tau_e; /* ms */
    double learning_rate;              /* 1/s */
    double A_plus, A_minus;            /* pure numbers */
    double w_max;                      /* in the unit of the weight */
    int bounds;                        /* PH_BOUNDS_* */
} params;

static const ph_param keys[] = {
    PH_REAL(params, tau_plus, "ms", "20 ms", 0.1, 1e4, "time constant of the presynaptic trace x"),
    PH_REAL(params, tau_minus, "ms", "20 ms", 0.1, 1e4,
            "time constant of the postsynaptic trace y"),
    PH_REAL(params, tau_e, "ms", "500 ms", 1, 1e5, "time constant of the eligibility trace e"),
    PH_REAL_FLAG(params, learning_rate, "/s", "0.1 /s", -1e3, 1e3, PH_PARAM_MODULATED_INTEGRATED,
                 "change of w / w_max per second and unit of eligibility"),
    PH_REAL_FLAG(params, A_plus, "1", "1.0", -100, 100, PH_PARAM_MODULATED_SAMPLED,
                 "eligibility left by pre before post, at no delay between them"),
    PH_REAL_FLAG(params, A_minus, "1", "1.0", -100, 100, PH_PARAM_MODULATED_SAMPLED,
                 "eligibility taken away by post before pre; negative: left, as by pre before "
                 "post"),
    PH_REAL(params, w_max, "pA|nS", NULL, 0, 1e9, "largest weight"),
    PH_CHOICE(params, bounds, ph_bounds_choices, "soft",
              "how the weight is kept within 0 and w_max"),
};

static const ph_table table = PH_TABLE("stdp_reward", params, keys,
                                       "parameters of stdp_reward; lazily evaluated");

/* Lanes of one visit in the order of how many of the train's recent spikes they catch up over, the
 * most first; each class begins at a whole block, so that no loop has a remainder. Ages are steps
 * before the arrival. */
#define CLASSES (PH_TRAIN_RECENT + 1)
#define LANES (PH_VISIT_MOST + CLASSES * PH_PAD)

typedef struct lanes {
    int32_t end[CLASSES];    /* of the lanes with at least as many spikes */
    int32_t longest;         /* no interval is longer */
    int32_t order[LANES];    /* index in the visit; -1: a lane that only fills a block */
    int32_t interval[LANES];
    int32_t from[LANES];     /* age of what the lane has been caught up to */
    int32_t post[PH_TRAIN_RECENT][LANES]; /* ages of spikes, the oldest first */
    int32_t newest[LANES];   /* age of the newest spike, no more than its trace lasts */
    ph_real y[LANES];        /* its trace; 0: there is none, or a sweep */
    ph_real x[LANES], w[LANES], e[LANES];
    ph_real plus[LANES];     /* A_plus at the spike */
    double integral[LANES];  /* of the gate */
} lanes;

/* --- one lane ---------------------------------------------------------------------------------- */

/* w after an interval in which e decayed and the gate was open. */
PH_INLINE ph_real integrate(double w_max, int bounds, ph_real w, ph_real e, double integral)
{
    return ph_bounded(w, w_max * (double)e * 1e-3 * integral, w_max, bounds);
}

/* Spikes older than the recent ones, one by one. Where the dendrite is so long that none of the
 * recent ones has come, the newest is among them too. */
static void catch_up_older(const ph_rule_context *c, const ph_visit *v, const ph_train *train,
                           int s, lanes *l)
{
    const params *p = c->params;
    ph_step last = v->arrival - l->interval[s], t = last;
    uint32_t j = ph_train_from(train, last - c->dendritic);
    for (; j + PH_TRAIN_RECENT < train->count; j++) {
        ph_step post = train->posts[j].step + c->dendritic;
        if (post >= v->arrival)
            break;
        l->w[s] = integrate(c->w_max, p->bounds, l->w[s], l->e[s],
                            ph_gate_integral(c->gate, t, post));
        l->e[s] *= ph_decay_factor(c->decay[2], post - t);
        l->e[s] += (ph_real)ph_sampled_at(c->sampled[0], post) * l->x[s] *
                   ph_decay_factor(c->decay[0], post - last);
        t = post;
    }
    l->from[s] = (int32_t)(v->arrival - t);
    if (train->recent[PH_TRAIN_RECENT - 1].step + c->dendritic >= v->arrival && j > 0 &&
        v->is_spike) {
        ph_step age = v->arrival - c->dendritic - train->posts[j - 1].step;
        l->newest[s] = (int32_t)(age < c->decay[1]->n ? age : c->decay[1]->n);
        l->y[s] = train->posts[j - 1].y;
    }
}

/* --- into the lanes ---------------------------------------------------------------------------- */

/* How many of the recent spikes each synapse has to catch up over. */
PH_INLINE void classify(const ph_rule_context *c, const ph_visit *v, int32_t *n_posts, lanes *l)
{
    const ph_train *trains = v->history->trains;
    ph_step now = v->arrival - c->dendritic;
    int32_t count[CLASSES] = {0};
    for (int i = 0; i < v->n; i++) {
        const ph_post *recent = trains[v->target[i]].recent;
        ph_step interval = v->interval[i];
        int n = 0;
        for (int k = 0; k < PH_TRAIN_RECENT; k++)
            n += (now - recent[k].step <= interval) & (now - recent[k].step > 0);
        n_posts[i] = n;
        for (int k = 0; k < CLASSES; k++)
            count[k] += n == k;
    }
    int32_t end = 0;
    for (int k = CLASSES - 1; k >= 0; k--) {
        end += (count[k] + PH_PAD - 1) / PH_PAD * PH_PAD;
        l->end[k] = end;
    }
    l->longest = 0;
    for (int i = 0; i < v->n; i++)
        l->longest = v->interval[i] > l->longest ? v->interval[i] : l->longest;
}

/* The synapse at index i becomes lane s. */
PH_INLINE void fill_lane(const ph_rule_context *c, const ph_visit *v, int i, int n_posts, int s,
                         lanes *l)
{
    const ph_train *train = &v->history->trains[v->target[i]];
    ph_step now = v->arrival - c->dendritic;
    int late = 0; /* spikes that have not come up the dendrite yet */
    if (c->dendritic > 0)
        while (late < PH_TRAIN_RECENT && train->recent[late].step >= now)
            late++;
    l->order[s] = i;
    l->interval[s] = l->from[s] = v->interval[i];
    l->x[s] = v->x[i];
    l->w[s] = v->w[i];
    l->e[s] = v->state[0][i];
    for (int k = 0; k < n_posts; k++)
        l->post[k][s] = (int32_t)(now - train->recent[late + n_posts - 1 - k].step);
    l->newest[s] = 0;
    l->y[s] = 0;
    if (v->is_spike && late < PH_TRAIN_RECENT) {
        ph_step age = now - train->recent[late].step, longest = c->decay[1]->n;
        l->newest[s] = (int32_t)(age < longest ? age : longest);
        l->y[s] = train->recent[late].y;
    }
    if (now - train->recent[PH_TRAIN_RECENT - 1].step <= v->interval[i])
        catch_up_older(c, v, train, s, l);
}

PH_INLINE void fill_block(int first, int end, lanes *l)
{
    for (int s = first; s < end; s++) {
        l->order[s] = -1;
        l->interval[s] = l->from[s] = l->newest[s] = 0;
        for (int k = 0; k < PH_TRAIN_RECENT; k++)
            l->post[k][s] = 0;
        l->x[s] = l->y[s] = l->w[s] = l->e[s] = 0;
    }
}

PH_INLINE void fill_lanes(const ph_rule_context *c, const ph_visit *v, lanes *l)
{
    int32_t n_posts[PH_VISIT_MOST], next[CLASSES];
    classify(c, v, n_posts, l);
    for (int k = 0; k < CLASSES; k++)
        next[k] = k == CLASSES - 1 ? 0 : l->end[k + 1];
    for (int i = 0; i < v->n; i++)
        fill_lane(c, v, i, n_posts[i], next[n_posts[i]]++, l);
    for (int k = 0; k < CLASSES; k++)
        fill_block(next[k], l->end[k], l);
}

/* --- all lanes --------------------------------------------------------------------------------- */

PH_INLINE void sample(const ph_sampled *sampled, ph_step arrival, const int32_t *age, int n,
                      ph_real *value)
{
    for (int s = 0; s < n; s++)
        value[s] = (ph_real)ph_sampled_at(sampled, arrival - age[s]);
}

/* Lanes 0 .. n - 1 up to their next spike. */
PH_INLINE void catch_up(const ph_rule_context *c, int bounds, int n, const int32_t *restrict post,
                        lanes *restrict l)
{
    const ph_real *restrict decay_x = c->decay[0]->table, *restrict decay_e = c->decay[2]->table;
    int32_t last_x = (int32_t)c->decay[0]->n, last_e = (int32_t)c->decay[2]->n;
    double w_max = c->w_max;
    for (int first = 0; first < n; first += PH_PAD)
        for (int s = first; s < first + PH_PAD; s++) {
            int32_t since = l->from[s] - post[s], since_last = l->interval[s] - post[s];
            since = since < last_e ? since : last_e;
            since_last = since_last < last_x ? since_last : last_x;
            l->w[s] = integrate(w_max, bounds, l->w[s], l->e[s], l->integral[s]);
            l->e[s] = l->e[s] * decay_e[since] + l->plus[s] * l->x[s] * decay_x[since_last];
            l->from[s] = post[s];
        }
}

/* Lanes 0 .. n - 1 up to the arrival. */
PH_INLINE void arrive(const ph_rule_context *c, int bounds, int n, ph_real minus,
                      lanes *restrict l)
{
    const ph_real *restrict decay_y = c->decay[1]->table, *restrict decay_e = c->decay[2]->table;
    int32_t last_e = (int32_t)c->decay[2]->n;
    double w_max = c->w_max;
    for (int first = 0; first < n; first += PH_PAD)
        for (int s = first; s < first + PH_PAD; s++) {
            int32_t since = l->from[s] < last_e ? l->from[s] : last_e;
            l->w[s] = integrate(w_max, bounds, l->w[s], l->e[s], l->integral[s]);
            l->e[s] = ph_flushed(l->e[s] * decay_e[since] -
                                 minus * l->y[s] * decay_y[l->newest[s]]);
        }
}

PH_INLINE int visit_lanes_body(const ph_rule_context *c, const ph_visit *v, int bounds)
{
    static const int32_t zero[LANES];
    lanes l; /* filled in lane by lane: it is large */
    fill_lanes(c, v, &l);
    int n = l.end[0], constant = v->arrival - l.longest >= c->sampled[0]->since;
    if (constant)
        sample(c->sampled[0], v->arrival, zero, l.end[1], l.plus);
    for (int k = 0; k < PH_TRAIN_RECENT; k++) {
        int active = l.end[k + 1];
        if (active == 0)
            break;
        if (!constant)
            sample(c->sampled[0], v->arrival, l.post[k], active, l.plus);
        ph_gate_integrals(c->gate, v->arrival, active, l.from, l.post[k], l.longest, l.integral);
        catch_up(c, bounds, active, l.post[k], &l);
    }
    ph_gate_integrals(c->gate, v->arrival, n, l.from, zero, l.longest, l.integral);
    arrive(c, bounds, n, (ph_real)ph_sampled_at(c->sampled[1], v->arrival), &l);
    for (int s = 0; s < n; s++)
        if (l.order[s] >= 0) {
            v->w[l.order[s]] = l.w[s];
            v->state[0][l.order[s]] = l.e[s];
        }
    return n;
}

PH_KERNEL(int, visit_lanes, (const ph_rule_context *c, const ph_visit *v, int bounds),
          (c, v, bounds))

static void visit(const ph_rule_context *c, const ph_visit *v)
{
    const params *p = c->params;
    if (p->bounds == PH_BOUNDS_SOFT)
        visit_lanes(c, v, PH_BOUNDS_SOFT);
    else
        visit_lanes(c, v, PH_BOUNDS_HARD);
}

const ph_rule ph_rule_stdp_reward = {
    .base = {"stdp_reward",
             "eligibility STDP gated by a neuromodulator (Izhikevich 2007, "
             "doi 10.1093/cercor/bhl152)",
             &table},
    .n_states = 1,
    .states = {"eligibility"},
    .decays = {"tau_plus", "tau_minus", "tau_e", NULL},
    .gate = "learning_rate",
    .sampled = {"A_plus", "A_minus", NULL},
    .w_max = "w_max",
    .visit = visit,
};

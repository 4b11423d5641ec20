/* SPDX-License-Identifier: Apache-2.0 */
/* What rules on calcium share of a visit: the events at which calcium flows, noise from event to
 * event, and lanes that have to go one by one, because of old spikes or thresholds that change.
 * Such a rule's first state is calcium, its first decay tau_Ca, its .sampled begin as below. */
#ifndef PHASIC_PLASTICITY_CALCIUM_LANES_H
#define PHASIC_PLASTICITY_CALCIUM_LANES_H

#include "base/random.h"
#include "plasticity/calcium_segments.h"
#include "plasticity/lanes.h"
#include "plasticity/sampled.h"

#include <string.h>

#define PH_CALCIUM_THETA_LEAST 1e-3 /* no threshold is below it */

enum {
    PH_CALCIUM_LEARNING_RATE,
    PH_CALCIUM_GAMMA_P,
    PH_CALCIUM_GAMMA_D,
    PH_CALCIUM_C_PRE,
    PH_CALCIUM_C_POST,
    PH_CALCIUM_THETA_P,
    PH_CALCIUM_THETA_D,
    PH_CALCIUM_SAMPLED
};

/* Beside what ph_lanes holds of them. */
typedef struct ph_calcium_lanes {
    double p[PH_LANES], d[PH_LANES], drift[PH_LANES]; /* ph_calcium_rates of the interval */
    double jump[PH_LANES];                            /* of calcium, at the interval's end */
    int64_t target[PH_LANES];                         /* with noise: global id */
    uint32_t source[PH_LANES];                        /* the same in 24 bits */
    double normal[PH_CLASSES][PH_LANES];              /* by round, the arrival's last */
} ph_calcium_lanes;

/* An interval of one lane. */
typedef struct ph_calcium_walk {
    ph_step begin, end;
    ph_real calcium; /* at its begin */
    double normal;   /* 0 where there is no noise */
} ph_calcium_walk;

/** @brief How a rule brings lane s over an interval, calcium apart. Not collective.
 *  @param of_visit,lanes the rule's own */
typedef void ph_calcium_walk_lane(const ph_rule_context *c, const ph_visit *v,
                                  const void *of_visit, void *lanes, int32_t s,
                                  const ph_calcium_walk *walk);

/* A rule's own of a visit. */
typedef struct ph_calcium_way {
    ph_calcium_walk_lane *walk_lane;
    const void *of_visit;
    void *lanes;
    int noisy;
    ph_step since; /* from here on thresholds have not changed */
} ph_calcium_way;

/* --- noise ------------------------------------------------------------------------------------ */

/** @brief Draw the numbers of a visit. It has four for each synapse, for the intervals that end
 *  with its recent spikes and with the arrival; an older spike has one by its own step, at which
 *  the synapse has no visit. Only sources that are 2^24 neurons apart can share numbers, at a
 *  common target. Not collective. */
PH_INLINE void ph_calcium_draw(const ph_rule_context *c, const ph_visit *v, const ph_lanes *l,
                               ph_calcium_lanes *m)
{
    const uint32_t mask = (1u << 24) - 1, apart = 10368889; /* 2^24 over the golden ratio */
    uint32_t bits[PH_CLASSES * PH_LANES];
    int n = l->end[0];
    memset(m->target, 0, sizeof m->target);
    memset(m->source, 0, sizeof m->source);
    for (int i = 0; i < v->n; i++) {
        int32_t s = l->place[i];
        uint32_t ordinal = (uint32_t)(v->source[i] >> PH_ORDINAL_SHIFT);
        m->target[s] = v->history->gid + (ph_gid)v->target[i] * v->history->stride;
        m->source[s] = ((uint32_t)v->source[i] + ordinal * apart) & mask;
    }
    ph_random_each(c->seed, PH_PURPOSE_PLASTICITY, m->target, c->stream, v->arrival, m->source, n,
                   bits);
    for (int q = 0; q < PH_RECENT; q++)
        ph_random_normals(bits + q * n, l->end[q + 1], m->normal[q]);
    ph_random_normals(bits + PH_RECENT * n, n, m->normal[PH_RECENT]);
}

/** @brief The number of an older spike. Not collective. @param step of the spike */
static inline double ph_calcium_draw_older(const ph_rule_context *c, const ph_calcium_lanes *m,
                                           int32_t s, ph_step step)
{
    ph_random4 bits = ph_random(c->seed, PH_PURPOSE_PLASTICITY, m->target[s], c->stream, step,
                                m->source[s]);
    return ph_random_normal(ph_random_unit(bits.v[0]));
}

/* --- one by one ------------------------------------------------------------------------------- */

/** @brief Bring the special lanes over their older spikes. Not collective. */
static inline void ph_calcium_catch_up(const ph_rule_context *c, const ph_visit *v,
                                       const ph_calcium_way *way, ph_lanes *l,
                                       const ph_calcium_lanes *m)
{
    for (int i = 0; i < l->n_special; i++) {
        uint32_t j, end;
        const ph_train *train = ph_lanes_older(c, v, i, l, &j, &end);
        int32_t s = l->special[i];
        ph_step step = v->arrival - l->interval[s];
        for (; j < end; j++) {
            ph_calcium_walk walk = {step, train->steps[j] + c->dendritic, l->state[0][s], 0};
            walk.normal = way->noisy ? ph_calcium_draw_older(c, m, s, walk.end) : 0;
            way->walk_lane(c, v, way->of_visit, way->lanes, s, &walk);
            double jump = ph_sampled_at(c->sampled[PH_CALCIUM_C_POST], walk.end);
            l->state[0][s] = walk.calcium * ph_decay_factor(c->decay[0], walk.end - step) +
                             (ph_real)jump;
            step = walk.end;
        }
        l->from[s] = (int32_t)(v->arrival - step);
    }
}

/** @brief Bring those of n lanes that begin before the thresholds' last change to the end of their
 *  interval. They are then where they should be, but for the jump of calcium. Not collective. */
static inline void ph_calcium_walk_changing(const ph_rule_context *c, const ph_visit *v,
                                            const ph_calcium_way *way, int n, const int32_t *to,
                                            const double *normal, ph_lanes *l)
{
    if (v->arrival - l->longest >= way->since)
        return;
    for (int s = 0; s < n; s++) {
        ph_calcium_walk walk = {v->arrival - l->from[s], v->arrival - to[s], l->state[0][s], 0};
        if (walk.begin >= way->since)
            continue;
        walk.normal = way->noisy ? normal[s] : 0;
        way->walk_lane(c, v, way->of_visit, way->lanes, s, &walk);
        l->state[0][s] *= ph_decay_factor(c->decay[0], l->from[s] - to[s]);
        l->from[s] = to[s];
    }
}

/* --- all lanes -------------------------------------------------------------------------------- */

/** @brief A parameter at n events none of which is older than `oldest`. Not collective. */
PH_INLINE void ph_calcium_sample(const ph_sampled *sampled, const ph_visit *v, const int32_t *age,
                                 int n, int32_t oldest, double *value)
{
    if (v->arrival - oldest < sampled->since) {
        ph_sampled_each(sampled, v->arrival, age, n, value);
        return;
    }
    for (int s = 0; s < n; s++)
        value[s] = sampled->latest;
}

/** @brief What holds in the interval that begins where each lane is and ends at `to`. Not
 *  collective. @param per_tau of the early weight, per ms */
PH_INLINE void ph_calcium_prepare(const ph_rule_context *c, const ph_visit *v, double per_tau,
                                  int n, const int32_t *to, int is_arrival, const ph_lanes *l,
                                  ph_calcium_lanes *m)
{
    int flows = v->kind == (c->echo > 0 ? PH_VISIT_ECHO : PH_VISIT_SPIKE);
    int jump = is_arrival ? PH_CALCIUM_C_PRE : PH_CALCIUM_C_POST;
    ph_calcium_sample(c->sampled[PH_CALCIUM_LEARNING_RATE], v, l->from, n, l->longest, m->drift);
    ph_calcium_sample(c->sampled[PH_CALCIUM_GAMMA_P], v, l->from, n, l->longest, m->p);
    ph_calcium_sample(c->sampled[PH_CALCIUM_GAMMA_D], v, l->from, n, l->longest, m->d);
    ph_calcium_sample(c->sampled[jump], v, to, n, l->longest, m->jump);
    for (int s = 0; s < n; s++) {
        m->drift[s] *= per_tau;
        m->p[s] *= m->drift[s];
        m->d[s] *= m->drift[s];
        m->jump[s] = is_arrival && !flows ? 0 : m->jump[s];
    }
}

/** @brief The step from which on the thresholds have not changed. Not collective. */
static inline ph_step ph_calcium_since(const ph_rule_context *c)
{
    ph_step p = c->sampled[PH_CALCIUM_THETA_P]->since, d = c->sampled[PH_CALCIUM_THETA_D]->since;
    return p > d ? p : d;
}

/** @brief The rates that hold in a step of a rest. Not collective. */
static inline ph_calcium_rates ph_calcium_rates_of_rest(const ph_rule_context *c, double per_tau)
{
    double speed = c->sampled[PH_CALCIUM_LEARNING_RATE]->rest * per_tau;
    return (ph_calcium_rates){
        .p = c->sampled[PH_CALCIUM_GAMMA_P]->rest * speed,
        .d = c->sampled[PH_CALCIUM_GAMMA_D]->rest * speed,
        .drift = speed,
    };
}

/** @brief A weight within 0 and w_max. Not collective. @param rest out: what bounds and rounding
 *  take off it */
PH_INLINE ph_real ph_calcium_bounded(double w, double w_max, ph_real *rest)
{
    ph_real bounded = (ph_real)(w < 0 ? 0 : w > w_max ? w_max : w);
    *rest = (ph_real)(w - (double)bounded);
    return bounded;
}

/** @brief The rates that hold from an event on. Not collective. */
static inline ph_calcium_rates ph_calcium_rates_at(const ph_rule_context *c, double per_tau,
                                                   ph_step step)
{
    double speed = ph_sampled_at(c->sampled[PH_CALCIUM_LEARNING_RATE], step) * per_tau;
    return (ph_calcium_rates){
        .p = ph_sampled_at(c->sampled[PH_CALCIUM_GAMMA_P], step) * speed,
        .d = ph_sampled_at(c->sampled[PH_CALCIUM_GAMMA_D], step) * speed,
        .drift = speed,
    };
}

/** @brief Where a piece ends in which thresholds stay: at its beat's end, or at the interval's
 *  where nothing changes or calcium is below any threshold. Not collective. */
static inline ph_step ph_calcium_piece_end(const ph_rule_context *c, const ph_calcium_walk *walk,
                                           ph_step since, double calcium, ph_step step)
{
    ph_step beat = c->sampled[PH_CALCIUM_THETA_P]->beat, stop = (step / beat + 1) * beat;
    int stays = walk->begin >= since || calcium <= PH_CALCIUM_THETA_LEAST;
    return stop > walk->end || stays ? walk->end : stop;
}

#endif

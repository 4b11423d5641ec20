/* SPDX-License-Identifier: Apache-2.0 */
/* A visit laid out for vectors. Synapses become lanes, sorted by how many recent spikes of their
 * target they have to catch up over, the most first: round q brings all lanes with more than q
 * spikes to their next one, lane by lane the same operations in the same order as one by one. Each
 * class of lanes is filled up to whole blocks of PH_PAD, so that no loop has a remainder. */
#ifndef PHASIC_PLASTICITY_LANES_H
#define PHASIC_PLASTICITY_LANES_H

#include "base/isa.h"
#include "plasticity/history.h"
#include "plasticity/rules.h"
#include "plasticity/sampled.h"

#define PH_CLASSES (PH_RECENT + 1)
#define PH_LANES (PH_VISIT_MOST + PH_CLASSES * PH_PAD)

/* Ages are steps before the arrival; a spike's age counts from when it has come up the dendrite. */
typedef struct ph_lanes {
    int32_t end[PH_CLASSES];  /* of the lanes with at least as many spikes */
    int32_t longest;          /* no interval is longer */
    int32_t n_special;        /* lanes that also have older spikes to catch up over, one by one */
    int32_t special[PH_VISIT_MOST];
    int32_t target[PH_VISIT_MOST]; /* of these lanes */
    int32_t place[PH_VISIT_MOST];  /* lane of a synapse of the visit */
    int32_t interval[PH_LANES];
    int32_t from[PH_LANES];   /* age of what the lane has been caught up to */
    int32_t post[PH_RECENT][PH_LANES]; /* by round: age of the spike */
    int32_t newest[PH_LANES]; /* age of the newest spike, but no more than its trace lasts */
    ph_real y[PH_LANES];      /* trace just after it; 0: there is none */
    ph_real x[PH_LANES], w[PH_LANES], state[PH_RULE_STATES][PH_LANES];
    ph_real x_two[PH_LANES];             /* with two traces: the second */
    ph_real y_two[PH_RECENT][PH_LANES];  /* with two: by round, just before the spike */
    int is_gated;                        /* 1: by the potential of a compartment */
    ph_real gate[PH_RECENT][PH_LANES];   /* then: by round */
    ph_recent recent[PH_LANES];
    ph_recent_two recent_two[PH_LANES];
} ph_lanes;

/* What of it a rule asks for; constant where it is given, so that the rest costs nothing. */
typedef struct ph_lanes_use {
    int states;   /* states of the rule */
    int two;      /* 1: there are second traces on both sides */
} ph_lanes_use;

/* The class of each synapse in bits 0 and 1; bit 2: the lane is special. Where a spike is still on
 * its way up the dendrite, all are left to the list, being in class 0. */
PH_INLINE void ph_lanes_classify(const ph_visit *v, uint32_t now, int32_t *restrict code,
                                 ph_recent *restrict recent, ph_lanes *restrict l)
{
    const int32_t *restrict interval = v->interval;
    int32_t least[PH_CLASSES + 1] = {0}, longest = 0, end = 0;
    for (int i = 0; i < v->n; i++)
        recent[i] = v->history->recent[v->target[i]];
    for (int i = 0; i < v->n; i++) {
        int32_t n = 0, late = ph_age(now, recent[i].step[0]) <= 0;
        for (int k = 0; k < PH_RECENT; k++)
            n += ph_age(now, recent[i].step[k]) <= interval[i];
        code[i] = (late ? 0 : n) | (late | (n == PH_RECENT)) << 2;
    }
    for (int k = 0; k < PH_CLASSES; k++)
        for (int i = 0; i < v->n; i++)
            least[k] += (code[i] & 3) >= k;
    for (int i = 0; i < v->n; i++)
        longest = interval[i] > longest ? interval[i] : longest;
    l->longest = longest;
    for (int k = PH_CLASSES - 1; k >= 0; k--) {
        end += (least[k] - least[k + 1] + PH_PAD - 1) / PH_PAD * PH_PAD;
        l->end[k] = end;
    }
}

/* First lane of a class. */
PH_INLINE int32_t ph_lanes_begin(const ph_lanes *l, int k)
{
    return k == PH_CLASSES - 1 ? 0 : l->end[k + 1];
}

PH_INLINE void ph_lanes_sort(const ph_visit *v, ph_lanes_use use, uint32_t now,
                             const int32_t *code, const ph_recent *recent, ph_lanes *l)
{
    int32_t next[PH_CLASSES];
    for (int k = 0; k < PH_CLASSES; k++)
        next[k] = ph_lanes_begin(l, k);
    l->n_special = 0;
    for (int i = 0; i < v->n; i++) {
        int32_t s = next[code[i] & 3]++;
        if (i < v->n_ahead)
            __builtin_prefetch(v->ahead[i], 1);
        l->place[i] = s;
        l->interval[s] = v->interval[i];
        l->x[s] = v->x[0][i];
        l->w[s] = v->w[i];
        for (int k = 0; k < use.states; k++)
            l->state[k][s] = v->state[k][i];
        l->recent[s] = recent[i];
        if (use.two) {
            l->x_two[s] = v->x[1][i];
            l->recent_two[s] = v->history->recent_two[v->target[i]];
        }
        if (code[i] >> 2) {
            l->target[l->n_special] = (int32_t)v->target[i];
            l->special[l->n_special++] = s;
        }
    }
    /* Lanes that only fill a block: everything happens at the arrival and comes to nothing. */
    for (int k = 0; k < PH_CLASSES; k++)
        for (int32_t s = next[k]; s < l->end[k]; s++) {
            l->interval[s] = 0;
            l->x[s] = l->w[s] = 0;
            for (int j = 0; j < use.states; j++)
                l->state[j][s] = 0;
            l->recent[s] = (ph_recent){{now, now, now}, 0};
            if (use.two) {
                l->x_two[s] = 0;
                l->recent_two[s] = (ph_recent_two){{0}};
            }
        }
}

PH_INLINE void ph_lanes_ages(ph_lanes_use use, uint32_t now, int32_t longest,
                             ph_lanes *restrict l)
{
    for (int k = 1; k < PH_CLASSES; k++)
        for (int q = 0; q < k; q++)
            for (int32_t s = ph_lanes_begin(l, k); s < l->end[k]; s++) {
                l->post[q][s] = ph_age(now, l->recent[s].step[k - 1 - q]);
                if (use.two)
                    l->y_two[q][s] = l->recent_two[s].y[k - 1 - q];
            }
    for (int32_t s = 0; s < l->end[0]; s++) {
        int32_t age = ph_age(now, l->recent[s].step[0]);
        l->newest[s] = age < longest ? age : longest;
        l->y[s] = l->recent[s].y;
        l->from[s] = l->interval[s];
    }
}

/* How long the trace of a spike lasts, steps. */
PH_INLINE int32_t ph_lanes_lasting(const ph_rule_context *c)
{
    return c->post[0] ? (int32_t)c->post[0]->n : INT32_MAX;
}

/** @brief The spikes that a special lane has to catch up over before the rounds: posts *j to
 *  *end - 1 of the train. Not collective. @param i index among the special lanes */
PH_INLINE const ph_train *ph_lanes_older(const ph_rule_context *c, const ph_visit *v, int i,
                                         ph_lanes *l, uint32_t *j, uint32_t *end)
{
    int32_t s = l->special[i];
    const ph_train *train = &v->history->trains[l->target[i]];
    ph_step now = v->arrival - c->dendritic;
    *j = ph_train_from(train, now - l->interval[s]);
    *end = train->count - PH_RECENT;
    if (now > train->steps[train->count - 1])
        return train;
    /* The recent ones are not all there yet: the newest that is has to be found. */
    *end = ph_train_from(train, now);
    l->newest[s] = 0;
    l->y[s] = 0;
    if (*end > 0) {
        ph_step age = now - train->steps[*end - 1], longest = ph_lanes_lasting(c);
        l->newest[s] = (int32_t)(age < longest ? age : longest);
        l->y[s] = ph_train_y(train, *end - 1);
        if (c->is_gated)
            l->y[s] *= ph_history_gate(v->history, l->target[i]);
    }
    return train;
}

/** @brief What is left of a trace after some steps, by its decay's table and last entry.
 *  Not collective. */
PH_INLINE ph_real ph_left(const ph_real *table, int32_t last, ph_real trace,
                          int32_t since)
{
    int32_t at = since < last ? since : last; /* within the index, it would not become a vector */
    return trace * table[at];
}

/* Gates of the lanes' recent spikes by round; that of the arrival goes into the trace y, which acts
 * in nothing else. Few projections have one, so this is no part of the layout's loops. */
static inline void ph_lanes_take_gates(const ph_visit *v, ph_lanes *l)
{
    const ph_history *history = v->history;
    for (int q = 0; q < PH_RECENT; q++)
        for (int s = 0; s < l->end[0]; s++)
            l->gate[q][s] = 0;
    for (int i = 0; i < v->n; i++) {
        int32_t s = l->place[i], k = 1;
        while (k < PH_CLASSES - 1 && s < l->end[k + 1])
            k++;
        for (int q = 0; q < k; q++)
            l->gate[q][s] = history->recent_gates[v->target[i]].gate[k - 1 - q];
        l->y[s] *= ph_history_gate(history, v->target[i]);
    }
}

/** @brief Lay a visit out. Not collective. */
PH_INLINE void ph_lanes_fill(const ph_rule_context *c, const ph_visit *v, ph_lanes_use use,
                             ph_lanes *l)
{
    int32_t code[PH_VISIT_MOST];
    uint32_t now = (uint32_t)(v->arrival - c->dendritic);
    ph_recent recent[PH_VISIT_MOST];
    ph_lanes_classify(v, now, code, recent, l);
    ph_lanes_sort(v, use, now, code, recent, l);
    ph_lanes_ages(use, now, ph_lanes_lasting(c), l);
    l->is_gated = c->is_gated;
    if (c->is_gated)
        ph_lanes_take_gates(v, l);
}

/** @brief A sampled parameter at the spikes of round q. Where it has stayed as it is since the
 *  earliest lane began, the first round fills `value` for all rounds. Not collective. */
PH_INLINE void ph_lanes_sampled(const ph_sampled *sampled, const ph_visit *v, const ph_lanes *l,
                                int q, double *restrict value)
{
    int n = l->end[q + 1];
    if (v->arrival - l->longest < sampled->since)
        ph_sampled_each(sampled, v->arrival, l->post[q], n, value);
    else if (q == 0 || l->is_gated)
        for (int i = 0; i < n; i++)
            value[i] = sampled->latest;
}

/** @brief The same times the gates of the spikes: for the factor of a rule that multiplies all that
 *  a pair does. Not collective. */
PH_INLINE void ph_lanes_gated(const ph_sampled *sampled, const ph_visit *v, const ph_lanes *l,
                              int q, double *restrict value)
{
    ph_lanes_sampled(sampled, v, l, q, value);
    for (int i = 0; l->is_gated && i < l->end[q + 1]; i++)
        value[i] *= (double)l->gate[q][i];
}

/** @brief Weights and states of the lanes back to the visit. Not collective. */
PH_INLINE void ph_lanes_store(const ph_visit *v, ph_lanes_use use, const ph_lanes *l)
{
    for (int i = 0; i < v->n; i++)
        v->w[i] = l->w[l->place[i]];
    for (int k = 0; k < use.states; k++)
        for (int i = 0; i < v->n; i++)
            v->state[k][i] = l->state[k][l->place[i]];
}

/** Define `static void name(context, visit)` by an always-inline `int lanes(context, visit,
 *  bounds)`, compiled for either choice of bounds in `params_type` and for each instruction set. */
#define PH_VISIT_WITH_BOUNDS(name, params_type, lanes)                                             \
    PH_INLINE int name##_soft_body(const ph_rule_context *c, const ph_visit *v)                    \
    {                                                                                              \
        return lanes(c, v, PH_BOUNDS_SOFT);                                                        \
    }                                                                                              \
    PH_INLINE int name##_hard_body(const ph_rule_context *c, const ph_visit *v)                    \
    {                                                                                              \
        return lanes(c, v, PH_BOUNDS_HARD);                                                        \
    }                                                                                              \
    PH_KERNEL(int, name##_soft, (const ph_rule_context *c, const ph_visit *v), (c, v))             \
    PH_KERNEL(int, name##_hard, (const ph_rule_context *c, const ph_visit *v), (c, v))             \
    static void name(const ph_rule_context *c, const ph_visit *v)                                  \
    {                                                                                              \
        if (((const params_type *)c->params)->bounds == PH_BOUNDS_SOFT)                            \
            name##_soft(c, v);                                                                     \
        else                                                                                       \
            name##_hard(c, v);                                                                     \
    }

#endif

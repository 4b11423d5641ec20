/* SPDX-License-Identifier: Apache-2.0 */
/* For tests of plasticity rules: random trains, parameters that change beat by beat, and a synapse
 * that is brought forward in the engine's way, by visits. */
#ifndef PHASIC_TESTS_LAZY_H
#define PHASIC_TESTS_LAZY_H

#include "suite.h"

#include "base/random.h"
#include "plasticity/gate.h"
#include "plasticity/history.h"
#include "plasticity/rules.h"
#include "plasticity/sampled.h"

#include <math.h>
#include <string.h>

#define H 0.1 /* ms */
#define BEAT 50
#define SWEEP 10000
#define PHASE (SWEEP / 3) /* of the source's sweeps */
#define DELAY 37

/* A parameter of a rule; choices by their number. */
typedef struct value {
    const char *name;
    double value;
} value;

typedef struct setting {
    const ph_rule *rule;
    const value *values; /* all parameters; the last name is NULL */
    int steady;          /* 1: sampled parameters stay as they are */
    int frozen;          /* 1: rates and gates are 0 */
    ph_step dendritic, steps;
    double pre_hz, post_hz;
    int64_t id;          /* of the trains */
} setting;

static inline double unit(int64_t id, int64_t counter)
{
    return ph_random_unit(ph_random(42, PH_PURPOSE_BENCH, id, 0, counter, 0).v[0]);
}

static inline double given(const setting *s, const char *name)
{
    for (const value *v = s->values; v->name; v++)
        if (!strcmp(v->name, name))
            return v->value;
    return 0;
}

static inline int is_integrated(const setting *s, const char *name)
{
    for (int g = 0; g < PH_RULE_GATES && s->rule->gates[g].factor; g++)
        if (!strcmp(s->rule->gates[g].factor, name))
            return 1;
    return 0;
}

/* A gate jumps about every beat and is 0 at times; sampled parameters drift, each in its way. */
static inline double in_force(const setting *s, const char *name, int64_t beat)
{
    double base = given(s, name), u = unit(1, beat), way = 0;
    int is_online = 0;
    for (int i = 0; s->rule->online[i]; i++)
        is_online |= !strcmp(name, s->rule->online[i]);
    if (s->frozen && (is_integrated(s, name) || is_online || !strcmp(name, "learning_rate")))
        return 0;
    if (is_integrated(s, name))
        return u < 0.2 ? 0 : base * 4 * (u - 0.5);
    for (const char *letter = name; *letter; letter++)
        way += *letter;
    return s->steady ? base : base * (0.4 + sin(1e-5 * way * (double)beat + way));
}

static inline int pre_spikes(const setting *s, ph_step t)
{
    /* Silent for some seconds in between, so that sweeps alone bring the synapse forward. */
    if (t > s->steps / 3 && t < s->steps / 2)
        return 0;
    return unit(100 + s->id, t) < s->pre_hz * H * 1e-3;
}

static inline int post_spikes(const setting *s, ph_step t)
{
    return unit(200 + s->id, t) < s->post_hz * H * 1e-3;
}

static inline int arrives(const setting *s, ph_step t)
{
    (void)s;
    return t > DELAY && pre_spikes(s, t - DELAY);
}

static inline int is_swept(ph_step t)
{
    return t > DELAY && (t - DELAY) % SWEEP == PHASE;
}

/* What the engine keeps for a projection and a population. */
typedef struct lazy {
    ph_rule_context context;
    ph_history *history;
    union {
        double align;
        char bytes[256];
    } params;
} lazy;

static inline void fill_params(const setting *s, lazy *l)
{
    const ph_table *table = s->rule->base.params;
    CU_ASSERT_FATAL(table->size <= sizeof l->params);
    for (int i = 0; i < table->count; i++) {
        double real = given(s, table->params[i].name);
        int choice = (int)real;
        char *place = l->params.bytes + table->params[i].offset;
        if (table->params[i].kind == PH_KIND_CHOICE)
            memcpy(place, &choice, sizeof choice);
        else
            memcpy(place, &real, sizeof real);
    }
}

static inline void make_decays(const setting *s, const char *const *names, ph_step keep,
                               ph_decay **decays)
{
    for (int k = 0; names[k]; k++)
        CU_ASSERT_EQUAL_FATAL(ph_decay_create(given(s, names[k]), H, 2 * keep, &decays[k]), PH_OK);
}

static inline void open_lazy(const setting *s, int neurons, lazy *l)
{
    ph_step keep = SWEEP + 2 * BEAT + s->dendritic + 2;
    const ph_rule *rule = s->rule;
    ph_rule_context *c = &l->context;
    memset(l, 0, sizeof *l);
    fill_params(s, l);
    c->params = &l->params;
    c->h = H;
    c->w_max = given(s, "w_max");
    c->dendritic = s->dendritic;
    c->pairing = rule->pairing ? (int)given(s, rule->pairing) : PH_PAIRING_ALL_TO_ALL;
    make_decays(s, rule->pre, keep, c->pre);
    make_decays(s, rule->post, keep, c->post);
    make_decays(s, rule->decays, keep, c->decay);
    for (int g = 0; g < PH_RULE_GATES && rule->gates[g].factor; g++)
        CU_ASSERT_EQUAL_FATAL(
            ph_gate_create(given(s, rule->gates[g].tau), H, BEAT, keep, &c->gate[g]), PH_OK);
    for (int i = 0; rule->sampled[i]; i++)
        CU_ASSERT_EQUAL_FATAL(ph_sampled_create(BEAT, keep, &c->sampled[i]), PH_OK);
    ph_traces traces = {.decay = {c->post[0], c->post[1]}, .pairing = c->pairing};
    CU_ASSERT_EQUAL_FATAL(ph_history_create(neurons, &traces, NULL, keep, &l->history), PH_OK);
}

static inline void close_lazy(lazy *l)
{
    for (int k = 0; k < PH_TRACES; k++) {
        ph_decay_destroy(&l->context.pre[k]);
        ph_decay_destroy(&l->context.post[k]);
    }
    for (int k = 0; k < PH_RULE_DECAYS; k++)
        ph_decay_destroy(&l->context.decay[k]);
    for (int g = 0; g < PH_RULE_GATES; g++)
        ph_gate_destroy(&l->context.gate[g]);
    for (int i = 0; i < PH_RULE_SAMPLED; i++)
        ph_sampled_destroy(&l->context.sampled[i]);
    ph_history_destroy(&l->history);
}

static inline void begin_beat(const setting *s, ph_step begin, lazy *l)
{
    const ph_rule *rule = s->rule;
    for (int g = 0; g < PH_RULE_GATES && rule->gates[g].factor; g++)
        ph_gate_begin_beat(l->context.gate[g], begin,
                           in_force(s, rule->gates[g].factor, begin / BEAT));
    for (int i = 0; rule->sampled[i]; i++)
        ph_sampled_begin_beat(l->context.sampled[i], begin,
                              in_force(s, rule->sampled[i], begin / BEAT));
}

/* A synapse as it is after its last visit. */
typedef struct lazy_synapse {
    ph_real w, state[PH_RULE_STATES], x[PH_TRACES];
} lazy_synapse;

static inline void renew_traces(const ph_rule_context *c, int32_t interval, int spike,
                                lazy_synapse *synapse)
{
    for (int k = 0; k < PH_TRACES && c->pre[k]; k++) {
        ph_real left = synapse->x[k] * ph_decay_factor(c->pre[k], interval);
        if (spike && c->pairing == PH_PAIRING_NEAREST)
            left = 0;
        synapse->x[k] = left + (ph_real)spike;
    }
}

/* The engine's way: visits at arrivals and sweeps only, then one last visit at the end. */
static inline lazy_synapse run_lazy(const setting *s, double w)
{
    lazy l;
    open_lazy(s, 1, &l);
    ph_step last = 0;
    lazy_synapse synapse = {.w = (ph_real)w};
    uint16_t target = 0;
    for (ph_step t = 1; t <= s->steps; t++) {
        if ((t - 1) % BEAT == 0)
            begin_beat(s, t - 1, &l);
        int spike = arrives(s, t);
        if (spike || is_swept(t) || t == s->steps) {
            int32_t interval = (int32_t)(t - DELAY - last);
            ph_visit visit = {.arrival = t,
                              .kind = spike ? PH_VISIT_SPIKE : PH_VISIT_SWEEP,
                              .n = 1,
                              .target = &target,
                              .interval = &interval,
                              .x = {&synapse.x[0], &synapse.x[1]},
                              .w = &synapse.w,
                              .state = {&synapse.state[0], &synapse.state[1]},
                              .history = l.history};
            s->rule->visit(&l.context, &visit);
            renew_traces(&l.context, interval, spike, &synapse);
            last = t - DELAY;
        }
        if (post_spikes(s, t))
            CU_ASSERT_EQUAL(ph_history_append(l.history, 0, t), PH_OK);
    }
    close_lazy(&l);
    return synapse;
}

#endif

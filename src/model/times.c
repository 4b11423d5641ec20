/* SPDX-License-Identifier: Apache-2.0 */
/* Times in steps: delays, and from them slice, epoch and beat. */
#include "model/internal.h"

#include <phasic/math.h>

#include <math.h>

#define TOLERANCE 1e-9
#define NORMAL_BOUND 6.4    /* standard deviations that a draw can reach; see network/draw.h */
#define SWEEP_MS 1000.0     /* each source is swept once a second, or a beat more */
#define LONGEST_STEPS 1e9
#define LONGEST_DELAY 65535     /* steps: rows hold delays in 16 bits */

static int64_t steps_of(double ms, double h)
{
    double steps = floor(ms / h + 0.5);
    return steps < 1 ? 1 : (int64_t)(steps > LONGEST_STEPS ? LONGEST_STEPS : steps);
}

static double largest(const ph_dist *dist)
{
    double high = dist->mean;
    if (dist->type == PH_DIST_NORMAL)
        high += NORMAL_BOUND * dist->sd;
    if (dist->type == PH_DIST_LOGNORMAL) {
        double variance = ph_log(1.0 + dist->sd * dist->sd / (dist->mean * dist->mean));
        high *= ph_exp(NORMAL_BOUND * sqrt(variance) - 0.5 * variance);
    }
    return high < dist->max && dist->type != PH_DIST_UNIFORM ? high : dist->max;
}

/* An error when a part of the delay is shorter than a step. */
static int is_long(ph_builder *builder, const ph_dist *delay, const char *key, double value)
{
    double h = builder->brain->simulation.resolution;
    if (value >= h * (1 - TOLERANCE))
        return 1;
    const ph_node *node = ph_node_get(delay->node, key);
    ph_errors_add(builder->reader.errors, node ? node : delay->node,
                  "a delay of %g ms is shorter than the resolution, %g ms", value, h);
    return 0;
}

static void check_longest(ph_builder *builder, const ph_projection *projection)
{
    if (projection->delay_max > LONGEST_DELAY)
        ph_errors_add(builder->reader.errors, projection->delay.node,
                      "a delay can reach %g ms; at most %d steps of %g ms are possible: give it a "
                      "smaller max, or take a coarser resolution",
                      (double)projection->delay_max * builder->brain->simulation.resolution,
                      LONGEST_DELAY, builder->brain->simulation.resolution);
}

static void delay_in_steps(ph_builder *builder, ph_projection *projection)
{
    double h = builder->brain->simulation.resolution;
    ph_dist *delay = &projection->delay;
    projection->delay_min = projection->delay_max = 1;
    if (!delay->node || isnan(delay->mean))
        return;
    int has_bound = delay->min > -HUGE_VAL;
    if ((has_bound && !is_long(builder, delay, "min", delay->min)) ||
        !is_long(builder, delay, "mean", delay->mean))
        return;
    if (delay->type == PH_DIST_CONSTANT) {
        projection->delay_min = projection->delay_max = steps_of(delay->mean, h);
        check_longest(builder, projection);
        return;
    }
    if (!has_bound)
        delay->min = h;
    projection->delay_min = steps_of(delay->min, h);
    projection->delay_max = steps_of(largest(delay), h);
    check_longest(builder, projection);
}

/* The largest divisor of a number that is no larger than a limit. */
static ph_step divisor(ph_step number, ph_step limit)
{
    ph_step best = 1;
    for (ph_step d = 1; d * d <= number; d++) {
        if (number % d != 0)
            continue;
        if (d <= limit && d > best)
            best = d;
        if (number / d <= limit && number / d > best)
            best = number / d;
    }
    return best;
}

/* The longest of the times after which a rule lets a spike act again, steps. */
static ph_step longest_echo(const ph_brain *brain)
{
    ph_step longest = 0;
    for (int i = 0; i < brain->n_projections; i++) {
        const ph_rule *rule = ph_rule_of(brain->projections[i]);
        const double *echo =
            rule && rule->echo ? ph_rule_parameter(brain->projections[i], rule->echo, NULL) : NULL;
        if (echo && *echo / brain->simulation.resolution > (double)longest)
            longest = (ph_step)ceil(*echo / brain->simulation.resolution);
    }
    return longest;
}

/* Sweeps, and how long silence must last before a rest. */
static void sweeps_and_rests(ph_brain *brain)
{
    double h = brain->simulation.resolution;
    ph_step longest = 1;
    for (int i = 0; i < brain->n_projections; i++) {
        const ph_projection *p = brain->projections[i];
        ph_step all = p->delay_max + (ph_step)ceil(p->dendritic_delay / h);
        longest = all > longest ? all : longest;
    }
    brain->sweep = (ph_step)ceil(SWEEP_MS / h / (double)brain->beat) * brain->beat;
    /* Spikes of the last epoch, their echoes, a sweep after them; a rest begins with a period. */
    ph_step settling = longest + longest_echo(brain) + 2 * brain->epoch + 2 * brain->sweep;
    brain->settling = (settling / brain->sweep + 2) * brain->sweep;
}

ph_status ph_build_times(ph_builder *builder)
{
    ph_brain *brain = builder->brain;
    double h = brain->simulation.resolution;
    brain->slice = brain->epoch = brain->beat = 1;
    if (!(h > 0) || !(brain->neuromodulation.beat > 0))
        return PH_OK;
    double beat = brain->neuromodulation.beat / h;
    brain->beat = steps_of(brain->neuromodulation.beat, h);
    if (fabs(beat - (double)brain->beat) > TOLERANCE * beat) {
        const ph_node *node = ph_node_get(brain->tree->root, "neuromodulation");
        ph_errors_add(builder->reader.errors, ph_node_get(node, "beat"),
                      "a beat of %g ms is not a whole number of steps of %g ms",
                      brain->neuromodulation.beat, h);
    }
    ph_step within = brain->beat, between = 2 * brain->beat;
    for (int i = 0; i < brain->n_projections; i++) {
        ph_projection *projection = brain->projections[i];
        delay_in_steps(builder, projection);
        ph_step *shortest = projection->tract ? &between : &within;
        brain->has_tracts |= projection->tract != 0;
        if (projection->delay_min < *shortest)
            *shortest = projection->delay_min;
    }
    /* Half of the shortest tract's delay, so that an epoch's spikes have about an epoch to travel
     * before the first of them arrives. */
    brain->epoch = brain->has_tracts ? divisor(brain->beat, between > 1 ? between / 2 : 1)
                                     : brain->beat;
    brain->slice = divisor(brain->epoch, within);
    brain->epoch_slack = between - brain->epoch;
    if (brain->epoch_slack > brain->epoch - brain->slice)
        brain->epoch_slack = brain->epoch - brain->slice;
    brain->epoch_slack -= brain->epoch_slack % brain->slice;
    sweeps_and_rests(brain);
    return PH_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* From the channels of the digits task to rates of cells: receptive fields over the image.
 *
 * Cell i of n has a field of 3 x 3 pixels whose centre lies on a 6 x 6 grid, so that cells tile the
 * image in order; its weights w_j are standard normal, fixed by the seed. With p_j the pixel over
 * the image's mean,
 *     response = clip((sum_j w_j p_j - theta) / slope, 0, 1)
 *     rate = indegree (rate_min + (rate_max - rate_min) response)
 * so that each image excites a sparse, expanded set of cells. */
#include "task/digits.h"

#include "base/random.h"

#define GRID 6
#define FIELD 3

/* @param set of fields: each population that sees images has one */
static double response(const ph_digits_stimulus *s, uint64_t seed, uint32_t set, int64_t cell,
                       int64_t n, const float *pixels)
{
    int64_t place = cell * GRID * GRID / n;
    int x0 = (int)(place % GRID), y0 = (int)(place / GRID);
    double sum = 0;
    for (int k = 0; k < FIELD * FIELD; k++) {
        int x = x0 + k % FIELD, y = y0 + k / FIELD;
        double pixel = (double)pixels[y * PH_IMAGE_SIDE + x];
        if (pixel == 0)
            continue;
        uint32_t bits = ph_random(seed, PH_PURPOSE_TASK_FIELDS, cell, set, k, 0).v[0];
        sum += ph_random_normal(ph_random_unit(bits)) * pixel;
    }
    double r = (sum - s->theta) / s->slope;
    return r < 0 ? 0 : r > 1 ? 1 : r;
}

/* The cells of an input. */
typedef struct cells {
    int64_t first, stride, n;
    float *rate; /* out: n, Hz */
} cells;

static void set_all(const cells *c, float rate)
{
    for (int64_t i = 0; i < c->n; i++)
        c->rate[i] = rate;
}

/* @param channels pixels, and whether they are shown @param n_all cells of the population */
static void see(const ph_digits_stimulus *s, uint64_t seed, uint32_t set, int64_t n_all,
                const float *channels, const cells *c)
{
    if (channels[PH_CHANNEL_CUE] <= 0) {
        set_all(c, 0);
        return;
    }
    for (int64_t i = 0; i < c->n; i++) {
        double r = response(s, seed, set, c->first + i * c->stride, n_all, channels);
        c->rate[i] =
            (float)((double)s->indegree * (s->rate_min + (s->rate_max - s->rate_min) * r));
    }
}

void ph_digits_rates(const void *params, uint64_t seed, int input, const float *channels,
                     int64_t first, int64_t stride, int64_t n, float *rate)
{
    const ph_digits_params *p = params;
    const ph_span *other = p->distractor.target.text ? &p->distractor.target.span : NULL;
    const ph_digits_go *go = p->go.items;
    int n_actor = 2 * (p->actor.actions.count + p->actor.against.count), rest = input - 1 - n_actor;
    cells c = {first, stride, n, rate};
    if (input == 0)
        see(&p->stimulus, seed, 0, p->stimulus.target.span.count, channels, &c);
    else if (rest < 0)
        set_all(&c, ph_actor_rate(&p->actor, input - 1, channels + PH_CHANNEL_ACTIONS));
    else if (other && rest == 0)
        see(&p->stimulus, seed, 1, other->count, channels + PH_CHANNEL_OTHER, &c);
    else
        set_all(&c, channels[PH_CHANNEL_GO] > 0 ? (float)go[rest - (other != NULL)].rate : 0);
}

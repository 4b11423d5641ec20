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

static double response(const ph_digits_stimulus *s, uint64_t seed, int64_t cell, int64_t n,
                       const float *pixels)
{
    int64_t place = cell * GRID * GRID / n;
    int x0 = (int)(place % GRID), y0 = (int)(place / GRID);
    double sum = 0;
    for (int k = 0; k < FIELD * FIELD; k++) {
        int x = x0 + k % FIELD, y = y0 + k / FIELD;
        double pixel = (double)pixels[y * PH_IMAGE_SIDE + x];
        if (pixel == 0)
            continue;
        uint32_t bits = ph_random(seed, PH_PURPOSE_TASK_FIELDS, cell, 0, k, 0).v[0];
        sum += ph_random_normal(ph_random_unit(bits)) * pixel;
    }
    double r = (sum - s->theta) / s->slope;
    return r < 0 ? 0 : r > 1 ? 1 : r;
}

void ph_digits_rates(const void *params, uint64_t seed, int input, const float *channels,
                     int64_t first, int64_t stride, int64_t n, float *rate)
{
    const ph_digits_params *p = params;
    const ph_digits_stimulus *s = &p->stimulus;
    if (input > 0) {
        float same = ph_actor_rate(&p->actor, input - 1, channels + PH_CHANNEL_ACTIONS);
        for (int64_t i = 0; i < n; i++)
            rate[i] = same;
        return;
    }
    for (int64_t i = 0; i < n; i++) {
        double r = channels[PH_CHANNEL_CUE] > 0 ? response(s, seed, first + i * stride,
                                                           s->target.span.count, channels)
                                                : -1;
        rate[i] = r < 0 ? 0
                        : (float)((double)s->indegree *
                                  (s->rate_min + (s->rate_max - s->rate_min) * r));
    }
}
